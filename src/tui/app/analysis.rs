//! What is known of the text, and how it is shown.

use crate::analysis::Report;
use crate::engine::superposition::candidates;
use crate::engine::{Embedded, Reply};
use crate::learning::calibration::Calibration;
use crate::post::Revision;

use super::super::command::Command;
use super::super::panes::editor::{Mark, Ruler};
use super::super::panes::results;
use super::{App, Effect, Focus, LIVE_BYTES};

impl App {
    pub(super) fn engine(&mut self, reply: Reply) -> Vec<Effect> {
        match reply {
            Reply::Slow {
                revision,
                slow,
                took,
            } => {
                // What is beyond the limit is not analysed, so the reply is of an older text.
                if self.is_live() && self.live.accept(revision, *slow) {
                    self.background_time = Some(took);
                    self.refresh();
                    let mut effects = self.record_scores();
                    // The keywords are known only now.
                    effects.extend(self.read_on());
                    return effects;
                }
            }
            Reply::Failed { reason } => self.fail(reason),
        }
        Vec::new()
    }

    /// The texts that are read at a short pause.
    #[must_use]
    pub fn read_texts(&self) -> Vec<String> {
        if self.is_live() {
            self.live.read_texts()
        } else {
            Vec::new()
        }
    }

    /// The texts that are read once the writer rests, as far as they are not known.
    #[must_use]
    pub fn resting_texts(&self) -> Vec<String> {
        if self.is_live() {
            self.live.resting_texts()
        } else {
            Vec::new()
        }
    }

    /// Takes note that the writer rests.
    pub(super) fn rest(&mut self, revision: Revision) -> Vec<Effect> {
        self.resting = Some(revision);
        let edited = self.edited_after();
        edited.into_iter().chain(self.read_on()).collect()
    }

    /// What to read while the writer rests: what is not known yet, then what fixes would change.
    fn read_on(&mut self) -> Vec<Effect> {
        let revision = self.editor.buffer().revision();
        if self.resting != Some(revision) || self.is_behind() {
            return Vec::new();
        }
        let texts = self.resting_texts();
        if !texts.is_empty() {
            return vec![Effect::Embed(revision, texts)];
        }
        self.superpose(revision)
    }

    pub(super) fn embedded(&mut self, embedded: Embedded) -> Vec<Effect> {
        let note = match &embedded {
            Embedded::Ready(answer) => answer.note.clone(),
            Embedded::Refused(_) => None,
            Embedded::Failed(reason) => {
                self.fail(reason.clone());
                None
            }
        };
        if let Some(note) = note.filter(|n| self.encoder_note.as_ref() != Some(n)) {
            self.fail(note.clone());
            self.encoder_note = Some(note);
        }
        let has_failed = matches!(embedded, Embedded::Failed(_));
        let is_void = self.live.accept_vectors(embedded);
        if self.is_live() {
            self.refresh();
        }
        if is_void {
            let texts = self.read_texts();
            return vec![Effect::Embed(self.editor.buffer().revision(), texts)];
        }
        // A text that fails would be asked for again and again.
        if has_failed {
            Vec::new()
        } else {
            self.read_on()
        }
    }

    /// What to compute once all else is known: what each fix would change.
    fn superpose(&mut self, revision: Revision) -> Vec<Effect> {
        if self.superposed == Some(revision) {
            return Vec::new();
        }
        self.superposed = Some(revision);
        // What is computed ahead first is what they are made of.
        let suggest = self.suggest(revision);
        let findings = self.report.findings.ready().map_or(&[][..], Vec::as_slice);
        let texts = candidates(self.editor.buffer().text(), findings);
        let ahead = (!texts.is_empty()).then_some(Effect::Superpose(revision, texts));
        ahead.into_iter().chain(suggest).collect()
    }

    /// Runs the fast stages where the text has changed.
    pub(super) fn analyse_if_changed(&mut self, mut effects: Vec<Effect>) -> Vec<Effect> {
        let revision = self.editor.buffer().revision();
        if self.analysed == Some(revision) {
            return effects;
        }
        self.analysed = Some(revision);
        if self.is_live() {
            let began = std::time::Instant::now();
            self.live.edit(revision, self.editor.buffer().text());
            self.refresh();
            self.analysis_time = began.elapsed();
            effects.push(Effect::Analyse(revision));
        } else {
            self.report = Report::default();
            self.show_report();
        }
        effects
    }

    /// Takes what the writer's past posts say of the forecast.
    pub(super) fn own_posts(&mut self, own: Option<Box<Calibration>>) -> Vec<Effect> {
        self.own = own;
        self.show_report();
        Vec::new()
    }

    pub(super) fn refresh(&mut self) {
        self.report = self.live.report(false);
        self.show_report();
    }

    pub(super) fn show_report(&mut self) {
        let findings = self.report.findings.ready().map_or(&[][..], Vec::as_slice);
        self.marks = findings
            .iter()
            .map(|f| Mark {
                span: f.span.span(),
                style: self.theme.severity(f.severity),
            })
            .collect();
        self.rulers = self.report.text.ready().map_or(Vec::new(), |text| {
            let folds = [
                ("mobile", &text.fold.mobile),
                ("desktop", &text.fold.desktop),
            ];
            let len = self.editor.buffer().text().len();
            let seen = folds.into_iter().filter(|(_, fold)| fold.cut_at < len);
            seen.map(|(name, fold)| Ruler {
                at: fold.cut_at,
                name,
            })
            .collect()
        });
        self.show_results();
    }

    /// Fills the results pane; while it is not seen, once it is.
    fn show_results(&mut self) {
        if self.panes.at(Focus::Results).is_none() {
            return;
        }
        if self.is_live() {
            // The post that the report is of; the text may be ahead of it.
            let job = self.live.job();
            let shown = results::Shown {
                report: &self.report,
                post: &job.post,
                text: self.editor.buffer().text(),
                revision: job.revision,
                offers: self.suggestions.offers(self.editor.buffer().revision()),
                own: self.own.as_deref(),
            };
            let look = results::Look {
                theme: &self.theme,
                open: &self.keymap.told(Command::Open),
                suggestions: &self.keymap.told(Command::Suggestions),
            };
            self.results.set_report(&shown, look);
        } else {
            let reason = format!("The analysis rests: the text is longer than {LIVE_BYTES} bytes.");
            self.results.set_reason(&reason, &self.theme);
        }
    }
}

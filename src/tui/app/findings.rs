//! What the results pane asks for.

use crate::analysis::report::LocatedFinding;
use crate::post::Span;
use crate::post::directive::ignore_line;
use crate::store::user::Cause;

use super::super::command::Command;
use super::super::explain::explain_lines;
use super::super::panes::results::Outcome;
use super::{App, Effect, Focus};

impl App {
    pub(super) fn results_outcome(&mut self, outcome: Outcome) -> Vec<Effect> {
        match outcome {
            Outcome::Done => {}
            Outcome::Notice(text) => self.notice(text.to_owned()),
            Outcome::Explain(topic) => {
                let report = self.live.report(true);
                if let Some(explain) = &report.explain {
                    let own = self.own.as_deref();
                    let (title, lines) = explain_lines(topic, explain, &report, own, &self.theme);
                    self.show_page(title, lines);
                }
            }
            Outcome::Preview => self.show_preview(),
            Outcome::Show(span) => self.show(span),
            Outcome::ShowFinding(i) => {
                if let Some(f) = self.finding(i).cloned() {
                    self.show(f.span.span());
                    self.notice(told(&f));
                }
            }
            Outcome::ApplyFix(_) | Outcome::Ignore(_) if !self.may_edit() => {}
            Outcome::ApplyFix(i) => return self.apply_fix(i),
            Outcome::Ignore(i) => self.ignore(i),
            Outcome::AddWord(i) => return self.add_word(i),
            Outcome::ShowSuggestion(i) => self.show_suggestion(i),
            Outcome::Take(_) | Outcome::TakeKind(_) if !self.may_edit() => {}
            Outcome::Take(i) => return self.take(i),
            Outcome::TakeKind(i) => return self.take_kind(i),
            Outcome::Refuse(i) => self.ask_to_refuse(i),
        }
        Vec::new()
    }

    /// The finding that is chosen in the results, in full, where they have the focus.
    #[must_use]
    pub fn chosen_finding(&self) -> Option<String> {
        let index = self.results.chosen_finding()?;
        let has_focus = self.focus == Focus::Results && self.overlays.is_empty();
        self.finding(index).filter(|_| has_focus).map(told)
    }

    fn finding(&self, index: usize) -> Option<&LocatedFinding> {
        self.report.findings.ready()?.get(index)
    }

    pub(super) fn show(&mut self, span: Span) {
        self.set_focus(Focus::Editor);
        self.editor.show(span);
    }

    fn apply_fix(&mut self, index: usize) -> Vec<Effect> {
        let Some(finding) = self.finding(index).cloned() else {
            return Vec::new();
        };
        match finding.replacements.first() {
            Some(fix) => {
                let span = finding.span.span();
                let mut effects = self.fix_taken(&finding.rule, span, fix);
                self.editor.replace(span, fix);
                let key = self.keymap.told(Command::Undo);
                self.notice(format!("applied; {key} undoes it [{}]", finding.rule));
                effects.push(self.record(Cause::Accepted {
                    operator: "fix".to_owned(),
                    edits: 1,
                }));
                effects
            }
            None => {
                self.notice(format!("no replacement is known for {}", finding.rule));
                Vec::new()
            }
        }
    }

    /// Puts a comment above the line, which export strips.
    fn ignore(&mut self, index: usize) {
        let Some(finding) = self.finding(index).cloned() else {
            return;
        };
        let start = self.editor.buffer().line_start(finding.span.start);
        let found = finding.span.span().of(self.editor.buffer().text());
        let line = format!("{}\n", ignore_line(&finding.rule, found));
        self.editor.replace(Span::new(start, start), &line);
        self.notice(format!(
            "{} is ignored there, by a comment that no export holds",
            finding.rule
        ));
    }

    fn add_word(&mut self, index: usize) -> Vec<Effect> {
        let Some(finding) = self.finding(index) else {
            return Vec::new();
        };
        if !finding.rule.starts_with("spelling/") {
            self.notice("only words that the speller does not know can be added".to_owned());
            return Vec::new();
        }
        let word = finding
            .span
            .span()
            .of(self.editor.buffer().text())
            .to_owned();
        vec![Effect::AddWord(word)]
    }

    pub(super) fn word_added(
        &mut self,
        word: &str,
        result: Result<Vec<String>, String>,
    ) -> Vec<Effect> {
        match result {
            Ok(words) => {
                self.notice(format!("“{word}” is in the dictionary now"));
                self.live.forget_grammar();
                vec![Effect::SetWords(words), Effect::AnalyseNow]
            }
            Err(reason) => {
                self.fail(reason);
                Vec::new()
            }
        }
    }
}

/// A finding in full, with its first replacement and its rule.
fn told(finding: &LocatedFinding) -> String {
    let fix = match finding.replacements.first().map(String::as_str) {
        Some("") => " → delete".to_owned(),
        Some(fix) => format!(" → {fix}"),
        None => String::new(),
    };
    format!("{}{fix} [{}]", finding.message, finding.rule)
}

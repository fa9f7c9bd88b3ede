//! Single suggestions: asking for them, taking them, turning them down.

use ratatui::text::{Line, Span as Piece};

use crate::engine::{Failure, Rewritten};
use crate::learning::ranking::Acceptance;
use crate::post::Revision;
use crate::post::Span;
use crate::rewrite::search::{Change, Source, Suggestion, carried, with_changes};
use crate::store::user::{Cause, Feedback, FeedbackKind};

use super::super::command::Command;
use super::super::overlays::Ask;
use super::super::suggestions::{Brought, Took, brief, claimed, operator_of, shown};
use super::super::units::counted;
use super::{App, Effect};

/// Changes that a page tells one by one.
const MOST_TOLD: usize = 12;

impl App {
    /// What to ask for once the writer rests.
    pub(super) fn suggest(&mut self, revision: Revision) -> Option<Effect> {
        let text = self.editor.buffer().text();
        let is_worth = self.suggests && self.is_live() && !text.trim().is_empty();
        (is_worth && self.suggestions.ask(revision))
            .then(|| Effect::Suggest(revision, self.editor.buffer().text().to_owned()))
    }

    pub(super) fn rewritten(&mut self, told: Rewritten) -> Vec<Effect> {
        match told {
            Rewritten::Suggested { revision, result } => {
                // A newer text asks anew.
                if revision != self.editor.buffer().revision() {
                    return Vec::new();
                }
                match result {
                    Ok(found) => self.suggestions.set(revision, Ok(found.suggestions)),
                    Err(Failure::Failed(reason)) => self.suggestions.set(revision, Err(reason)),
                    Err(Failure::Moot) => {}
                }
                self.show_report();
            }
            Rewritten::Varied {
                revision,
                goal,
                result,
            } => self.varied(revision, goal, result),
        }
        Vec::new()
    }

    /// Takes what the writer's choices say of suggestions.
    pub(super) fn learned(&mut self, result: Result<Box<Acceptance>, String>) -> Vec<Effect> {
        match result {
            Ok(acceptance) => {
                self.suggestions.learn(*acceptance);
                self.show_report();
            }
            // A store that does not answer would be told of at every choice.
            Err(reason) if !std::mem::replace(&mut self.suggestions.has_failed, true) => {
                self.fail(format!("what you choose is not kept: {reason}"));
            }
            Err(_) => {}
        }
        Vec::new()
    }

    /// What was taken and then edited by hand.
    pub(super) fn edited_after(&mut self) -> Option<Effect> {
        let edited = self.suggestions.edited(self.editor.buffer().text());
        (!edited.is_empty()).then_some(Effect::Feedback(edited))
    }

    pub(super) fn feedback(&self, source: &Source, gain: f64, kind: FeedbackKind) -> Feedback {
        let path = self.path.as_ref().map(|p| p.display().to_string());
        Feedback {
            // The loop knows the time.
            at: 0,
            operator: source.to_string(),
            kind,
            goal: self.goal.name().to_owned(),
            gain,
            document: path.unwrap_or_else(|| "untitled".to_owned()),
        }
    }

    /// The suggestion at `index`, where it is of the text as it stands.
    fn current(&mut self, index: usize) -> Option<Suggestion> {
        let revision = self.editor.buffer().revision();
        if !self.suggestions.is_of(revision) {
            self.notice("the text has changed since; new suggestions come once you rest".into());
            return None;
        }
        self.suggestions.get(index).cloned()
    }

    pub(super) fn take(&mut self, index: usize) -> Vec<Effect> {
        let Some(suggestion) = self.current(index) else {
            return Vec::new();
        };
        let gain = suggestion.gain.unwrap_or_default();
        let told = [(suggestion.source.clone(), gain)];
        let effects = self.rewrite(&suggestion.text, &suggestion.changes, &told, true);
        self.tell_taken(&suggestion.changes, &suggestion.source);
        effects
    }

    /// Takes all that is on offer of the same source, in one step.
    pub(super) fn take_kind(&mut self, index: usize) -> Vec<Effect> {
        let Some(Suggestion { source, .. }) = self.current(index) else {
            return Vec::new();
        };
        let (changes, gain) = self.suggestions.of_kind(&source);
        match with_changes(self.editor.buffer().text(), &[], &changes) {
            Ok(text) => {
                let effects = self.rewrite(&text, &changes, &[(source.clone(), gain)], true);
                self.tell_taken(&changes, &source);
                effects
            }
            Err(why) => {
                self.notice(format!("not all of them together: {why}"));
                Vec::new()
            }
        }
    }

    fn tell_taken(&mut self, changes: &[Change], source: &Source) {
        let undo = self.keymap.told(Command::Undo);
        let count = counted(changes.len(), "change");
        self.notice(format!("applied {count} [{source}]; {undo} undoes it"));
    }

    /// Puts `text`, which is the text with `changes`, in its place: one step of undo. The cursor
    /// goes to the first change where it is to be seen, or stays with its words.
    pub(super) fn rewrite(
        &mut self,
        text: &str,
        changes: &[Change],
        told: &[(Source, f64)],
        shows: bool,
    ) -> Vec<Effect> {
        let first = changes.first().map(|c| c.span.start + c.after.len());
        let cursor = match first.filter(|_| shows) {
            Some(first) => first,
            None => carried(
                changes.iter().map(Change::swap),
                self.editor.buffer().cursor(),
            ),
        };
        let before = self.editor.buffer().text().to_owned();
        self.editor.rewrite(text, cursor);
        let operator = match told {
            [(source, _)] => source.to_string(),
            _ => "variant".to_owned(),
        };
        let edits = changes.len();
        let mut effects = vec![self.record(Cause::Accepted { operator, edits })];
        if !self.suggestions.is_learning() {
            return effects;
        }
        let of = |source: &Source| {
            let gain = told.iter().find(|(s, _)| s == source);
            let gain = gain.map_or(0.0, |(_, gain)| *gain);
            self.feedback(source, gain, FeedbackKind::Accepted)
        };
        let feedback: Vec<Feedback> = told.iter().map(|(source, _)| of(source)).collect();
        let brought = changes.iter().map(|c| Brought {
            span: c.span,
            text: c.after.clone(),
            told: of(&c.source),
        });
        let took = Took {
            told: feedback.clone(),
            brought: brought.collect(),
        };
        self.suggestions.follow_taken(&before, text, took);
        effects.push(Effect::Feedback(feedback));
        effects
    }

    /// Asks for a reason before the suggestion goes.
    pub(super) fn ask_to_refuse(&mut self, index: usize) {
        if self.current(index).is_some() {
            let revision = self.editor.buffer().revision();
            self.refusing = Some((revision, index));
            self.ask_for_line(Ask::Refuse, String::new());
        }
    }

    /// Turns down what was asked about; a reason that is empty is none.
    pub(super) fn refuse(&mut self, reason: &str) -> Vec<Effect> {
        let Some((revision, index)) = self.refusing.take() else {
            return Vec::new();
        };
        if revision != self.editor.buffer().revision() {
            return Vec::new();
        }
        let Some(suggestion) = self.current(index) else {
            return Vec::new();
        };
        self.suggestions.refuse(index);
        self.show_report();
        self.notice(format!(
            "turned down [{}]; it stays away until its lines differ",
            suggestion.source
        ));
        if !self.suggestions.is_learning() {
            return Vec::new();
        }
        let reason = Some(reason.trim().to_owned()).filter(|r| !r.is_empty());
        let kind = FeedbackKind::Rejected { reason };
        let gain = suggestion.gain.unwrap_or_default();
        vec![Effect::Feedback(vec![self.feedback(
            &suggestion.source,
            gain,
            kind,
        )])]
    }

    /// The suggestion that is chosen in the results, in full, where they have the focus.
    #[must_use]
    pub fn chosen_suggestion(&self) -> Option<String> {
        let index = self.results.chosen_suggestion()?;
        let has_focus = self.focus == super::Focus::Results && self.overlays.is_empty();
        let suggestion = self.suggestions.get(index).filter(|_| has_focus)?;
        Some(format!("{} [{}]", brief(suggestion), suggestion.source))
    }

    /// Goes to the place, and tells everything that is known of the suggestion.
    pub(super) fn show_suggestion(&mut self, index: usize) {
        let Some(suggestion) = self.suggestions.get(index).cloned() else {
            return;
        };
        if self.suggestions.is_of(self.editor.buffer().revision())
            && let Some(change) = suggestion.changes.first()
        {
            self.show(change.span);
        }
        let lines = self.suggestion_lines(&suggestion, index);
        self.show_page("Suggestion", lines);
    }

    fn suggestion_lines(&self, suggestion: &Suggestion, index: usize) -> Vec<Line<'static>> {
        let theme = &self.theme;
        let head = |text: String| Line::styled(text, theme.title);
        let row = |name: &'static str, text: String| {
            Line::from(vec![
                Piece::styled(format!("  {name:<9}"), theme.faint),
                Piece::raw(text),
            ])
        };
        let mut out = vec![head(format!(
            "{} · {}",
            suggestion.source,
            claimed(suggestion.claim, [&suggestion.source])
        ))];
        let points = |p: Option<f64>| p.map_or("?".to_owned(), |p| format!("{p:+.1} points"));
        out.push(row(
            "gain",
            format!("{} for {}", points(suggestion.gain), self.goal.name()),
        ));
        if let Some(after) = suggestion.overall_after {
            out.push(row("overall", format!("{after:.1} of 100 afterwards")));
        }
        for (nth, change) in suggestion.changes.iter().take(MOST_TOLD).enumerate() {
            out.push(Line::default());
            out.push(head(format!("Change {}", nth + 1)));
            for (name, text) in [("before", &change.before), ("after", &change.after)] {
                let text = match (shown(text), text.contains('\n')) {
                    (text, true) if text.is_empty() => "a new line".to_owned(),
                    (text, _) if text.is_empty() => "nothing".to_owned(),
                    (text, _) => text,
                };
                out.push(row(name, text));
            }
            out.push(row("why", shown(&change.why)));
        }
        if let Some(more) = suggestion.changes.len().checked_sub(MOST_TOLD + 1) {
            out.push(Line::styled(
                format!("  and {} more", more + 1),
                theme.faint,
            ));
        }
        out.push(Line::default());
        out.push(head("Who says so".to_owned()));
        out.push(match &suggestion.source {
            Source::Operator(operator) => row("source", operator.source().to_owned()),
            Source::Fix { rule } => row("source", format!("the finding of {rule}")),
        });
        out.push(Line::default());
        out.push(head("Where its place comes from".to_owned()));
        let explanation = self.suggestions.explanation(index);
        out.push(row(
            "place",
            explanation.unwrap_or("not on offer").to_owned(),
        ));
        match self.suggestions.acceptance() {
            Some(acceptance) => {
                let source = suggestion.source.to_string();
                let belief = acceptance.belief(operator_of(&source));
                out.push(row("belief", belief.explanation));
            }
            None => out.push(row(
                "belief",
                "none: enable_adaptive_learning = false, so gain alone ranks".to_owned(),
            )),
        }
        out
    }

    /// A fix of a finding that was applied by itself is a suggestion that was taken.
    pub(super) fn fix_taken(&mut self, rule: &str, span: Span, after: &str) -> Vec<Effect> {
        let gain = self.suggestions.gain_of(span, after);
        if !self.suggestions.is_learning() {
            return Vec::new();
        }
        let source = Source::Fix {
            rule: rule.to_owned(),
        };
        let told = self.feedback(&source, gain.unwrap_or_default(), FeedbackKind::Accepted);
        let before = self.editor.buffer().text().to_owned();
        let mut fixed = before.clone();
        fixed.replace_range(span.start..span.end, after);
        let brought = Brought {
            span,
            text: after.to_owned(),
            told: told.clone(),
        };
        let took = Took {
            told: vec![told.clone()],
            brought: vec![brought],
        };
        self.suggestions.follow_taken(&before, &fixed, took);
        vec![Effect::Feedback(vec![told])]
    }

    /// Undo or redo; where it goes over something that was taken, that is no edit by hand.
    pub(super) fn go_over(&mut self, command: Command) -> Vec<Effect> {
        let before = self.editor.buffer().text().to_owned();
        let outcome = self.editor.update(command);
        let after = self.editor.buffer().text();
        let is_undo = command == Command::Undo;
        let told = self.suggestions.went_over(is_undo, &before, after);
        let mut effects = self.editor_outcome(outcome);
        if !told.is_empty() {
            effects.push(Effect::Feedback(told));
        }
        effects
    }
}

//! Variants of the post: looking for them, showing them, taking one.

use crate::engine::Failure;
use crate::post::Revision;
use crate::rewrite::search::{Goal, Optimised, Source};
use crate::store::user::{Feedback, FeedbackKind};

use super::super::command::Command;
use super::super::overlays::{Overlay, Variants};
use super::super::units::counted;
use super::{App, Effect};

impl App {
    /// Looks for variants that serve the configured goal.
    pub(super) fn vary(&mut self) -> Vec<Effect> {
        self.vary_for(self.goal)
    }

    pub(super) fn vary_for(&mut self, goal: Goal) -> Vec<Effect> {
        let text = self.editor.buffer().text();
        if !self.is_live() || text.trim().is_empty() {
            let text = "there are no variants of a text this long or this short";
            self.notice(text.to_owned());
            return Vec::new();
        }
        let revision = self.editor.buffer().revision();
        let order = Effect::Vary(revision, text.to_owned(), goal);
        let asked = self.looking.replace((revision, goal));
        // The same is on its way already.
        (asked != self.looking)
            .then_some(order)
            .into_iter()
            .collect()
    }

    /// What is being looked for, while it is.
    #[must_use]
    pub fn looks_for(&self) -> Option<String> {
        let (_, goal) = self.looking?;
        Some(format!("looking for variants for {} …", goal.name()))
    }

    pub(super) fn varied(
        &mut self,
        revision: Revision,
        goal: Goal,
        result: Result<Box<Optimised>, Failure>,
    ) {
        if self.looking != Some((revision, goal)) {
            return;
        }
        self.looking = None;
        let is_current = revision == self.editor.buffer().revision();
        let key = self.keymap.told(Command::Variants);
        match result {
            Ok(found) if is_current => {
                if let Some(open) = self.variants() {
                    open.show(goal, *found);
                } else if self.overlays.is_empty() {
                    let text = self.editor.buffer().text().to_owned();
                    let variants = Variants::new(revision, text, goal, *found);
                    self.open(Overlay::Variants(Box::new(variants)));
                } else {
                    // What the writer reads meanwhile is not to be covered.
                    self.notice(format!("variants were found; {key} shows them"));
                }
            }
            Ok(_) | Err(Failure::Moot) => {
                self.stop_looking();
                self.notice(format!(
                    "the text has changed; {key} looks for variants again"
                ));
            }
            Err(Failure::Failed(reason)) => {
                self.stop_looking();
                self.fail(format!("no variants: {reason}"));
            }
        }
    }

    fn variants(&mut self) -> Option<&mut Variants> {
        self.overlays.iter_mut().find_map(|overlay| match overlay {
            Overlay::Variants(variants) => Some(&mut **variants),
            _ => None,
        })
    }

    fn stop_looking(&mut self) {
        if let Some(open) = self.variants() {
            open.looking = None;
        }
    }

    /// Puts what is shown in place of the post, in one step.
    pub(super) fn take_variant(&mut self, closed: Option<Overlay>) -> Vec<Effect> {
        let Some(Overlay::Variants(variants)) = closed else {
            return Vec::new();
        };
        self.looking = None;
        if !self.may_edit() {
            return Vec::new();
        }
        let is_current = variants.revision == self.editor.buffer().revision();
        let Some(text) = variants.text().ok().filter(|_| is_current) else {
            self.notice("the text has changed since; nothing was taken".to_owned());
            return Vec::new();
        };
        let gain_of = |source: &Source| {
            let own = variants
                .edits()
                .filter(|(s, on)| *on && s.change.source == *source);
            own.filter_map(|(s, _)| s.delta).sum()
        };
        let mut sources: Vec<Source> = Vec::new();
        let mut left: Vec<Source> = Vec::new();
        for (step, is_on) in variants.edits() {
            let of = if is_on { &mut sources } else { &mut left };
            if !of.contains(&step.change.source) {
                of.push(step.change.source.clone());
            }
        }
        left.retain(|source| !sources.contains(source));
        let told: Vec<(Source, f64)> = sources
            .into_iter()
            .map(|s| (s.clone(), gain_of(&s)))
            .collect();
        let changes = variants.changes();
        let mut effects = self.rewrite(&text, &changes, &told, false);
        for effect in &mut effects {
            // What was left out was turned down.
            if let Effect::Feedback(feedback) = effect {
                feedback.extend(left.iter().map(|s| self.left_out(s)));
            }
        }
        let undo = self.keymap.told(Command::Undo);
        let count = counted(changes.len(), "edit");
        self.notice(format!("took {count}; {undo} undoes all of it"));
        effects
    }

    fn left_out(&self, source: &Source) -> Feedback {
        self.feedback(source, 0.0, FeedbackKind::Rejected { reason: None })
    }
}

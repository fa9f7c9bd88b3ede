//! What undo takes back of what was taken, and redo brings again.

use crate::post::Span;
use crate::store::user::Feedback;

/// Text that a step puts in the place of other text.
#[derive(Debug, Clone, PartialEq)]
pub struct Brought {
    /// What gives way, as it stands before the step.
    pub span: Span,
    /// What comes.
    pub text: String,
    /// What taking it says.
    pub told: Feedback,
}

/// What the writer took in one step of undo.
#[derive(Debug, Clone, PartialEq)]
pub struct Took {
    /// What it says, once for each source.
    pub told: Vec<Feedback>,
    /// In order.
    pub brought: Vec<Brought>,
}

impl Took {
    /// The spans that the step brought, with how many bytes undo puts in the place of each.
    pub(super) fn swaps_back(&self) -> Vec<(Span, usize)> {
        let (mut gone, mut come) = (0, 0);
        let back = |b: &Brought| {
            let start = b.span.start - gone + come;
            gone += b.span.len();
            come += b.text.len();
            (Span::new(start, start + b.text.len()), b.span.len())
        };
        self.brought.iter().map(back).collect()
    }
}

/// A step with the texts around it, by which it is known again.
#[derive(Debug)]
pub(super) struct Step {
    before: blake3::Hash,
    after: blake3::Hash,
    took: Took,
    is_undone: bool,
}

impl Step {
    pub(super) fn new(before: &str, after: &str, took: Took) -> Self {
        Self {
            before: blake3::hash(before.as_bytes()),
            after: blake3::hash(after.as_bytes()),
            took,
            is_undone: false,
        }
    }
}

/// The steps in which something was taken, oldest first.
#[derive(Debug, Default)]
pub(super) struct Steps(Vec<Step>);

impl Steps {
    /// Adds a step; what was undone before it cannot be made again.
    pub(super) fn push(&mut self, step: Step) {
        self.0.retain(|step| !step.is_undone);
        self.0.push(step);
    }

    /// What was taken in the step that undo, or else redo, goes over from one text to the other.
    pub(super) fn go_over(&mut self, is_undo: bool, from: &str, to: &str) -> Option<Took> {
        let [from, to] = [from, to].map(|text| blake3::hash(text.as_bytes()));
        let is_it = |step: &&mut Step| match is_undo {
            true => !step.is_undone && (step.after, step.before) == (from, to),
            false => step.is_undone && (step.before, step.after) == (from, to),
        };
        let step = self.0.iter_mut().rev().find(is_it)?;
        step.is_undone = is_undo;
        Some(step.took.clone())
    }
}

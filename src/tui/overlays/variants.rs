//! The post beside better ones: which variant, which of its edits are on.

mod rows;

use ratatui::layout::Rect;

use crate::post::Revision;
use crate::rewrite::search::{Change, Goal, Optimised, Step, Variant, with_changes};

use super::super::command::Command;
use super::render::variants_room;
use super::{Answer, moved_by};

pub use rows::{Piece, Row, Side, Tone};

/// What was found for a post, and what the writer chose of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Variants {
    /// Of which text they are.
    pub revision: Revision,
    original: String,
    pub goal: Goal,
    /// The goal that others are being looked for.
    pub looking: Option<Goal>,
    found: Optimised,
    shown: usize,
    /// Of each variant, the edits that are on.
    on: Vec<Vec<bool>>,
    chosen: usize,
    /// The first row in view, where the writer went on from the chosen edit.
    top: Option<usize>,
    screen: Rect,
}

impl Variants {
    /// The variants `found` of `original`, all of their edits on.
    #[must_use]
    pub fn new(revision: Revision, original: String, goal: Goal, found: Optimised) -> Self {
        let mut out = Self {
            revision,
            original,
            goal,
            looking: None,
            found,
            shown: 0,
            on: Vec::new(),
            chosen: 0,
            top: None,
            screen: Rect::default(),
        };
        out.begin_anew();
        out
    }

    /// Shows what was found for another goal.
    pub fn show(&mut self, goal: Goal, found: Optimised) {
        self.goal = goal;
        self.found = found;
        self.begin_anew();
    }

    fn begin_anew(&mut self) {
        let all_on = |v: &Variant| vec![true; v.edits.len()];
        self.on = self.found.variants.iter().map(all_on).collect();
        self.looking = None;
        self.go_to(0);
    }

    fn go_to(&mut self, variant: usize) {
        self.shown = variant;
        self.chosen = 0;
        self.top = None;
    }

    /// The variant that is shown.
    #[must_use]
    pub fn variant(&self) -> Option<&Variant> {
        self.found.variants.get(self.shown)
    }

    /// Its number, and how many there are.
    #[must_use]
    pub fn number(&self) -> (usize, usize) {
        (self.shown + 1, self.found.variants.len())
    }

    /// Why there is none.
    #[must_use]
    pub fn why_none(&self) -> &str {
        let why = self.found.nothing_to_improve.as_deref();
        why.unwrap_or("No better version was found.")
    }

    /// Whether the search came to its end.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.found.is_complete
    }

    /// The edits of the variant that is shown, each with whether it is on.
    pub fn edits(&self) -> impl Iterator<Item = (&Step, bool)> {
        let on = self.on.get(self.shown).into_iter().flatten().copied();
        let edits = self.variant().map_or(&[][..], |v| &v.edits);
        edits.iter().zip(on)
    }

    /// The chosen edit with its index and whether it is on.
    #[must_use]
    pub fn chosen(&self) -> Option<(usize, &Step, bool)> {
        let (step, is_on) = self.edits().nth(self.chosen)?;
        Some((self.chosen, step, is_on))
    }

    /// The changes that are on.
    #[must_use]
    pub fn changes(&self) -> Vec<Change> {
        let on = self.edits().filter(|(_, is_on)| *is_on);
        on.map(|(step, _)| step.change.clone()).collect()
    }

    /// The original with the edits that are on.
    ///
    /// # Errors
    /// Where these edits without the others lose a fact; the reason is for the writer.
    pub fn text(&self) -> Result<String, String> {
        let on = self.edits().filter(|(_, is_on)| *is_on);
        with_changes(&self.original, &[], on.map(|(step, _)| &step.change))
    }

    /// The rows of both texts, or of the one with its marks, `width` columns wide each.
    #[must_use]
    pub fn rows(&self, side: Side, width: usize) -> Vec<Row> {
        let edits = self.edits().map(|(step, is_on)| (&step.change, is_on));
        rows::rows(&self.original, edits, side, width)
    }

    /// The index of the first of `rows` in view of `height`.
    #[must_use]
    pub fn top(&self, rows: &[Row], height: usize) -> usize {
        let first = rows.iter().position(|row| row.holds(self.chosen));
        let near = first.unwrap_or(0).saturating_sub(height / 3);
        self.top
            .unwrap_or(near)
            .min(rows.len().saturating_sub(height))
    }

    /// Takes note of the screen.
    pub fn see(&mut self, screen: Rect) {
        self.screen = screen;
    }

    /// Moves the view.
    pub fn scroll(&mut self, by: isize) {
        let Some(room) = variants_room(self.screen) else {
            return;
        };
        let rows = self.rows(room.side, room.width);
        let top = self.top(&rows, room.height);
        let last = rows.len().saturating_sub(room.height);
        self.top = Some(top.saturating_add_signed(by).min(last));
    }

    /// Carries out a command.
    pub fn update(&mut self, command: Command) -> Answer {
        // A screen has far fewer rows than the type can count.
        let page = variants_room(self.screen).map_or(1, |r| r.height.max(1)) as isize;
        match command {
            Command::Close => return Answer::Close,
            Command::Choose => {
                return match (self.variant(), self.changes().is_empty(), self.text()) {
                    (None, ..) => Answer::Close,
                    (Some(_), true, _) => Answer::Tell("no edit is on"),
                    // The reason stands below the text.
                    (Some(_), false, Err(_)) => Answer::Tell("these edits alone lose a fact"),
                    (Some(_), false, Ok(_)) => Answer::TakeVariant,
                };
            }
            Command::NextGoal => {
                let goal = next(self.looking.unwrap_or(self.goal));
                self.looking = Some(goal);
                return Answer::Vary(goal);
            }
            Command::PreviousVariant | Command::NextVariant => {
                let by = if command == Command::NextVariant {
                    1
                } else {
                    -1
                };
                self.go_to(moved_by(self.shown, by, self.found.variants.len()));
            }
            Command::ItemUp | Command::ItemDown => {
                let by = if command == Command::ItemDown { 1 } else { -1 };
                self.chosen = moved_by(self.chosen, by, self.edits().count());
                self.top = None;
            }
            Command::SwitchEdit => {
                let edits = self.on.get_mut(self.shown);
                if let Some(is_on) = edits.and_then(|on| on.get_mut(self.chosen)) {
                    *is_on = !*is_on;
                }
            }
            Command::ItemPageUp => self.scroll(-page),
            Command::ItemPageDown => self.scroll(page),
            _ => {}
        }
        Answer::Stay
    }
}

fn next(goal: Goal) -> Goal {
    match goal {
        Goal::Overall => Goal::Engagement,
        Goal::Engagement => Goal::Clarity,
        Goal::Clarity => Goal::Length,
        Goal::Length => Goal::Sentiment,
        Goal::Sentiment => Goal::Overall,
    }
}

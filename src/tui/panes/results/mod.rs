//! The results pane: a list of rows made from a report, with a selection.

mod forecast;
mod rows;
mod suggestions;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::Widget;

use crate::analysis::Report;
use crate::learning::calibration::Calibration;
use crate::post::{Post, Revision, Span};

use super::super::command::Command;
use super::super::overlays::Preview;
use super::super::suggestions::Offers;
use super::super::theme::Theme;
use super::super::widgets::fit_line;

pub use rows::Look;

/// What Enter does on a row.
#[derive(Debug, Clone, PartialEq)]
pub enum Target {
    /// Nothing.
    None,
    /// Opens the arithmetic of a number.
    Explain(Topic),
    /// Goes to a place in the text.
    Place(Span),
    /// Opens the preview.
    Preview,
    /// Goes to the place of a finding, by its index in the report.
    Finding(usize),
    /// Opens a suggestion, by its index.
    Suggestion(usize),
}

/// A number, or group of numbers, with an explanation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Topic {
    Scores,
    Length,
    Sentiment,
    Readability,
    Keywords,
    Meaning,
    Engagement,
    /// What the writer's own past posts say.
    Own,
}

/// One row of the pane; what does not fit is cut when it is drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    pub line: Line<'static>,
    pub target: Target,
    /// Whether a section begins with it.
    pub is_heading: bool,
}

/// What the pane asks of the program.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    Done,
    Explain(Topic),
    Preview,
    Show(Span),
    ShowFinding(usize),
    ApplyFix(usize),
    Ignore(usize),
    AddWord(usize),
    ShowSuggestion(usize),
    /// Applies a suggestion.
    Take(usize),
    /// Applies it with all others of its kind.
    TakeKind(usize),
    /// Turns it down.
    Refuse(usize),
    Notice(&'static str),
}

/// The pane's state.
#[derive(Debug, Clone, Default)]
pub struct Results {
    rows: Vec<Row>,
    selected: usize,
    top: usize,
    width: u16,
    height: usize,
    /// Whether the writer has moved here; until then the top is shown.
    is_touched: bool,
    preview: Option<Folded>,
}

/// A part of the rows.
struct Section {
    heading: usize,
    /// The first row that leads somewhere.
    first: usize,
}

/// The post as a phone folds it, for one revision and width.
#[derive(Debug, Clone)]
struct Folded {
    of: (Revision, u16),
    rows: Vec<Line<'static>>,
}

/// What there is to show.
pub struct Shown<'a> {
    pub report: &'a Report,
    pub post: &'a Post,
    /// The text that the post was read from.
    pub text: &'a str,
    pub revision: Revision,
    pub offers: Option<Offers<'a>>,
    /// The forecast tried on the writer's past posts, where some are kept.
    pub own: Option<&'a Calibration>,
}

impl Results {
    /// Gives the pane its inner size.
    pub fn resize(&mut self, width: u16, height: u16) {
        self.width = width;
        self.height = usize::from(height).max(1);
        self.keep_in_view();
    }

    /// Shows a new report; the selection stays on what it was on, or where it was.
    pub fn set_report(&mut self, shown: &Shown<'_>, look: Look<'_>) {
        let of = (shown.revision, self.width);
        let folded = self.preview.take().filter(|folded| folded.of == of);
        let folded = folded.unwrap_or_else(|| Folded {
            of,
            rows: folded_rows(shown, self.width),
        });
        let size = (self.width.into(), self.height);
        let rows = rows::rows(shown, &folded.rows, look, size);
        self.preview = Some(folded);
        self.set_rows(rows);
    }

    /// Says why there is no report.
    pub fn set_reason(&mut self, reason: &str, theme: &Theme) {
        self.set_rows(rows::reason(reason, theme, self.width.into()));
    }

    fn set_rows(&mut self, rows: Vec<Row>) {
        // A reply that comes in between must not put another finding under the writer's key.
        let old = self.rows.get(self.selected).filter(|_| self.is_touched);
        let kept = old.and_then(|old| {
            let same = |(i, row): (usize, &Row)| (row.line == old.line).then_some(i);
            let all = rows.iter().enumerate().filter_map(same);
            all.min_by_key(|i| i.abs_diff(self.selected))
        });
        let last = rows.len().saturating_sub(1);
        let same = if self.is_touched {
            self.selected.min(last)
        } else {
            0
        };
        self.selected = kept.unwrap_or(same);
        self.rows = rows;
        if !self.leads(self.selected) {
            let below = (self.selected..self.rows.len()).find(|i| self.leads(*i));
            let near = below.or_else(|| (0..self.selected).rev().find(|i| self.leads(*i)));
            self.selected = near.unwrap_or(self.selected);
        }
        if !self.is_touched {
            self.top = 0;
        }
        self.keep_in_view();
    }

    /// Begins at the top again, as with another post.
    pub fn forget_place(&mut self) {
        self.is_touched = false;
    }

    /// Whether Enter does something on row `index`.
    fn leads(&self, index: usize) -> bool {
        self.rows
            .get(index)
            .is_some_and(|row| row.target != Target::None)
    }

    /// Carries out a command.
    pub fn update(&mut self, command: Command) -> Outcome {
        self.is_touched = true;
        let page = self.height.saturating_sub(1).max(1) as isize;
        match command {
            Command::ItemUp => self.select_by(-1),
            Command::ItemDown => self.select_by(1),
            Command::ItemPageUp => self.select_by(-page),
            Command::ItemPageDown => self.select_by(page),
            Command::ItemFirst => self.select_by(isize::MIN),
            Command::ItemLast => self.select_by(isize::MAX),
            Command::NextSection => {
                let found = self.sections().find(|s| s.first > self.selected);
                self.go_to(found);
            }
            Command::PreviousSection => {
                let found = self.sections().filter(|s| s.first < self.selected).last();
                self.go_to(found);
            }
            Command::Suggestions => {
                let is_it =
                    |s: &Section| matches!(self.rows[s.first].target, Target::Suggestion(_));
                let found = self.sections().find(is_it);
                if found.is_none() {
                    return Outcome::Notice(
                        "nothing is suggested of the text yet, or no step gains",
                    );
                }
                self.go_to(found);
            }
            Command::Open => return self.open(),
            Command::ApplyFix | Command::Ignore | Command::AddWord | Command::ApplyKind => {
                return self.act(command);
            }
            _ => {}
        }
        Outcome::Done
    }

    /// The sections with a row that leads somewhere.
    fn sections(&self) -> impl Iterator<Item = Section> {
        let headings = (0..self.rows.len()).filter(|i| self.rows[*i].is_heading);
        headings.filter_map(|heading| {
            let mut own = (heading + 1..self.rows.len()).take_while(|i| !self.rows[*i].is_heading);
            let first = own.find(|i| self.leads(*i))?;
            Some(Section { heading, first })
        })
    }

    /// Selects the first row of a section and shows it with all that there is room for.
    fn go_to(&mut self, section: Option<Section>) {
        if let Some(Section { heading, first }) = section {
            self.selected = first;
            self.top = heading;
            self.keep_in_view();
        }
    }

    /// What a command does to the finding or the suggestion that is selected.
    fn act(&self, command: Command) -> Outcome {
        let target = self.rows.get(self.selected).map(|r| &r.target);
        match (target, command) {
            (Some(&Target::Finding(i)), Command::ApplyFix) => Outcome::ApplyFix(i),
            (Some(&Target::Finding(i)), Command::Ignore) => Outcome::Ignore(i),
            (Some(&Target::Finding(i)), Command::AddWord) => Outcome::AddWord(i),
            (Some(&Target::Suggestion(i)), Command::ApplyFix) => Outcome::Take(i),
            (Some(&Target::Suggestion(i)), Command::ApplyKind) => Outcome::TakeKind(i),
            (Some(&Target::Suggestion(i)), Command::Ignore) => Outcome::Refuse(i),
            (_, Command::ApplyKind) => Outcome::Notice("select a suggestion first"),
            (_, Command::AddWord) => Outcome::Notice("select a finding first"),
            _ => Outcome::Notice("select a finding or a suggestion first"),
        }
    }

    /// The finding whose row is selected, by its index in the report.
    #[must_use]
    pub fn chosen_finding(&self) -> Option<usize> {
        match self.rows.get(self.selected)?.target {
            Target::Finding(index) => Some(index),
            _ => None,
        }
    }

    /// The suggestion whose row is selected, by its index.
    #[must_use]
    pub fn chosen_suggestion(&self) -> Option<usize> {
        match self.rows.get(self.selected)?.target {
            Target::Suggestion(index) => Some(index),
            _ => None,
        }
    }

    fn open(&self) -> Outcome {
        match self.rows.get(self.selected).map(|r| &r.target) {
            Some(Target::Explain(topic)) => Outcome::Explain(*topic),
            Some(Target::Preview) => Outcome::Preview,
            Some(Target::Place(span)) => Outcome::Show(*span),
            Some(Target::Finding(i)) => Outcome::ShowFinding(*i),
            Some(Target::Suggestion(i)) => Outcome::ShowSuggestion(*i),
            Some(Target::None) | None => Outcome::Done,
        }
    }

    /// Selects the row at `row` of the pane and opens it where it was selected already.
    pub fn click(&mut self, row: u16) -> Outcome {
        self.is_touched = true;
        let index = self.top + usize::from(row);
        if !self.leads(index) {
            return Outcome::Done;
        }
        if index == self.selected {
            return self.open();
        }
        self.selected = index;
        Outcome::Done
    }

    /// Moves the selection over rows that lead somewhere; past the last of them, the view.
    pub fn select_by(&mut self, by: isize) {
        self.is_touched = true;
        let last = self.rows.len().saturating_sub(1);
        let wanted = self.selected.saturating_add_signed(by).min(last);
        let leads = |i: &usize| self.leads(*i);
        // Past the last row that leads somewhere, back to it.
        let near = if by < 0 {
            let up = (0..=wanted).rev().find(leads);
            up.or_else(|| (wanted..self.selected).find(leads))
        } else {
            let down = (wanted..self.rows.len()).find(leads);
            down.or_else(|| (self.selected + 1..wanted).rev().find(leads))
        };
        if let Some(found) = near {
            self.selected = found;
        }
        self.keep_in_view();
        // Headings above the first row and notes below the last one are worth seeing too.
        if near.is_none() {
            let end = self.rows.len().saturating_sub(self.height);
            self.top = if by < 0 { 0 } else { end };
        }
    }

    fn keep_in_view(&mut self) {
        let most = self.rows.len().saturating_sub(self.height);
        if self.selected < self.top {
            // The heading above comes along.
            self.top = self.selected.saturating_sub(1);
        } else if self.selected >= self.top + self.height {
            self.top = self.selected + 1 - self.height;
        }
        self.top = self.top.min(most);
    }
}

fn folded_rows(shown: &Shown<'_>, width: u16) -> Vec<Line<'static>> {
    let Some(stats) = shown.report.text.ready() else {
        return Vec::new();
    };
    let folds = [&stats.fold.desktop, &stats.fold.mobile].map(|f| f.visible.len());
    let preview = Preview::new(shown.post.text().to_owned(), folds);
    preview.rows(usize::from(width).saturating_sub(1))
}

/// Draws the visible rows.
pub fn render(state: &Results, theme: &Theme, focused: bool, area: Rect, frame: &mut Buffer) {
    let visible = state
        .rows
        .iter()
        .enumerate()
        .skip(state.top)
        .take(area.height.into());
    for (y, (index, row)) in (area.y..).zip(visible) {
        let line = Rect {
            y,
            height: 1,
            ..area
        };
        fit_line(row.line.clone(), area.width.into()).render(line, frame);
        if focused && index == state.selected {
            frame.set_style(line, theme.selected);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sections of these sizes below a row of no section; a section of none leads nowhere.
    fn results(sizes: &[usize], height: u16) -> Results {
        let row = |target, is_heading| Row {
            line: Line::default(),
            target,
            is_heading,
        };
        let mut rows = vec![row(Target::None, false)];
        for (nth, size) in sizes.iter().enumerate() {
            rows.push(row(Target::None, true));
            rows.push(row(Target::None, false));
            let target = match nth {
                2 => Target::Suggestion(7),
                _ => Target::Preview,
            };
            rows.extend(vec![row(target, false); *size]);
        }
        let mut results = Results::default();
        results.resize(20, height);
        results.set_rows(rows);
        results
    }

    #[test]
    fn keys_go_from_section_to_section() {
        let mut r = results(&[2, 30, 3, 0, 2], 8);
        let mut go = |command| {
            assert_eq!(r.update(command), Outcome::Done);
            (r.selected, r.top)
        };
        // The headings stand on rows 1, 5, 37, 42 and 44, of 48.
        assert_eq!(go(Command::NextSection), (7, 5));
        assert_eq!(go(Command::NextSection), (39, 37));
        assert_eq!(go(Command::NextSection), (46, 40), "one leads nowhere");
        assert_eq!(go(Command::NextSection), (46, 40));
        assert_eq!(go(Command::PreviousSection), (39, 37));
        go(Command::ItemDown);
        assert_eq!(
            go(Command::PreviousSection),
            (39, 37),
            "its own start first"
        );
        go(Command::ItemFirst);
        assert_eq!(go(Command::PreviousSection).0, 3);
        assert_eq!(go(Command::Suggestions), (39, 37));
        assert_eq!(r.chosen_suggestion(), Some(7));
        let none = results(&[2, 2], 8).update(Command::Suggestions);
        assert!(matches!(none, Outcome::Notice(_)));
    }
}

//! The post as LinkedIn's feed shows it: on a desktop or a phone, folded or unfolded.

use ratatui::text::Line;

use super::super::command::Command;
use super::super::widgets::wrap_line;
use super::Answer;
use super::page::Rows;

/// Columns of the feed, counted from screenshots as of November 2026: lines of 70 to 80 letters on
/// a desktop, of 40 to 45 on a phone. The feed's letters differ in width, so lines break about
/// there.
const DESKTOP: usize = 74;
const PHONE: usize = 42;
const MORE: &str = " … see more";

/// What is shown, and how.
#[derive(Debug, Clone, PartialEq)]
pub struct Preview {
    /// The post as published.
    pub text: String,
    /// Bytes shown before the fold, on a desktop and on a phone.
    pub folds: [usize; 2],
    pub is_phone: bool,
    pub is_unfolded: bool,
    rows: Rows,
    /// Columns that the rows were made for.
    width: Option<usize>,
}

impl Preview {
    /// The post on a phone, folded: how most readers meet it.
    #[must_use]
    pub fn new(text: String, folds: [usize; 2]) -> Self {
        Self {
            text,
            folds,
            is_phone: true,
            is_unfolded: false,
            rows: Rows::default(),
            width: None,
        }
    }

    /// The rows, as of the size it was given.
    #[must_use]
    pub fn shown(&self) -> &Rows {
        &self.rows
    }

    /// What it shows, for the title.
    #[must_use]
    pub fn title(&self) -> &'static str {
        let is_whole = self.folds[usize::from(self.is_phone)] >= self.text.len();
        match (self.is_phone, self.is_unfolded) {
            (true, _) if is_whole => "Preview · phone, not folded",
            (false, _) if is_whole => "Preview · desktop, not folded",
            (true, false) => "Preview · phone, folded",
            (true, true) => "Preview · phone, unfolded",
            (false, false) => "Preview · desktop, folded",
            (false, true) => "Preview · desktop, unfolded",
        }
    }

    /// What it shows, at most `width` columns wide.
    #[must_use]
    pub fn rows(&self, width: usize) -> Vec<Line<'static>> {
        let columns = if self.is_phone { PHONE } else { DESKTOP };
        let cut = self.folds[usize::from(self.is_phone)];
        let shown = match self.text.get(..cut) {
            Some(head) if !self.is_unfolded => head,
            _ => &self.text,
        };
        let is_cut = shown.len() < self.text.len();
        let mut shown = shown.trim_end().to_owned();
        if is_cut {
            shown.push_str(MORE);
        }
        let width = columns.min(width);
        let lines = shown.split('\n').map(Line::raw);
        lines.flat_map(|l| wrap_line(&l, width)).collect()
    }

    pub(super) fn fit(&mut self, (width, height): (usize, usize)) {
        if self.width != Some(width) {
            self.width = Some(width);
            self.rows.set(self.rows(width), height);
        }
        self.rows.scroll(0, height);
    }

    pub(super) fn update(&mut self, command: Command, size: (usize, usize)) -> Answer {
        match command {
            Command::SwitchScreen => self.is_phone = !self.is_phone,
            Command::SwitchFold => self.is_unfolded = !self.is_unfolded,
            _ if self.rows.update(command, size.1) => return Answer::Stay,
            _ => return Answer::Close,
        }
        self.width = None;
        self.rows.begin_anew();
        self.fit(size);
        Answer::Stay
    }

    pub(super) fn scroll(&mut self, rows: isize, height: usize) {
        self.rows.scroll(rows, height);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(preview: &Preview) -> Vec<String> {
        let rows = preview.rows(100);
        rows.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn folded_and_unfolded_on_both_screens() {
        let text = "A first line.\n\nAnd a second one.".to_owned();
        let mut preview = Preview::new(text.clone(), [text.len(), 20]);
        assert_eq!(rows(&preview), ["A first line.", "", "And a … see more"]);
        preview.is_unfolded = true;
        assert_eq!(rows(&preview), ["A first line.", "", "And a second one."]);
        preview = Preview {
            is_phone: false,
            is_unfolded: false,
            ..preview
        };
        assert_eq!(rows(&preview).len(), 3, "a desktop shows all of it");
    }
}

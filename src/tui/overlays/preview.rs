//! The post as LinkedIn's feed shows it: on a desktop or a phone, folded or unfolded.

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::text::Line;

use super::super::widgets::wrap_line;
use super::Answer;

/// Columns of the feed, counted from screenshots as of November 2026: lines of 70 to 80 letters on
/// a desktop, of 40 to 45 on a phone. The feed's letters differ in width, so lines break about
/// there.
const DESKTOP: usize = 74;
const PHONE: usize = 42;
const MORE: &str = " … see more";

/// What is shown, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// The post as published.
    pub text: String,
    /// Bytes shown before the fold, on a desktop and on a phone.
    pub folds: [usize; 2],
    pub is_phone: bool,
    pub is_unfolded: bool,
    pub top: usize,
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
            top: 0,
        }
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

    /// The rows, at most `width` columns wide.
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

    pub(super) fn key(&mut self, key: KeyEvent, size: (usize, usize)) -> Answer {
        match key.code {
            KeyCode::Tab | KeyCode::BackTab | KeyCode::Left | KeyCode::Right => {
                self.is_phone = !self.is_phone;
            }
            KeyCode::Enter | KeyCode::Char(' ') => self.is_unfolded = !self.is_unfolded,
            KeyCode::Down | KeyCode::Char('j') => return self.by(1, size),
            KeyCode::Up | KeyCode::Char('k') => return self.by(-1, size),
            KeyCode::PageDown => return self.by(size.1 as isize, size),
            KeyCode::PageUp => return self.by(-(size.1 as isize), size),
            _ => return Answer::Close,
        }
        self.top = 0;
        Answer::Stay
    }

    fn by(&mut self, rows: isize, size: (usize, usize)) -> Answer {
        self.scroll(rows, size);
        Answer::Stay
    }

    pub(super) fn scroll(&mut self, rows: isize, (width, height): (usize, usize)) {
        let count = self.rows(width).len();
        let last = count.saturating_sub(height.max(1));
        self.top = self.top.saturating_add_signed(rows).min(last);
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

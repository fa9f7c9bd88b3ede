//! Rows of figures, scrolled where there are more than fit: what the panes for operators show.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use super::command::Command;
use super::theme::Theme;
use super::widgets::fit_line;

/// What a piece of a row is; the theme says how it looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ink {
    Text,
    Faint,
    Title,
    Graph,
    Good,
    Warning,
    Error,
    Key,
    /// The chosen row of a list.
    Selected,
    /// The name of a page that is not shown.
    Tab,
    /// The name of the page that is shown.
    TabActive,
}

impl Ink {
    /// How it looks.
    #[must_use]
    pub fn style(self, theme: &Theme) -> Style {
        match self {
            Self::Text => theme.text,
            Self::Faint => theme.faint,
            Self::Title => theme.title,
            Self::Graph => theme.graph,
            Self::Good => theme.good,
            Self::Warning => theme.warning,
            Self::Error => theme.error,
            Self::Key => theme.key,
            Self::Selected => theme.selected,
            Self::Tab => theme.tab,
            Self::TabActive => theme.tab_active,
        }
    }
}

/// One row; what does not fit is cut when it is drawn.
pub type Row = Vec<(Ink, String)>;

/// The rows, and the part of them in view.
#[derive(Debug, Clone, Default)]
pub struct Figures {
    rows: Vec<Row>,
    top: usize,
    width: usize,
    height: usize,
}

impl Figures {
    /// Gives the view its size, and the rows that `of` makes of it.
    pub fn resize(
        &mut self,
        (width, height): (u16, u16),
        of: impl FnOnce(usize, usize) -> Vec<Row>,
    ) {
        (self.width, self.height) = (width.into(), height.into());
        self.show(of);
    }

    /// Shows the rows that `of` makes of the view's columns and rows.
    pub fn show(&mut self, of: impl FnOnce(usize, usize) -> Vec<Row>) {
        self.rows = of(self.width, self.height);
        self.scroll_by(0);
    }

    /// Carries out a command; there is nothing to select, so the view moves.
    pub fn update(&mut self, command: Command) {
        // The height of a screen is far below the limit of the type.
        let page = self.height.saturating_sub(1).max(1) as isize;
        match command {
            Command::ItemUp => self.scroll_by(-1),
            Command::ItemDown => self.scroll_by(1),
            Command::ItemPageUp => self.scroll_by(-page),
            Command::ItemPageDown => self.scroll_by(page),
            Command::ItemFirst => self.scroll_by(isize::MIN),
            Command::ItemLast => self.scroll_by(isize::MAX),
            _ => {}
        }
    }

    /// Moves the view by rows, no further than there are rows.
    pub fn scroll_by(&mut self, by: isize) {
        let most = self.rows.len().saturating_sub(self.height);
        self.top = self.top.saturating_add_signed(by).min(most);
    }
}

/// Draws the rows in view.
pub fn render(figures: &Figures, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let visible = figures.rows.iter().skip(figures.top);
    for (y, row) in (area.y..area.bottom()).zip(visible) {
        let place = Rect {
            y,
            height: 1,
            ..area
        };
        let pieces = row
            .iter()
            .map(|(ink, text)| Span::styled(text.as_str(), ink.style(theme)));
        fit_line(Line::from_iter(pieces), area.width.into()).render(place, buf);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(figures: &Figures) -> Vec<String> {
        let area = Rect::new(0, 0, 4, 3);
        let mut buf = Buffer::empty(area);
        render(
            figures,
            &Theme::built_in("sixteen").unwrap(),
            area,
            &mut buf,
        );
        let row = |y| (0..4).map(|x| buf[(x, y)].symbol()).collect::<String>();
        (0..3).map(row).collect()
    }

    #[test]
    fn scrolls_as_far_as_there_are_rows() {
        let mut figures = Figures::default();
        let rows = |n| {
            (1..=n)
                .map(|i| vec![(Ink::Text, format!("r {i}"))])
                .collect()
        };
        figures.resize((4, 3), |width, height| {
            assert_eq!((width, height), (4, 3));
            rows(5)
        });
        assert_eq!(drawn(&figures), ["r 1 ", "r 2 ", "r 3 "]);
        for (command, first) in [
            (Command::ItemDown, "r 2 "),
            (Command::ItemLast, "r 3 "),
            (Command::ItemDown, "r 3 "),
            (Command::ItemPageUp, "r 1 "),
            (Command::ItemUp, "r 1 "),
            (Command::ItemPageDown, "r 3 "),
            (Command::ItemFirst, "r 1 "),
            (Command::Save, "r 1 "),
        ] {
            figures.update(command);
            assert_eq!(drawn(&figures)[0], first, "{command:?}");
        }
        figures.update(Command::ItemLast);
        figures.show(|_, _| rows(2));
        assert_eq!(drawn(&figures), ["r 1 ", "r 2 ", "    "]);
    }
}

//! Styles by what they mean. Colour is never the only signal: marks and words go with it.

use ratatui::style::{Color, Modifier, Style};

use crate::analysis::Severity;

/// Styles by what they mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Theme {
    pub text: Style,
    pub faint: Style,
    pub title: Style,
    pub border: Style,
    pub border_focused: Style,
    pub selected: Style,
    pub selection: Style,
    pub good: Style,
    pub hint: Style,
    pub warning: Style,
    pub error: Style,
    pub key: Style,
    pub status: Style,
}

impl Theme {
    /// Sixteen colours, which every terminal maps to its own palette.
    #[must_use]
    pub fn ansi() -> Self {
        let fg = |c| Style::new().fg(c);
        Self {
            text: Style::new(),
            faint: fg(Color::DarkGray),
            title: Style::new().add_modifier(Modifier::BOLD),
            border: fg(Color::DarkGray),
            border_focused: fg(Color::Cyan),
            selected: Style::new().add_modifier(Modifier::REVERSED),
            selection: Style::new().add_modifier(Modifier::REVERSED),
            good: fg(Color::Green),
            hint: fg(Color::Cyan),
            warning: fg(Color::Yellow),
            error: fg(Color::Red).add_modifier(Modifier::BOLD),
            key: fg(Color::Cyan).add_modifier(Modifier::BOLD),
            status: Style::new().add_modifier(Modifier::REVERSED),
        }
    }

    /// No colour: bold, underline and reverse only.
    #[must_use]
    pub fn monochrome() -> Self {
        let plain = Style::new();
        let bold = plain.add_modifier(Modifier::BOLD);
        let reverse = plain.add_modifier(Modifier::REVERSED);
        Self {
            text: plain,
            faint: plain.add_modifier(Modifier::DIM),
            title: bold,
            border: plain.add_modifier(Modifier::DIM),
            border_focused: bold,
            selected: reverse,
            selection: reverse,
            good: plain,
            hint: plain,
            warning: plain,
            error: bold,
            key: bold,
            status: reverse,
        }
    }

    /// The style of a severity.
    #[must_use]
    pub fn severity(&self, severity: Severity) -> Style {
        match severity {
            Severity::Hint => self.hint,
            Severity::Warning => self.warning,
            Severity::Error => self.error,
        }
    }

    /// The style of a score from 0 to 100.
    #[must_use]
    pub fn score(&self, score: f64) -> Style {
        match score {
            s if s >= 75.0 => self.good,
            s if s >= 50.0 => self.warning,
            _ => self.error,
        }
    }
}

/// The mark of a severity.
#[must_use]
pub fn severity_mark(severity: Severity) -> &'static str {
    match severity {
        Severity::Hint => "·",
        Severity::Warning => "!",
        Severity::Error => "✗",
    }
}

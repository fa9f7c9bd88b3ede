//! Styles by what they mean. Colour is never the only signal: marks and words go with it.

use std::collections::BTreeSet;
use std::path::Path;

use ratatui::style::{Modifier, Style};

use crate::analysis::Severity;

use super::palette::{self, ColourDepth};

mod file;

pub use file::ThemeError;

/// The struct, and what goes over all of its fields.
macro_rules! theme {
    ($($(#[doc = $doc:literal])* $field:ident: $key:literal,)*) => {
        /// Styles by what they mean.
        #[derive(Debug, Clone, Default, PartialEq, Eq)]
        pub struct Theme {
            $($(#[doc = $doc])* pub $field: Style,)*
        }

        /// The fields' names in a theme file.
        const KEYS: &[&str] = &[$($key),*];

        impl Theme {
            /// The style that a theme file calls `key`.
            fn slot(&mut self, key: &str) -> Option<&mut Style> {
                match key {
                    $($key => Some(&mut self.$field),)*
                    _ => None,
                }
            }
        }
    };
}

theme! {
    /// The post and everything without a style of its own, with the ground it stands on.
    text: "text",
    /// What is said in passing.
    faint: "faint",
    /// Headings.
    title: "title",
    /// Around a pane.
    border: "border",
    /// Around the pane with the focus.
    border_focused: "border_focused",
    /// The chosen row of a list.
    selected: "selected",
    /// Selected text.
    selection: "selection",
    /// What is well.
    good: "good",
    /// What may be better.
    hint: "hint",
    /// What should be better.
    warning: "warning",
    /// What is wrong.
    error: "error",
    /// A key to press.
    key: "key",
    /// The status line.
    status: "status",
    /// Where a feed folds the post.
    ruler: "ruler",
    /// What a search found.
    match_: "match",
    /// The name of a pane behind others in the same frame.
    tab: "tab",
    /// The name of the pane in front.
    tab_active: "tab_active",
    /// Sparklines and bars of measurements.
    graph: "graph",
    /// Windows over the panes, with the ground they stand on.
    overlay: "overlay",
    /// A length near its limit; beyond it is an error.
    near_limit: "near_limit",
}

/// The built-in themes.
const BUILT_IN: [(&str, &str); 4] = [
    ("dark", include_str!("../../themes/dark.toml")),
    ("light", include_str!("../../themes/light.toml")),
    (
        "high-contrast",
        include_str!("../../themes/high-contrast.toml"),
    ),
    ("sixteen", include_str!("../../themes/sixteen.toml")),
];

impl Theme {
    /// The built-in theme of this name.
    #[must_use]
    pub fn built_in(name: &str) -> Option<Self> {
        BUILT_IN.iter().find(|(n, _)| *n == name)?;
        // That they can be read is tested.
        Self::load(name, None).ok()
    }

    /// The built-in themes, then those of `user_folder` that are none of them, each in order.
    #[must_use]
    pub fn names(user_folder: Option<&Path>) -> Vec<String> {
        let built_in = BUILT_IN.map(|(name, _)| name);
        let files = user_folder.and_then(|f| std::fs::read_dir(f).ok());
        let theirs: BTreeSet<String> = files
            .into_iter()
            .flatten()
            .filter_map(|entry| {
                let name = entry.ok()?.file_name().into_string().ok()?;
                Some(name.strip_suffix(".toml")?.to_owned())
            })
            .filter(|name| file::is_name(name) && !built_in.contains(&name.as_str()))
            .collect();
        built_in
            .map(str::to_owned)
            .into_iter()
            .chain(theirs)
            .collect()
    }

    /// The theme of this name: a file of `user_folder`, or a built-in one. What the file leaves
    /// out is inherited.
    ///
    /// # Errors
    /// Where there is no such theme, or its file or one that it inherits from is wrong.
    pub fn load(name: &str, user_folder: Option<&Path>) -> Result<Self, ThemeError> {
        file::load(name, user_folder)
    }

    /// No colour: bold, underline and reverse only.
    #[must_use]
    pub fn monochrome() -> Self {
        let plain = Style::new();
        let bold = plain.add_modifier(Modifier::BOLD);
        let dim = plain.add_modifier(Modifier::DIM);
        let reverse = plain.add_modifier(Modifier::REVERSED);
        let underlined = bold.add_modifier(Modifier::UNDERLINED);
        Self {
            text: plain,
            faint: dim,
            title: bold,
            border: dim,
            border_focused: bold,
            selected: reverse,
            selection: reverse,
            good: plain,
            hint: plain,
            warning: plain,
            error: bold,
            key: bold,
            status: reverse,
            ruler: dim,
            match_: underlined,
            tab: dim,
            tab_active: underlined,
            graph: plain,
            overlay: plain,
            near_limit: bold,
        }
    }

    /// The theme with colours that a terminal of this depth can show; without any it is the
    /// monochrome one, as what a theme tells by colour would be lost.
    #[must_use]
    pub fn at(mut self, depth: ColourDepth) -> Self {
        if depth == ColourDepth::None {
            return Self::monochrome();
        }
        for key in KEYS {
            if let Some(style) = self.slot(key) {
                style.fg = style.fg.and_then(|c| palette::at(c, depth));
                style.bg = style.bg.and_then(|c| palette::at(c, depth));
            }
        }
        self
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

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::style::Color;

    #[test]
    fn built_in_themes_leave_nothing_out() {
        for (name, text) in BUILT_IN {
            let table: toml::Table = text.parse().unwrap();
            let styles = table["styles"].as_table().unwrap();
            let mut keys: Vec<_> = styles.keys().map(String::as_str).collect();
            let mut wanted = KEYS.to_vec();
            keys.sort_unstable();
            wanted.sort_unstable();
            assert_eq!(keys, wanted, "{name}");
            assert!(Theme::load(name, None).is_ok(), "{name}");
        }
        assert_eq!(Theme::built_in("mine"), None);
    }

    /// The styles with their names.
    fn styles(theme: &Theme) -> Vec<(&'static str, Style)> {
        let mut theme = theme.clone();
        KEYS.iter().map(|k| (*k, *theme.slot(k).unwrap())).collect()
    }

    #[test]
    fn text_can_be_read_on_every_ground() {
        for (name, depth, least) in [
            ("dark", ColourDepth::True, 4.5),
            ("light", ColourDepth::True, 4.5),
            ("high-contrast", ColourDepth::True, 7.0),
            ("dark", ColourDepth::Ansi256, 4.5),
            ("light", ColourDepth::Ansi256, 4.5),
            ("high-contrast", ColourDepth::Ansi256, 7.0),
            // Of shades that the terminal chooses nothing more can be said.
            ("dark", ColourDepth::Ansi16, 3.0),
            ("light", ColourDepth::Ansi16, 3.0),
            ("high-contrast", ColourDepth::Ansi16, 3.0),
        ] {
            let theme = Theme::built_in(name).unwrap().at(depth);
            let grounds = [theme.text, theme.overlay, theme.status].map(|s| s.bg.unwrap());
            for (key, style) in styles(&theme) {
                let over = style.bg.map_or(grounds.to_vec(), |bg| vec![bg]);
                for ground in over {
                    let got = palette::contrast(style.fg.unwrap(), ground);
                    assert!(
                        got >= least,
                        "{name} {depth:?}: {key} on {ground}: {got:.2}"
                    );
                }
            }
            // What is marked by its ground stands out from the ground around it.
            for marked in [theme.selected, theme.selection, theme.match_] {
                let got = palette::contrast(marked.bg.unwrap(), grounds[0]);
                assert!(got >= 3.0, "{name} {depth:?}: {marked:?}: {got:.2}");
            }
        }
    }

    #[test]
    fn what_differs_in_meaning_differs_at_every_depth() {
        for name in BUILT_IN.map(|(name, _)| name) {
            for depth in [ColourDepth::True, ColourDepth::Ansi256, ColourDepth::Ansi16] {
                let t = Theme::built_in(name).unwrap().at(depth);
                for (a, b) in [
                    (t.good, t.warning),
                    (t.warning, t.error),
                    (t.hint, t.warning),
                    (t.near_limit, t.error),
                    (t.border, t.border_focused),
                    (t.tab, t.tab_active),
                    (t.match_, t.selection),
                ] {
                    assert_ne!(a, b, "{name} {depth:?}");
                }
            }
        }
    }

    #[test]
    fn sixteen_leaves_the_terminal_its_own() {
        let theme = Theme::built_in("sixteen").unwrap();
        assert_eq!(theme.text, Style::new());
        assert_eq!(theme.overlay, Style::new());
        assert_eq!(
            theme.error,
            Style::new().fg(Color::Red).add_modifier(Modifier::BOLD)
        );
        assert_eq!(theme.status, Style::new().add_modifier(Modifier::REVERSED));
        assert_eq!(theme.clone().at(ColourDepth::Ansi16), theme);
        assert_eq!(theme.at(ColourDepth::None), Theme::monochrome());
    }
}

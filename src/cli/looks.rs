//! What the configuration says of the workstation's keys and colours.

use anyhow::anyhow;

use crate::config::{Colour, Loaded};
use crate::tui::keymap::Keymap;
use crate::tui::palette::{self, ColourDepth};
use crate::tui::theme::{Theme, ThemeError};

use super::args::ColorWhen;
use super::config::{folder, place};

/// The keys.
///
/// # Errors
/// Where the configuration names a command or a key that there is not, or keys clash.
pub(super) fn keymap(loaded: &Loaded) -> anyhow::Result<Keymap> {
    Keymap::new(&loaded.config.keys).map_err(|error| {
        let place = place(loaded, &format!("keys.{}", error.command()));
        anyhow!("{place}: {error}")
    })
}

/// The theme, in all of its colours.
///
/// # Errors
/// Where there is no such theme, or its file is wrong.
pub(super) fn theme(loaded: &Loaded) -> anyhow::Result<Theme> {
    // The writer's own are beside the configuration.
    let themes = folder(loaded).map(|f| f.join("themes"));
    let named = &loaded.config.terminal.theme;
    Theme::load(named, themes.as_deref()).map_err(|error| match error {
        // The place in the theme's own file says more.
        ThemeError::Invalid { .. } => error.into(),
        _ => anyhow!("{}: {error}", place(loaded, "terminal.theme")),
    })
}

/// How many colours are wanted, and can be had.
pub(super) fn depth(loaded: &Loaded, flag: ColorWhen) -> ColourDepth {
    match (flag, loaded.config.terminal.colour) {
        (ColorWhen::Never, _) | (_, Colour::Never) => ColourDepth::None,
        (_, Colour::Auto) => palette::detect(|name| std::env::var(name).ok()),
        (_, Colour::Ansi16) => ColourDepth::Ansi16,
        (_, Colour::Ansi256) => ColourDepth::Ansi256,
        (_, Colour::True) => ColourDepth::True,
    }
}

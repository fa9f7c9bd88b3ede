//! Keys that cannot be used.

use super::{Chord, ChordError};

/// Keys that cannot be used; `command` is the one whose keys are to blame.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeymapError {
    /// No command has this name.
    #[error("unknown command: `{command}`\n  help: {remedy}")]
    Command {
        /// The name.
        command: String,
        /// What to do.
        remedy: String,
    },
    /// A key that there is not, or that cannot be pressed.
    #[error("`{command}`: {error}")]
    Chord {
        /// The command that it was meant for.
        command: String,
        /// What is wrong with it.
        error: ChordError,
    },
    /// A key that writes text where text is written.
    #[error(
        "`{command}`: `{chord}` writes text\n  help: hold ctrl or alt with it, or take an F key"
    )]
    Text {
        /// The command that it was meant for.
        command: String,
        /// The key.
        chord: Chord,
    },
    /// One key for two commands.
    #[error(
        "`{command}`: `{chord}` is `{other}` already\n  help: give `{other}` another key, or none: `{other} = []`"
    )]
    Clash {
        /// The command that was given the key.
        command: String,
        /// The key.
        chord: Chord,
        /// The command that has it.
        other: &'static str,
    },
    /// A place that could not be left.
    #[error(
        "no key is left for `{exit}` in the {place}\n  help: give it one that nothing else has there, as in `{exit} = [\"{usual}\"]`"
    )]
    NoExit {
        /// The command that left it none.
        command: String,
        /// The command that is left none.
        exit: &'static str,
        /// Its key in the table.
        usual: &'static str,
        /// Where.
        place: &'static str,
    },
}

impl KeymapError {
    /// The command whose keys are to blame.
    #[must_use]
    pub fn command(&self) -> &str {
        match self {
            Self::Command { command, .. }
            | Self::Chord { command, .. }
            | Self::Text { command, .. }
            | Self::Clash { command, .. }
            | Self::NoExit { command, .. } => command,
        }
    }
}

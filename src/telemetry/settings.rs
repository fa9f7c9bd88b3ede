//! What is logged, how and for how long.

use std::collections::BTreeMap;
use std::io;

use tracing::level_filters::LevelFilter;
use tracing_subscriber::EnvFilter;

/// How a line of the file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// Time, level, target and message, for people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

/// Settings of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// How lines are written.
    pub format: Format,
    /// Least that is logged.
    pub level: LevelFilter,
    /// Least that is logged of a room, such as `engine`, where it differs.
    pub rooms: BTreeMap<String, LevelFilter>,
    /// Days of files that are kept, today's included; 0 keeps all.
    pub keep: usize,
    /// Lines kept in memory, at most.
    pub ring_lines: usize,
    /// Bytes that they take, at most.
    pub ring_bytes: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            format: Format::default(),
            level: LevelFilter::INFO,
            rooms: BTreeMap::new(),
            keep: 7,
            ring_lines: 10_000,
            ring_bytes: 2 << 20,
        }
    }
}

impl Settings {
    /// The filter of both the files and the ring.
    pub(super) fn filter(&self) -> io::Result<EnvFilter> {
        EnvFilter::builder()
            .parse(self.directives()?)
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))
    }

    /// As `info,postwright::engine=debug`.
    fn directives(&self) -> io::Result<String> {
        let mut out = self.level.to_string();
        for (room, level) in &self.rooms {
            let is_name = |c: char| c.is_ascii_lowercase() || c == '_';
            if room.is_empty() || !room.chars().all(is_name) {
                let reason = format!(
                    "`{}` is no room; write the name of a module, such as engine or tui",
                    room.escape_debug()
                );
                return Err(io::Error::new(io::ErrorKind::InvalidInput, reason));
            }
            out.extend([",postwright::", room, "=", &level.to_string()]);
        }
        Ok(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rooms_become_directives() {
        let settings = Settings {
            level: LevelFilter::WARN,
            rooms: [
                ("tui".to_owned(), LevelFilter::OFF),
                ("engine".to_owned(), LevelFilter::DEBUG),
            ]
            .into(),
            ..Settings::default()
        };
        assert_eq!(
            settings.directives().unwrap(),
            "warn,postwright::engine=debug,postwright::tui=off"
        );
    }

    #[test]
    fn what_is_no_room_is_refused_by_name() {
        for room in ["", "engine=trace,", "a b", "\u{1b}[2J"] {
            let settings = Settings {
                rooms: [(room.to_owned(), LevelFilter::INFO)].into(),
                ..Settings::default()
            };
            let error = settings.filter().unwrap_err().to_string();
            assert!(error.contains(&room.escape_debug().to_string()), "{error}");
            assert!(!error.contains('\u{1b}'), "{error:?}");
        }
    }
}

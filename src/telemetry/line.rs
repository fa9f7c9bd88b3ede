//! One line of the log, as it is kept in memory, shown and sent.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// Most bytes of a line's text; the rest is cut off.
pub const LONGEST: usize = 2048;

/// How urgent a line is; the most urgent first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Something does not work.
    Error,
    /// Something works, but not as it should.
    Warn,
    /// What happened.
    Info,
    /// For whoever looks for a fault.
    Debug,
    /// Everything.
    Trace,
}

impl Level {
    /// All of them, the most urgent first.
    pub const ALL: [Self; 5] = [
        Self::Error,
        Self::Warn,
        Self::Info,
        Self::Debug,
        Self::Trace,
    ];

    /// As it stands in a line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "ERROR",
            Self::Warn => "WARN",
            Self::Info => "INFO",
            Self::Debug => "DEBUG",
            Self::Trace => "TRACE",
        }
    }
}

impl From<tracing::Level> for Level {
    fn from(level: tracing::Level) -> Self {
        match level {
            tracing::Level::ERROR => Self::Error,
            tracing::Level::WARN => Self::Warn,
            tracing::Level::INFO => Self::Info,
            tracing::Level::DEBUG => Self::Debug,
            tracing::Level::TRACE => Self::Trace,
        }
    }
}

/// A line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// From 1 on, in the order in which they were logged.
    pub number: u64,
    /// Milliseconds since 1970, by the system's clock.
    pub at_ms: u64,
    /// How urgent it is.
    pub level: Level,
    /// Who logged it: a room, or a crate of somebody else.
    pub room: Cow<'static, str>,
    /// Message and fields, without control characters, at most [`LONGEST`] bytes.
    pub text: Box<str>,
}

impl Line {
    /// The line as it may be shown, wherever it came from.
    #[must_use]
    pub fn scrubbed(self) -> Self {
        let room = match self.room {
            Cow::Borrowed(room) => Cow::Borrowed(room),
            Cow::Owned(room) => Cow::Owned(scrub(&room).into()),
        };
        let text = scrub(&self.text);
        Self { room, text, ..self }
    }

    /// Bytes that it takes in memory.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let room = match &self.room {
            Cow::Borrowed(_) => 0,
            Cow::Owned(room) => room.capacity(),
        };
        size_of::<Self>() + room + self.text.len()
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nanos = i128::from(self.at_ms) * 1_000_000;
        // Beyond the year 9999 the milliseconds have to do.
        match OffsetDateTime::from_unix_timestamp_nanos(nanos) {
            Ok(at) => {
                let (year, month, day) = at.date().to_calendar_date();
                let (hour, minute, second, milli) = at.time().as_hms_milli();
                let month = u8::from(month);
                write!(f, "{year:04}-{month:02}-{day:02}T")?;
                write!(f, "{hour:02}:{minute:02}:{second:02}.{milli:03}Z")?;
            }
            Err(_) => write!(f, "{} ms", self.at_ms)?,
        }
        write!(f, " {:>5} {}: {}", self.level.name(), self.room, self.text)
    }
}

/// Which lines are wanted; the default wants all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    least: Level,
    /// In lower case.
    holds: String,
}

impl Default for Filter {
    fn default() -> Self {
        Self::new(Level::Trace, "")
    }
}

impl Filter {
    /// Lines that are at least as urgent as `least` and have `holds` in their room or text, in
    /// whatever case.
    #[must_use]
    pub fn new(least: Level, holds: &str) -> Self {
        Self {
            least,
            holds: holds.to_lowercase(),
        }
    }

    /// Whether `line` is wanted.
    #[must_use]
    pub fn admits(&self, line: &Line) -> bool {
        line.level <= self.least
            && (self.holds.is_empty()
                || line.room.to_lowercase().contains(&self.holds)
                || line.text.to_lowercase().contains(&self.holds))
    }
}

/// `text` on one line, without what would steer a terminal or turn its direction, cut at
/// [`LONGEST`] bytes.
pub(super) fn scrub(text: &str) -> Box<str> {
    const CUT: char = '…';
    let mut out = String::with_capacity(text.len().min(LONGEST));
    for c in text.chars() {
        let shown = match c {
            '\n' | '\r' | '\t' => ' ',
            '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '�',
            c if c.is_control() => '�',
            c => c,
        };
        if out.len() + shown.len_utf8() + CUT.len_utf8() > LONGEST {
            out.push(CUT);
            break;
        }
        out.push(shown);
    }
    out.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn line(level: Level, room: &'static str, text: &str) -> Line {
        Line {
            number: 7,
            at_ms: 1_700_000_000_123,
            level,
            room: Cow::Borrowed(room),
            text: text.into(),
        }
    }

    #[test]
    fn a_line_reads_as_in_a_file() {
        let shown = line(Level::Warn, "engine", "it is slow").to_string();
        assert_eq!(shown, "2023-11-14T22:13:20.123Z  WARN engine: it is slow");
        let late = Line {
            at_ms: u64::MAX,
            ..line(Level::Info, "tui", "x")
        };
        assert_eq!(late.to_string(), "18446744073709551615 ms  INFO tui: x");
    }

    #[test]
    fn a_filter_asks_for_level_and_text_in_any_case() {
        let warning = line(Level::Warn, "engine", "Überlast");
        assert!(Filter::default().admits(&warning));
        assert!(Filter::new(Level::Warn, "überLAST").admits(&warning));
        assert!(Filter::new(Level::Trace, "ENG").admits(&warning));
        assert!(!Filter::new(Level::Error, "").admits(&warning));
        assert!(!Filter::new(Level::Trace, "cache").admits(&warning));
    }

    #[test]
    fn a_line_survives_its_journey() {
        let sent = line(Level::Debug, "cache", "a \"quoted\" text");
        let json = serde_json::to_string(&sent).unwrap();
        assert!(json.contains("\"level\":\"debug\""), "{json}");
        assert_eq!(serde_json::from_str::<Line>(&json).unwrap(), sent);
        let evil = Line {
            room: Cow::Owned("\u{1b}]0;x".to_owned()),
            text: "\u{1b}[2Jgone\u{202e}".into(),
            ..sent
        };
        let shown = evil.scrubbed().to_string();
        assert!(shown.ends_with("�]0;x: �[2Jgone�"), "{shown:?}");
    }

    proptest! {
        #[test]
        fn what_is_scrubbed_is_one_short_line(text in any::<String>(), times in 1usize..200) {
            let text = text.repeat(times);
            let scrubbed = scrub(&text);
            prop_assert!(scrubbed.len() <= LONGEST);
            prop_assert!(!scrubbed.contains(char::is_control));
            let again = scrub(&scrubbed);
            prop_assert_eq!(again.len() <= scrubbed.len(), true);
            if text.len() + 3 <= LONGEST && !text.contains(char::is_control) {
                prop_assert_eq!(scrubbed.chars().count(), text.chars().count());
            }
        }
    }
}

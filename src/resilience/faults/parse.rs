//! The grammar of faults.

use std::time::Duration;

use super::{FaultKind, VARIABLE};

/// Faults that cannot be read. Columns count characters, from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FaultsError {
    /// A part that is no `point=kind`.
    #[error(
        "{VARIABLE}, column {column}: `{part}` is no fault; write point=kind[:argument], as in disk=io:0.5"
    )]
    Form {
        /// Where the part begins.
        column: usize,
        /// The part.
        part: String,
    },
    /// A point that is not known.
    #[error("{VARIABLE}, column {column}: there is no point `{point}`; known here: {known}")]
    Point {
        /// Where the name begins.
        column: usize,
        /// The name.
        point: String,
        /// The names there are.
        known: String,
    },
    /// A kind that is not known.
    #[error(
        "{VARIABLE}, column {column}: there is no fault `{kind}`; use slow, panic, io or corrupt"
    )]
    Kind {
        /// Where the name begins.
        column: usize,
        /// The name.
        kind: String,
    },
    /// A probability that is none.
    #[error(
        "{VARIABLE}, column {column}: `{value}` is no probability; write a number from 0 to 1, as in 0.5"
    )]
    Probability {
        /// Where the value begins.
        column: usize,
        /// The value.
        value: String,
    },
    /// A duration that is none.
    #[error(
        "{VARIABLE}, column {column}: `{value}` is no duration; write a whole number with us, ms or s, as in slow:50ms"
    )]
    Duration {
        /// Where the value begins.
        column: usize,
        /// The value; empty where it is missing.
        value: String,
    },
    /// A count that is none.
    #[error(
        "{VARIABLE}, column {column}: `{value}` is no count; write x and a number, as in io:x20"
    )]
    Count {
        /// Where the value begins.
        column: usize,
        /// The value.
        value: String,
    },
    /// More arguments than the kind has.
    #[error("{VARIABLE}, column {column}: `{rest}` is too much for `{kind}`; remove it")]
    Rest {
        /// Where it begins.
        column: usize,
        /// What is left over.
        rest: String,
        /// The kind.
        kind: &'static str,
    },
    /// A fault that was given before.
    #[error("{VARIABLE}, column {column}: `{point}={kind}` is there twice; remove one")]
    Twice {
        /// Where the second begins.
        column: usize,
        /// The point.
        point: String,
        /// The kind.
        kind: &'static str,
    },
}

/// A fault as it was given.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Given<'a> {
    pub point: &'a str,
    pub kind: FaultKind,
    /// Zero but for [`FaultKind::Slow`].
    pub delay: Duration,
    pub probability: f64,
    /// Times that it happens at most.
    pub most: u64,
}

/// A piece of the text, trimmed, and its column.
#[derive(Debug, Clone, Copy)]
struct Piece<'a> {
    text: &'a str,
    column: usize,
}

impl<'a> Piece<'a> {
    /// The piece without white space around it.
    fn new(text: &'a str, column: usize) -> Self {
        let trimmed = text.trim_start();
        let skipped = text.chars().count() - trimmed.chars().count();
        Self {
            text: trimmed.trim_end(),
            column: column + skipped,
        }
    }

    /// What is before and after the first `separator`.
    fn split(self, separator: char) -> Option<(Self, Self)> {
        let (before, after) = self.text.split_once(separator)?;
        let column = self.column + before.chars().count() + 1;
        Some((Self::new(before, self.column), Self::new(after, column)))
    }

    /// The same, where there may be no `separator`.
    fn maybe_split(self, separator: char) -> (Self, Option<Self>) {
        match self.split(separator) {
            Some((before, after)) => (before, Some(after)),
            None => (self, None),
        }
    }
}

/// The faults in `text`.
pub(super) fn rules<'a>(text: &'a str, known: &[&str]) -> Result<Vec<Given<'a>>, FaultsError> {
    let mut rules: Vec<Given> = Vec::new();
    let mut rest = Some(Piece::new(text, 1)).filter(|p| !p.text.is_empty());
    while let Some(piece) = rest {
        let (part, after) = piece.maybe_split(',');
        let given = rule(part, known)?;
        if rules
            .iter()
            .any(|r| (r.point, r.kind) == (given.point, given.kind))
        {
            return Err(FaultsError::Twice {
                column: part.column,
                point: given.point.to_owned(),
                kind: given.kind.name(),
            });
        }
        rules.push(given);
        rest = after;
    }
    Ok(rules)
}

fn rule<'a>(part: Piece<'a>, known: &[&str]) -> Result<Given<'a>, FaultsError> {
    let Some((point, fault)) = part.split('=') else {
        return Err(FaultsError::Form {
            column: part.column,
            part: part.text.to_owned(),
        });
    };
    if !known.contains(&point.text) {
        return Err(FaultsError::Point {
            column: point.column,
            point: point.text.to_owned(),
            known: known.join(", "),
        });
    }
    let (name, mut arguments) = fault.maybe_split(':');
    let kind = FaultKind::ALL.into_iter().find(|k| k.name() == name.text);
    let kind = kind.ok_or_else(|| FaultsError::Kind {
        column: name.column,
        kind: name.text.to_owned(),
    })?;
    let mut next = || {
        let (argument, rest) = arguments?.maybe_split(':');
        arguments = rest;
        Some(argument)
    };
    let delay = match kind {
        FaultKind::Slow => {
            let end = name.column + name.text.chars().count();
            duration(next().unwrap_or(Piece::new("", end)))?
        }
        FaultKind::Panic | FaultKind::Io | FaultKind::Corrupt => Duration::ZERO,
    };
    let is_count = |piece: &Piece| piece.text.starts_with('x');
    let mut argument = next();
    let probability = argument
        .take_if(|piece| !is_count(piece))
        .map_or(Ok(1.0), probability)?;
    let most = argument.or_else(&mut next).map_or(Ok(u64::MAX), count)?;
    if let Some(rest) = arguments {
        return Err(FaultsError::Rest {
            column: rest.column,
            rest: rest.text.to_owned(),
            kind: kind.name(),
        });
    }
    Ok(Given {
        point: point.text,
        kind,
        delay,
        probability,
        most,
    })
}

fn count(piece: Piece) -> Result<u64, FaultsError> {
    let number = piece.text.strip_prefix('x').map(str::parse);
    number
        .and_then(Result::ok)
        .ok_or_else(|| FaultsError::Count {
            column: piece.column,
            value: piece.text.to_owned(),
        })
}

fn probability(piece: Piece) -> Result<f64, FaultsError> {
    let number = piece.text.parse().ok();
    let probability = number.filter(|p| (0.0..=1.0).contains(p));
    probability.ok_or_else(|| FaultsError::Probability {
        column: piece.column,
        value: piece.text.to_owned(),
    })
}

fn duration(piece: Piece) -> Result<Duration, FaultsError> {
    let digits = piece.text.find(|c: char| !c.is_ascii_digit());
    let (number, unit) = piece.text.split_at(digits.unwrap_or(piece.text.len()));
    let number = number.parse().ok();
    let duration = number.and_then(|n| match unit.trim_start() {
        "us" => Some(Duration::from_micros(n)),
        "ms" => Some(Duration::from_millis(n)),
        "s" => Some(Duration::from_secs(n)),
        _ => None,
    });
    duration.ok_or_else(|| FaultsError::Duration {
        column: piece.column,
        value: piece.text.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const KNOWN: &[&str] = &["cuda", "disk", "mémoire"];

    #[test]
    fn the_grammar_reads() {
        let given = |point, kind, delay, probability| Given {
            point,
            kind,
            delay: Duration::from_micros(delay),
            probability,
            most: u64::MAX,
        };
        let text = "cuda=panic:0.5, disk = io ,mémoire=slow:50ms,cuda=slow: 2 s : 0.1,disk=corrupt:0,\
                    disk=slow:7us";
        let expected = [
            given("cuda", FaultKind::Panic, 0, 0.5),
            given("disk", FaultKind::Io, 0, 1.0),
            given("mémoire", FaultKind::Slow, 50_000, 1.0),
            given("cuda", FaultKind::Slow, 2_000_000, 0.1),
            given("disk", FaultKind::Corrupt, 0, 0.0),
            given("disk", FaultKind::Slow, 7, 1.0),
        ];
        assert_eq!(rules(text, KNOWN).unwrap(), expected);
        assert_eq!(rules(" ", KNOWN).unwrap(), []);
        for (text, probability, most) in [
            ("disk=io:x20", 1.0, 20),
            ("disk=io:0.5: x3", 0.5, 3),
            ("disk=slow:5ms:x0", 1.0, 0),
        ] {
            let given = rules(text, KNOWN).unwrap()[0];
            assert_eq!(
                (given.probability, given.most),
                (probability, most),
                "{text}"
            );
        }
    }

    #[test]
    fn mistakes_name_their_column_and_what_is_allowed() {
        let table = [
            (
                "disk",
                "1: `disk` is no fault; write point=kind[:argument], as in disk=io:0.5",
            ),
            (
                "disk=io,",
                "9: `` is no fault; write point=kind[:argument], as in disk=io:0.5",
            ),
            (
                " disc=io",
                "2: there is no point `disc`; known here: cuda, disk, mémoire",
            ),
            (
                "mémoire=io, disk=oi",
                "18: there is no fault `oi`; use slow, panic, io or corrupt",
            ),
            (
                "disk=io:2",
                "9: `2` is no probability; write a number from 0 to 1, as in 0.5",
            ),
            (
                "disk=io:",
                "9: `` is no probability; write a number from 0 to 1, as in 0.5",
            ),
            (
                "disk=io:NaN",
                "9: `NaN` is no probability; write a number from 0 to 1, as in 0.5",
            ),
            (
                "disk=slow",
                "10: `` is no duration; write a whole number with us, ms or s, as in slow:50ms",
            ),
            (
                "disk=slow: 5",
                "12: `5` is no duration; write a whole number with us, ms or s, as in slow:50ms",
            ),
            (
                "disk=slow:99999999999999999999s",
                "11: `99999999999999999999s` is no duration; write a whole number with us, ms or \
                 s, as in slow:50ms",
            ),
            (
                "disk=slow:5ms:x",
                "15: `x` is no count; write x and a number, as in io:x20",
            ),
            (
                "disk=io:1:2",
                "11: `2` is no count; write x and a number, as in io:x20",
            ),
            (
                "disk=io:x1:0.5",
                "12: `0.5` is too much for `io`; remove it",
            ),
            (
                "disk=io,cuda=io,disk=io:0.1",
                "17: `disk=io` is there twice; remove one",
            ),
        ];
        for (text, message) in table {
            let error = rules(text, KNOWN).unwrap_err().to_string();
            assert_eq!(
                error,
                format!("POSTWRIGHT_FAULTS, column {message}"),
                "{text}"
            );
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "[ a-z=:,0-9.é]{0,30}") {
            let _ = rules(&text, KNOWN);
        }

        #[test]
        fn a_change_of_one_character_never_panics(at in 0usize..40, by in any::<char>()) {
            let text = "cuda=panic:0.5,disk=slow:5ms:1,disk=io";
            let changed: String = text
                .chars()
                .enumerate()
                .map(|(n, c)| if n == at { by } else { c })
                .collect();
            if let Ok(rules) = rules(&changed, KNOWN) {
                prop_assert!(rules.len() <= 4);
            }
        }
    }
}

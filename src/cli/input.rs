//! Reading posts: files and standard input, as UTF-8 or not at all.

use std::fmt;
use std::fs::File;
use std::io::{self, IsTerminal, Read};
use std::path::{Path, PathBuf};

use crate::engine::batch::LONGEST;

/// Where a post comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Source {
    Stdin,
    File(PathBuf),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stdin => f.write_str("-"),
            Self::File(path) => path.display().fmt(f),
        }
    }
}

impl Source {
    /// The sources that a list of arguments names.
    ///
    /// # Errors
    /// Where none is named and standard input is a terminal.
    pub(super) fn all(files: &[PathBuf]) -> anyhow::Result<Vec<Self>> {
        if files.is_empty() {
            anyhow::ensure!(
                !io::stdin().is_terminal(),
                "no input\n  help: name a file, pipe a post in, or give `-` to type one"
            );
            return Ok(vec![Self::Stdin]);
        }
        let of = |p: &PathBuf| {
            if p == Path::new("-") {
                Self::Stdin
            } else {
                Self::File(p.clone())
            }
        };
        let sources: Vec<Self> = files.iter().map(of).collect();
        let piped = sources.iter().filter(|s| **s == Self::Stdin).count();
        anyhow::ensure!(
            piped <= 1,
            "`-` is given {piped} times, and standard input can be read once\n  help: name files \
             for the others"
        );
        Ok(sources)
    }

    /// The whole text.
    ///
    /// # Errors
    /// Names the source, and the offset of the first byte that is no UTF-8.
    pub(super) fn read(&self) -> Result<String, InputError> {
        let mut bytes = Vec::new();
        let most = LONGEST as u64 + 1;
        let read = match self {
            Self::Stdin => io::stdin().lock().take(most).read_to_end(&mut bytes),
            Self::File(path) => {
                File::open(path).and_then(|file| file.take(most).read_to_end(&mut bytes))
            }
        };
        read.map_err(|error| self.unreadable(error))?;
        if bytes.len() > LONGEST {
            return Err(InputError::TooLong {
                name: self.to_string(),
            });
        }
        decode(bytes).map_err(|reason| InputError::NotUtf8 {
            name: self.to_string(),
            reason,
        })
    }

    /// What to say of a failure to read it.
    pub(super) fn unreadable(&self, source: io::Error) -> InputError {
        let help = match source.kind() {
            io::ErrorKind::NotFound => "check the path",
            io::ErrorKind::IsADirectory => "name the files in it",
            io::ErrorKind::PermissionDenied => "check who may read it",
            _ => "copy its text into a file of its own and name that",
        };
        InputError::Read {
            name: self.to_string(),
            source,
            help,
        }
    }
}

/// A post that could not be read.
#[derive(Debug, thiserror::Error)]
pub(super) enum InputError {
    #[error("{name}: cannot read: {source}\n  help: {help}")]
    Read {
        name: String,
        source: io::Error,
        help: &'static str,
    },
    #[error("{name}: not UTF-8: {reason}")]
    NotUtf8 { name: String, reason: String },
    #[error("{name}: more than {} MiB\n  help: give one post a file, or many with --jsonl", LONGEST >> 20)]
    TooLong { name: String },
}

/// Text from bytes.
///
/// # Errors
/// Which byte is wrong, where, and what to do.
pub(super) fn decode(bytes: Vec<u8>) -> Result<String, String> {
    String::from_utf8(bytes).map_err(|e| {
        let at = e.utf8_error().valid_up_to();
        let bytes = e.as_bytes();
        let help = match bytes {
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => "; this looks like UTF-16: save it as UTF-8",
            _ => "; save it as UTF-8",
        };
        // `valid_up_to` is below the length where there is an error.
        let byte = bytes.get(at).copied().unwrap_or_default();
        format!("byte 0x{byte:02x} at offset {at}{help}")
    })
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn the_offset_of_the_first_bad_byte_is_named() {
        let error = decode(b"caf\xe9 ok".to_vec()).unwrap_err();
        assert!(error.starts_with("byte 0xe9 at offset 3"), "{error}");
        assert!(
            decode(vec![0xff, 0xfe, b'a', 0])
                .unwrap_err()
                .contains("UTF-16")
        );
        assert_eq!(decode("né".into()).unwrap(), "né");
    }
}

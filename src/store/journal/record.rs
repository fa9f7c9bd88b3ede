//! Bytes of a journal.
//!
//! A header of [`MAGIC`] and [`VERSION`], then records: length of the payload, first four bytes
//! of its blake3, payload. All numbers are little-endian.

use std::ffi::OsStr;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// How a journal begins.
pub(super) const MAGIC: &[u8; 8] = b"PWDRAFT\n";
/// The format that is written.
pub(super) const VERSION: u32 = 1;
/// Longest payload, in bytes.
pub(super) const LARGEST: usize = 256 << 20;

const FRAME: usize = 8;
const BASE: u8 = 1;
const CHANGE: u8 = 2;
const SAVED: u8 = 3;

/// One record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Record<'a> {
    /// The whole text, the file it belongs to, and whether that file holds it.
    Base {
        path: Option<&'a Path>,
        saved: bool,
        text: &'a str,
    },
    /// A [`super::Change`].
    Change {
        at: u64,
        removed: u64,
        inserted: &'a str,
    },
    /// A text of this hash was saved to `path`.
    Saved { path: &'a Path, hash: [u8; 32] },
}

/// The header of a new journal.
pub(super) fn header() -> Vec<u8> {
    let mut out = MAGIC.to_vec();
    out.extend(VERSION.to_le_bytes());
    out
}

impl<'a> Record<'a> {
    /// Appends the record to `out`, which stays as it is where the record is too long.
    pub(super) fn put(&self, out: &mut Vec<u8>) -> io::Result<()> {
        let start = out.len();
        out.extend([0; FRAME]);
        match *self {
            Self::Base { path, saved, text } => {
                out.extend([BASE, u8::from(saved), u8::from(path.is_some())]);
                put_path(path.unwrap_or(Path::new("")), out);
                out.extend(text.as_bytes());
            }
            Self::Change {
                at,
                removed,
                inserted,
            } => {
                out.push(CHANGE);
                out.extend(at.to_le_bytes());
                out.extend(removed.to_le_bytes());
                out.extend(inserted.as_bytes());
            }
            Self::Saved { path, hash } => {
                out.push(SAVED);
                put_path(path, out);
                out.extend(hash);
            }
        }
        let payload = &out[start + FRAME..];
        let length = u32::try_from(payload.len()).ok();
        let Some(length) = length.filter(|_| payload.len() <= LARGEST) else {
            out.truncate(start);
            let reason = format!("a record may have {LARGEST} bytes at most");
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, reason));
        };
        let sum = checksum(payload);
        out[start..start + 4].copy_from_slice(&length.to_le_bytes());
        out[start + 4..start + FRAME].copy_from_slice(&sum);
        Ok(())
    }

    /// Takes the first record off `bytes`; `None` where it is cut or corrupt.
    pub(super) fn take(bytes: &mut &'a [u8]) -> Option<Self> {
        let rest = *bytes;
        let (length, rest) = rest.split_first_chunk()?;
        let (sum, rest) = rest.split_first_chunk::<4>()?;
        let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
        if length > LARGEST {
            return None;
        }
        let (payload, rest) = rest.split_at_checked(length)?;
        if checksum(payload) != *sum {
            return None;
        }
        let record = Self::decode(payload)?;
        *bytes = rest;
        Some(record)
    }

    fn decode(payload: &'a [u8]) -> Option<Self> {
        let (kind, rest) = payload.split_first()?;
        match *kind {
            BASE => {
                let (&[saved, has_path], rest) = rest.split_first_chunk()?;
                let (path, text) = take_path(rest)?;
                Some(Self::Base {
                    path: (has_path == 1).then_some(path),
                    saved: saved == 1,
                    text: str::from_utf8(text).ok()?,
                })
            }
            CHANGE => {
                let (at, rest) = rest.split_first_chunk()?;
                let (removed, inserted) = rest.split_first_chunk()?;
                Some(Self::Change {
                    at: u64::from_le_bytes(*at),
                    removed: u64::from_le_bytes(*removed),
                    inserted: str::from_utf8(inserted).ok()?,
                })
            }
            SAVED => {
                let (path, hash) = take_path(rest)?;
                Some(Self::Saved {
                    path,
                    hash: hash.try_into().ok()?,
                })
            }
            _ => None,
        }
    }
}

fn put_path(path: &Path, out: &mut Vec<u8>) {
    let bytes = path.as_os_str().as_bytes();
    // No system takes paths near this long; a cut one could only misname the draft's file.
    let length = u32::try_from(bytes.len()).unwrap_or(0);
    out.extend(length.to_le_bytes());
    if length > 0 {
        out.extend(bytes);
    }
}

fn take_path(bytes: &[u8]) -> Option<(&Path, &[u8])> {
    let (length, rest) = bytes.split_first_chunk()?;
    let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
    let (path, rest) = rest.split_at_checked(length)?;
    Some((Path::new(OsStr::from_bytes(path)), rest))
}

fn checksum(payload: &[u8]) -> [u8; 4] {
    let [a, b, c, d, ..] = *blake3::hash(payload).as_bytes();
    [a, b, c, d]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_read_back_and_anything_cut_does_not() {
        let records = [
            Record::Base {
                path: Some(Path::new("/tmp/é.md")),
                saved: true,
                text: "héllo",
            },
            Record::Base {
                path: None,
                saved: false,
                text: "",
            },
            Record::Change {
                at: 3,
                removed: u64::MAX,
                inserted: "👩‍💻",
            },
            Record::Saved {
                path: Path::new("a"),
                hash: [7; 32],
            },
        ];
        for record in records {
            let mut bytes = Vec::new();
            record.put(&mut bytes).unwrap();
            let mut rest = bytes.as_slice();
            assert_eq!(Record::take(&mut rest), Some(record));
            assert!(rest.is_empty());
            for end in 0..bytes.len() {
                assert_eq!(Record::take(&mut &bytes[..end]), None);
            }
        }
    }

    #[test]
    fn zeros_and_a_length_beyond_the_file_are_no_records() {
        assert_eq!(Record::take(&mut [0; 64].as_slice()), None);
        let mut huge = u32::MAX.to_le_bytes().to_vec();
        huge.extend([0; 64]);
        assert_eq!(Record::take(&mut huge.as_slice()), None);
    }
}

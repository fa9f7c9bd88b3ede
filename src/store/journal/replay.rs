//! Reading a journal back.

use std::path::PathBuf;

use super::record::{MAGIC, Record, VERSION};

/// What a journal says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Replayed {
    pub(super) path: Option<PathBuf>,
    /// The file at `path` held this very text.
    pub(super) saved: bool,
    pub(super) text: String,
    /// There is more in the journal, which cannot be used.
    pub(super) damaged: bool,
}

/// A journal without a text to begin with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoBase {
    /// The header is no journal's, or the base is cut or corrupt.
    Damaged,
    /// It is of another format.
    Format(u32),
}

/// Reads `bytes` up to the first record that cannot be used.
pub(super) fn replay(bytes: &[u8]) -> Result<Replayed, NoBase> {
    let rest = bytes.strip_prefix(MAGIC).ok_or(NoBase::Damaged)?;
    let (version, mut rest) = rest.split_first_chunk().ok_or(NoBase::Damaged)?;
    let version = u32::from_le_bytes(*version);
    if version != VERSION {
        return Err(NoBase::Format(version));
    }
    let Some(Record::Base { path, saved, text }) = Record::take(&mut rest) else {
        return Err(NoBase::Damaged);
    };
    let mut replayed = Replayed {
        path: path.map(PathBuf::from),
        saved,
        text: text.to_owned(),
        damaged: false,
    };
    while !rest.is_empty() {
        if !Record::take(&mut rest).is_some_and(|record| replayed.follow(record)) {
            replayed.damaged = true;
            break;
        }
    }
    Ok(replayed)
}

impl Replayed {
    /// Returns whether the record fits.
    fn follow(&mut self, record: Record<'_>) -> bool {
        match record {
            // Each base begins a file of its own.
            Record::Base { .. } => false,
            Record::Change {
                at,
                removed,
                inserted,
            } => {
                self.saved = false;
                match (usize::try_from(at), usize::try_from(removed)) {
                    (Ok(at), Ok(removed)) => apply(&mut self.text, at, removed, inserted),
                    _ => false,
                }
            }
            Record::Saved { path, hash } => {
                self.saved = blake3::hash(self.text.as_bytes()) == hash;
                self.path = Some(path.to_owned());
                true
            }
        }
    }
}

/// Changes `text` where the change fits it. Returns whether it did.
pub(super) fn apply(text: &mut String, at: usize, removed: usize, inserted: &str) -> bool {
    let end = at.checked_add(removed);
    let Some(end) = end.filter(|&end| text.get(at..end).is_some()) else {
        return false;
    };
    text.replace_range(at..end, inserted);
    true
}

#[cfg(test)]
mod tests {
    use super::super::record::header;
    use super::*;
    use proptest::prelude::*;

    /// A journal of `base` and `edits`: its bytes, and behind how many of them the text was what.
    fn journal(base: &str, edits: &[(usize, usize, String)]) -> (Vec<u8>, Vec<(usize, String)>) {
        let mut bytes = header();
        let (path, saved, text) = (None, false, base);
        Record::Base { path, saved, text }.put(&mut bytes).unwrap();
        let mut text = base.to_owned();
        let mut states = vec![(bytes.len(), text.clone())];
        for (at, removed, inserted) in edits {
            let at = text.floor_char_boundary(*at % (text.len() + 1));
            let end = text.ceil_char_boundary((at + removed).min(text.len()));
            assert!(apply(&mut text, at, end - at, inserted));
            let (at, removed) = (at as u64, (end - at) as u64);
            let record = Record::Change {
                at,
                removed,
                inserted,
            };
            record.put(&mut bytes).unwrap();
            states.push((bytes.len(), text.clone()));
        }
        (bytes, states)
    }

    fn some_edits() -> Vec<(usize, usize, String)> {
        ["a", "é", "👩‍💻", "", "\n"]
            .map(|s| (5, 2, s.to_owned()))
            .to_vec()
    }

    #[test]
    fn a_tail_torn_at_any_byte_gives_all_records_before_it() {
        let (bytes, states) = journal("hello wörld", &some_edits());
        for end in 0..=bytes.len() {
            match replay(&bytes[..end]) {
                Err(_) => assert!(end < states[0].0),
                Ok(replayed) => {
                    let (at, text) = states.iter().rfind(|(at, _)| *at <= end).unwrap();
                    assert_eq!(&replayed.text, text);
                    assert_eq!(replayed.damaged, *at != end);
                }
            }
        }
    }

    #[test]
    fn a_change_that_does_not_fit_ends_the_reading() {
        let (bytes, _) = journal("é", &[]);
        for (at, removed) in [(1, 0), (0, 1), (3, 0), (0, 3), (u64::MAX, 1), (1, u64::MAX)] {
            let mut bytes = bytes.clone();
            let inserted = "x";
            let record = Record::Change {
                at,
                removed,
                inserted,
            };
            record.put(&mut bytes).unwrap();
            let replayed = replay(&bytes).unwrap();
            assert_eq!((replayed.text.as_str(), replayed.damaged), ("é", true));
        }
    }

    #[test]
    fn a_mark_counts_for_the_text_it_was_made_of() {
        let (mut bytes, states) = journal("one", &some_edits());
        let text = &states.last().unwrap().1;
        let path = std::path::Path::new("/p.md");
        for (of, saved) in [(text.as_str(), true), ("older", false)] {
            let hash = *blake3::hash(of.as_bytes()).as_bytes();
            Record::Saved { path, hash }.put(&mut bytes).unwrap();
            let replayed = replay(&bytes).unwrap();
            assert_eq!(replayed.saved, saved);
            assert_eq!(replayed.path.as_deref(), Some(path));
        }
    }

    #[test]
    fn another_format_is_told_from_damage() {
        let mut bytes = journal("x", &[]).0;
        bytes[8] = 2;
        assert_eq!(replay(&bytes), Err(NoBase::Format(2)));
        bytes[0] = b'?';
        assert_eq!(replay(&bytes), Err(NoBase::Damaged));
    }

    proptest! {
        #[test]
        fn a_damaged_journal_gives_a_text_that_stood_there(
            base in "[a-zé👩 ]{0,12}",
            edits in prop::collection::vec((0..99usize, 0..5usize, "[a-zé👩‍💻\n]{0,4}"), 0..20),
            cut in any::<prop::sample::Index>(),
            flips in prop::collection::vec(any::<prop::sample::Index>(), 0..4),
        ) {
            let (mut bytes, states) = journal(&base, &edits);
            bytes.truncate(cut.index(bytes.len() + 1));
            for flip in flips {
                if let Some(bits) = (bytes.len() * 8).checked_sub(1) {
                    let bit = flip.index(bits + 1);
                    bytes[bit / 8] ^= 1 << (bit % 8);
                }
            }
            if let Ok(replayed) = replay(&bytes) {
                prop_assert!(states.iter().any(|(_, text)| *text == replayed.text));
            }
        }

        #[test]
        fn any_bytes_are_read_without_a_panic(tail in prop::collection::vec(any::<u8>(), 0..200)) {
            let mut bytes = journal("x", &[]).0;
            bytes.extend(&tail);
            prop_assert_eq!(replay(&bytes).unwrap().text, "x");
            let mut bytes = header();
            bytes.extend(&tail);
            prop_assert!(replay(&bytes).is_err());
        }
    }
}

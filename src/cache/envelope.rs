//! Bytes of an entry on disk and in the remote tier.
//!
//! Checksum (XXH3 of all that follows, seeded with eight bytes of the key), format, kind, stamp,
//! expiry (seconds since 1970, zero for none), cost (microseconds), number of tags, each tag behind
//! its length, payload. All numbers are little-endian. The key is in the checksum, so that an entry
//! under another's key is damaged, not wrong.

use std::time::Duration;

use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::key::Key;
use super::object::Kind;
use super::tags::{Stamp, Tag};

/// The format that is written and read.
const VERSION: u8 = 1;
const SUM: usize = 8;

/// What is known of an entry besides its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Label {
    pub(super) stamp: Stamp,
    /// Seconds since 1970.
    pub(super) expires: Option<u64>,
    /// What the value took to compute; kept to the microsecond, at most 71 minutes.
    pub(super) cost: Duration,
}

impl Label {
    /// Whether it may no longer be served `now` seconds after 1970.
    pub(super) fn is_expired(&self, now: u64) -> bool {
        self.expires.is_some_and(|e| e <= now)
    }
}

/// An entry that was read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Opened<'a> {
    pub(super) kind: Kind,
    pub(super) label: Label,
    pub(super) tags: Names<'a>,
    pub(super) payload: &'a [u8],
}

/// Names of tags, each behind its length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Names<'a>(&'a [u8]);

impl<'a> Names<'a> {
    /// Splits `count` names off `bytes`.
    fn split(count: u8, bytes: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let mut rest = bytes;
        for _ in 0..count {
            rest = take_name(rest)?.1;
        }
        let names = &bytes[..bytes.len() - rest.len()];
        Some((Self(names), rest))
    }

    pub(super) fn iter(self) -> impl Iterator<Item = &'a str> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            let (name, after) = take_name(rest)?;
            rest = after;
            Some(name)
        })
    }

    pub(super) fn to_tags(self) -> Vec<Tag> {
        self.iter().map(Tag::new).collect()
    }
}

fn take_name(bytes: &[u8]) -> Option<(&str, &[u8])> {
    let (length, rest) = bytes.split_first_chunk()?;
    let length = usize::from(u16::from_le_bytes(*length));
    let (name, rest) = rest.split_at_checked(length)?;
    Some((str::from_utf8(name).ok()?, rest))
}

/// Why bytes are no entry of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unreadable {
    /// Cut, altered, or of another key.
    Damaged,
    /// Written by a version with another format.
    OtherFormat,
}

/// The bytes of an entry; `None` where it has more than 255 tags or one above 65 535 bytes.
pub(super) fn seal(key: &Key, label: &Label, tags: &[Tag], payload: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(SUM + 23 + 16 * tags.len() + payload.len());
    out.extend([0; SUM]);
    out.extend([VERSION, key.kind().code()]);
    out.extend(label.stamp.0.to_le_bytes());
    out.extend(label.expires.unwrap_or(0).to_le_bytes());
    let cost = u32::try_from(label.cost.as_micros()).unwrap_or(u32::MAX);
    out.extend(cost.to_le_bytes());
    out.push(u8::try_from(tags.len()).ok()?);
    for tag in tags {
        out.extend(u16::try_from(tag.name().len()).ok()?.to_le_bytes());
        out.extend(tag.name().as_bytes());
    }
    out.extend(payload);
    let sum = checksum(key, &out[SUM..]);
    out[..SUM].copy_from_slice(&sum);
    Some(out)
}

/// The entry of `key` in `bytes`.
pub(super) fn open<'a>(key: &Key, bytes: &'a [u8]) -> Result<Opened<'a>, Unreadable> {
    let Some((sum, rest)) = bytes.split_first_chunk::<SUM>() else {
        return Err(Unreadable::Damaged);
    };
    if checksum(key, rest) != *sum {
        return Err(Unreadable::Damaged);
    }
    if rest.first() != Some(&VERSION) {
        return Err(Unreadable::OtherFormat);
    }
    let opened = read(bytes).ok_or(Unreadable::Damaged)?;
    if opened.kind != key.kind() {
        return Err(Unreadable::Damaged);
    }
    Ok(opened)
}

/// What `bytes` say without a look at the checksum.
pub(super) fn read(bytes: &[u8]) -> Option<Opened<'_>> {
    let (&[version, kind], rest) = bytes.get(SUM..)?.split_first_chunk()?;
    if version != VERSION {
        return None;
    }
    let (stamp, rest) = rest.split_first_chunk()?;
    let (expires, rest) = rest.split_first_chunk()?;
    let (cost, rest) = rest.split_first_chunk()?;
    let (&count, rest) = rest.split_first()?;
    let (tags, payload) = Names::split(count, rest)?;
    Some(Opened {
        kind: Kind::from_code(kind)?,
        label: Label {
            stamp: Stamp(u64::from_le_bytes(*stamp)),
            expires: Some(u64::from_le_bytes(*expires)).filter(|&e| e > 0),
            cost: Duration::from_micros(u32::from_le_bytes(*cost).into()),
        },
        tags,
        payload,
    })
}

fn checksum(key: &Key, rest: &[u8]) -> [u8; SUM] {
    // A key is a hash, so any part of it tells it from the others.
    let seed = key.as_bytes().last_chunk().copied();
    let seed = seed.map_or(0, u64::from_le_bytes);
    xxh3_64_with_seed(rest, seed).to_le_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cache::key::Scope;
    use proptest::prelude::*;

    fn key(text: &str) -> Key {
        Scope::new(Kind::Sentence, 1, b"", b"").key(text.as_bytes())
    }

    const LABEL: Label = Label {
        stamp: Stamp(77),
        expires: Some(9),
        cost: Duration::from_micros(1234),
    };

    #[test]
    fn another_key_another_kind_and_another_format_are_told_apart() {
        let sealed = seal(&key("a"), &LABEL, &[], b"value").unwrap();
        assert_eq!(open(&key("b"), &sealed), Err(Unreadable::Damaged));
        // A sound checksum does not help.
        let resum = |mut bytes: Vec<u8>| {
            let sum = checksum(&key("a"), &bytes[SUM..]);
            bytes[..SUM].copy_from_slice(&sum);
            bytes
        };
        let mut other = sealed.clone();
        other[SUM] = VERSION + 1;
        assert_eq!(open(&key("a"), &resum(other)), Err(Unreadable::OtherFormat));
        let mut other = sealed.clone();
        other[SUM + 1] = Kind::Grammar.code();
        assert_eq!(open(&key("a"), &resum(other)), Err(Unreadable::Damaged));
        assert_eq!(
            open(&key("a"), &resum(sealed.clone())).unwrap().label,
            LABEL
        );
    }

    #[test]
    fn what_cannot_be_told_in_the_format_is_not_sealed() {
        let long = Tag::new("x".repeat(70_000));
        assert_eq!(seal(&key("a"), &LABEL, &[long], b""), None);
        let many: Vec<Tag> = (0..256).map(|i| Tag::new(i.to_string())).collect();
        assert_eq!(seal(&key("a"), &LABEL, &many, b""), None);
        assert!(seal(&key("a"), &LABEL, &many[1..], b"").is_some());
    }

    #[test]
    fn it_expires_in_its_last_second() {
        assert!(!LABEL.is_expired(8));
        assert!(LABEL.is_expired(9));
        let label = Label {
            expires: None,
            ..LABEL
        };
        assert!(!label.is_expired(u64::MAX));
    }

    proptest! {
        #[test]
        fn it_reads_back_and_no_cut_or_altered_byte_does(
            payload in prop::collection::vec(any::<u8>(), 0..40),
            names in prop::collection::vec("[a-zé:]{0,6}", 0..4),
            stamp in any::<u64>(),
            expires in prop::option::of(1..u64::MAX),
            cost in any::<u32>(),
            flip in (any::<prop::sample::Index>(), 1..=255u8),
        ) {
            let key = key("a");
            let cost = Duration::from_micros(cost.into());
            let label = Label { stamp: Stamp(stamp), expires, cost };
            let tags: Vec<Tag> = names.into_iter().map(Tag::new).collect();
            let mut sealed = seal(&key, &label, &tags, &payload).unwrap();
            let opened = open(&key, &sealed).unwrap();
            prop_assert_eq!((opened.kind, opened.label), (Kind::Sentence, label));
            prop_assert_eq!((opened.tags.to_tags(), opened.payload), (tags, payload.as_slice()));
            for end in 0..sealed.len() {
                prop_assert_eq!(open(&key, &sealed[..end]), Err(Unreadable::Damaged));
            }
            let at = flip.0.index(sealed.len());
            sealed[at] ^= flip.1;
            prop_assert_eq!(open(&key, &sealed), Err(Unreadable::Damaged));
        }
    }
}

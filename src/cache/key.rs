//! Keys: what a value was computed from, hashed.
//!
//! Everything that the value depends on must be in its key: a part that is left out serves wrong
//! answers quietly.

use std::fmt;
use std::hash::{Hash, Hasher};

use super::object::Kind;

/// blake3 over everything the value depends on; the first byte is the number of its kind.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key([u8; 32]);

impl Key {
    /// The key of these bytes; `None` where the first is no kind.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Option<Self> {
        Kind::from_code(bytes[0]).map(|_| Self(bytes))
    }

    /// Its bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// What is kept under it.
    #[must_use]
    pub fn kind(&self) -> Kind {
        // Both constructors set the byte to a kind's number, so the fallback is never reached.
        Kind::from_code(self.0[0]).unwrap_or(Kind::Facts)
    }
}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        // The bytes are a hash already, so eight of them are as good as all.
        let part = self.0.last_chunk().copied();
        state.write_u64(part.map_or(0, u64::from_le_bytes));
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|b| write!(f, "{b:02x}"))
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({}:", self.kind())?;
        self.0[1..5].iter().try_for_each(|b| write!(f, "{b:02x}"))?;
        f.write_str("…)")
    }
}

/// What many keys share, hashed once.
#[derive(Debug, Clone)]
pub struct Scope {
    kind: Kind,
    prefix: blake3::Hasher,
}

impl Scope {
    /// Keys of `kind` for texts normalised by `normaliser_version` and computed by the model and
    /// under the settings of these hashes.
    #[must_use]
    pub fn new(
        kind: Kind,
        normaliser_version: u32,
        model_hash: &[u8],
        settings_hash: &[u8],
    ) -> Self {
        let mut prefix = blake3::Hasher::new();
        let version = normaliser_version.to_le_bytes();
        for part in [&[kind.code()], &version[..], model_hash, settings_hash] {
            put_part(&mut prefix, part);
        }
        Self { kind, prefix }
    }

    /// What its keys stand for.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// The key of what is computed from `bytes` alone.
    #[must_use]
    pub fn key(&self, bytes: &[u8]) -> Key {
        self.key_in(bytes, &[])
    }

    /// The key of what is computed from `bytes` among `context`, whose order counts.
    #[must_use]
    pub fn key_in(&self, bytes: &[u8], context: &[&[u8]]) -> Key {
        let mut hasher = self.prefix.clone();
        put_part(&mut hasher, bytes);
        for part in context {
            put_part(&mut hasher, part);
        }
        let mut hash = *hasher.finalize().as_bytes();
        hash[0] = self.kind.code();
        Key(hash)
    }
}

/// A part behind its length, so that no two lists of parts hash the same bytes.
fn put_part(hasher: &mut blake3::Hasher, part: &[u8]) {
    hasher.update(&(part.len() as u64).to_le_bytes());
    hasher.update(part);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_part_counts() {
        let scope = Scope::new(Kind::Sentence, 1, b"model", b"settings");
        let others = [
            Scope::new(Kind::Grammar, 1, b"model", b"settings"),
            Scope::new(Kind::Sentence, 2, b"model", b"settings"),
            Scope::new(Kind::Sentence, 1, b"other", b"settings"),
            Scope::new(Kind::Sentence, 1, b"model", b"other"),
            Scope::new(Kind::Sentence, 1, b"models", b"ettings"),
        ];
        let key = scope.key(b"text");
        for other in others {
            // Compared behind the first byte, which is the kind's.
            assert_ne!(other.key(b"text").0[1..], key.0[1..]);
        }
        assert_eq!(scope.key(b"text"), key);
        assert_eq!(key.kind(), Kind::Sentence);
        assert_eq!(Key::from_bytes(*key.as_bytes()), Some(key));
        assert_eq!(Key::from_bytes([0; 32]), None);
        assert_eq!(key.to_string().len(), 64);
    }

    proptest! {
        #[test]
        fn different_parts_have_different_keys(
            a in prop::collection::vec("[ab]{0,2}", 1..4),
            b in prop::collection::vec("[ab]{0,2}", 1..4),
        ) {
            let scope = Scope::new(Kind::Post, 1, b"", b"");
            let key = |parts: &[String]| {
                let context: Vec<&[u8]> = parts[1..].iter().map(String::as_bytes).collect();
                scope.key_in(parts[0].as_bytes(), &context)
            };
            prop_assert_eq!(key(&a) == key(&b), a == b);
        }
    }
}

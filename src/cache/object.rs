//! What the cache holds: declared kinds of objects.

use std::fmt;

use serde::Serialize;

/// What a cached object is. The numbers are stored in keys and files: none ever changes or is given
/// again. 4, 6 and 7 were kinds once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[repr(u8)]
pub enum Kind {
    /// What the rules found in a line.
    Facts = 1,
    /// What the grammar checker found in a line.
    Grammar = 2,
    /// The vector of a sentence.
    Sentence = 3,
    /// What the heads say of a whole post.
    Post = 5,
}

impl Kind {
    /// How many there are.
    pub const COUNT: usize = 4;

    /// Every kind, by number.
    pub const ALL: [Self; Self::COUNT] = [Self::Facts, Self::Grammar, Self::Sentence, Self::Post];

    /// The number that stands for it in keys and files.
    #[must_use]
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// The kind of this number.
    #[must_use]
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.code() == code)
    }

    /// Its place in [`Self::ALL`].
    #[must_use]
    pub(super) const fn index(self) -> usize {
        match self {
            Self::Facts => 0,
            Self::Grammar => 1,
            Self::Sentence => 2,
            Self::Post => 3,
        }
    }

    /// Its name in lower case.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Facts => "facts",
            Self::Grammar => "grammar",
            Self::Sentence => "sentence",
            Self::Post => "post",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A value that can be cached. A clone should be cheap, as of an `Arc`.
pub trait Object: Clone + Send + Sync + 'static {
    /// What it is; must be the kind of the key it is put under.
    fn kind(&self) -> Kind;

    /// Bytes it holds in memory.
    fn weight(&self) -> usize;

    /// Its bytes on disk; `None` where it is to stay in memory.
    fn encode(&self) -> Option<Vec<u8>>;

    /// The value of these bytes; `None` where they are not of such a value.
    fn decode(kind: Kind, bytes: &[u8]) -> Option<Self>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_places_and_names_agree() {
        for (i, kind) in Kind::ALL.into_iter().enumerate() {
            assert_eq!(kind.index(), i);
            assert_eq!(Kind::from_code(kind.code()), Some(kind));
            let json = serde_json::to_string(&kind).unwrap();
            assert_eq!(json, format!("\"{kind}\""));
        }
        let codes = Kind::ALL.map(Kind::code);
        assert_eq!(codes, [1, 2, 3, 5], "files and servers hold these numbers");
        for unknown in [0, 4, 6, 7, 8] {
            assert_eq!(Kind::from_code(unknown), None);
        }
    }
}

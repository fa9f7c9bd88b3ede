//! Names of drafts.

use std::collections::hash_map::RandomState;
use std::fmt;
use std::fs;
use std::hash::BuildHasher;
use std::io;
use std::path::{Path, PathBuf};
use std::process;
use std::time::SystemTime;

/// Names a draft: 16 hexadecimal digits.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct DraftId(u64);

impl DraftId {
    /// The draft of the file at `path`, which is [`canonical`].
    pub(super) fn of(path: &Path) -> Self {
        let hash = blake3::hash(path.as_os_str().as_encoded_bytes());
        let mut head = [0; 8];
        // A hash has 32 bytes.
        head.copy_from_slice(&hash.as_bytes()[..8]);
        Self(u64::from_be_bytes(head))
    }

    /// A draft that has no file yet.
    pub(super) fn fresh() -> Self {
        // The keys come from the operating system's random numbers.
        Self(RandomState::new().hash_one((process::id(), SystemTime::now())))
    }

    /// What [`fmt::Display`] wrote.
    pub fn parse(text: &str) -> Option<Self> {
        let id = Self(u64::from_str_radix(text, 16).ok()?);
        (id.to_string() == text).then_some(id)
    }
}

impl fmt::Display for DraftId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// `path` made absolute and free of links, so that every spelling of it is one draft. Of what
/// does not exist yet, the part that does is resolved.
pub(in crate::store) fn canonical(path: &Path) -> io::Result<PathBuf> {
    match fs::canonicalize(path) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => {
            let path = std::path::absolute(path)?;
            match (path.parent(), path.file_name()) {
                (Some(parent), Some(name)) => Ok(canonical(parent)?.join(name)),
                _ => Err(e),
            }
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_sixteen_digits_and_reads_back() {
        let id = DraftId(0xab);
        assert_eq!(id.to_string(), "00000000000000ab");
        assert_eq!(DraftId::parse("00000000000000ab"), Some(id));
        for bad in ["", "ab", "+0000000000000ab", "00000000000000AB", "é"] {
            assert_eq!(DraftId::parse(bad), None, "{bad}");
        }
        assert_ne!(DraftId::fresh(), DraftId::fresh());
    }

    #[test]
    fn spellings_of_a_path_are_one_draft() {
        let dir = tempfile::tempdir().unwrap();
        let real = dir.path().join("real");
        fs::create_dir(&real).unwrap();
        std::os::unix::fs::symlink(&real, dir.path().join("link")).unwrap();
        let spellings = ["real/new.md", "link/new.md", "real/../link/./new.md"];
        let ids = || spellings.map(|s| DraftId::of(&canonical(&dir.path().join(s)).unwrap()));
        let before = ids();
        fs::write(real.join("new.md"), "").unwrap();
        assert_eq!(
            before,
            ids(),
            "a draft stays the same once its file is there"
        );
        assert!(before.iter().all(|id| *id == before[0]));
        let deep = canonical(&dir.path().join("link/a/b.md")).unwrap();
        assert_eq!(deep, fs::canonicalize(&real).unwrap().join("a/b.md"));
    }
}

//! The writer's own words: one a line, `#` starts a comment.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// A dictionary that could not be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DictionaryError {
    /// No home folder is known.
    #[error("the dictionary has no place: set HOME, or analysis.dictionary in the configuration")]
    NoPlace,
    /// The file could not be read or written.
    #[error("{}: the dictionary cannot be used: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
}

/// The words of the file at `path`.
///
/// # Errors
/// Where the file is missing or cannot be read.
pub fn read(path: &Path) -> Result<Vec<String>, DictionaryError> {
    let text = fs::read_to_string(path).map_err(|source| DictionaryError::Io {
        path: path.to_owned(),
        source,
    })?;
    let words = text
        .lines()
        .map(|l| l.split('#').next().unwrap_or_default().trim());
    Ok(words.filter(|w| !w.is_empty()).map(str::to_owned).collect())
}

/// Adds a word, making file and folder where they are missing, and returns all words.
///
/// # Errors
/// Where there is no place for the file, or it cannot be written.
pub fn add(path: Option<&Path>, word: &str) -> Result<Vec<String>, DictionaryError> {
    let path = path.ok_or(DictionaryError::NoPlace)?;
    let failed = |source| DictionaryError::Io {
        path: path.to_owned(),
        source,
    };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    let mut file = OpenOptions::new()
        .create(true)
        .append(true)
        .read(true)
        .open(path)
        .map_err(failed)?;
    let old = fs::read_to_string(path).map_err(failed)?;
    let gap = if old.is_empty() || old.ends_with('\n') {
        ""
    } else {
        "\n"
    };
    file.write_all(format!("{gap}{word}\n").as_bytes())
        .map_err(failed)?;
    file.sync_all().map_err(failed)?;
    read(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_added_once_the_folder_is_there() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("deep/dictionary.txt");
        add(Some(&path), "burn").unwrap();
        fs::write(&path, "burn\n# a comment\nratatui # crate").unwrap();
        assert_eq!(
            add(Some(&path), "redb").unwrap(),
            ["burn", "ratatui", "redb"]
        );
        assert!(matches!(add(None, "x"), Err(DictionaryError::NoPlace)));
    }
}

//! What callers share around the store: the names of documents, and files of exports.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use super::{Export, UserError};
use crate::store::journal::{DraftId, canonical};

/// What a draft's name begins with.
const DRAFT: &str = "draft:";
/// Most characters of a name that the writer gives.
pub const LONGEST_NAME: usize = 120;
/// Names that are tried for one export.
const MOST_NAMES: usize = 1_000;

/// The document's name for a file: its path, absolute and free of links, so that every spelling of
/// it is one document. Bytes that are no UTF-8 are escaped.
///
/// # Errors
/// Where the path cannot be resolved.
pub fn document_of_file(path: &Path) -> io::Result<String> {
    let path = canonical(path)?;
    Ok(match path.to_str() {
        Some(text) => text.to_owned(),
        None => path
            .as_os_str()
            .as_encoded_bytes()
            .escape_ascii()
            .to_string(),
    })
}

/// A name that the writer gives, without blanks around it.
///
/// # Errors
/// Where it has more than [`LONGEST_NAME`] characters, or a control character.
pub fn given_name(name: &str) -> Result<&str, UserError> {
    let name = name.trim();
    let count = name.chars().count();
    let why = if name.chars().any(char::is_control) {
        "holds a control character".to_owned()
    } else if count > LONGEST_NAME {
        format!("has {count} characters, and {LONGEST_NAME} are the most")
    } else {
        return Ok(name);
    };
    let name = name.chars().take(LONGEST_NAME).collect();
    Err(UserError::Name { name, why })
}

/// The document's name for a draft that has no file.
#[must_use]
pub fn document_of_draft(id: &DraftId) -> String {
    format!("{DRAFT}{id}")
}

/// Whether a document is a draft that has no file.
#[must_use]
pub fn is_draft(document: &str) -> bool {
    let id = document.strip_prefix(DRAFT);
    id.is_some_and(|id| DraftId::parse(id).is_some())
}

impl Export {
    /// Writes it as JSON into a new file in `folder`, readable by its owner alone, whose name is
    /// `name` with `.versions.json`; with a number where that is there already. Returns its path.
    ///
    /// # Errors
    /// Where the folder or the file cannot be made.
    pub fn write_new(&self, folder: &Path, name: &str) -> io::Result<PathBuf> {
        std::fs::create_dir_all(folder)?;
        let mut bytes = serde_json::to_vec_pretty(self)?;
        bytes.push(b'\n');
        for number in 1..=MOST_NAMES {
            let number = match number {
                1 => String::new(),
                n => format!("-{n}"),
            };
            let path = folder.join(format!("{name}{number}.versions.json"));
            let mut options = OpenOptions::new();
            let file = options.write(true).create_new(true).mode(0o600).open(&path);
            let mut file = match file {
                Err(e) if e.kind() == io::ErrorKind::AlreadyExists => continue,
                file => file?,
            };
            file.write_all(&bytes)?;
            file.sync_all()?;
            return Ok(path);
        }
        let why = format!("there are {MOST_NAMES} exports of {name} already");
        Err(io::Error::new(io::ErrorKind::AlreadyExists, why))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_path_is_one_document() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("post.md");
        let new = document_of_file(&path).unwrap();
        std::fs::write(&path, "x").unwrap();
        let link = folder.path().join("link.md");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        let dotted = folder.path().join(".").join("post.md");
        for spelled in [path, link, dotted] {
            assert_eq!(document_of_file(&spelled).unwrap(), new);
        }
        let id = DraftId::parse("00000000000000ab").unwrap();
        assert_eq!(document_of_draft(&id), "draft:00000000000000ab");
        assert!(is_draft("draft:00000000000000ab") && !is_draft("draft:of.md"));
    }

    #[test]
    fn a_name_fits_on_a_row() {
        assert_eq!(given_name("  für Anna ").unwrap(), "für Anna");
        assert_eq!(given_name(" ").unwrap(), "");
        assert!(given_name(&"é".repeat(LONGEST_NAME)).is_ok());
        for (bad, why) in [
            ("a".repeat(LONGEST_NAME + 1), "has 121 characters"),
            ("a\u{1b}[31m".to_owned(), "holds a control character"),
            ("a\nb".to_owned(), "holds a control character"),
        ] {
            let error = given_name(&bad).unwrap_err().to_string();
            assert!(error.contains(why) && !error.contains('\u{1b}'), "{error}");
        }
    }

    #[test]
    fn an_export_writes_over_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let export = Export {
            schema: 1,
            document: "d".into(),
            head: 0,
            versions: Vec::new(),
        };
        let inner = folder.path().join("made");
        let first = export.write_new(&inner, "post").unwrap();
        let second = export.write_new(&inner, "post").unwrap();
        assert_eq!(first, inner.join("post.versions.json"));
        assert_eq!(second, inner.join("post-2.versions.json"));
        let read = std::fs::read_to_string(second).unwrap();
        assert_eq!(serde_json::from_str::<Export>(&read).unwrap(), export);
    }
}

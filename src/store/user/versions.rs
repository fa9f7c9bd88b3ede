//! Versions of documents, and what can be done with them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::session::Done;
use super::tree::Tree;
use super::{UserError, UserStore, given_name};

/// Why a version was recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Cause {
    /// The document was opened.
    Opened,
    /// It was saved.
    Saved,
    /// It was neither, and another text was about to take its place.
    Kept,
    /// A proposed rewrite was accepted.
    Accepted {
        /// The operator that proposed it.
        operator: String,
        /// How many edits it made.
        edits: usize,
    },
    /// The text of an earlier version was brought back.
    Restored {
        /// That version.
        from: u64,
    },
}

/// The operator of what `optimize --apply` wrote.
const APPLIED: &str = "optimize";

impl Cause {
    /// That of a text which `optimize --apply` wrote with so many edits.
    #[must_use]
    pub fn applied(edits: usize) -> Self {
        Self::Accepted {
            operator: APPLIED.to_owned(),
            edits,
        }
    }

    /// Whether `optimize --apply` wrote the text.
    #[must_use]
    pub(super) fn is_applied(&self) -> bool {
        matches!(self, Self::Accepted { operator, .. } if operator == APPLIED)
    }
}

/// A version to be recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct NewVersion<'a> {
    /// When, in milliseconds since 1970 UTC.
    pub at: u64,
    /// The whole text.
    pub text: &'a str,
    /// Why.
    pub cause: Cause,
    /// Scores by name; all are finite.
    pub scores: BTreeMap<String, f64>,
}

/// A version without its text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VersionInfo {
    /// Its number, which no other version of any document ever has; later ones have larger ones.
    pub id: u64,
    /// The version it was made from; `None` for a root.
    pub parent: Option<u64>,
    /// When it was recorded, in milliseconds since 1970 UTC.
    pub at: u64,
    /// Why.
    pub cause: Cause,
    /// Its name, unique within the document.
    pub name: Option<String>,
    /// Scores by name.
    pub scores: BTreeMap<String, f64>,
    /// Length of its text in bytes of UTF-8.
    pub bytes: usize,
}

/// A version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Version {
    /// Its number, which no other version of any document ever has; later ones have larger ones.
    pub id: u64,
    /// The version it was made from; `None` for a root.
    pub parent: Option<u64>,
    /// When it was recorded, in milliseconds since 1970 UTC.
    pub at: u64,
    /// The whole text.
    pub text: String,
    /// Why.
    pub cause: Cause,
    /// Its name, unique within the document.
    pub name: Option<String>,
    /// Scores by name.
    pub scores: BTreeMap<String, f64>,
}

/// A document of which versions are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentInfo {
    /// The caller's name for it.
    pub document: String,
    /// The version the next one will be made from.
    pub head: u64,
    /// How many versions are kept.
    pub versions: u64,
}

/// All versions of a document, to be written as JSON.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Export {
    /// The layout of this JSON: 1.
    pub schema: u32,
    /// The caller's name for the document.
    pub document: String,
    /// The version the next one will be made from.
    pub head: u64,
    /// Oldest first.
    pub versions: Vec<Version>,
}

impl UserStore {
    /// Records a version as a child of the document's head, and makes it the head. Where the head
    /// has the same text, it only takes the scores. Answers with the head's number.
    ///
    /// Beyond [`Limits::versions`](super::Limits::versions) the oldest others go, and beyond
    /// [`Limits::bytes`](super::Limits::bytes) the oldest of all documents.
    ///
    /// # Errors
    /// Where a score is not finite, or the file cannot be used.
    pub fn record(&self, document: &str, new: &NewVersion<'_>) -> Result<u64, UserError> {
        self.write(|transaction| Tree::open(transaction, self.limits)?.record(document, new))
    }

    /// The version that the next one will be made from; `None` for an unknown document.
    ///
    /// # Errors
    /// Where the file cannot be used.
    pub fn head(&self, document: &str) -> Result<Option<Version>, UserError> {
        self.read(|transaction| Tree::open(transaction, self.limits)?.head(document))
    }

    /// The document's versions without their texts, oldest first; none for an unknown document.
    ///
    /// # Errors
    /// Where the file cannot be used.
    pub fn versions(&self, document: &str) -> Result<Vec<VersionInfo>, UserError> {
        self.read(|transaction| Tree::open(transaction, self.limits)?.versions(document))
    }

    /// One version with its text.
    ///
    /// # Errors
    /// Where there is no such document or version, or the file cannot be used.
    pub fn version(&self, document: &str, id: u64) -> Result<Version, UserError> {
        self.read(|transaction| Tree::open(transaction, self.limits)?.version(document, id))
    }

    /// Makes a version the head, so that the next one branches off it. No version is lost.
    ///
    /// # Errors
    /// Where there is no such document or version, or the file cannot be used.
    pub fn go_back(&self, document: &str, id: u64) -> Result<(), UserError> {
        self.write(|transaction| Tree::open(transaction, self.limits)?.go_back(document, id))
    }

    /// Names a version, without blanks around the name. An empty name takes it away. Versions with
    /// a name are kept for good.
    ///
    /// # Errors
    /// Where it is no [`given_name`], another version of the document has the name, there is no
    /// such document or version, or the file cannot be used.
    pub fn name_version(&self, document: &str, id: u64, name: &str) -> Result<(), UserError> {
        let name = given_name(name)?;
        self.write(|transaction| Tree::open(transaction, self.limits)?.name(document, id, name))
    }

    /// All versions of the document, with their texts.
    ///
    /// # Errors
    /// Where there is no such document, or the file cannot be used.
    pub fn export(&self, document: &str) -> Result<Export, UserError> {
        self.read(|transaction| Tree::open(transaction, self.limits)?.export(document))
    }

    /// The documents of which versions are kept, by name.
    ///
    /// # Errors
    /// Where the file cannot be used.
    pub fn documents(&self) -> Result<Vec<DocumentInfo>, UserError> {
        self.read(|transaction| Tree::open(transaction, self.limits)?.documents())
    }

    /// Gives a document another name, with all its versions, as when it is saved as another file.
    ///
    /// # Errors
    /// Where there is no such document, another one has the name, or the file cannot be used.
    pub fn rename(&self, document: &str, to: &str) -> Result<(), UserError> {
        self.write(|transaction| {
            if document == to {
                return Ok(Done::Same(()));
            }
            Tree::open(transaction, self.limits)?.rename(document, to)
        })
    }
}

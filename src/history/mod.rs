//! Reading a writer's own past posts: our CSV, LinkedIn's analytics exports, the account archive.
//!
//! Files are recognised by what they hold. Those given together are joined post by post; every
//! row that does not become part of a post is told with its place and the reason. Pure reading:
//! nothing is stored here.

mod date;
mod delimited;
mod error;
mod figure;
mod header;
mod join;
pub mod key;
mod rows;
mod shares;
mod source;
mod workbook;

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use serde::Serialize;

pub use error::HistoryError;
pub use header::Column;
use rows::{Reading, Record};

use crate::post::scrub::scrub;

/// A post that was published. Counts are `None` where no file tells them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Published {
    /// The number of the post at LinkedIn, else its address without what may vary, else blake3
    /// of text and date. The same files always give the same keys.
    pub key: String,
    /// When it was published: Unix time in milliseconds. A date without a zone is taken as UTC,
    /// one without a time as midnight.
    pub date: Option<i64>,
    /// Its text; no control but tab and newline.
    pub text: String,
    /// Its address as the file has it.
    pub url: Option<String>,
    /// How often it was shown.
    pub impressions: Option<u64>,
    /// Likes and all other reactions.
    pub reactions: Option<u64>,
    /// Comments.
    pub comments: Option<u64>,
    /// Reposts.
    pub shares: Option<u64>,
    /// Followers of the account at the time.
    pub followers: Option<u64>,
}

/// A row that was left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Skipped {
    /// The file, as it was named.
    pub file: String,
    /// Line of a text or row of a sheet, from 1.
    pub line: usize,
    /// Why, in words for the writer.
    pub reason: String,
}

/// A row of a post whose text no file has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unmatched {
    /// The file, as it was named.
    pub file: String,
    /// Line of a text or row of a sheet, from 1.
    pub line: usize,
    /// The post's address, where the row has one.
    pub url: Option<String>,
    /// What was looked for, in words for the writer.
    pub reason: String,
}

/// Something to know about a row that was read, or about a header.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Note {
    /// The file, as it was named.
    pub file: String,
    /// Line of a text or row of a sheet, from 1.
    pub line: usize,
    /// What, in words for the writer.
    pub text: String,
}

/// A column and what it was recognised as.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Recognised {
    /// The file, as it was named.
    pub file: String,
    /// The sheet of a workbook.
    pub sheet: Option<String>,
    /// The header as the file has it.
    pub header: String,
    /// What the column holds.
    pub column: Column,
}

/// What files of past posts hold.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Imported {
    /// Posts with a text, oldest first; those without a date last.
    pub posts: Vec<Published>,
    /// Rows that were left out, in the order of the files.
    pub skipped: Vec<Skipped>,
    /// Rows whose post has no text in any file, in the order of the files.
    pub unmatched: Vec<Unmatched>,
    /// Columns that were used, in the order of the files.
    pub columns: Vec<Recognised>,
    /// What else to know, in the order of the files.
    pub notes: Vec<Note>,
}

/// Reads past posts from `files`: CSV or .xlsx, each at most 64 MiB. They are joined with the
/// `known` posts too, those that were read before; what no file speaks of is not told again.
/// Dates behind `now`, in Unix milliseconds, are noted. It blocks, and a damaged
/// workbook can raise a panic that is caught here: not for the thread that owns the terminal.
///
/// # Errors
/// Where a file cannot be read, is no such file, or has no table of posts: nothing is taken from
/// the others then.
pub fn read(files: &[PathBuf], known: &[Published], now: i64) -> Result<Imported, HistoryError> {
    let mut imported = Imported::default();
    let mut records = Vec::new();
    let names: Vec<_> = files.iter().map(|file| name(file)).collect();
    for (at, file) in files.iter().enumerate() {
        let mut reading = Reading::new(at, &names[at], &mut imported);
        records.extend(reading.all(file)?);
    }
    records.extend(known.iter().map(|post| Record::known(post, names.len())));
    join::join(records, &names, now, &mut imported);
    let place = |file: &str, line| (names.iter().position(|name| name == file), line);
    imported
        .skipped
        .sort_by_cached_key(|row| place(&row.file, row.line));
    imported
        .unmatched
        .sort_by_cached_key(|row| place(&row.file, row.line));
    imported
        .notes
        .sort_by_cached_key(|note| place(&note.file, note.line));
    Ok(imported)
}

/// The name of `file` for reports: a terminal could act on what a name may hold.
fn name(file: &Path) -> String {
    scrub(&file.display().to_string()).text
}

/// The beginning of what a file holds, for a message in one line.
fn quoted(text: &str) -> String {
    const MOST: usize = 40;
    let words: Vec<_> = text.split_whitespace().collect();
    let line = words.join(" ");
    match line.char_indices().nth(MOST) {
        Some((end, _)) => format!("\"{}…\"", &line[..end]),
        None => format!("\"{line}\""),
    }
}

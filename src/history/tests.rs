//! The room as a whole. All files are synthetic: made here, with texts of no real person.

mod formats;
mod garbage;
mod joining;
mod large;

use std::fs;
use std::path::PathBuf;

use rust_xlsxwriter::{Workbook, Worksheet};
use tempfile::TempDir;

use super::*;

/// Reads files where nothing is known from before.
fn read(files: &[PathBuf]) -> Result<Imported, HistoryError> {
    super::read(files, &[], january(400))
}

/// A post number; those of real posts have 19 digits too.
fn number(n: u64) -> u64 {
    7_100_000_000_000_000_000 + n
}

fn activity(n: u64) -> String {
    format!(
        "https://www.linkedin.com/feed/update/urn:li:activity:{}",
        number(n)
    )
}

fn share(n: u64) -> String {
    format!(
        "https://www.linkedin.com/feed/update/urn%3Ali%3Ashare%3A{}",
        number(n)
    )
}

/// Midnight of a day in January 2024, UTC.
fn january(day: i64) -> i64 {
    1_704_067_200_000 + (day - 1) * 86_400_000
}

/// A folder of files to read.
struct Desk(TempDir);

impl Desk {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    }

    fn book(&self, name: &str, mut book: Workbook) -> PathBuf {
        self.file(name, book.save_to_buffer().unwrap())
    }

    /// Reads one CSV.
    fn csv(&self, text: &str) -> Imported {
        read(&[self.file("posts.csv", text)]).unwrap()
    }
}

/// Adds a sheet whose cells are all texts, which is how exports have most of theirs.
fn sheet<'a>(book: &'a mut Workbook, name: &str, rows: &[&[&str]]) -> &'a mut Worksheet {
    let sheet = book.add_worksheet().set_name(name).unwrap();
    for (r, row) in (0..).zip(rows) {
        for (c, text) in (0..).zip(*row).filter(|(_, text)| !text.is_empty()) {
            sheet.write_string(r, c, *text).unwrap();
        }
    }
    sheet
}

/// Lines and reasons of the rows that were left out.
fn reasons(imported: &Imported) -> Vec<(usize, &str)> {
    imported
        .skipped
        .iter()
        .map(|row| (row.line, row.reason.as_str()))
        .collect()
}

fn notes(imported: &Imported) -> Vec<(usize, &str)> {
    imported
        .notes
        .iter()
        .map(|note| (note.line, note.text.as_str()))
        .collect()
}

fn texts(imported: &Imported) -> Vec<&str> {
    imported
        .posts
        .iter()
        .map(|post| post.text.as_str())
        .collect()
}

/// Places and words of the notes about joining.
fn joins(imported: &Imported) -> Vec<(usize, &str)> {
    let mut notes = notes(imported);
    notes.retain(|(_, text)| text.contains("joined"));
    notes
}

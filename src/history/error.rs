//! What can be wrong with a file of past posts, and what to do about it.

use std::io;
use std::path::PathBuf;

use super::source::LARGEST;

/// A file that could not be read as past posts.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HistoryError {
    /// The file could not be read.
    #[error("{}: cannot read: {source}", file.display())]
    Read {
        /// The file.
        file: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The path names something else than a file.
    #[error("{}: not a file; name the .csv or .xlsx files one by one", file.display())]
    NotAFile {
        /// The path.
        file: PathBuf,
    },
    /// The file is larger than 64 MiB.
    #[error("{}: {size} bytes; at most {LARGEST} are read: split it into several files", file.display())]
    TooLarge {
        /// The file.
        file: PathBuf,
        /// Its size in bytes.
        size: u64,
    },
    /// The file holds nothing.
    #[error("{}: empty; export it again", file.display())]
    Empty {
        /// The file.
        file: PathBuf,
    },
    /// The file is a zip archive.
    #[error("{}: a zip archive and no .xlsx; unpack it and give Shares.csv from it, or save the workbook as .xlsx", file.display())]
    Archive {
        /// The file.
        file: PathBuf,
    },
    /// The file is named like a workbook.
    #[error("{}: named like a workbook, and neither a workbook nor a text; export it again", file.display())]
    NotAWorkbook {
        /// The file.
        file: PathBuf,
    },
    /// The text is neither UTF-8 nor UTF-16 LE with a byte order mark.
    #[error("{}: not UTF-8: byte 0x{byte:02x} at offset {at}; open it in a spreadsheet and save it as \"CSV UTF-8\"", file.display())]
    Encoding {
        /// The file.
        file: PathBuf,
        /// Offset of the first bad byte.
        at: usize,
        /// That byte.
        byte: u8,
    },
    /// The workbook is an .xls, or locked by a password.
    #[error("{}: a workbook of the old kind (.xls) or locked by a password; open it in a spreadsheet and save it as .xlsx without a password", file.display())]
    OldWorkbook {
        /// The file.
        file: PathBuf,
    },
    /// The workbook is damaged, or of a kind that cannot be read.
    #[error("{}: the workbook cannot be read: {source}; export it again, or open it in a spreadsheet and save it as .xlsx", file.display())]
    Workbook {
        /// The file.
        file: PathBuf,
        /// What the reader of workbooks says.
        source: Box<calamine::XlsxError>,
    },
    /// The reader of workbooks gave up at damage.
    #[error("{}: the workbook is damaged; export it again", file.display())]
    Damaged {
        /// The file.
        file: PathBuf,
    },
    /// A sheet holds more cells than any export.
    #[error("{}: the sheet \"{sheet}\" has more than {most} cells; keep only the table of the posts", file.display())]
    TooManyCells {
        /// The file.
        file: PathBuf,
        /// The sheet.
        sheet: String,
        /// The most that is read.
        most: usize,
    },
    /// No table of posts was found.
    #[error("{}: no table of posts: {found}; a header needs `text`, or a post URL beside a date or a figure (export with LinkedIn set to English)", file.display())]
    Unrecognised {
        /// The file.
        file: PathBuf,
        /// What stands at its head instead.
        found: String,
    },
}

//! From sheets to records: each row is read, or told with a reason.

use std::collections::HashMap;
use std::path::Path;

use super::date::{self, Slashed, When};
use super::header::{self, Column, Layout, Table};
use super::source::{Cell, Row, Sheet};
use super::{HistoryError, Imported, Note, Published, Recognised, Skipped, Unmatched};
use super::{figure, key, quoted, shares, source};

/// Longest text of a post, in bytes; LinkedIn takes 3,000 characters.
const LONGEST: usize = 64 << 10;

/// Counts in the order of [`Column::FIGURES`].
pub(super) type Figures = [Option<u64>; 5];

/// What one row says of a post.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Record {
    /// Index of the file.
    pub file: usize,
    /// Line or row in it, from 1.
    pub line: usize,
    pub key: String,
    /// Whether the key comes from the URL.
    pub addressed: bool,
    pub date: Option<When>,
    /// Empty where the row has none.
    pub text: String,
    pub url: Option<String>,
    pub figures: Figures,
}

impl Record {
    /// What is known of a post from before, as if of a file behind all `files`.
    pub(super) fn known(post: &Published, files: usize) -> Self {
        let Published {
            impressions,
            reactions,
            comments,
            shares,
            followers,
            ..
        } = *post;
        Self {
            file: files,
            line: 0,
            key: post.key.clone(),
            addressed: post
                .url
                .as_deref()
                .is_some_and(|u| key::of_url(u).is_some()),
            date: post.date.map(When::known),
            text: post.text.clone(),
            url: post.url.clone(),
            figures: [impressions, reactions, comments, shares, followers],
        }
    }

    pub(super) fn has_figures(&self) -> bool {
        self.figures.iter().any(Option::is_some)
    }

    /// Adds what `other` knows of the same post; the order of the two makes no difference. The
    /// larger figures are the later ones, and the longer text is the whole one.
    pub(super) fn merge(&mut self, other: Self) {
        self.date = match (self.date, other.date) {
            (Some(a), Some(b)) => Some(a.better(b)),
            (a, b) => a.or(b),
        };
        let by_length = other.text.len().cmp(&self.text.len());
        if by_length.then_with(|| self.text.cmp(&other.text)).is_gt() {
            self.text = other.text;
        }
        self.url = match (self.url.take(), other.url) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        for (mine, theirs) in self.figures.iter_mut().zip(other.figures) {
            *mine = (*mine).max(theirs);
        }
        (self.file, self.line) = (self.file, self.line).min((other.file, other.line));
    }
}

/// The reading of one file.
pub(super) struct Reading<'a> {
    index: usize,
    name: &'a str,
    out: &'a mut Imported,
}

impl<'a> Reading<'a> {
    pub(super) fn new(index: usize, name: &'a str, out: &'a mut Imported) -> Self {
        Self { index, name, out }
    }

    /// Reads all tables of posts in `file`.
    pub(super) fn all(&mut self, file: &Path) -> Result<Vec<Record>, HistoryError> {
        let sheets = source::load(file)?;
        let (mut records, mut other) = (Vec::new(), Vec::new());
        let mut any = false;
        for sheet in &sheets {
            let Some((sheet, layout)) = header::locate(sheet) else {
                other.extend(sheet.name.as_deref());
                continue;
            };
            any = true;
            self.sheet(&sheet, &layout, &mut records);
        }
        if !any {
            let found = found(&sheets);
            return Err(HistoryError::Unrecognised {
                file: file.to_owned(),
                found,
            });
        }
        if !other.is_empty() {
            self.note(1, format!("sheets without posts: {}", other.join(", ")));
        }
        Ok(records)
    }

    fn sheet(&mut self, sheet: &Sheet, layout: &Layout, records: &mut Vec<Record>) {
        let head = &sheet.rows[layout.header];
        let rows = &sheet.rows[layout.header + 1..];
        for table in &layout.tables {
            self.columns(sheet, head.line, table);
            let width = sheet.name.is_none().then_some(head.cells.len());
            let order = order(table, rows);
            self.tell_order(order, dates(table, rows));
            let mut read = Vec::new();
            for row in rows {
                match record(self.index, table, row, order, width) {
                    Ok(record) => read.extend(record),
                    Err(reason) => self.skip(row.line, reason),
                }
            }
            if table.quotes_twice() {
                shares::unquote(read.iter_mut().map(|draft| &mut draft.text));
            }
            self.keep(read, records);
        }
    }

    /// Gives rows their keys. Of two with one key, the figures of both are kept in one.
    fn keep(&mut self, read: Vec<Record>, records: &mut Vec<Record>) {
        let mut seen = HashMap::new();
        for mut record in read {
            let of_url = record.url.as_deref().and_then(key::of_url);
            record.addressed = of_url.is_some();
            if of_url.is_none() && record.text.is_empty() {
                self.out.unmatched.push(Unmatched {
                    file: self.name.to_owned(),
                    line: record.line,
                    url: record.url,
                    reason: "a row with neither a text nor a link to a post".to_owned(),
                });
                continue;
            }
            record.key = of_url.unwrap_or_else(|| key::of_text(record.date, &record.text));
            self.check(&record);
            match seen.get(&record.key) {
                None => {
                    seen.insert(record.key.clone(), records.len());
                    records.push(record);
                }
                Some(&first) => {
                    let first: &mut Record = &mut records[first];
                    let reason = format!(
                        "the post of line {} again; the larger figures of both are kept",
                        first.line
                    );
                    let line = record.line;
                    first.merge(record);
                    self.skip(line, reason);
                }
            }
        }
    }

    /// Notes, once for each order, how the dates of the file are read.
    fn tell_order<'d>(&mut self, order: Slashed, dates: impl Iterator<Item = (usize, &'d str)>) {
        let Some((line, text)) = order.told(dates) else {
            return;
        };
        let mut notes = self.out.notes.iter().filter(|note| note.file == self.name);
        if !notes.any(|note| note.text.contains(order.named())) {
            self.note(line, text);
        }
    }

    /// Notes figures that can hardly be right.
    fn check(&mut self, record: &Record) {
        let [impressions, reactions, ..] = record.figures;
        if let (Some(shown), Some(liked)) = (impressions, reactions)
            && shown < liked
        {
            let text = format!(
                "fewer impressions ({shown}) than reactions ({liked}): are the columns right?"
            );
            self.note(record.line, text);
        }
    }

    fn columns(&mut self, sheet: &Sheet, line: usize, table: &Table) {
        self.out
            .columns
            .extend(table.found.iter().map(|found| Recognised {
                file: self.name.to_owned(),
                sheet: sheet.name.clone(),
                header: found.header.clone(),
                column: found.column,
            }));
        if !table.unused.is_empty() {
            let unused: Vec<_> = table.unused.iter().map(|header| quoted(header)).collect();
            self.note(
                line,
                format!("columns that are not used: {}", unused.join(", ")),
            );
        }
    }

    fn skip(&mut self, line: usize, reason: String) {
        self.out.skipped.push(Skipped {
            file: self.name.to_owned(),
            line,
            reason,
        });
    }

    fn note(&mut self, line: usize, text: String) {
        self.out.notes.push(Note {
            file: self.name.to_owned(),
            line,
            text,
        });
    }
}

/// What stands at the head of sheets that hold no posts.
fn found(sheets: &[Sheet]) -> String {
    let rows = sheets
        .iter()
        .filter_map(|sheet| Some((sheet, sheet.rows.first()?)));
    let heads: Vec<_> = rows
        .take(5)
        .map(|(sheet, row)| {
            let texts = row.cells.iter().filter_map(|cell| match cell {
                Cell::Text(text) => Some(quoted(text)),
                Cell::Empty | Cell::Number(_) | Cell::Date(_) => None,
            });
            let texts: Vec<_> = texts.take(8).collect();
            let of = sheet
                .name
                .as_ref()
                .map_or_else(String::new, |n| format!("{} ", quoted(n)));
            format!("{of}begins with {}", texts.join(", "))
        })
        .collect();
    if heads.is_empty() {
        "it holds no text".to_owned()
    } else {
        heads.join("; ")
    }
}

/// The order of day and month in the dates of `table`.
fn order(table: &Table, rows: &[Row]) -> Slashed {
    Slashed::of(dates(table, rows).map(|(_, date)| date))
}

/// The dates of `table` that are texts, each with its line.
fn dates<'a>(table: &Table, rows: &'a [Row]) -> impl Iterator<Item = (usize, &'a str)> {
    let at = table.at(Column::Date);
    let cells = rows
        .iter()
        .filter_map(move |row| Some((row.line, row.cells.get(at?)?)));
    cells.filter_map(|(line, cell)| match cell {
        Cell::Text(text) => Some((line, text.as_str())),
        Cell::Empty | Cell::Number(_) | Cell::Date(_) => None,
    })
}

/// Reads one row, still without a key. `None` where the table has nothing in it. `width` is the
/// number of fields that quoting must lead to.
fn record(
    file: usize,
    table: &Table,
    row: &Row,
    order: Slashed,
    width: Option<usize>,
) -> Result<Option<Record>, String> {
    let cell = |column| {
        table
            .at(column)
            .and_then(|at| row.cells.get(at))
            .unwrap_or(&Cell::Empty)
    };
    if table
        .found
        .iter()
        .all(|found| cell(found.column).is_empty())
    {
        return Ok(None);
    }
    let text = plain(cell(Column::Text));
    if text.len() > LONGEST {
        return Err(format!(
            "the text has {} bytes, at most {LONGEST} are read: is a quotation mark missing?",
            text.len()
        ));
    }
    if let Some(width) = width {
        let fields = row.cells.len();
        if row.cells.iter().skip(width).any(|cell| !cell.is_empty()) {
            return Err(format!(
                "{fields} fields where the header has {width}: put the text in double quotes"
            ));
        }
        // A text that nothing closes runs over the fields and rows behind it.
        if fields < width && text.contains('\n') {
            return Err(format!(
                "{fields} fields where the header has {width}: is a quotation mark missing?"
            ));
        }
    }
    if row.is_open {
        return Err(
            "its last quotation mark is missing: all behind it went into the text".to_owned(),
        );
    }
    let mut figures = Figures::default();
    for (figure, column) in figures.iter_mut().zip(Column::FIGURES) {
        *figure = count(cell(column))
            .map_err(|(why, held)| format!("{} {why}: {}", column.name(), quoted(&held)))?;
    }
    if text.is_empty() && table.at(Column::Text).is_some() && figures == Figures::default() {
        return Err("the text is empty".to_owned());
    }
    let url = Some(plain(cell(Column::Url))).filter(|url| !url.is_empty());
    let (key, addressed) = (String::new(), false);
    let date = when(cell(Column::Date), order)?;
    Ok(Some(Record {
        file,
        line: row.line,
        key,
        addressed,
        date,
        text,
        url,
        figures,
    }))
}

fn plain(cell: &Cell) -> String {
    match cell {
        Cell::Empty | Cell::Date(_) => String::new(),
        Cell::Text(text) => text.trim().to_owned(),
        Cell::Number(number) => number.to_string(),
    }
}

fn count(cell: &Cell) -> Result<Option<u64>, (figure::NoFigure, String)> {
    match cell {
        Cell::Empty => Ok(None),
        Cell::Text(text) => figure::parse(text).map_err(|why| (why, text.clone())),
        Cell::Number(number) => figure::from_number(*number)
            .map(Some)
            .map_err(|why| (why, number.to_string())),
        Cell::Date(_) => Err((figure::NoFigure::NotACount, "a date".to_owned())),
    }
}

fn when(cell: &Cell, order: Slashed) -> Result<Option<When>, String> {
    let (when, held) = match cell {
        Cell::Empty => return Ok(None),
        Cell::Text(text) => (date::parse(text, order), quoted(text)),
        Cell::Number(number) => (date::from_serial(*number), number.to_string()),
        Cell::Date(when) => (*when, "the cell".to_owned()),
    };
    let reason =
        || format!("the date cannot be read: {held}; write it like 2024-12-31, in 2003 or later");
    when.map(Some).ok_or_else(reason)
}

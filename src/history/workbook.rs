//! Sheets of .xlsx workbooks.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::panic::{UnwindSafe, catch_unwind};
use std::path::Path;

use calamine::{Data, ExcelDateTime, Reader, SheetType, Xlsx, XlsxError};

use super::source::{Cell, Row, Sheet};
use super::{HistoryError, date};
use crate::post::scrub::scrub;

/// Most cells of a sheet, those that are empty in front of one counted too. A real export of a
/// year has some thousands.
const MOST_CELLS: usize = 2_000_000;
/// Columns behind these are left out: no export is so wide.
const MOST_COLUMNS: usize = 256;

/// Reads the sheets of a workbook.
pub(super) fn sheets(file: &Path, bytes: &[u8]) -> Result<Vec<Sheet>, HistoryError> {
    guarded(file, || read(file, bytes))
}

/// Runs `work`. The reader of workbooks panics at some damage, such as a cell number beyond 32
/// bits.
fn guarded<T>(
    file: &Path,
    work: impl FnOnce() -> Result<T, HistoryError> + UnwindSafe,
) -> Result<T, HistoryError> {
    catch_unwind(work).unwrap_or_else(|_| {
        Err(HistoryError::Damaged {
            file: file.to_owned(),
        })
    })
}

/// Reads cell by cell: a sheet may claim a size that no memory holds.
fn read(file: &Path, bytes: &[u8]) -> Result<Vec<Sheet>, HistoryError> {
    let failed = |source: XlsxError| HistoryError::Workbook {
        file: file.to_owned(),
        source: Box::new(source),
    };
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(failed)?;
    let all = book.sheets_metadata().iter();
    let of_cells = all.filter(|sheet| sheet.typ == SheetType::WorkSheet);
    let names: Vec<_> = of_cells.map(|sheet| sheet.name.clone()).collect();
    let mut sheets = Vec::with_capacity(names.len());
    for name in names {
        let mut grid = Grid::new(file, scrub(&name).text);
        let mut cells = book.worksheet_cells_reader(&name).map_err(failed)?;
        while let Some(next) = cells.next_cell().map_err(failed)? {
            grid.put(next.get_position(), cell(next.get_value().clone().into()))?;
        }
        sheets.push(grid.finish());
    }
    Ok(sheets)
}

/// Rows that grow as cells come.
struct Grid<'a> {
    file: &'a Path,
    sheet: String,
    rows: BTreeMap<usize, Vec<Cell>>,
    held: usize,
}

impl<'a> Grid<'a> {
    fn new(file: &'a Path, sheet: String) -> Self {
        Self {
            file,
            sheet,
            rows: BTreeMap::new(),
            held: 0,
        }
    }

    /// Puts `cell` at a row and column from 0.
    fn put(&mut self, (row, column): (u32, u32), cell: Cell) -> Result<(), HistoryError> {
        // No sheet has so many rows that 32 bits are too few for an index.
        let (row, column) = (row as usize, column as usize);
        if cell.is_empty() || column >= MOST_COLUMNS {
            return Ok(());
        }
        let cells = self.rows.entry(row).or_default();
        if cells.len() <= column {
            self.held += column + 1 - cells.len();
            if self.held > MOST_CELLS {
                return Err(HistoryError::TooManyCells {
                    file: self.file.to_owned(),
                    sheet: self.sheet.clone(),
                    most: MOST_CELLS,
                });
            }
            cells.resize(column + 1, Cell::Empty);
        }
        cells[column] = cell;
        Ok(())
    }

    fn finish(self) -> Sheet {
        let rows = self.rows.into_iter();
        Sheet {
            name: Some(self.sheet),
            rows: rows
                .map(|(row, cells)| Row {
                    line: row + 1,
                    cells,
                    is_open: false,
                })
                .collect(),
        }
    }
}

fn cell(value: Data) -> Cell {
    match value {
        Data::Empty => Cell::Empty,
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => Cell::text(&text),
        Data::Float(number) => Cell::Number(number),
        Data::Int(number) => Cell::text(&number.to_string()),
        Data::Bool(truth) => Cell::text(if truth { "TRUE" } else { "FALSE" }),
        Data::Error(error) => Cell::text(&error.to_string()),
        Data::DateTime(at) => moment(&at),
    }
}

fn moment(at: &ExcelDateTime) -> Cell {
    if at.is_duration() {
        return Cell::Number(at.as_f64());
    }
    let (year, month, day, hour, minute, second, _) = at.to_ymd_hms_milli();
    Cell::Date(date::from_parts((year, month, day), (hour, minute, second)))
}

#[cfg(test)]
mod tests {
    use calamine::{CellErrorType, ExcelDateTimeType};

    use super::*;

    #[test]
    fn a_panic_of_the_reader_is_an_error_of_the_file() {
        let file = Path::new("posts.xlsx");
        let error = guarded::<()>(file, || panic!("on purpose")).unwrap_err();
        assert!(matches!(error, HistoryError::Damaged { .. }), "{error}");
        assert_eq!(guarded(file, || Ok(1)).unwrap(), 1);
    }

    #[test]
    fn every_kind_of_value_has_its_cell() {
        let date = |serial, kind| Data::DateTime(ExcelDateTime::new(serial, kind, false));
        let text = |text: &str| Cell::Text(text.to_owned());
        for (value, expected) in [
            (Data::Empty, Cell::Empty),
            (Data::String(" ".to_owned()), Cell::Empty),
            (Data::String("a".to_owned()), text("a")),
            (
                Data::DateTimeIso("2024-01-05".to_owned()),
                text("2024-01-05"),
            ),
            (Data::Float(1.5), Cell::Number(1.5)),
            (Data::Int(-3), text("-3")),
            (Data::Bool(true), text("TRUE")),
            (Data::Error(CellErrorType::NA), text("#N/A")),
            (date(0.25, ExcelDateTimeType::TimeDelta), Cell::Number(0.25)),
            (date(1.0, ExcelDateTimeType::DateTime), Cell::Date(None)),
            (
                date(45_296.5, ExcelDateTimeType::DateTime),
                Cell::Date(date::parse("2024-01-05T12:00", date::Slashed::MonthFirst)),
            ),
        ] {
            assert_eq!(cell(value.clone()), expected, "{value:?}");
        }
    }
}

//! Finding the table of the posts in a sheet, and what its columns are.

use std::borrow::Cow;

use serde::Serialize;

use super::source::{Cell, Row, Sheet};

/// Rows at the head of a sheet in which a header is looked for; exports put notes above it.
pub(super) const SCANNED: usize = 20;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Column {
    /// When the post was published.
    Date,
    /// Its text, or the beginning of it.
    Text,
    /// Its address.
    Url,
    /// How often it was shown.
    Impressions,
    /// Likes and all other reactions.
    Reactions,
    /// Comments.
    Comments,
    /// Reposts.
    Shares,
    /// Followers of the account at the time.
    Followers,
}

impl Column {
    /// The columns of counts, as [`super::Published`] orders them.
    pub(super) const FIGURES: [Self; 5] = [
        Self::Impressions,
        Self::Reactions,
        Self::Comments,
        Self::Shares,
        Self::Followers,
    ];

    /// The name in our own CSV.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.headers()[0]
    }

    /// Headers that name the column, in lower case without blanks and signs; the first wins
    /// where several are there. Ours, then those of LinkedIn's exports for creators, pages and
    /// single posts and of the archive's Shares.csv, then common ones.
    fn headers(self) -> &'static [&'static str] {
        match self {
            Self::Date => &[
                "date",
                "postpublishdate",
                "createddate",
                "postdate",
                "publishdate",
                "publisheddate",
                "publishedat",
                "createdat",
                "datetime",
                "published",
                "created",
            ],
            Self::Text => &[
                "text",
                "sharecommentary",
                "posttitle",
                "posttext",
                "postcontent",
                "commentary",
                "content",
            ],
            Self::Url => &[
                "url",
                "posturl",
                "postlink",
                "sharelink",
                "link",
                "permalink",
            ],
            Self::Impressions => &["impressions", "impressionstotal", "totalimpressions"],
            Self::Reactions => &[
                "reactions",
                "likes",
                "reactionstotal",
                "likestotal",
                "totalreactions",
            ],
            Self::Comments => &["comments", "commentstotal", "totalcomments"],
            Self::Shares => &[
                "shares",
                "reposts",
                "reshares",
                "repoststotal",
                "sharestotal",
                "totalreposts",
            ],
            Self::Followers => &["followers", "followercount", "totalfollowers"],
        }
    }

    /// The column that `header` names, and its rank among those that do.
    fn of(header: &str) -> Option<(Self, usize)> {
        let name: String = header
            .chars()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect();
        [Self::Date, Self::Text, Self::Url]
            .into_iter()
            .chain(Self::FIGURES)
            .find_map(|column| {
                let rank = column.headers().iter().position(|h| *h == name)?;
                Some((column, rank))
            })
    }
}

/// A column that was recognised.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Found {
    pub column: Column,
    /// Place in the row, from 0.
    pub at: usize,
    pub header: String,
    rank: usize,
}

/// A table of posts, each row one.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Table {
    pub found: Vec<Found>,
    /// Headers of columns that are not used.
    pub unused: Vec<String>,
}

impl Table {
    /// Place of `column` in a row, from 0.
    pub(super) fn at(&self, column: Column) -> Option<usize> {
        self.found.iter().find(|f| f.column == column).map(|f| f.at)
    }

    /// Whether it is of Shares.csv, which quotes its texts twice.
    pub(super) fn quotes_twice(&self) -> bool {
        self.found.iter().any(|f| {
            f.column == Column::Text && Column::Text.headers()[f.rank] == "sharecommentary"
        })
    }

    /// Whether the rows of it can be posts.
    fn is_of_posts(&self) -> bool {
        let has = |column| self.at(column).is_some();
        has(Column::Text) || has(Column::Url) && self.found.len() > 1
    }

    fn add(&mut self, at: usize, header: &str) {
        let Some((column, rank)) = Column::of(header) else {
            self.unused.push(header.to_owned());
            return;
        };
        let new = Found {
            column,
            at,
            header: header.to_owned(),
            rank,
        };
        match self.found.iter_mut().find(|f| f.column == column) {
            None => self.found.push(new),
            Some(old) if old.rank <= rank => self.unused.push(new.header),
            Some(old) => self.unused.push(std::mem::replace(old, new).header),
        }
    }
}

/// The tables of a sheet, side by side under one header.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Layout {
    /// The header, as an index of the sheet's rows.
    pub header: usize,
    pub tables: Vec<Table>,
}

/// Finds the tables of posts in `sheet`, which is given back with labels turned into a header.
pub(super) fn locate(sheet: &Sheet) -> Option<(Cow<'_, Sheet>, Layout)> {
    if let Some(layout) = find(&sheet.rows) {
        return Some((Cow::Borrowed(sheet), layout));
    }
    let turned = turned(sheet)?;
    let layout = find(&turned.rows)?;
    Some((Cow::Owned(turned), layout))
}

/// Finds the row at the head of `rows` that is a header most.
fn find(rows: &[Row]) -> Option<Layout> {
    let mut best: Option<Layout> = None;
    for (header, row) in rows.iter().take(SCANNED).enumerate() {
        let mut tables = split(&row.cells);
        tables.retain(Table::is_of_posts);
        // A single word further down, such as "text", is more likely a note than a header.
        if tables.is_empty() || header > 0 && recognised(&tables) < 2 {
            continue;
        }
        if best
            .as_ref()
            .is_none_or(|b| recognised(&b.tables) < recognised(&tables))
        {
            best = Some(Layout { header, tables });
        }
    }
    best
}

/// How many columns are recognised in the best header of `rows`.
pub(super) fn score(rows: &[Row]) -> usize {
    find(rows).map_or(0, |layout| recognised(&layout.tables))
}

fn recognised(tables: &[Table]) -> usize {
    tables.iter().map(|table| table.found.len()).sum()
}

/// Splits a header where URL and date begin anew, as in TOP POSTS.
fn split(cells: &[Cell]) -> Vec<Table> {
    let names = cells.iter().map(|cell| match cell {
        Cell::Text(text) => text.trim(),
        Cell::Empty | Cell::Number(_) | Cell::Date(_) => "",
    });
    let names: Vec<_> = names.collect();
    let column = |name: &str| Column::of(name).map(|(column, _)| column);
    let mut tables = vec![Table::default()];
    for (at, name) in names
        .iter()
        .enumerate()
        .filter(|(_, name)| !name.is_empty())
    {
        let last = tables.len() - 1;
        let repeats = column(name) == Some(Column::Url)
            && [Column::Url, Column::Date]
                .iter()
                .all(|c| tables[last].at(*c).is_some())
            && names[at..].iter().any(|n| column(n) == Some(Column::Date));
        if repeats {
            tables.push(Table::default());
        }
        if let Some(table) = tables.last_mut() {
            table.add(at, name);
        }
    }
    tables
}

/// Turns the sheet of a single post, whose labels stand in front of their values, into a table
/// of one row. `None` where no label is a URL with two more beside it.
fn turned(sheet: &Sheet) -> Option<Sheet> {
    let (mut labels, mut values, mut line) = (Vec::new(), Vec::new(), None);
    let mut columns = Vec::new();
    for row in &sheet.rows {
        let mut cells = row.cells.iter().filter(|cell| !cell.is_empty());
        let (Some(Cell::Text(label)), Some(value)) = (cells.next(), cells.next()) else {
            continue;
        };
        let label = label.trim().trim_end_matches(':');
        let Some((column, _)) = Column::of(label) else {
            continue;
        };
        // Further sections repeat labels for other counts.
        if columns.contains(&column) {
            continue;
        }
        columns.push(column);
        if column == Column::Url {
            line = Some(row.line);
        }
        labels.push(Cell::Text(label.to_owned()));
        values.push(value.clone());
    }
    let line = line.filter(|_| labels.len() > 2)?;
    let rows = [labels, values].map(|cells| Row {
        line,
        cells,
        is_open: false,
    });
    Some(Sheet {
        name: sheet.name.clone(),
        rows: rows.into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use Column::{Date, Reactions, Shares, Text, Url};

    fn row(line: usize, cells: &[&str]) -> Row {
        Row {
            line,
            cells: cells.iter().map(|c| Cell::text(c)).collect(),
            is_open: false,
        }
    }

    fn columns(table: &Table) -> Vec<(Column, usize)> {
        table.found.iter().map(|f| (f.column, f.at)).collect()
    }

    #[test]
    fn names_are_known_in_any_case_and_spacing() {
        let cells = [
            "POST  link",
            "Created_Date",
            "Post title",
            "Reposts",
            "Likes",
            "Clicks",
        ];
        let layout = find(&[row(1, &["All your posts"]), row(2, &cells)]).unwrap();
        assert_eq!(layout.header, 1);
        let [table] = &layout.tables[..] else {
            panic!("{layout:?}")
        };
        let expected = [(Url, 0), (Date, 1), (Text, 2), (Shares, 3), (Reactions, 4)];
        assert_eq!(columns(table), expected);
        assert_eq!(table.unused, ["Clicks"]);
    }

    #[test]
    fn the_better_of_two_names_for_one_column_is_used() {
        let layout = find(&[row(1, &["Likes", "Content", "Text", "Reactions"])]).unwrap();
        let table = &layout.tables[0];
        assert_eq!(table.at(Column::Reactions), Some(3));
        assert_eq!(table.at(Column::Text), Some(2));
        assert_eq!(table.unused, ["Content", "Likes"]);
    }

    #[test]
    fn tables_side_by_side_are_parted_and_a_second_link_is_not() {
        let beside = [
            "Post URL",
            "Post publish date",
            "Engagements",
            "",
            "Post URL",
            "Post publish date",
            "Impressions",
        ];
        let layout = find(&[row(3, &beside)]).unwrap();
        let [left, right] = &layout.tables[..] else {
            panic!("{layout:?}")
        };
        assert_eq!(columns(left), [(Column::Url, 0), (Column::Date, 1)]);
        let expected = [
            (Column::Url, 4),
            (Column::Date, 5),
            (Column::Impressions, 6),
        ];
        assert_eq!(columns(right), expected);
        let layout = find(&[row(1, &["date", "url", "text", "link", "impressions"])]).unwrap();
        let [table] = &layout.tables[..] else {
            panic!("{layout:?}")
        };
        assert_eq!(table.at(Column::Impressions), Some(4));
        assert_eq!(table.unused, ["link"]);
    }

    #[test]
    fn figures_by_day_are_no_table_of_posts() {
        assert_eq!(
            find(&[row(1, &["Date", "Impressions", "Engagements"])]),
            None
        );
        assert_eq!(find(&[row(1, &["Post URL", "", ""])]), None);
        assert_eq!(find(&[row(1, &["Notes"]), row(2, &["text"])]), None);
        assert!(find(&[row(1, &["text"]), row(2, &["Hello"])]).is_some());
    }

    #[test]
    fn a_header_too_far_down_is_not_looked_for() {
        let mut rows: Vec<_> = (1..=SCANNED).map(|line| row(line, &["note"])).collect();
        rows.push(row(SCANNED + 1, &["text", "date"]));
        assert_eq!(find(&rows), None);
        rows.remove(0);
        assert_eq!(find(&rows).unwrap().header, SCANNED - 1);
    }

    #[test]
    fn labels_in_front_of_values_become_a_row() {
        let sheet = |rows| Sheet {
            name: Some("PERFORMANCE".to_owned()),
            rows,
        };
        let rows = vec![
            row(2, &["Post URL", "https://lnkd.in/a"]),
            row(3, &["Post Date:", "", "Jan 5, 2024"]),
            row(5, &["Highlights"]),
            row(6, &["Impressions", "1,234"]),
            row(7, &["Members reached", "900"]),
            row(9, &["Impressions", "12"]),
        ];
        let turned_to = turned(&sheet(rows.clone())).unwrap();
        let expected = [
            row(2, &["Post URL", "Post Date", "Impressions"]),
            row(2, &["https://lnkd.in/a", "Jan 5, 2024", "1,234"]),
        ];
        assert_eq!(turned_to, sheet(expected.to_vec()));
        assert_eq!(turned(&sheet(rows[1..].to_vec())), None, "no URL");
        assert_eq!(turned(&sheet(rows[..2].to_vec())), None, "no figure");
    }
}

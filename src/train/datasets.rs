//! The rows of each task's data; see the README for the formats.

use std::path::Path;

use serde::Deserialize;

use super::TrainError;
use super::data::{Source, unescaped};

const SENTIMENT: &str = "give a table with a header: `text` beside `label_0neg_1neu_2pos` with 0, \
                         1 or 2, or beside `label` or `airline_sentiment` with negative, neutral \
                         or positive, or beside `mean_rating` with a number from -4 to 4; or two \
                         columns without one, the text and 0 or 1";
/// Ratings from -4 to 4 nearer to 0 than this are neutral.
const NEUTRAL_RATING: f64 = 0.5;
const HEADLINES: &str = "give a table with the columns headline_a, headline_b, z, test_id, split \
                         and problem_window";
const POSTS: &str = "give an object a line: {\"author\": …, \"text\": …, \"reactions\": …}";
const KEYS: &str = "give an object a line: {\"id\": …, \"text\": …, \"keys\": […]}";

/// A text that people have judged.
#[derive(Debug, Clone, PartialEq)]
pub struct Rated {
    /// The text.
    pub text: String,
    /// 0 negative, 1 neutral, 2 positive.
    pub label: usize,
    /// Whether neutral was no choice.
    pub binary: bool,
}

/// A text of some class.
#[derive(Debug, Clone, PartialEq)]
pub struct Classed {
    /// The text.
    pub text: String,
    /// Whether it is of the class.
    pub positive: bool,
}

/// Two openings of one article that were shown to like readers.
#[derive(Debug, Clone, PartialEq)]
pub struct HeadlinePair {
    /// The test they were shown in.
    pub test: String,
    /// One of them.
    pub a: String,
    /// The other.
    pub b: String,
    /// How many standard errors the click rate of `a` is above that of `b`.
    pub z: f64,
    /// Whether it is kept apart from training.
    pub held_out: bool,
    /// Whether readers were assigned badly in that week.
    pub faulty: bool,
}

/// A post and what came of it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct PostRow {
    /// Where it was collected.
    #[serde(default)]
    pub source: String,
    /// Stands for a name.
    pub author: String,
    /// Of the author.
    #[serde(default)]
    pub followers: Option<f64>,
    /// Day, with the time where it is known.
    #[serde(default)]
    pub date: Option<String>,
    /// As the site told it, such as "2 months ago".
    #[serde(default)]
    pub age: Option<String>,
    /// What stood beside the text.
    #[serde(default)]
    pub media: Option<String>,
    /// The text.
    pub text: String,
    /// Reactions counted.
    pub reactions: f64,
    /// Whether line breaks are as they were.
    #[serde(default)]
    pub newlines_kept: bool,
    /// `en` where it is English.
    #[serde(default)]
    pub lang: Option<String>,
}

/// A text with the phrases that people say it is about.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Keyed {
    /// The text.
    pub text: String,
    /// The phrases.
    pub keys: Vec<String>,
}

/// A table of judged texts; with `split`, those rows alone whose column `split` says so.
///
/// # Errors
/// Where a row has no text, or no label that is known.
pub fn rated(source: &Source, split: Option<&str>) -> Result<Vec<Rated>, TrainError> {
    let table = source.table(&["text", "label", "airline_sentiment"]);
    let ratings = table.column(|c| c == "mean_rating");
    let numbers = table.column(|c| c.starts_with("label_0neg"));
    let names = table.column(|c| c == "airline_sentiment" || c == "label");
    let text = table.column(|c| c == "text").unwrap_or(0);
    let part = table.column(|c| c == "split");
    let labels = ratings.or(numbers).or(names);
    let binary = labels.is_none();
    let at = labels.unwrap_or(1);
    let mut out = Vec::new();
    for (line, row) in table.rows() {
        if let (Some(wanted), Some(part)) = (split, part)
            && row.get(part) != Some(&wanted)
        {
            continue;
        }
        let cell = |i: usize| {
            row.get(i)
                .ok_or_else(|| source.wrong(line, format!("has no column {}", i + 1), SENTIMENT))
        };
        let label = match (*cell(at)?, binary, numbers.is_some()) {
            (rating, ..) if ratings.is_some() => {
                let rating: f64 = rating.parse().map_err(|_| {
                    source.wrong(line, format!("rating `{rating}` is no number"), SENTIMENT)
                })?;
                1 + usize::from(rating >= NEUTRAL_RATING) - usize::from(rating <= -NEUTRAL_RATING)
            }
            ("negative", false, false) | ("0", true, _) | ("0", _, true) => 0,
            ("neutral", false, false) | ("1", _, true) => 1,
            ("positive", false, false) | ("1", true, _) | ("2", _, true) => 2,
            (other, ..) => {
                return Err(source.wrong(line, format!("label `{other}`"), SENTIMENT));
            }
        };
        out.push(Rated {
            text: unescaped(cell(text)?),
            label,
            binary,
        });
    }
    if out.is_empty() {
        return Err(empty(source, SENTIMENT));
    }
    Ok(out)
}

/// Pairs of openings.
///
/// # Errors
/// Where a column is missing, or `z` is no number.
pub fn headline_pairs(source: &Source) -> Result<Vec<HeadlinePair>, TrainError> {
    let table = source.table(&["headline_a"]);
    let column = |name| table.named(name, HEADLINES);
    let (a, b, z) = (column("headline_a")?, column("headline_b")?, column("z")?);
    let (test, split) = (column("test_id")?, column("split")?);
    let faulty = column("problem_window")?;
    let mut out = Vec::new();
    for (line, row) in table.rows() {
        let cell = |i: usize| {
            row.get(i)
                .copied()
                .ok_or_else(|| source.wrong(line, format!("has no column {}", i + 1), HEADLINES))
        };
        let number: f64 = cell(z)?
            .parse()
            .map_err(|_| source.wrong(line, "z is no number", HEADLINES))?;
        out.push(HeadlinePair {
            test: cell(test)?.to_owned(),
            a: unescaped(cell(a)?),
            b: unescaped(cell(b)?),
            z: number,
            held_out: cell(split)? != "train",
            faulty: cell(faulty)? == "1",
        });
    }
    if out.is_empty() {
        return Err(empty(source, HEADLINES));
    }
    Ok(out)
}

/// Posts.
///
/// # Errors
/// Where a line is no post.
pub fn posts(source: &Source) -> Result<Vec<PostRow>, TrainError> {
    let rows: Vec<PostRow> = source.objects(POSTS)?;
    // A repost's text is another author's.
    let own =
        |r: &PostRow| r.source != "ai_security_people_2025" || r.media.as_deref() != Some("repost");
    let rows: Vec<PostRow> = rows.into_iter().filter(own).collect();
    if rows.is_empty() {
        return Err(empty(source, POSTS));
    }
    Ok(rows)
}

/// Texts with key phrases.
///
/// # Errors
/// Where a line is none.
pub fn keyed(source: &Source) -> Result<Vec<Keyed>, TrainError> {
    let rows: Vec<Keyed> = source.objects(KEYS)?;
    if rows.is_empty() {
        return Err(empty(source, KEYS));
    }
    Ok(rows)
}

/// A text a line, all of them of one class.
pub fn classed(source: &Source, positive: bool) -> Vec<Classed> {
    let text = |(_, line): (usize, &str)| Classed {
        text: line.trim().to_owned(),
        positive,
    };
    source.lines().map(text).collect()
}

/// Whether a file of [`classed`] texts holds those of the class, by its name.
#[must_use]
pub fn is_clickbait(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    !name.starts_with("non_")
}

fn empty(source: &Source, wanted: &'static str) -> TrainError {
    source.wrong(1, "no row to use", wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (tempfile::TempDir, Source) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rows.tsv");
        std::fs::write(&path, text).unwrap();
        let source = Source::read(&path, "a test").unwrap();
        (folder, source)
    }

    fn labels(text: &str, split: Option<&str>) -> Result<Vec<(usize, bool)>, String> {
        let (_kept, source) = read(text);
        let rows = rated(&source, split).map_err(|e| e.to_string())?;
        Ok(rows.iter().map(|r| (r.label, r.binary)).collect())
    }

    #[test]
    fn every_format_of_judged_texts_is_read() {
        let numbers = "split\tlabel_0neg_1neu_2pos\ttext\nval\t0\ta\ntest\t2\tb\n";
        assert_eq!(labels(numbers, None).unwrap(), [(0, false), (2, false)]);
        assert_eq!(labels(numbers, Some("test")).unwrap(), [(2, false)]);
        let names = "airline_sentiment\ttext\nneutral\ta\npositive\tb\n";
        assert_eq!(labels(names, None).unwrap(), [(1, false), (2, false)]);
        let ratings = "id\tmean_rating\ttext\n1\t-0.5\ta\n2\t0.49\tb\n3\t3.1\tc\n";
        let three = [(0, false), (1, false), (2, false)];
        assert_eq!(labels(ratings, None).unwrap(), three);
        assert_eq!(
            labels("so bad\t0\nso good\t1\n", None).unwrap(),
            [(0, true), (2, true)]
        );
    }

    #[test]
    fn what_is_no_label_is_told_with_its_line() {
        let told = labels("label\ttext\npositive\ta\njoy\tb\n", None).unwrap_err();
        assert!(told.contains("rows.tsv:3: label `joy`"), "{told}");
        let told = labels("mean_rating\ttext\nhigh\ta\n", None).unwrap_err();
        assert!(
            told.contains("rows.tsv:2: rating `high` is no number"),
            "{told}"
        );
        let told = labels("only a text\n", None).unwrap_err();
        assert!(told.contains("rows.tsv:1: has no column 2"), "{told}");
        assert!(
            labels("label\ttext\n", None)
                .unwrap_err()
                .contains("no row")
        );
    }

    #[test]
    fn pairs_know_whether_they_are_held_out() {
        let (_kept, source) = read(
            "split\ttest_id\tproblem_window\theadline_a\theadline_b\tz\n\
             train\tt1\t1\tA \\\"quote\\\"\tB\t-1.5\nval\tt2\t0\tC\tD\t2\n",
        );
        let pairs = headline_pairs(&source).unwrap();
        assert_eq!(pairs[0].a, "A \"quote\"");
        assert!(pairs[0].faulty && !pairs[0].held_out && pairs[0].z == -1.5);
        assert!(!pairs[1].faulty && pairs[1].held_out);
    }

    #[test]
    fn reposts_of_that_source_are_left_out() {
        let (_kept, source) = read(
            "{\"source\":\"ai_security_people_2025\",\"media\":\"repost\",\"author\":\"a\",\
             \"text\":\"x\",\"reactions\":1}\n{\"author\":\"a\",\"text\":\"y\",\"reactions\":2}\n",
        );
        assert_eq!(posts(&source).unwrap().len(), 1);
    }
}

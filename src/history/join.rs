//! Bringing together what several files say of one post.

use std::collections::BTreeMap;

use super::rows::Record;
use super::{Imported, Note, Published, Unmatched};

/// Farthest that two dates of one post lie apart, in milliseconds: a day without its time, in
/// another zone.
const NEAR: i64 = 36 * 3_600_000;
const DAY: i64 = 24 * 3_600_000;
/// Rows of a file without a date that are told one by one.
const MOST_UNDATED: usize = 5;
const NO_DATE: &str = "nobody knows what came before, so no forecast is tried on it";
/// Fewest characters that must agree where one text is only the beginning of the other.
const AGREE: usize = 20;

/// A post and the files that speak of it.
struct Joined {
    record: Record,
    files: Vec<usize>,
}

impl Joined {
    fn merge(&mut self, other: Self) {
        self.record.merge(other.record);
        self.files.extend(other.files);
    }

    /// Whether it is known from before: such records stand behind all `files`.
    fn is_known(&self, files: usize) -> bool {
        self.files.contains(&files)
    }
}

/// Joins `records` by key, then by date and text, and sorts them into `out`.
pub(super) fn join(records: Vec<Record>, names: &[String], now: i64, out: &mut Imported) {
    let mut posts: BTreeMap<String, Joined> = BTreeMap::new();
    for record in records {
        let key = record.key.clone();
        let new = Joined {
            files: vec![record.file],
            record,
        };
        match posts.get_mut(&key) {
            Some(post) => post.merge(new),
            None => {
                posts.insert(key, new);
            }
        }
    }
    let posts = by_text(posts.into_values().collect(), names, out);
    note_dates(&posts, names, now, out);
    for Joined { record, .. } in posts {
        // No file speaks of it.
        if record.file == names.len() {
            continue;
        }
        if record.text.is_empty() {
            out.unmatched.push(without_text(record, names));
        } else {
            out.posts.push(past(record));
        }
    }
    out.posts.sort_by(|a, b| {
        let rank = |p: &Published| (p.date.is_none(), p.date);
        rank(a).cmp(&rank(b)).then_with(|| a.key.cmp(&b.key))
    });
}

/// Notes posts without a date, and those that are not published yet.
fn note_dates(posts: &[Joined], names: &[String], now: i64, out: &mut Imported) {
    let mut note = |record: &Record, text: String| {
        let (file, line) = (names[record.file].clone(), record.line);
        out.notes.push(Note { file, line, text });
    };
    let records = posts.iter().map(|post| &post.record);
    let told = records.filter(|r| r.file < names.len() && !r.text.is_empty());
    let mut undated: BTreeMap<usize, Vec<&Record>> = BTreeMap::new();
    for record in told {
        match record.date {
            None => undated.entry(record.file).or_default().push(record),
            // Somewhere it is tomorrow already.
            Some(date) if date.at > now.saturating_add(DAY) => note(
                record,
                "the date lies in the future: are day and month the right way round?".to_owned(),
            ),
            Some(_) => {}
        }
    }
    for mut records in undated.into_values() {
        records.sort_by_key(|record| record.line);
        let count = records.len();
        if let Some(first) = records.first().filter(|_| count > MOST_UNDATED) {
            let text = format!("{count} rows from here on have no date: {NO_DATE}");
            note(first, text);
            continue;
        }
        for record in records {
            note(record, format!("no date: {NO_DATE}"));
        }
    }
}

/// Joins posts that have figures with posts that have none: the archive numbers the share, the
/// analytics the activity. They must be near in date, agree in text, and each have no other
/// such partner.
fn by_text(posts: Vec<Joined>, names: &[String], out: &mut Imported) -> Vec<Joined> {
    let folded: Vec<_> = posts.iter().map(|post| folded(&post.record.text)).collect();
    let dated = |figures: bool| {
        let posts = posts.iter().enumerate();
        let mut dated: Vec<_> = posts
            .filter(|(at, post)| !folded[*at].is_empty() && post.record.has_figures() == figures)
            .filter_map(|(at, post)| Some((post.record.date?.at, at)))
            .collect();
        dated.sort_unstable();
        dated
    };
    let plain = dated(false);
    let mut pairs = Vec::new();
    for (date, counted) in dated(true) {
        let from = plain.partition_point(|(other, _)| *other < date - NEAR);
        let near = plain[from..]
            .iter()
            .take_while(|(other, _)| *other <= date + NEAR);
        pairs.extend(near.map(|(_, at)| (counted, *at)).filter(|(a, b)| {
            let apart = posts[*a]
                .files
                .iter()
                .all(|file| !posts[*b].files.contains(file));
            apart && agree(&folded[*a], &folded[*b])
        }));
    }
    let mut partners = vec![0_usize; posts.len()];
    for (a, b) in &pairs {
        partners[*a] += 1;
        partners[*b] += 1;
    }
    let (sure, unsure): (Vec<_>, Vec<_>) = pairs
        .into_iter()
        .partition(|(a, b)| partners[*a] == 1 && partners[*b] == 1);
    let mut note = |record: &Record, text: String| {
        let (file, line) = (names[record.file].clone(), record.line);
        out.notes.push(Note { file, line, text });
    };
    // Of two at most one is known from before alone, and stands in no file.
    let in_file = |at: &usize| posts[*at].record.file < names.len();
    let told = |(a, b): (usize, usize)| if in_file(&a) { a } else { b };
    let mut unsure: Vec<_> = unsure.into_iter().map(told).collect();
    unsure.sort_unstable();
    unsure.dedup();
    for at in unsure {
        let text = "not joined: several posts of about this date begin with the same text";
        note(&posts[at].record, text.to_owned());
    }
    let mut posts: Vec<_> = posts.into_iter().map(Some).collect();
    for (a, b) in sure {
        // Neither is in another pair, so both are here still.
        if let (Some(counted), Some(plain)) = (posts[a].take(), posts[b].take()) {
            let (told, other) = match counted.record.file < names.len() {
                true => (&counted.record, &plain.record),
                false => (&plain.record, &counted.record),
            };
            let with = match names.get(other.file) {
                Some(file) => format!("line {} of {file}", other.line),
                None => "a post that was imported before".to_owned(),
            };
            note(told, format!("joined by date and text with {with}"));
            posts[a] = Some(united(counted, plain, names.len()));
        }
    }
    posts.into_iter().flatten().collect()
}

/// One post of both. The key of what is known from before stands, else the number of the archive,
/// so that it alone gives the same key.
fn united(mut counted: Joined, plain: Joined, files: usize) -> Joined {
    let of_plain = plain.record.addressed || !counted.record.addressed;
    let key = if plain.is_known(files) || of_plain && !counted.is_known(files) {
        plain.record.key.clone()
    } else {
        counted.record.key.clone()
    };
    counted.merge(plain);
    counted.record.key = key;
    counted
}

/// A text as it is compared: a title may run on or be cut with an ellipsis.
fn folded(text: &str) -> String {
    let text = text.trim_end().trim_end_matches(['…', '.']);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn agree(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    short == long || long.starts_with(short) && short.chars().count() >= AGREE
}

fn without_text(record: Record, names: &[String]) -> Unmatched {
    Unmatched {
        file: names[record.file].clone(),
        line: record.line,
        url: record.url,
        reason: "neither a file nor an import before has the text of this post: give Shares.csv of the account archive too, or a CSV with `url` and `text`".to_owned(),
    }
}

fn past(record: Record) -> Published {
    let [impressions, reactions, comments, shares, followers] = record.figures;
    Published {
        key: record.key,
        date: record.date.map(|date| date.at),
        text: record.text,
        url: record.url,
        impressions,
        reactions,
        comments,
        shares,
        followers,
    }
}

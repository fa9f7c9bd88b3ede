//! An enumeration as bullets: behind a colon, and to reach a reading grade behind a verb or
//! "including" as well. No number is written that was not there.

use super::{Operator, clause, item, opening, series};
use crate::analysis::rules::edit::capitalise;
use crate::analysis::structure::lists;
use crate::post::Span;
use crate::rewrite::draft::{Draft, LineKind, Sentence};
use crate::rewrite::edit::Edit;
use crate::rewrite::options::Options;

/// Items from which a list pays.
const FEWEST: usize = 3;
/// Words of an item at most.
const LONGEST: usize = 12;

/// Lists of a post above which no enumeration without a colon becomes one more.
const MOST_LISTS: usize = 3;

pub(super) fn apply(draft: &Draft, options: &Options) -> Vec<Edit> {
    let mut edits = Vec::new();
    let mut rest = Vec::new();
    let mut reading = draft.reading();
    let dashes = options.grade.is_some_and(|goal| reading.grade() > goal);
    for s in draft.prose() {
        match bullets(draft, s, dashes) {
            Some(edit) => edits.push(edit),
            None => rest.push(s),
        }
    }
    let Some(goal) = options.grade else {
        return edits;
    };
    let mut lists = lists_of(draft) + edits.len();
    reading.sentences += edits.iter().map(|e| items_of(&e.after)).sum::<u64>();
    rest.sort_by_key(|s| (std::cmp::Reverse(s.words), s.span));
    for s in rest {
        if lists >= MOST_LISTS || reading.grade() <= goal {
            break;
        }
        let behind = series::of(draft, s).map(|found| {
            let start = s.span.start + found.lead.len();
            itemise(draft, s, start, ":", &found.items)
        });
        let edit = behind.or_else(|| Some(open(draft, s, &opening::of(draft, s)?)));
        if let Some(edit) = edit {
            reading.sentences += items_of(&edit.after);
            lists += 1;
            edits.push(edit);
        }
    }
    edits
}

/// The bullet of the post's own lists.
fn bullet_of(draft: &Draft) -> &'static str {
    let own = (0..draft.kinds.len())
        .filter_map(|i| lists::marker(draft.line_span(i).of(draft.text())))
        .find_map(|m| ["•", "*", "–", "▪", "-"].into_iter().find(|b| *b == m));
    own.unwrap_or("-")
}

/// Lists that the post has: runs of items, blank lines between them allowed.
fn lists_of(draft: &Draft) -> usize {
    let mut count = 0;
    let mut within = false;
    for (i, kind) in draft.kinds.iter().enumerate() {
        let line = draft.line_span(i).of(draft.text());
        let item = *kind == LineKind::Item || lists::marker(line).is_some();
        count += usize::from(item && !within);
        within = item || within && line.trim().is_empty();
    }
    count
}

fn items_of(after: &str) -> u64 {
    let items = after.lines().skip(1).filter(|l| !l.is_empty());
    items.count() as u64
}

/// "… three things: a, b, and c." from its colon on, where the items are plain phrases; with
/// `dashes` from a dash on as well.
fn bullets(draft: &Draft, sentence: &Sentence, dashes: bool) -> Option<Edit> {
    let text = sentence.span.of(draft.text());
    let marks: &[&str] = if dashes {
        &[": ", " — ", " – ", " - ", "—"]
    } else {
        &[": "]
    };
    let (intro, items) = marks
        .iter()
        .filter(|mark| text.matches(*mark).count() == 1)
        .find_map(|mark| text.split_once(mark))?;
    let items = items.strip_suffix(['.', '!'])?;
    // "9 - 5" is a range.
    let digit = |c: char| c.is_ascii_digit();
    if intro.ends_with(digit) && items.starts_with(digit) {
        return None;
    }
    let plain = |s: &str| !s.contains(['"', '“', '”', ';', ':', '?', '!', '—', '–', '\n']);
    if intro.split_whitespace().count() < 2
        || !plain(intro)
        || !plain(items)
        || !clause::closed(intro)
    {
        return None;
    }
    let parts = series::parted(items)?;
    let fits = |p: &&str| {
        let words = p.split_whitespace();
        let paired = items.contains(", and ");
        let joined = words
            .clone()
            .any(|w| w == "and" && !paired || matches!(w, "or" | "but" | "nor" | "then"));
        let count = words.count();
        let closed = clause::closed(p);
        count > 0 && count <= LONGEST && !joined && closed && p.trim().len() == p.len()
    };
    // A comma behind the colon that is no list ("one thing: honestly, we won, and lost") has a
    // clause for its last item.
    let said = parts.iter().any(|p| {
        let first = p.split(' ').next().unwrap_or_default().to_lowercase();
        matches!(
            first.as_str(),
            "i" | "we" | "he" | "she" | "they" | "it" | "you" | "which" | "who" | "that" | "not"
        )
    });
    if parts.len() < FEWEST
        || !parts.iter().all(fits)
        || said
        || !series::are_alike(&parts)
        || series::is_shared(&parts)
        || parts.last().is_some_and(|p| item::is_initial(p))
    {
        return None;
    }
    let start = sentence.span.start + intro.len();
    Some(itemise(draft, sentence, start, ":", &parts))
}

/// A sentence whose subject are `found.items` as "These …:" and the items.
fn open(draft: &Draft, sentence: &Sentence, found: &opening::Opening) -> Edit {
    let items: Vec<String> = found.items.iter().map(|i| capitalise(i)).collect();
    let items: Vec<&str> = items.iter().map(String::as_str).collect();
    let lead = format!("These {}:", found.predicate);
    itemise(draft, sentence, sentence.span.start, &lead, &items)
}

/// The sentence from byte `start` of the text on as items behind `mark`.
fn itemise(draft: &Draft, sentence: &Sentence, start: usize, mark: &str, items: &[&str]) -> Edit {
    let line = draft.line_span(sentence.line);
    let behind = &draft.text()[sentence.span.end..line.end];
    let space = behind.len() - behind.trim_start().len();
    let more = space < behind.len();
    let bullet = bullet_of(draft);
    let mut after = mark.to_owned();
    for item in items {
        after.push('\n');
        after.push_str(bullet);
        after.push(' ');
        after.push_str(item);
    }
    let end = sentence.span.end + if more { space } else { 0 };
    if more {
        after.push_str("\n\n");
    }
    Operator::List.edit(draft, Span::new(start, end), after)
}

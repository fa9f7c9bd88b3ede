//! Numbers with everything that makes them say something else: sign, currency, magnitude, unit,
//! rate, bound and direction.

use super::lexicon::{self, List};
use super::reading::{Gap, Reading, Word};
use super::{Found, Kind};
use crate::post::Span;

/// Words before a number in which its direction ("fell by 5 %") is looked for.
const DIRECTION_BEFORE: usize = 4;
/// Words behind a number in which its direction ("5 % up") is looked for.
const DIRECTION_BEHIND: usize = 3;

/// Phrases before a number that bound it, longest first; the first column is what they mean.
const BOUNDS: [(&str, &str); 44] = [
    ("<=", "no more than"),
    ("<=", "not more than"),
    ("<=", "at most"),
    ("<=", "up to"),
    ("<=", "a maximum of"),
    ("<=", "maximum of"),
    ("<=", "max"),
    (">=", "no less than"),
    (">=", "no fewer than"),
    (">=", "not less than"),
    (">=", "at least"),
    (">=", "a minimum of"),
    (">=", "minimum of"),
    (">=", "min"),
    ("by", "no later than"),
    ("by", "not later than"),
    (">", "in excess of"),
    (">", "more than"),
    (">", "greater than"),
    (">", "over"),
    (">", "above"),
    ("<", "less than"),
    ("<", "fewer than"),
    ("<", "just under"),
    ("<", "under"),
    ("<", "below"),
    ("~<", "nearly"),
    ("~<", "almost"),
    ("~<", "close to"),
    ("~", "approximately"),
    ("~", "about"),
    ("~", "around"),
    ("~", "roughly"),
    ("~", "circa"),
    ("=", "exactly"),
    ("before", "before"),
    ("before", "prior to"),
    ("after", "after"),
    ("after", "subsequent to"),
    ("until", "until"),
    ("until", "till"),
    ("since", "since"),
    ("from", "from"),
    ("by", "by"),
];

pub(super) fn find(reading: &Reading, out: &mut Vec<Found>) {
    let words = &reading.words;
    let mut i = 0;
    while i < words.len() {
        let Some(mut value) = value_of(&words[i]) else {
            i += 1;
            continue;
        };
        let first = i;
        let sign = sign(reading, words[i].span.start);
        if !sign.is_empty() {
            value.core.insert_str(0, sign);
        }
        while let Some(magnitude) = words
            .get(i + 1)
            .filter(|w| w.gap == Gap::Space)
            .and_then(magnitude)
        {
            value.core.push_str(magnitude);
            i += 1;
        }
        let unit = unit(reading, first, i, &value);
        let bound = bound(reading, first);
        let direction = direction(reading, first, i);
        let end = words[i].span.end;
        let start = words[first].span.start - lead_len(&reading.text[..words[first].span.start]);
        let mut found = Found::new(
            Kind::Number,
            format!("{bound}{}|{unit}|{direction}", value.core),
            Span::new(
                start,
                end + usize::from(reading.text[end..].starts_with('%')),
            ),
        );
        found.value = Some(value.core);
        out.push(found);
        i += 1;
    }
}

/// A figure and the unit that is written into it.
struct Value {
    core: String,
    suffix: String,
    word: bool,
}

fn value_of(word: &Word) -> Option<Value> {
    if !word.number {
        return lexicon::number_word(&word.lower).map(|core| Value {
            core,
            suffix: String::new(),
            word: true,
        });
    }
    let text = &word.lower;
    let digits = text
        .find(|c: char| c.is_alphabetic())
        .map_or(text.len(), |at| text[..at].trim_end_matches('-').len());
    let (figure, suffix) = text.split_at(digits);
    let mut core = without_thousands(&figure.replace(['–', '−'], "-"));
    let suffix = suffix.trim_start_matches('-');
    match suffix {
        "st" | "nd" | "rd" | "th" => core.push_str(suffix),
        "k" | "m" | "mn" | "bn" | "b" | "x" => {
            core.push_str(match suffix {
                "mn" => "m",
                "b" => "bn",
                other => other,
            });
        }
        _ => {
            return Some(Value {
                core,
                suffix: suffix.to_owned(),
                word: false,
            });
        }
    }
    Some(Value {
        core,
        suffix: String::new(),
        word: false,
    })
}

/// `1,000` and `1000` are one number; `1.000` may be one or a thousand and stays.
fn without_thousands(figure: &str) -> String {
    let whole = figure.split('.').next().unwrap_or(figure);
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or_default();
    let is_group = |g: &str, most: usize| {
        !g.is_empty() && g.len() <= most && g.bytes().all(|b| b.is_ascii_digit())
    };
    let grouped =
        whole.contains(',') && is_group(first, 3) && groups.all(|g| g.len() == 3 && is_group(g, 3));
    if grouped {
        figure.replace(',', "")
    } else {
        figure.to_owned()
    }
}

fn magnitude(word: &Word) -> Option<&'static str> {
    match word.lower.as_str() {
        "hundred" => Some("h"),
        "thousand" => Some("k"),
        "million" => Some("m"),
        "billion" => Some("bn"),
        "trillion" => Some("tn"),
        "dozen" => Some("dz"),
        _ => None,
    }
}

/// Bytes of signs and currencies that end `before`.
fn lead_len(before: &str) -> usize {
    let lead = |c: char| matches!(c, '$' | '€' | '£' | '¥' | '₹' | '+' | '-' | '−' | '–' | '~');
    before.len() - before.trim_end_matches(lead).len()
}

/// The sign and the currency before a figure, in one form.
fn sign(reading: &Reading, start: usize) -> &'static str {
    let before = &reading.text[..start];
    let lead = &before[before.len() - lead_len(before)..];
    let outside = before[..before.len() - lead.len()].chars().next_back();
    let detached = outside.is_none_or(|c| c.is_whitespace() || c == '(');
    let minus = detached && lead.contains(['-', '−', '–']);
    let plus = detached && lead.contains('+');
    let currency = lead
        .chars()
        .find(|c| matches!(c, '$' | '€' | '£' | '¥' | '₹'));
    match (minus, plus, currency) {
        (true, _, Some('$')) => "-$",
        (true, _, Some('€')) => "-€",
        (true, _, Some('£')) => "-£",
        (true, _, Some('¥')) => "-¥",
        (true, _, Some(_)) => "-₹",
        (true, _, None) => "-",
        (false, _, Some('$')) => "$",
        (false, _, Some('€')) => "€",
        (false, _, Some('£')) => "£",
        (false, _, Some('¥')) => "¥",
        (false, _, Some(_)) => "₹",
        (false, true, None) => "+",
        (false, false, None) => "",
    }
}

/// The unit: written into the figure, `%`, the word behind it, or else the word before it.
fn unit(reading: &Reading, first: usize, last: usize, value: &Value) -> String {
    let behind = &reading.text[reading.words[last].span.end..];
    if behind.starts_with('%') || behind.starts_with(" %") {
        return "%".to_owned();
    }
    if !value.suffix.is_empty() {
        return format!("{}{}", value.suffix, rate(reading, last));
    }
    if is_year(&value.core) {
        return String::new();
    }
    let mut at = last;
    while let Some(next) = reading.next(at).filter(|w| !w.number) {
        let passed =
            lexicon::is(List::Skip, &next.lower) && next.lower != "of" && next.lower != "at";
        if passed {
            at += 1;
            continue;
        }
        if matches!(next.lower.as_str(), "am" | "pm" | "a.m" | "p.m") {
            return next.lower.replace('.', "");
        }
        if next.lower == "percent"
            || next.lower == "per" && reading.next(at + 1).is_some_and(|w| w.lower == "cent")
        {
            return "%".to_owned();
        }
        if lexicon::is(List::Stop, &next.lower)
            || next.capital && !lexicon::is(List::Month, &next.lower) && next.lower.len() > 2
        {
            break;
        }
        return format!("{}{}", next.base().replace('.', ""), rate(reading, at + 1));
    }
    if value.word {
        return rate(reading, last);
    }
    let before = reading.previous(first).filter(|w| {
        !w.number
            && !lexicon::is(List::Stop, &w.lower)
            && direction_of(&w.lower).is_none()
            && !ends_bound(&w.lower)
    });
    before.map_or_else(|| rate(reading, last), |w| w.base().to_owned())
}

fn ends_bound(word: &str) -> bool {
    BOUNDS
        .iter()
        .any(|(_, p)| p.rsplit(' ').next() == Some(word))
}

/// "a week", "per year", "ago" behind a unit.
fn rate(reading: &Reading, unit: usize) -> String {
    match reading.next(unit).map(|w| w.lower.as_str()) {
        Some(word @ ("ago" | "later" | "earlier")) => format!(" {word}"),
        Some("per" | "a" | "an" | "each" | "every") => {
            reading.next(unit + 1).map_or_else(String::new, |w| {
                let per = if w.lower == "annum" { "year" } else { w.base() };
                format!("/{per}")
            })
        }
        _ => String::new(),
    }
}

/// A year of our times has no unit.
fn is_year(core: &str) -> bool {
    core.len() == 4
        && (core.starts_with("19") || core.starts_with("20"))
        && core.bytes().all(|b| b.is_ascii_digit())
}

/// What the words before word `at` make of it, as `>`, `<=`, `~` or a preposition of time.
pub(super) fn bound(reading: &Reading, at: usize) -> &'static str {
    let mut before = String::new();
    let mut i = at;
    while let Some(word) = reading.previous(i) {
        before.insert_str(0, &word.lower);
        before.insert(0, ' ');
        i -= 1;
        if at - i == 3 {
            break;
        }
    }
    let fits = |phrase: &str| {
        before
            .strip_suffix(phrase)
            .is_some_and(|rest| rest.ends_with(' '))
    };
    BOUNDS
        .iter()
        .find(|(_, p)| fits(p))
        .map_or("", |(class, _)| class)
}

fn direction_of(word: &str) -> Option<&'static str> {
    if lexicon::is(List::Up, word) {
        Some("up")
    } else if lexicon::is(List::Down, word) {
        Some("down")
    } else {
        None
    }
}

/// A subject: the verb that gives a number its direction stands behind it.
fn is_subject(word: &str) -> bool {
    matches!(word, "i" | "we" | "you" | "he" | "she" | "it" | "they")
}

/// Whether the words around a number say that something rose or fell. The nearest before it wins.
fn direction(reading: &Reading, first: usize, last: usize) -> &'static str {
    let mut i = first;
    while let Some(word) = reading.previous(i).filter(|_| first - i < DIRECTION_BEFORE) {
        if is_subject(&word.lower) {
            break;
        }
        let up_to = word.lower == "up" && reading.words[i].lower == "to";
        if let Some(found) = direction_of(&word.lower).filter(|_| !up_to) {
            return found;
        }
        i -= 1;
    }
    let mut i = last;
    while let Some(word) = reading.next(i).filter(|_| i - last < DIRECTION_BEHIND) {
        if let Some(found) = direction_of(&word.lower) {
            return found;
        }
        i += 1;
    }
    ""
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(text: &str) -> Vec<String> {
        let mut out = Vec::new();
        find(&Reading::new(text), &mut out);
        out.into_iter().map(|f| f.key).collect()
    }

    #[test]
    fn one_number_in_two_forms_has_one_key() {
        for (a, b) in [
            ("We sold 1,000 bikes", "We sold 1000 bikes"),
            ("We sold five bikes", "We sold 5 bikes"),
            ("It saves 30 percent", "It saves 30%"),
            ("In excess of 40 firms", "More than 40 firms"),
            ("5 km long", "5km long"),
            ("at 9 a.m. we", "at 9 am we"),
            ("sales rose 8%", "sales climbed 8%"),
            ("a range of 5-10 people", "a range of 5–10 people"),
            ("40 very happy users", "40 happy users"),
        ] {
            assert_eq!(keys(a), keys(b), "{a} / {b}");
        }
    }

    #[test]
    fn what_changes_a_number_changes_its_key() {
        for (a, b) in [
            ("$5", "€5"),
            ("-5%", "5%"),
            ("5 km", "5 miles"),
            ("$5 a day", "$5 a week"),
            ("at least 5 seats", "at most 5 seats"),
            ("5 million", "5 billion"),
            ("fell 5%", "rose 5%"),
            ("3 years ago", "3 years later"),
            ("1.000", "1000"),
        ] {
            assert_ne!(keys(a), keys(b), "{a} / {b}");
        }
    }
}

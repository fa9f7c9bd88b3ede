//! Phrase tables, matched in one pass over a line.
//!
//! A table line reads `phrase -> plainer | another ; condition ; condition`. Nothing behind the
//! arrow: the phrase can go. Conditions are `not after`, `only after`, `not before` and
//! `only before`, each with the words meant; `@det`, `@be` and `@not` stand for word classes,
//! `@start` for no word (a sentence starts there, or a mark stands between).

use aho_corasick::AhoCorasick;

use super::line::words;
use crate::post::Span;

/// A phrase, and the neighbours it may have.
#[derive(Debug)]
pub(crate) struct Phrase<K> {
    pub kind: K,
    /// Texts that can stand in its place; an empty one deletes it.
    pub replacements: Vec<&'static str>,
    after: Neighbours,
    before: Neighbours,
}

#[derive(Debug, Default)]
struct Neighbours {
    only: Vec<&'static str>,
    never: Vec<&'static str>,
}

impl Neighbours {
    fn admit(&self, word: &str) -> bool {
        (self.only.is_empty() || self.only.contains(&word)) && !self.never.contains(&word)
    }
}

/// Phrases and their automaton.
pub(crate) struct PhraseTable<K> {
    automaton: AhoCorasick,
    phrases: Vec<Phrase<K>>,
}

/// Where a phrase stands.
pub(crate) struct Hit<'t, K> {
    pub span: Span,
    pub phrase: &'t Phrase<K>,
}

impl<K: Copy> PhraseTable<K> {
    /// Reads a table. Lines that are empty or start with `#` are skipped.
    pub fn new(lines: impl Iterator<Item = (K, &'static str)>) -> Self {
        let mut texts = Vec::new();
        let mut phrases = Vec::new();
        for (kind, line) in lines.filter(|(_, l)| !l.is_empty() && !l.starts_with('#')) {
            let (text, phrase) = parse(kind, line);
            texts.push(text);
            phrases.push(phrase);
        }
        let automaton = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .build(&texts)
            // Fails only past 2^31 states; the tables are constant and built in every test run.
            .expect("phrase tables fit an automaton");
        Self { automaton, phrases }
    }

    /// The phrases in `text`, longest first where they overlap. `lower` is `text` with ASCII
    /// letters in lower case.
    pub fn hits<'t>(&'t self, lower: &str) -> Vec<Hit<'t, K>> {
        let mut hits: Vec<_> = self
            .automaton
            .find_overlapping_iter(lower)
            .map(|m| Hit {
                span: Span::new(m.start(), m.end()),
                phrase: &self.phrases[m.pattern().as_usize()],
            })
            .filter(|h| is_whole(lower, h.span) && h.fits(lower))
            .collect();
        hits.sort_by_key(|h| (h.span.start, std::cmp::Reverse(h.span.end)));
        let mut end = 0;
        hits.retain(|h| {
            let keep = h.span.start >= end;
            if keep {
                end = h.span.end;
            }
            keep
        });
        hits
    }
}

impl<K> Hit<'_, K> {
    fn fits(&self, lower: &str) -> bool {
        self.phrase.after.admit(word_before(lower, self.span.start))
            && self.phrase.before.admit(word_after(lower, self.span.end))
    }
}

/// The word that ends one white space before `at`, or `""`.
pub(super) fn word_before(text: &str, at: usize) -> &str {
    let Some(rest) = text[..at].strip_suffix(char::is_whitespace) else {
        return "";
    };
    let start = rest
        .char_indices()
        .rev()
        .take_while(|(_, c)| c.is_alphanumeric() || matches!(c, '\'' | '-'))
        .last();
    start.map_or("", |(i, _)| &rest[i..])
}

/// The word that starts one white space behind `at`, or `""`.
pub(super) fn word_after(text: &str, at: usize) -> &str {
    let Some(rest) = text[at..].strip_prefix(char::is_whitespace) else {
        return "";
    };
    if !rest.starts_with(char::is_alphanumeric) {
        return "";
    }
    words(rest).next().map_or("", |s| s.of(rest))
}

/// Whether `span` cuts no word in two; a hyphen or apostrophe between letters joins.
fn is_whole(text: &str, span: Span) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let inner = span.of(text);
    let mut before = text[..span.start].chars().rev();
    let mut after = text[span.end..].chars();
    let open = |first: Option<char>, second: Option<char>| match first {
        Some('-' | '\'') => !second.is_some_and(is_word),
        Some(c) => !is_word(c),
        None => true,
    };
    (!inner.starts_with(is_word) || open(before.next(), before.next()))
        && (!inner.ends_with(is_word) || open(after.next(), after.next()))
}

fn parse<K>(kind: K, line: &'static str) -> (&'static str, Phrase<K>) {
    let mut parts = line.split(" ; ");
    let head = parts.next().unwrap_or_default();
    let (text, replacements) = match head.split_once("->") {
        Some((text, with)) => (text, with.split('|').map(str::trim).collect()),
        None => (head, Vec::new()),
    };
    let mut phrase = Phrase {
        kind,
        replacements,
        after: Neighbours::default(),
        before: Neighbours::default(),
    };
    for condition in parts {
        let mut words = condition.split_whitespace();
        let (mode, side) = (words.next(), words.next());
        let neighbours = match side {
            Some("after") => &mut phrase.after,
            Some("before") => &mut phrase.before,
            _ => unreachable!("condition of {line:?}; a test parses every table"),
        };
        let list = match mode {
            Some("only") => &mut neighbours.only,
            Some("not") => &mut neighbours.never,
            _ => unreachable!("condition of {line:?}; a test parses every table"),
        };
        list.extend(words.flat_map(class));
    }
    (text.trim(), phrase)
}

fn class(word: &'static str) -> impl Iterator<Item = &'static str> {
    let start = (word == "@start").then_some("");
    let list = match word {
        "@start" => "",
        "@det" => "the my our your his her their its these those this that us them you it me him",
        "@be" => "am is are was were be been being it's i'm we're they're you're he's she's",
        "@not" => {
            "not don't doesn't didn't isn't aren't wasn't weren't won't wouldn't can't cannot \
             couldn't never haven't hasn't"
        }
        word => word,
    };
    start.into_iter().chain(list.split_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(table: &'static str, text: &str) -> Vec<String> {
        PhraseTable::new(table.lines().map(|l| ((), l)))
            .hits(&text.to_ascii_lowercase())
            .iter()
            .map(|h| h.span.of(text).to_owned())
            .collect()
    }

    #[test]
    fn words_stay_whole_and_the_longest_phrase_that_fits_wins() {
        let table = "in order -> x\nin order to -> to\nmake ; only before sense";
        assert_eq!(
            found(table, "In order to go; in order together"),
            ["In order to", "in order"]
        );
        assert_eq!(found(table, "makes make make sense"), ["make"]);
        assert_eq!(
            found(table, "cabin order, in-order, well-in order, in order's"),
            Vec::<String>::new()
        );
    }

    #[test]
    fn neighbours_are_words_one_space_away() {
        assert_eq!(word_before("isn't very", 6), "isn't");
        assert_eq!(word_before("so, very", 4), "");
        assert_eq!(word_after("very good-ish, x", 4), "good-ish");
        assert_eq!(word_after("very, good", 4), "");
        assert_eq!(
            found("very ; not after @not", "very isn't very not very"),
            ["very"]
        );
    }
}

//! YAKE's candidates and scores.
//!
//! Campos et al., "YAKE! Keyword extraction from single documents using multiple local features",
//! Information Sciences 509 (2020): a term is scored by its casing, its position, its frequency,
//! the variety of its neighbours and the share of sentences it is in; a phrase by its terms. Lower
//! is more important. The crate `yake-rust` computes the same over strings, at five times the
//! cost; a property test holds the two together.

use rustc_hash::{FxHashMap, FxHashSet};

use super::STOP_WORDS;
use super::tokens::tokens;

/// Most words in a candidate.
const LONGEST: usize = 3;
/// A candidate with fewer characters is none.
const LEAST_CHARS: usize = 3;
/// A term with fewer characters besides punctuation counts as a stop word.
const LEAST_TERM: usize = 3;

fn is_punctuation(c: char) -> bool {
    // YAKE's own list, which lacks the semicolon.
    c.is_ascii_punctuation() && c != ';'
}

/// What a token looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tag {
    Digit,
    Punctuation,
    Unparsable,
    Acronym,
    Capitalised,
    Plain,
}

impl Tag {
    fn of(word: &str, opens: bool) -> Self {
        let upper = |c: char| c.is_uppercase();
        if is_number(word) {
            Self::Digit
        } else if word.chars().all(is_punctuation) {
            Self::Punctuation
        } else if is_unparsable(word) {
            Self::Unparsable
        } else if word.chars().all(upper) {
            Self::Acronym
        } else if !opens && word.starts_with(upper) && !word.chars().skip(1).any(upper) {
            Self::Capitalised
        } else {
            Self::Plain
        }
    }

    /// Whether neighbours are counted.
    fn is_term(self) -> bool {
        !matches!(self, Self::Digit | Self::Unparsable | Self::Punctuation)
    }
}

fn is_number(word: &str) -> bool {
    let may_be = |b: &u8| {
        b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b',' | b'i' | b'I' | b'n' | b'N')
    };
    word.as_bytes().first().is_some_and(may_be) && word.replace(',', "").parse::<f64>().is_ok()
}

/// Two kinds of punctuation, or letters and digits mixed, or neither.
fn is_unparsable(word: &str) -> bool {
    let mut marks = word.chars().filter(|c| is_punctuation(*c));
    let first = marks.next();
    if marks.any(|c| Some(c) != first) {
        return true;
    }
    word.chars().any(|c| c.is_ascii_digit()) == word.chars().any(char::is_alphabetic)
}

/// Without the `s` of a plural.
fn singular(term: &str) -> &str {
    match term.strip_suffix(['s', 'S']) {
        Some(stem) if stem.chars().nth(2).is_some() => stem,
        _ => term,
    }
}

fn is_stop_word(lower: &str) -> bool {
    let stem = singular(lower);
    STOP_WORDS.contains(lower)
        || STOP_WORDS.contains(stem)
        || stem.chars().filter(|c| !is_punctuation(*c)).count() < LEAST_TERM
}

/// Words by number.
#[derive(Default)]
struct Lexicon {
    numbers: FxHashMap<String, usize>,
}

impl Lexicon {
    fn number(&mut self, word: &str) -> usize {
        if let Some(number) = self.numbers.get(word) {
            return *number;
        }
        let next = self.numbers.len();
        self.numbers.insert(word.to_owned(), next);
        next
    }
}

/// A word as it is written, in lower case.
struct Form {
    text: String,
    /// Its singular, by number.
    term: usize,
    is_stop: bool,
}

#[derive(Clone, Copy)]
struct Token {
    form: usize,
    tag: Tag,
}

/// What the text says of a term.
#[derive(Default)]
struct Term {
    count: f64,
    acronyms: f64,
    capitals: f64,
    /// Sentences it is in, in order.
    sentences: Vec<usize>,
    /// Neighbours on the left and on the right: all and different ones.
    left: (f64, f64),
    right: (f64, f64),
    score: f64,
}

struct Text {
    forms: Vec<Form>,
    sentences: Vec<Vec<Token>>,
    terms: Vec<Term>,
    /// How often the second term stands right behind the first.
    pairs: FxHashMap<(usize, usize), f64>,
}

impl Text {
    fn read(sentences: &[&str]) -> Self {
        let (mut written, mut lexicon) = (Lexicon::default(), Lexicon::default());
        let mut forms: Vec<Form> = Vec::new();
        let read = |sentence: &&str| {
            let words = tokens(sentence);
            let read = |(i, word): (usize, &String)| {
                let lower = word.to_lowercase();
                let form = written.number(&lower);
                if form == forms.len() {
                    forms.push(Form {
                        term: lexicon.number(&singular(&lower).to_lowercase()),
                        is_stop: is_stop_word(&lower),
                        text: lower,
                    });
                }
                let tag = Tag::of(word, i == 0);
                Token { form, tag }
            };
            words.iter().enumerate().map(read).collect()
        };
        let sentences = sentences.iter().map(read).collect();
        let mut text = Self {
            sentences,
            terms: (0..lexicon.numbers.len())
                .map(|_| Term::default())
                .collect(),
            pairs: FxHashMap::default(),
            forms,
        };
        text.count();
        text.score_terms();
        text
    }

    fn count(&mut self) {
        for (i, sentence) in self.sentences.iter().enumerate() {
            let mut before: Option<Token> = None;
            for &token in sentence {
                if token.tag == Tag::Punctuation {
                    before = None;
                    continue;
                }
                let number = self.forms[token.form].term;
                let term = &mut self.terms[number];
                term.count += 1.0;
                term.acronyms += f64::from(token.tag == Tag::Acronym);
                term.capitals += f64::from(token.tag == Tag::Capitalised);
                if term.sentences.last() != Some(&i) {
                    term.sentences.push(i);
                }
                if let Some(before) = before.filter(|b| b.tag.is_term() && token.tag.is_term()) {
                    let left = self.forms[before.form].term;
                    let seen = self.pairs.entry((left, number)).or_default();
                    let is_new = f64::from(*seen == 0.0);
                    *seen += 1.0;
                    let right = &mut self.terms[left].right;
                    *right = (right.0 + 1.0, right.1 + is_new);
                    let left = &mut self.terms[number].left;
                    *left = (left.0 + 1.0, left.1 + is_new);
                }
                before = Some(token);
            }
        }
    }

    fn score_terms(&mut self) {
        let used: FxHashSet<usize> = self
            .sentences
            .iter()
            .flatten()
            .filter(|t| t.tag != Tag::Punctuation)
            .map(|t| t.form)
            .collect();
        let mut with_content = vec![false; self.terms.len()];
        for form in used.iter().map(|f| &self.forms[*f]).filter(|f| !f.is_stop) {
            with_content[form.term] = true;
        }
        let counts = || {
            self.terms
                .iter()
                .zip(&with_content)
                .filter(|(_, w)| **w)
                .map(|(t, _)| t.count)
        };
        let n = counts().count() as f64;
        let mean = counts().sum::<f64>() / n;
        let deviation = (counts().map(|c| (c - mean).powi(2)).sum::<f64>() / n).sqrt();
        let most = self.terms.iter().map(|t| t.count).fold(0.0, f64::max);
        let sentences = self.sentences.len() as f64;
        for term in self.terms.iter_mut().filter(|t| t.count > 0.0) {
            let casing = term.acronyms.max(term.capitals) / (1.0 + term.count.ln());
            let position = (3.0 + median(&term.sentences)).ln().ln();
            let frequency = term.count / (mean + deviation);
            let variety =
                |(all, different): (f64, f64)| if all > 0.0 { different / all } else { 0.0 };
            let related = 1.0 + (variety(term.right) + variety(term.left)) * (term.count / most);
            let spread = term.sentences.len() as f64 / sentences;
            term.score = related * position / (casing + frequency / related + spread / related);
        }
    }

    /// How often `right` follows `left`, as a share of `of`'s count.
    fn chance(&self, left: usize, right: usize, of: usize) -> f64 {
        let together = self.pairs.get(&(left, right)).copied().unwrap_or_default();
        together / self.terms[of].count
    }

    fn score(&self, phrase: &[usize], count: f64) -> f64 {
        let term = |i: usize| self.forms[phrase[i]].term;
        let (mut product, mut sum) = (1.0, 0.0);
        for (i, form) in phrase.iter().enumerate() {
            if self.forms[*form].is_stop {
                // A candidate neither starts nor ends with a stop word.
                let before = self.chance(term(i - 1), term(i), term(i - 1));
                let behind = self.chance(term(i), term(i + 1), term(i + 1));
                let unlikely = 1.0 - before * behind;
                product *= 1.0 + unlikely;
                sum -= unlikely;
            } else {
                let score = self.terms[term(i)].score;
                product *= score;
                sum += score;
            }
        }
        if sum == -1.0 {
            sum = 0.999_999_999;
        }
        product / (count * (1.0 + sum))
    }

    fn may_be_keyword(&self, run: &[Token]) -> bool {
        let chars = || run.iter().map(|t| self.forms[t.form].text.chars().count());
        run.iter().all(|t| t.tag.is_term())
            && run.last().is_some_and(|t| !self.forms[t.form].is_stop)
            && chars().sum::<usize>() >= LEAST_CHARS
    }

    /// Candidates by how often they occur, in the order of their first occurrence.
    fn candidates(&self) -> Vec<(Vec<usize>, f64)> {
        let mut places: FxHashMap<Vec<usize>, Option<usize>> = FxHashMap::default();
        let mut out: Vec<(Vec<usize>, f64)> = Vec::new();
        for sentence in &self.sentences {
            for start in 0..sentence.len() {
                if self.forms[sentence[start].form].is_stop {
                    continue;
                }
                for end in start + 1..=sentence.len().min(start + LONGEST) {
                    let run = &sentence[start..end];
                    let phrase: Vec<usize> = run.iter().map(|t| t.form).collect();
                    let fits = self.may_be_keyword(run);
                    match places.get_mut(&phrase) {
                        // Refused once: not counted again.
                        Some(None) => {}
                        Some(place) if !fits => *place = None,
                        Some(Some(place)) => out[*place].1 += 1.0,
                        None => {
                            places.insert(phrase.clone(), fits.then_some(out.len()));
                            if fits {
                                out.push((phrase, 1.0));
                            }
                        }
                    }
                }
            }
        }
        out
    }
}

/// The middle of ordered numbers.
fn median(ordered: &[usize]) -> f64 {
    let middle = ordered.len() / 2;
    if ordered.len() % 2 == 1 {
        ordered[middle] as f64
    } else {
        (ordered[middle - 1] + ordered[middle]) as f64 / 2.0
    }
}

/// The `most` best candidates of `sentences` in lower case, with their scores, best first.
pub(super) fn yake(sentences: &[&str], most: usize) -> Vec<(String, f64)> {
    let text = Text::read(sentences);
    let mut scored: Vec<(Vec<usize>, f64)> = text
        .candidates()
        .into_iter()
        .map(|(phrase, count)| {
            let score = text.score(&phrase, count);
            (phrase, score)
        })
        .filter(|(_, score)| score.is_finite() && *score > 0.0)
        .collect();
    scored.sort_by(|a, b| a.1.total_cmp(&b.1));
    scored.truncate(most);
    let words = |phrase: &[usize]| {
        let words: Vec<&str> = phrase
            .iter()
            .map(|f| text.forms[*f].text.as_str())
            .collect();
        words.join(" ")
    };
    scored.iter().map(|(p, score)| (words(p), *score)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use segtok::segmenter::split_multi;
    use yake_rust::{Config, get_n_best};

    fn assert_equal(text: &str) {
        let config = Config {
            remove_duplicates: false,
            ..Config::default()
        };
        let theirs: FxHashMap<String, f64> = get_n_best(usize::MAX, text, &STOP_WORDS, &config)
            .into_iter()
            .filter(|k| k.score.is_finite() && k.score > 0.0)
            .map(|k| (k.keyword, k.score))
            .collect();
        let sentences = split_multi(text, Default::default());
        let sentences: Vec<&str> = sentences
            .iter()
            .map(String::as_str)
            .filter(|s| !s.is_empty())
            .collect();
        let ours = yake(&sentences, usize::MAX);
        assert_eq!(ours.len(), theirs.len(), "{text}\n{ours:?}\n{theirs:?}");
        for (key, score) in ours {
            let other = theirs
                .get(&key)
                .unwrap_or_else(|| panic!("only ours: {key} in {text}"));
            assert!(
                (score - other).abs() <= 1e-9 * other.abs(),
                "{key}: {score} and {other} in {text}"
            );
        }
    }

    #[test]
    fn equals_the_crate_on_a_post() {
        assert_equal(include_str!("../../../tests/data/post.md"));
        assert_equal("");
        assert_equal("USA, USA! NaN inf 3.5% a/b, B2C and the PayPal API of the API.");
    }

    proptest! {
        #[test]
        fn equals_the_crate(words in prop::collection::vec(
            prop::sample::select(vec![
                "Rust", "rust", "the", "of", "teams", "team", "USA", "don't", "it's", "3", "v2", "nan",
                "borrow", "checker", ".", ".", "\n\n", ",", "!", "A.", "well-known", "bus", "buses", "is",
                "(fast)", "\"quoted\"", "PayPal", "- ", "state", "art",
            ]),
            0..60,
        )) {
            assert_equal(&words.join(" "));
        }
    }
}

//! The numbers that a head reads of a candidate.

use rustc_hash::{FxHashMap, FxHashSet};

use super::candidates::{Candidate, MOST_WORDS, Place};
use super::frequency::log_count;
use super::tokens::{Token, Word};
use super::words::{self, CLASSES, CLOSERS, Class, ENDINGS, INNER, OPENERS};
use crate::analysis::keywords::STOP_WORDS;

/// Numbers of the text as a whole.
const TEXT: usize = 11;
/// Numbers of counts, places, lengths and kinds of words.
const PLAIN: usize = 37;
/// Numbers of how a candidate is written.
const LOOKS: usize = 7;
/// Numbers of how frequent its words are.
const RARITY: usize = 6;
/// Number of features.
pub const FEATURES: usize = MOST_WORDS + PLAIN + LOOKS + 2 * CLASSES + 2 * ENDINGS + RARITY + TEXT;

/// Places of a candidate whose looks and neighbours are read.
const MOST_PLACES: usize = 20;
/// What an English word's logarithm of frequency is counted from.
const MIDDLE_LOG: f32 = 6.0;
/// What it is, so counted, for a word that the list lacks.
const UNKNOWN_LOG: f32 = -3.0;

const PERSONAL: [&str; 10] = [
    "said", "says", "he", "she", "his", "her", "i", "you", "my", "your",
];
const SCIENTIFIC: [&str; 5] = ["we", "our", "this", "is", "are"];
const DOUBLE_QUOTES: [char; 3] = ['"', '“', '”'];

/// What is counted once for all candidates.
pub(super) struct Counts<'d> {
    sentences: &'d [Vec<Token>],
    /// Tokens before each sentence.
    before: Vec<usize>,
    tokens: f32,
    /// Content words by stem.
    words: FxHashMap<&'d str, usize>,
    most_frequent: f32,
    /// The most places of a longer candidate around each, and the number of such.
    around: Vec<(usize, usize)>,
    /// Whether each token stands in brackets, and in quotes.
    enclosed: Vec<Vec<(bool, bool)>>,
    text: [f32; TEXT],
}

impl<'d> Counts<'d> {
    pub fn new(text: &str, sentences: &'d [Vec<Token>], candidates: &[Candidate]) -> Self {
        let mut before = Vec::with_capacity(sentences.len());
        let mut tokens = 0;
        for sentence in sentences {
            before.push(tokens);
            tokens += sentence.len();
        }
        let mut words: FxHashMap<&str, usize> = FxHashMap::default();
        for word in all_words(sentences).filter(|w| !w.is_function) {
            *words.entry(&word.stem).or_default() += 1;
        }
        Self {
            before,
            tokens: tokens.max(1) as f32,
            most_frequent: words.values().copied().max().unwrap_or(1) as f32,
            words,
            around: around(candidates),
            enclosed: sentences.iter().map(|s| enclosed(s, text)).collect(),
            text: of_text(sentences, candidates.len()),
            sentences,
        }
    }

    /// The features of candidate `index`.
    pub fn features(&self, candidate: &Candidate, index: usize) -> Vec<f32> {
        let mut out = Vec::with_capacity(FEATURES);
        let first = candidate.places[0];
        let tokens = first.of(self.sentences);
        let words: Vec<&Word> = tokens.iter().filter_map(|t| t.word.as_ref()).collect();
        out.extend((1..=MOST_WORDS).map(|n| truth(n == words.len())));
        self.counts(candidate, index, &words, &mut out);
        lengths(&words, &mut out);
        self.looks(candidate, &mut out);
        for word in [words.last(), words.first()].into_iter().flatten() {
            let ending = words::ending(&word.lower);
            out.extend((0..ENDINGS).map(|i| truth(i == ending)));
        }
        rarity(&words, &mut out);
        out.extend_from_slice(&self.text);
        debug_assert_eq!(out.len(), FEATURES);
        out
    }

    /// How often and where.
    fn counts(&self, candidate: &Candidate, index: usize, words: &[&Word], out: &mut Vec<f32>) {
        let places = &candidate.places;
        let times = places.len() as f32;
        let content = words.iter().filter(|w| !w.is_function);
        let known = |w: &&Word| self.words.get(w.stem.as_str()).copied().unwrap_or(1) as f32;
        let counts: Vec<f32> = content.map(known).collect();
        let least = counts.iter().copied().fold(f32::INFINITY, f32::min);
        let most = counts.iter().copied().fold(0.0, f32::max);
        let mean = counts.iter().sum::<f32>() / counts.len() as f32;
        let position = |p: &Place| (self.before[p.sentence] + p.start) as f32;
        let first = &places[0];
        let (at, last) = (position(first), position(&places[places.len() - 1]));
        let spread: FxHashSet<usize> = places.iter().map(|p| p.sentence).collect();
        let (longer, number) = self.around[index];
        let longer = longer as f32;
        out.extend([
            times.ln_1p(),
            times / self.most_frequent,
            least.ln_1p(),
            most.ln_1p(),
            mean.ln_1p(),
            times / least,
            times / most,
            least / self.most_frequent,
            most / self.most_frequent,
            at.ln_1p() / 3.0,
            at / self.tokens,
            truth(first.sentence == 0),
            (first.sentence as f32).ln_1p(),
            last / self.tokens,
            (last - at) / self.tokens,
            spread.len() as f32 / self.sentences.len().max(1) as f32,
            longer.ln_1p(),
            (number as f32).ln_1p(),
            longer / times,
            truth(longer == 0.0),
            // The C-value (Frantzi, Ananiadou and Mima 2000), with the most for the mean.
            (words.len() as f32 + 1.0).log2() * (times - longer) / self.most_frequent,
        ]);
    }

    /// Capitals, brackets, quotes and neighbours over the places.
    fn looks(&self, candidate: &Candidate, out: &mut Vec<f32>) {
        let mut looks = [0.0f32; LOOKS];
        let mut neighbours = [[0.0f32; CLASSES]; 2];
        let places = &candidate.places[..candidate.places.len().min(MOST_PLACES)];
        for place in places {
            let sentence = &self.sentences[place.sentence];
            let tokens = place.of(self.sentences);
            let words = || tokens.iter().filter_map(|t| t.word.as_ref());
            let named = words().filter(|w| !INNER.contains(&w.lower.as_str()));
            let (capitals, all) = named.fold((0.0f32, 0.0f32), |(capitals, all), w| {
                (capitals + truth(w.is_capital), all + 1.0)
            });
            // A capital that opens a sentence says nothing.
            let counts = truth(place.start > 0 || place.words > 1);
            let class = |token: Option<&Token>| token.map_or(Class::Edge, |t| t.class);
            let before = place.start.checked_sub(1).and_then(|i| sentence.get(i));
            let beside = [before, sentence.get(place.start + place.words)].map(class);
            let could_go_on = beside.iter().filter(|c| **c >= Class::Number).count();
            let (in_brackets, in_quotes) = self.enclosed[place.sentence][place.start];
            let here = [
                counts * capitals / all,
                counts * truth(capitals == all),
                truth(words().any(|w| w.is_acronym)),
                truth(words().any(|w| w.is_mixed)),
                truth(in_brackets),
                truth(in_quotes),
                could_go_on as f32 / 2.0,
            ];
            looks.iter_mut().zip(here).for_each(|(sum, x)| *sum += x);
            for (sums, class) in neighbours.iter_mut().zip(beside) {
                sums[class as usize] += 1.0;
            }
        }
        let sums = looks.iter().chain(neighbours.as_flattened());
        out.extend(sums.map(|x| x / places.len() as f32));
    }
}

fn all_words(sentences: &[Vec<Token>]) -> impl Iterator<Item = &Word> {
    sentences.iter().flatten().filter_map(|t| t.word.as_ref())
}

fn truth(is: bool) -> f32 {
    f32::from(u8::from(is))
}

/// For each candidate the most places of a longer one that holds it, and the number of such.
fn around(candidates: &[Candidate]) -> Vec<(usize, usize)> {
    let known: FxHashMap<&str, usize> = candidates
        .iter()
        .enumerate()
        .map(|(i, c)| (c.key.as_str(), i))
        .collect();
    let mut out = vec![(0, 0); candidates.len()];
    for candidate in candidates {
        let key = candidate.key.as_str();
        let cuts = || key.match_indices(' ').map(|(i, _)| i);
        let starts: Vec<usize> = std::iter::once(0).chain(cuts().map(|i| i + 1)).collect();
        let ends: Vec<usize> = cuts().chain([key.len()]).collect();
        let mut seen: Vec<usize> = Vec::new();
        for (i, start) in starts.iter().enumerate() {
            let parts = ends[i..].iter().map(|end| &key[*start..*end]);
            let parts = parts.filter(|p| p.len() < key.len());
            for part in parts.filter_map(|p| known.get(p)) {
                if !seen.contains(part) {
                    seen.push(*part);
                    let (longest, number) = &mut out[*part];
                    *longest = candidate.places.len().max(*longest);
                    *number += 1;
                }
            }
        }
    }
    out
}

fn enclosed(sentence: &[Token], text: &str) -> Vec<(bool, bool)> {
    let (mut depth, mut quoted) = (0usize, false);
    let mut of_token = |token: &Token| {
        if token.word.is_none()
            && let Some(mark) = token.span.of(text).chars().next()
        {
            if OPENERS.contains(&mark) {
                depth += 1;
            } else if CLOSERS.contains(&mark) {
                depth = depth.saturating_sub(1);
            }
            quoted ^= DOUBLE_QUOTES.contains(&mark);
        }
        (depth > 0, quoted)
    };
    sentence.iter().map(&mut of_token).collect()
}

fn of_text(sentences: &[Vec<Token>], candidates: usize) -> [f32; TEXT] {
    let words = all_words(sentences).count().max(1) as f32;
    let share =
        |is: &dyn Fn(&Word) -> bool| all_words(sentences).filter(|w| is(w)).count() as f32 / words;
    let letters: usize = all_words(sentences).map(|w| w.length).sum();
    let tokens = || sentences.iter().flatten();
    let marks = tokens().filter(|t| t.word.is_none()).count() as f32;
    let pronouns = tokens().filter(|t| t.class == Class::Pronoun).count() as f32;
    let one_of = |list: &[&str], w: &Word| list.contains(&w.lower.as_str());
    [
        words.ln_1p(),
        share(&|w| w.is_function),
        letters as f32 / words / 5.0,
        (words / sentences.len().max(1) as f32).ln_1p(),
        share(&|w| w.is_capital),
        pronouns / words * 5.0,
        share(&|w| w.lower.ends_with("ed")) * 10.0,
        share(&|w| one_of(&PERSONAL, w)) * 10.0,
        share(&|w| one_of(&SCIENTIFIC, w)) * 10.0,
        (candidates as f32).ln_1p() / 2.0,
        marks / words,
    ]
}

/// Lengths and kinds of the words at the first place.
fn lengths(words: &[&Word], out: &mut Vec<f32>) {
    let (Some(first), Some(last)) = (words.first(), words.last()) else {
        return;
    };
    let letters = words.iter().map(|w| w.length).sum::<usize>() as f32;
    let number = words.len() as f32;
    let any = |is: &dyn Fn(&str) -> bool| truth(words.iter().any(|w| is(&w.lower)));
    let content = words.iter().filter(|w| !w.is_function);
    let (stops, all) = content.fold((0.0, 0.0), |(stops, all), w| {
        (stops + truth(STOP_WORDS.contains(&w.lower)), all + 1.0)
    });
    let function = words.iter().filter(|w| w.is_function).count();
    out.extend([
        letters / 10.0 / number,
        letters / 20.0,
        last.length as f32 / 10.0,
        first.length as f32 / 10.0,
        any(&|w| w.contains('-')),
        any(&|w| w.contains(char::is_numeric)),
        function as f32,
        any(&|w| w == "of"),
        any(&|w| w == "and"),
        stops / all,
        truth(STOP_WORDS.contains(&first.lower)),
        truth(STOP_WORDS.contains(&last.lower)),
        truth(last.lower.contains('\'')),
        truth(first.lower.contains('\'')),
        truth(first.is_number),
        truth(last.is_number),
    ]);
}

/// How frequent its content words are in English.
fn rarity(words: &[&Word], out: &mut Vec<f32>) {
    let content = words.iter().filter(|w| !w.is_function);
    let logs: Vec<f32> = content.map(|w| log_count(&w.lower) - MIDDLE_LOG).collect();
    let (Some(first), Some(last)) = (logs.first(), logs.last()) else {
        return;
    };
    let least = logs.iter().copied().fold(f32::INFINITY, f32::min);
    let unknown = logs.iter().filter(|l| **l == UNKNOWN_LOG).count() as f32;
    let number = logs.len() as f32;
    out.extend([
        least / 2.0,
        logs.iter().sum::<f32>() / number / 2.0,
        first / 2.0,
        last / 2.0,
        truth(least == UNKNOWN_LOG),
        unknown / number,
    ]);
}

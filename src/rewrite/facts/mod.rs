//! The fact lock: what a rewrite may neither lose nor invent.
//!
//! [`Facts::of`] collects numbers, dates, names, mentions, hashtags, links, quotes and negations.
//! [`Facts::lost_or_invented`] compares two texts and says, in words for the writer, what changed.
//! The lock reads words, not meaning: it errs towards locking too much, and it does not see a
//! plain word swapped for its opposite ("hired" for "fired").

mod compare;
mod dates;
mod lexicon;
mod names;
mod negation;
mod numbers;
mod quotes;
mod reading;
#[cfg(test)]
mod tests;

use rustc_hash::{FxHashMap, FxHashSet};
use serde::Serialize;

use crate::post::Span;
use crate::post::token::TokenKind;
use negation::Negation;
use reading::Reading;

pub use compare::{Breach, Change};

/// What a fact is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A figure with its sign, currency, unit, bound and direction, or a number word.
    Number,
    /// A date, a weekday, a month, or a word such as "tomorrow".
    Date,
    /// A capitalised word of a name, or an acronym.
    Name,
    /// `@handle`
    Mention,
    /// `#tag`
    Hashtag,
    /// A link or an e-mail address.
    Link,
    /// A text in quotation marks.
    Quote,
    /// A negation and what it governs.
    Negation,
}

impl Kind {
    /// What a writer calls it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Date => "date",
            Self::Name => "name",
            Self::Mention => "mention",
            Self::Hashtag => "hashtag",
            Self::Link => "link",
            Self::Quote => "quote",
            Self::Negation => "negation",
        }
    }
}

/// Whether `word`, in lower case, is an everyday word, which carries no topic.
pub(super) fn is_plain_word(word: &str) -> bool {
    lexicon::is_everyday(word)
}

/// One place where a fact stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// What it is.
    pub kind: Kind,
    /// Its bytes in the text.
    pub span: Span,
    /// What two texts are compared by.
    key: String,
    /// Whether only its place tells that it is a name: the first word of a sentence.
    weak: bool,
}

/// Where an atom (a number, date or name) stands in one sentence, counted in atoms.
#[derive(Debug, Clone, Copy)]
struct Place {
    sentence: usize,
    first: usize,
    last: usize,
}

/// The facts of one text.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    text: String,
    all: Vec<Fact>,
    keys: FxHashSet<(Kind, String)>,
    negations: Vec<Negation>,
    /// Every word in lower case, the names of hashtags among them.
    words: FxHashSet<String>,
    /// Capitalised words that start a sentence, in lower case.
    openers: FxHashSet<String>,
    /// Words in order without marks, parted and closed by one space, for hashtags made of them.
    run_on: String,
    atoms: Vec<Vec<(Kind, String)>>,
    places: FxHashMap<(Kind, String), Vec<Place>>,
}

impl Facts {
    /// Collects the facts of `text`, plain text without directives.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let reading = Reading::new(text);
        let mut facts = Self {
            text: text.to_owned(),
            ..Self::default()
        };
        let mut found = Vec::new();
        found.extend(reading.masked.iter().map(|&(kind, span)| {
            let raw = span.of(&reading.text);
            let (kind, key) = match kind {
                TokenKind::Hashtag => (Kind::Hashtag, raw.to_lowercase()),
                TokenKind::Mention => (Kind::Mention, raw.to_lowercase()),
                TokenKind::Url | TokenKind::Email | TokenKind::Word | TokenKind::Emoji => {
                    (Kind::Link, raw.to_owned())
                }
            };
            Found::new(kind, key, span)
        }));
        let taken = dates::find(&reading, &mut found);
        numbers::find(&reading, &mut found);
        names::find(&reading, &taken, &mut found);
        quotes::find(&reading, &mut found);
        facts.negations = negation::find(&reading);
        found.sort_by_key(|f| f.span.start);
        facts.read_words(&reading);
        facts.place_atoms(&reading, &found);
        for f in found {
            facts.keys.insert((f.kind, f.key.clone()));
            facts.all.push(Fact {
                kind: f.kind,
                span: reading.original(f.span),
                key: f.key,
                weak: f.weak,
            });
        }
        facts.all.extend(facts.negations.iter().map(|n| Fact {
            kind: Kind::Negation,
            span: reading.original(n.span),
            key: n.key(),
            weak: false,
        }));
        facts.all.sort_by_key(|f| f.span);
        facts
    }

    /// Every place where a fact stands, in order; spans are bytes of the text.
    #[must_use]
    pub fn all(&self) -> &[Fact] {
        &self.all
    }

    /// Number of places where a fact stands.
    #[must_use]
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether the text holds no fact.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Whether a fact stands, wholly or in part, within `span`.
    #[must_use]
    pub fn any_in(&self, span: Span) -> bool {
        self.all.iter().any(|f| f.span.overlaps(span))
    }

    fn read_words(&mut self, reading: &Reading) {
        for word in &reading.words {
            self.words.insert(word.lower.clone());
            self.words.insert(word.base().to_owned());
            if word.capital && word.opens {
                self.openers.insert(word.base().to_owned());
            }
            self.run_on.push_str(&word.lower);
            self.run_on.push(' ');
        }
        for &(kind, span) in &reading.masked {
            if kind == TokenKind::Hashtag {
                let name = span.of(&reading.text).trim_start_matches(['#', '＃']);
                self.words.insert(name.to_lowercase());
            }
        }
    }

    fn place_atoms(&mut self, reading: &Reading, found: &[Found]) {
        self.atoms = vec![Vec::new(); reading.sentences];
        for f in found {
            let Some(atom) = f.atom() else { continue };
            let sentence = reading.sentence_at(f.span.start);
            let index = self.atoms[sentence].len();
            let places = self.places.entry(atom.clone()).or_default();
            match places.last_mut().filter(|p| p.sentence == sentence) {
                Some(place) => place.last = index,
                None => places.push(Place {
                    sentence,
                    first: index,
                    last: index,
                }),
            }
            self.atoms[sentence].push(atom);
        }
    }
}

/// A fact before its span is carried back to the text.
struct Found {
    kind: Kind,
    key: String,
    span: Span,
    weak: bool,
    /// The figure alone, of a number.
    value: Option<String>,
}

impl Found {
    fn new(kind: Kind, key: String, span: Span) -> Self {
        Self {
            kind,
            key,
            span,
            weak: false,
            value: None,
        }
    }

    /// What the order of facts in a sentence is checked by.
    fn atom(&self) -> Option<(Kind, String)> {
        match self.kind {
            Kind::Number => Some((
                self.kind,
                self.value.clone().unwrap_or_else(|| self.key.clone()),
            )),
            Kind::Date | Kind::Name => Some((self.kind, self.key.clone())),
            Kind::Mention | Kind::Hashtag | Kind::Link | Kind::Quote | Kind::Negation => None,
        }
    }
}

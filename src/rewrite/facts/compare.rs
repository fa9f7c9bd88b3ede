//! What one text says and another does not.

use serde::Serialize;

use super::negation::Negation;
use super::{Fact, Facts, Kind};

/// What happened to a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    /// It stood there and does not any more.
    Lost,
    /// It did not stand there.
    Invented,
    /// It stands with other facts, or in another order, than it did.
    Moved,
}

/// A fact that a rewrite would change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Breach {
    /// What kind of fact.
    pub kind: Kind,
    /// What happened to it.
    pub change: Change,
    /// The fact, as written.
    pub fact: String,
    /// One sentence for the writer.
    pub why: String,
}

impl Breach {
    fn new(kind: Kind, change: Change, fact: &str) -> Self {
        let name = kind.name();
        let why = match (kind, change) {
            (Kind::Negation, Change::Lost) => {
                format!("“{fact}” would no longer deny what it denies now.")
            }
            (Kind::Negation, Change::Invented) => {
                format!("“{fact}” would deny something that the post does not deny.")
            }
            (_, Change::Lost) => format!("The {name} “{fact}” would be lost or changed."),
            (_, Change::Invented) => {
                format!("The {name} “{fact}” does not stand in the post like this.")
            }
            (_, Change::Moved) => {
                format!("{fact} would stand together otherwise than in the post.")
            }
        };
        Self {
            kind,
            change,
            fact: fact.to_owned(),
            why,
        }
    }
}

/// Prefixes that turn a word into its opposite.
const OPPOSITES: [&str; 8] = ["un", "in", "im", "il", "ir", "dis", "non", "non-"];
/// Letters at least of a word that such a prefix is looked for at.
const SHORTEST_OPPOSED: usize = 4;

impl Facts {
    /// What a rewrite that turned this text into `after` would have lost, invented or moved. Facts
    /// compare as sets, so one that stands twice may go once; hashtags made of the post's own words
    /// are no invention.
    #[must_use]
    pub fn lost_or_invented(&self, after: &Self) -> Vec<Breach> {
        let mut out = Vec::new();
        for fact in self.unique() {
            if !after.keeps(fact) {
                out.push(Breach::new(fact.kind, Change::Lost, self.shown(fact)));
            }
        }
        for fact in after.unique() {
            if !self.admits(fact) {
                out.push(Breach::new(fact.kind, Change::Invented, after.shown(fact)));
            }
        }
        self.compare_negations(after, &mut out);
        self.compare_opposites(after, &mut out);
        self.compare_company(after, &mut out);
        out
    }

    fn unique(&self) -> impl Iterator<Item = &Fact> {
        let mut seen = rustc_hash::FxHashSet::default();
        self.all
            .iter()
            .filter(|f| f.kind != Kind::Negation)
            .filter(move |f| seen.insert((f.kind, f.key.as_str())))
    }

    fn shown(&self, fact: &Fact) -> &str {
        fact.span.of(&self.text)
    }

    fn has(&self, fact: &Fact) -> bool {
        self.keys.contains(&(fact.kind, fact.key.clone()))
    }

    /// Whether this text, the later one, still says `fact`.
    fn keeps(&self, fact: &Fact) -> bool {
        self.has(fact)
            || fact.kind == Kind::Name
                && if fact.weak {
                    self.words.contains(&fact.key)
                } else {
                    self.openers.contains(&fact.key)
                }
    }

    /// Whether this text, the earlier one, lets a later one say `fact`.
    fn admits(&self, fact: &Fact) -> bool {
        if self.has(fact) {
            return true;
        }
        match fact.kind {
            Kind::Name if fact.weak => self.words.contains(&fact.key),
            Kind::Name => {
                self.openers.contains(&fact.key)
                    || self
                        .keys
                        .contains(&(Kind::Hashtag, format!("#{}", fact.key)))
            }
            Kind::Hashtag => self.spells(fact.key.trim_start_matches(['#', '＃'])),
            Kind::Number
            | Kind::Date
            | Kind::Mention
            | Kind::Link
            | Kind::Quote
            | Kind::Negation => false,
        }
    }

    /// Whether `name` is one word of this text, or some in a row written as one.
    fn spells(&self, name: &str) -> bool {
        if self.words.contains(name) {
            return true;
        }
        let words: Vec<&str> = self.run_on.split_terminator(' ').collect();
        (0..words.len()).any(|from| {
            let mut rest = name;
            for word in &words[from..] {
                let joined: String = word.chars().filter(|c| c.is_alphanumeric()).collect();
                match rest.strip_prefix(joined.as_str()) {
                    Some("") => return true,
                    Some(left) if !joined.is_empty() => rest = left,
                    _ => return false,
                }
            }
            false
        })
    }

    fn compare_negations(&self, after: &Self, out: &mut Vec<Breach>) {
        let mut open: Vec<&Negation> = after.negations.iter().collect();
        let mut lost: Vec<&Negation> = Vec::new();
        for negation in &self.negations {
            let same = |n: &&Negation| {
                n.denial == negation.denial
                    && n.governs == negation.governs
                    && self.agree(negation, after, n)
            };
            match open.iter().position(same) {
                Some(i) => drop(open.remove(i)),
                None => lost.push(negation),
            }
        }
        // A governed word that was itself swapped for another ("utilise" for "use").
        lost.retain(|n| {
            let swapped = open.iter().position(|o| {
                o.denial == n.denial
                    && !after.words.contains(&n.governs)
                    && (!self.words.contains(&o.governs) || n.context.contains(&o.governs))
                    && self.agree(n, after, o)
            });
            swapped.map(|i| open.remove(i)).is_none()
        });
        let phrase = |facts: &Self, n: &Negation| {
            let fact = facts
                .all
                .iter()
                .find(|f| f.kind == Kind::Negation && f.key == n.key());
            let word = fact.map_or("not", |f| facts.shown(f));
            format!("{word} {}", n.governs.trim_start_matches("< "))
                .trim()
                .to_owned()
        };
        out.extend(
            lost.iter()
                .map(|n| Breach::new(Kind::Negation, Change::Lost, &phrase(self, n))),
        );
        out.extend(
            open.iter()
                .map(|n| Breach::new(Kind::Negation, Change::Invented, &phrase(after, n))),
        );
    }

    /// Whether two negations of the same word stand in the same company, as far as it survives.
    fn agree(&self, before: &Negation, after: &Self, n: &Negation) -> bool {
        let (a, b) = (&before.context, &n.context);
        a.is_empty()
            || b.is_empty()
            || a.iter().any(|w| b.contains(w))
            || a.iter().all(|w| !after.words.contains(w))
            || b.iter().all(|w| !self.words.contains(w))
    }

    /// "possible" turned into "impossible", or back.
    fn compare_opposites(&self, after: &Self, out: &mut Vec<Breach>) {
        let opposed = |from: &Self, to: &Self, word: &str| {
            !from.words.contains(word)
                && OPPOSITES.iter().any(|p| {
                    word.strip_prefix(p).is_some_and(|stem| {
                        stem.len() >= SHORTEST_OPPOSED
                            && from.words.contains(stem)
                            && !to.words.contains(stem)
                    })
                })
        };
        let mut found: Vec<_> = after
            .words
            .iter()
            .filter(|w| opposed(self, after, w))
            .collect();
        found.sort();
        out.extend(
            found
                .into_iter()
                .map(|w| Breach::new(Kind::Negation, Change::Invented, w)),
        );
        let mut found: Vec<_> = self
            .words
            .iter()
            .filter(|w| opposed(after, self, w))
            .collect();
        found.sort();
        out.extend(
            found
                .into_iter()
                .map(|w| Breach::new(Kind::Negation, Change::Lost, w)),
        );
    }

    /// Facts side by side in a sentence of `after` must have shared a sentence here, and two of a
    /// kind in the same order: otherwise figures or names changed places.
    fn compare_company(&self, after: &Self, out: &mut Vec<Breach>) {
        for pair in after.atoms.iter().flat_map(|s| s.windows(2)) {
            let [a, b] = pair else { continue };
            let (Some(left), Some(right)) = (self.places.get(a), self.places.get(b)) else {
                // One of them is no atom of this text: invented, which is said already, or a first
                // word that turned out to be a name.
                continue;
            };
            let ordered = a.0 == b.0;
            let shared = left.iter().any(|l| {
                right
                    .iter()
                    .any(|r| l.sentence == r.sentence && (!ordered || l.first < r.last || a == b))
            });
            if !shared {
                let fact = format!("“{}” and “{}”", a.1.trim(), b.1.trim());
                out.push(Breach::new(a.0, Change::Moved, &fact));
                return;
            }
        }
    }
}

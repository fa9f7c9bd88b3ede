//! VADER's rules for one token: what the words around it do to its valence.

use super::lexicon::{self, BOOSTER_PAIRS};
use super::tokens::Token;
use super::trace::{Effect, Recorder, Rule};

/// What capitals add where not everything is in capitals.
const CAPS: f64 = 0.733;
/// What a negation multiplies by.
const NEGATION: f64 = -0.74;
/// What "never so" and "never this" multiply by.
const NEVER_SO: f64 = 1.25;
/// How much of an adverb of degree is left at a distance of one, two and three.
const FADING: [f64; 3] = [1.0, 0.95, 0.9];

/// A token's valence on its way through the rules.
pub(super) struct Rules<'a, 't, R> {
    pub(super) tokens: &'a [Token<'t>],
    pub(super) caps_differ: bool,
    pub(super) recorder: &'a mut R,
}

impl<R: Recorder> Rules<'_, '_, R> {
    /// The valence of token `i`; 0 for words that only modify others.
    pub(super) fn valence(&mut self, i: usize) -> f64 {
        let token = &self.tokens[i];
        let kind_of =
            self.word(i) == "kind" && self.tokens.get(i + 1).is_some_and(|t| t.lower == "of");
        if lexicon::booster(self.word(i)).is_some() || kind_of {
            return 0.0;
        }
        let Some(listed) = token.valence else {
            return 0.0;
        };
        let mut valence = self.no(i, listed);
        if token.is_upper && self.caps_differ {
            let delta = if valence > 0.0 { CAPS } else { -CAPS };
            valence = self.apply(i, valence, Rule::Capitals, Effect::Add(delta), None);
        }
        for distance in 1..=3.min(i) {
            // Words with a valence of their own do not modify their successors.
            if self.tokens[i - distance].valence.is_none() {
                valence = self.degree(i, distance, valence);
                valence = self.negation(i, distance, valence);
                if distance == 3 {
                    valence = self.idioms(i, valence);
                }
            }
        }
        self.least(i, valence)
    }

    fn word(&self, i: usize) -> &str {
        &self.tokens[i].lower
    }

    fn apply(
        &mut self,
        i: usize,
        valence: f64,
        rule: Rule,
        effect: Effect,
        cause: Option<usize>,
    ) -> f64 {
        let after = effect.apply(valence);
        self.recorder.adjusted(i, rule, effect, cause, after);
        after
    }

    /// "no" counts as a word before a word without valence, and else negates.
    fn no(&mut self, i: usize, listed: f64) -> f64 {
        let mut valence = listed;
        let before_listed = self
            .tokens
            .get(i + 1)
            .is_some_and(|next| next.valence.is_some());
        if self.word(i) == "no" && before_listed {
            valence = self.apply(
                i,
                valence,
                Rule::NoBeforeSentiment,
                Effect::Replace(0.0),
                Some(i + 1),
            );
        }
        let is_no = |distance: usize| i >= distance && self.word(i - distance) == "no";
        let or_between = i > 0 && matches!(self.word(i - 1), "or" | "nor");
        let cause = (1..=3).find(|&d| is_no(d) && (d < 3 || or_between));
        if let Some(distance) = cause {
            // Replaces rather than multiplies: a second "no" starts from its entry again.
            let effect = Effect::Replace(listed * NEGATION);
            valence = self.apply(i, valence, Rule::AfterNo, effect, Some(i - distance));
        }
        valence
    }

    fn degree(&mut self, i: usize, distance: usize, valence: f64) -> f64 {
        let by = &self.tokens[i - distance];
        let Some(mut delta) = lexicon::booster(&by.lower) else {
            return valence;
        };
        if valence < 0.0 {
            delta = -delta;
        }
        if by.is_upper && self.caps_differ {
            delta += if valence > 0.0 { CAPS } else { -CAPS };
        }
        delta *= FADING[distance - 1];
        self.apply(
            i,
            valence,
            Rule::Degree,
            Effect::Add(delta),
            Some(i - distance),
        )
    }

    fn negation(&mut self, i: usize, distance: usize, valence: f64) -> f64 {
        let far = i - distance;
        let is = |at: usize, words: [&str; 2]| words.contains(&self.word(at));
        let so = ["so", "this"];
        // At three words Python's precedence lets a lone "so" or "this" just before
        // the token pass for "never so".
        let never_so = match distance {
            2 => self.word(far) == "never" && is(i - 1, so),
            3 => (self.word(far) == "never" && is(i - 2, so)) || is(i - 1, so),
            _ => false,
        };
        let without_doubt = distance > 1
            && self.word(far) == "without"
            && (far + 1..i).any(|at| self.word(at) == "doubt");
        if never_so {
            let cause = if self.word(far) == "never" {
                far
            } else {
                i - 1
            };
            self.apply(
                i,
                valence,
                Rule::NeverSo,
                Effect::Multiply(NEVER_SO),
                Some(cause),
            )
        } else if !without_doubt && lexicon::negates(self.word(far)) {
            self.apply(
                i,
                valence,
                Rule::Negation,
                Effect::Multiply(NEGATION),
                Some(far),
            )
        } else {
            valence
        }
    }

    /// Phrases around token `i`, looked at only when three words come before it.
    fn idioms(&mut self, i: usize, mut valence: f64) -> f64 {
        // In VADER's order; the first of the phrases that reach back wins.
        let back = [
            (i - 1, i + 1),
            (i - 2, i + 1),
            (i - 2, i),
            (i - 3, i),
            (i - 3, i - 1),
        ];
        let phrase = |(from, to): (usize, usize)| {
            lexicon::idiom(self.tokens.get(from..to)?.iter().map(|t| &*t.lower))
        };
        let found = [
            back.into_iter().find_map(phrase),
            phrase((i, i + 2)),
            phrase((i, i + 3)),
        ];
        for value in found.into_iter().flatten() {
            valence = self.apply(i, valence, Rule::Idiom, Effect::Replace(value), None);
        }
        for at in [i - 3, i - 2] {
            let pair = [self.word(at), self.word(at + 1)];
            if let Some((_, delta)) = BOOSTER_PAIRS.iter().find(|(words, _)| *words == pair) {
                valence = self.apply(i, valence, Rule::DegreePair, Effect::Add(*delta), Some(at));
            }
        }
        valence
    }

    fn least(&mut self, i: usize, valence: f64) -> f64 {
        let least = i > 0 && self.tokens[i - 1].valence.is_none() && self.word(i - 1) == "least";
        if !least || (i > 1 && matches!(self.word(i - 2), "at" | "very")) {
            return valence;
        }
        self.apply(
            i,
            valence,
            Rule::Least,
            Effect::Multiply(NEGATION),
            Some(i - 1),
        )
    }
}

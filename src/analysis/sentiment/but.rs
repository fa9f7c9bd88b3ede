//! The rule for "but": what comes before it counts less, what follows more.
//!
//! VADER runs over the valences and looks each one up again by its value, while it
//! changes the list. So a valence that occurs twice is changed at its first place,
//! perhaps twice, perhaps to a value that a later place holds. That is kept here;
//! only the search is by heaps of positions, for the original is quadratic.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use rustc_hash::FxHashMap;

use super::tokens::Token;
use super::trace::{Effect, Recorder, Rule};

const BEFORE: f64 = 0.5;
const AFTER: f64 = 1.5;

pub(super) fn weigh_clauses<R: Recorder>(
    tokens: &[Token<'_>],
    valences: &mut [f64],
    recorder: &mut R,
) {
    let Some(but) = tokens.iter().position(|token| token.lower == "but") else {
        return;
    };
    let mut places = Places::of(valences);
    for at in 0..valences.len() {
        let value = valences[at];
        // Zeros stay zero wherever they stand.
        if value == 0.0 {
            continue;
        }
        let first = places.first(value, valences);
        let (rule, factor) = match first.cmp(&but) {
            std::cmp::Ordering::Less => (Rule::BeforeBut, BEFORE),
            std::cmp::Ordering::Equal => continue,
            std::cmp::Ordering::Greater => (Rule::AfterBut, AFTER),
        };
        valences[first] = value * factor;
        places.insert(valences[first], first);
        recorder.adjusted(
            first,
            rule,
            Effect::Multiply(factor),
            Some(but),
            valences[first],
        );
    }
}

/// Positions by value. An entry may be out of date, which shows when it comes up.
struct Places(FxHashMap<u64, BinaryHeap<Reverse<usize>>>);

impl Places {
    fn of(valences: &[f64]) -> Self {
        let mut places = Self(FxHashMap::default());
        for (at, &value) in valences.iter().enumerate() {
            if value != 0.0 {
                places.insert(value, at);
            }
        }
        places
    }

    /// No value is NaN and zeros are left out, so equal values have equal bits.
    fn insert(&mut self, value: f64, at: usize) {
        self.0.entry(value.to_bits()).or_default().push(Reverse(at));
    }

    /// The first position that holds `value`, which some position does.
    fn first(&mut self, value: f64, valences: &[f64]) -> usize {
        let heap = self.0.entry(value.to_bits()).or_default();
        while let Some(&Reverse(at)) = heap.peek() {
            if valences[at] == value {
                return at;
            }
            heap.pop();
        }
        unreachable!("every non-zero valence is entered when it is set")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::tokens::tokens;
    use super::super::trace::Untraced;
    use super::*;

    /// The rule as VADER states it.
    fn by_search(but: usize, valences: &mut [f64]) {
        for at in 0..valences.len() {
            let value = valences[at];
            let first = valences.iter().position(|&v| v == value).unwrap();
            if first < but {
                valences[first] = value * BEFORE;
            } else if first > but {
                valences[first] = value * AFTER;
            }
        }
    }

    proptest! {
        #[test]
        fn heaps_find_what_a_search_finds(
            valences in prop::collection::vec(prop::sample::select(vec![
                0.0, -0.0, 1.0, 1.5, 2.0, 0.5, 3.0, 2.25, -1.0, -1.5, 0.75, 4.5,
            ]), 1..60),
            but in 0usize..60,
        ) {
            let but = but % valences.len();
            let text: Vec<&str> = (0..valences.len()).map(|i| if i == but { "but" } else { "x" }).collect();
            let text = text.join(" ");
            let mut expected = valences.clone();
            by_search(but, &mut expected);
            let mut found = valences;
            weigh_clauses(&tokens(&text), &mut found, &mut Untraced);
            prop_assert_eq!(found, expected);
        }
    }
}

//! Which of many good candidates are worth showing side by side.

use super::candidate::Judged;
use super::change::Change;
use super::request::Limits;
use crate::post::Span;

/// Cosine distance up to which two texts say nearly the same in nearly the same words.
const NEAR_VECTORS: f64 = 0.002;
/// Share of changes that only one of two texts has, up to which they are nearly the same.
const NEAR_CHANGES: f64 = 0.2;
/// Share of the bytes changed by either of two texts that both change (Jaccard's index), above which
/// they are no two variants.
const SAME_PLACES: f64 = 0.5;

/// Leaves out what gains no more than another does with some of the same changes: the rest of its
/// changes does nothing.
pub(super) fn without_idle(found: Vec<Judged>) -> Vec<Judged> {
    let idle = |j: &Judged| {
        let ids = &j.candidate.ids;
        found.iter().any(|k| {
            let some = &k.candidate.ids;
            k.gain >= j.gain && some.len() < ids.len() && some.iter().all(|id| ids.contains(id))
        })
    };
    let kept: Vec<bool> = found.iter().map(|j| !idle(j)).collect();
    let found = found.into_iter().zip(kept);
    found.filter_map(|(j, kept)| kept.then_some(j)).collect()
}

/// Picks candidates by maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998): each next
/// one has the highest `(1 - λ) × gain / best gain - λ × similarity to the nearest picked`, where λ
/// is [`Limits::diversity`] and gains count from `start`. The best comes first. Those whose words
/// nearly all agree with one picked come only where no other is left, and those whose changes of
/// `changes` are hardly others than those of one picked not at all.
pub(super) fn pick(
    mut found: Vec<Judged>,
    limits: &Limits,
    start: f64,
    changes: &[Change],
) -> Vec<Judged> {
    found.sort_by(Judged::rank);
    let Some(best) = found.first().map(|f| f.gain - start) else {
        return found;
    };
    let most = limits.variants.max(1);
    let lambda = limits.diversity.clamp(0.0, 1.0);
    let mut picked: Vec<Judged> = vec![found.remove(0)];
    found.retain(|j| !is_alike(j, &picked[0], changes));
    while picked.len() < most && !found.is_empty() {
        let worth = |j: &Judged| {
            let (distance, is_near) = nearest(j, &picked);
            let relevance = (1.0 - lambda) * (j.gain - start) / best.max(f64::MIN_POSITIVE)
                - lambda * (1.0 - distance);
            (!is_near, relevance)
        };
        let mut next = 0;
        let mut most_worth = worth(&found[0]);
        for (i, j) in found.iter().enumerate().skip(1) {
            let worth = worth(j);
            // Of equals the first one, which ranks above the others.
            if (worth.0, worth.1) > most_worth {
                (next, most_worth) = (i, worth);
            }
        }
        let next = found.remove(next);
        found.retain(|j| !is_alike(j, &next, changes));
        picked.push(next);
    }
    picked
}

/// Whether one has all changes of the other, or more than [`SAME_PLACES`] of the places that they
/// change are the same.
fn is_alike(a: &Judged, b: &Judged, changes: &[Change]) -> bool {
    let of =
        |j: &Judged| -> Vec<&Change> { j.candidate.ids.iter().map(|i| &changes[*i]).collect() };
    let (a, b) = (of(a), of(b));
    let has = |all: &[&Change], one: &Change| {
        all.iter()
            .any(|c| c.span == one.span && c.after == one.after)
    };
    if a.iter().all(|c| has(&b, c)) || b.iter().all(|c| has(&a, c)) {
        return true;
    }
    // Where something is put in, one byte stands for the place.
    let places = |all: &[&Change]| -> Vec<Span> {
        let place = |c: &&Change| Span::new(c.span.start, c.span.end.max(c.span.start + 1));
        all.iter().map(place).collect()
    };
    let (a, b) = (places(&a), places(&b));
    let bytes = |all: &[Span]| all.iter().map(|s| s.len()).sum::<usize>();
    let shared: usize = a
        .iter()
        .flat_map(|x| b.iter().map(move |y| (x, y)))
        .map(|(x, y)| x.end.min(y.end).saturating_sub(x.start.max(y.start)))
        .sum();
    let all = bytes(&a) + bytes(&b) - shared;
    shared as f64 > SAME_PLACES * all as f64
}

/// Distance from 0 to 1 to the nearest of `picked`, and whether it is nearly the same as one.
fn nearest(of: &Judged, picked: &[Judged]) -> (f64, bool) {
    let distances = picked.iter().map(|p| distance(of, p));
    distances.fold((1.0, false), |(least, near), (d, is_near)| {
        (least.min(d), near || is_near)
    })
}

fn distance(a: &Judged, b: &Judged) -> (f64, bool) {
    if let (Some(x), Some(y)) = (&a.measured.vector, &b.measured.vector) {
        let products = x
            .iter()
            .zip(y.iter())
            .map(|(x, y)| f64::from(*x) * f64::from(*y));
        let distance = (1.0 - products.sum::<f64>()).clamp(0.0, 1.0);
        return (distance, distance <= NEAR_VECTORS);
    }
    let (a, b) = (&a.candidate.ids, &b.candidate.ids);
    let common = a.iter().filter(|id| b.contains(id)).count();
    let all = a.len() + b.len() - common;
    let distance = 1.0 - common as f64 / all.max(1) as f64;
    (distance, distance <= NEAR_CHANGES)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::candidate::Candidate;
    use super::super::change::Source;
    use super::super::measured::Measured;
    use super::*;
    use crate::rewrite::operators::Operator;

    fn judged(text: &str, gain: f64, ids: &[usize], vector: Option<[f32; 2]>) -> Judged {
        let measured = Measured {
            overall: 50.0,
            facets: [None; 5],
            grade: None,
            sentiment: None,
            engagement: None,
            utf16_units: 1,
            first_line_fits: true,
            errors: 0,
            findings: [].into(),
            vector: vector.map(|v| Arc::from(v.as_slice())),
        };
        let candidate = Candidate {
            ids: ids.to_vec(),
            text: text.to_owned(),
            credited: text.to_owned(),
        };
        Judged::new(candidate, Arc::new(measured.clone()), measured, gain, 0)
    }

    /// Changes of ten places, each of ten bytes.
    fn changes() -> Vec<Change> {
        let change = |i: usize| Change {
            source: Source::Operator(Operator::Tighten),
            span: Span::new(i * 20, i * 20 + 10),
            before: String::new(),
            after: String::new(),
            why: String::new(),
            answers: Vec::new(),
            asked: false,
            distinguished: false,
        };
        (0..10).map(change).collect()
    }

    fn picked(found: &[Judged], variants: usize, diversity: f64) -> String {
        let limits = Limits {
            variants,
            diversity,
            ..Limits::default()
        };
        let picked = pick(found.to_vec(), &limits, 0.0, &changes());
        picked.iter().map(|j| j.candidate.text.as_str()).collect()
    }

    #[test]
    fn the_best_comes_first_and_the_next_differs() {
        let found = [
            judged("b", 9.0, &[1, 2, 5], None),
            judged("a", 10.0, &[1, 2, 3, 4], None),
            judged("c", 6.0, &[7, 8], None),
        ];
        assert_eq!(picked(&found, 2, 0.0), "ab");
        assert_eq!(picked(&found, 2, 0.5), "ac");
        assert_eq!(picked(&found, 9, 0.5), "acb");
    }

    #[test]
    fn what_shares_its_changes_is_no_other_variant() {
        let alone = |ids: &[usize]| {
            let found = [
                judged("a", 10.0, &[1, 2, 3], None),
                judged("b", 9.0, ids, None),
            ];
            picked(&found, 9, 0.5) == "a"
        };
        assert!(alone(&[1, 2]) && alone(&[1, 2, 3, 4]), "a part, or a whole");
        assert!(!alone(&[1, 2, 4]), "two of four places");
        assert!(!alone(&[4]) && !alone(&[1, 4, 5]));
        // Other words in the same places are no other variant either.
        let mut changes = changes();
        changes.push(Change {
            span: Span::new(20, 31),
            ..changes[1].clone()
        });
        let (a, b) = (judged("a", 2.0, &[1], None), judged("b", 1.0, &[10], None));
        assert!(is_alike(&a, &b, &changes));
    }

    #[test]
    fn changes_that_do_nothing_are_left_out() {
        let found = [
            judged("a", 5.0, &[1, 2], None),
            judged("b", 5.0, &[1], None),
            judged("c", 5.5, &[1, 2, 3], None),
            judged("d", 4.0, &[2], None),
        ];
        let left: String = without_idle(found.to_vec())
            .iter()
            .map(|j| j.candidate.text.as_str())
            .collect();
        assert_eq!(left, "bcd");
    }

    #[test]
    fn what_is_nearly_the_same_comes_last() {
        let found = [
            judged("a", 10.0, &[1], Some([1.0, 0.0])),
            judged("b", 9.9, &[9], Some([0.999_95, 0.01])),
            judged("c", 1.0, &[2], Some([0.8, 0.6])),
        ];
        assert_eq!(picked(&found, 2, 0.0), "ac");
        assert_eq!(picked(&found, 3, 0.0), "acb");
    }
}

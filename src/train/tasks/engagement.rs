//! Which of an author's posts does better.

use std::collections::{BTreeMap, BTreeSet};

use rand::rngs::ChaCha8Rng;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};

use crate::analysis::features::post::NAMES;
use crate::engine::Reader;
use crate::model::heads::{Card, Figure, Head, Heads, Network, Task};
use crate::train::TrainError;
use crate::train::data::{Source, find};
use crate::train::datasets::{PostRow, posts};
use crate::train::metrics::{Hits, mean, share_right, with_interval};
use crate::train::problem::{Lesson, Texts, Unit};
use crate::train::trainer::Plan;

use super::{Evaluation, Fit, Mistake, Run, is_apart};

/// Two posts are told apart where one has this many times the other's reactions.
const RATIO: f64 = 1.5;
/// Two posts are learned from where one has this many times the other's.
const LEARNED_RATIO: f64 = 1.2;
/// Fewest posts of an author who is learned from.
const FEWEST: usize = 3;
/// Fewest posts of an author whose posts are ranked for the curve.
const RANKED: usize = 8;
/// Partners that a post is compared with.
const PARTNERS: usize = 8;
/// Authors are told apart in this many parts, each foretold by the head of the others.
const FOLDS: u32 = 5;
/// Rows of the curve.
const KNOTS: usize = 9;
/// Ends of the interval.
const LOW: f64 = 0.1;
const HIGH: f64 = 0.9;
/// What the standardised numbers of the text are multiplied by, so that the many of the vector do
/// not drown them, and those of the vector.
const NUMBERS: f32 = 0.1;
const VECTOR: f32 = 0.05;

/// The first epoch of a rate that would fall over five: more passes were never kept.
const PLAN: Plan = Plan {
    epochs: 5,
    patience: 0,
    rate: 3e-3,
    upper_rate: 0.0,
    warm_up: 0.1,
    decay: 0.1,
    seed: 0,
};

/// The posts that are used: in English, each text once, of authors with several.
fn usable(rows: Vec<PostRow>) -> Vec<PostRow> {
    let mut known = BTreeSet::new();
    let mut kept: Vec<PostRow> = rows
        .into_iter()
        .filter(|r| r.lang.as_deref() != Some("other") && !r.text.trim().is_empty())
        .filter(|r| {
            let letters = r.text.chars().filter(|c| c.is_alphanumeric());
            let key: String = letters.flat_map(char::to_lowercase).take(120).collect();
            known.insert(key)
        })
        .collect();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for row in &kept {
        *counts.entry(row.author.clone()).or_default() += 1;
    }
    kept.retain(|r| counts[&r.author] >= FEWEST);
    kept
}

/// The posts of each author, by index.
fn by_author(rows: &[PostRow]) -> BTreeMap<&str, Vec<usize>> {
    let mut out: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (i, row) in rows.iter().enumerate() {
        out.entry(&row.author).or_default().push(i);
    }
    out
}

/// Trains a head and measures it.
///
/// # Errors
/// Where the data or the model cannot be used.
pub fn train(run: &Run<'_>) -> Result<Head, TrainError> {
    let wanted = "the data folder holds engagement/linkedin_posts.jsonl.zst";
    let path = find(&run.data.join("engagement"), "linkedin_posts.jsonl");
    let source = Source::read(&path, wanted)?;
    let rows = usable(posts(&source)?);
    let plain = run.encoder(Heads::default())?;
    let texts = texts(&plain, &rows)?;
    let mut card = run.card(Task::Engagement, &[&source]);
    let all: Vec<usize> = (0..rows.len()).collect();
    let fold = |row: &PostRow| (0..FOLDS).find(|f| is_apart(&row.author, (f + 1) * 100 / FOLDS));
    let mut lifts = vec![0.0f32; rows.len()];
    for part in 0..FOLDS {
        let (others, held): (Vec<usize>, Vec<usize>) =
            all.iter().partition(|i| fold(&rows[**i]) != Some(part));
        let network = fit(run, &texts, &rows, &others, &card, &format!("fold-{part}"))?;
        for i in held {
            lifts[i] = network.forward(&texts.units[i].dense, &[])[0];
        }
    }
    let evaluation = measure(&rows, &lifts, false);
    card.figures = evaluation.all_figures("authors not trained on");
    let network = fit(run, &texts, &rows, &all, &card, "all")?;
    Ok(Head::new(card, network, None, curve(&rows, &lifts)))
}

/// Each post as one unit.
fn texts(reader: &Reader, rows: &[PostRow]) -> Result<Texts, TrainError> {
    let posts: Vec<(&str, Option<&str>)> = rows
        .iter()
        .map(|r| (r.text.as_str(), r.media.as_deref()))
        .collect();
    let mut out = Texts::default();
    for dense in reader.post_inputs(&posts)? {
        let unit = Unit {
            dense,
            ..Unit::default()
        };
        out.push([(unit, 1.0)]);
    }
    Ok(out)
}

/// Trains a network on the posts `used`.
fn fit(
    run: &Run<'_>,
    texts: &Texts,
    rows: &[PostRow],
    used: &[usize],
    card: &Card,
    stage: &str,
) -> Result<Network, TrainError> {
    let (center, mut scale) = texts.standard();
    for (i, scale) in scale.iter_mut().enumerate() {
        *scale *= if i < NAMES.len() { NUMBERS } else { VECTOR };
    }
    let fit = Fit {
        texts,
        lessons: lessons(rows, used, run.seed),
        standard: (center.clone(), scale.clone()),
        lower: None,
        plan: PLAN,
        stage,
        batch: 256,
        outputs: 1,
        buckets: 0,
        held_out: Vec::new(),
        // Nothing is chosen, so the first epoch is the best; see the plan.
        score: &|_| 0.0,
    };
    let (_, last) = run.fit(card, fit)?;
    let (_, net) = last.into_parts();
    Ok(net.to_network(center, scale)?)
}

/// Pairs of an author's posts, some for each post; authors with many posts count by the root of
/// their number.
fn lessons(rows: &[PostRow], used: &[usize], seed: u64) -> Vec<Lesson> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut authors: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for i in used {
        authors.entry(&rows[*i].author).or_default().push(*i);
    }
    let mut out = Vec::new();
    for posts in authors.values().filter(|p| p.len() > 1) {
        let weight = 1.0 / (posts.len() as f32).sqrt();
        for i in posts {
            for _ in 0..PARTNERS {
                let j = posts[rng.random_range(0..posts.len())];
                let difference = rows[*i].reactions.ln_1p() - rows[j].reactions.ln_1p();
                if difference.abs() > LEARNED_RATIO.ln() {
                    out.push(Lesson::Pair {
                        first: *i,
                        second: j,
                        target: f32::from(u8::from(difference > 0.0)),
                        weight: weight * difference.abs().min(2.0) as f32,
                    });
                }
            }
        }
    }
    out.shuffle(&mut rng);
    out
}

/// What lifts have meant: for ninths of the posts by lift, the mean of where they stand among their
/// author's by reactions, and between what percentiles four of five of them stand.
fn curve(rows: &[PostRow], lifts: &[f32]) -> Vec<[f32; 4]> {
    let mut ranked: Vec<(f32, f64)> = Vec::new();
    for posts in by_author(rows).values().filter(|p| p.len() >= RANKED) {
        for i in posts {
            let count =
                |is: &dyn Fn(f64) -> bool| posts.iter().filter(|j| is(rows[**j].reactions)).count();
            let own = rows[*i].reactions;
            let below = count(&|r| r < own) as f64;
            let equal = count(&|r| r == own) as f64;
            ranked.push((
                lifts[*i],
                100.0 * (below + equal / 2.0) / posts.len() as f64,
            ));
        }
    }
    ranked.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut curve: Vec<[f32; 4]> = ranked
        .chunks(ranked.len().div_ceil(KNOTS).max(1))
        .map(|part| {
            let lift = part[part.len() / 2].0;
            let mut places: Vec<f64> = part.iter().map(|p| p.1).collect();
            places.sort_by(f64::total_cmp);
            let at = |share: f64| places[((places.len() - 1) as f64 * share).round() as usize];
            let middle = mean(places.iter().copied());
            [lift, middle as f32, at(LOW) as f32, at(HIGH) as f32]
        })
        .collect();
    for column in 1..4 {
        rise(&mut curve, column);
    }
    curve
}

/// Makes a column rise: neighbours that do not are replaced by their mean, as isotonic regression
/// does (pool adjacent violators).
fn rise(curve: &mut [[f32; 4]], column: usize) {
    let mut blocks: Vec<(f32, usize)> = Vec::new();
    for row in curve.iter() {
        blocks.push((row[column], 1));
        while let [.., (a, n), (b, m)] = blocks[..]
            && a > b
        {
            blocks.truncate(blocks.len() - 2);
            blocks.push(((a * n as f32 + b * m as f32) / (n + m) as f32, n + m));
        }
    }
    let values = blocks.iter().flat_map(|(v, n)| std::iter::repeat_n(*v, *n));
    for (row, value) in curve.iter_mut().zip(values) {
        row[column] = value;
    }
}

/// Measures the head of `reader` on posts.
///
/// # Errors
/// Where there is no head for the task, or the encoder fails.
pub fn evaluate(
    reader: &Reader,
    rows: &[PostRow],
    with_errors: bool,
) -> Result<Evaluation, TrainError> {
    let posts: Vec<(&str, Option<&str>)> = rows
        .iter()
        .map(|r| (r.text.as_str(), r.media.as_deref()))
        .collect();
    let lifts = reader.lifts(&posts)?;
    let told = measure(rows, &lifts, with_errors);
    if told.n == 0 {
        return Err(TrainError::Request(format!(
            "no author has two posts of which one has {RATIO} times the other's reactions\n  help: \
             posts are compared with others of the same `author`"
        )));
    }
    Ok(told)
}

fn measure(rows: &[PostRow], lifts: &[f32], with_errors: bool) -> Evaluation {
    let mut by_head = Vec::new();
    let mut by_length = Vec::new();
    let mut mistakes = Vec::new();
    for posts in by_author(rows).values() {
        let (mut head, mut length) = (Hits::default(), Hits::default());
        for (n, i) in posts.iter().enumerate() {
            for j in &posts[..n] {
                let (a, b) = (&rows[*i], &rows[*j]);
                let (less, more) = (a.reactions.min(b.reactions), a.reactions.max(b.reactions));
                if more <= less || more < RATIO * less {
                    continue;
                }
                let outcome = a.reactions - b.reactions;
                let difference = f64::from(lifts[*i] - lifts[*j]);
                let characters = |r: &PostRow| r.text.chars().count() as f64;
                head.count(outcome, difference);
                length.count(outcome, characters(a) - characters(b));
                if with_errors && difference * outcome < 0.0 {
                    let (better, worse) = if outcome > 0.0 { (a, b) } else { (b, a) };
                    mistakes.push(Mistake {
                        text: format!("{} | {}", better.text, worse.text),
                        truth: format!("{} reactions, {}", better.reactions, worse.reactions),
                        told: "the second".to_owned(),
                        confidence: 1.0 / (1.0 + (-difference.abs()).exp()),
                    });
                }
            }
        }
        by_head.push(head);
        by_length.push(length);
    }
    let n = by_head.iter().map(|h| h.n).sum();
    let mut out = Evaluation::new(Task::Engagement, n);
    for (name, hits) in [(None, &by_head), (Some("the longer one"), &by_length)] {
        let figures = [
            ("pair_accuracy", share_right(hits, 1)),
            ("pair_accuracy_by_author", by_authors(hits)),
        ];
        for (metric, figure) in figures {
            match name {
                None => out.figure(metric, figure),
                Some(name) => out.baseline(name, metric, figure),
            }
        }
    }
    out.keep_worst(mistakes);
    out
}

/// The mean over authors, so that one with many posts counts no more than others.
fn by_authors(hits: &[Hits]) -> Figure {
    let shares: Vec<f64> = hits
        .iter()
        .filter(|h| h.n >= RANKED)
        .map(|h| h.right / h.n as f64)
        .collect();
    with_interval(shares.len(), shares.len(), 1, |some| {
        mean(some.map(|i| shares[i]))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curve_is_made_to_rise() {
        let mut curve = [1.0, 3.0, 2.0, 4.0, 1.0].map(|v| [0.0, v, 0.0, 0.0]);
        rise(&mut curve, 1);
        let values = curve.map(|row| row[1]);
        for (value, wanted) in values.iter().zip([1.0, 2.5, 2.5, 2.5, 2.5]) {
            assert!((value - wanted).abs() < 1e-6, "{values:?}");
        }
    }

    #[test]
    fn pairs_are_told_apart_by_the_ratio() {
        let post = |author: &str, reactions: f64, text: &str| PostRow {
            source: String::new(),
            author: author.to_owned(),
            followers: None,
            date: None,
            age: None,
            media: None,
            text: text.to_owned(),
            reactions,
            newlines_kept: false,
            lang: None,
        };
        let rows = [
            post("a", 10.0, "short"),
            post("a", 14.0, "close to the first"),
            post("a", 15.0, "a longer one"),
            post("b", 0.0, "none"),
            post("b", 1.0, "x"),
            post("c", 5.0, "alone"),
        ];
        let told = measure(&rows, &[0.0, 0.0, 1.0, 0.0, -1.0, 0.0], true);
        assert_eq!(told.n, 2);
        assert_eq!(told.figures["pair_accuracy"].value, 0.5);
        assert_eq!(told.baselines["the longer one"]["pair_accuracy"].value, 0.5);
        assert_eq!(told.errors.len(), 1);
        assert!(told.errors[0].text.starts_with("x | none"));
    }
}

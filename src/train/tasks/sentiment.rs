//! Negative, neutral or positive.

use std::collections::BTreeSet;

use crate::analysis::neural::shares;
use crate::analysis::sentiment::polarity;
use crate::engine::{Reader, inputs};
use crate::model::heads::{Figure, Head, Heads, Task};
use crate::train::TrainError;
use crate::train::data::{Source, find};
use crate::train::datasets::{Rated, rated};
use crate::train::metrics::{macro_recall, mean, with_interval};
use crate::train::problem::{Lesson, Texts, Unit};
use crate::train::trainer::Plan;

use super::staged::Staged;
use super::{Evaluation, Mistake, Run, is_apart, patterns};

/// Names of the classes, by their labels.
pub const CLASSES: [&str; 3] = ["negative", "neutral", "positive"];
const NEUTRAL: usize = 1;
/// How much a review's sentence counts, and how often an epoch shows it: there are few of them beside
/// the tweets.
const REVIEW: f32 = 1.5;
const REVIEW_SHOWN: usize = 2;
const BUCKETS: usize = 1 << 15;
/// Percent of the training files that are kept apart.
const APART: u32 = 8;
/// What VADER's authors call neutral.
const VADER_NEUTRAL: f64 = 0.05;

/// Judged texts beside tweets and reviews, by the name of their figures: without them a head takes
/// sober prose for a complaint.
const OTHERS: [(&str, &str); 4] = [
    ("business news", "financial_phrasebank_50agree.tsv"),
    ("editorials", "vader_gt_nytEditorialSnippets.tsv"),
    ("product reviews", "vader_gt_amazonReviewSnippets.tsv"),
    ("rated tweets", "vader_gt_tweets.tsv"),
];

const FROZEN: Plan = Plan {
    epochs: 4,
    patience: 1,
    rate: 2e-3,
    upper_rate: 0.0,
    warm_up: 0.05,
    decay: 0.01,
    seed: 0,
};
const TUNED: Plan = Plan {
    epochs: 3,
    patience: 2,
    rate: 1e-3,
    upper_rate: 1.5e-4,
    warm_up: 0.1,
    decay: 0.01,
    seed: 0,
};

/// The rows of the data folder.
struct Data {
    sources: Vec<Source>,
    learned: Vec<Rated>,
    /// For the choice of the epoch.
    choice: Vec<Rated>,
    /// For nothing but the figures.
    apart: Vec<(&'static str, Vec<Rated>)>,
}

impl Data {
    fn read(run: &Run<'_>) -> Result<Self, TrainError> {
        let wanted = "the data folder holds sentiment/semeval_2013_2016_train.tsv.zst and others";
        let folder = run.data.join("sentiment");
        let read = |name: &str| Source::read(&find(&folder, name), wanted);
        let tweets = read("semeval_2013_2016_train.tsv")?;
        let reviews = read("sst2_train.tsv")?;
        let chosen = read("tweeteval_sentiment_val_test.tsv")?;
        let reviews_apart = read("sst2_dev.tsv")?;
        let choice = rated(&chosen, Some("val"))?;
        let mut known: BTreeSet<String> = choice.iter().map(|r| key(&r.text)).collect();
        let (mut learned, mut apart) = (Vec::new(), Vec::new());
        let mut some_reviews = Vec::new();
        for row in rated(&tweets, None)? {
            if !known.insert(key(&row.text)) {
                continue;
            }
            if is_apart(&key(&row.text), APART) {
                apart.push(row);
            } else {
                learned.push(row);
            }
        }
        for row in rated(&reviews, None)? {
            if is_apart(&key(&row.text), APART) {
                some_reviews.push(row);
            } else {
                learned.push(row);
            }
        }
        let reviews_held = rated(&reviews_apart, None)?;
        let mut apart = vec![("tweets", apart), ("reviews", reviews_held)];
        let mut sources = vec![tweets, reviews, chosen, reviews_apart];
        for (name, file) in OTHERS {
            let source = read(file)?;
            let rows = rated(&source, None)?.into_iter();
            let unknown = rows.filter(|r| known.insert(key(&r.text)));
            let (held, used): (Vec<Rated>, Vec<Rated>) =
                unknown.partition(|r| is_apart(&key(&r.text), APART));
            learned.extend(used);
            apart.push((name, held));
            sources.push(source);
        }
        learned.extend(patterns::sentences(run.seed));
        let choice = choice.into_iter().chain(some_reviews).collect();
        Ok(Self {
            sources,
            learned,
            choice,
            apart,
        })
    }
}

/// What two copies of a tweet have in common: letters and digits, without handles and links.
fn key(text: &str) -> String {
    let words = text.split_whitespace();
    let own = words.filter(|w| !w.starts_with('@') && !w.starts_with("http"));
    own.flat_map(str::chars)
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// Texts, sentence by sentence; those without one are read as a whole.
fn texts(reader: &Reader, rows: &[Rated]) -> Result<Texts, TrainError> {
    let texts: Vec<&str> = rows.iter().map(|r| r.text.as_str()).collect();
    let (sentences, ranges) = inputs::parts(&texts);
    let encoder = reader.encoder();
    let tokens = encoder.tokens(&sentences)?;
    let (vectors, _) = encoder.embed_tokens(&tokens)?;
    let units = sentences
        .iter()
        .zip(tokens)
        .zip(vectors)
        .map(|((s, tokens), vector)| {
            let mut inputs = inputs::sentence(s);
            inputs.dense.extend_from_slice(&vector);
            Unit {
                tokens,
                dense: inputs.dense,
                sparse: inputs.sparse,
            }
        });
    let mut units = units.collect::<Vec<_>>().into_iter();
    let mut out = Texts::default();
    for range in ranges {
        let shares = shares(sentences[range.clone()].iter().map(String::as_str));
        out.push(units.by_ref().take(range.len()).zip(shares));
    }
    Ok(out)
}

/// Trains a head and measures it.
///
/// # Errors
/// Where the data or the model cannot be used.
pub fn train(run: &Run<'_>) -> Result<Head, TrainError> {
    let data = Data::read(run)?;
    let mut counts = [0usize; CLASSES.len()];
    for row in data.learned.iter().filter(|r| !r.binary) {
        counts[row.label] += 1;
    }
    let rated: usize = counts.iter().sum();
    let lesson = |(item, row): (usize, &Rated)| Lesson::Class {
        item,
        class: row.label,
        excluded: row.binary.then_some(NEUTRAL),
        // Recall counts classes alike, so they weigh alike.
        weight: if row.binary {
            REVIEW
        } else {
            rated as f32 / (counts.len() * counts[row.label].max(1)) as f32
        },
    };
    let shown = |(item, row): (usize, &Rated)| {
        let times = if row.binary { REVIEW_SHOWN } else { 1 };
        std::iter::repeat_n(lesson((item, row)), times)
    };
    let lessons: Vec<Lesson> = data.learned.iter().enumerate().flat_map(shown).collect();
    let all: Vec<Rated> = data.learned.iter().chain(&data.choice).cloned().collect();
    let plain = run.encoder(Heads::default())?;
    let texts = texts(&plain, &all)?;
    let choice = &data.choice;
    let score = |outputs: &[f32]| {
        let (logits, _) = outputs.as_chunks::<3>();
        let told = |binary: bool| {
            let rows = choice
                .iter()
                .zip(logits)
                .filter(move |(r, _)| r.binary == binary);
            rows.map(|(r, l)| (r.label, class(l, r.binary)))
        };
        let right = told(true).map(|(label, told)| f64::from(u8::from(label == told)));
        f64::midpoint(macro_recall(told(false), 3), mean(right))
    };
    let sources: Vec<&Source> = data.sources.iter().collect();
    let mut card = run.card(Task::Sentiment, &sources);
    let calibration = data.learned.iter().step_by(101).map(|r| r.text.as_str());
    let made = Staged {
        held_out: (data.learned.len()..all.len()).collect(),
        tuned: lessons.clone(),
        texts,
        lessons,
        outputs: CLASSES.len(),
        buckets: BUCKETS,
        batch: 48,
        frozen_plan: FROZEN,
        tuned_plan: TUNED,
        score: &score,
        calibration: calibration.collect(),
    }
    .train(run, &card)?;
    let judged = choice.iter().zip(made.held_out.as_chunks::<3>().0);
    let judged = judged.filter(|(r, _)| !r.binary);
    let judged: Vec<(usize, [f32; 3])> = judged.map(|(r, l)| (r.label, *l)).collect();
    let temperature = temperature(&judged);
    run.tell(&format!(
        "temperature {temperature:.2}: mean loss {:.4}, was {:.4}",
        mean_loss(&judged, temperature),
        mean_loss(&judged, 1.0)
    ));
    let network = made.network.scaled(1.0 / temperature);
    let mut head = Head::new(card.clone(), network, Some(made.branch), Vec::new());
    let reader = run.reader(&head)?;
    for (name, rows) in &data.apart {
        card.figures
            .extend(evaluate(&reader, rows, false)?.all_figures(name));
    }
    head.card = card;
    Ok(head)
}

/// The number that log-odds are divided by for the probabilities to fit the labels best (Guo et al.
/// 2017, "On calibration of modern neural networks"), from 0.5 to 4.
fn temperature(judged: &[(usize, [f32; 3])]) -> f32 {
    let steps = (0..=140).map(|i| 0.5 + i as f32 * 0.025);
    let loss = |t: &f32| mean_loss(judged, *t);
    steps
        .min_by(|a, b| loss(a).total_cmp(&loss(b)))
        .unwrap_or(1.0)
}

/// Mean negative logarithm of the probability of the label.
fn mean_loss(judged: &[(usize, [f32; 3])], temperature: f32) -> f64 {
    mean(judged.iter().map(|(label, logits)| {
        let logits = logits.map(|l| f64::from(l / temperature));
        let most = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let sum: f64 = logits.iter().map(|l| (l - most).exp()).sum();
        most + sum.ln() - logits[*label]
    }))
}

/// The class told by log-odds; neutral is left out where it was no choice.
fn class(logits: &[f32; 3], binary: bool) -> usize {
    if binary {
        return if logits[2] > logits[0] { 2 } else { 0 };
    }
    // The first of equals.
    (1..3).fold(0, |best, i| if logits[i] > logits[best] { i } else { best })
}

/// Measures the head of `reader` on rows.
///
/// # Errors
/// Where there is no head for the task, or the encoder fails.
pub fn evaluate(
    reader: &Reader,
    rows: &[Rated],
    with_errors: bool,
) -> Result<Evaluation, TrainError> {
    let texts: Vec<&str> = rows.iter().map(|r| r.text.as_str()).collect();
    let told = reader.sentiment(&texts)?;
    let mut out = Evaluation::new(Task::Sentiment, rows.len());
    let by_head: Vec<usize> = rows
        .iter()
        .zip(&told)
        .map(|(r, l)| class(l, r.binary))
        .collect();
    let by_vader: Vec<usize> = rows.iter().map(|r| vader(&r.text, r.binary)).collect();
    let binary = rows.iter().all(|r| r.binary);
    let figures = |told: &[usize]| {
        let pair = |i: usize| (rows[i].label, told[i]);
        let right = |i: usize| f64::from(u8::from(rows[i].label == told[i]));
        let n = rows.len();
        let accuracy: Figure = with_interval(n, n, 1, |some| mean(some.map(right)));
        let recall: Figure = with_interval(n, n, 1, |some| macro_recall(some.map(pair), 3));
        [("accuracy", accuracy), ("macro_recall", recall)]
    };
    for (metric, figure) in figures(&by_head) {
        out.figure(metric, figure);
    }
    let most = (0..3).max_by_key(|c| rows.iter().filter(|r| r.label == *c).count());
    let always = vec![most.unwrap_or_default(); rows.len()];
    for (name, told) in [("VADER", &by_vader), ("most frequent class", &always)] {
        for (metric, figure) in figures(told) {
            out.baseline(name, metric, figure);
        }
    }
    if with_errors {
        let wrong = (0..rows.len()).filter(|i| by_head[*i] != rows[*i].label);
        let mistakes = wrong.map(|i| Mistake {
            text: rows[i].text.clone(),
            truth: CLASSES[rows[i].label].to_owned(),
            told: CLASSES[by_head[i]].to_owned(),
            confidence: f64::from(probability(&told[i], by_head[i], binary)),
        });
        let mistakes = mistakes.collect();
        out.keep_worst(mistakes);
    }
    Ok(out)
}

fn probability(logits: &[f32; 3], class: usize, binary: bool) -> f32 {
    let powers = logits.map(f32::exp);
    let sum: f32 = powers.iter().sum::<f32>() - if binary { powers[NEUTRAL] } else { 0.0 };
    powers[class] / sum
}

fn vader(text: &str, binary: bool) -> usize {
    let compound = polarity(text).compound;
    match (binary, compound) {
        (true, c) if c >= 0.0 => 2,
        (true, _) => 0,
        (false, c) if c >= VADER_NEUTRAL => 2,
        (false, c) if c <= -VADER_NEUTRAL => 0,
        (false, _) => NEUTRAL,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_temperature_fits_the_share_that_is_right() {
        // Told with odds of 20 to 1 each, and right in three of four.
        let told = [20f32.ln(), 0.0, f32::NEG_INFINITY];
        let labels = [0, 0, 0, 1];
        let judged = labels.map(|label| (label, told.map(|l| l.max(-100.0))));
        let t = temperature(&judged);
        assert!((t - 20f32.ln() / 3f32.ln()).abs() < 0.02, "{t}");
        assert!(mean_loss(&judged, t) < mean_loss(&judged, 1.0));
    }
}

//! Negative, neutral or positive.

use crate::analysis::sentiment::polarity;
use crate::engine::{Reader, inputs};
use crate::model::encoder::{Lower, Upper};
use crate::model::heads::{Figure, Head, Task};
use crate::train::TrainError;
use crate::train::data::{Source, find};
use crate::train::datasets::{Rated, rated};
use crate::train::metrics::{macro_recall, mean, with_interval};
use crate::train::module::Extents;
use crate::train::problem::{Learner, Lesson, Problem, Texts, Unit, vector_scale};
use crate::train::trainer::{self, Plan};

use super::{Evaluation, Mistake, Run, is_apart};

/// Names of the classes, by their labels.
pub const CLASSES: [&str; 3] = ["negative", "neutral", "positive"];
const NEUTRAL: usize = 1;
/// Layers that are trained.
const TOP: usize = 2;
const BUCKETS: usize = 1 << 15;
/// Percent of the training files that are kept apart.
const APART: u32 = 8;
/// What VADER's authors call neutral.
const VADER_NEUTRAL: f64 = 0.05;

const PLAN: Plan = Plan {
    epochs: 3,
    patience: 3,
    rate: 2e-3,
    upper_rate: 1e-4,
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
        let known: std::collections::BTreeSet<String> = choice
            .iter()
            .map(|r| r.text.trim().to_lowercase())
            .collect();
        let (mut learned, mut apart) = (Vec::new(), Vec::new());
        let mut some_reviews = Vec::new();
        for row in rated(&tweets, None)? {
            if known.contains(&row.text.trim().to_lowercase()) {
                continue;
            }
            if is_apart(&row.text, APART) {
                apart.push(row);
            } else {
                learned.push(row);
            }
        }
        for row in rated(&reviews, None)? {
            if is_apart(&row.text, APART) {
                some_reviews.push(row);
            } else {
                learned.push(row);
            }
        }
        let reviews_held = rated(&reviews_apart, None)?;
        let choice = choice.into_iter().chain(some_reviews).collect();
        Ok(Self {
            sources: vec![tweets, reviews, chosen, reviews_apart],
            learned,
            choice,
            apart: vec![("tweets", apart), ("reviews", reviews_held)],
        })
    }
}

/// Adds a text, sentence by sentence; those without one are read as a whole.
fn push(texts: &mut Texts, lower: &Lower, text: &str) -> Result<usize, TrainError> {
    let mut sentences = inputs::sentences(text);
    if sentences.is_empty() {
        sentences.push(text.trim().to_owned());
    }
    let shares = inputs::shares(sentences.iter().map(String::as_str));
    let mut units = Vec::new();
    for (sentence, share) in sentences.iter().zip(shares) {
        let inputs = inputs::sentence(sentence);
        let unit = Unit {
            tokens: lower.tokens(sentence)?,
            dense: inputs.dense,
            sparse: inputs.sparse,
        };
        units.push((unit, share));
    }
    Ok(texts.push(units))
}

/// Trains a head and measures it.
///
/// # Errors
/// Where the data or the model cannot be used.
pub fn train(run: &Run<'_>) -> Result<Head, TrainError> {
    let data = Data::read(run)?;
    let lower = Lower::new(run.model, TOP)?;
    let mut texts = Texts::default();
    let mut lessons = Vec::new();
    let mut counts = [0usize; CLASSES.len()];
    for row in data.learned.iter().filter(|r| !r.binary) {
        counts[row.label] += 1;
    }
    let rated: usize = counts.iter().sum();
    for row in &data.learned {
        let item = push(&mut texts, &lower, &row.text)?;
        // Recall counts classes alike, so they weigh alike.
        let weight = if row.binary {
            1.0
        } else {
            rated as f32 / (counts.len() * counts[row.label].max(1)) as f32
        };
        lessons.push(Lesson::Class {
            item,
            class: row.label,
            excluded: row.binary.then_some(NEUTRAL),
            weight,
        });
    }
    let standard = texts.standard();
    let mut held_out = Vec::new();
    for row in &data.choice {
        held_out.push(push(&mut texts, &lower, &row.text)?);
    }
    let choice = &data.choice;
    let score = move |outputs: &[f32]| {
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
    let device = run.device.clone();
    device.seed(run.seed);
    let hidden = lower.hidden();
    let extents = Extents {
        inputs: standard.0.len() + hidden,
        hidden: 0,
        outputs: CLASSES.len(),
        buckets: BUCKETS,
    };
    let upper = Upper::new(run.model, TOP, &device)?;
    let module = Learner::new(Some(upper), extents, &device);
    let mut problem = Problem {
        texts: &texts,
        lessons,
        batch: 48,
        standard: standard.clone(),
        buckets: BUCKETS,
        outputs: CLASSES.len(),
        lower: Some(lower),
        device,
        held_out,
        score: Box::new(score),
    };
    let sources: Vec<&Source> = data.sources.iter().collect();
    let mut card = run.card(Task::Sentiment, &sources);
    let keep = run.keep(&card, "tune");
    let (best, _) = trainer::run(
        module,
        &mut problem,
        &run.plan(PLAN),
        keep.as_ref(),
        &run.bar,
    )?;
    let (upper, net) = best.into_parts();
    let (mut mean, mut scale) = standard;
    mean.resize(mean.len() + hidden, 0.0);
    scale.resize(mean.len(), vector_scale(hidden));
    let network = net.to_network(mean, scale)?;
    let branch = upper
        .map(|u| {
            let some: Vec<String> = data
                .learned
                .iter()
                .step_by(101)
                .map(|r| r.text.clone())
                .collect();
            let some: Vec<&str> = some.iter().map(String::as_str).collect();
            u.into_branch(run.model, &some)
        })
        .transpose()?;
    let mut head = Head::new(card.clone(), network, branch, Vec::new());
    let reader = run.reader(&head)?;
    for (name, rows) in &data.apart {
        card.figures
            .extend(evaluate(&reader, rows, false)?.all_figures(name));
    }
    head.card = card;
    Ok(head)
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

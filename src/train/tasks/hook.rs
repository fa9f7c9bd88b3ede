//! Whether a line is written to be clicked.

use crate::engine::Reader;
use crate::model::heads::{Head, Heads, Task};
use crate::train::TrainError;
use crate::train::data::{Source, find};
use crate::train::datasets::{Classed, classed};
use crate::train::metrics::{area_under_curve, mean, with_interval};
use crate::train::problem::Lesson;
use crate::train::trainer::Plan;

use super::staged::openings;
use super::{Evaluation, Fit, Mistake, Run, is_apart};

const BUCKETS: usize = 1 << 13;
/// Percent that the epoch is chosen by, and as much for the figures.
const APART: u32 = 20;
const CHOICE: u32 = 10;

const PLAN: Plan = Plan {
    epochs: 8,
    patience: 2,
    rate: 2e-3,
    upper_rate: 0.0,
    warm_up: 0.05,
    decay: 0.01,
    seed: 0,
};

/// Trains a head and measures it.
///
/// # Errors
/// Where the data or the model cannot be used.
pub fn train(run: &Run<'_>) -> Result<Head, TrainError> {
    let wanted = "the data folder holds style/clickbait_headlines.txt.zst and \
                  style/non_clickbait_headlines.txt.zst";
    let folder = run.data.join("style");
    let read = |name| Source::read(&find(&folder, name), wanted);
    let baits = read("clickbait_headlines.txt")?;
    let others = read("non_clickbait_headlines.txt")?;
    let mut rows = classed(&baits, true);
    rows.extend(classed(&others, false));
    let (apart, learned): (Vec<_>, Vec<_>) =
        rows.into_iter().partition(|r| is_apart(&r.text, APART));
    let (choice, held): (Vec<_>, Vec<_>) =
        apart.into_iter().partition(|r| is_apart(&r.text, CHOICE));
    let plain = run.encoder(Heads::default())?;
    let lines = learned.iter().chain(&choice).map(|r| r.text.as_str());
    let texts = openings(&plain, &lines.collect::<Vec<_>>())?;
    let held_out = (learned.len()..texts.items.len()).collect();
    let lessons = learned.iter().enumerate().map(|(item, row)| Lesson::Truth {
        item,
        yes: row.positive,
        weight: 1.0,
    });
    let lessons = lessons.collect();
    let standard = texts.standard();
    let score = |outputs: &[f32]| accuracy(&choice, outputs);
    let mut card = run.card(Task::Hook, &[&baits, &others]);
    let fit = Fit {
        texts: &texts,
        lessons,
        standard: standard.clone(),
        lower: None,
        plan: PLAN,
        stage: "head",
        batch: 64,
        outputs: 1,
        buckets: BUCKETS,
        held_out,
        score: &score,
    };
    let (_, best) = run.fit(&card, fit)?;
    let (_, net) = best.into_parts();
    let network = net.to_network(standard.0, standard.1)?;
    let mut head = Head::new(card.clone(), network, None, Vec::new());
    let reader = run.reader(&head)?;
    card.figures = evaluate(&reader, &held, false)?.all_figures("held out");
    head.card = card;
    Ok(head)
}

fn accuracy(rows: &[Classed], outputs: &[f32]) -> f64 {
    let right = rows
        .iter()
        .zip(outputs)
        .map(|(r, o)| r.positive == (*o > 0.0));
    mean(right.map(|r| f64::from(u8::from(r))))
}

/// Measures the head of `reader` on rows.
///
/// # Errors
/// Where there is no head for the task, or the encoder fails.
pub fn evaluate(
    reader: &Reader,
    rows: &[Classed],
    with_errors: bool,
) -> Result<Evaluation, TrainError> {
    let texts: Vec<&str> = rows.iter().map(|r| r.text.as_str()).collect();
    let told = reader.openings(&texts, Task::Hook)?;
    let n = rows.len();
    let right = |i: usize| f64::from(u8::from(rows[i].positive == (told[i] > 0.0)));
    let scored = |i: usize| (rows[i].positive, f64::from(told[i]));
    let mut out = Evaluation::new(Task::Hook, n);
    out.figure(
        "accuracy",
        with_interval(n, n, 1, |some| mean(some.map(right))),
    );
    let area = with_interval(n, n, 1, |some| {
        area_under_curve(&some.map(scored).collect::<Vec<_>>())
    });
    out.figure("area_under_curve", area);
    let positives = rows.iter().filter(|r| r.positive).count();
    let most = positives * 2 >= n;
    let always = |i: usize| f64::from(u8::from(rows[i].positive == most));
    let figure = with_interval(n, n, 1, |some| mean(some.map(always)));
    out.baseline("most frequent class", "accuracy", figure);
    if with_errors {
        let wrong = (0..n).filter(|i| right(*i) == 0.0).map(|i| Mistake {
            text: rows[i].text.clone(),
            truth: name(rows[i].positive).to_owned(),
            told: name(!rows[i].positive).to_owned(),
            confidence: 1.0 / (1.0 + f64::from(-told[i].abs()).exp()),
        });
        out.keep_worst(wrong.collect());
    }
    Ok(out)
}

fn name(positive: bool) -> &'static str {
    if positive { "clickbait" } else { "news" }
}

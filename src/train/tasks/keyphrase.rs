//! Which phrases a text is about.

use std::collections::BTreeSet;

use crate::analysis::engagement::Context;
use crate::analysis::keyphrase::rerank::TOP;
use crate::analysis::keyphrase::{Document, FEATURES, stem_key};
use crate::analysis::{self, PartName, PartSet};
use crate::engine::inputs::{self, Inputs};
use crate::engine::keyphrases;
use crate::engine::{Analyst, Encoders, Engine, Lane, Reader};
use crate::model::heads::{Card, Figure, Head, Heads, Network, Task};
use crate::model::{Backend, Settings};
use crate::train::TrainError;
use crate::train::data::{Source, find};
use crate::train::datasets::{Keyed, keyed};
use crate::train::lists::{self, List, Lists};
use crate::train::metrics::{f1_at, mean, with_interval};
use crate::train::module::{Extents, Net};
use crate::train::trainer::{self, Plan};

use super::{Evaluation, Mistake, Run, is_apart};

const BUCKETS: usize = 1 << 14;
/// Percent that the figures are measured on.
const APART: u32 = 20;
/// Percent below which the rest chooses the epoch.
const CHOICE: u32 = 28;
/// Percent below which the folds lie whose scores come from a network that did not learn from them.
const FOLDS: [u32; 4] = [46, 64, 82, 100];
/// How much a news document counts; there are few.
const NEWS_WEIGHT: f32 = 2.0;
/// Documents of a batch.
const BATCH: usize = 48;
/// Lists that are measured at, as the metric's name says.
const METRIC: &str = "f1_at_10";
const FILES: [&str; 4] = [
    "inspec.jsonl",
    "kdd.jsonl",
    "www.jsonl",
    "500n-kpcrowd.jsonl",
];
/// The file of news; the others hold abstracts.
const NEWS: &str = "500n-kpcrowd.jsonl";

/// How one of the two networks is trained.
struct Stage {
    plan: Plan,
    inputs: usize,
    hidden: usize,
    buckets: usize,
    dropout: f32,
}

const PLAN: Plan = Plan {
    epochs: 8,
    patience: 8,
    rate: 3e-3,
    upper_rate: 0.0,
    warm_up: 0.06,
    decay: 0.02,
    seed: 0,
};

/// The network that all candidates are read by.
const FIRST: Stage = Stage {
    plan: PLAN,
    inputs: FEATURES,
    hidden: 48,
    buckets: BUCKETS,
    dropout: 0.2,
};

/// The one that reads the best with their vectors.
fn second(inputs: usize) -> Stage {
    Stage {
        plan: Plan {
            epochs: 12,
            patience: 12,
            decay: 0.05,
            ..PLAN
        },
        inputs,
        hidden: 32,
        buckets: 0,
        dropout: 0.5,
    }
}

/// Trains a head and measures it.
///
/// # Errors
/// Where the data or the model cannot be used.
pub fn train(run: &Run<'_>) -> Result<Head, TrainError> {
    let wanted = "the data folder holds keywords/{inspec,kdd,www,500n-kpcrowd}.jsonl.zst";
    let folder = run.data.join("keywords");
    let (mut sources, mut rows, mut weights) = (Vec::new(), Vec::new(), Vec::new());
    for name in FILES {
        let source = Source::read(&find(&folder, name), wanted)?;
        let weight = if name == NEWS { NEWS_WEIGHT } else { 1.0 };
        rows.extend(keyed(&source)?);
        weights.resize(rows.len(), weight);
        sources.push(source);
    }
    let card = run.card(Task::Keyphrase, &sources.iter().collect::<Vec<_>>());
    let is_held = |i: &usize| is_apart(&rows[*i].text, APART);
    let (held, rest): (Vec<usize>, Vec<usize>) = (0..rows.len()).partition(is_held);
    let (choice, learned): (Vec<usize>, Vec<usize>) =
        rest.iter().partition(|i| is_apart(&rows[**i].text, CHOICE));
    let mut lists = vec![List::default(); rows.len()];
    for i in rest {
        let document = Document::new(&rows[i].text);
        let order: Vec<usize> = (0..document.len()).collect();
        let inputs = keyphrases::candidates(&document);
        lists[i] = list(&rows[i], weights[i], &document, &order, inputs);
    }
    let split = Split {
        learned: &learned,
        choice: &choice,
    };
    let first = fit(run, &card, "first", &FIRST, &lists, split)?;
    let mut scores = vec![Vec::new(); rows.len()];
    for i in &choice {
        scores[*i] = lists[*i].scores(&first);
    }
    for fold in 0..FOLDS.len() {
        let fold_of = |text: &str| FOLDS.iter().position(|percent| is_apart(text, *percent));
        let (own, others): (Vec<usize>, Vec<usize>) = learned
            .iter()
            .partition(|i| fold_of(&rows[**i].text) == Some(fold));
        let split = Split {
            learned: &others,
            choice: &choice,
        };
        let network = fit(run, &card, &format!("fold-{fold}"), &FIRST, &lists, split)?;
        for i in own {
            scores[i] = lists[i].scores(&network);
        }
    }
    let best = rerank_lists(run, &rows, &weights, &scores)?;
    drop(lists);
    let some = best.iter().find(|l| !l.chosen.is_empty());
    let stage = second(some.map_or(0, |l| l.dense.len() / l.chosen.len()));
    let network = fit(run, &card, "second", &stage, &best, split)?;
    finish(run, card, first, network, &rows, &weights, &held)
}

/// The documents that a network learns from and those that its epoch is chosen by.
#[derive(Clone, Copy)]
struct Split<'a> {
    learned: &'a [usize],
    choice: &'a [usize],
}

/// Measures both networks on the documents `held` apart, kind by kind.
fn finish(
    run: &Run<'_>,
    mut card: Card,
    first: Network,
    second: Network,
    rows: &[Keyed],
    weights: &[f32],
    held: &[usize],
) -> Result<Head, TrainError> {
    let one = Head::new(card.clone(), first, None, Vec::new());
    let both = one.clone().with_rerank(Some(second));
    let alone = run.reader(&one)?;
    let reader = run.reader(&both)?;
    for (kind, is_news) in [("abstracts", false), ("news", true)] {
        let of_kind = held
            .iter()
            .filter(|i| (weights[**i] == NEWS_WEIGHT) == is_news);
        let some: Vec<Keyed> = of_kind.map(|i| rows[*i].clone()).collect();
        let mut found = evaluate(&reader, &some, false)?;
        found.baseline(
            "the first network alone",
            METRIC,
            f1(&some, &phrases(&alone, &some)?),
        );
        card.figures
            .extend(found.all_figures(&format!("held out {kind}")));
    }
    Ok(Head { card, ..both })
}

/// The candidates of a document in some order, and which of them people have chosen.
fn list(row: &Keyed, weight: f32, document: &Document, of: &[usize], inputs: Vec<Inputs>) -> List {
    let golds = golds(row);
    let mut list = List {
        chosen: of
            .iter()
            .map(|i| golds.contains(document.key(*i)))
            .collect(),
        golds: golds.len(),
        weight,
        ..List::default()
    };
    for inputs in inputs {
        list.dense.extend(inputs.dense);
        list.sparse.push(inputs.sparse);
    }
    list
}

/// The best candidates by out-of-fold `scores`, with what the second network reads of them.
fn rerank_lists(
    run: &Run<'_>,
    rows: &[Keyed],
    weights: &[f32],
    scores: &[Vec<f32>],
) -> Result<Vec<List>, TrainError> {
    let plain = run.encoder(Heads::default())?;
    run.bar.set_length(rows.len() as u64);
    let mut out = Vec::with_capacity(rows.len());
    for (i, row) in rows.iter().enumerate() {
        run.bar.set_position(i as u64);
        let mut best = lists::ranking(&scores[i]);
        best.truncate(TOP);
        if best.is_empty() {
            out.push(List::default());
            continue;
        }
        let document = Document::new(&row.text);
        let all = keyphrases::candidates(&document);
        let scores: Vec<f32> = best.iter().map(|c| scores[i][*c]).collect();
        let encoder = plain.encoder();
        let sentences = encoder.embed(&inputs::sentences(document.text()))?;
        let ranking = (&best[..], &scores[..]);
        let inputs = keyphrases::best_candidates(encoder, &document, &sentences, ranking, &all)?;
        out.push(list(row, weights[i], &document, &best, inputs));
    }
    Ok(out)
}

/// Trains one of the networks.
fn fit(
    run: &Run<'_>,
    card: &Card,
    name: &str,
    stage: &Stage,
    lists: &[List],
    split: Split<'_>,
) -> Result<Network, TrainError> {
    let has_members = |i: &&usize| !lists[**i].chosen.is_empty();
    let some = |of: &[usize]| of.iter().filter(has_members).copied().collect();
    let learned: Vec<usize> = some(split.learned);
    let standard = lists::standard(lists, &learned, stage.inputs);
    let device = run.device.clone();
    device.seed(run.seed);
    let extents = Extents {
        inputs: stage.inputs,
        hidden: stage.hidden,
        outputs: 1,
        buckets: stage.buckets,
    };
    let module = Net::new(extents, &device).with_skip(&device);
    let mut problem = Lists {
        lists,
        learned,
        held_out: some(split.choice),
        batch: BATCH,
        standard: standard.clone(),
        buckets: stage.buckets,
        dropout: stage.dropout,
        seed: run.seed,
        device,
    };
    let plan = run.plan(stage.plan.clone());
    let keep = run.keep(card, name);
    let (best, _) = trainer::run(module, &mut problem, &plan, keep.as_ref(), &run.bar)?;
    Ok(best.to_network(standard.0, standard.1)?)
}

/// What people have chosen, as stems.
fn golds(row: &Keyed) -> BTreeSet<String> {
    let keys = row.keys.iter().map(|k| stem_key(k));
    keys.filter(|k| !k.is_empty()).collect()
}

/// F1 of the first ten phrases of each document, equal ones once, averaged over documents.
fn f1(rows: &[Keyed], told: &[Vec<String>]) -> Figure {
    let each: Vec<f64> = rows
        .iter()
        .zip(told)
        .map(|(r, t)| f1_of(&golds(r), t))
        .collect();
    let n = each.len();
    with_interval(n, n, 1, |some| mean(some.map(|i| each[i])))
}

fn f1_of(golds: &BTreeSet<String>, told: &[String]) -> f64 {
    let mut seen = BTreeSet::new();
    let keys = told.iter().map(|t| stem_key(t));
    let once: Vec<String> = keys.filter(|k| seen.insert(k.clone())).collect();
    let top = &once[..once.len().min(lists::TOP)];
    let hits = top.iter().filter(|k| golds.contains(*k)).count();
    f1_at(hits, top.len(), golds.len())
}

/// The keyphrases of each row.
fn phrases(reader: &Reader, rows: &[Keyed]) -> Result<Vec<Vec<String>>, TrainError> {
    let of = |row: &Keyed| {
        let found = reader.keyphrases(&row.text)?;
        Ok(found.into_iter().map(|p| p.text).collect())
    };
    rows.iter().map(of).collect()
}

/// The program's keywords of each row, which know nothing of the head.
fn keywords(rows: &[Keyed]) -> Vec<Vec<String>> {
    let off = Settings {
        backend: Backend::Off,
        ..Settings::default()
    };
    let engine = Engine::in_memory(Encoders::new(off));
    let mut analyst = Analyst::new(analysis::Settings::default(), engine, Lane::Batch);
    let parts = PartSet::of(&[PartName::Keywords]);
    let mut of = |row: &Keyed| {
        let report = analyst.analyse(&row.text, &Context::default(), parts, false);
        let found = report.keywords.ready().map_or(&[][..], Vec::as_slice);
        found.iter().map(|k| k.text.clone()).collect()
    };
    rows.iter().map(&mut of).collect()
}

/// Measures the head of `reader` on rows, beside the program's keywords.
///
/// # Errors
/// Where there is no head for the task, or the encoder fails.
pub fn evaluate(
    reader: &Reader,
    rows: &[Keyed],
    with_errors: bool,
) -> Result<Evaluation, TrainError> {
    let told = phrases(reader, rows)?;
    let mut out = Evaluation::new(Task::Keyphrase, rows.len());
    out.figure(METRIC, f1(rows, &told));
    out.baseline("YAKE", METRIC, f1(rows, &keywords(rows)));
    if with_errors {
        let mistakes = rows.iter().zip(&told).map(|(row, told)| Mistake {
            text: row.text.clone(),
            truth: row.keys.join("; "),
            told: told.join("; "),
            confidence: 1.0 - f1_of(&golds(row), told),
        });
        out.keep_worst(mistakes.collect());
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_count_once_by_their_stems() {
        let row = Keyed {
            text: String::new(),
            keys: ["Code reviews", "code review", "testing", ""]
                .map(str::to_owned)
                .to_vec(),
        };
        let golds = golds(&row);
        assert_eq!(golds.len(), 2);
        let told = ["code review", "Code Reviews", "deployment"].map(str::to_owned);
        // One hit, two told, two right.
        assert_eq!(f1_of(&golds, &told), 0.5);
        assert_eq!(f1_of(&golds, &[]), 0.0);
    }

    #[test]
    fn the_folds_part_what_is_learned_from() {
        assert!(APART < CHOICE && CHOICE < FOLDS[0]);
        assert!(FOLDS.is_sorted() && FOLDS[FOLDS.len() - 1] == 100);
    }
}

//! `postwright bench rewrites`: how long suggestions and variants take, and what the forecast makes of
//! each operator.

use std::collections::BTreeMap;
use std::io::Write;
use std::time::{Duration, Instant};

use serde::Serialize;

use crate::cli::args::{Common, ListFormat, RewritesArgs};
use crate::cli::engine::{self, Storage};
use crate::cli::input::Source;
use crate::cli::{Outcome, jsonl, load_config, optimize};
use crate::engine::{Ask, Lane, Rewriter, Wish};
use crate::rewrite::search::{Goal, Limits, Source as Proposer, Weights};
use crate::rewrite::{Operator, Tone};

/// Half the width of a 95 % interval, in standard errors.
const Z: f64 = 1.96;
/// Percentiles of which a writer would notice a change.
const NOTICEABLE: f64 = 1.0;

/// What the forecast makes of an operator.
#[derive(Debug, Serialize)]
struct Effect {
    operator: Operator,
    /// Posts for which it proposes something.
    posts: usize,
    /// Mean change of the percentile where all its changes are made.
    mean: f64,
    /// Of the mean, 95 %.
    interval: [f64; 2],
    /// Whether the interval lies on one side of what nobody would notice.
    distinguished: bool,
}

#[derive(Debug, Serialize)]
struct Figures {
    posts: usize,
    /// Milliseconds: median, 95th percentile.
    suggestions_cold: [f64; 2],
    suggestions_warm: [f64; 2],
    five_variants_warm: [f64; 2],
    operators: Vec<Effect>,
}

pub(super) fn run(common: &Common, args: &RewritesArgs) -> anyhow::Result<Outcome> {
    let loaded = load_config(common, Vec::new())?;
    let engine = engine::open(&loaded, &Storage::Memory)?;
    let rewriter = Rewriter::new(loaded.config.analysis_settings(), engine);
    let mut texts = Vec::new();
    let source = Source::File(args.posts.clone());
    let most = args.count;
    let outcome = jsonl::in_batches::<jsonl::Item>(&source, jsonl::ITEM, |items| {
        let items = items.into_iter().flatten().map(|(_, item)| item.text);
        texts.extend(items.take(most.saturating_sub(texts.len())));
        Ok(Outcome::Fine)
    })?;
    anyhow::ensure!(
        !texts.is_empty(),
        "{source}: no post in it\n  help: {}",
        jsonl::ITEM
    );
    let settings = &loaded.config.optimize;
    let usual = Wish {
        limits: Limits {
            variants: 5,
            ..settings.limits()
        },
        distinguished: Operator::ALL.into_iter().collect(),
        ..optimize::wish(settings, Goal::Overall)
    };
    // The percentile alone, and every tone: what is proposed is all that is asked.
    let forecast = Wish {
        weights: Weights {
            overall: 0.0,
            engagement: 1.0,
            ..settings.weights.of(Goal::Engagement)
        },
        tone: Some(Tone::Plainer),
        limits: Limits {
            most: usize::MAX,
            max_edits: usize::MAX,
            ..settings.limits()
        },
        ..usual.clone()
    };
    let ask = Ask::new(Lane::Interactive);
    let (mut cold, mut warm, mut variants) = (Vec::new(), Vec::new(), Vec::new());
    let mut changes: BTreeMap<Operator, Vec<f64>> = BTreeMap::new();
    for text in &texts {
        let began = Instant::now();
        rewriter.suggestions(&ask, text, &usual)?;
        cold.push(began.elapsed());
        let began = Instant::now();
        rewriter.suggestions(&ask, text, &usual)?;
        warm.push(began.elapsed());
        rewriter.variants(&ask, text, &usual, &|| false)?;
        let began = Instant::now();
        rewriter.variants(&ask, text, &usual, &|| false)?;
        variants.push(began.elapsed());
        let mut seen: BTreeMap<Operator, (usize, f64)> = BTreeMap::new();
        for suggestion in rewriter.suggestions(&ask, text, &forecast)?.suggestions {
            let (Proposer::Operator(operator), Some(gain)) = (suggestion.source, suggestion.gain)
            else {
                continue;
            };
            let most = seen.entry(operator).or_default();
            if suggestion.changes.len() > most.0 {
                *most = (suggestion.changes.len(), gain);
            }
        }
        for (operator, (_, gain)) in seen {
            changes.entry(operator).or_default().push(gain);
        }
    }
    let figures = Figures {
        posts: texts.len(),
        suggestions_cold: quantiles(cold),
        suggestions_warm: quantiles(warm),
        five_variants_warm: quantiles(variants),
        operators: changes.into_iter().map(|(o, c)| effect(o, &c)).collect(),
    };
    print(&figures, args.format)?;
    Ok(outcome)
}

/// Milliseconds.
fn quantiles(mut times: Vec<Duration>) -> [f64; 2] {
    times.sort_unstable();
    let at = |share: usize| times[(times.len() * share / 100).min(times.len() - 1)];
    [50, 95].map(|share| at(share).as_secs_f64() * 1e3)
}

fn effect(operator: Operator, changes: &[f64]) -> Effect {
    let n = changes.len() as f64;
    let mean = changes.iter().sum::<f64>() / n;
    let squares: f64 = changes.iter().map(|c| (c - mean).powi(2)).sum();
    // Of one post alone nothing is known of the spread.
    let error = match changes.len() {
        0 | 1 => f64::INFINITY,
        _ => (squares / (n - 1.0) / n).sqrt(),
    };
    let interval = [mean - Z * error, mean + Z * error];
    Effect {
        operator,
        posts: changes.len(),
        mean,
        interval,
        distinguished: interval[0] >= NOTICEABLE || interval[1] <= -NOTICEABLE,
    }
}

fn print(figures: &Figures, format: ListFormat) -> anyhow::Result<()> {
    let mut out = anstream::stdout().lock();
    if format == ListFormat::Json {
        serde_json::to_writer_pretty(&mut out, figures)?;
        writeln!(out)?;
        return Ok(());
    }
    writeln!(out, "{} posts; milliseconds, median and p95", figures.posts)?;
    for (name, [median, p95]) in [
        ("suggestions, cold", figures.suggestions_cold),
        ("suggestions, warm", figures.suggestions_warm),
        ("five variants, warm", figures.five_variants_warm),
    ] {
        writeln!(out, "  {name:<22} {median:>8.1} {p95:>8.1}")?;
    }
    writeln!(out, "change of the forecast's percentile, 95 %")?;
    for effect in &figures.operators {
        let [low, high] = effect.interval;
        let told = match (low.is_finite(), effect.distinguished) {
            (false, _) => "one post tells no spread".to_owned(),
            (true, false) => format!("[{low:+.2}, {high:+.2}]"),
            (true, true) => format!("[{low:+.2}, {high:+.2}] told from nothing"),
        };
        let name = effect.operator.name();
        writeln!(
            out,
            "  {name:<16} {:>5} posts {:>+7.2} {told}",
            effect.posts, effect.mean
        )?;
    }
    Ok(())
}

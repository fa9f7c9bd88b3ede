//! `postwright bench replay`: typing histories, typed again through the engine.

use std::io::Write;
use std::time::Duration;

use serde::Serialize;

use crate::cli::args::{Common, ListFormat, ReplayArgs, Without};
use crate::cli::engine::{self, Storage};
use crate::cli::{Outcome, load_config};
use crate::engine::replay::{self, Plan, Quantiles, Replayed, Scripted, Trace};

/// Keystrokes at the start that are left out of the figures.
const WARM_UP: usize = 200;
/// Characters from which a text is not typed on: LinkedIn's limit.
const LONGEST: usize = 3_000;
/// Values that memory holds where it is done without: next to none.
const NO_MEMORY: u64 = 1;

/// The figures of one trace.
#[derive(Serialize)]
struct Told {
    trace: String,
    #[serde(flatten)]
    replayed: Replayed,
    superposition: Superposed,
}

/// What taking fixes of the text at the end gave.
#[derive(Serialize)]
struct Superposed {
    /// Computed ahead while the writer looks at them; none where it is done without.
    with: Option<Scripted>,
    /// Computed when they are taken.
    without: Scripted,
}

pub(super) fn run(common: &Common, args: &ReplayArgs) -> anyhow::Result<Outcome> {
    let mut loaded = load_config(common, Vec::new())?;
    let is_without = |part| args.without.contains(&part);
    let config = &mut loaded.config;
    if is_without(Without::Memory) {
        config.cache_size = NO_MEMORY;
    }
    if is_without(Without::Remote) {
        config.cache.remote.clear();
    }
    let millis = Duration::from_millis;
    let plan = Plan {
        warm_up: WARM_UP,
        longest: LONGEST,
        most: args.keystrokes,
        real_time: args.real_time,
        debounce: (
            millis(config.engine.debounce_ms),
            millis(config.engine.debounce_max_ms),
        ),
        pinning: !is_without(Without::Pinning) && !is_without(Without::Memory),
        cancellation: !is_without(Without::Cancellation),
        rest: millis(config.engine.rest_ms),
        superposition: config.engine.superposition && !is_without(Without::Superposition),
    };
    let mut told = Vec::new();
    for (number, path) in (1..).zip(&args.traces) {
        let trace = Trace::read(path)?;
        // Empty caches for each run.
        let fresh = || {
            let folder = tempfile::tempdir()?;
            let storage = if is_without(Without::Disk) {
                Storage::Memory
            } else {
                Storage::Folder(folder.path().to_owned())
            };
            anyhow::Ok((engine::open(&loaded, &storage)?, folder))
        };
        let settings = loaded.config.analysis_settings();
        let (engine, _folder) = fresh()?;
        let (replayed, text) = replay::run(&engine, &settings, (&trace, number), &plan)?;
        let script = |superposition: bool| {
            let (engine, _folder) = fresh()?;
            let plan = Plan {
                superposition,
                ..plan.clone()
            };
            let scripted = replay::script(&engine, &settings, (&text, number), &plan)?;
            anyhow::Ok(scripted)
        };
        let superposition = Superposed {
            with: plan.superposition.then(|| script(true)).transpose()?,
            without: script(false)?,
        };
        told.push(Told {
            trace: path.display().to_string(),
            replayed,
            superposition,
        });
    }
    let mut out = anstream::stdout().lock();
    if args.format == ListFormat::Json {
        match &told[..] {
            [one] => serde_json::to_writer_pretty(&mut out, one)?,
            all => serde_json::to_writer_pretty(&mut out, all)?,
        }
        writeln!(out)?;
        return Ok(Outcome::Fine);
    }
    for one in &told {
        print(&mut out, one)?;
    }
    Ok(Outcome::Fine)
}

fn print(out: &mut impl Write, told: &Told) -> std::io::Result<()> {
    let Told {
        trace,
        replayed: r,
        superposition,
    } = told;
    let percent = |share: Option<f64>| {
        share.map_or("n/a".to_owned(), |share| format!("{:.2} %", 100.0 * share))
    };
    let name = |text: &str| format!("  {text:<44}");
    writeln!(out, "{trace}, {} keystrokes", r.keystrokes)?;
    let rows = [
        ("segments found", r.segment_hit_rate),
        ("models' computing time saved", r.cost_weighted_hit_rate),
    ];
    for (what, share) in rows {
        writeln!(out, "{}{:>9}", name(what), percent(share))?;
    }
    writeln!(out, "{}{:>9} {:>9} {:>9}", name(""), "p50", "p95", "p99")?;
    let quantiles = |out: &mut dyn Write, what: &str, q: &Quantiles, digits: usize| {
        let [p50, p95, p99] = [q.p50, q.p95, q.p99].map(|v| format!("{v:.digits$}"));
        writeln!(out, "{}{p50:>9} {p95:>9} {p99:>9}", name(what))
    };
    quantiles(
        out,
        "segments computed a keystroke",
        &r.misses_per_keystroke,
        0,
    )?;
    quantiles(
        out,
        "fresh by rules and lexicons, ms",
        &r.freshness_ms.lexical,
        2,
    )?;
    let neural = "fresh by grammar and models, ms after the pause";
    quantiles(out, neural, &r.freshness_ms.neural, 2)?;
    writeln!(
        out,
        "{}{:>9}",
        name("runs that came too late"),
        r.stale_runs
    )?;
    for figures in &r.tiers {
        let what = format!("{}, {}", figures.tier, figures.kind);
        writeln!(
            out,
            "{}{:>9}  of {} lookups, {:.0} ms saved",
            name(&what),
            percent(figures.hit_rate),
            figures.lookups,
            figures.saved_ms
        )?;
    }
    let Superposed { with, without } = superposition;
    let script = format!("{} suggested fixes taken", without.fixes);
    let useful = with.and_then(|w| w.useful_rate);
    writeln!(
        out,
        "{}{:>9}  used of what was computed ahead",
        name(&script),
        percent(useful)
    )?;
    if let Some(with) = with {
        quantiles(out, "computed ahead: fresh after, ms", &with.preview_ms, 2)?;
    }
    let what = "computed when taken: fresh after, ms";
    quantiles(out, what, &without.preview_ms, 2)?;
    writeln!(out)
}

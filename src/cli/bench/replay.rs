//! `postwright bench replay`: typing histories, typed again through the engine.

use std::io::Write;
use std::thread::JoinHandle;
use std::time::Duration;

use serde::Serialize;
use tempfile::TempDir;

use crate::cli::args::{Common, ListFormat, ReplayArgs, Without};
use crate::cli::engine::{self, Storage};
use crate::cli::{Outcome, load_config, watch};
use crate::config::Loaded;
use crate::engine::Engine;
use crate::engine::replay::{self, Plan, Quantiles, Replayed, Scripted, Trace};
use crate::monitor::alerts::{Sentry, SentrySettings};
use crate::monitor::{self, Monitor, Need};
use crate::resilience::Clock;
use crate::telemetry::SecretUrl;

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
    /// The same run once more, each time without one part.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ablations: Vec<Ablation>,
}

/// The figures without a part.
#[derive(Serialize)]
struct Ablation {
    without: Without,
    #[serde(flatten)]
    replayed: Replayed,
}

/// What taking fixes of the text at the end gave.
#[derive(Serialize)]
struct Superposed {
    /// Computed ahead while the writer looks at them; none where it is switched off.
    with: Option<Scripted>,
    /// Computed when they are taken.
    without: Scripted,
}

pub(super) fn run(common: &Common, args: &ReplayArgs) -> anyhow::Result<Outcome> {
    let loaded = load_config(common, Vec::new())?;
    let mut told = Vec::new();
    for (number, path) in (1..).zip(&args.traces) {
        let trace = Trace::read(path)?;
        let whole = Bench::new(&loaded, args, None);
        let (replayed, text) = whole.replay(&trace, number)?;
        let ablations = args.without.iter().map(|part| {
            let (replayed, _) = Bench::new(&loaded, args, Some(*part)).replay(&trace, number)?;
            anyhow::Ok(Ablation {
                without: *part,
                replayed,
            })
        });
        told.push(Told {
            trace: path.display().to_string(),
            replayed,
            ablations: ablations.collect::<anyhow::Result<_>>()?,
            superposition: Superposed {
                with: (whole.plan.superposition)
                    .then(|| whole.script(&text, number, true))
                    .transpose()?,
                without: whole.script(&text, number, false)?,
            },
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
        writeln!(out, "{}, {} keystrokes", one.trace, one.replayed.keystrokes)?;
        print(&mut out, &one.replayed)?;
        print_fixes(&mut out, &one.superposition)?;
        for ablation in &one.ablations {
            writeln!(out, "without {}", ablation.without.name())?;
            print(&mut out, &ablation.replayed)?;
        }
        writeln!(out)?;
    }
    Ok(Outcome::Fine)
}

/// A configuration to replay with.
struct Bench {
    loaded: Loaded,
    plan: Plan,
    storage: Kept,
    /// Whether the monitor runs meanwhile.
    is_watched: bool,
}

/// A monitor that watches an engine, with its rules.
struct Watched {
    monitor: Option<Monitor>,
    thread: Option<JoinHandle<()>>,
}

impl Watched {
    fn start(loaded: &Loaded, engine: &Engine) -> anyhow::Result<Self> {
        let options = watch::options(loaded, None)?;
        let settings = monitor::Settings {
            history: None,
            ..options.monitor
        };
        let asked = engine.clone();
        let monitor = monitor::start(settings, move || asked.program())?;
        monitor.control().need(Need::Pane, true);
        let rules = options.sentry.map(SentrySettings::silent);
        let mut sentry = rules.map(|rules| Sentry::new(rules, &Clock::system()));
        let samples = monitor.samples()?;
        let follow = move || {
            for snapshot in samples {
                if let Some(sentry) = &mut sentry {
                    sentry.take(&snapshot);
                }
            }
        };
        let thread = std::thread::Builder::new()
            .name("postwright-follow".to_owned())
            .spawn(follow)?;
        Ok(Self {
            monitor: Some(monitor),
            thread: Some(thread),
        })
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.monitor = None;
        if let Some(Err(_)) = self.thread.take().map(JoinHandle::join) {
            tracing::error!("the thread that follows the monitor panicked");
        }
    }
}

/// Whether there is a disk tier.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kept {
    OnDisk,
    InMemory,
}

impl Bench {
    fn new(loaded: &Loaded, args: &ReplayArgs, without: Option<Without>) -> Self {
        let mut loaded = loaded.clone();
        let has = |part| without != Some(part);
        let config = &mut loaded.config;
        if !has(Without::Memory) {
            config.cache_size = NO_MEMORY;
        }
        if !has(Without::Remote) {
            config.cache.remote = SecretUrl::default();
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
            pinning: has(Without::Pinning) && has(Without::Memory),
            cancellation: has(Without::Cancellation),
            rest: millis(config.engine.rest_ms),
            superposition: config.enable_quantum_inspired
                && config.engine.superposition
                && has(Without::Superposition),
        };
        let storage = match without {
            Some(Without::Disk) => Kept::InMemory,
            _ => Kept::OnDisk,
        };
        Self {
            loaded,
            plan,
            storage,
            is_watched: args.monitor,
        }
    }

    /// An engine with empty caches, and the folder that it needs.
    fn engine(&self) -> anyhow::Result<(Engine, TempDir)> {
        let folder = tempfile::tempdir()?;
        let storage = match self.storage {
            Kept::OnDisk => Storage::Folder(folder.path().to_owned()),
            Kept::InMemory => Storage::Memory,
        };
        Ok((engine::open(&self.loaded, &storage)?, folder))
    }

    fn replay(&self, trace: &Trace, number: u64) -> anyhow::Result<(Replayed, String)> {
        let (engine, _folder) = self.engine()?;
        let settings = self.loaded.config.analysis_settings();
        let _watched = (self.is_watched)
            .then(|| Watched::start(&self.loaded, &engine))
            .transpose()?;
        Ok(replay::run(
            &engine,
            &settings,
            (trace, number),
            &self.plan,
        )?)
    }

    fn script(&self, text: &str, number: u64, superposition: bool) -> anyhow::Result<Scripted> {
        let (engine, _folder) = self.engine()?;
        let settings = self.loaded.config.analysis_settings();
        let plan = Plan {
            superposition,
            ..self.plan.clone()
        };
        Ok(replay::script(&engine, &settings, (text, number), &plan)?)
    }
}

fn percent(share: Option<f64>) -> String {
    share.map_or("n/a".to_owned(), |share| format!("{:.2} %", 100.0 * share))
}

fn name(text: &str) -> String {
    format!("  {text:<44}")
}

fn quantiles(
    out: &mut impl Write,
    what: &str,
    told: &Quantiles,
    digits: usize,
) -> std::io::Result<()> {
    let [p50, p95, p99] = [told.p50, told.p95, told.p99].map(|v| format!("{v:.digits$}"));
    writeln!(out, "{}{p50:>9} {p95:>9} {p99:>9}", name(what))
}

fn print_fixes(out: &mut impl Write, told: &Superposed) -> std::io::Result<()> {
    let Superposed { with, without } = told;
    let script = format!("{} suggested fixes taken", without.fixes);
    let useful = percent(with.and_then(|w| w.useful_rate));
    writeln!(
        out,
        "{}{useful:>9}  used of what was computed ahead",
        name(&script)
    )?;
    if let Some(with) = with {
        quantiles(out, "computed ahead: fresh after, ms", &with.preview_ms, 2)?;
    }
    let what = "computed when taken: fresh after, ms";
    quantiles(out, what, &without.preview_ms, 2)
}

fn print(out: &mut impl Write, r: &Replayed) -> std::io::Result<()> {
    let rows = [
        ("segments found", r.segment_hit_rate),
        ("models' computing time saved", r.cost_weighted_hit_rate),
    ];
    for (what, share) in rows {
        writeln!(out, "{}{:>9}", name(what), percent(share))?;
    }
    writeln!(out, "{}{:>9} {:>9} {:>9}", name(""), "p50", "p95", "p99")?;
    let computed = "segments computed a keystroke";
    quantiles(out, computed, &r.misses_per_keystroke, 0)?;
    let lexical = "fresh by rules and lexicons, ms";
    quantiles(out, lexical, &r.freshness_ms.lexical, 2)?;
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
    Ok(())
}

//! `postwright monitor`

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::Context as _;
use time::OffsetDateTime;

use crate::config::{Loaded, Paths};
use crate::monitor::alerts::history::{Query, check, csv, query};
use crate::monitor::alerts::{Transition, duration, export};
use crate::monitor::metrics::NAMES;
use crate::monitor::share::{Recorder, RecorderSettings, Recording, client, instances, resolve};
use crate::monitor::{self, Monitor, Need, Network, Program, SHORTEST, Snapshot, Table};
use crate::telemetry::{self, Line, Ring};
use crate::tui::watching::exposed;
use crate::tui::{self, OperatorOptions, Watched};

use super::args::{
    AlertFormat, Common, ListFormat, MonitorAction, MonitorArgs, RuleFormat, SampleFormat,
};
use super::{Outcome, load_config, looks, watch};

/// Samples of --once: rates are told between two, and some collectors answer late.
const ONCE_SAMPLES: u64 = 3;

pub(super) fn run(common: &Common, args: &MonitorArgs) -> anyhow::Result<Outcome> {
    anyhow::ensure!(
        args.record.as_deref() != Some(Path::new("-")),
        "a recording goes to a file, not to standard output\n  help: name a file; ./- is one of that \
         name"
    );
    let loaded = load_config(common, Vec::new())?;
    match &args.action {
        Some(MonitorAction::Instances { format }) => list(*format),
        Some(MonitorAction::Alerts {
            since,
            rule,
            format,
        }) => alerts(&loaded, since.as_deref(), rule.clone(), *format),
        Some(MonitorAction::Rules { names: true, .. }) => names(),
        Some(MonitorAction::Rules { format, .. }) => rules(&loaded, *format),
        None if args.once => once(&loaded, args),
        None if args.record.is_some() && !std::io::stdout().is_terminal() => record(&loaded, args),
        None => view(common, &loaded, args),
    }
}

fn paths() -> anyhow::Result<Paths> {
    Ok(Paths::new()?)
}

fn list(format: ListFormat) -> anyhow::Result<Outcome> {
    let found = instances(&watch::sockets(&paths()?))?;
    let mut out = anstream::stdout().lock();
    if format == ListFormat::Json {
        let rows = found.iter().map(|i| {
            serde_json::json!({
                "pid": i.pid,
                "address": i.address,
                "since_ms": i.since_ms,
                "title": i.title,
            })
        });
        serde_json::to_writer_pretty(&mut out, &rows.collect::<Vec<_>>())?;
        writeln!(out)?;
        return Ok(Outcome::Fine);
    }
    if found.is_empty() {
        writeln!(out, "no other Postwright of yours is running")?;
    }
    for instance in found {
        let since = date(instance.since_ms);
        let title = instance.title;
        let title = title.unwrap_or_else(|| "does not answer: suspended, or hangs".to_owned());
        writeln!(out, "{:>8}  since {since}  {title}", instance.pid)?;
    }
    Ok(Outcome::Fine)
}

/// The socket that is asked for.
fn address(given: &str) -> anyhow::Result<PathBuf> {
    let folder = watch::sockets(&paths()?);
    if !given.is_empty() {
        return Ok(resolve(&folder, given));
    }
    match &instances(&folder)?[..] {
        [one] => Ok(one.address.clone()),
        [] => anyhow::bail!(
            "no other Postwright of yours is running\n  help: open one, or give the path of a socket"
        ),
        several => {
            let pids: Vec<String> = several.iter().map(|i| i.pid.to_string()).collect();
            anyhow::bail!(
                "there are {}: {}\n  help: give one of the numbers; `postwright monitor instances` \
                 tells what they are",
                several.len(),
                pids.join(", ")
            )
        }
    }
}

/// A moment in UTC.
pub(super) fn date(at_ms: u64) -> String {
    let seconds = i64::try_from(at_ms / 1_000).unwrap_or(i64::MAX);
    match OffsetDateTime::from_unix_timestamp(seconds) {
        Ok(at) => format!(
            "{:04}-{:02}-{:02} {:02}:{:02}:{:02}Z",
            at.year(),
            u8::from(at.month()),
            at.day(),
            at.hour(),
            at.minute(),
            at.second()
        ),
        Err(_) => format!("{at_ms} ms"),
    }
}

/// How long ago `text` says: as rules have it, in capitals too, or a number with a point and one
/// unit, as `1.5h`.
fn ago(text: &str) -> Option<Duration> {
    let text = text.trim().to_ascii_lowercase();
    if let Some(ago) = duration::parse(&text) {
        return Some(ago);
    }
    let (number, unit) = text.split_at(text.find(|c: char| c.is_ascii_alphabetic())?);
    let unit = unit
        .chars()
        .all(|c| c.is_ascii_alphabetic())
        .then_some(unit)?;
    let unit = duration::parse(&format!("1{unit}"))?;
    let number: f64 = number.parse().ok()?;
    Duration::try_from_secs_f64(number * unit.as_secs_f64()).ok()
}

fn alerts(
    loaded: &Loaded,
    since: Option<&str>,
    rule: Option<String>,
    format: AlertFormat,
) -> anyhow::Result<Outcome> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?;
    let since_ms = since
        .map(|text| {
            let ago = ago(text).with_context(|| {
                format!(
                    "--since `{text}` is no time\n  help: write a number and s, m, h or d, as 2h"
                )
            })?;
            anyhow::Ok(u64::try_from(now.saturating_sub(ago).as_millis())?)
        })
        .transpose()?;
    let wanted = Query {
        since_ms,
        until_ms: None,
        rule,
    };
    let file = paths()?.state.join(watch::ALERTS);
    check(&file)?;
    let found = query(&file, &wanted)?;
    if let Some(rule) = wanted
        .rule
        .as_deref()
        .filter(|_| found.transitions.is_empty())
    {
        let ever = Query {
            since_ms: None,
            ..wanted.clone()
        };
        let rules = watch::rules(loaded)?;
        let names = rules.iter().map(|checked| checked.rule.name.as_str());
        // One that is configured no longer may have a past.
        anyhow::ensure!(
            names.clone().any(|name| name == rule) || !query(&file, &ever)?.transitions.is_empty(),
            "there is no rule `{}`\n  help: {}",
            rule.escape_debug(),
            crate::mistake::nearest_or_all(rule, names)
        );
    }
    if found.unreadable > 0 {
        let lines = tui::units::counted(found.unreadable, "line");
        eprintln!("postwright: {lines} could not be read");
    }
    let mut out = anstream::stdout().lock();
    match format {
        AlertFormat::Json => {
            serde_json::to_writer_pretty(&mut out, &found.transitions)?;
            writeln!(out)?;
        }
        AlertFormat::Csv => write!(out, "{}", csv(&found.transitions))?,
        AlertFormat::Human if found.transitions.is_empty() => {
            writeln!(out, "nothing happened")?;
        }
        AlertFormat::Human => {
            for transition in &found.transitions {
                writeln!(out, "{}", told(transition))?;
            }
        }
    }
    Ok(Outcome::Fine)
}

fn told(transition: &Transition) -> String {
    let labels: Vec<String> = transition
        .labels
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let labels = match labels.is_empty() {
        true => String::new(),
        false => format!(" {{{}}}", labels.join(", ")),
    };
    let line = format!(
        "{}  {:<9} {:<8} {}{labels}  {}",
        date(transition.at_ms),
        transition.event.name(),
        transition.severity.to_string(),
        transition.rule,
        transition.annotation
    );
    line.replace(char::is_control, "?")
}

fn names() -> anyhow::Result<Outcome> {
    let mut out = anstream::stdout().lock();
    for (name, help, _) in NAMES {
        writeln!(out, "{name:<50} {help}")?;
    }
    Ok(Outcome::Fine)
}

fn rules(loaded: &Loaded, format: RuleFormat) -> anyhow::Result<Outcome> {
    let rules = watch::rules(loaded)?;
    let mut out = anstream::stdout().lock();
    if format == RuleFormat::Prometheus {
        write!(out, "{}", export::prometheus(&rules))?;
        return Ok(Outcome::Fine);
    }
    for checked in &rules {
        let rule = &checked.rule;
        writeln!(out, "{} ({})", rule.name, checked.severity)?;
        for (name, value) in [
            ("expr", &rule.expr),
            ("for", &rule.hold),
            ("keep_firing_for", &rule.keep_firing_for),
            ("clear", &rule.clear),
            ("annotation", &rule.annotation),
        ] {
            if !value.is_empty() {
                writeln!(out, "  {name:<16}{value}")?;
            }
        }
    }
    Ok(Outcome::Fine)
}

/// A monitor of this machine that samples everything.
fn start(settings: monitor::Settings) -> anyhow::Result<Monitor> {
    let monitor = monitor::start(settings, Program::default)?;
    let control = monitor.control();
    control.need(Need::Pane, true);
    for table in [Table::Processes, Table::Threads] {
        control.want(Need::Pane, table, true);
    }
    Ok(monitor)
}

fn once(loaded: &Loaded, args: &MonitorArgs) -> anyhow::Result<Outcome> {
    let snapshot = match (&args.attach, &args.replay) {
        (Some(given), _) => Arc::new(client::once(&address(given)?)?),
        (None, Some(path)) => {
            Recording::check(path)?;
            let recording = Recording::open(path)?;
            Arc::new(recording.get(recording.len().saturating_sub(1))?)
        }
        (None, None) => {
            let settings = monitor::Settings {
                interval: SHORTEST,
                history: None,
                ..watch::options(loaded, None)?.monitor
            };
            let monitor = start(settings)?;
            let mut samples = monitor.samples()?;
            let last = samples.find(|s| s.number >= ONCE_SAMPLES);
            last.context("the monitor has ended; the log says why")?
        }
    };
    let mut out = anstream::stdout().lock();
    match args.format {
        SampleFormat::Json => {
            serde_json::to_writer_pretty(&mut out, &*snapshot)?;
            writeln!(out)?;
        }
        SampleFormat::Prometheus => write!(out, "{}", exposed(&snapshot))?,
        SampleFormat::Human => human(&mut out, &snapshot)?,
    }
    Ok(Outcome::Fine)
}

fn human(out: &mut impl Write, snapshot: &Snapshot) -> std::io::Result<()> {
    use tui::units::{bytes, percent};
    let known = |text: Option<String>| text.unwrap_or_else(|| "n/a".to_owned());
    let (machine, process) = (&snapshot.machine, &snapshot.process);
    let load = machine.load.map(|l| l.map(|v| format!("{v:.2}")).join(" "));
    let memory = machine
        .memory_used
        .zip(machine.memory_total)
        .map(|(used, total)| format!("{} of {}", bytes(used), bytes(total)));
    let swap = machine
        .swap_used
        .zip(machine.swap_total)
        .map(|(used, total)| format!("{} of {}", bytes(used), bytes(total)));
    let hottest = machine
        .temperatures
        .iter()
        .max_by(|a, b| a.celsius.total_cmp(&b.celsius))
        .map(|t| format!("{:.0} °C ({})", t.celsius, t.sensor));
    // Of all that are told; the casts saturate.
    let sum = |rate: fn(&Network) -> Option<f64>| {
        let rates: Vec<f64> = machine.networks.iter().filter_map(rate).collect();
        (!rates.is_empty()).then(|| bytes(rates.iter().sum::<f64>() as u64))
    };
    let network = sum(|n| n.received)
        .zip(sum(|n| n.sent))
        .map(|(received, sent)| format!("{received}/s in, {sent}/s out"));
    let mut rows = vec![
        ("at", date(snapshot.at_ms)),
        ("cpu", known(machine.cpu.map(percent))),
        ("load", known(load)),
        ("memory", known(memory)),
        ("swap", known(swap)),
        ("temperature", known(hottest)),
        ("network", known(network)),
        ("processes", known(machine.processes.map(|n| n.to_string()))),
        ("own cpu", known(process.cpu.map(percent))),
        ("own memory", known(process.memory.map(bytes))),
        ("own threads", known(process.threads.map(|n| n.to_string()))),
    ];
    if snapshot.gpus.is_empty() {
        rows.push(("gpu", known(None)));
    }
    for gpu in &snapshot.gpus {
        let used = gpu.utilisation.map(percent);
        rows.push(("gpu", format!("{}: {} busy", gpu.name, known(used))));
    }
    let tiers = &snapshot.program.tiers;
    if tiers.is_empty() {
        rows.push(("cache", known(None)));
    }
    for tier in tiers {
        let asked = tier.hits + tier.misses;
        let hits = (asked > 0).then(|| percent(tier.hits as f64 / asked as f64));
        rows.push(("cache", format!("{}: {} hits", tier.name, known(hits))));
    }
    for breaker in &snapshot.program.breakers {
        rows.push(("breaker", format!("{}: {}", breaker.name, breaker.state)));
    }
    for disk in &snapshot.machine.disks {
        let left = bytes(disk.available);
        rows.push((
            "disk",
            format!("{}: {left} of {} left", disk.mount, bytes(disk.total)),
        ));
    }
    for (name, value) in rows {
        writeln!(out, "{name:<12} {value}")?;
    }
    Ok(())
}

/// Records without showing anything.
fn record(loaded: &Loaded, args: &MonitorArgs) -> anyhow::Result<Outcome> {
    // The caller has looked.
    let path: &Path = args.record.as_deref().unwrap_or(Path::new(""));
    // What cannot be watched leaves no file behind.
    let attached = match &args.attach {
        Some(given) => Some(client::attach(&address(given)?, false)?),
        None => None,
    };
    if args.samples == Some(0) {
        return Ok(Outcome::Fine);
    }
    let mut recorder = Recorder::create(path, RecorderSettings::default())?;
    let mut left = args.samples.unwrap_or(u64::MAX);
    let mut take = |snapshot: &Snapshot, log: &[Line]| -> anyhow::Result<bool> {
        recorder.record(snapshot, log)?;
        left = left.saturating_sub(1);
        Ok(left > 0)
    };
    match attached {
        Some(attached) => {
            let mut log = Vec::new();
            for update in attached {
                match update? {
                    client::Update::Log(lines) => log.extend(lines),
                    client::Update::Snapshot(snapshot) => {
                        if !take(&snapshot, &std::mem::take(&mut log))? {
                            break;
                        }
                    }
                }
            }
        }
        None => {
            let log = logging(loaded)?;
            if let Err(why) = &log.files {
                eprintln!("postwright: {why}");
            }
            let monitor = start(watch::options(loaded, None)?.monitor)?;
            let mut newest = 0;
            for snapshot in monitor.samples()? {
                let lines = log.ring.since(newest, usize::MAX);
                let lines: Vec<Line> = lines.iter().map(|line| Line::clone(line)).collect();
                newest = lines.last().map_or(newest, |line| line.number);
                if !take(&snapshot, &lines)? {
                    break;
                }
            }
        }
    }
    Ok(Outcome::Fine)
}

/// The log of this process.
struct Logging {
    ring: Ring,
    /// The files, where they can be written, and why not.
    files: Result<telemetry::Log, String>,
}

fn logging(loaded: &Loaded) -> anyhow::Result<Logging> {
    let settings = watch::log(loaded)?;
    let state = paths()?.state;
    match telemetry::start(&state, &settings) {
        Ok(log) => Ok(Logging {
            ring: log.ring.clone(),
            files: Ok(log),
        }),
        Err(error) => {
            let ring = telemetry::start_in_memory(&settings)?;
            let why = format!("{}: nothing is kept there: {error}", state.display());
            tracing::error!("the log is in memory only: {why}");
            Ok(Logging {
                ring,
                files: Err(why),
            })
        }
    }
}

/// Fewer bytes a second paint nothing that can be used.
const LEAST_BYTES: u64 = 100;

fn view(common: &Common, loaded: &Loaded, args: &MonitorArgs) -> anyhow::Result<Outcome> {
    let config = &loaded.config;
    let log = logging(loaded)?;
    if let Ok(files) = &log.files {
        tui::stderr::divert_to(files.file.try_clone()?);
    }
    let most = config.monitor.max_bytes_per_second;
    let most = args.max_bytes_per_second.or((most > 0).then_some(most));
    anyhow::ensure!(
        most.is_none_or(|most| most >= LEAST_BYTES),
        "{} bytes a second are too few\n  help: give {LEAST_BYTES} or more",
        most.unwrap_or_default()
    );
    let watched = match (&args.attach, &args.replay) {
        (Some(given), _) => {
            let address = address(given)?;
            // Before a terminal is asked for.
            client::greet(&address)?;
            Watched::Other(address)
        }
        (None, Some(path)) => {
            Recording::check(path)?;
            Watched::Recording(path.clone())
        }
        (None, None) => Watched::Here,
    };
    tui::operate(OperatorOptions {
        watched,
        watch: watch::options(loaded, Some(log.ring))?,
        trouble: log.files.as_ref().err().cloned(),
        record: args.record.clone(),
        most_bytes: most,
        low_bandwidth: args.low_bandwidth || config.terminal.low_bandwidth,
        mouse: config.terminal.mouse,
        theme: looks::theme(loaded)?.at(looks::depth(loaded, common.color)),
        keymap: looks::keymap(loaded)?,
    })?;
    Ok(Outcome::Fine)
}

//! `postwright analyze`

use std::io::{self, BufWriter, Write};

use serde::Serialize;
use serde_json::Value;

use crate::analysis::engagement::Context;
use crate::analysis::{PartName, PartSet, Report, Severity};
use crate::config::{Config, Loaded, Origin, Override};
use crate::engine::{Analyst, Engine, Lane};

use super::args::{AnalyzeArgs, Common, Format};
use super::engine::{self, Storage};
use super::input::Source;
use super::own::{Joined, Own};
use super::{Outcome, human, jsonl, load_config, sarif};

/// What to compute and how to judge it, from the flags.
#[derive(Clone, Copy)]
pub(super) struct Plan {
    /// Parts to print.
    only: PartSet,
    /// Parts to compute: those, and findings where `--fail-on` needs them.
    parts: PartSet,
    explain: bool,
    fail_on: Option<Severity>,
}

impl Plan {
    fn new(args: &AnalyzeArgs, format: Format) -> Self {
        let mut only = if args.only.is_empty() {
            PartSet::ALL
        } else {
            PartSet::of(&args.only)
        };
        if format == Format::Sarif {
            only = PartSet::of(&[PartName::Findings]);
        }
        let mut parts = only;
        if args.fail_on.is_some() {
            parts = parts.with(PartName::Findings);
        }
        Self {
            only,
            parts,
            explain: args.explain,
            fail_on: args.fail_on,
        }
    }

    /// Analyses one post and says what it amounts to.
    pub(super) fn run(
        &self,
        analyst: &mut Analyst,
        input: &str,
        context: &Context,
    ) -> (Report, Outcome) {
        let mut report = analyst.analyse(input, context, self.parts, self.explain);
        let worst = report
            .findings
            .ready()
            .and_then(|f| f.iter().map(|f| f.severity).max());
        let failed = self
            .fail_on
            .is_some_and(|limit| worst.is_some_and(|w| w >= limit));
        if !self.only.has(PartName::Findings) {
            report.omit_findings();
        }
        (
            report,
            if failed {
                Outcome::Findings
            } else {
                Outcome::Fine
            },
        )
    }
}

/// The more serious of two outcomes.
pub(super) fn worse(a: Outcome, b: Outcome) -> Outcome {
    match (a, b) {
        (Outcome::BadInput, _) | (_, Outcome::BadInput) => Outcome::BadInput,
        (Outcome::Findings, _) | (_, Outcome::Findings) => Outcome::Findings,
        (Outcome::Fine, Outcome::Fine) => Outcome::Fine,
    }
}

pub(super) fn run(common: &Common, args: &AnalyzeArgs) -> anyhow::Result<Outcome> {
    let loaded = load_config(common, overrides(args))?;
    let format = match (args.jsonl, args.format) {
        (true, None | Some(Format::Jsonl)) => Format::Jsonl,
        (true, Some(_)) => anyhow::bail!(
            "--jsonl reads a stream and writes one object a line\n  help: leave --format away"
        ),
        (false, format) => format.unwrap_or(Format::Human),
    };
    let plan = Plan::new(args, format);
    let sources = Source::all(&args.files)?;
    let maker = Maker::new(&loaded, args.jsonl)?;
    if args.jsonl {
        return jsonl::run(&sources, &maker, plan, loaded.config.max_workers);
    }
    let mut analyst = maker.analyst();
    let own = Own::new(&loaded, &maker.engine);
    let mut results = Vec::new();
    let mut outcome = Outcome::Fine;
    let mut is_read = false;
    // Colour is for people: what a program reads goes out as it is.
    let mut out: Box<dyn Write> = match format {
        Format::Human => Box::new(anstream::stdout().lock()),
        Format::Json | Format::Jsonl | Format::Sarif => {
            Box::new(BufWriter::new(io::stdout().lock()))
        }
    };
    for source in &sources {
        let input = match source.read() {
            Ok(input) => input,
            Err(error) => {
                complain(&error);
                outcome = Outcome::BadInput;
                continue;
            }
        };
        let (report, verdict) = plan.run(&mut analyst, &input, &Context::default());
        outcome = worse(outcome, verdict);
        is_read |= report.receipt.ready().is_some_and(|r| r.model.is_some());
        let id = Value::from(source.to_string());
        match format {
            Format::Human => {
                let beside = own.told(&report);
                let named = (&*source.to_string(), &*input);
                human::report(&mut out, named, &report, beside.as_ref())?;
            }
            Format::Jsonl => {
                serde_json::to_writer(&mut out, &joined(&id, &report, &own))?;
                writeln!(out)?;
            }
            Format::Json | Format::Sarif => results.push((id, input, report)),
        }
    }
    match format {
        Format::Human | Format::Jsonl => {}
        Format::Sarif => {
            serde_json::to_writer_pretty(&mut out, &sarif::log(&results))?;
            writeln!(out)?;
        }
        Format::Json => write_json(&mut out, &results, &own, sources.len())?,
    }
    out.flush()?;
    if let Some(note) = maker.engine.note().filter(|_| is_read) {
        let _ = writeln!(anstream::stderr(), "note: {note}");
    }
    Ok(outcome)
}

fn write_json(
    out: &mut impl Write,
    results: &[(Value, String, Report)],
    own: &Own<'_>,
    asked: usize,
) -> anyhow::Result<()> {
    let mut objects = results
        .iter()
        .map(|(id, _, report)| joined(id, report, own));
    match (asked, objects.next()) {
        (1, None) => return Ok(()),
        (1, Some(object)) => serde_json::to_writer_pretty(&mut *out, &object)?,
        (_, first) => {
            let all: Vec<_> = first.into_iter().chain(objects).collect();
            serde_json::to_writer_pretty(&mut *out, &all)?;
        }
    }
    writeln!(out)?;
    Ok(())
}

/// The report called `id` with what the writer's past posts say beside it.
fn joined<'a>(id: &'a Value, report: &'a Report, own: &'a Own<'_>) -> impl Serialize {
    Joined {
        report: report.with_id(id),
        history: own.told(report),
    }
}

/// Says on standard error what was wrong. Where that is closed, nobody reads it.
pub(super) fn complain(error: &dyn std::fmt::Display) {
    say(format_args!("{}error:{}", human::BAD, human::PLAIN), error);
}

/// Says on standard error what is worth knowing and no error.
pub(super) fn remark(note: &dyn std::fmt::Display) {
    say(format_args!("note:"), note);
}

fn say(kind: std::fmt::Arguments<'_>, what: &dyn std::fmt::Display) {
    let told = human::shown(&what.to_string(), &['\n']).into_owned();
    let _ = writeln!(anstream::stderr(), "{kind} {told}");
}

fn overrides(args: &AnalyzeArgs) -> Vec<Override> {
    let flag = |key: &str, name: &str, value: String| Override {
        key: key.to_owned(),
        origin: Origin::Flag(format!("--{name} {value}")),
        value,
    };
    let mode = args
        .mode
        .map(|m| flag("analysis.mode", "mode", m.name().to_owned()));
    let dialect = args
        .dialect
        .map(|d| flag("analysis.dialect", "dialect", d.name().to_owned()));
    let workers = args
        .workers
        .map(|n| flag("max_workers", "workers", n.to_string()));
    mode.into_iter().chain(dialect).chain(workers).collect()
}

/// Makes analysts that share one configuration and one engine.
pub(super) struct Maker {
    config: Config,
    engine: Engine,
    lane: Lane,
}

impl Maker {
    /// For posts by themselves, or for a stream of them, which is not kept on disk.
    pub(super) fn new(loaded: &Loaded, is_stream: bool) -> anyhow::Result<Self> {
        let (storage, lane) = if is_stream {
            (Storage::Memory, Lane::Batch)
        } else {
            (Storage::Shared, Lane::Interactive)
        };
        Ok(Self {
            config: loaded.config.clone(),
            engine: engine::open(loaded, &storage)?,
            lane,
        })
    }

    pub(super) fn analyst(&self) -> Analyst {
        let settings = self.config.analysis_settings();
        Analyst::new(settings, self.engine.clone(), self.lane)
    }
}

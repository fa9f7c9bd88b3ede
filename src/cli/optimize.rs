//! `postwright optimize`

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::Context as _;
use regex::Regex;
use serde_json::{Map, Value, json};

use crate::analysis::score::Facet;
use crate::config::{Config, Loaded, OptimizeConfig};
use crate::engine::batch::Done;
use crate::engine::{Ask, Engine, EngineError, Lane, Rewriter, Wish};
use crate::post::Span;
use crate::rewrite::diff::PieceKind;
use crate::rewrite::search::{Delta, Goal, Measured, Optimised, Step, Variant};
use crate::store::file::{self, Opened, Stamp};
use crate::store::user::{Cause, NewVersion, UserStore};
use crate::tui::units::counted;

use super::analyze::remark;
use super::args::{Common, Length, OptimizeArgs, OptimizeFormat};
use super::engine::{self, Storage};
use super::human::{BAD, BOLD, FAINT, GOOD, PLAIN, shown};
use super::input::Source;
use super::versions::{self, document};
use super::{Outcome, jsonl, load_config};

/// Version of the JSON layout; the README describes it.
const SCHEMA: u32 = 1;

pub(super) fn run(common: &Common, args: &OptimizeArgs) -> anyhow::Result<Outcome> {
    let loaded = load_config(common, Vec::new())?;
    let plan = Plan::new(&loaded, args)?;
    let files: Vec<_> = args.file.iter().cloned().collect();
    let sources = Source::all(&files)?;
    if args.jsonl {
        let format = args.format.unwrap_or(OptimizeFormat::Jsonl);
        anyhow::ensure!(
            format == OptimizeFormat::Jsonl,
            "--jsonl reads a stream and writes one object a line\n  help: leave --format away"
        );
        let engine = engine::open(&loaded, &Storage::Memory)?;
        let workers = loaded.config.max_workers;
        return jsonl::in_parallel(&sources, workers, |name| plan.worker(&engine, name));
    }
    let source = &sources[0];
    let opened = match (args.apply, source) {
        (false, _) => None,
        (true, Source::File(path)) => {
            // To the editor a file that is not there yet is a new post.
            std::fs::metadata(path).map_err(|error| source.unreadable(error))?;
            Some((path, file::open(path)?))
        }
        (true, Source::Stdin) => anyhow::bail!(
            "--apply and no file to write to\n  help: name the file, or leave --apply away"
        ),
    };
    let (mark, text) = match &opened {
        Some((_, opened)) => (opened.form.has_mark, opened.text.clone()),
        None => {
            let text = source.read()?;
            // It begins some files, and is no part of the post.
            match text.strip_prefix(file::BYTE_ORDER_MARK) {
                Some(post) => (true, post.to_owned()),
                None => (false, text),
            }
        }
    };
    let engine = engine::open(&loaded, &Storage::Shared)?;
    let found = plan.search(&engine, Lane::Interactive, &text)?;
    let format = args.format.unwrap_or(OptimizeFormat::Human);
    // Colour is for people: what a program reads goes out as it is.
    let mut out: Box<dyn Write> = match format {
        OptimizeFormat::Human | OptimizeFormat::Diff => Box::new(anstream::stdout().lock()),
        OptimizeFormat::Json | OptimizeFormat::Jsonl | OptimizeFormat::Patch => {
            Box::new(BufWriter::new(io::stdout().lock()))
        }
    };
    let name = source.to_string();
    let id = Value::from(name.clone());
    match format {
        OptimizeFormat::Human => human(&mut out, &name, &text, &found, evidence(&engine))?,
        OptimizeFormat::Json => {
            serde_json::to_writer_pretty(&mut out, &plan.object(&id, &engine, &found))?;
            writeln!(out)?;
        }
        OptimizeFormat::Jsonl => {
            serde_json::to_writer(&mut out, &plan.object(&id, &engine, &found))?;
            writeln!(out)?;
        }
        OptimizeFormat::Diff => {
            if let Some(best) = found.variants.first() {
                words(&mut out, &text, best)?;
            }
        }
        OptimizeFormat::Patch => {
            if let Some(best) = found.variants.first() {
                let mark = if mark {
                    file::BYTE_ORDER_MARK.to_string()
                } else {
                    String::new()
                };
                let texts = [&text, &best.text].map(|text| format!("{mark}{text}"));
                patch(&mut out, &name, &texts)?;
            }
        }
    }
    out.flush()?;
    drop(out);
    if let Some((path, opened)) = opened {
        apply(&loaded.config, path, &opened, &found)?;
    }
    Ok(Outcome::Fine)
}

/// Writes the best variant into the file, once what was there is among its versions.
fn apply(config: &Config, path: &Path, opened: &Opened, found: &Optimised) -> anyhow::Result<()> {
    let Some(best) = found.variants.first() else {
        return Ok(());
    };
    let store = versions::store(config)?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?;
    let version = |text, cause, of: Option<&Measured>| NewVersion {
        at: u64::try_from(now.as_millis()).unwrap_or(u64::MAX),
        text,
        cause,
        scores: of.map(scores).unwrap_or_default(),
    };
    let original = version(&opened.text, Cause::Opened, found.original.as_ref());
    let edits = best.edits.len();
    let cause = Cause::applied(edits);
    let better = version(&best.text, cause, Some(&best.measured));
    exchange(&store, path, opened, [&original, &better])?;
    let edits = counted(edits, "edit");
    remark(&format!(
        "{}: {edits}; `postwright versions list` has the text before",
        path.display()
    ));
    Ok(())
}

/// Writes `new` where the file holds `old`, as it was opened. The version at work is what the file
/// holds, whoever else writes.
fn exchange(
    store: &UserStore,
    path: &Path,
    opened: &Opened,
    [old, new]: [&NewVersion<'_>; 2],
) -> anyhow::Result<()> {
    let document = document(path)?;
    // One at a time in this folder: a file and its versions change together.
    let real = std::fs::canonicalize(path)?;
    let folder = File::open(real.parent().unwrap_or(Path::new("/")))?;
    folder.lock()?;
    let is_as_opened = || Ok::<_, anyhow::Error>(Stamp::of(path)? == opened.stamp);
    let was_changed = || {
        format!(
            "{}: was changed meanwhile, and is left as it is\n  help: ask again",
            path.display()
        )
    };
    anyhow::ensure!(is_as_opened()?, was_changed());
    store.record(&document, old)?;
    // The store may have been waited for, and not everybody asks for the lock.
    if !is_as_opened()? {
        let text = file::open(path)?.text;
        let present = NewVersion {
            text: &text,
            scores: BTreeMap::new(),
            ..old.clone()
        };
        store.record(&document, &present)?;
        anyhow::bail!(was_changed());
    }
    file::save(path, new.text, opened.form)?;
    store.record(&document, new)?;
    Ok(())
}

fn scores(of: &Measured) -> BTreeMap<String, f64> {
    let facets = Facet::ALL.into_iter().zip(of.facets);
    let facets = facets.filter_map(|(facet, score)| Some((facet.name().to_owned(), score?)));
    let overall = std::iter::once(("overall".to_owned(), of.overall));
    overall.chain(facets).collect()
}

/// What the configuration wants of rewrites that serve `goal`.
pub(super) fn wish(settings: &OptimizeConfig, goal: Goal) -> Wish {
    Wish {
        weights: settings.weights.of(goal),
        limits: settings.limits(),
        keep: Vec::new(),
        tone: None,
        length: None,
        grade: settings.grade,
        hashtags: settings.hashtags,
        distinguished: BTreeSet::new(),
        seed: 0,
    }
}

/// What is wanted of every search.
struct Plan {
    config: Config,
    wish: Wish,
    keep: Vec<Regex>,
    budget: Duration,
    goal: &'static str,
}

impl Plan {
    fn new(loaded: &Loaded, args: &OptimizeArgs) -> anyhow::Result<Self> {
        let config = &loaded.config;
        let settings = &config.optimize;
        let goal = args.goal.unwrap_or(settings.goal);
        let mut limits = settings.limits();
        limits.variants = args.variants.unwrap_or(limits.variants);
        limits.max_edits = args.max_edits.unwrap_or(limits.max_edits);
        for (flag, value) in [
            ("--variants", limits.variants),
            ("--max-edits", limits.max_edits),
        ] {
            anyhow::ensure!(
                value > 0,
                "{flag} 0: nothing could be found\n  help: give at least 1"
            );
        }
        let keep = args.keep.iter().map(|pattern| {
            Regex::new(pattern).with_context(|| {
                format!("--keep `{pattern}` is no regular expression\n  help: see docs.rs/regex")
            })
        });
        Ok(Self {
            wish: Wish {
                limits,
                tone: args.tone.map(Into::into),
                length: args.length.map(|length| match length {
                    Length::Units(units) => units,
                    Length::Fold => config.fold.mobile,
                }),
                seed: args.seed,
                ..wish(settings, goal)
            },
            keep: keep.collect::<anyhow::Result<_>>()?,
            budget: Duration::from_millis(args.time_budget.unwrap_or(settings.time_budget_ms)),
            goal: goal.name(),
            config: config.clone(),
        })
    }

    /// Looks for variants of `text`.
    fn search(&self, engine: &Engine, lane: Lane, text: &str) -> Result<Optimised, EngineError> {
        let rewriter = Rewriter::new(self.config.analysis_settings(), engine.clone());
        let kept = self.keep.iter().flat_map(|regex| regex.find_iter(text));
        let wish = Wish {
            keep: kept.map(|m| Span::new(m.start(), m.end())).collect(),
            ..self.wish.clone()
        };
        // What is loaded for the first text is no search.
        let end = std::cell::OnceCell::new();
        let is_over = || Instant::now() >= *end.get_or_init(|| Instant::now() + self.budget);
        rewriter.variants(&Ask::new(lane), text, &wish, &is_over)
    }

    fn worker(&self, engine: &Engine, name: String) -> impl FnMut(u64, Vec<u8>) -> Done<Outcome> {
        let engine = engine.clone();
        move |number, line| {
            let failed = |id: &Value, message: &str| Done {
                output: jsonl::failure(&name, number, id, message).into_bytes(),
                note: Outcome::BadInput,
            };
            let item = match jsonl::parse::<jsonl::Item>(line, number == 1, jsonl::ITEM) {
                Ok(item) => item,
                Err((id, message)) => return failed(&id, &message),
            };
            // The grammar checker is not ours; should it panic on a post, the other posts go on.
            let search = || self.search(&engine, Lane::Batch, &item.text);
            let found = match catch_unwind(AssertUnwindSafe(search)) {
                Ok(Ok(found)) => found,
                Ok(Err(error)) => return failed(&item.id, &error.to_string()),
                Err(_) => {
                    let why = "the search panicked; this is a bug, please report the post";
                    return failed(&item.id, why);
                }
            };
            Done {
                output: self
                    .object(&item.id, &engine, &found)
                    .to_string()
                    .into_bytes(),
                note: Outcome::Fine,
            }
        }
    }

    fn object(&self, id: &Value, engine: &Engine, found: &Optimised) -> Value {
        let evidence = evidence(engine);
        let variant = |v: &Variant| {
            json!({
                "text": v.text,
                "gain": v.gain,
                "claim": v.claim,
                "edits": v.edits.iter().map(edit).collect::<Vec<_>>(),
                "scores": v.measured,
                "delta": delta(&v.deltas),
                "arithmetic": v.terms,
                "locked_facts": v.facts,
            })
        };
        let rejected = found.refused.iter();
        json!({
            "schema": SCHEMA,
            "id": id,
            "goal": self.goal,
            "original": found.original,
            "variants": found.variants.iter().map(variant).collect::<Vec<_>>(),
            "nothing_to_improve": found.nothing_to_improve,
            "rejected": rejected
                .map(|r| json!({"operator": r.source, "why": r.why}))
                .collect::<Vec<_>>(),
            "receipt": {
                "version": env!("CARGO_PKG_VERSION"),
                "seed": self.wish.seed,
                "scored": found.scored,
                "is_complete": found.is_complete,
                "fewer": found.fewer,
                "forecast": evidence,
            },
        })
    }
}

/// What the forecast was measured to be worth, where there is one.
fn evidence(engine: &Engine) -> Option<String> {
    let known = engine.known().ok()?;
    let forecast = known.scorers.forecast.as_ref().ok()?;
    Some(forecast.evidence())
}

fn edit(step: &Step) -> Value {
    let change = &step.change;
    json!({
        "operator": change.source,
        "span": {"start": change.span.start, "end": change.span.end},
        "before": change.before,
        "after": change.after,
        "why": change.why,
        "claim": step.claim,
        "delta": step.delta,
    })
}

fn delta(deltas: &[Delta]) -> Map<String, Value> {
    let of = |d: &Delta| {
        let told = json!({"before": d.before, "after": d.after, "interval": d.interval});
        (d.label.to_owned(), told)
    };
    deltas.iter().map(of).collect()
}

fn human(
    out: &mut impl Write,
    name: &str,
    text: &str,
    found: &Optimised,
    evidence: Option<String>,
) -> io::Result<()> {
    writeln!(out, "{BOLD}{}{PLAIN}", shown(name, &[]))?;
    if let Some(why) = &found.nothing_to_improve {
        writeln!(out, "nothing to improve: {}", shown(why, &[]))?;
    }
    for (nth, variant) in found.variants.iter().enumerate() {
        writeln!(out)?;
        writeln!(
            out,
            "{BOLD}variant {}{PLAIN}  {:+.1} points, {} kept",
            nth + 1,
            variant.gain,
            counted(variant.facts, "fact")
        )?;
        for delta in &variant.deltas {
            let interval = delta.interval.map_or_else(String::new, |[low, high]| {
                format!("  (4 of 5 from {low:.0} to {high:.0})")
            });
            writeln!(
                out,
                "  {:<12} {:>6.1} → {:.1}{interval}",
                delta.label, delta.before, delta.after
            )?;
        }
        words(out, text, variant)?;
        for step in &variant.edits {
            let delta = step
                .delta
                .map_or_else(|| "   ?".to_owned(), |d| format!("{d:+.1}"));
            let change = &step.change;
            writeln!(
                out,
                "  {delta:>5}  {}  {FAINT}{}{PLAIN}",
                change.source,
                shown(&change.why, &[])
            )?;
        }
    }
    if let Some(evidence) = evidence.filter(|_| !found.variants.is_empty()) {
        writeln!(
            out,
            "{FAINT}the forecast, tried on posts held apart: {evidence}{PLAIN}"
        )?;
    }
    for refused in &found.refused {
        writeln!(
            out,
            "{FAINT}not {}: {}{PLAIN}",
            refused.source,
            shown(&refused.why, &[])
        )?;
    }
    if let Some(fewer) = &found.fewer {
        writeln!(out, "{FAINT}{fewer}{PLAIN}")?;
    }
    if !found.is_complete {
        writeln!(
            out,
            "the time was up: these are the best so far; --time-budget gives more"
        )?;
    }
    Ok(())
}

/// The difference, word by word, in colour and in signs.
fn words(out: &mut impl Write, text: &str, variant: &Variant) -> io::Result<()> {
    for piece in &variant.diff {
        let before = shown(piece.before.of(text), &['\n']);
        let after = shown(piece.after.of(&variant.text), &['\n']);
        match piece.kind {
            PieceKind::Same => write!(out, "{after}")?,
            PieceKind::Removed => write!(out, "{BAD}[-{before}-]{PLAIN}")?,
            PieceKind::Added => write!(out, "{GOOD}{{+{after}+}}{PLAIN}")?,
        }
    }
    writeln!(out)
}

fn patch(out: &mut impl Write, name: &str, [old, new]: &[String; 2]) -> io::Result<()> {
    let diff = similar::TextDiff::from_lines(old, new);
    let (before, after) = (format!("a/{name}"), format!("b/{name}"));
    write!(out, "{}", diff.unified_diff().header(&before, &after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_at_work_is_what_the_file_holds() {
        let folder = tempfile::tempdir().unwrap();
        let store = UserStore::new(&folder.path().join("data"));
        let path = folder.path().join("post.md");
        std::fs::write(&path, "In order to win.").unwrap();
        let version = |text, cause| NewVersion {
            at: 1,
            text,
            cause,
            scores: BTreeMap::new(),
        };
        let kept = Cause::Kept;
        let [old, new] = [("In order to win.", Cause::Opened), ("To win.", kept)]
            .map(|(text, cause)| version(text, cause));
        // Two have read the same file.
        let opened = [file::open(&path).unwrap(), file::open(&path).unwrap()];
        exchange(&store, &path, &opened[0], [&old, &new]).unwrap();
        let late = exchange(&store, &path, &opened[1], [&old, &new]).unwrap_err();
        assert!(late.to_string().contains("was changed meanwhile"), "{late}");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "To win.");
        let document = document(&path).unwrap();
        assert_eq!(store.head(&document).unwrap().unwrap().text, "To win.");
        assert_eq!(store.versions(&document).unwrap().len(), 2);
    }
}

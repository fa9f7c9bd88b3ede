//! `postwright history`

use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::Context as _;
use serde_json::json;

use crate::config::{Loaded, Paths};
use crate::engine::{Engine, Lane};
use crate::history::{self, Imported};
use crate::learning::calibration::Calibration;
use crate::store::user::{Past, UserStore};
use crate::tui::units::counted;

use super::args::{Common, HistoryAction, HistoryArgs, ListFormat};
use super::engine::{self, Storage};
use super::human::shown;
use super::input::Source;
use super::{Outcome, load_config, monitor, own};

pub(super) fn run(common: &Common, args: &HistoryArgs) -> anyhow::Result<Outcome> {
    match &args.action {
        HistoryAction::Import {
            files,
            dry_run,
            format,
        } => import(common, files, *dry_run, *format),
        HistoryAction::List { format } => list(*format),
        HistoryAction::Status { format } => status(common, *format),
        HistoryAction::Forecast { file, format } => forecast(common, file.as_ref(), *format),
        HistoryAction::Clear => {
            store()?.clear_history()?;
            writeln!(anstream::stdout(), "forgot all past posts")?;
            Ok(Outcome::Fine)
        }
    }
}

/// The writer's own data.
pub(super) fn store() -> anyhow::Result<UserStore> {
    Ok(UserStore::new(&Paths::new()?.data))
}

fn import(
    common: &Common,
    files: &[PathBuf],
    dry_run: bool,
    format: ListFormat,
) -> anyhow::Result<Outcome> {
    let loaded = load_config(common, Vec::new())?;
    let store = store()?;
    let known: Vec<_> = store.history()?.into_iter().map(known).collect();
    let imported = history::read(files, &known, jiff::Timestamp::now().as_millisecond())?;
    let posts: Vec<Past> = imported.posts.iter().map(past).collect();
    let kept = match dry_run {
        true => None,
        false => Some(store.upsert_history(&posts)?),
    };
    // What the forecast says of them is asked for next, and kept.
    if !dry_run && !posts.is_empty() {
        let engine = engine::open(&loaded, &Storage::Shared)?;
        let texts: Vec<&str> = posts.iter().map(|p| p.text.as_str()).collect();
        own::scores(&loaded, &engine, Lane::Batch, &texts)?;
    }
    let mut out = anstream::stdout().lock();
    if format == ListFormat::Json {
        let kept =
            kept.map(|k| json!({"added": k.added, "changed": k.changed, "unchanged": k.unchanged}));
        let told = json!({
            "posts": imported.posts.len(),
            "kept": kept,
            "skipped": imported.skipped,
            "unmatched": imported.unmatched,
            "columns": imported.columns,
            "notes": imported.notes,
        });
        serde_json::to_writer_pretty(&mut out, &told)?;
        writeln!(out)?;
        return Ok(Outcome::Fine);
    }
    told(&mut out, &imported)?;
    match kept {
        Some(k) => writeln!(
            out,
            "{}: {} new, {} changed, {} as before",
            counted(posts.len(), "post"),
            k.added,
            k.changed,
            k.unchanged
        )?,
        None => writeln!(out, "{} would be kept", counted(posts.len(), "post"))?,
    }
    Ok(Outcome::Fine)
}

fn past(read: &history::Published) -> Past {
    Past {
        key: read.key.clone(),
        // Nobody posted before 1970.
        date: read.date.and_then(|date| u64::try_from(date).ok()),
        text: read.text.clone(),
        url: read.url.clone(),
        impressions: read.impressions,
        reactions: read.reactions,
        comments: read.comments,
        shares: read.shares,
        followers: read.followers,
    }
}

/// A post that was imported before.
fn known(kept: Past) -> history::Published {
    history::Published {
        key: kept.key,
        date: kept.date.and_then(|date| i64::try_from(date).ok()),
        text: kept.text,
        url: kept.url,
        impressions: kept.impressions,
        reactions: kept.reactions,
        comments: kept.comments,
        shares: kept.shares,
        followers: kept.followers,
    }
}

fn told(out: &mut impl Write, imported: &Imported) -> io::Result<()> {
    for column in &imported.columns {
        let sheet = column
            .sheet
            .as_deref()
            .map_or_else(String::new, |s| format!(" ({s})"));
        writeln!(
            out,
            "{}{}: “{}” is the {}",
            shown(&column.file, &[]),
            shown(&sheet, &[]),
            shown(&column.header, &[]),
            column.column.name()
        )?;
    }
    let skipped = imported.skipped.iter();
    let skipped = skipped.map(|s| (&s.file, s.line, format!("left out: {}", s.reason)));
    let unmatched = imported.unmatched.iter();
    let unmatched = unmatched.map(|u| (&u.file, u.line, format!("no text: {}", u.reason)));
    let notes = imported
        .notes
        .iter()
        .map(|n| (&n.file, n.line, n.text.clone()));
    // In the order in which the writer finds them in the files.
    let place = |file: &String| imported.columns.iter().position(|c| c.file == *file);
    let mut all: Vec<_> = skipped.chain(unmatched).chain(notes).collect();
    all.sort_by_key(|(file, line, _)| (place(file), *line));
    for (file, line, what) in all {
        writeln!(out, "{}:{line}: {}", shown(file, &[]), shown(&what, &[]))?;
    }
    Ok(())
}

/// The forecast tried on what is kept.
fn calibration(loaded: &Loaded, engine: &Engine) -> anyhow::Result<Calibration> {
    Ok(own::try_on(loaded, engine, &store()?.history()?)?.calibration)
}

fn list(format: ListFormat) -> anyhow::Result<Outcome> {
    let posts = store()?.history()?;
    let mut out = anstream::stdout().lock();
    if format == ListFormat::Json {
        serde_json::to_writer_pretty(&mut out, &posts)?;
        writeln!(out)?;
        return Ok(Outcome::Fine);
    }
    if posts.is_empty() {
        writeln!(
            out,
            "no post is kept; `postwright history import FILE` reads some"
        )?;
    }
    let known = |count: Option<u64>| count.map_or_else(|| "n/a".to_owned(), |n| n.to_string());
    for post in posts {
        let date = post.date.map_or_else(|| "n/a".to_owned(), monitor::date);
        let first = post.text.trim().lines().next().unwrap_or_default();
        writeln!(
            out,
            "{date:<20} {:>8} shown {:>6} reactions  {}",
            known(post.impressions),
            known(post.reactions),
            shown(first, &[])
        )?;
    }
    Ok(Outcome::Fine)
}

fn status(common: &Common, format: ListFormat) -> anyhow::Result<Outcome> {
    let loaded = load_config(common, Vec::new())?;
    let engine = engine::open(&loaded, &Storage::Shared)?;
    let calibration = calibration(&loaded, &engine)?;
    let mut out = anstream::stdout().lock();
    if format == ListFormat::Json {
        serde_json::to_writer_pretty(&mut out, &calibration)?;
        writeln!(out)?;
    } else {
        writeln!(out, "{}", calibration.explanation)?;
    }
    Ok(Outcome::Fine)
}

fn forecast(
    common: &Common,
    file: Option<&PathBuf>,
    format: ListFormat,
) -> anyhow::Result<Outcome> {
    let loaded = load_config(common, Vec::new())?;
    let files: Vec<_> = file.into_iter().cloned().collect();
    let text = Source::all(&files)?[0].read()?;
    let engine = engine::open(&loaded, &Storage::Shared)?;
    let calibration = calibration(&loaded, &engine)?;
    let outlook = own::scores(&loaded, &engine, Lane::Interactive, &[&text])?;
    // One text, one answer.
    let outlook = outlook.first().context("the engine gave no answer")?;
    let told = calibration.told(outlook.ready().map(|o| o.lift));
    let mut out = anstream::stdout().lock();
    if format == ListFormat::Json {
        serde_json::to_writer_pretty(&mut out, &told)?;
        writeln!(out)?;
        return Ok(Outcome::Fine);
    }
    match outlook.reason() {
        Some(reason) => writeln!(out, "no forecast: {reason}")?,
        None => writeln!(out, "{}", told.line())?,
    }
    writeln!(out, "{}", calibration.explanation)?;
    Ok(Outcome::Fine)
}

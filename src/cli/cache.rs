//! `postwright cache`

use std::io::Write;
use std::path::PathBuf;

use serde_json::Value;

use crate::cache::DiskState;
use crate::engine::owner::{self, Question};

use super::args::{CacheAction, CacheArgs, Common, ListFormat};
use super::engine::{self, Storage};
use super::{Outcome, load_config};

pub(super) fn run(common: &Common, args: &CacheArgs) -> anyhow::Result<Outcome> {
    let loaded = load_config(common, Vec::new())?;
    let mut out = anstream::stdout().lock();
    let question = match &args.action {
        CacheAction::Stats { .. } => Question::Stats,
        CacheAction::Invalidate { tag: Some(tag), .. } => Question::Invalidate(tag.clone()),
        CacheAction::Invalidate {
            pattern: Some(pattern),
            ..
        } => Question::InvalidatePattern(pattern.clone()),
        CacheAction::Invalidate { .. } => Question::InvalidateAll,
        CacheAction::Verify => Question::Verify,
        CacheAction::Compact => Question::Compact,
        CacheAction::Path => {
            let file = engine::cache_file(&loaded)?;
            let file = file.ok_or_else(|| anyhow::anyhow!("nothing is kept on disk"))?;
            writeln!(out, "{}", file.display())?;
            return Ok(Outcome::Fine);
        }
    };
    let told = answer(&loaded, &question)?;
    let as_json = matches!(
        args.action,
        CacheAction::Stats {
            format: ListFormat::Json
        }
    );
    if as_json {
        serde_json::to_writer_pretty(&mut out, &told)?;
        writeln!(out)?;
    } else {
        print(&mut out, &question, &told)?;
    }
    let damaged = told["corrupt"].as_u64().unwrap_or_default();
    Ok(match question {
        Question::Verify if damaged > 0 => Outcome::BadInput,
        _ => Outcome::Fine,
    })
}

/// The answer of the cache's file here, or of the process that holds it.
fn answer(loaded: &crate::config::Loaded, question: &Question) -> anyhow::Result<Value> {
    let engine = engine::open(loaded, &Storage::Shared)?;
    let state = engine.cache().stats().disk.state;
    let held = matches!(state, DiskState::Unavailable(_));
    let socket: Option<PathBuf> = engine::socket(loaded)?;
    match socket {
        Some(socket) if held && socket.exists() => Ok(owner::ask(&socket, question)?),
        _ => Ok(owner::answer(engine.cache(), question)?),
    }
}

fn print(out: &mut impl Write, question: &Question, told: &Value) -> std::io::Result<()> {
    match question {
        Question::Stats => stats(out, told),
        Question::Invalidate(_) | Question::InvalidatePattern(_) | Question::InvalidateAll => {
            let tags = told["tags"].as_array().map_or(&[][..], Vec::as_slice);
            let tags: Vec<&str> = tags.iter().filter_map(Value::as_str).collect();
            if tags.is_empty() {
                return writeln!(out, "no tag matches");
            }
            writeln!(out, "forgot what has the tag {}", tags.join(", "))
        }
        Question::Verify | Question::Compact => {
            let figures = told.as_object().into_iter().flatten();
            for (name, value) in figures {
                writeln!(out, "{:<14} {value}", name.replace('_', " "))?;
            }
            Ok(())
        }
    }
}

fn stats(out: &mut impl Write, told: &Value) -> std::io::Result<()> {
    let number = |value: &Value| value.as_u64().unwrap_or_default();
    writeln!(
        out,
        "{:<10} {:>10} {:>10} {:>9} {:>10} {:>12}",
        "tier", "hits", "misses", "rate", "entries", "bytes"
    )?;
    for tier in told["tiers"].as_array().into_iter().flatten() {
        let total = &tier["total"];
        let hits = number(&total["hits"]);
        let lacks = ["misses", "stale", "expired", "corrupt", "unavailable"];
        let misses: u64 = lacks.iter().map(|lack| number(&total[lack])).sum();
        let rate = if hits + misses == 0 {
            "n/a".to_owned()
        } else {
            format!("{:.1} %", 100.0 * hits as f64 / (hits + misses) as f64)
        };
        writeln!(
            out,
            "{:<10} {hits:>10} {misses:>10} {rate:>9} {:>10} {:>12}",
            tier["tier"].as_str().unwrap_or_default(),
            number(&total["entries"]),
            number(&total["bytes"]),
        )?;
    }
    let disk = &told["disk"];
    writeln!(
        out,
        "file       {} of {} bytes",
        number(&disk["file_bytes"]),
        number(&disk["capacity"])
    )
}

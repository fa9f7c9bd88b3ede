//! `postwright similar`

use std::io::Write;

use serde_json::json;

use crate::analysis::meaning::dot;

use super::args::{Common, ListFormat, SimilarArgs};
use super::embed::{encoder, say_note};
use super::human::shown;
use super::input::Source;
use super::{Outcome, load_config};

pub(super) fn run(common: &Common, args: &SimilarArgs) -> anyhow::Result<Outcome> {
    let loaded = load_config(common, Vec::new())?;
    let sources = Source::all(&args.files)?;
    let (reference, others) = match (&args.to, sources.as_slice()) {
        (Some(text), all) => (text.clone(), all),
        (None, [_]) => anyhow::bail!(
            "one text has nothing to be compared with\n  help: name more files, or give --to TEXT"
        ),
        (None, [first, rest @ ..]) => (first.read()?, rest),
        (None, []) => unreachable!("the command line asks for a file"),
    };
    let mut texts = vec![reference];
    for source in others {
        texts.push(source.read()?);
    }
    let encoder = encoder(&loaded)?;
    let vectors = encoder.embed(&texts)?;
    let mut ranked: Vec<(f32, &Source)> = vectors[1..]
        .iter()
        .zip(others)
        .map(|(vector, source)| (dot(&vectors[0], vector), source))
        .collect();
    // Stable, so that texts equally near stay in the order given.
    ranked.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    let mut out = anstream::stdout().lock();
    match args.format {
        ListFormat::Human => {
            for (cosine, source) in ranked {
                writeln!(out, "{cosine:6.3}  {}", shown(&source.to_string(), &[]))?;
            }
        }
        ListFormat::Json => {
            let rows: Vec<_> = ranked
                .iter()
                .map(|(cosine, source)| json!({"file": source.to_string(), "cosine": cosine}))
                .collect();
            writeln!(out, "{}", serde_json::to_string_pretty(&rows)?)?;
        }
    }
    say_note(&encoder);
    Ok(Outcome::Fine)
}

//! `postwright embed`

use std::io::{self, BufWriter, Write};

use serde::Serialize;
use serde_json::Value;

use crate::config::Loaded;
use crate::model::{Backend, Encoder, ModelError, Vector};

use super::analyze::remark;
use super::args::{Common, EmbedArgs};
use super::config::model_settings;
use super::input::Source;
use super::jsonl::{ITEM, Item, failure, in_batches};
use super::{Outcome, load_config};

/// One line of the output; numbers as short as an f32 needs.
#[derive(Serialize)]
struct Answer<'a> {
    id: Value,
    vector: Option<&'a [f32]>,
}

pub(super) fn run(common: &Common, args: &EmbedArgs) -> anyhow::Result<Outcome> {
    let loaded = load_config(common, Vec::new())?;
    let sources = Source::all(args.file.as_slice())?;
    let encoder = encoder(&loaded)?;
    let mut out = BufWriter::new(io::stdout().lock());
    let mut outcome = Outcome::Fine;
    for source in &sources {
        if args.jsonl {
            outcome = lines(source, &encoder, &mut out)?;
        } else {
            let text = source.read()?;
            for vector in encoder.embed(&[text])? {
                writeln!(out, "{}", serde_json::to_string(&vector[..])?)?;
            }
        }
    }
    out.flush()?;
    say_note(&encoder);
    Ok(outcome)
}

/// The encoder that the configuration chooses.
pub(super) fn encoder(loaded: &Loaded) -> anyhow::Result<Encoder> {
    let settings = model_settings(loaded)?;
    let encoder = Encoder::load(&settings, None)?.ok_or_else(|| {
        anyhow::anyhow!(
            "no model runs with the backend `{}`\n  help: give --backend auto",
            Backend::Off.name()
        )
    })?;
    Ok(encoder)
}

/// Says on standard error why the encoder does not run where it was asked to.
pub(super) fn say_note(encoder: &Encoder) {
    if let Some(note) = encoder.note() {
        remark(&format!("the processor computed: {note}"));
    }
}

/// Embeds a stream of objects.
fn lines(source: &Source, encoder: &Encoder, out: &mut impl Write) -> anyhow::Result<Outcome> {
    let name = source.to_string();
    in_batches(source, ITEM, |items: Vec<Result<(u64, Item), String>>| {
        let read = items.iter().flatten();
        let texts: Vec<&str> = read.map(|(_, item)| item.text.as_str()).collect();
        let mut vectors = each(encoder, &texts).into_iter();
        let mut outcome = Outcome::Fine;
        for item in items {
            let line = match item {
                // One vector or error came for each text.
                Ok((number, item)) => match vectors.next().transpose() {
                    Ok(vector) => serde_json::to_string(&Answer {
                        id: item.id,
                        vector: vector.as_deref(),
                    })?,
                    Err(error) => {
                        outcome = Outcome::BadInput;
                        failure(&name, number, &item.id, &error.to_string())
                    }
                },
                Err(failed) => failed,
            };
            writeln!(out, "{line}")?;
        }
        out.flush()?;
        Ok(outcome)
    })
}

/// A vector for each text, or why that text has none.
fn each(encoder: &Encoder, texts: &[&str]) -> Vec<Result<Vector, ModelError>> {
    match encoder.embed(texts) {
        Ok(vectors) => vectors.into_iter().map(Ok).collect(),
        // One of them spoils the batch; alone, each tells whether it is that one.
        Err(_) => texts
            .iter()
            .flat_map(|text| match encoder.embed(&[text]) {
                Ok(vectors) => vectors.into_iter().map(Ok).collect(),
                Err(error) => vec![Err(error)],
            })
            .collect(),
    }
}

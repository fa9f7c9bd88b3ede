//! `postwright embed`

use std::io::{self, BufWriter, Write};

use serde::Serialize;
use serde_json::Value;

use crate::config::Loaded;
use crate::model::{Backend, Encoder};

use super::analyze::complain;
use super::args::{Common, EmbedArgs};
use super::config::model_settings;
use super::input::Source;
use super::jsonl::{ITEM, Item, in_batches};
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
        complain(&format!("the processor computed: {note}"));
    }
}

/// Embeds a stream of objects.
fn lines(source: &Source, encoder: &Encoder, out: &mut impl Write) -> anyhow::Result<Outcome> {
    in_batches(source, ITEM, |items: Vec<Result<Item, String>>| {
        let texts: Vec<&str> = items.iter().flatten().map(|i| i.text.as_str()).collect();
        let mut vectors = encoder.embed(&texts)?.into_iter();
        for item in items {
            match item {
                // One vector came for each text.
                Ok(item) => {
                    let vector = vectors.next();
                    let answer = Answer {
                        id: item.id,
                        vector: vector.as_deref(),
                    };
                    writeln!(out, "{}", serde_json::to_string(&answer)?)?;
                }
                Err(failed) => writeln!(out, "{failed}")?,
            }
        }
        out.flush()?;
        Ok(())
    })
}

//! `postwright embed`

use std::io::{self, BufReader, BufWriter, Write};

use serde::Serialize;
use serde_json::Value;

use crate::config::Loaded;
use crate::engine::batch::{LONGEST, read_line};
use crate::model::{Backend, Encoder};

use super::analyze::complain;
use super::args::{Common, EmbedArgs};
use super::config::model_settings;
use super::input::Source;
use super::jsonl::{failure, parse};
use super::{Outcome, load_config};

/// One line of the output; numbers as short as an f32 needs.
#[derive(Serialize)]
struct Answer<'a> {
    id: Value,
    vector: Option<&'a [f32]>,
}

/// Lines that are embedded together where they are there already.
const TOGETHER: usize = 256;

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

/// Embeds a stream of objects, as many at once as have come in.
fn lines(source: &Source, encoder: &Encoder, out: &mut impl Write) -> anyhow::Result<Outcome> {
    let input: Box<dyn io::Read> = match source {
        Source::Stdin => Box::new(io::stdin().lock()),
        Source::File(path) => {
            Box::new(std::fs::File::open(path).map_err(|e| source.unreadable(e))?)
        }
    };
    let mut input = BufReader::with_capacity(1 << 20, input);
    let name = source.to_string();
    let mut outcome = Outcome::Fine;
    let mut number = 0;
    loop {
        let mut items: Vec<Result<Value, String>> = Vec::new();
        let mut texts = Vec::new();
        let mut ended = false;
        while items.len() < TOGETHER {
            // What has not come in yet may wait for our answer.
            if !items.is_empty() && !input.buffer().contains(&b'\n') {
                break;
            }
            let line = read_line(&mut input, LONGEST).map_err(|e| source.unreadable(e))?;
            if line.is_empty() {
                ended = true;
                break;
            }
            number += 1;
            if line.trim_ascii().is_empty() {
                continue;
            }
            items.push(match parse(line, number == 1) {
                Ok(item) => {
                    texts.push(item.text);
                    Ok(item.id)
                }
                Err((id, message)) => {
                    outcome = Outcome::BadInput;
                    Err(failure(&name, number, &id, &message))
                }
            });
        }
        let mut vectors = encoder.embed(&texts)?.into_iter();
        for item in items {
            match item {
                // One vector came for each text.
                Ok(id) => {
                    let vector = vectors.next();
                    let answer = Answer {
                        id,
                        vector: vector.as_deref(),
                    };
                    writeln!(out, "{}", serde_json::to_string(&answer)?)?;
                }
                Err(failed) => writeln!(out, "{failed}")?,
            }
        }
        out.flush()?;
        if ended {
            return Ok(outcome);
        }
    }
}

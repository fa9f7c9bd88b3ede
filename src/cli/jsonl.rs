//! `analyze --jsonl`: a stream of posts, in parallel, in order.

use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

use serde::Deserialize;
use serde_json::{Value, json};

use crate::analysis::report::SCHEMA;
use crate::engine::batch::{self, BatchError, Done};

use super::Outcome;
use super::analyze::{Maker, Plan, complain, worse};
use super::input::{Source, decode};

/// One line of the input. Other keys are for later versions, and let through.
#[derive(Deserialize)]
struct Item {
    #[serde(default)]
    id: Value,
    text: String,
}

pub(super) fn run(
    sources: &[Source],
    maker: &Maker,
    plan: Plan,
    workers: usize,
) -> anyhow::Result<Outcome> {
    let mut outcome = Outcome::Fine;
    let mut out = BufWriter::new(io::stdout().lock());
    for source in sources {
        let input: Box<dyn BufRead + Send> = match source {
            Source::Stdin => Box::new(BufReader::new(io::stdin())),
            Source::File(path) => match std::fs::File::open(path) {
                Ok(file) => Box::new(BufReader::new(file)),
                Err(error) => {
                    complain(&format!("{source}: cannot read: {error}"))?;
                    outcome = Outcome::BadInput;
                    continue;
                }
            },
        };
        let note = |o: Outcome| outcome = worse(outcome, o);
        let result = batch::run(
            input,
            &mut out,
            batch::workers(workers),
            || worker(maker, plan),
            note,
        );
        match result {
            Ok(()) => {}
            Err(BatchError::Write(error)) => return Err(error.into()),
            Err(error) => {
                complain(&format!("{source}: {error}"))?;
                outcome = Outcome::BadInput;
            }
        }
    }
    out.flush()?;
    Ok(outcome)
}

fn worker(maker: &Maker, plan: Plan) -> impl FnMut(u64, Vec<u8>) -> Done<Outcome> {
    let mut analyst = maker.analyst();
    move |number, line| {
        let failed = |id: Value, message: String| Done {
            output:
                json!({"schema": SCHEMA, "id": id, "error": {"line": number, "message": message}})
                    .to_string()
                    .into_bytes(),
            note: Outcome::BadInput,
        };
        let item = match parse(line) {
            Ok(item) => item,
            Err(message) => return failed(Value::Null, message),
        };
        // The grammar checker is not ours; should it panic on a post, the other posts go on.
        match catch_unwind(AssertUnwindSafe(|| plan.run(&mut analyst, &item.text))) {
            Ok((report, note)) => {
                let output = serde_json::to_vec(&report.with_id(&item.id));
                match output {
                    Ok(output) => Done { output, note },
                    Err(error) => failed(item.id, format!("cannot be written as JSON: {error}")),
                }
            }
            Err(_) => {
                analyst = maker.analyst();
                failed(
                    item.id,
                    "the analysis panicked; this is a bug, please report the post".to_owned(),
                )
            }
        }
    }
}

fn parse(line: Vec<u8>) -> Result<Item, String> {
    let text = decode(line).map_err(|reason| format!("not UTF-8: {reason}"))?;
    serde_json::from_str(&text)
        .map_err(|e| format!("not an object like {{\"id\": 1, \"text\": \"…\"}}: {e}"))
}

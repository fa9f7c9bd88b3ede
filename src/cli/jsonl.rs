//! `analyze --jsonl`: a stream of posts, in parallel, in order.

use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::analysis::engagement::Context;
use crate::analysis::report::SCHEMA;
use crate::engine::batch::{self, BatchError, Done};

use super::Outcome;
use super::analyze::{Maker, Plan, complain, worse};
use super::input::{Source, decode};

/// One line of the input. Other keys are for later versions, and let through.
#[derive(Deserialize)]
pub(super) struct Item {
    #[serde(default)]
    pub id: Value,
    pub text: String,
    /// What stands beside the text.
    #[serde(default)]
    pub media: Option<String>,
}

pub(super) fn run(
    sources: &[Source],
    maker: &Maker,
    plan: Plan,
    workers: usize,
) -> anyhow::Result<Outcome> {
    in_parallel(sources, workers, |name| worker(maker, plan, name))
}

/// Reads streams of objects, a line each, with as many workers as `workers` says, made by `make`
/// for the stream of a name, and writes what they give in order.
pub(super) fn in_parallel<W>(
    sources: &[Source],
    workers: usize,
    make: impl Fn(String) -> W + Sync,
) -> anyhow::Result<Outcome>
where
    W: FnMut(u64, Vec<u8>) -> Done<Outcome>,
{
    let mut outcome = Outcome::Fine;
    let mut out = BufWriter::new(io::stdout().lock());
    for source in sources {
        let input: Box<dyn BufRead + Send> = match source {
            Source::Stdin => Box::new(BufReader::new(io::stdin())),
            Source::File(path) => match std::fs::File::open(path) {
                Ok(file) => Box::new(BufReader::new(file)),
                Err(error) => {
                    complain(&source.unreadable(error));
                    outcome = Outcome::BadInput;
                    continue;
                }
            },
        };
        let name = source.to_string();
        let note = |o: Outcome| outcome = worse(outcome, o);
        let result = batch::run(
            input,
            &mut out,
            batch::workers(workers),
            || make(name.clone()),
            note,
        );
        match result {
            Ok(()) => {}
            Err(BatchError::Write(error)) => return Err(error.into()),
            Err(BatchError::Read { line: 0, source: e }) => {
                complain(&source.unreadable(e));
                outcome = Outcome::BadInput;
            }
            Err(error) => {
                complain(&format!("{source}: {error}"));
                outcome = Outcome::BadInput;
            }
        }
    }
    out.flush()?;
    Ok(outcome)
}

fn worker(maker: &Maker, plan: Plan, name: String) -> impl FnMut(u64, Vec<u8>) -> Done<Outcome> {
    let mut analyst = maker.analyst();
    move |number, line| {
        let failed = |id: Value, message: String| Done {
            output: failure(&name, number, &id, &message).into_bytes(),
            note: Outcome::BadInput,
        };
        let item = match parse::<Item>(line, number == 1, ITEM) {
            Ok(item) => item,
            Err((id, message)) => return failed(id, message),
        };
        // The grammar checker is not ours; should it panic on a post, the other posts go on.
        let context = Context { media: item.media };
        match catch_unwind(AssertUnwindSafe(|| {
            plan.run(&mut analyst, &item.text, &context)
        })) {
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

/// How a line of [`Item`]s looks.
pub(super) const ITEM: &str = "write an object like {\"id\": 1, \"text\": \"…\"}";

/// Lines that are read together where they are there already.
const TOGETHER: usize = 256;

/// Reads a stream of objects, as many at once as have come in, and hands them to `answer`, which
/// writes one line for each: the item with the number of its line, or what stands in place of its
/// result. It returns what the items amounted to.
pub(super) fn in_batches<T: DeserializeOwned>(
    source: &Source,
    wanted: &str,
    mut answer: impl FnMut(Vec<Result<(u64, T), String>>) -> anyhow::Result<Outcome>,
) -> anyhow::Result<Outcome> {
    let input: Box<dyn io::Read> = match source {
        Source::Stdin => Box::new(io::stdin().lock()),
        Source::File(path) => {
            Box::new(std::fs::File::open(path).map_err(|e| anyhow::anyhow!(source.unreadable(e)))?)
        }
    };
    let mut input = BufReader::with_capacity(1 << 20, input);
    let name = source.to_string();
    let mut outcome = Outcome::Fine;
    let mut number = 0;
    loop {
        let mut items = Vec::new();
        let mut ended = false;
        while items.len() < TOGETHER {
            // What has not come in yet may wait for our answer.
            if !items.is_empty() && !input.buffer().contains(&b'\n') {
                break;
            }
            let line = batch::read_line(&mut input, batch::LONGEST)
                .map_err(|e| anyhow::anyhow!(source.unreadable(e)))?;
            if line.is_empty() {
                ended = true;
                break;
            }
            number += 1;
            if line.trim_ascii().is_empty() {
                continue;
            }
            let item = parse(line, number == 1, wanted).map(|item| (number, item));
            items.push(item.map_err(|(id, message)| {
                outcome = Outcome::BadInput;
                failure(&name, number, &id, &message)
            }));
        }
        outcome = worse(outcome, answer(items)?);
        if ended {
            return Ok(outcome);
        }
    }
}

/// What stands in place of the result of a line that cannot be used.
pub(super) fn failure(name: &str, number: u64, id: &Value, message: &str) -> String {
    let error = json!({"file": name, "line": number, "message": message});
    json!({"schema": SCHEMA, "id": id, "error": error}).to_string()
}

/// The item of a line, or what is wrong with it and its id where that can be read; `wanted` says how
/// a line looks.
pub(super) fn parse<T: DeserializeOwned>(
    line: Vec<u8>,
    first: bool,
    wanted: &str,
) -> Result<T, (Value, String)> {
    let nameless = |message| (Value::Null, message);
    if line.len() > batch::LONGEST {
        let most = batch::LONGEST >> 20;
        return Err(nameless(format!("more than {most} MiB; split the post")));
    }
    let text = decode(line).map_err(|reason| nameless(format!("not UTF-8: {reason}")))?;
    let text = match text.strip_prefix('\u{feff}') {
        Some(rest) if first => rest,
        _ => &text,
    };
    // serde would take an array for the object's values in order.
    if !text.trim_start().starts_with('{') {
        return Err(nameless(format!("not an object; {wanted}")));
    }
    serde_json::from_str(text).map_err(|error| {
        let id = serde_json::from_str::<Value>(text)
            .ok()
            .and_then(|mut object| Some(object.get_mut("id")?.take()))
            .unwrap_or_default();
        (id, format!("{}; {wanted}", within_line(&error)))
    })
}

/// The error without serde_json's line, which counts from the start of this line.
fn within_line(error: &serde_json::Error) -> String {
    let told = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    match told.strip_suffix(&place) {
        Some(what) => format!("{what} at byte {}", error.column()),
        None => told,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(line: &str) -> (Value, String) {
        parse::<Item>(line.into(), false, ITEM)
            .err()
            .unwrap_or_else(|| panic!("{line} is taken"))
    }

    #[test]
    fn bad_lines_say_why_and_keep_their_id() {
        assert_eq!(refused(r#"{"id":7,"texts":"a"}"#).0, 7);
        let (id, message) = refused(r#"{"id":"x","text":3}"#);
        assert_eq!(id, "x");
        assert!(message.starts_with("invalid type: integer `3`, expected a string at byte"));
        for (line, wants) in [
            (r#"[1,"text"]"#, "not an object"),
            ("nonsense", "not an object"),
            (r#"{"id":1,"text":"a"} x"#, "trailing characters"),
            (
                r#"{"id":1,"text":"a","text":"b"}"#,
                "duplicate field `text`",
            ),
            (r#"{"id":1,"text":"\ud800"}"#, "hex escape"),
            (
                &format!(r#"{{"text":"a","id":{}"#, "[".repeat(200)),
                "recursion limit",
            ),
        ] {
            let (_, message) = refused(line);
            assert!(message.contains(wants), "{message}");
            assert!(!message.contains("line 1"), "{message}");
        }
    }

    #[test]
    fn a_byte_order_mark_may_start_the_first_line() {
        let line = "\u{feff}{\"text\":\"a\"}";
        assert_eq!(
            parse::<Item>(line.into(), true, ITEM)
                .ok()
                .map(|i| i.text)
                .as_deref(),
            Some("a")
        );
        assert!(parse::<Item>(line.into(), false, ITEM).is_err());
    }
}

//! `postwright compare`

use std::io::{self, BufWriter, Write};

use serde::Deserialize;
use serde_json::{Value, json};

use crate::analysis::language;
use crate::analysis::part::Part;
use crate::engine::Reader;
use crate::model::{ModelError, Task};

use super::args::{Common, CompareArgs, CompareFormat, Yardstick};
use super::config::model_settings;
use super::input::Source;
use super::jsonl::in_batches;
use super::{Outcome, load_config};

/// How a line of pairs looks.
const PAIR: &str = "write an object like {\"id\": 1, \"a\": \"…\", \"b\": \"…\"}";
/// Longest opening: what a desktop shows of a post before the fold.
const OPENING: usize = 210;

/// Nearer to one half than this, a probability names no winner.
const EVEN: f64 = 0.005;

/// One line of the input.
#[derive(Deserialize)]
struct Pair {
    #[serde(default)]
    id: Value,
    a: Text,
    b: Text,
}

/// A text, alone or with what stands beside it.
#[derive(Deserialize)]
#[serde(
    untagged,
    expecting = "a text is a string, or an object with `text` and, if known, `media`"
)]
enum Text {
    Bare(String),
    With {
        text: String,
        #[serde(default)]
        media: Option<String>,
    },
}

impl Text {
    fn text(&self) -> &str {
        match self {
            Self::Bare(text) | Self::With { text, .. } => text,
        }
    }

    fn media(&self) -> Option<&str> {
        match self {
            Self::Bare(_) => None,
            Self::With { media, .. } => media.as_deref(),
        }
    }

    /// Whether it is short enough to be an opening.
    fn is_opening(&self) -> bool {
        let text = self.text().trim();
        !text.contains('\n') && text.encode_utf16().count() <= OPENING
    }
}

/// What came of a pair: the probability that the first wins, or why there is none.
struct Verdict {
    p: Result<f64, String>,
    by: Yardstick,
}

pub(super) fn run(common: &Common, args: &CompareArgs) -> anyhow::Result<Outcome> {
    let loaded = load_config(common, Vec::new())?;
    let reader = Reader::load(&model_settings(&loaded)?)?.ok_or_else(|| {
        anyhow::anyhow!("nothing compares with the backend `off`\n  help: give --backend auto")
    })?;
    let mut out = BufWriter::new(io::stdout().lock());
    if args.jsonl {
        anyhow::ensure!(
            args.files.len() <= 1 && args.format.is_none_or(|f| f == CompareFormat::Jsonl),
            "--jsonl reads one stream and writes one object a line\n  help: leave --format and the \
             second file away"
        );
        let source = match args.files.first() {
            Some(path) => Source::File(path.clone()),
            None => Source::Stdin,
        };
        return in_batches(&source, PAIR, |items: Vec<Result<(u64, Pair), String>>| {
            let pairs: Vec<&Pair> = items.iter().flatten().map(|(_, pair)| pair).collect();
            let mut verdicts = verdicts(&reader, &pairs, args.by)?.into_iter();
            for item in &items {
                match item {
                    Ok((_, pair)) => {
                        // One verdict came for each pair.
                        let verdict = verdicts.next();
                        writeln!(out, "{}", row(&pair.id, verdict.as_ref()))?;
                    }
                    Err(failed) => writeln!(out, "{failed}")?,
                }
            }
            out.flush()?;
            Ok(Outcome::Fine)
        });
    }
    let [a, b] = &args.files[..] else {
        anyhow::bail!("two posts are compared\n  help: name two files, or give --jsonl");
    };
    let read = |path: &std::path::PathBuf| Source::File(path.clone()).read().map(Text::Bare);
    let pair = Pair {
        id: Value::from(format!("{} | {}", a.display(), b.display())),
        a: read(a)?,
        b: read(b)?,
    };
    let verdict = verdicts(&reader, &[&pair], args.by)?.into_iter().next();
    match args.format.unwrap_or(CompareFormat::Human) {
        CompareFormat::Jsonl => writeln!(out, "{}", row(&pair.id, verdict.as_ref()))?,
        CompareFormat::Json => {
            let row = row(&pair.id, verdict.as_ref());
            writeln!(out, "{}", serde_json::to_string_pretty(&row)?)?;
        }
        CompareFormat::Human => tell(&mut out, verdict.as_ref(), &reader)?,
    }
    out.flush()?;
    Ok(Outcome::Fine)
}

fn row(id: &Value, verdict: Option<&Verdict>) -> Value {
    let Some(Verdict { p, by }) = verdict else {
        return json!({"id": id, "p_a_wins": null});
    };
    match p {
        Ok(p) => json!({"id": id, "p_a_wins": p, "by": by.name()}),
        Err(reason) => json!({"id": id, "p_a_wins": null, "by": by.name(), "unavailable": reason}),
    }
}

/// The probabilities of all pairs, computed together.
fn verdicts(reader: &Reader, pairs: &[&Pair], by: Yardstick) -> Result<Vec<Verdict>, ModelError> {
    let by_opening = |p: &Pair| match by {
        Yardstick::Opening => true,
        Yardstick::Post => false,
        Yardstick::Auto => p.a.is_opening() && p.b.is_opening(),
    };
    let (openings, posts): (Vec<&Pair>, Vec<&Pair>) = pairs.iter().partition(|p| by_opening(p));
    let lines: Vec<&str> = openings
        .iter()
        .flat_map(|p| [p.a.text(), p.b.text()])
        .collect();
    let mut opened = if lines.is_empty() {
        Vec::new()
    } else {
        reader.openings(&lines, Task::Headline)?
    }
    .into_iter();
    let texts: Vec<(&str, Option<&str>)> = posts
        .iter()
        .flat_map(|p| [(p.a.text(), p.a.media()), (p.b.text(), p.b.media())])
        .collect();
    let mut lifted = if texts.is_empty() {
        Vec::new()
    } else {
        reader.lifts(&texts)?
    }
    .into_iter();
    let verdicts = pairs.iter().map(|pair| {
        let (scores, by) = if by_opening(pair) {
            (&mut opened, Yardstick::Opening)
        } else {
            (&mut lifted, Yardstick::Post)
        };
        // Two scores came for each pair.
        let (a, b) = (scores.next(), scores.next());
        let odds = f64::from(a.unwrap_or_default() - b.unwrap_or_default());
        let foreign = [&pair.a, &pair.b].into_iter().find_map(|t| {
            let found: Part<_> = language::detect(t.text());
            language::not_english(&found)
        });
        let p = foreign.map_or_else(|| Ok(1.0 / (1.0 + (-odds).exp())), Err);
        Verdict { p, by }
    });
    Ok(verdicts.collect())
}

fn tell(out: &mut impl Write, verdict: Option<&Verdict>, reader: &Reader) -> anyhow::Result<()> {
    let Some(Verdict { p, by }) = verdict else {
        return Ok(());
    };
    let p = match p {
        Ok(p) => *p,
        Err(reason) => {
            writeln!(out, "no comparison: {reason}")?;
            return Ok(());
        }
    };
    let (winner, chance) = if (p - 0.5).abs() < EVEN {
        writeln!(out, "neither is likelier to do better")?;
        return Ok(());
    } else if p >= 0.5 {
        ("first", p)
    } else {
        ("second", 1.0 - p)
    };
    let (task, what) = match by {
        Yardstick::Opening => (Task::Headline, "is opened more often"),
        Yardstick::Auto | Yardstick::Post => (Task::Engagement, "does better for its author"),
    };
    writeln!(out, "the {winner} {what}, with probability {chance:.2}")?;
    let head = reader.heads().get(task).map_err(ModelError::Request)?;
    let worth = head
        .card
        .figures
        .iter()
        .find(|(name, _)| name.ends_with("pair_accuracy"));
    if let Some((name, figure)) = worth {
        writeln!(
            out,
            "worth: right in {:.1} % of {} pairs ({name}; 95 % interval {:.1} to {:.1})",
            100.0 * figure.value,
            figure.n,
            100.0 * figure.low,
            100.0 * figure.high,
        )?;
    }
    Ok(())
}

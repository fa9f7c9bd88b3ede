//! `postwright eval`

use std::io::Write;
use std::path::Path;

use crate::engine::Reader;
use crate::model::Task;
use crate::model::heads::Figure;
use crate::train::TrainError;
use crate::train::data::{Source, find};
use crate::train::datasets::{classed, headline_pairs, is_clickbait, keyed, posts, rated};
use crate::train::tasks::{self, Evaluation};

use super::args::{Common, EvalArgs, ListFormat};
use super::config::model_settings;
use super::human::shown;
use super::{Outcome, load_config};

/// What the file of `--data` should be.
const WANTED: &str = "name a file of labelled data";

pub(super) fn run(common: &Common, args: &EvalArgs) -> anyhow::Result<Outcome> {
    let loaded = load_config(common, Vec::new())?;
    let reader = Reader::load(&model_settings(&loaded)?)?.ok_or_else(|| {
        anyhow::anyhow!("no head runs with the backend `off`\n  help: give --backend auto")
    })?;
    let evaluation = evaluate(&reader, args)?;
    let mut out = anstream::stdout().lock();
    match args.format {
        ListFormat::Json => writeln!(out, "{}", serde_json::to_string_pretty(&evaluation)?)?,
        ListFormat::Human => tell(&mut out, &evaluation)?,
    }
    Ok(Outcome::Fine)
}

fn evaluate(reader: &Reader, args: &EvalArgs) -> Result<Evaluation, TrainError> {
    let source = |path: &Path| Source::read(path, WANTED);
    match args.task {
        Task::Sentiment => {
            let rows = rated(&source(&args.data)?, args.split.as_deref())?;
            tasks::sentiment::evaluate(reader, &rows, args.errors)
        }
        Task::Headline => {
            let mut pairs = headline_pairs(&source(&args.data)?)?;
            if let Some(split) = &args.split {
                pairs.retain(|p| p.held_out == (split != "train"));
            }
            tasks::headline::evaluate(reader, &pairs, args.errors)
        }
        Task::Hook => {
            let mut rows = Vec::new();
            for path in hook_files(&args.data) {
                rows.extend(classed(&source(&path)?, is_clickbait(&path)));
            }
            tasks::hook::evaluate(reader, &rows, args.errors)
        }
        Task::Engagement => {
            let rows = posts(&source(&args.data)?)?;
            tasks::engagement::evaluate(reader, &rows, args.errors)
        }
        Task::Keyphrase => {
            let rows = keyed(&source(&args.data)?)?;
            tasks::keyphrase::evaluate(reader, &rows, args.errors)
        }
    }
}

/// The file named, or both files of the folder named.
fn hook_files(path: &Path) -> Vec<std::path::PathBuf> {
    if path.is_dir() {
        let names = ["clickbait_headlines.txt", "non_clickbait_headlines.txt"];
        return names.map(|n| find(path, n)).to_vec();
    }
    vec![path.to_owned()]
}

/// A figure with its interval in one line.
pub(super) fn figures(name: &str, figure: &Figure) -> String {
    format!(
        "{name:<44} {:.3}  [{:.3}, {:.3}]  n = {}",
        figure.value, figure.low, figure.high, figure.n
    )
}

fn tell(out: &mut impl Write, evaluation: &Evaluation) -> anyhow::Result<()> {
    writeln!(
        out,
        "{}, {} examples; 95 % intervals",
        evaluation.task, evaluation.n
    )?;
    for (metric, figure) in &evaluation.figures {
        writeln!(out, "{}", figures(metric, figure))?;
    }
    for (name, of) in &evaluation.baselines {
        for (metric, figure) in of {
            writeln!(out, "{}", figures(&format!("{metric} of {name}"), figure))?;
        }
    }
    if !evaluation.errors.is_empty() {
        writeln!(out, "\nmistakes it was surest of")?;
    }
    for mistake in &evaluation.errors {
        writeln!(
            out,
            "{:.2}  {} (said {})  {}",
            mistake.confidence,
            mistake.truth,
            mistake.told,
            shown(&mistake.text.replace('\n', " "), &[]),
        )?;
    }
    Ok(())
}

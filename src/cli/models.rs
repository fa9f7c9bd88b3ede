//! `postwright models`

use std::io::Write;
use std::path::Path;

use serde_json::json;

use crate::model::library::{Library, Listed, Place};
use crate::model::{Encoder, Model, derive, import};

use super::args::{Common, ListFormat, ModelsAction};
use super::config::model_settings;
use super::doctor::SAMPLE;
use super::human::{BAD, GOOD, PLAIN, shown};
use super::input::Source;
use super::{Outcome, load_config};

pub(super) fn run(common: &Common, action: &ModelsAction) -> anyhow::Result<Outcome> {
    let loaded = load_config(common, Vec::new())?;
    let settings = model_settings(&loaded)?;
    let library = Library::new(settings.folder.clone());
    let mut out = anstream::stdout().lock();
    match action {
        ModelsAction::List { format } => list(&mut out, &library, *format),
        ModelsAction::Verify { names } => verify(&mut out, &library, names),
        ModelsAction::Import { folder, name } => {
            let name = match name {
                Some(name) => name.clone(),
                None => folder_name(folder)?,
            };
            library.check_free(&name)?;
            let model = import::read_hugging_face(folder, &name)?;
            derive::check(&model)?;
            let place = library.add(&model)?;
            writeln!(
                out,
                "imported {name} to {}\n`postwright models use {name}` makes it the one in use",
                shown(&place.display().to_string(), &[])
            )?;
            Ok(Outcome::Fine)
        }
        ModelsAction::Use { name } => {
            // What cannot be loaded is better not in use.
            Encoder::load(&settings, Some(name))?;
            library.set_active(name)?;
            writeln!(out, "{name} is in use")?;
            Ok(Outcome::Fine)
        }
        ModelsAction::Prune { name, keep, new } => {
            library.check_free(new)?;
            let original = library.open(name)?;
            let pruned = derive::prune(&original, keep, new)?;
            keep_derived(&mut out, &library, original, pruned)
        }
        ModelsAction::Quantize {
            name,
            calibrate,
            new,
        } => {
            library.check_free(new)?;
            let text = match calibrate {
                Some(path) => Source::File(path.clone()).read()?,
                None => SAMPLE.to_owned(),
            };
            let original = library.open(name)?;
            let all = sentences(&text);
            let step = all.len().div_ceil(MOST_CALIBRATED).max(1);
            let some: Vec<&str> = all.into_iter().step_by(step).collect();
            let quantized = derive::quantize(&original, &some, new)?;
            keep_derived(&mut out, &library, original, quantized)
        }
    }
}

/// The folder's own name, for a model that was given none.
fn folder_name(folder: &Path) -> anyhow::Result<String> {
    let whole = folder
        .canonicalize()
        .map_err(|e| anyhow::anyhow!("{}: {e}\n  help: check the path", folder.display()))?;
    let name = whole.file_name().and_then(|n| n.to_str());
    name.map(str::to_owned).ok_or_else(|| {
        anyhow::anyhow!(
            "{}: gives no name for the model\n  help: give one with --as",
            folder.display()
        )
    })
}

fn list(out: &mut impl Write, library: &Library, format: ListFormat) -> anyhow::Result<Outcome> {
    let listed = library.list()?;
    match format {
        ListFormat::Human => {
            for model in &listed {
                writeln!(out, "{}", line(model))?;
            }
        }
        ListFormat::Json => {
            let rows: Vec<_> = listed
                .iter()
                .map(|m| {
                    let manifest = m.manifest.as_ref().ok();
                    json!({
                        "name": m.name,
                        "active": m.active,
                        "folder": match &m.place {
                            Place::Embedded => None,
                            Place::Folder(folder) => Some(folder.display().to_string()),
                        },
                        "manifest": manifest,
                        "error": m.manifest.as_ref().err().map(ToString::to_string),
                    })
                })
                .collect();
            writeln!(out, "{}", serde_json::to_string_pretty(&rows)?)?;
        }
    }
    Ok(Outcome::Fine)
}

fn line(model: &Listed) -> String {
    let mark = if model.active { "*" } else { " " };
    let place = match &model.place {
        Place::Embedded => "inside the program".to_owned(),
        Place::Folder(folder) => folder.display().to_string(),
    };
    match &model.manifest {
        Ok(m) => format!(
            "{mark} {:<24} {} layers of {}, {}, {:.1} M weights, {}; {place}",
            model.name,
            m.architecture.layers,
            m.architecture.hidden,
            m.weights.name(),
            m.architecture.parameters() as f64 / 1e6,
            shown(&m.licence, &[]),
        ),
        Err(error) => {
            let error = error.to_string();
            format!(
                "{mark} {:<24} broken: {}",
                model.name,
                shown(&error, &['\n'])
            )
        }
    }
}

fn verify(out: &mut impl Write, library: &Library, names: &[String]) -> anyhow::Result<Outcome> {
    let names: Vec<String> = match names {
        [] => library.list()?.into_iter().map(|m| m.name).collect(),
        some => some.to_vec(),
    };
    let mut outcome = Outcome::Fine;
    for name in names {
        let looked = library.open(&name).and_then(|model| {
            model.checkpoint()?;
            model.tokenizer()?;
            Ok(model.manifest.hash())
        });
        match looked {
            Ok(hash) => writeln!(out, "{GOOD}ok  {PLAIN} {name}  sha256 {hash}")?,
            Err(error) => {
                outcome = Outcome::BadInput;
                let error = error.to_string();
                writeln!(out, "{BAD}FAIL{PLAIN} {name}  {}", shown(&error, &['\n']))?;
            }
        }
    }
    Ok(outcome)
}

/// Most sentences that a model is calibrated with: more change nothing but the time.
const MOST_CALIBRATED: usize = 500;

/// The lines that have text.
fn sentences(text: &str) -> Vec<&str> {
    text.lines().filter(|l| !l.trim().is_empty()).collect()
}

/// Adds a model made from another, with what it costs: the cosine of both models' vectors over the
/// lines of the sample post.
fn keep_derived(
    out: &mut impl Write,
    library: &Library,
    original: Model,
    mut derived: Model,
) -> anyhow::Result<Outcome> {
    let texts = sentences(SAMPLE);
    let from = original.manifest.name.clone();
    derive::check(&derived)?;
    let cost = derive::cost(original, derived.clone(), &texts)?;
    derived.manifest.metrics = cost.metrics();
    let place = library.add(&derived)?;
    writeln!(
        out,
        "made {} in {}: {:.1} MB, cosine with {from} over {} texts: mean {:.4}, least {:.4}",
        derived.manifest.name,
        place.display(),
        derived.bytes() as f64 / 1e6,
        texts.len(),
        cost.mean,
        cost.least,
    )?;
    Ok(Outcome::Fine)
}

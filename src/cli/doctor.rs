//! `postwright doctor`

use std::io::{IsTerminal, Write};
use std::time::Instant;

use crate::analysis::PartSet;
use crate::analysis::engagement::Context;
use crate::analysis::meaning::dot;
use crate::config::Paths;
use crate::engine::{Analyst, Lane, batch};
use crate::model::{Backend, Encoder, Kernels, ModelError, Precision, Settings, device};
use crate::tui::units::counted;

use super::args::Common;
use super::config::{dictionary_path, model_settings, user_words};
use super::engine::{self, Storage};
use super::human::{BAD, GOOD, PLAIN, shown};
use super::{Outcome, chained, load_config};

/// A post of ordinary length, with what posts hold.
pub(super) const SAMPLE: &str = include_str!("../../tests/data/post.md");

pub(super) fn run(common: &Common) -> anyhow::Result<Outcome> {
    let mut out = anstream::stdout().lock();
    let mut outcome = Outcome::Fine;
    let mut row = |good: bool, name: &str, what: &str| {
        let (style, mark) = if good { (GOOD, "ok  ") } else { (BAD, "FAIL") };
        writeln!(out, "{style}{mark}{PLAIN} {name:<14} {what}")
    };
    row(true, "version", env!("CARGO_PKG_VERSION"))?;
    row(true, "workers", &batch::workers(0).to_string())?;
    let term = std::env::var("TERM").unwrap_or_else(|_| "not set".to_owned());
    let interactive = std::io::stdout().is_terminal() && std::io::stdin().is_terminal();
    let kind = if interactive {
        "a terminal"
    } else {
        "not a terminal: the editor will not open"
    };
    row(true, "terminal", &format!("TERM {term}; {kind}"))?;
    match Paths::new() {
        Ok(paths) => {
            row(true, "config folder", &paths.config.display().to_string())?;
            row(true, "state folder", &paths.state.display().to_string())?;
        }
        Err(error) => {
            outcome = Outcome::BadInput;
            row(false, "folders", &error.to_string())?;
        }
    }
    let loaded = match load_config(common, Vec::new()) {
        Ok(loaded) => loaded,
        Err(error) => {
            row(false, "configuration", &chained(&error))?;
            return Ok(Outcome::BadInput);
        }
    };
    let file = loaded.file.as_ref();
    let file = file.map_or("defaults (no file)".to_owned(), |f| f.display().to_string());
    row(true, "configuration", &file)?;
    match user_words(&loaded) {
        Ok(words) => {
            let path =
                dictionary_path(&loaded)?.map_or_else(String::new, |p| p.display().to_string());
            row(
                true,
                "dictionary",
                &format!("{}, {path}", counted(words.len(), "word")),
            )?;
        }
        Err(error) => {
            outcome = Outcome::BadInput;
            row(false, "dictionary", &chained(&error))?;
        }
    }
    let config = &loaded.config;
    let settings = model_settings(&loaded)?;
    if let Some(found) = device::probe(settings.backend) {
        let note = found.note.map_or_else(String::new, |n| format!("; {n}"));
        let asked = settings.backend.name();
        row(
            true,
            "device",
            &format!("{} (backend {asked}){note}", found.device.name()),
        )?;
    } else {
        let off = "none: the backend is off, so that nothing is told from vectors";
        row(true, "device", off)?;
    }
    if settings.backend != Backend::Off {
        let began = Instant::now();
        match Encoder::load(&settings, None).and_then(|e| try_encoder(e, &settings, began)) {
            Ok(told) => {
                for (name, sound, what) in told {
                    if !sound {
                        outcome = Outcome::BadInput;
                    }
                    row(sound, name, &what)?;
                }
            }
            Err(error) => {
                outcome = Outcome::BadInput;
                row(false, "model", &shown(&error.to_string(), &['\n']))?;
            }
        }
    }
    let engine = engine::open(&loaded, &Storage::Memory)?;
    let mut analyst = Analyst::new(config.analysis_settings(), engine, Lane::Interactive);
    let began = Instant::now();
    analyst.analyse(SAMPLE, &Context::default(), PartSet::ALL, false);
    let first = millis(began);
    let began = Instant::now();
    let report = analyst.analyse(SAMPLE, &Context::default(), PartSet::ALL, false);
    let again = millis(began);
    let sound = report.language.ready().is_some_and(|l| l.code == "en")
        && report.scores.ready().is_some_and(|s| s.overall > 0.0);
    match report.gaps.get("findings.grammar") {
        None => row(
            true,
            "grammar",
            &format!("checks {} English", config.analysis.dialect.name()),
        )?,
        Some(reason) => {
            outcome = Outcome::BadInput;
            row(false, "grammar", reason)?;
        }
    }
    let what = format!(
        "{} characters: first {first:.0} ms, then {again:.1} ms",
        SAMPLE.len()
    );
    row(sound, "self-test", &what)?;
    Ok(if sound { outcome } else { Outcome::BadInput })
}

/// What the encoder is, whether its vectors make sense, and how long they take.
fn try_encoder(
    encoder: Option<Encoder>,
    settings: &Settings,
    began: Instant,
) -> Result<Vec<(&'static str, bool, String)>, ModelError> {
    let Some(encoder) = encoder else {
        return Ok(Vec::new());
    };
    let loaded = millis(began);
    let texts = [
        "Our team hired two engineers in March.",
        "We took on two new developers this spring.",
        "The soup needs more salt.",
    ];
    encoder.embed(&texts)?;
    let began = Instant::now();
    let vectors = encoder.embed(&texts)?;
    let took = millis(began);
    let (near, far) = (dot(&vectors[0], &vectors[1]), dot(&vectors[0], &vectors[2]));
    let identity = encoder.identity();
    let note = encoder
        .note()
        .map_or_else(String::new, |n| format!("; {n}"));
    // Chosen for the model, not for the processor.
    let is_plain = settings.precision == Precision::Auto
        && settings.kernels != Kernels::Stock
        && (identity.backend, identity.precision) == (Backend::Cpu.name(), Precision::F32.name());
    let plain = if is_plain {
        "; its weights are no 8-bit integers: `postwright models quantize` makes them that"
    } else {
        ""
    };
    Ok(vec![
        (
            "model",
            true,
            format!(
                "{} {}, sha256 {}…, loaded in {loaded:.0} ms",
                identity.name,
                identity.version,
                &identity.sha256[..12.min(identity.sha256.len())]
            ),
        ),
        (
            "kernels",
            true,
            format!(
                "{} on {} in {}{plain}{note}",
                encoder.kernels(),
                identity.backend,
                identity.precision,
            ),
        ),
        (
            "vectors",
            near > far + 0.2,
            format!(
                "3 sentences in {took:.1} ms; cosine {near:.2} of two alike, {far:.2} of others"
            ),
        ),
    ])
}

fn millis(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1e3
}

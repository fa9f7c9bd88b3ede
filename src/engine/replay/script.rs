//! A writer who takes fixes, to see what computing them ahead is worth.

use std::time::Duration;

use serde::Serialize;

use crate::analysis::Settings;
use crate::engine::Engine;

use super::run::millis;
use super::typist::Typist;
use super::{Plan, Quantiles, TraceError};

/// Fixes that are taken at most.
const MOST_FIXES: usize = 100;
/// How long the writer looks at a text before taking a fix.
const LOOK: Duration = Duration::from_secs(5);
/// One fix in so many is another than the one suggested first.
const OTHER: usize = 4;

/// What taking fixes gave.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Scripted {
    /// Fixes taken.
    pub fixes: usize,
    /// Segments computed before anybody asked.
    pub started: u64,
    /// Those that a fix needed later.
    pub used: u64,
    /// Used of all started, 0 to 1.
    pub useful_rate: Option<f64>,
    /// From taking a fix to all that is told of the text with it, in milliseconds.
    pub preview_ms: Quantiles,
}

/// Takes fixes of `text`, one after another, as document `number`: of the findings with
/// replacements now this one, now that one, three times in four the replacement that is suggested
/// first.
///
/// # Errors
/// Where the system gives no thread.
pub fn script(
    engine: &Engine,
    settings: &Settings,
    (text, number): (&str, u64),
    plan: &Plan,
) -> Result<Scripted, TraceError> {
    let mut typist = Typist::new(engine, settings, number, plan)?;
    let before = engine.snapshot().superposition;
    typist.edit(text);
    typist.settle();
    let mut previews = Vec::new();
    for step in 0..MOST_FIXES {
        typist.rest(LOOK);
        let mut findings = typist.findings();
        findings.retain(|f| !f.replacements.is_empty());
        // Strides that visit all of them.
        let Some(finding) = findings.get(step * 7 % findings.len().max(1)) else {
            break;
        };
        let choice = usize::from(step % OTHER == OTHER - 1) % finding.replacements.len();
        let span = finding.span.span();
        let text = typist.text();
        let (Some(head), Some(tail)) = (text.get(..span.start), text.get(span.end..)) else {
            break;
        };
        let fixed = [head, &finding.replacements[choice], tail].concat();
        let took = typist.edit(&fixed) + typist.settle();
        previews.push(millis(took));
    }
    let after = engine.snapshot().superposition;
    let (started, used) = (after.started - before.started, after.used - before.used);
    Ok(Scripted {
        fixes: previews.len(),
        started,
        used,
        useful_rate: (started > 0).then(|| used as f64 / started as f64),
        preview_ms: Quantiles::of(previews),
    })
}

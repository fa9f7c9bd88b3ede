//! Heads as the analysis asks them.

use std::sync::Arc;

use crate::analysis::engagement::Forecast;
use crate::analysis::meaning::{HeadUse, Scorers};
use crate::analysis::structure::Clickbait;
use crate::model::heads::{Head, Heads, Task};

use super::inputs;

/// The figure that tells what a head for engagement is worth.
pub const SKILL: &str = "authors not trained on: pair_accuracy";

/// The same of the longer post.
const LENGTH: &str = "authors not trained on: pair_accuracy of the longer one";

/// A head for engagement.
#[derive(Debug)]
struct Lifts(Arc<Head>);

impl Forecast for Lifts {
    fn lift(&self, numbers: &[f32]) -> f32 {
        first(&self.0, numbers, &[])
    }

    fn usual(&self, index: usize) -> f32 {
        self.0.network.mean.get(index).copied().unwrap_or_default()
    }

    fn curve(&self) -> &[[f32; 4]] {
        &self.0.curve
    }

    fn skill(&self) -> f64 {
        let accuracy = self.0.card.figures.get(SKILL).map_or(0.5, |f| f.value);
        2.0 * accuracy - 1.0
    }

    fn evidence(&self) -> String {
        let figures = &self.0.card.figures;
        let Some(own) = figures.get(SKILL) else {
            return "never measured".to_owned();
        };
        let percent = |share: f64| 100.0 * share;
        let length = figures.get(LENGTH).map_or_else(String::new, |f| {
            format!("; taking the longer one, {:.1} %", percent(f.value))
        });
        format!(
            "2 × {:.3} - 1: of two posts of an author that it was not trained on, it names the better \
             one in {:.1} % (95 % interval {:.1} to {:.1}) of {} pairs{length}",
            own.value,
            percent(own.value),
            percent(own.low),
            percent(own.high),
            own.n
        )
    }
}

/// A head for hooks.
#[derive(Debug)]
struct Hooks(Arc<Head>);

impl Clickbait for Hooks {
    fn probability(&self, opening: &str, vector: &[f32]) -> f64 {
        let inputs = inputs::opening(opening);
        let mut dense = inputs.dense;
        dense.extend_from_slice(vector);
        let odds = f64::from(first(&self.0, &dense, &inputs.sparse));
        1.0 / (1.0 + (-odds).exp())
    }
}

fn first(head: &Head, dense: &[f32], sparse: &[(u32, f32)]) -> f32 {
    let outputs = head.network.forward(dense, sparse);
    outputs.first().copied().unwrap_or_default()
}

/// The heads that read more than one sentence.
#[must_use]
pub fn scorers(heads: &Heads) -> Scorers {
    let lifts = heads.get(Task::Engagement);
    let hooks = heads.get(Task::Hook);
    Scorers {
        forecast: lifts.map(|h| Arc::new(Lifts(h.clone())) as Arc<dyn Forecast>),
        clickbait: hooks.map(|h| Arc::new(Hooks(h.clone())) as Arc<dyn Clickbait>),
        heads: heads.iter().map(|h| head_use(h)).collect(),
    }
}

fn head_use(head: &Head) -> HeadUse {
    HeadUse {
        task: head.card.task.clone(),
        version: head.card.version.clone(),
        sha256: head.sha256.clone(),
    }
}

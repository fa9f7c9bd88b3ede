//! The model in use with its ladder of devices, and the keys of what it computes.

use std::sync::{Arc, Weak};
use std::thread;
use std::time::Duration;

use crate::analysis::meaning::ModelUse;
use crate::cache::Scope;
use crate::model::{Backend, Precision, Task};
use crate::resilience::{Breaker, BreakerSettings, Clock, Faults};

use super::encoders::{self, Encoders, Known};
use super::ladder::{Computed, Ladder, Runner, Step};
use super::scopes;

/// How often is looked whether a model is used at least.
const LOOK: Duration = Duration::from_secs(10);
/// The points at which a developer lets devices fail, and the names of their breakers.
pub const CUDA: &str = "cuda";
/// The same of the processor.
pub const PROCESSOR: &str = "cpu-model";

/// The model in use.
pub(super) struct Models {
    pub(super) known: Arc<Known>,
    pub(super) ladder: Ladder<Encoders>,
    /// The sum of the head for sentiment; empty where there is none.
    pub(super) head: String,
    /// What each step of the ladder computes with, and its keys.
    steps: Vec<(Arc<ModelUse>, Scope)>,
}

impl Models {
    /// The model that `encoders` load.
    ///
    /// # Errors
    /// Why there is none, for the reader.
    pub(super) fn new(
        encoders: &Encoders,
        settings: &BreakerSettings,
        clock: &Clock,
        faults: &Faults,
    ) -> Result<Self, String> {
        let known = encoders.known()?;
        let head = known.heads.get(Task::Sentiment);
        let head = head.map_or_else(|_| String::new(), |h| h.sha256.clone());
        let step = |runner: Encoders, device, point| Step {
            breaker: Breaker::new(point, settings.clone(), clock.clone()),
            point: faults.at(point),
            runner,
            device,
        };
        let mut ladder = Vec::new();
        let mut uses = Vec::new();
        let is_cuda = known.model.backend == "cuda";
        if is_cuda {
            ladder.push(step(encoders.clone(), "cuda", CUDA));
            uses.push(known.model.clone());
        }
        let processor = if is_cuda {
            encoders.on_processor()
        } else {
            encoders.clone()
        };
        uses.push(processor.known()?.model.clone());
        ladder.push(step(processor, "cpu", PROCESSOR));
        let scope = |model: ModelUse| {
            let scope = scopes::sentences(&model, &head);
            (Arc::new(model), scope)
        };
        Ok(Self {
            steps: uses.into_iter().map(scope).collect(),
            ladder: Ladder::new(ladder),
            known,
            head,
        })
    }

    /// What the reader should know of the model.
    pub(super) fn note(&self) -> Option<String> {
        let rests = self.ladder.rests();
        let rests = rests.map(|why| encoders::on_processor(&why));
        rests.or_else(|| self.known.note.clone())
    }

    /// What is likely to compute what is asked for next, and its keys. Where all steps rest, those
    /// of the last one: what it computed before is still known.
    pub(super) fn next(&self) -> &(Arc<ModelUse>, Scope) {
        let device = self.ladder.device();
        let of = |(model, _): &(Arc<ModelUse>, Scope)| Some(model.backend) == device;
        let last = self.steps.len() - 1;
        &self.steps[self.steps.iter().position(of).unwrap_or(last)]
    }
}

/// Drops what nobody asks for any more, until the model itself is gone.
pub(super) fn tend(models: &Weak<Models>) {
    while let Some(held) = models.upgrade() {
        let left = held.ladder.runners().filter_map(Encoders::drop_idle).min();
        drop(held);
        thread::sleep(left.unwrap_or(LOOK).min(LOOK));
    }
}

impl Encoders {
    /// The same model on the processor.
    fn on_processor(&self) -> Self {
        let mut settings = self.settings().clone();
        settings.backend = Backend::Cpu;
        if settings.precision == Precision::Bf16 {
            settings.precision = Precision::Auto;
        }
        Self::new(settings)
    }
}

impl Runner for Encoders {
    fn run(&self, texts: &[&str]) -> Result<Computed, String> {
        let reader = self.get()?;
        let (encoded, identity) = reader.sentences(texts).map_err(|e| e.to_string())?;
        Ok(Computed {
            encoded,
            model: encoders::model_use(identity),
            note: reader.encoder().note(),
        })
    }

    fn reset(&self) {
        Self::reset(self);
    }
}

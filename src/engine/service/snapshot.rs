//! What the engine does.

use std::sync::atomic::Ordering;

use serde::Serialize;

use crate::cache::EntanglementStats;
use crate::engine::lanes::PerLane;
use crate::engine::superposition;
use crate::resilience::{Breaker, BreakerSnapshot, FaultCount, LimiterSnapshot};

use super::Engine;

/// What the engine does, at one moment.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EngineSnapshot {
    /// The breakers of the devices, the best one first, once a model was asked, and of the tiers.
    pub breakers: Vec<BreakerSnapshot>,
    /// Who is let in.
    pub limiter: LimiterSnapshot,
    /// Threads that check grammar.
    pub check_workers: usize,
    /// Those at it.
    pub check_busy: usize,
    /// Lines that wait for a check, by lane.
    pub lines_waiting: [usize; 3],
    /// Texts that wait for the model, by lane.
    pub texts_waiting: [usize; 3],
    /// What was computed ahead, and what of it was used.
    pub superposition: superposition::Figures,
    /// What changes of open documents dropped, and what they spared.
    pub entanglement: EntanglementStats,
    /// Faults that were injected on purpose; empty without any.
    pub faults: Vec<FaultCount>,
}

impl Engine {
    /// What the engine does now.
    #[must_use]
    pub fn snapshot(&self) -> EngineSnapshot {
        let shared = &self.0;
        let models = shared.models.get().and_then(|m| m.as_ref().ok());
        let waiting = |lens: PerLane<usize>| {
            let mut waiting = [0; 3];
            for (to, (_, n)) in waiting.iter_mut().zip(lens.iter()) {
                *to = *n;
            }
            waiting
        };
        let devices = models.iter().flat_map(|m| m.ladder.breakers());
        EngineSnapshot {
            breakers: devices
                .chain(&shared.breakers)
                .map(Breaker::snapshot)
                .collect(),
            limiter: shared.limiter.snapshot(),
            check_workers: shared.checks.threads.load(Ordering::Acquire),
            check_busy: shared.checks.busy.load(Ordering::Acquire),
            lines_waiting: waiting(shared.checks.queue.lens()),
            texts_waiting: waiting(shared.texts.queue.lens()),
            superposition: shared.waiting.figures(),
            entanglement: shared.documents.stats(),
            faults: shared.faults.counts(),
        }
    }
}

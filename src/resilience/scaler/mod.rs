//! How many workers a load needs, by the rule of Kubernetes' Horizontal Pod Autoscaler.
//!
//! `desired = ceil(current * metric / target)`, where nothing changes while `metric / target` is
//! within a tolerance of 1. More workers come at once. Fewer come only when no recommendation of
//! the last while was higher (`stabilizationWindowSeconds` for scaling down), so that a load which
//! comes and goes does not start and stop workers all the time. See "Algorithm details" and
//! "Stabilization window" in Kubernetes' documentation of horizontal pod autoscaling.

#[cfg(test)]
mod simulation;

use std::collections::VecDeque;
use std::time::Duration;

use serde::Serialize;

use super::clock::Clock;

/// Settings of a [`Scaler`]. Numbers out of range are brought into it: the floor to at least 1,
/// the cap to at least the floor, the tolerance to at least 0. A target that is not above 0, or a
/// number that is none, becomes the default.
#[derive(Debug, Clone, PartialEq)]
pub struct ScalerSettings {
    /// Fewest workers. Default: 1.
    pub floor: u32,
    /// Most workers. Default: 4.
    pub cap: u32,
    /// What the metric should be, in its unit. Default: 0.7, of a share of time at work.
    pub target: f64,
    /// How far from 1 `metric / target` may be without any change. Default: 0.1.
    pub tolerance: f64,
    /// How long a recommendation keeps workers. Default: 60 s.
    pub down_after: Duration,
}

impl Default for ScalerSettings {
    fn default() -> Self {
        Self {
            floor: 1,
            cap: 4,
            target: 0.7,
            tolerance: 0.1,
            down_after: Duration::from_secs(60),
        }
    }
}

impl ScalerSettings {
    fn in_range(self) -> Self {
        let default = Self::default();
        let floor = self.floor.max(1);
        let is_target = self.target.is_finite() && self.target > 0.0;
        Self {
            floor,
            cap: self.cap.max(floor),
            target: if is_target {
                self.target
            } else {
                default.target
            },
            tolerance: match self.tolerance {
                t if t.is_nan() => default.tolerance,
                t => t.max(0.0),
            },
            down_after: self.down_after,
        }
    }
}

/// What a decision follows from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// The metric is near enough to its target.
    WithinTolerance,
    /// The metric is off its target, but not by a whole worker.
    SameNumber,
    /// More are needed.
    Up,
    /// Fewer are enough, and have been for long enough.
    Down,
    /// Fewer are enough now, but not for long enough.
    Stabilising,
    /// The load asks for another number, but there are already as many as may be, or as few.
    AtBound,
    /// The number was not between the bounds.
    IntoBounds,
    /// The metric was no number, or negative, and nothing changes.
    NoMetric,
}

/// How many workers there should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Decision {
    /// Workers there are.
    pub current: u32,
    /// Workers there should be, between floor and cap.
    pub desired: u32,
    /// Why.
    pub reason: Reason,
}

/// Decides, from one metric and what it recommended before.
#[derive(Debug, Clone)]
pub struct Scaler {
    settings: ScalerSettings,
    clock: Clock,
    /// When, and how many. Those that a later one outdoes are left out, so the first is the
    /// greatest, and there are no more than there are numbers of workers.
    recommended: VecDeque<(Duration, u32)>,
}

impl Scaler {
    /// A scaler that has recommended nothing yet.
    #[must_use]
    pub fn new(settings: ScalerSettings, clock: Clock) -> Self {
        Self {
            settings: settings.in_range(),
            clock,
            recommended: VecDeque::new(),
        }
    }

    /// How many workers there should be, where there are `current` and the metric, in the unit of
    /// the target and averaged over them, is `metric`.
    pub fn decide(&mut self, current: u32, metric: f64) -> Decision {
        let now = self.clock.now();
        let ScalerSettings { floor, cap, .. } = self.settings;
        let decision = |desired, reason| Decision {
            current,
            desired,
            reason,
        };
        if !(floor..=cap).contains(&current) {
            return decision(current.clamp(floor, cap), Reason::IntoBounds);
        }
        if !metric.is_finite() || metric < 0.0 {
            return decision(current, Reason::NoMetric);
        }
        if self.recommended.is_empty() {
            // The workers that are there were wanted by somebody.
            self.recommend(now, current);
        }
        let ratio = metric / self.settings.target;
        let is_near = (ratio - 1.0).abs() <= self.settings.tolerance;
        let raw = if is_near {
            f64::from(current)
        } else {
            (f64::from(current) * ratio).ceil()
        };
        // Whole and between the bounds, which are `u32`.
        let wanted = raw.clamp(f64::from(floor), f64::from(cap)) as u32;
        self.recommend(now, wanted);
        let greatest = self.recommended.front().map_or(wanted, |(_, n)| *n);
        if is_near {
            decision(current, Reason::WithinTolerance)
        } else if wanted > current {
            decision(wanted, Reason::Up)
        } else if wanted == current {
            let is_bound = raw != f64::from(current);
            let reason = if is_bound {
                Reason::AtBound
            } else {
                Reason::SameNumber
            };
            decision(current, reason)
        } else if greatest < current {
            decision(greatest, Reason::Down)
        } else {
            decision(current, Reason::Stabilising)
        }
    }

    fn recommend(&mut self, now: Duration, workers: u32) {
        let kept = self.settings.down_after;
        self.recommended
            .retain(|(at, n)| now.saturating_sub(*at) < kept && *n > workers);
        self.recommended.push_back((now, workers));
    }
}

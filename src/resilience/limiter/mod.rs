//! An adaptive limit on calls at once: as many as are answered without queueing. More are refused
//! at once, which is cheaper for everybody than to answer all of them too late.

mod gradient;
mod settings;

#[cfg(test)]
mod simulation;
#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::Serialize;

use super::clock::Clock;
use super::serial::maybe_seconds;
use gradient::Gradient;

pub use settings::LimiterSettings;

/// A shared handle; clones are the same limiter.
#[derive(Debug, Clone)]
pub struct Limiter(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    name: &'static str,
    clock: Clock,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    gradient: Gradient,
    in_flight: u32,
    samples: Samples,
    /// Most calls in flight while `samples` were taken.
    most_in_flight: u32,
    probe: Option<Probe>,
    probes: u64,
    admitted: u64,
    refused: u64,
    cancelled: u64,
}

/// Latencies, as their sum.
#[derive(Debug, Default)]
struct Samples {
    sum: Duration,
    count: u32,
}

impl Samples {
    fn add(&mut self, latency: Duration) {
        self.sum = self.sum.saturating_add(latency);
        self.count += 1;
    }

    /// In seconds.
    fn mean(&self) -> Option<f64> {
        (self.count > 0).then(|| self.sum.as_secs_f64() / f64::from(self.count))
    }
}

/// The limit is low, and calls that begin now do not queue. The first of them are
/// measured, and not the first to end, which would be the quick ones.
#[derive(Debug)]
struct Probe {
    number: u64,
    /// Is given up then.
    until: Duration,
    /// Calls to be measured.
    calls: u32,
    /// Those of them that began.
    begun: u32,
    samples: Samples,
}

/// A call that was not admitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("limiter `{name}` has {in_flight} calls in flight and admits {limit} at once; try later")]
pub struct Saturated {
    /// The limiter.
    pub name: &'static str,
    /// Calls at once.
    pub limit: u32,
    /// Calls in flight.
    pub in_flight: u32,
}

/// A limiter at one moment.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LimiterSnapshot {
    /// The limiter.
    pub name: &'static str,
    /// Calls at once; fewer during a probe.
    pub limit: u32,
    /// Calls in flight; more than the limit after it fell.
    pub in_flight: u32,
    /// Whether it measures calls that do not queue.
    pub is_probing: bool,
    /// Latency of calls that do not queue; `None` before the first window.
    #[serde(rename = "unloaded_seconds", serialize_with = "maybe_seconds")]
    pub unloaded: Option<Duration>,
    /// Latency in the last window; `None` before the first.
    #[serde(rename = "latency_seconds", serialize_with = "maybe_seconds")]
    pub latency: Option<Duration>,
    /// By what the last window multiplied the limit, 0.5 to 1.
    pub gradient: f64,
    /// Calls admitted since the start.
    pub admitted: u64,
    /// Calls refused since the start.
    pub refused: u64,
    /// Calls since the start that ended without a sample.
    pub cancelled: u64,
}

/// A call that was admitted. Dropped, it was cancelled: its latency says nothing.
#[must_use = "a slot dropped at once admits nothing"]
#[derive(Debug)]
pub struct Slot {
    limiter: Limiter,
    ticket: Ticket,
    is_finished: bool,
}

/// What a call takes along.
#[derive(Debug, Clone, Copy)]
struct Ticket {
    started: Duration,
    /// Number of the probe that measures it.
    probe: Option<u64>,
}

impl Limiter {
    /// A limiter without calls. `name` goes into errors and reports.
    #[must_use]
    pub fn new(name: &'static str, settings: LimiterSettings, clock: Clock) -> Self {
        let settings = settings.in_range();
        Self(Arc::new(Shared {
            name,
            clock,
            state: Mutex::new(State {
                gradient: Gradient::new(settings),
                in_flight: 0,
                samples: Samples::default(),
                most_in_flight: 0,
                probe: None,
                probes: 0,
                admitted: 0,
                refused: 0,
                cancelled: 0,
            }),
        }))
    }

    /// Asks to make a call. Its latency runs from now.
    ///
    /// # Errors
    /// Where as many calls are in flight as the limit admits.
    pub fn acquire(&self) -> Result<Slot, Saturated> {
        let ticket = self.step(|state, now| {
            let limit = state.limit();
            if state.in_flight >= limit {
                state.refused += 1;
                return Err(Saturated {
                    name: self.0.name,
                    limit,
                    in_flight: state.in_flight,
                });
            }
            Ok(state.admit(now))
        })?;
        Ok(Slot {
            limiter: self.clone(),
            ticket,
            is_finished: false,
        })
    }

    /// What the limiter tells of itself.
    #[must_use]
    pub fn snapshot(&self) -> LimiterSnapshot {
        let duration = |s: Option<f64>| s.map(Duration::from_secs_f64);
        self.step(|state, _| LimiterSnapshot {
            name: self.0.name,
            limit: state.limit(),
            in_flight: state.in_flight,
            is_probing: state.probe.is_some(),
            unloaded: duration(state.gradient.long()),
            latency: duration(state.gradient.short()),
            gradient: state.gradient.gradient(),
            admitted: state.admitted,
            refused: state.refused,
            cancelled: state.cancelled,
        })
    }

    /// Runs `step` alone, after what is due.
    fn step<R>(&self, step: impl FnOnce(&mut State, Duration) -> R) -> R {
        // The state is whole after each step, so a panic elsewhere leaves it usable.
        let mut state = self.0.state.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.0.clock.now();
        state.end_probe(now);
        step(&mut state, now)
    }
}

impl State {
    fn limit(&self) -> u32 {
        match self.probe {
            Some(_) => self.gradient.probe_limit(),
            None => self.gradient.limit(),
        }
    }

    fn admit(&mut self, now: Duration) -> Ticket {
        self.in_flight += 1;
        self.admitted += 1;
        self.most_in_flight = self.most_in_flight.max(self.in_flight);
        let measured = self.probe.as_mut().filter(|p| p.begun < p.calls);
        Ticket {
            started: now,
            probe: measured.map(|probe| {
                probe.begun += 1;
                probe.number
            }),
        }
    }

    fn finish(&mut self, ticket: Ticket, now: Duration) {
        self.in_flight -= 1;
        let latency = now.saturating_sub(ticket.started);
        if let Some(probe) = &mut self.probe {
            if ticket.probe == Some(probe.number) {
                probe.samples.add(latency);
            }
            self.end_probe(now);
            return;
        }
        self.samples.add(latency);
        if self.samples.count < self.gradient.window() {
            return;
        }
        let samples = std::mem::take(&mut self.samples);
        if let Some(mean) = samples.mean() {
            self.gradient.update(mean, self.most_in_flight);
            if self.gradient.wants_probe() {
                self.begin_probe(mean, now);
            }
        }
        self.most_in_flight = self.in_flight;
    }

    fn cancel(&mut self, ticket: Ticket) {
        self.in_flight -= 1;
        self.cancelled += 1;
        if let Some(probe) = &mut self.probe
            && ticket.probe == Some(probe.number)
        {
            // Another takes its place.
            probe.begun -= 1;
        }
    }

    /// `latency` is the mean under load, in seconds: what is in flight takes about so long to end,
    /// and a call that does not queue takes no longer. They may go one by one, with pauses.
    fn begin_probe(&mut self, latency: f64, now: Duration) {
        let calls = self.gradient.window().saturating_mul(2);
        let longest = 2.0 * latency * (f64::from(calls) + 1.0);
        let longest = Duration::try_from_secs_f64(longest).unwrap_or(Duration::MAX);
        self.probes += 1;
        self.probe = Some(Probe {
            number: self.probes,
            until: now.saturating_add(longest),
            calls,
            begun: 0,
            samples: Samples::default(),
        });
    }

    /// Ends a probe that has measured all its calls, or taken too long.
    fn end_probe(&mut self, now: Duration) {
        let is_whole = |p: &Probe| p.samples.count >= p.calls;
        if let Some(probe) = self.probe.take_if(|p| is_whole(p) || now >= p.until) {
            let latency = probe.samples.mean().filter(|_| is_whole(&probe));
            self.gradient.probed(latency);
            self.most_in_flight = self.in_flight;
        }
    }
}

impl Slot {
    /// The call ended, well or not, and its latency counts.
    pub fn finish(mut self) {
        self.is_finished = true;
        self.limiter
            .step(|state, now| state.finish(self.ticket, now));
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        if !self.is_finished {
            self.limiter.step(|state, _| state.cancel(self.ticket));
        }
    }
}

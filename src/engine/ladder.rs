//! Where models run: CUDA, else the processor, else nowhere, each step behind its breaker.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::analysis::meaning::ModelUse;
use crate::resilience::faults::Point;
use crate::resilience::{Breaker, BreakerState};

use super::reader::Encoded;

/// What a step computed.
#[derive(Debug, Clone, PartialEq)]
pub struct Computed {
    /// One a text.
    pub encoded: Vec<Encoded>,
    /// What computed them, which may be another device than the step's where that failed.
    pub model: ModelUse,
    /// Why it is another.
    pub note: Option<String>,
}

/// What runs a model.
pub trait Runner: Send + Sync {
    /// Vectors and sentiment of texts.
    ///
    /// # Errors
    /// Why there are none.
    fn run(&self, texts: &[&str]) -> Result<Computed, String>;

    /// Drops what a failure may have left half done.
    fn reset(&self);
}

/// One step.
pub struct Step<R> {
    /// Runs the model there.
    pub runner: R,
    /// Rests it where it fails.
    pub breaker: Breaker,
    /// Where a developer lets it fail.
    pub point: Point,
    /// The name of its device, as in receipts.
    pub device: &'static str,
}

/// All steps, the best one first.
pub struct Ladder<R> {
    steps: Vec<Step<R>>,
}

impl<R: Runner> Ladder<R> {
    /// A ladder of `steps`, the best one first.
    #[must_use]
    pub fn new(steps: Vec<Step<R>>) -> Self {
        Self { steps }
    }

    /// The device that is likely to compute what is asked for next; `None` where all rest.
    #[must_use]
    pub fn device(&self) -> Option<&'static str> {
        let lets_through = |s: &&Step<R>| {
            let told = s.breaker.snapshot();
            match told.state {
                BreakerState::Closed | BreakerState::HalfOpen | BreakerState::Disabled => true,
                // Over, once somebody asks.
                BreakerState::Open => told.retry_in.is_some_and(|left| left.is_zero()),
                BreakerState::ForcedOpen => false,
            }
        };
        self.steps.iter().find(lets_through).map(|s| s.device)
    }

    /// What the best step failed with, where it rests.
    #[must_use]
    pub fn rests(&self) -> Option<String> {
        let best = self.steps.first()?;
        let resting = self.device() != Some(best.device);
        resting.then(|| best.breaker.snapshot().last_failure)?
    }

    /// What runs the model, the best step's first.
    pub fn runners(&self) -> impl Iterator<Item = &R> {
        self.steps.iter().map(|s| &s.runner)
    }

    /// The breakers, the best step's first.
    pub fn breakers(&self) -> impl Iterator<Item = &Breaker> {
        self.steps.iter().map(|s| &s.breaker)
    }

    /// Computes `texts` on the best step that works.
    ///
    /// # Errors
    /// Why none does, for the reader.
    pub fn run(&self, texts: &[&str]) -> Result<Computed, String> {
        let mut reasons = Vec::new();
        for step in &self.steps {
            let permit = match step.breaker.acquire() {
                Ok(permit) => permit,
                Err(refused) => {
                    let last = step.breaker.snapshot().last_failure;
                    let why = last.map_or_else(String::new, |why| format!("; it failed: {why}"));
                    reasons.push(format!("{refused}{why}"));
                    continue;
                }
            };
            // Drivers panic as well as fail.
            let ran = catch_unwind(AssertUnwindSafe(|| {
                step.point.trip().map_err(|e| e.to_string())?;
                step.runner.run(texts)
            }));
            match ran {
                Ok(Ok(computed)) if computed.model.backend == step.device => {
                    permit.succeed();
                    return Ok(computed);
                }
                Ok(Ok(computed)) => {
                    // The model itself fell to another device, and stays there until it is loaded
                    // anew.
                    let why = computed.note.clone();
                    permit.fail(why.unwrap_or_else(|| format!("{} failed", step.device)));
                    step.runner.reset();
                    return Ok(computed);
                }
                Ok(Err(reason)) => {
                    permit.fail(reason.clone());
                    reasons.push(reason);
                }
                Err(_) => {
                    let reason =
                        format!("the model panicked on {}; the log says where", step.device);
                    permit.fail(reason.clone());
                    step.runner.reset();
                    reasons.push(reason);
                }
            }
        }
        Err(reasons.join("; "))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::time::Duration;

    use super::*;
    use crate::resilience::{BreakerSettings, Clock, Faults, Hand};

    /// Does what it is told to by turns: compute on a device, fail, or panic.
    struct Told(Mutex<Vec<Result<&'static str, &'static str>>>, Mutex<usize>);

    impl Runner for Told {
        fn run(&self, texts: &[&str]) -> Result<Computed, String> {
            let next = self.0.lock().unwrap().remove(0);
            assert_ne!(next, Err("panic"), "as told");
            let backend = next.map_err(str::to_owned)?;
            let encoded = texts.iter().map(|_| Encoded {
                vector: [1.0].into(),
                sentiment: None,
            });
            let name = String::new;
            Ok(Computed {
                encoded: encoded.collect(),
                model: ModelUse {
                    name: name(),
                    version: name(),
                    sha256: name(),
                    backend,
                    precision: "f32",
                },
                note: None,
            })
        }

        fn reset(&self) {
            *self.1.lock().unwrap() += 1;
        }
    }

    type Steps = [Vec<Result<&'static str, &'static str>>; 2];

    fn ladder([cuda, cpu]: Steps) -> (Ladder<Told>, Hand) {
        let (clock, hand) = Clock::manual();
        let step = |device, told| Step {
            runner: Told(Mutex::new(told), Mutex::new(0)),
            breaker: Breaker::new(
                device,
                BreakerSettings {
                    minimum_calls: 3,
                    half_open_permits: 1,
                    open_for: Duration::from_secs(5),
                    open_jitter: 0.0,
                    ..BreakerSettings::default()
                },
                clock.clone(),
            ),
            point: Faults::none().at(device),
            device,
        };
        (
            Ladder::new(vec![step("cuda", cuda), step("cpu", cpu)]),
            hand,
        )
    }

    fn devices(ladder: &Ladder<Told>, times: usize) -> Vec<Result<&'static str, String>> {
        let run = |_| ladder.run(&["text"]).map(|c| c.model.backend);
        (0..times).map(run).collect()
    }

    #[test]
    fn a_step_that_fails_gives_way_and_is_tried_again() {
        let cuda = vec![
            Ok("cuda"),
            Err("no memory"),
            Err("panic"),
            Ok("cuda"),
            Ok("cuda"),
        ];
        let (ladder, hand) = ladder([cuda, vec![Ok("cpu"); 3]]);
        assert_eq!(ladder.device(), Some("cuda"));
        let told = devices(&ladder, 4);
        assert_eq!(told, ["cuda", "cpu", "cpu", "cpu"].map(Ok));
        assert_eq!(ladder.device(), Some("cpu"), "cuda rests");
        assert_eq!(
            *ladder.steps[0].runner.1.lock().unwrap(),
            1,
            "after the panic"
        );
        hand.advance(Duration::from_secs(5));
        assert_eq!(ladder.device(), Some("cuda"));
        assert_eq!(devices(&ladder, 2), ["cuda", "cuda"].map(Ok));
    }

    #[test]
    fn a_model_that_fell_by_itself_counts_as_failed_there() {
        let (ladder, _) = ladder([vec![Ok("cpu"); 3], vec![Ok("cpu")]]);
        assert_eq!(devices(&ladder, 3), ["cpu"; 3].map(Ok));
        assert_eq!(*ladder.steps[0].runner.1.lock().unwrap(), 3);
        assert_eq!(ladder.device(), Some("cpu"));
    }

    #[test]
    fn where_no_step_works_the_reasons_are_told() {
        let (ladder, _) = ladder([vec![Err("no driver"); 3], vec![Err("no memory"); 3]]);
        let told = devices(&ladder, 4);
        assert_eq!(told[0], Err("no driver; no memory".to_owned()));
        let resting = told[3].clone().unwrap_err();
        assert!(resting.contains("breaker `cpu` is open"), "{resting}");
        assert_eq!(ladder.device(), None);
    }
}

//! Faults on purpose, for developers: `POSTWRIGHT_FAULTS=cuda=panic:0.5,disk=io:1,remote=slow:50ms`.
//!
//! ```text
//! faults   = fault *("," fault)
//! fault    = point "=" kind [":" duration] [":" probability] [":x" count]
//! ```
//!
//! | kind | what happens at the point |
//! |---|---|
//! | `panic` | it panics |
//! | `io` | it returns an I/O error |
//! | `slow` | it sleeps for the duration (`us`, `ms` or `s`), which no other kind has |
//! | `corrupt` | it is told to corrupt what it reads |
//!
//! The probability is 1 where it is left out; `x20` ends a fault after it happened 20 times, so that
//! a recovery can be rehearsed.
//!
//! A point may have one fault of each kind. It sleeps before it panics, and panics before it
//! returns an error. Draws are seeded: with the same faults, the same calls of a point trip.

mod parse;

use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use serde::Serialize;

pub use parse::FaultsError;

/// The environment variable that asks for faults.
pub const VARIABLE: &str = "POSTWRIGHT_FAULTS";

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FaultKind {
    /// A sleep.
    Slow,
    /// A panic.
    Panic,
    /// An I/O error.
    Io,
    /// Corrupt data.
    Corrupt,
}

impl FaultKind {
    /// Every kind, in the order in which they happen.
    pub const ALL: [Self; 4] = [Self::Slow, Self::Panic, Self::Io, Self::Corrupt];

    /// The name in the grammar.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Slow => "slow",
            Self::Panic => "panic",
            Self::Io => "io",
            Self::Corrupt => "corrupt",
        }
    }
}

/// Everything that is to go wrong. Clones share their draws and counts.
#[derive(Debug, Clone, Default)]
pub struct Faults(Option<Arc<[Rule]>>);

/// One fault of one point.
#[derive(Debug)]
struct Rule {
    point: String,
    kind: FaultKind,
    /// Zero but for [`FaultKind::Slow`].
    delay: Duration,
    probability: f64,
    /// Times that it happens at most.
    most: u64,
    rng: Mutex<ChaCha8Rng>,
    /// Of all rules together.
    rests: Arc<AtomicBool>,
    asked: AtomicU64,
    injected: AtomicU64,
}

/// A place that can be told to fail. Without faults it does nothing, at the cost of a comparison.
#[derive(Debug, Clone, Default)]
pub struct Point(Option<Here>);

/// Rules, and which of them are this point's, in the order in which they happen.
#[derive(Debug, Clone)]
struct Here {
    rules: Arc<[Rule]>,
    mine: Arc<[usize]>,
}

/// How often a fault was injected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FaultCount {
    /// The point.
    pub point: String,
    /// What went wrong there.
    pub kind: FaultKind,
    /// How often it could have.
    pub asked: u64,
    /// How often it did.
    pub injected: u64,
}

impl Faults {
    /// Nothing goes wrong.
    #[must_use]
    pub fn none() -> Self {
        Self(None)
    }

    /// Reads `text`, the value of [`VARIABLE`], whose points are among `known_points`. Nothing but
    /// white space asks for nothing.
    ///
    /// # Errors
    /// Where `text` does not follow the grammar; see [`FaultsError`].
    pub fn parse(text: &str, known_points: &[&str]) -> Result<Self, FaultsError> {
        let rests = Arc::new(AtomicBool::new(false));
        let rules: Arc<[Rule]> = parse::rules(text, known_points)?
            .into_iter()
            .zip(0..)
            .map(|(given, seed)| Rule {
                point: given.point.to_owned(),
                kind: given.kind,
                delay: given.delay,
                probability: given.probability,
                most: given.most,
                rng: Mutex::new(ChaCha8Rng::seed_from_u64(seed)),
                rests: rests.clone(),
                asked: AtomicU64::new(0),
                injected: AtomicU64::new(0),
            })
            .collect();
        Ok(Self((!rules.is_empty()).then_some(rules)))
    }

    /// The faults of `point`; ask once and keep it.
    #[must_use]
    pub fn at(&self, point: &str) -> Point {
        let Some(rules) = &self.0 else {
            return Point(None);
        };
        let mut mine: Vec<usize> = (0..rules.len())
            .filter(|n| rules[*n].point == point)
            .collect();
        mine.sort_by_key(|n| rules[*n].kind);
        Point((!mine.is_empty()).then(|| Here {
            rules: rules.clone(),
            mine: mine.into(),
        }))
    }

    /// Lets all faults rest, or strike again, for whoever rehearses a recovery.
    pub fn rest(&self, rests: bool) {
        if let Some(rule) = self.0.iter().flat_map(|rules| rules.iter()).next() {
            rule.rests.store(rests, Ordering::Release);
        }
    }

    /// Whether nothing goes wrong.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.0.is_none()
    }

    /// How often each fault was injected so far, in the order in which they were given.
    #[must_use]
    pub fn counts(&self) -> Vec<FaultCount> {
        let rules = self.0.as_deref().unwrap_or_default();
        let count = |rule: &Rule| FaultCount {
            point: rule.point.clone(),
            kind: rule.kind,
            asked: rule.asked.load(Ordering::Relaxed),
            injected: rule.injected.load(Ordering::Relaxed),
        };
        rules.iter().map(count).collect()
    }
}

impl Rule {
    /// Draws whether it happens now.
    fn happens(&self) -> bool {
        if self.rests.load(Ordering::Acquire) {
            return false;
        }
        self.asked.fetch_add(1, Ordering::Relaxed);
        let draw: f64 = {
            // Nothing panics while it is held.
            let mut rng = self.rng.lock().unwrap_or_else(PoisonError::into_inner);
            rng.random()
        };
        let more = |n: u64| (n < self.most).then_some(n + 1);
        draw < self.probability
            && self
                .injected
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, more)
                .is_ok()
    }
}

impl Point {
    /// Goes wrong as asked: sleeps, panics, or returns.
    ///
    /// # Errors
    /// Where an I/O error is asked for.
    ///
    /// # Panics
    /// Where a panic is asked for.
    pub fn trip(&self) -> Result<(), io::Error> {
        for rule in self.mine() {
            let point = &rule.point;
            match rule.kind {
                FaultKind::Slow => {
                    if rule.happens() {
                        std::thread::sleep(rule.delay);
                    }
                }
                FaultKind::Panic => {
                    assert!(!rule.happens(), "{VARIABLE} asks for a panic at `{point}`");
                }
                FaultKind::Io => {
                    if rule.happens() {
                        let message = format!("{VARIABLE} asks for an I/O error at `{point}`");
                        return Err(io::Error::other(message));
                    }
                }
                // Asked for by itself, where there is something to corrupt.
                FaultKind::Corrupt => {}
            }
        }
        Ok(())
    }

    /// Whether to corrupt what is read now.
    #[must_use]
    pub fn corrupts(&self) -> bool {
        self.mine()
            .any(|rule| rule.kind == FaultKind::Corrupt && rule.happens())
    }

    fn mine(&self) -> impl Iterator<Item = &Rule> {
        let here = self.0.iter();
        here.flat_map(|here| here.mine.iter().map(|n| &here.rules[*n]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::panic::{AssertUnwindSafe, catch_unwind};

    const POINTS: &[&str] = &["cuda", "disk", "remote"];

    fn faults(text: &str) -> Faults {
        Faults::parse(text, POINTS).unwrap()
    }

    #[test]
    fn without_faults_nothing_goes_wrong() {
        for faults in [Faults::none(), faults("  "), faults("cuda=io")] {
            let disk = faults.at("disk");
            assert!(disk.0.is_none());
            disk.trip().unwrap();
            assert!(!disk.corrupts());
        }
        assert!(faults("").is_none() && Faults::none().counts().is_empty());
    }

    #[test]
    fn faults_rest_and_strike_again() {
        let faults = faults("disk=io");
        let disk = faults.at("disk");
        faults.rest(true);
        disk.trip().unwrap();
        faults.clone().rest(false);
        assert!(disk.trip().is_err());
        assert_eq!(faults.counts()[0].asked, 1);
        Faults::none().rest(true);
    }

    #[test]
    fn a_counted_fault_comes_to_an_end() {
        let faults = faults("disk=io:x3");
        let disk = faults.at("disk");
        let failed = (0..10).filter(|_| disk.trip().is_err()).count();
        assert_eq!(failed, 3);
        let counts = faults.counts();
        assert_eq!((counts[0].asked, counts[0].injected), (10, 3));
    }

    #[test]
    fn each_kind_does_as_it_says() {
        let faults = faults("disk=io:1,cuda=panic,remote=slow:1ms,remote=corrupt");
        let error = faults.at("disk").trip().unwrap_err();
        assert_eq!(
            error.to_string(),
            "POSTWRIGHT_FAULTS asks for an I/O error at `disk`"
        );
        assert!(!faults.at("disk").corrupts());
        let cuda = faults.at("cuda");
        let panic = catch_unwind(AssertUnwindSafe(|| cuda.trip())).unwrap_err();
        let message = panic.downcast_ref::<String>().unwrap();
        assert_eq!(message, "POSTWRIGHT_FAULTS asks for a panic at `cuda`");
        let remote = faults.at("remote");
        remote.trip().unwrap();
        assert!(remote.corrupts());
        let counts: Vec<_> = faults
            .counts()
            .into_iter()
            .map(|c| (c.point, c.kind.name(), c.asked, c.injected))
            .collect();
        let once = |point: &str, kind| (point.to_owned(), kind, 1, 1);
        let expected = [
            once("disk", "io"),
            once("cuda", "panic"),
            once("remote", "slow"),
            once("remote", "corrupt"),
        ];
        assert_eq!(counts, expected);
        let json = serde_json::to_value(faults.counts()).unwrap();
        assert_eq!(json[0]["kind"], "io");
    }

    #[test]
    fn a_point_sleeps_before_it_fails_whatever_the_order() {
        let faults = faults("disk=io,disk=slow:0ms");
        assert!(faults.at("disk").trip().is_err());
        let injected: Vec<_> = faults.counts().iter().map(|c| c.injected).collect();
        assert_eq!(injected, [1, 1]);
    }

    #[test]
    fn draws_keep_their_probability_and_repeat() {
        let run = |faults: &Faults| -> Vec<bool> {
            let disk = faults.at("disk");
            (0..2000).map(|_| disk.trip().is_err()).collect()
        };
        let first = faults("disk=io:0.25");
        let tripped = run(&first);
        assert_eq!(tripped, run(&faults("disk=io:0.25")));
        // Clones and points draw from the same rule.
        assert_ne!(tripped, run(&first.clone()));
        let count = &first.counts()[0];
        assert_eq!(count.asked, 4000);
        // The standard deviation is 27.
        assert!((880..1120).contains(&count.injected), "{count:?}");
        assert!(!run(&faults("disk=io:0")).contains(&true));
        // Two faults do not trip together.
        let both = faults("disk=io:0.5,cuda=io:0.5");
        let [disk, cuda] = ["disk", "cuda"].map(|p| both.at(p));
        assert!((0..100).any(|_| disk.trip().is_err() != cuda.trip().is_err()));
    }
}

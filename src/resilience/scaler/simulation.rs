//! The scaler over workers with a changing load, decision by decision.

use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

use super::*;

const TICK: Duration = Duration::from_secs(5);

/// Tells of workers that each do one unit of load, of which 0.8 are aimed at.
fn settings() -> ScalerSettings {
    ScalerSettings {
        cap: 12,
        target: 0.8,
        ..ScalerSettings::default()
    }
}

/// Runs the loads, one a tick, from one worker; the decisions.
fn run(settings: ScalerSettings, loads: impl IntoIterator<Item = f64>) -> Vec<Decision> {
    let (clock, hand) = Clock::manual();
    let mut scaler = Scaler::new(settings, clock);
    let mut workers = 1;
    let step = |load: f64| {
        hand.advance(TICK);
        let decision = scaler.decide(workers, load / f64::from(workers));
        workers = decision.desired;
        decision
    };
    loads.into_iter().map(step).collect()
}

fn changes(decisions: &[Decision]) -> usize {
    decisions.iter().filter(|d| d.desired != d.current).count()
}

#[test]
fn steps_of_load_are_followed_up_at_once_and_down_after_a_while() {
    let load = |tick: usize| match tick {
        0..20 => 0.8,
        20..40 => 4.0,
        40..60 => 8.0,
        _ => 1.6,
    };
    let decisions = run(settings(), (0..100).map(load));
    let desired: Vec<u32> = decisions.iter().map(|d| d.desired).collect();
    // 60 s of 5 s each hold the last recommendation of 10.
    let expected = [(0..20, 1), (20..40, 5), (40..71, 10), (71..100, 2)];
    for (ticks, workers) in expected {
        for tick in ticks {
            assert_eq!(desired[tick], workers, "at {tick} of {desired:?}");
        }
    }
    assert_eq!(changes(&decisions), 3);
    assert_eq!(decisions[20].reason, Reason::Up);
    assert_eq!(decisions[60].reason, Reason::Stabilising);
    assert_eq!(decisions[71].reason, Reason::Down);
}

#[test]
fn nothing_changes_within_the_tolerance() {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mut noisy = |share: f64| -> Vec<f64> {
        let steps = (0..1000).map(|_| 4.0 * (1.0 + share * (2.0 * rng.random::<f64>() - 1.0)));
        std::iter::once(4.0).chain(steps).collect()
    };
    let quiet = run(settings(), noisy(0.099));
    assert_eq!(changes(&quiet), 1, "only the first, to 5 workers");
    let calm = Reason::WithinTolerance;
    assert!(quiet[1..].iter().all(|d| d.reason == calm));
    // Without it the same load does change them.
    let nervous = ScalerSettings {
        tolerance: 0.0,
        down_after: Duration::ZERO,
        ..settings()
    };
    assert!(changes(&run(nervous, noisy(0.099))) > 200);
}

#[test]
fn a_load_that_comes_and_goes_keeps_its_workers() {
    let wave = (0..400).map(|tick| if tick / 4 % 2 == 0 { 8.0 } else { 0.8 });
    assert_eq!(changes(&run(settings(), wave.clone())), 1);
    let hasty = ScalerSettings {
        down_after: Duration::ZERO,
        ..settings()
    };
    assert_eq!(changes(&run(hasty, wave)), 100);
}

#[test]
fn it_comes_down_to_the_most_that_was_needed_lately() {
    // 10, then 3 for a moment, then 1.
    let loads = [8.0].into_iter().chain([2.4]).chain([0.8; 40]);
    let desired: Vec<u32> = run(settings(), loads).iter().map(|d| d.desired).collect();
    assert_eq!(desired[..12], [10; 12]);
    assert_eq!(desired[12..14], [3, 1]);
}

#[test]
fn it_stays_between_its_bounds_and_says_so() {
    let (clock, hand) = Clock::manual();
    let mut scaler = Scaler::new(settings(), clock);
    let mut decide = |current, metric| {
        hand.advance(TICK);
        let decision = scaler.decide(current, metric);
        (decision.desired, decision.reason)
    };
    assert_eq!(decide(12, 5.0), (12, Reason::AtBound));
    assert_eq!(decide(5, 1e300), (12, Reason::Up));
    assert_eq!(decide(0, 0.8), (1, Reason::IntoBounds));
    assert_eq!(decide(99, 0.8), (12, Reason::IntoBounds));
    for metric in [f64::NAN, f64::INFINITY, -0.1] {
        assert_eq!(decide(5, metric), (5, Reason::NoMetric));
    }
    hand.advance(Duration::from_secs(60));
    assert_eq!(decide(1, 0.0), (1, Reason::AtBound));
    assert_eq!(decide(1, 0.4), (1, Reason::SameNumber));
    assert_eq!(decide(8, 0.71), (8, Reason::SameNumber));
    assert_eq!(
        serde_json::to_value(scaler.decide(1, 0.8)).unwrap()["reason"],
        "within-tolerance"
    );
}

#[test]
fn numbers_out_of_range_are_brought_into_it() {
    let settings = ScalerSettings {
        floor: 0,
        cap: 0,
        target: f64::NAN,
        tolerance: f64::NAN,
        ..ScalerSettings::default()
    }
    .in_range();
    let expected = ScalerSettings {
        floor: 1,
        cap: 1,
        ..ScalerSettings::default()
    };
    assert_eq!(settings, expected);
}

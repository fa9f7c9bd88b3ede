//! Error rates of the stop rule, for a writer who looks after every single posting.

use rand::rngs::ChaCha8Rng;

use super::posterior::Draws;
use super::{Decision, Posting, Settings, Variant, look};
use crate::learning::math::{generator, normal, uniform};

/// Most postings of a variant.
const MOST: usize = 40;

/// Seeds begin here, apart from those that the default settings were chosen on.
const FIRST_SEED: u64 = 1_000_000;

/// What a variant is like in truth.
#[derive(Clone, Copy)]
struct Truth {
    rate: f64,
    /// Median impressions of a posting.
    shown: f64,
}

fn posting(random: &mut ChaCha8Rng, truth: Truth, spread: f64) -> Posting {
    let impressions = (truth.shown * (0.8 * normal(random)).exp()).ceil();
    let share = (truth.rate.ln() + spread * normal(random)).exp().min(1.0);
    Posting {
        impressions: impressions as u64,
        engagements: poisson(random, impressions * share),
    }
}

/// A Poisson number: events of unit rate before `mean`.
fn poisson(random: &mut ChaCha8Rng, mean: f64) -> u64 {
    let mut wait = || -uniform(random).ln();
    let (mut events, mut time) = (0, wait());
    while time < mean {
        events += 1;
        time += wait();
    }
    events
}

/// What a run ended with, and after how many postings of each variant. It is looked at after every
/// single posting.
fn run(
    settings: &Settings,
    draws: &Draws,
    seed: u64,
    truths: &[Truth],
    spread: f64,
) -> (Decision, usize) {
    let mut random = generator(seed);
    let mut variants: Vec<Variant> = (0..truths.len())
        .map(|i| Variant {
            name: format!("variant {i}"),
            postings: Vec::new(),
        })
        .collect();
    let mut last = Decision::NoDifference;
    for n in 1..=MOST {
        for (i, truth) in truths.iter().enumerate() {
            variants[i]
                .postings
                .push(posting(&mut random, *truth, spread));
            if variants
                .iter()
                .any(|v| v.postings.len() < settings.min_postings)
            {
                continue;
            }
            last = look(&variants, settings, draws).decision;
            match last {
                Decision::Stop { .. } | Decision::NoDifference => return (last, n),
                Decision::KeepGoing { .. } => {}
            }
        }
    }
    (last, MOST)
}

/// How many of a hundred runs end with variant 0, with another, with no difference; and the mean
/// number of postings of each variant.
fn ends(what: &str, runs: u64, truths: &[Truth], spread: f64, settings: Settings) -> [f64; 4] {
    let settings = Settings {
        draws: 1000,
        ..settings
    };
    let draws = Draws::new(truths.len(), settings.draws, settings.seed);
    let mut ends = [0.0; 4];
    for seed in FIRST_SEED..FIRST_SEED + runs {
        let (decision, n) = run(&settings, &draws, seed, truths, spread);
        match decision {
            Decision::Stop { best: 0 } => ends[0] += 1.0,
            Decision::Stop { .. } => ends[1] += 1.0,
            Decision::NoDifference => ends[2] += 1.0,
            Decision::KeepGoing { .. } => {}
        }
        ends[3] += n as f64 / 100.0;
    }
    let ends = ends.map(|x| 100.0 * x / runs as f64);
    println!(
        "{what}, spread {spread}: variant 0 wins {:.1} %, another {:.1} %, no difference {:.1} %; \
         {:.1} postings of each",
        ends[0], ends[1], ends[2], ends[3]
    );
    ends
}

fn truth(rate: f64) -> Truth {
    Truth {
        rate,
        shown: 1000.0,
    }
}

fn shown(shown: f64) -> Truth {
    Truth { rate: 0.03, shown }
}

#[test]
fn equal_variants_seldom_yield_a_winner() {
    let (seen, less, least) = (truth(0.03), shown(100.0), shown(30.0));
    for (what, runs, truths) in [
        ("equal", 200, &[seen, seen][..]),
        ("equal, shown 1000 and 100 times", 60, &[seen, less]),
        ("equal, shown 1000 and 30 times", 60, &[seen, least]),
        ("four equal", 30, &[seen; 4]),
    ] {
        let ends = ends(what, runs, truths, 0.8, Settings::default());
        assert!(ends[0] + ends[1] <= 5.0, "{what}");
    }
}

#[test]
fn a_doubled_rate_is_found() {
    let ends = ends(
        "twice",
        100,
        &[truth(0.06), truth(0.03)],
        0.8,
        Settings::default(),
    );
    assert!(ends[0] >= 80.0, "found too seldom");
    assert!(ends[0] >= 0.9 * (ends[0] + ends[1]), "mistaken too often");
}

#[test]
fn expected_loss_alone_would_find_winners_among_equals() {
    let lenient = Settings {
        certainty: 0.501,
        caring: 0.02,
        ..Settings::default()
    };
    let ends = ends(
        "equal, expected loss alone",
        60,
        &[truth(0.03); 2],
        0.8,
        lenient,
    );
    assert!(ends[0] + ends[1] > 20.0);
}

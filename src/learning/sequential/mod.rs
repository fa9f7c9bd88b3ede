//! Which variant of a post does better, and when to stop asking.
//!
//! A posting is **one** observation: the logarithm of its engagement rate. A thousand impressions
//! are not a thousand trials, because everybody who saw the posting saw it on the same day, in the
//! same feed and below the same news; two postings of one text differ by a factor of two as often as
//! not (standard deviation of log rates about 0.8), where binomial noise would allow a few percent.
//! A test on impressions would find a winner among equals nearly every time.
//!
//! `posterior` is the model. A test stops with a winner only where three things hold: every
//! variant has [`Settings::min_postings`], the best is best with probability [`Settings::certainty`]
//! under a sceptical prior on differences, and choosing it is expected to lose less than
//! [`Settings::caring`]. Expected loss alone is too lenient where one looks after every posting: below
//! 2 % it names a winner of two equal variants in three tests of four. The default certainty and the
//! prior were chosen together by simulation so that it is one in thirty, up to 40 postings of each.

mod design;
mod posterior;
#[cfg(test)]
mod simulations;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use super::LearningError;
use super::math::{mean, quantile};
use posterior::{Draws, Model, Observation};

/// A posting of a variant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posting {
    /// Times it was shown; a posting that nobody saw tells nothing and is left out.
    pub impressions: u64,
    /// Reactions, comments and shares.
    pub engagements: u64,
}

/// A variant with its postings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variant {
    /// What it is called.
    pub name: String,
    /// How often it was tried, in any order.
    pub postings: Vec<Posting>,
}

/// When a test stops.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// Postings that every variant needs before anything is decided; at least 2.
    pub min_postings: usize,
    /// Probability of being best that a winner needs, above 0.5 and below 1.
    pub certainty: f64,
    /// Relative loss of rate that the writer does not care about, above 0 and below 1.
    pub caring: f64,
    /// Draws from the posterior; at least 100.
    pub draws: usize,
    /// What they are drawn from.
    pub seed: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            min_postings: 6,
            certainty: 0.985,
            caring: 0.05,
            draws: 4000,
            seed: 0x5eed,
        }
    }
}

/// What to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "decision", rename_all = "kebab-case")]
pub enum Decision {
    /// More postings are needed.
    KeepGoing {
        /// About how many more of each variant, were the rates as they look now; at most
        /// [`MOST_NEEDED`].
        more: usize,
    },
    /// One variant is better.
    Stop {
        /// Its index.
        best: usize,
    },
    /// Whichever variant is chosen, less is lost than the writer cares about.
    NoDifference,
}

/// Most postings of a variant that a test asks for; farther ahead it does not look.
pub const MOST_NEEDED: usize = 500;

/// What is known of a variant.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Standing {
    /// What it is called.
    pub name: String,
    /// Postings that count.
    pub n: usize,
    /// Posterior mean of the engagement rate of its typical posting, per impression.
    pub rate: f64,
    /// Ends of the central interval that holds that rate with probability 0.9.
    pub interval: [f64; 2],
    /// Probability that no other variant has a higher rate.
    pub best: f64,
    /// Share of the best rate that choosing this one is expected to lose.
    pub loss: f64,
}

/// A test as it stands.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Analysis {
    /// The variants, as given.
    pub variants: Vec<Standing>,
    /// Posterior mean of the standard deviation of log rates between postings of one variant.
    pub spread: f64,
    /// What to do next.
    #[serde(flatten)]
    pub decision: Decision,
    /// The arithmetic.
    pub explanation: String,
}

/// How a test of `variants` stands.
///
/// # Errors
/// Where there are fewer than two, or a setting is outside its range.
pub fn analyse(variants: &[Variant], settings: &Settings) -> Result<Analysis, LearningError> {
    check(settings)?;
    if variants.len() < 2 {
        return Err(LearningError::Variants {
            have: variants.len(),
        });
    }
    let draws = Draws::new(variants.len(), settings.draws, settings.seed);
    Ok(look(variants, settings, &draws))
}

fn check(settings: &Settings) -> Result<(), LearningError> {
    let whole = [
        ("min_postings", settings.min_postings, 2, "2 or more"),
        ("draws", settings.draws, 100, "100 or more"),
    ];
    for (name, value, least, range) in whole {
        if value < least {
            let value = value as f64;
            return Err(LearningError::Setting { name, value, range });
        }
    }
    let shares = [
        (
            "certainty",
            settings.certainty,
            0.5,
            "above 0.5 and below 1",
        ),
        ("caring", settings.caring, 0.0, "above 0 and below 1"),
    ];
    for (name, value, above, range) in shares {
        if !(value > above && value < 1.0) {
            return Err(LearningError::Setting { name, value, range });
        }
    }
    Ok(())
}

/// [`analyse`] with the draws for as many variants.
fn look(variants: &[Variant], settings: &Settings, draws: &Draws) -> Analysis {
    let observed: Vec<Vec<Observation>> = variants
        .iter()
        .map(|v| v.postings.iter().filter_map(Observation::of).collect())
        .collect();
    let model = Model::of(&observed);
    let mut rates = model.sample(draws);
    let (best, loss) = compare(&rates);
    // The model of log rates knows no end, but nobody engages more often than is shown.
    let all = rates.iter_mut().flatten();
    all.for_each(|rate| *rate = rate.min(1.0));
    let standings: Vec<Standing> = variants
        .iter()
        .zip(&observed)
        .zip(&mut rates)
        .zip(best.iter().zip(&loss))
        .map(|(((variant, seen), rates), (&best, &loss))| Standing {
            name: variant.name.clone(),
            n: seen.len(),
            rate: mean(rates),
            interval: [quantile(rates, 0.05), quantile(rates, 0.95)],
            best,
            loss,
        })
        .collect();
    let decision = decide(&standings, &model, settings);
    Analysis {
        explanation: explain(&standings, model.spread(), decision, settings),
        spread: model.spread(),
        variants: standings,
        decision,
    }
}

fn decide(standings: &[Standing], model: &Model, settings: &Settings) -> Decision {
    let enough = standings.iter().all(|s| s.n >= settings.min_postings);
    let best = leader(standings);
    let Standing {
        best: certainty,
        loss,
        ..
    } = standings[best];
    if enough && certainty >= settings.certainty && loss < settings.caring {
        Decision::Stop { best }
    } else if enough && standings.iter().all(|s| s.loss < settings.caring) {
        Decision::NoDifference
    } else {
        let more = design::more(standings, model, settings);
        Decision::KeepGoing { more }
    }
}

fn explain(standings: &[Standing], spread: f64, decision: Decision, settings: &Settings) -> String {
    let leader = &standings[leader(standings)];
    let verdict = match decision {
        Decision::KeepGoing { more: MOST_NEEDED } => {
            format!("keep going; even {MOST_NEEDED} more of each would hardly decide it")
        }
        Decision::KeepGoing { more } => {
            format!("keep going; about {more} more of each, if the rates are as they look")
        }
        Decision::Stop { .. } => format!("stop, “{}” is better", leader.name),
        Decision::NoDifference => "stop, no difference worth caring about".to_owned(),
    };
    let fewest = standings.iter().map(|s| s.n).min().unwrap_or(0);
    let worst = standings.iter().map(|s| s.loss).fold(0.0, f64::max);
    format!(
        "“{}” leads with {:.2} % from {} postings, 90 % from {:.2} to {:.2}; best with probability \
         {:.3} (a winner needs {}), expected to lose {:.1} % (needs below {:.1}; the worst choice \
         loses {:.1}); fewest postings {fewest} (needs {}); spread between postings {spread:.2} → \
         {verdict}",
        leader.name,
        100.0 * leader.rate,
        leader.n,
        100.0 * leader.interval[0],
        100.0 * leader.interval[1],
        leader.best,
        settings.certainty,
        100.0 * leader.loss,
        100.0 * settings.caring,
        100.0 * worst,
        settings.min_postings,
    )
}

/// Index of the variant that is most probably best; of equal ones the first.
fn leader(standings: &[Standing]) -> usize {
    (1..standings.len()).fold(0, |leader, i| {
        if standings[i].best > standings[leader].best {
            i
        } else {
            leader
        }
    })
}

/// Of draws of the rates, by variant: how often each is the highest, and which share of the highest
/// it lacks on average.
fn compare(rates: &[Vec<f64>]) -> (Vec<f64>, Vec<f64>) {
    let draws = rates[0].len();
    let (mut best, mut loss) = (vec![0.0; rates.len()], vec![0.0; rates.len()]);
    for draw in 0..draws {
        let (mut first, mut highest) = (0, 0.0);
        for (i, rates) in rates.iter().enumerate() {
            if rates[draw] > highest {
                (first, highest) = (i, rates[draw]);
            }
        }
        best[first] += 1.0;
        for (loss, rates) in loss.iter_mut().zip(rates) {
            *loss += 1.0 - rates[draw] / highest;
        }
    }
    let share = |counts: Vec<f64>| counts.into_iter().map(|c| c / draws as f64).collect();
    (share(best), share(loss))
}

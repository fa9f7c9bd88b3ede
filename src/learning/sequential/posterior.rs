//! The model of log rates.
//!
//! Posting j of variant i was shown `n_ij` times, and its engagements are counts around a rate of its
//! own:
//!
//! ```text
//! engagements_ij ~ Poisson(n_ij exp(theta_ij))   theta_ij ~ Normal(mu_i, spread²)
//! mu_i ~ Normal(mu, EFFECT²)                     mu ~ Normal(ln USUAL_RATE, RATE_SPREAD²)
//! spread² ~ scaled inverse chi-squared(SPREAD_WEIGHT, USUAL_SPREAD²)
//! ```
//!
//! `EFFECT` is the scepticism: most rewrites of one post move its rate by less than a quarter. The
//! spread is shared by all variants and integrated out over a grid. At each of its points a count is
//! replaced by a normal observation of `theta` (Laplace's method around its mode; Breslow and
//! Clayton 1993), after which everything is normal and exact; the posterior is a mixture of normals,
//! with the tails of a Student t. The plainer `ln((engagements + 1/2) / (impressions + 1))` with a
//! variance of `1 / (engagements + 1/2)` flatters small counts: of two equal variants shown 1000 and
//! 30 times a posting it has the second win half the tests.

use std::f64::consts::SQRT_2;

use rand::seq::SliceRandom;

use super::Posting;
use crate::learning::math::{generator, normal_quantile, uniform};

/// Standard deviation of a variant's log rate around that of all.
const EFFECT: f64 = 0.2;
/// Engagements per impression of a usual post; the prior on it is wide.
const USUAL_RATE: f64 = 0.03;
/// Standard deviation of the log rate of all variants around that.
const RATE_SPREAD: f64 = 1.5;
/// Standard deviation of log rates between postings, before any is seen.
const USUAL_SPREAD: f64 = 0.8;
/// Postings that it is worth.
const SPREAD_WEIGHT: f64 = 6.0;
/// Least and greatest spread of the grid.
const SPREADS: [f64; 2] = [0.2, 2.5];
/// Points of the grid, evenly spaced in the logarithm.
const POINTS: usize = 22;

/// Most steps to a mode, and most passes to the centre; both need two to six.
const MOST_STEPS: usize = 50;

/// A posting as the model sees it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Observation {
    shown: f64,
    engaged: f64,
}

impl Observation {
    /// That of `posting`; none where nobody saw it.
    pub fn of(posting: &Posting) -> Option<Self> {
        (posting.impressions > 0).then_some(Self {
            shown: posting.impressions as f64,
            engaged: posting.engagements as f64,
        })
    }

    /// A normal observation in its stead, where log rates are `spread` around `centre`.
    fn normal(self, centre: f64, spread: f64) -> Normal {
        let prior = 1.0 / (spread * spread);
        // The slope of the log density falls ever faster, so Newton's method comes down to the mode
        // from here without passing it.
        let mut theta = centre.max(((self.engaged + 0.5) / self.shown).ln());
        for _ in 0..MOST_STEPS {
            let expected = self.shown * theta.exp();
            let slope = self.engaged - expected - prior * (theta - centre);
            let step = slope / (expected + prior);
            theta += step;
            if step.abs() < 1e-3 {
                break;
            }
        }
        let expected = self.shown * theta.exp();
        let slope = self.engaged - expected;
        Normal {
            log_rate: theta + slope / expected,
            noise: 1.0 / expected,
            log_constant: self.engaged * theta - expected + 0.5 * slope * slope / expected
                - 0.5 * expected.ln(),
        }
    }
}

/// A normal observation of a log rate.
#[derive(Debug, Clone, Copy)]
struct Normal {
    log_rate: f64,
    /// Variance that is due to counting.
    noise: f64,
    /// What the logarithm of the count's likelihood has beside the normal density.
    log_constant: f64,
}

/// A variant at one spread: precision and mean of its postings.
#[derive(Debug, Clone, Copy)]
struct Arm {
    precision: f64,
    mean: f64,
    /// Logarithm of the likelihood at that mean, up to a constant.
    log_likelihood: f64,
}

impl Arm {
    fn of(seen: &[Observation], centre: f64, spread: f64) -> Self {
        let seen: Vec<Normal> = seen.iter().map(|o| o.normal(centre, spread)).collect();
        let variance = |o: &Normal| spread * spread + o.noise;
        let precision: f64 = seen.iter().map(|o| 1.0 / variance(o)).sum();
        let sum: f64 = seen.iter().map(|o| o.log_rate / variance(o)).sum();
        let mean = if precision > 0.0 {
            sum / precision
        } else {
            0.0
        };
        let log_likelihood = seen
            .iter()
            .map(|o| {
                let (variance, away) = (variance(o), o.log_rate - mean);
                o.log_constant - 0.5 * (variance.ln() + away * away / variance)
            })
            .sum();
        Self {
            precision,
            mean,
            log_likelihood,
        }
    }

    /// Precision of this variant's mean as an observation of `mu`.
    fn weight(self) -> f64 {
        if self.precision > 0.0 {
            1.0 / (1.0 / self.precision + EFFECT * EFFECT)
        } else {
            0.0
        }
    }
}

/// The posterior at one spread.
#[derive(Debug, Clone)]
struct Point {
    spread: f64,
    probability: f64,
    arms: Vec<Arm>,
    /// Mean and standard deviation of `mu`.
    centre: [f64; 2],
}

impl Point {
    /// With the logarithm of the probability, up to a constant; `near` is where the search for the
    /// mean of `mu` begins.
    fn of(observed: &[Vec<Observation>], spread: f64, near: f64) -> Self {
        let prior = 1.0 / (RATE_SPREAD * RATE_SPREAD);
        let usual = USUAL_RATE.ln();
        let (mut arms, mut mean, mut total) = (Vec::new(), near, prior);
        for _ in 0..MOST_STEPS {
            let around = mean;
            arms = observed
                .iter()
                .map(|seen| Arm::of(seen, around, spread))
                .collect::<Vec<Arm>>();
            total = prior + arms.iter().map(|a| a.weight()).sum::<f64>();
            let sum = prior * usual + arms.iter().map(|a| a.weight() * a.mean).sum::<f64>();
            mean = sum / total;
            if (mean - around).abs() < 1e-2 {
                break;
            }
        }
        // The prior on the spread, with respect to its logarithm.
        let ratio = USUAL_SPREAD / spread;
        let mut log = SPREAD_WEIGHT * (ratio.ln() - 0.5 * ratio * ratio);
        for arm in arms.iter().filter(|a| a.precision > 0.0) {
            let (away, weight) = (arm.mean - mean, arm.weight());
            log += arm.log_likelihood
                - 0.5 * (arm.precision.ln() + weight * away * away - weight.ln());
        }
        log -= 0.5 * (total.ln() + prior * (usual - mean) * (usual - mean));
        Self {
            spread,
            probability: log,
            arms,
            centre: [mean, (1.0 / total).sqrt()],
        }
    }
}

/// The posterior.
#[derive(Debug, Clone)]
pub struct Model {
    points: Vec<Point>,
    /// Postings that count.
    postings: usize,
}

impl Model {
    /// Given the postings of each variant.
    pub fn of(observed: &[Vec<Observation>]) -> Self {
        let [least, greatest] = SPREADS.map(f64::ln);
        let step = (greatest - least) / (POINTS - 1) as f64;
        let mut near = USUAL_RATE.ln();
        let mut points = Vec::with_capacity(POINTS);
        for i in 0..POINTS {
            let point = Point::of(observed, (least + step * i as f64).exp(), near);
            near = point.centre[0];
            points.push(point);
        }
        let highest = points
            .iter()
            .map(|p| p.probability)
            .fold(f64::MIN, f64::max);
        let weights = points.iter().map(|p| (p.probability - highest).exp());
        let total: f64 = weights.sum();
        for point in &mut points {
            point.probability = (point.probability - highest).exp() / total;
        }
        Self {
            points,
            postings: observed.iter().map(Vec::len).sum(),
        }
    }

    /// Posterior mean of the spread.
    pub fn spread(&self) -> f64 {
        self.points.iter().map(|p| p.probability * p.spread).sum()
    }

    /// Variance of what a posting says of its variant's log rate.
    pub fn variance(&self) -> f64 {
        let arms = &self.likeliest().arms;
        let precision: f64 = arms.iter().map(|a| a.precision).sum();
        if precision > 0.0 {
            self.postings as f64 / precision
        } else {
            USUAL_SPREAD * USUAL_SPREAD
        }
    }

    /// Standard deviation of the difference of two variants before any posting.
    pub fn doubt() -> f64 {
        SQRT_2 * EFFECT
    }

    /// Means of the log rates of the variants' postings, `None` for one without any.
    pub fn observed(&self) -> Vec<Option<f64>> {
        let arms = self.likeliest().arms.iter();
        arms.map(|a| (a.precision > 0.0).then_some(a.mean))
            .collect()
    }

    fn likeliest(&self) -> &Point {
        let points = 1..self.points.len();
        let best = points.fold(0, |best, i| {
            if self.points[i].probability > self.points[best].probability {
                i
            } else {
                best
            }
        });
        &self.points[best]
    }

    /// Rates drawn from the posterior, by variant.
    pub fn sample(&self, draws: &Draws) -> Vec<Vec<f64>> {
        let mut rates: Vec<Vec<f64>> = draws.arms.iter().map(|a| vec![0.0; a.len()]).collect();
        let count = draws.centre.len();
        let (mut from, mut below) = (0, 0.0);
        for point in &self.points {
            below += point.probability;
            let to = ((below * count as f64).round() as usize).min(count);
            let prior = 1.0 / (EFFECT * EFFECT);
            let [centre, deviation] = point.centre;
            for (arm, (rates, normals)) in point.arms.iter().zip(rates.iter_mut().zip(&draws.arms))
            {
                let precision = arm.precision + prior;
                let own = arm.precision * arm.mean / precision;
                let (pull, spread) = (prior / precision, (1.0 / precision).sqrt());
                for i in from..to {
                    let mu = centre + deviation * draws.centre[i];
                    rates[i] = (own + pull * mu + spread * normals[i]).exp();
                }
            }
            from = from.max(to);
        }
        rates
    }
}

/// Standard normal numbers to draw with: one for `mu` and one for each variant.
#[derive(Debug, Clone)]
pub struct Draws {
    centre: Vec<f64>,
    arms: Vec<Vec<f64>>,
}

impl Draws {
    /// `count` of them for `variants`, in a Latin hypercube (McKay, Beckman and Conover 1979): each
    /// number is one of `count` equally probable strata, so that far fewer draws are as exact.
    pub fn new(variants: usize, count: usize, seed: u64) -> Self {
        let mut random = generator(seed);
        let mut column = || {
            let strata = (0..count).map(|i| (i as f64 + uniform(&mut random)) / count as f64);
            let mut column: Vec<f64> = strata.map(normal_quantile).collect();
            column.shuffle(&mut random);
            column
        };
        Self {
            centre: column(),
            arms: (0..variants).map(|_| column()).collect(),
        }
    }
}

//! How many more postings a test needs.

use super::posterior::Model;
use super::{MOST_NEEDED, Settings, Standing, leader};
use crate::learning::math::{normal_cdf, normal_density};

/// About how many more postings of each variant bring a decision, were the log rates exactly as they
/// look now; at most [`MOST_NEEDED`].
///
/// Looks at the leader and whoever is second, with equal numbers of postings: after `n` of each their
/// difference is known with the precision `n / 2v`, `v` the variance of a posting, and the prior's is
/// added. Both are normal here, which is exact enough for a plan.
pub fn more(standings: &[Standing], model: &Model, settings: &Settings) -> usize {
    let fewest = standings.iter().map(|s| s.n).min().unwrap_or(0);
    let first = leader(standings);
    let seen = model.observed();
    let others = (0..standings.len()).filter(|i| *i != first);
    let second = others.max_by(|a, b| standings[*a].best.total_cmp(&standings[*b].best));
    let difference = second
        .and_then(|second| Some(seen[first]? - seen[second]?))
        .unwrap_or(0.0);
    let prior = 1.0 / (Model::doubt() * Model::doubt());
    let decided = |more: &usize| {
        let n = fewest + more;
        let data = n as f64 / (2.0 * model.variance());
        let (mean, deviation) = (
            difference * data / (data + prior),
            1.0 / (data + prior).sqrt(),
        );
        let standard = mean / deviation;
        // Expected value of what a normal variable has above 0: the loss of the other choice.
        let above = mean * normal_cdf(standard) + deviation * normal_density(standard);
        let won = normal_cdf(standard.abs()) >= settings.certainty;
        n >= settings.min_postings && (won || above.max(above - mean) < settings.caring)
    };
    (1..MOST_NEEDED).find(decided).unwrap_or(MOST_NEEDED)
}

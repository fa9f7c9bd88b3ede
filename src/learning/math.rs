//! The few statistics that the parts of this room share.

use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use statrs::function::beta::inv_beta_reg;
use statrs::function::erf::{erfc, erfc_inv};

/// The generator that `seed` starts.
pub fn generator(seed: u64) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(seed)
}

/// A uniform number strictly between 0 and 1.
pub fn uniform(random: &mut ChaCha8Rng) -> f64 {
    random.random::<f64>().max(f64::MIN_POSITIVE)
}

/// Quantile of the standard normal distribution, `p` strictly between 0 and 1.
pub fn normal_quantile(p: f64) -> f64 {
    -std::f64::consts::SQRT_2 * erfc_inv(2.0 * p)
}

/// Distribution function of the standard normal distribution.
pub fn normal_cdf(x: f64) -> f64 {
    0.5 * erfc(-x / std::f64::consts::SQRT_2)
}

/// Density of the standard normal distribution.
pub fn normal_density(x: f64) -> f64 {
    (-0.5 * x * x).exp() / (2.0 * std::f64::consts::PI).sqrt()
}

/// Quantile of Beta(a, b); `a` and `b` positive, `p` from 0 to 1.
pub fn beta_quantile(a: f64, b: f64, p: f64) -> f64 {
    inv_beta_reg(a, b, p)
}

/// Quantile `p` of `values`, linear between order statistics (Hyndman and Fan 1996, type 7);
/// NaN where there are none. Reorders `values`.
pub fn quantile(values: &mut [f64], p: f64) -> f64 {
    let Some(last) = values.len().checked_sub(1) else {
        return f64::NAN;
    };
    let at = p.clamp(0.0, 1.0) * last as f64;
    let below = at.floor() as usize;
    let (_, low, above) = values.select_nth_unstable_by(below, f64::total_cmp);
    let low = *low;
    let high = above.iter().copied().min_by(f64::total_cmp).unwrap_or(low);
    low + (high - low) * (at - below as f64)
}

/// The median of `values`; NaN where there are none.
pub fn median(values: &[f64]) -> f64 {
    quantile(&mut values.to_vec(), 0.5)
}

/// The mean of `values`; NaN where there are none.
pub fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// A standard normal number.
#[cfg(test)]
pub fn normal(random: &mut ChaCha8Rng) -> f64 {
    normal_quantile(uniform(random))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_lie_between_order_statistics() {
        assert!(quantile(&mut [], 0.5).is_nan());
        assert_eq!(quantile(&mut [3.0], 0.9), 3.0);
        assert_eq!(median(&[4.0, 1.0, 3.0, 2.0]), 2.5);
        assert_eq!(quantile(&mut [5.0, 1.0, 2.0, 4.0, 3.0], 0.1), 1.4);
        assert_eq!(quantile(&mut [5.0, 1.0, 2.0, 4.0, 3.0], 1.0), 5.0);
    }

    #[test]
    fn distributions_agree_with_tables() {
        assert!((normal_quantile(0.975) - 1.959_963_985).abs() < 1e-8);
        assert!((normal_cdf(-1.644_853_627) - 0.05).abs() < 1e-9);
        assert!((normal_density(1.0) - 0.241_970_725).abs() < 1e-9);
        // Beta(2, 1) has the distribution function x².
        assert!((beta_quantile(2.0, 1.0, 0.25) - 0.5).abs() < 1e-9);
    }
}

//! Forward chaining: each post is forecast from those before it.

use crate::learning::math::{mean, median};

/// Posts back that the running median and mean look: about half a year of a weekly writer, so that
/// they follow an audience that grows.
const WINDOW: usize = 25;
/// Posts before the first that the slope is learnt from; before that a median means little.
const SETTLED: usize = 5;
/// Posts with no slope at all that the prior on the slope is worth.
const PRIOR_POSTS: f64 = 10.0;

/// A post that was forecast.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tested {
    /// The head's number.
    pub score: f64,
    /// How it did.
    pub outcome: f64,
    /// How it was expected to do, given the number.
    pub forecast: f64,
    /// The running median before it.
    pub usual: f64,
}

impl Tested {
    /// Absolute error of the forecast.
    pub fn error(&self) -> f64 {
        (self.outcome - self.forecast).abs()
    }

    /// Absolute error of the running median.
    pub fn plain_error(&self) -> f64 {
        (self.outcome - self.usual).abs()
    }
}

/// What the next post is forecast with.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Fitted {
    /// Change of the outcome with the score.
    pub slope: f64,
    /// The running median of outcomes.
    pub usual: f64,
    /// The running mean of scores.
    pub centre: f64,
    /// Posts that both are of.
    pub recent: usize,
}

impl Fitted {
    /// The outcome expected of a post with `score`: the running median, plus the slope times the
    /// distance of the score from the running mean of scores.
    pub fn forecast(&self, score: f64) -> f64 {
        self.usual + self.slope * (score - self.centre)
    }
}

/// Forecasts of `posts`, scores and outcomes in order of date, from number `first` on, and what the
/// next is forecast with.
///
/// The model is `outcome - running median = slope (score - running mean of scores) + noise`. It has
/// no intercept: whatever it wins over the median it owes to the number. The slope is the posterior
/// mean under a normal prior around 0 that is worth [`PRIOR_POSTS`] posts of usual spread, which is
/// ridge regression (Hoerl and Kennard 1970), and never below 0: a number that works upside down is
/// no forecast of anything.
pub fn chain(posts: &[(f64, f64)], first: usize) -> (Vec<Tested>, Fitted) {
    let (mut products, mut squares, mut learnt) = (0.0, 0.0, 0.0);
    let mut tested = Vec::new();
    for (i, &(score, outcome)) in posts.iter().enumerate() {
        if i < SETTLED.min(first) {
            continue;
        }
        let fitted = fit(&posts[..i], products, squares, learnt);
        if i >= first {
            tested.push(Tested {
                score,
                outcome,
                forecast: fitted.forecast(score),
                usual: fitted.usual,
            });
        }
        let away = score - fitted.centre;
        products += away * (outcome - fitted.usual);
        squares += away * away;
        learnt += 1.0;
    }
    (tested, fit(posts, products, squares, learnt))
}

fn fit(before: &[(f64, f64)], products: f64, squares: f64, learnt: f64) -> Fitted {
    let recent = &before[before.len().saturating_sub(WINDOW)..];
    let (scores, outcomes): (Vec<f64>, Vec<f64>) = recent.iter().copied().unzip();
    if recent.is_empty() {
        return Fitted::default();
    }
    let slope = if squares > 0.0 {
        products / (squares * (1.0 + PRIOR_POSTS / learnt))
    } else {
        0.0
    };
    Fitted {
        slope: slope.max(0.0),
        usual: median(&outcomes),
        centre: mean(&scores),
        recent: recent.len(),
    }
}

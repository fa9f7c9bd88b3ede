//! How a post is likely to do among its author's posts, and what that hangs on.

use std::fmt;

use serde::Serialize;

use crate::post::Span;

use super::features::post::{NAMES, mean_vector, sum, unit};

/// What is known of a post besides its text.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Context {
    /// What stands beside the text, such as `image`; see [`is_media`](super::features::post::is_media).
    pub media: Option<String>,
}

/// A head that gives a lift.
pub trait Forecast: fmt::Debug + Send + Sync {
    /// The lift of a post with these numbers; higher is better.
    fn lift(&self, numbers: &[f32]) -> f32;

    /// What the numbers are on average over the posts that it was trained on.
    fn usual(&self, index: usize) -> f32;

    /// What lifts have meant: rows of lift, expected percentile and the ends of an interval that
    /// holds four posts of five, rising in the lift.
    fn curve(&self) -> &[[f32; 4]];

    /// How much better than chance it ranks two posts of an author it was not trained on: 0 is
    /// none, 1 is always.
    fn skill(&self) -> f64;

    /// The measurement behind the skill, in words.
    fn evidence(&self) -> String;
}

/// What a forecast is worth and where its percentile comes from.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EngagementTrace {
    /// The arithmetic of the skill, with its measurement.
    pub skill: String,
    /// The arithmetic of the percentile.
    pub percentile: String,
}

/// How `told`, a word of `head`, comes about.
#[must_use]
pub fn trace(told: &Engagement, head: &dyn Forecast) -> EngagementTrace {
    let rows = head.curve();
    let ends = rows.first().zip(rows.last());
    let range = ends.map_or_else(String::new, |(a, b)| {
        format!(
            "; over all posts from {:.0} at {:+.2} to {:.0} at {:+.2}",
            a[1], a[0], b[1], b[0]
        )
    });
    let verdict = if told.skill < NO_SKILL {
        "no skill: do not rely on it"
    } else if told.skill < LITTLE_SKILL {
        "little skill: a nudge, no promise"
    } else {
        "some skill"
    };
    EngagementTrace {
        skill: format!("{} → skill {:.2}, {verdict}", head.evidence(), told.skill),
        percentile: format!(
            "lift {:+.3} → percentile {:.0} on average, 4 of 5 from {:.0} to {:.0}{range}",
            told.lift, told.percentile, told.interval[0], told.interval[1]
        ),
    }
}

/// Skill below which a forecast is as good as a coin.
const NO_SKILL: f64 = 0.05;
/// Skill below which it is little better.
const LITTLE_SKILL: f64 = 0.4;

/// How a post is likely to do.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Engagement {
    /// Expected share of the author's posts, in percent, that do worse.
    pub percentile: f64,
    /// Percentiles between which four of five posts of such a lift have ended.
    pub interval: [f64; 2],
    /// The head's own number: only differences mean something.
    pub lift: f64,
    /// How much better than chance the head ranks two posts of one author: 0 is none, 1 is always.
    pub skill: f64,
    /// What the lift hangs on most, the strongest first.
    pub drivers: Vec<Driver>,
}

/// A part of the post with its effect.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Driver {
    /// A sentence: how much lift goes where its vector is left out.
    Sentence {
        /// First byte.
        start: usize,
        /// One past the last byte.
        end: usize,
        /// Change of the lift that is due to it.
        effect: f64,
    },
    /// A number: how much lift goes where it is as usual.
    Feature {
        /// What is counted.
        name: &'static str,
        /// The number.
        value: f64,
        /// What it usually is.
        usual: f64,
        /// Change of the lift that is due to it.
        effect: f64,
    },
}

/// Drivers that are told.
const MOST_DRIVERS: usize = 8;
/// The least effect that is told.
const LEAST_EFFECT: f64 = 0.005;

impl Driver {
    /// Change of the lift that is due to it.
    #[must_use]
    pub fn effect(&self) -> f64 {
        match self {
            Self::Sentence { effect, .. } | Self::Feature { effect, .. } => *effect,
        }
    }
}

/// A post on its way into [`engagement`].
pub struct Subject<'a> {
    /// The numbers of its text and media; see [`post`](super::features::post::post).
    pub numbers: [f32; NAMES.len()],
    /// Where each sentence stands.
    pub spans: &'a [Span],
    /// The unit vector of each sentence.
    pub vectors: &'a [&'a [f32]],
}

/// The numbers of the text with the mean of the sentences' vectors of `width` behind them: what a
/// [`Forecast`] reads.
#[must_use]
pub fn inputs(numbers: &[f32], vectors: &[&[f32]], width: usize) -> Vec<f32> {
    let mut inputs = numbers.to_vec();
    inputs.extend(mean_vector(vectors, width));
    inputs
}

/// What a forecast comes to; see the fields of the same names of [`Engagement`].
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Outlook {
    /// Expected share of the author's posts, in percent, that do worse.
    pub percentile: f64,
    /// Percentiles between which four of five posts of such a lift have ended.
    pub interval: [f64; 2],
    /// The head's own number: only differences mean something.
    pub lift: f64,
    /// How much better than chance the head ranks two posts of one author.
    pub skill: f64,
}

/// The forecast of a post of at least one sentence, without what it hangs on.
#[must_use]
pub fn outlook(subject: &Subject<'_>, head: &dyn Forecast) -> Outlook {
    let width = subject.vectors.first().map_or(0, |v| v.len());
    let whole = inputs(&subject.numbers, subject.vectors, width);
    Outlook::at(f64::from(head.lift(&whole)), head)
}

impl Outlook {
    fn at(lift: f64, head: &dyn Forecast) -> Self {
        let [percentile, low, high] = on_curve(head.curve(), lift);
        Self {
            percentile,
            interval: [low, high],
            lift,
            skill: head.skill(),
        }
    }
}

/// What `head` says of a post of at least one sentence.
#[must_use]
pub fn engagement(subject: &Subject<'_>, head: &dyn Forecast) -> Engagement {
    let width = subject.vectors.first().map_or(0, |v| v.len());
    let whole = inputs(&subject.numbers, subject.vectors, width);
    let lift = f64::from(head.lift(&whole));
    let mut drivers = Vec::new();
    for (i, value) in subject.numbers.iter().enumerate() {
        let usual = head.usual(i);
        let mut without = whole.clone();
        without[i] = usual;
        drivers.push(Driver::Feature {
            name: NAMES[i],
            value: f64::from(*value),
            usual: f64::from(usual),
            effect: lift - f64::from(head.lift(&without)),
        });
    }
    // The mean of nothing is no post.
    if subject.vectors.len() > 1 {
        let all = sum(subject.vectors, width);
        for (span, vector) in subject.spans.iter().zip(subject.vectors) {
            // Adding up the others for each would take time with the square of the sentences.
            let others = all.iter().zip(*vector).map(|(s, v)| s - v).collect();
            let without = [&subject.numbers[..], &unit(others)].concat();
            drivers.push(Driver::Sentence {
                start: span.start,
                end: span.end,
                effect: lift - f64::from(head.lift(&without)),
            });
        }
    }
    drivers.retain(|d| d.effect().abs() >= LEAST_EFFECT);
    drivers.sort_by(|a, b| b.effect().abs().total_cmp(&a.effect().abs()));
    drivers.truncate(MOST_DRIVERS);
    let Outlook {
        percentile,
        interval,
        lift,
        skill,
    } = Outlook::at(lift, head);
    Engagement {
        percentile,
        interval,
        lift,
        skill,
        drivers,
    }
}

/// Percentile and interval at a lift, between the rows of a curve in a line.
fn on_curve(curve: &[[f32; 4]], lift: f64) -> [f64; 3] {
    let at = |row: &[f32; 4]| [row[1], row[2], row[3]].map(f64::from);
    let (Some(first), Some(last)) = (curve.first(), curve.last()) else {
        return [50.0, 0.0, 100.0];
    };
    let above = curve.partition_point(|row| f64::from(row[0]) <= lift);
    match above {
        0 => at(first),
        n if n == curve.len() => at(last),
        n => {
            let (below, above) = (&curve[n - 1], &curve[n]);
            let span = f64::from(above[0]) - f64::from(below[0]);
            let share = (lift - f64::from(below[0])) / span;
            let (a, b) = (at(below), at(above));
            [0, 1, 2].map(|i| a[i] + share * (b[i] - a[i]))
        }
    }
}

impl Engagement {
    /// Applies `f` to every span.
    pub fn map_spans(&mut self, f: impl Fn(Span) -> Span) {
        for driver in &mut self.drivers {
            if let Driver::Sentence { start, end, .. } = driver {
                let span = f(Span::new(*start, *end));
                (*start, *end) = (span.start, span.end);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Links count -1 each; the first number of the mean vector counts 2.
    #[derive(Debug)]
    struct Simple;

    impl Forecast for Simple {
        fn lift(&self, numbers: &[f32]) -> f32 {
            let links = NAMES.iter().position(|n| *n == "links").unwrap();
            2.0 * numbers[NAMES.len()] - numbers[links]
        }
        fn usual(&self, _: usize) -> f32 {
            0.0
        }
        fn curve(&self) -> &[[f32; 4]] {
            &[[-1.0, 40.0, 5.0, 80.0], [1.0, 60.0, 15.0, 95.0]]
        }
        fn skill(&self) -> f64 {
            0.2
        }
        fn evidence(&self) -> String {
            "6 of 10 pairs".to_owned()
        }
    }

    #[test]
    fn effects_are_what_goes_with_each_part() {
        let mut numbers = [0.0; NAMES.len()];
        numbers[NAMES.iter().position(|n| *n == "links").unwrap()] = 2.0;
        let (a, b) = ([1.0f32, 0.0], [0.0f32, 1.0]);
        let told = engagement(
            &Subject {
                numbers,
                spans: &[Span::new(0, 5), Span::new(6, 9)],
                vectors: &[&a, &b],
            },
            &Simple,
        );
        // The mean points between both.
        let half = std::f64::consts::FRAC_1_SQRT_2;
        assert!((told.lift - (2.0 * half - 2.0)).abs() < 1e-6);
        let effects: Vec<f64> = told.drivers.iter().map(Driver::effect).collect();
        // Links; the second sentence out leaves the vector of the first; and the other way.
        for (effect, wanted) in effects.iter().zip([-2.0, 2.0 * half, 2.0 * half - 2.0]) {
            assert!((effect - wanted).abs() < 1e-6, "{effects:?}");
        }
        assert!(matches!(
            told.drivers[0],
            Driver::Feature { name: "links", .. }
        ));
        assert!(matches!(told.drivers[1], Driver::Sentence { start: 0, .. }));
    }

    #[test]
    fn a_forecast_without_skill_says_so() {
        let told = |skill| {
            let told = Engagement {
                percentile: 50.0,
                interval: [10.0, 90.0],
                lift: 0.0,
                skill,
                drivers: Vec::new(),
            };
            trace(&told, &Simple).skill
        };
        assert!(told(0.01).contains("no skill"), "{}", told(0.01));
        assert!(told(0.22).contains("little skill"));
        assert!(told(0.22).starts_with("6 of 10 pairs"));
    }

    #[test]
    fn a_percentile_stays_within_the_curve() {
        let curve = Simple.curve().to_vec();
        assert_eq!(on_curve(&curve, 0.0), [50.0, 10.0, 87.5]);
        assert_eq!(on_curve(&curve, -9.0), [40.0, 5.0, 80.0]);
        assert_eq!(on_curve(&curve, 9.0), [60.0, 15.0, 95.0]);
        assert_eq!(on_curve(&[], 0.0), [50.0, 0.0, 100.0]);
    }
}

//! What the trained head says of sentiment: probabilities of three classes, for each sentence and,
//! out of those, for the post.

use serde::Serialize;

/// Log-odds of negative, neutral and positive, up to a common summand.
pub type Logits = [f32; 3];

/// A class of sentiment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Label {
    /// The writer is unhappy with something.
    Negative,
    /// Neither.
    Neutral,
    /// The writer is happy with something.
    Positive,
}

impl Label {
    /// All of them, in the order of [`Logits`].
    pub const ALL: [Self; 3] = [Self::Negative, Self::Neutral, Self::Positive];

    /// The name used everywhere.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Negative => "negative",
            Self::Neutral => "neutral",
            Self::Positive => "positive",
        }
    }
}

/// One probability a class; together 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Probabilities {
    /// Of [`Label::Negative`].
    pub negative: f64,
    /// Of [`Label::Neutral`].
    pub neutral: f64,
    /// Of [`Label::Positive`].
    pub positive: f64,
}

/// What the head says.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Neural {
    /// The most probable class, the first of equals.
    pub label: Label,
    /// Of all classes.
    pub probabilities: Probabilities,
    /// `positive - negative`, -1 to 1.
    pub score: f64,
}

impl Neural {
    /// The softmax of log-odds.
    #[must_use]
    pub fn new(logits: Logits) -> Self {
        let logits = logits.map(f64::from);
        let most = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let powers = logits.map(|l| (l - most).exp());
        let sum: f64 = powers.iter().sum();
        let [negative, neutral, positive] = powers.map(|p| p / sum);
        let label = Label::ALL.into_iter().zip(logits);
        let label = label.fold((Label::Negative, f64::NEG_INFINITY), |best, l| {
            if l.1 > best.1 { l } else { best }
        });
        Self {
            label: label.0,
            probabilities: Probabilities {
                negative,
                neutral,
                positive,
            },
            score: positive - negative,
        }
    }
}

/// How the post's sentiment came about.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NeuralTrace {
    /// Each sentence's share and log-odds, in the order of the report.
    pub sentences: Vec<Part>,
    /// The sum of shares times log-odds.
    pub logits: Logits,
}

/// A sentence's part in it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Part {
    /// Its words as a share of all sentences'.
    pub share: f32,
    /// What the head says of it.
    pub logits: Logits,
}

/// Each sentence's words as a share of all.
#[must_use]
pub fn shares<'a>(sentences: impl Iterator<Item = &'a str>) -> Vec<f32> {
    let words: Vec<f32> = sentences
        .map(|s| s.split_whitespace().count().max(1) as f32)
        .collect();
    let sum: f32 = words.iter().sum();
    words.iter().map(|w| w / sum).collect()
}

/// The post's log-odds out of its sentences': the mean, weighted by their words.
///
/// `None` where there is no sentence, or one is not known yet.
#[must_use]
pub fn trace<'a>(
    sentences: impl Iterator<Item = &'a str>,
    logits: &[Option<Logits>],
) -> Option<NeuralTrace> {
    let shares = shares(sentences);
    if shares.is_empty() || shares.len() != logits.len() {
        return None;
    }
    let parts = shares
        .into_iter()
        .zip(logits)
        .map(|(share, logits)| logits.map(|logits| Part { share, logits }));
    let sentences: Vec<Part> = parts.collect::<Option<_>>()?;
    let mut logits = [0.0; 3];
    for part in &sentences {
        for (sum, l) in logits.iter_mut().zip(part.logits) {
            *sum += part.share * l;
        }
    }
    Some(NeuralTrace { sentences, logits })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_add_up_and_the_first_of_equals_is_told() {
        let told = Neural::new([0.0, 0.0, 0.0]);
        assert_eq!(told.label, Label::Negative);
        assert_eq!(told.score, 0.0);
        let told = Neural::new([-1.0, 0.5, 2.0]);
        let p = told.probabilities;
        assert!((p.negative + p.neutral + p.positive - 1.0).abs() < 1e-12);
        assert_eq!(told.label, Label::Positive);
        assert!((told.score - (p.positive - p.negative)).abs() < 1e-12);
        // Numbers beyond the range of exp.
        assert!(Neural::new([900.0, -900.0, 0.0]).score < -0.999);
    }

    #[test]
    fn a_post_is_the_mean_of_its_sentences_by_words() {
        let texts = ["One two three.", "Four."];
        let logits = [Some([4.0, 0.0, 0.0]), Some([0.0, 0.0, 4.0])];
        let told = trace(texts.into_iter(), &logits).unwrap();
        assert_eq!(told.logits, [3.0, 0.0, 1.0]);
        assert_eq!(told.sentences[1].share, 0.25);
        let waiting = [Some([0.0; 3]), None];
        assert!(trace(texts.into_iter(), &waiting).is_none());
        assert!(trace(std::iter::empty(), &[]).is_none());
    }
}

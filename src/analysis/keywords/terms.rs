//! What the score of a keyword is made of.

const YAKE_SHARE: f64 = 0.7;

/// What a keyword's score is made of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Terms {
    /// YAKE and nominal phrases.
    Blend(Blend),
    /// `probability / best`
    Head {
        /// How likely a reader would choose it, by the trained head.
        probability: f64,
        /// The best probability of the post.
        best: f64,
    },
}

/// `(0.7 relevance + 0.3 phrase) / best`
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Blend {
    /// YAKE's score turned over, or for a phrase that YAKE passed over the mean of its words.
    pub relevance: f64,
    /// 1 for a nominal phrase, 0.5 for a part of one, else 0.
    pub phrase: f64,
    /// The best sum of the post.
    pub best: f64,
}

impl Blend {
    /// The sum before it is divided by the best.
    pub(super) fn sum(self) -> f64 {
        YAKE_SHARE * self.relevance + (1.0 - YAKE_SHARE) * self.phrase
    }
}

impl Terms {
    /// The arithmetic in words and numbers.
    #[must_use]
    pub fn arithmetic(self) -> String {
        match self {
            Self::Blend(blend) => format!(
                "({YAKE_SHARE} × relevance {:.3} + {:.1} × phrase {}) / best {:.3}",
                blend.relevance,
                1.0 - YAKE_SHARE,
                blend.phrase,
                blend.best
            ),
            Self::Head { probability, best } => {
                format!("probability {probability:.4} / best {best:.4}")
            }
        }
    }
}

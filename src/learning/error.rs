//! What can be wrong with what the room is given.

/// Why something cannot be learnt.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum LearningError {
    /// A prior acceptance is no probability between 0 and 1.
    #[error(
        "the prior acceptance of `{operator}` is {value}, which is not strictly between 0 and 1; \
         give the share of such suggestions that writers take"
    )]
    Acceptance {
        /// The operator, or `other` for those without a prior of their own.
        operator: String,
        /// What was given.
        value: f64,
    },
    /// The strength of the priors is no positive number.
    #[error(
        "the strength of the priors is {value}; give a positive number of decisions that they \
         are worth"
    )]
    Strength {
        /// What was given.
        value: f64,
    },
    /// Too few variants to compare.
    #[error("a test compares at least 2 variants and this one has {have}; add a variant")]
    Variants {
        /// How many there are.
        have: usize,
    },
    /// A setting is outside its range.
    #[error("`{name}` is {value}, which is not {range}; give it such a value")]
    Setting {
        /// The setting.
        name: &'static str,
        /// What was given.
        value: f64,
        /// What it must be.
        range: &'static str,
    },
}

//! A text on its way to become a variant.

use std::cmp::Ordering;
use std::sync::Arc;

use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::measured::Measured;

/// The original with some changes. They are given by their numbers in [`super::beam::Search`],
/// in the order of their places.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    pub ids: Vec<usize>,
    pub text: String,
    /// The original with those of the changes whose effect on readers the head can tell.
    pub credited: String,
}

/// A candidate with its worth.
#[derive(Debug, Clone)]
pub(super) struct Judged {
    pub candidate: Candidate,
    pub measured: Arc<Measured>,
    /// The measures with the forecast that may be counted: that of [`Candidate::credited`].
    pub counted: Measured,
    /// Points above the original.
    pub gain: f64,
    tie: u64,
}

impl Judged {
    pub fn new(
        candidate: Candidate,
        measured: Arc<Measured>,
        counted: Measured,
        gain: f64,
        seed: u64,
    ) -> Self {
        let tie = xxh3_64_with_seed(candidate.text.as_bytes(), seed);
        Self {
            candidate,
            measured,
            counted,
            gain,
            tie,
        }
    }

    /// Best first: by gain, then fewer changes, then by a hash of the text with the seed.
    pub fn rank(&self, other: &Self) -> Ordering {
        let changes = |j: &Self| j.candidate.ids.len();
        other
            .gain
            .total_cmp(&self.gain)
            .then(changes(self).cmp(&changes(other)))
            .then(self.tie.cmp(&other.tie))
            .then_with(|| self.candidate.text.cmp(&other.candidate.text))
    }
}

/// The measures of one text with the forecast of another.
pub(super) fn counted(measured: &Measured, credited: &Measured) -> Measured {
    Measured {
        engagement: credited.engagement,
        ..measured.clone()
    }
}

//! Why the engine gave no answer.

use std::time::Duration;

use super::lanes::{Ending, Refusal};

/// Why the engine gave no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// A newer revision of the document is known.
    #[error("a newer revision of the text is known")]
    Superseded,
    /// Whoever asked does not wait any more.
    #[error("nobody waits for it any more")]
    Cancelled,
    /// There is more to do than can be done.
    #[error("the engine has too much to do; try again in {} ms", retry_in.as_millis())]
    Overloaded {
        /// When there should be room.
        retry_in: Duration,
    },
    /// More at once than a lane ever holds.
    #[error("{0}")]
    TooLarge(String),
    /// What computes it failed, or rests after failures; the reason is for the reader.
    #[error("{0}")]
    Failed(String),
    /// It was computed by another step of the ladder than was asked for: ask again.
    #[error("another device took over; ask again")]
    Moved,
    /// The engine has ended.
    #[error("the engine has ended")]
    ShutDown,
}

impl From<Ending> for EngineError {
    fn from(ending: Ending) -> Self {
        match ending {
            Ending::Superseded => Self::Superseded,
            Ending::Cancelled => Self::Cancelled,
            Ending::Abandoned => Self::Failed("its worker gave it up".to_owned()),
            Ending::ShutDown => Self::ShutDown,
        }
    }
}

impl From<Refusal> for EngineError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Overloaded { retry_in, .. } => Self::Overloaded { retry_in },
            Refusal::TooLarge { .. } => Self::TooLarge(refusal.to_string()),
            Refusal::Superseded { .. } => Self::Superseded,
            Refusal::NoTexts => Self::Failed(refusal.to_string()),
            Refusal::Closed => Self::ShutDown,
        }
    }
}

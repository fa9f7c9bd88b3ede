//! A part of a report that may be missing, and why.

/// What became of one part of an analysis.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Part<T> {
    /// Nobody asked for it.
    #[default]
    Omitted,
    /// It could not be computed; the reason is for the reader.
    Unavailable(String),
    /// Here it is.
    Ready(T),
}

impl<T> Part<T> {
    /// The value, where there is one.
    pub fn ready(&self) -> Option<&T> {
        match self {
            Self::Ready(value) => Some(value),
            Self::Omitted | Self::Unavailable(_) => None,
        }
    }

    /// The reason, where the part could not be computed.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Unavailable(reason) => Some(reason),
            Self::Omitted | Self::Ready(_) => None,
        }
    }

    /// Applies `f` to a value.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Part<U> {
        match self {
            Self::Omitted => Part::Omitted,
            Self::Unavailable(reason) => Part::Unavailable(reason),
            Self::Ready(value) => Part::Ready(f(value)),
        }
    }
}

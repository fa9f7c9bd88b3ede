//! Kinds of words.

/// The writer alone.
pub const FIRST: &[&str] = &["i", "i'm", "i've", "i'd", "i'll", "me", "my", "mine"];
/// The reader.
pub const SECOND: &[&str] = &[
    "you", "your", "you're", "you'll", "you've", "yours", "you'd",
];
/// The writer and others.
pub const FIRST_PLURAL: &[&str] = &["we", "our", "us", "we're", "we've"];
/// Somebody else.
pub const THIRD: &[&str] = &[
    "he", "she", "his", "her", "him", "they", "their", "them", "he's", "she's", "they're", "hers",
];
/// Words that point at what is not told yet.
pub const POINTING: &[&str] = &[
    "this", "these", "that", "those", "here", "it", "here's", "what", "why", "how",
];
/// Words that begin a question.
pub const ASKING: &[&str] = &["what", "why", "how", "who", "when", "where", "which"];
/// Words that deny.
pub const DENYING: &[&str] = &[
    "not", "no", "never", "nothing", "don't", "can't", "didn't", "won't", "isn't", "doesn't",
    "wasn't", "ain't", "none", "nobody",
];

//! Pure functions from a post to what it tells a writer. No I/O, no async, no room above.

pub mod analyse;
pub mod cosines;
pub mod engagement;
pub mod explain;
pub mod facts;
pub mod features;
pub mod finding;
pub mod grammar;
pub mod keyphrase;
pub mod keywords;
pub mod language;
pub mod locate;
pub mod meaning;
pub mod measure;
pub mod neural;
pub mod part;
pub mod prose;
pub mod readability;
pub mod report;
pub mod rules;
pub mod score;
pub mod sentiment;
mod source;
pub mod stopwatch;
pub mod structure;
pub mod text;

pub use analyse::{Inputs, PartSet, Settings, Slow};
pub use finding::{Finding, Severity};
pub use part::Part;
pub use report::{Mode, PartName, Report};
pub use stopwatch::Stopwatch;

//! The types of `postwright optimize`.

use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, ValueEnum};

use crate::rewrite::Tone;
use crate::rewrite::search::Goal;

#[derive(Debug, Args)]
pub(in super::super) struct OptimizeArgs {
    /// Post to read; `-` or none means standard input.
    pub file: Option<PathBuf>,
    /// What better means; `optimize.goal` where it is not given.
    #[arg(long, value_enum)]
    pub goal: Option<Goal>,
    /// Variants to look for; fewer are told where no more differ.
    #[arg(long, value_name = "N")]
    pub variants: Option<usize>,
    /// Changes that a variant may have, besides those of a tone that was asked for and of a trim to a
    /// length.
    #[arg(long, value_name = "N")]
    pub max_edits: Option<usize>,
    /// What must stay as it is; can be given again.
    #[arg(long, value_name = "REGEX")]
    pub keep: Vec<String>,
    /// Tone to shift towards: every variant has all of its edits that keep the facts, whatever they
    /// gain.
    #[arg(long, value_enum)]
    pub tone: Option<ToneArg>,
    /// UTF-16 units to trim to, or `fold` for what the feed shows on a phone; a post over LinkedIn's
    /// limit is trimmed to that anyway.
    #[arg(long, value_name = "N|fold")]
    pub length: Option<Length>,
    /// Breaks ties between variants that are as good: one seed, one result.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub seed: u64,
    /// Milliseconds that the search may take, after the post was read; then the best so far counts.
    #[arg(long, value_name = "MS")]
    pub time_budget: Option<u64>,
    /// How to print; human in general, jsonl with --jsonl.
    #[arg(long, value_enum)]
    pub format: Option<OptimizeFormat>,
    /// Writes the best variant into FILE; what was there stays in the post's versions.
    #[arg(long, conflicts_with = "jsonl")]
    pub apply: bool,
    /// Reads one JSON object a line, `{"id": any, "text": "…"}`, and writes one a line.
    #[arg(long)]
    pub jsonl: bool,
}

/// A length to trim to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Length {
    /// UTF-16 units.
    Units(usize),
    /// What the feed shows on a phone.
    Fold,
}

impl FromStr for Length {
    type Err = String;

    fn from_str(given: &str) -> Result<Self, String> {
        match given {
            "fold" => Ok(Self::Fold),
            number => match number.parse() {
                Ok(0) | Err(_) => Err("give a number above 0, or `fold`".to_owned()),
                Ok(units) => Ok(Self::Units(units)),
            },
        }
    }
}

/// A tone, as it is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in super::super) enum ToneArg {
    /// Contractions, "thanks", "help".
    Warmer,
    /// Everyday words.
    Plainer,
    /// No contractions, no slang.
    Formal,
}

impl From<ToneArg> for Tone {
    fn from(tone: ToneArg) -> Self {
        match tone {
            ToneArg::Warmer => Self::Warmer,
            ToneArg::Plainer => Self::Plainer,
            ToneArg::Formal => Self::MoreFormal,
        }
    }
}

/// How variants are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in super::super) enum OptimizeFormat {
    /// For a reader.
    Human,
    /// One object.
    Json,
    /// One object a line.
    Jsonl,
    /// The best variant, word by word: `[-gone-]` and `{+come+}`.
    Diff,
    /// The best variant as a unified diff, for `patch`.
    Patch,
}

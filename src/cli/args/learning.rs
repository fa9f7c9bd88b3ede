//! The types of `postwright history`, `experiment` and `feedback`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::ListFormat;

#[derive(Debug, Args)]
pub(in super::super) struct HistoryArgs {
    #[command(subcommand)]
    pub action: HistoryAction,
}

#[derive(Debug, Subcommand)]
pub(in super::super) enum HistoryAction {
    /// Reads your past posts from files: LinkedIn's analytics (.xlsx, .csv), Shares.csv of the
    /// account archive, or a CSV with the columns
    /// date,text,impressions,reactions,comments,shares,followers. Files given together are joined.
    Import {
        /// The files.
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Says what would be kept, and keeps nothing.
        #[arg(long)]
        dry_run: bool,
        /// How to print.
        #[arg(long, value_enum, default_value = "human")]
        format: ListFormat,
    },
    /// Lists what is kept.
    List {
        /// How to print.
        #[arg(long, value_enum, default_value = "human")]
        format: ListFormat,
    },
    /// Says how well the forecast would have done on your own posts.
    Status {
        /// How to print.
        #[arg(long, value_enum, default_value = "human")]
        format: ListFormat,
    },
    /// Forecasts a post from your own history, where the forecast has shown skill on it.
    Forecast {
        /// Post to read; `-` or none means standard input.
        file: Option<PathBuf>,
        /// How to print.
        #[arg(long, value_enum, default_value = "human")]
        format: ListFormat,
    },
    /// Forgets all of it.
    Clear,
}

#[derive(Debug, Args)]
pub(in super::super) struct ExperimentArgs {
    #[command(subcommand)]
    pub action: ExperimentAction,
}

#[derive(Debug, Subcommand)]
pub(in super::super) enum ExperimentAction {
    /// Starts a test of at least two variants of a post or a hook.
    New {
        /// What to call it.
        name: String,
        /// A variant: its name, and its text behind an equals sign.
        #[arg(long = "variant", required = true, value_name = "NAME[=TEXT]")]
        variants: Vec<String>,
    },
    /// Adds how a posting of a variant did.
    Record {
        /// The test.
        name: String,
        /// The variant.
        variant: String,
        /// How often the posting was shown.
        #[arg(long, value_name = "N", required_unless_present = "url")]
        impressions: Option<u64>,
        /// Reactions, comments and shares together.
        #[arg(long, value_name = "N", required_unless_present = "url")]
        engagements: Option<u64>,
        /// Takes both from the imported post at this address.
        #[arg(long, conflicts_with_all = ["impressions", "engagements"])]
        url: Option<String>,
    },
    /// Says how a test stands, or lists all.
    Status {
        /// The test.
        name: Option<String>,
        /// How to print.
        #[arg(long, value_enum, default_value = "human")]
        format: ListFormat,
    },
    /// Forgets a test.
    Remove {
        /// The test.
        name: String,
    },
}

#[derive(Debug, Args)]
pub(in super::super) struct FeedbackArgs {
    #[command(subcommand)]
    pub action: FeedbackAction,
}

#[derive(Debug, Subcommand)]
pub(in super::super) enum FeedbackAction {
    /// Shows what was learnt of each operator, with its arithmetic.
    Show {
        /// How to print.
        #[arg(long, value_enum, default_value = "human")]
        format: ListFormat,
    },
    /// Writes every decision as JSON.
    Export,
    /// Forgets all of them.
    Reset,
}

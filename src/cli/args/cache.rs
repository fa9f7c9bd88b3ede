//! The arguments of `postwright cache`.

use clap::{ArgGroup, Args, Subcommand};

use super::ListFormat;

#[derive(Debug, Args)]
pub(in crate::cli) struct CacheArgs {
    #[command(subcommand)]
    pub action: CacheAction,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum CacheAction {
    /// Tells what the tiers hold, and how often they help.
    Stats {
        /// How to print.
        #[arg(long, value_enum, default_value = "human")]
        format: ListFormat,
    },
    /// Forgets values.
    #[command(group(ArgGroup::new("which").required(true)))]
    Invalidate {
        /// Those with this tag, such as `kind:sentence`.
        #[arg(long, group = "which", value_name = "TAG")]
        tag: Option<String>,
        /// Those with a tag like this, such as `kind:*`: `*` stands for any characters, `?` for one.
        #[arg(long, group = "which", value_name = "PATTERN")]
        pattern: Option<String>,
        /// All of them.
        #[arg(long, group = "which")]
        all: bool,
    },
    /// Checks every value on disk and removes those that are damaged.
    Verify,
    /// Makes the file as small as it can be.
    Compact,
    /// Prints where the file is.
    Path,
}

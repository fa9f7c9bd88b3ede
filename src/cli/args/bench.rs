//! The arguments of `postwright bench`.

use std::num::NonZero;
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use serde::Serialize;

use super::ListFormat;

#[derive(Debug, Args)]
pub(in crate::cli) struct BenchArgs {
    #[command(subcommand)]
    pub what: BenchWhat,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum BenchWhat {
    /// Analysis by length, one keystroke, batch throughput.
    Analyze,
    /// The sentence encoder: by length and batch, and a cold post.
    Encoder,
    /// The editor: first paint, from a key to its frame, bytes to the terminal.
    Tui,
    /// Typing histories, typed again through the engine: hit rates, and how fresh what is told is.
    Replay(ReplayArgs),
    /// The memory tier's policy on a block trace, beside LRU and the optimum.
    Cache(BlockArgs),
    /// Suggestions and variants of posts: how long they take, and what the forecast makes of each
    /// operator.
    Rewrites(RewritesArgs),
}

#[derive(Debug, Args)]
pub(in crate::cli) struct RewritesArgs {
    /// Posts, one JSON object a line: `{"text": "…"}`.
    pub posts: PathBuf,
    /// Posts that are read at most.
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub count: usize,
    /// How to print.
    #[arg(long, value_enum, default_value = "human")]
    pub format: ListFormat,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct ReplayArgs {
    /// Typing histories, as JSON with `txns` of `patches` [position, deleted, inserted] in code
    /// points; `.gz` is unpacked.
    #[arg(required = true, value_name = "TRACE")]
    pub traces: Vec<PathBuf>,
    /// How to print.
    #[arg(long, value_enum, default_value = "human")]
    pub format: ListFormat,
    /// What to replay once more without, each by itself, to see what it is worth.
    #[arg(long, value_enum, value_delimiter = ',', value_name = "PART,…")]
    pub without: Vec<Without>,
    /// Goes by the trace's own times, where it has them, instead of 200 ms between two keys.
    #[arg(long)]
    pub real_time: bool,
    /// Lets the monitor and its alerts watch meanwhile, as in the workstation, to see what they cost.
    #[arg(long)]
    pub monitor: bool,
    /// Keystrokes that are typed at most, per trace.
    #[arg(long, value_name = "N")]
    pub keystrokes: Option<usize>,
}

/// What a replay can do without.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "lowercase")]
pub(in crate::cli) enum Without {
    /// The memory tier, but for what must be pinned.
    Memory,
    /// The disk tier.
    Disk,
    /// The server that the configuration names.
    Remote,
    /// Computing in idle time what fixes would change.
    Superposition,
    /// Giving up what runs for an older text.
    Cancellation,
    /// Keeping the open document's segments in memory.
    Pinning,
}

impl Without {
    /// As on the command line.
    pub(in crate::cli) const fn name(self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::Disk => "disk",
            Self::Remote => "remote",
            Self::Superposition => "superposition",
            Self::Cancellation => "cancellation",
            Self::Pinning => "pinning",
        }
    }
}

#[derive(Debug, Args)]
pub(in crate::cli) struct BlockArgs {
    /// A block trace: lines `start count ignored id`; `.zst` is unpacked.
    #[arg(long, value_name = "FILE")]
    pub trace: PathBuf,
    /// Blocks that the caches hold; several times for several caches.
    #[arg(long, value_name = "N")]
    pub capacity: Vec<NonZero<usize>>,
    /// How to print.
    #[arg(long, value_enum, default_value = "human")]
    pub format: ListFormat,
}

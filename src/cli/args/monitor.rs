//! The arguments of `postwright monitor`.

use std::path::PathBuf;

use clap::{ArgGroup, Args, Subcommand, ValueEnum};

use super::ListFormat;

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
#[command(group(ArgGroup::new("from").args(["attach", "replay"])))]
pub(in crate::cli) struct MonitorArgs {
    #[command(subcommand)]
    pub action: Option<MonitorAction>,
    /// Prints one sample and ends.
    #[arg(long)]
    pub once: bool,
    /// How to print the sample of --once.
    #[arg(long, value_enum, default_value = "human", requires = "once")]
    pub format: SampleFormat,
    /// Watches another Postwright of this user, by its process number or its socket; without ADDR
    /// the only one there is.
    #[arg(long, value_name = "ADDR", num_args = 0..=1, default_missing_value = "")]
    pub attach: Option<String>,
    /// Shows what was recorded.
    #[arg(long, value_name = "FILE")]
    pub replay: Option<PathBuf>,
    /// Writes every sample into a new file; without a terminal nothing is shown.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["once", "replay"])]
    pub record: Option<PathBuf>,
    /// Samples to record without a terminal; as many as there is time for where it is not given.
    #[arg(long, value_name = "N", requires = "record", conflicts_with = "once")]
    pub samples: Option<u64>,
    /// Bytes a second that the terminal is sent at most; frames come less often then, and show less.
    #[arg(long, value_name = "N", conflicts_with = "once")]
    pub max_bytes_per_second: Option<u64>,
    /// For a slow line: draws at most four frames a second, waits longer for parted keys.
    #[arg(long)]
    pub low_bandwidth: bool,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum MonitorAction {
    /// Lists the running Postwrights that can be watched.
    Instances {
        /// How to print.
        #[arg(long, value_enum, default_value = "human")]
        format: ListFormat,
    },
    /// Tells what happened to alerts.
    Alerts {
        /// Since how long ago, such as `2h`; all that is kept where it is not given.
        #[arg(long, value_name = "TIME")]
        since: Option<String>,
        /// Of this rule only.
        #[arg(long, value_name = "NAME")]
        rule: Option<String>,
        /// How to print.
        #[arg(long, value_enum, default_value = "human")]
        format: AlertFormat,
    },
    /// Lists the rules of alerts, as configured.
    Rules {
        /// Lists the names of metrics, which rules are made of, instead.
        #[arg(long)]
        names: bool,
        /// How to print; `prometheus` gives a file of alerting rules.
        #[arg(long, value_enum, default_value = "human", conflicts_with = "names")]
        format: RuleFormat,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum SampleFormat {
    /// A few lines.
    Human,
    /// One object.
    Json,
    /// The text format of Prometheus.
    Prometheus,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum AlertFormat {
    /// A line each.
    Human,
    /// One array.
    Json,
    /// A table.
    Csv,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum RuleFormat {
    /// A few lines each.
    Human,
    /// Alerting rules of Prometheus, as YAML.
    Prometheus,
}

//! The clap types.

mod bench;
mod cache;
mod learning;
mod monitor;
mod optimize;
mod versions;

use std::path::PathBuf;

use clap::builder::PossibleValue;
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

pub(super) use bench::{BenchArgs, BenchWhat, BlockArgs, ReplayArgs, RewritesArgs, Without};
pub(super) use cache::{CacheAction, CacheArgs};
pub(super) use learning::{
    ExperimentAction, ExperimentArgs, FeedbackAction, FeedbackArgs, HistoryAction, HistoryArgs,
};
pub(super) use monitor::{AlertFormat, MonitorAction, MonitorArgs, RuleFormat, SampleFormat};
pub(super) use optimize::{Length, OptimizeArgs, OptimizeFormat};
pub(super) use versions::{
    DiffFormat, NewArgs, TemplatesAction, TemplatesArgs, VersionsAction, VersionsArgs,
};

use crate::analysis::grammar::Dialect;
use crate::analysis::{Mode, PartName, Severity};
use crate::model::{Backend, Precision, Task};
use crate::rewrite::search::Goal;
use crate::tui::command::{Context, TABLE};
use crate::tui::keymap::Chord;

/// A workstation for people who write posts for LinkedIn.
///
/// Without a subcommand the editor opens, with FILE where one is named.
#[derive(Debug, Parser)]
#[command(name = "postwright", version)]
#[command(after_help = "Exit codes: 0 fine, 1 findings at or above --fail-on, \
                        2 usage, configuration or input errors.")]
pub struct Cli {
    /// Post to edit; a path that does not exist starts a new draft.
    pub(super) file: Option<PathBuf>,
    /// Theme of the editor; the same as --set terminal.theme=NAME.
    #[arg(long, value_name = "NAME")]
    pub(super) theme: Option<String>,
    /// For a slow line: draws at most four frames a second, waits longer for parted keys.
    #[arg(long)]
    pub(super) low_bandwidth: bool,
    #[command(subcommand)]
    pub(super) command: Option<Command>,
    #[command(flatten)]
    pub(super) common: Common,
}

/// Every subcommand and what it does.
pub(super) fn commands() -> Vec<(String, String)> {
    let cli = Cli::command();
    let commands = cli.get_subcommands();
    commands
        .map(|c| {
            let about = c.get_about().map_or(String::new(), ToString::to_string);
            (format!("postwright {}", c.get_name()), about)
        })
        .collect()
}

/// The command line with the editor's keys at the end of its long help.
pub(super) fn with_keys() -> clap::Command {
    let mut keys = "Usual keys in the editor; its help lists them all, as configured:\n".to_owned();
    let told = TABLE.iter().filter(|e| e.context == Context::Anywhere);
    for entry in told {
        if let Some(Ok(key)) = entry.keys.first().map(|k| Chord::parse(k)) {
            keys += &format!("  {:<10} {}\n", key.to_string(), entry.help);
        }
    }
    let cli = Cli::command();
    let codes = cli
        .get_after_help()
        .map_or(String::new(), ToString::to_string);
    cli.after_long_help(format!("{keys}\n{codes}"))
}

/// Flags that every command takes.
#[derive(Debug, Args)]
pub(super) struct Common {
    /// Configuration file to read instead of the usual one.
    #[arg(long, global = true, value_name = "FILE", env = "POSTWRIGHT_CONFIG")]
    pub config: Option<PathBuf>,
    /// Sets one value of the configuration; can be given again.
    #[arg(long, global = true, value_name = "SECTION.KEY=VALUE")]
    pub set: Vec<String>,
    /// Where the sentence encoder runs; the same as --set model.backend=WHERE.
    #[arg(long, global = true, value_name = "WHERE")]
    pub backend: Option<Backend>,
    /// In which numbers it computes; the same as --set model.precision=WHICH.
    #[arg(long, global = true, value_name = "WHICH")]
    pub precision: Option<Precision>,
    /// When to use colour; NO_COLOR is respected.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: ColorWhen,
}

/// When to use colour.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum ColorWhen {
    /// In a terminal.
    Auto,
    /// Even into a pipe.
    Always,
    /// Never.
    Never,
}

impl ColorWhen {
    /// Makes it the choice of every stream.
    pub(super) fn write_global(self) {
        match self {
            Self::Auto => anstream::ColorChoice::Auto,
            Self::Always => anstream::ColorChoice::Always,
            Self::Never => anstream::ColorChoice::Never,
        }
        .write_global();
    }
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Analyses posts.
    Analyze(AnalyzeArgs),
    /// Looks for better versions of a post that keep its facts.
    Optimize(OptimizeArgs),
    /// Reads your past posts, and tries the forecast on them.
    History(HistoryArgs),
    /// Compares variants of a post or a hook by how their postings do.
    Experiment(ExperimentArgs),
    /// Shows and forgets what was learnt from what you took and refused.
    Feedback(FeedbackArgs),
    /// Writes a post in a form to publish.
    Export(ExportArgs),
    /// Lists, compares, names and brings back the versions of a post.
    Versions(VersionsArgs),
    /// Lists templates, hooks and calls to action.
    Templates(TemplatesArgs),
    /// Prints a template, filled in.
    New(NewArgs),
    /// Prints a unit vector a text, of 384 numbers with the model inside the program.
    Embed(EmbedArgs),
    /// Ranks texts by how near they are in meaning to the first one.
    Similar(SimilarArgs),
    /// Says which of two openings or posts is likely to do better.
    Compare(CompareArgs),
    /// Lists, checks and imports models.
    Models(ModelsArgs),
    /// Trains a head on labelled data; see the model card for what each was trained on.
    Train(TrainArgs),
    /// Measures a head on labelled data, beside simpler ways.
    Eval(EvalArgs),
    /// Shows and checks the configuration.
    Config(ConfigArgs),
    /// Lists every rule.
    Rules(RulesArgs),
    /// Looks at this machine and times a self-test.
    Doctor,
    /// Measures this machine.
    Bench(BenchArgs),
    /// Looks into the cache, and empties it.
    Cache(CacheArgs),
    /// Watches the machine, the models, the caches and the breakers.
    Monitor(MonitorArgs),
    /// Writes a completion script.
    Completions {
        /// The shell to write it for.
        shell: Shell,
    },
}

#[derive(Debug, Args)]
pub(super) struct AnalyzeArgs {
    /// Posts to read; `-` or none means standard input.
    pub files: Vec<PathBuf>,
    /// How to print; human in general, jsonl with --jsonl. Several files make json an array.
    #[arg(long, value_enum)]
    pub format: Option<Format>,
    /// Rules of text: `parity` reads the raw text as textstat and VADER do.
    #[arg(long)]
    pub mode: Option<Mode>,
    /// Parts of the report to compute and print.
    #[arg(long, value_delimiter = ',', value_name = "NAME,…")]
    pub only: Vec<PartName>,
    /// Reads one JSON object a line, `{"id": any, "text": "…"}`, and writes one result a line.
    #[arg(long)]
    pub jsonl: bool,
    /// Adds the arithmetic behind the numbers.
    #[arg(long)]
    pub explain: bool,
    /// Exits with 1 where there is a finding of this severity or above.
    #[arg(long, value_name = "SEVERITY")]
    pub fail_on: Option<Severity>,
    /// English to check against.
    #[arg(long)]
    pub dialect: Option<Dialect>,
    /// Workers of a batch; 0 means one a core.
    #[arg(long, value_name = "N")]
    pub workers: Option<usize>,
}

/// How `analyze` prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For a reader.
    Human,
    /// One object, or an array for several files.
    Json,
    /// One object a line.
    Jsonl,
    /// SARIF 2.1.0, findings only.
    Sarif,
}

#[derive(Debug, Args)]
pub(super) struct ExportArgs {
    /// Post to read; `-` or none means standard input.
    pub file: Option<PathBuf>,
    /// Form to write.
    #[arg(long = "as", value_enum, default_value = "plain")]
    pub form: Form,
}

/// Forms of a post.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum Form {
    /// Reserved characters escaped, for the Posts API.
    LittleText,
    /// As it would be pasted: without control characters and comments for Postwright.
    Plain,
    /// Plain, with styled letters made plain and hidden characters gone.
    UnicodeSafe,
}

#[derive(Debug, Args)]
pub(super) struct EmbedArgs {
    /// Text to read; `-` or none means standard input.
    pub file: Option<PathBuf>,
    /// Reads one JSON object a line, `{"id": any, "text": "…"}`, and writes
    /// `{"id": any, "vector": […]}`.
    #[arg(long)]
    pub jsonl: bool,
}

#[derive(Debug, Args)]
pub(super) struct SimilarArgs {
    /// Texts; the others are compared with the first one, or with --to.
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// Text to compare all files with.
    #[arg(long, value_name = "TEXT")]
    pub to: Option<String>,
    /// How to print.
    #[arg(long, value_enum, default_value = "human")]
    pub format: ListFormat,
}

#[derive(Debug, Args)]
pub(super) struct CompareArgs {
    /// The two posts; with --jsonl one file of pairs, or standard input.
    pub files: Vec<PathBuf>,
    /// Reads one JSON object a line, `{"id": any, "a": "…", "b": "…"}`, and writes
    /// `{"id": any, "p_a_wins": 0 to 1}`.
    #[arg(long)]
    pub jsonl: bool,
    /// What is compared; two short lines are openings, other texts posts of one author.
    #[arg(long, value_enum, default_value = "auto")]
    pub by: Yardstick,
    /// How to print; human in general, jsonl with --jsonl.
    #[arg(long, value_enum)]
    pub format: Option<CompareFormat>,
}

/// What `compare` compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Yardstick {
    /// Openings where both are short lines, else posts.
    Auto,
    /// Which opening is opened more often.
    Opening,
    /// Which of an author's posts does better.
    Post,
}

impl Yardstick {
    /// The name used everywhere.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Opening => "opening",
            Self::Post => "post",
        }
    }
}

/// How `compare` prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum CompareFormat {
    /// For a reader.
    Human,
    /// One object.
    Json,
    /// One object a line.
    Jsonl,
}

#[derive(Debug, Args)]
pub(super) struct ModelsArgs {
    #[command(subcommand)]
    pub action: ModelsAction,
}

#[derive(Debug, Subcommand)]
pub(super) enum ModelsAction {
    /// Lists the models at hand.
    List {
        /// How to print.
        #[arg(long, value_enum, default_value = "human")]
        format: ListFormat,
    },
    /// Compares the files of models with their manifests, and reads them.
    Verify {
        /// Models to look at; all where none is named.
        names: Vec<String>,
    },
    /// Copies a BERT model from a folder as Hugging Face lays them out: config.json,
    /// tokenizer.json, model.safetensors.
    Import {
        /// The folder.
        folder: PathBuf,
        /// Name of the model; the folder's where none is given.
        #[arg(long = "as", value_name = "NAME")]
        name: Option<String>,
    },
    /// Makes a model the one in use.
    Use {
        /// The model.
        name: String,
    },
    /// Makes a smaller model of some of a model's layers, and says what that costs.
    Prune {
        /// The model to take them from.
        name: String,
        /// Layers to keep, counted from 0.
        #[arg(long, required = true, value_delimiter = ',', value_name = "N,…")]
        keep: Vec<usize>,
        /// Name of the new model.
        #[arg(long = "as", value_name = "NAME")]
        new: String,
    },
    /// Stores a model's weights as 8-bit integers, and says what that costs.
    Quantize {
        /// The model to take them from.
        name: String,
        /// Text, a sentence a line, like what the model will read: how far its layers' inputs
        /// spread over it is measured. A sample post where none is given.
        #[arg(long, value_name = "FILE")]
        calibrate: Option<PathBuf>,
        /// Name of the new model.
        #[arg(long = "as", value_name = "NAME")]
        new: String,
    },
}

#[derive(Debug, Args)]
pub(super) struct TrainArgs {
    /// What the head is to tell.
    pub task: Task,
    /// Folder with the data, laid out as the README says.
    #[arg(long, value_name = "DIR")]
    pub data: PathBuf,
    /// Folder for the head, and for what an interrupted run goes on from.
    #[arg(long, value_name = "DIR", default_value = "heads")]
    pub out: PathBuf,
    /// Where to train.
    #[arg(long, value_name = "WHERE", default_value = "auto")]
    pub device: Backend,
    /// What everything random is drawn from.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// Passes over the data; the usual number where none is given.
    #[arg(long, value_name = "N")]
    pub epochs: Option<usize>,
}

#[derive(Debug, Args)]
pub(super) struct EvalArgs {
    /// What the head tells.
    pub task: Task,
    /// File with the data; for hooks a folder with both files.
    #[arg(long, value_name = "FILE")]
    pub data: PathBuf,
    /// Takes only the rows whose column `split` has this value.
    #[arg(long, value_name = "NAME")]
    pub split: Option<String>,
    /// Adds the 20 worst mistakes.
    #[arg(long)]
    pub errors: bool,
    /// How to print.
    #[arg(long, value_enum, default_value = "human")]
    pub format: ListFormat,
}

#[derive(Debug, Args)]
pub(super) struct ConfigArgs {
    #[command(subcommand)]
    pub action: ConfigAction,
}

#[derive(Debug, Subcommand)]
pub(super) enum ConfigAction {
    /// Prints the path of the configuration file.
    Path,
    /// Checks the configuration, rule names included.
    Check,
    /// Prints every value and where it comes from.
    Explain,
}

#[derive(Debug, Args)]
pub(super) struct RulesArgs {
    /// How to print.
    #[arg(long, value_enum, default_value = "human")]
    pub format: ListFormat,
}

/// How lists print.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ListFormat {
    /// For a reader.
    Human,
    /// One array.
    Json,
}

macro_rules! value_enum {
    ($type:ty, $variants:expr, $name:expr) => {
        impl ValueEnum for $type {
            fn value_variants<'a>() -> &'a [Self] {
                &$variants
            }
            fn to_possible_value(&self) -> Option<PossibleValue> {
                let name: fn(&Self) -> &'static str = $name;
                Some(PossibleValue::new(name(self)))
            }
        }
    };
}

value_enum!(PartName, PartName::ALL, |p| p.name());
value_enum!(
    Severity,
    [Severity::Hint, Severity::Warning, Severity::Error],
    |s| s.name()
);
value_enum!(Mode, [Mode::Post, Mode::Parity], |m| m.name());
value_enum!(Backend, Backend::ALL, |b| b.name());
value_enum!(Precision, Precision::ALL, |p| p.name());
value_enum!(Goal, Goal::ALL, |g| g.name());
value_enum!(Task, Task::ALL, |t| t.name());
value_enum!(Dialect, Dialect::ALL, |d| d.name());

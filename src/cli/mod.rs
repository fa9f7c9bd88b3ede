//! The command line: one file a subcommand. Without a subcommand the workstation opens.

mod analyze;
mod args;
mod bench;
mod cache;
mod compare;
mod config;
mod doctor;
mod edit;
mod embed;
mod engine;
mod evaluate;
mod experiment;
mod export;
mod feedback;
mod history;
mod human;
mod input;
mod jsonl;
mod looks;
mod models;
mod monitor;
mod new;
mod optimize;
mod own;
mod rules;
mod sarif;
mod similar;
mod templates;
mod train;
mod versions;
mod watch;

use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches};

use crate::config::{Loaded, Origin, Override};
use crate::model::{Backend, Precision};

pub use args::Cli;
use args::{Command, Common};

/// What a run amounted to; see the section on exit codes in the README.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// Nothing to complain about.
    Fine,
    /// Findings at or above `--fail-on`.
    Findings,
    /// Some of the input could not be used; what was wrong has been said.
    BadInput,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Fine => Self::SUCCESS,
            Outcome::Findings => Self::from(1),
            Outcome::BadInput => Self::from(2),
        }
    }
}

/// Runs the program with these arguments.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match args::with_keys()
        .try_get_matches_from(args)
        .and_then(|m| Cli::from_arg_matches(&m))
    {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version go to standard output; where that is closed, nobody reads them.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    cli.common.color.write_global();
    let file = cli
        .file
        .as_ref()
        .map(|f| format!("{}: a file to edit", f.display()));
    let theme = cli
        .theme
        .as_ref()
        .map(|t| format!("--theme {t}: a theme for the editor"));
    let slow = cli
        .low_bandwidth
        .then(|| "--low-bandwidth: a slow line for the editor".to_owned());
    if let (Some(editing), Some(_)) = (file.or(theme).or(slow), &cli.command) {
        analyze::complain(&format!(
            "{editing}, and a command\n  help: give one of them; `--help` lists the commands"
        ));
        return ExitCode::from(2);
    }
    match dispatch(cli) {
        Ok(outcome) => outcome.into(),
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            analyze::complain(&chained(&error));
            ExitCode::from(2)
        }
    }
}

/// An error and its causes, but for a cause that the error has told already.
fn chained(error: &anyhow::Error) -> String {
    let mut told = error.to_string();
    for cause in error.chain().skip(1).map(ToString::to_string) {
        if !told.contains(&cause) {
            told = format!("{told}: {cause}");
        }
    }
    told
}

fn dispatch(cli: Cli) -> anyhow::Result<Outcome> {
    let common = cli.common;
    match cli.command {
        None => edit::run(&common, cli.file.as_deref(), cli.theme, cli.low_bandwidth),
        Some(Command::Analyze(args)) => analyze::run(&common, &args),
        Some(Command::Optimize(args)) => optimize::run(&common, &args),
        Some(Command::History(args)) => history::run(&common, &args),
        Some(Command::Experiment(args)) => experiment::run(&args),
        Some(Command::Feedback(args)) => feedback::run(&args),
        Some(Command::Export(args)) => export::run(&args),
        Some(Command::Versions(args)) => versions::run(&common, &args.action),
        Some(Command::Templates(args)) => templates::run(&common, &args.action),
        Some(Command::New(args)) => new::run(&common, &args),
        Some(Command::Embed(args)) => embed::run(&common, &args),
        Some(Command::Similar(args)) => similar::run(&common, &args),
        Some(Command::Compare(args)) => compare::run(&common, &args),
        Some(Command::Models(args)) => models::run(&common, &args.action),
        Some(Command::Train(args)) => train::run(&common, &args),
        Some(Command::Eval(args)) => evaluate::run(&common, &args),
        Some(Command::Config(args)) => config::run(&common, &args),
        Some(Command::Rules(args)) => rules::run(&common, &args),
        Some(Command::Doctor) => doctor::run(&common),
        Some(Command::Bench(args)) => bench::run(&common, &args),
        Some(Command::Cache(args)) => cache::run(&common, &args),
        Some(Command::Monitor(args)) => monitor::run(&common, &args),
        Some(Command::Completions { shell }) => {
            let mut out = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "postwright", &mut out);
            io::stdout().write_all(&out)?;
            Ok(Outcome::Fine)
        }
    }
}

/// The configuration under the flags that every command takes, and `more`.
fn load_config(common: &Common, more: Vec<Override>) -> anyhow::Result<Loaded> {
    let mut flags = Vec::new();
    for given in &common.set {
        let (key, value) = given.split_once('=').ok_or_else(|| {
            anyhow::anyhow!("--set {given}: no `=`\n  help: write --set section.key=value")
        })?;
        flags.push(Override {
            key: key.trim().to_owned(),
            value: value.trim().to_owned(),
            // Without the value, which may hold a password.
            origin: Origin::Flag(format!("--set {}", key.trim())),
        });
    }
    let named = [
        ("backend", common.backend.map(Backend::name)),
        ("precision", common.precision.map(Precision::name)),
    ];
    flags.extend(named.into_iter().filter_map(|(key, value)| {
        let value = value?.to_owned();
        Some(Override {
            key: format!("model.{key}"),
            origin: Origin::Flag(format!("--{key} {value}")),
            value,
        })
    }));
    flags.extend(more);
    // Variables that are no text cannot be ours: our names and values are.
    let environment = std::env::vars_os()
        .filter_map(|(k, v)| Some((k.into_string().ok()?, v.into_string().ok()?)));
    let loaded = Loaded::load(common.config.as_deref(), environment, flags)?;
    // Which commands there are, the room of the configuration does not know.
    looks::keymap(&loaded)?;
    Ok(loaded)
}

/// Whether the reader of our output went away, which is no error of ours.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        let io = cause.downcast_ref::<io::Error>().map(io::Error::kind);
        let json = cause
            .downcast_ref::<serde_json::Error>()
            .and_then(serde_json::Error::io_error_kind);
        io.or(json) == Some(io::ErrorKind::BrokenPipe)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_table_is_sound() {
        Cli::command().debug_assert();
    }
}

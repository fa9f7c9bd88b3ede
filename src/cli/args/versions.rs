//! The types of `postwright versions`, `templates` and `new`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::ListFormat;

#[derive(Debug, Args)]
pub(in super::super) struct VersionsArgs {
    #[command(subcommand)]
    pub action: VersionsAction,
}

#[derive(Debug, Subcommand)]
pub(in super::super) enum VersionsAction {
    /// Lists the versions of a post; without FILE, the posts that have some.
    List {
        /// The post; a draft without a file is `draft:ID`.
        file: Option<PathBuf>,
        /// How to print.
        #[arg(long, value_enum, default_value = "human")]
        format: ListFormat,
    },
    /// Prints the text of a version.
    Show {
        /// The post.
        file: PathBuf,
        /// Number or name of the version.
        id: String,
    },
    /// Holds two versions against each other, word by word.
    Diff {
        /// The post.
        file: PathBuf,
        /// Number or name of the first version.
        a: String,
        /// The other one.
        b: String,
        /// How to print.
        #[arg(long, value_enum, default_value = "human")]
        format: DiffFormat,
    },
    /// Writes a version back into the file, whose text is kept as a version first.
    Restore {
        /// The post.
        file: PathBuf,
        /// Number or name of the version.
        id: String,
    },
    /// Names a version; an empty name takes it away.
    Name {
        /// The post.
        file: PathBuf,
        /// Number or name of the version.
        id: String,
        /// Its new name.
        name: String,
    },
    /// Prints all versions with their texts as JSON.
    Export {
        /// The post.
        file: PathBuf,
    },
}

/// How two versions are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in super::super) enum DiffFormat {
    /// Word by word: `[-gone-]` and `{+come+}`.
    Human,
    /// One object, with the scores and the pieces.
    Json,
    /// A unified diff, for `patch`.
    Patch,
}

#[derive(Debug, Args)]
pub(in super::super) struct TemplatesArgs {
    #[command(subcommand)]
    pub action: TemplatesAction,
}

#[derive(Debug, Subcommand)]
pub(in super::super) enum TemplatesAction {
    /// Lists templates, hooks and calls to action.
    List {
        /// How to print.
        #[arg(long, value_enum, default_value = "human")]
        format: ListFormat,
    },
    /// Prints one, with what is to be filled in.
    Show {
        /// Its name.
        name: String,
        /// How to print.
        #[arg(long, value_enum, default_value = "human")]
        format: ListFormat,
    },
}

#[derive(Debug, Args)]
pub(in super::super) struct NewArgs {
    /// The template.
    pub template: String,
    /// Fills a variable in; can be given again.
    #[arg(long, value_name = "NAME=VALUE")]
    pub set_var: Vec<String>,
}

//! `postwright versions`

use std::io::{self, Write};
use std::path::Path;
use std::time::SystemTime;

use anyhow::{Context as _, anyhow, bail};
use serde_json::{Value, json};

use crate::config::{Config, Paths};
use crate::rewrite::diff::{PieceKind, diff};
use crate::store::file;
use crate::store::journal::Drafts;
use crate::store::user::{
    Cause, Limits, NewVersion, UserError, UserStore, Version, VersionInfo, Wait, document_of_file,
    is_draft,
};
use crate::tui::overlays::{Clock, cause, versions_dropped};
use crate::tui::units::counted;

use super::analyze::remark;
use super::args::{Common, DiffFormat, ListFormat, VersionsAction};
use super::human::{BAD, BOLD, FAINT, GOOD, PLAIN, shown};
use super::{Outcome, load_config};

/// Version of the JSON layout of `diff`.
const SCHEMA: u32 = 1;
const OVERALL: &str = "overall";

/// How much is kept, where the configuration says so.
pub(super) fn limits(config: &Config) -> Limits {
    Limits {
        bytes: config.optimize.versions_bytes,
        ..Limits::default()
    }
}

/// The store of who records versions.
pub(super) fn store(config: &Config) -> anyhow::Result<UserStore> {
    let folder = Paths::new()?.data;
    Ok(UserStore::with(&folder, Wait::default(), limits(config)))
}

pub(super) fn run(common: &Common, action: &VersionsAction) -> anyhow::Result<Outcome> {
    let store = match action {
        // Only this records versions; the others read without a configuration.
        VersionsAction::Restore { .. } => store(&load_config(common, Vec::new())?.config)?,
        _ => UserStore::new(&Paths::new()?.data),
    };
    let mut out = anstream::stdout().lock();
    match action {
        VersionsAction::List { file, format } => {
            match file {
                None => posts(&mut out, &store, *format)?,
                Some(file) => list(&mut out, &Post::new(&store, file)?, *format)?,
            }
            match store.take_dropped() {
                Ok(0) => {}
                Ok(dropped) => remark(&versions_dropped(dropped)),
                Err(error) => remark(&error.to_string()),
            }
        }
        VersionsAction::Show { file, id } => {
            let version = Post::new(&store, file)?.version(id)?;
            // The text goes out as it is: it may be piped into a file.
            io::stdout().write_all(version.text.as_bytes())?;
        }
        VersionsAction::Diff { file, a, b, format } => {
            let post = Post::new(&store, file)?;
            differences(&mut out, &[post.version(a)?, post.version(b)?], *format)?;
        }
        VersionsAction::Restore { file, id } => {
            let post = Post::new(&store, file)?;
            let version = post.restore(file, id)?;
            writeln!(out, "{}: version {version} is back", post.shown())?;
        }
        VersionsAction::Name { file, id, name } => {
            let post = Post::new(&store, file)?;
            let id = post.find(id)?;
            store.name_version(&post.document, id, name)?;
            match name.trim() {
                "" => writeln!(out, "version {id} has no name now")?,
                name => writeln!(out, "version {id} is named “{}”", shown(name, &[]))?,
            }
        }
        VersionsAction::Export { file } => {
            let export = store.export(&Post::new(&store, file)?.document)?;
            serde_json::to_writer_pretty(&mut out, &export)?;
            writeln!(out)?;
        }
    }
    Ok(Outcome::Fine)
}

/// The name under which the versions of `file` are kept.
pub(super) fn document(file: &Path) -> anyhow::Result<String> {
    document_of_file(file).with_context(|| {
        format!(
            "{}: cannot be found\n  help: check the path",
            file.display()
        )
    })
}

/// A post of which versions are kept.
struct Post<'s> {
    store: &'s UserStore,
    document: String,
    /// Oldest first.
    versions: Vec<VersionInfo>,
}

impl<'s> Post<'s> {
    fn new(store: &'s UserStore, file: &Path) -> anyhow::Result<Self> {
        let document = match file.to_str().filter(|name| is_draft(name)) {
            Some(draft) => draft.to_owned(),
            None => document(file)?,
        };
        let versions = store.versions(&document)?;
        if versions.is_empty() {
            bail!(
                "{}: no version is kept of it\n  help: `postwright versions list` lists the posts \
                 that have some",
                shown(&document, &[])
            );
        }
        Ok(Self {
            store,
            document,
            versions,
        })
    }

    fn shown(&self) -> String {
        shown(&self.document, &[]).into_owned()
    }

    /// The version that is named, or numbered, so.
    fn find(&self, given: &str) -> anyhow::Result<u64> {
        let named = |v: &&VersionInfo| v.name.as_deref() == Some(given.trim());
        let numbered = |v: &&VersionInfo| given.parse() == Ok(v.id);
        let versions = || self.versions.iter();
        let found = versions().find(named).or_else(|| versions().find(numbered));
        found.map(|v| v.id).ok_or_else(|| {
            let (given, post) = (shown(given, &[]), self.shown());
            anyhow!(
                "{post}: there is no version {given}\n  help: `postwright versions list` has the \
                 numbers and names; old versions without a name go"
            )
        })
    }

    fn version(&self, given: &str) -> anyhow::Result<Version> {
        Ok(self.store.version(&self.document, self.find(given)?)?)
    }

    /// Writes a version into the file. What stands there is kept first.
    fn restore(&self, file: &Path, given: &str) -> anyhow::Result<u64> {
        if is_draft(&self.document) {
            bail!(
                "{}: a draft has no file to write to\n  help: open it in the editor and go back \
                 there, or redirect `postwright versions show`",
                self.document
            );
        }
        let version = self.version(given)?;
        let drafts = Drafts::new(Paths::new()?.state.join("drafts"));
        if drafts.is_taken(file) {
            bail!(
                "{}: open in another Postwright\n  help: go back there, or close it first",
                file.display()
            );
        }
        let opened = file::open(file)?;
        if !opened.is_new {
            self.keep(&opened.text)?;
        }
        file::save(file, &version.text, opened.form)?;
        self.store.go_back(&self.document, version.id)?;
        Ok(version.id)
    }

    fn keep(&self, text: &str) -> Result<u64, UserError> {
        let new = NewVersion {
            at: now(),
            text,
            cause: Cause::Kept,
            scores: Default::default(),
        };
        self.store.record(&self.document, &new)
    }
}

fn now() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    // What is counted in 64 bits lasts for ever.
    since.map_or(0, |since| since.as_millis() as u64)
}

/// The posts of which versions are kept.
fn posts(out: &mut impl Write, store: &UserStore, format: ListFormat) -> anyhow::Result<()> {
    let documents = store.documents()?;
    match format {
        ListFormat::Human if documents.is_empty() => {
            writeln!(
                out,
                "no versions are kept yet; a save in the editor keeps one"
            )?;
        }
        ListFormat::Human => {
            for document in documents {
                let count = usize::try_from(document.versions)?;
                let name = shown(&document.document, &[]).into_owned();
                writeln!(out, "{:>13}  {name}", counted(count, "version"))?;
            }
        }
        ListFormat::Json => {
            let all = documents
                .iter()
                .map(|d| json!({"document": d.document, "head": d.head, "versions": d.versions}));
            serde_json::to_writer_pretty(&mut *out, &all.collect::<Vec<_>>())?;
            writeln!(out)?;
        }
    }
    Ok(())
}

/// The versions of a post, newest first; as JSON, oldest first.
fn list(out: &mut impl Write, post: &Post<'_>, format: ListFormat) -> anyhow::Result<()> {
    let head = post.store.head(&post.document)?.map(|head| head.id);
    match format {
        ListFormat::Human => {
            let clock = Clock {
                now: now(),
                utc_offset: jiff::ZonedDateTime::now().offset().seconds(),
            };
            for version in post.versions.iter().rev() {
                row(out, version, head == Some(version.id), clock)?;
            }
        }
        ListFormat::Json => {
            let all = post.versions.iter().map(|version| {
                let mut object = serde_json::to_value(version)?;
                object["is_head"] = Value::from(head == Some(version.id));
                Ok(object)
            });
            let all = all.collect::<anyhow::Result<Vec<_>>>()?;
            serde_json::to_writer_pretty(&mut *out, &all)?;
            writeln!(out)?;
        }
    }
    Ok(())
}

fn row(out: &mut impl Write, version: &VersionInfo, is_head: bool, clock: Clock) -> io::Result<()> {
    let mark = if is_head { '●' } else { '○' };
    let from = version
        .parent
        .map_or(String::new(), |p| format!("from {p}"));
    let score = version.scores.get(OVERALL);
    let score = score.map_or("·".to_owned(), |s| format!("{s:.0}"));
    let name = version.name.as_ref();
    let name = name.map_or(String::new(), |n| format!("  “{}”", shown(n, &[])));
    let why = cause(&version.cause);
    let why = shown(&why, &[]);
    writeln!(
        out,
        "{mark} {:>5}  {FAINT}{:<11}{:<10}{PLAIN}  {why:<20} {score:>4}{name}",
        version.id,
        from,
        clock.told(version.at),
    )
}

fn differences(
    out: &mut impl Write,
    [a, b]: &[Version; 2],
    format: DiffFormat,
) -> anyhow::Result<()> {
    match format {
        DiffFormat::Human => {
            writeln!(out, "{BAD}-{PLAIN} {BOLD}{}{PLAIN}", title(a))?;
            writeln!(out, "{GOOD}+{PLAIN} {BOLD}{}{PLAIN}", title(b))?;
            let mut names: Vec<&String> = a.scores.keys().chain(b.scores.keys()).collect();
            names.sort_by_key(|name| (*name != OVERALL, *name));
            names.dedup();
            for name in names {
                let [old, new] = [a, b].map(|v| v.scores.get(name));
                let told = |s: Option<&f64>| s.map_or("·".to_owned(), |s| format!("{s:.1}"));
                let name = shown(name, &[]);
                writeln!(out, "  {name:<12} {:>6} → {:>5}", told(old), told(new))?;
            }
            writeln!(out)?;
            words(out, &a.text, &b.text)?;
        }
        DiffFormat::Json => {
            let pieces = diff(&a.text, &b.text);
            let pieces = pieces.iter().map(|piece| {
                let text = match piece.kind {
                    PieceKind::Removed => piece.before.of(&a.text),
                    PieceKind::Same | PieceKind::Added => piece.after.of(&b.text),
                };
                json!({"kind": piece.kind, "text": text})
            });
            let object = json!({
                "schema": SCHEMA,
                "a": {"id": a.id, "name": a.name, "scores": a.scores},
                "b": {"id": b.id, "name": b.name, "scores": b.scores},
                "pieces": pieces.collect::<Vec<_>>(),
            });
            serde_json::to_writer_pretty(&mut *out, &object)?;
            writeln!(out)?;
        }
        DiffFormat::Patch => {
            let lines = similar::TextDiff::from_lines(&a.text, &b.text);
            let names = [a, b].map(|v| format!("version {}", v.id));
            write!(out, "{}", lines.unified_diff().header(&names[0], &names[1]))?;
        }
    }
    Ok(())
}

fn title(version: &Version) -> String {
    let name = version.name.as_ref();
    let name = name.map_or(String::new(), |n| format!(" “{}”", shown(n, &[])));
    format!(
        "{} {}{name}",
        version.id,
        shown(&cause(&version.cause), &[])
    )
}

/// The difference, word by word, in colour and in signs.
fn words(out: &mut impl Write, a: &str, b: &str) -> io::Result<()> {
    for piece in diff(a, b) {
        let before = shown(piece.before.of(a), &['\n']);
        let after = shown(piece.after.of(b), &['\n']);
        match piece.kind {
            PieceKind::Same => write!(out, "{after}")?,
            PieceKind::Removed => write!(out, "{BAD}[-{before}-]{PLAIN}")?,
            PieceKind::Added => write!(out, "{GOOD}{{+{after}+}}{PLAIN}")?,
        }
    }
    writeln!(out)
}

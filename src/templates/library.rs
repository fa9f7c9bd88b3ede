//! Reading: a writer's folder over what is shipped.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::problem::Fault;
use super::snippet::{self, Call, Hook};
use super::{LARGEST, Problem, Template};
use crate::mistake::nearest_or_all;

const HOOKS: &str = "hooks.toml";
const CALLS: &str = "calls.toml";

/// What comes with the program.
const SHIPPED: [(&str, &str); 10] = [
    ("case-study.md", include_str!("data/case-study.md")),
    ("event-recap.md", include_str!("data/event-recap.md")),
    ("hiring.md", include_str!("data/hiring.md")),
    ("job-change.md", include_str!("data/job-change.md")),
    ("launch-note.md", include_str!("data/launch-note.md")),
    ("lesson-learnt.md", include_str!("data/lesson-learnt.md")),
    ("open-question.md", include_str!("data/open-question.md")),
    ("thank-you.md", include_str!("data/thank-you.md")),
    (HOOKS, include_str!("data/hooks.toml")),
    (CALLS, include_str!("data/calls.toml")),
];

/// Everything a writer can insert, by name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Library {
    /// Whole posts.
    pub templates: BTreeMap<String, Template>,
    /// Openings.
    pub hooks: BTreeMap<String, Hook>,
    /// Calls to action.
    pub calls: BTreeMap<String, Call>,
}

impl Library {
    /// Reads what is shipped, then the templates' `folder`, whose files replace what has the same
    /// name. A missing folder is an empty one. Hidden files and those of other endings are left
    /// alone, but for TOML files, whose names could be mistyped.
    ///
    /// What cannot be used is a problem, and leaves everything else as it is.
    #[must_use]
    pub fn read(folder: Option<&Path>) -> (Self, Vec<Problem>) {
        let mut library = Self::default();
        let mut problems = Vec::new();
        for (file_name, source) in SHIPPED {
            problems.extend(library.add(file_name, source, None));
        }
        match folder.map_or(Ok(Vec::new()), list) {
            Ok(paths) => problems.extend(paths.iter().flat_map(|path| {
                let added = library.add_file(path);
                added.unwrap_or_else(|problem| vec![problem])
            })),
            Err(problem) => problems.push(problem),
        }
        (library, problems)
    }

    fn add_file(&mut self, path: &Path) -> Result<Vec<Problem>, Problem> {
        let file_name = path.file_name().unwrap_or_default();
        let ending = path.extension().unwrap_or_default().to_ascii_lowercase();
        let is_hidden = file_name.as_encoded_bytes().starts_with(b".");
        if is_hidden || !["md", "txt", "toml"].iter().any(|e| *e == ending) {
            return Ok(Vec::new());
        }
        let Some(file_name) = file_name.to_str().filter(|n| !n.contains(char::is_control)) else {
            let shown = file_name.to_string_lossy().escape_debug().to_string();
            let message = "the name is not UTF-8, or holds control characters";
            return Err(refused(&path.with_file_name(shown), message, "rename it"));
        };
        if ending != "toml" {
            let same = self.templates.get(template_name(file_name));
            if let Some(first) = same.and_then(|t| t.file.as_ref()) {
                let message = format!("{} has the same name", first.display());
                return Err(refused(path, &message, "rename one of them"));
            }
        } else if file_name != HOOKS && file_name != CALLS {
            let remedy = nearest_or_all(file_name, [HOOKS, CALLS]);
            return Err(refused(path, "unknown file", &remedy));
        }
        Ok(self.add(file_name, &read(path)?, Some(path)))
    }

    /// Adds what `source` holds: the text of `file`, or of one that is shipped.
    fn add(&mut self, file_name: &str, source: &str, file: Option<&Path>) -> Vec<Problem> {
        let faults = match file_name {
            HOOKS => snippet::read("hook", source, file, &mut self.hooks),
            CALLS => snippet::read("call", source, file, &mut self.calls),
            _ => {
                let name = template_name(file_name);
                let template = Template::parse(name, source, file);
                let added = template.map(|t| self.templates.insert(name.to_owned(), t));
                added.err().into_iter().collect()
            }
        };
        let path = file.unwrap_or(Path::new(file_name));
        faults.into_iter().map(|f| f.of(path, source)).collect()
    }
}

/// What is in the folder, in order.
fn list(folder: &Path) -> Result<Vec<PathBuf>, Problem> {
    let entries = fs::read_dir(folder).and_then(|entries| {
        entries
            .map(|e| Ok(e?.path()))
            .collect::<io::Result<Vec<_>>>()
    });
    match entries {
        Ok(mut paths) => {
            paths.sort();
            Ok(paths)
        }
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(e) => Err(unread(folder, e)),
    }
}

fn template_name(file_name: &str) -> &str {
    file_name.rsplit_once('.').map_or(file_name, |(n, _)| n)
}

fn unread(path: &Path, source: io::Error) -> Problem {
    Problem::Read {
        path: path.to_owned(),
        source,
    }
}

fn refused(path: &Path, message: &str, remedy: &str) -> Problem {
    Problem::Refused {
        path: path.to_owned(),
        message: message.to_owned(),
        remedy: remedy.to_owned(),
    }
}

/// The text of the file at `path`, with LF line endings and without a byte order mark.
fn read(path: &Path) -> Result<String, Problem> {
    let failed = |source| unread(path, source);
    // Opening a pipe would wait for somebody to write into it.
    if !fs::metadata(path).map_err(failed)?.is_file() {
        return Err(refused(path, "not a file", "rename it, or move it away"));
    }
    let mut bytes = Vec::new();
    // One more than may be read, to see that there is more: not all files know their size.
    let file = File::open(path).map_err(failed)?;
    let mut file = file.take(LARGEST as u64 + 1);
    file.read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() > LARGEST {
        let message = format!("larger than {LARGEST} bytes");
        return Err(refused(path, &message, "shorten it"));
    }
    let text = String::from_utf8(bytes).map_err(|e| {
        let at = e.utf8_error().valid_up_to();
        let before = String::from_utf8_lossy(&e.as_bytes()[..at]);
        let fault = Fault::new(at, "not UTF-8", "save the file as UTF-8");
        fault.of(path, &before)
    })?;
    let unmarked = text.strip_prefix('\u{feff}').unwrap_or(&text);
    Ok(unmarked.replace("\r\n", "\n"))
}

//! Opening posts with their journals. Reads files: called off the terminal's thread, but for the
//! first post.

use std::path::Path;
use std::time::SystemTime;

use crate::store::file::{self, Opened};
use crate::store::journal::{Draft, DraftId, Drafts, Journal, JournalError, Opening, Told};

use super::app::Document;
use super::command::Command;
use super::keymap::Keymap;
use super::run::First;
use super::{Options, TuiError};

/// What greets on the first run.
const WELCOME: &str = include_str!("welcome.md");

/// That text, with the keys that `keymap` has for the commands it names.
fn welcome(keymap: &Keymap) -> String {
    let keys = [
        ("{next-pane}", Command::NextPane),
        ("{open}", Command::Open),
        ("{help}", Command::Help),
    ];
    keys.into_iter()
        .fold(WELCOME.to_owned(), |text, (name, command)| {
            text.replace(name, &keymap.told(command))
        })
}

/// A post and its journal, where it has one.
pub(super) struct Loaded {
    pub document: Document,
    pub journal: Option<Journal>,
    /// What is wrong, as where the text is not journaled.
    pub warning: Option<String>,
    /// What the writer should know where nothing is.
    pub note: Option<String>,
}

/// The post that the program starts with.
pub(super) fn first(options: &Options) -> Result<First, TuiError> {
    let drafts = options.drafts_folder.clone().map(Drafts::new);
    let is_first_run = options
        .drafts_folder
        .as_ref()
        .is_some_and(|folder| !folder.exists());
    let loaded = match &options.file {
        Some(path) => load_file(path, drafts.as_ref())?,
        None => {
            let text = match is_first_run {
                true => welcome(&options.keymap),
                false => String::new(),
            };
            let mut loaded = new_draft(&text, drafts.as_ref());
            loaded.document.is_welcome = is_first_run;
            loaded
        }
    };
    Ok(First {
        list_drafts: options.file.is_none() && !is_first_run,
        document: loaded.document,
        journal: loaded.journal,
        warning: loaded.warning,
    })
}

/// Opens `path` with its journal. Without a place for journals the post opens all the same.
pub(super) fn load_file(path: &Path, drafts: Option<&Drafts>) -> Result<Loaded, file::FileError> {
    let opened = file::open(path)?;
    let document = Document {
        opened,
        path: Some(path.to_owned()),
        ..Document::default()
    };
    Ok(with_journal(document, drafts, |d| d.open(Some(path))))
}

/// An untitled draft that holds `text`.
pub(super) fn new_draft(text: &str, drafts: Option<&Drafts>) -> Loaded {
    let document = Document {
        opened: new_post(text),
        ..Document::default()
    };
    with_journal(document, drafts, |d| d.open(None))
}

/// Opens a draft that was kept: its file with what was not saved, or the text alone.
pub(super) fn reopen(id: &DraftId, drafts: &Drafts) -> Result<Loaded, String> {
    let opening = drafts.reopen(id).map_err(|e| e.to_string())?;
    let draft = match opening {
        Opening::Owned(draft) => draft,
        Opening::Taken { pid } => return taken(id, drafts, pid),
    };
    let Draft {
        journal,
        path,
        recovered,
        ..
    } = *draft;
    // A file that cannot be opened must not keep its text from being read.
    let (opened, path, warning) = match path.map(|p| (file::open(&p), p)) {
        Some((Ok(opened), path)) => (opened, Some(path), None),
        Some((Err(error), _)) => (
            new_post(""),
            None,
            Some(format!("{error}; this is the draft")),
        ),
        None => (new_post(""), None, None),
    };
    Ok(Loaded {
        document: Document {
            opened,
            path,
            recovered,
            as_of: Some(SystemTime::now()),
            ..Document::default()
        },
        journal: Some(journal),
        warning,
        note: None,
    })
}

/// A draft that somebody else has open, to be read or copied.
fn taken(id: &DraftId, drafts: &Drafts, pid: Option<u32>) -> Result<Loaded, String> {
    let glimpse = drafts.glimpse(id).map_err(|e| e.to_string())?;
    Ok(Loaded {
        document: Document {
            opened: Opened {
                text: glimpse.text,
                ..Opened::default()
            },
            path: glimpse.path,
            taken_by: Some(pid),
            ..Document::default()
        },
        journal: None,
        warning: None,
        note: None,
    })
}

fn new_post(text: &str) -> Opened {
    Opened {
        text: text.to_owned(),
        is_new: true,
        ..Opened::default()
    }
}

/// Makes an untitled draft of `text`, which nobody has open.
pub(super) fn keep_aside(text: &str, drafts: &Drafts) -> Result<(), String> {
    let kept = drafts.open(None).and_then(|opening| match opening {
        Opening::Owned(draft) => {
            let mut journal = draft.journal;
            journal.start(text, false, log)?;
            journal.close(true)
        }
        // A fresh name is nobody's.
        Opening::Taken { .. } => Ok(()),
    });
    kept.map_err(|e| e.to_string())
}

/// Puts what a journal tells into the log, where nobody looks at the screen.
pub(super) fn log(told: Told) {
    match told {
        Told::Failed(reason) | Told::Warned(reason) => tracing::error!("{reason}"),
        Told::Mended => tracing::info!("the journal is written again"),
    }
}

/// Deletes a draft for good.
pub(super) fn delete(id: &DraftId, drafts: &Drafts) -> Result<(), String> {
    match drafts.reopen(id).map_err(|e| e.to_string())? {
        Opening::Owned(draft) => draft.journal.close(false).map_err(|e| e.to_string()),
        Opening::Taken { .. } => Err("this draft is open in another Postwright".to_owned()),
    }
}

/// The journal of the post at `path`, where it is free.
pub(super) fn claim(path: Option<&Path>, drafts: Option<&Drafts>) -> Option<Journal> {
    match drafts?.open(path) {
        Ok(Opening::Owned(draft)) => Some(draft.journal),
        Ok(Opening::Taken { .. }) => None,
        Err(error) => {
            tracing::error!("the journal: {error}");
            None
        }
    }
}

/// Gives a post its journal: that of its file, or where there can be none, that of an untitled draft.
fn with_journal(
    mut document: Document,
    drafts: Option<&Drafts>,
    open: impl FnOnce(&Drafts) -> Result<Opening, JournalError>,
) -> Loaded {
    document.as_of = Some(SystemTime::now());
    let opened = match drafts {
        Some(drafts) => open(drafts).or_else(|error| {
            tracing::warn!("journaled without its name: {error}");
            drafts.open(None)
        }),
        None => {
            return unjournaled(document, "no home folder is known");
        }
    };
    match opened {
        Ok(Opening::Owned(draft)) => {
            document.recovered = draft.recovered;
            let warning = draft.set_aside.map(|aside| {
                let aside = aside.display();
                format!(
                    "the journal of this post was damaged from its start; it is kept as {aside}"
                )
            });
            Loaded {
                document,
                journal: Some(draft.journal),
                warning,
                note: None,
            }
        }
        Ok(Opening::Taken { pid }) => {
            document.taken_by = Some(pid);
            Loaded {
                document,
                journal: None,
                warning: None,
                note: None,
            }
        }
        Err(error) => unjournaled(document, &error.to_string()),
    }
}

fn unjournaled(mut document: Document, reason: &str) -> Loaded {
    document.is_unjournaled = true;
    Loaded {
        document,
        journal: None,
        warning: Some(format!("what you type is not journaled: {reason}")),
        note: None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn the_welcome_names_the_keys_in_force() {
        let usual = welcome(&Keymap::default());
        assert!(usual.contains("Press Tab to go there, and Enter on any number"));
        let own = BTreeMap::from([("help".to_owned(), vec!["f12".to_owned()])]);
        let changed = welcome(&Keymap::new(&own).unwrap());
        assert!(changed.contains("F12 shows the keys."), "{changed}");
        assert!(!changed.contains(['{', '}']), "{changed}");
    }
}

//! The folder of all journals.

use std::cmp::Reverse;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use crate::post::scrub::scrub;
use crate::store::file;

use super::super::folder::make_folder;
use super::claim::{Claim, Claimed, is_locked};
use super::id::canonical;
use super::replay::{NoBase, Replayed, replay};
use super::{Draft, DraftId, DraftInfo, Glimpse, Journal, JournalError, Opening, Recovered};

/// Most that is read of a journal, in bytes; writers stay far below.
const LARGEST: u64 = 1 << 30;

/// The folder of all journals.
#[derive(Debug, Clone)]
pub struct Drafts {
    folder: Arc<Path>,
}

impl Drafts {
    /// The drafts in `folder`, which is made when the first is opened.
    #[must_use]
    pub fn new(folder: PathBuf) -> Self {
        Self {
            folder: folder.into(),
        }
    }

    /// Opens the draft of `file`, or a new one that has no name.
    ///
    /// # Errors
    /// Where folder, lock or journal cannot be used.
    pub fn open(&self, file: Option<&Path>) -> Result<Opening, JournalError> {
        let Some(file) = file else {
            loop {
                let id = DraftId::fresh();
                if let Claimed::Ours(claim) = self.claim(&id)?
                    && self.read(&id)?.is_none()
                {
                    return Ok(untitled(claim));
                }
            }
        };
        let path = canonical(file).map_err(|source| JournalError::Place {
            path: file.to_owned(),
            source,
        })?;
        let id = DraftId::of(&path);
        let claim = match self.claim(&id)? {
            Claimed::Ours(claim) => claim,
            Claimed::Theirs(pid) => return Ok(Opening::Taken { pid }),
        };
        let (read, set_aside) = match self.read(&id) {
            Err(JournalError::Unreadable { .. }) => (None, Some(self.set_aside(&id)?)),
            other => (other?, None),
        };
        let recovered = read.and_then(|(held, at)| recovered(held, at, Some(&path)));
        Ok(Opening::Owned(Box::new(Draft {
            journal: Journal::new(claim, None, Some(path.clone())),
            path: Some(path),
            recovered,
            set_aside,
        })))
    }

    /// Whether somebody has the post at `path` open, maybe this process.
    #[must_use]
    pub fn is_taken(&self, path: &Path) -> bool {
        canonical(path).is_ok_and(|path| is_locked(&self.lock(&DraftId::of(&path))))
    }

    /// Reads a draft that somebody has open.
    ///
    /// # Errors
    /// Where it is gone or cannot be read.
    pub fn glimpse(&self, id: &DraftId) -> Result<Glimpse, JournalError> {
        let (held, _) = self.read(id)?.ok_or_else(|| self.gone(id))?;
        Ok(Glimpse {
            path: held.path,
            text: held.text,
        })
    }

    /// Opens one of [`Self::list`]. Where it belongs to a file, nobody else must have that open.
    ///
    /// # Errors
    /// Where it is gone, or lock or journal cannot be used.
    pub fn reopen(&self, id: &DraftId) -> Result<Opening, JournalError> {
        let claim = match self.claim(id)? {
            Claimed::Ours(claim) => claim,
            Claimed::Theirs(pid) => return Ok(Opening::Taken { pid }),
        };
        let (held, at) = self.read(id)?.ok_or_else(|| self.gone(id))?;
        let path = held.path.clone();
        let other = path.as_deref().map(DraftId::of).filter(|other| other != id);
        let of_file = match other.map(|other| self.claim(&other)).transpose()? {
            Some(Claimed::Theirs(pid)) => return Ok(Opening::Taken { pid }),
            Some(Claimed::Ours(claim)) => Some(claim),
            None => None,
        };
        let recovered = recovered(held, at, path.as_deref());
        Ok(Opening::Owned(Box::new(Draft {
            journal: Journal::new(claim, of_file, path.clone()),
            path,
            recovered,
            set_aside: None,
        })))
    }

    fn gone(&self, id: &DraftId) -> JournalError {
        JournalError::Gone {
            path: self.journal(id),
        }
    }

    /// The drafts that hold text, newest first. One that cannot be read is left out, with a
    /// warning in the log.
    ///
    /// # Errors
    /// Where the folder cannot be read.
    pub fn list(&self) -> Result<Vec<DraftInfo>, JournalError> {
        let failed = |source| JournalError::Folder {
            path: self.folder.to_path_buf(),
            source,
        };
        let entries = match fs::read_dir(&self.folder) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            other => other.map_err(failed)?,
        };
        let mut drafts = Vec::new();
        for entry in entries {
            let name = entry.map_err(failed)?.file_name();
            let stem = name.to_str().and_then(|n| n.strip_suffix(".journal"));
            let Some(id) = stem.and_then(DraftId::parse) else {
                continue;
            };
            match self.read(&id) {
                Ok(Some((held, at))) if !held.text.is_empty() && !held.saved => {
                    drafts.push(self.info(id, held, at));
                }
                // It holds nothing, or its owner has just removed it.
                Ok(_) => {}
                Err(error) => tracing::warn!("a draft is left out: {error}"),
            }
        }
        drafts.sort_by_key(|draft| Reverse(draft.changed_at));
        Ok(drafts)
    }

    fn info(&self, id: DraftId, held: Replayed, changed_at: SystemTime) -> DraftInfo {
        let first_line = held.text.lines().map(str::trim).find(|l| !l.is_empty());
        DraftInfo {
            first_line: first_line.unwrap_or_default().to_owned(),
            path: held.path,
            changed_at,
            in_use: is_locked(&self.lock(&id)),
            id,
        }
    }

    pub(super) fn claim(&self, id: &DraftId) -> Result<Claimed, JournalError> {
        make_folder(&self.folder).map_err(|source| JournalError::Folder {
            path: self.folder.to_path_buf(),
            source,
        })?;
        Claim::take(self, id).map_err(|source| JournalError::Lock {
            path: self.lock(id),
            source,
        })
    }

    /// What the journal of `id` holds, and when it was last written.
    fn read(&self, id: &DraftId) -> Result<Option<(Replayed, SystemTime)>, JournalError> {
        let path = self.journal(id);
        let mut bytes = Vec::new();
        // Opening a pipe would wait for somebody to write into it.
        if fs::metadata(&path).is_ok_and(|m| !m.is_file()) {
            return Err(JournalError::Unreadable { path });
        }
        let read = File::open(&path).and_then(|file| {
            let changed_at = file.metadata()?.modified()?;
            file.take(LARGEST).read_to_end(&mut bytes)?;
            Ok(changed_at)
        });
        let changed_at = match read {
            Ok(at) => at,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(JournalError::Read { path, source }),
        };
        match replay(&bytes) {
            Ok(mut held) => {
                // It went in scrubbed; this holds for a journal from elsewhere too.
                held.text = scrub(&held.text).text;
                Ok(Some((held, changed_at)))
            }
            Err(NoBase::Damaged) => Err(JournalError::Unreadable { path }),
            Err(NoBase::Format(version)) => Err(JournalError::Format { path, version }),
        }
    }

    /// Makes room for the text that was saved over the file of `claim`: what an earlier session
    /// left under its name stays in the list, under another. Returns where it is kept, if it
    /// cannot be read.
    pub(super) fn make_way(
        &self,
        claim: &Claim,
        text: &str,
    ) -> Result<Option<PathBuf>, JournalError> {
        match self.read(&claim.id) {
            Ok(None) => Ok(None),
            Ok(Some((held, _))) if held.saved || held.text.is_empty() || held.text == text => {
                Ok(None)
            }
            Ok(Some(_)) => {
                self.rename(&claim.id, &self.journal(&DraftId::fresh()))?;
                Ok(None)
            }
            Err(JournalError::Unreadable { .. }) => self.set_aside(&claim.id).map(Some),
            Err(error) => Err(error),
        }
    }

    /// Puts a journal that cannot be read beside those that can, over none that is there already.
    /// Returns its new name. The draft must be ours: nobody else takes a name in between.
    fn set_aside(&self, id: &DraftId) -> Result<PathBuf, JournalError> {
        let mut number = 1_u64;
        let mut to = self.named(id, "damaged");
        while fs::symlink_metadata(&to).is_ok() {
            number += 1;
            to = self.named(id, &format!("damaged-{number}"));
        }
        self.rename(id, &to)?;
        tracing::warn!("a damaged journal is kept as {}", to.display());
        Ok(to)
    }

    fn rename(&self, id: &DraftId, to: &Path) -> Result<(), JournalError> {
        let path = self.journal(id);
        fs::rename(&path, to).map_err(|source| JournalError::Read { path, source })
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(super) fn journal(&self, id: &DraftId) -> PathBuf {
        self.named(id, "journal")
    }

    pub(super) fn lock(&self, id: &DraftId) -> PathBuf {
        self.named(id, "lock")
    }

    pub(super) fn temporary(&self, id: &DraftId) -> PathBuf {
        self.named(id, "tmp")
    }

    fn named(&self, id: &DraftId, ending: &str) -> PathBuf {
        self.folder.join(format!("{id}.{ending}"))
    }
}

fn untitled(claim: Claim) -> Opening {
    Opening::Owned(Box::new(Draft {
        journal: Journal::new(claim, None, None),
        path: None,
        recovered: None,
        set_aside: None,
    }))
}

/// What of a journal's text the file at `path` lacks.
fn recovered(held: Replayed, changed_at: SystemTime, path: Option<&Path>) -> Option<Recovered> {
    let on_disk = path.and_then(|p| file::open(p).ok()).filter(|o| !o.is_new);
    // A file that holds something else than what was saved there was changed by somebody since.
    let lacking = on_disk.is_none_or(|o| !held.saved && o.text != held.text);
    (lacking && !held.text.is_empty()).then_some(Recovered {
        text: held.text,
        changed_at,
        damaged: held.damaged,
    })
}

/// Names, and what stands in their way.
#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::super::Told;
    use super::super::tests::{Desk, LATE, insert, owned, synced, until};
    use super::*;
    use crate::store::file::Form;

    #[test]
    fn a_damaged_head_is_kept_aside_and_another_format_refused() {
        let desk = Desk::new();
        let post = desk.post("post.md");
        let journal = desk.started(Some(&post), "Hello");
        let path = desk.drafts.journal(&journal.id());
        journal.close(true).unwrap();
        let mut bytes = fs::read(&path).unwrap();
        bytes[8] = 9;
        fs::write(&path, &bytes).unwrap();
        let error = desk.drafts.open(Some(&post)).unwrap_err();
        assert!(
            matches!(error, JournalError::Format { version: 9, .. }),
            "{error}"
        );
        assert!(desk.drafts.list().unwrap().is_empty());
        fs::write(&path, b"junk").unwrap();
        assert!(desk.drafts.list().unwrap().is_empty());
        let opened = desk.open(Some(&post));
        assert_eq!(opened.recovered, None);
        assert_eq!(opened.set_aside, Some(path.with_extension("damaged")));
        drop(opened);
        fs::write(&path, b"more junk").unwrap();
        let aside = desk.open(Some(&post)).set_aside.unwrap();
        assert_eq!(aside, path.with_extension("damaged-2"));
        assert_eq!(fs::read(aside).unwrap(), b"more junk");
        assert_eq!(
            fs::read(path.with_extension("damaged")).unwrap(),
            b"junk",
            "as it was"
        );
    }

    #[test]
    fn a_draft_of_a_file_holds_the_file_too() {
        let desk = Desk::new();
        let post = desk.post("post.md");
        let theirs = desk.started(Some(&post), "theirs");
        let (mut journal, (tell, told)) = (desk.open(None).journal, mpsc::channel());
        let tell = move |what| tell.send(what).unwrap();
        journal.start("mine", false, tell).unwrap();
        let id = journal.id();
        // The name of the file is taken, so the draft keeps its own.
        journal.saved(&post, "mine");
        journal.append(insert(4, "!"));
        journal.close(true).unwrap();
        assert!(matches!(told.recv(), Ok(Told::Warned(_))));
        assert!(matches!(
            desk.drafts.reopen(&id).unwrap(),
            Opening::Taken { .. }
        ));
        let glimpse = desk.drafts.glimpse(&id).unwrap();
        assert_eq!(glimpse.text, "mine!");
        assert_eq!(
            glimpse.path,
            Some(fs::canonicalize(desk.dir.path()).unwrap().join("post.md"))
        );
        theirs.close(false).unwrap();
        let mut reopened = owned(desk.drafts.reopen(&id).unwrap()).journal;
        assert!(desk.drafts.is_taken(&post));
        assert!(matches!(
            desk.drafts.open(Some(&post)).unwrap(),
            Opening::Taken { .. }
        ));
        reopened.start("mine!", false, |e| panic!("{e:?}")).unwrap();
        assert!(desk.drafts.is_taken(&post), "still, once it is written to");
        reopened.saved(&post, "mine!");
        synced(&reopened);
        assert_ne!(reopened.id(), id, "it takes the name that it held");
        reopened.close(false).unwrap();
        assert!(!desk.drafts.is_taken(&post));
        assert_eq!(fs::read_dir(desk.drafts.folder()).unwrap().count(), 0);
    }

    #[test]
    fn a_save_under_another_name_moves_the_journal() {
        let desk = Desk::new();
        let post = desk.post("post.md");
        let journal = desk.started(None, "");
        let untitled = journal.id();
        journal.append(insert(0, "text"));
        file::save(&post, "text", Form::default()).unwrap();
        journal.saved(&post, "text");
        synced(&journal);
        assert_ne!(journal.id(), untitled);
        // The old name goes after the new one is told.
        until("the old name to go", || {
            !desk.drafts.journal(&untitled).exists() && !desk.drafts.lock(&untitled).exists()
        });
        assert!(matches!(
            desk.drafts.open(Some(&post)).unwrap(),
            Opening::Taken { .. }
        ));
        assert_eq!(
            owned(desk.killed().open(Some(&post)).unwrap()).recovered,
            None
        );
        journal.append(insert(4, " and more"));
        // What is typed while the file is written is not in it.
        journal.saved(&post, "text");
        synced(&journal);
        let recovered = owned(desk.killed().open(Some(&post)).unwrap()).recovered;
        assert_eq!(recovered.unwrap().text, "text and more");
        journal.close(false).unwrap();
        assert_eq!(fs::read_dir(desk.drafts.folder()).unwrap().count(), 0);
    }

    #[test]
    fn a_move_waits_for_a_free_name_and_keeps_what_was_left_there() {
        let desk = Desk::new();
        let (post, taken) = (desk.post("post.md"), desk.post("taken.md"));
        desk.started(Some(&post), "never offered")
            .close(true)
            .unwrap();
        let other = desk.started(Some(&taken), "theirs");
        let (mut journal, (tell, told)) = (desk.open(None).journal, mpsc::channel());
        let tell = move |what| tell.send(what).unwrap();
        journal.start("mine", false, tell).unwrap();
        let untitled = journal.id();
        journal.saved(&taken, "mine");
        synced(&journal);
        assert_eq!(journal.id(), untitled);
        let Told::Warned(warning) = told.recv_timeout(LATE).unwrap() else {
            panic!("no warning");
        };
        assert!(warning.contains("taken.md is open in another"), "{warning}");
        journal.saved(&post, "mine");
        synced(&journal);
        assert_ne!(journal.id(), untitled);
        journal.close(true).unwrap();
        other.close(true).unwrap();
        let mut lines: Vec<_> = desk
            .drafts
            .list()
            .unwrap()
            .into_iter()
            .map(|d| d.first_line)
            .collect();
        lines.sort();
        // What is saved is no draft.
        assert_eq!(lines, ["never offered", "theirs"]);
    }
}

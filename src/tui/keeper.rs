//! Keeps the writer's versions: what is recorded and asked for, one after another.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use crate::store::journal::DraftId;
use crate::store::user::{NewVersion, UserError, UserStore, document_of_draft, document_of_file};

use super::app::{Record, Subject, VersionNews, VersionTask};
use super::overlays::{Clock, Versions};

/// Something to do with the store.
pub(super) type Job = Box<dyn FnOnce() + Send>;

/// Jobs in the order in which they came.
#[derive(Default)]
struct Lane {
    jobs: Mutex<VecDeque<Job>>,
    /// Held by who does one.
    turn: Mutex<()>,
}

impl Lane {
    fn jobs(&self) -> MutexGuard<'_, VecDeque<Job>> {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does the oldest job, once those before it are done. Returns whether there was one.
    fn run_next(&self) -> bool {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let job = self.jobs().pop_front();
        job.map(|job| job()).is_some()
    }
}

/// The store, and what is to be done with it.
#[derive(Clone)]
pub(super) struct Keeper {
    store: Option<UserStore>,
    /// Where exports go.
    exports: PathBuf,
    utc_offset: i32,
    /// The draft that is open, before a save makes it a file.
    pub(super) draft: Option<DraftId>,
    lane: Arc<Lane>,
}

/// A document, before the disk is asked for its one name.
#[derive(Clone)]
enum Document {
    File(PathBuf),
    Named(String),
    /// Without a journal nothing tells a draft from others.
    Unnamed,
}

impl Document {
    fn name(&self) -> Result<String, String> {
        match self {
            Self::File(path) => {
                document_of_file(path).map_err(|e| format!("{}: {e}", path.display()))
            }
            Self::Named(name) => Ok(name.clone()),
            Self::Unnamed => Err("a draft without a journal has no versions; save it".to_owned()),
        }
    }
}

impl Keeper {
    pub(super) fn new(store: Option<UserStore>, exports: PathBuf, utc_offset: i32) -> Self {
        Self {
            store,
            exports,
            utc_offset,
            draft: None,
            lane: Arc::default(),
        }
    }

    /// Does all that is left, for as long as `patience` lasts.
    pub(super) fn finish(&self, patience: Duration) {
        let (done, finished) = channel();
        let lane = self.lane.clone();
        let work = move || {
            while lane.run_next() {}
            // Nobody waits any more where it took too long.
            let _ = done.send(());
        };
        let thread = std::thread::Builder::new().name("versions".to_owned());
        if let Err(error) = thread.spawn(work) {
            tracing::error!("versions: {error}");
        } else if finished.recv_timeout(patience).is_err() {
            tracing::error!("versions: not all were kept in time");
        }
    }

    fn document(&self, subject: &Subject) -> Document {
        match (subject, &self.draft) {
            (Subject::File(path), _) => Document::File(path.clone()),
            (Subject::Draft, Some(id)) => Document::Named(document_of_draft(id)),
            (Subject::Draft, None) => Document::Unnamed,
        }
    }

    /// Takes a version to keep. What is returned does the oldest job; it is called off the
    /// terminal's thread, and `tell` with what became of this one.
    pub(super) fn record(
        &self,
        record: Record,
        tell: impl FnOnce(VersionNews) + Send + 'static,
    ) -> Job {
        let document = self.document(&record.subject);
        let before = record.before.as_ref().map(|before| self.document(before));
        let at = now();
        let store = self.store.clone();
        self.add(move || {
            // Without a store, or a name, there is nothing to be told at every save.
            let (Some(store), false) = (store, matches!(document, Document::Unnamed)) else {
                return;
            };
            let kept = document.name().and_then(|name| {
                let before = before.and_then(|before| before.name().ok());
                keep(&store, &name, before.as_deref(), &record, at).map_err(|e| e.to_string())
            });
            tell(VersionNews::Recorded(kept));
        })
    }

    /// Takes a task, in the same way.
    pub(super) fn perform(
        &self,
        subject: &Subject,
        task: VersionTask,
        tell: impl FnOnce(VersionNews) + Send + 'static,
    ) -> Job {
        let document = self.document(subject);
        let (clock, exports) = (
            Clock {
                now: now(),
                utc_offset: self.utc_offset,
            },
            self.exports.clone(),
        );
        let store = self.store.clone();
        self.add(move || {
            let store = store.ok_or("no versions are kept: no home folder is known".to_owned());
            let known = store.and_then(|store| Ok((store, document.name()?)));
            tell(done(known, task, clock, &exports));
        })
    }

    fn add(&self, job: impl FnOnce() + Send + 'static) -> Job {
        self.lane.jobs().push_back(Box::new(job));
        let lane = self.lane.clone();
        Box::new(move || {
            lane.run_next();
        })
    }
}

/// Milliseconds since 1970 UTC.
fn now() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    // The clock of a machine may stand before 1970, but not beyond what the type counts.
    since.map_or(0, |since| since.as_millis() as u64)
}

/// Records a version. A document that has another name than before keeps its versions, unless
/// there are versions under the new name.
fn keep(
    store: &UserStore,
    document: &str,
    before: Option<&str>,
    record: &Record,
    at: u64,
) -> Result<(), UserError> {
    match before.map_or(Ok(()), |before| store.rename(before, document)) {
        Ok(()) | Err(UserError::NoDocument { .. } | UserError::DocumentTaken { .. }) => {}
        Err(error) => return Err(error),
    }
    let new = NewVersion {
        at,
        text: &record.text,
        cause: record.cause.clone(),
        scores: record.scores.clone(),
    };
    store.record(document, &new).map(|_| ())
}

/// Carries out a task.
fn done(
    known: Result<(UserStore, String), String>,
    task: VersionTask,
    clock: Clock,
    exports: &std::path::Path,
) -> VersionNews {
    let told = |error: UserError| error.to_string();
    match task {
        VersionTask::List => VersionNews::Listed(known.and_then(|(store, document)| {
            let versions = store.versions(&document).map_err(told)?;
            let head = store.head(&document).map_err(told)?;
            Ok(Box::new(Versions {
                versions,
                head: head.map_or(0, |head| head.id),
                clock,
                // The list is worth more than this count, which needs a file that can be written.
                dropped: store.take_dropped().unwrap_or(0),
            }))
        })),
        VersionTask::Fetch(id, revision, present) => {
            let version = known.and_then(|(store, document)| {
                // What is on the screen is kept before it gives way.
                keep(&store, &document, None, &present, clock.now).map_err(told)?;
                store.version(&document, id).map(Box::new).map_err(told)
            });
            VersionNews::Fetched(revision, version)
        }
        VersionTask::GoBack(id) => VersionNews::WentBack(
            known.and_then(|(store, document)| store.go_back(&document, id).map_err(told)),
        ),
        VersionTask::Name(id, name) => {
            let named = known.and_then(|(store, document)| {
                store.name_version(&document, id, &name).map_err(told)
            });
            VersionNews::Named(id, name, named)
        }
        VersionTask::Compare(before, after) => {
            VersionNews::Compared(known.and_then(|(store, document)| {
                let read = |id| store.version(&document, id).map_err(told);
                Ok(Box::new([read(before)?, read(after)?]))
            }))
        }
        VersionTask::Export(name) => VersionNews::Exported(known.and_then(|(store, document)| {
            let export = store.export(&document).map_err(told)?;
            let written = export.write_new(exports, &name);
            written.map_err(|e| format!("{}: not exported: {e}", exports.display()))
        })),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::Receiver;

    use super::*;
    use crate::post::Revision;
    use crate::store::user::{Cause, VersionInfo, Wait};

    struct Desk {
        folder: tempfile::TempDir,
        keeper: Keeper,
    }

    impl Desk {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let store = UserStore::new(&folder.path().join("data"));
            let exports = folder.path().join("exports");
            Self {
                keeper: Keeper::new(Some(store), exports, 0),
                folder,
            }
        }

        fn file(&self, name: &str) -> Subject {
            Subject::File(self.folder.path().join(name))
        }

        fn record(&self, subject: Subject, text: &str) -> (Job, Receiver<VersionNews>) {
            self.take(Record {
                subject,
                before: None,
                text: text.to_owned(),
                cause: Cause::Saved,
                scores: Default::default(),
            })
        }

        fn take(&self, record: Record) -> (Job, Receiver<VersionNews>) {
            let (tell, told) = channel();
            let job = self
                .keeper
                .record(record, move |news| tell.send(news).unwrap());
            (job, told)
        }

        fn perform(&self, name: &str, task: VersionTask) -> VersionNews {
            let (tell, told) = channel();
            let tell = move |news| tell.send(news).unwrap();
            self.keeper.perform(&self.file(name), task, tell)();
            told.recv().unwrap()
        }

        fn versions(&self, subject: &Subject) -> Vec<VersionInfo> {
            let document = self.keeper.document(subject).name().unwrap();
            let store = self.keeper.store.as_ref().unwrap();
            store.versions(&document).unwrap()
        }

        fn text(&self, name: &str, id: u64) -> String {
            let document = self.keeper.document(&self.file(name)).name().unwrap();
            let store = self.keeper.store.as_ref().unwrap();
            store.version(&document, id).unwrap().text
        }
    }

    #[test]
    fn what_came_first_is_done_first_whichever_thread_is_faster() {
        let desk = Desk::new();
        let (first, told) = desk.record(desk.file("a.md"), "One.");
        let (second, _told) = desk.record(desk.file("a.md"), "Two.");
        second();
        assert!(matches!(told.recv(), Ok(VersionNews::Recorded(Ok(())))));
        first();
        let versions = desk.versions(&desk.file("a.md"));
        assert_eq!(versions[1].parent, Some(versions[0].id));
        assert_eq!(desk.text("a.md", versions[0].id), "One.");
    }

    #[test]
    fn what_is_left_is_done_at_the_end() {
        let desk = Desk::new();
        let jobs = ["One.", "Two."].map(|text| desk.record(desk.file("a.md"), text));
        desk.keeper.finish(Duration::from_secs(30));
        assert_eq!(desk.versions(&desk.file("a.md")).len(), 2);
        for (job, _) in jobs {
            job();
        }
        assert_eq!(desk.versions(&desk.file("a.md")).len(), 2, "not twice");
    }

    #[test]
    fn going_back_keeps_what_was_there_and_branches() {
        let desk = Desk::new();
        for text in ["One.", "Two."] {
            desk.record(desk.file("a.md"), text).0();
        }
        let first = desk.versions(&desk.file("a.md"))[0].id;
        let present = Record {
            subject: desk.file("a.md"),
            before: None,
            text: "Three, not saved.".into(),
            cause: Cause::Kept,
            scores: Default::default(),
        };
        let fetch = VersionTask::Fetch(first, Revision::default(), Box::new(present));
        let VersionNews::Fetched(_, Ok(version)) = desk.perform("a.md", fetch) else {
            panic!("not fetched");
        };
        assert_eq!(version.text, "One.");
        let back = desk.perform("a.md", VersionTask::GoBack(first));
        assert!(matches!(back, VersionNews::WentBack(Ok(()))));
        desk.record(desk.file("a.md"), "Four.").0();
        let versions = desk.versions(&desk.file("a.md"));
        let parents: Vec<_> = versions.iter().map(|v| v.parent).collect();
        let ids: Vec<_> = versions.iter().map(|v| v.id).collect();
        assert_eq!(parents, [None, Some(ids[0]), Some(ids[1]), Some(ids[0])]);
        assert_eq!(desk.text("a.md", ids[2]), "Three, not saved.");
        let VersionNews::Listed(Ok(listed)) = desk.perform("a.md", VersionTask::List) else {
            panic!("not listed");
        };
        assert_eq!((listed.head, listed.versions.len()), (ids[3], 4));
        let VersionNews::Exported(Ok(path)) = desk.perform("a.md", VersionTask::Export("a".into()))
        else {
            panic!("not exported");
        };
        assert!(path.ends_with("exports/a.versions.json"), "{path:?}");
    }

    #[test]
    fn versions_follow_a_draft_to_its_file_unless_that_has_some() {
        let mut desk = Desk::new();
        desk.record(Subject::Draft, "Of nobody.").0();
        desk.keeper.draft = DraftId::parse("00000000000000ab");
        desk.record(Subject::Draft, "One.").0();
        let saved = |name| Record {
            subject: desk.file(name),
            before: Some(Subject::Draft),
            text: "Two.".into(),
            cause: Cause::Saved,
            scores: Default::default(),
        };
        desk.take(saved("a.md")).0();
        assert_eq!(desk.versions(&desk.file("a.md")).len(), 2);
        assert!(desk.versions(&Subject::Draft).is_empty());
        desk.record(Subject::Draft, "One.").0();
        desk.record(desk.file("b.md"), "There before.").0();
        desk.take(saved("b.md")).0();
        assert_eq!(desk.versions(&desk.file("b.md")).len(), 2);
        assert_eq!(desk.versions(&Subject::Draft).len(), 1, "left where it is");
    }

    #[test]
    fn a_store_that_stays_held_is_told_and_one_that_is_missing_is_not() {
        let mut desk = Desk::new();
        desk.record(desk.file("a.md"), "One.").0();
        let folder = desk.folder.path().join("data");
        let wait = Wait::new(Duration::from_millis(20), |_| {});
        let store = UserStore::with(&folder, wait, Default::default());
        let held = std::fs::File::open(store.path()).unwrap();
        held.lock().unwrap();
        desk.keeper.store = Some(store);
        let (job, told) = desk.record(desk.file("a.md"), "Two.");
        job();
        let Ok(VersionNews::Recorded(Err(reason))) = told.recv() else {
            panic!("not told");
        };
        assert!(reason.contains("in use by another"), "{reason}");
        desk.keeper.store = None;
        let (job, told) = desk.record(desk.file("a.md"), "Two.");
        job();
        assert!(told.recv().is_err(), "nothing to tell at every save");
        let listed = desk.perform("a.md", VersionTask::List);
        assert!(
            matches!(listed, VersionNews::Listed(Err(_))),
            "asked for, it is told"
        );
    }
}

//! Versions of the post: recording them, and what the writer does with them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::post::{Revision, Span};
use crate::store::user::{Cause, Version};

use super::super::command::Command;
use super::super::overlays::{
    Ask, LineInput, Overlay, VersionAsk, VersionList, Versions, comparison_lines, versions_dropped,
};
use super::{App, Effect};

/// What versions are of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// The file at this path.
    File(PathBuf),
    /// The draft that is open, which has no file.
    Draft,
}

/// A version to keep.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    pub subject: Subject,
    /// What the post was before a save gave it this name: its versions follow.
    pub before: Option<Subject>,
    pub text: String,
    pub cause: Cause,
    /// By name; none where the report is not of this text.
    pub scores: BTreeMap<String, f64>,
}

/// Something to do with the versions of a post.
#[derive(Debug, Clone, PartialEq)]
pub enum VersionTask {
    /// Read the tree.
    List,
    /// Keep the text of now, then read a version to put in its place at this revision.
    Fetch(u64, Revision, Box<Record>),
    /// Make a version the head.
    GoBack(u64),
    Name(u64, String),
    /// Read both.
    Compare(u64, u64),
    /// Write them all into a new file of this name.
    Export(String),
}

/// What became of that.
pub enum VersionNews {
    Recorded(Result<(), String>),
    Listed(Result<Box<Versions>, String>),
    /// The version that is to take the place of the text of this revision.
    Fetched(Revision, Result<Box<Version>, String>),
    WentBack(Result<(), String>),
    Named(u64, String, Result<(), String>),
    Compared(Result<Box<[Version; 2]>, String>),
    Exported(Result<PathBuf, String>),
}

/// What recording has to remember.
#[derive(Debug, Default)]
pub(super) struct Recording {
    /// The version that was recorded last at this revision, while its scores are not known.
    unscored: Option<(Revision, Cause)>,
    /// Saves that are under way, with what each will have written.
    saving: Vec<(Revision, Record)>,
    /// Whether the writer was told that versions are not kept.
    is_failing: bool,
    /// Whether the post is not the writer's: one that greets, or that somebody else has open.
    pub(super) is_foreign: bool,
}

impl App {
    /// Keeps the text of now as a version. Scores that are not known yet follow.
    pub fn record(&mut self, cause: Cause) -> Effect {
        let record = self.version(self.subject(), cause);
        let is_unscored = record.scores.is_empty();
        let now = (self.editor.buffer().revision(), record.cause.clone());
        self.recording.unscored = is_unscored.then_some(now);
        Effect::Record(Box::new(record))
    }

    fn version(&self, subject: Subject, cause: Cause) -> Record {
        Record {
            subject,
            before: None,
            text: self.editor.buffer().text().to_owned(),
            cause,
            scores: self.scores(),
        }
    }

    /// What the versions of the post are of.
    fn subject(&self) -> Subject {
        self.path.clone().map_or(Subject::Draft, Subject::File)
    }

    /// The scores by name, where the report is of the text of now and complete.
    fn scores(&self) -> BTreeMap<String, f64> {
        let is_current = self.analysed == Some(self.editor.buffer().revision())
            && self.is_live()
            && !self.is_behind();
        let Some(scores) = self.report.scores.ready().filter(|_| is_current) else {
            return BTreeMap::new();
        };
        let facets = scores.facets.iter().map(|f| (f.facet.name(), f.score));
        [("overall", scores.overall)]
            .into_iter()
            .chain(facets)
            .filter(|(_, score)| score.is_finite())
            .map(|(name, score)| (name.to_owned(), (score * 100.0).round() / 100.0))
            .collect()
    }

    /// Keeps what was opened, where it is text of the writer's.
    pub(super) fn record_opened(&mut self) -> Vec<Effect> {
        let is_blank = self.editor.buffer().text().trim().is_empty();
        if is_blank || self.recording.is_foreign {
            return Vec::new();
        }
        vec![self.record(Cause::Opened)]
    }

    /// The scores of the last version, which have become known.
    pub(super) fn record_scores(&mut self) -> Vec<Effect> {
        let Some((revision, cause)) = self.recording.unscored.clone() else {
            return Vec::new();
        };
        if revision != self.editor.buffer().revision() {
            self.recording.unscored = None;
        } else if !self.scores().is_empty() {
            return vec![self.record(cause)];
        }
        Vec::new()
    }

    /// Takes note of what a save is about to write to `path`.
    pub(super) fn begin_recording_save(&mut self, path: &Path) {
        let subject = Subject::File(path.to_owned());
        let before = self.subject();
        let mut record = self.version(subject, Cause::Saved);
        // The versions of a post that is open elsewhere stay with it.
        record.before = (before != record.subject && !self.recording.is_foreign).then_some(before);
        let revision = self.editor.buffer().revision();
        self.recording.saving.push((revision, record));
    }

    /// Keeps what a save has written.
    pub(super) fn record_save(
        &mut self,
        revision: Revision,
        path: &Path,
        is_saved: bool,
    ) -> Vec<Effect> {
        let is_it = |(at, record): &(Revision, Record)| {
            *at == revision && matches!(&record.subject, Subject::File(p) if p == path)
        };
        let Some(at) = self.recording.saving.iter().position(is_it) else {
            return Vec::new();
        };
        let (_, mut record) = self.recording.saving.remove(at);
        if !is_saved {
            return Vec::new();
        }
        if self.is_of_this_post(revision) {
            self.recording.is_foreign = false;
        }
        if revision == self.editor.buffer().revision() {
            record.scores = self.scores();
            let is_unscored = record.scores.is_empty();
            self.recording.unscored = is_unscored.then_some((revision, Cause::Saved));
        }
        vec![Effect::Record(Box::new(record))]
    }

    /// Opens the list; the store is read meanwhile.
    pub(super) fn list_versions(&mut self) -> Vec<Effect> {
        self.open(Overlay::Versions(VersionList::default()));
        vec![self.version_task(VersionTask::List)]
    }

    fn version_task(&self, task: VersionTask) -> Effect {
        Effect::Versions(self.subject(), task)
    }

    /// What the list asks for, which stays open.
    pub(super) fn version_asked(&mut self, ask: VersionAsk) -> Vec<Effect> {
        let task = match ask {
            VersionAsk::GoBack(_) if !self.may_edit() => return Vec::new(),
            VersionAsk::GoBack(id) => {
                let present = self.version(self.subject(), Cause::Kept);
                let revision = self.editor.buffer().revision();
                VersionTask::Fetch(id, revision, Box::new(present))
            }
            VersionAsk::Compare(before, after) => VersionTask::Compare(before, after),
            VersionAsk::Export => {
                let name = self.path.as_deref().and_then(Path::file_stem);
                let name = name.map_or("draft".into(), |n| n.to_string_lossy());
                VersionTask::Export(name.into_owned())
            }
        };
        vec![self.version_task(task)]
    }

    pub(super) fn name_version(&mut self, id: u64, name: String) -> Vec<Effect> {
        vec![self.version_task(VersionTask::Name(id, name))]
    }

    /// Takes what became of recording and of tasks.
    pub(super) fn version_news(&mut self, news: VersionNews) -> Vec<Effect> {
        match news {
            VersionNews::Recorded(Ok(())) => {
                self.recording.is_failing = false;
                return self.list_anew();
            }
            VersionNews::Recorded(Err(reason)) => {
                // Told once: the text itself is in its file or its journal.
                if !std::mem::replace(&mut self.recording.is_failing, true) {
                    self.fail(format!("no version was kept: {reason}"));
                } else {
                    tracing::error!("no version was kept: {reason}");
                }
            }
            VersionNews::Listed(Ok(versions)) => {
                if versions.dropped > 0 {
                    self.notice(versions_dropped(versions.dropped));
                }
                if let Some(list) = self.version_list() {
                    list.show(*versions);
                }
            }
            VersionNews::Fetched(revision, Ok(version)) => {
                return self.go_back_to(revision, &version);
            }
            VersionNews::Named(_, _, Ok(())) => return self.list_anew(),
            VersionNews::Named(id, name, Err(reason)) => self.ask_for_name_of(id, name, reason),
            VersionNews::Compared(Ok(versions)) => {
                if let Some(list) = self.version_list() {
                    let when = list.clock();
                    let lines = comparison_lines(&versions, when, &self.theme);
                    self.show_page("Two versions", lines);
                }
            }
            VersionNews::Exported(Ok(path)) => {
                self.notice(format!("written: {}", path.display()));
            }
            VersionNews::WentBack(Ok(())) => {}
            VersionNews::WentBack(Err(reason)) => {
                self.fail(format!(
                    "the text is back, but its tree did not follow: {reason}"
                ));
            }
            VersionNews::Listed(Err(reason)) => {
                if let Some(list) = self.version_list() {
                    list.fail(reason.clone());
                }
                self.fail(reason);
            }
            VersionNews::Fetched(_, Err(reason))
            | VersionNews::Compared(Err(reason))
            | VersionNews::Exported(Err(reason)) => self.fail(reason),
        }
        Vec::new()
    }

    /// Puts a version in place of the text, unless that has changed since it was kept.
    fn go_back_to(&mut self, revision: Revision, version: &Version) -> Vec<Effect> {
        if revision != self.editor.buffer().revision() {
            let key = self.keymap.told(Command::Versions);
            self.fail(format!(
                "not gone back: the text was changed meanwhile; {key} asks again"
            ));
            return Vec::new();
        }
        if let Some(at) = self.version_list_place() {
            self.overlays.truncate(at);
        }
        let all = Span::new(0, self.editor.buffer().text().len());
        if self.editor.buffer().text() != version.text {
            self.editor.replace(all, &version.text);
            self.editor.show(Span::new(0, 0));
        }
        let key = self.keymap.told(Command::Undo);
        self.notice(format!("back at version {}; {key} undoes it", version.id));
        let go_back = self.version_task(VersionTask::GoBack(version.id));
        vec![go_back, self.record(Cause::Restored { from: version.id })]
    }

    /// Asks for another name than one that was refused.
    fn ask_for_name_of(&mut self, id: u64, name: String, reason: String) {
        if !matches!(self.overlays.last(), Some(Overlay::Versions(_))) {
            return self.fail(reason);
        }
        self.open(Overlay::Prompt {
            ask: Ask::VersionName(id),
            input: LineInput::new(name),
            error: Some(reason),
        });
    }

    /// Reads the tree again, where it is seen.
    fn list_anew(&self) -> Vec<Effect> {
        let task = || self.version_task(VersionTask::List);
        self.version_list_place()
            .map(|_| task())
            .into_iter()
            .collect()
    }

    fn version_list_place(&self) -> Option<usize> {
        let is_list = |overlay: &Overlay| matches!(overlay, Overlay::Versions(_));
        self.overlays.iter().position(is_list)
    }

    fn version_list(&mut self) -> Option<&mut VersionList> {
        self.overlays.iter_mut().find_map(|overlay| match overlay {
            Overlay::Versions(list) => Some(list),
            _ => None,
        })
    }
}

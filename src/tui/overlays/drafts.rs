//! The list of drafts that are kept.

use std::time::SystemTime;

use crate::store::journal::{DraftId, DraftInfo};

use super::super::command::{Command, Place, Verdict};
use super::{Answer, Choice, Question, moved, moved_by};

/// The drafts, newest first, with a selection.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DraftList {
    pub drafts: Vec<DraftInfo>,
    /// When the list was made; ages count from here.
    pub as_of: Option<SystemTime>,
    pub selected: usize,
    /// The one that is open here.
    pub own: Option<DraftId>,
    /// Whether it asks if the selected one is to be deleted.
    pub deleting: bool,
}

impl DraftList {
    /// Carries out a command; without one, a key that stands for none was pressed.
    pub(super) fn update(&mut self, command: Option<Command>) -> Answer {
        let Some(draft) = self.drafts.get(self.selected) else {
            return Answer::Close;
        };
        if self.deleting {
            let question = self.question();
            self.deleting = false;
            let answer = command
                .zip(question)
                .map(|(c, question)| question.update(c));
            return answer.unwrap_or(Answer::Stay);
        }
        match command {
            Some(Command::Close) => return Answer::Close,
            Some(Command::Choose) if self.is_own(draft) => return Answer::Close,
            // One in use is opened too: to be read, or copied.
            Some(Command::Choose) => return Answer::OpenDraft(draft.id.clone()),
            Some(Command::DeleteDraft) if draft.in_use => {
                return Answer::Tell("a draft that is open cannot be deleted");
            }
            Some(Command::DeleteDraft) => self.deleting = true,
            Some(command) => self.selected = moved(self.selected, command, self.drafts.len()),
            None => {}
        }
        Answer::Stay
    }

    /// Whether to delete the selected draft, where that is asked.
    #[must_use]
    pub fn question(&self) -> Option<Question> {
        let draft = self.drafts.get(self.selected).filter(|_| self.deleting)?;
        let what = match &draft.path {
            Some(path) => format!("The draft of {}", path.display()),
            None => "This draft".to_owned(),
        };
        Some(Question {
            place: Place::Deleting,
            title: "Delete a draft",
            text: [
                format!(
                    "{what} goes for good:\n“{}”\nAny other key keeps it.",
                    draft.first_line
                ),
                "For good? Any other key keeps it.".to_owned(),
            ],
            choices: vec![Choice::new(
                Command::Answer(Verdict::Delete),
                ["delete it", "delete"],
                Answer::DeleteDraft(draft.id.clone()),
            )],
        })
    }

    /// Whether `draft` is the one that is open here.
    #[must_use]
    pub fn is_own(&self, draft: &DraftInfo) -> bool {
        self.own.as_ref() == Some(&draft.id)
    }

    pub(super) fn select_by(&mut self, by: isize) {
        self.selected = moved_by(self.selected, by, self.drafts.len());
    }
}

//! The list of drafts that are kept.

use std::time::SystemTime;

use crossterm::event::{KeyCode, KeyEvent};

use crate::store::journal::{DraftId, DraftInfo};

use super::{Answer, is_plain, moved};

/// The drafts, newest first, with a selection.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DraftList {
    pub drafts: Vec<DraftInfo>,
    /// When the list was made; ages count from here.
    pub as_of: Option<SystemTime>,
    pub selected: usize,
    /// The one that is open here.
    pub own: Option<DraftId>,
    /// Whether the next `y` deletes the selected one.
    pub deleting: bool,
}

impl DraftList {
    pub(super) fn key(&mut self, key: KeyEvent) -> Answer {
        let Some(draft) = self.drafts.get(self.selected) else {
            return Answer::Close;
        };
        if std::mem::take(&mut self.deleting) {
            return match key.code {
                KeyCode::Char('y' | 'Y') if is_plain(key) => Answer::DeleteDraft(draft.id.clone()),
                _ => Answer::Stay,
            };
        }
        match key.code {
            KeyCode::Esc => return Answer::Close,
            KeyCode::Enter if self.is_own(draft) => return Answer::Close,
            KeyCode::Enter if draft.in_use => {
                return Answer::Tell("this draft is open in another Postwright");
            }
            KeyCode::Enter => return Answer::OpenDraft(draft.id.clone()),
            KeyCode::Delete if draft.in_use => {
                return Answer::Tell("a draft that is open cannot be deleted");
            }
            KeyCode::Delete => self.deleting = true,
            KeyCode::Up => self.select_by(-1),
            KeyCode::Down => self.select_by(1),
            KeyCode::PageUp => self.select_by(-10),
            KeyCode::PageDown => self.select_by(10),
            _ => {}
        }
        Answer::Stay
    }

    /// Whether `draft` is the one that is open here.
    #[must_use]
    pub fn is_own(&self, draft: &DraftInfo) -> bool {
        self.own.as_ref() == Some(&draft.id)
    }

    pub(super) fn select_by(&mut self, by: isize) {
        self.selected = moved(self.selected, by, self.drafts.len());
    }
}

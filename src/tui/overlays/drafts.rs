//! The list of drafts that are kept.

use std::time::SystemTime;

use crossterm::event::{KeyCode, KeyEvent};

use crate::store::journal::DraftInfo;

use super::{Answer, moved};

/// The drafts, newest first, with a selection.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DraftList {
    pub drafts: Vec<DraftInfo>,
    /// When the list was made; ages count from here.
    pub as_of: Option<SystemTime>,
    pub selected: usize,
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
                KeyCode::Char('y' | 'Y') => Answer::DeleteDraft(draft.id.clone()),
                _ => Answer::Stay,
            };
        }
        match key.code {
            KeyCode::Esc | KeyCode::Char('q') => return Answer::Close,
            KeyCode::Enter => return Answer::OpenDraft(draft.id.clone()),
            KeyCode::Char('d') | KeyCode::Delete => self.deleting = !draft.in_use,
            KeyCode::Up | KeyCode::Char('k') => self.select_by(-1),
            KeyCode::Down | KeyCode::Char('j') => self.select_by(1),
            KeyCode::PageUp => self.select_by(-10),
            KeyCode::PageDown => self.select_by(10),
            _ => {}
        }
        Answer::Stay
    }

    pub(super) fn select_by(&mut self, by: isize) {
        self.selected = moved(self.selected, by, self.drafts.len());
    }
}

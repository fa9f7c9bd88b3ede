//! What the cache holds: listing it, and forgetting it.

use crate::cache::EntryInfo;

use super::super::overlays::{
    Ask, EntryList, LineInput, Overlay, Wanted, clear_question, entry_lines, invalidate_question,
};
use super::super::units::counted;
use super::{App, Effect};

impl App {
    /// Opens the list; the cache is read meanwhile.
    pub(super) fn list_entries(&mut self) -> Vec<Effect> {
        let list = EntryList::default();
        let wanted = list.wanted.clone();
        self.open(Overlay::Entries(list));
        vec![Effect::ListEntries(wanted)]
    }

    /// Asks for a line, over what is open.
    pub(super) fn ask_for_line(&mut self, ask: Ask, suggested: String) {
        self.open(Overlay::Prompt {
            ask,
            input: LineInput::suggesting(suggested),
            error: None,
        });
    }

    pub(super) fn ask_to_clear(&mut self) {
        self.open(Overlay::Question(clear_question()));
    }

    pub(super) fn ask_to_invalidate(&mut self, pattern: &str) {
        self.open(Overlay::Question(invalidate_question(pattern)));
    }

    pub(super) fn show_entry(&mut self, entry: &EntryInfo) {
        let lines = entry_lines(entry, self.theme.faint);
        self.show_page("Entry", lines);
    }

    /// Lists the entries with a tag that matches.
    pub(super) fn filter_tags(&mut self, pattern: &str) -> Vec<Effect> {
        let wanted = self.entry_list().map(|list| list.filter_tags(pattern));
        wanted.map(Effect::ListEntries).into_iter().collect()
    }

    pub(super) fn entries_listed(
        &mut self,
        wanted: &Wanted,
        result: Result<Vec<EntryInfo>, String>,
    ) {
        match result {
            Ok(entries) => {
                if let Some(list) = self.entry_list() {
                    list.show(wanted, entries);
                }
            }
            Err(reason) => self.fail(reason),
        }
    }

    /// What was forgotten: the tags, or everything where there are none.
    pub(super) fn forgotten(&mut self, result: Result<Option<usize>, String>) -> Vec<Effect> {
        match result {
            Ok(None) => self.notice("everything that was computed is forgotten".to_owned()),
            Ok(Some(0)) => self.notice("no tag matches".to_owned()),
            Ok(Some(tags)) => self.notice(format!("forgot what has {}", counted(tags, "tag"))),
            Err(reason) => self.fail(reason),
        }
        let wanted = self.entry_list().map(|list| list.wanted.clone());
        wanted.map(Effect::ListEntries).into_iter().collect()
    }

    fn entry_list(&mut self) -> Option<&mut EntryList> {
        self.overlays.iter_mut().find_map(|overlay| match overlay {
            Overlay::Entries(list) => Some(list),
            _ => None,
        })
    }
}

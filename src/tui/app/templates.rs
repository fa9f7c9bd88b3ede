//! Templates, hooks and calls to action: putting them into the post, and their blanks.

use crate::post::Span;
use crate::store::user::Cause;
use crate::templates::{Placed, blank, call_into, hook_into};

use super::super::command::Command;
use super::super::focus::Focus;
use super::super::overlays::{Insert, Overlay, Shelf, TemplateList};
use super::{App, Effect};

/// What versions call the library's part in them; `hook` is an operator of rewrites.
const NEW_HOOK: &str = "new-hook";
const NEW_CALL: &str = "new-call";

impl App {
    /// Opens the list; the library is read meanwhile.
    pub(super) fn list_templates(&mut self) -> Vec<Effect> {
        self.open(Overlay::Templates(TemplateList::default()));
        vec![Effect::ReadTemplates]
    }

    pub(super) fn templates_read(&mut self, shelf: Shelf) {
        let list = self.overlays.iter_mut().find_map(|overlay| match overlay {
            Overlay::Templates(list) => Some(list),
            _ => None,
        });
        if let Some(list) = list {
            list.show(shelf);
        }
    }

    /// Starts a draft with a template, or puts a hook or a call into the post.
    pub(super) fn insert_chosen(&mut self, insert: Insert) -> Vec<Effect> {
        let text = self.editor.buffer().text();
        let (placed, operator) = match insert {
            Insert::Post(text) => {
                self.is_waiting = true;
                self.is_filling = true;
                return vec![Effect::NewDraft(Some(text))];
            }
            Insert::Hook(hook) => (hook_into(text, &hook), NEW_HOOK),
            Insert::Call(call) => (call_into(text, &call), NEW_CALL),
        };
        if !self.may_edit() {
            return Vec::new();
        }
        self.place(&placed);
        vec![self.record(Cause::Accepted {
            operator: operator.to_owned(),
            edits: 1,
        })]
    }

    /// Makes the change, and goes to the first blank of what was put in, or behind it.
    fn place(&mut self, placed: &Placed) {
        self.set_focus(Focus::Editor);
        self.editor.replace(placed.span, &placed.new);
        let inside = placed.inside;
        let found = blank(self.editor.buffer().text(), inside.start);
        let found = found.filter(|found| found.end <= inside.end);
        self.editor
            .show(found.unwrap_or(Span::new(inside.end, inside.end)));
        let key = self.keymap.told(Command::Undo);
        self.notice(match found {
            Some(_) => format!("put in; type over what stands in brackets; {key} undoes it"),
            None => format!("put in; {key} undoes it"),
        });
    }

    /// Goes to the first blank of the template that was opened.
    pub(super) fn begin_filling(&mut self) {
        if let Some(first) = blank(self.editor.buffer().text(), 0) {
            self.editor.show(first);
            let key = self.keymap.told(Command::NextBlank);
            self.notice(format!(
                "type over what stands in brackets; {key} goes to the next"
            ));
        }
    }

    /// Selects the next blank behind the cursor, or from the start on.
    pub(super) fn next_blank(&mut self) {
        let buffer = self.editor.buffer();
        let from = buffer.selection().map_or(buffer.cursor(), |s| s.end);
        let found = blank(buffer.text(), from).or_else(|| blank(buffer.text(), 0));
        match found {
            Some(span) => {
                self.set_focus(Focus::Editor);
                self.editor.show(span);
            }
            None => self.notice("no blank is left, as [name] would be one".to_owned()),
        }
    }
}

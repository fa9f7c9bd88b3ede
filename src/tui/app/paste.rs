//! Text that comes in one piece.

use super::super::command::Command;
use super::{App, Effect, Focus, Input};

impl App {
    pub(super) fn paste(&mut self, text: &str) -> Vec<Effect> {
        if self.is_waiting {
            self.queue.push(Input::Paste(text.to_owned()));
            return Vec::new();
        }
        if text.len() > self.paste_bytes {
            self.fail(format!(
                "not pasted: {} bytes, at most {} (terminal.paste_bytes); put it into a file and open that",
                text.len(),
                self.paste_bytes
            ));
        } else if let Some(top) = self.overlays.last_mut() {
            let answer = top.paste(text);
            return self.answer(answer);
        } else if self.focus != Focus::Editor {
            let key = self.keymap.told(Command::FocusEditor);
            self.notice(format!("only the editor takes text; {key} goes there"));
        } else if self.may_edit() {
            let outcome = self.editor.insert(text);
            return self.editor_outcome(outcome);
        }
        Vec::new()
    }

    /// Takes a paste whose end did not come.
    pub(super) fn cut_paste(&mut self, text: &str) -> Vec<Effect> {
        if self.is_waiting {
            self.queue.push(Input::CutPaste(text.to_owned()));
            return Vec::new();
        }
        self.message = None;
        let effects = self.paste(text);
        match &mut self.message {
            Some(message) => message.text += "; the end of the paste did not come",
            None => self.notice("the end of the paste did not come; this is what came".to_owned()),
        }
        effects
    }
}

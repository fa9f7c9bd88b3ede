//! What the writer is told, and why something cannot be done.

use super::super::command::Command;
use super::{App, Message};

impl App {
    /// Tells the writer of something that is wrong.
    pub fn warn(&mut self, text: String) {
        self.fail(text);
    }

    /// Whether the text may be changed; says why where it may not.
    pub(super) fn may_edit(&mut self) -> bool {
        if self.read_only {
            let key = self.keymap.told(Command::SaveAs);
            self.notice(format!(
                "read-only: this post is open in another Postwright; {key} saves a copy"
            ));
        }
        !self.read_only
    }

    /// Tells the writer of something that is as it should be.
    pub fn notice(&mut self, text: String) {
        self.message = Some(Message {
            text,
            is_error: false,
        });
    }

    pub(super) fn fail(&mut self, text: String) {
        // Told again and again while a device is out, it is logged once.
        if self.message.as_ref().is_none_or(|told| told.text != text) {
            tracing::error!("{text}");
        }
        self.message = Some(Message {
            text,
            is_error: true,
        });
    }
}

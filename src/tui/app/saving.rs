//! Opening and saving, as far as the state goes.

use std::path::PathBuf;

use crate::post::Revision;
use crate::store::file::Opened;

use super::super::overlays::Overlay;
use super::{App, Effect, Message};

impl App {
    pub(super) fn save(&mut self, then_quit: bool) -> Vec<Effect> {
        match self.path.clone() {
            Some(path) => vec![self.save_effect(path, then_quit)],
            None => {
                self.ask_for_name(then_quit);
                Vec::new()
            }
        }
    }

    pub(super) fn save_effect(&self, path: PathBuf, then_quit: bool) -> Effect {
        Effect::Save {
            revision: self.editor.buffer().revision(),
            path,
            text: self.editor.buffer().text().to_owned(),
            line_ending: self.line_ending,
            then_quit,
        }
    }

    pub(super) fn ask_for_name(&mut self, then_quit: bool) {
        let input = self
            .path
            .as_ref()
            .map_or_else(String::new, |p| p.display().to_string());
        self.overlays.push(Overlay::SaveAs { input, then_quit });
    }

    pub(super) fn saved(
        &mut self,
        revision: Revision,
        path: PathBuf,
        then_quit: bool,
        result: Result<(), String>,
    ) -> Vec<Effect> {
        match result {
            Ok(()) => {
                self.notice(format!("saved {}", path.display()));
                self.path = Some(path);
                let current = self.editor.buffer().revision() == revision;
                if current {
                    self.editor.mark_saved();
                }
                // The question whether to quit is idle once nothing is left to lose.
                let asked = matches!(self.overlays.last(), Some(Overlay::ConfirmQuit));
                // What was typed while the file was written is not on disk yet.
                if (then_quit || asked) && current {
                    vec![Effect::Quit]
                } else {
                    Vec::new()
                }
            }
            Err(reason) => {
                self.fail(format!(
                    "{reason}; the text is still here, F2 saves it elsewhere"
                ));
                Vec::new()
            }
        }
    }
}

/// What the writer should know of an opened post.
pub(super) fn opening_message(opened: &Opened, path: Option<&PathBuf>) -> Option<Message> {
    let text = match (path, opened.removed.len()) {
        (_, n) if n > 0 => {
            format!(
                "left out {n} control characters or sequences; a save writes the post without them"
            )
        }
        (Some(path), _) if opened.is_new => format!("new draft: {}", path.display()),
        (None, _) => "new draft; Ctrl-S asks for a name, F1 shows the keys".to_owned(),
        _ => return None,
    };
    Some(Message {
        text,
        is_error: false,
    })
}

//! Saving and leaving, as far as the state goes.

use std::path::PathBuf;

use crate::post::Revision;
use crate::store::file::Stamp;

use super::super::command::Command;
use super::super::overlays::{Answer, Ask, Choice, LineInput, Overlay, Question};
use super::{App, Effect, Expected, SaveFailure};

/// A save that found another file in its place.
pub(super) struct Conflict {
    path: PathBuf,
    then_quit: bool,
}

impl App {
    pub(super) fn save(&mut self, then_quit: bool) -> Vec<Effect> {
        if let Some(conflict) = self.conflict.take() {
            self.ask_about_change(conflict.path, conflict.then_quit || then_quit);
            return Vec::new();
        }
        match self.path.clone() {
            Some(path) if self.may_edit() => vec![self.save_effect(path, then_quit, false)],
            Some(_) => Vec::new(),
            None => {
                self.ask_for_name(then_quit);
                Vec::new()
            }
        }
    }

    /// Saves under a name that was asked for.
    pub(super) fn save_as(
        &mut self,
        path: PathBuf,
        then_quit: bool,
        over_another: bool,
    ) -> Vec<Effect> {
        let path = self.at_home(path);
        vec![self.save_effect(path, then_quit, over_another)]
    }

    /// A name as the writer means it: `~/` is home, and what was typed behind the suggested folder
    /// stands for itself where it begins at the root or at home.
    pub(super) fn at_home(&self, path: PathBuf) -> PathBuf {
        let text = path.to_string_lossy();
        let from = text
            .rfind("//")
            .map(|i| i + 1)
            .or_else(|| text.rfind("/~/").map(|i| i + 1));
        let meant = from.map_or(text.as_ref(), |i| &text[i..]);
        match (meant.strip_prefix("~/"), &self.home) {
            (Some(rest), Some(home)) => home.join(rest),
            _ => PathBuf::from(meant),
        }
    }

    fn save_effect(&self, path: PathBuf, then_quit: bool, over_another: bool) -> Effect {
        let expected = if over_another {
            Expected::Anything
        } else if self.path.as_ref() == Some(&path) {
            Expected::Stamp(self.stamp)
        } else {
            Expected::Stamp(None)
        };
        Effect::Save {
            revision: self.editor.buffer().revision(),
            path,
            text: self.editor.buffer().text().to_owned(),
            line_ending: self.line_ending,
            then_quit,
            expected,
            other_than: self.path.clone().filter(|_| self.read_only),
        }
    }

    pub(super) fn ask_for_name(&mut self, then_quit: bool) {
        // The name of a post that is open elsewhere is not to be had.
        let own = self.path.as_ref().filter(|_| !self.read_only);
        let name = own.map_or_else(String::new, |p| p.display().to_string());
        self.overlays.push(Overlay::Prompt {
            ask: Ask::SaveAs { then_quit },
            input: LineInput::new(name),
        });
    }

    pub(super) fn quit(&mut self) -> Vec<Effect> {
        if !self.editor.buffer().is_modified() {
            return vec![Effect::Quit];
        }
        self.overlays.push(Overlay::Question(Question {
            ends_with_save: true,
            title: "Quit",
            text: [
                "The post has changes that are not saved.".to_owned(),
                "Not saved.".to_owned(),
            ],
            choices: vec![
                Choice::letter('s', ["save and quit", "save"], Answer::SaveAndQuit),
                Choice::letter('k', ["keep as a draft and quit", "keep"], Answer::Quit),
                Choice::letter('d', ["discard the changes", "discard"], Answer::Discard),
                Choice::escape(["stay", "stay"]),
            ],
        }));
        Vec::new()
    }

    pub(super) fn saved(
        &mut self,
        revision: Revision,
        path: PathBuf,
        then_quit: bool,
        result: Result<Stamp, SaveFailure>,
    ) -> Vec<Effect> {
        if !self.is_of_this_post(revision) {
            // The post that was saved gave way to another one meanwhile.
            match result {
                Ok(_) => self.notice(format!("saved {}", path.display())),
                Err(_) => self.fail(format!(
                    "{}: not saved; its text is among the drafts (F4)",
                    path.display()
                )),
            }
            return Vec::new();
        }
        match result {
            Ok(stamp) => {
                self.notice(format!("saved {}", path.display()));
                self.path = Some(path);
                self.stamp = Some(stamp);
                self.read_only = false;
                let current = self.editor.buffer().revision() == revision;
                if current {
                    self.editor.buffer_mut().mark_saved();
                } else {
                    // What the file holds now is none of the states that undo leads to.
                    self.editor.buffer_mut().mark_unsaved();
                }
                // The question whether to quit is idle once nothing is left to lose.
                let asked =
                    matches!(self.overlays.last(), Some(Overlay::Question(q)) if q.ends_with_save);
                // What was typed while the file was written is not on disk yet.
                if (then_quit || asked) && current {
                    return vec![Effect::Quit];
                }
            }
            Err(SaveFailure::Changed) => self.tell_of_conflict(Conflict { path, then_quit }),
            Err(SaveFailure::Failed(reason)) => self.fail(format!(
                "{reason}; the text is still here, F2 saves it elsewhere"
            )),
        }
        Vec::new()
    }

    /// Asks only once the writer is there to answer: this comes in the middle of typing.
    fn tell_of_conflict(&mut self, conflict: Conflict) {
        let name = conflict.path.display();
        let what = if self.path.as_ref() == Some(&conflict.path) {
            "was changed by another program"
        } else {
            "exists already"
        };
        let key = self.keymap.told(Command::Save);
        self.fail(format!("not saved: {name} {what}; {key} asks what to do"));
        self.conflict = Some(conflict);
    }

    fn ask_about_change(&mut self, path: PathBuf, then_quit: bool) {
        let name = path.display().to_string();
        let is_own = self.path.as_ref() == Some(&path);
        let overwrite = Answer::SaveAs {
            path,
            then_quit,
            over_another: true,
        };
        let mut choices = vec![Choice::letter(
            'o',
            ["overwrite it", "overwrite"],
            overwrite,
        )];
        let text = if is_own {
            choices.push(Choice::letter(
                'r',
                ["reload it; your text becomes a draft", "reload"],
                Answer::Reload,
            ));
            format!("{name} was changed by another program since it was opened or saved here.")
        } else {
            format!("{name} exists already.")
        };
        choices.push(Choice::letter(
            'a',
            ["save as another file", "save as"],
            Answer::AskForName { then_quit },
        ));
        choices.push(Choice::escape(["go back", "back"]));
        self.overlays.push(Overlay::Question(Question {
            ends_with_save: false,
            title: "Not saved yet",
            text: [text, "Another file is there.".to_owned()],
            choices,
        }));
    }
}

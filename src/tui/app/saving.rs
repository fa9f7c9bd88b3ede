//! Saving and leaving, as far as the state goes.

use std::path::{Path, PathBuf};

use crate::post::Revision;
use crate::store::file::Stamp;
use crate::store::journal::Told;

use super::super::command::{Command, Place, Verdict};
use super::super::overlays::{Answer, Ask, Choice, LineInput, Overlay, Question};
use super::{App, Effect, Expected, OnDisk, Save, SaveFailure};

impl App {
    pub(super) fn save(&mut self, then_quit: bool) -> Vec<Effect> {
        if let Some(path) = self.conflict.take() {
            self.ask_about_change(path, then_quit);
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
        // What cannot be typed was not typed, and is no other file's name.
        let Some(text) = path.to_str() else {
            return path;
        };
        let from = text
            .rfind("//")
            .map(|i| i + 1)
            .or_else(|| text.rfind("/~/").map(|i| i + 1));
        let meant = from.map_or(text, |i| &text[i..]);
        match (meant.strip_prefix("~/"), &self.home) {
            (Some(rest), Some(home)) => home.join(rest),
            _ => PathBuf::from(meant),
        }
    }

    fn save_effect(&mut self, path: PathBuf, then_quit: bool, over_another: bool) -> Effect {
        self.begin_recording_save(&path);
        let expected = if over_another {
            Expected::Anything
        } else if self.path.as_ref() == Some(&path) {
            Expected::Stamp(self.stamp)
        } else {
            Expected::Stamp(None)
        };
        Effect::Save(Save {
            revision: self.editor.buffer().revision(),
            path,
            text: self.editor.buffer().text().to_owned(),
            form: self.form,
            then_quit,
            expected,
            own: self.path.clone().filter(|_| !self.read_only),
            other_than: self.path.clone().filter(|_| self.read_only),
        })
    }

    pub(super) fn ask_for_name(&mut self, then_quit: bool) {
        // The name of a post that is open elsewhere is not to be had.
        let own = self.path.as_ref().filter(|_| !self.read_only);
        // Shown with other characters, it would be saved under them.
        let name = own.map(|p| p.to_str().map(str::to_owned));
        if name == Some(None) {
            self.notice("the name of this file is not UTF-8, and cannot be typed here".to_owned());
        }
        // What was typed before is nearer to what is wanted.
        let wanted = self
            .wanted
            .take()
            .and_then(|p| p.to_str().map(str::to_owned));
        let name = wanted.or(name.flatten()).unwrap_or_default();
        self.overlays.push(Overlay::Prompt {
            ask: Ask::SaveAs { then_quit },
            input: LineInput::new(name),
            error: None,
        });
    }

    /// Asks for another name than `path`, which is there to be mended.
    fn ask_for_name_again(&mut self, path: PathBuf, then_quit: bool, reason: String) {
        tracing::error!("{reason}");
        self.wanted = Some(path);
        self.ask_for_name(then_quit);
        if let Some(Overlay::Prompt { error, .. }) = self.overlays.last_mut() {
            *error = Some(reason);
        }
    }

    /// The file that another program may have changed, and what is known of it.
    #[must_use]
    pub fn file_to_look_at(&self) -> Option<(PathBuf, Option<Stamp>)> {
        self.path.clone().map(|path| (path, self.stamp))
    }

    /// Takes note of what the file is; what it was before the last save does not count.
    pub(super) fn file_seen(&mut self, path: &Path, stamp: Option<Stamp>, known: Option<Stamp>) {
        if self.path.as_deref() == Some(path) && self.stamp == known {
            self.on_disk = match (stamp, known) {
                // The writer knows of it, from a save that was refused.
                (None, None) if self.on_disk == OnDisk::Gone => OnDisk::Gone,
                (None, Some(_)) => OnDisk::Gone,
                _ if stamp == known => OnDisk::AsKnown,
                _ => OnDisk::Changed,
            };
        }
    }

    pub(super) fn journal_told(&mut self, told: Told) {
        match told {
            Told::Failed(reason) => {
                self.is_unjournaled = true;
                self.fail(reason);
            }
            Told::Mended => {
                self.is_unjournaled = false;
                self.notice("the journal is written again".to_owned());
            }
            Told::Warned(reason) => self.fail(reason),
        }
    }

    pub(super) fn quit(&mut self) -> Vec<Effect> {
        if !self.editor.buffer().is_modified() {
            return vec![Effect::Quit];
        }
        let answer = |verdict, text, answer| Choice::new(Command::Answer(verdict), text, answer);
        let mut choices = vec![answer(
            Verdict::Save,
            ["save and quit", "save"],
            Answer::SaveAndQuit,
        )];
        // Where there is no journal there is no draft: what is not saved would be lost.
        let text = if self.is_unjournaled {
            choices.push(answer(
                Verdict::SaveAs,
                ["save as another file and quit", "save as"],
                Answer::AskForName { then_quit: true },
            ));
            "The post has changes that are not saved, and cannot be kept as a draft: there is no journal."
        } else {
            choices.push(answer(
                Verdict::Keep,
                ["keep as a draft and quit", "keep"],
                Answer::Quit,
            ));
            "The post has changes that are not saved."
        };
        choices.push(answer(
            Verdict::Discard,
            ["discard the changes", "discard"],
            Answer::Discard,
        ));
        choices.push(Choice::close(["stay", "stay"]));
        self.overlays.push(Overlay::Question(Question {
            place: Place::Quitting,
            title: "Quit",
            text: [text.to_owned(), "Not saved.".to_owned()],
            choices,
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
        let mut effects = self.record_save(revision, &path, result.is_ok());
        if !self.is_of_this_post(revision) {
            // The post that was saved gave way to another one meanwhile.
            match result {
                Ok(_) => self.notice(format!("saved {}", path.display())),
                Err(_) => self.fail(format!(
                    "{}: not saved; its text is among the drafts ({})",
                    path.display(),
                    self.keymap.told(Command::Drafts)
                )),
            }
            return effects;
        }
        let is_own = self.path.as_ref() == Some(&path);
        // Who has just answered a question or given a name is not typing.
        let is_typing = self.editor.buffer().revision() != revision;
        let may_ask = !is_typing && self.overlays.is_empty();
        match result {
            Ok(stamp) => {
                self.notice(format!("saved {}", path.display()));
                self.path = Some(path);
                self.stamp = Some(stamp);
                self.wanted = None;
                self.on_disk = OnDisk::AsKnown;
                self.read_only = false;
                let current = self.editor.buffer().revision() == revision;
                if current {
                    self.editor.buffer_mut().mark_saved();
                } else {
                    // What the file holds now is none of the states that undo leads to.
                    self.editor.buffer_mut().mark_unsaved();
                }
                // The question whether to quit is idle once nothing is left to lose.
                let asked = matches!(self.overlays.last(), Some(o) if o.place() == Place::Quitting);
                // What was typed while the file was written is not on disk yet.
                if (then_quit || asked) && current {
                    effects.push(Effect::Quit);
                }
            }
            Err(SaveFailure::Changed) => {
                if is_own {
                    self.on_disk = OnDisk::Changed;
                }
                if (then_quit || !is_own) && may_ask {
                    self.ask_about_change(path, then_quit);
                } else {
                    self.tell_of_conflict(path, is_own);
                }
            }
            Err(SaveFailure::Gone) => {
                if is_own {
                    self.on_disk = OnDisk::Gone;
                    // The next save finds what the writer was told of.
                    self.stamp = None;
                }
                if then_quit && may_ask {
                    self.ask_about_loss(path, then_quit);
                } else {
                    self.tell_of_loss(&path, is_own);
                }
            }
            Err(SaveFailure::Failed(reason)) if !is_own && may_ask => {
                self.ask_for_name_again(path, then_quit, reason);
            }
            Err(SaveFailure::Failed(reason)) => {
                self.wanted = Some(path).filter(|_| !is_own);
                self.fail(format!(
                    "{reason}; the text is still here, {} saves it elsewhere",
                    self.keymap.told(Command::SaveAs)
                ));
            }
        }
        effects
    }

    /// Asks only once the writer is there to answer: this comes in the middle of typing, and so
    /// whether to quit is no more meant either.
    fn tell_of_conflict(&mut self, path: PathBuf, is_own: bool) {
        let name = path.display();
        if is_own {
            let key = self.keymap.told(Command::Save);
            self.fail(format!(
                "not saved: {name} was changed by another program; {key} again to choose"
            ));
            self.conflict = Some(path);
        } else {
            let key = self.keymap.told(Command::SaveAs);
            self.fail(format!(
                "not saved: {name} exists already; {key} asks again"
            ));
            self.wanted = Some(path);
        }
    }

    /// The same of a file that another program has taken away.
    fn tell_of_loss(&mut self, path: &Path, is_own: bool) {
        let mut text = format!("not saved: {} is gone", path.display());
        if is_own {
            let key = self.keymap.told(Command::Save);
            text += &format!("; {key} again writes it anew");
        }
        self.fail(text);
    }

    fn ask_about_loss(&mut self, path: PathBuf, then_quit: bool) {
        let text = format!(
            "{} is gone: another program moved or deleted it.",
            path.display()
        );
        let write = Answer::SaveAs {
            path,
            then_quit,
            over_another: true,
        };
        let write = Choice::new(
            Command::Answer(Verdict::Overwrite),
            ["write it anew", "write"],
            write,
        );
        self.ask_what_to_save(
            [text, "The file is gone.".to_owned()],
            vec![write],
            then_quit,
        );
    }

    fn ask_about_change(&mut self, path: PathBuf, then_quit: bool) {
        let name = path.display().to_string();
        let is_own = self.path.as_ref() == Some(&path);
        let named = path.clone();
        let overwrite = Answer::SaveAs {
            path,
            then_quit,
            over_another: true,
        };
        let mut choices = vec![Choice::new(
            Command::Answer(Verdict::Overwrite),
            ["overwrite it", "overwrite"],
            overwrite,
        )];
        let text = if is_own {
            choices.push(Choice::new(
                Command::Answer(Verdict::Reload),
                ["reload it; your text becomes a draft", "reload"],
                Answer::Reload,
            ));
            format!("{name} was changed by another program since it was opened or saved here.")
        } else {
            self.wanted = Some(named);
            format!("{name} exists already.")
        };
        self.ask_what_to_save(
            [text, "Another file is there.".to_owned()],
            choices,
            then_quit,
        );
    }

    fn ask_what_to_save(&mut self, text: [String; 2], mut choices: Vec<Choice>, then_quit: bool) {
        choices.push(Choice::new(
            Command::Answer(Verdict::SaveAs),
            ["save as another file", "save as"],
            Answer::AskForName { then_quit },
        ));
        choices.push(Choice::close(["go back", "back"]));
        self.overlays.push(Overlay::Question(Question {
            place: Place::Changed,
            title: "Not saved yet",
            text,
            choices,
        }));
    }
}

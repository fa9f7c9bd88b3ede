//! Opening one post after another, and what was recovered.

use std::time::SystemTime;

use crate::store::journal::{DraftId, DraftInfo};

use super::super::command::{Command, Place, Verdict};
use super::super::overlays::{Answer, Ask, Choice, DraftList, LineInput, Overlay, Question};
use super::super::units::{bytes, left_out};
use super::super::widgets::ago;
use super::{App, Document, Effect, Input, Listing, Message, OnDisk};

impl App {
    pub(super) fn opened(&mut self, result: Result<Box<Document>, String>) -> Vec<Effect> {
        self.is_waiting = false;
        match result {
            Ok(document) => {
                let is_owed = self.is_owed();
                self.show_document(*document);
                if std::mem::take(&mut self.is_filling) {
                    self.begin_filling();
                }
                if is_owed {
                    self.tell_of_draft();
                }
                return self.record_opened();
            }
            Err(reason) => {
                self.is_filling = false;
                self.fail(reason);
            }
        }
        // The keys that were typed meanwhile come next.
        Vec::new()
    }

    /// Types what was typed while the post was on its way, once it is here and nothing lies over
    /// it: that answers no question that was not seen yet.
    pub(super) fn replay(&mut self) -> Vec<Effect> {
        if self.is_waiting || !self.overlays.is_empty() {
            return Vec::new();
        }
        let queue = std::mem::take(&mut self.queue);
        let typed = queue.into_iter().map(|input| match input {
            Input::Key(key) => self.key(key),
            Input::Paste(text) => self.paste(&text),
            Input::CutPaste(text) => self.cut_paste(&text),
            _ => Vec::new(),
        });
        typed.flatten().collect()
    }

    /// Whether there is text that is in no file, and that the writer did not throw away.
    #[must_use]
    pub fn is_owed(&self) -> bool {
        self.is_changed() || self.is_undecided()
    }

    /// Whether the text is in no file, and the writer did not throw it away.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        self.editor.buffer().is_modified() && !self.discarded
    }

    /// Whether there is recovered text that the writer has not taken, and that is no draft yet.
    #[must_use]
    pub fn is_undecided(&self) -> bool {
        self.recovered.is_some()
    }

    /// Says where the text of the post before is.
    fn tell_of_draft(&mut self) {
        let key = self.keymap.told(Command::Drafts);
        let kept = format!("what was not saved is kept as a draft ({key})");
        let text = match self.message.take() {
            Some(message) => format!("{}; {kept}", message.text),
            None => kept,
        };
        self.notice(text);
    }

    /// Puts a post in place of the one before.
    pub(super) fn show_document(&mut self, document: Document) {
        let from = self.editor.buffer().revision().next();
        self.message = self.opening_message(&document);
        self.opened_at = from;
        self.is_unjournaled = document.is_unjournaled;
        self.conflict = None;
        self.wanted = None;
        self.on_disk = OnDisk::AsKnown;
        self.as_of = document.as_of;
        self.is_new = document.opened.is_new;
        self.live.forget();
        self.suggestions.begin_anew();
        self.looking = None;
        self.form = document.opened.form;
        self.stamp = document.opened.stamp;
        self.path = document.path;
        self.recovered = document.recovered;
        self.recording.is_foreign = document.is_welcome || document.taken_by.is_some();
        self.asks_again = None;
        // An untitled draft is nowhere but in its journal: there is nothing to ask.
        let kept = self.recovered.take_if(|_| self.path.is_none());
        let text = kept
            .as_ref()
            .map_or(document.opened.text, |k| k.text.clone());
        self.editor = self.editor.succeeded_by(text, from);
        if kept.is_some() {
            self.editor.buffer_mut().mark_unsaved();
        }
        self.read_only = false;
        self.discarded = false;
        self.results.forget_place();
        self.overlays.clear();
        if let Some(pid) = document.taken_by {
            // Until the writer has chosen.
            self.read_only = true;
            self.overlays.push(Overlay::Question(taken_question(pid)));
        } else if let Some(question) = self.recovery_question() {
            self.overlays.push(Overlay::Question(question));
        }
        if let Some(place) = self.panes.at(super::Focus::Editor) {
            self.editor.resize(place.inner.width, place.inner.height);
        }
        self.focus = super::Focus::Editor;
        self.arrange();
    }

    fn recovery_question(&self) -> Option<Question> {
        let recovered = self.recovered.as_ref()?;
        let size = bytes(recovered.text.len() as u64);
        let age = self.as_of.map_or(String::new(), |now| {
            format!(", changed {}", ago(recovered.changed_at, now))
        });
        let damaged = if recovered.damaged {
            " Its last part was damaged; this is what stands before it."
        } else {
            ""
        };
        let head = first_difference(self.editor.buffer().text(), &recovered.text);
        let keep = if self.is_new {
            ["start empty; it becomes a draft of its own", "empty"]
        } else {
            ["keep the file; it becomes a draft of its own", "file"]
        };
        Some(Question {
            place: Place::Recovered,
            title: "Recovered text",
            text: [
                format!(
                    "There is text that was not saved: {size}{age}.{damaged}\nIt goes “{head}”"
                ),
                format!("Unsaved text: {size}."),
            ],
            choices: vec![
                choice(Verdict::Recover, ["recover it", "recover"], Answer::Recover),
                choice(Verdict::KeepFile, keep, Answer::KeepFile),
                Choice::new(
                    Command::Quit,
                    ["quit; it stays kept", "quit"],
                    Answer::AskToQuit,
                ),
            ],
        })
    }

    /// Takes the recovered text; undo brings back what is in the file.
    pub(super) fn recover(&mut self) -> Vec<Effect> {
        if let Some(recovered) = self.recovered.take() {
            let all = crate::post::Span::new(0, self.editor.buffer().text().len());
            self.editor.replace(all, &recovered.text);
            self.notice(format!(
                "recovered; {} saves it, {} goes back",
                self.keymap.told(Command::Save),
                self.keymap.told(Command::Undo)
            ));
            return self.record_opened();
        }
        Vec::new()
    }

    /// Makes a draft of the recovered text; it is held here until that is done.
    pub(super) fn keep_aside(&mut self) -> Vec<Effect> {
        let recovered = self.recovered.as_ref();
        let text = recovered.map(|r| r.text.clone());
        text.map(Effect::KeepAside).into_iter().collect()
    }

    pub(super) fn kept_aside(&mut self, result: Result<(), String>) -> Vec<Effect> {
        match result {
            Ok(()) => {
                self.recovered = None;
                let key = self.keymap.told(Command::Drafts);
                self.notice(format!(
                    "the recovered text is a draft of its own now ({key})"
                ));
            }
            Err(reason) => {
                // The journal goes on holding that text. The question waits until the writer is
                // there to answer: this comes in the middle of typing.
                self.asks_again = Some(std::mem::replace(&mut self.is_unjournaled, true));
                let key = self.keymap.told(Command::Drafts);
                self.fail(format!(
                    "not journaled: {key} asks about the recovered text again ({reason})"
                ));
            }
        }
        Vec::new()
    }

    /// The drafts; before them the text that could not become one.
    pub(super) fn drafts(&mut self) -> Vec<Effect> {
        let Some(was_unjournaled) = self.asks_again.take() else {
            return vec![Effect::ListDrafts];
        };
        // Either answer lets the journal begin, unless it fails once more.
        self.is_unjournaled = was_unjournaled;
        let question = self.recovery_question();
        self.overlays.extend(question.map(Overlay::Question));
        Vec::new()
    }

    pub(super) fn ask_what_to_open(&mut self) {
        let folder = self.path.as_deref().and_then(|p| p.parent());
        // A folder that is not UTF-8 cannot be typed.
        let start = match folder.map(|f| f.to_str().unwrap_or_default()) {
            None | Some("") => String::new(),
            Some(folder) => format!("{folder}/"),
        };
        self.overlays.push(Overlay::Prompt {
            ask: Ask::Open,
            input: LineInput::new(start),
            error: None,
        });
    }

    pub(super) fn listed(
        &mut self,
        result: Result<Vec<DraftInfo>, String>,
        (now, own): (SystemTime, Option<DraftId>),
        why: Listing,
    ) -> Vec<Effect> {
        match result {
            Ok(drafts) if why == Listing::Start => {
                let count = drafts.iter().filter(|d| !d.in_use).count();
                let key = self.keymap.told(Command::Drafts);
                match count {
                    0 => {}
                    1 => self.notice(format!(
                        "a draft that was not saved is kept; {key} shows it"
                    )),
                    n => self.notice(format!(
                        "{n} drafts that were not saved are kept; {key} lists them"
                    )),
                }
            }
            Ok(drafts) => {
                let list = DraftList {
                    drafts,
                    as_of: Some(now),
                    own,
                    ..DraftList::default()
                };
                match self.overlays.last_mut() {
                    Some(Overlay::Drafts(open)) => *open = list,
                    _ if why == Listing::Deleted => {}
                    _ => self.overlays.push(Overlay::Drafts(list)),
                }
            }
            Err(reason) => self.fail(reason),
        }
        Vec::new()
    }

    /// What the writer should know of an opened post.
    fn opening_message(&self, document: &Document) -> Option<Message> {
        let opened = &document.opened;
        let key = |command| self.keymap.told(command);
        let text = match (&document.path, opened.removed.len()) {
            (_, n) if n > 0 => {
                format!(
                    "{}; a save writes the post without {}",
                    left_out(n),
                    if n == 1 { "it" } else { "them" }
                )
            }
            (Some(path), _) if opened.is_new => format!("new draft: {}", path.display()),
            (None, _) if document.is_welcome => format!(
                "welcome: this text is yours to change; {} starts an empty draft",
                key(Command::NewDraft)
            ),
            (None, _) if document.recovered.is_some() => {
                format!(
                    "a draft without a file; {} asks for a name",
                    key(Command::Save)
                )
            }
            (None, _) => format!(
                "new draft; {} asks for a name, {} shows the keys",
                key(Command::Save),
                key(Command::Help)
            ),
            _ => return None,
        };
        Some(Message {
            text,
            is_error: false,
        })
    }
}

/// The start of the line in which `new` first differs from `old`.
fn first_difference(old: &str, new: &str) -> String {
    let line = new
        .lines()
        .zip(old.lines().map(Some).chain(std::iter::repeat(None)))
        .find(|(new, old)| Some(*new) != *old && !new.trim().is_empty());
    let line = line.map_or(new, |(line, _)| line);
    let head: String = line.chars().take(48).collect();
    match head.len() < line.len() {
        true => format!("{head}…"),
        false => head,
    }
}

fn choice(verdict: Verdict, text: [&'static str; 2], answer: Answer) -> Choice {
    Choice::new(Command::Answer(verdict), text, answer)
}

fn taken_question(pid: Option<u32>) -> Question {
    let who = pid.map_or("Another Postwright".to_owned(), |p| {
        format!("Postwright with process number {p}")
    });
    Question {
        place: Place::Taken,
        title: "Open elsewhere",
        text: [
            format!("{who} has this post open. Two at once would write over each other."),
            "Open elsewhere.".to_owned(),
        ],
        choices: vec![
            choice(Verdict::Read, ["read only", "read"], Answer::ReadOnly),
            choice(
                Verdict::Copy,
                ["work on a copy", "copy"],
                Answer::WorkOnCopy,
            ),
            choice(Verdict::Quit, ["quit", "quit"], Answer::Quit),
        ],
    }
}

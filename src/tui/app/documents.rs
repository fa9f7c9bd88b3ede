//! Opening one post after another, and what was recovered.

use std::time::SystemTime;

use crate::store::journal::DraftInfo;

use super::super::overlays::{Answer, Ask, Choice, DraftList, LineInput, Overlay, Question};
use super::super::units::bytes;
use super::{App, Document, Editor, Effect, Message};

impl App {
    pub(super) fn opened(&mut self, result: Result<Box<Document>, String>) -> Vec<Effect> {
        match result {
            Ok(document) => self.show_document(*document),
            Err(reason) => self.fail(reason),
        }
        Vec::new()
    }

    /// Puts a post in place of the one before.
    pub(super) fn show_document(&mut self, document: Document) {
        let from = self.editor.buffer().revision().next();
        self.message = opening_message(&document);
        self.opened_at = from;
        self.line_ending = document.opened.line_ending;
        self.stamp = document.opened.stamp;
        self.path = document.path;
        self.recovered = document.recovered;
        // An untitled draft is nowhere but in its journal: there is nothing to ask.
        let kept = self.recovered.take_if(|_| self.path.is_none());
        let text = kept
            .as_ref()
            .map_or(document.opened.text, |k| k.text.clone());
        self.editor = Editor::new(text, from);
        if kept.is_some() {
            self.editor.buffer_mut().mark_unsaved();
        }
        self.read_only = false;
        self.discarded = false;
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
        // No clock in the state: the file's own age would need one, the text's length does not.
        let size = bytes(recovered.text.len() as u64);
        let damaged = if recovered.damaged {
            " Its last part was damaged; this is what stands before it."
        } else {
            ""
        };
        let first = recovered.text.lines().find(|l| !l.trim().is_empty());
        let head: String = first.unwrap_or_default().chars().take(40).collect();
        let mut choices = vec![Choice::letter(
            'r',
            ["recover it", "recover"],
            Answer::Recover,
        )];
        choices.push(Choice::letter(
            'f',
            ["keep the file; it becomes a draft of its own", "file"],
            Answer::KeepFile,
        ));
        Some(Question {
            ends_with_save: false,
            title: "Recovered text",
            text: [
                format!("Postwright ended before this text was saved: {size}, “{head}…”.{damaged}"),
                format!("Unsaved text: {size}."),
            ],
            choices,
        })
    }

    /// Takes the recovered text; undo brings back what is in the file.
    pub(super) fn recover(&mut self) -> Vec<Effect> {
        if let Some(recovered) = self.recovered.take() {
            let all = crate::post::Span::new(0, self.editor.buffer().text().len());
            self.editor.replace(all, &recovered.text);
            self.notice("recovered; Ctrl-S saves it, Ctrl-Z goes back to the file".to_owned());
        }
        Vec::new()
    }

    pub(super) fn keep_file(&mut self) -> Vec<Effect> {
        self.notice("the recovered text is a draft of its own now; F4 lists drafts".to_owned());
        let recovered = self.recovered.take();
        recovered
            .map(|r| Effect::KeepAside(r.text))
            .into_iter()
            .collect()
    }

    pub(super) fn ask_what_to_open(&mut self) {
        let folder = self.path.as_deref().and_then(|p| p.parent());
        let start = match folder.map(|f| f.display().to_string()) {
            Some(folder) if !folder.is_empty() => format!("{folder}/"),
            _ => String::new(),
        };
        self.overlays.push(Overlay::Prompt {
            ask: Ask::Open,
            input: LineInput::new(start),
        });
    }

    pub(super) fn listed(
        &mut self,
        result: Result<Vec<DraftInfo>, String>,
        now: SystemTime,
    ) -> Vec<Effect> {
        match result {
            Ok(drafts) => {
                let list = DraftList {
                    drafts,
                    as_of: Some(now),
                    ..DraftList::default()
                };
                // A list that is open already is brought up to date.
                if matches!(self.overlays.last(), Some(Overlay::Drafts(_))) {
                    self.overlays.pop();
                }
                self.overlays.push(Overlay::Drafts(list));
            }
            Err(reason) => self.fail(reason),
        }
        Vec::new()
    }
}

fn taken_question(pid: Option<u32>) -> Question {
    let who = pid.map_or("Another Postwright".to_owned(), |p| {
        format!("Postwright with process number {p}")
    });
    Question {
        ends_with_save: false,
        title: "Open elsewhere",
        text: [
            format!("{who} has this post open. Two at once would write over each other."),
            "Open elsewhere.".to_owned(),
        ],
        choices: vec![
            Choice::letter('r', ["read only", "read"], Answer::ReadOnly),
            Choice::letter('c', ["work on a copy", "copy"], Answer::WorkOnCopy),
            Choice::letter('q', ["quit", "quit"], Answer::Quit),
        ],
    }
}

/// What the writer should know of an opened post.
fn opening_message(document: &Document) -> Option<Message> {
    let opened = &document.opened;
    let text = match (&document.path, opened.removed.len()) {
        (_, n) if n > 0 => {
            format!(
                "left out {n} control characters or sequences; a save writes the post without them"
            )
        }
        (Some(path), _) if opened.is_new => format!("new draft: {}", path.display()),
        (None, _) if document.is_welcome => {
            "welcome: this text is yours to change; Ctrl-N starts an empty draft".to_owned()
        }
        (None, _) => "new draft; Ctrl-S asks for a name, F1 shows the keys".to_owned(),
        _ => return None,
    };
    Some(Message {
        text,
        is_error: false,
    })
}

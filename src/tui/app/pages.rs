//! Pages to read, and the search.

use ratatui::text::{Line, Span};
use unicode_segmentation::UnicodeSegmentation;

use crate::post::{Post, styled};

use super::super::command::Context;
use super::super::overlays::{LineInput, Look, Overlay, Page, Preview, help_lines};
use super::super::units::counted;
use super::{App, Effect};

/// Letters that are listed one by one.
const MOST_SPOKEN: usize = 500;

/// Beyond this many bytes a text is not offered to the terminal's clipboard: many terminals drop
/// longer sequences, and a slow line would be busy for minutes.
const CLIPBOARD_BYTES: usize = 74_000;

impl App {
    pub(super) fn show_help(&mut self) {
        let look = Look {
            theme: &self.theme,
            keymap: &self.keymap,
        };
        let lines = help_lines(&look, &Context::ALL, &self.command_line);
        self.show_page("Keys", lines);
    }

    pub(super) fn show_page(&mut self, title: &'static str, lines: Vec<Line<'static>>) {
        self.open(Overlay::Page(Page::new(title, lines)));
    }

    /// The post as published, folded where the report says.
    pub(super) fn show_preview(&mut self) {
        let text = self.live.job().post.text().to_owned();
        let Some(stats) = self.report.text.ready() else {
            return self.notice("there is no preview of a text this long".to_owned());
        };
        let shown = |visible: &str| visible.len().min(text.len());
        let folds = [
            shown(&stats.fold.desktop.visible),
            shown(&stats.fold.mobile.visible),
        ];
        self.open(Overlay::Preview(Preview::new(text, folds)));
    }

    /// What a screen reader makes of styled letters: their names, one by one.
    pub(super) fn show_spoken(&mut self) {
        let text = self.editor.buffer().text();
        let mut lines = vec![
            Line::raw("A screen reader says the name of every styled letter, or leaves it out."),
            Line::default(),
        ];
        let mut count = 0;
        for (number, line) in text.lines().enumerate() {
            let columns: Vec<usize> = line.grapheme_indices(true).map(|(i, _)| i).collect();
            for (at, c) in styled::styled_letters(line) {
                count += 1;
                if count > MOST_SPOKEN {
                    continue;
                }
                let column = columns.partition_point(|start| *start <= at);
                let name = unicode_names2::name(c).map_or_else(String::new, |n| n.to_string());
                lines.push(Line::from(vec![
                    Span::styled(format!("{}:{column} ", number + 1), self.theme.faint),
                    Span::raw(format!("{c}  ")),
                    Span::raw(name.to_lowercase()),
                ]));
            }
        }
        if count == 0 {
            return self.notice("there are no styled letters".to_owned());
        }
        let keys = self.keymap.told(super::Command::PlainLetters);
        lines.insert(
            1,
            Line::raw(match count {
                1 => format!("One of them here. {keys} makes it plain."),
                _ => format!("{count} of them here. {keys} makes them plain."),
            }),
        );
        self.show_page("Read aloud", lines);
    }

    pub(super) fn make_plain(&mut self) {
        if !self.may_edit() {
            return;
        }
        let text = match self.editor.make_plain() {
            0 => "there are no styled letters".to_owned(),
            n => format!(
                "made {} plain; {} goes back",
                counted(n, "styled letter"),
                self.keymap.told(super::Command::Undo)
            ),
        };
        self.notice(text);
    }

    pub(super) fn copy_post(&mut self) -> Vec<Effect> {
        let text = Post::new(self.editor.buffer().text()).text().to_owned();
        if text.is_empty() {
            self.notice("there is nothing to copy".to_owned());
            return Vec::new();
        }
        self.copied(text)
    }

    pub(super) fn copied(&mut self, text: String) -> Vec<Effect> {
        if text.len() > CLIPBOARD_BYTES {
            self.notice(format!(
                "copied here; {} bytes are more than the terminal's clipboard takes ({CLIPBOARD_BYTES})",
                text.len()
            ));
            return Vec::new();
        }
        let count = text.chars().count();
        let what = counted(count, "character");
        let them = if count == 1 { "it" } else { "them" };
        self.notice(format!(
            "copied {what} here, and offered {them} to the terminal's clipboard (OSC 52), \
             which does not say whether it took {them}"
        ));
        vec![Effect::Copy(text)]
    }

    pub(super) fn start_search(&mut self) {
        let selected = self.editor.buffer().selected_text().unwrap_or_default();
        let start = match selected.contains('\n') {
            true => String::new(),
            false => selected.to_owned(),
        };
        self.overlays.push(Overlay::Search {
            input: LineInput::suggesting(start),
            hits: 0,
        });
        self.search_for_input();
    }

    pub(super) fn search_for_input(&mut self) {
        if let Some(Overlay::Search { input, hits }) = self.overlays.last_mut() {
            *hits = self.editor.search_for(input.text());
            self.message = None;
        }
    }

    pub(super) fn search_on(&mut self, back: bool) {
        let text = match self.editor.search_on(back) {
            Some((number, count)) => format!("hit {number} of {count}"),
            None if self.editor.search().needle().is_empty() => {
                let key = self.keymap.told(super::Command::Search);
                format!("nothing was searched for; {key} does")
            }
            None => format!("“{}” is not in the text", self.editor.search().needle()),
        };
        self.notice(text);
    }
}

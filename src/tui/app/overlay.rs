//! What overlays ask of the program.

use crossterm::event::KeyEvent;
use ratatui::text::Line;

use super::super::command::Command;
use super::super::overlays::{Answer, Overlay};
use super::{App, Effect};

impl App {
    pub(super) fn overlay_key(&mut self, key: KeyEvent) -> Vec<Effect> {
        let size = self.page_size();
        let is_page = matches!(self.overlays.last(), Some(Overlay::Page(_)));
        let answer = match self.overlays.last_mut() {
            Some(top) => match self.keymap.resolve(top.place(), key) {
                Some(command) => {
                    // What was told is of the command before.
                    self.message = None;
                    top.update(command, size)
                }
                None => top.key(key),
            },
            None => Answer::Stay,
        };
        let is_closed = answer == Answer::Close;
        let effects = self.answer(answer);
        // The page of styled letters names the key that makes them plain.
        let wanted = self.keymap.resolve(self.focus.place(), key);
        if is_page && is_closed && wanted == Some(Command::PlainLetters) {
            return self.command(Command::PlainLetters);
        }
        effects
    }

    /// Carries out what an overlay answered. The answers that come first leave it open.
    pub(super) fn answer(&mut self, answer: Answer) -> Vec<Effect> {
        match answer {
            Answer::Stay => return Vec::new(),
            Answer::Search => {
                self.search_for_input();
                return Vec::new();
            }
            Answer::SearchOn { back } => {
                self.search_on(back);
                return Vec::new();
            }
            Answer::Help => {
                self.show_help();
                return Vec::new();
            }
            Answer::AskToQuit => return self.quit(),
            Answer::DeleteDraft(id) => return vec![Effect::DeleteDraft(id)],
            Answer::ListEntries(wanted) => return vec![Effect::ListEntries(wanted)],
            Answer::ShowEntry(entry) => {
                self.show_entry(&entry);
                return Vec::new();
            }
            Answer::Ask(ask, suggested) => {
                self.ask_for_line(ask, suggested);
                return Vec::new();
            }
            Answer::AskToClear => {
                self.ask_to_clear();
                return Vec::new();
            }
            Answer::Vary(goal) => return self.vary_for(goal),
            Answer::Version(ask) => return self.version_asked(ask),
            Answer::ShowProblem(text) => {
                let lines = text.lines().map(|l| Line::raw(l.to_owned()));
                self.show_page("Problem", lines.collect());
                return Vec::new();
            }
            Answer::Tell(text) => {
                self.notice(text.to_owned());
                return Vec::new();
            }
            _ => {}
        }
        let closed = self.overlays.pop();
        match answer {
            Answer::Quit => vec![Effect::Quit],
            Answer::Discard => {
                self.discarded = true;
                vec![Effect::Quit]
            }
            Answer::SaveAndQuit => self.save(true),
            Answer::SaveAs {
                path,
                then_quit,
                over_another,
            } => self.save_as(path, then_quit, over_another),
            Answer::AskForName { then_quit } => {
                self.ask_for_name(then_quit);
                Vec::new()
            }
            Answer::Open(path) => {
                self.is_waiting = true;
                vec![Effect::Open(self.at_home(path))]
            }
            Answer::Reload => {
                self.is_waiting = true;
                self.path.clone().map(Effect::Open).into_iter().collect()
            }
            Answer::Run(command) => self.command(command),
            Answer::OpenDraft(id) => {
                self.is_waiting = true;
                vec![Effect::Reopen(id)]
            }
            Answer::Recover => self.recover(),
            Answer::KeepFile => self.keep_aside(),
            Answer::ReadOnly => {
                self.read_only = true;
                self.may_edit();
                Vec::new()
            }
            Answer::WorkOnCopy => {
                self.is_waiting = true;
                let text = self.editor.buffer().text().to_owned();
                vec![Effect::NewDraft(Some(text))]
            }
            Answer::FilterTags(pattern) => self.filter_tags(&pattern),
            Answer::AskToInvalidate(pattern) => {
                self.ask_to_invalidate(&pattern);
                Vec::new()
            }
            Answer::Invalidate(pattern) => vec![Effect::Invalidate(pattern)],
            Answer::ClearCache => vec![Effect::ClearCache],
            Answer::FilterTable(table, text) => {
                self.filter_table(table, text);
                Vec::new()
            }
            Answer::ChangeBreaker(name, action) => self.change_breaker(name, action),
            Answer::Refuse(reason) => self.refuse(&reason),
            Answer::TakeVariant => self.take_variant(closed),
            Answer::NameVersion(id, name) => self.name_version(id, name),
            Answer::Insert(insert) => self.insert_chosen(insert),
            Answer::Close => {
                self.closed(closed);
                Vec::new()
            }
            // Dealt with above.
            Answer::Stay
            | Answer::Search
            | Answer::SearchOn { .. }
            | Answer::Help
            | Answer::AskToQuit
            | Answer::DeleteDraft(_)
            | Answer::ListEntries(_)
            | Answer::ShowEntry(_)
            | Answer::Ask(..)
            | Answer::AskToClear
            | Answer::Vary(_)
            | Answer::Version(_)
            | Answer::ShowProblem(_)
            | Answer::Tell(_) => Vec::new(),
        }
    }

    /// Puts an overlay over all others.
    pub(super) fn open(&mut self, mut overlay: Overlay) {
        overlay.fit(self.page_size());
        overlay.see(self.screen);
        self.overlays.push(overlay);
    }

    fn closed(&mut self, overlay: Option<Overlay>) {
        // Hits stay marked while they are looked at, not while the writer goes on.
        if matches!(overlay, Some(Overlay::Search { .. })) {
            self.editor.end_search();
        }
        // Nobody waits for others any more.
        if matches!(overlay, Some(Overlay::Variants(_))) {
            self.looking = None;
        }
    }
}

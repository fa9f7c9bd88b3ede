//! A frame in pieces, for a line that cannot carry all of it at once.
//!
//! No piece leaves half of an old row behind half of a new one: what is left of a row that is cut is
//! cleared with it.

use std::io::{self, Write};

use ratatui::backend::{Backend, CrosstermBackend};
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::{Position, Rect};

/// Bytes that clearing the rest of a row takes at most.
const CLEARING: u64 = 16;

/// What a piece may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Piece {
    /// Bytes that it has at most.
    pub(super) bytes: u64,
    /// What comes before all else, and whole.
    pub(super) first: Rect,
}

/// A changed cell and where it is.
pub(super) type Change<'a> = (u16, u16, &'a Cell);

/// Cells that are cleared: where they begin, and how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rest {
    pub(super) x: u16,
    pub(super) y: u16,
    pub(super) width: u16,
}

impl Piece {
    /// Puts `changes` into their order and cuts them to what this piece takes, where other bytes
    /// take `beside`. Returns what is to be cleared; `shown` is what the terminal shows.
    pub(super) fn cut(
        &self,
        changes: &mut Vec<Change<'_>>,
        shown: &Buffer,
        beside: u64,
    ) -> io::Result<Option<Rest>> {
        let is_first = |(x, y, _): &Change<'_>| self.first.contains(Position { x: *x, y: *y });
        // Stable, so that rows stay in their order.
        changes.sort_by_key(|change| !is_first(change));
        let first = changes.iter().take_while(|change| is_first(change)).count();
        let room = self.bytes.saturating_sub(beside + CLEARING);
        // Each takes a byte at least.
        let mut most = usize::try_from(room)
            .unwrap_or(usize::MAX)
            .min(changes.len());
        // Something has to go out.
        let mut least = first.max(1).min(changes.len());
        while least < most {
            let middle = least + (most - least).div_ceil(2);
            match length(&changes[..middle])? <= room {
                true => least = middle,
                false => most = middle - 1,
            }
        }
        let rest = changes
            .get(least)
            .and_then(|next| self.rest(&changes[least - 1], next, shown));
        changes.truncate(least);
        Ok(rest)
    }

    /// What old is left of the row of the last change where `next` would have followed in it.
    fn rest(&self, last: &Change<'_>, next: &Change<'_>, shown: &Buffer) -> Option<Rest> {
        let (x, y, _) = *next;
        let follows = last.1 == y && last.0 < x;
        let first = self.first;
        let is_beside = (first.top()..first.bottom()).contains(&y) && first.x > x;
        let end = match is_beside {
            true => first.x,
            false => shown.area.right(),
        };
        let is_old = (x..end).any(|x| shown[(x, y)].symbol() != " ");
        (follows && is_old).then_some(Rest {
            x,
            y,
            width: end - x,
        })
    }
}

/// Bytes that cells take on the line.
fn length(changes: &[Change<'_>]) -> io::Result<u64> {
    let mut length = Length(0);
    CrosstermBackend::new(&mut length).draw(changes.iter().copied())?;
    Ok(length.0)
}

/// Counts bytes, and forgets them.
struct Length(u64);

impl Write for Length {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::rc::Rc;

    use ratatui::style::{Color, Style};

    use super::super::terminal::Screen;
    use super::*;

    /// What was sent, for a terminal to read.
    #[derive(Clone, Default)]
    struct Tape(Rc<RefCell<Vec<u8>>>);

    impl Write for Tape {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.borrow_mut().extend(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// A terminal and the screen that feeds it.
    struct Bench {
        tape: Tape,
        screen: Screen<Tape>,
        terminal: vt100::Parser,
    }

    const STATUS: Rect = Rect::new(20, 3, 20, 1);

    fn size(cells: u16) -> std::num::NonZero<u16> {
        std::num::NonZero::new(cells).unwrap()
    }

    impl Bench {
        fn new() -> Self {
            let tape = Tape::default();
            Self {
                screen: Screen::on(tape.clone(), Some(Rect::new(0, 0, 40, 4))),
                tape,
                terminal: vt100::Parser::new(size(4), size(40), 0),
            }
        }

        /// Sends `rows` in pieces; the rows of the terminal after each.
        fn pieces(&mut self, rows: &[&str; 4], bytes: u64) -> Vec<Vec<String>> {
            let style = Style::new().fg(Color::Cyan).bg(Color::Black);
            let piece = Piece {
                bytes,
                first: STATUS,
            };
            let mut out = Vec::new();
            loop {
                let whole = self.screen.draw_some(Some(piece), |_, buffer| {
                    for (y, row) in (0..).zip(rows) {
                        buffer.set_string(0, y, row, style);
                    }
                    None
                });
                let sent = std::mem::take(&mut *self.tape.0.borrow_mut());
                assert!(sent.len() as u64 <= bytes, "{} of {bytes}", sent.len());
                self.terminal.process(&sent);
                out.push(self.terminal.screen().rows(0, 40).collect());
                if whole.unwrap() {
                    return out;
                }
            }
        }
    }

    #[test]
    fn the_status_comes_first_and_no_row_is_of_two_frames() {
        let row = |letter: &str| letter.repeat(40);
        let status = |letter: &str| letter.repeat(20) + " 100 B/s of 200 B  .";
        let old = [row("w"), row("x"), row("y"), status("z")];
        let new = [row("W"), row("X"), row("Y"), status("Z")];
        let old = old.each_ref().map(String::as_str);
        let new = new.each_ref().map(String::as_str);
        for bytes in [80, 100, 200, 1_000] {
            let mut bench = Bench::new();
            let first = bench.pieces(&old, bytes).remove(0);
            assert!(first[3].ends_with("100 B/s of 200 B  ."), "{first:?}");
            let all = bench.pieces(&new, bytes);
            for rows in &all {
                assert!(rows[3].ends_with("100 B/s of 200 B  ."), "{rows:?}");
                for row in rows {
                    let has = |letters: &str| row.chars().any(|c| letters.contains(c));
                    let is_one = !(has("wxyz") && has("WXYZ"));
                    assert!(is_one, "{row:?} at {bytes}");
                }
            }
            assert_eq!(all.last().unwrap(), &new.map(str::to_owned));
        }
    }
}

//! Taking the terminal and giving it back, whatever happens.

use std::cell::Cell;
use std::io::{self, BufWriter, Stdout, Write};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, ThreadId};

use crossterm::Command;
use crossterm::clipboard::CopyToClipboard;
use crossterm::cursor::{Hide, MoveTo, Show};
use crossterm::event::{
    DisableBracketedPaste, DisableFocusChange, DisableMouseCapture, EnableBracketedPaste,
    EnableFocusChange,
};
use crossterm::style::Print;
use crossterm::terminal::{
    BeginSynchronizedUpdate, Clear, ClearType, EndSynchronizedUpdate, EnterAlternateScreen,
    LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use crossterm::{execute, queue};
use ratatui::backend::{Backend, CrosstermBackend};
use ratatui::buffer::{Buffer, Cell as BufferCell};
use ratatui::layout::{Position, Rect};

use super::pieces::Piece;
use super::stderr;

/// Whether the terminal is ours at the moment; restoring twice would scroll the shell's screen.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// Bytes that a screen takes which is cleared before it is drawn.
const ANEW: u64 = 16;

/// Clicks, drags and the wheel in SGR coordinates. crossterm's own command also asks for every
/// motion, which on a slow line costs more than it tells.
const MOUSE: &str = "\x1b[?1000h\x1b[?1002h\x1b[?1006h";

/// Takes standard output as the terminal: raw mode, alternate screen, bracketed paste, mouse.
/// When it is dropped, the terminal is given back.
pub(super) struct Guard {
    mouse: bool,
}

impl Guard {
    pub(super) fn take(mouse: bool) -> io::Result<Self> {
        restore_on_panic(thread::current().id());
        // Made before the first write, so that a failure on the way restores too.
        let guard = Self { mouse };
        guard.enter()?;
        Ok(guard)
    }

    /// Takes the terminal again, as after the shell had it.
    pub(super) fn enter(&self) -> io::Result<()> {
        TAKEN.store(true, Ordering::SeqCst);
        enable_raw_mode()?;
        stderr::divert();
        let mut out = io::stdout();
        out.write_all(&self.greeting()?)?;
        out.flush()
    }

    /// What the terminal is sent when it is taken.
    pub(super) fn greeting(&self) -> io::Result<Vec<u8>> {
        let mut out = Vec::new();
        queue!(
            out,
            EnterAlternateScreen,
            EnableBracketedPaste,
            EnableFocusChange
        )?;
        if self.mouse {
            queue!(out, Print(MOUSE))?;
        }
        Ok(out)
    }

    /// Gives the terminal back until [`Self::enter`].
    pub(super) fn leave(&self) {
        restore();
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        restore();
    }
}

/// Counts the bytes that go through it.
struct Counted<W> {
    inner: W,
    bytes: Rc<Cell<u64>>,
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.bytes.set(self.bytes.get() + written as u64);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// The screen as it was drawn last, and where it goes.
pub(super) struct Screen<W: Write> {
    backend: CrosstermBackend<BufWriter<Counted<W>>>,
    sent: Rc<Cell<u64>>,
    shown: Buffer,
    cursor: Option<Position>,
    /// Columns and rows that do not change, where the output is no terminal.
    fixed: Option<Rect>,
}

impl Screen<Stdout> {
    /// The screen of the terminal that standard output is.
    pub(super) fn new() -> Self {
        Self::on(io::stdout(), None)
    }
}

impl<W: Write> Screen<W> {
    /// A screen on any output; `fixed` is its size where that output is no terminal.
    pub(super) fn on(out: W, fixed: Option<Rect>) -> Self {
        let sent = Rc::new(Cell::new(0));
        let counted = Counted {
            inner: out,
            bytes: sent.clone(),
        };
        Self {
            sent,
            backend: CrosstermBackend::new(BufWriter::with_capacity(64 << 10, counted)),
            shown: Buffer::default(),
            cursor: None,
            fixed,
        }
    }

    /// Columns and rows.
    pub(super) fn area(&self) -> io::Result<Rect> {
        match self.fixed {
            Some(area) => Ok(area),
            None => self
                .backend
                .size()
                .map(|size| Rect::from((Position::ORIGIN, size))),
        }
    }

    /// Bytes sent since the start.
    pub(super) fn sent(&self) -> u64 {
        self.sent.get()
    }

    /// Draws one frame, shown at once by terminals that know synchronised output. Only what has
    /// changed is sent: nothing, where nothing has.
    pub(super) fn draw(
        &mut self,
        render: impl FnOnce(Rect, &mut Buffer) -> Option<Position>,
    ) -> io::Result<()> {
        self.draw_some(None, render).map(drop)
    }

    /// The same, but sends no more than a piece, from the top on. Returns whether that was all.
    pub(super) fn draw_some(
        &mut self,
        piece: Option<Piece>,
        render: impl FnOnce(Rect, &mut Buffer) -> Option<Position>,
    ) -> io::Result<bool> {
        let area = self.area()?;
        let mut next = Buffer::empty(area);
        let cursor = render(area, &mut next);
        let is_anew = self.shown.area != area;
        if is_anew {
            self.shown = Buffer::empty(area);
        }
        let mut changes = self.shown.diff(&next);
        if !is_anew && changes.is_empty() && cursor == self.cursor {
            return Ok(true);
        }
        let all = changes.len();
        let beside = if is_anew { ANEW } else { 0 };
        let rest = match piece {
            Some(piece) => piece.cut(&mut changes, &self.shown, beside)?,
            None => None,
        };
        let is_whole = changes.len() == all;
        let sent: Vec<_> = match is_whole {
            true => Vec::new(),
            false => changes
                .iter()
                .map(|(x, y, cell)| (*x, *y, (*cell).clone()))
                .collect(),
        };
        // A piece is no whole picture that could be shown at once.
        if piece.is_none() {
            queue!(self.backend, BeginSynchronizedUpdate)?;
        }
        if is_anew {
            queue!(self.backend, Clear(ClearType::All), Hide)?;
            self.cursor = None;
        }
        self.backend.draw(changes.into_iter())?;
        if let Some(rest) = rest {
            let erase = format!("\x1b[{}X", rest.width);
            queue!(self.backend, MoveTo(rest.x, rest.y), Print(erase))?;
        }
        match (self.cursor, cursor) {
            (Some(_), None) => queue!(self.backend, Hide)?,
            (before, Some(at)) => {
                queue!(self.backend, MoveTo(at.x, at.y))?;
                if before.is_none() {
                    queue!(self.backend, Show)?;
                }
            }
            (None, None) => {}
        }
        if piece.is_none() {
            queue!(self.backend, EndSynchronizedUpdate)?;
        }
        Write::flush(&mut self.backend)?;
        match is_whole {
            true => self.shown = next,
            false => {
                for (x, y, cell) in sent {
                    self.shown[(x, y)] = cell;
                }
                if let Some(rest) = rest {
                    for x in rest.x..rest.x + rest.width {
                        self.shown[(x, rest.y)] = BufferCell::EMPTY;
                    }
                }
            }
        }
        self.cursor = cursor;
        Ok(is_whole)
    }

    /// Makes the next frame a whole one: somebody else may have written on the screen.
    pub(super) fn forget(&mut self) {
        self.shown = Buffer::default();
    }

    /// Sends what makes the terminal ring or notify.
    pub(super) fn ring(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.backend.write_all(bytes)?;
        Write::flush(&mut self.backend)
    }

    /// Offers `text` to the terminal's clipboard (OSC 52), through a multiplexer where there is
    /// one. The terminal does not say whether it took it.
    pub(super) fn copy(&mut self, text: &str, multiplexer: Multiplexer) -> io::Result<()> {
        let sequence = clipboard_sequence(text, multiplexer);
        self.backend.write_all(sequence.as_bytes())?;
        Write::flush(&mut self.backend)
    }
}

/// What stands between the program and the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Multiplexer {
    None,
    Tmux,
    Screen,
}

impl Multiplexer {
    /// As the environment tells it.
    pub(super) fn detect() -> Self {
        let is_set = |name| std::env::var_os(name).is_some_and(|v| !v.is_empty());
        if is_set("TMUX") {
            Self::Tmux
        } else if is_set("STY") {
            Self::Screen
        } else {
            Self::None
        }
    }
}

fn clipboard_sequence(text: &str, multiplexer: Multiplexer) -> String {
    let mut plain = String::new();
    // A String takes everything that is written to it.
    let _ = CopyToClipboard::to_clipboard_from(text).write_ansi(&mut plain);
    match multiplexer {
        Multiplexer::None => plain,
        // tmux takes the plain sequence where `set-clipboard` is on, and hands the wrapped one to
        // the terminal where `allow-passthrough` is.
        Multiplexer::Tmux => {
            let doubled = plain.replace('\x1b', "\x1b\x1b");
            format!("{plain}\x1bPtmux;{doubled}\x1b\\")
        }
        // GNU Screen cuts a device control string beyond some hundred bytes.
        Multiplexer::Screen => {
            let pieces = plain.as_bytes().chunks(240).map(String::from_utf8_lossy);
            pieces.map(|p| format!("\x1bP{p}\x1b\\")).collect()
        }
    }
}

/// Gives the terminal back; a second call does nothing.
fn restore() {
    if !TAKEN.swap(false, Ordering::SeqCst) {
        return;
    }
    stderr::bring_back();
    // On the way out there is nobody left to tell of a failure, and the next step may still work.
    let _ = execute!(
        io::stdout(),
        EndSynchronizedUpdate,
        DisableMouseCapture,
        DisableFocusChange,
        DisableBracketedPaste,
        LeaveAlternateScreen,
        Show
    );
    let _ = disable_raw_mode();
    let _ = io::stdout().flush();
}

/// A panic on the terminal's thread restores it before the message is printed; one on a worker's
/// thread is caught there, and only logged.
fn restore_on_panic(owner: ThreadId) {
    let default = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        tracing::error!("panic: {info}");
        if thread::current().id() == owner {
            restore();
            default(info);
        }
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(screen: &mut Screen<Vec<u8>>, text: &str, cursor: Option<Position>) -> u64 {
        let before = screen.sent();
        screen
            .draw(|area, buffer| {
                buffer.set_string(area.x, area.y, text, ratatui::style::Style::new());
                cursor
            })
            .unwrap();
        screen.sent() - before
    }

    #[test]
    fn what_has_not_changed_is_not_sent() {
        let mut screen = Screen::on(Vec::new(), Some(Rect::new(0, 0, 20, 4)));
        let at = Some(Position { x: 1, y: 0 });
        assert!(drawn(&mut screen, "hello", at) > 0);
        assert_eq!(drawn(&mut screen, "hello", at), 0);
        let one = drawn(&mut screen, "hellO", at);
        assert!((1..80).contains(&one), "{one} bytes for one letter");
        assert!(drawn(&mut screen, "hellO", None) > 0, "the cursor hides");
        screen.forget();
        assert!(drawn(&mut screen, "hellO", None) > one, "all of it");
    }

    #[test]
    fn the_clipboard_is_reached_through_a_multiplexer() {
        let plain = clipboard_sequence("hi", Multiplexer::None);
        assert!(plain.starts_with("\x1b]52;c;aGk="), "{plain:?}");
        let tmux = clipboard_sequence("hi", Multiplexer::Tmux);
        assert!(tmux.contains("\x1bPtmux;\x1b\x1b]52;c;aGk="), "{tmux:?}");
        let screen = clipboard_sequence(&"x".repeat(900), Multiplexer::Screen);
        assert_eq!(screen.matches("\x1bP").count(), 6);
    }
}

//! Taking the terminal and giving it back, whatever happens.

use std::io::{self, BufWriter, Stdout, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, ThreadId};

use crossterm::cursor::Show;
use crossterm::event::{
    DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture,
};
use crossterm::execute;
use crossterm::terminal::{
    BeginSynchronizedUpdate, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen,
    disable_raw_mode, enable_raw_mode,
};
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use ratatui::layout::Position;

/// Whether the terminal is ours at the moment; restoring twice would scroll the shell's screen.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// The terminal while it is ours.
pub(super) struct Screen {
    terminal: Terminal<CrosstermBackend<BufWriter<Stdout>>>,
}

impl Screen {
    /// Takes the terminal: raw mode, alternate screen, bracketed paste, mouse.
    pub(super) fn take(mouse: bool) -> io::Result<Self> {
        restore_on_panic(thread::current().id());
        enable_raw_mode()?;
        TAKEN.store(true, Ordering::SeqCst);
        // Made before the first write, so that a failure on the way restores too.
        let guard = Guard;
        let mut out = io::stdout();
        execute!(out, EnterAlternateScreen, EnableBracketedPaste)?;
        if mouse {
            execute!(out, EnableMouseCapture)?;
        }
        let terminal = Terminal::new(CrosstermBackend::new(BufWriter::new(out)))?;
        std::mem::forget(guard);
        Ok(Self { terminal })
    }

    /// Draws one frame, shown at once by terminals that know synchronised output.
    pub(super) fn draw(
        &mut self,
        render: impl FnOnce(ratatui::layout::Rect, &mut ratatui::buffer::Buffer) -> Option<Position>,
    ) -> io::Result<()> {
        execute!(self.terminal.backend_mut(), BeginSynchronizedUpdate)?;
        self.terminal.draw(|frame| {
            let area = frame.area();
            if let Some(position) = render(area, frame.buffer_mut()) {
                frame.set_cursor_position(position);
            }
        })?;
        execute!(self.terminal.backend_mut(), EndSynchronizedUpdate)
    }

    /// Columns and rows.
    pub(super) fn size(&self) -> io::Result<(u16, u16)> {
        let size = self.terminal.size()?;
        Ok((size.width, size.height))
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        restore();
    }
}

struct Guard;

impl Drop for Guard {
    fn drop(&mut self) {
        restore();
    }
}

/// Gives the terminal back; a second call does nothing.
fn restore() {
    if !TAKEN.swap(false, Ordering::SeqCst) {
        return;
    }
    // On the way out there is nobody left to tell of a failure, and the next step may still work.
    let _ = execute!(
        io::stdout(),
        EndSynchronizedUpdate,
        DisableMouseCapture,
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

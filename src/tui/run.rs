//! Starts the workstation and ends it: the terminal, the first post, the threads.

use std::io::{self, IsTerminal, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crossterm::event::EventStream;

use crate::store::file;

use super::app::{App, Document};
use super::event_loop::{Signals, event_loop};
use super::runner::Desk;
use super::terminal::{Guard, Screen};
use super::{Options, TuiError, documents};

/// How long a thread that writes is waited for at the end.
const PATIENCE: Duration = Duration::from_secs(5);

/// Opens the workstation and runs it to its end.
///
/// # Errors
/// Where there is no terminal, the post cannot be opened, or the terminal fails.
pub fn run(options: Options) -> Result<(), TuiError> {
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        return Err(TuiError::NoTerminal("standard input or output is not one"));
    }
    if std::env::var_os("TERM").is_some_and(|t| t == "dumb") {
        return Err(TuiError::NoTerminal(
            "TERM is `dumb`, which cannot place a cursor",
        ));
    }
    let first = documents::first(&options)?;
    // The theme has the colours that are wanted; crossterm must not ask NO_COLOR again.
    crossterm::style::force_color_output(true);
    let mut app = App::new(first.document, options.setup());
    if let Some(warning) = first.warning {
        app.warn(warning);
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let mut desk = Desk::new(&options, first.journal, first.list_drafts);
    // Whatever ends the loop, the text comes out of it.
    let ended = catch_unwind(AssertUnwindSafe(|| {
        runtime.block_on(async {
            // Before the terminal is taken: a signal in between would leave it as it is.
            let signals = Signals::listen()?;
            let guard = Guard::take(options.mouse)?;
            let mut screen = Screen::new();
            let events = EventStream::new();
            event_loop(
                &mut app,
                &mut screen,
                Some(&guard),
                (events, signals),
                &mut desk,
            )
            .await
        })
    }));
    let kept = keep(&app, desk, ended.is_err(), options.rescue_folder.as_deref());
    // A write to something that never answers must not keep the program.
    runtime.shutdown_timeout(PATIENCE);
    match ended {
        Ok(Ok(())) => {
            tell(kept);
            Ok(())
        }
        Ok(Err(error)) => {
            tell(kept);
            Err(error.into())
        }
        Err(_) => Err(TuiError::Panicked { kept }),
    }
}

/// Says where the text is. Nobody may be there to read it, as after a hang-up.
fn tell(kept: Option<String>) {
    if let Some(kept) = kept {
        let _ = writeln!(io::stderr(), "postwright: the text was not saved; {kept}");
    }
}

/// Sees to text that is in no file: it stays in the journal, or where there is none goes into a
/// file of its own. Says where.
fn keep(
    app: &App,
    desk: Desk<'_>,
    is_panicked: bool,
    rescue_folder: Option<&Path>,
) -> Option<String> {
    let buffer = app.editor.buffer();
    let is_owed = app.is_owed();
    // What was done last before a panic did not get to the journal.
    let is_lacking = buffer.is_modified() && (is_panicked || !desk.is_started());
    let is_journaled = desk.close(is_owed, is_lacking.then(|| buffer.text()));
    if !is_owed {
        return None;
    }
    if is_journaled {
        return Some(match &app.path {
            Some(path) => {
                // A name may hold what would steer the shell's terminal.
                let name = path.display().to_string().replace(char::is_control, "?");
                format!("opening {name} again brings it back")
            }
            None => "it is among the drafts (F4)".to_owned(),
        });
    }
    match rescue(app, rescue_folder?) {
        Ok(path) => Some(format!("it is in {}", path.display())),
        Err(error) => {
            let _ = writeln!(
                io::stderr(),
                "postwright: the text could not be kept: {error}"
            );
            None
        }
    }
}

/// Puts the text into a file of its own in `folder`.
pub(super) fn rescue(app: &App, folder: &Path) -> io::Result<PathBuf> {
    let name = app.path.as_deref().and_then(Path::file_name);
    let name = name.and_then(|n| n.to_str()).unwrap_or("draft.md");
    file::rescue(folder, name, app.editor.buffer().text())
}

/// What the first post comes with.
pub(super) struct First {
    pub document: Document,
    pub journal: Option<crate::store::journal::Journal>,
    /// Whether drafts are kept that the writer should see first.
    pub list_drafts: bool,
    pub warning: Option<String>,
}

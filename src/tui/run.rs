//! Starts the workstation and ends it: the terminal, the first post, the threads.

use std::io::{self, IsTerminal};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use crossterm::event::EventStream;

use crate::store::file;

use super::app::{App, Document, Setup};
use super::event_loop::event_loop;
use super::runner::Desk;
use super::terminal::{Guard, Screen};
use super::{Options, TuiError, documents};

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
    let mut app = App::new(
        first.document,
        Setup {
            settings: options.settings.clone(),
            memo_lines: options.memo_lines,
            theme: options.theme.clone(),
            keymap: options.keymap.clone(),
            paste_bytes: options.paste_bytes,
            command_line: options.command_line.clone(),
        },
    );
    if let Some(warning) = first.warning {
        app.warn(warning);
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let mut desk = Desk::new(&options, first.journal, first.list_drafts);
    // Whatever ends the loop, the text comes out of it.
    let ended = catch_unwind(AssertUnwindSafe(|| {
        let guard = Guard::take(options.mouse)?;
        let mut screen = Screen::new();
        runtime.block_on(async {
            let events = EventStream::new();
            event_loop(&mut app, &mut screen, Some(&guard), events, &mut desk).await
        })
    }));
    let kept = keep(&app, desk, options.rescue_folder.as_deref());
    match ended {
        Ok(Ok(())) => {
            if let Some(kept) = kept {
                eprintln!("postwright: the text was not saved; {kept}");
            }
            Ok(())
        }
        Ok(Err(error)) => Err(error.into()),
        Err(_) => Err(TuiError::Panicked { kept }),
    }
}

/// Sees to text that is in no file: it stays in the journal, or where there is none goes into a
/// file of its own. Says where.
fn keep(app: &App, desk: Desk<'_>, rescue_folder: Option<&Path>) -> Option<String> {
    let is_owed = app.is_owed();
    let is_journaled = desk.close(is_owed);
    if !is_owed {
        return None;
    }
    if is_journaled {
        return Some(match &app.path {
            Some(path) => format!("opening {} again brings it back", path.display()),
            None => "it is among the drafts (F4)".to_owned(),
        });
    }
    match rescue(app, rescue_folder?) {
        Ok(path) => Some(format!("it is in {}", path.display())),
        Err(error) => {
            eprintln!("postwright: the text could not be kept: {error}");
            None
        }
    }
}

fn rescue(app: &App, folder: &Path) -> io::Result<PathBuf> {
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

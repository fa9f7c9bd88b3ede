//! Starts the workstation and ends it: the terminal, the first post, the threads.

use std::io::{self, IsTerminal, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::store::file;

use super::app::{App, Document};
use super::command::Command;
use super::event::{Events, Patience};
use super::event_loop::{Signals, event_loop};
use super::runner::Desk;
use super::terminal::{Guard, Screen};
use super::{Options, TuiError, documents};

/// How long a thread that writes is waited for at the end.
const PATIENCE: Duration = Duration::from_secs(5);

/// Why a terminal that knows nothing will not do.
pub(super) const DUMB: &str = "TERM is `dumb`, which cannot place a cursor";

/// Opens the workstation and runs it to its end.
///
/// # Errors
/// Where there is no terminal, the post cannot be opened, or the terminal fails.
pub fn run(options: Options) -> Result<(), TuiError> {
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        return Err(TuiError::NoTerminal("standard input or output is not one"));
    }
    if std::env::var_os("TERM").is_some_and(|t| t == "dumb") {
        return Err(TuiError::NoTerminal(DUMB));
    }
    let first = documents::first(&options)?;
    // The theme has the colours that are wanted; crossterm must not ask NO_COLOR again.
    crossterm::style::force_color_output(true);
    let mut app = App::new(first.document, options.setup());
    app.monitor.set_utc_offset(options.watch.utc_offset);
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
            let events = Events::listen(match options.low_bandwidth {
                true => Patience::SLOW,
                false => Patience::USUAL,
            })?;
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
    let keeper = desk.keeper.clone();
    let kept = keep(&app, desk, ended.is_err(), &options);
    keeper.finish(PATIENCE);
    // A write to something that never answers must not keep the program.
    runtime.shutdown_timeout(PATIENCE);
    match ended {
        Ok(Ok(())) => match kept {
            Kept::Nothing => Ok(()),
            Kept::InJournal(place) => {
                tell(&place);
                Ok(())
            }
            Kept::InFile(place) => Err(TuiError::Unkept(place)),
            Kept::Nowhere(reason) => Err(TuiError::Lost(reason)),
        },
        Ok(Err(error)) => {
            if let Some(place) = kept.place() {
                tell(&place);
            }
            Err(error.into())
        }
        Err(_) => Err(TuiError::Panicked { kept: kept.place() }),
    }
}

/// Says where the text is. Nobody may be there to read it, as after a hang-up.
fn tell(place: &str) {
    let _ = writeln!(io::stderr(), "postwright: the text was not saved; {place}");
}

/// What became of text that is in no file.
enum Kept {
    /// There was none.
    Nothing,
    /// It comes back from its journal, as said.
    InJournal(String),
    /// There was no journal; it is in a file of its own.
    InFile(String),
    /// It is lost, and why.
    Nowhere(String),
}

impl Kept {
    fn place(self) -> Option<String> {
        match self {
            Self::InJournal(place) | Self::InFile(place) => Some(place),
            Self::Nothing | Self::Nowhere(_) => None,
        }
    }
}

/// Sees to text that is in no file: it stays in the journal, or where there is none goes into a
/// file of its own.
fn keep(app: &App, desk: Desk<'_>, is_panicked: bool, options: &Options) -> Kept {
    let buffer = app.editor.buffer();
    let is_owed = app.is_owed();
    // What was done last before a panic did not get to the journal.
    let is_lacking = app.is_changed() && (is_panicked || !desk.is_started());
    // Recovered text that is nowhere else must not give way to it.
    let is_taken = is_lacking && app.is_undecided();
    let anew = (is_lacking && !is_taken).then(|| buffer.text());
    let is_journaled = desk.close(is_owed, anew) && !is_taken;
    if !is_owed {
        return Kept::Nothing;
    }
    if is_journaled {
        return Kept::InJournal(match &app.path {
            Some(path) => {
                // A name may hold what would steer the shell's terminal.
                let name = path.display().to_string().replace(char::is_control, "?");
                format!("opening {name} again brings it back")
            }
            None => {
                let key = options.keymap.told(Command::Drafts);
                format!("it is among the drafts ({key})")
            }
        });
    }
    let Some(folder) = options.rescue_folder.as_deref() else {
        return Kept::Nowhere("no folder for it is known".to_owned());
    };
    match rescue(app, folder) {
        Ok(path) => Kept::InFile(format!("it is in {}", path.display())),
        Err(error) => Kept::Nowhere(error.to_string()),
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

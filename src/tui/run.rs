//! The loop: waits, hands inputs to the app, runs its effects, draws when something changed.

use std::io::{self, IsTerminal};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crossterm::event::{Event, EventStream};
use futures_util::StreamExt;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::{Instant, sleep_until};

use crate::engine::Background;
use crate::post::{LineEnding, Revision};
use crate::store::{dictionary, file};

use super::app::{App, Effect, Input};
use super::terminal::Screen;
use super::{Options, TuiError, view};

/// Least time between two frames: 60 a second.
const FRAME: Duration = Duration::from_micros(16_667);

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
    let opened = match &options.file {
        Some(path) => file::open(path)?,
        None => file::Opened {
            is_new: true,
            ..file::Opened::default()
        },
    };
    // The theme has the colours that are wanted; crossterm must not ask NO_COLOR again.
    crossterm::style::force_color_output(true);
    let settings = options.settings.clone();
    let mut app = App::new(
        opened,
        options.file.clone(),
        settings,
        options.memo_lines,
        options.theme.clone(),
        options.keymap.clone(),
    );
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    // Whatever ends the loop, the text comes out of it.
    let ended = catch_unwind(AssertUnwindSafe(|| {
        let mut screen = Screen::take(options.mouse)?;
        runtime.block_on(event_loop(&mut app, &mut screen, &options))
    }));
    let rescued = rescue(&app, options.rescue_folder.as_deref());
    match ended {
        Ok(Ok(())) => {
            if let Some(path) = rescued {
                eprintln!(
                    "postwright: the text was not saved; it is in {}",
                    path.display()
                );
            }
            Ok(())
        }
        Ok(Err(error)) => Err(error.into()),
        Err(_) => Err(TuiError::Panicked { rescued }),
    }
}

/// Puts text that is on no disk yet into a file of its own.
fn rescue(app: &App, folder: Option<&Path>) -> Option<PathBuf> {
    let buffer = app.editor.buffer();
    if app.discarded || !buffer.is_modified() {
        return None;
    }
    let name = app
        .path
        .as_deref()
        .and_then(Path::file_name)
        .and_then(|n| n.to_str());
    match file::rescue(folder?, name.unwrap_or("draft.md"), buffer.text()) {
        Ok(path) => Some(path),
        Err(error) => {
            eprintln!("postwright: the text could not be kept: {error}");
            None
        }
    }
}

/// A text to write.
struct Save {
    revision: Revision,
    path: PathBuf,
    text: String,
    line_ending: LineEnding,
    then_quit: bool,
}

/// Writes one text after another: two writers of one file could leave the older text.
async fn save_in_order(mut saves: UnboundedReceiver<Save>, inputs: UnboundedSender<Input>) {
    while let Some(save) = saves.recv().await {
        let inputs = inputs.clone();
        let write = move || {
            let result =
                file::save(&save.path, &save.text, save.line_ending).map_err(|e| e.to_string());
            // The loop has ended where nobody listens.
            let _ = inputs.send(Input::Saved {
                revision: save.revision,
                path: save.path,
                then_quit: save.then_quit,
                result,
            });
        };
        if let Err(error) = tokio::task::spawn_blocking(write).await {
            tracing::error!("a save failed: {error}");
        }
    }
}

/// What the effects need.
struct Runner<'a> {
    background: Background,
    inputs: UnboundedSender<Input>,
    saves: UnboundedSender<Save>,
    options: &'a Options,
    /// When the slow stages are due, and when they were first asked for.
    due: Option<(Instant, Instant)>,
}

async fn event_loop(app: &mut App, screen: &mut Screen, options: &Options) -> io::Result<()> {
    let (width, height) = screen.size()?;
    app.handle(Input::Resize(width, height));
    // The text is on the screen before anything is computed from it.
    draw(app, screen)?;
    let (inputs, mut inbox) = unbounded_channel();
    let replies = inputs.clone();
    let background = Background::start(
        options.dialect,
        options.words.clone(),
        options.memo_lines,
        move |reply| {
            // The loop has ended where nobody listens; so will the thread.
            let _ = replies.send(Input::Engine(reply));
        },
    )?;
    let (saves, to_save) = unbounded_channel();
    tokio::spawn(save_in_order(to_save, inputs.clone()));
    let mut runner = Runner {
        background,
        inputs,
        saves,
        options,
        due: None,
    };
    let mut events = EventStream::new();
    let mut hangup = signal(SignalKind::hangup())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let first = app.start();
    let mut running = runner.run(app, first);
    let mut dirty = true;
    let mut next_frame = Instant::now();
    while running {
        let due = runner.due.map(|(at, _)| at);
        tokio::select! {
            biased;
            _ = hangup.recv() => break,
            _ = terminate.recv() => break,
            _ = interrupt.recv() => break,
            // Before the input, so that a flood of it is seen to move.
            () = sleep_until(next_frame), if dirty => {
                draw(app, screen)?;
                dirty = false;
                next_frame = Instant::now() + FRAME;
            }
            event = events.next() => match event {
                Some(Ok(event)) => {
                    if let Some(input) = input_of(event) {
                        let effects = app.handle(input);
                        running = runner.run(app, effects);
                        dirty = true;
                    }
                }
                Some(Err(error)) => return Err(error),
                None => break,
            },
            Some(input) = inbox.recv() => {
                running = take_all(app, &mut runner, &mut inbox, input);
                dirty = true;
            }
            () = sleep_until(due.unwrap_or_else(far)), if due.is_some() => {
                runner.due = None;
                runner.background.submit(app.job());
            }
        }
    }
    Ok(())
}

fn draw(app: &mut App, screen: &mut Screen) -> io::Result<()> {
    screen.draw(|area, frame| {
        // The terminal may have changed its size already when the word of it is still to come.
        app.fit(area);
        view::draw(app, area, frame)
    })
}

/// A time that does not come; the branch that waits for it is switched off.
fn far() -> Instant {
    Instant::now() + Duration::from_secs(3_600)
}

fn take_all(
    app: &mut App,
    runner: &mut Runner<'_>,
    inbox: &mut UnboundedReceiver<Input>,
    first: Input,
) -> bool {
    let mut next = Some(first);
    while let Some(input) = next {
        let effects = app.handle(input);
        if !runner.run(app, effects) {
            return false;
        }
        next = inbox.try_recv().ok();
    }
    true
}

fn input_of(event: Event) -> Option<Input> {
    match event {
        Event::Key(key) => Some(Input::Key(key)),
        Event::Paste(text) => Some(Input::Paste(text)),
        Event::Mouse(mouse) => Some(Input::Mouse(mouse)),
        Event::Resize(width, height) => Some(Input::Resize(width, height)),
        Event::FocusGained | Event::FocusLost => None,
    }
}

impl Runner<'_> {
    /// Runs effects. Returns whether the program goes on.
    fn run(&mut self, app: &App, effects: Vec<Effect>) -> bool {
        for effect in effects {
            match effect {
                Effect::Quit => return false,
                Effect::Analyse(revision) => {
                    self.background.supersede(revision);
                    self.postpone();
                }
                Effect::AnalyseNow => {
                    self.due = None;
                    self.background.submit(app.job());
                }
                Effect::SetWords(words) => self.background.set_words(words),
                Effect::Save {
                    revision,
                    path,
                    text,
                    line_ending,
                    then_quit,
                } => {
                    // The task ends with the runtime, after this loop.
                    let _ = self.saves.send(Save {
                        revision,
                        path,
                        text,
                        line_ending,
                        then_quit,
                    });
                }
                Effect::AddWord(word) => {
                    let inputs = self.inputs.clone();
                    let path = self.options.dictionary.clone();
                    tokio::task::spawn_blocking(move || {
                        let result =
                            dictionary::add(path.as_deref(), &word).map_err(|e| e.to_string());
                        let _ = inputs.send(Input::WordAdded { word, result });
                    });
                }
            }
        }
        true
    }

    /// Trailing debounce that steady typing cannot starve.
    fn postpone(&mut self) {
        let now = Instant::now();
        let (quiet, most) = self.options.debounce_ms;
        let since = self.due.map_or(now, |(_, since)| since);
        let at = (now + Duration::from_millis(quiet)).min(since + Duration::from_millis(most));
        self.due = Some((at, since));
    }
}

//! The operator's view: the monitor alone on the screen, of this machine, of another Postwright, or
//! of a recording.

mod budget;
mod sources;
mod state;

use std::io::{self, IsTerminal};
use std::path::PathBuf;
use std::time::Duration;

use futures_util::StreamExt;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::{Instant, sleep_until};

use super::TuiError;
use super::app::{Effect, Input};
use super::event::{Events, Patience};
use super::event_loop::{Signals, any, suspend};
use super::frames::{FRAME, Frames, SLOW_FRAME};
use super::keymap::Keymap;
use super::pieces::Piece;
use super::run::DUMB;
use super::terminal::{Guard, Screen};
use super::theme::Theme;
use super::watching::WatchOptions;
use budget::Budget;
use sources::Source;
use state::Operator;

/// The least time without a sample after which that is told.
const SILENCE: Duration = Duration::from_secs(5);

/// What is watched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Watched {
    /// This machine.
    Here,
    /// What another Postwright publishes on this socket.
    Other(PathBuf),
    /// What was recorded in this file.
    Recording(PathBuf),
}

/// What the operator's view is started with.
pub struct OperatorOptions {
    /// What is watched.
    pub watched: Watched,
    /// What is sampled here, and which rules are asked.
    pub watch: WatchOptions,
    /// What is wrong already, for the operator to know.
    pub trouble: Option<String>,
    /// A file into which every sample goes.
    pub record: Option<PathBuf>,
    /// Bytes a second that the terminal is sent at most.
    pub most_bytes: Option<u64>,
    /// Whether frames are few, and parted keys waited for longer, for a slow line.
    pub low_bandwidth: bool,
    /// Whether the mouse is used.
    pub mouse: bool,
    /// How things look.
    pub theme: Theme,
    /// Which keys do what.
    pub keymap: Keymap,
}

/// Opens the view and runs it to its end.
///
/// # Errors
/// Where there is no terminal, nothing can be watched, or the terminal fails.
pub fn run(options: OperatorOptions) -> Result<(), TuiError> {
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        return Err(TuiError::NoView);
    }
    if std::env::var_os("TERM").is_some_and(|t| t == "dumb") {
        return Err(TuiError::NoTerminal(DUMB));
    }
    crossterm::style::force_color_output(true);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let done = runtime.block_on(async {
        let (arrivals, inbox) = unbounded_channel();
        // Before the terminal is taken, so that what is wrong with it stays on the screen.
        let (failures, failed) = unbounded_channel();
        let source = Source::start(&options, arrivals.clone(), failures)?;
        let signals = Signals::listen()?;
        let guard = Guard::take(options.mouse)?;
        let events = Events::listen(match options.low_bandwidth {
            true => Patience::SLOW,
            false => Patience::USUAL,
        })?;
        let view = View {
            guard,
            signals,
            events,
            arrivals,
            inbox,
            failed,
        };
        watch(&options, &source, view).await
    });
    runtime.shutdown_timeout(Duration::from_secs(2));
    done
}

/// What the loop waits for, and the terminal.
struct View {
    guard: Guard,
    signals: Signals,
    events: Events,
    arrivals: UnboundedSender<Input>,
    inbox: UnboundedReceiver<Input>,
    /// What leaves nothing to show.
    failed: UnboundedReceiver<TuiError>,
}

async fn watch(options: &OperatorOptions, source: &Source, mut view: View) -> Result<(), TuiError> {
    let mut screen = Screen::new();
    let mut state = Operator::new(source.title(), options);
    state.handle(Input::Watching(source.history()));
    let area = screen.area()?;
    state.fit(area);
    let interval = match options.low_bandwidth {
        true => SLOW_FRAME,
        false => FRAME,
    };
    let mut frames = Frames::new(interval, Instant::now());
    let mut budget = Budget::new(options.most_bytes, Instant::now());
    let greeting = view.guard.greeting()?.len() as u64;
    budget.spend(greeting, false, Instant::now());
    // Who sends nothing for so long may be stopped, or gone.
    let patience = (options.watch.monitor.interval * 5).max(SILENCE);
    let mut silent = Instant::now() + patience;
    let (mut dirty, mut effects) = (true, Vec::new());
    let (mut drawn, mut drawing) = (0, Duration::ZERO);
    loop {
        for effect in std::mem::take(&mut effects) {
            match effect {
                Effect::Quit => return Ok(()),
                Effect::Redraw => screen.forget(),
                Effect::Suspend => suspend(&mut screen, Some(&view.guard))?,
                Effect::Ring(bytes) => screen.ring(&bytes)?,
                Effect::Watch(asked) => {
                    if let Some(work) = source.perform(asked) {
                        let arrivals = view.arrivals.clone();
                        tokio::task::spawn_blocking(move || {
                            // The loop has ended where nobody listens.
                            let _ = arrivals.send(Input::Done(work()));
                        });
                    }
                }
                // The editor's affairs, which nobody asks for here.
                _ => {}
            }
            dirty = true;
        }
        let next = frames.next().max(budget.next());
        tokio::select! {
            biased;
            () = any(&mut view.signals.ends) => return Ok(()),
            _ = view.signals.stop.recv() => effects.push(Effect::Suspend),
            _ = view.signals.go_on.recv() => {
                view.guard.leave();
                view.guard.enter()?;
                effects.push(Effect::Redraw);
            }
            () = sleep_until(next), if dirty => {
                let (before, began) = (screen.sent(), Instant::now());
                state.set_budget(budget.told(began), |screen| budget.detail(screen));
                let piece = budget.bytes(began).map(|bytes| Piece {
                    bytes,
                    first: state.rate_place(),
                });
                let is_whole = screen.draw_some(piece, |area, frame| {
                    state.fit(area);
                    state.draw(area, frame)
                })?;
                let now = Instant::now();
                let sent = screen.sent() - before;
                drawing += began.elapsed();
                drawn += sent;
                source.count(drawn, drawing);
                budget.spend(sent, is_whole, now);
                dirty = !is_whole;
                frames.drawn(now);
            }
            event = view.events.next() => match event {
                Some(Ok(input)) => {
                    effects = state.handle(input);
                    dirty = true;
                }
                Some(Err(error)) => return Err(error.into()),
                None => return Ok(()),
            },
            Some(error) = view.failed.recv() => return Err(error),
            Some(input) = view.inbox.recv() => {
                if matches!(input, Input::Sampled(_)) {
                    silent = Instant::now() + patience;
                }
                effects = state.handle(input);
                dirty = true;
            }
            () = sleep_until(silent) => {
                silent += patience;
                state.is_silent = true;
                dirty = true;
            }
        }
    }
}

//! The loop: waits, hands inputs to the app, runs its effects, draws when something changed.

use std::future::poll_fn;
use std::io::{self, Write};
use std::task::Poll;
use std::time::Duration;

use futures_util::{Stream, StreamExt};
use rustix::process::Signal as Number;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::mpsc::unbounded_channel;
use tokio::time::{Instant, sleep_until};

use super::app::{App, Input};
use super::frames::{FRAME, Frames, SLOW_FRAME};
use super::meter::Meter;
use super::runner::{Desk, Runner, Wish};
use super::terminal::{Guard, Multiplexer, Screen};
use super::view;

/// The signals that would kill the program at once, and leave the terminal as it is.
const ENDS: [Number; 8] = [
    Number::HUP,
    Number::TERM,
    Number::INT,
    Number::QUIT,
    // abort() kills all the same, once its signal was heard.
    Number::ABORT,
    Number::ALARM,
    Number::USR1,
    Number::USR2,
];

/// What ends, stops and continues the program.
pub(super) struct Signals {
    pub(super) ends: Vec<Signal>,
    pub(super) stop: Signal,
    pub(super) go_on: Signal,
}

impl Signals {
    /// Listens from now on.
    pub(super) fn listen() -> io::Result<Self> {
        let hear = |number: Number| signal(SignalKind::from_raw(number.as_raw()));
        Ok(Self {
            ends: ENDS.into_iter().map(hear).collect::<io::Result<_>>()?,
            stop: hear(Number::TSTP)?,
            go_on: hear(Number::CONT)?,
        })
    }
}

/// Runs the workstation until it ends. `guard` holds the terminal, where the screen is one.
pub(super) async fn event_loop<W: Write>(
    app: &mut App,
    screen: &mut Screen<W>,
    guard: Option<&Guard>,
    (mut events, mut signals): (impl Stream<Item = io::Result<Input>> + Unpin, Signals),
    desk: &mut Desk<'_>,
) -> io::Result<()> {
    let area = screen.area()?;
    app.handle(Input::Resize(area.width, area.height));
    // The text is on the screen before anything is computed from it.
    draw(app, screen)?;
    if let Some(probe) = &desk.probe {
        probe.drawn(screen.sent(), app.editor.buffer().revision());
    }
    let frame = if desk.options.low_bandwidth {
        SLOW_FRAME
    } else {
        FRAME
    };
    let (arrivals, mut inbox) = unbounded_channel();
    let mut runner = Runner::start(desk, app, arrivals)?;
    let mut meter = Meter::new(Instant::now());
    let first = app.start();
    let mut wishes = runner.run(app, first);
    let (mut dirty, mut told_only) = (true, false);
    let mut frames = Frames::new(frame, Instant::now());
    // Whether the next frame shows what the writer did, and what all others cost.
    let (mut by_hand, mut watched) = (true, (0, Duration::ZERO));
    loop {
        for wish in std::mem::take(&mut wishes) {
            match wish {
                Wish::Quit => return Ok(()),
                Wish::Redraw => screen.forget(),
                Wish::Copy(text) => {
                    let before = screen.sent();
                    screen.copy(&text, Multiplexer::detect())?;
                    meter.count(screen.sent() - before, Instant::now());
                }
                Wish::Ring(bytes) => {
                    let before = screen.sent();
                    screen.ring(&bytes)?;
                    meter.count(screen.sent() - before, Instant::now());
                    continue;
                }
                Wish::Suspend => suspend(screen, guard)?,
            }
            dirty = true;
        }
        let due = runner.due.map(|(at, _)| at);
        let rest = runner.rest;
        tokio::select! {
            biased;
            () = any(&mut signals.ends) => return Ok(()),
            _ = signals.stop.recv() => wishes.push(Wish::Suspend),
            _ = signals.go_on.recv() => {
                if let Some(guard) = guard {
                    guard.leave();
                    guard.enter()?;
                }
                wishes.push(Wish::Redraw);
            }
            // Before the input, so that a flood of it is seen to move.
            () = sleep_until(frames.next()), if dirty => {
                let (before, began) = (screen.sent(), Instant::now());
                draw(app, screen)?;
                if !by_hand {
                    watched.0 += screen.sent() - before;
                    watched.1 += began.elapsed();
                    runner.count(watched);
                }
                by_hand = false;
                if let Some(probe) = runner.probe() {
                    probe.drawn(screen.sent(), app.editor.buffer().revision());
                }
                let now = Instant::now();
                if !told_only {
                    meter.count(screen.sent() - before, now);
                }
                (dirty, told_only) = (false, false);
                frames.drawn(now);
                runner.watch(app);
            }
            event = events.next() => match event {
                Some(Ok(input)) => {
                    let began = std::time::Instant::now();
                    let effects = app.handle(input);
                    wishes = runner.run(app, effects);
                    if let Some(probe) = runner.probe() {
                        probe.worked(began.elapsed());
                    }
                    (dirty, told_only, by_hand) = (true, false, true);
                }
                Some(Err(error)) => return Err(error),
                None => return Ok(()),
            },
            Some(arrival) = inbox.recv() => {
                let mut next = Some(arrival);
                while let Some(arrival) = next {
                    dirty |= runner.is_seen(app, &arrival);
                    wishes.extend(runner.take(app, arrival));
                    next = inbox.try_recv().ok();
                }
                told_only = false;
            }
            () = sleep_until(due.unwrap_or_else(far)), if due.is_some() => {
                runner.due = None;
                runner.analyse(app);
            }
            () = sleep_until(rest.unwrap_or_else(far)), if rest.is_some() => {
                runner.rest = None;
                let revision = app.editor.buffer().revision();
                let effects = app.handle(Input::Resting(revision));
                wishes = runner.run(app, effects);
                runner.look_at_history();
            }
            () = sleep_until(meter.due().unwrap_or_else(far)), if meter.due().is_some() => {
                app.sent_rate = Some(meter.rate(Instant::now()));
                told_only = !dirty;
                dirty = true;
            }
        }
    }
}

/// Waits for the first of `signals`.
pub(super) async fn any(signals: &mut [Signal]) {
    poll_fn(|context| {
        let is_here = signals.iter_mut().any(|s| s.poll_recv(context).is_ready());
        if is_here {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
}

fn draw<W: Write>(app: &mut App, screen: &mut Screen<W>) -> io::Result<()> {
    screen.draw(|area, frame| {
        // The terminal may have changed its size already when the word of it is still to come.
        app.fit(area);
        view::draw(app, area, frame)
    })
}

/// Gives the terminal to the shell until it brings the program back.
pub(super) fn suspend<W: Write>(screen: &mut Screen<W>, guard: Option<&Guard>) -> io::Result<()> {
    let Some(guard) = guard else { return Ok(()) };
    guard.leave();
    rustix::process::kill_process(rustix::process::getpid(), Number::STOP)?;
    guard.enter()?;
    screen.forget();
    Ok(())
}

/// A time that does not come; the branch that waits for it is switched off.
pub(super) fn far() -> Instant {
    Instant::now() + Duration::from_secs(3_600)
}

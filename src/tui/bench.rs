//! Measures the workstation: the real loop, with keys from a channel and a sink for a terminal.

use std::io;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use futures_util::stream;
use ratatui::layout::Rect;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use super::app::{App, Input};
use super::event_loop::{Signals, event_loop};
use super::probe::{Drawn, Probe};
use super::runner::Desk;
use super::terminal::Screen;
use super::{Options, TuiError, documents};

/// Keys that are measured.
const KEYS: usize = 300;
/// Time between two keys: fast typing.
const BETWEEN_KEYS: Duration = Duration::from_millis(70);
/// How long the program is left alone before and while its idle bytes are counted.
const REST: Duration = Duration::from_millis(2_500);
/// A frame that takes longer than this does not come.
const PATIENCE: Duration = Duration::from_secs(10);

/// What was measured.
#[derive(Debug)]
pub struct Figures {
    /// From the start to the first frame, step by step.
    pub first_paint: [(&'static str, Duration); 3],
    /// From a key to the frame that shows it, sorted.
    pub latencies: Vec<Duration>,
    /// What a key keeps the loop from anything else: the state, and its effects; sorted.
    pub work: Vec<Duration>,
    /// Bytes a second to the terminal while typing.
    pub typing_rate: f64,
    /// Bytes to the terminal in 2.5 s without a key.
    pub idle_bytes: u64,
}

/// Runs the workstation on the post that `options` name, on a screen of so many columns and rows,
/// types at the end of the post and leaves.
///
/// # Errors
/// Where the post cannot be opened or the loop fails.
pub fn measure(options: &Options, (width, height): (u16, u16)) -> Result<Figures, TuiError> {
    let began = Instant::now();
    let first = documents::first(options)?;
    let opened = began.elapsed();
    let mut app = App::new(first.document, options.setup());
    let (frames, seen) = channel();
    let (work, worked) = channel();
    let mut screen = Screen::on(io::sink(), Some(Rect::new(0, 0, width, height)));
    let mut desk = Desk::new(options, first.journal, false);
    desk.probe = Some(Probe { frames, work });
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let ready = began.elapsed();
    let (keys, mut typed) = unbounded_channel();
    let writer = thread::spawn(move || write(&keys, &seen, &worked, began));
    let events = stream::poll_fn(move |context| typed.poll_recv(context).map(|e| e.map(Ok)));
    runtime.block_on(async {
        let signals = Signals::listen()?;
        event_loop(&mut app, &mut screen, None, (events, signals), &mut desk).await
    })?;
    desk.close(false, None);
    // A panic of the writer goes on here.
    let seen = writer
        .join()
        .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    Ok(Figures {
        first_paint: [
            ("opening the post", opened),
            ("making the state", ready - opened),
            ("drawing it", seen.first.saturating_sub(ready)),
        ],
        latencies: seen.latencies,
        work: seen.work,
        typing_rate: seen.typing_rate,
        idle_bytes: seen.idle_bytes,
    })
}

/// What the writer saw.
struct Seen {
    first: Duration,
    latencies: Vec<Duration>,
    work: Vec<Duration>,
    typing_rate: f64,
    idle_bytes: u64,
}

fn write(
    keys: &UnboundedSender<Input>,
    frames: &Receiver<Drawn>,
    worked: &Receiver<Duration>,
    began: Instant,
) -> Seen {
    let first = next(frames);
    let mut revision = first
        .as_ref()
        .map(|drawn| drawn.revision)
        .unwrap_or_default();
    let first = first.map_or(Duration::ZERO, |drawn| drawn.at - began);
    press(keys, KeyCode::End, KeyModifiers::CONTROL);
    // Let what is loaded behind the first frame come to rest.
    thread::sleep(REST);
    let mut sent = latest(frames, 0);
    let before = sent;
    // What came before the first letter is not typing.
    worked.try_iter().for_each(drop);
    let typing = Instant::now();
    let mut latencies = Vec::with_capacity(KEYS);
    for i in 0..KEYS {
        thread::sleep(BETWEEN_KEYS);
        sent = latest(frames, sent);
        let letter = if i % 6 == 5 {
            ' '
        } else {
            char::from(b'a' + (i % 26) as u8)
        };
        let pressed = Instant::now();
        press(keys, KeyCode::Char(letter), KeyModifiers::NONE);
        // A frame of the monitor's or of the checker's that comes in between is not the key's.
        let shown = std::iter::from_fn(|| next(frames)).find(|drawn| drawn.revision > revision);
        let Some(drawn) = shown else {
            break;
        };
        latencies.push(drawn.at - pressed);
        (sent, revision) = (drawn.sent, drawn.revision);
    }
    let mut work: Vec<Duration> = worked.try_iter().collect();
    work.sort_unstable();
    let typing_rate = (sent - before) as f64 / typing.elapsed().as_secs_f64();
    thread::sleep(REST);
    let before = latest(frames, sent);
    thread::sleep(REST);
    let idle_bytes = latest(frames, before) - before;
    press(keys, KeyCode::Char('q'), KeyModifiers::CONTROL);
    press(keys, KeyCode::Char('d'), KeyModifiers::NONE);
    latencies.sort_unstable();
    Seen {
        first,
        latencies,
        work,
        typing_rate,
        idle_bytes,
    }
}

fn press(keys: &UnboundedSender<Input>, code: KeyCode, modifiers: KeyModifiers) {
    // The loop has ended where nobody listens; the next frame does not come then.
    let _ = keys.send(Input::Key(KeyEvent::new(code, modifiers)));
}

fn next(frames: &Receiver<Drawn>) -> Option<Drawn> {
    frames.recv_timeout(PATIENCE).ok()
}

/// The bytes sent up to the last frame that has come.
fn latest(frames: &Receiver<Drawn>, before: u64) -> u64 {
    frames.try_iter().last().map_or(before, |drawn| drawn.sent)
}

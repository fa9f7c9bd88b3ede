//! What the terminal sends: its bytes, read by ourselves, and its size.
//!
//! crossterm's own stream waits without end for the rest of a paste or of a sequence
//! (crossterm-rs/crossterm#1060), and no key arrives meanwhile. This one gives up, and reads only
//! when the loop asks: a program that stands still takes no keys from another.

use std::future::Future;
use std::io;
use std::os::fd::BorrowedFd;
use std::pin::Pin;
use std::sync::mpsc::{Sender, channel};
use std::task::{Context, Poll, ready};
use std::thread;
use std::time::Duration;

use crossterm::terminal;
use futures_util::Stream;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::{Instant, Sleep, sleep};

use super::app::Input;

mod parser;

use parser::{Parser, Unfinished};

/// A terminal hands out no more than this at once.
const CHUNK: usize = 4_096;

/// How long the rest of what has begun is waited for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    /// After Esc, which is a key, and begins sequences. The writer feels it.
    escape: Duration,
    sequence: Duration,
    /// Since the last byte of a paste.
    paste: Duration,
}

impl Patience {
    /// For a terminal on this machine or on a good line.
    pub(super) const USUAL: Self = Self {
        escape: Duration::from_millis(50),
        sequence: Duration::from_millis(100),
        paste: Duration::from_secs(1),
    };
    /// For a line that may stop for a moment in the middle of a sequence.
    pub(super) const SLOW: Self = Self {
        escape: Duration::from_millis(200),
        sequence: Duration::from_millis(400),
        paste: Duration::from_secs(3),
    };

    /// `None` where it is waited for without end: what begins a letter begins nothing else, and any
    /// key that comes in its place is taken.
    fn of(self, unfinished: Unfinished) -> Option<Duration> {
        match unfinished {
            Unfinished::Escape => Some(self.escape),
            Unfinished::Sequence => Some(self.sequence),
            Unfinished::Letter => None,
            Unfinished::Paste => Some(self.paste),
        }
    }
}

/// The inputs of the terminal that standard input is.
pub(super) struct Events {
    watch: Watch,
    resized: Signal,
    parser: Parser,
    patience: Patience,
    /// When what has begun is given up.
    gives_up: Pin<Box<Sleep>>,
    chunk: Box<[u8; CHUNK]>,
}

impl Events {
    /// Listens from now on.
    pub(super) fn listen(patience: Patience) -> io::Result<Self> {
        Ok(Self {
            watch: Watch::start()?,
            resized: signal(SignalKind::window_change())?,
            parser: Parser::default(),
            patience,
            gives_up: Box::pin(sleep(Duration::ZERO)),
            chunk: Box::new([0; CHUNK]),
        })
    }

    /// How long the rest of what has begun is waited for, where that has an end.
    fn waits(&self) -> Option<Duration> {
        let unfinished = self.parser.unfinished()?;
        self.patience.of(unfinished)
    }

    fn poll_read(&mut self, context: &mut Context<'_>) -> Poll<io::Result<usize>> {
        loop {
            match read(&mut self.chunk[..]) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    ready!(self.watch.poll(context));
                }
                read => return Poll::Ready(read),
            }
        }
    }
}

/// A thread that waits until there is something to read, and leaves it there.
struct Watch {
    ask: Sender<()>,
    answers: UnboundedReceiver<()>,
    is_asked: bool,
}

impl Watch {
    fn start() -> io::Result<Self> {
        let (ask, asked) = channel();
        let (answer, answers) = unbounded_channel();
        // It ends with the program: what it waits for may never come.
        thread::Builder::new()
            .name("terminal".to_owned())
            .spawn(move || {
                while asked.recv().is_ok() {
                    // What went wrong is told by the read.
                    while is_readable(None) == Err(Errno::INTR) {}
                    let _ = answer.send(());
                }
            })?;
        Ok(Self {
            ask,
            answers,
            is_asked: false,
        })
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if !std::mem::replace(&mut self.is_asked, true) {
            // The thread outlives this, as it listens.
            let _ = self.ask.send(());
        }
        ready!(self.answers.poll_recv(context));
        self.is_asked = false;
        Poll::Ready(())
    }
}

fn tty() -> BorrowedFd<'static> {
    rustix::stdio::stdin()
}

/// Waits for something to read, for so long or without end.
fn is_readable(patience: Option<&Timespec>) -> Result<bool, Errno> {
    let tty = tty();
    let mut asked = [PollFd::from_borrowed_fd(tty, PollFlags::IN)];
    Ok(poll(&mut asked, patience)? > 0)
}

/// Reads what is there. The terminal stays blocking, as other programs have it open too, so it is
/// asked first.
fn read(chunk: &mut [u8]) -> io::Result<usize> {
    match is_readable(Some(&Timespec::default()))? {
        true => Ok(rustix::io::read(tty(), chunk)?),
        false => Err(io::ErrorKind::WouldBlock.into()),
    }
}

impl Stream for Events {
    type Item = io::Result<Input>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        loop {
            if let Some(input) = this.parser.next() {
                return Poll::Ready(Some(Ok(input)));
            }
            if this.resized.poll_recv(context).is_ready() {
                let size = terminal::size();
                return Poll::Ready(Some(size.map(|(w, h)| Input::Resize(w, h))));
            }
            match this.poll_read(context) {
                Poll::Ready(Ok(0)) => return Poll::Ready(None),
                Poll::Ready(Ok(count)) => {
                    this.parser.advance(&this.chunk[..count]);
                    if let Some(patience) = this.waits() {
                        this.gives_up.as_mut().reset(Instant::now() + patience);
                        // A long paste is not to keep signals and frames waiting.
                        context.waker().wake_by_ref();
                        return Poll::Pending;
                    }
                    continue;
                }
                Poll::Ready(Err(error)) if error.kind() == io::ErrorKind::Interrupted => continue,
                Poll::Ready(Err(error)) => return Poll::Ready(Some(Err(error))),
                Poll::Pending => {}
            }
            // All that has come was read before time is asked, so that a busy loop cuts nothing.
            if this.waits().is_none() {
                return Poll::Pending;
            }
            ready!(this.gives_up.as_mut().poll(context));
            this.parser.give_up();
        }
    }
}

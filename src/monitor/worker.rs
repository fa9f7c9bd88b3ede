//! Collectors that may block, each on a thread of its own, so that none keeps another waiting.

use std::io;
use std::thread;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, unbounded};

use super::collectors::{Answer, Ask, Collector, CollectorKind, ask};

/// Room for calls of such a thread, in bytes; drivers and name services want some.
const STACK: usize = 512 << 10;

/// A collector on its own thread, which begins with the first question. It ends when this is
/// dropped, once the collector answers; nobody waits for one that hangs.
pub(super) struct Worker {
    kind: CollectorKind,
    stage: Stage,
    pending: Option<Duration>,
}

enum Stage {
    /// Not asked yet.
    Waiting(Box<dyn Collector>, Sender<Answer>),
    Running(Sender<Order>),
    /// The system gave no thread.
    Lost,
}

enum Order {
    Ask(Ask),
    Forget,
    Rest,
}

impl Worker {
    /// Gives the answers of `collector` to `answers`.
    pub(super) fn new(
        kind: CollectorKind,
        collector: Box<dyn Collector>,
        answers: Sender<Answer>,
    ) -> Self {
        Self {
            kind,
            stage: Stage::Waiting(collector, answers),
            pending: None,
        }
    }

    /// Asks, unless an earlier question is still open. Whether it did.
    ///
    /// # Errors
    /// Where the system gives no thread, now and ever after.
    pub(super) fn ask(&mut self, ask: Ask) -> io::Result<bool> {
        if self.pending.is_some() {
            return Ok(false);
        }
        let lost = || io::Error::other("the system gave no thread for it");
        self.stage = match std::mem::replace(&mut self.stage, Stage::Lost) {
            Stage::Waiting(collector, answers) => {
                let (kind, (orders, inbox)) = (self.kind, unbounded());
                thread::Builder::new()
                    .name(format!("watch-{kind}"))
                    .stack_size(STACK)
                    .spawn(move || run(kind, collector, &inbox, &answers))?;
                Stage::Running(orders)
            }
            Stage::Running(orders) => Stage::Running(orders),
            Stage::Lost => return Err(lost()),
        };
        self.pending = Some(ask.at);
        self.send(Order::Ask(ask));
        Ok(true)
    }

    /// Takes note that an answer came.
    pub(super) fn answered(&mut self) {
        self.pending = None;
    }

    /// When the question was asked that is still open.
    pub(super) fn pending(&self) -> Option<Duration> {
        self.pending
    }

    /// See [`Collector::forget`].
    pub(super) fn forget(&self) {
        self.send(Order::Forget);
    }

    /// See [`Collector::rest`].
    pub(super) fn rest(&self) {
        self.send(Order::Rest);
    }

    fn send(&self, order: Order) {
        match &self.stage {
            Stage::Running(orders) => {
                // The thread takes orders until we are gone.
                let _ = orders.send(order);
            }
            // It holds nothing yet, or is no more.
            Stage::Waiting(..) | Stage::Lost => {}
        }
    }
}

fn run(
    kind: CollectorKind,
    mut collector: Box<dyn Collector>,
    inbox: &Receiver<Order>,
    answers: &Sender<Answer>,
) {
    for order in inbox {
        match order {
            Order::Ask(question) => {
                let answer = ask(kind, &mut *collector, question);
                if answers.send(answer).is_err() {
                    return;
                }
            }
            Order::Forget => collector.forget(),
            Order::Rest => collector.rest(),
        }
    }
}

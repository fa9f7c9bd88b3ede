//! Does what actions say: two threads, one for webhooks and one for programs, each with a bounded
//! queue, so that nothing here ever keeps the monitor waiting.

use std::collections::VecDeque;
use std::io;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, TryRecvError, bounded, never, select};

use super::command::Running;
use super::{Action, Protocol, webhook};
use crate::monitor::alerts::rule::Severity;
use crate::resilience::breaker::{Breaker, BreakerSettings};
use crate::resilience::clock::Clock;
use crate::resilience::retry::RetrySettings;
use crate::telemetry::SecretUrl;

/// How often running programs are looked at.
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// How often killed programs are looked at before the runner ends without them.
const LAST_LOOKS: u32 = 10;
/// Alerts that could not be sent and are kept, at most.
const MOST_KEPT: usize = 32;
/// Reports that wait to be read; further ones are only logged.
const MOST_REPORTS: usize = 64;

/// Settings of a [`Runner`].
#[derive(Debug, Clone)]
pub struct RunnerSettings {
    /// Webhooks and programs that may wait, each. Default: 32.
    pub queue: usize,
    /// Programs that may run at once. Default: 2.
    pub programs: usize,
    /// How long a program may run. Default: 30 s.
    pub program_timeout: Duration,
    /// How long one try of a webhook may take. Default: 10 s.
    pub webhook_timeout: Duration,
    /// When a webhook is tried again. Default: three times, after at most 0.5, 1 and 2 s.
    pub retry: RetrySettings,
    /// How often a webhook that could not be sent is tried anew. Default: 15 s.
    pub look_again: Duration,
    /// When webhooks are given up for a while. Default: as for other breakers, with a break of
    /// 30 s at first.
    pub breaker: BreakerSettings,
    /// How notifications are asked for.
    pub protocol: Protocol,
}

impl Default for RunnerSettings {
    fn default() -> Self {
        Self {
            queue: 32,
            programs: 2,
            program_timeout: Duration::from_secs(30),
            webhook_timeout: Duration::from_secs(10),
            retry: RetrySettings {
                base: Duration::from_millis(500),
                ..RetrySettings::default()
            },
            look_again: Duration::from_secs(15),
            breaker: BreakerSettings {
                slow_after: Duration::from_secs(10),
                open_for: Duration::from_secs(30),
                ..BreakerSettings::default()
            },
            protocol: Protocol::default(),
        }
    }
}

/// How an action ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Well.
    Done,
    /// Not, and why.
    Failed(String),
    /// It was not tried: the breaker is open.
    Refused(String),
    /// It took too long and was killed.
    TimedOut,
}

/// What became of a webhook or a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Scheme and host, or the program.
    pub target: String,
    /// How it ended.
    pub outcome: Outcome,
}

/// What [`Runner::perform`] leaves to the caller.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Performed {
    /// For the terminal, to be written by its owner.
    pub terminal: Vec<u8>,
    /// Actions that were dropped because a queue was full.
    pub dropped: usize,
}

struct Webhook {
    url: SecretUrl,
    alert: String,
    body: String,
}

struct Program {
    argv: Vec<String>,
    environment: Vec<(&'static str, String)>,
}

/// Performs actions. Dropping it drops what waits, kills running programs and lets a webhook that
/// is on its way go on without being waited for.
#[derive(Debug)]
pub struct Runner {
    webhooks: Sender<Webhook>,
    programs: Sender<Program>,
    reports: Receiver<Report>,
    breaker: Breaker,
    protocol: Protocol,
    /// Closed by being dropped, which ends both threads.
    stop: Option<Sender<()>>,
    program_thread: Option<JoinHandle<()>>,
}

impl Runner {
    /// Starts the threads. `clock` is that of time-outs and of the breaker.
    ///
    /// # Errors
    /// Where the system gives no thread.
    pub fn start(settings: &RunnerSettings, clock: &Clock) -> io::Result<Self> {
        let (webhooks, webhook_queue) = bounded(settings.queue);
        let (programs, program_queue) = bounded(settings.queue);
        let (reporter, reports) = bounded(MOST_REPORTS);
        let (stop, stopped) = bounded(0);
        let breaker = Breaker::new("alert webhooks", settings.breaker.clone(), clock.clone());
        let sender =
            webhook::Sender::new(settings.webhook_timeout, settings.retry, breaker.clone());
        let look_again = settings.look_again;
        let (reporter_too, stopped_too) = (reporter.clone(), stopped.clone());
        thread::Builder::new()
            .name("alert-webhooks".to_owned())
            .spawn(move || {
                let post = Post {
                    sender,
                    queue: webhook_queue,
                    stopped: stopped_too,
                    reporter: reporter_too,
                    look_again,
                    kept: VecDeque::new(),
                };
                post.run();
            })?;
        let hall = Hall {
            queue: program_queue,
            stopped,
            reporter,
            most: settings.programs.max(1),
            timeout: settings.program_timeout,
            clock: clock.clone(),
        };
        let program_thread = thread::Builder::new()
            .name("alert-programs".to_owned())
            .spawn(move || hall.run())?;
        Ok(Self {
            webhooks,
            programs,
            reports,
            breaker,
            protocol: settings.protocol,
            stop: Some(stop),
            program_thread: Some(program_thread),
        })
    }

    /// Logs, queues webhooks and programs, and returns the bytes for the terminal. Waits for
    /// nothing.
    pub fn perform(&self, actions: Vec<Action>) -> Performed {
        let mut performed = Performed::default();
        for action in actions {
            if let Some(bytes) = action.terminal_bytes(self.protocol) {
                performed.terminal.extend(bytes);
            }
            let is_taken = match action {
                Action::Bell | Action::Notify { .. } => true,
                Action::Log { severity, line } => {
                    log(severity, &line);
                    true
                }
                Action::Webhook { url, alert, body } => {
                    let webhook = Webhook { url, alert, body };
                    self.webhooks.try_send(webhook).is_ok()
                }
                Action::Command { argv, environment } => {
                    let program = Program { argv, environment };
                    self.programs.try_send(program).is_ok()
                }
            };
            performed.dropped += usize::from(!is_taken);
        }
        if performed.dropped > 0 {
            tracing::warn!("{} alert actions dropped: too many wait", performed.dropped);
        }
        performed
    }

    /// What became of webhooks and programs.
    #[must_use]
    pub fn reports(&self) -> &Receiver<Report> {
        &self.reports
    }

    /// The breaker of webhooks, to be shown among the others.
    #[must_use]
    pub fn breaker(&self) -> &Breaker {
        &self.breaker
    }
}

impl Drop for Runner {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(thread) = self.program_thread.take() {
            // It looks at its programs often and ends at once; a panic in it is already logged.
            let _ = thread.join();
        }
    }
}

fn log(severity: Severity, line: &str) {
    match severity {
        Severity::Info => tracing::info!("{line}"),
        Severity::Warning => tracing::warn!("{line}"),
        Severity::Critical => tracing::error!("{line}"),
    }
}

fn report(reporter: &Sender<Report>, target: String, outcome: Outcome) {
    match &outcome {
        Outcome::Done => tracing::debug!("alert action done: {target}"),
        Outcome::Failed(why) | Outcome::Refused(why) => {
            tracing::warn!("alert action failed: {target}: {why}");
        }
        Outcome::TimedOut => tracing::warn!("alert action took too long: {target}"),
    }
    // Where nobody reads reports the log has told it.
    let _ = reporter.try_send(Report { target, outcome });
}

/// Where webhooks are sent from.
struct Post {
    sender: webhook::Sender,
    queue: Receiver<Webhook>,
    stopped: Receiver<()>,
    reporter: Sender<Report>,
    look_again: Duration,
    /// Those that could not be sent, the newest of each alert.
    kept: VecDeque<Webhook>,
}

impl Post {
    /// Sends webhooks one after another until `stopped` is closed.
    fn run(mut self) {
        loop {
            let pause = match self.kept.is_empty() {
                true => Duration::MAX,
                false => self.look_again,
            };
            select! {
                recv(self.stopped) -> _ => break,
                recv(self.queue) -> webhook => match webhook {
                    Ok(webhook) => {
                        // It tells how the alert stands now.
                        self.kept.retain(|kept| kept.alert != webhook.alert);
                        self.send(webhook, true);
                    }
                    Err(_) => break,
                },
                default(pause) => self.send_kept(),
            }
            if self.stopped.try_recv() == Err(TryRecvError::Disconnected) {
                break;
            }
        }
        if !self.kept.is_empty() {
            tracing::warn!("{} alerts were not sent to the webhook", self.kept.len());
        }
    }

    /// Sends what was kept, up to the first that still cannot be sent.
    fn send_kept(&mut self) {
        while let Some(webhook) = self.kept.pop_front() {
            if !self.send(webhook, false) {
                return;
            }
        }
    }

    /// Sends a webhook, or keeps it where it may be sent later, which is told of a new one. Returns
    /// whether it is done with.
    fn send(&mut self, webhook: Webhook, is_new: bool) -> bool {
        let stopped = &self.stopped;
        let wait = |delay| stopped.recv_timeout(delay) == Err(RecvTimeoutError::Timeout);
        let url = webhook.url.expose();
        let (outcome, is_done) = self.sender.send(url, &webhook.body, wait);
        if is_done || is_new {
            report(&self.reporter, webhook::shown(url), outcome);
        }
        if is_done {
            return true;
        }
        if self.kept.len() >= MOST_KEPT {
            self.kept.pop_front();
            tracing::warn!("an alert is not sent to the webhook: {MOST_KEPT} others wait");
        }
        match is_new {
            true => self.kept.push_back(webhook),
            false => self.kept.push_front(webhook),
        }
        false
    }
}

/// Where programs run.
struct Hall {
    queue: Receiver<Program>,
    stopped: Receiver<()>,
    reporter: Sender<Report>,
    most: usize,
    timeout: Duration,
    clock: Clock,
}

impl Hall {
    fn run(self) {
        let mut running: Vec<Running> = Vec::new();
        let nothing = never();
        loop {
            let has_room = running.len() < self.most;
            let queue = if has_room { &self.queue } else { &nothing };
            // Without running programs there is nothing to look at.
            let pause = if running.is_empty() {
                Duration::MAX
            } else {
                LOOK_EVERY
            };
            select! {
                recv(self.stopped) -> _ => break,
                recv(queue) -> program => match program {
                    Ok(program) => self.start(&program, &mut running),
                    Err(_) => break,
                },
                default(pause) => {}
            }
            let now = self.clock.now();
            running.retain_mut(|program| {
                let Some(outcome) = program.ended(now) else {
                    return true;
                };
                report(&self.reporter, program.program.clone(), outcome);
                false
            });
        }
        for program in &mut running {
            program.kill();
        }
        // So that none stays unburied; one that does not end by this is not waited for.
        for _ in 0..LAST_LOOKS {
            running.retain_mut(|program| program.ended(Duration::ZERO).is_none());
            if running.is_empty() {
                break;
            }
            thread::sleep(LOOK_EVERY);
        }
    }

    fn start(&self, program: &Program, running: &mut Vec<Running>) {
        let end = self.clock.now().saturating_add(self.timeout);
        match Running::start(&program.argv, &program.environment, end) {
            Ok(started) => running.push(started),
            Err(error) => {
                let name = program.argv.first().cloned().unwrap_or_default();
                report(&self.reporter, name, Outcome::Failed(error.to_string()));
            }
        }
    }
}

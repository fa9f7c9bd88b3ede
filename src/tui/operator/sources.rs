//! Where the samples of the operator's view come from.

use std::collections::VecDeque;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, unbounded};
use tokio::sync::mpsc::UnboundedSender;

use crate::monitor::alerts::{Sentry, SentrySettings};
use crate::monitor::share::{
    Attached, RecordError, Recorder, RecorderSettings, Recording, ShareError, Update, attach,
};
use crate::monitor::{History, Need, Snapshot};
use crate::resilience::clock::{Clock, Hand};
use crate::telemetry::Line;

use super::super::TuiError;
use super::super::app::Input;
use super::super::panes::monitor::{AlertRow, LogRow, MonitorEffect, Standings};
use super::super::units::counted;
use super::super::watching::{
    OpenPost, Sampled, WatchOptions, Watching, Work, alert_rows, export, log_line, log_row,
};
use super::{OperatorOptions, Watched};

/// Lines of another's log that are held.
const LINES: usize = 500;
/// The same of a recording.
const RECORDED_LINES: usize = 20_000;

/// A sample to write down, and the last lines of the log where there are new ones; none ends it.
type ToRecord = Option<(Arc<Snapshot>, Option<Vec<LogRow>>)>;

/// Who gives the samples.
pub(super) struct Source {
    title: String,
    from: From,
    /// Writes them down, and ends when it is dropped.
    recording: Option<JoinHandle<()>>,
    record: Option<Sender<ToRecord>>,
}

enum From {
    Here(Watching),
    /// Another process, or a file: what is known of it is in the histories.
    Elsewhere(History, WatchOptions),
}

/// What is to be watched, once it is known to be there.
enum Reached<'a> {
    Here,
    Other(Attached, &'a Path),
    Recording(&'a Path),
}

impl Drop for Source {
    fn drop(&mut self) {
        if let Some(record) = self.record.take() {
            // The thread has ended where the file could not be written.
            let _ = record.send(None);
        }
        if let Some(Err(_)) = self.recording.take().map(JoinHandle::join) {
            tracing::error!("the recording's thread panicked; the log has the place");
        }
    }
}

impl Source {
    /// Starts it. What goes wrong later, and leaves nothing to show, goes to `failures`.
    pub(super) fn start(
        options: &OperatorOptions,
        arrivals: UnboundedSender<Input>,
        failures: UnboundedSender<TuiError>,
    ) -> Result<Self, TuiError> {
        // What cannot be watched leaves no file of a recording behind.
        let reached = match &options.watched {
            Watched::Here => Reached::Here,
            Watched::Other(address) => {
                Reached::Other(attach(address, true).map_err(TuiError::Share)?, address)
            }
            Watched::Recording(path) => {
                Recording::check(path).map_err(TuiError::Record)?;
                Reached::Recording(path)
            }
        };
        let (record, recording) = match &options.record {
            Some(path) => {
                let (record, thread) = recorder(path)?;
                (Some(record), Some(thread))
            }
            None => (None, None),
        };
        let (taken, samples) = (record.clone(), arrivals.clone());
        let send = move |sampled: Sampled| {
            if let Some(record) = &taken {
                // The thread has ended where the file could not be written; it said so.
                let _ = record.send(Some((sampled.snapshot.clone(), sampled.log.clone())));
            }
            // The loop has ended where nobody listens.
            let _ = samples.send(Input::Sampled(Box::new(sampled)));
        };
        let (title, from) = match reached {
            Reached::Here => {
                let options = WatchOptions {
                    share: None,
                    ..options.watch.clone()
                };
                let watching = Watching::start(&options, (None, OpenPost::default()), send)
                    .map_err(io::Error::other)?;
                watching.control().need(Need::Pane, true);
                ("this machine".to_owned(), From::Here(watching))
            }
            Reached::Other(attached, address) => {
                let told = arrivals.clone();
                let address = address.to_owned();
                let title = format!("{} ({})", attached.hello.title, attached.hello.pid);
                let history = History::detached();
                let (filled, rules) = (history.clone(), options.watch.sentry.clone());
                thread::Builder::new()
                    .name("postwright-follow".to_owned())
                    .spawn(move || {
                        let again = || attach(&address, false).ok();
                        follow((attached, again), rules, &filled, send, |why| {
                            let _ = told.send(Input::Done(Err(why)));
                        });
                    })?;
                (title, From::Elsewhere(history, options.watch.clone()))
            }
            Reached::Recording(path) => {
                let history = History::detached();
                let (filled, rules) = (history.clone(), options.watch.sentry.clone());
                let (tell, path_too) = (progress(arrivals.clone()), path.to_owned());
                thread::Builder::new()
                    .name("postwright-replay".to_owned())
                    .spawn(move || match load(&path_too, rules, &filled, tell) {
                        Ok((end, told)) => {
                            send(end);
                            let _ = arrivals.send(Input::Done(Ok(told)));
                        }
                        Err(error) => {
                            let _ = failures.send(TuiError::Record(error));
                        }
                    })?;
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                let title = name.into_owned();
                (title, From::Elsewhere(history, options.watch.clone()))
            }
        };
        Ok(Self {
            title,
            from,
            recording,
            record,
        })
    }

    /// What is watched, for the frame.
    pub(super) fn title(&self) -> String {
        self.title.clone()
    }

    pub(super) fn history(&self) -> History {
        match &self.from {
            From::Here(watching) => watching.history(),
            From::Elsewhere(history, _) => history.clone(),
        }
    }

    /// Takes note of the bytes and the time that frames took in all.
    pub(super) fn count(&self, sent: u64, drawing: Duration) {
        if let From::Here(watching) = &self.from {
            watching.control().terminal_bytes(sent);
            watching.control().drawing(drawing);
        }
    }

    /// What is to be done for the pane; see [`Watching::perform`].
    pub(super) fn perform(&self, effect: MonitorEffect) -> Option<Work> {
        let (history, options) = match &self.from {
            From::Here(watching) => return watching.perform(effect),
            From::Elsewhere(history, options) => (history.clone(), options),
        };
        match effect {
            MonitorEffect::Export { at, lines } => {
                let folder = options.bundles.clone();
                Some(Box::new(move || {
                    let folder = folder.ok_or("no folder for bundles is known")?;
                    export(&folder, &history, None, (at, lines))
                }))
            }
            // The other side sends all tables, and the pane changes nothing elsewhere.
            MonitorEffect::ForceBreaker { .. }
            | MonitorEffect::SetCollector { .. }
            | MonitorEffect::WantTable { .. }
            | MonitorEffect::Ask { .. }
            | MonitorEffect::AskFilter { .. }
            | MonitorEffect::Tell(_) => None,
        }
    }
}

/// A thread that writes samples into a new file at `path`, until it is sent none.
fn recorder(path: &Path) -> Result<(Sender<ToRecord>, JoinHandle<()>), TuiError> {
    let mut recorder =
        Recorder::create(path, RecorderSettings::default()).map_err(TuiError::Record)?;
    let (sender, samples): (_, Receiver<ToRecord>) = unbounded();
    let write = move || {
        let mut newest = 0;
        while let Ok(Some((snapshot, log))) = samples.recv() {
            let is_new = |row: &LogRow| row.number > newest && row.number < u64::MAX;
            let lines = log.unwrap_or_default().into_iter().filter(is_new);
            let lines: Vec<Line> = lines.map(log_line).collect();
            newest = lines.last().map_or(newest, |line| line.number);
            if let Err(error) = recorder.record(&snapshot, &lines) {
                tracing::error!("nothing more is recorded: {error}");
                return;
            }
        }
    };
    let thread = thread::Builder::new()
        .name("postwright-record".to_owned())
        .spawn(write)?;
    Ok((sender, thread))
}

/// Takes what another process sends until it ends, and asks our own rules of it; nobody is told of
/// alerts but who looks. Where we were dropped for being slow, `again` takes up the watch.
fn follow(
    (mut attached, again): (Attached, impl Fn() -> Option<Attached>),
    rules: Option<SentrySettings>,
    history: &History,
    send: impl Fn(Sampled),
    tell: impl Fn(String),
) {
    let mut rules = rules.map(Rules::new);
    let mut log: Vec<LogRow> = Vec::new();
    let mut newest = 0;
    let mut last: Option<Arc<Snapshot>> = None;
    let why = loop {
        match attached.next() {
            Some(Ok(Update::Log(lines))) => {
                // Who takes up the watch is told the last lines once more.
                let new = lines.iter().filter(|line| line.number > newest);
                log.extend(new.map(log_row));
                log.drain(..log.len().saturating_sub(LINES));
                newest = lines.last().map_or(newest, |line| line.number.max(newest));
            }
            Some(Ok(Update::Snapshot(snapshot))) => {
                let snapshot = Arc::new(*snapshot);
                let since = push(history, last.as_deref(), &snapshot);
                send(Sampled {
                    snapshot: snapshot.clone(),
                    alerts: rules.as_mut().map(|rules| rules.ask(&snapshot, since)),
                    log: Some(log.clone()),
                    ..Sampled::default()
                });
                last = Some(snapshot);
            }
            Some(Err(error @ ShareError::TooSlow { .. })) => match again() {
                Some(anew) => {
                    attached = anew;
                    tell("this viewer was too slow, and has missed some samples".to_owned());
                }
                None => break error.to_string(),
            },
            Some(Err(error)) => break error.to_string(),
            None => break "it has ended".to_owned(),
        }
    };
    let snapshot = last.unwrap_or_default();
    log.push(ended(&snapshot, &why));
    send(Sampled {
        snapshot,
        log: Some(log),
        ..Sampled::default()
    });
    tell(format!("nothing more comes: {why}"));
}

/// A line that says why nothing more comes.
fn ended(last: &Snapshot, why: &str) -> LogRow {
    log_row(&Line {
        number: u64::MAX,
        at_ms: last.at_ms,
        level: crate::telemetry::Level::Error,
        room: "monitor".into(),
        text: why.into(),
    })
}

/// Our own rules over samples of elsewhere, by the time that these carry.
struct Rules {
    sentry: Sentry,
    hand: Hand,
}

impl Rules {
    fn new(settings: SentrySettings) -> Self {
        let (clock, hand) = Clock::manual();
        Self {
            sentry: Sentry::new(settings.silent(), &clock),
            hand,
        }
    }

    /// The alerts at a snapshot that comes so long after the one before.
    fn ask(&mut self, snapshot: &Snapshot, since: Duration) -> Vec<AlertRow> {
        self.hand.advance(since);
        alert_rows(self.sentry.take(snapshot).standings)
    }
}

/// Puts a snapshot into the histories, at the time that it carries; how long that is after the one
/// before.
fn push(history: &History, before: Option<&Snapshot>, snapshot: &Arc<Snapshot>) -> Duration {
    let since = before.map_or(1_000, |b| snapshot.at_ms.saturating_sub(b.at_ms));
    let since = Duration::from_millis(since.clamp(1, 60_000));
    history.push(snapshot.at_ms, since, snapshot);
    since
}

/// Tells the operator how much of a recording was read, by the percent.
fn progress(arrivals: UnboundedSender<Input>) -> impl FnMut(f64) {
    let mut last = None;
    move |share: f64| {
        // A percentage.
        let percent = (share * 100.0) as u32;
        if last.replace(percent) != Some(percent) {
            let told = format!("reading the recording: {percent} %");
            // The loop has ended where nobody listens.
            let _ = arrivals.send(Input::Done(Ok(told)));
        }
    }
}

/// Reads a recording and puts it into the histories; its end, and what to tell of it.
fn load(
    path: &Path,
    rules: Option<SentrySettings>,
    history: &History,
    mut tell: impl FnMut(f64),
) -> Result<(Sampled, String), RecordError> {
    // Half of the work is to find the samples, half to put them into the histories.
    let recording = Recording::open_told(path, |share| tell(share / 2.0))?;
    let recording = Arc::new(recording);
    let end = replay(&recording, rules, history, |share| tell(0.5 + share / 2.0))?;
    let torn = match recording.is_torn() {
        true => ", torn at its end",
        false => "",
    };
    let told = format!("{} were recorded{torn}", counted(recording.len(), "sample"));
    Ok((end, told))
}

/// Puts a whole recording into the histories; its end.
fn replay(
    recording: &Arc<Recording>,
    rules: Option<SentrySettings>,
    history: &History,
    mut tell: impl FnMut(f64),
) -> Result<Sampled, RecordError> {
    history.read_from(recording.clone());
    let mut rules = rules.map(Rules::new);
    let mut end = Sampled::default();
    let mut standings = Standings::of_recording();
    let mut last: Option<Arc<Snapshot>> = None;
    let mut log: Option<VecDeque<LogRow>> = None;
    for index in 0..recording.len() {
        let snapshot = Arc::new(recording.get(index)?);
        if let Some(lines) = recording.log(index)? {
            let log = log.get_or_insert_default();
            log.extend(lines.iter().map(log_row));
            log.drain(..log.len().saturating_sub(RECORDED_LINES));
        }
        let since = push(history, last.as_deref(), &snapshot);
        end.alerts = rules.as_mut().map(|rules| rules.ask(&snapshot, since));
        standings.push(snapshot.at_ms, end.alerts.as_deref().unwrap_or_default());
        last = Some(snapshot);
        tell((index + 1) as f64 / recording.len() as f64);
    }
    end.standings = Some(standings);
    end.has_no_log = log.is_none();
    end.log = log.map(Vec::from);
    end.snapshot = last.unwrap_or_default();
    Ok(end)
}

#[cfg(test)]
mod tests;

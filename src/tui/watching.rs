//! The monitor behind the panes: what it is started with, what follows from its samples, and what
//! the pane asks of it.

use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch::Receiver;

use crate::engine::Engine;
use crate::monitor::alerts::rule::Severity;
use crate::monitor::alerts::state::Phase;
use crate::monitor::alerts::{Sentry, SentrySettings, Standing};
use crate::monitor::metrics::families;
use crate::monitor::share::bundle::{self, Bundle};
use crate::monitor::share::{Offer, Server};
use crate::monitor::{
    self, BreakerState, CollectorKind, Control, History, Monitor, MonitorError, Need, Snapshot,
    Table,
};
use crate::resilience::{Breaker, Clock};
use crate::store::journal::Lag;
use crate::telemetry::line::{Filter, Level};
use crate::telemetry::{Line, Ring, exposition};

use super::panes::monitor::{
    AlertRow, AlertSeverity, AlertState, BreakerAction, LogRow, MonitorEffect, MonitorPane,
    Standings,
};

/// Lines of the log that the pane holds.
const LINES: usize = 500;
/// Milliseconds around a moment of which a bundle tells.
const AROUND_MS: u64 = 60_000;
/// Most snapshots in it.
const MOST_AROUND: usize = 240;
/// Most snapshots of the last minutes that who begins to watch gets.
const MOST_PAST: usize = 300;
/// What an order to a breaker is put down to.
const BY_HAND: &str = "ordered in the monitor";

/// Something to do off the terminal's thread; what it answers is told to the operator.
pub(super) type Work = Box<dyn FnOnce() -> Result<String, String> + Send>;

/// What the monitor is started with.
#[derive(Clone, Default)]
pub struct WatchOptions {
    /// What is sampled, and how often.
    pub monitor: monitor::Settings,
    /// Rules of alerts; none where they are switched off.
    pub sentry: Option<SentrySettings>,
    /// The folder of the socket on which others may watch; none where they may not.
    pub share: Option<PathBuf>,
    /// The last lines of the log.
    pub ring: Option<Ring>,
    /// Where bundles go.
    pub bundles: Option<PathBuf>,
    /// Seconds that the user's time is ahead of UTC.
    pub utc_offset: i32,
}

/// A sample and what follows from it.
#[derive(Debug, Clone, Default)]
pub struct Sampled {
    pub snapshot: Arc<Snapshot>,
    /// The alerts, where rules are watched.
    pub alerts: Option<Vec<AlertRow>>,
    /// How they stood before, where that comes at once, as with a recording.
    pub standings: Option<Standings>,
    /// The last lines of the log, where there are new ones.
    pub log: Option<Vec<LogRow>>,
    /// Whether it was recorded without its log.
    pub has_no_log: bool,
    /// Bytes that make the terminal ring or notify.
    pub terminal: Vec<u8>,
}

impl Sampled {
    /// Shows it; what is left are bytes for the terminal.
    pub(super) fn show_in(self, pane: &mut MonitorPane) -> Option<Vec<u8>> {
        if let Some(alerts) = self.alerts {
            pane.set_alerts(alerts);
        }
        if let Some(standings) = self.standings {
            pane.set_standings(standings);
        }
        if let Some(log) = self.log {
            pane.set_log(log);
        }
        if self.has_no_log {
            pane.set_no_log();
        }
        pane.set_snapshot(self.snapshot);
        Some(self.terminal).filter(|bytes| !bytes.is_empty())
    }
}

/// What is told of the open post: how far its journal is behind, where it has one, and its title.
#[derive(Debug, Clone, Default)]
pub(super) struct OpenPost(Arc<Mutex<(Option<Lag>, String)>>);

impl OpenPost {
    pub(super) fn follow(&self, lag: Option<Lag>, title: String) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = (lag, title);
    }

    fn lag_ms(&self) -> Option<f64> {
        let open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        open.0.as_ref().map(|lag| lag.behind().as_secs_f64() * 1e3)
    }

    fn title(&self) -> String {
        let open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        open.1.clone()
    }
}

/// A running monitor, and what it needs for what the pane asks.
pub(super) struct Watching {
    monitor: Monitor,
    control: Control,
    engine: Option<Engine>,
    /// The breaker of alerts' webhooks.
    webhooks: Option<Breaker>,
    ring: Option<Ring>,
    bundles: Option<PathBuf>,
}

/// What is done with each sample, off the terminal's thread.
struct Duty {
    sentry: Option<Sentry>,
    control: Control,
    server: Option<Server>,
    ring: Option<Ring>,
    /// The newest line that was shown.
    shown: u64,
}

impl Watching {
    /// Starts it. `tell` is called on the runtime's thread with each sample.
    ///
    /// # Errors
    /// Where the system gives no thread.
    pub(super) fn start(
        options: &WatchOptions,
        (engine, open): (Option<Engine>, OpenPost),
        tell: impl Fn(Sampled) + Send + 'static,
    ) -> Result<Self, MonitorError> {
        let clock = Clock::system();
        let sentry = options.sentry.clone().map(|s| Sentry::new(s, &clock));
        let webhooks = sentry.as_ref().and_then(Sentry::breaker).cloned();
        let (asked, ring, told) = (engine.clone(), options.ring.clone(), open.clone());
        let shown = webhooks.clone();
        let monitor = monitor::start(options.monitor.clone(), move || {
            let mut program = asked.as_ref().map(Engine::program).unwrap_or_default();
            let webhooks = shown
                .iter()
                .map(|b| BreakerState::of(&b.snapshot(), clock.now()));
            program.breakers.extend(webhooks);
            monitor::Program {
                journal_lag_ms: told.lag_ms(),
                log_lines: ring.as_ref().map(Ring::counts).unwrap_or_default(),
                ..program
            }
        })?;
        let control = monitor.control();
        control.need(Need::Alerts, options.sentry.is_some());
        let duty = Duty {
            sentry,
            control: control.clone(),
            server: server(options, open, (&control, monitor.history())),
            ring: options.ring.clone(),
            shown: 0,
        };
        tokio::spawn(follow(monitor.subscribe(), duty, tell));
        Ok(Self {
            control,
            engine,
            webhooks,
            ring: options.ring.clone(),
            bundles: options.bundles.clone(),
            monitor,
        })
    }

    pub(super) fn control(&self) -> &Control {
        &self.control
    }

    pub(super) fn history(&self) -> History {
        self.monitor.history()
    }

    /// Carries out an effect of the pane; what may take a while is left to be done.
    pub(super) fn perform(&self, effect: MonitorEffect) -> Option<Work> {
        match effect {
            MonitorEffect::SetCollector { name, on } => {
                match name.parse::<CollectorKind>() {
                    Ok(kind) => self.control.set_enabled(kind, on),
                    Err(error) => tracing::warn!("{error}"),
                }
                None
            }
            MonitorEffect::WantTable { table, wanted } => {
                self.control.want(Need::Pane, table, wanted);
                None
            }
            MonitorEffect::ForceBreaker { name, to } => {
                let (engine, webhooks) = (self.engine.clone(), self.webhooks.clone());
                Some(Box::new(move || {
                    let mut breakers = engine.as_ref().map(Engine::breakers).unwrap_or_default();
                    breakers.extend(webhooks);
                    force(&breakers, &name, to)
                }))
            }
            MonitorEffect::Export { at, lines } => {
                let (history, ring) = (self.history(), self.ring.clone());
                let folder = self.bundles.clone();
                Some(Box::new(move || {
                    let folder = folder.ok_or("no folder for bundles is known")?;
                    export(&folder, &history, ring.as_ref(), (at, lines))
                }))
            }
            // The state's own affairs.
            MonitorEffect::Ask { .. }
            | MonitorEffect::AskFilter { .. }
            | MonitorEffect::Tell(_) => None,
        }
    }
}

/// The socket on which others may watch; the program works as well without.
fn server(
    options: &WatchOptions,
    open: OpenPost,
    (control, history): (&Control, History),
) -> Option<Server> {
    let folder = options.share.as_deref()?;
    let woken = control.clone();
    let offer = Offer {
        title: Arc::new(move || open.title()),
        ring: options.ring.clone().unwrap_or_else(|| Ring::new(0, 0)),
        expose: Arc::new(exposed),
        past: Arc::new(move || history.past(MOST_PAST)),
        watched: Arc::new(move |is_watched| {
            woken.need(Need::Attached, is_watched);
            woken.want(Need::Attached, Table::Processes, is_watched);
            woken.want(Need::Attached, Table::Threads, is_watched);
        }),
    };
    let server = Server::listen(folder, offer);
    let told = server.inspect_err(|e| tracing::warn!("nobody else can watch: {e}"));
    told.ok()
}

/// The metrics of a snapshot in the text format of Prometheus.
#[must_use]
pub fn exposed(snapshot: &Snapshot) -> String {
    let mut out = String::new();
    // A string takes everything.
    let _ = exposition::write(&families(snapshot), &mut out);
    out
}

async fn follow(
    mut snapshots: Receiver<Arc<Snapshot>>,
    mut duty: Duty,
    tell: impl Fn(Sampled) + Send + 'static,
) {
    while snapshots.changed().await.is_ok() {
        let snapshot = snapshots.borrow_and_update().clone();
        let worked = tokio::task::spawn_blocking(move || {
            let sampled = duty.take(snapshot);
            (duty, sampled)
        });
        let Ok((back, sampled)) = worked.await else {
            tracing::error!("the watch over samples has panicked; alerts are not watched any more");
            return;
        };
        duty = back;
        tell(sampled);
    }
}

impl Duty {
    fn take(&mut self, snapshot: Arc<Snapshot>) -> Sampled {
        if let Some(server) = &self.server {
            server.publish(&snapshot);
        }
        let watched = self.sentry.as_mut().map(|sentry| sentry.take(&snapshot));
        let (standings, terminal) =
            watched.map_or((None, Vec::new()), |w| (Some(w.standings), w.terminal));
        if let Some(standings) = &standings {
            // Whoever goes back to the moment asks what was running.
            let is_firing = standings.iter().any(|s| s.phase == Phase::Firing);
            for table in [Table::Processes, Table::Threads] {
                self.control.want(Need::Alerts, table, is_firing);
            }
        }
        Sampled {
            snapshot,
            alerts: standings.map(alert_rows),
            standings: None,
            log: self.new_lines(),
            has_no_log: false,
            terminal,
        }
    }

    fn new_lines(&mut self) -> Option<Vec<LogRow>> {
        let ring = self.ring.as_ref()?;
        let newest = ring.newest();
        if newest == std::mem::replace(&mut self.shown, newest) {
            return None;
        }
        let lines = ring.tail(&Filter::new(Level::Trace, ""), LINES);
        Some(lines.iter().map(|line| log_row(line)).collect())
    }
}

/// A line as the pane shows it.
pub(super) fn log_row(line: &Line) -> LogRow {
    LogRow {
        number: line.number,
        at_ms: line.at_ms,
        level: line.level,
        room: line.room.to_string(),
        text: line.text.to_string(),
    }
}

/// A line that the pane shows, as the log has it.
pub(super) fn log_line(row: LogRow) -> Line {
    Line {
        number: row.number,
        at_ms: row.at_ms,
        level: row.level,
        room: row.room.into(),
        text: row.text.into(),
    }
}

/// Alerts as the pane shows them.
pub(super) fn alert_rows(standings: Vec<Standing>) -> Vec<AlertRow> {
    standings.into_iter().map(alert_row).collect()
}

fn alert_row(standing: Standing) -> AlertRow {
    let labels: Vec<String> = standing
        .labels
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    AlertRow {
        name: match labels.is_empty() {
            true => standing.rule,
            false => format!("{} {{{}}}", standing.rule, labels.join(", ")),
        },
        severity: match standing.severity {
            Severity::Critical => AlertSeverity::Critical,
            Severity::Warning => AlertSeverity::Warning,
            Severity::Info => AlertSeverity::Info,
        },
        state: match standing.phase {
            Phase::Firing => AlertState::Firing,
            Phase::Pending => AlertState::Pending,
            Phase::NoData => AlertState::NoData,
            Phase::Inactive if standing.is_ended => AlertState::Resolved,
            Phase::Inactive => AlertState::Inactive,
        },
        since: standing.since_ms,
        value: standing.value,
        annotation: standing.annotation,
    }
}

fn force(breakers: &[Breaker], name: &str, to: BreakerAction) -> Result<String, String> {
    let breaker = breakers.iter().find(|b| b.snapshot().name == name);
    let breaker = breaker.ok_or_else(|| format!("there is no breaker `{name}` here"))?;
    match to {
        BreakerAction::ForceOpen => breaker.force_open(BY_HAND),
        BreakerAction::Close => breaker.close(BY_HAND),
        BreakerAction::Disable => breaker.disable(BY_HAND),
    }
    let told = format!("breaker {name} is {} now", breaker.snapshot().state);
    tracing::warn!("{told}: {BY_HAND}");
    Ok(told)
}

/// Writes a bundle of a moment with the lines that are shown of it. Of our own log more is held
/// than is shown.
pub(super) fn export(
    folder: &std::path::Path,
    history: &History,
    ring: Option<&Ring>,
    (at, lines): (u64, Vec<LogRow>),
) -> Result<String, String> {
    let moment = history.at(at).ok_or("nothing is kept of that moment")?;
    let around = around(history, at);
    let shown = moment.snapshot.at_ms;
    let held = ring.map(|ring| ring.tail(&Filter::new(Level::Trace, ""), usize::MAX));
    let mut log = held.unwrap_or_default();
    log.retain(|line| line.at_ms.abs_diff(shown) <= AROUND_MS);
    log.extend(lines.into_iter().map(|row| Arc::new(log_line(row))));
    log.sort_by_key(|line| (line.at_ms, line.number));
    log.dedup_by_key(|line| (line.at_ms, line.number));
    let bundle = Bundle {
        moment: &moment.snapshot,
        around: &around,
        log: &log,
        tables: &[],
    };
    let written: io::Result<PathBuf> = bundle::export(folder, &bundle);
    match written {
        Ok(path) => Ok(format!("wrote {}", path.display())),
        Err(error) => Err(format!("{}: {error}", folder.display())),
    }
}

/// The snapshots a minute before and after, the oldest first.
fn around(history: &History, at: u64) -> Vec<Arc<Snapshot>> {
    let mut out: Vec<Arc<Snapshot>> = Vec::new();
    let mut time = at.saturating_add(AROUND_MS);
    while let Some(moment) = history.at(time) {
        if moment.at.saturating_add(AROUND_MS) < at || out.len() == MOST_AROUND {
            break;
        }
        out.push(moment.snapshot);
        let Some(before) = moment.at.checked_sub(1) else {
            break;
        };
        time = before;
    }
    out.reverse();
    out
}

#[cfg(test)]
mod tests {
    use tracing_subscriber::layer::SubscriberExt;

    use super::*;
    use crate::resilience::BreakerSettings;

    #[test]
    fn what_is_done_to_a_breaker_by_hand_is_logged() {
        let ring = Ring::new(10, 1 << 20);
        let breaker = Breaker::new("disk", BreakerSettings::default(), Clock::system());
        let subscriber = tracing_subscriber::registry().with(ring.clone());
        tracing::subscriber::with_default(subscriber, || {
            for to in [
                BreakerAction::ForceOpen,
                BreakerAction::Close,
                BreakerAction::Disable,
            ] {
                force(std::slice::from_ref(&breaker), "disk", to).unwrap();
            }
        });
        let lines = ring.tail(&Filter::new(Level::Warn, ""), 10);
        let told: Vec<&str> = lines.iter().map(|line| &*line.text).collect();
        let by_hand = |state: &str| format!("breaker disk is {state} now: ordered in the monitor");
        for state in ["forced-open", "closed", "disabled"] {
            assert!(
                told.iter().any(|line| line.contains(&by_hand(state))),
                "{told:?}"
            );
        }
    }
}

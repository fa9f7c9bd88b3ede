//! The socket on which others watch this process.

use std::fmt;
use std::fs;
use std::io;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::monitor::snapshot::Snapshot;
use crate::telemetry::Ring;

use super::error::ShareError;
use super::viewer;
use super::wire::{Hello, Message, VERSION, encode};

/// Snapshots that wait for a viewer, at most. One that needs more is dropped.
pub const BEHIND: usize = 8;
/// Connections at once.
pub const MOST_VIEWERS: usize = 16;
/// How long viewers have at the end to hear of it.
const FAREWELL: Duration = Duration::from_millis(300);
/// How long nobody is let in after that failed, as for want of descriptors.
const PAUSE: Timespec = Timespec {
    tv_sec: 0,
    tv_nsec: 200_000_000,
};

/// Metrics of a snapshot, in the text format of Prometheus.
pub type Expose = dyn Fn(&Snapshot) -> String + Send + Sync;

/// What is offered besides snapshots.
#[derive(Clone)]
pub struct Offer {
    /// What this process is at work on now, for people.
    pub title: Arc<dyn Fn() -> String + Send + Sync>,
    /// The log.
    pub ring: Ring,
    /// Writes metrics.
    pub expose: Arc<Expose>,
    /// Snapshots of the last minutes, the oldest first, for graphs of those who begin to watch.
    pub past: Arc<dyn Fn() -> Vec<Arc<Snapshot>> + Send + Sync>,
    /// Called on another thread with whether anybody watches: when one begins to, so that an idle
    /// monitor wakes, and when the last has gone.
    pub watched: Arc<dyn Fn(bool) + Send + Sync>,
}

impl fmt::Debug for Offer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Offer")
            .field("title", &(self.title)())
            .finish_non_exhaustive()
    }
}

/// Offers snapshots until it is dropped.
#[derive(Debug)]
pub struct Server {
    hub: Arc<Hub>,
    path: PathBuf,
    /// The accepting thread ends when this does.
    _alive: UnixStream,
}

/// What the threads of a server share.
#[derive(Debug)]
pub(super) struct Hub {
    pub offer: Offer,
    /// When it began to listen, in milliseconds since 1970.
    since_ms: u64,
    state: Mutex<State>,
    left: Condvar,
}

#[derive(Debug, Default)]
struct State {
    latest: Option<Arc<Snapshot>>,
    watchers: Vec<Watcher>,
    /// Streams of all connections, to end them; `None` where one is free.
    streams: [Option<UnixStream>; MOST_VIEWERS],
    is_closed: bool,
}

/// Somebody who waits for snapshots.
#[derive(Debug)]
struct Watcher {
    place: usize,
    queue: Sender<Arc<[u8]>>,
}

/// Name of the socket of a process.
pub(super) fn socket_name(pid: u32) -> String {
    format!("monitor-{pid}.sock")
}

impl Server {
    /// Listens in `folder`, such as `$XDG_RUNTIME_DIR/postwright`, which is made where it is
    /// missing, on `monitor-PID.sock`.
    ///
    /// # Errors
    /// Where others may enter the folder, another process listens there, or there can be no
    /// socket.
    pub fn listen(folder: &Path, offer: Offer) -> Result<Self, ShareError> {
        let pid = std::process::id();
        let path = folder.join(socket_name(pid));
        let failed = |source| ShareError::Socket {
            path: path.clone(),
            source,
        };
        make_folder(folder)?;
        if UnixStream::connect(&path).is_ok() {
            return Err(ShareError::Taken { path });
        }
        // Of a process of that number that was killed.
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
            _ => {}
        }
        let listener = UnixListener::bind(&path).map_err(failed)?;
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        let hub = Arc::new(Hub {
            since_ms: since.map_or(0, |d| u64::try_from(d.as_millis()).unwrap_or(u64::MAX)),
            offer,
            state: Mutex::default(),
            left: Condvar::new(),
        });
        let start = || {
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600))?;
            // Who went away between the poll and the accept must not keep it.
            listener.set_nonblocking(true)?;
            let (alive, ended) = UnixStream::pair()?;
            let hub = hub.clone();
            thread::Builder::new()
                .name("postwright-share".to_owned())
                .spawn(move || accept(&hub, &listener, &ended))?;
            Ok(alive)
        };
        let alive = start().map_err(failed)?;
        Ok(Self {
            hub,
            path,
            _alive: alive,
        })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> &Path {
        &self.path
    }

    /// Sends `snapshot` to all who watch, without waiting for any: one that has [`BEHIND`]
    /// snapshots to take already is dropped.
    pub fn publish(&self, snapshot: &Arc<Snapshot>) {
        let mut state = self.hub.state();
        state.latest = Some(snapshot.clone());
        if state.watchers.is_empty() {
            return;
        }
        // Under the lock, so that a viewer gets each snapshot once; nobody else needs it for long.
        let line: Arc<[u8]> = encode(&Message::Snapshot(snapshot)).into();
        let State {
            watchers, streams, ..
        } = &mut *state;
        watchers.retain(|watcher| match watcher.queue.try_send(line.clone()) {
            Ok(()) => true,
            Err(TrySendError::Disconnected(_)) => false,
            Err(TrySendError::Full(_)) => {
                tracing::info!("a viewer is dropped: it is {BEHIND} snapshots behind");
                if let Some(stream) = &streams[watcher.place] {
                    hang_up(stream);
                }
                false
            }
        });
    }

    /// Those who watch. One that went away counts until the next snapshot but one.
    #[must_use]
    pub fn viewers(&self) -> usize {
        self.hub.state().watchers.len()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Whoever asks meanwhile is told that nobody listens.
        let _ = fs::remove_file(&self.path);
        let mut state = self.hub.state();
        state.is_closed = true;
        // Each thread ends, with a word to its viewer, when its queue does.
        state.watchers.clear();
        let all_left = |state: &mut State| state.streams.iter().any(Option::is_some);
        let waited = self.hub.left.wait_timeout_while(state, FAREWELL, all_left);
        let (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        state.streams.iter().flatten().for_each(hang_up);
    }
}

/// Both sides read and write nothing more.
fn hang_up(stream: &UnixStream) {
    // It may have gone already.
    let _ = stream.shutdown(std::net::Shutdown::Both);
}

impl Hub {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Who is here.
    pub fn hello(&self) -> Hello {
        Hello {
            version: VERSION,
            pid: std::process::id(),
            title: (self.offer.title)(),
            since_ms: self.since_ms,
        }
    }

    /// The last snapshot, and those that follow it; the queue has ended where the server has.
    pub fn watch(&self, place: usize) -> (Option<Arc<Snapshot>>, Receiver<Arc<[u8]>>) {
        let (queue, snapshots) = bounded(BEHIND);
        let mut state = self.state();
        if !state.is_closed {
            state.watchers.push(Watcher { place, queue });
            // Under the lock, so that the last word is the true one.
            (self.offer.watched)(true);
        }
        (state.latest.clone(), snapshots)
    }

    /// The last snapshot.
    pub fn latest(&self) -> Option<Arc<Snapshot>> {
        self.state().latest.clone()
    }

    /// Keeps a second handle of a connection; `None` where there are too many.
    fn admit(&self, stream: &UnixStream) -> io::Result<Option<usize>> {
        let mut state = self.state();
        let Some(place) = state.streams.iter().position(Option::is_none) else {
            return Ok(None);
        };
        state.streams[place] = Some(stream.try_clone()?);
        Ok(Some(place))
    }

    fn leave(&self, place: usize) {
        let mut state = self.state();
        state.watchers.retain(|watcher| watcher.place != place);
        state.streams[place] = None;
        if state.watchers.is_empty() {
            (self.offer.watched)(false);
        }
        self.left.notify_all();
    }
}

/// A folder for its user alone.
fn make_folder(folder: &Path) -> Result<(), ShareError> {
    let mut builder = fs::DirBuilder::new();
    let made = builder.recursive(true).mode(0o700).create(folder);
    let mode = made.and_then(|()| Ok(fs::metadata(folder)?.permissions().mode() & 0o777));
    match mode {
        Ok(mode) if mode & 0o077 == 0 => Ok(()),
        Ok(mode) => Err(ShareError::OpenFolder {
            path: folder.to_owned(),
            mode,
        }),
        Err(source) => Err(ShareError::Socket {
            path: folder.to_owned(),
            source,
        }),
    }
}

/// Lets viewers in until the other end of `ended` is dropped.
fn accept(hub: &Arc<Hub>, listener: &UnixListener, ended: &UnixStream) {
    loop {
        let mut waited = [
            PollFd::new(ended, PollFlags::IN),
            PollFd::new(listener, PollFlags::IN),
        ];
        match poll(&mut waited, None) {
            Ok(_) if !waited[0].revents().is_empty() => return,
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return tracing::error!("nobody can watch any more: {error}"),
        }
        let let_in = match listener.accept() {
            Ok((stream, _)) => let_in(hub, stream),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => continue,
            Err(error) => Err(error),
        };
        if let Err(error) = let_in {
            tracing::warn!("a viewer is not let in: {error}");
            // Should this fail too, the loop asks anew.
            let _ = poll(&mut [PollFd::new(ended, PollFlags::IN)], Some(&PAUSE));
        }
    }
}

fn let_in(hub: &Arc<Hub>, stream: UnixStream) -> io::Result<()> {
    stream.set_nonblocking(false)?;
    let Some(place) = hub.admit(&stream)? else {
        return viewer::turn_away(&stream, MOST_VIEWERS);
    };
    let seat = Seat(hub.clone(), place);
    let serve = move || {
        if let Err(error) = viewer::serve(&seat.0, &stream, seat.1) {
            tracing::debug!("a viewer: {error}");
        }
        hang_up(&stream);
    };
    let name = format!("postwright-viewer-{place}");
    thread::Builder::new().name(name).spawn(serve).map(drop)
}

/// A place among the connections, free again however its thread ends.
struct Seat(Arc<Hub>, usize);

impl Drop for Seat {
    fn drop(&mut self) {
        self.0.leave(self.1);
    }
}

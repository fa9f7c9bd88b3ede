//! Watching another Postwright through its socket.

use std::fs;
use std::io::{self, BufReader, Read, Write};
use std::os::unix::fs::FileTypeExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, UNIX_EPOCH};

use crossbeam_channel::{Receiver, Sender, bounded};
use rustix::process::{Pid, test_kill_process};

use crate::monitor::snapshot::Snapshot;
use crate::telemetry::Line;

use super::error::ShareError;
use super::server::socket_name;
use super::wire::{Hello, LONGEST_ANSWER, Message, Received, Request, VERSION, Want, read_line};

/// How long an answer may take that is not waited for elsewhere.
const PATIENCE: Duration = Duration::from_secs(35);
/// How long each process has to say who it is where several are asked.
const GLANCE: Duration = Duration::from_millis(500);
/// The same of one that is asked for more: it answers that at once, or hangs.
const GREETING: Duration = Duration::from_secs(2);
/// Updates that wait to be taken.
const AHEAD: usize = 4;

/// A running Postwright.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instance {
    /// The process.
    pub pid: u32,
    /// Its socket.
    pub address: PathBuf,
    /// When it began to listen, in milliseconds since 1970.
    pub since_ms: u64,
    /// What it is at work on; none where it does not answer, as while it is suspended.
    pub title: Option<String>,
}

/// What comes from another Postwright.
#[derive(Debug, Clone, PartialEq)]
pub enum Update {
    /// A moment.
    Snapshot(Box<Snapshot>),
    /// Lines of its log that were not told before, the oldest first.
    Log(Vec<Line>),
}

/// The sockets in `folder` behind which somebody answers, the oldest first. Those that killed
/// processes left behind are removed.
///
/// # Errors
/// Where the folder cannot be read; one that is missing holds none.
pub fn instances(folder: &Path) -> Result<Vec<Instance>, ShareError> {
    let failed = |source| ShareError::Socket {
        path: folder.to_owned(),
        source,
    };
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(failed)?,
    };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name();
        let pid = name.to_str().and_then(pid_of);
        let is_socket = entry.file_type().is_ok_and(|t| t.is_socket());
        let Some(pid) = pid.filter(|_| is_socket) else {
            continue;
        };
        let address = entry.path();
        match hello(&address, GLANCE) {
            Ok(hello) => found.push(Instance {
                // The one of the socket's name may be of another namespace.
                pid: hello.pid,
                address,
                since_ms: hello.since_ms,
                title: Some(hello.title.replace(char::is_control, "�")),
            }),
            Err(ShareError::Silent { .. }) => found.push(Instance {
                pid,
                since_ms: made_ms(&address),
                address,
                title: None,
            }),
            Err(error) => {
                tracing::debug!("not listed: {error}");
                // A process that has just bound its socket refuses for a moment, but it lives.
                if is_refused(&error) && is_dead(pid) {
                    fs::remove_file(&address).or_else(|error| match error.kind() {
                        io::ErrorKind::NotFound => Ok(()),
                        _ => Err(failed(error)),
                    })?;
                }
            }
        }
    }
    found.sort_by_key(|instance| (instance.since_ms, instance.pid));
    Ok(found)
}

/// When the socket was made, in milliseconds since 1970.
fn made_ms(address: &Path) -> u64 {
    let made = fs::metadata(address).and_then(|m| m.modified()).ok();
    let since = made.and_then(|made| made.duration_since(UNIX_EPOCH).ok());
    since.map_or(0, |d| u64::try_from(d.as_millis()).unwrap_or(u64::MAX))
}

fn pid_of(name: &str) -> Option<u32> {
    let digits = name.strip_prefix("monitor-")?.strip_suffix(".sock")?;
    digits.parse().ok()
}

fn is_refused(error: &ShareError) -> bool {
    matches!(error, ShareError::Unreachable { source, .. }
        if source.kind() == io::ErrorKind::ConnectionRefused)
}

fn is_dead(pid: u32) -> bool {
    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw);
    pid.is_none_or(|pid| test_kill_process(pid) == Err(rustix::io::Errno::SRCH))
}

/// The socket that a user means by `address`: the number of a process whose socket is in `folder`,
/// or a path.
#[must_use]
pub fn resolve(folder: &Path, address: &str) -> PathBuf {
    match address.parse() {
        Ok(pid) => folder.join(socket_name(pid)),
        Err(_) => PathBuf::from(address),
    }
}

/// Who listens at `address`.
///
/// # Errors
/// Where nobody answers.
pub fn greet(address: &Path) -> Result<Hello, ShareError> {
    hello(address, GREETING)
}

fn hello(address: &Path, patience: Duration) -> Result<Hello, ShareError> {
    let mut answer = Answer::ask(address, &Request::of(Want::Hello), patience)?;
    match answer.next()? {
        Message::Hello(hello) => Ok(hello),
        other => Err(answer.unexpected(&other)),
    }
}

/// One snapshot of the process at `address`, which may have to take it first.
///
/// # Errors
/// Where nobody answers, or not with a snapshot.
pub fn once(address: &Path) -> Result<Snapshot, ShareError> {
    let mut answer = Answer::of(address, &Request::of(Want::Once))?;
    match answer.next()? {
        Message::Snapshot(snapshot) => Ok(*snapshot),
        other => Err(answer.unexpected(&other)),
    }
}

/// The lines of its log above number `since` that it still holds.
///
/// # Errors
/// Where nobody answers, or not with lines.
pub fn log(address: &Path, since: u64) -> Result<Vec<Line>, ShareError> {
    let request = Request {
        since: Some(since),
        ..Request::of(Want::Log)
    };
    let mut answer = Answer::of(address, &request)?;
    let mut all = Vec::new();
    loop {
        match answer.next()? {
            Message::Log(lines) => all.extend(lines.into_iter().map(Line::scrubbed)),
            Message::End => return Ok(all),
            other => return Err(answer.unexpected(&other)),
        }
    }
}

/// Its metrics, in the text format of Prometheus.
///
/// # Errors
/// Where nobody answers, or it knows nothing yet.
pub fn prometheus(address: &Path) -> Result<String, ShareError> {
    let mut answer = Answer::of(address, &Request::of(Want::Prometheus))?;
    let mut text = String::new();
    let mut reader = answer.reader.by_ref().take(LONGEST_ANSWER);
    let read = reader.read_to_string(&mut text);
    read.map_err(|error| answer.broken(&error))?;
    // No line of that format begins so.
    if text.starts_with('{') {
        let told = answer.parse(text.as_bytes())?;
        return Err(answer.unexpected(&told));
    }
    Ok(text)
}

/// Begins to watch the process at `address`; with `past`, snapshots of its last minutes come first.
///
/// # Errors
/// Where nobody answers there, or in another version.
pub fn attach(address: &Path, past: bool) -> Result<Attached, ShareError> {
    let request = Request {
        since: Some(0),
        past,
        ..Request::of(Want::Snapshots)
    };
    // Its greeting comes at once, or never.
    let mut answer = Answer::ask(address, &request, GREETING)?;
    let hello = match answer.next()? {
        Message::Hello(hello) => hello,
        other => return Err(answer.unexpected(&other)),
    };
    let failed = |source| ShareError::Socket {
        path: address.to_owned(),
        source,
    };
    let stream = answer.reader.get_ref().try_clone().map_err(failed)?;
    // From here on it may say nothing for as long as it likes.
    stream.set_read_timeout(None).map_err(failed)?;
    let (out, updates) = bounded(AHEAD);
    thread::Builder::new()
        .name("postwright-attach".to_owned())
        .spawn(move || follow(answer, &out))
        .map_err(failed)?;
    Ok(Attached {
        hello,
        updates,
        stream,
    })
}

/// What another Postwright publishes, read by a thread of its own; it ends after an error, or
/// when the other one says so. Dropping it ends the connection.
#[derive(Debug)]
pub struct Attached {
    /// Who it is.
    pub hello: Hello,
    updates: Receiver<Result<Update, ShareError>>,
    stream: UnixStream,
}

impl Attached {
    /// For a loop that waits for other things too. It disconnects where the iterator would end.
    #[must_use]
    pub fn updates(&self) -> &Receiver<Result<Update, ShareError>> {
        &self.updates
    }
}

impl Iterator for Attached {
    type Item = Result<Update, ShareError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.updates.recv().ok()
    }
}

impl Drop for Attached {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.stream.shutdown(std::net::Shutdown::Both);
    }
}

fn follow(mut answer: Answer, out: &Sender<Result<Update, ShareError>>) {
    loop {
        let update = match answer.next() {
            Ok(Message::Snapshot(snapshot)) => Ok(Update::Snapshot(snapshot)),
            Ok(Message::Log(lines)) => {
                let lines = lines.into_iter().map(Line::scrubbed);
                Ok(Update::Log(lines.collect()))
            }
            Ok(Message::End) => return,
            Ok(other) => Err(answer.unexpected(&other)),
            // Who still answers has dropped us.
            Err(ShareError::Lost { path }) if hello(&path, GLANCE).is_ok() => {
                Err(ShareError::TooSlow { path })
            }
            Err(error) => Err(error),
        };
        let is_last = update.is_err();
        if out.send(update).is_err() || is_last {
            return;
        }
    }
}

/// Lines that answer a request.
struct Answer {
    path: PathBuf,
    reader: BufReader<UnixStream>,
}

impl Answer {
    /// Of a process that has said who it is.
    fn of(path: &Path, request: &Request) -> Result<Self, ShareError> {
        hello(path, GREETING)?;
        Self::ask(path, request, PATIENCE)
    }

    fn ask(path: &Path, request: &Request, patience: Duration) -> Result<Self, ShareError> {
        let asked = || {
            let mut stream = UnixStream::connect(path)?;
            stream.set_read_timeout(Some(patience))?;
            stream.set_write_timeout(Some(patience))?;
            let mut line = serde_json::to_vec(request)?;
            line.push(b'\n');
            match stream.write_all(&line) {
                // It turned us away before it read that; why, it has written.
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
                written => written?,
            }
            Ok(stream)
        };
        let stream = asked().map_err(|source| ShareError::Unreachable {
            path: path.to_owned(),
            source,
        })?;
        Ok(Self {
            path: path.to_owned(),
            reader: BufReader::new(stream),
        })
    }

    fn next(&mut self) -> Result<Received, ShareError> {
        match read_line(&mut self.reader, LONGEST_ANSWER) {
            Ok(Some(line)) => self.parse(&line),
            Ok(None) => Err(self.lost()),
            Err(error) => Err(self.broken(&error)),
        }
    }

    fn parse(&mut self, line: &[u8]) -> Result<Received, ShareError> {
        match serde_json::from_slice(line) {
            Ok(message) => Ok(message),
            // Of a line that it began.
            Err(error) if error.is_eof() && self.is_at_end() => Err(self.lost()),
            Err(error) => Err(ShareError::Answer {
                path: self.path.clone(),
                reason: error.to_string(),
            }),
        }
    }

    fn is_at_end(&mut self) -> bool {
        matches!(self.reader.read(&mut [0]), Ok(0) | Err(_))
    }

    fn lost(&self) -> ShareError {
        ShareError::Lost {
            path: self.path.clone(),
        }
    }

    fn broken(&self, error: &io::Error) -> ShareError {
        match error.kind() {
            io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe => self.lost(),
            io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => ShareError::Silent {
                path: self.path.clone(),
            },
            _ => ShareError::Answer {
                path: self.path.clone(),
                reason: error.to_string(),
            },
        }
    }

    /// Why something else came than what was asked for.
    fn unexpected(&self, told: &Received) -> ShareError {
        let path = self.path.clone();
        let other = match told {
            Message::Refused { version, .. } if *version != VERSION => {
                let theirs = *version;
                return ShareError::Version { path, theirs };
            }
            Message::Refused { reason, .. } => {
                let reason = reason.replace(char::is_control, "�");
                return ShareError::Refused { path, reason };
            }
            Message::Hello(_) => "a greeting",
            Message::Snapshot(_) => "a snapshot",
            Message::Log(_) => "lines of a log",
            Message::End => "a farewell",
        };
        let reason = format!("{other} came, which was not asked for");
        ShareError::Answer { path, reason }
    }
}

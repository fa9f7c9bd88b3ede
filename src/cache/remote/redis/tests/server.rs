//! A real server for a test, in a folder of its own and without a file to keep.

use std::io::{self, Write};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use redis::{Client, Connection};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

/// Long enough for a busy machine.
const LATE: Duration = Duration::from_secs(30);

/// Waits until `holds`, and panics where it never does.
pub fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < LATE, "waited in vain for {what}");
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// A server, killed when dropped.
pub struct Server {
    folder: TempDir,
    arguments: Vec<String>,
    program: PathBuf,
    /// Dead while `None`.
    process: Option<Child>,
}

impl Server {
    /// A server on a unix socket; `None` where the machine has none and `CI` is not set.
    pub fn start(arguments: &[&str]) -> Option<Self> {
        let mut server = Self::stopped(arguments)?;
        server.run();
        Some(server)
    }

    /// The same, not running yet.
    pub fn stopped(arguments: &[&str]) -> Option<Self> {
        let Some(program) = program() else {
            let reason = "neither valkey-server nor redis-server is in the PATH";
            assert!(std::env::var_os("CI").is_none(), "{reason}");
            // Not by `eprintln`, which a test that passes does not show.
            writeln!(io::stderr(), "SKIPPED: {reason}").unwrap();
            return None;
        };
        Some(Self {
            folder: tempfile::tempdir().unwrap(),
            arguments: arguments.iter().map(|a| (*a).to_owned()).collect(),
            program,
            process: None,
        })
    }

    fn socket(&self) -> PathBuf {
        self.folder.path().join("s")
    }

    pub fn url(&self) -> String {
        format!("unix://{}", self.socket().display())
    }

    /// Starts it, with nothing in it.
    pub fn run(&mut self) {
        let mut command = Command::new(&self.program);
        command
            .current_dir(self.folder.path())
            .arg("--unixsocket")
            .arg(self.socket())
            .args(["--save", "", "--appendonly", "no"]);
        if !self.arguments.iter().any(|a| a == "--port") {
            command.args(["--port", "0"]);
        }
        command.args(&self.arguments).stdout(Stdio::null());
        self.process = Some(command.spawn().unwrap());
        until("the server to listen", || {
            std::os::unix::net::UnixStream::connect(self.socket()).is_ok()
        });
    }

    /// A connection of the crate that is not under test.
    pub fn connection(&self) -> Connection {
        Client::open(self.url()).unwrap().get_connection().unwrap()
    }

    pub fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().unwrap();
            process.wait().unwrap();
        }
    }

    /// Stops its threads without closing anything.
    pub fn hang(&self) {
        self.signal(Signal::STOP);
    }

    /// Lets it go on after [`Self::hang`].
    pub fn wake(&self) {
        self.signal(Signal::CONT);
    }

    fn signal(&self, signal: Signal) {
        let process = self.process.as_ref().unwrap();
        kill_process(Pid::from_child(process), signal).unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A port that nobody listened on a moment ago.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    listener.local_addr().unwrap().port()
}

fn program() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    ["valkey-server", "redis-server"].iter().find_map(|name| {
        std::env::split_paths(&path)
            .map(|folder| folder.join(name))
            .find(|file| file.is_file())
    })
}

//! A child in a pseudo-terminal, with a parser that knows what the screen shows.

use std::ffi::OsString;
use std::fs;
use std::io::{Read, Write};
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use postwright::store::journal::Drafts;
use tempfile::TempDir;
use vt100::{MouseProtocolMode, Parser};

pub const BINARY: &str = env!("CARGO_BIN_EXE_postwright");

/// Long enough for a loaded machine; a test that gets there fails.
const PATIENCE: Duration = Duration::from_secs(30);
const POLL: Duration = Duration::from_millis(5);

pub struct Session {
    home: Arc<TempDir>,
    master: Box<dyn MasterPty + Send>,
    writer: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    parser: Arc<Mutex<Parser>>,
    received: Arc<AtomicU64>,
    reader: Option<thread::JoinHandle<()>>,
}

impl Session {
    /// The program with the arguments that `args` makes in a new home folder.
    pub fn start(args: impl FnOnce(&Path) -> Vec<OsString>) -> Self {
        Self::in_terminal("xterm-256color", |home| {
            let mut all = vec![BINARY.into()];
            all.extend(args(home));
            all
        })
    }

    /// The same in a terminal that knows nothing.
    pub fn dumb(args: impl FnOnce(&Path) -> Vec<OsString>) -> Self {
        Self::in_terminal("dumb", |home| {
            let mut all = vec![BINARY.into()];
            all.extend(args(home));
            all
        })
    }

    /// Another program.
    pub fn command(argv: impl FnOnce(&Path) -> Vec<OsString>) -> Self {
        Self::in_terminal("xterm-256color", argv)
    }

    /// The program once more, in the same home folder.
    pub fn beside(other: &Self, args: impl FnOnce(&Path) -> Vec<OsString>) -> Self {
        Self::in_home(other.home.clone(), "xterm-256color", |home| {
            let mut all = vec![BINARY.into()];
            all.extend(args(home));
            all
        })
    }

    fn in_terminal(term: &str, argv: impl FnOnce(&Path) -> Vec<OsString>) -> Self {
        Self::in_home(Arc::new(tempfile::tempdir().unwrap()), term, argv)
    }

    fn in_home(home: Arc<TempDir>, term: &str, argv: impl FnOnce(&Path) -> Vec<OsString>) -> Self {
        let pair = native_pty_system().openpty(size(80, 24)).unwrap();
        let mut command = CommandBuilder::from_argv(argv(home.path()));
        command.env_clear();
        command.cwd(home.path());
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("TERM", term);
        command.env("HOME", home.path());
        for name in ["CONFIG", "STATE", "DATA", "CACHE"] {
            let folder = home.path().join(name.to_lowercase());
            command.env(format!("XDG_{name}_HOME"), folder);
        }
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let parser = Arc::new(Mutex::new(Parser::new(
            24.try_into().unwrap(),
            80.try_into().unwrap(),
            0,
        )));
        let mut output = pair.master.try_clone_reader().unwrap();
        let shared = parser.clone();
        let received = Arc::new(AtomicU64::new(0));
        let count = received.clone();
        let reader = thread::spawn(move || {
            let mut bytes = [0; 8_192];
            // An error is how a pseudo-terminal says that its other end is closed.
            while let Ok(n @ 1..) = output.read(&mut bytes) {
                shared.lock().unwrap().process(&bytes[..n]);
                count.fetch_add(n as u64, Ordering::SeqCst);
            }
        });
        Self {
            home,
            writer: pair.master.take_writer().unwrap(),
            master: pair.master,
            child,
            parser,
            received,
            reader: Some(reader),
        }
    }

    pub fn home(&self) -> &Path {
        self.home.path()
    }

    pub fn send(&mut self, text: &str) {
        self.send_bytes(text.as_bytes());
    }

    pub fn send_bytes(&mut self, bytes: &[u8]) {
        self.writer.write_all(bytes).unwrap();
        self.writer.flush().unwrap();
    }

    pub fn resize(&mut self, columns: u16, rows: u16) {
        self.master.resize(size(columns, rows)).unwrap();
    }

    /// Sends a signal by its name.
    pub fn signal(&self, name: &str) {
        let pid = self.child.process_id().unwrap();
        let kill = format!("kill -{name} {pid}");
        let status = Command::new("sh").args(["-c", &kill]).status().unwrap();
        assert!(status.success());
    }

    /// Bytes that the program has sent.
    pub fn received(&self) -> u64 {
        self.received.load(Ordering::SeqCst)
    }

    pub fn screen(&self) -> String {
        self.parser.lock().unwrap().screen().contents()
    }

    pub fn wait_for(&mut self, text: &str) {
        // What is long is wrapped, so breaks do not count.
        let flat = |s: &str| s.split_whitespace().collect::<Vec<_>>().join(" ");
        let wanted = text.trim();
        self.wait_until(text, |screen| {
            screen.contains(text) || flat(screen).contains(wanted)
        });
    }

    pub fn wait_until(&mut self, what: &str, is_so: impl Fn(&str) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let screen = self.screen();
            if is_so(&screen) {
                return;
            }
            assert!(
                Instant::now() < deadline,
                "waited in vain for “{what}” on\n{screen}"
            );
            thread::sleep(POLL);
        }
    }

    /// Waits until a draft whose first line begins with `text` is on the disk, and returns that line.
    pub fn wait_for_draft(&self, text: &str) -> String {
        let drafts = Drafts::new(self.home().join("state/postwright/drafts"));
        let deadline = Instant::now() + PATIENCE;
        loop {
            let found = drafts.list().unwrap();
            let mut lines = found.iter().map(|draft| &draft.first_line);
            if let Some(line) = lines.find(|line| line.starts_with(text)) {
                return line.clone();
            }
            assert!(
                Instant::now() < deadline,
                "no draft begins with “{text}” among {found:?}"
            );
            thread::sleep(POLL);
        }
    }

    /// Waits for the end of the program and its output, and returns its exit code.
    pub fn ends(&mut self) -> u32 {
        let deadline = Instant::now() + PATIENCE;
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(
                Instant::now() < deadline,
                "it does not end; the screen is\n{}",
                self.screen()
            );
            thread::sleep(POLL);
        };
        if let Some(reader) = self.reader.take() {
            reader.join().unwrap();
        }
        status.exit_code()
    }

    /// Waits for what a program that stands still has sent, and checks that the terminal is as it was before.
    pub fn assert_restored(&self) {
        // A stopped program's last bytes may still be on their way through the pseudo-terminal.
        let deadline = Instant::now() + PATIENCE;
        while self.parser.lock().unwrap().screen().alternate_screen() && Instant::now() < deadline {
            thread::sleep(POLL);
        }
        self.rests(20 * POLL);
        let parser = self.parser.lock().unwrap();
        let screen = parser.screen();
        assert!(!screen.alternate_screen(), "the alternate screen stays");
        assert!(!screen.hide_cursor(), "the cursor stays hidden");
        assert!(!screen.bracketed_paste(), "bracketed paste stays on");
        assert_eq!(screen.mouse_protocol_mode(), MouseProtocolMode::None);
        if let Some(modes) = self.master.get_termios() {
            let local = format!("{:?}", modes.local_flags);
            assert!(
                local.contains("ICANON") && local.contains("ECHO"),
                "{local}"
            );
        }
    }

    /// Waits until no byte has come for so long.
    pub fn rests(&self, quiet: Duration) {
        let mut before = self.received();
        loop {
            thread::sleep(quiet);
            let now = self.received();
            if now == before {
                return;
            }
            before = now;
        }
    }

    /// The state of the process as the system tells it, such as `T` for stopped.
    pub fn process_state(&self) -> char {
        let pid = self.child.process_id().unwrap();
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
        let behind = stat.rsplit(") ").next().unwrap();
        behind.chars().next().unwrap()
    }

    pub fn wait_for_state(&self, state: char) {
        let deadline = Instant::now() + PATIENCE;
        while self.process_state() != state {
            assert!(
                Instant::now() < deadline,
                "it does not get to state {state}"
            );
            thread::sleep(POLL);
        }
    }

    /// Where the cursor is, in columns and rows from 0; `None` where it is hidden.
    pub fn cursor(&self) -> Option<(u16, u16)> {
        let parser = self.parser.lock().unwrap();
        let screen = parser.screen();
        let (row, column) = screen.cursor_position();
        (!screen.hide_cursor()).then_some((column, row))
    }

    /// Ends the program as a crash would.
    pub fn kill(&mut self) {
        self.signal("KILL");
        self.child.wait().unwrap();
    }

    /// Texts that were put into the state folder.
    pub fn rescued(&self) -> Vec<String> {
        let folder = self.home().join("state/postwright");
        let entries = fs::read_dir(folder).unwrap();
        let paths = entries.map(|e| e.unwrap().path());
        let unsaved = paths.filter(|p| {
            let name = p.file_name().unwrap().to_string_lossy().into_owned();
            name.starts_with("unsaved-")
        });
        unsaved.map(|p| fs::read_to_string(p).unwrap()).collect()
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // Fails where the program has ended, as it should have.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn size(cols: u16, rows: u16) -> PtySize {
    PtySize {
        rows,
        cols,
        pixel_width: 0,
        pixel_height: 0,
    }
}

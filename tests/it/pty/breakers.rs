//! Every breaker opens and closes again while somebody types.

use std::fs;
use std::io::{self, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::session::{BINARY, Session};

/// Longer than the breaks take on a loaded machine; a test that gets there fails.
const PATIENCE: Duration = Duration::from_secs(90);
/// Long enough for the pause after which models and grammar are asked.
const LOOK: Duration = Duration::from_millis(700);

/// A server in a folder of its own, killed when dropped.
struct Server(Child);

impl Server {
    /// `None` where the machine has none and `CI` is not set.
    fn start(folder: &Path) -> Option<Self> {
        let Some(program) = program() else {
            let reason = "neither valkey-server nor redis-server is in the PATH";
            assert!(std::env::var_os("CI").is_none(), "{reason}");
            // Not by `eprintln`, which a test that passes does not show.
            let told = format!("SKIPPED in part: {reason}\n");
            io::stderr().write_all(told.as_bytes()).unwrap();
            return None;
        };
        let socket = folder.join("server");
        let child = Command::new(program)
            .current_dir(folder)
            .args(["--port", "0", "--save", "", "--unixsocket"])
            .arg(&socket)
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let began = Instant::now();
        while UnixStream::connect(&socket).is_err() {
            assert!(began.elapsed() < PATIENCE, "the server does not listen");
            thread::sleep(Duration::from_millis(5));
        }
        Some(Self(child))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

fn program() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    ["valkey-server", "redis-server"].iter().find_map(|name| {
        std::env::split_paths(&path)
            .map(|folder| folder.join(name))
            .find(|file| file.is_file())
    })
}

#[test]
fn breakers_open_and_close_while_somebody_types() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path());
    let mut names = vec!["disk", "cpu-model"];
    let mut faults = "disk=io:x6,cpu-model=io:x6".to_owned();
    let mut args = vec!["--theme".into(), "dark".into()];
    if server.is_some() {
        names.push("remote");
        faults += ",remote=io:x5";
        let address = format!("unix://{}", folder.path().join("server").display());
        args.extend(["--set".into(), format!("cache.remote={address}").into()]);
    }
    let mut s = Session::command(|home| {
        let mut argv = vec![
            "env".into(),
            format!("POSTWRIGHT_FAULTS={faults}").into(),
            BINARY.into(),
        ];
        argv.append(&mut args);
        argv.push(home.join("post.md").into());
        argv
    });
    s.wait_for("new draft");
    // The cache alone on the screen, or the editor alone.
    s.send("\x1bz");
    let mut typed = String::new();
    let began = Instant::now();
    for number in 0.. {
        let sentence = format!("Sentence number {number} tells of our plan. ");
        s.send(&format!("\x1b1{sentence}"));
        typed += &sentence;
        thread::sleep(LOOK);
        s.send("\x1b3");
        s.wait_until("figures", |screen| {
            screen.contains("Cache") && !screen.contains("no figures")
        });
        // To the end of the figures, where the breakers are.
        s.send("\x1b[F");
        s.wait_for("faults");
        let screen = s.screen();
        let rows: Vec<&str> = screen
            .lines()
            .map(|row| row.trim_start_matches(['│', ' ']))
            .collect();
        // What closed from half open was open before.
        let is_back = |name: &&str| {
            rows.windows(2).any(|pair| {
                let state = pair[0].strip_prefix(name).map(str::trim_start);
                state.is_some_and(|s| s.starts_with("closed"))
                    && pair[1].starts_with("half-open to closed")
            })
        };
        if names.iter().all(is_back) {
            break;
        }
        assert!(began.elapsed() < PATIENCE, "{names:?}\n{}", s.screen());
    }
    s.send("\x13");
    let file = s.home().join("post.md");
    s.wait_until("all of it saved", |_| {
        fs::read_to_string(&file).is_ok_and(|saved| saved == typed)
    });
    s.send("\x11");
    assert_eq!(s.ends(), 0);
}

//! The command line, as a user has it: the real program, its exit codes and its streams.

mod attack;
mod batch;
mod cache;
mod config;
mod export;
mod foreign;
mod heads;
mod input;
mod learning;
mod model;
mod monitor;
mod optimize;
mod places;
mod sarif;
mod schema;
mod tools;
mod versions;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread;

use serde_json::Value;

/// A post that every part has something to say about.
const POST: &str = include_str!("../../data/post.md");

/// What a run came to.
struct Run {
    code: i32,
    out: String,
    err: String,
}

impl Run {
    fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e}: {}{}", self.out, self.err))
    }

    fn lines(&self) -> Vec<Value> {
        let parse = |l| serde_json::from_str(l).unwrap_or_else(|e| panic!("{e}: {l}"));
        self.out.lines().map(parse).collect()
    }

    /// Asserts the exit code; a failure shows what was said.
    fn expect(self, code: i32) -> Self {
        assert_eq!(
            self.code, code,
            "stdout: {}\nstderr: {}",
            self.out, self.err
        );
        assert!(!self.err.contains("panicked"), "{}", self.err);
        self
    }
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().expect("ended by itself"),
            out: String::from_utf8(output.stdout).expect("output is UTF-8"),
            err: String::from_utf8(output.stderr).expect("messages are UTF-8"),
        }
    }
}

/// The program, away from the configuration of whoever runs the tests.
fn program() -> Command {
    let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join("home");
    std::fs::create_dir_all(&home).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_postwright"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("POSTWRIGHT_") {
            command.env_remove(name);
        }
    }
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "FORCE_COLOR"] {
        command.env_remove(name);
    }
    command
        .env("HOME", &home)
        .env("XDG_CONFIG_HOME", home.join("config"))
        .env("XDG_STATE_HOME", home.join("state"))
        .env("XDG_DATA_HOME", home.join("data"))
        .env("TERM", "xterm-256color");
    command
}

/// Runs `command` with `stdin` as its input.
fn feed(mut command: Command, stdin: &[u8]) -> Run {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = child.stdin.take().unwrap();
    thread::scope(|scope| {
        // The program may end before it has read all of it.
        scope.spawn(move || drop(pipe.write_all(stdin)));
        child.wait_with_output().unwrap().into()
    })
}

fn run(args: &[&str], stdin: impl AsRef<[u8]>) -> Run {
    let mut command = program();
    command.args(args);
    feed(command, stdin.as_ref())
}

/// The report on `post`, with these parts only.
fn report(post: impl AsRef<[u8]>, only: &str) -> Value {
    run(&["analyze", "--format", "json", "--only", only], post)
        .expect(0)
        .json()
}

/// A file in a folder of its own, and both.
fn file(name: &str, content: impl AsRef<[u8]>) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, content).unwrap();
    (folder, path)
}

/// The bytes of `input` under a `{"start", "end"}` object.
fn under<'a>(input: &'a str, span: &Value) -> &'a str {
    let at = |key: &str| usize::try_from(span[key].as_u64().unwrap()).unwrap();
    input
        .get(at("start")..at("end"))
        .unwrap_or_else(|| panic!("{span} is no part of the input"))
}

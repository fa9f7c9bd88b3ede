//! Server and client together.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tracing_subscriber::layer::SubscriberExt;

use crate::monitor::snapshot::Snapshot;
use crate::telemetry::Ring;

use super::client::{self, Attached, Update};
use super::server::{BEHIND, MOST_VIEWERS};
use super::testing::numbered;
use super::wire::VERSION;
use super::*;

/// Far longer than a loaded machine takes.
const LATE: Duration = Duration::from_secs(20);

struct Desk {
    folder: TempDir,
    ring: Ring,
    woken: Arc<AtomicUsize>,
    is_watched: Arc<AtomicBool>,
}

impl Desk {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            ring: Ring::new(5000, 1 << 20),
            woken: Arc::default(),
            is_watched: Arc::default(),
        }
    }

    fn run(&self) -> PathBuf {
        self.folder.path().join("run")
    }

    fn listen(&self) -> Server {
        let (woken, watched) = (self.woken.clone(), self.is_watched.clone());
        let offer = Offer {
            title: Arc::new(|| "post.md".to_owned()),
            ring: self.ring.clone(),
            expose: Arc::new(|snapshot| format!("postwright_number {}\n", snapshot.number)),
            past: Arc::new(|| (1..=3).map(|n| Arc::new(numbered(n, 1))).collect()),
            watched: Arc::new(move |is_watched| {
                woken.fetch_add(usize::from(is_watched), Ordering::SeqCst);
                watched.store(is_watched, Ordering::SeqCst);
            }),
        };
        Server::listen(&self.run(), offer).unwrap()
    }

    fn log(&self, count: usize) {
        let subscriber = tracing_subscriber::registry().with(self.ring.clone());
        tracing::subscriber::with_default(subscriber, || {
            (0..count).for_each(|n| tracing::info!("line {n}"));
        });
    }
}

fn until(what: &str, is_so: impl Fn() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < LATE, "waiting for {what}");
        thread::sleep(Duration::from_millis(1));
    }
}

fn publish(server: &Server, snapshot: Snapshot) {
    server.publish(&Arc::new(snapshot));
}

/// The next snapshot, whatever else comes before it.
fn next(attached: &mut Attached) -> Snapshot {
    loop {
        let update = attached.updates().recv_timeout(LATE).unwrap();
        if let Update::Snapshot(snapshot) = update.unwrap() {
            return *snapshot;
        }
    }
}

/// What a client hears that sends `bytes`.
fn told(address: &Path, bytes: &[u8]) -> String {
    let mut stream = UnixStream::connect(address).unwrap();
    stream.set_read_timeout(Some(LATE)).unwrap();
    // It may be refused before all of it is sent.
    let _ = stream.write_all(bytes);
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line).unwrap();
    line
}

#[test]
fn a_viewer_that_was_too_slow_hears_why_and_may_begin_again() {
    let desk = Desk::new();
    let server = desk.listen();
    let mut viewer = attach(server.address(), false).unwrap();
    publish(&server, numbered(1, 1));
    assert_eq!(next(&mut viewer).number, 1);
    let mut number = 1;
    while server.viewers() == 1 {
        number += 1;
        assert!(number < 1_000, "it is never dropped");
        publish(&server, numbered(number, 1_000));
    }
    let error = viewer.find_map(Result::err).unwrap();
    assert!(matches!(error, ShareError::TooSlow { .. }), "{error}");
    assert!(error.to_string().starts_with("this viewer was too slow"));
    let mut again = attach(server.address(), false).unwrap();
    publish(&server, numbered(number + 1, 1));
    while next(&mut again).number <= number {}
}

#[test]
fn only_its_user_may_enter_and_one_process_listens() {
    let desk = Desk::new();
    let server = desk.listen();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(server.address()), 0o600);
    assert_eq!(mode(&desk.run()), 0o700);
    let second = Server::listen(&desk.run(), server_offer(&desk)).unwrap_err();
    assert!(matches!(second, ShareError::Taken { .. }), "{second}");
    fs::set_permissions(desk.folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let open = Server::listen(desk.folder.path(), server_offer(&desk)).unwrap_err();
    assert!(open.to_string().contains("mode 755"), "{open}");
    assert_eq!(mode(desk.folder.path()), 0o755, "it is not ours to change");
    let address = server.address().to_owned();
    drop(server);
    assert!(!address.exists());
    let gone = client::once(&address).unwrap_err();
    assert!(matches!(gone, ShareError::Unreachable { .. }), "{gone}");
}

fn server_offer(desk: &Desk) -> Offer {
    Offer {
        title: Arc::new(String::new),
        ring: desk.ring.clone(),
        expose: Arc::new(|_| String::new()),
        past: Arc::new(Vec::new),
        watched: Arc::new(|_| {}),
    }
}

#[test]
fn two_viewers_see_everything_and_hear_the_end() {
    let desk = Desk::new();
    let server = desk.listen();
    publish(&server, numbered(1, 1));
    let mut viewers = [(); 2].map(|()| attach(server.address(), false).unwrap());
    assert_eq!(viewers[0].hello.title, "post.md");
    assert_eq!(viewers[0].hello.pid, std::process::id());
    for number in 1..=30 {
        for viewer in &mut viewers {
            assert_eq!(next(viewer).number, number);
        }
        publish(&server, numbered(number + 1, 1));
    }
    assert_eq!(server.viewers(), 2);
    assert_eq!(desk.woken.load(Ordering::SeqCst), 2);
    assert!(desk.is_watched.load(Ordering::SeqCst));
    drop(server);
    for mut viewer in viewers {
        assert_eq!(next(&mut viewer).number, 31);
        assert!(viewer.next().is_none(), "it ended in order");
    }
}

#[test]
fn a_viewer_that_sleeps_is_dropped_and_the_others_go_on() {
    let desk = Desk::new();
    let server = desk.listen();
    let mut awake = attach(server.address(), false).unwrap();
    let mut asleep = UnixStream::connect(server.address()).unwrap();
    asleep
        .write_all(b"{\"want\":\"snapshots\",\"version\":1}\n")
        .unwrap();
    until("both to watch", || server.viewers() == 2);
    // 100 KB each: the system's own buffer holds two or three.
    let mut number = 0;
    while server.viewers() == 2 {
        number += 1;
        assert!(number < 100, "it is never dropped");
        publish(&server, numbered(number, 1000));
        assert_eq!(next(&mut awake).number, number);
    }
    let behind = u64::try_from(BEHIND).unwrap();
    assert!(number > behind, "dropped after {number} already");
    publish(&server, numbered(number + 1, 1));
    assert_eq!(next(&mut awake).number, number + 1);
    // What the system holds can still be read, but it has no end.
    let mut rest = String::new();
    asleep.set_read_timeout(Some(LATE)).unwrap();
    asleep.read_to_string(&mut rest).unwrap();
    assert!(rest.contains("\"snapshot\"") && !rest.contains("\"end\""));
    drop(server);
    assert!(awake.next().is_none());
}

#[test]
fn a_viewer_that_leaves_is_forgotten() {
    let desk = Desk::new();
    let server = desk.listen();
    for round in 1..=3 * MOST_VIEWERS as u64 {
        let mut viewer = attach(server.address(), false).unwrap();
        until("it to watch", || server.viewers() > 0);
        publish(&server, numbered(round, 1));
        // The last of the round before comes first.
        while next(&mut viewer).number != round {}
        drop(viewer);
        until("it to be forgotten", || {
            publish(&server, numbered(round, 1));
            server.viewers() == 0
        });
        until("its monitor to rest", || {
            !desk.is_watched.load(Ordering::SeqCst)
        });
    }
}

#[test]
fn what_was_before_comes_first_where_it_is_asked_for() {
    let desk = Desk::new();
    let server = desk.listen();
    publish(&server, numbered(3, 1));
    let mut viewer = attach(server.address(), true).unwrap();
    publish(&server, numbered(4, 1));
    let numbers = [(); 4].map(|()| next(&mut viewer).number);
    assert_eq!(numbers, [1, 2, 3, 4]);
}

#[test]
fn a_process_that_is_stopped_is_listed_and_told_as_such() {
    use rustix::process::{Pid, Signal, kill_process};
    let desk = Desk::new();
    fs::create_dir_all(desk.run()).unwrap();
    fs::set_permissions(desk.run(), fs::Permissions::from_mode(0o700)).unwrap();
    let mut child = child(&desk.run());
    let pid = Pid::from_child(&child);
    kill_process(pid, Signal::STOP).unwrap();
    let listed = instances(&desk.run()).unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!((listed[0].pid, &listed[0].title), (child.id(), &None));
    let error = client::once(&listed[0].address).unwrap_err();
    assert!(matches!(error, ShareError::Silent { .. }), "{error}");
    assert!(error.to_string().contains("`fg`"), "{error}");
    kill_process(pid, Signal::CONT).unwrap();
    until("it to answer", || {
        client::once(&listed[0].address).is_ok_and(|s| s.number == 3)
    });
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn there_is_room_for_so_many_and_no_more() {
    let desk = Desk::new();
    let server = desk.listen();
    let mut viewers: Vec<_> = (0..MOST_VIEWERS)
        .map(|_| attach(server.address(), false).unwrap())
        .collect();
    let refused = attach(server.address(), false).unwrap_err().to_string();
    assert!(refused.contains("16 viewers watch already"), "{refused}");
    viewers.pop();
    until("a place", || {
        publish(&server, numbered(1, 1));
        attach(server.address(), false).is_ok()
    });
}

#[test]
fn one_snapshot_metrics_and_log_are_answered_once() {
    let desk = Desk::new();
    let server = desk.listen();
    let address = server.address();
    let unknown = client::prometheus(address).unwrap_err();
    assert!(
        unknown.to_string().contains("nothing is known yet"),
        "{unknown}"
    );
    thread::scope(|scope| {
        let first = scope.spawn(|| client::once(address).unwrap());
        until("it to be asked", || server.viewers() == 1);
        publish(&server, numbered(7, 1));
        assert_eq!(first.join().unwrap(), numbered(7, 1));
    });
    assert_eq!(client::once(address).unwrap(), numbered(7, 1));
    assert_eq!(
        client::prometheus(address).unwrap(),
        "postwright_number 7\n"
    );
    assert!(client::log(address, 0).unwrap().is_empty());
    desk.log(1200);
    let lines = client::log(address, 0).unwrap();
    let numbers: Vec<u64> = lines.iter().map(|line| line.number).collect();
    assert_eq!(numbers, (1..=1200).collect::<Vec<_>>());
    assert_eq!(lines[3].to_string().split(": ").nth(1), Some("line 3"));
    assert_eq!(client::log(address, 1199).unwrap().len(), 1);
}

#[test]
fn the_log_comes_with_the_snapshots() {
    let desk = Desk::new();
    desk.log(1500);
    let server = desk.listen();
    let mut viewer = attach(server.address(), false).unwrap();
    publish(&server, numbered(1, 1));
    let mut numbers = Vec::new();
    let mut lines = |viewer: &mut Attached| {
        loop {
            match viewer.next().unwrap().unwrap() {
                Update::Log(lines) => numbers.extend(lines.iter().map(|line| line.number)),
                Update::Snapshot(snapshot) => return (snapshot.number, numbers.clone()),
            }
        }
    };
    assert_eq!(lines(&mut viewer), (1, (501..=1500).collect()));
    desk.log(2);
    publish(&server, numbered(2, 1));
    assert_eq!(lines(&mut viewer).0, 2);
    publish(&server, numbered(3, 1));
    assert_eq!(lines(&mut viewer), (3, (501..=1502).collect()));
}

#[test]
fn garbage_and_long_lines_are_refused_and_it_goes_on() {
    let desk = Desk::new();
    let server = desk.listen();
    let long = [b'x'; 100_000];
    let cases: [(&[u8], &str); 4] = [
        (b"what?\n", "no request"),
        (b"\xff\xfe\x00\n", "no request"),
        (
            b"{\"want\":\"everything\"}\n",
            "unknown variant `everything`",
        ),
        (&long, "longer than 4096 bytes"),
    ];
    for (bytes, expected) in cases {
        let told = told(server.address(), bytes);
        assert!(
            told.starts_with("{\"refused\"") && told.contains(expected),
            "{told}"
        );
    }
    publish(&server, numbered(1, 1));
    assert_eq!(client::once(server.address()).unwrap().number, 1);
}

#[test]
fn another_version_is_told_on_both_sides() {
    let desk = Desk::new();
    let server = desk.listen();
    let refused = told(
        server.address(),
        b"{\"want\":\"snapshots\",\"version\":2}\n",
    );
    assert!(refused.contains("speaks version 1"), "{refused}");
    let hello = told(server.address(), b"{\"want\":\"hello\",\"version\":2}\n");
    assert!(hello.contains("\"version\":1"), "{hello}");
    drop(server);
    let answer = "{\"refused\":{\"version\":2,\"reason\":\"no\"}}\n";
    let error = answered(&desk, answer).unwrap_err();
    assert!(
        matches!(error, ShareError::Version { theirs: 2, .. }),
        "{error}"
    );
    assert!(
        error.to_string().contains(&format!("this one {VERSION}")),
        "{error}"
    );
}

/// Attaches to something that is no Postwright and says `answer`.
fn answered(desk: &Desk, answer: &str) -> Result<Vec<Result<Update, ShareError>>, ShareError> {
    let path = desk.folder.path().join("other.sock");
    let _ = fs::remove_file(&path);
    let listener = UnixListener::bind(&path).unwrap();
    thread::scope(|scope| {
        scope.spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = String::new();
            BufReader::new(&stream).read_line(&mut request).unwrap();
            stream.write_all(answer.as_bytes()).unwrap();
        });
        Ok(attach(&path, false)?.collect())
    })
}

#[test]
fn answers_of_something_else_are_told_as_such() {
    let desk = Desk::new();
    let hello = "{\"hello\":{\"version\":1,\"pid\":1,\"title\":\"\",\"since_ms\":0}}\n";
    let error = answered(&desk, "").unwrap_err();
    assert!(matches!(error, ShareError::Lost { .. }), "{error}");
    for answer in ["SSH-2.0\n", "{\"end\":1}\n", "\"end\"\n"] {
        let error = answered(&desk, answer).unwrap_err();
        assert!(matches!(error, ShareError::Answer { .. }), "{error}");
    }
    let reason = "{\"refused\":{\"version\":1,\"reason\":\"\\u001b[2J\"}}\n";
    let error = answered(&desk, reason).unwrap_err().to_string();
    assert!(!error.contains('\u{1b}'), "{error:?}");
    let first = |rest: &str| {
        let mut updates = answered(&desk, &format!("{hello}{rest}")).unwrap();
        assert_eq!(updates.len(), 1, "it ends after an error");
        updates.remove(0).unwrap_err()
    };
    assert!(matches!(first("{\"snapshot\":{}"), ShareError::Lost { .. }));
    assert!(matches!(
        first("{\"snapshot\":7}\n"),
        ShareError::Answer { .. }
    ));
    assert!(matches!(first(""), ShareError::Lost { .. }));
    assert!(
        answered(&desk, &format!("{hello}\"end\"\n"))
            .unwrap()
            .is_empty()
    );
}

#[test]
fn a_number_means_a_process_and_anything_else_a_path() {
    let folder = Path::new("/run/user/1");
    let found = ["12", "./x.sock", "/a/b"].map(|address| resolve(folder, address));
    let expected = ["/run/user/1/monitor-12.sock", "./x.sock", "/a/b"];
    assert_eq!(found, expected.map(PathBuf::from));
}

/// Where the child that is killed listens.
const FOLDER: &str = "POSTWRIGHT_TEST_SHARE_FOLDER";

#[test]
#[ignore = "another test runs it as a process of its own"]
fn serves_until_it_is_killed() {
    let desk = Desk::new();
    let folder = std::env::var_os(FOLDER).unwrap();
    let server = Server::listen(Path::new(&folder), server_offer(&desk)).unwrap();
    publish(&server, numbered(3, 1));
    println!("\nready");
    std::io::stdin().read_line(&mut String::new()).unwrap();
}

fn child(folder: &Path) -> Child {
    let name = "serves_until_it_is_killed";
    let module = module_path!().split_once("::").unwrap().1;
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "--ignored",
            "--nocapture",
            &format!("{module}::{name}"),
        ])
        .env(FOLDER, folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap() == "ready"));
    child
}

#[test]
fn instances_are_listed_and_what_a_killed_one_leaves_is_removed() {
    let desk = Desk::new();
    assert!(instances(&desk.run()).unwrap().is_empty(), "no folder yet");
    let server = desk.listen();
    let mut child = child(&desk.run());
    fs::write(desk.run().join("monitor-1.sock"), "no socket").unwrap();
    drop(UnixListener::bind(desk.run().join("cache-1.sock")).unwrap());
    let listed = instances(&desk.run()).unwrap();
    let pids: Vec<u32> = listed.iter().map(|instance| instance.pid).collect();
    assert_eq!(pids, [std::process::id(), child.id()]);
    assert_eq!(listed[0].title.as_deref(), Some("post.md"));
    assert!(listed[1].since_ms >= listed[0].since_ms);
    let mut viewer = attach(&listed[1].address, false).unwrap();
    assert_eq!(next(&mut viewer).number, 3);
    child.kill().unwrap();
    child.wait().unwrap();
    let lost = viewer.next().unwrap().unwrap_err();
    assert!(matches!(lost, ShareError::Lost { .. }), "{lost}");
    assert!(viewer.next().is_none());
    assert!(listed[1].address.exists());
    assert_eq!(instances(&desk.run()).unwrap().len(), 1);
    assert!(!listed[1].address.exists());
    for other in ["monitor-1.sock", "cache-1.sock"] {
        assert!(desk.run().join(other).exists(), "{other} is not ours");
    }
    drop(server);
    // A socket of ours that nobody listens on is taken over.
    drop(UnixListener::bind(&listed[0].address).unwrap());
    assert!(instances(&desk.run()).unwrap().is_empty());
    assert!(listed[0].address.exists(), "its process lives");
    desk.listen();
}

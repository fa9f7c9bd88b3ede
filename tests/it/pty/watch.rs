//! The operator's view, in a terminal.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use super::session::{BINARY, Session};
use super::{SAMPLE, with_sample};

fn monitor(other: &Session, args: &[&str]) -> Session {
    Session::beside(other, |_| {
        let all = ["monitor"].iter().chain(args);
        all.map(|a| (*a).into()).collect()
    })
}

#[test]
fn it_opens_pages_freezes_and_quits() {
    let mut s = Session::start(|_| vec!["monitor".into()]);
    s.wait_for("Monitor · this machine");
    s.wait_until("a sample", |screen| screen.contains('%'));
    s.send("2");
    s.wait_for("postwright");
    s.send("/cpu>>1\r");
    s.wait_for("✗");
    s.send("\x15name~postwright\r");
    s.wait_until("the filter is taken", |screen| !screen.contains('✗'));
    s.send(" ");
    s.wait_for("frozen");
    s.send(" ");
    s.wait_until("it goes on", |screen| !screen.contains("frozen"));
    s.send("\x1bOP");
    s.wait_for("freeze the view");
    s.send("\x1b");
    s.wait_until("the help goes", |screen| {
        !screen.contains("freeze the view")
    });
    s.send("\x11");
    assert_eq!(s.ends(), 0);
    s.assert_restored();
}

#[test]
fn another_program_is_watched_until_it_ends() {
    let mut writer = with_sample();
    let mut viewers = [
        monitor(&writer, &["--attach"]),
        monitor(&writer, &["--attach"]),
    ];
    for viewer in &mut viewers {
        viewer.wait_for("Monitor · post.md (");
        viewer.wait_until("a sample", |screen| screen.contains('%'));
    }
    viewers[0].send("4");
    viewers[0].wait_for("disk");
    // What is not its own is not its to change.
    viewers[0].send("f");
    viewers[0].wait_for("only be changed in the program itself");
    writer.signal("STOP");
    viewers[0].wait_for("no answer");
    writer.signal("CONT");
    viewers[0].wait_until("it answers again", |screen| !screen.contains("no answer"));
    writer.send("\x11");
    assert_eq!(writer.ends(), 0);
    for viewer in &mut viewers {
        viewer.send("6");
        viewer.wait_for("ended");
        viewer.send("\x11");
        assert_eq!(viewer.ends(), 0);
    }
}

#[test]
fn a_recording_on_the_screen_comes_to_an_end() {
    let mut s = Session::start(|_| {
        ["monitor", "--record", "day.jsonl"]
            .map(Into::into)
            .to_vec()
    });
    s.wait_until("a sample", |screen| screen.contains('%'));
    s.send("\x11");
    assert_eq!(s.ends(), 0);
    let recorded = fs::read_to_string(s.home().join("day.jsonl")).unwrap();
    assert!(recorded.lines().count() > 1, "{recorded}");
}

#[test]
fn a_terminal_that_knows_nothing_is_refused() {
    let mut s = Session::dumb(|_| vec!["monitor".into()]);
    s.wait_for("cannot place a cursor");
    assert_eq!(s.ends(), 2);
}

#[test]
fn a_state_folder_that_cannot_be_is_told_and_the_log_goes_on() {
    let mut s = Session::start(|home| {
        fs::write(home.join("state"), "").unwrap();
        vec!["monitor".into()]
    });
    s.wait_for("nothing is kept there");
    s.send("6");
    s.wait_for("in memory only");
    s.send("\x11");
    assert_eq!(s.ends(), 0);
}

#[test]
fn a_byte_budget_is_kept() {
    let mut s = Session::start(|home| {
        fs::write(home.join("config.toml"), "[monitor]\ninterval_ms = 250\n").unwrap();
        [
            "monitor",
            "--config",
            "config.toml",
            "--max-bytes-per-second",
            "600",
        ]
        .map(Into::into)
        .to_vec()
    });
    let began = Instant::now();
    // It is painted from the top on, and answers meanwhile.
    s.wait_for("Monitor · this");
    s.send("4");
    s.wait_for("no breaker");
    s.wait_for("of 600 B");
    s.send("1");
    s.wait_for("cpu");
    thread::sleep(Duration::from_secs(12).saturating_sub(began.elapsed()));
    let rate = s.received() as f64 / began.elapsed().as_secs_f64();
    // What the terminal was asked at the start comes on top.
    assert!(rate > 50.0 && rate < 750.0, "{rate:.0} bytes a second");
    s.send("\x11");
    assert_eq!(s.ends(), 0);
}

#[test]
fn the_command_of_an_alert_gets_no_descriptor_of_ours() {
    let mut s = Session::start(|home| {
        let told = home.join("told");
        let script = format!(
            "ls -l /proc/self/fd > {0}.new; mv {0}.new {0}",
            told.display()
        );
        let config = format!(
            "[monitor]\ninterval_ms = 250\nactions = [\"command\"]\ncommand = [\"sh\", \"-c\", \"{script}\"]\n\
             [[alert]]\nname = \"Always\"\nexpr = \"postwright_host_memory_size_bytes > 0\"\nfor = \"0s\"\n"
        );
        fs::write(home.join("config.toml"), config).unwrap();
        ["monitor", "--config", "config.toml"]
            .map(Into::into)
            .to_vec()
    });
    let told = s.home().join("told");
    s.wait_until("the command has run", |_| told.exists());
    let told = fs::read_to_string(&told).unwrap();
    // Its own three, and the folder that it lists.
    let open: Vec<&str> = told.lines().filter(|l| l.contains(" -> ")).collect();
    assert_eq!(open.len(), 4, "{told}");
    assert!(!told.contains("/dev/pts"), "{told}");
    s.send("\x11");
    assert_eq!(s.ends(), 0);
}

#[test]
fn post_text_is_in_no_log() {
    let mut s = Session::command(|home| {
        let path = home.join("post.md");
        fs::write(&path, SAMPLE).unwrap();
        let set = |what: &str| ["--set".into(), what.into()];
        let mut argv = vec![BINARY.into()];
        argv.extend(set("telemetry.level=debug"));
        argv.extend(set("telemetry.format=json"));
        argv.push(path.into());
        argv
    });
    s.wait_for("Last spring");
    s.send("Unmistakable words. ");
    s.wait_for("Unmistakable words.");
    s.send("\x13");
    s.wait_for("saved ");
    s.send("\x11");
    assert_eq!(s.ends(), 0);
    let logs = fs::read_dir(s.home().join("state/postwright")).unwrap();
    let logs = logs.map(|e| e.unwrap().path());
    let logs: Vec<_> = logs
        .filter(|p| p.extension().is_some_and(|e| e == "log"))
        .collect();
    assert!(!logs.is_empty());
    for log in logs {
        let text = fs::read_to_string(&log).unwrap();
        assert!(
            !text.contains("Unmistakable") && !text.contains("Last spring"),
            "{text}"
        );
    }
}

/// Sizes at random, some too small for anything; at the end everything is there again.
#[test]
fn a_thousand_sizes_at_random_leave_it_whole() {
    let mut s = Session::start(|_| vec!["monitor".into()]);
    s.wait_for("Monitor · this machine");
    // A generator by hand, so that a failure comes again.
    let mut state = 1_u32;
    let mut draw = |most: u32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        // Below the most.
        1 + u16::try_from((state >> 16) % most).unwrap()
    };
    for number in 0..1_000 {
        s.resize(draw(200), draw(60));
        if number % 100 == 0 {
            s.send(&(1 + number / 100 % 7).to_string());
        }
        thread::sleep(Duration::from_millis(3));
    }
    s.resize(80, 24);
    s.send("1\x0c");
    s.wait_for("Monitor · this machine");
    s.wait_for("cpu");
    s.send("\x11");
    assert_eq!(s.ends(), 0);
    s.assert_restored();
}

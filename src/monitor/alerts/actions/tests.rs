use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::*;
use crate::monitor::alerts::series::Labels;
use crate::resilience::breaker::{BreakerSettings, BreakerState};
use crate::resilience::clock::{Clock, Hand};
use crate::resilience::retry::RetrySettings;

/// For what must happen; a test that waits this long has failed.
const PATIENCE: Duration = Duration::from_secs(60);

fn transition(event: Event, from: Phase) -> Transition {
    Transition {
        at_ms: 5,
        rule: "Disk".to_owned(),
        severity: Severity::Warning,
        labels: Labels::new([("mount", "/a\u{1b}[31m")]),
        event,
        from,
        to: Phase::Firing,
        value: Some(0.25),
        annotation: "25% left".to_owned(),
    }
}

fn all() -> Targets {
    Targets {
        bell: true,
        notify: true,
        log: true,
        webhook: Some(SecretUrl::new("https://example.org/x")),
        command: vec!["prog".to_owned(), "arg".to_owned()],
        least: Severity::Info,
    }
}

/// The kinds of what is done.
fn kinds(targets: &Targets, transition: &Transition) -> Vec<&'static str> {
    let kind = |action: &Action| match action {
        Action::Bell => "bell",
        Action::Notify { .. } => "notify",
        Action::Log { .. } => "log",
        Action::Webhook { .. } => "webhook",
        Action::Command { .. } => "command",
    };
    targets.actions(transition).iter().map(kind).collect()
}

#[test]
fn people_are_told_where_an_alert_fires_and_where_it_ends() {
    let told = ["log", "notify", "webhook", "command"];
    for (event, from, expected) in [
        (Event::Pending, Phase::Inactive, &["log"][..]),
        (Event::Cancelled, Phase::Pending, &["log"]),
        (
            Event::Firing,
            Phase::Pending,
            &["log", "bell", "notify", "webhook", "command"],
        ),
        (Event::Resolved, Phase::Firing, &told),
        (Event::NoData, Phase::Firing, &told),
        (Event::NoData, Phase::Pending, &["log"]),
        (Event::NoData, Phase::Inactive, &["log"]),
        (Event::Returned, Phase::NoData, &["log"]),
        (Event::Forgotten, Phase::NoData, &["log"]),
    ] {
        assert_eq!(
            kinds(&all(), &transition(event, from)),
            expected,
            "{event:?} from {from:?}"
        );
    }
    let firing = transition(Event::Firing, Phase::Pending);
    let least = Targets {
        least: Severity::Critical,
        ..all()
    };
    assert_eq!(kinds(&least, &firing), ["log"]);
    assert_eq!(kinds(&Targets::default(), &firing), ["log", "bell"]);
    let silent = Targets {
        bell: false,
        log: false,
        ..Targets::default()
    };
    assert!(kinds(&silent, &firing).is_empty());
}

#[test]
fn actions_carry_the_transition() {
    let firing = transition(Event::Firing, Phase::Pending);
    let actions = all().actions(&firing);
    let Action::Log { line, severity } = &actions[0] else {
        panic!()
    };
    assert_eq!(*severity, Severity::Warning);
    assert_eq!(line, "alert Disk fires {mount=\"/a\\u{1b}[31m\"}: 25% left");
    let Action::Webhook { body, .. } = &actions[3] else {
        panic!()
    };
    assert_eq!(serde_json::from_str::<Transition>(body).unwrap(), firing);
    let Action::Command { argv, environment } = &actions[4] else {
        panic!()
    };
    assert_eq!(argv, &["prog", "arg"]);
    let values: Vec<_> = environment
        .iter()
        .map(|(name, value)| (&name[17..], &**value))
        .collect();
    assert_eq!(
        values,
        [
            ("RULE", "Disk"),
            ("SEVERITY", "warning"),
            ("EVENT", "firing"),
            ("VALUE", "0.25"),
            ("ANNOTATION", "25% left"),
            ("LABELS", "{\"mount\":\"/a\\u001b[31m\"}"),
        ]
    );
    for event in [
        Event::Pending,
        Event::Cancelled,
        Event::NoData,
        Event::Returned,
        Event::Forgotten,
    ] {
        let json = serde_json::to_string(&event).unwrap();
        assert_eq!(json, format!("\"{}\"", event.name()));
    }
}

#[test]
fn the_terminal_gets_orders_that_no_text_can_leave() {
    let notify = |title: &str, body: &str| Action::Notify {
        title: title.to_owned(),
        body: body.to_owned(),
    };
    let bytes = |action: &Action, protocol| {
        String::from_utf8(action.terminal_bytes(protocol).unwrap()).unwrap()
    };
    assert_eq!(bytes(&Action::Bell, Protocol::Osc9), "\x07");
    let plain = notify("Postwright: Disk fires", "25% left; soon é");
    assert_eq!(
        bytes(&plain, Protocol::Osc9),
        "\x1b]9;Postwright: Disk fires: 25% left; soon é\x1b\\"
    );
    assert_eq!(
        bytes(&plain, Protocol::Osc777),
        "\x1b]777;notify;Postwright: Disk fires;25% left, soon é\x1b\\"
    );
    let evil = notify("4;1;\x1b\\\x07", "a\u{9c}b\r\n\u{202e}c\u{0}\u{7f}d");
    assert_eq!(
        bytes(&evil, Protocol::Osc9),
        "\x1b]9;Alert 4;1; \\ : a b  c  d\x1b\\"
    );
    assert_eq!(
        bytes(&evil, Protocol::Osc777),
        "\x1b]777;notify;4,1, \\ ;a b  c  d\x1b\\"
    );
    let long = bytes(&notify("t", &"é".repeat(999)), Protocol::Osc9);
    assert_eq!(
        long.chars().count(),
        LONGEST_TEXT + "\x1b]9;t: \x1b\\".len()
    );
    assert!(long.ends_with("é…\x1b\\"));
    let log = Action::Log {
        severity: Severity::Info,
        line: String::new(),
    };
    assert_eq!(log.terminal_bytes(Protocol::Osc9), None);
}

#[test]
fn targets_that_cannot_be_used_are_refused() {
    all().validate().unwrap();
    Targets::default().validate().unwrap();
    for url in [
        "",
        "example.org",
        "ftp://example.org/",
        "http://",
        "file:///etc/passwd",
        "a b",
    ] {
        let targets = Targets {
            webhook: Some(SecretUrl::new(url)),
            ..Targets::default()
        };
        let url = SecretUrl::new(url);
        assert_eq!(targets.validate(), Err(TargetError::Webhook { url }));
    }
    let command = |argv: &[&str]| {
        let command = argv.iter().map(|a| (*a).to_owned()).collect();
        Targets {
            command,
            ..Targets::default()
        }
        .validate()
    };
    assert_eq!(command(&["", "x"]), Err(TargetError::Command));
    assert_eq!(
        command(&["x", "a\0b"]),
        Err(TargetError::Argument { nth: 2 })
    );
}

fn runner(change: impl FnOnce(&mut RunnerSettings)) -> (Runner, Hand) {
    let mut settings = RunnerSettings {
        retry: RetrySettings {
            retries: 3,
            base: Duration::from_millis(1),
            longest: Duration::from_millis(1),
        },
        ..RunnerSettings::default()
    };
    change(&mut settings);
    let (clock, hand) = Clock::manual();
    (Runner::start(&settings, &clock).unwrap(), hand)
}

fn command(argv: &[&str]) -> Action {
    let argv = argv.iter().map(|a| (*a).to_owned()).collect();
    let environment = vec![("POSTWRIGHT_ALERT_RULE", "R $x".to_owned())];
    Action::Command { argv, environment }
}

fn outcome(runner: &Runner) -> (String, Outcome) {
    let report = runner.reports().recv_timeout(PATIENCE).unwrap();
    (report.target, report.outcome)
}

#[test]
fn programs_get_arguments_and_environment_as_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let odd = folder.path().join("a b; $(touch x) '\"*");
    let (runner, _hand) = runner(|_| {});
    runner.perform(vec![command(&["touch", odd.to_str().unwrap()])]);
    assert_eq!(outcome(&runner), ("touch".to_owned(), Outcome::Done));
    assert!(odd.exists());
    // Nothing to read, nowhere to write, no terminal.
    let told = folder.path().join("told");
    let script = format!(
        "read x && exit 9; echo out; echo err >&2; printf %s \"$POSTWRIGHT_ALERT_RULE\" > {}",
        told.display()
    );
    runner.perform(vec![command(&["sh", "-c", &script])]);
    assert_eq!(outcome(&runner).1, Outcome::Done);
    assert_eq!(fs::read_to_string(told).unwrap(), "R $x");
}

#[test]
fn a_program_that_fails_or_does_not_exist_is_told() {
    let (runner, _hand) = runner(|_| {});
    runner.perform(vec![command(&["sh", "-c", "exit 3"])]);
    assert_eq!(
        outcome(&runner).1,
        Outcome::Failed("exit status: 3".to_owned())
    );
    runner.perform(vec![command(&["/nowhere/at-all"])]);
    let (target, outcome) = outcome(&runner);
    assert_eq!(target, "/nowhere/at-all");
    assert!(
        matches!(&outcome, Outcome::Failed(why) if why.contains("No such file")),
        "{outcome:?}"
    );
}

/// Whether the process of this number runs: it is there and not merely unburied.
fn is_alive(pid: &str) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit(") ")
        .next()
        .is_some_and(|rest| !rest.is_empty() && !rest.starts_with(['Z', 'X']))
}

/// Waits for `done`.
fn until(what: &str, done: impl Fn() -> bool) {
    let tries = PATIENCE.as_millis() / 2;
    for _ in 0..tries {
        if done() {
            return;
        }
        thread::sleep(Duration::from_millis(2));
    }
    panic!("in vain: {what}");
}

/// A program whose own child has written its number, and the number.
fn with_a_child(runner: &Runner, folder: &Path) -> String {
    let file = folder.join("pid");
    let script = format!("sleep 600 & echo $! > {}; wait", file.display());
    runner.perform(vec![command(&["sh", "-c", &script])]);
    let read = || fs::read_to_string(&file).unwrap_or_default();
    until("the program starts", || read().ends_with('\n'));
    read().trim().to_owned()
}

#[test]
fn a_program_that_takes_too_long_is_killed_with_its_children() {
    let folder = tempfile::tempdir().unwrap();
    let (runner, hand) = runner(|settings| {
        settings.programs = 1;
        settings.queue = 1;
    });
    let pid = with_a_child(&runner, folder.path());
    // There is room for one only, so this waits and fills the queue.
    assert_eq!(runner.perform(vec![command(&["true"])]).dropped, 0);
    thread::sleep(Duration::from_millis(5));
    assert_eq!(runner.perform(vec![command(&["true"])]).dropped, 1);
    hand.advance(Duration::from_millis(29_999));
    assert!(is_alive(&pid));
    hand.advance(Duration::from_millis(1));
    assert_eq!(outcome(&runner), ("sh".to_owned(), Outcome::TimedOut));
    assert_eq!(outcome(&runner), ("true".to_owned(), Outcome::Done));
    until("the child ends", || !is_alive(&pid));
}

#[test]
fn the_end_of_the_runner_is_that_of_its_programs() {
    let folder = tempfile::tempdir().unwrap();
    let (runner, _hand) = runner(|_| {});
    let pid = with_a_child(&runner, folder.path());
    drop(runner);
    until("the child ends", || !is_alive(&pid));
}

#[test]
fn what_a_full_queue_cannot_take_is_dropped_and_counted() {
    let (runner, _hand) = runner(|settings| {
        settings.programs = 1;
        settings.queue = 1;
    });
    let action = || command(&["sleep", "600"]);
    let performed = runner.perform(vec![
        action(),
        action(),
        action(),
        Action::Bell,
        action(),
        action(),
    ]);
    assert_eq!(performed.terminal, b"\x07");
    // One waits, one may have been taken already.
    assert!(
        (3..=4).contains(&performed.dropped),
        "{}",
        performed.dropped
    );
}

/// Answers one connection after another with `statuses`; gives what was sent.
fn server(statuses: &'static [u16]) -> (String, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!(
        "http://{}/hook?token=secret",
        listener.local_addr().unwrap()
    );
    let answers = thread::spawn(move || {
        let mut bodies = Vec::new();
        for status in statuses {
            let (mut stream, _) = listener.accept().unwrap();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let mut length = 0;
            let mut head = String::new();
            loop {
                let mut line = String::new();
                reader.read_line(&mut line).unwrap();
                let lower = line.to_ascii_lowercase();
                if let Some(value) = lower.strip_prefix("content-length:") {
                    length = value.trim().parse().unwrap();
                }
                if line == "\r\n" {
                    break;
                }
                head.push_str(&lower);
            }
            assert!(
                head.starts_with("post /hook?token=secret http/1.1"),
                "{head}"
            );
            assert!(head.contains("content-type: application/json"), "{head}");
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            bodies.push(String::from_utf8(body).unwrap());
            let answer = format!(
                "HTTP/1.1 {status} X\r\nLocation: /other\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            );
            stream.write_all(answer.as_bytes()).unwrap();
        }
        bodies
    });
    (url, answers)
}

fn webhook(url: &str) -> Action {
    Action::Webhook {
        url: SecretUrl::new(url),
        alert: "R".to_owned(),
        body: "{\"é\":1}".to_owned(),
    }
}

#[test]
fn webhooks_are_sent_again_until_they_arrive() {
    let (url, server) = server(&[500, 429, 204]);
    let (runner, _hand) = runner(|_| {});
    runner.perform(vec![webhook(&url)]);
    assert_eq!(
        outcome(&runner),
        ("http://127.0.0.1".to_owned(), Outcome::Done)
    );
    assert_eq!(server.join().unwrap(), vec!["{\"é\":1}"; 3]);
    assert_eq!(runner.breaker().snapshot().state, BreakerState::Closed);
}

#[test]
fn what_the_other_side_does_not_want_is_not_sent_again_nor_held_against_it() {
    for status in [&[400], &[404], &[302]] {
        let (url, server) = server(status);
        let (runner, _hand) = runner(|settings| {
            settings.breaker = BreakerSettings {
                minimum_calls: 1,
                ..BreakerSettings::default()
            };
        });
        runner.perform(vec![webhook(&url)]);
        assert_eq!(
            outcome(&runner).1,
            Outcome::Failed(format!("status {}", status[0]))
        );
        assert_eq!(server.join().unwrap().len(), 1);
        assert_eq!(runner.breaker().snapshot().state, BreakerState::Closed);
    }
}

#[test]
fn a_webhook_that_keeps_failing_is_given_up_for_a_while() {
    let (url, server) = server(&[500, 503, 200]);
    let (runner, hand) = runner(|settings| {
        settings.breaker = BreakerSettings {
            minimum_calls: 2,
            half_open_permits: 1,
            open_for: Duration::from_secs(30),
            open_jitter: 0.0,
            ..BreakerSettings::default()
        };
    });
    // The second try opens the breaker, which refuses the third.
    runner.perform(vec![webhook(&url)]);
    let first = outcome(&runner).1;
    assert!(matches!(first, Outcome::Refused(_)), "{first:?}");
    runner.perform(vec![webhook(&url)]);
    let second = outcome(&runner).1;
    assert!(matches!(second, Outcome::Refused(_)), "{second:?}");
    hand.advance(Duration::from_secs(30));
    runner.perform(vec![webhook(&url)]);
    assert_eq!(outcome(&runner).1, Outcome::Done);
    assert_eq!(
        server.join().unwrap().len(),
        3,
        "nothing was sent while it was open"
    );
}

#[test]
fn a_webhook_that_nobody_answers_fails_after_its_tries() {
    // A port that was free a moment ago.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/secret", listener.local_addr().unwrap());
    drop(listener);
    let (runner, _hand) = runner(|_| {});
    runner.perform(vec![webhook(&url)]);
    let (target, outcome) = outcome(&runner);
    assert_eq!(target, "http://127.0.0.1");
    let Outcome::Failed(why) = outcome else {
        panic!("{outcome:?}")
    };
    assert!(why.contains("refused") && !why.contains("secret"), "{why}");
    assert_eq!(
        runner.breaker().snapshot().calls,
        4,
        "one try and three more"
    );
}

#[test]
fn what_an_open_breaker_refused_is_sent_once_it_lets_calls_through() {
    let (url, server) = server(&[500, 200, 200]);
    let (runner, hand) = runner(|settings| {
        settings.look_again = Duration::from_millis(2);
        settings.breaker = BreakerSettings {
            minimum_calls: 1,
            open_for: Duration::from_secs(30),
            ..BreakerSettings::default()
        };
    });
    let state = |alert: &str, body: &str| Action::Webhook {
        url: SecretUrl::new(&url),
        alert: alert.to_owned(),
        body: body.to_owned(),
    };
    runner.perform(vec![state("A", "A fires")]);
    assert!(matches!(outcome(&runner).1, Outcome::Refused(_)));
    runner.perform(vec![state("B", "B fires"), state("A", "A is over")]);
    for _ in 0..2 {
        assert!(matches!(outcome(&runner).1, Outcome::Refused(_)));
    }
    // Each is sent once, as it stands now.
    hand.advance(Duration::from_secs(60));
    for _ in 0..2 {
        assert_eq!(outcome(&runner).1, Outcome::Done);
    }
    assert_eq!(server.join().unwrap(), ["A fires", "B fires", "A is over"]);
}

//! Posts that are no posts, and what is said of them.

use std::process::Stdio;

use super::{POST, feed, file, program, run};

fn refused(args: &[&str], stdin: &[u8]) -> String {
    let run = run(args, stdin).expect(2);
    assert_eq!(run.out, "");
    assert!(run.err.starts_with("error: "), "{}", run.err);
    run.err
}

#[test]
fn what_is_not_utf8_is_refused_with_its_offset() {
    for (bytes, wants) in [
        (&b"caf\xe9 ok"[..], "-: not UTF-8: byte 0xe9 at offset 3"),
        (b"\xff\xfeH\0i\0", "UTF-16"),
        (b"\xfe\xff\0H\0i", "UTF-16"),
        (b"\x7fELF\x02\x01\x01\0\0\xff\xc3", "at offset 9"),
        (b"cut in the middle \xf0\x9f\x9a", "at offset 18"),
        (b"a surrogate \xed\xa0\x80", "at offset 12"),
    ] {
        for command in [
            &["analyze"][..],
            &["analyze", "--format", "json"],
            &["export"],
        ] {
            let err = refused(command, bytes);
            assert!(err.contains(wants), "{err}");
            assert!(err.contains("save it as UTF-8"), "{err}");
        }
    }
}

#[test]
fn files_that_cannot_be_read_are_named_with_a_remedy() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().to_str().unwrap();
    let mut paths = vec!["no/such/post.md", folder];
    if cfg!(target_os = "linux") {
        paths.push("/proc/self/mem");
    }
    for path in paths {
        for command in ["analyze", "export"] {
            let err = refused(&[command, path], b"");
            assert!(err.contains(&format!("{path}: cannot read")), "{err}");
            assert!(err.contains("help: "), "{err}");
        }
        let err = refused(&["analyze", "--jsonl", path], b"");
        assert!(err.contains(&format!("{path}: cannot read")), "{err}");
        assert!(err.contains("help: "), "{err}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn endless_input_is_refused() {
    for args in [&["analyze", "/dev/zero"][..], &["export", "/dev/zero"]] {
        let err = refused(args, b"");
        assert!(
            err.contains("/dev/zero: more than 64 MiB") && err.contains("help: "),
            "{err}"
        );
    }
}

#[test]
fn the_other_files_are_still_read() {
    let (_keep, good) = file("good.md", POST);
    let good = good.to_str().unwrap();
    let run = run(
        &[
            "analyze", "--format", "json", "--only", "text", "no-such", good, good,
        ],
        "",
    );
    let run = run.expect(2);
    assert_eq!(run.json().as_array().unwrap().len(), 2);
    assert!(run.err.contains("no-such: cannot read"), "{}", run.err);
}

#[test]
fn nul_and_other_controls_are_taken_out_and_told() {
    let input = "One\0 two\x07 three";
    let found = super::report(input, "findings,text");
    let rules: Vec<_> = found["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|f| f["rule"] == "unicode/control-characters")
        .map(|f| super::under(input, &f["span"]))
        .collect();
    assert_eq!(rules, ["\0", "\x07"]);
    assert_eq!(found["text"]["words"], 3);
}

#[test]
fn standard_input_is_read_by_default_and_by_a_dash() {
    for args in [
        &["analyze", "--format", "json"][..],
        &["analyze", "-", "--format", "json"],
    ] {
        let args = [args, &["--only", "text"]].concat();
        let report = run(&args, "One two").expect(0).json();
        assert_eq!(
            (&report["id"], &report["text"]["words"]),
            (&"-".into(), &2.into())
        );
    }
}

#[test]
fn usage_is_explained() {
    for (args, wants) in [
        (&["analyze", "--only", "texts"][..], "texts"),
        (&["analyze", "--only", ""], "possible values: text"),
        (&["analyze", ""], "a value is required"),
        (&["analyze", "--only", "Text"], "possible values: text"),
        (&["analyze", "--format", "xml"], "human"),
        (&["analyze", "--mode", "strict"], "parity"),
        (&["analyze", "--fail-on", "fatal"], "warning"),
        (&["analyze", "--color", "sometimes"], "always"),
        (&["analyze", "--workers", "many"], "many"),
        (&["analyze", "--workers", "100000"], "at most 1024"),
        (&["analyze", "--set", "fold.mobile"], "section.key=value"),
        (&["analyze", "--set", "fold.mobil=3"], "did you mean"),
        (&["analyze", "--no-such-flag"], "--no-such-flag"),
        (&["export", "--as", "html"], "little-text"),
        (&["export", "a", "b"], "unexpected argument 'b'"),
        (&["config"], "check"),
        (&["completions", "tcsh"], "bash"),
        (&["draft.md", "analyze"], "draft.md"),
    ] {
        let run = run(args, "a").expect(2);
        assert!(run.err.contains(wants), "{args:?}: {}", run.err);
        assert_eq!(run.out, "");
    }
    for args in [&["--help"][..], &["--version"], &["analyze", "--help"]] {
        let run = run(args, "").expect(0);
        assert!(!run.out.is_empty() && run.err.is_empty());
    }
}

#[test]
fn flags_may_stand_before_the_command() {
    let before = run(&["--color", "never", "analyze", "--only", "text"], POST).expect(0);
    let behind = run(&["analyze", "--only", "text", "--color", "never"], POST).expect(0);
    assert_eq!(before.out, behind.out);
}

#[test]
fn fail_on_compares_severities() {
    let warning = "We recieved it and then we went home.";
    for (severity, code) in [("hint", 1), ("warning", 1), ("error", 0)] {
        let run = run(&["analyze", "--fail-on", severity], warning).expect(code);
        assert!(run.out.contains("warning"), "{}", run.out);
        // What is printed does not change what is judged.
        let args = [
            "analyze",
            "--format",
            "json",
            "--fail-on",
            severity,
            "--only",
            "text",
        ];
        let report = super::run(&args, warning).expect(code).json();
        assert!(report.get("findings").is_none() && report.get("unavailable").is_none());
    }
    let over = "word ".repeat(700);
    run(&["analyze", "--fail-on", "error"], over).expect(1);
    run(&["analyze"], warning).expect(0);
}

#[test]
fn colour_is_for_terminals_and_flags() {
    let coloured = |args: &[&str], env: &[(&str, &str)]| {
        let mut command = program();
        command
            .args(["analyze", "--only", "text,findings"])
            .args(args);
        command.envs(env.iter().copied());
        feed(command, b"It was done.")
            .expect(0)
            .out
            .contains('\x1b')
    };
    assert!(!coloured(&[], &[]), "a pipe");
    assert!(coloured(&["--color", "always"], &[]));
    assert!(!coloured(&["--color", "never"], &[]));
    assert!(!coloured(&["--color", "auto"], &[("NO_COLOR", "1")]));
    assert!(
        coloured(&["--color", "always"], &[("NO_COLOR", "1")]),
        "a flag is said last"
    );
    assert!(
        !coloured(&["--color", "always", "--format", "json"], &[]),
        "JSON is for programs"
    );
}

#[test]
fn colour_in_a_terminal() {
    use portable_pty::{CommandBuilder, PtySize, native_pty_system};
    let (_keep, path) = file("post.md", "It was written by the team.");
    let in_terminal = |no_color: bool| {
        let pair = native_pty_system().openpty(PtySize::default()).unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_postwright"));
        command.env_clear();
        command.env("TERM", "xterm-256color");
        command.env("HOME", env!("CARGO_TARGET_TMPDIR"));
        if no_color {
            command.env("NO_COLOR", "1");
        }
        command.args(["analyze", "--only", "text,findings", path.to_str().unwrap()]);
        let mut child = pair.slave.spawn_command(command).unwrap();
        let mut reader = pair.master.try_clone_reader().unwrap();
        drop(pair.slave);
        let mut bytes = Vec::new();
        let mut piece = [0; 4096];
        // A terminal whose last program has ended reports an error in place of the end.
        while let Ok(n @ 1..) = std::io::Read::read(&mut reader, &mut piece) {
            bytes.extend(&piece[..n]);
        }
        assert!(child.wait().unwrap().success());
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.contains("passive"), "{text}");
        text.contains('\x1b')
    };
    assert!(in_terminal(false));
    assert!(!in_terminal(true));
}

#[test]
fn a_hostile_post_cannot_steer_the_terminal() {
    let post = "I \x1b]0;title\x07hate \u{202e}this\x1b[2J, he was \u{202e}told #a\u{9b}31m.";
    for extra in [&[][..], &["--explain"]] {
        let args = [&["analyze", "--color", "always"][..], extra].concat();
        let out = run(&args, post).expect(0).out;
        assert!(
            !out.contains('\u{202e}') && !out.contains('\u{9b}'),
            "{out:?}"
        );
        assert!(
            !out.contains("\x1b]") && !out.contains("\x1b[2J"),
            "{out:?}"
        );
    }
    if cfg!(unix) {
        let (_keep, path) = file("a\x1b[2Jb\x7f.md", "Fine.");
        let path = path.to_str().unwrap();
        let out = run(&["analyze", "--color", "always", path], "")
            .expect(0)
            .out;
        assert!(!out.contains("\x1b[2J"), "{out:?}");
        let report = run(&["analyze", "--format", "json", "--only", "text", path], "").expect(0);
        assert_eq!(report.json()["id"], path, "JSON has the name as it is");
        let err = run(&["analyze", "--color", "always", &format!("{path}x")], "")
            .expect(2)
            .err;
        assert!(!err.contains("\x1b[2J"), "{err:?}");
    }
}

#[test]
fn a_closed_pipe_is_no_error_and_a_full_disk_is() {
    let (_keep, path) = file("post.md", POST.repeat(20));
    let path = path.to_str().unwrap();
    for args in [
        &["analyze", path][..],
        &["analyze", "--format", "json", path],
        &["analyze", "--format", "sarif", path],
        &["export", path],
        &["rules"],
        &["rules", "--format", "json"],
        &["config", "explain"],
        &["completions", "bash"],
        &["--help"],
    ] {
        let mut child = program()
            .args(args)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        let err = String::from_utf8_lossy(&output.stderr);
        assert_eq!((output.status.code(), &*err), (Some(0), ""), "{args:?}");
        if cfg!(target_os = "linux") && args[0] != "--help" {
            let full = std::fs::File::create("/dev/full").unwrap();
            let output = program()
                .args(args)
                .stdin(Stdio::null())
                .stdout(full)
                .output()
                .unwrap();
            let err = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(2), "{args:?}: {err}");
            assert!(err.contains("No space left"), "{args:?}: {err}");
        }
    }
}

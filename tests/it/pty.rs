//! The program in a terminal of its own, as a person meets it.

mod breakers;
mod drafts;
mod files;
mod input;
mod session;
mod versions;
mod watch;

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use session::{BINARY, Session};
use unicode_width::UnicodeWidthStr;

const SAMPLE: &str = include_str!("../data/post.md");

fn with_sample() -> Session {
    let mut s = Session::start(|home| {
        let path = home.join("post.md");
        fs::write(&path, SAMPLE).unwrap();
        vec![path.into()]
    });
    s.wait_for("Last spring");
    s
}

#[test]
fn typing_saving_and_quitting() {
    let mut s = with_sample();
    let path = s.home().join("post.md");
    s.send("Hello, you. ");
    s.wait_for("Hello, you. Last");
    s.wait_for("post.md •");
    s.send("\x13");
    s.wait_for("saved ");
    assert_eq!(
        fs::read_to_string(&path).unwrap(),
        format!("Hello, you. {SAMPLE}")
    );
    // Nothing is left to lose, so nothing is asked.
    s.send("\x11");
    assert_eq!(s.ends(), 0);
    s.assert_restored();
}

#[test]
fn quitting_asks_before_text_is_thrown_away() {
    let mut s = with_sample();
    s.send("x");
    s.wait_for("xLast");
    s.send("\x11");
    s.wait_for("not saved");
    s.send("\x1b");
    s.wait_until("the question goes", |screen| !screen.contains("not saved"));
    s.send("\x11");
    s.wait_for("discard the changes");
    s.send("d");
    assert_eq!(s.ends(), 0);
    s.assert_restored();
    assert_eq!(
        fs::read_to_string(s.home().join("post.md")).unwrap(),
        SAMPLE
    );
    assert!(s.rescued().is_empty(), "what was discarded is gone");
}

#[test]
fn a_bracketed_paste_is_one_edit() {
    let mut s = with_sample();
    s.send("\x1b[200~First pasted.\r\nSecond \x1b]0;title\x07pasted.\r\n\x1b[201~");
    s.wait_for("Second pasted.");
    s.wait_for("left out");
    s.send("\x1a");
    s.wait_until("the paste goes", |screen| !screen.contains("pasted."));
    s.send("\x11");
    assert_eq!(s.ends(), 0);
}

#[test]
fn a_large_bracketed_paste() {
    let mut s = Session::start(|home| vec![home.join("new.md").into()]);
    s.wait_for("new draft");
    let text = "A line of a large paste.\r\n".repeat(20_000);
    s.send(&format!("\x1b[200~{text}\x1b[201~"));
    s.wait_for("The analysis rests");
    s.send("\x11");
    s.wait_for("discard the changes");
    s.send("d");
    assert_eq!(s.ends(), 0);
}

/// A burst longer than one read of the terminal must not wait for the next key.
#[test]
fn a_burst_of_keys_arrives_whole() {
    let mut s = Session::start(|home| vec![home.join("new.md").into()]);
    s.wait_for("new draft");
    s.send(&"word ".repeat(500));
    s.wait_for("2500/3000");
    s.send("\x11");
    s.wait_for("discard the changes");
    s.send("d");
    assert_eq!(s.ends(), 0);
}

#[test]
fn a_path_that_does_not_exist_is_a_new_draft() {
    let mut s = Session::start(|home| vec![home.join("new.md").into()]);
    s.wait_for("new draft");
    s.wait_for("nothing to measure");
    s.send("A first line.\rAnd a second.");
    s.wait_for("And a second.");
    s.send("\x13");
    s.wait_for("saved ");
    let text = fs::read_to_string(s.home().join("new.md")).unwrap();
    assert_eq!(text, "A first line.\nAnd a second.");
    s.send("\x11");
    assert_eq!(s.ends(), 0);
}

#[test]
fn keys_help_and_panes() {
    let mut s = with_sample();
    s.send("\x1bOP");
    s.wait_for("go to the next pane");
    s.send("\x1b");
    s.wait_until("the help goes", |screen| {
        !screen.contains("go to the next pane")
    });
    s.send("\t\r");
    s.wait_for("How the scores add up");
    s.send("\x1b");
    s.wait_until("it goes", |screen| !screen.contains("How the scores"));
    // The checker answers without a key being pressed.
    s.wait_until("the checker answers", |screen| !screen.contains("checking"));
    s.wait_for("correctness");
    s.send("\x11");
    assert_eq!(s.ends(), 0);
}

#[test]
fn signals_keep_the_text_and_give_the_terminal_back() {
    for name in ["TERM", "HUP", "INT", "QUIT", "USR1", "USR2", "ALRM", "ABRT"] {
        let mut s = with_sample();
        s.send("Kept. ");
        s.wait_for("Kept. Last");
        s.signal(name);
        s.ends();
        s.assert_restored();
        let file = s.home().join("post.md");
        assert_eq!(fs::read_to_string(&file).unwrap(), SAMPLE);
        if name != "HUP" {
            let said = s.screen().replace('\n', "");
            assert!(said.contains("the text was not saved"), "{name}: {said}");
        }
        let mut again = Session::beside(&s, |home| vec![home.join("post.md").into()]);
        again.wait_for("Recovered text");
        again.send("r");
        again.wait_for("Kept. Last");
        again.send("\x13");
        again.wait_until("saved", |_| {
            fs::read_to_string(&file).unwrap() == format!("Kept. {SAMPLE}")
        });
        again.send("\x11");
        assert_eq!(again.ends(), 0);
        assert!(again.rescued().is_empty());
    }
}

#[test]
fn a_second_instance_is_told_and_reads_or_copies() {
    let mut s = with_sample();
    s.send("Mine. ");
    s.wait_for("Mine. Last");
    let mut second = Session::beside(&s, |home| vec![home.join("post.md").into()]);
    second.wait_for("Open elsewhere");
    second.send("r");
    second.wait_for("(read-only)");
    second.send("x\x13\x11");
    assert_eq!(second.ends(), 0);
    assert_eq!(
        fs::read_to_string(s.home().join("post.md")).unwrap(),
        SAMPLE
    );
    let mut third = Session::beside(&s, |home| vec![home.join("post.md").into()]);
    third.wait_for("Open elsewhere");
    third.send("c");
    third.wait_for("new draft •");
    third.wait_for("Last spring");
    // The other one's draft begins with “Mine”.
    third.wait_for_draft("Last spring");
    third.kill();
    s.send("\x11");
    s.wait_for("discard the changes");
    s.send("d");
    assert_eq!(s.ends(), 0);
    let mut fourth = Session::beside(&s, |_| Vec::new());
    fourth.wait_for("F4 shows it");
    fourth.send("\x1bOS");
    fourth.wait_for("Drafts");
    fourth.wait_for("Last spring");
}

#[test]
fn a_file_that_another_program_changed_is_not_written_over() {
    let mut s = with_sample();
    s.send("Mine. ");
    s.wait_for("Mine. Last");
    let file = s.home().join("post.md");
    fs::write(&file, "Theirs.\n").unwrap();
    // The terminal's window is looked at again.
    s.send("\x1b[I");
    s.wait_for("changed on disk");
    s.send("\x13");
    s.wait_for("changed by another program");
    assert_eq!(fs::read_to_string(&file).unwrap(), "Theirs.\n");
    s.send("\x13");
    s.wait_for("Not saved yet");
    s.send("r");
    s.wait_for("Theirs.");
    s.wait_for("among the drafts");
    assert!(!s.screen().contains('✗'), "{}", s.screen());
    // What was typed here is kept.
    s.send("\x1bOS");
    s.wait_for("Mine. Last");
    s.send("\r");
    s.wait_for("a draft without a file");
    s.wait_for("Mine. Last");
}

#[test]
fn text_without_a_journal_is_put_away_before_another_post_takes_its_place() {
    let mut s = Session::start(|home| {
        // No folder can be made where a file is.
        fs::create_dir_all(home.join("state/postwright")).unwrap();
        fs::write(home.join("state/postwright/drafts"), "").unwrap();
        vec![home.join("post.md").into()]
    });
    s.wait_for("not journaled");
    s.send("Precious words. ");
    s.wait_for("• not journaled");
    s.send("\x0e");
    s.wait_for("its text is in");
    assert_eq!(s.rescued(), ["Precious words. "]);
}

#[test]
fn what_is_no_file_is_not_written_to() {
    let mut s = with_sample();
    for target in ["/dev/null", "/dev/zero"] {
        s.send(&format!("\x1bOQ\x15{target}\r"));
        s.wait_for(&format!("{target}: not saved"));
        s.send("\x1b");
        s.wait_until("the box goes", |screen| !screen.contains("Save as"));
    }
    s.send("\x11");
    assert_eq!(s.ends(), 0);
}

#[test]
fn a_save_under_another_name_takes_the_journal_along() {
    let mut s = with_sample();
    let other = s.home().join("other.md");
    s.send(&format!("\x1bOQ\x15{}\r", other.display()));
    s.wait_until("saved", |_| other.exists());
    s.wait_for("saved ");
    s.send("Typed later. ");
    s.wait_for("Typed later. Last");
    s.kill();
    let mut first = Session::beside(&s, |home| vec![home.join("post.md").into()]);
    first.wait_for("Last spring");
    assert!(!first.screen().contains("Recovered"), "{}", first.screen());
    let mut second = Session::beside(&s, |home| vec![home.join("other.md").into()]);
    second.wait_for("Recovered text");
}

#[test]
fn suspend_gives_the_terminal_to_the_shell_and_takes_it_back() {
    let mut s = with_sample();
    s.send("Before. ");
    s.wait_for("Before. Last");
    s.signal("TSTP");
    s.wait_for_state('T');
    s.assert_restored();
    s.signal("CONT");
    s.wait_for("Before. Last");
    s.send("After. ");
    s.wait_for("Before. After. Last");
    s.signal("TERM");
    s.ends();
    s.assert_restored();
}

#[test]
fn a_paste_of_eight_megabytes_is_refused_and_typing_goes_on() {
    let mut s = with_sample();
    let text = "A line of a huge paste.\r\n".repeat((8 << 20) / 25);
    s.send(&format!("\x1b[200~{text}\x1b[201~"));
    s.wait_for("not pasted");
    s.wait_for("4194304");
    s.send("Still here. ");
    s.wait_for("Still here. Last");
}

#[test]
fn a_paste_without_its_end_is_taken_once_the_end_comes_and_signals_work_meanwhile() {
    let mut s = with_sample();
    s.send("\x1b[200~Half of a paste");
    s.wait_until("the checker answers", |screen| !screen.contains("checking"));
    s.send(", and the rest. \x1b[201~");
    s.wait_for("Half of a paste, and the rest. Last");
    s.send("\x1b[200~Never ended");
    s.signal("TERM");
    s.ends();
    s.assert_restored();
}

#[test]
fn the_mouse_selects_text() {
    let mut s = with_sample();
    // Press on “spring”, drag to its end, let go.
    s.send("\x1b[<0;7;2M\x1b[<32;13;2M\x1b[<0;13;2m");
    s.send("Autumn");
    s.wait_for("Last Autumn I turned");
}

#[test]
fn cursor_and_text_agree_at_the_edge_of_wide_characters() {
    // 42 columns: wide characters and joined emoji stand across the edge at each shift.
    for shift in 0..3 {
        let text = format!("{}{}", "x".repeat(shift), "字👩\u{200d}💻é🚀".repeat(8));
        let mut s = Session::start(|home| {
            fs::write(home.join("post.md"), &text).unwrap();
            vec![home.join("post.md").into()]
        });
        s.wait_for("post.md");
        s.send("\x1b[1;5F!");
        s.wait_for("🚀!");
        let screen = s.screen();
        let (column, row) = s.cursor().unwrap();
        let line = screen.lines().nth(row.into()).unwrap();
        let before = line.split('!').next().unwrap();
        assert_eq!(usize::from(column), before.width() + 1, "{screen}");
    }
}

#[test]
fn nothing_is_sent_while_nothing_happens() {
    let mut s = with_sample();
    s.wait_until("the checker answers", |screen| !screen.contains("checking"));
    // On a busy machine the vectors come late.
    s.rests(Duration::from_secs(2));
    s.wait_for("0 B/s");
    let before = s.received();
    thread::sleep(Duration::from_secs(3));
    assert_eq!(s.received(), before);
    s.send("a");
    s.wait_for("aLast");
    assert!(s.received() > before);
}

#[test]
fn a_save_that_fails_says_so_and_keeps_the_text() {
    let mut s = Session::start(|home| {
        fs::create_dir(home.join("gone")).unwrap();
        vec![home.join("gone/post.md").into()]
    });
    s.wait_for("new draft");
    s.send("Precious.");
    s.wait_for("Precious.");
    fs::remove_dir(s.home().join("gone")).unwrap();
    s.send("\x13");
    s.wait_for("not saved");
    s.wait_for("F2 saves");
    s.wait_for("Precious.");
    // A place that even root cannot write to.
    s.send("\x1bOQ\x15/proc/postwright.md\r");
    s.wait_for("/proc/postwright.md: not saved");
    let elsewhere = s.home().join("else.md");
    // The box is still there.
    s.send(&format!("\x15{}\r", elsewhere.display()));
    s.wait_until("saved", |_| elsewhere.exists());
    assert_eq!(fs::read_to_string(elsewhere).unwrap(), "Precious.");
    s.send("\x11");
    assert_eq!(s.ends(), 0);
}

/// The program on a small file system of its own, which `then` is done to first; `None` where the
/// system does not let us mount one.
fn on_a_small_disk(then: &str) -> Option<Session> {
    let mount = "mount -t tmpfs -o size=64k tmpfs /mnt";
    let can_mount = Command::new("unshare")
        .args(["-rm", "sh", "-c", mount])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|s| s.success());
    if !can_mount {
        eprintln!("skipped: no small file system can be mounted here");
        return None;
    }
    let script =
        format!("{mount} && echo old > /mnt/post.md && {then} && exec \"$0\" /mnt/post.md");
    Some(Session::command(|_| {
        ["unshare", "-rm", "sh", "-c", &script, BINARY]
            .map(Into::into)
            .to_vec()
    }))
}

#[test]
fn a_folder_that_cannot_be_written_to() {
    let Some(mut s) = on_a_small_disk("mount -o remount,ro /mnt") else {
        return;
    };
    s.wait_for("old");
    s.send("Precious. \x13");
    s.wait_for("/mnt/post.md: not saved: Read-only file system");
    s.wait_for("F2 saves it elsewhere");
    s.wait_for_draft("Precious. old");
    s.send("\x1bOQ\x15/mnt/other.md\r");
    s.wait_for("/mnt/other.md: not saved: Read-only file system");
    s.wait_for("Save as");
    let elsewhere = s.home().join("else.md");
    s.send(&format!("\x15{}\r", elsewhere.display()));
    s.wait_until("saved", |_| elsewhere.exists());
    s.wait_for("saved ");
    assert_eq!(fs::read_to_string(elsewhere).unwrap(), "Precious. old\n");
    s.send("\x11");
    assert_eq!(s.ends(), 0);
}

#[test]
fn a_full_disk() {
    let Some(mut s) = on_a_small_disk("true") else {
        return;
    };
    s.wait_for("old");
    let text = "Far too much text.\r".repeat(6_000);
    s.send(&format!("\x1b[200~{text}\x1b[201~"));
    s.wait_for("Far too much");
    s.send("\x13");
    s.wait_for("No space left on device");
    // A path outside of the small file system.
    let elsewhere = s.home().join("else.md");
    s.send(&format!("\x1bOQ\x15{}\r", elsewhere.display()));
    s.wait_until("saved", |_| elsewhere.exists());
    let saved = fs::read_to_string(elsewhere).unwrap();
    assert_eq!(saved, format!("{}old\n", text.replace('\r', "\n")));
    s.send("\x11");
    assert_eq!(s.ends(), 0);
}

#[test]
fn any_size_is_survived() {
    let mut s = with_sample();
    // A fixed walk over sizes small and large, with the smallest among them.
    let mut seed = 0x2545_f491_u32;
    let mut next = |most: u32| {
        seed ^= seed << 13;
        seed ^= seed >> 17;
        seed ^= seed << 5;
        (seed % most) as u16
    };
    for i in 0..500 {
        let size = match i {
            10 => (1, 1),
            20 => (0, 0),
            30 => (20, 5),
            40 => (500, 1),
            _ => (1 + next(220), 1 + next(70)),
        };
        s.resize(size.0, size.1);
        if i % 7 == 0 {
            // Switches the pane, opens the help, closes it by a key that it does not know.
            s.send(["\t", "\x1bOP", "q"][i / 7 % 3]);
        }
    }
    s.resize(80, 24);
    s.send("\x1b2\x1b1");
    s.send("\x1b[1;5Hstill here ");
    s.wait_for("still here Last spring");
    s.wait_for("Results");
    s.signal("TERM");
    s.ends();
    s.assert_restored();
}

#[test]
fn without_a_terminal_it_says_what_to_do_instead() {
    let run = |file: &Path| {
        Command::new(BINARY)
            .arg(file)
            .stdin(Stdio::null())
            .output()
            .unwrap()
    };
    let home = tempfile::tempdir().unwrap();
    let output = run(&home.path().join("post.md"));
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("needs a terminal"), "{said}");
    assert!(said.contains("postwright analyze"), "{said}");
}

#[test]
fn a_dumb_terminal_and_what_is_no_post_are_refused() {
    let mut s = Session::dumb(|home| vec![home.join("post.md").into()]);
    s.wait_for("cannot place a cursor");
    assert_eq!(s.ends(), 2);
    s.assert_restored();
    let mut s = Session::start(|home| vec![home.into()]);
    s.wait_for("not a file");
    assert_eq!(s.ends(), 2);
    let mut s = Session::start(|home| {
        fs::write(home.join("bin"), b"ab\xffc").unwrap();
        vec![home.join("bin").into()]
    });
    s.wait_for("not UTF-8");
    assert_eq!(s.ends(), 2);
    s.assert_restored();
}

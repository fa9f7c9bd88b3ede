//! What the terminal sends in pieces, or not to its end.

use std::fs;
use std::thread;
use std::time::Duration;

use super::session::{BINARY, Session};
use super::{SAMPLE, with_sample};

/// Longer than the rest of a sequence is waited for.
const LONG: Duration = Duration::from_millis(400);

#[test]
fn a_paste_without_its_end_gives_its_text_and_the_keyboard_back() {
    let mut s = with_sample();
    s.send("\x1b[200~Never ended. ");
    s.wait_for("Never ended. Last");
    s.wait_for("the end of the paste did not come");
    s.send("Typed. ");
    s.wait_for("Never ended. Typed. Last");
    // Its rest is text too, though Tab would go to the results, and `i` there ignores a finding.
    s.send("\ti \x1b[201~");
    s.wait_for("i Last");
    s.send("Again. ");
    s.wait_for("i Again. Last");
    s.send("\x13");
    s.wait_for("saved ");
    let saved = fs::read_to_string(s.home().join("post.md")).unwrap();
    assert_eq!(saved, format!("Never ended. Typed. \ti Again. {SAMPLE}"));
    s.send("\x11");
    assert_eq!(s.ends(), 0);
}

#[test]
fn an_unfinished_sequence_does_not_keep_the_keyboard() {
    let mut s = with_sample();
    for (i, begun) in [
        "\x1b[<",
        "\x1b[M",
        "\x1b[<0;7",
        "\x1bO",
        "\x1b[1;",
        "\x1b]0;",
    ]
    .iter()
    .enumerate()
    {
        s.send(begun);
        thread::sleep(LONG);
        s.send(&format!("Typed{i} "));
        s.wait_for(&format!("Typed{i} "));
    }
    s.send("\x11");
    s.wait_for("discard the changes");
    s.send("\x1b");
    s.wait_until("the question goes", |screen| !screen.contains("discard"));
}

#[test]
fn a_slow_line_may_part_sequences() {
    let mut s = Session::start(|home| {
        fs::write(home.join("post.md"), SAMPLE).unwrap();
        vec!["--low-bandwidth".into(), home.join("post.md").into()]
    });
    s.wait_for("Last spring");
    for piece in [
        "\x1b",
        "[20",
        "0~one ",
        "two\x1b[2",
        "01~",
        "\x1b[1",
        ";5",
        "F!",
    ] {
        s.send(piece);
        thread::sleep(Duration::from_millis(20));
    }
    s.wait_for("!");
    s.send("\x13");
    s.wait_for("saved ");
    let saved = fs::read_to_string(s.home().join("post.md")).unwrap();
    assert!(saved.starts_with("one twoLast spring"), "{saved}");
    assert!(saved.trim_end().ends_with('!'), "{saved}");
}

#[test]
fn a_letter_may_come_in_pieces_however_late() {
    let mut s = with_sample();
    s.send("a");
    for (i, byte) in "🙏é".bytes().enumerate() {
        s.send_bytes(&[byte]);
        // The letter was begun by a byte of no other meaning.
        if ![3, 5].contains(&i) {
            thread::sleep(LONG);
        }
    }
    s.send("b");
    s.wait_for("a🙏ébLast");
    // What cannot go on is dropped, and what comes instead is taken.
    s.send_bytes(b"\xf0\x9f");
    thread::sleep(LONG);
    s.send_bytes(b"c\xff\x99d");
    s.wait_for("a🙏ébcdLast");
    s.send("\x13");
    s.wait_for("saved ");
    let saved = fs::read_to_string(s.home().join("post.md")).unwrap();
    assert_eq!(saved, format!("a🙏ébcd{SAMPLE}"));
}

#[test]
fn another_program_gets_its_keys_while_this_one_stands_still() {
    let mut s = Session::command(|home| {
        fs::create_dir_all(home.join("config/postwright")).unwrap();
        let config = "[keys]\nsuspend = [\"f12\"]\n";
        fs::write(home.join("config/postwright/config.toml"), config).unwrap();
        fs::write(home.join("post.md"), SAMPLE).unwrap();
        let script = "set -m; \"$0\" post.md; read -r line; echo \"got: $line\"; read -r; fg";
        ["bash", "-c", script, BINARY].map(Into::into).to_vec()
    });
    s.wait_for("Last spring");
    s.send("Before. ");
    s.wait_for("Before. Last");
    s.send("\x1b[24~");
    s.wait_until("the shell is back", |screen| !screen.contains("Last"));
    s.send("for the shell\n");
    s.wait_for("got: for the shell");
    s.send("\n");
    s.wait_for("Before. Last");
    s.send("After. ");
    s.wait_for("Before. After. Last");
    s.send("\x13\x11");
    s.ends();
    s.assert_restored();
    let saved = fs::read_to_string(s.home().join("post.md")).unwrap();
    assert_eq!(saved, format!("Before. After. {SAMPLE}"));
}

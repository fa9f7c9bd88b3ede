use proptest::prelude::*;

use super::*;

/// What comes of pieces; `…` in their place means that nothing comes for long.
fn heard(pieces: &[&str]) -> Vec<String> {
    let mut parser = Parser::default();
    let mut out = Vec::new();
    for piece in pieces {
        match *piece {
            "…" => {
                if parser.unfinished().is_some() {
                    parser.give_up();
                }
            }
            piece => parser.advance(piece.as_bytes()),
        }
        out.extend(std::iter::from_fn(|| parser.next()).map(told));
    }
    if let Some(unfinished) = parser.unfinished() {
        out.push(format!("waits: {unfinished:?}"));
    }
    out
}

fn told(input: Input) -> String {
    match input {
        Input::Key(key) => {
            let code = format!("{:?}", key.code);
            let held = key.modifiers.iter_names().map(|(name, _)| name);
            held.map(str::to_lowercase)
                .chain([code])
                .collect::<Vec<_>>()
                .join("-")
        }
        Input::Paste(text) => format!("paste: {text}"),
        Input::CutPaste(text) => format!("cut: {text}"),
        Input::Mouse(mouse) => format!("{:?} at {},{}", mouse.kind, mouse.column, mouse.row),
        Input::Focused => "focused".to_owned(),
        _ => "something else".to_owned(),
    }
}

#[test]
fn keys_are_what_the_keymap_knows() {
    for (bytes, wanted) in [
        ("a", "Char('a')"),
        ("Ä", "shift-Char('Ä')"),
        ("🚀", "Char('🚀')"),
        ("\r", "Enter"),
        ("\t", "Tab"),
        ("\x7f", "Backspace"),
        ("\x08", "control-Char('h')"),
        ("\x13", "control-Char('s')"),
        ("\x00", "control-Char(' ')"),
        ("\x1b[A", "Up"),
        ("\x1bOA", "Up"),
        ("\x1b[1;5C", "control-Right"),
        ("\x1b[1;2H", "shift-Home"),
        ("\x1b[3~", "Delete"),
        ("\x1b[6;5~", "control-PageDown"),
        ("\x1bOP", "F(1)"),
        ("\x1b[15~", "F(5)"),
        ("\x1b[1;2R", "shift-F(3)"),
        ("\x1b[[A", "F(1)"),
        ("\x1b[Z", "shift-BackTab"),
        ("\x1b2", "alt-Char('2')"),
        ("\x1bé", "alt-Char('é')"),
        ("\x1b\x7f", "alt-Backspace"),
        ("\x1b[122;6u", "shift-control-Char('z')"),
        ("\x1b[<0;7;2M", "Down(Left) at 6,1"),
        ("\x1b[<32;13;2M", "Drag(Left) at 12,1"),
        ("\x1b[<0;13;2m", "Up(Left) at 12,1"),
        ("\x1b[<65;1;1M", "ScrollDown at 0,0"),
        ("\x1b[M !!", "Down(Left) at 0,0"),
        ("\x1b[I", "focused"),
    ] {
        assert_eq!(heard(&[bytes]), [wanted], "{bytes:?}");
        // A slow line parts it anywhere.
        let pieces: Vec<String> = bytes.chars().map(String::from).collect();
        let pieces: Vec<&str> = pieces.iter().map(String::as_str).collect();
        assert_eq!(heard(&pieces), [wanted], "{bytes:?} byte by byte");
    }
}

#[test]
fn letters_are_parted_between_any_two_bytes() {
    let text = "é字🚀";
    for at in 0..text.len() {
        let mut parser = Parser::default();
        let (a, b) = text.as_bytes().split_at(at);
        parser.advance(a);
        parser.advance(b);
        assert_eq!(std::iter::from_fn(|| parser.next()).count(), 3, "at {at}");
        assert_eq!(parser.unfinished(), None);
    }
}

#[test]
fn what_does_not_go_on_is_given_up() {
    for (pieces, wanted) in [
        (
            &["\x1b", "…", "[A"][..],
            &["Esc", "Char('[')", "shift-Char('A')"][..],
        ),
        (&["\x1b[", "…", "A"], &["alt-Char('[')", "shift-Char('A')"]),
        (&["\x1bO", "…", "x"], &["alt-Char('O')", "Char('x')"]),
        (&["\x1b[<", "…", "x"], &["Char('x')"]),
        (&["\x1b[<0;7", "…", "x"], &["Char('x')"]),
        (&["\x1b[M", "…", "x"], &["Char('x')"]),
        (&["\x1b\x1b[A"], &["Esc", "Up"]),
        (&["\x1b\x1b", "…"], &["Esc", "Esc"]),
        (&["\x1b[<0\x13"], &["control-Char('s')"]),
        (
            &["\x1b[<h", "ello"],
            &["Char('e')", "Char('l')", "Char('l')", "Char('o')"],
        ),
        (&["\x1b[?62c\x1b[200x", "a"], &["Char('a')"]),
    ] {
        assert_eq!(heard(pieces), wanted, "{pieces:?}");
    }
    assert_eq!(heard(&["\x1b"]), ["waits: Escape"]);
    assert_eq!(heard(&["\x1b[<"]), ["waits: Sequence"]);
}

#[test]
fn a_letter_waits_for_its_rest_and_gives_way_to_any_key() {
    for (begun, rest, wanted) in [
        (&b"\xf0\x9f"[..], &b"\x99\x8f"[..], &["Char('🙏')"][..]),
        (b"\x1b\xc3", b"\xa9", &["alt-Char('é')"]),
        (b"\xf0\x9f\x99", b"a", &["Char('a')"]),
        (b"\xe5", b"\xc3\xa9", &["Char('é')"]),
        (b"\xc3", b"\x1b[A", &["Up"]),
        (b"\xc3", b"\x1b[200~\xc3\xa9\x1b[201~", &["paste: é"]),
        (b"\xff\x80\xe5", b"a", &["Char('a')"]),
        // Halves of UTF-16 and more than there are.
        (b"\xed\xa0", b"\x80a", &["Char('a')"]),
        (b"\xf4\x90\x80", b"\x80a", &["Char('a')"]),
    ] {
        let mut parser = Parser::default();
        parser.advance(begun);
        assert_eq!(parser.unfinished(), Some(Unfinished::Letter), "{begun:x?}");
        parser.advance(rest);
        let heard: Vec<String> = std::iter::from_fn(|| parser.next()).map(told).collect();
        assert_eq!(heard, wanted, "{begun:x?} {rest:x?}");
        assert_eq!(parser.unfinished(), None);
    }
}

#[test]
fn a_paste_is_one_input_however_it_is_parted() {
    let bytes = "x\x1b[200~one\r\n\x1b[20two\x1b\x1b[201~y";
    for at in 0..=bytes.len() {
        let (a, b) = bytes.split_at(at);
        let wanted = ["Char('x')", "paste: one\r\n\x1b[20two\x1b", "Char('y')"];
        assert_eq!(heard(&[a, b]), wanted, "at {at}");
    }
    assert_eq!(heard(&["\x1b[200~one"]), ["waits: Paste"]);
}

#[test]
fn a_paste_without_its_end_gives_its_text_and_the_keyboard_back() {
    let begun = "\x1b[200~Half";
    assert_eq!(heard(&[begun, "…", "x"]), ["cut: Half", "Char('x')"]);
    assert_eq!(heard(&[begun, "\x1b[20", "…"]), ["cut: Half"]);
    assert_eq!(
        heard(&[begun, "…", "\x1b[201~", "a"]),
        ["cut: Half", "Char('a')"]
    );
    // What comes late is text, whatever keys it would be.
    assert_eq!(
        heard(&[begun, "…", "\tway\x1b[201~a"]),
        ["cut: Half", "paste: \tway", "Char('a')"]
    );
    let long = "\tmore".repeat(20);
    let cut = format!("cut: {long}");
    assert_eq!(
        heard(&[begun, "…", &long, "…", "i"]),
        ["cut: Half", &cut, "Char('i')"]
    );
    for (at, c) in "é🚀".char_indices() {
        for torn in at + 1..at + c.len_utf8() {
            let mut parser = Parser::default();
            let bytes = "é🚀".as_bytes();
            parser.advance(&[PASTE_BEGINS, &bytes[..torn]].concat());
            parser.give_up();
            parser.advance(&[&bytes[torn..], PASTE_ENDS].concat());
            let texts = std::iter::from_fn(|| parser.next()).map(|input| match input {
                Input::Paste(text) | Input::CutPaste(text) => text,
                other => told(other),
            });
            assert_eq!(texts.collect::<String>(), "é🚀", "torn at {torn}");
        }
    }
    assert_eq!(
        heard(&[begun, "\x1b[20", "…", "1~a"]),
        ["cut: Half", "Char('a')"]
    );
    let mouse = "\x1b[<35;1;1M".repeat(20);
    assert_eq!(heard(&[begun, "…", &mouse]).len(), 21);
}

proptest! {
    #[test]
    fn any_bytes_are_taken(pieces in proptest::collection::vec("[\\x00-\\x7fé]{0,9}|\x1b\\[[<?M0-9;]{0,9}[a-zA-Z~]?", 0..9)) {
        let mut parser = Parser::default();
        for piece in &pieces {
            parser.advance(piece.as_bytes());
        }
        while parser.unfinished().is_some() {
            parser.give_up();
        }
        parser.inputs.clear();
        parser.advance(b"a");
        prop_assert_eq!(parser.next().map(told), Some("Char('a')".to_owned()));
    }
}

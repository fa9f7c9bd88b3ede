//! Themes and keys of one's own, on the screen.

use std::collections::BTreeMap;

use postwright::store::file::Opened;
use postwright::tui::app::{Effect, Save};
use postwright::tui::focus::Focus;
use postwright::tui::keymap::Keymap;
use postwright::tui::theme::Theme;
use ratatui::style::Color;

use super::driver::{Driver, SAMPLE};

fn with_keys(keys: &[(&str, &[&str])]) -> Driver {
    let own = |keys: &[&str]| keys.iter().map(|k| (*k).to_owned()).collect();
    let given: BTreeMap<_, _> = keys
        .iter()
        .map(|(command, keys)| ((*command).to_owned(), own(keys)))
        .collect();
    let keymap = Keymap::new(&given).unwrap();
    Driver::with(Opened::default(), Some("post.md".into()), (80, 66), keymap)
}

#[test]
fn keys_of_ones_own_work_and_are_told_in_the_help() {
    let mut d = with_keys(&[
        ("save", &["f2"]),
        ("save-as", &["ctrl-shift-s"]),
        ("undo", &["ctrl-end", "delete", "ctrl-z"]),
        ("end", &[]),
        ("delete", &[]),
    ]);
    d.type_text("Hello").press(&["f2"]);
    assert!(
        d.effects
            .iter()
            .any(|e| matches!(e, Effect::Save(Save { .. })))
    );
    d.press(&["ctrl-s"]);
    assert_eq!(d.text(), "Hello", "an unbound key writes nothing");
    d.press(&["delete"]);
    assert_eq!(d.text(), "");
    let help = d.press(&["f1"]).screen();
    let row = |what: &str| help.lines().find(|l| l.contains(what)).unwrap().to_owned();
    assert!(row(" save under another name").contains("  Ctrl-Shift-S  "));
    assert!(help.contains("  Ctrl-End, Delete,  "), "{help}");
    assert!(row(" undo").contains("  Ctrl-Z  "), "all of them");
    assert!(row(" go to the end of the post").contains("  (no key)  "));
}

#[test]
fn a_theme_with_a_ground_covers_the_whole_screen() {
    for name in ["dark", "light", "high-contrast"] {
        let theme = Theme::built_in(name).unwrap();
        let mut d = Driver::new(SAMPLE, (80, 24));
        d.app.theme = theme.clone();
        // Shows the report anew, in the theme's styles.
        d.resize(81, 24);
        for keys in [&[][..], &["f1"], &["esc", "x", "ctrl-q"], &["esc", "f2"]] {
            let (_, buffer) = d.press(keys).draw();
            let bare = buffer
                .content
                .iter()
                .filter(|c| c.bg == Color::Reset)
                .count();
            assert_eq!(bare, 0, "{name} after {keys:?}");
            let grounded = buffer.content.iter().any(|c| Some(c.bg) == theme.text.bg);
            assert!(grounded);
        }
        d.press(&["esc", "alt-2"]);
        assert_eq!(d.app.focus, Focus::Results);
        let (_, buffer) = d.draw();
        let chosen = buffer
            .content
            .iter()
            .any(|c| Some(c.bg) == theme.selected.bg);
        assert!(chosen, "{name}");
    }
}

//! Palette, search, preview, panes, clipboard.

use std::collections::BTreeMap;

use postwright::post::Span;
use postwright::tui::app::Effect;
use postwright::tui::command::{Context, TABLE};
use postwright::tui::focus::Focus;
use postwright::tui::keymap::Keymap;
use postwright::tui::overlays::{Look, help_lines};
use postwright::tui::theme::Theme;
use proptest::prelude::*;

use super::documents::SIZE;
use super::driver::{Driver, SAMPLE};

#[test]
fn the_palette_runs_a_command_by_name() {
    let mut d = Driver::new(SAMPLE, SIZE);
    d.effects.clear();
    d.press(&["ctrl-p"]).type_text("drafts").press(&["enter"]);
    assert_eq!(d.effects, [Effect::ListDrafts]);
    d.press(&["ctrl-p"]).type_text("suspend").press(&["enter"]);
    assert_eq!(d.effects.back(), Some(&Effect::Suspend));
    d.press(&["ctrl-p"])
        .type_text("select-all")
        .press(&["enter"]);
    assert_eq!(d.app.editor.buffer().selected_text(), Some(SAMPLE));
}

#[test]
fn a_search_goes_from_hit_to_hit() {
    let mut d = Driver::new("One two.\nTwo ones, two.\n", SIZE);
    d.press(&["ctrl-f"]).type_text("two");
    let selected = |d: &Driver| d.app.editor.buffer().selection();
    assert_eq!(selected(&d), Some(Span::new(4, 7)));
    assert!(d.screen().contains("3 hits"));
    d.press(&["enter"]);
    assert_eq!(selected(&d), Some(Span::new(9, 12)));
    d.press(&["esc", "f3"]);
    assert_eq!(selected(&d), Some(Span::new(19, 22)));
    assert!(d.status().contains("hit 3 of 3"));
    d.press(&["f3"]);
    assert_eq!(selected(&d), Some(Span::new(4, 7)), "round again");
    d.press(&["shift-f3"]);
    assert_eq!(selected(&d), Some(Span::new(19, 22)));
    d.press(&["ctrl-f"])
        .type_text("none such")
        .press(&["enter"]);
    assert!(d.screen().contains("0 hits"));
}

/// What is seen in the place of the editor's text.
fn in_the_editor(d: &mut Driver) -> String {
    let place = d.app.panes.at(Focus::Editor).unwrap().inner;
    let rows = d.rows().into_iter().skip(place.y.into());
    let columns = |row: String| {
        let row = row.chars().skip(place.x.into());
        row.take(place.width.into()).collect::<String>() + "\n"
    };
    rows.take(place.height.into()).map(columns).collect()
}

#[test]
fn a_hit_stands_above_the_box_that_is_typed_in() {
    let lines: Vec<String> = (1..=50).map(|n| format!("{n} hit{n:02}.\n")).collect();
    for (size, keys) in [
        (SIZE, &[][..]),
        (SIZE, &["alt-z"]),
        ((200, 50), &[]),
        ((30, 8), &[]),
        ((30, 8), &["alt-z"]),
        ((20, 5), &[]),
    ] {
        let mut d = Driver::new(&lines.concat(), size);
        d.press(keys).press(&["ctrl-f"]).type_text("hit");
        for n in 1..=50 {
            assert!(d.screen().contains("Search"), "{}", d.screen());
            let seen = in_the_editor(&mut d);
            assert!(
                seen.contains(&format!("hit{n:02}")),
                "{n} on {}",
                d.screen()
            );
            d.press(&["enter"]);
        }
        // Backwards, and where the screen changes meanwhile.
        d.press(&["up", "up", "up", "up"]);
        for height in [size.1, 40, 9, size.1] {
            d.resize(size.0, height);
            let seen = in_the_editor(&mut d);
            assert!(seen.contains("hit47"), "{}", d.screen());
        }
    }
    // Nothing moves where nothing is hidden.
    let mut d = Driver::new(&lines.concat(), SIZE);
    d.press(&["ctrl-f"]).type_text("hit19");
    assert!(d.rows()[1].contains("hit01"), "{}", d.screen());
    d.press(&["esc"]);
    assert!(d.rows()[1].contains("hit01"), "{}", d.screen());
}

#[test]
fn panes_take_turns_on_a_small_screen_and_are_all_seen_on_a_large_one() {
    let mut d = Driver::new(SAMPLE, SIZE);
    for (key, title) in [
        ("alt-3", " Cache "),
        ("alt-4", " Monitor "),
        ("alt-2", " Results "),
    ] {
        d.press(&[key]);
        assert!(d.rows()[0].contains(title), "{key}: {}", d.rows()[0]);
    }
    d.press(&["backtab"]);
    assert_eq!(d.app.focus, Focus::Editor);
    assert!(d.rows()[0].contains(" Results "), "the last one stays");
    d.press(&["alt-z"]);
    assert!(!d.screen().contains("Results"), "zoomed");
    d.press(&["alt-z"]);
    d.resize(200, 50);
    let screen = d.screen();
    for title in [" post.md ", " Results ", " Cache ", " Monitor "] {
        assert!(screen.contains(title), "{title}");
    }
}

#[test]
fn the_help_tells_every_key_of_every_command() {
    let own = ["f12", "ctrl-s", "alt-s", "ctrl-alt-shift-backspace", "f20"];
    let own = own.map(str::to_owned).to_vec();
    let keymap = Keymap::new(&BTreeMap::from([("save".to_owned(), own)])).unwrap();
    let theme = Theme::built_in("sixteen").unwrap();
    let look = Look {
        theme: &theme,
        keymap: &keymap,
    };
    let lines = help_lines(&look, &Context::ALL, &[]);
    let lines: Vec<String> = lines.iter().map(ToString::to_string).collect();
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let told = lines.split(String::is_empty).map(|l| words(&l.join(" ")));
    for (context, told) in Context::ALL.into_iter().zip(told) {
        let mut wanted = vec![context.title().to_owned()];
        for entry in TABLE.iter().filter(|e| e.context == context) {
            assert!(!entry.help.is_empty(), "{} is not described", entry.name);
            let chords = keymap.chords(entry.command, context).iter();
            let keys: Vec<String> = chords.map(ToString::to_string).collect();
            wanted.push(match keys.as_slice() {
                [] => "(no key)".to_owned(),
                keys => keys.join(", "),
            });
            wanted.push(entry.help.to_owned());
        }
        assert_eq!(told, wanted.join(" "));
    }
}

#[test]
fn the_preview_folds_and_unfolds_on_both_screens() {
    let mut d = Driver::new(SAMPLE, SIZE);
    d.press(&["f5"]);
    assert!(d.screen().contains("phone, folded") && d.screen().contains("… see more"));
    assert!(!d.screen().contains("I said no"));
    d.press(&["space"]);
    assert!(d.screen().contains("phone, unfolded") && d.screen().contains("I said no"));
    d.press(&["tab"]);
    assert!(d.screen().contains("desktop, unfolded"));
}

#[test]
fn styled_letters_are_read_aloud_and_made_plain() {
    let mut d = Driver::new("A 𝗕𝗼 claim.\n", SIZE);
    d.press(&["f6"]);
    let screen = d.screen();
    assert!(
        screen.contains("mathematical sans-serif bold capital b"),
        "{screen}"
    );
    assert!(screen.contains("1:4"), "{screen}");
    d.press(&["f7"]);
    assert_eq!(d.text(), "A Bo claim.\n", "the key that the page names");
    d.press(&["ctrl-z", "f6", "esc", "f7", "f6"]);
    assert!(d.status().contains("no styled letters"));
}

#[test]
fn a_copy_offers_plain_text_and_claims_no_more() {
    let mut d = Driver::new(
        "One long line that is wrapped on the screen, since it does not fit.\n<!-- postwright: off style -->\n",
        SIZE,
    );
    d.effects.clear();
    d.press(&["ctrl-a", "shift-up", "ctrl-c"]);
    let line = "One long line that is wrapped on the screen, since it does not fit.\n";
    assert_eq!(d.effects, [Effect::Copy(line.into())]);
    assert!(
        d.rows().join(" ").contains("does not say whether"),
        "{:?}",
        d.rows()
    );
    d.effects.clear();
    d.press(&["alt-c"]);
    let Some(Effect::Copy(post)) = d.effects.pop_back() else {
        panic!("no copy");
    };
    assert!(!post.contains("postwright"), "comments stay here: {post}");
}

#[test]
fn a_paste_beyond_the_limit_is_refused_with_the_numbers() {
    let mut d = Driver::new(SAMPLE, SIZE);
    d.paste(&"x".repeat(8 << 20));
    assert_eq!(d.text(), SAMPLE);
    let rows = d.rows().join(" ");
    assert!(
        rows.contains("8388608") && rows.contains("4194304"),
        "{rows}"
    );
}

#[test]
fn folds_are_drawn_as_rulers_where_the_feed_cuts() {
    let mut d = Driver::new(SAMPLE, (100, 24));
    let rows = d.rows();
    let ruler = |name: &str| {
        rows.iter()
            .filter(|r| r.contains(&format!("{name} fold")))
            .count()
    };
    assert_eq!((ruler("mobile"), ruler("desktop")), (1, 1), "{rows:#?}");
    let mut d = Driver::new("Short.\n", (100, 24));
    assert!(
        !d.rows().iter().any(|r| r.contains("fold ")),
        "nothing is cut"
    );
}

#[test]
fn the_counter_says_when_the_limit_is_near_and_when_it_is_passed() {
    let status = |length: usize| {
        let mut d = Driver::new(&"a".repeat(length), SIZE);
        d.status()
    };
    assert!(status(2_600).contains("2600/3000 ·"));
    assert!(status(2_700).contains("2700/3000 near"));
    assert!(status(3_001).contains("3001/3000 OVER"));
}

#[derive(Debug, Clone)]
enum Step {
    Type(char),
    Press(&'static str),
    Paste(String),
}

fn step() -> impl Strategy<Value = Step> {
    let keys = [
        "left",
        "right",
        "up",
        "down",
        "home",
        "end",
        "ctrl-left",
        "ctrl-right",
        "shift-left",
        "shift-down",
        "ctrl-shift-right",
        "backspace",
        "delete",
        "ctrl-w",
        "enter",
        "ctrl-z",
        "ctrl-y",
        "ctrl-x",
        "ctrl-c",
        "ctrl-v",
        "ctrl-a",
        "ctrl-home",
        "ctrl-end",
        "pagedown",
        "f7",
    ];
    prop_oneof![
        5 => prop::sample::select(vec!['a', 'B', ' ', '.', 'é', '🚀', '字', '\u{301}', '𝗕'])
            .prop_map(Step::Type),
        4 => prop::sample::select(keys.to_vec()).prop_map(Step::Press),
        1 => "[a-z\n\r\t🚀\u{200b}\u{1b}]{0,30}".prop_map(Step::Paste),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// What goes into the journal leads from the text that was opened to the text that is there.
    #[test]
    fn the_journal_follows_whatever_is_done(steps in prop::collection::vec(step(), 1..80)) {
        let mut d = Driver::new("start 🚀 of a text\nwith lines\n", (40, 12));
        let mut mirror = d.text().to_owned();
        for step in steps {
            match step {
                Step::Type(c) => d.type_text(&c.to_string()),
                Step::Press(key) => d.press(&[key]),
                Step::Paste(text) => d.paste(&text),
            };
            for change in d.journal.drain(..) {
                mirror.replace_range(change.at..change.at + change.removed, &change.inserted);
            }
            prop_assert_eq!(d.text(), &mirror);
        }
    }
}

//! What the screen looks like.

use std::sync::Arc;
use std::time::Duration;

use insta::assert_snapshot;
use postwright::monitor::{History, Machine, Process, Snapshot};
use postwright::store::file::Opened;
use postwright::store::journal::Told;
use postwright::tui::app::{Document, Input};
use postwright::tui::watching::Sampled;

use super::documents;
use super::driver::{Driver, SAMPLE, cache_figures};

const NARROW: (u16, u16) = (80, 24);
const WIDE: (u16, u16) = (200, 50);
const STACKED: (u16, u16) = (30, 8);

/// Text that a terminal would hide or turn around.
const HIDING: &str = "Zero\u{200b}width, \u{202e}turned\u{202c}, joined e\u{301} and 👩\u{200d}💻.\n\
                      \u{feff}Wide 字字字字字字字字字字字字字字字字字字 words wrap.\n\ttab\n";

#[test]
fn start() {
    for size in [NARROW, WIDE, STACKED, (20, 5)] {
        let mut d = Driver::new(SAMPLE, size);
        assert_snapshot!(format!("start_{}x{}", size.0, size.1), d.settle().screen());
    }
}

#[test]
fn before_the_checker_has_answered() {
    assert_snapshot!(Driver::new(SAMPLE, NARROW).screen());
}

#[test]
fn too_small() {
    for size in [(19, 5), (20, 4), (10, 3)] {
        let mut d = Driver::new(SAMPLE, size);
        assert_snapshot!(format!("too_small_{}x{}", size.0, size.1), d.screen());
    }
}

#[test]
fn after_typing() {
    for size in [NARROW, WIDE, STACKED] {
        let mut d = Driver::new(SAMPLE, size);
        d.type_text("We was there. ").settle();
        assert_snapshot!(format!("typed_{}x{}", size.0, size.1), d.screen());
    }
}

#[test]
fn results_focused() {
    for size in [NARROW, WIDE, STACKED, (20, 5)] {
        let mut d = Driver::new(SAMPLE, size);
        d.settle().press(&["tab", "pagedown"]);
        assert_snapshot!(format!("results_{}x{}", size.0, size.1), d.screen());
    }
}

#[test]
fn help() {
    for size in [NARROW, WIDE, STACKED, (20, 5)] {
        let mut d = Driver::new(SAMPLE, size);
        assert_snapshot!(
            format!("help_{}x{}", size.0, size.1),
            d.press(&["f1"]).screen()
        );
    }
}

#[test]
fn the_end_of_the_help() {
    let mut d = Driver::new(SAMPLE, NARROW);
    assert_snapshot!(d.press(&["f1", "end"]).screen());
}

#[test]
fn quit_confirmation() {
    for size in [NARROW, WIDE, STACKED, (20, 5)] {
        let mut d = Driver::new(SAMPLE, size);
        d.type_text("x").press(&["ctrl-q"]);
        assert_snapshot!(format!("quit_{}x{}", size.0, size.1), d.screen());
    }
}

#[test]
fn save_as() {
    for size in [NARROW, STACKED, (20, 5)] {
        let mut d = Driver::new(SAMPLE, size);
        d.press(&["f2"])
            .paste("/a/rather/long/path/that/goes/on/and/on/until/it/is/too/long/字.md");
        assert_snapshot!(format!("save_as_{}x{}", size.0, size.1), d.screen());
    }
}

#[test]
fn explanations() {
    // Rows that lead somewhere: six scores, two folds, seven findings, then sentiment; the
    // keywords are the last.
    for (name, title) in [
        ("scores", "How the scores add up"),
        ("sentiment", "How the sentiment adds up"),
        ("readability", "How readability is computed"),
        ("engagement", "What the forecast hangs on"),
    ] {
        for size in [NARROW, WIDE, STACKED] {
            let mut d = Driver::new(SAMPLE, size);
            d.settle().press(&["tab", "home"]);
            for _ in 0..60 {
                d.press(&["enter"]);
                if d.screen().contains(&title[..title.len().min(20)]) {
                    break;
                }
                // A page of another number closes; a place in the text moves the focus.
                d.press(&["esc", "alt-2", "down"]);
            }
            assert_snapshot!(format!("{name}_{}x{}", size.0, size.1), d.screen());
        }
    }
}

#[test]
fn hidden_characters_are_seen() {
    for size in [NARROW, WIDE, STACKED] {
        let mut d = Driver::new(HIDING, size);
        assert_snapshot!(format!("hidden_{}x{}", size.0, size.1), d.settle().screen());
        assert_eq!(d.text(), HIDING, "they stay in the buffer");
    }
}

#[test]
fn nothing_written_yet() {
    let opened = Opened {
        is_new: true,
        ..Opened::default()
    };
    let mut d = Driver::of(opened, None, NARROW);
    assert_snapshot!(d.settle().screen());
}

#[test]
fn another_language() {
    let text = "Heute haben wir die neue Version veröffentlicht. Das Team ist stolz darauf.\n";
    assert_snapshot!(Driver::new(text, NARROW).settle().screen());
}

#[test]
fn too_long_for_linkedin() {
    let text = "We said it once and then again. ".repeat(100);
    assert_snapshot!(Driver::new(&text, NARROW).settle().screen());
}

#[test]
fn a_selection_over_lines() {
    let mut d = Driver::new("One.\n\nTwo three four.\n", NARROW);
    assert_snapshot!(
        d.press(&["shift-down", "shift-down", "shift-right"])
            .screen()
    );
}

/// What a monitor has seen of three minutes: busy, then at rest.
fn watch(d: &mut Driver) {
    let history = History::detached();
    let mut snapshot = Arc::default();
    for second in 0..180_u64 {
        let busy = (second % 60) as f64 / 60.0;
        snapshot = Arc::new(Snapshot {
            at_ms: second * 1_000,
            number: second,
            process: Process {
                pid: 4_711,
                cpu: Some(busy),
                memory: Some((40 + second / 3) << 20),
                threads: Some(6),
                ..Process::default()
            },
            machine: Machine {
                cores: vec![Some(busy), Some(0.0)],
                cpu: Some(busy / 2.0),
                memory_used: Some(9 << 30),
                memory_total: Some(24 << 30),
                load: Some([2.0 * busy, 1.5, 1.0]),
                ..Machine::default()
            },
            ..Snapshot::default()
        });
        history.push(second * 1_000, Duration::from_secs(1), &snapshot);
    }
    d.send(Input::Watching(history));
    d.send(Input::Sampled(Box::new(Sampled {
        snapshot,
        ..Sampled::default()
    })));
}

/// A screen in words and in the styles of the themes.
fn in_every_theme(d: &mut Driver) -> String {
    let mut told = d.screen();
    for theme in ["dark", "light", "sixteen"] {
        told += &d.styles(theme);
    }
    told
}

/// Every pane and overlay on every kind of screen, in words and in the styles of the themes.
#[test]
fn panes_and_overlays_in_every_theme() {
    type Open = fn(&mut Driver) -> &mut Driver;
    let screens: [(&str, Open); 20] = [
        ("editor", |d| d),
        ("results", |d| d.press(&["alt-2"])),
        ("cache", |d| {
            d.send(cache_figures());
            d.press(&["alt-3"])
        }),
        ("monitor", |d| d.press(&["alt-4"])),
        ("monitor_zoomed", |d| d.press(&["alt-4", "alt-z"])),
        ("zoomed", |d| d.press(&["alt-2", "alt-z"])),
        ("palette", |d| d.press(&["ctrl-p"]).type_text("sel")),
        ("search", |d| d.press(&["ctrl-f"]).type_text("we")),
        ("open", |d| d.press(&["ctrl-o"]).type_text("posts/")),
        ("drafts", |d| documents::list(d)),
        ("deleting", |d| documents::list(d).press(&["delete"])),
        ("preview", |d| d.press(&["f5"])),
        ("help", |d| d.press(&["f1"])),
        ("explained", |d| d.press(&["alt-2", "enter"])),
        ("finding", |d| {
            d.press(&[
                "alt-2", "down", "down", "down", "down", "down", "down", "down", "down", "down",
            ])
        }),
        ("save_as", |d| d.press(&["f2"])),
        ("conflict", |d| {
            d.type_text("x").press(&["ctrl-s"]);
            documents::changed(d);
            d
        }),
        ("quit", |d| d.type_text("x").press(&["ctrl-q"])),
        ("over", |d| d.paste(&"word ".repeat(620))),
        ("error", |d| {
            d.send(Input::Journal(Told::Failed(
                "the journal cannot be written: No space left on device (os error 28)".into(),
            )));
            d
        }),
    ];
    for size in [NARROW, WIDE, STACKED] {
        for (name, open) in screens {
            let mut d = Driver::new(SAMPLE, size);
            watch(&mut d);
            open(d.settle());
            let told = in_every_theme(&mut d);
            assert_snapshot!(format!("all_{name}_{}x{}", size.0, size.1), told);
        }
    }
}

#[test]
fn questions_about_what_is_not_saved() {
    for size in [NARROW, WIDE, STACKED, (20, 5)] {
        let sizes = format!("{}x{}", size.0, size.1);
        let recovered = Document {
            recovered: Some(documents::recovered("Typed and not saved.\n", true)),
            ..documents::file(SAMPLE)
        };
        let mut d = documents::open(recovered, size);
        assert_snapshot!(format!("recovered_{sizes}"), in_every_theme(&mut d));
        let taken = Document {
            taken_by: Some(None),
            ..documents::file(SAMPLE)
        };
        let mut d = documents::open(taken, size);
        assert_snapshot!(format!("taken_{sizes}"), in_every_theme(&mut d));
        let mut d = Driver::new("A 𝗕𝗼𝗹𝗱 claim.", size);
        d.press(&["f6"]);
        assert_snapshot!(format!("spoken_{sizes}"), in_every_theme(&mut d));
    }
}

#[test]
fn the_results_come_to_the_front_where_there_is_room_for_one_pane() {
    let mut d = Driver::new(SAMPLE, (20, 5));
    assert!(d.rows()[1].contains("Last spring"));
    d.press(&["tab"]);
    assert!(d.rows()[0].contains("Results"), "{:#?}", d.rows());
    d.press(&["alt-1"]);
    assert!(d.rows()[1].contains("Last spring"));
}

#[test]
fn every_size_can_be_drawn() {
    let mut d = Driver::new(HIDING, NARROW);
    d.type_text("typed").settle();
    let screens: [&[&str]; 12] = [
        &[],
        &["tab"],
        &["tab"],
        &["tab"],
        &["f1"],
        &["esc", "ctrl-q"],
        &["esc", "f2"],
        &["esc", "ctrl-p"],
        &["esc", "ctrl-f"],
        &["esc", "f5"],
        &["esc", "alt-z"],
        &["alt-z"],
    ];
    for keys in screens {
        d.press(keys);
        for width in (0..=24).chain([39, 40, 79, 80, 81, 300]) {
            for height in (0..=12).chain([24, 100]) {
                d.resize(width, height);
                let (cursor, _) = d.draw();
                let inside = cursor.is_none_or(|(x, y)| x < width && y < height);
                assert!(inside, "{cursor:?} on {width}x{height}");
            }
        }
    }
}

#[test]
fn long_names_keep_their_end_and_the_mark_of_change() {
    let opened = || Opened {
        text: SAMPLE.to_owned(),
        ..Opened::default()
    };
    let path = format!("/{}/post.md", "long".repeat(30));
    let mut d = Driver::of(opened(), Some(path.into()), NARROW);
    d.type_text("x");
    let title = d.rows().swap_remove(0);
    assert!(title.contains("/post.md • "), "{title}");
    assert!(title.starts_with("┌ …"), "{title}");
}

#[test]
fn the_figures_outlast_the_hints() {
    for width in [20, 30, 40, 60, 80] {
        let mut d = Driver::new(SAMPLE, (width, 12));
        let status = d.status();
        assert!(status.contains("F1 keys"), "{status}");
        assert!(status.contains("1206/3000"), "{status}");
    }
}

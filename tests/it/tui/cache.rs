//! What the cache holds, listed, filtered, sorted and forgotten by keys.

use std::time::Duration;

use postwright::cache::{EntryInfo, Filter, Kind, Order, Tag, Tier};
use postwright::tui::app::{Effect, Input};
use postwright::tui::overlays::Wanted;

use super::driver::{Driver, SAMPLE};

const SIZE: (u16, u16) = (80, 24);

fn entry(kind: Kind, tier: Tier, bytes: u64, age: u64, tags: &[&str]) -> EntryInfo {
    EntryInfo {
        key: format!("{:064x}", bytes),
        kind,
        tier,
        bytes,
        cost: Duration::from_micros(2_300),
        age: Duration::from_secs(age),
        left: Some(Duration::from_secs(86_400)),
        is_pinned: tier == Tier::Memory,
        tags: tags.iter().copied().map(Tag::new).collect(),
    }
}

fn entries() -> Vec<EntryInfo> {
    vec![
        entry(
            Kind::Sentence,
            Tier::Memory,
            1_680,
            3,
            &["kind:sentence", "model:abc"],
        ),
        entry(Kind::Grammar, Tier::Disk, 240, 7_300, &["kind:grammar"]),
    ]
}

/// The list of entries over the panes, filled.
fn listing(size: (u16, u16)) -> Driver {
    let mut d = Driver::new(SAMPLE, size);
    d.press(&["alt-3"]);
    d.effects.clear();
    d.press(&["enter"]);
    fill(&mut d, Wanted::default());
    d
}

/// Answers the last question for entries, which must be for those.
fn fill(d: &mut Driver, wanted: Wanted) {
    let asked = d.effects.pop_back();
    assert_eq!(asked, Some(Effect::ListEntries(wanted.clone())));
    d.send(Input::Entries {
        wanted,
        result: Ok(entries()),
    });
}

fn of(filter: Filter, order: Order) -> Wanted {
    Wanted { filter, order }
}

#[test]
fn the_entries_are_listed() {
    insta::assert_snapshot!("entries_80x24", listing(SIZE).screen());
    insta::assert_snapshot!("entries_30x8", listing((30, 8)).screen());
}

#[test]
fn keys_sort_and_filter_them() {
    let mut d = listing(SIZE);
    d.press(&["s"]);
    fill(&mut d, of(Filter::default(), Order::Oldest));
    d.press(&["s", "s", "s"]);
    fill(&mut d, Wanted::default());
    let tier = |tier| Filter {
        tier,
        ..Filter::default()
    };
    for wanted in [Some(Tier::Memory), Some(Tier::Disk), None] {
        d.press(&["t"]);
        fill(&mut d, of(tier(wanted), Order::Newest));
    }
    d.press(&["f"]);
    let facts = Filter {
        kind: Some(Kind::Facts),
        ..Filter::default()
    };
    fill(&mut d, of(facts.clone(), Order::Newest));
    assert!(d.screen().contains("newest first · facts"));
    // What was asked for before is not shown any more.
    d.send(Input::Entries {
        wanted: Wanted::default(),
        result: Ok(Vec::new()),
    });
    assert!(d.screen().contains("2 entries"), "{}", d.screen());
    d.press(&["/"]).type_text("model:*").press(&["enter"]);
    let tagged = Filter {
        tag: Some("model:*".into()),
        ..facts
    };
    fill(&mut d, of(tagged, Order::Newest));
    d.press(&["/", "ctrl-u", "enter"]);
    assert!(matches!(
        d.effects.back(),
        Some(Effect::ListEntries(w)) if w.filter.tag.is_none()
    ));
}

#[test]
fn an_entry_opens_and_the_list_stays() {
    let mut d = listing(SIZE);
    d.press(&["down", "enter"]);
    let screen = d.screen();
    for row in [
        "kind    grammar",
        "tier    disk",
        "age     2 h",
        "tag     kind:grammar",
    ] {
        assert!(screen.contains(row), "{row}\n{screen}");
    }
    d.press(&["esc"]);
    assert!(d.screen().contains("2 entries"));
    d.press(&["esc"]);
    assert!(d.app.overlays.is_empty());
}

#[test]
fn forgetting_asks_first() {
    let mut d = listing(SIZE);
    d.effects.clear();
    d.press(&["i"]);
    assert!(d.screen().contains("kind:sentence"), "it is suggested");
    d.press(&["enter"]);
    assert!(d.screen().contains("“kind:sentence” is forgotten"));
    d.press(&["n"]);
    assert!(d.effects.is_empty() && d.screen().contains("2 entries"));
    d.press(&["i"]).type_text("draft:*").press(&["enter", "y"]);
    assert_eq!(
        d.effects.pop_back(),
        Some(Effect::Invalidate("draft:*".into()))
    );
    d.send(Input::Forgotten(Ok(Some(2))));
    assert!(
        d.status().contains("forgot what has 2 tags"),
        "{}",
        d.status()
    );
    fill(&mut d, Wanted::default());
    d.press(&["c", "esc"]);
    assert!(d.effects.is_empty());
    d.press(&["c", "y"]);
    assert_eq!(d.effects.pop_back(), Some(Effect::ClearCache));
    d.send(Input::Forgotten(Err("the disk is full".into())));
    assert!(d.status().contains("the disk is full"));
}

#[test]
fn the_palette_forgets_too() {
    let mut d = Driver::new(SAMPLE, SIZE);
    d.effects.clear();
    d.press(&["ctrl-p"])
        .type_text("cache-clear")
        .press(&["enter", "y"]);
    assert_eq!(d.effects.pop_back(), Some(Effect::ClearCache));
    d.press(&["ctrl-p"])
        .type_text("cache-inv")
        .press(&["enter", "enter"]);
    assert!(
        d.status().contains("a pattern names tags"),
        "{}",
        d.status()
    );
    d.type_text("kind:*").press(&["enter", "y"]);
    assert_eq!(
        d.effects.pop_back(),
        Some(Effect::Invalidate("kind:*".into()))
    );
}

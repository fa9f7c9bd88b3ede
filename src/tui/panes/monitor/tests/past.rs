use super::super::super::super::command::{MonitorPage as Page, Watch};
use super::super::super::super::watching::export;
use super::super::*;
use super::sample::{NOON, alerts, history, push, snapshot};
use super::{drawn, frozen, populated, watch};

#[test]
fn an_alert_leads_to_its_moment_and_scrubbing_goes_through_time() {
    let mut pane = frozen();
    let text = drawn(&mut pane, 200, 50);
    assert!(text.contains("frozen at 12:08:22Z (1 min ago)"), "{text}");
    assert!(text.contains("redis      open"), "{text}");
    // Collection goes on behind it, and changes what is older only.
    let history = pane.data.history().unwrap().clone();
    for n in 600..660 {
        pane.set_snapshot(push(&history, n));
    }
    pane.set_alerts(Vec::new());
    let later = drawn(&mut pane, 200, 50);
    assert!(later.contains("frozen at 12:08:22Z (2 min ago)"), "{later}");
    assert!(later.contains("breaker open"), "{later}");
    // Five minutes in sixty steps: five seconds back, before the breaker opened.
    watch(&mut pane, Watch::Earlier);
    let before = drawn(&mut pane, 200, 50);
    assert!(before.contains("frozen at 12:08:17Z"), "{before}");
    assert!(before.contains("all 2 closed"), "{before}");
    for _ in 0..200 {
        watch(&mut pane, Watch::Earlier);
    }
    let first = drawn(&mut pane, 200, 50);
    // Whole moments are held for ten minutes only.
    assert!(first.contains("frozen at 12:00:0"), "{first}");
    for _ in 0..300 {
        watch(&mut pane, Watch::Later);
    }
    let last = drawn(&mut pane, 200, 50);
    assert!(last.contains("frozen at 12:10:59Z (0 s ago)"), "{last}");
    assert!(matches!(
        watch(&mut pane, Watch::Export)[..],
        [MonitorEffect::Export { at, .. }] if at == NOON + 659_000
    ));
    watch(&mut pane, Watch::Freeze);
    assert!(!pane.is_frozen());
}

#[test]
fn of_a_moment_that_is_long_gone_the_graphs_are_left() {
    let history = history(900);
    let mut pane = MonitorPane::default();
    pane.set_history(history);
    pane.set_snapshot(Arc::new(snapshot(899)));
    watch(&mut pane, Watch::Freeze);
    watch(&mut pane, Watch::ZoomOut);
    watch(&mut pane, Watch::ZoomOut);
    // An hour in sixty steps: a minute each.
    for _ in 0..12 {
        watch(&mut pane, Watch::Earlier);
    }
    let text = drawn(&mut pane, 78, 22);
    assert!(text.contains("frozen at 12:02:59Z (12 min ago)"), "{text}");
    assert!(text.contains("memory         9.0 GiB"), "{text}");
    assert!(text.contains("breakers  n/a"), "{text}");
    for page in [Page::Breakers, Page::Processes, Page::Threads, Page::Cost] {
        watch(&mut pane, Watch::Page(page));
        let text = drawn(&mut pane, 78, 22);
        assert!(
            text.contains("only graphs are kept of this moment"),
            "{text}"
        );
    }
}

#[test]
fn the_log_of_a_frozen_view_tells_what_happened_around_it() {
    let mut pane = frozen();
    watch(&mut pane, Watch::Page(Page::Log));
    let text = drawn(&mut pane, 78, 22);
    assert!(
        text.contains("12:08:20Z WARN  breaker      redis: closed to open: 62 of 100 calls failed"),
        "{text}"
    );
    assert!(
        text.contains("2 of 20 took longer than 250 ms, 10 ms on aver"),
        "{text}"
    );
    // What came later is marked.
    assert!(text.contains("+ 12:08:30Z"), "{text}");
    // The last line before the moment is chosen.
    assert_eq!(pane.log.chosen().map(|k| k.0), Some(NOON + 500_000));
    watch(&mut pane, Watch::Earlier);
    assert_eq!(pane.log.chosen().map(|k| k.0), Some(NOON + 490_000));
    watch(&mut pane, Watch::Freeze);
    let live = drawn(&mut pane, 78, 22);
    assert!(!live.contains("closed to open"), "{live}");
    // It follows the end again.
    assert_eq!(pane.log.chosen().map(|k| k.0), Some(NOON + 590_000));
}

#[test]
fn alerts_are_told_as_they_stood() {
    let mut pane = frozen();
    watch(&mut pane, Watch::Page(Page::Alerts));
    let text = drawn(&mut pane, 78, 22);
    assert!(text.contains("5 Alerts!1"), "{text}");
    // It was pending from second 590 on.
    assert!(
        !text.contains("pending") && !text.contains("12:09:50Z"),
        "{text}"
    );
    // Five seconds before, nothing was firing.
    watch(&mut pane, Watch::Earlier);
    let text = drawn(&mut pane, 78, 22);
    assert!(
        text.contains("5 Alerts") && !text.contains("5 Alerts!"),
        "{text}"
    );
    assert!(!text.contains("firing"), "{text}");
    watch(&mut pane, Watch::Page(Page::Overview));
    let text = drawn(&mut pane, 78, 22);
    assert!(text.contains("none of 3 firing"), "{text}");
    // A pane that was opened later does not know how they stood.
    let mut late = MonitorPane::default();
    late.set_history(pane.data.history().unwrap().clone());
    late.set_alerts(alerts());
    late.set_snapshot(Arc::new(snapshot(599)));
    watch(&mut late, Watch::Freeze);
    assert!(drawn(&mut late, 78, 22).contains("1 of 3 firing"));
    watch(&mut late, Watch::Earlier);
    let text = drawn(&mut late, 78, 22);
    assert!(text.contains("alerts    n/a"), "{text}");
    watch(&mut late, Watch::Page(Page::Alerts));
    let text = drawn(&mut late, 78, 22);
    assert!(text.contains("n/a: it is not kept"), "{text}");
}

#[test]
fn a_bundle_holds_the_lines_that_the_frozen_page_shows() {
    let mut pane = frozen();
    watch(&mut pane, Watch::Page(Page::Log));
    let [MonitorEffect::Export { at, lines }] = &watch(&mut pane, Watch::Export)[..] else {
        panic!("nothing is exported");
    };
    let folder = tempfile::tempdir().unwrap();
    let history = pane.data.history().unwrap();
    // As of another Postwright: nothing is logged here.
    let told = export(folder.path(), history, None, (*at, lines.clone())).unwrap();
    let made = told.strip_prefix("wrote ").unwrap();
    let log = std::fs::read_to_string(format!("{made}/log.txt")).unwrap();
    for shown in [
        "12:08:20.000Z  WARN breaker: redis: closed to open: 62 of 100 calls failed",
        "WARN requests: 2 of 20 took longer than 250 ms",
        "line 50 of the log",
    ] {
        assert!(log.contains(shown), "{log}");
    }
    assert_eq!(log.lines().count(), lines.len());
}

#[test]
fn nothing_is_known_of_a_time_before_the_histories() {
    let mut pane = populated();
    let mut old = alerts();
    old[1].since = Some(NOON - 2000);
    pane.set_alerts(old);
    watch(&mut pane, Watch::Page(Page::Alerts));
    drawn(&mut pane, 78, 22);
    let effects = watch(&mut pane, Watch::Open);
    let told = "no history is held of 11:59:58Z".to_owned();
    assert_eq!(effects, [MonitorEffect::Tell(told)]);
    assert!(!pane.is_frozen());
}

#[test]
fn levels_of_the_log_are_left_out_one_by_one() {
    let mut pane = populated();
    watch(&mut pane, Watch::Page(Page::Log));
    drawn(&mut pane, 78, 30);
    for (left_out, head) in [
        ("TRACE", "debug or worse"),
        ("DEBUG", "info or worse"),
        ("INFO", "warnings and errors"),
        ("WARN", "errors"),
    ] {
        watch(&mut pane, Watch::Level);
        let text = drawn(&mut pane, 78, 30);
        assert!(!text.contains(left_out) && text.contains(head), "{text}");
        assert!(text.contains("ERROR"), "{text}");
    }
    watch(&mut pane, Watch::Level);
    assert!(drawn(&mut pane, 78, 30).contains("TRACE"));
}

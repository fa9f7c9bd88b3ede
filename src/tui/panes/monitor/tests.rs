use super::super::super::command::{Command, MonitorPage as Page, Watch};
use super::*;
use crate::monitor::{Health, Process};
use proptest::prelude::*;

mod past;
mod sample;

use sample::{alerts_at, degraded, history, log, push, snapshot};

const SIZES: [(u16, u16); 4] = [(200, 50), (78, 22), (34, 20), (30, 8)];

fn drawn(pane: &mut MonitorPane, width: u16, height: u16) -> String {
    pane.resize(width, height);
    let buf = buffer(pane, width, height);
    let row = |y| (0..width).map(|x| buf[(x, y)].symbol()).collect::<String>();
    let rows: Vec<_> = (0..height).map(|y| row(y).trim_end().to_owned()).collect();
    rows.join("\n")
}

fn buffer(pane: &MonitorPane, width: u16, height: u16) -> Buffer {
    let area = Rect::new(0, 0, width, height);
    let mut buf = Buffer::empty(area);
    render(pane, &Theme::built_in("sixteen").unwrap(), area, &mut buf);
    buf
}

/// Ten minutes of a busy program.
fn populated() -> MonitorPane {
    let mut pane = MonitorPane::default();
    pane.set_history(History::detached());
    pane.set_log(log(600));
    let history = pane.data.history().unwrap().clone();
    for n in 0..600 {
        pane.set_alerts(alerts_at(n));
        pane.set_snapshot(push(&history, n));
    }
    pane
}

fn troubled() -> MonitorPane {
    let mut pane = MonitorPane::default();
    pane.set_history(History::detached());
    pane.set_snapshot(Arc::new(degraded(30)));
    pane
}

fn watch(pane: &mut MonitorPane, watch: Watch) -> Vec<MonitorEffect> {
    pane.update(Command::Watch(watch))
}

/// A populated pane that an alert has led to second 502.
fn frozen() -> MonitorPane {
    let mut pane = populated();
    watch(&mut pane, Watch::Page(Page::Alerts));
    drawn(&mut pane, 78, 22);
    assert_eq!(watch(&mut pane, Watch::Open), []);
    assert!(pane.is_frozen() && pane.page() == Page::Overview);
    pane
}

#[test]
fn the_overview_at_every_size() {
    for (width, height) in SIZES {
        for (name, mut pane) in [
            ("populated", populated()),
            ("empty", MonitorPane::default()),
            ("degraded", troubled()),
            ("frozen", frozen()),
        ] {
            let name = format!("{name}_{width}x{height}");
            insta::assert_snapshot!(name, drawn(&mut pane, width, height));
        }
    }
}

#[test]
fn every_other_page() {
    for page in &Page::ALL[1..] {
        for (width, height) in [SIZES[1], SIZES[2]] {
            let mut pane = populated();
            watch(&mut pane, Watch::Page(*page));
            let name = format!("{}_{width}x{height}", page.title().to_lowercase());
            insta::assert_snapshot!(name, drawn(&mut pane, width, height));
        }
    }
}

#[test]
fn a_graph_can_have_the_whole_pane() {
    let mut pane = populated();
    drawn(&mut pane, 78, 22);
    watch(&mut pane, Watch::Open);
    watch(&mut pane, Watch::ZoomOut);
    insta::assert_snapshot!("expanded_78x22", drawn(&mut pane, 78, 22));
    pane.update(Command::ItemDown);
    assert!(drawn(&mut pane, 78, 22).contains("▸memory"));
    // A click on the graph freezes the moment that it shows there.
    pane.click(40, 9);
    let text = drawn(&mut pane, 78, 22);
    assert!(text.contains("frozen at") && text.contains('│'), "{text}");
    watch(&mut pane, Watch::Back);
    assert!(pane.is_frozen(), "one step back at a time");
    watch(&mut pane, Watch::Back);
    assert!(!pane.is_frozen());
    assert!(drawn(&mut pane, 78, 22).contains("breakers"));
}

#[test]
fn pages_are_asked_for_and_their_tables_with_them() {
    use crate::monitor::Table::{Processes, Threads};
    let want = |table, wanted| MonitorEffect::WantTable { table, wanted };
    let mut pane = populated();
    assert_eq!(watch(&mut pane, Watch::Later), [want(Processes, true)]);
    assert_eq!(
        watch(&mut pane, Watch::Later),
        [want(Processes, false), want(Threads, true)]
    );
    assert_eq!(
        watch(&mut pane, Watch::Page(Page::Overview)),
        [want(Threads, false)]
    );
    assert_eq!(watch(&mut pane, Watch::Earlier), []);
    assert_eq!(pane.page(), Page::Cost);
    // The names of the pages can be clicked on.
    let text = drawn(&mut pane, 78, 22);
    let at = text.lines().next().unwrap().find('2').unwrap();
    assert_eq!(pane.click(at as u16, 0), [want(Processes, true)]);
}

#[test]
fn tables_are_filtered_and_a_mistake_changes_nothing() {
    use crate::monitor::Table::Processes;
    let mut pane = populated();
    assert!(matches!(
        watch(&mut pane, Watch::Filter)[..],
        [MonitorEffect::Tell(_)]
    ));
    watch(&mut pane, Watch::Page(Page::Processes));
    pane.set_filter(Processes, "cpu>10 and name~F").unwrap();
    let text = drawn(&mut pane, 78, 22);
    assert!(text.contains("1 of 7: cpu>10 and name~F"), "{text}");
    assert!(text.contains("firefox") && !text.contains("sshd"), "{text}");
    let error = pane.set_filter(Processes, "cpu>>1").unwrap_err();
    assert_eq!(error.column, 5);
    assert_eq!(drawn(&mut pane, 78, 22), text);
    assert_eq!(
        watch(&mut pane, Watch::Filter),
        [MonitorEffect::AskFilter {
            table: Processes,
            text: "cpu>10 and name~F".into()
        }]
    );
    watch(&mut pane, Watch::Back);
    assert!(drawn(&mut pane, 78, 22).contains("sshd"));
    pane.set_filter(Processes, "nobody").unwrap();
    assert!(drawn(&mut pane, 78, 22).contains("none passes the filter"));
    pane.set_filter(Processes, " ").unwrap();
    assert!(drawn(&mut pane, 78, 22).contains("sshd"));
}

#[test]
fn a_breaker_is_changed_by_its_name_once_that_is_confirmed() {
    let mut pane = populated();
    assert!(matches!(
        watch(&mut pane, Watch::ForceOpen)[..],
        [MonitorEffect::Tell(_)]
    ));
    watch(&mut pane, Watch::Page(Page::Breakers));
    drawn(&mut pane, 78, 22);
    pane.click(5, 3);
    let effects = watch(&mut pane, Watch::Disable);
    let [
        MonitorEffect::Ask {
            breaker,
            action,
            text,
        },
    ] = &effects[..]
    else {
        panic!("{effects:?}");
    };
    assert_eq!(
        (breaker.as_str(), *action),
        ("encoder", BreakerAction::Disable)
    );
    assert!(text[0].contains("“encoder” is closed"), "{text:?}");
    // Meanwhile the list is in another order, and the target is the same.
    let mut other = snapshot(600);
    other.program.breakers.reverse();
    pane.set_snapshot(Arc::new(other));
    assert_eq!(pane.breakers.chosen().map(String::as_str), Some("encoder"));
    assert_eq!(
        pane.confirmed(breaker.clone(), *action),
        MonitorEffect::ForceBreaker {
            name: "encoder".into(),
            to: BreakerAction::Disable
        }
    );
    // What is done already is not asked for again.
    let mut done = snapshot(601);
    done.program.breakers[1].state = "disabled".into();
    pane.set_snapshot(Arc::new(done));
    let [MonitorEffect::Tell(told)] = &watch(&mut pane, Watch::Disable)[..] else {
        panic!("it is asked for again");
    };
    assert_eq!(told, "the breaker “encoder” is disabled already");
    pane.set_snapshot(Arc::default());
    let gone = pane.confirmed(breaker.clone(), *action);
    assert!(matches!(gone, MonitorEffect::Tell(_)));
}

#[test]
fn a_collector_is_switched_by_its_name() {
    let mut pane = populated();
    watch(&mut pane, Watch::Page(Page::Cost));
    drawn(&mut pane, 78, 22);
    pane.update(Command::ItemDown);
    let off = MonitorEffect::SetCollector {
        name: "memory".into(),
        on: false,
    };
    assert_eq!(
        watch(&mut pane, Watch::Collector),
        std::slice::from_ref(&off)
    );
    assert_eq!(watch(&mut pane, Watch::Open), [off]);
}

#[test]
fn what_is_not_known_is_said_not_to_be_and_is_no_zero() {
    for mut pane in [MonitorPane::default(), troubled()] {
        let text = drawn(&mut pane, 200, 50);
        for figure in ["cpu", "memory", "own cpu", "own mem", "gpu", "net in"] {
            let row = text
                .split('\n')
                .find_map(|l| l.split(&format!(" {figure} ")).nth(1));
            let value = row.map(|r| r.trim_start());
            assert!(
                value.is_some_and(|v| v.starts_with("n/a")),
                "{figure}\n{text}"
            );
        }
    }
    let text = drawn(&mut troubled(), 200, 50);
    assert!(text.contains("slow 17 s"), "{text}");
    assert!(text.contains("failed: permission denied"), "{text}");
    assert!(text.contains("no NVIDIA driver"), "{text}");
    assert!(
        text.contains("OVER") && text.contains("2.1 times slower"),
        "{text}"
    );
}

#[test]
fn the_wheel_and_clicks_go_through_rows() {
    let mut pane = populated();
    watch(&mut pane, Watch::Page(Page::Processes));
    let text = drawn(&mut pane, 78, 6);
    assert!(text.contains("sshd") && !text.contains("init"), "{text}");
    pane.scroll_by(3);
    let text = drawn(&mut pane, 78, 6);
    assert!(!text.contains("sshd") && text.contains("init"), "{text}");
    // Below the tabs and the heading.
    pane.click(30, 5);
    assert_eq!(pane.processes.chosen(), Some(&104));
    pane.update(Command::ItemFirst);
    assert!(drawn(&mut pane, 78, 6).contains("sshd"));
    watch(&mut pane, Watch::Reverse);
    let text = drawn(&mut pane, 78, 6);
    assert!(text.contains("cpu %▴") && !text.contains("sshd"), "{text}");
    watch(&mut pane, Watch::Sort);
    assert!(drawn(&mut pane, 78, 6).contains("memory▾"));
    // On the overview a click chooses a graph, and another one gives it the whole pane.
    watch(&mut pane, Watch::Page(Page::Overview));
    drawn(&mut pane, 78, 22);
    pane.click(3, 4);
    assert!(drawn(&mut pane, 78, 22).contains("▸memory"));
    pane.click(3, 4);
    assert!(pane.is_expanded);
}

#[test]
fn the_chosen_graph_is_seen_however_small_the_pane_is() {
    let mut pane = populated();
    drawn(&mut pane, 30, 8);
    pane.update(Command::ItemLast);
    let text = drawn(&mut pane, 30, 8);
    assert!(text.contains("▸cost cpu"), "{text}");
    pane.update(Command::ItemFirst);
    assert!(drawn(&mut pane, 30, 8).contains("▸cpu"));
}

#[test]
fn what_calls_for_a_look_stands_out() {
    use ratatui::style::{Color, Modifier};
    let mut pane = populated();
    let mut other = snapshot(600);
    other.program.breakers[0].state = "half-open".into();
    pane.set_snapshot(Arc::new(other));
    drawn(&mut pane, 78, 22);
    let buf = buffer(&pane, 78, 22);
    let header: Vec<&str> = (0..78).map(|x| buf[(x, 0)].symbol()).collect();
    let of = |number| header.iter().position(|c| *c == number).unwrap() as u16;
    assert_eq!(buf[(of("4"), 0)].fg, Color::Yellow);
    assert_eq!(buf[(of("2"), 0)].fg, Color::DarkGray);
    watch(&mut pane, Watch::Page(Page::Breakers));
    pane.update(Command::ItemDown);
    let buf = buffer(&pane, 78, 22);
    assert_eq!(buf[(0, 2)].fg, Color::Yellow);
    // The chosen row has a ground from end to end.
    let is_chosen = |x, y| buf[(x, y)].modifier.contains(Modifier::REVERSED);
    assert!((0..78).all(|x| is_chosen(x, 3) && !is_chosen(x, 2)));
}

#[test]
fn a_pane_out_of_sight_draws_once_it_is_seen() {
    let mut pane = populated();
    let before = drawn(&mut pane, 78, 22);
    pane.set_seen(false);
    pane.set_snapshot(Arc::new(degraded(700)));
    assert_eq!(drawn(&mut pane, 78, 22), before);
    pane.set_seen(true);
    assert_ne!(drawn(&mut pane, 78, 22), before);
}

#[test]
fn from_one_second_to_the_next_few_cells_change() {
    let history = history(600);
    let mut pane = populated();
    pane.set_history(history.clone());
    pane.resize(200, 50);
    let mut before = buffer(&pane, 200, 50);
    let mut changed = Vec::new();
    for n in 600..660 {
        pane.set_snapshot(push(&history, n));
        let after = buffer(&pane, 200, 50);
        changed.push(before.diff(&after).len());
        before = after;
    }
    changed.sort_unstable();
    // Three quarters of all seconds change fewer than one cell in a hundred.
    assert!(changed[45] < 100, "{changed:?}");
}

fn any_snapshot() -> impl Strategy<Value = Snapshot> {
    let share = prop::option::of(prop::num::f64::ANY);
    let text = "\\PC{0,30}";
    (
        (
            any::<u64>(),
            prop::collection::vec(share.clone(), 0..70),
            share.clone(),
        ),
        (prop::option::of(any::<u64>()), share.clone(), share.clone()),
        prop::collection::vec((any::<u32>(), text, share.clone()), 0..20),
        prop::collection::vec((text, text, share.clone()), 0..6),
        (0usize..5, share),
    )
        .prop_map(|(machine, process, rows, breakers, (healths, other))| {
            let mut out = snapshot(599);
            (out.at_ms, out.machine.cores, out.machine.cpu) = machine;
            (out.process.memory, out.process.cpu, out.cost.cpu) = process;
            out.machine.load = other.map(|v| [v; 3]);
            out.gpus[0].utilisation = other;
            out.gpus[0].index = rows.first().map_or(0, |r| r.0 % 12);
            out.threads.clear();
            for (number, name, cpu) in rows {
                out.threads.push(crate::monitor::ThreadRow {
                    tid: number,
                    name: name.clone(),
                    cpu,
                });
                out.processes.push(crate::monitor::ProcessRow {
                    pid: number,
                    name,
                    user: None,
                    cpu,
                    memory: Some(u64::from(number)),
                });
            }
            out.program
                .breakers
                .extend(breakers.into_iter().map(|(name, state, rate)| {
                    crate::monitor::BreakerState {
                        name,
                        state,
                        failure_rate: rate,
                        half_open_in: rate,
                        ..Default::default()
                    }
                }));
            for (collector, nth) in out.collectors.iter_mut().zip(0..healths) {
                collector.age = other;
                collector.health = match nth {
                    0 => Health::Slow,
                    1 => Health::Absent("x".into()),
                    2 => Health::Failed("字".repeat(50)),
                    _ => Health::Idle,
                };
            }
            out
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn draws_at_any_size_what_is_known_or_not(
        snapshot in any_snapshot(),
        sizes in prop::collection::vec((0u16..210, 0u16..60), 1..5),
        keys in prop::collection::vec(0usize..27, 0..40),
    ) {
        let commands = [
            Watch::Earlier, Watch::Later, Watch::ZoomIn, Watch::ZoomOut, Watch::Freeze, Watch::Open,
            Watch::Back, Watch::Sort, Watch::Reverse, Watch::Level, Watch::ForceOpen, Watch::Export,
            Watch::Collector, Watch::Filter,
        ].map(Command::Watch).into_iter().chain(Page::ALL.map(|p| Command::Watch(Watch::Page(p))))
            .chain([Command::ItemUp, Command::ItemDown, Command::ItemPageUp,
                Command::ItemPageDown, Command::ItemFirst, Command::ItemLast]);
        let commands: Vec<Command> = commands.collect();
        let mut pane = populated();
        pane.set_history(history(40));
        pane.set_snapshot(Arc::new(snapshot));
        let tiny = [(0, 0), (1, 1), (10, 3), (3, 10), (30, 8), (0, 9), (9, 0)];
        for (width, height) in sizes.iter().copied().chain(tiny) {
            drawn(&mut pane, width, height);
            for key in &keys {
                pane.update(commands[*key]);
            }
            drawn(&mut pane, width, height);
            pane.click(width / 2, height / 2);
            pane.scroll_by(3);
            drawn(&mut pane, width, height);
        }
    }
}

#[test]
fn the_essential_is_told_on_little_room() {
    let mut pane = populated();
    let text = drawn(&mut pane, 34, 20);
    for wanted in [
        "cpu",
        "memory",
        "own cpu",
        "own mem",
        "0.42 % of 1.00 %",
        "redis",
        "breaker open",
    ] {
        assert!(text.contains(wanted), "{wanted}\n{text}");
    }
    let text = drawn(&mut pane, 30, 8);
    for wanted in [
        "cpu",
        "memory",
        "own cpu",
        "own mem",
        "cost",
        "1 of 3 firing",
        "1 of 2 not",
    ] {
        assert!(text.contains(wanted), "{wanted}\n{text}");
    }
    assert!(drawn(&mut pane, 10, 3).contains("cpu"));
    let idle = Snapshot {
        process: Process::default(),
        ..snapshot(1)
    };
    pane.set_snapshot(Arc::new(idle));
    assert!(drawn(&mut pane, 10, 1).contains("cpu"));
}

use super::*;
use crate::monitor::{Machine, Process, Snapshot};

fn drawn(pane: &mut MonitorPane, width: u16, height: u16) -> String {
    pane.resize(width, height);
    let area = Rect::new(0, 0, width, height);
    let mut buf = Buffer::empty(area);
    render(pane, &Theme::built_in("sixteen").unwrap(), area, &mut buf);
    let row = |y| (0..width).map(|x| buf[(x, y)].symbol()).collect::<String>();
    let rows: Vec<_> = (0..height).map(|y| row(y).trim_end().to_owned()).collect();
    rows.join("\n")
}

fn figures(busy: f64) -> (Process, Machine) {
    let process = Process {
        cpu: Some(busy),
        memory: Some(85 << 20),
        threads: Some(9),
    };
    let machine = Machine {
        cores: 2,
        cpu: Some(busy / 2.0),
        memory_used: Some(9 << 30),
        memory_total: Some(24 << 30),
        load: Some([4.16, 2.98, 2.49]),
    };
    (process, machine)
}

fn watched() -> MonitorPane {
    let mut snapshot = Snapshot::default();
    for (busy, threads) in [0.0, 0.25, 0.5, 1.0, 1.0, 0.5, 0.123].into_iter().zip(3..) {
        (snapshot.process, snapshot.machine) = figures(busy);
        snapshot.process.threads = Some(threads);
        snapshot.history.push(&snapshot.process, &snapshot.machine);
    }
    let mut pane = MonitorPane::default();
    pane.set_snapshot(Arc::new(snapshot));
    pane
}

#[test]
fn a_high_pane_has_graphs_below_its_figures() {
    assert_eq!(
        drawn(&mut watched(), 40, 19),
        "\
this process
 CPU     12.3 % of one core
                                      ⣿
                                    ⢀⣼⣿⣇
 memory  85.0 MiB, most 85.0 MiB
                                    ⢸⣿⣿⣿
                                    ⢸⣿⣿⣿
 threads 9, most 9            graph to 9
                                      ⣠⣾
                                    ⢰⣿⣿⣿

machine
 CPU     6.2 % of 2 cores

                                    ⢀⣠⣿⣄
 memory  9.0 GiB of 24.0 GiB
 load    4.16 2.98 2.49 on 2 cores
                                    ⢸⣿⣿⣿
                                    ⢸⣿⣿⣿"
    );
}

#[test]
fn a_wide_pane_has_graphs_beside_its_figures() {
    assert_eq!(
        drawn(&mut watched(), 38, 9),
        "\
this process
 CPU     12.3 %                   ⢀⣠⣿⣄
 memory  85.0 MiB                 ⢸⣿⣿⣿
 threads 9, most 9                ⢀⣤⣶⣿

machine
 CPU     6.2 %                    ⢀⣀⣤⣀
 memory  9.0 GiB of 24.0 GiB
 load    4.16 2.98 2.49           ⢸⣿⣿⣿"
    );
    assert_eq!(
        drawn(&mut watched(), 60, 9),
        "\
this process
 CPU     12.3 % of one core                             ⢀⣠⣿⣄
 memory  85.0 MiB, most 85.0 MiB                        ⢸⣿⣿⣿
 threads 9, most 9                                      ⢀⣤⣶⣿

machine
 CPU     6.2 % of 2 cores                               ⢀⣀⣤⣀
 memory  9.0 GiB of 24.0 GiB
 load    4.16 2.98 2.49 on 2 cores                      ⢸⣿⣿⣿"
    );
}

#[test]
fn a_narrow_or_low_pane_leaves_out_graphs_then_what_matters_least() {
    assert_eq!(
        drawn(&mut watched(), 20, 9),
        "\
this process
 CPU     12.3 %
 memory  85.0 MiB
 threads 9, most 9

machine
 CPU     6.2 %
 memory  9G/24G
 load    4.16"
    );
    assert_eq!(
        drawn(&mut watched(), 20, 8),
        "\
this process
 CPU     12.3 %
 memory  85.0 MiB
 threads 9, most 9
machine
 CPU     6.2 %
 memory  9G/24G
 load    4.16"
    );
    let mut pane = watched();
    assert_eq!(
        drawn(&mut pane, 14, 3),
        "\
CPU     12.3 %
memory  85M
all CPU 6.2 %"
    );
    pane.update(Command::ItemLast);
    assert_eq!(
        drawn(&mut pane, 14, 3),
        "\
load    4.16
all mem 9G/24G
threads 9"
    );
}

#[test]
fn what_is_not_known_is_said_not_to_be() {
    let text = drawn(&mut MonitorPane::default(), 60, 30);
    assert_eq!(text.matches("n/a").count(), 6, "{text}");
    assert!(!text.contains(char::is_numeric), "{text}");

    let mut pane = MonitorPane::default();
    let (_, machine) = figures(0.5);
    pane.set_snapshot(Arc::new(Snapshot {
        machine: Machine {
            memory_used: None,
            ..machine
        },
        ..Snapshot::default()
    }));
    assert!(drawn(&mut pane, 40, 9).contains("n/a of 24.0 GiB"));
}

#[test]
fn draws_at_any_size() {
    for mut pane in [MonitorPane::default(), watched()] {
        for width in (0..=60).chain([100]) {
            for height in (0..=20).chain([50]) {
                let text = drawn(&mut pane, width, height);
                if width >= 14 && height >= 3 {
                    assert!(text.contains("CPU") && text.contains("memory"), "{text}");
                    assert!(!text.contains('…'), "{width}x{height}\n{text}");
                }
                pane.update(Command::ItemPageDown);
                pane.update(Command::ItemFirst);
            }
        }
    }
}

//! The monitor as a whole.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use super::collectors::{Ask, Collector, Fault, Named, Part, from};
use super::control::{Shared, Wishes};
use super::testing::{FakeProc, stat_line};
use super::time::TimeHand;
use super::*;
use CollectorKind as K;

const SECOND: Duration = Duration::from_secs(1);
const WALL: u64 = 1_700_000_000_000;
/// Far longer than a loaded machine takes.
const LATE: Duration = Duration::from_secs(20);

/// A collector that does as a test says.
struct Puppet<C, F>(C, F);

impl<C, F> Collector for Puppet<C, F>
where
    C: FnMut(Ask) -> Result<Part, Fault> + Send,
    F: FnMut() + Send,
{
    fn collect(&mut self, ask: Ask) -> Result<Part, Fault> {
        (self.0)(ask)
    }

    fn forget(&mut self) {
        (self.1)();
    }
}

fn puppet(
    kind: CollectorKind,
    collect: impl FnMut(Ask) -> Result<Part, Fault> + Send + 'static,
) -> Named {
    (kind, Box::new(Puppet(collect, || {})))
}

struct Bench {
    sampler: Sampler,
    control: Control,
    shared: Arc<Shared>,
    history: History,
    hand: TimeHand,
}

impl Bench {
    fn new(collectors: Vec<Named>) -> Self {
        let (time, hand) = Time::manual(WALL);
        let (control, shared, _) = Control::new(Wishes::new(SECOND, &[]));
        control.need(Need::Pane, true);
        let history = History::detached();
        let sampler = Sampler::new((time, WALL), collectors, 0.01, history.clone(), None);
        Self {
            sampler,
            control,
            shared,
            history,
            hand,
        }
    }

    fn sample(&mut self) -> Arc<Snapshot> {
        self.sampler.sample(&self.shared)
    }

    fn after(&mut self, passed: Duration) -> Arc<Snapshot> {
        self.hand.advance(passed);
        self.sample()
    }
}

fn health(snapshot: &Snapshot, kind: CollectorKind) -> Health {
    let mut rows = snapshot.collectors.iter();
    rows.find(|row| row.name == kind.name())
        .unwrap()
        .health
        .clone()
}

/// A `/proc` that counts one core, `busy` of `all` ticks.
fn ticks(proc: &FakeProc, busy: u64, all: u64) {
    let idle = all - busy;
    let line = format!("cpu  {busy} 0 0 {idle} 0 0 0 0\ncpu0 {busy} 0 0 {idle} 0 0 0 0\n");
    proc.write("stat", &line);
    proc.write("net/dev", &format!("a\nb\neth0: {all} 0 0 0 0 0 0 0 0 0\n"));
}

fn of_proc(proc: &FakeProc, kinds: &[CollectorKind]) -> Vec<Named> {
    let all = from(
        proc.path().to_owned(),
        Vec::new(),
        Box::new(Program::default),
    );
    all.into_iter()
        .filter(|(kind, _)| kinds.contains(kind))
        .collect()
}

#[test]
fn a_wall_clock_that_goes_back_changes_no_rate_and_no_axis() {
    let proc = FakeProc::new();
    let mut bench = Bench::new(of_proc(&proc, &[K::Cpu, K::Network]));
    ticks(&proc, 0, 100);
    bench.sample();
    ticks(&proc, 50, 200);
    assert_eq!(bench.after(SECOND).machine.cpu, Some(0.5));
    bench.hand.set_wall(1_000);
    ticks(&proc, 75, 300);
    let snapshot = bench.after(SECOND);
    assert_eq!(snapshot.at_ms, 2_000);
    assert_eq!(snapshot.uptime, 2.0);
    assert_eq!(snapshot.machine.cpu, Some(0.25));
    assert_eq!(snapshot.machine.networks[0].received, Some(100.0));
    assert_eq!(bench.history.span().unwrap().1, WALL + 2_000);
    let points = bench.history.range(Series::Cpu, WALL, WALL + 2_000, 2);
    let means: Vec<_> = points.into_iter().map(|p| p.unwrap().mean).collect();
    assert_eq!(means, [0.5, 0.25]);
}

#[test]
fn after_a_sleep_rates_begin_anew_and_the_history_has_a_gap() {
    let proc = FakeProc::new();
    let mut bench = Bench::new(of_proc(&proc, &[K::Cpu, K::Network]));
    for second in 0..3 {
        ticks(&proc, second * 50, 100 + second * 100);
        bench.after(SECOND);
    }
    // The counter of the network went on, as if by a burst.
    ticks(&proc, 150, 1_000_000);
    let hour = Duration::from_secs(3_600);
    let snapshot = bench.after(hour);
    assert_eq!(snapshot.machine.cpu, None);
    assert_eq!(snapshot.machine.networks[0].received, None);
    assert_eq!(
        bench.sampler.wait(&bench.shared.wishes()),
        super::rate::LEAST
    );
    ticks(&proc, 200, 1_000_100);
    let snapshot = bench.after(super::rate::LEAST);
    assert_eq!(snapshot.machine.networks[0].received, Some(500.0));
    let from = WALL + 3_000;
    let gap = bench
        .history
        .range(Series::Received, from, from + 3_600_000, 1);
    assert_eq!(gap, [None], "no spike");
    // Three intervals are no gap.
    ticks(&proc, 300, 1_000_400);
    assert_eq!(
        bench.after(3 * SECOND).machine.networks[0].received,
        Some(100.0)
    );
}

#[test]
fn a_longer_interval_is_no_gap_when_it_is_set_short_again() {
    let proc = FakeProc::new();
    let mut bench = Bench::new(of_proc(&proc, &[K::Network]));
    bench.control.set_interval(LONGEST);
    ticks(&proc, 0, 100);
    bench.sample();
    bench.hand.advance(Duration::from_secs(40));
    bench.control.set_interval(SHORTEST);
    ticks(&proc, 0, 4_100);
    assert_eq!(bench.sample().machine.networks[0].received, Some(100.0));
}

#[test]
fn a_slow_collector_stalls_no_other_and_is_called_slow() {
    let (release, held) = mpsc::channel::<()>();
    let gpu = |name: &str| Gpu {
        name: name.to_owned(),
        ..Gpu::default()
    };
    let mut questions = 0;
    let slow = puppet(K::Gpu, move |_| {
        questions += 1;
        if questions == 2 {
            held.recv().unwrap();
        }
        let name = if questions == 1 { "first" } else { "second" };
        Ok(Part::Gpu(vec![gpu(name)]))
    });
    let counted = Arc::new(AtomicU64::new(0));
    let counter = counted.clone();
    let fast = puppet(K::Program, move |_| {
        counter.fetch_add(1, Ordering::AcqRel);
        Ok(Part::Program(Box::default()))
    });
    let proc = FakeProc::new();
    let mut collectors = of_proc(&proc, &[K::Network]);
    collectors.extend([slow, fast]);
    let mut bench = Bench::new(collectors);
    ticks(&proc, 0, 0);
    bench.sample();
    let mut first = bench.sample();
    let began = Instant::now();
    // The second question is open from then on.
    while first.gpus.is_empty() {
        assert!(began.elapsed() < LATE);
        first = bench.after(Duration::from_millis(1));
    }
    let mut last = first;
    for second in 1..=10 {
        ticks(&proc, 0, second * 100);
        last = bench.after(SECOND);
        assert_eq!(last.gpus[0].name, "first", "what is shown is old");
        // The other thread goes on, once the machine comes to it.
        while counted.load(Ordering::Acquire) < second {
            assert!(began.elapsed() < LATE);
            last = bench.sample();
        }
    }
    assert!(last.machine.networks[0].received.unwrap() > 0.0);
    assert_eq!(health(&last, K::Gpu), Health::Slow);
    assert_eq!(health(&last, K::Network), Health::Fine);
    assert!(last.collectors[1].age.unwrap() >= 10.0);
    release.send(()).unwrap();
    // The answer that came late is not called fine, nor is a late one of a loaded machine.
    while last.gpus[0].name != "second" || health(&last, K::Gpu) != Health::Fine {
        assert!(began.elapsed() < LATE);
        last = bench.after(Duration::from_millis(1));
    }
}

#[test]
fn a_collector_that_fails_or_panics_is_unknown_and_the_next_one_tells() {
    let mut count = 0;
    let memory = |total| Part::Memory {
        total,
        used: 0,
        swap_total: 0,
        swap_used: 0,
    };
    let mut bench = Bench::new(vec![puppet(K::Memory, move |_| {
        count += 1;
        match count {
            2 => Err(Fault::Failed("it went".to_owned())),
            3 => panic!("by intent"),
            _ => Ok(memory(count)),
        }
    })]);
    assert_eq!(bench.sample().machine.memory_total, Some(1));
    let failed = bench.after(SECOND);
    assert_eq!(
        failed.machine.memory_total, None,
        "not the old one, and not 0"
    );
    assert_eq!(
        health(&failed, K::Memory),
        Health::Failed("it went".to_owned())
    );
    let panicked = bench.after(SECOND);
    assert!(matches!(health(&panicked, K::Memory), Health::Failed(why) if why.contains("panic")));
    let fine = bench.after(SECOND);
    assert_eq!(fine.machine.memory_total, Some(4));
    assert_eq!(health(&fine, K::Memory), Health::Fine);
}

/// How often a collector of a kind is asked in ten minutes of seconds, where its answer should be
/// no older than so many.
fn questions(kind: CollectorKind, told: Result<Part, Fault>, oldest: f64) -> u64 {
    let asked = Arc::new(AtomicU64::new(0));
    let counter = asked.clone();
    let mut bench = Bench::new(vec![puppet(kind, move |_| {
        counter.fetch_add(1, Ordering::AcqRel);
        told.clone()
    })]);
    let began = Instant::now();
    for second in 0..600 {
        // Its thread answers once the machine comes to it.
        while bench.sample().collectors[0]
            .age
            .is_none_or(|age| age >= oldest)
        {
            assert!(began.elapsed() < LATE, "second {second}");
        }
        bench.hand.advance(SECOND);
    }
    asked.load(Ordering::Acquire)
}

#[test]
fn what_seldom_changes_is_seldom_asked_and_what_is_absent_hardly_ever() {
    let none = || Ok(Part::Network(Vec::new()));
    assert_eq!(questions(K::Network, none(), 1.0), 600);
    let absent = Err(Fault::Absent("none here".to_owned()));
    assert_eq!(questions(K::Network, absent, 60.0), 10);
    // The second one comes early, for those that tell rates.
    let disks = questions(K::Disks, Ok(Part::Disks(Vec::new())), 10.0);
    assert!((60..=61).contains(&disks), "{disks}");
}

#[test]
fn a_collector_is_switched_off_and_on_while_it_runs() {
    let proc = FakeProc::new();
    ticks(&proc, 0, 100);
    proc.write(
        "meminfo",
        "MemTotal: 4 kB\nMemAvailable: 1 kB\nSwapTotal: 0 kB\nSwapFree: 0 kB\n",
    );
    let mut bench = Bench::new(of_proc(&proc, &[K::Memory, K::Network]));
    assert_eq!(bench.sample().machine.memory_used, Some(3_072));
    bench.control.set_enabled(K::Memory, false);
    let off = bench.after(SECOND);
    assert_eq!(off.machine.memory_used, None);
    let expected = CollectorState {
        name: "memory".to_owned(),
        ..CollectorState::default()
    };
    assert_eq!(off.collectors[0], expected);
    assert_eq!(off.machine.networks.len(), 1, "the other goes on");
    bench.control.set_enabled(K::Memory, true);
    assert_eq!(bench.after(SECOND).machine.memory_used, Some(3_072));
}

#[test]
fn tables_are_filled_while_they_are_wanted() {
    let proc = FakeProc::new();
    proc.write("5/stat", &stat_line(5, "busy", 1, 1));
    proc.write("self/task/5/stat", &stat_line(5, "main", 1, 1));
    let mut bench = Bench::new(of_proc(&proc, &[K::Processes, K::Threads]));
    let began = Instant::now();
    let until = |bench: &mut Bench, is_so: fn(&Snapshot) -> bool| {
        let mut snapshot = bench.sample();
        while !is_so(&snapshot) {
            assert!(began.elapsed() < LATE, "{snapshot:?}");
            snapshot = bench.after(Duration::from_millis(1));
        }
        snapshot
    };
    let counted = until(&mut bench, |s| s.machine.processes.is_some());
    assert_eq!(counted.machine.processes, Some(1));
    assert!(counted.processes.is_empty() && counted.threads.is_empty());
    assert_eq!(health(&counted, K::Threads), Health::Idle);
    bench.control.want(Need::Pane, Table::Processes, true);
    bench.control.want(Need::Pane, Table::Threads, true);
    let full = until(&mut bench, |s| !s.processes.is_empty());
    assert_eq!((full.processes[0].pid, full.threads[0].tid), (5, 5));
    bench.control.want(Need::Pane, Table::Processes, false);
    bench.control.want(Need::Pane, Table::Threads, false);
    let unseen = bench.after(SECOND);
    assert!(unseen.processes.is_empty() && unseen.threads.is_empty());
    assert_eq!(unseen.machine.processes, Some(1), "still counted");
}

#[test]
fn over_the_budget_the_interval_is_stretched_and_the_snapshot_says_so() {
    let proc = FakeProc::new();
    let mut bench = Bench::new(of_proc(&proc, &[]));
    let mut stretched = Vec::new();
    for second in 0..8_u32 {
        // Two hundredths of a core for drawing alone.
        bench.control.drawing(second * Duration::from_millis(20));
        bench.control.terminal_bytes(u64::from(second) * 700);
        let cost = bench.after(SECOND).cost.clone();
        stretched.push(cost.stretched);
        if second > 0 {
            assert!(cost.cpu.unwrap() >= 0.02 && cost.budget == 0.01);
            assert_eq!(cost.terminal, Some(700.0));
        }
    }
    assert_eq!(stretched, [1.0, 1.0, 1.0, 1.0, 1.0, 2.0, 2.0, 2.0]);
    let wishes = bench.shared.wishes();
    assert_eq!(bench.sampler.wait(&wishes), 2 * SECOND);
    assert!(bench.sample().cost.memory > 10_000);
    bench.sampler.forget_rates();
    assert_eq!(bench.after(SECOND).cost.cpu, None);
}

fn watched() -> (Monitor, watch::Receiver<Arc<Snapshot>>) {
    let settings = Settings {
        interval: SHORTEST,
        ..Settings::default()
    };
    let asked = puppet(K::Network, |_| Ok(Part::Network(Vec::new())));
    let monitor = start_with(settings, Time::system(), vec![asked]).unwrap();
    let snapshots = monitor.subscribe();
    (monitor, snapshots)
}

fn next(snapshots: &mut watch::Receiver<Arc<Snapshot>>) -> Arc<Snapshot> {
    let began = Instant::now();
    while !snapshots.has_changed().unwrap() {
        assert!(began.elapsed() < LATE, "nothing is published");
        std::thread::sleep(Duration::from_millis(1));
    }
    snapshots.borrow_and_update().clone()
}

#[test]
fn nothing_is_sampled_before_and_after_somebody_needs_it() {
    let (monitor, mut snapshots) = watched();
    let control = monitor.control();
    assert_eq!(**snapshots.borrow(), Snapshot::default());
    control.want(Need::Pane, Table::Threads, true);
    control.need(Need::Alerts, true);
    let first = next(&mut snapshots);
    assert!(next(&mut snapshots).number > first.number);
    control.need(Need::Pane, true);
    control.need(Need::Alerts, false);
    next(&mut snapshots);
    control.need(Need::Pane, false);
    // What was under way when the order came may still be published.
    let began = Instant::now();
    let mut last = snapshots.borrow_and_update().number;
    let mut since = Instant::now();
    while since.elapsed() < 3 * SHORTEST {
        assert!(began.elapsed() < LATE, "still publishing");
        let number = snapshots.borrow_and_update().number;
        if number != last {
            (last, since) = (number, Instant::now());
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    control.need(Need::Pane, true);
    let again = next(&mut snapshots);
    assert!(again.number > last);
    // On a loaded machine it may be the second one already.
    let is_first = again.number == last + 1;
    assert!(
        !is_first || again.cost.cpu.is_none(),
        "a rate over the time asleep"
    );
}

#[test]
fn its_thread_ends_when_it_is_dropped() {
    for is_needed in [false, true] {
        let (monitor, mut snapshots) = watched();
        monitor.control().need(Need::Pane, is_needed);
        if is_needed {
            next(&mut snapshots);
        }
        monitor.close();
        snapshots.borrow_and_update();
        assert!(snapshots.has_changed().is_err(), "the sender is gone");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn this_machine_is_told_sanely() {
    let dir = tempfile::TempDir::new().unwrap();
    let settings = Settings {
        interval: SHORTEST,
        history: Some(dir.path().join("history")),
        folders: vec![dir.path().to_owned()],
        ..Settings::default()
    };
    let program = || Program {
        log_lines: [1, 2, 3, 4, 5],
        ..Program::default()
    };
    let monitor = start(settings, program).unwrap();
    let (control, mut snapshots) = (monitor.control(), monitor.subscribe());
    control.want(Need::Pane, Table::Processes, true);
    control.want(Need::Pane, Table::Threads, true);
    control.need(Need::Pane, true);
    let began = Instant::now();
    let is_whole = |s: &Snapshot| {
        let told = s.collectors.iter().filter(|c| c.name != "history");
        s.process.cpu.is_some()
            && s.machine.cpu.is_some()
            && told
                .clone()
                .all(|c| matches!(c.health, Health::Fine | Health::Absent(_)))
    };
    let mut snapshot = next(&mut snapshots);
    while !is_whole(&snapshot) {
        assert!(began.elapsed() < LATE, "{snapshot:?}");
        snapshot = next(&mut snapshots);
    }
    let machine = &snapshot.machine;
    assert!((0.0..=1.0).contains(&machine.cpu.unwrap()));
    assert!(!machine.cores.is_empty() && machine.disks[0].mount == "/");
    assert!(machine.memory_used.unwrap() <= machine.memory_total.unwrap());
    assert!(machine.processes.unwrap() >= 1 && !snapshot.processes.is_empty());
    let own = std::process::id();
    assert!(snapshot.threads.iter().any(|t| t.name == "watch"));
    assert_eq!(snapshot.process.pid, own);
    assert!(snapshot.process.memory.unwrap() > 1 << 20);
    assert_eq!(snapshot.program.log_lines, [1, 2, 3, 4, 5]);
    assert_eq!(snapshot.collectors.len(), 11);
    monitor.close();
    assert!(dir.path().join("history").is_file());
}

#[test]
fn histories_are_first_written_after_half_a_minute() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("history");
    let (time, hand) = Time::manual(WALL);
    let (_control, shared, _) = Control::new(Wishes::new(SECOND, &[]));
    let history = History::detached();
    let keeper = Keeper::start(path.clone(), history.clone(), time.clone(), WALL).unwrap();
    let mut sampler = Sampler::new((time, WALL), Vec::new(), 0.01, history, Some(keeper));
    sampler.sample(&shared);
    assert!(!path.exists());
    hand.advance(Duration::from_secs(30));
    sampler.sample(&shared);
    let began = Instant::now();
    while !path.exists() {
        assert!(began.elapsed() < LATE, "half a minute is not written");
        std::thread::yield_now();
    }
}

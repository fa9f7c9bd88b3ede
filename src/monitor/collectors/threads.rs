//! Threads of this process: `/proc/self/task`.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::source::{ProcFile, Stat, tick_nanoseconds, unreadable};
use super::{Ask, Collector, Fault, Part};
use crate::monitor::rate::{Rate, busiest_first};
use crate::monitor::snapshot::ThreadRow;

/// Most threads in the table, and files kept open for it.
const MOST: usize = 256;

/// Asks for this process's threads.
#[derive(Debug)]
pub(super) struct Threads {
    folder: PathBuf,
    tick: u64,
    known: HashMap<u32, Known>,
}

#[derive(Debug)]
struct Known {
    stat: ProcFile,
    cpu: Rate,
    started: u64,
    seen: bool,
}

impl Threads {
    /// The folder is below `proc`.
    pub(super) fn new(proc: &Path) -> Self {
        Self {
            folder: proc.join("self/task"),
            tick: tick_nanoseconds(),
            known: HashMap::new(),
        }
    }
}

impl Collector for Threads {
    fn collect(&mut self, ask: Ask) -> Result<Part, Fault> {
        let entries = fs::read_dir(&self.folder).map_err(|e| unreadable(&self.folder, &e))?;
        let mut rows = Vec::with_capacity(self.known.len());
        // An entry may be gone by the time that it is read; it is left out.
        let tids = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
        for tid in tids.take(MOST) {
            let known = self.known.entry(tid).or_insert_with(|| Known {
                stat: ProcFile::new(self.folder.join(format!("{tid}/stat"))),
                cpu: Rate::default(),
                started: 0,
                seen: false,
            });
            let Some(stat) = known.stat.bytes().ok().and_then(Stat::parse) else {
                continue;
            };
            if known.started != stat.started {
                (known.started, known.cpu) = (stat.started, Rate::default());
            }
            known.seen = true;
            let cpu = known.cpu.note(ask.at, stat.ticks.saturating_mul(self.tick));
            rows.push(ThreadRow {
                tid,
                name: stat.name,
                cpu: cpu.map(|nanoseconds| nanoseconds / 1e9),
            });
        }
        self.known.retain(|_, k| std::mem::take(&mut k.seen));
        rows.sort_by(|a, b| busiest_first(a.cpu, b.cpu).then(a.tid.cmp(&b.tid)));
        Ok(Part::Threads(rows))
    }

    fn forget(&mut self) {
        self.known
            .values_mut()
            .for_each(|k| k.cpu = Rate::default());
    }

    fn rest(&mut self) {
        self.known.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::testing::{FakeProc, at, stat_line};

    fn told(threads: &mut Threads, ms: u64) -> Vec<(u32, String, Option<f64>)> {
        match threads.collect(at(ms)).unwrap() {
            Part::Threads(rows) => rows.into_iter().map(|r| (r.tid, r.name, r.cpu)).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn threads_come_and_go_the_busiest_first() {
        let proc = FakeProc::new();
        let mut threads = Threads::new(proc.path());
        assert!(threads.collect(at(0)).is_err());
        proc.write("self/task/10/stat", &stat_line(10, "main", 0, 0));
        proc.write("self/task/11/stat", &stat_line(11, "worker", 0, 0));
        fs::create_dir(proc.path().join("self/task/12")).unwrap();
        let both = [
            (10, "main".to_owned(), None),
            (11, "worker".to_owned(), None),
        ];
        assert_eq!(told(&mut threads, 0), both);
        proc.write("self/task/11/stat", &stat_line(11, "worker", 25, 0));
        let rows = told(&mut threads, 1_000);
        assert_eq!(rows[0], (11, "worker".to_owned(), Some(0.25)));
        assert_eq!(rows[1], (10, "main".to_owned(), Some(0.0)));
        fs::remove_dir_all(proc.path().join("self/task/11")).unwrap();
        assert_eq!(told(&mut threads, 2_000).len(), 1);
        assert_eq!(threads.known.len(), 1, "its file is closed");
        threads.forget();
        assert_eq!(told(&mut threads, 3_000), both[..1]);
    }
}

//! Every process: folders of `/proc`.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::time::Duration;

use sysinfo::Users;

use super::source::{ProcFile, Stat, tick_nanoseconds, unreadable};
use super::{Ask, Collector, Fault, Part};
use crate::monitor::rate::{Rate, busiest_first};
use crate::monitor::snapshot::ProcessRow;

/// Most rows of the table: the busiest ones, then the largest.
const MOST_ROWS: usize = 256;
/// Time from one reading of the list of users to the next.
const USERS_EVERY: Duration = Duration::from_secs(60);

/// Asks for the processes.
#[derive(Debug)]
pub(super) struct Processes {
    folder: PathBuf,
    tick: u64,
    page: u64,
    known: HashMap<u32, Known>,
    names: HashMap<u32, Option<String>>,
    names_read: Option<Duration>,
}

#[derive(Debug, Default)]
struct Known {
    started: u64,
    cpu: Rate,
    seen: bool,
}

impl Processes {
    /// The processes in `folder`.
    pub(super) fn new(folder: PathBuf) -> Self {
        Self {
            folder,
            tick: tick_nanoseconds(),
            page: rustix::param::page_size() as u64,
            known: HashMap::new(),
            names: HashMap::new(),
            names_read: None,
        }
    }

    fn numbers(&self) -> Result<impl Iterator<Item = u32> + use<>, Fault> {
        let entries = fs::read_dir(&self.folder).map_err(|e| unreadable(&self.folder, &e))?;
        Ok(entries.filter_map(|entry| number(&entry.ok()?.file_name())))
    }

    fn table(&mut self, at: Duration) -> Result<(usize, Vec<ProcessRow>), Fault> {
        let (mut count, mut rows) = (0, Vec::with_capacity(self.known.len()));
        for pid in self.numbers()? {
            let mut file = ProcFile::new(self.folder.join(format!("{pid}/stat")));
            // One that ended meanwhile is left out.
            let Some(stat) = file.bytes().ok().and_then(Stat::parse) else {
                continue;
            };
            count += 1;
            let known = self.known.entry(pid).or_default();
            if known.started != stat.started {
                (known.started, known.cpu) = (stat.started, Rate::default());
            }
            known.seen = true;
            let cpu = known.cpu.note(at, stat.ticks.saturating_mul(self.tick));
            rows.push(ProcessRow {
                pid,
                name: stat.name,
                user: None,
                cpu: cpu.map(|nanoseconds| nanoseconds / 1e9),
                memory: Some(stat.pages.saturating_mul(self.page)),
            });
        }
        self.known.retain(|_, k| std::mem::take(&mut k.seen));
        rows.sort_by(|a, b| {
            busiest_first(a.cpu, b.cpu)
                .then(b.memory.cmp(&a.memory))
                .then(a.pid.cmp(&b.pid))
        });
        rows.truncate(MOST_ROWS);
        for row in &mut rows {
            let owner = fs::metadata(self.folder.join(row.pid.to_string()));
            row.user = owner.ok().and_then(|m| self.user(m.uid(), at));
        }
        Ok((count, rows))
    }

    fn user(&mut self, uid: u32, at: Duration) -> Option<String> {
        let stale = self
            .names_read
            .is_none_or(|then| at.saturating_sub(then) >= USERS_EVERY);
        if stale && self.names.get(&uid).is_none_or(Option::is_none) {
            self.names_read = Some(at);
            self.names = read_users();
        }
        self.names.entry(uid).or_default().clone()
    }
}

fn read_users() -> HashMap<u32, Option<String>> {
    match Users::new_with_refreshed_list() {
        Ok(users) => users
            .iter()
            .map(|user| (**user.id(), Some(user.name().to_owned())))
            .collect(),
        Err(error) => {
            tracing::debug!("the users of this machine are not known: {error}");
            HashMap::new()
        }
    }
}

/// The number of a process, by the name of its folder.
fn number(name: &OsStr) -> Option<u32> {
    name.to_str()?.parse().ok()
}

impl Collector for Processes {
    fn collect(&mut self, ask: Ask) -> Result<Part, Fault> {
        let (count, rows) = if ask.table {
            self.table(ask.at)?
        } else {
            self.known.clear();
            (self.numbers()?.count(), Vec::new())
        };
        Ok(Part::Processes(count, rows))
    }

    fn forget(&mut self) {
        self.known.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::testing::{FakeProc, at, stat_line};

    fn told(processes: &mut Processes, ask: Ask) -> (usize, Vec<ProcessRow>) {
        match processes.collect(ask).unwrap() {
            Part::Processes(count, rows) => (count, rows),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn entries_that_vanish_are_left_out_and_a_number_may_come_back() {
        let proc = FakeProc::new();
        proc.write("1/stat", &stat_line(1, "init", 100, 7));
        proc.write("2/stat", &stat_line(2, "busy one", 100, 3));
        proc.write("uptime", "1 2");
        // Gone between the listing and the reading.
        fs::create_dir(proc.path().join("3")).unwrap();
        // Cut in mid-read.
        proc.write("4/stat", "4 (half) S 1 1");
        let mut processes = Processes::new(proc.path().to_owned());
        let (count, rows) = told(&mut processes, at(0));
        assert_eq!(count, 2);
        let names: Vec<_> = rows.iter().map(|r| (&*r.name, r.cpu)).collect();
        assert_eq!(names, [("init", None), ("busy one", None)]);
        proc.write("2/stat", &stat_line(2, "busy one", 150, 3));
        let (_, rows) = told(&mut processes, at(1_000));
        assert_eq!((rows[0].pid, rows[0].cpu), (2, Some(0.5)));
        let uid = fs::metadata(proc.path()).unwrap().uid();
        assert_eq!(rows[0].user, read_users().remove(&uid).flatten());
        let reused = stat_line(2, "other", 9_000, 3).replace(" 77 ", " 99 ");
        proc.write("2/stat", &reused);
        let (_, rows) = told(&mut processes, at(2_000));
        assert_eq!((rows[1].pid, rows[1].cpu), (2, None));
        fs::remove_dir_all(proc.path().join("1")).unwrap();
        assert_eq!(told(&mut processes, at(3_000)).0, 1);
        assert_eq!(processes.known.len(), 1);
        let unseen = Ask {
            table: false,
            ..at(4_000)
        };
        assert_eq!(told(&mut processes, unseen), (3, Vec::new()));
    }

    #[test]
    fn a_long_table_is_cut_behind_the_largest() {
        let proc = FakeProc::new();
        for pid in 1..=300 {
            let line = stat_line(pid, "p", 0, u64::from(pid));
            proc.write(&format!("{pid}/stat"), &line);
        }
        let mut processes = Processes::new(proc.path().to_owned());
        let (count, rows) = told(&mut processes, at(0));
        assert_eq!((count, rows.len(), rows[0].pid), (300, MOST_ROWS, 300));
    }
}

//! This process: `stat`, `io` and `fd` of `/proc/self`, and its CPU clock.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::source::{ProcFile, Stat, unexpected, unreadable};
use super::{Ask, Collector, Fault, Part};
use crate::monitor::rate::Rate;
use crate::monitor::snapshot::Process;

/// Asks for this process.
#[derive(Debug)]
pub(super) struct OwnProcess {
    stat: ProcFile,
    io: ProcFile,
    descriptors: PathBuf,
    /// Whether the size of the folder of descriptors is their number, as since Linux 6.2; not
    /// known before the first sample.
    size_tells: Option<bool>,
    /// The counter of `stat` goes by hundredths of a second, which is a lot of a short interval.
    clock: fn() -> Duration,
    page: u64,
    cpu: Rate,
    read: Rate,
    written: Rate,
}

impl OwnProcess {
    /// The files are below `proc`; `clock` tells the CPU time that this process has used.
    pub(super) fn new(proc: &Path, clock: fn() -> Duration) -> Self {
        let own = proc.join("self");
        Self {
            stat: ProcFile::new(own.join("stat")),
            io: ProcFile::new(own.join("io")),
            descriptors: own.join("fd"),
            size_tells: None,
            clock,
            page: rustix::param::page_size() as u64,
            cpu: Rate::default(),
            read: Rate::default(),
            written: Rate::default(),
        }
    }

    fn descriptors(&mut self) -> Option<usize> {
        let size = || {
            let length = fs::metadata(&self.descriptors).ok()?.len();
            usize::try_from(length).ok()
        };
        if self.size_tells == Some(true) {
            return size();
        }
        // The one that lists the folder is not counted.
        let listed = fs::read_dir(&self.descriptors).ok()?.count();
        let counted = listed.saturating_sub(1);
        let tells = || size().is_some_and(|size| size.abs_diff(counted) <= 1);
        self.size_tells.get_or_insert_with(tells);
        Some(counted)
    }
}

/// Bytes read from and written to disks, where this process may know.
fn traffic(text: &str) -> Option<(u64, u64)> {
    let value = |name| {
        let mut lines = text.lines();
        let line = lines.find_map(|line| line.strip_prefix(name))?;
        line.trim().parse().ok()
    };
    Some((value("read_bytes:")?, value("write_bytes:")?))
}

impl Collector for OwnProcess {
    fn collect(&mut self, ask: Ask) -> Result<Part, Fault> {
        let stat = match self.stat.bytes() {
            Ok(bytes) => Stat::parse(bytes),
            Err(e) => return Err(unreadable(self.stat.path(), &e)),
        };
        let stat = stat.ok_or_else(|| unexpected(self.stat.path(), "whole line"))?;
        let traffic = self.io.text().ok().and_then(traffic);
        Ok(Part::Process(Process {
            pid: std::process::id(),
            cpu: self.cpu.note_cpu(ask.at, (self.clock)()),
            memory: Some(stat.pages.saturating_mul(self.page)),
            memory_trend: None,
            read: traffic.and_then(|(read, _)| self.read.note(ask.at, read)),
            written: traffic.and_then(|(_, written)| self.written.note(ask.at, written)),
            threads: Some(stat.threads),
            descriptors: self.descriptors(),
        }))
    }

    fn forget(&mut self) {
        for rate in [&mut self.cpu, &mut self.read, &mut self.written] {
            *rate = Rate::default();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::testing::{FakeProc, at, stat_line};

    fn told(own: &mut OwnProcess, ms: u64) -> Process {
        match own.collect(at(ms)).unwrap() {
            Part::Process(process) => process,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_may_not_be_read_is_unknown_and_rates_need_two_samples() {
        let proc = FakeProc::new();
        let mut own = OwnProcess::new(proc.path(), || Duration::from_secs(3));
        assert!(own.collect(at(0)).is_err());
        proc.write("self/stat", &stat_line(1, "postwright", 5, 2));
        let process = told(&mut own, 0);
        assert_eq!(process.memory, Some(2 * rustix::param::page_size() as u64));
        assert_eq!(process.threads, Some(3));
        assert_eq!((process.cpu, process.read), (None, None));
        assert_eq!(process.descriptors, None);
        for name in ["0", "1", "2"] {
            proc.write(&format!("self/fd/{name}"), "");
        }
        proc.write("self/io", "rchar: 9\nread_bytes: 100\nwrite_bytes: 50\n");
        let process = told(&mut own, 1_000);
        assert_eq!((process.cpu, process.read), (Some(0.0), None));
        // A folder that is none of the kernel's has some other size.
        assert_eq!(process.descriptors, Some(2));
        proc.write("self/io", "rchar: 9\nread_bytes: 300\nwrite_bytes: 50\n");
        let process = told(&mut own, 2_000);
        assert_eq!((process.read, process.written), (Some(200.0), Some(0.0)));
        own.forget();
        assert_eq!(told(&mut own, 9_000).read, None);
        proc.write("self/stat", "1 (cut) S 1");
        assert!(own.collect(at(0)).is_err());
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn this_very_process_is_sane() {
        let mut own = OwnProcess::new(Path::new("/proc"), crate::monitor::time::process_cpu);
        let before = told(&mut own, 0);
        let files: Vec<_> = (0..40).map(|_| fs::File::open("/proc/self/stat")).collect();
        let after = told(&mut own, 1_000);
        assert!(before.memory.unwrap() > 100_000 && before.threads.unwrap() >= 2);
        assert!(after.cpu.unwrap() >= 0.0);
        // Other tests open and close some meanwhile.
        let more = after.descriptors.unwrap() as f64 - before.descriptors.unwrap() as f64;
        assert!((15.0..=200.0).contains(&more), "{more} of {}", files.len());
    }
}

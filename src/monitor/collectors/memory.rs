//! Main memory and swap: `/proc/meminfo` (`proc_meminfo(5)`).

use std::path::Path;

use super::source::{ProcFile, unexpected};
use super::{Ask, Collector, Fault, Part};

/// Reads the kernel's account of memory.
#[derive(Debug)]
pub(super) struct Memory {
    file: ProcFile,
}

impl Memory {
    /// The file is below `proc`.
    pub(super) fn new(proc: &Path) -> Self {
        Self {
            file: ProcFile::new(proc.join("meminfo")),
        }
    }
}

impl Collector for Memory {
    fn collect(&mut self, _: Ask) -> Result<Part, Fault> {
        const NAMES: [&str; 4] = ["MemTotal", "MemAvailable", "SwapTotal", "SwapFree"];
        let mut found = [None; 4];
        for line in self.file.text()?.lines() {
            let Some((name, value)) = line.split_once(':') else {
                continue;
            };
            if let Some(place) = NAMES.iter().position(|n| *n == name) {
                found[place] = kibibytes(value);
                if found.iter().all(Option::is_some) {
                    break;
                }
            }
        }
        let lacking = || NAMES.iter().zip(found).find(|(_, value)| value.is_none());
        let [
            Some(total),
            Some(available),
            Some(swap_total),
            Some(swap_free),
        ] = found
        else {
            let name = lacking().map_or("figure", |(name, _)| name);
            return Err(unexpected(self.file.path(), name));
        };
        Ok(Part::Memory {
            total,
            used: total.saturating_sub(available),
            swap_total,
            swap_used: swap_total.saturating_sub(swap_free),
        })
    }

    fn forget(&mut self) {}
}

/// Bytes of such a value as `  16384 kB`.
fn kibibytes(value: &str) -> Option<u64> {
    let number = value.trim().strip_suffix("kB")?.trim();
    number.parse::<u64>().ok()?.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::testing::{FakeProc, at};

    #[test]
    fn used_is_what_is_not_available() {
        let proc = FakeProc::new();
        let mut memory = Memory::new(proc.path());
        assert!(memory.collect(at(0)).is_err());
        proc.write(
            "meminfo",
            "MemTotal:  1000 kB\nMemFree: 1 kB\nMemAvailable: 400 kB\nSwapTotal: 0 kB\nSwapFree:  0 kB\nHugePages_Total: 0\n",
        );
        let expected = Part::Memory {
            total: 1_024_000,
            used: 614_400,
            swap_total: 0,
            swap_used: 0,
        };
        assert_eq!(memory.collect(at(0)), Ok(expected));
        proc.write("meminfo", "MemTotal: 1000 kB\nMemAvailable: 1 pages\n");
        let fault = memory.collect(at(0)).unwrap_err();
        assert!(matches!(&fault, Fault::Failed(m) if m.ends_with("has no MemAvailable")));
    }
}

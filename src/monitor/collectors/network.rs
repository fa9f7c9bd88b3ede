//! Network interfaces: `/proc/net/dev` (`proc_pid_net(5)`).

use std::path::Path;

use super::source::ProcFile;
use super::{Ask, Collector, Fault, Part};
use crate::monitor::rate::Rate;
use crate::monitor::snapshot::Network;

/// Most interfaces shown; a machine with containers has one for each.
const MOST: usize = 64;

/// Reads the kernel's counters of bytes.
#[derive(Debug)]
pub(super) struct Networks {
    file: ProcFile,
    known: Vec<Known>,
}

#[derive(Debug)]
struct Known {
    name: String,
    received: Rate,
    sent: Rate,
    seen: bool,
}

impl Networks {
    /// The file is below `proc`.
    pub(super) fn new(proc: &Path) -> Self {
        Self {
            file: ProcFile::new(proc.join("net/dev")),
            known: Vec::new(),
        }
    }
}

/// Name, and bytes received and sent so far.
fn counters(line: &str) -> Option<(&str, u64, u64)> {
    let (name, rest) = line.split_once(':')?;
    let mut fields = rest.split_ascii_whitespace();
    let received = fields.next()?.parse().ok()?;
    let sent = fields.nth(7)?.parse().ok()?;
    Some((name.trim(), received, sent))
}

impl Collector for Networks {
    fn collect(&mut self, ask: Ask) -> Result<Part, Fault> {
        let known = &mut self.known;
        let mut shown = Vec::with_capacity(known.len());
        let lines = self.file.text()?.lines().filter_map(counters);
        for (name, received, sent) in lines.filter(|(name, ..)| *name != "lo").take(MOST) {
            let place = known.iter().position(|k| k.name == name);
            let place = place.unwrap_or_else(|| {
                known.push(Known {
                    name: name.to_owned(),
                    received: Rate::default(),
                    sent: Rate::default(),
                    seen: false,
                });
                known.len() - 1
            });
            let entry = &mut known[place];
            entry.seen = true;
            shown.push(Network {
                name: name.chars().filter(|c| !c.is_control()).collect(),
                received: entry.received.note(ask.at, received),
                sent: entry.sent.note(ask.at, sent),
            });
        }
        known.retain_mut(|k| std::mem::take(&mut k.seen));
        Ok(Part::Network(shown))
    }

    fn forget(&mut self) {
        self.known.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::testing::{FakeProc, at};

    const HEAD: &str = "Inter-|   Receive        |  Transmit\n face |bytes packets|bytes packets\n";

    fn told(networks: &mut Networks, ms: u64) -> Vec<(String, Option<f64>, Option<f64>)> {
        match networks.collect(at(ms)).unwrap() {
            Part::Network(all) => all
                .into_iter()
                .map(|n| (n.name, n.received, n.sent))
                .collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn interfaces_come_and_go_and_the_loop_is_not_shown() {
        let proc = FakeProc::new();
        let mut networks = Networks::new(proc.path());
        assert!(networks.collect(at(0)).is_err());
        let line = |name, rx, tx| format!("{name:>6}: {rx} 9 0 0 0 0 0 0 {tx} 8 0 0 0 0 0 0\n");
        let write = |lines: &[String]| proc.write("net/dev", &(HEAD.to_owned() + &lines.concat()));
        write(&[line("lo", 5, 5), line("eth0", 1_000, 10)]);
        assert_eq!(told(&mut networks, 0), [("eth0".to_owned(), None, None)]);
        write(&[line("eth0", 3_000, 10), line("wg0", 7, 7)]);
        let expected = [
            ("eth0".to_owned(), Some(1_000.0), Some(0.0)),
            ("wg0".to_owned(), None, None),
        ];
        assert_eq!(told(&mut networks, 2_000), expected);
        write(&[line("wg0", 8, 7)]);
        assert_eq!(
            told(&mut networks, 3_000),
            [("wg0".to_owned(), Some(1.0), Some(0.0))]
        );
        write(&[line("eth0", 9_000, 10), line("wg0", 8, 7)]);
        let back = &told(&mut networks, 4_000)[0];
        assert_eq!(*back, ("eth0".to_owned(), None, None), "a new start");
    }
}

//! Files of `/proc`, read again and again.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use super::Fault;

/// A file that the kernel writes anew for each reader. It stays open, and its buffer is kept.
#[derive(Debug)]
pub(super) struct ProcFile {
    path: PathBuf,
    file: Option<File>,
    buffer: Vec<u8>,
}

impl ProcFile {
    /// The file at `path`, opened when it is first read.
    pub(super) fn new(path: PathBuf) -> Self {
        Self {
            path,
            file: None,
            buffer: Vec::new(),
        }
    }

    /// What it says now. After an error it is opened anew the next time.
    pub(super) fn bytes(&mut self) -> io::Result<&[u8]> {
        let length = self.fill()?;
        Ok(&self.buffer[..length])
    }

    /// What it says now, as text.
    pub(super) fn text(&mut self) -> Result<&str, Fault> {
        let length = self.fill().map_err(|e| unreadable(&self.path, &e))?;
        str::from_utf8(&self.buffer[..length])
            .map_err(|_| Fault::Failed(format!("{} is no text", self.path.display())))
    }

    fn fill(&mut self) -> io::Result<usize> {
        let file = match self.file.take() {
            Some(file) => file,
            None => File::open(&self.path)?,
        };
        let length = read_whole(&file, &mut self.buffer)?;
        self.file = Some(file);
        Ok(length)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

/// That `path` cannot be read.
pub(super) fn unreadable(path: &Path, error: &io::Error) -> Fault {
    Fault::Failed(format!("{} cannot be read: {error}", path.display()))
}

/// That `path` says something else than it should.
pub(super) fn unexpected(path: &Path, lacking: &str) -> Fault {
    Fault::Failed(format!("{} has no {lacking}", path.display()))
}

fn read_whole(file: &File, buffer: &mut Vec<u8>) -> io::Result<usize> {
    let mut length = 0;
    loop {
        if buffer.len() < length + 512 {
            buffer.resize((buffer.len() * 2).max(2048), 0);
        }
        match file.read_at(&mut buffer[length..], length as u64) {
            Ok(0) => return Ok(length),
            Ok(read) => length += read,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
}

/// What `stat` says of a process or a thread (`proc_pid_stat(5)`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stat {
    /// Its name, without control characters.
    pub(super) name: String,
    /// Ticks of CPU time in all.
    pub(super) ticks: u64,
    /// Threads.
    pub(super) threads: usize,
    /// Ticks from the start of the machine to its own. Tells apart two that had the same number.
    pub(super) started: u64,
    /// Resident pages.
    pub(super) pages: u64,
}

impl Stat {
    /// Reads a line of `stat`; `None` where it is cut. The name may hold spaces, brackets and
    /// bytes that are no text.
    pub(super) fn parse(line: &[u8]) -> Option<Self> {
        let open = line.iter().position(|b| *b == b'(')?;
        let close = line.iter().rposition(|b| *b == b')')?;
        let name = String::from_utf8_lossy(line.get(open + 1..close)?);
        // From the third field, the state, on.
        let rest = str::from_utf8(&line[close + 1..]).ok()?;
        let mut fields = rest.split_ascii_whitespace();
        let mut skip_to = |skipped| fields.nth(skipped)?.parse::<u64>().ok();
        let (user, system) = (skip_to(11)?, skip_to(0)?);
        let (threads, started) = (skip_to(4)?, skip_to(1)?);
        Some(Self {
            name: name.chars().filter(|c| !c.is_control()).collect(),
            ticks: user.saturating_add(system),
            threads: usize::try_from(threads).ok()?,
            started,
            pages: skip_to(1)?,
        })
    }
}

/// Length of one of the kernel's ticks (`USER_HZ`), in nanoseconds.
pub(super) fn tick_nanoseconds() -> u64 {
    1_000_000_000 / rustix::param::clock_ticks_per_second().max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::testing::stat_line;
    use std::fs;
    use tempfile::TempDir;

    #[test]
    fn a_stat_is_read_whatever_the_name() {
        for (name, seen) in [("a", "a"), (") x (", ") x ("), ("\x1b[31mred", "[31mred")] {
            let stat = Stat::parse(stat_line(7, name, 12, 30).as_bytes()).unwrap();
            let expected = Stat {
                name: seen.to_owned(),
                ticks: 12,
                threads: 3,
                started: 77,
                pages: 30,
            };
            assert_eq!(stat, expected);
        }
        let line = stat_line(7, "cut", 12, 30);
        let end = line.len() - 6;
        for end in 0..end {
            assert_eq!(Stat::parse(&line.as_bytes()[..end]), None, "{end}");
        }
    }

    #[test]
    fn a_file_is_read_anew_and_grows_its_buffer() {
        let dir = TempDir::new().unwrap();
        let path = dir.path().join("file");
        let mut file = ProcFile::new(path.clone());
        let fault = file.text().unwrap_err();
        assert!(matches!(&fault, Fault::Failed(m) if m.contains("file cannot be read")));
        for text in ["short", &"long ".repeat(5_000), ""] {
            fs::write(&path, text).unwrap();
            assert_eq!(file.text().unwrap(), text);
        }
        fs::write(&path, [0xff]).unwrap();
        assert!(file.text().is_err());
        assert_eq!(file.bytes().unwrap(), [0xff]);
    }

    #[test]
    fn a_read_that_fails_opens_the_file_anew() {
        let dir = TempDir::new().unwrap();
        let path = dir.path().join("entry");
        fs::create_dir(&path).unwrap();
        let mut file = ProcFile::new(path.clone());
        assert!(file.bytes().is_err(), "a folder opens and cannot be read");
        fs::remove_dir(&path).unwrap();
        fs::write(&path, "back").unwrap();
        assert_eq!(file.bytes().unwrap(), b"back");
    }
}

//! One moment and what led to it, in a folder, for whoever reports a fault.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;
use time::OffsetDateTime;

use crate::monitor::snapshot::Snapshot;
use crate::telemetry::Line;

use super::finite::finite;

/// What goes into a bundle.
#[derive(Debug, Clone, Copy)]
pub struct Bundle<'a> {
    /// The moment that is shown.
    pub moment: &'a Snapshot,
    /// Those around it, the oldest first.
    pub around: &'a [Arc<Snapshot>],
    /// Excerpt of the log, the oldest line first.
    pub log: &'a [Arc<Line>],
    /// More, each in a file of its own.
    pub tables: &'a [Table<'a>],
}

/// Something that only the caller knows, such as changes of alerts.
#[derive(Debug, Clone, PartialEq)]
pub struct Table<'a> {
    /// Name of the file without its ending, of a-z and `-`.
    pub name: &'a str,
    /// What it holds, on one line.
    pub about: &'a str,
    /// The file.
    pub json: Value,
}

/// Writes the bundle into a new folder inside `folder`, and returns it. It is named after the
/// moment's time in UTC, is there with all of its files or not at all, and is for its user alone.
///
/// # Errors
/// Where it cannot be written, or a table has no possible name.
pub fn export(folder: &Path, bundle: &Bundle<'_>) -> io::Result<PathBuf> {
    let files = bundle.files()?;
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)?;
    // It goes again where something fails.
    let aside = tempfile::Builder::new()
        .prefix(".postwright-")
        .permissions(fs::Permissions::from_mode(0o700))
        .tempdir_in(folder)?;
    let mut contents = String::from(
        "Bundle of Postwright's monitor. Before you pass it on: it names processes and users.\n\n",
    );
    for file in &files {
        let (name, about, bytes) = (file.name.as_str(), file.about.as_str(), file.bytes.len());
        contents.extend([name, ": ", about, " (", &bytes.to_string(), " bytes)\n"]);
        write(&aside.path().join(name), &file.bytes)?;
    }
    write(&aside.path().join("contents.txt"), contents.as_bytes())?;
    let target = claim(folder, &name(bundle.moment.at_ms))?;
    // The claimed folder is empty, and only an empty one is replaced.
    if let Err(error) = fs::rename(aside.path(), &target) {
        // It stays where something was put in meanwhile.
        let _ = fs::remove_dir(&target);
        return Err(error);
    }
    // There is nothing of that name any more.
    let _ = aside.keep();
    fs::File::open(folder)?.sync_all()?;
    Ok(target)
}

struct Named {
    name: String,
    about: String,
    bytes: Vec<u8>,
}

impl Bundle<'_> {
    fn files(&self) -> io::Result<Vec<Named>> {
        let around: Vec<Snapshot> = self.around.iter().map(|s| finite(s)).collect();
        let log: Vec<String> = self.log.iter().map(|line| format!("{line}\n")).collect();
        let mut files = vec![
            Named {
                name: "moment.json".to_owned(),
                about: "the snapshot that was shown".to_owned(),
                bytes: json(&finite(self.moment))?,
            },
            Named {
                name: "history.json".to_owned(),
                about: format!("{} snapshots around it", around.len()),
                bytes: json(&around)?,
            },
            Named {
                name: "log.txt".to_owned(),
                about: format!("{} lines of the log", self.log.len()),
                bytes: log.concat().into_bytes(),
            },
        ];
        for table in self.tables {
            let name = format!("{}.json", table.name);
            let is_name = |c: char| c.is_ascii_lowercase() || c == '-';
            let is_taken = files.iter().any(|file| file.name == name);
            if table.name.is_empty() || !table.name.chars().all(is_name) || is_taken {
                let reason = format!(
                    "{:?} cannot name a file of a bundle; use a-z and -, each name once",
                    table.name
                );
                return Err(io::Error::new(io::ErrorKind::InvalidInput, reason));
            }
            files.push(Named {
                name,
                about: table.about.to_owned(),
                bytes: json(&table.json)?,
            });
        }
        Ok(files)
    }
}

fn json(value: &impl Serialize) -> io::Result<Vec<u8>> {
    let mut bytes = serde_json::to_vec_pretty(value)?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new()
        .create_new(true)
        .write(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// As `postwright-2026-03-04-050607`.
fn name(at_ms: u64) -> String {
    let seconds = i64::try_from(at_ms / 1000).ok();
    let at = seconds.and_then(|s| OffsetDateTime::from_unix_timestamp(s).ok());
    let Some(at) = at else {
        return format!("postwright-{at_ms}");
    };
    let (year, month, day) = at.date().to_calendar_date();
    let (hour, minute, second) = at.time().as_hms();
    let month = u8::from(month);
    format!("postwright-{year:04}-{month:02}-{day:02}-{hour:02}{minute:02}{second:02}")
}

/// Makes an empty folder of that name, or with a number behind it where there is one.
fn claim(folder: &Path, name: &str) -> io::Result<PathBuf> {
    let mut target = folder.join(name);
    let mut number = 1_u32;
    loop {
        match DirBuilder::new().mode(0o700).create(&target) {
            Ok(()) => return Ok(target),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                number += 1;
                target = folder.join(format!("{name}-{number}"));
            }
            Err(error) => return Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::numbered;
    use super::*;
    use crate::telemetry::Level;
    use serde_json::json;
    use std::borrow::Cow;

    fn exported(folder: &Path, tables: &[Table<'_>]) -> io::Result<PathBuf> {
        let line = Line {
            number: 1,
            at_ms: 0,
            level: Level::Warn,
            room: Cow::Borrowed("engine"),
            text: "slow".into(),
        };
        let bundle = Bundle {
            moment: &numbered(5, 2),
            around: &[Arc::new(numbered(4, 2)), Arc::new(numbered(5, 2))],
            log: &[Arc::new(line)],
            tables,
        };
        export(folder, &bundle)
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<_> = entries
            .map(|e| e.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_bundle_holds_what_it_says() {
        let folder = tempfile::tempdir().unwrap();
        let inside = folder.path().join("new/bundles");
        let tables = [Table {
            name: "alerts",
            about: "changes of alerts",
            json: json!([{ "rule": "memory" }]),
        }];
        let made = exported(&inside, &tables).unwrap();
        assert_eq!(made, inside.join("postwright-1970-01-01-000005"));
        let all = [
            "alerts.json",
            "contents.txt",
            "history.json",
            "log.txt",
            "moment.json",
        ];
        assert_eq!(names(&made), all);
        assert_eq!(names(&inside).len(), 1, "nothing else stays");
        let read = |name| fs::read_to_string(made.join(name)).unwrap();
        let moment: Snapshot = serde_json::from_str(&read("moment.json")).unwrap();
        assert_eq!(moment, numbered(5, 2));
        let history: Vec<Snapshot> = serde_json::from_str(&read("history.json")).unwrap();
        assert_eq!(history, [numbered(4, 2), numbered(5, 2)]);
        assert_eq!(
            read("log.txt"),
            "1970-01-01T00:00:00.000Z  WARN engine: slow\n"
        );
        let contents = read("contents.txt");
        for told in [
            "2 snapshots around it",
            "1 lines of the log",
            "alerts.json: changes",
        ] {
            assert!(contents.contains(told), "{contents}");
        }
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&made), mode(&inside)), (0o700, 0o700));
        for name in all {
            assert_eq!(mode(&made.join(name)), 0o600, "{name}");
        }
    }

    #[test]
    fn nothing_is_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let claimed = folder.path().join("postwright-1970-01-01-000005-2");
        fs::create_dir(&claimed).unwrap();
        let [first, second] = [(); 2].map(|()| exported(folder.path(), &[]).unwrap());
        assert_eq!(second, folder.path().join("postwright-1970-01-01-000005-3"));
        assert_eq!(
            names(&claimed).len(),
            0,
            "an empty folder of somebody else stays so"
        );
        assert_eq!((names(&first).len(), names(&second).len()), (4, 4));
    }

    #[test]
    fn a_bundle_that_fails_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["", "../x", "moment", "a b"] {
            let table = Table {
                name,
                about: "",
                json: Value::Null,
            };
            let error = exported(folder.path(), &[table]).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::InvalidInput, "{error}");
        }
        assert_eq!(names(folder.path()).len(), 0);
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        assert!(exported(&file, &[]).is_err());
    }

    #[test]
    fn names_have_the_time() {
        assert_eq!(name(1_700_000_000_999), "postwright-2023-11-14-221320");
        assert_eq!(name(u64::MAX), format!("postwright-{}", u64::MAX));
    }
}

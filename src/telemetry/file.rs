//! The files of the log: one a day, for their user alone.

use std::fs::{self, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::SystemTime;

use serde_json::json;
use time::{Date, OffsetDateTime};
use tracing_appender::non_blocking::ErrorCounter;
use tracing_appender::rolling::{RollingFileAppender, Rotation};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::{FormatTime, SystemTime as Timestamp};

use super::settings::{Format, Settings};

const PREFIX: &str = "postwright";
const SUFFIX: &str = "log";

/// Lines that are in no file.
#[derive(Debug, Default)]
pub(super) struct Losses {
    /// Those that the queue had no room for.
    dropped: OnceLock<ErrorCounter>,
    /// Those that could not be written.
    failed: AtomicU64,
}

impl Losses {
    /// Counts what the queue drops.
    pub fn watch(&self, dropped: ErrorCounter) {
        // There is one queue a log; a second one has no part in it.
        self.dropped.get_or_init(|| dropped);
    }

    pub fn count(&self) -> u64 {
        let dropped = self.dropped.get().map_or(0, ErrorCounter::dropped_lines);
        // No 128-bit machine counts here.
        let dropped = u64::try_from(dropped).unwrap_or(u64::MAX);
        dropped.saturating_add(self.failed.load(Ordering::Relaxed))
    }
}

/// `postwright.YYYY-MM-DD.log` of today, by UTC.
///
/// The appender rotates and removes; it makes files as the umask has them, so today's is made
/// before the appender opens it.
pub(super) struct DailyFile {
    folder: PathBuf,
    appender: RollingFileAppender,
    format: Format,
    now: Box<dyn Fn() -> SystemTime + Send>,
    day: Date,
    losses: Arc<Losses>,
    told: u64,
}

impl DailyFile {
    pub fn open(folder: &Path, settings: &Settings, losses: Arc<Losses>) -> io::Result<Self> {
        Self::at(folder, settings, losses, Box::new(SystemTime::now))
    }

    fn at(
        folder: &Path,
        settings: &Settings,
        losses: Arc<Losses>,
        now: Box<dyn Fn() -> SystemTime + Send>,
    ) -> io::Result<Self> {
        let day = OffsetDateTime::from(now()).date();
        make_private(folder, day)?;
        let builder = RollingFileAppender::builder()
            .rotation(Rotation::DAILY)
            .filename_prefix(PREFIX)
            .filename_suffix(SUFFIX);
        // The appender leaves room for a file that is already there.
        let builder = match settings.keep {
            0 => builder,
            days => builder.max_log_files(days.saturating_add(1)),
        };
        Ok(Self {
            folder: folder.to_owned(),
            appender: builder.build(folder).map_err(io::Error::other)?,
            format: settings.format,
            now,
            day,
            losses,
            told: 0,
        })
    }

    fn turn_the_day(&mut self) {
        let day = OffsetDateTime::from((self.now)()).date();
        // Where it cannot be made, the appender says so as it fails to open it.
        if day != self.day && make_private(&self.folder, day).is_ok() {
            self.day = day;
        }
    }

    fn tell_losses(&mut self) -> io::Result<()> {
        let lost = self.losses.count();
        if lost > self.told {
            let line = notice(self.format, lost - self.told);
            self.appender.write_all(line.as_bytes())?;
            self.told = lost;
        }
        Ok(())
    }
}

impl Write for DailyFile {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.turn_the_day();
        let written = self.tell_losses().and_then(|()| self.appender.write(line));
        if written.is_err() {
            self.losses.failed.fetch_add(1, Ordering::Relaxed);
        }
        written
    }

    fn flush(&mut self) -> io::Result<()> {
        self.appender.flush()
    }
}

fn name(day: Date) -> String {
    let (year, month, day) = day.to_calendar_date();
    format!(
        "{PREFIX}.{year:04}-{:02}-{day:02}.{SUFFIX}",
        u8::from(month)
    )
}

/// Makes the file of a day, or takes it from others.
fn make_private(folder: &Path, day: Date) -> io::Result<()> {
    let path = folder.join(name(day));
    OpenOptions::new()
        .create(true)
        .append(true)
        .mode(0o600)
        .open(&path)?;
    fs::set_permissions(path, Permissions::from_mode(0o600))
}

/// A line of the log about lines that are not in it.
fn notice(format: Format, lost: u64) -> String {
    let mut time = String::new();
    // A line without its time is better than none.
    let _ = Timestamp.format_time(&mut Writer::new(&mut time));
    let message = format!("{lost} lines before this one are lost: the disk did not take them");
    let target = module_path!();
    match format {
        Format::Text => format!("{time}  WARN {target}: {message}\n"),
        Format::Json => {
            let fields = json!({ "message": message, "lost": lost });
            let line = json!({
                "timestamp": time, "level": "WARN", "fields": fields, "target": target,
            });
            format!("{line}\n")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Mutex, mpsc};
    use std::time::Duration;

    use tracing_appender::non_blocking::NonBlockingBuilder;

    const DAY: Duration = Duration::from_secs(86_400);

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<_> = entries
            .map(|e| e.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    /// A file that is younger than every one before.
    fn younger(path: &Path, last: &mut Option<SystemTime>) {
        loop {
            fs::write(path, "old\n").unwrap();
            let born = fs::metadata(path).unwrap().created().ok();
            if born.is_none() || born > *last {
                *last = born;
                return;
            }
            fs::remove_file(path).unwrap();
        }
    }

    #[test]
    fn the_newest_days_are_kept_and_todays_is_one_of_them() {
        let folder = tempfile::tempdir().unwrap();
        let mut last = None;
        for day in 1..=9 {
            let path = folder.path().join(format!("postwright.2001-01-0{day}.log"));
            younger(&path, &mut last);
        }
        fs::write(folder.path().join("stderr.log"), "").unwrap();
        let today = name(OffsetDateTime::now_utc().date());
        younger(&folder.path().join(&today), &mut last);
        let settings = Settings {
            keep: 3,
            ..Settings::default()
        };
        // Again on the same day: nothing more goes.
        for _ in 0..2 {
            let mut file =
                DailyFile::open(folder.path(), &settings, Arc::new(Losses::default())).unwrap();
            file.write_all(b"a line\n").unwrap();
        }
        let kept = [
            "postwright.2001-01-08.log",
            "postwright.2001-01-09.log",
            &today,
            "stderr.log",
        ];
        assert_eq!(names(folder.path()), kept);
        let today = folder.path().join(today);
        assert_eq!(mode(&today), 0o600);
        let text = fs::read_to_string(today).unwrap();
        assert_eq!(text, "old\na line\na line\n");
    }

    #[test]
    fn the_file_of_the_next_day_is_there_and_private_before_its_first_line() {
        let folder = tempfile::tempdir().unwrap();
        let now = Arc::new(Mutex::new(SystemTime::now()));
        let clock = now.clone();
        let mut file = DailyFile::at(
            folder.path(),
            &Settings::default(),
            Arc::new(Losses::default()),
            Box::new(move || *clock.lock().unwrap()),
        )
        .unwrap();
        file.write_all(b"a\n").unwrap();
        assert_eq!(names(folder.path()).len(), 1);
        let tomorrow = SystemTime::now() + DAY;
        *now.lock().unwrap() = tomorrow;
        file.write_all(b"b\n").unwrap();
        let name = name(OffsetDateTime::from(tomorrow).date());
        assert_eq!(mode(&folder.path().join(name)), 0o600);
    }

    #[test]
    fn lost_lines_are_told_once_in_the_format_of_the_others() {
        for format in [Format::Text, Format::Json] {
            let folder = tempfile::tempdir().unwrap();
            let settings = Settings {
                format,
                ..Settings::default()
            };
            let losses = Arc::new(Losses::default());
            let mut file = DailyFile::open(folder.path(), &settings, losses.clone()).unwrap();
            losses.failed.store(12, Ordering::Relaxed);
            for _ in 0..2 {
                file.write_all(b"{}\n").unwrap();
            }
            let path = folder.path().join(&names(folder.path())[0]);
            let text = fs::read_to_string(path).unwrap();
            assert_eq!(
                text.matches("12 lines before this one").count(),
                1,
                "{text}"
            );
            assert_eq!(text.lines().count(), 3, "{text}");
            if format == Format::Json {
                for line in text.lines() {
                    serde_json::from_str::<serde_json::Value>(line).unwrap();
                }
            }
        }
    }

    #[test]
    fn lines_that_the_queue_has_no_room_for_are_counted() {
        struct Stuck(mpsc::Receiver<()>);
        impl Write for Stuck {
            fn write(&mut self, line: &[u8]) -> io::Result<usize> {
                // Until the other end goes.
                let _ = self.0.recv();
                Ok(line.len())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let (held, stuck) = mpsc::channel();
        let queue = NonBlockingBuilder::default().buffered_lines_limit(2);
        let (mut writer, _guard) = queue.finish(Stuck(stuck));
        let losses = Losses::default();
        losses.watch(writer.error_counter());
        for _ in 0..10 {
            writer.write_all(b"a line\n").unwrap();
        }
        // Two wait, and one more where the thread has begun.
        let lost = losses.count();
        assert!((7..=8).contains(&lost), "{lost}");
        drop(held);
    }

    #[test]
    fn the_name_has_the_date() {
        let day = Date::from_calendar_date(2026, time::Month::March, 4).unwrap();
        assert_eq!(name(day), "postwright.2026-03-04.log");
    }
}

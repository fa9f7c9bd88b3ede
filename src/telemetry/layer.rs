//! From the events of `tracing` to lines of the ring.

use std::borrow::Cow;
use std::fmt::{self, Write};
use std::time::{SystemTime, UNIX_EPOCH};

use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

use super::line::{LONGEST, Line, scrub};
use super::ring::Ring;

impl<S: Subscriber> Layer<S> for Ring {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let metadata = event.metadata();
        let mut told = Told::default();
        event.record(&mut told);
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH);
        let millis = since_1970.map_or(0, |d| u64::try_from(d.as_millis()).unwrap_or(u64::MAX));
        self.push(Line {
            number: 0,
            at_ms: millis,
            level: (*metadata.level()).into(),
            room: Cow::Borrowed(room(metadata.target())),
            text: scrub(&told.text()),
        });
    }
}

/// `engine` of `postwright::engine::owner`; of a target of somebody else, the crate.
fn room(target: &'static str) -> &'static str {
    let inner = target.strip_prefix("postwright::").unwrap_or(target);
    inner.split("::").next().unwrap_or(inner)
}

/// The message of an event, and its fields as ` name=value`.
#[derive(Default)]
struct Told {
    message: Short,
    fields: Short,
}

impl Told {
    fn text(self) -> String {
        let mut text = self.message.0;
        text.push_str(&self.fields.0);
        text
    }
}

impl Visit for Told {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        // Both fail only where the line is full.
        let _ = match field.name() {
            "message" => write!(self.message, "{value:?}"),
            name => write!(self.fields, " {name}={value:?}"),
        };
    }
}

/// Takes a little more than a line may have, so that a huge value is not written out in vain.
#[derive(Default)]
struct Short(String);

impl Write for Short {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let room = (LONGEST + 4).saturating_sub(self.0.len());
        if text.len() <= room {
            self.0.push_str(text);
            return Ok(());
        }
        self.0.push_str(&text[..text.floor_char_boundary(room)]);
        Err(fmt::Error)
    }
}

#[cfg(test)]
mod tests {
    use super::super::line::{Filter, Level};
    use super::*;
    use std::cell::Cell;
    use tracing::subscriber::with_default;
    use tracing_subscriber::layer::SubscriberExt;

    fn logged(act: impl FnOnce()) -> Vec<Line> {
        let ring = Ring::new(100, usize::MAX);
        let subscriber = tracing_subscriber::registry().with(ring.clone());
        with_default(subscriber, act);
        let lines = ring.tail(&Filter::default(), usize::MAX);
        lines.iter().map(|line| Line::clone(line)).collect()
    }

    #[test]
    fn message_and_fields_make_one_line() {
        let lines = logged(|| {
            let why = "a\nb";
            tracing::warn!(count = 3, why, "it \u{1b}[31mfailed");
            tracing::error!(target: "postwright::cache::disk", "gone");
            tracing::trace!(target: "harper_core", "theirs");
        });
        assert_eq!(&*lines[0].text, "it �[31mfailed count=3 why=\"a\\nb\"");
        assert_eq!(
            (lines[0].level, &*lines[0].room),
            (Level::Warn, "telemetry")
        );
        assert_eq!((lines[1].level, &*lines[1].room), (Level::Error, "cache"));
        assert_eq!(
            (lines[2].level, &*lines[2].room),
            (Level::Trace, "harper_core")
        );
        assert!(lines[0].at_ms > 1_700_000_000_000);
    }

    #[test]
    fn a_huge_value_is_not_written_out() {
        struct Huge<'a>(&'a Cell<usize>);
        impl fmt::Debug for Huge<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                for _ in 0..1_000_000 {
                    self.0.set(self.0.get() + 1);
                    f.write_str("öööööööööö")?;
                }
                Ok(())
            }
        }
        let steps = Cell::new(0);
        let lines = logged(|| tracing::info!("{:?}", Huge(&steps)));
        assert!(lines[0].text.len() <= LONGEST);
        assert!(lines[0].text.ends_with("ö…"), "{}", lines[0].text);
        assert!(steps.get() < 200, "{}", steps.get());
    }
}

//! Dates as exports and spreadsheets write them. One without a zone is taken as UTC.

use time::{Date, Duration, Month, PrimitiveDateTime, Time, UtcOffset};

/// Years that a post can have; LinkedIn opened in 2003.
const YEARS: std::ops::RangeInclusive<i32> = 2003..=2099;

/// A point in time of a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct When {
    /// Unix time in milliseconds.
    pub at: i64,
    /// Whether the time of day is known.
    pub timed: bool,
}

impl When {
    /// A moment that was read before, in Unix milliseconds. Midnight stands for a day alone.
    pub(super) fn known(at: i64) -> Self {
        Self {
            at,
            timed: at % 86_400_000 != 0,
        }
    }

    /// Of two dates of one post, the one that has a time of day, then the earlier.
    pub(super) fn better(self, other: Self) -> Self {
        [self, other]
            .into_iter()
            .min_by_key(|w| (!w.timed, w.at))
            .unwrap_or(self)
    }
}

/// What comes first in a date with slashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slashed {
    /// 12/31/2024, as LinkedIn writes it.
    MonthFirst,
    /// 31/12/2024.
    DayFirst,
}

impl Slashed {
    /// The order that fits a whole column: the day is first where some date has no such month and
    /// none has no such day.
    pub(super) fn of<'a>(dates: impl Iterator<Item = &'a str>) -> Self {
        let (mut first, mut second) = (0, 0);
        for (a, b, _) in dates.filter_map(|d| slashes(day_and_time(d.trim()).0)) {
            first = first.max(a);
            second = second.max(b);
        }
        if first > 12 && second <= 12 {
            Self::DayFirst
        } else {
            Self::MonthFirst
        }
    }
}

impl Slashed {
    /// How this order, which is that of a column with these dates by their lines, was told; with
    /// the first line that it matters for. `None` where no date has slashes.
    pub(super) fn told<'a>(
        self,
        dates: impl Iterator<Item = (usize, &'a str)>,
    ) -> Option<(usize, String)> {
        let (mut first, mut telling) = (None, None);
        for (line, date) in dates {
            let date = date.trim();
            let Some((a, b, _)) = slashes(day_and_time(date).0) else {
                continue;
            };
            first = first.or(Some((line, date)));
            let day = match self {
                Self::MonthFirst => b,
                Self::DayFirst => a,
            };
            telling = telling.or((day > 12).then_some(line));
        }
        let (line, date) = first?;
        let why = match telling {
            Some(line) => format!("line {line} has a day over 12"),
            None => "no row has a day over 12, and LinkedIn writes them so; where that is wrong, \
                     write them like 2024-12-31"
                .to_owned(),
        };
        let date = super::quoted(date);
        Some((line, format!("dates like {date} {}: {why}", self.named())))
    }

    /// What dates are read as.
    pub(super) fn named(self) -> &'static str {
        match self {
            Self::MonthFirst => "are read as month/day/year",
            Self::DayFirst => "are read as day/month/year",
        }
    }
}

/// Reads a date or a date with a time: ISO 8601, `M/D/YYYY`, `Jan 5, 2024`, `5 Jan 2024`, or the
/// serial number of a spreadsheet.
pub(super) fn parse(text: &str, order: Slashed) -> Option<When> {
    let text = text.trim();
    if let Ok(serial) = text.parse() {
        return from_serial(serial);
    }
    let (day, rest) = day_and_time(text);
    let date = iso(day)
        .or_else(|| slashed(day, order))
        .or_else(|| named(day))?;
    if rest.is_empty() {
        return moment(date, Time::MIDNIGHT, UtcOffset::UTC, false);
    }
    let (time, offset) = clock(rest)?;
    moment(date, time, offset, true)
}

/// Reads the serial number of a spreadsheet: days since 30 December 1899. The leap day of 1900
/// that spreadsheets invent lies before all dates that are taken.
pub(super) fn from_serial(serial: f64) -> Option<When> {
    let epoch = Date::from_calendar_date(1899, Month::December, 30).ok()?;
    if !(1.0..100_000.0).contains(&serial) {
        return None;
    }
    // In range, so that neither cast can lose anything but the fraction meant to go.
    #[expect(clippy::cast_possible_truncation)]
    let (days, seconds) = (serial as i64, (serial.fract() * 86_400.0).round() as i64);
    let at = PrimitiveDateTime::new(epoch, Time::MIDNIGHT)
        .checked_add(Duration::days(days) + Duration::seconds(seconds))?;
    moment(at.date(), at.time(), UtcOffset::UTC, seconds > 0)
}

/// A date and time in parts, where they name a real one.
pub(super) fn from_parts(ymd: (u16, u8, u8), hms: (u8, u8, u8)) -> Option<When> {
    let date = calendar(ymd.0.into(), ymd.1, ymd.2)?;
    let time = Time::from_hms(hms.0, hms.1, hms.2).ok()?;
    moment(date, time, UtcOffset::UTC, time != Time::MIDNIGHT)
}

fn moment(date: Date, time: Time, offset: UtcOffset, timed: bool) -> Option<When> {
    if !YEARS.contains(&date.year()) {
        return None;
    }
    let at = PrimitiveDateTime::new(date, time).assume_offset(offset);
    let at = i64::try_from(at.unix_timestamp_nanos() / 1_000_000).ok()?;
    Some(When { at, timed })
}

fn calendar(year: i32, month: u8, day: u8) -> Option<Date> {
    Date::from_calendar_date(year, Month::try_from(month).ok()?, day).ok()
}

/// Splits the time off, which follows a `T` or the first space with a colon behind it.
fn day_and_time(text: &str) -> (&str, &str) {
    let Some(colon) = text.find(':') else {
        return (text, "");
    };
    let Some(at) = text[..colon].rfind(['T', 't', ' ', '\u{a0}', '\u{202f}']) else {
        return (text, "");
    };
    let (day, rest) = text.split_at(at);
    let time = rest.trim_start_matches(['T', 't']).trim();
    (day.trim().trim_end_matches(','), time)
}

fn iso(day: &str) -> Option<Date> {
    let mut parts = day.split('-');
    let (y, m, d) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || y.len() != 4 {
        return None;
    }
    calendar(y.parse().ok()?, number(m)?, number(d)?)
}

/// The three numbers of a date with slashes.
fn slashes(day: &str) -> Option<(u8, u8, i32)> {
    let mut parts = day.split('/');
    let (a, b, y) = (parts.next()?, parts.next()?, parts.next()?);
    let year = number(y).map_or_else(|| y.parse().ok(), |short| Some(2_000 + i32::from(short)))?;
    (parts.next().is_none()).then_some((number(a)?, number(b)?, year))
}

fn slashed(day: &str, order: Slashed) -> Option<Date> {
    let (a, b, year) = slashes(day)?;
    match order {
        Slashed::MonthFirst => calendar(year, a, b),
        Slashed::DayFirst => calendar(year, b, a),
    }
}

/// `Jan 5, 2024` or `5 January 2024`.
fn named(day: &str) -> Option<Date> {
    let words: Vec<_> = day
        .split([' ', ',', '\u{a0}'])
        .filter(|w| !w.is_empty())
        .collect();
    let [a, b, year] = words[..] else {
        return None;
    };
    let (month, day) = month(a).map_or_else(|| (month(b), a), |m| (Some(m), b));
    let year = (year.len() == 4).then(|| year.parse().ok())??;
    Date::from_calendar_date(year, month?, number(day)?).ok()
}

/// A month by its English name or the first three letters of it.
fn month(word: &str) -> Option<Month> {
    let word = word.trim_end_matches('.');
    (1..=12).filter_map(|m| Month::try_from(m).ok()).find(|m| {
        let name = m.to_string();
        word.eq_ignore_ascii_case(&name) || word.eq_ignore_ascii_case(&name[..3])
    })
}

/// A number of one or two digits.
fn number(text: &str) -> Option<u8> {
    let digits = (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().ok())?
}

/// `H:MM`, `HH:MM:SS`, `HH:MM:SS.fff`, then `AM` or `PM`, then `Z`, `UTC`, `GMT` or `+HH:MM`.
fn clock(text: &str) -> Option<(Time, UtcOffset)> {
    let end = text
        .find(|c: char| !c.is_ascii_digit() && !matches!(c, ':' | '.'))
        .unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    let mut parts = digits.split(':');
    let (h, m) = (number(parts.next()?)?, number(parts.next()?)?);
    let (s, fraction) = match parts.next() {
        None => (0, ""),
        Some(seconds) => {
            let (s, fraction) = seconds.split_once('.').unwrap_or((seconds, ""));
            (number(s)?, fraction)
        }
    };
    if parts.next().is_some() || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    // The first three digits, as milliseconds.
    let milli = format!("{fraction:0<3}").get(..3)?.parse().ok()?;
    let rest = rest.trim();
    let half = rest
        .get(..2)
        .filter(|h| h.eq_ignore_ascii_case("am") || h.eq_ignore_ascii_case("pm"));
    let h = match half {
        None => h,
        Some(_) if !(1..=12).contains(&h) => return None,
        Some(half) if half.eq_ignore_ascii_case("am") => h % 12,
        Some(_) => h % 12 + 12,
    };
    let zone = half.map_or(rest, |_| rest[2..].trim_start());
    Some((Time::from_hms_milli(h, m, s, milli).ok()?, offset(zone)?))
}

fn offset(zone: &str) -> Option<UtcOffset> {
    if ["", "z", "utc", "gmt"]
        .iter()
        .any(|n| zone.eq_ignore_ascii_case(n))
    {
        return Some(UtcOffset::UTC);
    }
    let (sign, rest) = match zone.strip_prefix('+') {
        Some(rest) => (1, rest),
        None => (-1, zone.strip_prefix('-')?),
    };
    let (h, m) = match rest.split_once(':') {
        Some(parts) => parts,
        None if rest.len() == 4 => rest.split_at_checked(2)?,
        None => (rest, "0"),
    };
    // At most 99, as two digits.
    let (h, m) = (number(h)?.cast_signed(), number(m)?.cast_signed());
    UtcOffset::from_hms(sign * h, sign * m, 0).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use Slashed::{DayFirst, MonthFirst};

    /// 5 January 2024, 00:00 UTC.
    const DAY: i64 = 1_704_412_800_000;

    fn at(text: &str) -> Option<(i64, bool)> {
        parse(text, MonthFirst).map(|w| (w.at - DAY, w.timed))
    }

    #[test]
    fn every_way_to_write_a_day_is_the_same_day() {
        for text in [
            "2024-01-05",
            " 2024-1-5 ",
            "1/5/2024",
            "01/05/24",
            "Jan 5, 2024",
            "January 5 2024",
            "5 Jan 2024",
            "45296",
            "45296.0",
        ] {
            assert_eq!(at(text), Some((0, false)), "{text}");
        }
    }

    #[test]
    fn times_and_zones_count() {
        let hour = 3_600_000;
        for (text, ms) in [
            ("2024-01-05T10:30:00Z", 10 * hour + hour / 2),
            ("2024-01-05 10:30:00", 10 * hour + hour / 2),
            ("2024-01-05 10:30:00 UTC", 10 * hour + hour / 2),
            ("2024-01-05T10:30:00.25+02:00", 8 * hour + hour / 2 + 250),
            ("2024-01-05T10:30-0530", 16 * hour),
            ("2024-01-05T10:30+01", 9 * hour + hour / 2),
            ("1/5/2024 12:30 AM", hour / 2),
            ("1/5/2024, 1:30\u{202f}pm", 13 * hour + hour / 2),
            ("Jan 5, 2024 12:00 PM", 12 * hour),
            ("45296.5", 12 * hour),
        ] {
            assert_eq!(at(text), Some((ms, true)), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_of_a_post_is_none() {
        for text in [
            "",
            "soon",
            "2024-13-01",
            "2023-02-29",
            "13/01/2024",
            "1970-01-01",
            "2024-01-05T25:00",
            "2024-01-05 10:30 CET",
            "2024-01-05T10:3x",
            "1/2",
            "12",
            "-1",
            "NaN",
            "inf",
            "1e300",
            "2024-01-05-01",
            "Foo 5, 2024",
            "13:00 PM",
            "1/5/2024 13:00 PM",
            "2024-01-05T1:2:3:4",
            "2024-01-05T10:00+99:00",
            "é:é",
            "Tü:",
        ] {
            assert_eq!(at(text), None, "{text}");
        }
    }

    #[test]
    fn one_date_without_such_a_month_turns_its_column() {
        assert_eq!(
            Slashed::of(["1/5/2024", "2/6/2024"].into_iter()),
            MonthFirst
        );
        assert_eq!(
            Slashed::of(["1/5/2024", "31/5/2024 10:00"].into_iter()),
            DayFirst
        );
        // They contradict each other: LinkedIn's own order, and the odd one is an error.
        assert_eq!(
            Slashed::of(["31/5/2024", "5/31/2024"].into_iter()),
            MonthFirst
        );
        let told =
            |order: Slashed, dates: &[&'static str]| order.told((2..).zip(dates.iter().copied()));
        let (line, open) = told(MonthFirst, &["2024-01-05", "01/02/2025"]).unwrap();
        assert_eq!(line, 3);
        assert!(open.starts_with("dates like \"01/02/2025\" are read as month/day/year: no row"));
        let day = "dates like \"1/5/2024\" are read as day/month/year: line 3 has a day over 12";
        let dates = ["1/5/2024", "31/5/2024"];
        assert_eq!(told(DayFirst, &dates), Some((2, day.to_owned())));
        assert_eq!(told(MonthFirst, &["2024-01-05", "soon"]), None);
        assert_eq!(
            parse("31/5/2024", DayFirst),
            parse("2024-05-31", MonthFirst)
        );
    }

    #[test]
    fn a_time_of_day_is_worth_more_than_an_earlier_day() {
        let (day, timed) = (
            When {
                at: 1,
                timed: false,
            },
            When { at: 2, timed: true },
        );
        assert_eq!(day.better(timed), timed);
        assert_eq!(timed.better(day), timed);
        assert_eq!(
            day.better(When {
                at: 0,
                timed: false
            })
            .at,
            0
        );
    }

    #[test]
    fn parts_must_name_a_real_day() {
        assert_eq!(
            from_parts((2024, 1, 5), (0, 0, 0)),
            Some(When {
                at: DAY,
                timed: false
            })
        );
        assert_eq!(from_parts((2024, 2, 30), (0, 0, 0)), None);
        assert_eq!(from_parts((1900, 1, 1), (0, 0, 0)), None);
    }
}

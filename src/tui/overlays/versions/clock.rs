//! Times of versions, as the writer's clock shows them.

const DAY: i64 = 86_400;

/// How times are told: as of a moment, in a time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Clock {
    /// Milliseconds since 1970 UTC.
    pub now: u64,
    /// Seconds that the writer's time is ahead of UTC.
    pub utc_offset: i32,
}

impl Clock {
    /// A time in milliseconds since 1970 UTC: of today the hour, else the date.
    #[must_use]
    pub fn told(self, at: u64) -> String {
        let (at, now) = (self.local(at), self.local(self.now));
        if at.div_euclid(DAY) == now.div_euclid(DAY) {
            let second = at.rem_euclid(DAY);
            return format!("{:02}:{:02}", second / 3_600, second / 60 % 60);
        }
        let (year, month, day) = date(at.div_euclid(DAY));
        format!("{year:04}-{month:02}-{day:02}")
    }

    fn local(self, at: u64) -> i64 {
        // Seconds of the largest time are far fewer than the type counts.
        (at / 1_000) as i64 + i64::from(self.utc_offset)
    }
}

/// Year, month and day of so many days since 1970, after Howard Hinnant's `civil_from_days`.
fn date(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + 400 * era + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn today_has_an_hour_and_other_days_a_date() {
        // 2024-02-29 23:30 UTC, which is the next day two hours east.
        let at = 1_709_249_400_000;
        let clock = |now, utc_offset| Clock { now, utc_offset };
        assert_eq!(clock(at, 0).told(at), "23:30");
        assert_eq!(clock(at, 7_200).told(at), "01:30");
        assert_eq!(clock(at + 3_600_000, 0).told(at), "2024-02-29");
        assert_eq!(clock(at + 86_400_000, 7_200).told(at), "2024-03-01");
        assert_eq!(clock(at, 0).told(0), "1970-01-01");
        assert_eq!(clock(at, -3_600).told(0), "1969-12-31");
        assert_eq!(clock(0, 0).told(978_220_800_000), "2000-12-31");
    }
}

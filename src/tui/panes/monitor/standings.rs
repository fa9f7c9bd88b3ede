//! Alerts as they stood in the past.

use std::collections::VecDeque;
use std::sync::Arc;

use super::data::AlertRow;

/// Milliseconds for which they are held, as long as whole moments are.
const AGE: u64 = 10 * 60 * 1000;
/// Most changes that are held of a running program: four samples a second.
const MOST: usize = 2400;

/// Lists of alerts by time. What has not changed from one to the next is held once.
#[derive(Debug, Clone, Default)]
pub struct Standings {
    lists: VecDeque<(u64, Vec<Arc<AlertRow>>)>,
    /// Whether they are held whatever their age.
    is_endless: bool,
}

impl Standings {
    /// Those of a recording, of any age.
    pub(in crate::tui) fn of_recording() -> Self {
        Self {
            is_endless: true,
            ..Self::default()
        }
    }

    /// Takes the alerts of `at`, in milliseconds of the histories' axis.
    pub(in crate::tui) fn push(&mut self, at: u64, alerts: &[AlertRow]) {
        let last = self.lists.back().map_or(&[][..], |(_, list)| list);
        let is_same = last.len() == alerts.len() && last.iter().zip(alerts).all(|(a, b)| **a == *b);
        if !is_same || self.lists.is_empty() {
            let held = |row: &AlertRow| last.iter().find(|a| ***a == *row).cloned();
            let rows = alerts
                .iter()
                .map(|row| held(row).unwrap_or_else(|| Arc::new(row.clone())));
            let rows = rows.collect();
            self.lists.push_back((at, rows));
        }
        // The one before the oldest time still says how things stood then.
        while !self.is_endless
            && (self.lists.len() > MOST
                || self.lists.get(1).is_some_and(|(next, _)| next + AGE < at))
        {
            self.lists.pop_front();
        }
    }

    /// How alerts stood at a moment of the axis; none where that is not known.
    pub(super) fn at(&self, time: u64) -> Option<Vec<AlertRow>> {
        let place = self.lists.partition_point(|(at, _)| *at <= time);
        let (_, list) = self.lists.get(place.checked_sub(1)?)?;
        Some(list.iter().map(|row| (**row).clone()).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::super::data::{AlertSeverity, AlertState};
    use super::*;

    fn row(name: &str, value: u64) -> AlertRow {
        AlertRow {
            name: name.to_owned(),
            severity: AlertSeverity::Warning,
            state: AlertState::Firing,
            since: None,
            value: Some(value as f64),
            annotation: String::new(),
        }
    }

    #[test]
    fn the_list_of_a_moment_is_found_and_old_ones_go() {
        let mut standings = Standings::default();
        for n in 0..2000 {
            standings.push(n * 1000, &[row("same", 0), row("new", n / 10)]);
        }
        assert_eq!(
            standings.at(1_955_999),
            Some(vec![row("same", 0), row("new", 195)])
        );
        assert_eq!(standings.at(1_000_000), None, "more than ten minutes ago");
        let rows = standings.lists.iter().map(|(_, rows)| &rows[0]);
        let first = &standings.lists[0].1[0];
        assert!(rows.clone().all(|row| Arc::ptr_eq(row, first)));
        assert_eq!(rows.count(), 61, "one a change");
    }

    #[test]
    fn those_of_a_recording_all_stay() {
        let mut standings = Standings::of_recording();
        for n in 0..5000 {
            standings.push(n * 60_000, &[row("new", n)]);
        }
        assert_eq!(standings.at(59_999), Some(vec![row("new", 0)]));
    }
}

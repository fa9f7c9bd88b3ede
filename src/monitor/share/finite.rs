//! Numbers that JSON can write.

use crate::monitor::snapshot::Snapshot;

/// A copy of `snapshot` that reads back from JSON, which has no infinite numbers and no NaN and
/// writes `null` instead. What holds such a number, and must have one, is left out as not known;
/// the few that cannot be left out become 0. Where all are finite, the copy is equal.
pub(super) fn finite(snapshot: &Snapshot) -> Snapshot {
    let mut copy = snapshot.clone();
    let all = |numbers: &[f64; 3]| numbers.iter().all(|n| n.is_finite());
    let or_zero = |number: &mut f64| {
        if !number.is_finite() {
            *number = 0.0;
        }
    };
    or_zero(&mut copy.uptime);
    or_zero(&mut copy.cost.budget);
    or_zero(&mut copy.cost.disk);
    or_zero(&mut copy.cost.stretched);
    copy.machine.load = copy.machine.load.filter(all);
    copy.machine.temperatures.retain(|t| t.celsius.is_finite());
    let program = &mut copy.program;
    program.requests = program.requests.filter(|r| r.seconds.is_finite());
    program.limiter.take_if(|l| !l.limit.is_finite());
    for lane in &mut program.lanes {
        lane.wait = lane.wait.filter(all);
    }
    for model in &mut program.models {
        model.latency = model.latency.filter(all);
    }
    for tier in &mut program.tiers {
        tier.latency = tier.latency.filter(all);
    }
    for breaker in &mut program.breakers {
        breaker.last.take_if(|last| !last.ago.is_finite());
    }
    copy
}

#[cfg(test)]
mod tests {
    use super::super::testing::{snapshots, wild_snapshots};
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn finite_ones_stay_as_they_are(snapshot in snapshots()) {
            prop_assert_eq!(finite(&snapshot), snapshot);
        }

        #[test]
        fn whatever_the_numbers_it_reads_back(snapshot in wild_snapshots()) {
            let json = serde_json::to_string(&finite(&snapshot)).unwrap();
            let read: Snapshot = serde_json::from_str(&json).unwrap();
            prop_assert_eq!(serde_json::to_string(&read).unwrap(), json);
            prop_assert_eq!(read.processes.len(), snapshot.processes.len());
        }
    }
}

use super::*;

use Event as E;
use Phase::{Firing, Inactive, NoData, Pending};
use Seen::{Between, Cleared, Holds, Nothing};

/// Seconds, what is seen, and the state and event after it.
type Step = (u64, Seen, Phase, Option<Event>);

/// Runs `steps` with `for` and `keep_firing_for` in seconds.
fn run(name: &str, hold: u64, keep: u64, steps: &[Step]) {
    let mut state = State::default();
    for (at, seen, phase, event) in steps {
        let [at_time, hold, keep] = [*at, hold, keep].map(Duration::from_secs);
        let (after, happened) = state.step(*seen, at_time, hold, keep);
        let expected = (*phase, *event);
        assert_eq!(
            (after.phase(), happened),
            expected,
            "{name}: at {at} s, {seen:?}"
        );
        state = after;
    }
}

#[test]
fn alerts_go_through_their_states_as_in_prometheus() {
    run(
        "without `for` it fires at once",
        0,
        0,
        &[
            (0, Cleared, Inactive, None),
            (1, Holds, Firing, Some(E::Firing)),
            (2, Holds, Firing, None),
            (3, Cleared, Inactive, Some(E::Resolved)),
            (4, Cleared, Inactive, None),
            (5, Holds, Firing, Some(E::Firing)),
        ],
    );
    run(
        "`for` counts from the first time on, its end included",
        60,
        0,
        &[
            (10, Holds, Pending, Some(E::Pending)),
            (40, Holds, Pending, None),
            (69, Holds, Pending, None),
            (70, Holds, Firing, Some(E::Firing)),
            (71, Cleared, Inactive, Some(E::Resolved)),
        ],
    );
    run(
        "pending that clears never fires",
        60,
        60,
        &[
            (0, Holds, Pending, Some(E::Pending)),
            (59, Holds, Pending, None),
            (60, Cleared, Inactive, Some(E::Cancelled)),
            (61, Holds, Pending, Some(E::Pending)),
            (120, Holds, Pending, None),
            (121, Holds, Firing, Some(E::Firing)),
        ],
    );
    run(
        "`keep_firing_for` counts from the end on",
        0,
        60,
        &[
            (0, Holds, Firing, Some(E::Firing)),
            (10, Cleared, Firing, None),
            (69, Cleared, Firing, None),
            (70, Cleared, Inactive, Some(E::Resolved)),
        ],
    );
    run(
        "what returns within `keep_firing_for` begins it anew",
        30,
        60,
        &[
            (0, Holds, Pending, Some(E::Pending)),
            (30, Holds, Firing, Some(E::Firing)),
            (40, Cleared, Firing, None),
            (90, Holds, Firing, None),
            (95, Cleared, Firing, None),
            (154, Cleared, Firing, None),
            (155, Cleared, Inactive, Some(E::Resolved)),
        ],
    );
}

#[test]
fn between_the_thresholds_a_firing_alert_stays_and_a_pending_one_does_not() {
    run(
        "hysteresis",
        10,
        0,
        &[
            (0, Between, Inactive, None),
            (1, Holds, Pending, Some(E::Pending)),
            (2, Between, Inactive, Some(E::Cancelled)),
            (3, Holds, Pending, Some(E::Pending)),
            (13, Holds, Firing, Some(E::Firing)),
            (14, Between, Firing, None),
            (1000, Between, Firing, None),
            (1001, Cleared, Inactive, Some(E::Resolved)),
            (1002, Between, Inactive, None),
        ],
    );
    run(
        "hysteresis ends `keep_firing_for` too",
        0,
        10,
        &[
            (0, Holds, Firing, Some(E::Firing)),
            (1, Cleared, Firing, None),
            (2, Between, Firing, None),
            (11, Cleared, Firing, None),
            (21, Cleared, Inactive, Some(E::Resolved)),
        ],
    );
}

#[test]
fn no_data_is_neither_firing_nor_resolved() {
    run(
        "an alert goes on when data is back",
        10,
        0,
        &[
            (0, Holds, Pending, Some(E::Pending)),
            (10, Holds, Firing, Some(E::Firing)),
            (20, Nothing, NoData, Some(E::NoData)),
            (21, Nothing, NoData, None),
            (22, Holds, Firing, Some(E::Returned)),
            (23, Nothing, NoData, Some(E::NoData)),
            (24, Between, Firing, Some(E::Returned)),
            (25, Nothing, NoData, Some(E::NoData)),
            (26, Cleared, Inactive, Some(E::Resolved)),
        ],
    );
    run(
        "with `keep_firing_for` the end counts from when it is known",
        0,
        10,
        &[
            (0, Holds, Firing, Some(E::Firing)),
            (1, Cleared, Firing, None),
            (2, Nothing, NoData, Some(E::NoData)),
            (8, Cleared, Firing, Some(E::Returned)),
            (11, Cleared, Inactive, Some(E::Resolved)),
        ],
    );
    run(
        "pending begins anew",
        10,
        0,
        &[
            (0, Holds, Pending, Some(E::Pending)),
            (5, Nothing, NoData, Some(E::NoData)),
            (9, Holds, Pending, Some(E::Pending)),
            (10, Holds, Pending, None),
            (19, Holds, Firing, Some(E::Firing)),
            (20, Nothing, NoData, Some(E::NoData)),
        ],
    );
    run(
        "pending that is false when data is back is over",
        10,
        0,
        &[
            (0, Holds, Pending, Some(E::Pending)),
            (5, Nothing, NoData, Some(E::NoData)),
            (6, Cleared, Inactive, Some(E::Returned)),
        ],
    );
    run(
        "what stays away is given up, not resolved",
        0,
        0,
        &[
            (0, Holds, Firing, Some(E::Firing)),
            (100, Nothing, NoData, Some(E::NoData)),
            (999, Nothing, NoData, None),
            (1000, Nothing, Inactive, Some(E::Forgotten)),
            (1001, Nothing, Inactive, None),
        ],
    );
}

#[test]
fn raising_for_makes_a_firing_alert_pending_again() {
    let seconds = Duration::from_secs;
    let keep = Duration::ZERO;
    let (state, _) = State::default().step(Holds, seconds(0), seconds(10), keep);
    let (state, _) = state.step(Holds, seconds(10), seconds(10), keep);
    assert_eq!(state.phase(), Firing);
    let (state, event) = state.step(Holds, seconds(20), seconds(60), keep);
    assert_eq!(
        (state, event),
        (State::Pending { since: seconds(0) }, Some(E::Pending))
    );
    let (state, event) = state.step(Holds, seconds(59), seconds(60), keep);
    assert_eq!((state.phase(), event), (Pending, None));
    // It counts from when the condition began, not from the change.
    let (state, event) = state.step(Holds, seconds(60), seconds(60), keep);
    assert_eq!((state.phase(), event), (Firing, Some(E::Firing)));
    let (state, event) = state.step(Holds, seconds(61), seconds(30), keep);
    assert_eq!((state.phase(), event), (Firing, None));
}

use std::borrow::Cow;

use super::*;
use crate::telemetry::metric::{MetricType, Sample};

const MINUTE: Duration = Duration::from_secs(60);

fn family(suffix: &'static str, samples: &[(&str, f64)]) -> Family {
    let sample = |(of, value): &(&str, f64)| Sample {
        suffix,
        labels: vec![
            ("of", Cow::Owned((*of).to_owned())),
            ("none", Cow::Borrowed("")),
        ],
        value: *value,
    };
    Family {
        name: "m",
        help: "",
        kind: MetricType::Gauge,
        samples: samples.iter().map(sample).collect(),
    }
}

fn store(window: Duration) -> Store {
    Store::new(Staleness::default(), [("m".to_owned(), window)])
}

fn all() -> Selector {
    Selector {
        name: "m".to_owned(),
        matchers: Vec::new(),
    }
}

fn latest(store: &Store, now: i64) -> Vec<f64> {
    store
        .latest(&all(), now)
        .map(|(_, _, value)| value)
        .collect()
}

fn within(store: &Store, window: Duration, now: i64) -> Vec<(i64, f64)> {
    store
        .within(&all(), window, now)
        .flat_map(|(_, samples)| samples)
        .collect()
}

#[test]
fn labels_are_sorted_and_full() {
    let labels = Labels::new([("b", "2"), ("a", "1"), ("c", ""), ("b", "3")]);
    assert_eq!(labels.iter().collect::<Vec<_>>(), [("a", "1"), ("b", "3")]);
    assert_eq!((labels.get("a"), labels.get("c")), ("1", ""));
    assert!(
        labels
            .only(&["b".to_owned(), "x".to_owned()])
            .are_in(&labels)
    );
    assert!(Labels::default().are_in(&labels) && !labels.are_in(&Labels::default()));
    let json = serde_json::to_string(&labels).unwrap();
    assert_eq!(json, r#"{"a":"1","b":"3"}"#);
    assert_eq!(serde_json::from_str::<Labels>(&json).unwrap(), labels);
}

#[test]
fn only_what_is_needed_is_kept_and_only_as_long() {
    let mut store = store(MINUTE);
    for at in 0..200 {
        let value = f64::from(u8::try_from(at).unwrap());
        store.push(
            at * 1000,
            &[family("", &[("a", value)]), family("_sum", &[("a", value)])],
        );
    }
    assert_eq!(store.len(), 1, "nobody asks for m_sum");
    // Seconds 140 to 199, the older end not among them.
    let samples = within(&store, MINUTE, 199_000);
    assert_eq!((samples.len(), samples[0]), (60, (140_000, 140.0)));
    assert_eq!(within(&store, 10 * MINUTE, 199_000).len(), 60);
    let short = within(&store, Duration::from_secs(5), 199_000);
    assert_eq!((short.len(), short[0].0), (5, 195_000));
    let mut store = self::store(Duration::ZERO);
    for at in 0..200 {
        store.push(at * 1000, &[family("", &[("a", 1.0)])]);
    }
    assert_eq!(
        within(&store, MINUTE, 199_000).len(),
        1,
        "the latest is enough"
    );
}

#[test]
fn a_series_is_current_for_three_pushes_and_under_five_minutes() {
    let mut store = store(Duration::ZERO);
    store.push(0, &[family("", &[("a", 1.0), ("b", 1.0)])]);
    store.push(1000, &[family("", &[("b", 2.0)])]);
    store.push(2000, &[family("", &[("b", 3.0)])]);
    assert_eq!(latest(&store, 2000), [1.0, 3.0]);
    store.push(3000, &[family("", &[("b", 4.0)])]);
    assert_eq!(latest(&store, 3000), [4.0]);
    assert_eq!(latest(&store, 302_999), [4.0]);
    assert_eq!(latest(&store, 303_000), [] as [f64; 0]);
    store.push(303_000, &[]);
    assert!(store.is_empty(), "what nobody can ask for any more is gone");
}

#[test]
fn time_that_stands_or_goes_back_replaces_the_last_sample() {
    let mut store = store(MINUTE);
    let push = |store: &mut Store, at, value| store.push(at, &[family("", &[("a", value)])]);
    assert_eq!(push(&mut store, 5000, 1.0), 5000);
    assert_eq!(push(&mut store, 5000, 2.0), 5000);
    assert_eq!(push(&mut store, 1000, 3.0), 5000);
    assert_eq!(push(&mut store, 6000, 4.0), 6000);
    assert_eq!(within(&store, MINUTE, 6000), [(5000, 3.0), (6000, 4.0)]);
}

#[test]
fn too_many_series_and_samples_are_refused_and_counted() {
    let mut store = store(Duration::from_secs(3600));
    let names: Vec<String> = (0..MOST_SERIES + 5).map(|nth| nth.to_string()).collect();
    let many: Vec<(&str, f64)> = names.iter().map(|name| (name.as_str(), 1.0)).collect();
    store.push(0, &[family("", &many)]);
    assert_eq!((store.len(), store.refused()), (MOST_SERIES, 5));
    store.push(1, &[family("", &many[..MOST_SERIES])]);
    assert_eq!(store.refused(), 5, "those that are known go on");
    let mut store = self::store(Duration::from_secs(3600));
    for at in 0..i64::try_from(MOST_SAMPLES).unwrap() + 10 {
        store.push(at, &[family("", &[("a", 1.0)])]);
    }
    let samples = within(&store, Duration::from_secs(3600), 20_000);
    assert_eq!((samples.len(), samples[0].0), (MOST_SAMPLES, 10));
}

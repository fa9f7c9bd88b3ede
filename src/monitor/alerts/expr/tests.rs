//! What is read, refused and written.

use super::*;
use crate::telemetry::metric::MetricType;
use proptest::prelude::*;

const KNOWN: Known<'_> = Known(&[
    ("cpu_ratio", "", MetricType::Gauge),
    ("hits_total", "", MetricType::Counter),
    ("wait_seconds", "", MetricType::Histogram),
]);

fn read(source: &str) -> Expr {
    parse(source, KNOWN).unwrap_or_else(|error| panic!("{source}: {error}"))
}

#[test]
fn precedence_is_promqls() {
    for (source, meant) in [
        ("1 + 2 * cpu_ratio", "1 + (2 * cpu_ratio)"),
        ("1 - 2 - cpu_ratio", "(1 - 2) - cpu_ratio"),
        ("-cpu_ratio * 2", "(-cpu_ratio) * 2"),
        ("cpu_ratio > 1 + 1", "cpu_ratio > (1 + 1)"),
        (
            "cpu_ratio > 1 or cpu_ratio < 2 and cpu_ratio == 3",
            "(cpu_ratio > 1) or ((cpu_ratio < 2) and (cpu_ratio == 3))",
        ),
        (
            "cpu_ratio unless cpu_ratio and cpu_ratio or cpu_ratio",
            "((cpu_ratio unless cpu_ratio) and cpu_ratio) or cpu_ratio",
        ),
        ("cpu_ratio > 1 == 2", "(cpu_ratio > 1) == 2"),
        ("sum(cpu_ratio) by (a, b)", "sum by (a, b,) (cpu_ratio)"),
    ] {
        assert_eq!(read(source), read(meant), "{source}");
    }
    assert_ne!(read("1 - (2 - cpu_ratio)"), read("1 - 2 - cpu_ratio"));
}

#[test]
fn expressions_are_written_without_needless_brackets() {
    for source in [
        "avg_over_time(cpu_ratio[5m]) > 0.9",
        "(cpu_ratio + 1) * 2",
        "cpu_ratio - (1 - 2)",
        "-(cpu_ratio + 1)",
        "sum by (a, b) (rate(hits_total{tier=\"x\\\"\\\\\\n\", b!~\"a|b\"}[1h])) / 2",
        "rate(wait_seconds_bucket{le=\"0.1\"}[1m30s]) < Inf",
        "cpu_ratio > 1e20 or cpu_ratio < 1e-7",
    ] {
        assert_eq!(read(source).to_string(), source);
    }
}

/// Every refusal, with its column and what it says.
#[test]
fn refusals_point_at_the_place_and_say_what_to_do() {
    for (source, expected) in [
        (
            "",
            "column 1: unexpected end, expected a metric, a number, a function or `(`; add it",
        ),
        (
            "cpu_ratio >",
            "column 12: unexpected end, expected a metric, a number, a function or `(`; add it",
        ),
        (
            "cpu_ration > 1",
            "column 1: unknown metric `cpu_ration`, expected a documented name; did you mean `cpu_ratio`?",
        ),
        (
            "wait_seconds > 1",
            "column 1: unknown metric `wait_seconds`, expected a documented name; did you mean `wait_seconds_sum`?",
        ),
        (
            "zzz > 1",
            "column 1: unknown metric `zzz`, expected a documented name; `postwright monitor rules --names` lists them",
        ),
        (
            "1 + rat(hits_total[5m])",
            "column 5: unknown function `rat`, expected one of rate increase avg_over_time max_over_time min_over_time sum avg max min count; did you mean `rate`?",
        ),
        (
            "cpu_ratio[5m] > 1",
            "column 10: a window is not supported here, expected a metric inside rate() or another function over a window",
        ),
        (
            "rate(hits_total)",
            "column 16: unexpected `)`, expected a window such as `[5m]`; add it behind the metric",
        ),
        (
            "rate(hits_total[5x])",
            "column 17: `5x` is no number and no duration, expected such as 0.9, 1e6 or 5m; correct it",
        ),
        (
            "rate(hits_total[300])",
            "column 17: unexpected number 300, expected a duration such as 30s, 5m or 1h; correct it",
        ),
        (
            "rate(hits_total[5m:1m])",
            "column 19: unexpected `:1m`, expected `]`; a window is one duration",
        ),
        (
            "rate(hits_total[2h])",
            "column 17: a window of 2h, expected more than 0s and at most 1h; choose one in between",
        ),
        (
            "rate(hits_total[0s])",
            "column 17: a window of 0s, expected more than 0s and at most 1h; choose one in between",
        ),
        (
            "rate(sum(cpu_ratio)[5m])",
            "column 6: unknown metric `sum`, expected a documented name; `postwright monitor rules --names` lists them",
        ),
        (
            "cpu_ratio{a=b}",
            "column 13: unexpected `b`, expected a value in quotes; put it in quotes",
        ),
        (
            "cpu_ratio{a=\"b\"",
            "column 16: unexpected end, expected `,` or `}`; close the bracket",
        ),
        (
            "cpu_ratio{a>\"b\"}",
            "column 12: unexpected `>`, expected one of = != =~ !~; correct it",
        ),
        (
            "cpu_ratio{__name__=\"b\"}",
            "column 11: a condition on `__name__` is not supported here, expected the metric's name before `{`",
        ),
        (
            "cpu_ratio{a=\"b}",
            "column 13: this string does not end, expected a closing \"; add it",
        ),
        (
            "cpu_ratio{a=\"\\q\"}",
            "column 14: unknown escape in a string, expected one of \\\\ \\\" \\' \\n \\r \\t; write \\\\ for a backslash",
        ),
        (
            "cpu_ratio{a=~\"(\"}",
            "column 14: this is no regular expression: unclosed group; expected RE2 syntax, correct it",
        ),
        (
            "{a=\"b\"}",
            "column 1: a selector without a name is not supported here, expected the metric's name before `{`",
        ),
        (
            "1 > 2",
            "column 3: this compares two numbers, expected a metric on one side at least",
        ),
        (
            "cpu_ratio > 1 and 2",
            "column 19: `and`, `or` and `unless` join conditions, not numbers, expected a condition such as `metric > 0`",
        ),
        (
            "1 or cpu_ratio",
            "column 1: `and`, `or` and `unless` join conditions, not numbers, expected a condition such as `metric > 0`",
        ),
        (
            "sum(1 + 2)",
            "column 5: a number has nothing to put together, expected a metric",
        ),
        (
            "sum without (a) (cpu_ratio)",
            "column 5: `without` is not supported here, expected `by` with the labels to keep",
        ),
        (
            "cpu_ratio > bool 1",
            "column 13: `bool` is not supported here, expected sides with the same labels; use `sum by (…) (…)` on each side",
        ),
        (
            "cpu_ratio + on(a) cpu_ratio",
            "column 13: `on` is not supported here, expected sides with the same labels; use `sum by (…) (…)` on each side",
        ),
        (
            "cpu_ratio offset 5m",
            "column 11: `offset` is not supported here, expected a rule about now",
        ),
        (
            "cpu_ratio @ 5",
            "column 11: the time `@` is not supported here, expected a rule about now",
        ),
        (
            "cpu_ratio % 2",
            "column 11: the operator `%` is not supported here, expected one of + - * /",
        ),
        (
            "(cpu_ratio",
            "column 11: unexpected end, expected an operator or `)`; close the bracket",
        ),
        (
            "cpu_ratio) > 1",
            "column 10: unexpected `)`, expected an operator or the end; remove what follows",
        ),
        (
            "cpu_ratio = 1",
            "column 11: unexpected `=`, expected an operator or the end; remove what follows",
        ),
        (
            "cpu_ratio > 5m",
            "column 13: unexpected duration 5m, expected a metric, a number, a function or `(`; add it",
        ),
        (
            "cpu_ratio > é",
            "column 13: unexpected character 'é', expected a metric, a number or an operator; remove it",
        ),
        (
            "cpu_ratio{a=\"é\"} § 1",
            "column 18: unexpected character '§', expected a metric, a number or an operator; remove it",
        ),
        (
            "cpu_ratio\n  > nope",
            "line 2, column 5: unknown metric `nope`, expected a documented name; `postwright monitor rules --names` lists them",
        ),
    ] {
        let error = parse(source, KNOWN).expect_err(source);
        assert_eq!(error.to_string(), expected, "{source}");
    }
}

#[test]
fn words_that_are_numbers_are_labels_only_between_braces() {
    assert_eq!(
        read("cpu_ratio{inf=\"1\"} < inf").to_string(),
        "cpu_ratio{inf=\"1\"} < Inf"
    );
    let error = parse("sum by (NaN) (cpu_ratio)", KNOWN).unwrap_err();
    assert_eq!(error.position(), (1, 9));
}

#[test]
fn the_picture_has_carets_under_the_place() {
    let error = parse("cpu_ratio{a=\"é\"}\n  >\tnope + 1", KNOWN).unwrap_err();
    assert_eq!(error.picture(), "  > nope + 1\n    ^^^^");
    let error = parse("cpu_ratio >", KNOWN).unwrap_err();
    assert_eq!(error.picture(), "cpu_ratio >\n           ^");
    assert_eq!(error.position(), (1, 12));
}

#[test]
fn what_is_too_long_or_too_deep_is_refused() {
    let long = format!("cpu_ratio > {}", "1".repeat(LONGEST));
    let error = parse(&long, KNOWN).unwrap_err();
    assert!(
        matches!(error.problem(), Problem::TooLong { bytes: 4108 }),
        "{error}"
    );
    for nested in [
        "(".repeat(2000),
        "-".repeat(4000),
        "sum(".repeat(1000),
        "1+".repeat(1000) + "1",
        "1+(".repeat(1000),
    ] {
        let error = parse(&nested, KNOWN).unwrap_err();
        assert_eq!(*error.problem(), Problem::TooDeep, "{nested}");
    }
    read(&format!("{}cpu_ratio{}", "(".repeat(60), ")".repeat(60)));
    read(&("cpu_ratio + ".repeat(60) + "1"));
}

fn selector() -> impl Strategy<Value = Selector> {
    let test = prop_oneof![
        Just(Test::Equal),
        Just(Test::NotEqual),
        Just(Test::Match(regex::Regex::new("x").unwrap())),
        Just(Test::NoMatch(regex::Regex::new("x").unwrap())),
    ];
    // Without what only a regular expression would refuse.
    let matcher = ("[a-z_][a-z0-9_]{0,6}", "[^\\\\*+?(){}\\[\\]|^]{0,8}", test);
    let matcher = matcher.prop_map(|(label, value, test)| Matcher { label, value, test });
    let name = prop_oneof![
        Just("cpu_ratio".to_owned()),
        Just("hits_total".to_owned()),
        Just("wait_seconds_sum".to_owned())
    ];
    (name, prop::collection::vec(matcher, 0..3))
        .prop_map(|(name, matchers)| Selector { name, matchers })
}

/// Expressions that the parser could have made.
fn vector() -> impl Strategy<Value = Expr> {
    let number = prop_oneof![
        (0.0..1e30f64).prop_map(Expr::Number),
        prop::num::f64::POSITIVE
            .prop_filter("finite", |n| n.is_finite())
            .prop_map(Expr::Number),
        Just(Expr::Number(f64::INFINITY)),
    ];
    let window = (
        selector(),
        1u64..=3_600_000,
        prop::sample::select(&Function::ALL),
    );
    let leaf = prop_oneof![
        selector().prop_map(Expr::Selector),
        window.prop_map(|(selector, window, function)| Expr::Window {
            function,
            selector,
            window: Duration::from_millis(window),
        }),
    ];
    leaf.prop_recursive(6, 24, 2, move |inner| {
        let by = "[a-z]{1,3}".prop_filter("no number", |name| name != "inf" && name != "nan");
        let by = prop::collection::vec(by, 0..3);
        let aggregate = (prop::sample::select(&Aggregate::ALL), by, inner.clone());
        let both = (
            prop::sample::select(&Operator::ALL),
            inner.clone(),
            inner.clone(),
        );
        let one = (
            prop::sample::select(&Operator::ALL),
            number.clone(),
            inner.clone(),
            any::<bool>(),
        );
        let join = |operator, left, right| Expr::Binary {
            operator,
            left: Box::new(left),
            right: Box::new(right),
        };
        prop_oneof![
            aggregate.prop_map(|(aggregate, by, inner)| Expr::Aggregate {
                aggregate,
                by,
                inner: Box::new(inner),
            }),
            both.prop_map(move |(operator, left, right)| join(operator, left, right)),
            one.prop_map(move |(operator, number, inner, is_first)| {
                if operator.precedence() <= 2 {
                    return Expr::Negate(Box::new(inner));
                }
                if is_first {
                    join(operator, number, inner)
                } else {
                    join(operator, inner, number)
                }
            }),
        ]
    })
}

proptest! {
    #[test]
    fn no_text_makes_the_parser_panic(source: String) {
        let _ = parse(&source, KNOWN).map_err(|error| (error.to_string(), error.picture()));
    }

    #[test]
    fn no_heap_of_tokens_makes_the_parser_panic(
        words in prop::collection::vec(prop::sample::select(vec![
            "cpu_ratio", "hits_total", "rate", "sum", "by", "(", ")", "[", "]", "{", "}", "5m",
            "0.5", "\"a\"", "=~", "=", ">", "and", "or", "-", "+", "*", ",", "é", "#", "\n", "bool",
        ]), 0..40)
    ) {
        let source = words.join(" ");
        if let Err(error) = parse(&source, KNOWN) {
            let (line, column) = error.position();
            let text = source.split('\n').nth(line - 1).unwrap();
            prop_assert!(column <= text.chars().count() + 1);
            prop_assert!(error.picture().contains('^'));
        }
    }

    #[test]
    fn what_is_written_reads_back(expr in vector()) {
        let written = expr.to_string();
        prop_assume!(written.len() <= LONGEST);
        let read = parse(&written, KNOWN);
        prop_assert_eq!(read.as_ref(), Ok(&expr), "{}", written);
    }
}

#[test]
fn of_a_long_line_what_is_around_the_place_is_shown() {
    let long = format!("cpu_ratio > {}", "1".repeat(LONGEST));
    let picture = parse(&long, KNOWN).unwrap_err().picture();
    assert!(picture.len() <= 402, "{}", picture.len());
    let late = format!("cpu_ratio > 1{} >> 1", " ".repeat(500));
    let picture = parse(&late, KNOWN).unwrap_err().picture();
    let (text, carets) = picture.split_once('\n').unwrap();
    let place = carets.find('^').unwrap();
    assert_eq!(&text[place..=place], ">", "{picture}");
}

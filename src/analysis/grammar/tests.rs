//! What the checker finds, and where.

use super::*;

fn checker() -> Checker {
    Checker::new(Words::new(["Postwright"]), Dialect::Us)
}

fn check(line: &str) -> Vec<(String, String, Vec<String>)> {
    let parsed = ParsedLine::parse(line);
    checker()
        .check(line, &parsed)
        .findings
        .into_iter()
        .map(|f| {
            (
                f.rule.to_string(),
                f.span.of(line).to_owned(),
                f.replacements,
            )
        })
        .collect()
}

#[test]
fn finds_spelling_and_grammar_with_spans_in_bytes() {
    let found = check("🚀 We recieved an “update” — it’s a honor.");
    assert!(
        found.iter().any(|(r, s, f)| {
            r == SPELLING && s == "recieved" && f.contains(&"received".to_owned())
        }),
        "{found:?}"
    );
    assert!(
        found
            .iter()
            .any(|(r, s, _)| r == "grammar/an-a" && s == "a"),
        "{found:?}"
    );
}

#[test]
fn what_is_found_stays_the_same_after_forgetting() {
    const LINES: [&str; 3] = [
        "We recieved an “update” — it’s a honor.",
        "I have 3 reasons, and it could of been worse.",
        "In a wide-ranging and long sentence, that maybe goes on for too long, we say that this \
         is what it is and that it will be so, for as long as it has to be, and then some more.",
    ];
    let mut checker = checker();
    let mut found = || LINES.map(|line| checker.check(line, &ParsedLine::parse(line)));
    let before = found();
    assert!(before.iter().any(|line| !line.findings.is_empty()));
    for _ in 0..LINES_A_GROUP {
        assert_eq!(found(), before);
    }
}

#[test]
fn masked_tokens_and_user_words_are_left_alone() {
    let found = check(
        "Postwright is at https://postwright.exmaple/recieve with #recieve and @recieve today.",
    );
    assert_eq!(found, []);
}

#[test]
fn a_line_longer_than_a_stretch_is_checked_to_its_end() {
    let line = format!(
        "{}We “recieved” it. 🚀 It is a honor.",
        "This is fine. ".repeat(400)
    );
    let found = check(&line);
    let spans: Vec<_> = found.iter().map(|(_, s, _)| s.as_str()).collect();
    assert!(
        spans.contains(&"recieved") && spans.contains(&"a"),
        "{found:?}"
    );
}

#[test]
fn a_word_that_is_too_long_is_passed_over() {
    let noise = "eHl6".repeat(500);
    let started = std::time::Instant::now();
    let found = check(&format!("The key é {noise} was recieved."));
    assert!(found.iter().any(|(_, s, _)| s == "recieved"), "{found:?}");
    assert!(
        found.iter().all(|(_, s, _)| !s.contains("eHl6")),
        "{found:?}"
    );
    assert!(started.elapsed() < std::time::Duration::from_secs(20));
}

#[test]
fn styled_letters_are_read_as_plain_ones() {
    assert_eq!(check("This is 𝗯𝗼𝗹𝗱 and fine."), []);
}

#[test]
fn ids() {
    assert_eq!(rule_id("AnA"), "grammar/an-a");
    assert_eq!(rule_id("Catch22"), "grammar/catch22");
}

#[test]
fn noun_phrases_lose_their_determiner() {
    let line = "The hiring manager read a strong cover letter.";
    let parsed = ParsedLine::parse(line);
    let checked = checker().check(line, &parsed);
    let found: Vec<_> = checked.noun_phrases.iter().map(|s| s.of(line)).collect();
    assert!(found.contains(&"strong cover letter"), "{found:?}");
}

#[test]
fn looking_forward_to_takes_a_gerund() {
    let fix = |line: &str| {
        let found = check(line).into_iter();
        let mut found = found.filter(|(r, ..)| r == "grammar/looking-forward-to-doing");
        found.next().map(|(_, span, fixes)| (span, fixes.concat()))
    };
    for (line, verb, gerund) in [
        ("I am looking forward to hear from you.", "hear", "hearing"),
        ("Looking forward to meet you in Oslo!", "meet", "meeting"),
        (
            "We are looking forward to share our plans.",
            "share",
            "sharing",
        ),
        ("We are looking forward to get the news.", "get", "getting"),
    ] {
        assert_eq!(
            fix(line),
            Some((verb.to_owned(), gerund.to_owned())),
            "{line}"
        );
    }
    for fine in [
        "I am looking forward to lunch with the team.",
        "I am looking forward to meeting you.",
        "I am looking forward to your visit.",
    ] {
        assert_eq!(fix(fine), None, "{fine}");
    }
}

#[test]
fn a_dash_or_a_tag_at_the_end_of_a_line_ends_no_sentence() {
    let found = |line: &str| check(line).iter().any(|(r, ..)| r == "grammar/spaces");
    assert!(found("We left the house ."));
    for fine in [
        "We left the house –",
        "We left the house -",
        "Live from #OsloDays:",
    ] {
        assert!(!found(fine), "{fine}");
    }
}

//! Fixes of findings within a search.

use super::*;
use crate::post::Span;

const TEXT: &str = "We lead, build and ship.";

/// Likes every comma, and finds a fault where it is told to.
struct Commas {
    lasts: bool,
}

impl Scorer for Commas {
    fn score(&mut self, texts: &[&str]) -> Result<Vec<Measured>, Stopped> {
        let of = |text: &&str| {
            let at = text.find("build").filter(|_| self.lasts);
            Measured {
                overall: text.matches(',').count() as f64,
                findings: at.map(found).into_iter().collect(),
                ..toy().measure(text)
            }
        };
        Ok(texts.iter().map(of).collect())
    }
}

fn found(at: usize) -> Found {
    Found {
        rule: "grammar/repeated-words".to_owned(),
        span: Span::new(at, at + 5),
    }
}

fn request() -> Request<'static> {
    let Found { rule, span } = found(TEXT.find("build").unwrap());
    let after = "build,".to_owned();
    let why = "Why.".to_owned();
    Request {
        fixes: vec![Fix {
            rule,
            span,
            after,
            why,
        }],
        ..Request::new(TEXT, Goal::Overall, Options::default())
    }
}

#[test]
fn a_rule_changes_a_place_once() {
    let found = optimise(&request(), &mut Commas { lasts: false }, &|| false);
    let texts: Vec<&str> = found.variants.iter().map(|v| v.text.as_str()).collect();
    assert_eq!(texts, ["We lead, build, and ship."]);
}

#[test]
fn a_fix_that_leaves_its_finding_is_not_made() {
    let mut scorer = Commas { lasts: true };
    let found = optimise(&request(), &mut scorer, &|| false);
    assert_eq!(found.variants, []);
    let tells = |r: &Refused| r.why.contains("still find the same fault");
    assert!(found.refused.iter().any(tells), "{:?}", found.refused);
    let told = preview(&request(), &mut scorer);
    assert!(told.suggestions.is_empty() && told.refused.iter().any(tells));
}

#[test]
fn code_and_mentions_stay_as_they_are() {
    let text = "In order to win, we utilize `in order to` and talk.\n```\nin order to utilize it\n```\n\
                Thanks to @[In order to utilize](urn:li:person:abc) for this. It is ve\u{301}ry good.";
    let fixes = text.match_indices("in order to").map(|(at, found)| Fix {
        rule: "style/wordiness".to_owned(),
        span: Span::new(at, at + found.len()),
        after: "to".to_owned(),
        why: "Wordy.".to_owned(),
    });
    let request = Request {
        fixes: fixes.collect(),
        ..Request::new(text, Goal::Overall, Options::default())
    };
    let found = search(&request);
    let best = &found.variants[0].text;
    assert!(best.starts_with("To win, we "), "{best}");
    let stays = [
        "`in order to`",
        "```\nin order to utilize it\n```",
        "@[In order to utilize](urn:li:person:abc)",
        "ve\u{301}ry",
    ];
    for stays in stays {
        assert!(
            found.variants.iter().all(|v| v.text.contains(stays)),
            "{stays}"
        );
    }
    let told: Vec<&str> = found.refused.iter().map(|r| r.why.as_str()).collect();
    assert!(told.contains(&"Code stays as it is."), "{told:?}");
}

#[test]
fn what_is_left_to_the_writer_is_suggested_and_in_no_variant() {
    let mut request = request();
    request.fixes[0].rule = "grammar/oxford-comma".to_owned();
    let mut scorer = Commas { lasts: false };
    let found = optimise(&request, &mut scorer, &|| false);
    assert_eq!(found.variants, []);
    assert!(found.refused[0].why.contains("left to you"));
    let told = preview(&request, &mut scorer);
    assert_eq!(told.suggestions[0].text, "We lead, build, and ship.");
}

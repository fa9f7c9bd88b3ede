//! Every operator on posts of every kind.

use super::*;
use crate::post::Post;
use facts::Facts;

fn only(operator: Operator) -> Options {
    Options {
        operators: vec![operator],
        hashtags: 0,
        ..Options::default()
    }
}

fn with(options: &Options, text: &str) -> String {
    apply_edits(text, &propose(text, options).edits)
}

/// Posts of many kinds, with their kind.
fn corpus() -> Vec<(&'static str, String)> {
    let lines = include_str!("data/posts.txt")
        .lines()
        .filter(|l| !l.starts_with('#') && !l.is_empty());
    let posts = lines.map(|l| {
        let (kind, text) = l.split_once(" | ").expect("kind | post");
        let mut out = String::new();
        let mut chars = text.chars();
        while let Some(c) = chars.next() {
            match (c, if c == '\\' { chars.next() } else { None }) {
                ('\\', Some('n')) => out.push('\n'),
                ('\\', Some('r')) => out.push('\r'),
                ('\\', Some('t')) => out.push('\t'),
                ('\\', Some('u')) => {
                    let hex: String = chars.by_ref().skip(1).take_while(|c| *c != '}').collect();
                    out.push(char::from_u32(u32::from_str_radix(&hex, 16).unwrap()).unwrap());
                }
                ('\\', Some(other)) => out.push(other),
                (c, _) => out.push(c),
            }
        }
        (kind, out)
    });
    posts.collect()
}

fn every_setting(operator: Operator, sentences: usize) -> Vec<Options> {
    let base = only(operator);
    match operator {
        Operator::Tone => [Tone::Warmer, Tone::Plainer, Tone::MoreFormal]
            .map(|t| Options {
                tone: Some(t),
                ..base.clone()
            })
            .to_vec(),
        Operator::Grade | Operator::SplitSentences | Operator::List => {
            [None, Some(8.0), Some(-9.0)]
                .map(|grade| Options {
                    grade,
                    ..base.clone()
                })
                .to_vec()
        }
        Operator::CallToAction => vec![
            base.clone(),
            Options {
                keywords: vec!["work".to_owned()],
                ..base
            },
        ],
        Operator::Hashtags => vec![Options {
            hashtags: 3,
            ..base
        }],
        Operator::Trim => vec![Options {
            trim: Some(Trim {
                limit: 60,
                importance: (0..u32::try_from(sentences).unwrap())
                    .map(|i| f64::from(i * 7 % 5))
                    .collect(),
            }),
            ..base
        }],
        _ => vec![base],
    }
}

/// What must hold of every operator on any text.
fn check(kind: &str, text: &str) {
    let facts = Facts::of(Post::new(text).text());
    let sentences = Draft::new(&Post::new(text)).sentences().len();
    for operator in Operator::ALL {
        for options in every_setting(operator, sentences) {
            let found = propose(text, &options);
            let name = operator.name();
            let mut end = 0;
            for e in &found.edits {
                assert_eq!(e.operator, operator);
                assert!(e.span.start >= end, "{kind}, {name}: {e:?} overlaps");
                assert_eq!(
                    text.get(e.span.start..e.span.end),
                    Some(e.before.as_str()),
                    "{kind}, {name}"
                );
                assert_ne!(e.before, e.after, "{kind}, {name}");
                end = e.span.end;
                let alone = apply_edits(text, std::slice::from_ref(e));
                let breaches = facts.lost_or_invented(&Facts::of(Post::new(&alone).text()));
                assert!(breaches.is_empty(), "{kind}, {name}: {e:?}: {breaches:?}");
            }
            let once = apply_edits(text, &found.edits);
            let breaches = facts.lost_or_invented(&Facts::of(Post::new(&once).text()));
            assert!(breaches.is_empty(), "{kind}, {name}: {breaches:?}\n{once}");
            let left = Draft::new(&Post::new(&once)).sentences().len();
            let again = every_setting(operator, left)
                .into_iter()
                .find(|o| {
                    o.tone == options.tone
                        && o.grade == options.grade
                        && o.keywords == options.keywords
                })
                .unwrap();
            let more = propose(&once, &again).edits;
            assert!(
                more.is_empty(),
                "{kind}, {name} is not idempotent: {once:?} then {more:?}"
            );
        }
    }
}

#[test]
fn posts_of_every_kind_keep_their_facts_and_settle() {
    let posts = corpus();
    assert!(posts.len() >= 40);
    for (kind, text) in &posts {
        check(kind, text);
    }
    let all: usize = posts
        .iter()
        .map(|(_, t)| propose(t, &Options::default()).edits.len())
        .sum();
    assert!(all >= 60, "only {all} edits");
}

#[test]
fn no_edit_makes_a_comment_of_text_between_two() {
    let comment = "<!-- postwright: off x -->";
    check("comments", &format!("{comment}40% {comment}#tag \r\n"));
}

#[test]
fn a_call_that_stands_at_the_end_stays_there() {
    check("call", "We left. \nWhat do you think? \nhttps://x.io ");
    check("call", "In order to \nWhat do you think? \n#tag ");
}

#[test]
fn a_trim_leaves_no_number_to_open_its_line() {
    let text = "such as a, b and c. I think such as a, b and c. @bob utilise \r\nsuch as a, b and c. 1. , and we ";
    check("numbers", text);
}

#[test]
fn edits_that_hold_only_together_are_one() {
    // Each hedge is context of the denial; only when both are gone is it the same one again.
    let text = "I think Bo: don't In order to I think made a plan";
    check("both hedges", text);
    let edits = propose(text, &only(Operator::DropHedges)).edits;
    assert_eq!(edits.len(), 1, "{edits:?}");
    assert_eq!(
        apply_edits(text, &edits),
        "Bo: don't In order to made a plan"
    );
}

#[test]
fn a_text_too_long_for_a_post_is_refused_by_name() {
    let found = propose(&"In order to win. ".repeat(4_000), &only(Operator::Tighten));
    assert!(found.edits.is_empty());
    assert_eq!(found.rejected.len(), 1);
    assert!(found.rejected[0].why.contains("68000 bytes"), "{found:?}");
}

#[test]
fn no_edit_makes_a_post_longer_than_linkedin_accepts() {
    let text = "We love refactoring a lot. ".repeat(111);
    let options = Options {
        hashtags: 1,
        ..only(Operator::Hashtags)
    };
    assert_eq!(text.len(), 2_997);
    let found = propose(&text, &options);
    assert!(
        found.edits.is_empty() && found.rejected[0].why.contains("3000"),
        "{found:?}"
    );
    assert_eq!(propose(&text[27..], &options).edits.len(), 1);
}

#[test]
fn posts_that_hold_nothing_to_improve_stay() {
    for kind in [
        "empty",
        "blank lines",
        "emoji only",
        "one word",
        "link only",
        "rtl arabic",
        "japanese",
        "no spaces",
    ] {
        let (_, text) = corpus().into_iter().find(|(k, _)| *k == kind).expect(kind);
        assert_eq!(with(&Options::default(), &text), text, "{kind}");
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]

    #[test]
    fn pieces_of_triggers_keep_facts_and_settle(
        text in "(In order to |very |made a decision to |It seems that |was written by Ann|, and we |, but it |: a, b, and c|\\. |We |I think |40% |not |#tag |#OneTwo |https://x\\.io |@bob |“|”|\n|\n\n|- |1\\. |𝗕𝗼|é|🚀|\u{200b}|utilise |Oslo |don't |, and the team is |, which is |, making it |because we | — it is |: the plan is | \\(we are here\\)|What do you think\\? |Here is why we left\\. |significant |such as a, b and c\\. |to plan, act and build it\\. |had the chance to |Trust is key, but |continues to grow |\r\n|\x1b\\[0m|<!-- postwright: off x -->){0,24}",
    ) {
        check("generated", &text);
    }

    #[test]
    fn arbitrary_text_is_survived(text in proptest::prelude::any::<String>()) {
        check("arbitrary", &text);
    }
}

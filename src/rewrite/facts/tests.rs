//! The fact lock against edits that change facts and edits that do not.

use proptest::prelude::*;

use super::*;

/// An edit of a corpus: its class, the text before, the text after.
struct Case {
    class: &'static str,
    before: String,
    after: String,
}

/// Reads `class | text with {old=>new}`; `\n`, `\t` and `\u{200b}` are escapes.
fn corpus(table: &'static str) -> Vec<Case> {
    table
        .lines()
        .filter(|l| !l.is_empty() && !l.starts_with('#'))
        .map(|line| {
            let (class, text) = line.split_once(" | ").expect("class | text");
            let text = text
                .replace("\\n", "\n")
                .replace("\\t", "\t")
                .replace("\\u{200b}", "\u{200b}");
            let (mut before, mut after) = (String::new(), String::new());
            let mut rest = text.as_str();
            while let Some((plain, edit)) = rest.split_once('{') {
                let (edit, tail) = edit.split_once('}').expect("a closing brace");
                let (old, new) = edit.split_once("=>").expect("an arrow");
                before += plain;
                after += plain;
                before += old;
                after += new;
                rest = tail;
            }
            before += rest;
            after += rest;
            assert_ne!(before, after, "{line}");
            Case {
                class,
                before,
                after,
            }
        })
        .collect()
}

fn breaches(case: &Case) -> Vec<Breach> {
    Facts::of(&case.before).lost_or_invented(&Facts::of(&case.after))
}

fn percent(part: usize, all: usize) -> f64 {
    100.0 * f64::from(u32::try_from(part).unwrap()) / f64::from(u32::try_from(all).unwrap())
}

#[test]
fn edits_that_change_a_fact_are_rejected() {
    let cases = corpus(include_str!("data/adversarial.txt"));
    assert!(cases.len() >= 200);
    let missed: Vec<_> = cases.iter().filter(|c| breaches(c).is_empty()).collect();
    for c in &missed {
        println!("missed {}: {:?} -> {:?}", c.class, c.before, c.after);
    }
    let rate = percent(cases.len() - missed.len(), cases.len());
    println!(
        "rejected {rate:.1} % of {} edits that change a fact",
        cases.len()
    );
    assert!(rate >= 99.0, "{rate:.1} %");
}

#[test]
fn edits_that_change_no_fact_are_accepted() {
    let cases = corpus(include_str!("data/harmless.txt"));
    assert!(cases.len() >= 100);
    let mut refused = 0;
    for c in &cases {
        let found = breaches(c);
        if !found.is_empty() {
            refused += 1;
            println!(
                "refused {}: {:?} -> {:?}: {found:?}",
                c.class, c.before, c.after
            );
        }
    }
    let rate = percent(cases.len() - refused, cases.len());
    println!(
        "accepted {rate:.1} % of {} edits that change no fact",
        cases.len()
    );
    assert!(rate >= 95.0, "{rate:.1} %");
}

#[test]
fn facts_know_where_they_stand() {
    let text = "𝗪𝗲 grew 40% in Oslo, not Rome.\n#win @ann";
    let facts = Facts::of(text);
    let shown: Vec<_> = facts
        .all()
        .iter()
        .map(|f| (f.kind, f.span.of(text)))
        .collect();
    assert_eq!(
        shown,
        [
            (Kind::Number, "40%"),
            (Kind::Name, "Oslo"),
            (Kind::Negation, "not"),
            (Kind::Name, "Rome"),
            (Kind::Hashtag, "#win"),
            (Kind::Mention, "@ann"),
        ]
    );
    assert_eq!(facts.len(), 6);
    let at = text.find("Oslo").unwrap();
    assert!(facts.any_in(Span::new(at, at + 1)) && !facts.any_in(Span::new(0, 4)));
    assert!(Facts::of("We went home.").is_empty());
}

#[test]
fn hashtags_of_own_words_are_no_invention() {
    let before = Facts::of("We teach social selling and testing.");
    let keeps = |tags: &str| {
        before.lost_or_invented(&Facts::of(&format!(
            "We teach social selling and testing. {tags}"
        )))
    };
    assert_eq!(keeps("#SocialSelling #testing #sellingandtesting"), []);
    assert_eq!(keeps("#social_sell")[0].change, Change::Invented);
    assert_eq!(keeps("#SocialTesting")[0].kind, Kind::Hashtag);
}

#[test]
fn a_breach_tells_the_writer_what_and_how() {
    let facts = Facts::of("We did not lose 40 clients.");
    let found = facts.lost_or_invented(&Facts::of("We lost 41 clients."));
    let why: Vec<_> = found.iter().map(|b| b.why.as_str()).collect();
    assert_eq!(
        why,
        [
            "The number “40” would be lost or changed.",
            "The number “41” does not stand in the post like this.",
            "“not lose” would no longer deny what it denies now.",
        ]
    );
}

proptest! {
    #[test]
    fn a_text_keeps_its_own_facts(text in prop_oneof![
        any::<String>(),
        "(not |n't |Never |40% |\\$5 |Oslo |“|”|\"|'|May 3 |#a |@b |https://x\\.io |un|able |\\. |\n|- |5–10 |,|𝗕|é|\u{200b}){0,24}",
    ]) {
        let facts = Facts::of(&text);
        prop_assert_eq!(facts.lost_or_invented(&Facts::of(&text)), []);
        for fact in facts.all() {
            prop_assert!(text.get(fact.span.start..fact.span.end).is_some(), "{:?}", fact);
        }
    }

    #[test]
    fn another_number_is_seen_and_another_order_of_sentences_is_not(a in 2u32..100_000, b in 2u32..100_000) {
        prop_assume!(a != b);
        let text = |n: u32, m: u32| format!("We sold {n} bikes. They sold {m} vans.");
        let facts = Facts::of(&text(a, b));
        let keeps = |t: &str| facts.lost_or_invented(&Facts::of(t)).is_empty();
        prop_assert!(!keeps(&text(b, b)) && !keeps(&text(a, a)) && !keeps(&text(b, a)));
        let turned = format!("They sold {b} vans. We sold {a} bikes.");
        prop_assert!(keeps(&turned));
    }
}

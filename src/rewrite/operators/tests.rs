//! Each operator on a few sentences, and all of them on a corpus of posts.

use super::*;
use crate::post::Post;
use crate::rewrite::{Tone, Trim, apply_edits, propose};

pub(super) fn only(operator: Operator) -> Options {
    Options {
        operators: vec![operator],
        hashtags: 0,
        ..Options::default()
    }
}

pub(super) fn with(options: &Options, text: &str) -> String {
    apply_edits(text, &propose(text, options).edits)
}

pub(super) fn rewritten(operator: Operator, text: &str) -> String {
    with(&only(operator), text)
}

pub(super) fn same(operator: Operator, text: &str) {
    assert_eq!(rewritten(operator, text), text);
}

#[test]
fn names_are_those_that_serde_writes() {
    for op in Operator::ALL {
        assert_eq!(serde_json::to_value(op).unwrap(), op.name());
        assert!(!op.rationale().is_empty() && !op.source().is_empty());
    }
}

#[test]
fn rules_it_answers_exist() {
    for rule in Operator::ALL.iter().flat_map(|o| o.rules()) {
        assert!(crate::analysis::rules::selects_any(rule), "{rule}");
    }
}

#[test]
fn tighten_and_hedges() {
    let op = Operator::Tighten;
    assert_eq!(
        rewritten(op, "In order to grow we made use of 3 tools."),
        "To grow we used 3 tools."
    );
    assert_eq!(
        rewritten(op, "It was a very, very good day."),
        "It was a good day."
    );
    same(op, "“In order to lead,” she said, “listen.”");
    let op = Operator::DropHedges;
    assert_eq!(
        rewritten(op, "It seems that we lost 3 clients."),
        "We lost 3 clients."
    );
    same(op, "Maybe.");
    assert_eq!(rewritten(op, "It is arguably late."), "It is late.");
    same(op, "It is arguably one of the most important laws.");
    same(op, "It is arguably the best law.");
    let op = Operator::Tighten;
    same(op, "We meet via free calls Very good times");
    same(op, "Meet our new Innovation Awards program.");
}

#[test]
fn nominalisations() {
    let op = Operator::Verbs;
    assert_eq!(
        rewritten(
            op,
            "She gave an explanation of it. They have made a decision to go."
        ),
        "She explained it. They have decided to go."
    );
    assert_eq!(
        rewritten(op, "We did not conduct an analysis of costs."),
        "We did not analyse costs."
    );
    for (text, want) in [
        (
            "We had the pleasure of meeting Ann.",
            "We enjoyed meeting Ann.",
        ),
        ("I had the opportunity to speak.", "I got to speak."),
        ("They take advantage of it.", "They use it."),
        (
            "Paying attention to signals helps.",
            "Watching signals helps.",
        ),
        (
            "She is holding a discussion about it.",
            "She is holding a discussion about it.",
        ),
    ] {
        assert_eq!(rewritten(op, text), want);
    }
    same(op, "We have had the opportunity to speak.");
    same(op, "I was given an overview of the plan.");
    same(op, "We made a decision, and it held.");
}

#[test]
fn long_sentences_are_split_at_clauses() {
    let op = Operator::SplitSentences;
    let long = "We wanted to build a thing that people would use every day without any thought at all, and we \
                knew that it would take more than one attempt.";
    let want = long.replace(", and we", ". We");
    assert_eq!(rewritten(op, long), want);
    let but = long.replace(", and we", ", but we");
    assert_eq!(rewritten(op, &but), long.replace(", and we", ". But we"));
    same(op, &format!("If {}", long.to_lowercase()));
    same(op, "We went home, and we slept.");
    same(
        op,
        &long
            .replace("people", "(people")
            .replace("attempt", "attempt)"),
    );
}

#[test]
fn passives_that_are_safe() {
    let op = Operator::ActiveVoice;
    assert_eq!(
        rewritten(op, "The plan was written by our designer."),
        "Our designer wrote the plan."
    );
    assert_eq!(rewritten(op, "It was approved by Ann!"), "Ann approved it!");
    assert_eq!(rewritten(op, "They were invited by me."), "I invited them.");
    for (text, want) in [
        (
            "The plan is reviewed by our lawyers.",
            "Our lawyers review the plan.",
        ),
        (
            "The plan is being written by a lawyer.",
            "A lawyer is writing the plan.",
        ),
        (
            "The plan has been written by Ann.",
            "Ann has written the plan.",
        ),
        (
            "The video was independently produced by Acme.",
            "Acme independently produced the video.",
        ),
    ] {
        assert_eq!(rewritten(op, text), want);
    }
    for (text, want) in [
        (
            "The future of work will be written by a small slice of society.",
            "A small slice of society will write the future of work.",
        ),
        (
            "The talk will be given by an expert.",
            "An expert will give the talk.",
        ),
        (
            "The group is led by Acme, Beta, and Kin Partners.",
            "Acme, Beta, and Kin Partners lead the group.",
        ),
        ("I was joined by Ann and Bo.", "Ann and Bo joined me."),
        (
            "The tool is built by volunteers.",
            "Volunteers build the tool.",
        ),
    ] {
        assert_eq!(rewritten(op, text), want);
    }
    same(op, "The plan is reviewed by me.");
    same(op, "The list is kept by Fields.");
    for text in [
        "The letter was sent by Monday.",
        "The letter was sent by accident.",
        "The plan was written by Ann in a day.",
        "The plan was not written by Ann.",
        "Ann was hired by Acme.",
        "The plan that we liked was written by Ann.",
        "Was it written by Ann?",
        "The deck was made by working late.",
        "The team was driven by the need to win.",
        "We were humbled by the welcome.",
        "The plan was written by our team in the north of Italy.",
        "The tool is built by Ann, for students, and Bo.",
        "The list, once long, was kept by Ann.",
    ] {
        same(op, text);
        let post = Post::new(text);
        assert!(active::spans(&Draft::new(&post)).is_empty(), "{text}");
    }
}

#[test]
fn enumerations_become_bullets() {
    let op = Operator::List;
    assert_eq!(
        rewritten(
            op,
            "We need three things: time, money, and luck. That is all."
        ),
        "We need three things:\n- time\n- money\n- luck\n\nThat is all."
    );
    assert_eq!(
        rewritten(op, "We have offices: Oslo, Rome and Bonn."),
        "We have offices:\n- Oslo\n- Rome\n- Bonn"
    );
    same(op, "One rule: we ask, and we listen.");
    same(op, "Two things: time and money.");
    same(op, "We won: honestly, we tried, and it worked.");
}

#[test]
fn the_lead_moves_up() {
    let vague =
        "It was a cold morning and we stood around in the kitchen with our cups of coffee. "
            .repeat(6);
    let text = format!("{vague}We cut churn by 40% in six weeks. Nobody planned it.");
    let want = format!("We cut churn by 40% in six weeks.\n\n{vague}Nobody planned it.");
    assert_eq!(rewritten(Operator::MoveLead, &text), want);
    same(Operator::MoveLead, &text.replace("We cut", "It cut"));
    // The first that may stand above everything moves.
    let second = text.replace("We cut", "The plans cut 20% there. We cut");
    assert_eq!(
        rewritten(Operator::MoveLead, &second),
        want.replace("Nobody", "The plans cut 20% there. Nobody")
    );
    same(
        Operator::MoveLead,
        &text.replace("in six weeks", "in a plan of six weeks that went on and on for all of us in each of the houses and halls of the firm up and down the land"),
    );
    same(Operator::MoveLead, &format!("We won 3 prizes. {text}"));
}

#[test]
fn the_first_line_ends_before_the_fold() {
    let op = Operator::FirstLine;
    let tail = "It took the whole team a full quarter to see why that was and what we could have done about it much earlier";
    assert_eq!(
        rewritten(
            op,
            &format!("Most launches fail. {tail} than we did that year.")
        ),
        format!("Most launches fail.\n\n{tail} than we did that year.")
    );
    let clause = format!(
        "Most of our launches failed, but {}.",
        tail.replacen("It", "it", 1)
    );
    assert!(rewritten(op, &clause).starts_with("Most of our launches failed.\n\nBut it took"));
    same(
        op,
        "Short.\n\nAnd then more text follows here, for a while.",
    );
    same(op, &"a".repeat(400));
}

#[test]
fn walls_become_paragraphs() {
    let wall =
        "We started with a shared desk and a borrowed chair. Nobody came for a month. ".repeat(10);
    let out = rewritten(Operator::Paragraphs, &wall);
    assert!(out.matches("\n\n").count() >= 3);
    assert_eq!(out.replace("\n\n", " "), wall);
    same(Operator::Paragraphs, "Short one. And another.");
    let named = "We started with Acme Inc. Europe and a borrowed chair. ".repeat(15);
    let out = rewritten(Operator::Paragraphs, &named);
    assert!(out.contains("\n\n") && !out.contains("Inc.\n"), "{out}");
}

#[test]
fn links_go_to_the_end() {
    let op = Operator::LinksLast;
    assert_eq!(
        rewritten(
            op,
            "Read it: https://a.example/x?v=2\n\nIt changed us.\n\nWhat would you add?\n\n#tag"
        ),
        "It changed us.\n\nWhat would you add?\n\nRead it: https://a.example/x?v=2\n\n#tag"
    );
    same(op, "It changed us.\n\nhttps://a.example/x\n\n#tag");
    same(op, "https://a.example/x");
    same(
        op,
        "We wrote about it at https://b.example/post and people really liked it.\n\nYes.",
    );
}

#[test]
fn hashtags_go_to_the_end_and_are_made_of_the_posts_words() {
    let op = Operator::Hashtags;
    assert_eq!(
        rewritten(op, "We love #rust at work. #devlife\n\nYes."),
        "We love rust at work.\n\nYes.\n\n#rust #devlife"
    );
    same(op, "We love #OpenSource here.\n\n#team");
    let three = Options {
        hashtags: 2,
        ..only(op)
    };
    assert_eq!(
        with(
            &three,
            "Automation pays. Do automation early, with Kubernetes. We know Kubernetes."
        ),
        "Automation pays. Do automation early, with Kubernetes. We know Kubernetes.\n\n#automation #Kubernetes"
    );
    let given = Options {
        keywords: vec!["social selling".to_owned(), "not there".to_owned()],
        ..three
    };
    let text = "We teach social selling.\n\n#sales";
    assert_eq!(
        with(&given, text),
        "We teach social selling.\n\n#sales #SocialSelling"
    );
    assert_eq!(with(&given, "We teach."), "We teach.");
}

#[test]
fn hashtags_are_made_of_topics_only() {
    let text = "The biggest problem was noise: a noise in the mail, and misunderstandings of the mail. \
                Heather Domin spoke of AI and of data privacy, and Heather Domin was clear. AI is new.";
    let asked = |keywords: &[&str]| {
        let options = Options {
            hashtags: 9,
            keywords: keywords.iter().map(|k| (*k).to_owned()).collect(),
            ..only(Operator::Hashtags)
        };
        with(&options, text)[text.len()..].trim().to_owned()
    };
    let poor = [
        "misunderstandings",
        "noise",
        "mail",
        "biggest problem",
        "Heather Domin",
        "Heather",
        "clear",
    ];
    assert_eq!(asked(&poor), "");
    assert_eq!(asked(&["data privacy", "ai", "noise"]), "#DataPrivacy #AI");
    assert_eq!(asked(&[]), "#AI");
}

#[test]
fn styled_letters_become_plain() {
    assert_eq!(
        rewritten(Operator::PlainLetters, "𝗕𝗶𝗴 𝗻𝗲𝘄𝘀! 𝟰 jobs ½"),
        "Big news! 4 jobs ½"
    );
}

#[test]
fn trimming_leaves_out_what_matters_least_and_holds_no_fact() {
    let text = "We listen first. We grew 40%. Most people talk. Be kind.";
    let trim = |limit, importance: &[f64]| Options {
        trim: Some(Trim {
            limit,
            importance: importance.to_vec(),
        }),
        ..only(Operator::Trim)
    };
    assert_eq!(
        with(&trim(45, &[0.9, 0.0, 0.1, 0.5]), text),
        "We listen first. We grew 40%. Be kind."
    );
    assert_eq!(with(&trim(15, &[0.9, 0.0, 0.1, 0.5]), text), "We grew 40%.");
    let short = propose(text, &trim(5, &[0.9, 0.0, 0.1, 0.5]));
    assert!(
        short.edits.is_empty() && short.rejected[0].why.contains("still has 12"),
        "{short:?}"
    );
    let wrong = propose(text, &trim(5, &[0.9]));
    assert!(wrong.rejected[0].why.contains("1 importance scores for 4"));
    let lines = "We listen first.\n\nMost people talk.\n\nBe kind.";
    assert_eq!(
        with(&trim(40, &[0.9, 0.1, 0.5]), lines),
        "We listen first.\n\nBe kind."
    );
    assert_eq!(
        with(&trim(40, &[0.9, 0.5, 0.1]), lines),
        "We listen first.\n\nMost people talk."
    );
}

#[test]
fn tones() {
    let tone = |t, text| {
        let options = Options {
            tone: Some(t),
            ..only(Operator::Tone)
        };
        with(&options, text)
    };
    assert_eq!(
        tone(Tone::Plainer, "We utilise numerous tools."),
        "We use many tools."
    );
    assert_eq!(
        tone(
            Tone::Warmer,
            "I am pleased to announce that we do not charge."
        ),
        "I'm happy to share that we don't charge."
    );
    assert_eq!(
        tone(Tone::MoreFormal, "We're sure kids won't mind; they can't."),
        "We are sure children will not mind; they cannot."
    );
    assert_eq!(
        tone(Tone::MoreFormal, "“We're sure,” she said."),
        "“We're sure,” she said."
    );
}

#[test]
fn passages_to_keep_and_directives_are_left_alone() {
    let text = "In order to win, listen. In order to lose, talk.";
    let keep = Options {
        keep: vec![Span::new(3, 8)],
        ..only(Operator::Tighten)
    };
    let found = propose(text, &keep);
    assert_eq!(
        apply_edits(text, &found.edits),
        "In order to win, listen. To lose, talk."
    );
    assert!(found.rejected[0].why.contains("keep"));
    same(
        Operator::Tighten,
        "<!-- postwright: off style/wordiness -->\nIn order to win, listen.",
    );
    same(
        Operator::Tighten,
        "<!-- postwright: off rewrite/tighten -->\nIn order to win, listen.",
    );
}

#[test]
fn english_operators_are_silent_elsewhere() {
    let other = Options {
        english: false,
        ..only(Operator::Tighten)
    };
    assert!(propose("In order to win", &other).edits.is_empty());
}

#[test]
fn line_endings_of_the_input_are_kept() {
    let text = "We need three things: time, money, and luck.\r\n\r\nIn order to win.\r\n";
    assert_eq!(
        rewritten(Operator::List, text),
        "We need three things:\r\n- time\r\n- money\r\n- luck\r\n\r\nIn order to win.\r\n"
    );
    assert_eq!(
        rewritten(Operator::Tighten, text),
        text.replace("In order to", "To")
    );
}

//! The operators that work towards a goal: a reading grade, a hook, a call, a length.

use super::tests::{only, rewritten, same, with};
use super::{Operator, Options};
use crate::rewrite::Trim;

/// `text` as `operator` leaves it while a post is to read at `grade`.
pub(super) fn at_grade(operator: Operator, grade: f64, text: &str) -> String {
    let options = Options {
        grade: Some(grade),
        ..only(operator)
    };
    with(&options, text)
}

#[test]
fn a_grade_cuts_more() {
    let op = Operator::SplitSentences;
    for (text, want) in [
        (
            "The airline changed its plan last year, and the new system is much faster now.",
            "The airline changed its plan last year. The new system is much faster now.",
        ),
        (
            "We joined the new programme in spring, which is open to all teams.",
            "We joined the new programme in spring. This is open to all teams.",
        ),
        (
            "We signed two of the new rules, which are open to all teams.",
            "We signed two of the new rules. These are open to all teams.",
        ),
        (
            "The report explains every step of the work, making it easy to follow.",
            "The report explains every step of the work. This makes it easy to follow.",
        ),
        (
            "The team improved the plan in a single day, thereby creating more time for us.",
            "The team improved the plan in a single day. This created more time for us.",
        ),
        (
            "It will show you every step of the work, helping you to plan.",
            "It will show you every step of the work. This will help you to plan.",
        ),
        (
            "Startups are hit hardest because they lack the capacity to keep up.",
            "Startups are hit hardest. That is because they lack the capacity to keep up.",
        ),
        (
            "This is not about adding tools to science — it is about how we work.",
            "This is not about adding tools to science. It is about how we work.",
        ),
        (
            "The message of the day was clear: retailers must put their own data first.",
            "The message of the day was clear. Retailers must put their own data first.",
        ),
        (
            "We wrote down every single question and discussed the answers with them.",
            "We wrote down every single question. We discussed the answers with them.",
        ),
        (
            "Old shops are full of people in the north, while new ones are empty.",
            "Old shops are full of people in the north. Meanwhile, new ones are empty.",
        ),
        (
            "Follow us to hear of events near you all year (we are all over the world).",
            "Follow us to hear of events near you all year. We are all over the world.",
        ),
    ] {
        assert_eq!(at_grade(op, -9.0, text), want);
    }
    for text in [
        "We think that time, money, and the team are what matters most in the end.",
        "I found the stories it can tell, the problems it can solve, and the people it can reach.",
        "Bring up one flaw during a meeting with them, and you will hear about it.",
        "The team, which is based in Oslo, has grown by half in the last year.",
        "We succeed in planning ahead, making things simple, and asking for help every time.",
        "Ray is an adviser for all of the north, helping firms to grow faster.",
        "The order sets one standard for all of us, creating peace and sharply curbing doubt.",
        "We did not leave because we were tired of all the work there.",
        "Was the message of the day clear to you, and the plan is good?",
        "It does more than the old one did, but also brings new risks for all.",
    ] {
        assert_eq!(at_grade(op, -9.0, text), text);
    }
}

#[test]
fn a_grade_that_is_met_changes_nothing() {
    let text = "The airline changed its plan last year, and the new system is much faster now. It is an \
                important step. They must plan ahead, act fast and learn more.";
    for op in [Operator::SplitSentences, Operator::Grade, Operator::List] {
        assert_eq!(at_grade(op, 30.0, text), text);
        assert_ne!(at_grade(op, -9.0, text), text, "{}", op.name());
    }
}

#[test]
fn long_words_go_the_worst_first_until_the_grade_is_met() {
    let op = Operator::Grade;
    let text = "We collaborated with additional companies. It is an important addition that continues to grow.";
    assert_eq!(
        at_grade(op, -9.0, text),
        "We worked with more firms. It is a key addition that keeps growing."
    );
    let once = at_grade(op, 9.0, text);
    assert!(once != text && once != at_grade(op, -9.0, text), "{once}");
    same(op, "We utilise it. We like it.");
    let silent = Options {
        grade: None,
        ..only(op)
    };
    assert_eq!(with(&silent, text), text);
}

#[test]
fn a_grade_takes_enumerations_apart() {
    let op = Operator::List;
    assert_eq!(
        at_grade(
            op,
            -9.0,
            "They must understand how systems work, question assumptions and build trust. Yes."
        ),
        "They must:\n- understand how systems work\n- question assumptions\n- build trust\n\nYes."
    );
    assert_eq!(
        at_grade(
            op,
            -9.0,
            "The new fund includes data centres, cloud capacity and access to tools."
        ),
        "The new fund includes:\n- data centres\n- cloud capacity\n- access to tools"
    );
    for text in [
        "We set clear, practical, and good paths.",
        "Our pillars of trust, care, and skill are here.",
        "To learn their ways, check out the guide, and call us.",
        "We took time, money, or luck.",
        "We use it all the time to find, train and keep the staff.",
        "It fuels trust, attracts talent and reinforces the measures.",
    ] {
        assert_eq!(at_grade(op, -9.0, text), text);
    }
}

#[test]
fn a_stronger_sentence_opens_the_post() {
    let op = Operator::Hook;
    let vague =
        "It was a cold morning and we stood around in the kitchen with our cups of coffee. ";
    let end = "We spoke of sales, trust, Lisbon, launches and the manual. The day ended. Good night to all.";
    let post = |lead: &str| format!("{}\n\n{}{lead} {end}", vague.trim(), vague.repeat(2));
    let lifted = |lead: &str| format!("{lead}\n\n{}\n\n{}{end}", vague.trim(), vague.repeat(2));
    for lead in [
        "Sales rose by 40% in a week.",
        "Trust is slow, but doubt is fast.",
        "Why do most launches fail?",
        "Nobody reads the manual at all.",
    ] {
        let text = post(lead);
        let by_lead = rewritten(Operator::MoveLead, &text) != text;
        let want = if by_lead { text.clone() } else { lifted(lead) };
        assert_eq!(rewritten(op, &text), want);
    }
    let announced = post("Here is why we left Lisbon.");
    assert_eq!(
        rewritten(op, &announced),
        format!("Why did we leave Lisbon?\n\n{announced}")
    );
    for text in [
        post("It rose by 40% in a week.").replace("It rose", "They rose"),
        post("Not because we failed."),
        post("Thanks to all 40 of you for coming."),
        format!(
            "We lost 3 clients.\n\n{}",
            post("Trust is slow, but doubt is fast.")
        ),
    ] {
        same(op, &text);
    }
}

#[test]
fn what_opens_a_post_is_about_it_and_needs_nothing_before_it() {
    let op = Operator::Hook;
    let vague = "It was a cold morning and we stood around in the kitchen with our cups of coffee.";
    let end = "We spoke of health records and of winners. The day ended. Good night to all.";
    let post = |lead: &str| format!("{vague}\n\n{vague} {vague}\n\n{lead} {end}");
    let asked = "Why do most health records fail?";
    assert!(rewritten(op, &post(asked)).starts_with(asked));
    for lead in [
        "Who are the winners?",
        "Why do most gardens fail?",
        "Ann asked: “What is lost? Why do most health records fail? Who knows?”",
        "These are open: Why do most health records fail?",
        "Why do most health records fail? Who wins when records fail?",
        "Who wins? Most health records are lost.",
        "The rule is simple. Most health records are lost.",
        "Most health records hold that error.",
        "✅ It is open. Why do most health records fail?",
    ] {
        same(op, &post(lead));
    }
}

#[test]
fn a_first_line_that_breaks_nowhere_gets_another_above_it() {
    let op = Operator::Hook;
    let long = "We are looking for one senior engineer with several years of work on tools for fair audits of hiring software in large public bodies to lead the team.";
    let said = "Fair audits are part of public hiring.";
    let rest = "We met in spring. The day was long. The night was short.";
    assert_eq!(
        rewritten(op, &format!("{long}\n\n{rest} {said} {rest}")),
        format!("{said}\n\n{long}\n\n{rest} {rest}")
    );
    let short = long.replace(" with several years of work on tools for fair audits", "");
    same(op, &format!("{short}\n\nFair audits. {rest} {said} {rest}"));
}

#[test]
fn the_call_goes_to_the_end() {
    let op = Operator::CallToAction;
    let filler =
        "We went home. The day was long. The night was short. We slept. We woke. We ate. We left.";
    assert_eq!(
        rewritten(
            op,
            &format!("We won.\n\nWhat would you do?\n\n{filler}\n\nhttps://x.example/a\n\n#tag")
        ),
        format!("We won.\n\n{filler}\n\nWhat would you do?\n\nhttps://x.example/a\n\n#tag")
    );
    same(op, "We won.\n\nWhat would you do?");
    same(op, &format!("What would you do?\n\n{filler}"));
    same(
        op,
        &format!("We won. Comment YES if you agree!\n\n{filler}"),
    );
}

#[test]
fn a_post_without_a_call_asks_what_fits_it() {
    let op = Operator::CallToAction;
    let filler = "We went home. The day was long. The night was short. ".repeat(7);
    let post = |opening: &str| format!("{opening} {}", filler.trim());
    for (opening, question) in [
        ("Trust should be slow.", "How do you see it?"),
        ("Here are tips for calm days.", "What has worked for you?"),
        (
            "I quit my job. I found a door. I went in.",
            "Has something like this happened to you?",
        ),
        (
            "A survey says that 40% of clerks are calm.",
            "Does this match what you see?",
        ),
        ("The forum is upcoming.", "Will you be there?"),
        (
            "Be calm:\n- Write it down.\n- Choose one.\n- Build it.\n\nThat is all.",
            "What would you add?",
        ),
    ] {
        let text = post(opening);
        let want = format!("{text}\n\n{question}");
        assert_eq!(rewritten(op, &text), want);
        assert_eq!(
            rewritten(op, &format!("{text}\n\n#a")),
            format!("{want}\n\n#a")
        );
        assert_eq!(rewritten(op, &want), want);
    }
    for opening in [
        "We are proud to launch the tool.",
        "We are hiring.",
        "The forum was loud.",
        "Our founder died.",
        "Trust is slow.",
        "I found a door. I went in. I sat down.",
        "Mom should be calm.",
    ] {
        same(op, &post(opening));
    }
    same(op, "Trust should be slow.");
    same(
        op,
        &format!("{}\n\nAnn Lee Bo Roe", post("Trust should be slow.")),
    );
}

#[test]
fn only_advice_on_a_practice_asks_about_it() {
    let op = Operator::CallToAction;
    let filler = "We went home. The day was long. The night was short. ".repeat(7);
    let asked = |keyword: &str, text: &str| {
        let options = Options {
            keywords: vec!["nowhere".to_owned(), keyword.to_owned()],
            ..only(op)
        };
        let text = format!("{text} {}", filler.trim());
        with(&options, &text)[text.len()..].trim().to_owned()
    };
    let tips = "These are tips about team leadership. They are for women, mice, tomorrow and you.";
    let about = "What has worked for you with team leadership?";
    assert_eq!(asked("Team Leadership", tips), about);
    for keyword in [
        "women",
        "mice",
        "tomorrow",
        "choice issue",
        "improving healthcare",
        "team",
    ] {
        assert_eq!(asked(keyword, tips), "What has worked for you?");
    }
    let view = "We should write about team leadership.";
    assert_eq!(asked("team leadership", view), "How do you see it?");
}

#[test]
fn what_is_said_twice_goes_first() {
    let text = "We listen first. Great teams always listen closely. Great teams always listen very closely.";
    let options = Options {
        trim: Some(Trim {
            limit: 60,
            importance: vec![0.1, 0.9, 0.8],
        }),
        ..only(Operator::Trim)
    };
    let once = with(&options, text);
    assert_eq!(once, "We listen first. Great teams always listen closely.");
    let met = Options {
        trim: Some(Trim {
            limit: 60,
            importance: vec![0.1, 0.9],
        }),
        ..options
    };
    assert_eq!(with(&met, &once), once);
}

#[test]
fn a_first_line_ends_where_readers_pause_or_stays() {
    let op = Operator::FirstLine;
    let more = "in several regions of the country need more of the trained staff that they cannot find anywhere";
    for (text, end) in [
        (
            "Fairness audits of tools for large public bodies are here, and we hear that offices"
                .to_owned(),
            "are here.",
        ),
        (
            "Proud to share our guide to fair audits of hiring tools, which shows that offices"
                .to_owned(),
            "tools,",
        ),
        (
            "We are announcing today that offices of public bodies".to_owned(),
            "announcing today:",
        ),
        (
            "After two long years of work on fair audits of hiring tools, we know that offices"
                .to_owned(),
            "tools,",
        ),
    ] {
        let out = rewritten(op, &format!("{text} {more}.\n\nMore text follows."));
        let first = out.lines().next().unwrap();
        assert!(
            first.ends_with(end) && first.chars().count() <= 140,
            "{out}"
        );
    }
    // Where no reader pauses, a phrase ends it.
    let text = format!("We are telling all of you that offices for fair audits {more}.");
    let out = rewritten(op, &format!("{text}\n\nMore text follows."));
    assert!(out.contains("fair audits\n\nin several"), "{out}");
    same(
        op,
        &format!(
            "- Fairness audits, hiring tools, and offices {}.",
            "of more ".repeat(20)
        ),
    );
}

#[test]
fn what_a_cut_would_twist_stays() {
    for text in [
        "However, the team and the board made a choice.",
        "Last year, our team and our board will launch a new plan.",
        "Sales, marketing and product leaders meet every week in Oslo.",
        "The guide describes budgets, contracts and taxes for small firms.",
        "We are open 9 - 5, Monday, Tuesday and Friday.",
    ] {
        assert_eq!(at_grade(Operator::List, -9.0, text), text);
    }
    for text in [
        "We help teams plan their week, build better tools, and ship good products.",
        "Let teams own the plan, choose the tools, and ship the product.",
        "We have a small team in Oslo, working on the next release.",
        "We are a small company that helps banks cut their costs.",
        "I wrote this post while waiting for the train in Oslo.",
        "We hired Ann for the north team this spring, leading five engineers.",
        "It took us more than ten years of hard work in the lab to build this one drug.",
        "While the kids are asleep, I write my posts for the next week.",
        "We only hire people with skills such as planning and coding.",
        "We met the teams in five cities, including Rome and Oslo, last year.",
        "Experts say the plan is late, the team is small, and the budget is gone.",
        "My boss told me: you can do it in a week.",
        "My wife runs a shop in the old town and keeps the books at night.",
    ] {
        let cut = at_grade(Operator::SplitSentences, -9.0, text);
        let wrong = cut.contains("It keeps") || cut.contains("I keep");
        assert!(
            cut == text || text.starts_with("My wife") && !wrong,
            "{cut}"
        );
    }
    for text in [
        "A highly innovative company has no meaningful evidence of it.",
        "We, however, left at noon with all of them.",
        "We are going to Berlin with all of them.",
    ] {
        let out = at_grade(Operator::Grade, -9.0, text);
        for wrong in ["highly company", "no evidence", "We, but", "will Berlin"] {
            assert!(!out.contains(wrong), "{out}");
        }
    }
    let out = at_grade(Operator::Grade, -9.0, "We defend the employees' rights.");
    assert_eq!(out, "We defend the employees' rights.");
}

//! What stands at the end of a sentence.

use super::Operator;
use super::lexis::{self, Form};
use super::tail::DOINGS;
use super::tests_by_goal::at_grade;

fn cut(text: &str) -> String {
    at_grade(Operator::SplitSentences, -9.0, text)
}

#[test]
fn every_doing_is_a_verb_that_is_known() {
    for word in DOINGS.split_whitespace() {
        assert!(lexis::verb(word, Form::Ing).is_some(), "{word}");
    }
}

#[test]
fn what_ends_a_sentence_becomes_one() {
    for (text, want) in [
        (
            "The new report maps the whole market, using data from many small firms.",
            "The new report maps the whole market. It uses data from many small firms.",
        ),
        (
            "In 2024, we opened an office in the north, serving all the towns there.",
            "In 2024, we opened an office in the north. We served all the towns there.",
        ),
        (
            "We will improve the service for all our readers while keeping the old price.",
            "We will improve the service for all our readers. We will also keep the old price.",
        ),
        (
            "They signed the first deal in the spring, a partnership of two old rivals.",
            "They signed the first deal in the spring. This is a partnership of two old rivals.",
        ),
        (
            "Last year we built a new tool that helps the smallest firms to plan.",
            "Last year we built a new tool. It helps the smallest firms to plan.",
        ),
        (
            "We wrote a short guide explaining how the new rules work for all.",
            "We wrote a short guide. It explains how the new rules work for all.",
        ),
        (
            "They built a new platform to help the teams plan their work.",
            "They built a new platform. The aim was to help the teams plan their work.",
        ),
        (
            "Attackers steal the keys of the house, drain all funds, and pay the rest.",
            "Attackers steal the keys of the house. They drain all funds. They pay the rest.",
        ),
    ] {
        assert_eq!(cut(text), want);
        assert_eq!(cut(want), want);
    }
}

#[test]
fn what_leans_on_the_rest_stays() {
    for text in [
        "We need a new tool that helps the smallest firms to plan ahead.",
        "They want to build a new tool that helps the smallest firms to plan.",
        "We have no new tool that helps the smallest firms to plan ahead.",
        "The author of the book wrote for all of us, using data from many firms.",
        "She spoke with the head of the bank, a leader of the old school.",
        "If the report maps the whole market, using data is of no more use here.",
        "We met the people that help the smallest firms to plan.",
        "We like the way to help the teams plan their work.",
        "We enjoy planning, meeting people, using data, and making tea for all.",
    ] {
        assert_eq!(cut(text), text);
    }
}

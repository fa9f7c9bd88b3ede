//! Where first lines may end.

use super::pause::places;
use super::phrase_end::phrase_ends;
use proptest::prelude::*;

fn broken(sentence: &str) -> Vec<String> {
    let places = places(sentence, true);
    places.iter().map(|&at| sentence[..at].to_owned()).collect()
}

#[test]
fn readers_pause_at_marks_clauses_and_afterthoughts() {
    for (sentence, first) in [
        (
            "The message of the day was clear: shops must own their data",
            "The message of the day was clear:",
        ),
        (
            "It is a great year for us – but we need more people",
            "It is a great year for us –",
        ),
        (
            "We won the prize this year 🎉 Thank you to the whole team",
            "We won the prize this year 🎉",
        ),
        (
            "In Oslo this week for the fair, we are meeting old friends",
            "In Oslo this week for the fair,",
        ),
        (
            "As the whole market grows, the new law is set to help",
            "As the whole market grows,",
        ),
        (
            "Last week at the forum, it was a joy to speak",
            "Last week at the forum,",
        ),
        (
            "The tool is out, and the team is glad to see it",
            "The tool is out,",
        ),
        (
            "The tool is ready for you, helping small teams to grow",
            "The tool is ready for you,",
        ),
        (
            "They wrote about the gap, the growing divide between us",
            "They wrote about the gap,",
        ),
        (
            "We have many customers, including most banks in town",
            "We have many customers,",
        ),
        (
            "Proud to share the plan, which took us a year",
            "Proud to share the plan,",
        ),
        (
            "We built the tool ourselves because it did not exist",
            "We built the tool ourselves",
        ),
    ] {
        assert_eq!(
            broken(sentence).first().map(String::as_str),
            Some(first),
            "{sentence}"
        );
    }
}

#[test]
fn a_line_without_a_pause_ends_with_a_phrase() {
    for (sentence, want) in [
        (
            "We look for a senior engineer with a good eye to lead the team",
            Some("We look for a senior engineer"),
        ),
        (
            "The new office in the old town of Rome is open for all of you now",
            Some("The new office in the old town of Rome is open"),
        ),
        (
            "They say that all of us are looking at the same house now",
            None,
        ),
    ] {
        let ends = phrase_ends(sentence);
        assert_eq!(ends.first().map(|&at| &sentence[..at]), want, "{sentence}");
    }
}

#[test]
fn no_reader_pauses_within_a_phrase_or_a_series() {
    for sentence in [
        "Colleagues from the Reserve Bank of Oslo and the Bank of Rome met today to talk",
        "The law asks for a full audit of when data left the house",
        "It was not physical, sexual, or verbal abuse that they met with",
        "We are announcing today that all member firms have signed the new rules",
        "We look for a person to lead the design, deployment, and care of the tools",
        "My latest book is Decline of Privacy: A Look Back At It",
        "We like building things, helping people, and making plans for all",
        "We need the time, the money and the people to do it",
        "This is about (as we said, because it is new) the tool",
        "It is about films like “Late Home,” “Early Bird,” and many others",
        "We know when we are wrong about the plan and the tool",
    ] {
        assert_eq!(broken(sentence), Vec::<String>::new(), "{sentence}");
    }
}

proptest! {
    #[test]
    fn lines_end_at_blanks_alone(text in "(In|we|are|and|because|🚀|,|—|:|é|\\(| ){0,30}") {
        for at in places(&text, true) {
            prop_assert!(text[at..].starts_with(' '));
        }
    }
}

#[test]
fn of_another_language_only_marks_tell() {
    let marked = "Das ist die neue Regel: wir fragen immer zuerst, weil es hilft";
    let all: Vec<&str> = places(marked, false)
        .iter()
        .map(|&at| &marked[..at])
        .collect();
    assert_eq!(all, ["Das ist die neue Regel:"]);
}

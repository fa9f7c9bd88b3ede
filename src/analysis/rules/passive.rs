//! `style/passive-voice`: a form of "be", adverbs, and a past participle; "get" only where an
//! agent with "by" follows, since "get hired" has no active form that anyone would write.

use super::line::Line;
use super::table::PASSIVE_VOICE;
use super::word_sets::{ADVERBS, PARTICIPLES, STATIVE};
use crate::analysis::finding::Finding;
use crate::post::Span;

/// Adverbs read between the auxiliary and the participle.
const MAX_ADVERBS: usize = 2;

pub(super) fn find(line: &Line, out: &mut Vec<Finding>) {
    let mut i = 0;
    while i < line.words.len() {
        match passive_at(line, i) {
            Some(last) => {
                let span = Span::new(line.words[i].start, line.words[last].end);
                out.push(line.finding(&PASSIVE_VOICE, span, message(line, span, last)));
                i = last + 1;
            }
            None => i += 1,
        }
    }
}

fn message(line: &Line, span: Span, last: usize) -> String {
    let found = span.of(line.normal());
    if line.follows(last + 1) && line.word(last + 1) == "by" {
        format!("“{found}” is passive, yet you name who acts. Put them first.")
    } else {
        format!("“{found}” is passive. If it matters who acts, make them the subject.")
    }
}

/// The index of the participle, where word `i` opens a passive.
fn passive_at(line: &Line, i: usize) -> Option<usize> {
    let word = line.word(i);
    let get = matches!(word, "get" | "gets" | "got" | "getting" | "gotten");
    if !get && !is_be(word) {
        return None;
    }
    // "There are paid plans": the participle belongs to the noun behind it.
    if i > 0 && matches!(line.word(i - 1), "there" | "here") {
        return None;
    }
    let mut at = i + 1;
    while at <= i + MAX_ADVERBS && line.follows(at) && is_adverb(line.word(at)) {
        at += 1;
    }
    let by = line.follows(at + 1) && line.word(at + 1) == "by";
    let yes = line.follows(at) && is_participle(line, at, word, by) && (by || !get);
    yes.then_some(at)
}

fn is_be(word: &str) -> bool {
    matches!(
        word,
        "am" | "is"
            | "are"
            | "was"
            | "were"
            | "be"
            | "been"
            | "being"
            | "isn't"
            | "aren't"
            | "wasn't"
            | "weren't"
            | "i'm"
            | "we're"
            | "you're"
            | "they're"
    )
}

fn is_adverb(word: &str) -> bool {
    ADVERBS.contains(word)
}

fn is_participle(line: &Line, at: usize, be: &str, by: bool) -> bool {
    let word = line.word(at);
    // A capital in mid-sentence is a name: "is United".
    if STATIVE.contains(word)
        || line.words[at]
            .of(line.normal())
            .starts_with(char::is_uppercase)
    {
        return false;
    }
    match word {
        // "I am done", "it was built" tell a state as often as an act.
        "done" | "built" | "made" => by || matches!(be, "be" | "been" | "being"),
        "said" => false,
        _ if PARTICIPLES.contains(word) => true,
        _ => {
            word.len() > 4
                && word.ends_with("ed")
                && !word.ends_with("eed")
                && !word.contains('-')
                && (!word.starts_with("un") || word.starts_with("under"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{clean, flags};

    const RULE: &str = "style/passive-voice";

    #[test]
    fn passives() {
        assert_eq!(
            flags(RULE, "The report was written by a bot."),
            ["was written"]
        );
        assert_eq!(
            flags(RULE, "It has been widely adopted."),
            ["been widely adopted"]
        );
        assert_eq!(flags(RULE, "We’re not told why."), ["We’re not told"]);
        assert_eq!(
            flags(RULE, "It got rejected by the board."),
            ["got rejected"]
        );
        assert_eq!(flags(RULE, "It can be done."), ["be done"]);
        assert_eq!(flags(RULE, "It was built by us."), ["was built"]);
    }

    #[test]
    fn states_and_names_are_no_passives() {
        for line in [
            "I am excited and was born in May.",
            "We were tired, it is complicated, she’s married.",
            "I got hired. You get started.",
            "There are paid plans.",
            "This is red, that is indeed a need.",
            "I am done. It was United who won. It is built on sand.",
            "He was, added the editor, right.",
            "It is unprecedented.",
            "I was supposed to go; we are focused.",
            "It was a written rule.",
        ] {
            clean(RULE, line);
        }
    }
}

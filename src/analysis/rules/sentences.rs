//! `style/long-sentence` and `style/repeated-punctuation`.

use super::RuleSettings;
use super::line::Line;
use super::table::{LONG_SENTENCE, REPEATED_PUNCTUATION};
use crate::analysis::finding::Finding;
use crate::post::Span;

pub(super) fn find_long(line: &Line, settings: &RuleSettings, out: &mut Vec<Finding>) {
    for &sentence in &line.parsed.sentences {
        let words = line.parsed.words_in(sentence).count();
        if words > settings.max_sentence_words {
            let message = format!(
                "{words} words in one sentence. Past {} readers lose the thread; split it.",
                settings.max_sentence_words
            );
            out.push(LONG_SENTENCE.finding(sentence, message));
        }
    }
}

pub(super) fn find_repeated_punctuation(line: &Line, out: &mut Vec<Finding>) {
    let text = line.normal();
    let is_mark = |c: char| matches!(c, '!' | '?');
    let mut at = 0;
    while let Some(found) = text[at..].find(is_mark) {
        let start = at + found;
        let len = text[start..]
            .find(|c| !is_mark(c))
            .unwrap_or(text.len() - start);
        let run = &text[start..start + len];
        at = start + len;
        // "?!" once is punctuation; "?!?" is not.
        if len < 2 || matches!(run, "?!" | "!?") {
            continue;
        }
        let with = if run.contains('?') { "?" } else { "!" };
        let span = Span::new(start, at);
        let message = format!("“{run}” says no more than “{with}”.");
        let finding = line.finding(&REPEATED_PUNCTUATION, span, message);
        let masked = line.is_masked(finding.span);
        out.push(if masked {
            finding
        } else {
            finding.with([with])
        });
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{clean, fixed, flags};

    #[test]
    fn long_sentences() {
        let long = format!("Short one. {} end.", "word ".repeat(26).trim_end());
        assert_eq!(flags("style/long-sentence", &long).len(), 1);
        let twice = format!("{long} {long}");
        assert_eq!(flags("style/long-sentence", &twice).len(), 2);
        clean(
            "style/long-sentence",
            &format!("{} end.", "word ".repeat(24).trim_end()),
        );
        clean(
            "style/long-sentence",
            &"Ten words are in this sentence, as you see. ".repeat(9),
        );
        clean("style/long-sentence", "");
    }

    #[test]
    fn repeated_punctuation() {
        fixed("style/repeated-punctuation", "We won!!!", "We won!");
        fixed("style/repeated-punctuation", "What?!?! No", "What? No");
        clean("style/repeated-punctuation", "What?! Yes! No?");
        clean("style/repeated-punctuation", "Wait... https://x.io/?a!!b");
        clean("style/repeated-punctuation", "! ? !");
    }
}

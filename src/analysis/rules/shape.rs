//! Rules about the shape of a post: paragraphs, rhythm, openings in a row, the call at its end.

use super::RuleSettings;
use super::document::{Document, Sentence};
use super::line::words;
use super::table::{MONOTONOUS_RHYTHM, NO_CALL_TO_ACTION, REPEATED_OPENING, WALL_OF_TEXT};
use crate::analysis::finding::Finding;
use crate::analysis::structure::call;
use crate::post::Span;

/// Characters from which a line counts as full: about one line on a phone.
const FULL_LINE: usize = 40;

/// Sentences of fewer words on average make a staccato, which is meant.
const SHORTEST_MEAN_WORDS: usize = 5;

pub(super) fn find_walls(doc: &Document, settings: &RuleSettings, out: &mut Vec<Finding>) {
    let mut next = 0;
    for &paragraph in doc.paragraphs {
        let from = next + doc.lines[next..].partition_point(|l| l.start < paragraph.start);
        next = from + doc.lines[from..].partition_point(|l| l.start < paragraph.end);
        let lines = &doc.lines[from..next];
        let items = lines.iter().filter(|l| l.item).count();
        if items * 2 >= lines.len() {
            continue;
        }
        let longest = lines.iter().map(|l| l.parsed.graphemes).max().unwrap_or(0);
        let characters = lines.iter().map(|l| l.parsed.graphemes + 1).sum::<usize>() - 1;
        let full = lines
            .iter()
            .filter(|l| l.parsed.graphemes >= FULL_LINE)
            .count();
        let message = if longest > settings.wall_characters
            || characters > settings.wall_characters && full == lines.len()
        {
            format!(
                "A paragraph of {characters} characters fills a phone's screen. Break it up after \
                 each thought."
            )
        } else if full > settings.wall_lines {
            format!("{full} full lines without a blank one. Part them after each thought.")
        } else {
            continue;
        };
        out.push(WALL_OF_TEXT.finding(paragraph, message));
    }
}

pub(super) fn find_missing_call(doc: &Document, settings: &RuleSettings, out: &mut Vec<Finding>) {
    if doc.characters <= settings.call_to_action_characters {
        return;
    }
    let Some(last) = doc.sentences.last() else {
        return;
    };
    let lines = doc.lines.iter().map(|l| (l.start, l.text, l.parsed));
    if call::find(lines).is_none() {
        let message = "The post ends without asking anything of its readers. A question about \
                       their own work invites answers.";
        out.push(NO_CALL_TO_ACTION.finding(last.span, message));
    }
}

pub(super) fn find_monotony(doc: &Document, settings: &RuleSettings, out: &mut Vec<Finding>) {
    let fits = |a: usize, b: usize| a.abs_diff(b) <= settings.rhythm_tolerance_words;
    let sentences = &doc.sentences;
    let (mut start, mut low, mut high) = (0, usize::MAX, 0);
    for i in 0..=sentences.len() {
        let prose = sentences.get(i).filter(|s| !doc.lines[s.line].item);
        let words = prose.map(|s| s.words);
        if let Some(w) = words.filter(|&w| i == start || fits(w, low) && fits(w, high)) {
            (low, high) = (low.min(w), high.max(w));
            continue;
        }
        let run = &sentences[start..i];
        out.extend(monotone(run, settings).map(|span| {
            let message = format!(
                "{} sentences in a row of {low} to {high} words. Vary them: a short one lands.",
                run.len()
            );
            MONOTONOUS_RHYTHM.finding(span, message)
        }));
        // The next run reaches back over the sentences that agree with this one.
        let back = words.map(|w| run.iter().rev().take_while(|s| fits(s.words, w)).count());
        start = back.map_or(i + 1, |n| i - n);
        let kept = sentences.get(start..=i).unwrap_or_default();
        low = kept.iter().map(|s| s.words).min().unwrap_or(usize::MAX);
        high = kept.iter().map(|s| s.words).max().unwrap_or(0);
    }
}

/// The span of a run that is long enough to tire, and no staccato.
fn monotone(run: &[Sentence], settings: &RuleSettings) -> Option<Span> {
    let total: usize = run.iter().map(|s| s.words).sum();
    let (first, last) = (run.first()?, run.last()?);
    (run.len() >= settings.rhythm_sentences && total >= run.len() * SHORTEST_MEAN_WORDS)
        .then(|| Span::new(first.span.start, last.span.end))
}

pub(super) fn find_repeated_openings(
    doc: &Document,
    settings: &RuleSettings,
    out: &mut Vec<Finding>,
) {
    let openings: Vec<_> = doc.sentences.iter().map(|s| opening(doc, s)).collect();
    let mut start = 0;
    while start < openings.len() {
        let word = &openings[start];
        let same = openings[start..].iter().take_while(|w| *w == word).count();
        let run = &doc.sentences[start..start + same];
        start += same;
        let total: usize = run.iter().map(|s| s.words).sum();
        let tires = same >= settings.repeated_openings && total >= same * SHORTEST_MEAN_WORDS;
        if let (Some(word), true) = (word, tires) {
            let span = Span::new(run[0].span.start, run[same - 1].span.end);
            let message = format!(
                "{same} sentences in a row start with “{word}”. If that is no figure of speech, \
                 vary one."
            );
            out.push(REPEATED_OPENING.finding(span, message));
        }
    }
}

/// The first word of a sentence, where readers would hear it again: no list item, no article, no
/// label such as "Step 1".
fn opening(doc: &Document, sentence: &Sentence) -> Option<String> {
    let normal = doc.normal(sentence);
    let mut words = words(normal).map(|s| s.of(normal));
    let first = words.next().filter(|_| !doc.lines[sentence.line].item)?;
    let first = first.to_lowercase();
    let label = words
        .next()
        .is_some_and(|w| w.starts_with(|c: char| c.is_ascii_digit()));
    (!label && !matches!(first.as_str(), "the" | "a" | "an")).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{post_clean, post_flags};

    #[test]
    fn walls() {
        const RULE: &str = "structure/wall-of-text";
        let wall = "Some words here to fill. ".repeat(25);
        assert_eq!(
            post_flags(RULE, &format!("Hi\n\n{}\n\nBye", wall.trim())).len(),
            1
        );
        let lines = ["A line that is long enough to fill a phone's width."; 8].join("\n");
        assert_eq!(post_flags(RULE, &lines).len(), 1);
        let items = ["- A line that is long enough to fill a phone's width."; 20].join("\n");
        post_clean(RULE, &items);
        post_clean(RULE, &["short line"; 30].join("\n"));
        post_clean(RULE, &[wall[..400].trim(); 4].join("\n\n"));
    }

    #[test]
    fn calls() {
        const RULE: &str = "structure/no-call-to-action";
        let body = "We shipped the thing on a cold day. ".repeat(10);
        assert_eq!(post_flags(RULE, &body).len(), 1);
        assert_eq!(post_flags(RULE, &format!("Who knows? {body}")).len(), 1);
        post_clean(RULE, &format!("{body}What would you do?"));
        post_clean(
            RULE,
            &format!("{body}\n\nLet me know below.\n\n#tags #here"),
        );
        post_clean(RULE, "Short post.");
        post_clean(RULE, "");
    }

    #[test]
    fn rhythm() {
        const RULE: &str = "structure/monotonous-rhythm";
        let five = "We went to work today. They came to see us now. You had some coffee there. \
                    I saw the big bus. She took the small car.";
        assert_eq!(post_flags(RULE, five), [five]);
        let back = format!("No. Stop that right now please. {five}");
        assert_eq!(post_flags(RULE, &back).len(), 1);
        post_clean(RULE, "No fear. No doubt. No end. No limit. No way.");
        post_clean(RULE, &five.replace("I saw the big bus", "Bus"));
        post_clean(RULE, &["- one two three four five six."; 9].join("\n"));
    }

    #[test]
    fn openings() {
        const RULE: &str = "structure/repeated-opening";
        let three = "We won the first game. We ran for the bus.\nWe slept all the way.";
        assert_eq!(post_flags(RULE, &format!("{three} You?")), [three]);
        let case = "Go on. And then it was on. AND then it was off. And then we went home.";
        assert_eq!(post_flags(RULE, case).len(), 1);
        for text in [
            "We won the game. We ran for it. They slept all day. We ate too much.",
            "- We won the first game\n- We ran for the bus\n- We slept all the way",
            "They listen. They stay curious. They never stop.",
            "The first one is lost. The next one is lost. The last one is lost.",
            "Step 1 is to go there. Step 2 is to come back. Step 3 is to sit.",
            "🚀 🚀 🚀",
        ] {
            post_clean(RULE, text);
        }
    }
}

//! `structure/weak-hook` and `structure/buried-lead`: what readers see before "… see more".

use std::sync::LazyLock;

use super::RuleSettings;
use super::document::Document;
use super::edit;
use super::line::Line;
use super::phrases::PhraseTable;
use super::table::{BURIED_LEAD, WEAK_HOOK};
use crate::analysis::finding::{Finding, Reason};
use crate::analysis::structure::hook::{self, Signals};
use crate::post::{FoldLimits, Span, fold};

static OPENERS: LazyLock<PhraseTable<()>> =
    LazyLock::new(|| PhraseTable::new(include_str!("data/openers.txt").lines().map(|l| ((), l))));

/// Characters of a buried sentence quoted in the message.
const QUOTED: usize = 60;

pub(super) fn find_weak_hook(doc: &Document, limits: FoldLimits, out: &mut Vec<Finding>) {
    let Some(first) = doc.sentences.first() else {
        return;
    };
    let at = &doc.lines[first.line];
    let line = Line::new(at.text, at.parsed);
    let opener = OPENERS.hits(&line.lower).into_iter().next();
    if let Some(hit) =
        opener.filter(|h| line.words.first().is_some_and(|w| w.start == h.span.start))
    {
        let edit = edit::replace(&line, hit.span, &hit.phrase.replacements);
        let message = format!(
            "“{}” spends the first words, the ones every reader sees, on nothing yet. Start with \
             the point.",
            hit.span.of(line.normal())
        );
        let finding = line
            .finding(&WEAK_HOOK, edit.span, message)
            .with(edit.replacements)
            .because(Reason::EmptyOpening);
        out.push(finding.shifted(at.start));
    }
    let folded = doc.characters > limits.mobile;
    if folded && first.span.end > doc.cut_mobile.max(first.span.start) {
        let message = format!(
            "The opening sentence runs past the fold: a phone shows about {} characters. Say it \
             shorter, or split it.",
            limits.mobile
        );
        let finding = WEAK_HOOK.finding(first.span, message);
        out.push(finding.because(Reason::OpeningPastFold));
    }
}

pub(super) fn find_buried_lead(doc: &Document, settings: &RuleSettings, out: &mut Vec<Finding>) {
    if doc.cut_desktop == doc.text.len() {
        return;
    }
    let visible = doc
        .sentences
        .iter()
        .take_while(|s| s.span.start < doc.cut_desktop);
    let speaks = visible
        .map(|s| hook::signals(doc.normal(s)))
        .any(Signals::any);
    if speaks {
        return;
    }
    let from = fold::cut_at(doc.text, settings.buried_lead_characters).max(doc.cut_desktop);
    let lead = doc
        .sentences
        .iter()
        .skip_while(|s| s.span.start < doc.cut_desktop)
        .find(|s| hook::has_quantity(doc.normal(s)));
    if let Some(lead) = lead.filter(|s| s.span.start >= from) {
        let text = lead.span.of(doc.text);
        let cut = fold::cut_at(text, QUOTED);
        let dots = if cut < text.len() { "…" } else { "" };
        let message = format!(
            "The first concrete point (“{}{dots}”) comes after the fold. Would it make a better \
             opening?",
            Span::new(0, cut).of(text)
        );
        out.push(BURIED_LEAD.finding(lead.span, message));
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{on_post, post_clean, post_fixed, post_flags};
    use crate::analysis::finding::Reason;

    #[test]
    fn weak_hooks() {
        const RULE: &str = "structure/weak-hook";
        assert_eq!(
            post_flags(RULE, "👋 Hi everyone, big news.\nMore."),
            ["Hi everyone"]
        );
        assert_eq!(post_flags(RULE, "I wanted to share a story.").len(), 1);
        post_fixed(RULE, "So, we quit.\nMore.", "We quit.\nMore.");
        let long = format!("We {}stopped.", "went on and on and ".repeat(9));
        assert_eq!(post_flags(RULE, &long), std::slice::from_ref(&long));
        let both = format!("Hi everyone, {long}");
        let reasons: Vec<_> = on_post(RULE, &both).iter().map(|f| f.reason).collect();
        let wanted = [Reason::EmptyOpening, Reason::OpeningPastFold].map(Some);
        assert!(wanted.iter().all(|r| reasons.contains(r)), "{reasons:?}");
        post_clean(RULE, "So many teams fail. I say hi everyone.");
        post_clean(RULE, "We lost.\n\nHi everyone.");
        post_clean(RULE, &format!("We quit. {long}"));
        post_clean(RULE, "");
    }

    #[test]
    fn buried_leads() {
        const RULE: &str = "structure/buried-lead";
        let vague = "It was a cold morning and we stood around the office kitchen with coffee. ";
        let lead = "We cut churn by 40% in six weeks.";
        let text = format!("{}{lead}", vague.repeat(6));
        assert_eq!(post_flags(RULE, &text), [lead]);
        let tags = format!("{}\n\n{lead} #a", vague.repeat(6));
        assert_eq!(post_flags(RULE, &tags).len(), 1);
        post_clean(RULE, &format!("{lead} {}{lead}", vague.repeat(6)));
        post_clean(RULE, &format!("Why did we fail? {}{lead}", vague.repeat(6)));
        post_clean(RULE, &format!("{}We met in 2019.", vague.repeat(6)));
        post_clean(RULE, &format!("{vague}{lead}"));
    }
}

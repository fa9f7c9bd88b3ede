//! Rewrite operators: named pure transforms, each with its reason and its source.
//!
//! An operator reads a [`Draft`] and proposes edits that do not overlap. It tries to keep the
//! facts; [`super::propose()`] checks that it did.

mod active;
mod asked;
mod boundary;
mod call;
mod carry;
mod clause;
mod doings;
mod first_line;
mod genre;
mod grade;
mod hashtags;
mod hook;
mod item;
mod joining;
mod lead;
mod lexis;
mod links;
mod list;
mod marks;
mod meanwhile;
mod opening;
mod paragraphs;
mod pause;
mod phrase_end;
mod phrases;
mod put_in;
mod remark;
mod result;
mod series;
mod shared;
mod split;
mod subject;
mod tail;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_by_goal;
#[cfg(test)]
mod tests_pause;
#[cfg(test)]
mod tests_tail;
#[cfg(test)]
mod tests_words;
mod thanked;
mod topics;
mod trim;

use serde::Serialize;

use super::draft::Draft;
use super::edit::Edit;
use super::options::Options;
use crate::post::{Span, styled};

/// A rewrite operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Operator {
    /// Letters of the mathematical alphabets become plain ones.
    PlainLetters,
    /// Wordy phrases and empty intensifiers go or shrink.
    Tighten,
    /// Hedges go.
    DropHedges,
    /// A verb and a noun become the verb.
    Verbs,
    /// Long words become short ones while the post reads above its grade.
    Grade,
    /// "Was written by Ann" becomes "Ann wrote".
    ActiveVoice,
    /// A long sentence becomes two.
    SplitSentences,
    /// An enumeration becomes bullets.
    List,
    /// A concrete sentence from below the fold opens the post.
    MoveLead,
    /// A question, number, contrast or claim of the post's own opens it.
    Hook,
    /// The first line ends before the fold.
    FirstLine,
    /// A wall of text becomes paragraphs.
    Paragraphs,
    /// Links go to the end.
    LinksLast,
    /// What is asked of the readers stands at the end.
    CallToAction,
    /// Hashtags go to the end, and the post's own words become some.
    Hashtags,
    /// Sentences without facts go until the post fits.
    Trim,
    /// Words of another tone.
    Tone,
}

impl Operator {
    /// Every operator, in the order in which they help each other.
    pub const ALL: [Self; 17] = [
        Self::PlainLetters,
        Self::Tighten,
        Self::DropHedges,
        Self::Verbs,
        Self::Grade,
        Self::ActiveVoice,
        Self::SplitSentences,
        Self::List,
        Self::MoveLead,
        Self::Hook,
        Self::FirstLine,
        Self::Paragraphs,
        Self::LinksLast,
        Self::CallToAction,
        Self::Hashtags,
        Self::Trim,
        Self::Tone,
    ];

    /// The name used in every output format; `rewrite/` and this name is the id that a directive
    /// switches it off by.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::PlainLetters => "plain-letters",
            Self::Tighten => "tighten",
            Self::DropHedges => "drop-hedges",
            Self::Verbs => "verbs",
            Self::Grade => "grade",
            Self::ActiveVoice => "active-voice",
            Self::SplitSentences => "split-sentences",
            Self::List => "list",
            Self::MoveLead => "move-lead",
            Self::Hook => "hook",
            Self::FirstLine => "first-line",
            Self::Paragraphs => "paragraphs",
            Self::LinksLast => "links-last",
            Self::CallToAction => "call-to-action",
            Self::Hashtags => "hashtags",
            Self::Trim => "trim",
            Self::Tone => "tone",
        }
    }

    /// What it does for a reader, one sentence.
    #[must_use]
    pub fn rationale(self) -> &'static str {
        match self {
            Self::PlainLetters => {
                "Screen readers spell styled letters out, and search does not find them."
            }
            Self::Tighten => {
                "The same in fewer words leaves more of the reader's attention for the point."
            }
            Self::DropHedges => "A claim without a hedge is shorter and reads as meant.",
            Self::Verbs => "A verb says in one word what a noun needs three for.",
            Self::Grade => "Short words are read faster, and by more people.",
            Self::ActiveVoice => "Who acts comes first, so that the sentence needs reading once.",
            Self::SplitSentences => {
                "Two short sentences are understood more easily than a long one."
            }
            Self::List => "Readers who scan find the items of a list at once.",
            Self::MoveLead => "The concrete point stands where every reader sees it.",
            Self::Hook => "The first line gives a reason to read the second.",
            Self::FirstLine => "The first line ends before the feed cuts it.",
            Self::Paragraphs => "Short paragraphs are read on a phone; walls are scrolled past.",
            Self::LinksLast => {
                "The text reads through, and the link stands where readers look for it."
            }
            Self::CallToAction => "Who has read to the end knows how to answer.",
            Self::Hashtags => {
                "Tags at the end do not break the reading, and help the post be found."
            }
            Self::Trim => "What carries least goes first.",
            Self::Tone => "One tone throughout sounds like one person.",
        }
    }

    /// Where the advice comes from.
    #[must_use]
    pub fn source(self) -> &'static str {
        match self {
            Self::PlainLetters => {
                "Unicode, section 22.2: these symbols are for mathematics, not for styled text"
            }
            Self::Tighten => "Strunk, “The Elements of Style” (1918), rule 13: omit needless words",
            Self::DropHedges => {
                "Hyland, “Hedging in Scientific Research Articles” (1998); Strunk and White"
            }
            Self::Verbs => "US Federal Plain Language Guidelines (2011): avoid hidden verbs",
            Self::Grade => {
                "US Federal Plain Language Guidelines (2011): use simple words; GOV.UK, “Words to avoid”"
            }
            Self::ActiveVoice => "US Federal Plain Language Guidelines (2011): use active voice",
            Self::SplitSentences => "GOV.UK, “Writing for GOV.UK”: sentences of at most 25 words",
            Self::List => "US Federal Plain Language Guidelines (2011): use lists",
            Self::MoveLead => "NN/g, “Inverted Pyramid: Writing for Comprehension” (2018)",
            Self::Hook => {
                "NN/g, “First 2 Words: A Signal for the Scanning Eye” (2009); the kinds of hook are judgement"
            }
            Self::FirstLine => {
                "NN/g, “First 2 Words: A Signal for the Scanning Eye” (2009); the fold as configured"
            }
            Self::Paragraphs => "GOV.UK, “Writing for GOV.UK”: short paragraphs",
            Self::LinksLast => "common practice of writers; LinkedIn publishes nothing on reach",
            Self::CallToAction => "common practice of writers; LinkedIn publishes no figure",
            Self::Hashtags => "common practice of writers; LinkedIn publishes no figure",
            Self::Trim => {
                "LinkedIn Posts API: commentary of at most 3,000 UTF-16 units; what matters is the caller's score"
            }
            Self::Tone => {
                "US Federal Plain Language Guidelines (2011): use simple words; judgement"
            }
        }
    }

    /// Whether it knows English only.
    #[must_use]
    pub fn is_english(self) -> bool {
        match self {
            Self::Tighten
            | Self::DropHedges
            | Self::Verbs
            | Self::Grade
            | Self::ActiveVoice
            | Self::SplitSentences
            | Self::List
            | Self::MoveLead
            | Self::Hook
            | Self::CallToAction
            | Self::Tone => true,
            Self::PlainLetters
            | Self::FirstLine
            | Self::Paragraphs
            | Self::LinksLast
            | Self::Hashtags
            | Self::Trim => false,
        }
    }

    /// Rules whose findings it answers: a directive that switches one off switches its edit off.
    #[must_use]
    pub fn rules(self) -> &'static [&'static str] {
        match self {
            Self::PlainLetters => &["unicode/styled-letters"],
            Self::Tighten => &["style/wordiness", "style/intensifier"],
            Self::DropHedges => &["style/hedge"],
            Self::ActiveVoice => &["style/passive-voice"],
            Self::SplitSentences => &["style/long-sentence"],
            Self::MoveLead => &["structure/buried-lead"],
            Self::Hook | Self::FirstLine => &["structure/weak-hook"],
            Self::CallToAction => &["structure/no-call-to-action"],
            Self::Paragraphs => &["structure/wall-of-text"],
            Self::Verbs
            | Self::Grade
            | Self::List
            | Self::LinksLast
            | Self::Hashtags
            | Self::Trim
            | Self::Tone => &[],
        }
    }

    /// The edits it proposes within `span` of the draft's text: in order, apart from each other, on
    /// character boundaries.
    #[must_use]
    pub fn apply(self, draft: &Draft, span: Span, options: &Options) -> Vec<Edit> {
        let mut edits = match self {
            Self::PlainLetters => plain_letters(draft),
            Self::Tighten => phrases::tighten(draft, options),
            Self::DropHedges => phrases::drop_hedges(draft, options),
            Self::Verbs => phrases::verbs(draft),
            Self::Grade => grade::apply(draft, options),
            Self::ActiveVoice => active::apply(draft),
            Self::SplitSentences => split::apply(draft, options),
            Self::List => list::apply(draft, options),
            Self::MoveLead => lead::apply(draft, options),
            Self::Hook => hook::apply(draft, options),
            Self::FirstLine => first_line::apply(draft, options),
            Self::Paragraphs => paragraphs::apply(draft, options),
            Self::LinksLast => links::apply(draft),
            Self::CallToAction => call::apply(draft, options),
            Self::Hashtags => hashtags::apply(draft, options),
            Self::Trim => trim::apply(draft, options),
            Self::Tone => phrases::tone(draft, options),
        };
        edits.sort_by_key(|e| e.span);
        let mut end = 0;
        edits.retain(|e| {
            let fits = span.contains(e.span) && e.span.start >= end && e.before != e.after;
            if fits {
                end = e.span.end;
            }
            fits
        });
        edits
    }

    /// An edit of this operator.
    fn edit(self, draft: &Draft, span: Span, after: impl Into<String>) -> Edit {
        Edit {
            operator: self,
            span,
            before: span.of(draft.text()).to_owned(),
            after: after.into(),
            why: self.rationale().to_owned(),
        }
    }
}

pub(super) use trim::shortfall;

/// Runs of styled letters, with the spaces within them, as plain ones.
fn plain_letters(draft: &Draft) -> Vec<Edit> {
    let text = draft.text();
    let mut runs: Vec<Span> = Vec::new();
    for (at, c) in styled::styled_letters(text) {
        let end = at + c.len_utf8();
        match runs.last_mut() {
            Some(run) if text[run.end..at].chars().all(|c| c == ' ') => run.end = end,
            _ => runs.push(Span::new(at, end)),
        }
    }
    let plain = |run: Span| styled::fold(run.of(text)).0;
    runs.into_iter()
        .map(|run| Operator::PlainLetters.edit(draft, run, plain(run)))
        .collect()
}

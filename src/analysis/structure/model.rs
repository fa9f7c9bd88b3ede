//! What a post's structure is made of. Every span is bytes of the published text until
//! [`Structure::map_spans`] carries it elsewhere.

use std::fmt;

use serde::Serialize;

use crate::post::Span;

/// The structure of a post.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Structure {
    /// The opening line; none in a blank post.
    pub hook: Option<Hook>,
    /// What the end of the post asks of its readers.
    pub call_to_action: Option<CallToAction>,
    pub rhythm: Rhythm,
    pub lists: Vec<List>,
    pub hashtags: Vec<Piece>,
    pub mentions: Vec<Piece>,
    /// Links and mail addresses.
    pub links: Vec<Piece>,
    /// Emoji, the most frequent first.
    pub emoji: Vec<Emoji>,
    /// Seconds at 238 words a minute, the mean for English prose read silently (Brysbaert 2019,
    /// doi:10.1016/j.jml.2019.104047).
    pub reading_time_s: f64,
    pub repetition: Repetition,
    pub fold: Fold,
}

/// The first line that is not blank.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Hook {
    pub text: String,
    pub span: Span,
    /// Grapheme clusters.
    pub characters: usize,
    pub words: usize,
    /// Whether a phone shows all of it.
    pub fits_mobile_fold: bool,
    /// Holds a question mark.
    pub question: bool,
    /// Holds a digit outside a year, or a number word.
    pub number: bool,
    /// Holds a word that sets one thing against another, such as "but" or "instead".
    pub contrast: bool,
    /// No question, and holds a word that generalises or judges, such as "never" or "wrong".
    pub claim: bool,
    /// Probability that it is of the kind that sites write to be clicked: a matter of style, good or
    /// bad. `None` where no head read it.
    pub clickbait: Option<f64>,
}

/// A head that reads openings.
pub trait Clickbait: fmt::Debug + Send + Sync {
    /// Probability, 0 to 1, that an opening is of the kind that sites write to be clicked, given the
    /// unit vector of its sentences.
    fn probability(&self, opening: &str, vector: &[f32]) -> f64;
}

/// A request to the readers.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CallToAction {
    pub text: String,
    pub span: Span,
    pub kind: CallKind,
}

/// What a call to action asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum CallKind {
    Question,
    Comment,
    Share,
    Follow,
    Link,
    Other,
}

/// Lengths of sentences, lines and paragraphs. Words are those of sentences: no tags or handles.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Rhythm {
    pub sentences: usize,
    /// Mean words per sentence.
    pub mean_words: f64,
    /// Population standard deviation of the words per sentence.
    pub sd_words: f64,
    /// Words of the shortest sentence.
    pub shortest: usize,
    /// Words of the longest sentence.
    pub longest: usize,
    /// Lines that are not blank.
    pub lines: usize,
    /// Mean grapheme clusters of those lines.
    pub mean_line_characters: f64,
    pub paragraphs: usize,
    /// Grapheme clusters of the longest paragraph, line breaks counted.
    pub longest_paragraph_characters: usize,
    /// Blank lines as a share of all lines, 0 to 1.
    pub blank_line_share: f64,
}

/// At least two items in a row, blank lines between them allowed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct List {
    pub span: Span,
    pub items: usize,
    /// The bullet of the first item; `1.` for numbers.
    pub marker: String,
}

/// A stretch of the text.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Piece {
    pub text: String,
    pub span: Span,
}

/// An emoji and where it stands.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Emoji {
    pub text: String,
    pub count: usize,
    pub spans: Vec<Span>,
}

/// Words and phrases used again. Words are in lower case.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Repetition {
    /// Content words used at least three times, the most frequent first, at most ten.
    pub repeated_words: Vec<Repeated>,
    /// Phrases of at least three words used more than once, at most five.
    pub repeated_phrases: Vec<Repeated>,
    /// Different words as a share of all, 0 to 1; it falls with length, so compare like with like.
    pub type_token_ratio: f64,
}

/// A word or phrase and how often it is used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Repeated {
    pub text: String,
    pub count: usize,
}

/// What the feed shows before "… see more".
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Fold {
    pub desktop: FoldView,
    pub mobile: FoldView,
}

/// One side of [`Fold`].
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct FoldView {
    /// Grapheme clusters shown at most.
    pub limit: usize,
    /// What is shown.
    pub visible: Span,
    /// Lines shown at least in part, blank ones included.
    pub lines: usize,
    /// Grapheme clusters that are cut off.
    pub hidden_characters: usize,
    /// Whether the whole hook is shown.
    pub hook_visible: bool,
}

impl Structure {
    /// Carries every span through `map`, such as `Post::input_span`.
    pub fn map_spans(&mut self, map: impl Fn(Span) -> Span) {
        let hook = self.hook.iter_mut().map(|h| &mut h.span);
        let call = self.call_to_action.iter_mut().map(|c| &mut c.span);
        let lists = self.lists.iter_mut().map(|l| &mut l.span);
        let pieces = [&mut self.hashtags, &mut self.mentions, &mut self.links];
        let pieces = pieces.into_iter().flatten().map(|p| &mut p.span);
        let emoji = self.emoji.iter_mut().flat_map(|e| &mut e.spans);
        let fold = [
            &mut self.fold.desktop.visible,
            &mut self.fold.mobile.visible,
        ];
        for span in hook
            .chain(call)
            .chain(lists)
            .chain(pieces)
            .chain(emoji)
            .chain(fold)
        {
            *span = map(*span);
        }
    }
}

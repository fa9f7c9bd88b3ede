//! Asks every operator, and keeps what keeps the facts.

use serde::Serialize;

use super::draft::Draft;
use super::edit::{Edit, apply_edits, compose, moved};
use super::facts::{Breach, Facts};
use super::operators::{Operator, shortfall};
use super::options::Options;
use super::protected::Protected;
use crate::post::line::utf16_units;
use crate::post::{LIMIT, Post, Span};

/// Rounds in which an operator may improve on its own result.
const MOST_ROUNDS: usize = 8;

/// Bytes of input above which nothing is proposed: many times LinkedIn's limit.
pub const LONGEST: usize = 32 << 10;

/// What was not proposed, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rejected {
    /// Who would have proposed it.
    pub operator: Operator,
    /// The reason, for the writer.
    pub why: String,
}

/// What the operators propose.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Proposals {
    /// Edits of the input, operator by operator in the order asked for; those of one operator are in
    /// order and apart, those of different ones may overlap.
    pub edits: Vec<Edit>,
    /// Edits that would have changed a fact or a passage to keep, and goals out of reach.
    pub rejected: Vec<Rejected>,
}

impl Proposals {
    /// The edits of one operator.
    pub fn of(&self, operator: Operator) -> impl Iterator<Item = &Edit> {
        self.edits.iter().filter(move |e| e.operator == operator)
    }
}

/// Asks the operators of `options` for edits of `input`. Each edit keeps every fact applied alone,
/// and all edits of one operator do together. An operator asked about its own result proposes
/// nothing more. Spans are bytes of `input`. An input longer than [`LONGEST`] gets no edit, and each
/// operator says why.
#[must_use]
pub fn propose(input: &str, options: &Options) -> Proposals {
    propose_until(input, options, &|| false)
}

/// Why nothing is proposed for `input`, where it is longer than [`LONGEST`].
pub(super) fn too_long(input: &str) -> Option<String> {
    (input.len() > LONGEST).then(|| {
        format!(
            "The text has {} bytes; no post has more than {LONGEST}. Cut it into posts first.",
            input.len()
        )
    })
}

/// As [`propose()`], but once `is_over` holds, operators that are not done propose nothing.
pub(super) fn propose_until(
    input: &str,
    options: &Options,
    is_over: &dyn Fn() -> bool,
) -> Proposals {
    let mut out = Proposals::default();
    if let Some(why) = too_long(input) {
        out.rejected
            .extend(options.operators.iter().map(|&operator| Rejected {
                operator,
                why: why.clone(),
            }));
        return out;
    }
    let post = Post::new(input);
    let facts = Facts::of(post.text());
    for &operator in &options.operators {
        if operator.is_english() && !options.english {
            continue;
        }
        let mut desk = Desk {
            operator,
            options,
            post: &post,
            input,
            facts: &facts,
            rejected: Vec::new(),
            is_over,
        };
        if is_over() {
            break;
        }
        if let Some(trim) = options.trim.as_ref().filter(|_| operator == Operator::Trim) {
            let why = shortfall(&Draft::new(&post), trim);
            desk.rejected
                .extend(why.map(|why| Rejected { operator, why }));
        }
        let edits = desk.settle();
        out.edits.extend(edits);
        out.rejected.append(&mut desk.rejected);
    }
    out
}

/// The first fact that `edit` alone would change in `text`, whose facts are `facts`.
fn breach_of(text: &str, facts: &Facts, edit: &Edit) -> Option<Breach> {
    breach_of_all(text, facts, std::slice::from_ref(edit))
}

/// The bytes of the lines that `span` touches.
fn lines_of(text: &str, span: Span) -> Span {
    let start = text[..span.start].rfind('\n').map_or(0, |i| i + 1);
    let end = text[span.end..]
        .find('\n')
        .map_or(text.len(), |i| span.end + i);
    Span::new(start, end)
}

/// The first fact that `edits` together would change in `text`, whose facts are `facts`.
fn breach_of_all(text: &str, facts: &Facts, edits: &[Edit]) -> Option<Breach> {
    let after = Facts::of(&apply_edits(text, edits));
    facts.lost_or_invented(&after).into_iter().next()
}

/// Edits that hold only together, as one edit from the first to the last.
fn as_one(text: &str, edits: Vec<Edit>) -> Vec<Edit> {
    let (Some(first), Some(last)) = (edits.first(), edits.last()) else {
        return edits;
    };
    let span = Span::new(first.span.start, last.span.end);
    let inner: Vec<Edit> = edits
        .iter()
        .map(|e| Edit {
            span: Span::new(e.span.start - span.start, e.span.end - span.start),
            ..e.clone()
        })
        .collect();
    vec![Edit {
        span,
        before: span.of(text).to_owned(),
        after: apply_edits(span.of(text), &inner),
        ..first.clone()
    }]
}

/// One operator at work on one post.
struct Desk<'a> {
    operator: Operator,
    options: &'a Options,
    post: &'a Post,
    input: &'a str,
    facts: &'a Facts,
    rejected: Vec<Rejected>,
    is_over: &'a dyn Fn() -> bool,
}

impl Desk<'_> {
    /// Applies the operator to its own result until it has no more to say.
    fn settle(&mut self) -> Vec<Edit> {
        let original = self.post.text();
        let mut settled: Vec<Edit> = Vec::new();
        let mut text = original.to_owned();
        let rounds = if self.operator == Operator::Trim {
            1
        } else {
            MOST_ROUNDS
        };
        let mut composed = false;
        for round in 0..rounds {
            let post = Post::new(&text);
            if post.text() != text {
                break;
            }
            let draft = Draft::new(&post);
            let found = self
                .operator
                .apply(&draft, Span::new(0, text.len()), self.options);
            let found = self.unprotected(&draft, found, round == 0);
            let found = self.admit(&text, found, round == 0);
            if found.is_empty() {
                break;
            }
            let next = apply_edits(&text, &found);
            let drifted = round > 0 && !self.facts.lost_or_invented(&Facts::of(&next)).is_empty();
            if drifted {
                self.step_back(&text, &mut settled, &found);
                break;
            }
            settled = compose(original, &settled, &text, found);
            text = next;
            composed = round > 0;
        }
        if composed {
            // A later edit may hold only because of an earlier one.
            let alone = |e: &Edit| breach_of(original, self.facts, e).is_none();
            if !settled.iter().all(|e| !(self.is_over)() && alone(e)) {
                settled = as_one(original, settled);
            }
            settled.retain(|e| !(self.is_over)() && self.keeps_alone(e));
        }
        // Some of what an operator does is not what it stands for.
        if (self.is_over)() {
            return Vec::new();
        }
        settled.iter().filter_map(|e| self.in_input(e)).collect()
    }

    /// Takes back the settled edits on the lines of those of `found` that would change a fact of the
    /// original: with them applied, the next call would propose `found`.
    fn step_back(&self, text: &str, settled: &mut Vec<Edit>, found: &[Edit]) {
        let changes = |e: &&Edit| breach_of(text, self.facts, e).is_some();
        let mut culprits: Vec<&Edit> = found.iter().filter(changes).collect();
        if culprits.is_empty() {
            culprits = found.iter().collect();
        }
        let lines: Vec<Span> = culprits.iter().map(|e| lines_of(text, e.span)).collect();
        let mut places = moved(settled).into_iter();
        settled.retain(|_| {
            let touches = |place: Span| {
                lines
                    .iter()
                    .any(|l| l.start <= place.end && place.start <= l.end)
            };
            !places.next().is_some_and(touches)
        });
    }

    /// The edits of `text` that keep the facts, each alone and all together. Reasons are kept from
    /// the first round only: later ones repeat them.
    fn admit(&mut self, text: &str, found: Vec<Edit>, first: bool) -> Vec<Edit> {
        if found.is_empty() {
            return found;
        }
        let of_text;
        let before = if first {
            self.facts
        } else {
            of_text = Facts::of(text);
            &of_text
        };
        let mut kept: Vec<Edit> = Vec::new();
        let mut length = utf16_units(text);
        for edit in found {
            if (self.is_over)() {
                return Vec::new();
            }
            let (gone, come) = (utf16_units(&edit.before), utf16_units(&edit.after));
            if come > gone && length + come - gone > LIMIT {
                if first {
                    self.reject(format!(
                        "The post would grow past the {LIMIT} UTF-16 units that LinkedIn accepts."
                    ));
                }
                continue;
            }
            if first && (self.is_ignored(&edit) || self.is_kept_passage(&edit)) {
                continue;
            }
            match breach_of(text, before, &edit) {
                None => {
                    length = length + come - gone;
                    kept.push(edit);
                }
                Some(found) if first => self.reject_edit(&edit, found.why),
                Some(_) => {}
            }
        }
        if kept.len() < 2 || breach_of_all(text, before, &kept).is_none() {
            return kept;
        }
        // Each is harmless alone, some together are not. Of two that clash neither stays: with one
        // applied, the other would be proposed the next time.
        let mut together: Vec<Edit> = Vec::new();
        for edit in kept {
            if (self.is_over)() {
                return Vec::new();
            }
            together.push(edit);
            let Some(found) = breach_of_all(text, before, &together) else {
                continue;
            };
            if let Some(edit) = together.pop() {
                together.retain(|e| {
                    let pair = [e.clone(), edit.clone()];
                    breach_of_all(text, before, &pair).is_none()
                });
                if first {
                    self.reject_edit(&edit, found.why);
                }
            }
        }
        together
    }

    /// Those of `found` that leave alone what no edit may change.
    fn unprotected(&mut self, draft: &Draft<'_>, mut found: Vec<Edit>, first: bool) -> Vec<Edit> {
        if found.is_empty() {
            return found;
        }
        let protected = Protected::of(draft);
        found.retain(|e| {
            let why = protected.breach(draft.text(), Some(self.operator), e.span, &e.after);
            if let Some(why) = why.filter(|_| first) {
                self.reject_edit(e, why.to_owned());
            }
            why.is_none()
        });
        found
    }

    /// Where a tone was asked for, each word that stays is named.
    fn reject_edit(&mut self, edit: &Edit, why: String) {
        self.reject(match self.operator {
            Operator::Tone => format!("“{}” stays: {why}", edit.before),
            _ => why,
        });
    }

    fn reject(&mut self, why: String) {
        self.rejected.push(Rejected {
            operator: self.operator,
            why,
        });
    }

    /// Whether a directive of the post switches the edit off.
    fn is_ignored(&self, edit: &Edit) -> bool {
        let own = format!("rewrite/{}", self.operator.name());
        self.post.is_ignored(&own, edit.span)
            || self
                .operator
                .rules()
                .iter()
                .any(|rule| self.post.is_ignored(rule, edit.span))
    }

    fn is_kept_passage(&mut self, edit: &Edit) -> bool {
        let span = self.post.input_span(edit.span);
        let inside = |k: &Span| {
            k.overlaps(span) || span.is_empty() && k.start < span.start && span.start < k.end
        };
        let kept = self.options.keep.iter().any(inside);
        if kept {
            self.reject_edit(edit, "You asked to keep this passage as it is.".to_owned());
        }
        kept
    }

    /// Whether an edit made of several rounds keeps facts and passages by itself.
    fn keeps_alone(&mut self, edit: &Edit) -> bool {
        if self.is_ignored(edit) || self.is_kept_passage(edit) {
            return false;
        }
        match breach_of(self.post.text(), self.facts, edit) {
            None => true,
            Some(breach) => {
                self.reject(breach.why);
                false
            }
        }
    }

    /// The edit with the spans and line endings of the input; none where something that is no text
    /// of the post stands inside it.
    fn in_input(&mut self, edit: &Edit) -> Option<Edit> {
        let span = self.post.input_span(edit.span);
        let before = span.of(self.input);
        let inner = Post::new(before);
        if inner.text() != edit.before || !inner.directives().is_empty() {
            self.reject("A directive stands inside the passage.".to_owned());
            return None;
        }
        let found = Edit {
            span,
            before: before.to_owned(),
            after: self.post.line_ending().restore(&edit.after),
            ..edit.clone()
        };
        // Two comments with text between them are a line of the post; alone on it they are one.
        if self.input.contains("<!--") {
            let after = apply_edits(self.input, std::slice::from_ref(&found));
            if Post::new(&after).directives() != self.post.directives() {
                self.reject("A comment that steers the analysis would change.".to_owned());
                return None;
            }
        }
        Some(found)
    }
}

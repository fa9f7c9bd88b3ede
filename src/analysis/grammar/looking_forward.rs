//! "Looking forward to meet you", in place of harper's rule of that name: version 3.0.0 of it
//! writes to standard output while it checks, and takes a noun ("to lunch") for a verb.

use std::sync::Arc;

use harper_core::expr::{Expr, FixedPhrase, SequenceExpr};
use harper_core::linting::{Chunk, ExprLinter, Lint, LintKind, Suggestion};
use harper_core::spell::{Dictionary, MergedDictionary};
use harper_core::{Token, TokenStringExt};

/// Finds a bare verb behind "looking forward to".
pub(super) struct LookingForward {
    expr: SequenceExpr,
    words: Arc<MergedDictionary>,
}

impl LookingForward {
    pub(super) const NAME: &str = "LookingForwardToDoing";

    pub(super) fn new(words: Arc<MergedDictionary>) -> Self {
        let phrase = FixedPhrase::from_phrase("looking forward to");
        let expr = SequenceExpr::with(phrase).t_ws().then_verb_lemma();
        Self { expr, words }
    }

    /// The form of `verb` in "-ing" that the dictionary holds: a last consonant may double
    /// ("planning"), an "e" may go ("making").
    fn gerund(&self, verb: &str) -> Option<String> {
        let doubled = verb
            .chars()
            .next_back()
            .map(|last| format!("{verb}{last}ing"));
        let plain = format!("{verb}ing");
        let shortened = verb.strip_suffix('e').map(|stem| format!("{stem}ing"));
        let all = [doubled, Some(plain), shortened];
        all.into_iter()
            .flatten()
            .find(|form| self.words.contains_word_str(form))
    }
}

impl ExprLinter for LookingForward {
    type Unit = Chunk;

    fn expr(&self) -> &dyn Expr {
        &self.expr
    }

    fn match_to_lint_with_context(
        &self,
        matched: &[Token],
        source: &[char],
        context: Option<(&[Token], &[Token])>,
    ) -> Option<Lint> {
        let verb = matched.last()?;
        // A noun as well is a verb only before what it acts on: "to share our plans".
        let behind = context.and_then(|(_, after)| after.iter_words().next());
        let acts = behind.is_some_and(|t| t.kind.is_determiner() || t.kind.is_pronoun());
        if verb.kind.is_noun() && !acts {
            return None;
        }
        let word: String = verb.span.get_content(source).iter().collect();
        let gerund = self.gerund(&word.to_lowercase())?;
        Some(Lint {
            span: verb.span,
            lint_kind: LintKind::Usage,
            suggestions: vec![Suggestion::ReplaceWith(gerund.chars().collect())],
            message: format!("“Looking forward to” takes a noun or “-ing”: “{gerund}”."),
            ..Lint::default()
        })
    }

    fn description(&self) -> &'static str {
        "A verb behind “looking forward to” ends in “-ing”."
    }
}

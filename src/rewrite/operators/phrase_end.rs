//! Where a phrase ends within a sentence that has no pause, so that a line may end there.

use super::clause::{self, closed, count, tokens};
use super::lexis::{self, Form, is_in};
use super::pause::{SHORTEST, in_series, states};
use super::tail::COMPLETED;

/// Nouns that a preposition behind them says more of: "a gap in banking", "pushback from shops".
const GOVERNING: &str = "access approach belief case change confidence decrease demand drop effect \
    experience expert focus gap impact increase influence insight insights interest investment key \
    leader look need passion pushback reason response responsibility rise role shift skills success \
    support trust";

/// The white space within `sentence` at which a phrase ends, for a line that has no pause: before
/// "to" and a verb, "and" and a verb, or a relative clause, and failing those before a preposition;
/// behind a verb rather than within its subject. The best come first, and of those as good as each
/// other the last.
pub(super) fn phrase_ends(sentence: &str) -> Vec<usize> {
    let orders = clause::is_order(sentence);
    let mut out: Vec<((bool, bool), usize)> = sentence
        .match_indices(' ')
        .filter_map(|(at, _)| {
            let (before, rest) = (&sentence[..at], &sentence[at + 1..]);
            let words = tokens(rest);
            let (next, then) = (words.first()?, words.get(1)?);
            let last = tokens(before).into_iter().next_back()?;
            let enough = count(before) > SHORTEST.0 && count(rest) > SHORTEST.1;
            (enough && closed(before)).then_some(())?;
            let verb = |forms: &[Form]| {
                forms
                    .iter()
                    .any(|&f| lexis::plain_verb(&then.lower, f).is_some())
            };
            let act = match next.lower.as_str() {
                "to" => verb(&[Form::Base]) && !then.opens && !is_in(COMPLETED, &last.lower),
                "and" => {
                    verb(&[Form::Third, Form::Past])
                        || orders && verb(&[Form::Base])
                        || is_past(&then.lower, words.get(2))
                }
                "where" | "who" => true,
                "that" | "which" => {
                    let plural = last.lower.ends_with('s') && !last.lower.ends_with("ss");
                    verb(&[Form::Third]) || plural && verb(&[Form::Base, Form::Past])
                }
                _ => false,
            };
            let ends = ends_phrase(&last)
                || next.lower == "to" && (is_particle(&last) || last.raw.ends_with(')'));
            let phrase = lexis::is_preposition(&next.lower)
                && !matches!(next.lower.as_str(), "of" | "between" | "into" | "without")
                && !is_in(GOVERNING, &last.lower);
            let rank = (!states(before), phrase);
            (ends && (act || phrase && !in_series(before, rest))).then_some((rank, at))
        })
        .collect();
    out.sort_by_key(|(rank, at)| (*rank, std::cmp::Reverse(*at)));
    out.into_iter().map(|(_, at)| at).collect()
}

/// Whether `word` is a past that the list of verbs lacks, as what follows it tells: "partnered
/// with", but "related services".
fn is_past(word: &str, behind: Option<&clause::Token>) -> bool {
    let verb = word.len() > 4 && word.ends_with("ed");
    verb && behind
        .is_some_and(|t| lexis::is_preposition(&t.lower) || lexis::is_determiner(&t.lower))
}

/// Whether `word` is what a verb takes along: "teamed up to launch".
fn is_particle(word: &clause::Token) -> bool {
    !word.closes && matches!(word.lower.as_str(), "up" | "out")
}

/// Whether a phrase may end with `word`: a noun, as far as words tell, that no mark follows.
fn ends_phrase(word: &clause::Token) -> bool {
    let w = word.lower.as_str();
    let acts = lexis::plain_verb(w, Form::Base).is_some()
        || [Form::Third, Form::Past, Form::Participle, Form::Ing]
            .into_iter()
            .any(|f| lexis::verb(w, f).is_some());
    !acts
        && !word.closes
        && !lexis::is_preposition(w)
        && !lexis::is_determiner(w)
        && !lexis::is_auxiliary(w)
        && !lexis::is_adverb(w)
        && !clause::is_leaning(w)
        && !matches!(
            w,
            "and" | "or" | "to" | "be" | "been" | "up" | "out" | "so" | "able" | "ready"
        )
}

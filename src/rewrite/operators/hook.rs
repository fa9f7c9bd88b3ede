//! A stronger first line, made of the post's own words.
//!
//! An opening is weak where it holds no question, number, contrast or claim, or where the rule
//! `structure/weak-hook` finds an empty phrase in it. Then a short sentence from further down that
//! holds one of them moves to the top, or an indirect question ("Here is why we left.") is asked
//! there. [`super::lead`] answers another rule: it moves the first figure up where the fold hides
//! it and nothing before the fold says anything; where that speaks, this is silent.

use super::clause::{self, Token, count, tokens};
use super::lexis::{self, Form};
use super::{Operator, lead};
use crate::analysis::finding::Reason;
use crate::analysis::rules;
use crate::analysis::structure::{Hook, structure};
use crate::post::{ParsedLine, Post, Span, fold};
use crate::rewrite::draft::{Draft, LineKind, Sentence};
use crate::rewrite::edit::Edit;
use crate::rewrite::facts::{Facts, Kind};
use crate::rewrite::options::Options;

/// Words at least and at most of a sentence that opens a post.
const LENGTH: std::ops::RangeInclusive<usize> = 4..=18;

/// Sentences at the end that stay: they close the post, or ask the readers.
const CLOSING: usize = 3;

/// Ways to announce an indirect question.
const ANNOUNCED: [&str; 8] = [
    "here is",
    "here's",
    "this is",
    "that is",
    "that's",
    "let me explain",
    "let me tell you",
    "let me share",
];

/// Words of courtesy, which open no post well.
const COURTESY: [&str; 10] = [
    "thank",
    "thanks",
    "congrats",
    "congratulations",
    "welcome",
    "hello",
    "hi",
    "please",
    "kudos",
    "huge",
];

/// What makes a sentence worth a first line, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Strength {
    Question,
    Number,
    Contrast,
    Claim,
}

/// One edit at the top of the post.
pub(super) fn apply(draft: &Draft, options: &Options) -> Vec<Edit> {
    let text = draft.text();
    if !is_weak(draft.post, options) || !lead::apply(draft, options).is_empty() {
        return Vec::new();
    }
    let Some(first) = draft.sentences().first() else {
        return Vec::new();
    };
    if draft.kinds[first.line] != LineKind::Prose {
        return Vec::new();
    }
    let facts = Facts::of(text);
    let shown = fold::cut_at(text, options.fold.mobile);
    let all = draft.sentences();
    let body = all.len().saturating_sub(CLOSING);
    let below = || {
        (0..body).filter(|&i| {
            all[i].line > first.line
                && all[i].span.end > shown
                && draft.kinds[all[i].line] == LineKind::Prose
        })
    };
    let asked = below().find_map(|i| {
        let question = direct(all[i].span.of(text))?;
        fits(&question, options).then_some(question)
    });
    if let Some(question) = asked {
        let top = text.len() - text.trim_start().len();
        let edit = Operator::Hook.edit(draft, Span::new(top, top), format!("{question}\n\n"));
        return vec![edit];
    }
    let candidates = below().filter_map(|i| {
        let strength = strength(draft, &all[i], &facts)?;
        let next = all
            .get(i + 1)
            .filter(|n| draft.kinds[n.line] == LineKind::Prose);
        let needed = next.is_some_and(|n| !lead::may_open(draft, n));
        let fits = fits(all[i].span.of(text), options);
        (fits && !needed).then_some((strength, i))
    });
    let best = candidates.min();
    best.map(|(_, i)| lead::lift(draft, &all[i], Operator::Hook))
        .into_iter()
        .collect()
}

/// Whether `opening` is no longer weak as the first line, and ends before the fold.
fn fits(opening: &str, options: &Options) -> bool {
    let post = Post::new(opening);
    fold::cut_at(opening, options.fold.mobile) == opening.len() && !is_weak(&post, options)
}

/// Whether the first line of `post` gives no reason to read on.
fn is_weak(post: &Post, options: &Options) -> bool {
    let Some(hook) = hook_of(post, options) else {
        return false;
    };
    let silent = !(hook.question || hook.number || hook.contrast || hook.claim);
    silent || opens_on_nothing(post, options)
}

fn parsed(post: &Post) -> Vec<ParsedLine> {
    let lines = post.lines().iter().map(|l| l.span.of(post.text()));
    lines.map(ParsedLine::parse).collect()
}

fn hook_of(post: &Post, options: &Options) -> Option<Hook> {
    let parsed = parsed(post);
    structure(post, &parsed.iter().collect::<Vec<_>>(), options.fold).hook
}

/// Whether the rule finds an empty phrase in the first words. A sentence that runs past the fold
/// is weak as well, but the first line is what mends that.
fn opens_on_nothing(post: &Post, options: &Options) -> bool {
    let parsed = parsed(post);
    let parsed: Vec<&ParsedLine> = parsed.iter().collect();
    let findings = rules::post_findings(post, &parsed, &options.rules, options.fold);
    findings.iter().any(|f| match f.reason {
        Some(Reason::EmptyOpening) => true,
        Some(Reason::OpeningPastFold) | None => false,
    })
}

/// What `sentence` could open the post with.
fn strength(draft: &Draft, sentence: &Sentence, facts: &Facts) -> Option<Strength> {
    let text = sentence.span.of(draft.text());
    let words = tokens(text);
    let courteous = words
        .first()
        .is_some_and(|t| COURTESY.contains(&t.lower.as_str()));
    let whole = text.starts_with(|c: char| c.is_uppercase() || c.is_numeric())
        && text.ends_with(['.', '!', '?'])
        && clause::closed(text)
        && !text.contains([':', ';', '"', '“', '”', '(']);
    if !whole
        || courteous
        || points_back(&words)
        || !LENGTH.contains(&sentence.words)
        || clause::is_order(text)
        || clause::leans(text) && !text.ends_with('?')
        || !lead::may_open(draft, sentence)
        || draft.is_masked(sentence.line, sentence.span)
    {
        return None;
    }
    let post = Post::new(text);
    let parsed = parsed(&post);
    let hook = structure(
        &post,
        &parsed.iter().collect::<Vec<_>>(),
        crate::post::FoldLimits::default(),
    )
    .hook?;
    let holds = |kind: Kind| {
        let here =
            |f: &&crate::rewrite::facts::Fact| f.kind == kind && sentence.span.contains(f.span);
        facts.all().iter().any(|f| here(&f))
    };
    if hook.question {
        // A question that leans on nothing: "Why did we fail?", not "Sound familiar?"
        let asks = matches!(
            words.first()?.lower.as_str(),
            "why" | "what" | "how" | "when" | "where" | "which" | "who"
        );
        return asks.then_some(Strength::Question);
    }
    if !clause::opens_clause(text) {
        return None;
    }
    if hook.number && holds(Kind::Number) && !holds(Kind::Date) {
        Some(Strength::Number)
    } else if hook.contrast {
        Some(Strength::Contrast)
    } else if hook.claim && count(text) <= 12 {
        Some(Strength::Claim)
    } else {
        None
    }
}

/// Whether a word of the sentence points to one before it.
fn points_back(words: &[Token<'_>]) -> bool {
    const POINTERS: [&str; 24] = [
        "this", "these", "those", "such", "also", "then", "another", "other", "others", "again",
        "instead", "too", "second", "third", "next", "both", "result", "answer", "message",
        "reason", "former", "latter", "same", "one",
    ];
    const PRONOUNS: [&str; 14] = [
        "it", "it's", "its", "they", "they're", "their", "them", "he", "she", "his", "her", "him",
        "you", "your",
    ];
    // A pronoun late in the sentence has its noun there: "Privacy isn't gone, it's changing."
    let named = words
        .first()
        .is_some_and(|t| !lexis::is_nominative(&t.lower));
    words.iter().enumerate().any(|(i, t)| {
        let base = t.lower.as_str();
        POINTERS.contains(&base)
            || PRONOUNS.contains(&base) && (i < 3 || !named || base.starts_with("you"))
    })
}

/// "Here is why we left." as "Why did we leave?": only with a pronoun for a subject and a verb
/// whose forms are known, so that nothing is asked that was not said.
fn direct(sentence: &str) -> Option<String> {
    let body = sentence.strip_suffix(['.', ':', '!'])?;
    let lower = body.to_lowercase().replace('’', "'");
    let rest = ANNOUNCED.iter().find_map(|a| {
        let rest = lower.strip_prefix(a)?.strip_prefix(' ')?;
        Some(&body[body.len() - rest.len()..])
    });
    let rest = rest.filter(|_| lower.len() == body.len())?;
    if rest.contains([',', ';', ':', '—', '–', '(', '"', '“']) {
        return None;
    }
    let mut words = rest.splitn(4, ' ');
    let (ask, subject, verb, object) = (words.next()?, words.next()?, words.next()?, words.next());
    let ask = match ask {
        "why" => "Why",
        "how" => "How",
        _ => return None,
    };
    let subject = match subject {
        "I" | "we" | "they" | "he" | "she" => subject,
        _ => return None,
    };
    let singular = matches!(subject, "he" | "she");
    let (auxiliary, base) = match (lexis::verb(verb, Form::Past), lexis::verb(verb, Form::Base)) {
        (Some(v), None) => ("did", v.base),
        (None, Some(v)) if !singular => ("do", v.base),
        _ => return None,
    };
    let object = object.map(|o| format!(" {o}")).unwrap_or_default();
    Some(format!("{ask} {auxiliary} {subject} {base}{object}?"))
}

#[cfg(test)]
mod tests {
    use super::direct;

    #[test]
    fn indirect_questions_are_asked() {
        assert_eq!(
            direct("Here is why we left Oslo.").as_deref(),
            Some("Why did we leave Oslo?")
        );
        assert_eq!(
            direct("This is how they build trust:").as_deref(),
            Some("How do they build trust?")
        );
        for no in [
            "Here is why Ann left.",
            "Here is what we left.",
            "That is why we cut costs.",
            "Here is why we left, and how.",
            "We left.",
        ] {
            assert_eq!(direct(no), None, "{no}");
        }
    }
}

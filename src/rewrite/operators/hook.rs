//! A stronger first line, made of the post's own words.
//!
//! An opening is weak where it holds no question, number, contrast or claim, or where the rule
//! `structure/weak-hook` finds an empty phrase in it. Then a short sentence from further down that
//! holds one of them moves to the top, or an indirect question ("Here is why we left.") is asked
//! there. [`super::lead`] answers another rule: it moves the first figure up where the fold hides
//! it and nothing before the fold says anything; where that speaks, this is silent.

use rustc_hash::FxHashMap;

use super::clause::{self, Token, count, tokens};
use super::lexis::{self, Form};
use super::{Operator, first_line, lead};
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

/// Sentences at the end that stay: they close the post, or ask the readers. One does where the
/// first line needs another.
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

/// Last words of a sentence that the next one explains.
const ANNOUNCES: [&str; 9] = [
    "answer", "clear", "lesson", "obvious", "point", "question", "simple", "this", "truth",
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
    /// It says what is, and only helps where nothing else can.
    Statement,
}

/// One edit at the top of the post.
pub(super) fn apply(draft: &Draft, options: &Options) -> Vec<Edit> {
    let text = draft.text();
    // A first line that the fold cuts and that breaks nowhere needs another above it.
    let stuck =
        !fold::first_line_fits(text, options.fold.mobile) && !first_line::has_pause(draft, options);
    if !(stuck || is_weak(draft.post, options)) || !lead::apply(draft, options).is_empty() {
        return Vec::new();
    }
    let Some(first) = draft.sentences().first() else {
        return Vec::new();
    };
    let opening = first.span.of(text);
    let greets = tokens(opening)
        .first()
        .is_some_and(|t| matches!(t.lower.as_str(), "hello" | "hi" | "hey" | "dear" | "good"));
    if draft.kinds[first.line] != LineKind::Prose || greets || has_news(opening) {
        return Vec::new();
    }
    let facts = Facts::of(text);
    let shown = fold::cut_at(text, options.fold.mobile);
    let all = draft.sentences();
    let body = all.len().saturating_sub(if stuck { 1 } else { CLOSING });
    let about = topics(draft, options);
    let below = || {
        (0..body).filter(|&i| {
            (all[i].line > first.line || stuck && i > 0)
                && all[i].span.end > shown
                && draft.kinds[all[i].line] == LineKind::Prose
                && stands_free(draft, i)
                && holds_topic(all[i].span.of(text), &about)
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
        let strength =
            strength(draft, &all[i], &facts).filter(|s| stuck || *s != Strength::Statement)?;
        let next = all
            .get(i + 1)
            .filter(|n| draft.kinds[n.line] == LineKind::Prose);
        let needed = next.is_some_and(|n| {
            let now = n.span.of(text).starts_with("Now ");
            now || !lead::may_open(draft, n)
        });
        let opening = all[i].span.of(text);
        let fits = if strength == Strength::Statement {
            ends_before_fold(opening, options) && !opens_on_nothing(&Post::new(opening), options)
        } else {
            fits(opening, options)
        };
        (fits && !needed).then_some((strength, i))
    });
    let best = candidates.min();
    best.map(|(_, i)| lead::lift(draft, &all[i], Operator::Hook))
        .into_iter()
        .collect()
}

/// Whether `opening` is no longer weak as the first line, and ends before the fold.
fn fits(opening: &str, options: &Options) -> bool {
    ends_before_fold(opening, options) && !is_weak(&Post::new(opening), options)
}

fn ends_before_fold(opening: &str, options: &Options) -> bool {
    fold::cut_at(opening, options.fold.mobile) == opening.len()
}

/// Words that many posts use more than once, whatever they are about.
const COMMON: [&str; 32] = [
    "again",
    "back",
    "best",
    "better",
    "day",
    "days",
    "ever",
    "everyone",
    "everything",
    "first",
    "good",
    "great",
    "here",
    "last",
    "like",
    "lot",
    "much",
    "need",
    "next",
    "nothing",
    "people",
    "real",
    "someone",
    "something",
    "thing",
    "things",
    "time",
    "today",
    "very",
    "week",
    "work",
    "year",
];

/// Words of what the post is about, in lower case and in the singular: those of the caller's
/// keyphrases, and nouns and names that it uses more than once.
fn topics(draft: &Draft, options: &Options) -> Vec<String> {
    let given = options.keywords.iter().flat_map(|k| k.split_whitespace());
    let mut all: Vec<String> = given
        .map(|w| singular(&w.to_lowercase()))
        .filter(|w| may_be_topic(w))
        .collect();
    let mut counts: FxHashMap<String, usize> = FxHashMap::default();
    for sentence in draft.sentences() {
        for token in tokens(sentence.span.of(draft.text())) {
            let letters = token.raw.trim_matches(|c: char| !c.is_alphanumeric());
            let acronym = letters.len() > 1 && letters.chars().all(char::is_uppercase);
            if acronym || may_be_topic(&token.lower) {
                *counts.entry(singular(&token.lower)).or_default() += 1;
            }
        }
    }
    all.extend(counts.into_iter().filter(|(_, n)| *n > 1).map(|(w, _)| w));
    all
}

fn singular(word: &str) -> String {
    word.strip_suffix('s').unwrap_or(word).to_owned()
}

/// Whether `word`, in lower case, may name what a post is about: no word of grammar, no verb.
fn may_be_topic(word: &str) -> bool {
    let acts = [Form::Base, Form::Third, Form::Past, Form::Ing]
        .into_iter()
        .any(|f| lexis::plain_verb(word, f).is_some());
    word.chars().count() > 3
        && word.starts_with(char::is_alphabetic)
        && !word.contains('\'')
        && !acts
        && !lexis::is_auxiliary(word)
        && !lexis::is_determiner(word)
        && !lexis::is_preposition(word)
        && !lexis::is_adverb(word)
        && !clause::is_leaning(word)
        && !COMMON.contains(&word)
        && !matches!(
            word,
            "than" | "them" | "they" | "been" | "being" | "into" | "only" | "such"
        )
}

/// Whether `sentence` holds a topic.
fn holds_topic(sentence: &str, topics: &[String]) -> bool {
    let words = tokens(sentence);
    words.iter().any(|t| topics.contains(&singular(&t.lower)))
}

/// Whether sentence `i` is none of a quotation, of a list or of several questions, answers none, and
/// is announced by nothing before it.
pub(super) fn stands_free(draft: &Draft, i: usize) -> bool {
    let (text, all) = (draft.text(), draft.sentences());
    let (span, line) = (all[i].span, draft.line_span(all[i].line));
    let above = &text[..span.start];
    let quoted = above.matches('"').count() % 2 == 1
        || above.matches('“').count() > above.matches('”').count()
        || line.of(text).trim_start().starts_with(['\'', '‘']);
    let marked = !line
        .of(text)
        .trim_start()
        .starts_with(char::is_alphanumeric);
    let announced = above.trim_end().ends_with(':');
    let first = |s: &Sentence| tokens(s.span.of(text)).into_iter().next().map(|t| t.lower);
    let asks = |s: Option<&Sentence>| s.is_some_and(|s| s.span.of(text).ends_with('?'));
    let before = i.checked_sub(1).and_then(|i| all.get(i));
    // "I plan the week. I tell the team." is one story.
    let goes_on = first(&all[i])
        .filter(|w| lexis::is_nominative(w))
        .is_some_and(|word| {
            before.is_some_and(|b| {
                let same = tokens(b.span.of(text))
                    .iter()
                    .take(6)
                    .any(|t| t.lower == word);
                b.line == all[i].line && same
            })
        });
    let answers = asks(before) || asks(Some(&all[i])) && asks(all.get(i + 1));
    // "The challenge is simple." needs what it announces behind it.
    let last = before.and_then(|s| tokens(s.span.of(text)).pop());
    let kept = last.is_some_and(|t| ANNOUNCES.contains(&t.lower.as_str()));
    !(quoted || marked || announced || answers || kept || goes_on)
}

/// Whether `sentence` announces: news stays on top.
fn has_news(sentence: &str) -> bool {
    const NEWS: &str = "announce announces announced announcing delighted excited glad happy honored \
        honoured introducing launch launched launches launching pleased proud release released \
        releasing thrilled unveil unveiled unveiling";
    let words = tokens(sentence);
    words.iter().take(12).any(|t| lexis::is_in(NEWS, &t.lower))
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
        || is_known_thing(&words)
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
        let lasting = clause::tense(text) == Some(clause::Tense::Present);
        let own = matches!(
            words[0].lower.as_str(),
            "i" | "i'm" | "we" | "we're" | "below" | "here"
        );
        (lasting && !own && !hook.number).then_some(Strength::Statement)
    }
}

/// Whether the sentence names a thing that the reader has to know from before: "the winners". What
/// is said of it in the sentence makes it known ("the future of work"), as does a name.
fn is_known_thing(words: &[Token<'_>]) -> bool {
    const UNIQUE: [&str; 24] = [
        "world", "internet", "web", "future", "past", "market", "economy", "planet", "law",
        "public", "truth", "most", "best", "worst", "biggest", "hardest", "only", "more", "less",
        "better", "right", "wrong", "us", "uk",
    ];
    let the = |i: &usize| words[*i].lower == "the";
    (0..words.len()).filter(the).any(|i| {
        let phrase: Vec<&Token> = words[i + 1..]
            .iter()
            .take_while(|t| {
                !lexis::is_preposition(&t.lower)
                    && !lexis::is_auxiliary(&t.lower)
                    && !clause::is_leaning(&t.lower)
                    && !lexis::is_nominative(&t.lower)
                    && !matches!(t.lower.as_str(), "to" | "you" | "and" | "or")
            })
            .take(4)
            .collect();
        let next = words
            .get(i + 1 + phrase.len())
            .filter(|_| !phrase.last().is_some_and(|t| t.closes));
        let told = next.is_some_and(|t| {
            !lexis::is_auxiliary(&t.lower) && !matches!(t.lower.as_str(), "and" | "or")
        });
        let unique = phrase
            .iter()
            .any(|t| UNIQUE.contains(&t.lower.as_str()) || t.raw.starts_with(char::is_uppercase));
        !(told || unique)
    })
}

/// Whether `sentence` needs what stood before it.
pub(super) fn leans_back(sentence: &str) -> bool {
    let words = tokens(sentence);
    let there = words.last().is_some_and(|t| t.lower == "there");
    there || points_back(&words) || is_known_thing(&words)
}

/// Whether a word of the sentence points to one before it.
fn points_back(words: &[Token<'_>]) -> bool {
    const POINTERS: [&str; 23] = [
        "this", "these", "those", "such", "also", "then", "another", "other", "others", "again",
        "instead", "too", "second", "third", "next", "both", "result", "answer", "message",
        "reason", "former", "latter", "same",
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
        let that = base == "that" && words.get(i + 1).is_some_and(|n| n.closes);
        // "The one", but "in one quarter" counts.
        let one = base == "one" && (t.closes || i + 1 == words.len());
        that || one
            || POINTERS.contains(&base)
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

//! What a stretch of a sentence is: a clause that stands by itself, or less.
//!
//! There is no parser here. Each test looks for words that only a clause has, and answers "no"
//! where it cannot tell.

use super::lexis::{self, Form};
use super::subject::is_many;

/// Words at most before the verb of a clause whose subject is no pronoun.
const LONGEST_SUBJECT: usize = 8;

/// Words in front of a clause that make it lean on another.
const LEANING: [&str; 26] = [
    "if", "when", "whenever", "while", "because", "although", "though", "since", "unless", "until",
    "as", "after", "before", "once", "whether", "whoever", "that", "which", "who", "where", "what",
    "how", "why", "whereas", "whatever", "whose",
];

/// A word with what the tests need of it.
#[derive(Debug, Clone)]
pub(super) struct Token<'t> {
    pub raw: &'t str,
    /// In lower case, apostrophes straight, marks around it gone.
    pub lower: String,
    /// Whether a mark ends it.
    pub closes: bool,
    /// Whether a bracket, a quotation mark or an emoji starts it.
    pub opens: bool,
}

/// The words of `text`; pieces without a letter or digit are none.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    text.split_whitespace()
        .filter(|w| w.contains(char::is_alphanumeric))
        .map(|raw| {
            let bare = raw.trim_matches(|c: char| !c.is_alphanumeric());
            Token {
                raw,
                lower: bare.replace('’', "'").to_lowercase(),
                closes: !raw.ends_with(char::is_alphanumeric),
                opens: !raw.starts_with(char::is_alphanumeric),
            }
        })
        .collect()
}

/// Number of words of `text`.
pub(super) fn count(text: &str) -> usize {
    text.split_whitespace()
        .filter(|w| w.contains(char::is_alphanumeric))
        .count()
}

/// Whether `word`, in lower case, makes the clause behind it lean on another.
pub(super) fn is_leaning(word: &str) -> bool {
    LEANING.contains(&word)
}

/// Whether the first word of `text` makes it lean on another clause.
pub(super) fn leans(text: &str) -> bool {
    tokens(text).first().is_some_and(|t| is_leaning(&t.lower))
}

/// Whether `text` opens with a subject and its verb, before any mark.
pub(super) fn opens_clause(text: &str) -> bool {
    let tokens = tokens(text);
    let Some(first) = tokens.first().filter(|t| !t.closes) else {
        return false;
    };
    if lexis::is_nominative(&first.lower) {
        return true;
    }
    let verb_base = lexis::plain_verb(&first.lower, Form::Base).is_some();
    // "Today they're here"
    let adverbial = matches!(
        first.lower.as_str(),
        "today" | "now" | "then" | "here" | "instead" | "together" | "yesterday"
    );
    if adverbial {
        return tokens
            .get(1)
            .is_some_and(|t| lexis::is_nominative(&t.lower));
    }
    if first.lower.ends_with("ing") && !first.raw.starts_with(char::is_uppercase)
        || verb_base
        || first.opens
        || lexis::is_adverb(&first.lower)
        || lexis::is_auxiliary(&first.lower)
        || lexis::is_preposition(&first.lower)
        || is_leaning(&first.lower) && !matches!(first.lower.as_str(), "that")
        || matches!(
            first.lower.as_str(),
            "to" | "not" | "and" | "or" | "but" | "nor" | "than"
        )
    {
        return false;
    }
    let mut prepositions = 0;
    let mut joined = false;
    for (i, token) in tokens.iter().enumerate().take(LONGEST_SUBJECT + 1).skip(1) {
        let word = token.lower.as_str();
        if token.opens {
            return false;
        }
        if finite_at(&tokens, i) {
            // "Vietnam and the north are", not "trust and care is".
            return !joined || matches!(word, "are" | "were" | "have");
        }
        if word == "and" && !joined && !token.closes {
            joined = true;
            continue;
        }
        let breaks = token.closes
            || is_leaning(word)
            || matches!(word, "it" | "you" | "there")
            || matches!(word, "to" | "and" | "or" | "but" | "than" | "nor")
            || lexis::is_nominative(word);
        prepositions += usize::from(lexis::is_preposition(word));
        if breaks || prepositions > 1 {
            return false;
        }
    }
    false
}

/// Whether word `i` is the verb of a main clause as far as words tell.
pub(super) fn finite_at(tokens: &[Token<'_>], i: usize) -> bool {
    let word = tokens[i].lower.as_str();
    let before = i.checked_sub(1).map(|p| &tokens[p]);
    let behind_relative = before.is_some_and(|p| {
        matches!(
            p.lower.as_str(),
            "who" | "which" | "that" | "what" | "how" | "to"
        )
    });
    if behind_relative {
        return false;
    }
    if lexis::is_auxiliary(word) {
        return !is_month(tokens, i);
    }
    let Some(before) = before.filter(|p| !p.closes) else {
        return false;
    };
    let after_subject = lexis::is_nominative(&before.lower)
        || matches!(
            before.lower.as_str(),
            "you" | "it" | "this" | "everyone" | "nobody" | "everybody" | "someone" | "nothing"
        );
    if after_subject {
        return [Form::Base, Form::Third, Form::Past]
            .into_iter()
            .any(|f| lexis::verb(word, f).is_some());
    }
    if lexis::is_determiner(&before.lower)
        || lexis::is_preposition(&before.lower)
        || matches!(before.lower.as_str(), "and" | "or")
    {
        return false;
    }
    if lexis::plain_verb(word, Form::Third).is_some() {
        return true;
    }
    let next = tokens.get(i + 1).filter(|_| !tokens[i].closes);
    let object = next.is_some_and(|n| {
        lexis::is_determiner(&n.lower)
            || matches!(
                n.lower.as_str(),
                "us" | "me" | "them" | "you" | "how" | "why" | "what"
            )
    });
    // "Mailchimp uses the data", not "the shows of the year".
    let adverb = lexis::is_adverb(&before.lower);
    if (object || adverb) && lexis::verb(word, Form::Third).is_some() && !is_many(&before.lower) {
        return true;
    }
    // "Attackers create", "attackers now create", "we also want".
    let subject = match i.checked_sub(2).map(|k| &tokens[k]).filter(|t| !t.closes) {
        Some(subject) if lexis::is_adverb(&before.lower) => subject,
        _ => before,
    };
    let acts = lexis::plain_verb(word, Form::Base).is_some()
        || (object || adverb) && lexis::verb(word, Form::Base).is_some();
    // "It helps teams plan the work": no clause of its own.
    let caused = tokens[..i]
        .iter()
        .rev()
        .take(5)
        .any(|t| causes(&t.lower) && !t.closes);
    let counted = subject.lower.chars().all(|c| c.is_ascii_digit()) && !subject.lower.is_empty();
    if acts
        && !caused
        && (is_many(&subject.lower)
            || counted
            || matches!(subject.lower.as_str(), "i" | "we" | "they" | "you"))
    {
        return true;
    }
    // "Rose" is a past tense and nothing else.
    let past = lexis::verb(word, Form::Past).is_some();
    if past
        && lexis::verb(word, Form::Participle).is_none()
        && lexis::verb(word, Form::Base).is_none()
    {
        return true;
    }
    // "The team improved the plan", not "results achieved by the team".
    let just = matches!(
        before.lower.as_str(),
        "just" | "also" | "then" | "still" | "never"
    );
    past && just && i > 1
        || past
            && next.is_some_and(|n| {
                lexis::is_determiner(&n.lower) || matches!(n.lower.as_str(), "us" | "me" | "them")
            })
}

/// Whether `text` holds the verb of a clause, or opens with an order.
pub(super) fn has_verb(text: &str) -> bool {
    let tokens = tokens(text);
    let nominative = tokens
        .first()
        .is_some_and(|t| lexis::is_nominative(&t.lower));
    nominative && tokens.len() > 1
        || is_order(text)
        || (0..tokens.len()).any(|i| finite_at(&tokens, i) || holds_clitic(&tokens[i]))
}

fn holds_clitic(token: &Token<'_>) -> bool {
    token.lower.contains('\'') && lexis::is_nominative(&token.lower)
}

/// Whether `text` opens with an order: a verb that is hardly ever a noun.
pub(super) fn is_order(text: &str) -> bool {
    let tokens = tokens(text);
    tokens.first().is_some_and(|t| {
        lexis::plain_verb(&t.lower, Form::Base).is_some()
            && !tokens[1..]
                .first()
                .is_some_and(|n| lexis::is_auxiliary(&n.lower))
    })
}

/// Whether the commas of `text` part things alone: no stretch between them is a clause.
pub(super) fn is_plain_series(text: &str) -> bool {
    text.split(", ")
        .skip(1)
        .all(|p| !opens_clause(p) && !leans(p))
}

/// Whether `word` ends in "-ing" and is a noun as a rule.
pub(super) fn is_ing_noun(word: &str) -> bool {
    const NOUNS: &str = "advertising banking branding building coaching computing engineering \
        evening funding hiring housing learning manufacturing marketing meeting mentoring morning \
        offering planning pricing setting shipping something spending testing thing training \
        understanding upskilling";
    NOUNS.split_whitespace().any(|n| n == word)
}

/// Whether `word`, in lower case, tells by its end that it is a participle: "making", no "thing".
pub(super) fn is_doing(word: &str) -> bool {
    word.len() > 5 && word.ends_with("ing") && !is_ing_noun(word)
}

/// Verbs behind which others do what is said: "we help teams plan".
pub(super) fn causes(word: &str) -> bool {
    [Form::Base, Form::Third, Form::Past, Form::Ing]
        .into_iter()
        .filter_map(|f| lexis::verb(word, f))
        .any(|v| matches!(v.base, "help" | "let" | "make" | "have" | "see" | "watch"))
}

/// Whether word `i` is the month, not what may be.
fn is_month(tokens: &[Token<'_>], i: usize) -> bool {
    let before = i.checked_sub(1).map(|k| tokens[k].lower.as_str());
    let dated = before.is_some_and(|b| {
        lexis::is_preposition(b)
            || matches!(b, "this" | "last" | "next" | "before" | "since" | "until")
            || b.chars().all(|c| c.is_ascii_digit())
    });
    let counted = tokens
        .get(i + 1)
        .is_some_and(|n| n.lower.starts_with(|c: char| c.is_ascii_digit()));
    tokens[i].raw.starts_with("May") && i > 0 && (dated || counted)
}

/// When the first clause of a sentence happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tense {
    Present,
    Past,
    /// Behind "will", "can" and their like.
    Modal(&'static str),
}

/// The tense of the first verb of `text`; none where it cannot be told.
pub(super) fn tense(text: &str) -> Option<Tense> {
    const MODALS: [&str; 8] = [
        "will", "would", "can", "could", "should", "may", "might", "must",
    ];
    let tokens = tokens(text);
    for (i, token) in tokens.iter().enumerate() {
        let word = token.lower.as_str();
        if let Some(modal) = MODALS
            .into_iter()
            .find(|m| *m == word && !is_month(&tokens, i))
        {
            return Some(Tense::Modal(modal));
        }
        if word.ends_with("'ll") {
            return Some(Tense::Modal("will"));
        }
        match word {
            "was" | "were" | "had" | "did" => return Some(Tense::Past),
            "is" | "are" | "am" | "has" | "have" | "does" | "do" => return Some(Tense::Present),
            _ => {}
        }
        if holds_clitic(token) && !word.ends_with("'d") {
            return Some(Tense::Present);
        }
        if i == 0 || !finite_at(&tokens, i) {
            continue;
        }
        let past = lexis::verb(word, Form::Past).is_some();
        let present = [Form::Base, Form::Third]
            .into_iter()
            .any(|f| lexis::verb(word, f).is_some());
        return match (past, present) {
            (true, false) => Some(Tense::Past),
            (false, true) => Some(Tense::Present),
            _ => None,
        };
    }
    None
}

/// Whether no bracket or quotation mark is open at the end of `text`.
pub(super) fn closed(text: &str) -> bool {
    let even = |c: char| text.matches(c).count().is_multiple_of(2);
    let paired = |a: char, b: char| text.matches(a).count() == text.matches(b).count();
    even('"') && paired('(', ')') && paired('[', ']') && paired('“', '”') && paired('«', '»')
}

/// Whether a word of `text` denies.
pub(super) fn denies(text: &str) -> bool {
    tokens(text).iter().any(|t| {
        t.lower.ends_with("n't")
            || matches!(
                t.lower.as_str(),
                "not"
                    | "never"
                    | "no"
                    | "none"
                    | "nobody"
                    | "nothing"
                    | "neither"
                    | "nor"
                    | "without"
                    | "cannot"
                    | "hardly"
                    | "rarely"
            )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clauses_open_with_a_subject_and_a_verb() {
        for yes in [
            "we knew it",
            "the airline needed a plan",
            "the future of work is here",
            "it's out",
            "governance will help",
            "this creates value",
            "you can read it",
            "Acme delivers the goods",
        ] {
            assert!(opens_clause(yes), "{yes}");
        }
        for no in [
            "the team",
            "making it work is hard",
            "even fewer seats",
            "the people who are here",
            "what is new",
            "results achieved by the team",
            "in the end it is",
            "to win, we are",
            "you and me",
            "scalability, integration, or data",
            "the problems it can solve",
            "also brings risks",
            "a list (you can't skip it)",
        ] {
            assert!(!opens_clause(no), "{no}");
        }
    }

    #[test]
    fn verbs_and_tenses() {
        assert!(has_verb("Join us today") && has_verb("Our aim remains clear"));
        assert!(!has_verb("The people who are here") && !has_verb("Time, money"));
        assert_eq!(tense("This report explains the plan"), Some(Tense::Present));
        assert_eq!(tense("The team improved the plan"), Some(Tense::Past));
        assert_eq!(tense("It will go"), Some(Tense::Modal("will")));
        assert_eq!(tense("No verb here"), None);
    }

    #[test]
    fn brackets_and_denials() {
        assert!(closed("a (b) “c”") && !closed("a (b") && !closed("say \"so"));
        assert!(denies("We can't") && !denies("We can"));
    }
}

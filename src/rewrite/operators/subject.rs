//! The subject of a sentence as the pronoun that may open the next one.

use super::clause::{self, Token, finite_at, tokens};
use super::lexis::{self, Form};
use super::series;

/// Words at most of a subject that is no pronoun.
const LONGEST: usize = 6;

/// The subject of a clause, and where its verb stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Subject<'t> {
    /// "I", "We", "You", "They", "It", "He" or "She", or the few words that the subject has.
    pub pronoun: &'t str,
    /// Index of the verb among the words; that of the pronoun where the two are one ("we're").
    pub verb: usize,
}

/// Words of the end "-er" and its like that are no persons.
const THINGS: [&str; 22] = [
    "paper",
    "newsletter",
    "center",
    "chapter",
    "number",
    "power",
    "letter",
    "order",
    "layer",
    "sector",
    "server",
    "career",
    "offer",
    "behaviour",
    "behavior",
    "charter",
    "chatbot",
    "webinar",
    "factor",
    "error",
    "browser",
    "computer",
];

/// Nouns of persons, and of groups that are "it" to some and "they" to others.
const PERSONS: [&str; 66] = [
    "ceo",
    "cto",
    "cfo",
    "ciso",
    "head",
    "lead",
    "chair",
    "president",
    "vice",
    "boss",
    "staff",
    "people",
    "expert",
    "guest",
    "team",
    "crew",
    "family",
    "child",
    "friend",
    "colleague",
    "woman",
    "man",
    "person",
    "host",
    "coach",
    "scientist",
    "student",
    "client",
    "audience",
    "panel",
    "executive",
    "professional",
    "candidate",
    "nurse",
    "chief",
    "everyone",
    "hero",
    "wife",
    "husband",
    "spouse",
    "son",
    "mum",
    "mom",
    "dad",
    "parent",
    "uncle",
    "aunt",
    "cousin",
    "niece",
    "nephew",
    "kid",
    "baby",
    "boy",
    "girl",
    "guy",
    "lady",
    "analyst",
    "architect",
    "pilot",
    "chef",
    "intern",
    "mate",
    "teammate",
    "classmate",
    "judge",
    "salesperson",
];

impl<'t> Subject<'t> {
    /// The subject of the clause that `text` opens with, its `words` given; none where no pronoun is
    /// sure to mean it, and it is too long to be said again.
    pub fn of(text: &'t str, words: &[Token<'t>]) -> Option<Self> {
        let first = words.first()?;
        let (pronoun, clitic) = match first.lower.split_once('\'') {
            Some((pronoun, "m" | "re" | "ve" | "ll" | "s")) => (pronoun, true),
            Some(_) => return None,
            None => (first.lower.as_str(), false),
        };
        let known = match pronoun {
            "i" => Some("I"),
            "we" => Some("We"),
            "you" => Some("You"),
            "they" => Some("They"),
            "he" => Some("He"),
            "she" => Some("She"),
            "it" => Some("It"),
            _ => None,
        };
        match known {
            Some(_) if first.closes => None,
            Some("It") if clitic => None,
            Some(pronoun) if clitic => Some(Self { pronoun, verb: 0 }),
            Some(pronoun) => {
                let adverbs = words[1..].iter().take_while(|t| lexis::is_adverb(&t.lower));
                let verb = 1 + adverbs.count();
                let finite = [Form::Base, Form::Third, Form::Past].into_iter().any(|f| {
                    words
                        .get(verb)
                        .is_some_and(|t| lexis::verb(&t.lower, f).is_some())
                });
                let fits = finite || verb < words.len() && finite_at(words, verb);
                fits.then_some(Self { pronoun, verb })
            }
            None => noun(words).or_else(|| again(text, words)),
        }
    }

    /// Whether its verb has the third person's "-s".
    pub fn is_singular(self) -> bool {
        !matches!(self.pronoun, "I" | "We" | "You" | "They")
    }

    /// `verb` in the present tense as this subject has it.
    pub fn present(self, verb: &lexis::Verb) -> &'static str {
        if self.is_singular() {
            verb.third
        } else {
            verb.base
        }
    }
}

/// Words at most of a subject that the next sentence says again.
const SAID_AGAIN: usize = 3;

/// First words of a subject that is another one when it is said again, or none.
const ONCE: &str = "a an another any anybody anyone both each every here last least less many more most \
    neither next no nobody none not nothing one only other same several some somebody someone \
    something such that there these this those today tomorrow what who yesterday";

/// A name, or a noun with "the" or "our", that opens the sentence with the third person's verb
/// behind it: the next sentence may say it again.
fn again<'t>(text: &'t str, words: &[Token<'t>]) -> Option<Subject<'t>> {
    let verb = (1..words.len().min(SAID_AGAIN + 2)).find(|&i| finite_at(words, i))?;
    let word = words[verb].lower.as_str();
    let named = (words[0].raw.chars().skip(1).any(char::is_uppercase) || verb > 1)
        && words[..verb]
            .iter()
            .all(|t| t.raw.starts_with(char::is_uppercase) && !lexis::is_determiner(&t.lower));
    let third = matches!(word, "has" | "is" | "was")
        || lexis::verb(word, Form::Third).is_some()
        || named && lexis::verb(word, Form::Past).is_some();
    let adverbs = words[..verb].iter().rev();
    let adverbs = adverbs.take_while(|t| lexis::is_adverb(&t.lower)).count();
    let within = &words[..verb - adverbs];
    let first = within.first()?;
    let plain = within.iter().all(|t| {
        !t.closes
            && !t.opens
            && !lexis::is_preposition(&t.lower)
            && !lexis::is_auxiliary(&t.lower)
            && !lexis::is_adverb(&t.lower)
            && !clause::is_leaning(&t.lower)
            && !t.lower.ends_with("ing")
            && t.lower.starts_with(char::is_alphabetic)
            && !matches!(t.lower.as_str(), "and" | "or" | "to" | "but" | "if")
    });
    let last = within.last()?;
    let noun = !is_many(&last.lower) && !last.lower.contains('\'');
    let opens = !lexis::is_in(ONCE, &first.lower)
        && lexis::plain_verb(&first.lower, Form::Base).is_none()
        && (within.len() > 1 || !lexis::is_determiner(&first.lower));
    let start = series::place_of(text, 0)?;
    let end = series::place_of(text, verb - adverbs)?;
    let fits = third && plain && noun && opens && within.len() <= SAID_AGAIN;
    fits.then(|| Subject {
        pronoun: text[start..end].trim(),
        verb,
    })
}

/// `subject` as it stands behind another word, "then it"; none where it cannot be told from a name.
pub(super) fn inside(subject: &str) -> Option<String> {
    let (first, rest) = subject.split_once(' ').unwrap_or((subject, ""));
    let lower = first.to_lowercase();
    let little = matches!(
        lower.as_str(),
        "we" | "you"
            | "they"
            | "it"
            | "he"
            | "she"
            | "the"
            | "our"
            | "my"
            | "their"
            | "your"
            | "his"
            | "her"
            | "its"
    );
    let named = first == "I" || first.chars().skip(1).any(char::is_uppercase);
    match (little, rest) {
        (true, "") => Some(lower),
        (true, rest) => Some(format!("{lower} {rest}")),
        (false, _) => named.then(|| subject.to_owned()),
    }
}

/// A noun with its article: "our new tool", "these teams of five".
fn noun<'t>(words: &[Token<'t>]) -> Option<Subject<'t>> {
    let first = words.first()?;
    let opens = matches!(
        first.lower.as_str(),
        "the"
            | "our"
            | "this"
            | "these"
            | "those"
            | "my"
            | "her"
            | "his"
            | "its"
            | "their"
            | "your"
            | "many"
            | "most"
    );
    let bare = !opens && is_many(&first.lower);
    if first.closes || first.opens || !(opens || bare) {
        return None;
    }
    let verb = (1..words.len().min(LONGEST + 1)).find(|&i| finite_at(words, i))?;
    let mut within = &words[..verb];
    while within.last().is_some_and(|t| lexis::is_adverb(&t.lower)) {
        within = &within[..within.len() - 1];
    }
    let clear = within.iter().skip(1).all(|t| {
        !t.closes
            && !t.opens
            && !clause::is_leaning(&t.lower)
            && !matches!(t.lower.as_str(), "and" | "or" | "to")
    });
    let head_at = within
        .iter()
        .position(|t| lexis::is_preposition(&t.lower))
        .unwrap_or(within.len())
        .checked_sub(1)?;
    if !clear || opens && head_at == 0 || bare && head_at > 1 {
        return None;
    }
    // "Our Acme tool" is a tool, "the Acme Group" may be several people.
    if within[head_at].raw.starts_with(char::is_uppercase) && head_at > 0 {
        return None;
    }
    let head = within[head_at].lower.as_str();
    let word = words[verb].lower.as_str();
    let form = |f| lexis::verb(word, f).is_some();
    let plural = match word {
        "are" | "were" | "have" | "do" => true,
        "is" | "was" | "has" | "does" => false,
        _ if form(Form::Third) => false,
        _ if form(Form::Past) || lexis::is_auxiliary(word) => is_many(head),
        _ => true,
    };
    if plural && is_many(head) {
        return Some(Subject {
            pronoun: "They",
            verb,
        });
    }
    (!plural && !bare && is_thing(head)).then_some(Subject {
        pronoun: "It",
        verb,
    })
}

/// Whether `noun` has the form of a plural.
pub(super) fn is_many(noun: &str) -> bool {
    let s = noun.ends_with('s')
        && !["ss", "us", "is", "news", "ics", "series"]
            .iter()
            .any(|e| noun.ends_with(e));
    s && noun.len() > 3 && !noun.contains('\'')
        || matches!(noun, "people" | "women" | "men" | "children")
}

/// Whether `noun` is one thing, not a person or a group of persons, as far as words tell.
pub(super) fn is_thing(noun: &str) -> bool {
    let person = PERSONS.contains(&noun)
        || noun.len() > 4
            && ["er", "or", "ist", "ee", "ian", "man", "eur", "ant"]
                .iter()
                .any(|e| noun.ends_with(e))
            && !THINGS.contains(&noun);
    noun.len() > 2
        && noun.chars().all(|c| c.is_lowercase() || c == '-')
        && !person
        && !is_many(noun)
        && !lexis::is_adverb(noun)
}

/// Words of a phrase in front of a clause stay below this.
const LONGEST_FRONT: usize = 9;

/// The clause of `text` behind a phrase in front of it, "In 2024, "; none where that is a clause
/// itself, on which all the rest leans.
pub(super) fn behind_front<'t>(text: &'t str) -> Option<&'t str> {
    let words = tokens(text);
    let first = words.first()?;
    if clause::is_leaning(&first.lower) || first.lower.ends_with("ing") || first.lower == "to" {
        return None;
    }
    let fronted = lexis::is_preposition(&first.lower)
        || lexis::is_adverb(&first.lower)
        || matches!(first.lower.as_str(), "today" | "last" | "earlier");
    if !fronted || first.lower == "all" {
        return Some(text);
    }
    let plain = |front: &str| {
        let front = tokens(front);
        front.len() < LONGEST_FRONT && (0..front.len()).all(|i| !finite_at(&front, i))
    };
    // "By asking good, clear questions, we learn": the clause may stand behind a later comma.
    let parts = text.match_indices(", ").map(|(at, mark)| {
        let rest = &text[at + mark.len()..];
        (&text[..at], rest)
    });
    let mut parts = parts.take_while(|(front, _)| plain(front)).take(3);
    let first = parts.next()?;
    let clause = |(_, rest): &(&str, &'t str)| clause::opens_clause(rest);
    let later = (!clause(&first)).then(|| parts.find(clause)).flatten();
    Some(later.unwrap_or(first).1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects_and_their_pronouns() {
        for (text, want) in [
            ("We built it", Some(("We", 1))),
            ("I'm building it", Some(("I", 0))),
            ("They also want it", Some(("They", 2))),
            ("Our new tool shows the way", Some(("It", 3))),
            ("The future of work is here", Some(("It", 4))),
            ("These teams are here", Some(("They", 2))),
            ("Attackers are here", Some(("They", 1))),
            ("The plans of the firm will help", Some(("They", 5))),
            ("The author wrote a book", None),
            ("Our team is here", Some(("Our team", 2))),
            ("Ann also writes the text", Some(("Ann", 2))),
            ("Ann Lee wrote the text", Some(("Ann Lee", 2))),
            ("🎉 Ann also writes the text", Some(("Ann", 2))),
            ("Synthetic data is cheap", Some(("Synthetic data", 2))),
            ("Another team is here", None),
            ("Our big new sales team is here", None),
            ("The tool and the plan are here", None),
            ("Adults have the right", Some(("They", 1))),
            ("It's here", None),
        ] {
            let found = Subject::of(text, &tokens(text));
            assert_eq!(found.map(|s| (s.pronoun, s.verb)), want, "{text}");
        }
    }

    #[test]
    fn phrases_in_front_are_left_aside() {
        assert_eq!(behind_front("In 2024, we won"), Some("we won"));
        assert_eq!(behind_front("We won, in 2024"), Some("We won, in 2024"));
        assert_eq!(
            behind_front("In clear, short words, we won"),
            Some("we won")
        );
        assert_eq!(behind_front("If it rains, we stay"), None);
    }
}

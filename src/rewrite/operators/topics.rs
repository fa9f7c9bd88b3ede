//! Words of a post that readers could follow as a topic: fields and practices, acronyms, names of
//! firms and products, and nouns that the post keeps coming back to.

use rustc_hash::FxHashMap;

use super::clause::{self, tokens};
use super::lexis::{self, Form};
use crate::rewrite::draft::{Draft, LineKind};
use crate::rewrite::facts::is_plain_word;

/// Times at least that a field, a name or an acronym stands in the post, and any other noun.
const FEWEST: (usize, usize) = (2, 4);
/// Letters at least of a noun that is no field.
const SHORTEST: usize = 5;

/// Fields and practices whose endings do not tell.
const FIELDS: [&str; 54] = [
    "advertising",
    "biotech",
    "blockchain",
    "burnout",
    "climate",
    "cloud",
    "coaching",
    "copywriting",
    "crypto",
    "cybersecurity",
    "data",
    "design",
    "ecommerce",
    "education",
    "energy",
    "engineering",
    "feedback",
    "finance",
    "fintech",
    "fundraising",
    "healthcare",
    "hiring",
    "intelligence",
    "jobs",
    "learning",
    "marketing",
    "mentoring",
    "networking",
    "nonprofits",
    "nursing",
    "onboarding",
    "parenting",
    "policy",
    "pricing",
    "privacy",
    "procurement",
    "programming",
    "prospecting",
    "psychology",
    "recruiting",
    "research",
    "retail",
    "robotics",
    "sales",
    "security",
    "selling",
    "startups",
    "storytelling",
    "strategy",
    "technology",
    "testing",
    "training",
    "travel",
    "writing",
];

/// Endings of nouns that name a field.
const ENDINGS: [&str; 9] = [
    "ation", "ment", "ship", "ics", "ware", "ology", "ability", "ivity", "ance",
];

/// Nouns of these endings that name none.
const NO_FIELDS: [&str; 47] = [
    "dedication",
    "partnership",
    "ability",
    "advance",
    "announcement",
    "argument",
    "balance",
    "chance",
    "comment",
    "commitment",
    "conversation",
    "critics",
    "department",
    "distance",
    "document",
    "element",
    "excitement",
    "expectation",
    "explanation",
    "fragment",
    "friendship",
    "generation",
    "guidance",
    "imagination",
    "implementation",
    "importance",
    "improvement",
    "information",
    "instance",
    "invitation",
    "judgement",
    "location",
    "moment",
    "motivation",
    "observation",
    "organisation",
    "organization",
    "ownership",
    "presentation",
    "relation",
    "relationship",
    "reputation",
    "requirement",
    "situation",
    "statement",
    "topics",
    "vacation",
];

/// Acronyms that are no topic.
const NO_TOPICS: [&str; 25] = [
    "am", "asap", "btw", "ceo", "cet", "cfo", "cmo", "coo", "cto", "est", "et", "eu", "faq", "fyi",
    "gmt", "imo", "llc", "ok", "phd", "pm", "pst", "tv", "uk", "us", "vp",
];

/// How often a word stands in the post, and how.
#[derive(Debug, Default, Clone, Copy)]
struct Uses {
    all: usize,
    /// With a capital in mid-sentence, no other capital beside it.
    alone: usize,
    /// With a capital in mid-sentence beside another one, as the parts of a person's name.
    joined: usize,
    /// Without a capital.
    small: usize,
    /// All capitals.
    acronym: usize,
    first: usize,
}

/// The words of a post, counted.
pub(super) struct Words {
    uses: FxHashMap<String, Uses>,
    /// The post in lower case, words parted by one blank.
    lower: String,
    /// Its words as first written without a capital at the start of a sentence.
    written: FxHashMap<String, String>,
}

impl Words {
    /// Counts the words of the sentences of `draft`.
    pub fn of(draft: &Draft) -> Self {
        let mut out = Self {
            uses: FxHashMap::default(),
            lower: String::from(" "),
            written: FxHashMap::default(),
        };
        let spoken = draft
            .sentences()
            .iter()
            .filter(|s| draft.kinds[s.line] != LineKind::Code);
        for sentence in spoken {
            let words = tokens(sentence.span.of(draft.text()));
            let capital = |i: usize| {
                words.get(i).is_some_and(|t| {
                    t.raw
                        .trim_start_matches(|c: char| !c.is_alphanumeric())
                        .starts_with(char::is_uppercase)
                })
            };
            for (i, token) in words.iter().enumerate() {
                let bare = token.raw.trim_matches(|c: char| !c.is_alphanumeric());
                let bare = bare.trim_end_matches("'s").trim_end_matches("’s");
                let key = bare.replace('’', "'").to_lowercase();
                out.lower.push_str(&key);
                out.lower.push(' ');
                let starts = i == 0 || words[i - 1].closes;
                let beside = i > 0 && !words[i - 1].closes && capital(i - 1)
                    || !token.closes && capital(i + 1);
                let first = out.uses.len();
                let uses = out.uses.entry(key.clone()).or_insert(Uses {
                    first,
                    ..Uses::default()
                });
                uses.all += 1;
                uses.small += usize::from(!capital(i));
                uses.alone += usize::from(capital(i) && !starts && !beside);
                uses.joined += usize::from(capital(i) && beside);
                let upper = bare.len() > 1 && bare.chars().all(|c| c.is_uppercase());
                uses.acronym += usize::from(upper);
                if !starts || upper {
                    out.written.entry(key).or_insert_with(|| bare.to_owned());
                }
            }
        }
        out
    }

    /// Every word, the most frequent first.
    pub fn by_frequency(&self) -> Vec<String> {
        let mut all: Vec<(&String, &Uses)> = self.uses.iter().collect();
        all.sort_by_key(|(_, u)| (std::cmp::Reverse(u.all), u.first));
        all.into_iter().map(|(w, _)| w.clone()).collect()
    }

    /// `phrase` as the post writes its words.
    pub fn written(&self, phrase: &str) -> String {
        let as_here = |w: &str| {
            let lower = w.to_lowercase();
            self.written.get(&lower).cloned().unwrap_or(lower)
        };
        let words: Vec<String> = phrase.split_whitespace().map(as_here).collect();
        words.join(" ")
    }

    /// Whether readers could follow `phrase`.
    pub fn makes_tag(&self, phrase: &str) -> bool {
        let lower = phrase.to_lowercase();
        let words: Vec<&str> = lower.split_whitespace().collect();
        match words[..] {
            [] => false,
            [word] => self.is_topic(word),
            [.., head] => {
                let found = self.lower.matches(&format!(" {lower} ")).count();
                let rest = &words[..words.len() - 1];
                let plain = rest.iter().all(|w| has_noun_form(w) || self.is_acronym(w))
                    && (may_be_noun(head) || self.is_acronym(head));
                let small = words.iter().all(|w| {
                    self.uses
                        .get(*w)
                        .is_some_and(|u| u.small > 0 || u.acronym > 0)
                });
                let often = found >= FEWEST.0 && small && !is_plain_word(head);
                plain && found > 0 && (is_field(head) || often)
            }
        }
    }

    fn is_acronym(&self, word: &str) -> bool {
        self.uses
            .get(word)
            .is_some_and(|u| u.acronym == u.all && !NO_TOPICS.contains(&word))
    }

    fn is_topic(&self, word: &str) -> bool {
        let Some(uses) = self.uses.get(word) else {
            return false;
        };
        let named = uses.small == 0 && uses.joined == 0 && uses.alone > 0 && !is_plain_word(word);
        let counted = uses.all >= FEWEST.0;
        let noun = may_be_noun(word);
        let often = uses.all >= FEWEST.1
            && uses.small > 0
            && word.chars().count() >= SHORTEST
            && !is_plain_word(word);
        counted && (self.is_acronym(word) || noun && (named || is_field(word) || often))
    }
}

/// Whether `word` names a field or a practice.
fn is_field(word: &str) -> bool {
    let ends = ENDINGS.iter().any(|e| word.ends_with(e)) && word.chars().count() > 6;
    FIELDS.contains(&word) || ends && !NO_FIELDS.contains(&word)
}

/// Whether `word` may be a noun that says what a post is about.
fn may_be_noun(word: &str) -> bool {
    has_noun_form(word) && !COMMON.contains(&word)
}

/// Whether `word` is no word of grammar, no form that only a verb has, and no adjective by its end.
fn has_noun_form(word: &str) -> bool {
    let acts = [Form::Base, Form::Third, Form::Past]
        .into_iter()
        .any(|f| lexis::plain_verb(word, f).is_some());
    let adjective = ["est", "ful", "ous", "able", "ible", "ive", "ed", "less"]
        .iter()
        .any(|e| word.ends_with(e) && word.chars().count() > e.len() + 2);
    let grammar = lexis::is_auxiliary(word)
        || lexis::is_determiner(word)
        || lexis::is_preposition(word)
        || lexis::is_adverb(word)
        || lexis::is_nominative(word)
        || clause::is_leaning(word);
    let plain = word.chars().all(|c| c.is_alphabetic() || c == '-');
    FIELDS.contains(&word) || plain && !acts && !adjective && !grammar
}

/// Nouns and others that many posts use, whatever they are about.
const COMMON: [&str; 78] = [
    "billion",
    "buyers",
    "computer",
    "customer",
    "customers",
    "dedication",
    "digital",
    "global",
    "legal",
    "medical",
    "million",
    "partnership",
    "passion",
    "professional",
    "professionals",
    "social",
    "about",
    "approach",
    "article",
    "better",
    "book",
    "business",
    "challenge",
    "challenges",
    "choice",
    "colleague",
    "colleagues",
    "company",
    "companies",
    "day",
    "days",
    "everyone",
    "everything",
    "example",
    "experience",
    "friend",
    "friends",
    "future",
    "idea",
    "ideas",
    "insight",
    "insights",
    "issue",
    "issues",
    "life",
    "link",
    "mail",
    "members",
    "more",
    "noise",
    "nothing",
    "opportunity",
    "opportunities",
    "paper",
    "partner",
    "partners",
    "people",
    "person",
    "problem",
    "problems",
    "process",
    "question",
    "questions",
    "reason",
    "something",
    "story",
    "team",
    "teams",
    "thing",
    "things",
    "those",
    "time",
    "today",
    "week",
    "women",
    "world",
    "year",
    "years",
];

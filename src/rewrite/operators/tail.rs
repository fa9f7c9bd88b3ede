//! What stands at the end of a sentence and can be one of its own, told by the pronoun of what it
//! is about: ", using the data" as "It uses the data."

use super::boundary::Place;
use super::clause::{self, Tense, count, has_verb, tokens};
use super::doings::{Doings, more_doings};
use super::lexis::{self, Form, is_in};
use super::split::Cut;
use super::subject::{self, Subject, behind_front};
use super::{remark, series};
use crate::analysis::rules::edit::capitalise;

/// Verbs whose participle, behind a comma, says what the subject does.
pub(super) const DOINGS: &str = "addressing analysing analyzing arguing asking attracting avoiding balancing breaking \
    bridging calling claiming closing collecting combining comparing connecting consulting \
    covering cutting defending delivering demanding describing detailing detecting developing \
    discussing emphasising emphasizing examining explaining exploring featuring focusing \
    following growing guiding identifying introducing investigating keeping launching leading \
    leveraging linking mapping matching measuring monitoring moving noting offering outlining \
    placing planning powering presenting promising protecting publishing pushing reaching \
    recognising recognizing reminding removing replacing responding revealing serving sharing \
    solving spanning starting stealing stressing studying summarising summarizing supporting \
    tackling targeting teaching tracking training transforming urging using warning weighing \
    welcoming working writing";

/// Verbs whose participle behind a noun is never the second half of a compound: "a guide
/// explaining it", not "feature planning".
const EXPLAINING: &str = "analysing analyzing comparing covering describing detailing discussing \
    examining explaining exploring outlining using";

/// Nouns of things that do what a clause behind "that" says of them.
const MADE: &str = "agent alliance app approach article bank bill brand bridge checklist company \
    community culture ecosystem firm gap layer moment organisation organization path role space \
    startup step vision blog book breakthrough campaign chapter chatbot \
    city class collection course dashboard deck email engine episode essay event feature \
    film forum framework game guide handbook hub index initiative lab law letter list map method \
    model module movement network newsletter page panel paper partnership piece plan platform \
    playbook plugin podcast policy post process product program programme project proposal report \
    research resource roadmap school series service session site solution standard strategy study \
    suite survey system talk technology template test tool toolkit video webinar website workflow \
    workshop";

/// Verbs of a main clause in which a thing is only wished for, so that nothing is said of it.
const WISHED: &str = "need needs needed want wants wanted seek seeks sought wish hope hopes \
    require requires required lack lacks deserve demand demands imagine prefer expect expects \
    expected if without no not never any every each looking searching like call calls called think \
    believe believes said says argue argues";

/// The cuts at the end of a sentence for the sake of a grade.
pub(super) fn cuts(place: &Place) -> Vec<Cut> {
    let mut out = Vec::new();
    for (at, _) in place.text.match_indices(", ") {
        let (before, rest) = (&place.text[..at], &place.text[at + 2..]);
        out.extend(doing(place, at, before, rest));
        out.extend(apposition(place, at, before, rest));
    }
    out.extend(described(place));
    out.extend(enabled(place));
    out.extend(aimed(place));
    out.extend(acts(place));
    out
}

/// Whether the sentence may end behind `rest`: no mark in it leads back to what stood before.
pub(super) fn runs_to_end(rest: &str) -> bool {
    !rest.contains([';', ':', '—', '?'])
        && !rest.contains(" –")
        && !rest.contains(" - ")
        && clause::closed(rest)
}

/// Verbs whose object may be who does the rest.
const OF_PERSONS: &str = "look seek need search appoint ask find follow hire join meet name promote recruit see support watch \
    welcome";

/// What the subject of `before` does, as `verb` says it: "It uses", "We will use".
pub(super) fn said_of(before: &str, verb: &lexis::Verb, adverb: &str) -> Option<String> {
    let clause = behind_front(before)?;
    let words = tokens(clause);
    let subject = Subject::of(clause, &words)?;
    let main = words[subject.verb].lower.as_str();
    let behind = words[subject.verb + 1..]
        .iter()
        .find(|t| !lexis::is_adverb(&t.lower))
        .map(|t| t.lower.as_str());
    // "I see the plan as a start, offering hope": the plan offers it.
    let of_object = words.iter().any(|t| t.lower == "as");
    if of_object || clause::denies(before) || words[subject.verb].closes {
        return None;
    }
    let has = matches!(main, "has" | "have" | "had") || main.ends_with("'ve");
    let done = words[subject.verb + 1..]
        .iter()
        .take(2)
        .any(|t| lexis::verb(&t.lower, Form::Participle).is_some() || t.lower == "been");
    let perfect = has && done;
    if has && !done {
        return None;
    }
    // "It is a plan" and "we are glad" say no act that another could go with.
    let is = matches!(main, "is" | "are" | "was" | "were" | "am")
        || main.ends_with("'re")
        || main.ends_with("'m")
        || main.ends_with("'s");
    // "We hired Ann, leading five": it is she who leads.
    let person = words[subject.verb..].iter().take(3).any(|t| {
        [
            Form::Base,
            Form::Third,
            Form::Past,
            Form::Participle,
            Form::Ing,
        ]
        .into_iter()
        .filter_map(|f| lexis::verb(&t.lower, f))
        .any(|v| is_in(OF_PERSONS, v.base))
    });
    if person {
        return None;
    }
    let progressive = behind
        .is_some_and(|w| lexis::verb(w, Form::Ing).is_some() || matches!(w, "based" | "located"));
    if is && !progressive {
        return None;
    }
    let pronoun = subject.pronoun;
    Some(match clause::tense(clause)? {
        Tense::Modal(modal) => format!("{pronoun} {modal} {adverb}{}", verb.base),
        Tense::Past => format!("{pronoun} {adverb}{}", verb.past),
        Tense::Present if perfect => format!("{pronoun} {adverb}{}", verb.past),
        Tense::Present => format!("{pronoun} {adverb}{}", subject.present(verb)),
    })
}

/// ", using the data" as "It uses the data".
fn doing(place: &Place, at: usize, before: &str, rest: &str) -> Option<Cut> {
    let first = tokens(rest).into_iter().next()?;
    // "It moves into logs, training data, and filters" is a series of things.
    let thing = clause::is_ing_noun(&first.lower)
        || rest
            .split_once(", ")
            .is_some_and(|(item, more)| count(item) < 4 && more.contains("and "));
    if first.closes || thing || !is_in(DOINGS, &first.lower) || !runs_to_end(rest) {
        return None;
    }
    let verb = lexis::verb(&first.lower, Form::Ing)?;
    let clause = behind_front(before)?;
    let series = clause.contains(',') && !clause::is_plain_series(clause);
    if more_doings(before) || series || clause.contains([':', ';', '—', '–']) {
        return None;
    }
    if clause::is_order(before) && !more_doings(rest) && !clause::denies(before) {
        return Some(place.cut(at, rest.strip_prefix(first.raw)?.trim_start(), verb.base));
    }
    let opening = said_of(before, verb, "")?;
    if more_doings(rest) {
        let two = Doings::of(rest)?;
        let second = said_of(before, two.second, "")?;
        let form = second.rsplit(' ').next()?;
        return Some(two.cut(place, at, rest, &opening, form));
    }
    let tail = rest.strip_prefix(first.raw)?.trim_start();
    Some(place.cut(at, tail, &opening))
}

/// ", a new plan for all" as "This is a new plan for all".
fn apposition(place: &Place, at: usize, before: &str, rest: &str) -> Option<Cut> {
    let words = tokens(rest);
    let first = words.first()?;
    if !matches!(first.lower.as_str(), "a" | "an") || !runs_to_end(rest) || rest.contains(", ") {
        return None;
    }
    let stop = words
        .iter()
        .position(|t| {
            lexis::is_preposition(&t.lower)
                || clause::is_leaning(&t.lower)
                || lexis::is_adverb(&t.lower)
                || lexis::verb(&t.lower, Form::Participle).is_some()
                || matches!(t.lower.as_str(), "to" | "and" | "or")
        })
        .unwrap_or(words.len());
    let head = words.get(stop.checked_sub(1)?)?;
    let said = stop > 1 && stop < words.len() && is_in(MADE, &head.lower);
    let whole = (0..stop).all(|i| !clause::finite_at(&words, i));
    let main = behind_front(before).unwrap_or(before);
    let alone = !main.contains([',', ':', ';', '—', '–']) && !clause::leans(before);
    (said && whole && alone && has_verb(before)).then(|| place.cut(at, rest, "This is"))
}

/// "We built a new tool that helps all" as "We built a new tool. It helps all".
fn described(place: &Place) -> Option<Cut> {
    let words = tokens(place.text);
    for i in 3..words.len().saturating_sub(2) {
        let that = matches!(words[i].lower.as_str(), "that" | "which");
        let made = &words[i - 1];
        if made.closes || !is_in(MADE, &made.lower) || words[i].opens {
            continue;
        }
        let (verb_at, verb) = if that {
            (i + 1, lexis::verb(&words[i + 1].lower, Form::Third))
        } else if is_in(EXPLAINING, &words[i].lower) {
            (i, lexis::verb(&words[i].lower, Form::Ing))
        } else {
            continue;
        };
        let auxiliary =
            that && matches!(words[i + 1].lower.as_str(), "is" | "has" | "will" | "can");
        if verb.is_none() && !auxiliary || words[verb_at].closes {
            continue;
        }
        let start = offset(place.text, i, words[i].raw)?;
        let (before, rest) = (place.text[..start].trim_end(), &place.text[start..]);
        let Some(opening) = whose(before, i) else {
            continue;
        };
        if !runs_to_end(rest) || !that && more_doings(rest) {
            continue;
        }
        let raw = words[verb_at].raw;
        let with = match verb {
            Some(verb) if !auxiliary => format!("{opening} {}", verb.third),
            _ => format!("{opening} {}", words[verb_at].lower),
        };
        let tail_at = offset(place.text, verb_at, raw)? + raw.len();
        let tail = place.text[tail_at..].trim_start();
        return Some(place.cut(before.len(), tail, &with));
    }
    None
}

/// Byte of `text` at which its word `n` starts, which reads `raw`.
fn offset(text: &str, n: usize, raw: &str) -> Option<usize> {
    series::place_of(text, n).filter(|&at| text[at..].starts_with(raw))
}

/// "It" where `before` ends in one thing that is new to the reader, or known to be the only one;
/// none where it is wished for, denied, or one of several.
fn whose(before: &str, words_before: usize) -> Option<&'static str> {
    let words = tokens(before);
    if words.len() != words_before || before.contains([':', ';', '(', '—', '–', '"', '“']) {
        return None;
    }
    let front = words.iter().take(words.len() - 1);
    if words.iter().any(|t| is_in(WISHED, &t.lower)) || clause::leans(before) {
        return None;
    }
    let article = front.clone().rposition(|t| {
        matches!(
            t.lower.as_str(),
            "a" | "an" | "our" | "my" | "this" | "the" | "their" | "its" | "your" | "these" | "of"
        )
    })?;
    let known = matches!(
        words[article].lower.as_str(),
        "a" | "an" | "our" | "my" | "their" | "its"
    );
    let described = words.len() - article >= 3;
    // "We are a firm that helps": it is "we" who help.
    let we_are = words[..article].windows(2).any(|w| {
        matches!(w[0].lower.as_str(), "i" | "we" | "you")
            && matches!(w[1].lower.as_str(), "am" | "are" | "were" | "was")
    }) || words[..article]
        .iter()
        .any(|t| matches!(t.lower.as_str(), "i'm" | "we're" | "you're"));
    if we_are {
        return None;
    }
    let within = words[article..]
        .iter()
        .all(|t| !t.closes && t.lower != "and");
    let real = words[..article].iter().all(|t| {
        !matches!(
            t.lower.as_str(),
            "to" | "will"
                | "would"
                | "should"
                | "could"
                | "can"
                | "must"
                | "may"
                | "might"
                | "let's"
                | "as"
                | "like"
                | "than"
                | "that"
        ) && !t.lower.ends_with("'ll")
    });
    let last = clause::has_verb(before);
    (known && described && within && real && last).then_some("It")
}

/// "We built a tool to help teams plan" as "We built a tool. The aim is to help teams plan".
fn enabled(place: &Place) -> Option<Cut> {
    const DONE: &str = "built build created launched released developed introduced joined partnered \
        met gathered published designed hosted announced launching building releasing introducing \
        partnering wrote made compiled rebuilt redesigned started opened founded organised \
        organized";
    let (at, _) = place.text.match_indices(" to ").find(|(at, m)| {
        let next = tokens(&place.text[at + m.len()..]).into_iter().next();
        next.is_some_and(|t| !t.closes && lexis::verb(&t.lower, Form::Base).is_some())
    })?;
    let (before, rest) = (&place.text[..at], &place.text[at + 1..]);
    let clause = behind_front(before)?;
    let words = tokens(clause);
    let subject = Subject::of(clause, &words)?;
    let done = words[subject.verb..]
        .iter()
        .take(3)
        .any(|t| is_in(DONE, &t.lower));
    let last = words.last()?;
    let fits = done
        && (is_in(MADE, &last.lower)
            || subject::is_many(&last.lower) && is_in(MADE, last.lower.trim_end_matches('s')))
        && !clause::denies(place.text)
        && !rest.contains(", and ")
        && runs_to_end(rest)
        && !before.contains([':', ';', '—', '–', ','])
        && !words.iter().any(|t| clause::is_leaning(&t.lower));
    let tense = match clause::tense(clause)? {
        Tense::Past => "The aim was",
        Tense::Present => "The aim is",
        Tense::Modal(_) => return None,
    };
    fits.then(|| place.cut(at, rest, tense))
}

/// Verbs of what a clause is done for.
const AIMS: &str = "address advance boost bridge bring build create cut discuss drive empower enhance \
    ensure explore foster give help improve increase keep make meet prevent protect raise reduce \
    safeguard share shape strengthen support tackle";

/// Nouns that say what they are about with "to", and adjectives that may stand where a noun does.
pub(super) const COMPLETED: &str = "ability able access agreement aim aims attempt attempts authority call calls \
    capacity challenge chance chances choice commitment confidence courage deal decision desire drive \
    duty effort efforts encouragement energy failure flexibility freedom goal goals hope incentive \
    intent invitation knowledge mandate mission move need needs nothing obligation opportunities opportunity \
    ours permission plan plans potential power pressure privilege promise proposal push ready \
    reason reasons resources responsibility right rights room something tendency time tools way ways \
    willingness work works";

/// Verbs that say with "to" what somebody else does.
const CAUSING: &str = "advise allow ask challenge compel dare empower enable encourage expect force get \
    have help inspire instruct invite lead let like need order permit persuade prompt push remind \
    require select teach tell train trust urge want warn wish";

/// "We hired two coaches this year to help the teams" as "… this year. The aim was to help …", in a
/// long sentence.
fn aimed(place: &Place) -> Option<Cut> {
    let (at, _) = place.text.match_indices(" to ").find(|(at, m)| {
        let next = tokens(&place.text[at + m.len()..]).into_iter().next();
        next.is_some_and(|t| !t.closes && is_in(AIMS, &t.lower))
    })?;
    let (before, rest) = (&place.text[..at], &place.text[at + 1..]);
    let clause = behind_front(before)?;
    let words = tokens(clause);
    let verb = (1..words.len().min(7)).find(|&i| clause::finite_at(&words, i))?;
    let acts: Vec<_> = words[verb..]
        .iter()
        .take(4)
        .flat_map(|t| {
            [
                Form::Base,
                Form::Third,
                Form::Past,
                Form::Ing,
                Form::Participle,
            ]
            .into_iter()
            .filter_map(|f| lexis::verb(&t.lower, f))
        })
        .collect();
    let causes = acts.iter().any(|v| is_in(CAUSING, v.base));
    let is = matches!(
        words[verb].lower.as_str(),
        "is" | "are" | "was" | "were" | "am"
    ) || acts
        .iter()
        .any(|v| matches!(v.base, "take" | "cost" | "need"));
    let last = words.last()?;
    let noun = last.raw.starts_with(char::is_lowercase)
        && !last.lower.ends_with("ly")
        && !last.lower.ends_with("ed")
        && !is_in(COMPLETED, &last.lower)
        && words[words.len().saturating_sub(5)..words.len() - 1]
            .iter()
            .any(|t| lexis::is_determiner(&t.lower) || lexis::is_preposition(&t.lower));
    let fits = !causes
        && !is
        && !acts.is_empty()
        && noun
        && count(clause) >= 7
        && count(rest) >= 6
        && !rest.contains(", and ")
        && !clause::denies(place.text)
        && runs_to_end(rest)
        && !before.contains([':', ';', '—', '–', ',', '"', '“', '('])
        && !words.iter().any(|t| {
            clause::is_leaning(&t.lower)
                || matches!(t.lower.as_str(), "to" | "enough" | "too" | "how")
        });
    let opening = match clause::tense(clause)? {
        Tense::Past => "The aim was",
        Tense::Present | Tense::Modal(_) => "The aim is",
    };
    fits.then(|| place.cut(at, rest, opening))
}

/// "They steal the keys, drain the funds, and pay the rest" as three sentences.
fn acts(place: &Place) -> Option<Cut> {
    let main = behind_front(place.text)?;
    let (first, middle, last) = remark::series(main)?;
    let words = tokens(first);
    // Said three times, more than a word tires.
    let subject = Subject::of(first, &words).filter(|s| !s.pronoun.contains(' '))?;
    let verb = &words[subject.verb].lower;
    let form = [Form::Base, Form::Third, Form::Past]
        .into_iter()
        .find(|&f| lexis::verb(verb, f).is_some())?;
    let agrees = form == Form::Past || (form == Form::Third) == subject.is_singular();
    let acts = |part: &&str| {
        let words = tokens(part);
        let opens = words
            .first()
            .is_some_and(|t| !t.closes && lexis::verb(&t.lower, form).is_some());
        opens && words.len() >= 3 && !words.iter().any(|t| t.lower == "and")
    };
    let plain = words
        .iter()
        .all(|t| t.lower != "to" && !clause::is_leaning(&t.lower));
    let causes = clause::causes(verb);
    let (then, last) = match last.strip_prefix("then ") {
        Some(last) => ("then ", last),
        None => ("", last),
    };
    if causes || !agrees || !plain || !middle.iter().all(&acts) || !acts(&last) {
        return None;
    }
    let pronoun = subject.pronoun;
    let mut out = String::new();
    for part in middle.into_iter().chain([""]) {
        out += &[". ", &capitalise(pronoun), " ", part].concat();
    }
    out += then;
    let at = place.text.len() - main.len() + first.len();
    let end = place.text.len() - last.len();
    (count(first) >= 3).then(|| place.replace(at, end, out))
}

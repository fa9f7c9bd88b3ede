//! Whether a full stop behind an abbreviation ends a sentence. segtok knows some abbreviations, and
//! for those it never ends one.

/// Titles and the like: something always follows.
const NEVER: [&str; 46] = [
    "Adm", "Amb", "Asst", "Capt", "Cmdr", "Col", "Cpl", "Det", "Dr", "Drs", "Fr", "Gen", "Gov",
    "Hon", "Lt", "Maj", "Messrs", "Mr", "Mrs", "Ms", "Mt", "Mx", "Pres", "Prof", "Pvt", "Rep",
    "Reps", "Rev", "Sen", "Sens", "Sgt", "Supt", "Univ", "approx", "ca", "cf", "e.g", "eg", "esp",
    "i.e", "ie", "incl", "viz", "vs", "Vs", "v",
];

/// Abbreviations that a figure follows: "No. 5". Elsewhere the word is one, or ends a sentence.
const BEFORE_FIGURES: [&str; 16] = [
    "No", "Nos", "no", "nos", "Fig", "Figs", "fig", "figs", "Vol", "vol", "pp", "Art", "Sec", "Ch",
    "Ver", "Eq",
];

/// Ends of names and other words behind which a sentence may go on or end.
const PERHAPS: [&str; 30] = [
    "Inc", "Ltd", "Co", "Cos", "Corp", "Bros", "LLC", "Pty", "Pte", "Assoc", "Assn", "Dept", "Div",
    "Jr", "Sr", "Esq", "St", "Ste", "Ave", "Blvd", "Rd", "Ft", "Ph.D", "PhD", "Intl", "Mfg",
    "Govt", "Admin", "Tech", "Sc",
];

/// Words that follow a time of day.
const CLOCK: [&str; 21] = [
    "Pacific",
    "Eastern",
    "Central",
    "Mountain",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
    "January",
    "February",
    "March",
    "April",
    "June",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Words that open a sentence, and hardly ever stand in a name.
const OPENERS: [&str; 126] = [
    "A",
    "About",
    "Additionally",
    "After",
    "All",
    "Although",
    "Also",
    "An",
    "And",
    "Another",
    "Are",
    "As",
    "At",
    "Because",
    "Before",
    "Being",
    "Both",
    "But",
    "By",
    "Can",
    "Check",
    "Click",
    "Congrats",
    "Congratulations",
    "Despite",
    "Did",
    "Do",
    "Does",
    "Don't",
    "During",
    "Each",
    "Even",
    "Every",
    "Everyone",
    "Finally",
    "Follow",
    "For",
    "From",
    "Get",
    "Getting",
    "Given",
    "Have",
    "He",
    "Her",
    "Here",
    "Here's",
    "His",
    "How",
    "However",
    "I",
    "I'd",
    "I'll",
    "I'm",
    "I've",
    "If",
    "In",
    "Instead",
    "Is",
    "It",
    "It's",
    "Its",
    "Join",
    "Just",
    "Last",
    "Learn",
    "Let",
    "Let's",
    "Like",
    "Look",
    "Many",
    "Meanwhile",
    "More",
    "Most",
    "My",
    "No",
    "Nor",
    "Not",
    "Now",
    "On",
    "Once",
    "Only",
    "Or",
    "Our",
    "Over",
    "Please",
    "Read",
    "Register",
    "See",
    "She",
    "Since",
    "So",
    "Some",
    "Still",
    "Such",
    "Thank",
    "Thanks",
    "That",
    "That's",
    "The",
    "Their",
    "Then",
    "There",
    "These",
    "They",
    "This",
    "Those",
    "Though",
    "Through",
    "Thus",
    "To",
    "Today",
    "Until",
    "Visit",
    "Was",
    "We",
    "We're",
    "We've",
    "What",
    "When",
    "Where",
    "While",
    "Who",
    "Why",
    "With",
    "You",
    "Your",
];

/// What a full stop means for the words around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// It ends a sentence.
    Ends,
    /// It belongs to an abbreviation, and the sentence goes on.
    GoesOn,
    /// No abbreviation is known here.
    Unknown,
}

/// What the full stop at the end of `before` means where `behind` follows it.
pub(super) fn stop(before: &str, behind: &str) -> Stop {
    let Some(word) = before.trim_end().strip_suffix('.').map(last_word) else {
        return Stop::Unknown;
    };
    let next = behind.split_whitespace().next().unwrap_or_default();
    let next = next.trim_start_matches(['"', '“', '‘', '\'', '(', '[']);
    let bare = next.trim_end_matches(|c: char| !c.is_alphanumeric());
    let Some(first) = next.chars().next().filter(|c| c.is_alphanumeric()) else {
        return Stop::Unknown;
    };
    let goes_on = |yes: bool| if yes { Stop::GoesOn } else { Stop::Ends };
    if NEVER.contains(&word) {
        return Stop::GoesOn;
    }
    let opens = OPENERS.contains(&bare.replace('’', "'").as_str());
    if BEFORE_FIGURES.contains(&word) {
        let roman = bare.chars().all(|c| matches!(c, 'I' | 'V' | 'X')) && bare.len() > 1;
        return match word {
            _ if first.is_ascii_digit() || roman => Stop::GoesOn,
            "No" if opens => Stop::Ends,
            _ => Stop::Unknown,
        };
    }
    if word.eq_ignore_ascii_case("etc") {
        return goes_on(first.is_lowercase());
    }
    if matches!(word, "a.m" | "p.m" | "A.M" | "P.M") {
        let zone = bare.len() < 5 && bare.len() > 1 && bare.chars().all(|c| c.is_ascii_uppercase());
        return goes_on(first.is_lowercase() || zone || CLOCK.contains(&bare));
    }
    // A letter at the start numbers what follows it.
    let initial = is_initial(word) && before.trim().len() > word.len() + 1;
    if PERHAPS.contains(&word) || is_dotted(word) || initial {
        return goes_on(!opens);
    }
    Stop::Unknown
}

/// What stands behind the last white space or opening mark.
fn last_word(text: &str) -> &str {
    let start = text.rfind(|c: char| {
        c.is_whitespace() || matches!(c, '(' | '[' | '"' | '“' | '‘' | '/' | '—' | '–')
    });
    start.map_or(text, |i| {
        text[i..].trim_start_matches(|c: char| !c.is_alphanumeric())
    })
}

/// "U.S", "J.R", "D.C": single letters with stops between them.
fn is_dotted(word: &str) -> bool {
    word.contains('.')
        && word.split('.').all(|part| {
            let mut letters = part.chars();
            letters.next().is_some_and(char::is_uppercase) && letters.next().is_none()
        })
}

/// One capital, as of a first name; "I" is a word.
fn is_initial(word: &str) -> bool {
    let mut letters = word.chars();
    letters.next().is_some_and(|c| c.is_uppercase() && c != 'I') && letters.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stops_behind_abbreviations() {
        for (before, behind, want) in [
            ("thanks to Ms.", "Lee", Stop::GoesOn),
            ("we met Sen.", "The", Stop::GoesOn),
            ("(Rep.", "Lee)", Stop::GoesOn),
            ("at Acme Inc.", "Customers", Stop::GoesOn),
            ("at Acme Inc.", "The", Stop::Ends),
            ("at Acme Inc.", "and", Stop::GoesOn),
            ("at Acme Inc.", "🚀", Stop::Unknown),
            ("in the U.S.", "Department", Stop::GoesOn),
            ("in the U.S.", "We’ve", Stop::Ends),
            ("by J.", "Smith", Stop::GoesOn),
            ("is No.", "5", Stop::GoesOn),
            ("We said no.", "We", Stop::Unknown),
            ("It did not. No.", "We", Stop::Ends),
            ("A.", "The", Stop::Unknown),
            ("is Plan B.", "The", Stop::Ends),
            ("see Fig.", "below", Stop::Unknown),
            ("see Fig.", "2", Stop::GoesOn),
            ("time, money, etc.", "Then", Stop::Ends),
            ("time, money, etc.", "which", Stop::GoesOn),
            ("at 9 a.m.", "EST", Stop::GoesOn),
            ("at 9 a.m.", "Bring", Stop::Ends),
            ("so did I.", "Smith", Stop::Unknown),
            ("it works.", "The", Stop::Unknown),
            ("it works!", "The", Stop::Unknown),
        ] {
            assert_eq!(stop(before, behind), want, "{before} {behind}");
        }
    }
}

//! Rules about characters that a reader cannot see or a screen reader cannot read.

use super::table::{BIDI_CONTROL, HOMOGLYPH, STYLED_LETTERS, ZERO_WIDTH};
use crate::analysis::finding::Finding;
use crate::post::plain::{self, Hidden};
use crate::post::token::TokenKind;
use crate::post::{ParsedLine, Span, fold, styled};

/// Characters of a styled run quoted in the message.
const QUOTED: usize = 40;

pub(super) fn find(line: &str, parsed: &ParsedLine, out: &mut Vec<Finding>) {
    if line.is_ascii() {
        return;
    }
    find_styled(line, out);
    find_hidden(line, out);
    for span in parsed.of_kind(TokenKind::Word) {
        out.extend(homoglyphs(line, span));
    }
}

fn find_styled(line: &str, out: &mut Vec<Finding>) {
    let mut run: Option<Span> = None;
    let mut close = |run: Option<Span>| {
        if let Some(span) = run {
            let (plain, _) = styled::fold(span.of(line));
            let cut = fold::cut_at(&plain, QUOTED);
            let dots = if cut < plain.len() { "…" } else { "" };
            let message = format!(
                "Mathematical letters: a screen reader may spell them out or skip them, and search \
                 does not find them. Write “{}{dots}”.",
                &plain[..cut]
            );
            out.push(STYLED_LETTERS.finding(span, message).with([plain]));
        }
    };
    for (at, c) in styled::styled_letters(line).filter(|(_, c)| styled::plain(*c).is_some()) {
        let end = at + c.len_utf8();
        match &mut run {
            Some(span) if !line[span.end..at].contains(char::is_alphanumeric) => span.end = end,
            _ => close(run.replace(Span::new(at, end))),
        }
    }
    close(run);
}

fn find_hidden(line: &str, out: &mut Vec<Finding>) {
    let right_to_left = line.chars().any(is_right_to_left);
    let mut runs: Vec<(Span, char, Hidden)> = Vec::new();
    for (at, c, kind) in plain::hidden_in(line) {
        // Marks steer punctuation in right-to-left text, where they belong.
        if right_to_left && matches!(c, '\u{200e}' | '\u{200f}' | '\u{61c}') {
            continue;
        }
        let end = at + c.len_utf8();
        match runs.last_mut() {
            Some((span, _, k)) if span.end == at && *k == kind => span.end = end,
            _ => runs.push((Span::new(at, end), c, kind)),
        }
    }
    for (span, c, kind) in runs {
        let (rule, harm) = match kind {
            Hidden::Bidi => (BIDI_CONTROL, "reorders the text around it"),
            Hidden::ZeroWidth => (ZERO_WIDTH, "breaks words for search and screen readers"),
        };
        let more = match span.of(line).chars().count() {
            1 => String::new(),
            n => format!(" and {} more", n - 1),
        };
        let message = format!(
            "Invisible U+{:04X} ({}){more}: it {harm}. Delete it.",
            c as u32,
            name(c)
        );
        out.push(rule.finding(span, message).with([""]));
    }
}

fn is_right_to_left(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{61b}' | '\u{61d}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}')
}

fn name(c: char) -> &'static str {
    match c {
        '\u{200b}' => "zero width space",
        '\u{200c}' => "zero width non-joiner",
        '\u{200d}' => "zero width joiner",
        '\u{200e}' => "left-to-right mark",
        '\u{200f}' => "right-to-left mark",
        '\u{2060}' => "word joiner",
        '\u{feff}' => "byte order mark",
        '\u{61c}' => "Arabic letter mark",
        '\u{202a}' => "left-to-right embedding",
        '\u{202b}' => "right-to-left embedding",
        '\u{202c}' => "pop directional formatting",
        '\u{202d}' => "left-to-right override",
        '\u{202e}' => "right-to-left override",
        '\u{2066}' => "left-to-right isolate",
        '\u{2067}' => "right-to-left isolate",
        '\u{2068}' => "first strong isolate",
        _ => "pop directional isolate",
    }
}

/// Letters of Cyrillic and Greek, and the Latin ones they look like.
const LOOK_ALIKES: &str = "аa еe оo рp сc уy хx іi јj ѕs һh ԁd АA ВB ЕE КK МM НH ОO РP СC ТT ХX ІI ЈJ ЅS \
    ΑA ΒB ΕE ΖZ ΗH ΙI ΚK ΜM ΝN ΟO ΡP ΤT ΥY ΧX οo νv";

fn latin_for(c: char) -> Option<char> {
    let at = LOOK_ALIKES.find(c)?;
    LOOK_ALIKES[at + c.len_utf8()..]
        .chars()
        .next()
        .filter(char::is_ascii)
}

/// A word of at least two Latin letters whose every other letter is a look-alike.
fn homoglyphs(line: &str, span: Span) -> Option<Finding> {
    let word = span.of(line);
    if word.is_ascii() {
        return None;
    }
    let latin = word.chars().filter(char::is_ascii_alphabetic).count();
    let odd = word
        .chars()
        .find(|c| !c.is_ascii() && latin_for(*c).is_some())?;
    let all = word
        .chars()
        .all(|c| !is_cyrillic_or_greek(c) || latin_for(c).is_some());
    if latin < 2 || !all {
        return None;
    }
    let fixed: String = word
        .chars()
        .map(|c| {
            if c.is_ascii() {
                c
            } else {
                latin_for(c).unwrap_or(c)
            }
        })
        .collect();
    let message = format!(
        "“{odd}” (U+{:04X}) only looks Latin: search will not find this word. Write “{fixed}”.",
        odd as u32
    );
    Some(HOMOGLYPH.finding(span, message).with([fixed]))
}

fn is_cyrillic_or_greek(c: char) -> bool {
    matches!(c, '\u{370}'..='\u{52f}')
}

#[cfg(test)]
mod tests {
    use super::super::testing::{clean, fixed, flags};

    #[test]
    fn styled_letters() {
        const RULE: &str = "unicode/styled-letters";
        assert_eq!(flags(RULE, "a 𝗕𝗼𝗹𝗱 𝗺𝗼𝘃𝗲 b 𝑡ℎ𝑒"), ["𝗕𝗼𝗹𝗱 𝗺𝗼𝘃𝗲", "𝑡ℎ𝑒"]);
        fixed(RULE, "Go 𝗕𝗼𝗹𝗱, 𝟮𝟬!", "Go Bold, 20!");
        for line in ["bold ½ ™ … é", "ℝ and ℂ", "🚀 😀 字", "plain"] {
            clean(RULE, line);
        }
    }

    #[test]
    fn zero_width() {
        const RULE: &str = "unicode/zero-width";
        fixed(RULE, "in\u{200b}\u{feff}visible", "invisible");
        assert_eq!(flags(RULE, "a\u{2060}b\u{200b}").len(), 2);
        for line in ["👩‍💻 at work", "می‌خواهم", "plain é"] {
            clean(RULE, line);
        }
    }

    #[test]
    fn bidi_controls() {
        const RULE: &str = "unicode/bidi-control";
        fixed(RULE, "a\u{202e}b", "ab");
        fixed(RULE, "x\u{200e}y", "xy");
        for line in ["שלום\u{200f}!", "مرحبا", "plain"] {
            clean(RULE, line);
        }
    }

    #[test]
    fn homoglyphs() {
        const RULE: &str = "unicode/homoglyph";
        fixed(RULE, "Sаle todаy", "Sale todаy");
        fixed(RULE, "Aррle pie", "Apple pie");
        for line in [
            "привет мир",
            "Δt and µm, β-test",
            "IT-специалист",
            "naïve café",
            "ФYI",
        ] {
            clean(RULE, line);
        }
    }
}

//! Texts in quotation marks. The kind of mark (curly or straight) is typography and may change.

use super::reading::Reading;
use super::{Found, Kind};
use crate::post::Span;

/// Opening marks and those that close them.
const PAIRS: [(char, &[char]); 6] = [
    ('“', &['”', '“']),
    ('„', &['“', '”']),
    ('«', &['»']),
    ('»', &['«']),
    ('"', &['"']),
    ('‘', &['’']),
];

pub(super) fn find(reading: &Reading, out: &mut Vec<Found>) {
    let mut at = 0;
    for line in reading.text.split('\n') {
        line_quotes(line, at, out);
        at += line.len() + 1;
    }
}

fn line_quotes(line: &str, base: usize, out: &mut Vec<Found>) {
    let mut from = 0;
    while let Some((start, open)) = line[from..]
        .char_indices()
        .map(|(i, c)| (from + i, c))
        .find(|&(i, c)| opens(line, i, c))
    {
        let body = start + open.len_utf8();
        let Some(end) = closing(line, body, open) else {
            from = body;
            continue;
        };
        let close = line[end..].chars().next().map_or(0, char::len_utf8);
        let text = &line[body..end];
        if text.contains(char::is_alphanumeric) {
            let key = text
                .trim()
                .trim_end_matches(['.', ',', '!', '?'])
                .replace(['’', '‘'], "'");
            let key = key.split_whitespace().collect::<Vec<_>>().join(" ");
            let span = Span::new(base + start, base + end + close);
            out.push(Found::new(Kind::Quote, key, span));
        }
        from = end + close;
    }
}

fn opens(line: &str, at: usize, c: char) -> bool {
    let before = line[..at].chars().next_back();
    let outside = before.is_none_or(|b| !b.is_alphanumeric());
    match c {
        '“' | '„' | '«' => true,
        '»' | '"' | '‘' | '\'' => {
            outside && line[at + c.len_utf8()..].starts_with(|n: char| !n.is_whitespace())
        }
        _ => false,
    }
}

/// Where the quote that opened with `open` closes.
fn closing(line: &str, body: usize, open: char) -> Option<usize> {
    let single = matches!(open, '\'' | '‘');
    let marks = PAIRS
        .iter()
        .find(|(o, _)| *o == open)
        .map_or(&['\''][..], |(_, c)| c);
    line[body..]
        .char_indices()
        .map(|(i, c)| (body + i, c))
        .find_map(|(i, c)| {
            // An apostrophe between letters closes nothing.
            let inner = single && line[i + c.len_utf8()..].starts_with(char::is_alphanumeric);
            (marks.contains(&c) && !inner).then_some(i)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quotes(text: &str) -> Vec<String> {
        let mut out = Vec::new();
        find(&Reading::new(text), &mut out);
        out.into_iter().map(|f| f.key).collect()
    }

    #[test]
    fn marks_of_every_kind() {
        assert_eq!(
            quotes("“One,” \"two\" «three» „four“ ‘it’s five’ 'six seven'"),
            ["One", "two", "three", "four", "it's five", "six seven"]
        );
    }

    #[test]
    fn apostrophes_and_inches_quote_nothing() {
        assert_eq!(
            quotes("It's a 5\" screen, the teams' room, “open"),
            Vec::<String>::new()
        );
        assert_eq!(quotes("“a\nb”"), Vec::<String>::new());
    }
}

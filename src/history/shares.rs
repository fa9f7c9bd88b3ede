//! The texts of the account archive's Shares.csv.
//!
//! LinkedIn quotes every line of a text by itself before it quotes the field, so that a field
//! that is read as CSV still says `first"\n""\n"third`, and doubles the quotes within.

/// Undoes the second quoting in `texts`, all those of one file. One text can look like it by
/// chance, so most of those with several lines must.
pub(super) fn unquote<'a>(texts: impl Iterator<Item = &'a mut String>) {
    let mut long: Vec<_> = texts.filter(|text| text.contains('\n')).collect();
    let plain: Vec<_> = long.iter().map(|text| unquoted(text)).collect();
    if plain.iter().flatten().count() * 2 <= long.len() {
        return;
    }
    for (text, plain) in long.iter_mut().zip(plain) {
        if let Some(plain) = plain {
            **text = plain;
        }
    }
}

/// The lines without their quotes; `None` where some break has no quotes around it.
fn unquoted(text: &str) -> Option<String> {
    let lines: Vec<_> = text.split('\n').collect();
    let last = lines.len() - 1;
    let mut plain = Vec::with_capacity(lines.len());
    for (at, line) in lines.into_iter().enumerate() {
        let line = if at == 0 {
            line
        } else {
            line.strip_prefix('"')?
        };
        plain.push(if at == last {
            line
        } else {
            line.strip_suffix('"')?
        });
    }
    Some(undoubled(plain.join("\n")))
}

/// Halves the quotes of `text` where all of them come in pairs.
fn undoubled(text: String) -> String {
    if text.replace("\"\"", "").contains('"') {
        return text;
    }
    text.replace("\"\"", "\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all<const N: usize>(texts: [&str; N]) -> [String; N] {
        let mut texts = texts.map(str::to_owned);
        unquote(texts.iter_mut());
        texts
    }

    #[test]
    fn lines_lose_the_quotes_between_them() {
        assert_eq!(
            all(["one\"\n\"\"\n\"three", "single"]),
            ["one\n\nthree", "single"]
        );
        // A quotation is doubled within, or is left as it is.
        assert_eq!(
            all(["\"\"a\"\" b\"\n\"c", "\"a\" b\"\n\"c"]),
            ["\"a\" b\nc", "\"a\" b\nc"]
        );
    }

    #[test]
    fn plain_texts_stay_even_where_one_looks_quoted() {
        let texts = ["he said \"yes\"\n\"no\" said she", "a\nb", "x = \"\""];
        assert_eq!(all(texts), texts);
    }

    #[test]
    fn of_a_quoted_file_the_odd_text_stays() {
        assert_eq!(
            all(["a\"\n\"b", "c\"\n\"d", "e\nf"]),
            ["a\nb", "c\nd", "e\nf"]
        );
    }
}

//! Words of a sentence as YAKE reads them: segtok's, which its authors use too.
//!
//! segtok's patterns backtrack, and plain words are nearly all there is; those are split here, to
//! the same tokens (by property test), and only the rest goes through the patterns.

use segtok::tokenizer::{split_contractions, web_tokenizer, word_tokenizer};

/// Endings that segtok parts from a word.
const CONTRACTIONS: [&str; 7] = ["d", "ll", "m", "re", "s", "t", "ve"];

/// The tokens of `sentence`, punctuation included; clitics such as `'s` are left out.
pub(super) fn tokens(sentence: &str) -> Vec<String> {
    let mut out = Vec::new();
    if !try_plain(sentence, &mut out) {
        out = split_contractions(web_tokenizer(sentence));
    }
    out.retain(|w| !(w.is_empty() || w.len() > 1 && w.starts_with('\'')));
    out
}

/// Splits `sentence` at white space where no pattern of segtok's reaches across it. Returns false
/// where one may.
fn try_plain(sentence: &str, out: &mut Vec<String>) -> bool {
    // Addresses and character references are looked for before words are.
    if sentence.contains(['@', '&']) || sentence.contains("://") {
        return false;
    }
    let mut chunks = sentence.split_whitespace().peekable();
    while let Some(chunk) = chunks.next() {
        let is_last = chunks.peek().is_none();
        if plain_chunk(chunk, is_last, out) {
            continue;
        }
        // The end of a sentence is looked for in its last three tokens.
        if is_last {
            return false;
        }
        // A word behind the chunk keeps that from finding an end in it.
        let mut found = split_contractions(word_tokenizer(&format!("{chunk} x")));
        found.pop();
        out.append(&mut found);
    }
    true
}

/// Splits `"("? word ("'" ending)? punctuation?`. Returns false for anything else.
fn plain_chunk(chunk: &str, is_last: bool, out: &mut Vec<String>) -> bool {
    let bytes = chunk.as_bytes();
    let opening = usize::from(matches!(bytes.first(), Some(b'(' | b'"')));
    let mut at = opening;
    let mut quote = None;
    while let Some(&b) = bytes.get(at) {
        let joins = |i: usize| bytes.get(i).is_some_and(u8::is_ascii_alphanumeric);
        match b {
            _ if b.is_ascii_alphanumeric() => {}
            b'-' if at > opening && joins(at - 1) && joins(at + 1) => {}
            b'\'' if at > opening && quote.is_none() && joins(at - 1) && joins(at + 1) => {
                quote = Some(at);
            }
            _ => break,
        }
        at += 1;
    }
    let (word, rest) = (&chunk[opening..at], &chunk[at..]);
    let parted = matches!(rest, "" | "," | ";" | ":" | "!" | "?" | ")" | "\"");
    let dotted = rest == ".";
    let is_end = matches!(rest, "" | "." | "!" | "?");
    if word.is_empty() || !(parted || dotted) || is_last && !is_end {
        return false;
    }
    if opening > 0 {
        out.push(chunk[..opening].to_owned());
    }
    // Within a sentence a dot belongs to the word before it.
    let (word, rest) = match dotted && !is_last {
        true => (&chunk[opening..], ""),
        false => (word, rest),
    };
    match quote.map(|q| (&chunk[opening..q], &chunk[q..opening + word.len()])) {
        Some((stem, ending)) if CONTRACTIONS.contains(&&ending[1..]) => {
            let negated = ending == "'t" && stem.ends_with('n');
            let cut = stem.len() - usize::from(negated);
            out.push(stem[..cut].to_owned());
            out.push(word[cut..].to_owned());
        }
        _ => out.push(word.to_owned()),
    }
    if !rest.is_empty() {
        out.push(rest.to_owned());
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn by_segtok(sentence: &str) -> Vec<String> {
        let mut all = split_contractions(web_tokenizer(sentence));
        all.retain(|w| !(w.is_empty() || w.len() > 1 && w.starts_with('\'')));
        all
    }

    #[test]
    fn words_clitics_and_punctuation() {
        assert_eq!(
            tokens("We don't split well-known words, etc. (it's fine)."),
            [
                "We",
                "do",
                "n't",
                "split",
                "well-known",
                "words",
                ",",
                "etc.",
                "(",
                "it",
                "fine",
                ")",
                "."
            ]
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]
        #[test]
        fn equal_segtok(sentence in r#"([a-zA-Z0-9'.,;:!?()"&@\-_é²x ]|n't|'s|\. |, | - |s' |U\.S\. ){0,24}"#) {
            prop_assert_eq!(tokens(&sentence), by_segtok(&sentence));
        }
    }
}

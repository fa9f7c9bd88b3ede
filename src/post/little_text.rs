//! LinkedIn's "little text" format, as the Posts API takes it in `commentary`.
//!
//! A reserved character that is not escaped starts a template or an annotation there, and a post
//! is cut short without an error. Source: LinkedIn Marketing API, "little Text Format".

/// Characters that little text reserves.
pub const RESERVED: [char; 15] = [
    '\\', '|', '{', '}', '@', '[', ']', '(', ')', '<', '>', '#', '*', '_', '~',
];

/// Escapes every reserved character with a backslash.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 16);
    for c in text.chars() {
        if RESERVED.contains(&c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// Undoes [`escape`]. A backslash before a character that is not reserved stays.
#[must_use]
pub fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let escaped = (c == '\\')
            .then(|| chars.next_if(|n| RESERVED.contains(n)))
            .flatten();
        out.push(escaped.unwrap_or(c));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reserved_characters_are_escaped() {
        assert_eq!(escape("Hi @you (now) #tag_1"), r"Hi \@you \(now\) \#tag\_1");
        assert_eq!(unescape(r"a\\b \n \#"), r"a\b \n #");
    }

    proptest! {
        #[test]
        fn round_trip_is_exact(text in any::<String>()) {
            prop_assert_eq!(unescape(&escape(&text)), text);
        }

        #[test]
        fn round_trip_is_exact_where_it_hurts(text in r"[\\|{}@\[\]()<>#*_~a\n ]{0,40}") {
            prop_assert_eq!(unescape(&escape(&text)), text);
        }
    }
}

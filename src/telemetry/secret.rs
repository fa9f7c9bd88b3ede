//! Types that say less than they hold, so that logs, reports and screens cannot tell it.

use std::borrow::Cow;
use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What stands for something that is not told.
const HIDDEN: &str = "…";

/// A password, a token or the like. However it is shown or serialised, that is `…`; its memory is
/// wiped when it is dropped.
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// Keeps `secret`.
    #[must_use]
    pub fn new(secret: impl Into<String>) -> Self {
        Self(SecretString::from(secret.into()))
    }

    /// The secret itself, for the one place that needs it.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HIDDEN)
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HIDDEN)
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(HIDDEN)
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::new)
    }
}

/// Text that somebody wrote, such as a post. A log tells only its length in Unicode scalar values.
#[derive(Clone, Copy)]
pub struct Text<'a>(pub &'a str);

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.chars().count() {
            1 => f.write_str("[1 character]"),
            count => write!(f, "[{count} characters]"),
        }
    }
}

impl fmt::Debug for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// `url` without user and password, with its parameters named but not told and without a
/// fragment. What is no URL is not told at all; where a badly written one leaves a doubt what is
/// secret, more is hidden.
#[must_use]
pub fn redacted_url(url: &str) -> String {
    let is_scheme = |s: &str| {
        s.starts_with(|c: char| c.is_ascii_alphabetic())
            && s.chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
    };
    let split = url.trim().split_once("://");
    let Some((scheme, rest)) = split.filter(|(scheme, _)| is_scheme(scheme)) else {
        return HIDDEN.to_owned();
    };
    let (place, tail) = rest.split_at(rest.find(['?', '#']).unwrap_or(rest.len()));
    // A password with a bare `?` or `#` in it looks like this, and so does a parameter with an `@`.
    if tail.contains('@') {
        return format!("{scheme}://{HIDDEN}");
    }
    // A bare `@` or `/` in a password belongs to it too.
    let place = match place.rsplit_once('@') {
        Some((_, "")) => Cow::Borrowed(HIDDEN),
        Some((_, after)) => Cow::Owned(format!("{HIDDEN}@{after}")),
        None => Cow::Borrowed(place),
    };
    let query = tail.split('#').next().unwrap_or_default();
    format!("{scheme}://{place}{}", redacted_query(query))
}

/// `?a=…&b=…` of `?a=1&b=2`.
fn redacted_query(query: &str) -> String {
    let Some(pairs) = query.strip_prefix('?') else {
        return String::new();
    };
    let shown = pairs.split('&').map(|pair| match pair.split_once('=') {
        Some((name, _)) => format!("{name}={HIDDEN}"),
        None => HIDDEN.to_owned(),
    });
    format!("?{}", shown.collect::<Vec<_>>().join("&"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_secret_shows_nothing_but_where_it_is_exposed() {
        let secret: Secret = serde_json::from_str("\"hunter2\"").unwrap();
        assert_eq!(secret.expose(), "hunter2");
        let copy = Some(secret.clone());
        let shown = [
            format!("{secret} {secret:?} {copy:#?}"),
            serde_json::to_string(&secret).unwrap(),
        ];
        for shown in shown {
            assert!(shown.contains('…') && !shown.contains("hunter"), "{shown}");
        }
    }

    #[test]
    fn text_tells_its_length_only() {
        let post = "I quit my job. 👩‍💻";
        assert_eq!(
            format!("{} {:?}", Text("é"), Text(post)),
            "[1 character] [18 characters]"
        );
    }

    #[test]
    fn urls_are_shown_without_their_secrets() {
        let cases = [
            ("https://example.org/a/b", "https://example.org/a/b"),
            ("redis://me:hunter2@host:6379/0", "redis://…@host:6379/0"),
            ("redis+cluster://:hunter2@a,b/1", "redis+cluster://…@a,b/1"),
            (
                "unix:///run/v.sock?pass=hunter2&db=1&hunter2",
                "unix:///run/v.sock?pass=…&db=…&…",
            ),
            ("http://[::1]:9090/x?a=#hunter2", "http://[::1]:9090/x?a=…"),
            // Badly written ones.
            ("redis://me:hun@ter2@host", "redis://…@host"),
            ("redis://me:hun/ter2@host", "redis://…@host"),
            ("redis://me:hunter2?x@host", "redis://…"),
            ("redis://me:hunter2#x@host", "redis://…"),
            ("redis://me:@hunter2?x=@host", "redis://…"),
            ("redis://me:hunter2@", "redis://…"),
            ("hunter2", "…"),
            ("me:hunter2@host", "…"),
            ("hunter2 ://x", "…"),
            ("", "…"),
        ];
        for (url, expected) in cases {
            assert_eq!(redacted_url(url), expected, "{url}");
        }
    }

    proptest! {
        #[test]
        fn no_password_comes_through_however_it_is_written(
            left in "[a-z:/?#@&=%]{0,6}",
            right in "[a-z:/?#@&=%]{0,6}",
            host in "[a-z.]{1,8}",
        ) {
            let url = format!("redis://me:{left}S3CRET{right}@{host}/0");
            let shown = redacted_url(&url);
            prop_assert!(!shown.contains("S3CRET"), "{} shows as {}", url, shown);
        }
    }
}

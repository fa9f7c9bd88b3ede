//! A type that says less than it holds, so that logs, reports and screens cannot tell it.

use std::borrow::Cow;
use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What stands for something that is not told.
const HIDDEN: &str = "…";

/// A URL that may hold a password or a token; empty where there is none. However it is shown or
/// serialised, that is [`redacted_url`]; its memory is wiped when it is dropped.
#[derive(Clone, Default)]
pub struct SecretUrl(SecretString);

impl SecretUrl {
    /// Keeps `url`.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self(SecretString::from(url.into()))
    }

    /// The whole URL, for the one place that needs it.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.expose().is_empty()
    }
}

impl PartialEq for SecretUrl {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

impl Eq for SecretUrl {}

impl fmt::Display for SecretUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.is_empty() {
            true => Ok(()),
            false => f.write_str(&redacted_url(self.expose())),
        }
    }
}

impl fmt::Debug for SecretUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for SecretUrl {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for SecretUrl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::new)
    }
}

/// `url` without user and password, with its parameters named but not told and without a
/// fragment; of `http` and `https` without the path too, which is the token of many webhooks. What is no URL is not told at all; where a badly written one leaves a doubt what is
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
    if matches!(scheme.to_ascii_lowercase().as_str(), "http" | "https") {
        let (host, path) = place.split_once('/').unwrap_or((&place, ""));
        let path = if path.is_empty() && tail.is_empty() {
            ""
        } else {
            "/…"
        };
        return format!("{scheme}://{host}{path}");
    }
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
    fn a_secret_url_is_whole_only_where_it_is_exposed() {
        let url: SecretUrl = serde_json::from_str("\"redis://me:hunter2@host/0\"").unwrap();
        assert_eq!(url.expose(), "redis://me:hunter2@host/0");
        let shown = [
            format!("{url} {url:?} {:#?}", Some(url.clone())),
            serde_json::to_string(&url).unwrap(),
        ];
        for shown in shown {
            assert!(
                shown.contains("…@host") && !shown.contains("hunter"),
                "{shown}"
            );
        }
        assert_eq!(SecretUrl::default().to_string(), "");
    }

    #[test]
    fn urls_are_shown_without_their_secrets() {
        let cases = [
            ("https://example.org/a/b", "https://example.org/…"),
            ("https://example.org", "https://example.org"),
            ("redis://me:hunter2@host:6379/0", "redis://…@host:6379/0"),
            ("redis+cluster://:hunter2@a,b/1", "redis+cluster://…@a,b/1"),
            (
                "unix:///run/v.sock?pass=hunter2&db=1&hunter2",
                "unix:///run/v.sock?pass=…&db=…&…",
            ),
            ("http://[::1]:9090/x?a=#hunter2", "http://[::1]:9090/…"),
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

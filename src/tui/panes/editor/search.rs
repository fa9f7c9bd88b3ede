//! Searching the text.

use regex::{Regex, RegexBuilder};

use crate::post::Span;

/// Hits beyond this many are not looked for.
const MOST: usize = 10_000;

/// A search and what it found.
#[derive(Debug, Clone, Default)]
pub struct Search {
    needle: String,
    pattern: Option<Regex>,
    hits: Vec<Span>,
    /// Whether hits are marked in the text.
    is_shown: bool,
}

impl Search {
    /// What is searched for; empty where nothing is.
    #[must_use]
    pub fn needle(&self) -> &str {
        &self.needle
    }

    /// Where it stands, in order.
    #[must_use]
    pub fn hits(&self) -> &[Span] {
        &self.hits
    }

    /// The hits to mark in the text.
    pub(super) fn shown(&self) -> &[Span] {
        if self.is_shown { &self.hits } else { &[] }
    }

    pub(super) fn show(&mut self, is_shown: bool) {
        self.is_shown = is_shown;
    }

    /// Looks for `needle`; capitals count only where it has some.
    pub(super) fn set(&mut self, needle: &str, text: &str) {
        needle.clone_into(&mut self.needle);
        self.is_shown = true;
        // An escaped text is a pattern; one too long to compile has no hits.
        self.pattern = match needle {
            "" => None,
            _ => RegexBuilder::new(&regex::escape(needle))
                .case_insensitive(!needle.chars().any(char::is_uppercase))
                .build()
                .ok(),
        };
        self.look(text);
    }

    /// Looks anew in a text that has changed, where hits are marked.
    pub(super) fn refresh(&mut self, text: &str) {
        if self.is_shown {
            self.look(text);
        }
    }

    /// Looks for what was searched for last.
    pub(super) fn look(&mut self, text: &str) {
        self.hits.clear();
        if let Some(pattern) = &self.pattern {
            let hits = pattern.find_iter(text).take(MOST);
            self.hits
                .extend(hits.map(|m| Span::new(m.start(), m.end())));
        }
    }

    /// The hit at or behind byte `at`, or the first one.
    pub(super) fn at_or_behind(&self, at: usize) -> Option<usize> {
        self.wrapped(self.hits.partition_point(|h| h.start < at))
    }

    /// The hit behind byte `at`, or the first one.
    pub(super) fn behind(&self, at: usize) -> Option<usize> {
        self.wrapped(self.hits.partition_point(|h| h.start <= at))
    }

    /// The hit before byte `at`, or the last one.
    pub(super) fn before(&self, at: usize) -> Option<usize> {
        let before = self.hits.partition_point(|h| h.start < at);
        self.wrapped(
            before
                .checked_sub(1)
                .unwrap_or(self.hits.len().wrapping_sub(1)),
        )
    }

    fn wrapped(&self, index: usize) -> Option<usize> {
        match self.hits.len() {
            0 => None,
            n => Some(index % n),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capitals_count_where_they_are_asked_for() {
        let mut search = Search::default();
        let text = "One one ÉCLAIR éclair (o.e";
        search.set("one", text);
        assert_eq!(search.hits().len(), 2);
        search.set("One", text);
        assert_eq!(search.hits().len(), 1);
        search.set("éclair", text);
        assert_eq!(search.hits().len(), 2);
        search.set("(o.e", text);
        assert_eq!(search.hits().len(), 1);
        search.set("", text);
        assert_eq!(search.hits().len(), 0);
    }

    #[test]
    fn goes_round() {
        let mut search = Search::default();
        search.set("a", "a-a-a");
        assert_eq!(search.behind(0), Some(1));
        assert_eq!(search.behind(4), Some(0));
        assert_eq!(search.before(0), Some(2));
        assert_eq!(search.before(4), Some(1));
        assert_eq!(search.at_or_behind(4), Some(2));
        search.set("b", "a-a-a");
        assert_eq!((search.behind(0), search.before(0)), (None, None));
    }
}

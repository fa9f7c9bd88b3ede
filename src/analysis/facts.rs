//! What is known of one line by itself: the value that the segment memo keeps.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::post::{ParsedLine, Post};

use super::finding::Finding;
use super::readability::{Counts, count_line};
use super::rules::{RuleSettings, line_findings};
use super::sentiment::{Polarity, polarity};

/// Version of everything a line's facts are computed by; a part of their cache key. Raise it with
/// any change to rules, lexicons or formulas.
pub const VERSION: u32 = 3;

/// The facts of one line. Spans count from its start.
#[derive(Debug, Clone)]
pub struct LineFacts {
    /// Tokens, sentences, normalised text.
    pub parsed: ParsedLine,
    /// Readability counts of the normalised text.
    pub counts: Counts,
    /// VADER's polarity of each sentence, normalised.
    pub polarities: Vec<Polarity>,
    /// Findings of the line rules.
    pub findings: Vec<Finding>,
}

impl LineFacts {
    /// Computes the facts of `line`, with findings where `rules` are given. Depends on nothing
    /// but its arguments.
    #[must_use]
    pub fn of(line: &str, rules: Option<&RuleSettings>) -> Self {
        let parsed = ParsedLine::parse(line);
        let counts = count_line(&parsed.normal, parsed.sentences.len());
        let polarities = parsed
            .sentences
            .iter()
            .map(|s| polarity(parsed.normal_of(*s).trim()))
            .collect();
        let findings = rules.map_or_else(Vec::new, |r| line_findings(line, &parsed, r));
        Self {
            parsed,
            counts,
            polarities,
            findings,
        }
    }

    /// Facts of every line of `post`, each fetched through `fetch`. Equal lines share theirs: a post
    /// of a million line breaks must not cost a million times the room.
    pub fn of_post(post: &Post, mut fetch: impl FnMut(&str) -> Arc<Self>) -> Vec<Arc<Self>> {
        let mut known: FxHashMap<&str, Arc<Self>> = FxHashMap::default();
        post.lines()
            .iter()
            .map(|l| {
                let line = l.span.of(post.text());
                known.entry(line).or_insert_with(|| fetch(line)).clone()
            })
            .collect()
    }
}

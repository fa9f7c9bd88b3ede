//! Helpers for the tests of rules.

use super::{RuleSettings, line_findings, post_findings};
use crate::analysis::finding::Finding;
use crate::post::{FoldLimits, ParsedLine, Post};

fn on_line(rule: &str, line: &str) -> Vec<Finding> {
    let parsed = ParsedLine::parse(line);
    let mut found = line_findings(line, &parsed, &RuleSettings::default());
    found.retain(|f| f.rule == rule);
    found
}

pub(super) fn on_post(rule: &str, text: &str) -> Vec<Finding> {
    let post = Post::new(text);
    assert_eq!(post.text(), text);
    let parsed: Vec<_> = post
        .lines()
        .iter()
        .map(|l| ParsedLine::parse(l.span.of(text)))
        .collect();
    let parsed: Vec<_> = parsed.iter().collect();
    let settings = RuleSettings::default();
    let mut found = post_findings(&post, &parsed, &settings, FoldLimits::default());
    found.retain(|f| f.rule == rule);
    found
}

fn texts(found: &[Finding], text: &str) -> Vec<String> {
    found.iter().map(|f| f.span.of(text).to_owned()).collect()
}

fn apply(found: &[Finding], text: &str) -> String {
    let first = found
        .first()
        .unwrap_or_else(|| panic!("nothing found in {text:?}"));
    let with = first
        .replacements
        .first()
        .unwrap_or_else(|| panic!("no replacement: {first:?}"));
    format!(
        "{}{with}{}",
        &text[..first.span.start],
        &text[first.span.end..]
    )
}

/// What `rule` marks in a line: at least one stretch.
pub(super) fn flags(rule: &str, line: &str) -> Vec<String> {
    let found = texts(&on_line(rule, line), line);
    assert!(!found.is_empty(), "nothing found in {line:?}");
    found
}

/// Asserts that `rule` is silent on a line.
pub(super) fn clean(rule: &str, line: &str) {
    assert_eq!(
        texts(&on_line(rule, line), line),
        Vec::<String>::new(),
        "{line:?}"
    );
}

/// Asserts what the first finding's first replacement makes of a line.
pub(super) fn fixed(rule: &str, line: &str, want: &str) {
    assert_eq!(apply(&on_line(rule, line), line), want);
}

/// As [`flags`], for a post.
pub(super) fn post_flags(rule: &str, text: &str) -> Vec<String> {
    let found = texts(&on_post(rule, text), text);
    assert!(!found.is_empty(), "nothing found in {text:?}");
    found
}

/// As [`clean`], for a post.
pub(super) fn post_clean(rule: &str, text: &str) {
    assert_eq!(
        texts(&on_post(rule, text), text),
        Vec::<String>::new(),
        "{text:?}"
    );
}

/// As [`fixed`], for a post.
pub(super) fn post_fixed(rule: &str, text: &str, want: &str) {
    assert_eq!(apply(&on_post(rule, text), text), want);
}

//! Rules as Prometheus alerting rules.
//!
//! `expr` stays as it was written. What ends a firing alert, `clear`, has no like in Prometheus and
//! becomes an annotation. The file passes `promtool check rules` of Prometheus 2.42 and later,
//! which is the first that knows `keep_firing_for`.

use std::fmt::Write as _;

use super::duration;
use super::rule::CheckedRule;

/// The rules as one group, YAML. The annotation is called `summary`.
#[must_use]
pub fn prometheus(rules: &[CheckedRule]) -> String {
    let mut out = "groups:\n- name: \"postwright\"\n  rules:".to_owned();
    if rules.is_empty() {
        out.push_str(" []");
    }
    out.push('\n');
    for rule in rules {
        let mut line = |indent: &str, key: &str, value: &str| {
            // Writing to a string cannot fail.
            let _ = writeln!(out, "  {indent}{key}: {value}");
        };
        line("- ", "alert", &quoted(&rule.rule.name));
        line("  ", "expr", &quoted(&rule.rule.expr));
        for (key, length) in [
            ("for", rule.hold),
            ("keep_firing_for", rule.keep_firing_for),
        ] {
            if !length.is_zero() {
                line("  ", key, &quoted(&duration::format(length)));
            }
        }
        line(
            "  ",
            "labels",
            &format!("{{severity: {}}}", quoted(rule.severity.name())),
        );
        let summary = &rule.rule.annotation;
        let clear = &rule.rule.clear;
        let mut annotations = Vec::new();
        if !summary.is_empty() {
            annotations.push(format!("summary: {}", quoted(summary)));
        }
        if !clear.is_empty() {
            // Prometheus fills annotations in; braces of a label's value are to stay.
            let clear = clear.replace("{{", "{{ \"{{\" }}");
            annotations.push(format!("clear: {}", quoted(&clear)));
        }
        if !annotations.is_empty() {
            line(
                "  ",
                "annotations",
                &format!("{{{}}}", annotations.join(", ")),
            );
        }
    }
    out
}

/// A double-quoted YAML 1.2 scalar; everything outside printable text is escaped.
pub(super) fn quoted(text: &str) -> String {
    let mut out = "\"".to_owned();
    for c in text.chars() {
        // Writing to a string cannot fail.
        let _ = match c {
            '"' | '\\' => write!(out, "\\{c}"),
            '\n' => write!(out, "\\n"),
            '\t' => write!(out, "\\t"),
            '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{a0}' => write!(out, "\\x{:02x}", u32::from(c)),
            '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' => {
                write!(out, "\\u{:04x}", u32::from(c))
            }
            _ => write!(out, "{c}"),
        };
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests;

//! Findings about the input rather than the post: comment lines and scrubbed characters. Their
//! spans are bytes of the input.

use super::table::{CONTROL_CHARACTERS, UNKNOWN_DIRECTIVE};
use crate::analysis::finding::Finding;
use crate::post::scrub::RemovedKind;
use crate::post::{Post, Span};

/// Most findings for one input; binary garbage would bring thousands.
const MOST_REMOVED: usize = 20;

/// Comment lines that say nothing Postwright knows, or name a rule that does not exist. `known`
/// tells whether a selector (an id, a group, or `group/*`) names a rule.
#[must_use]
pub fn directive_findings(post: &Post, known: impl Fn(&str) -> bool) -> Vec<Finding> {
    let bad = post.bad_directives().iter().map(|b| {
        let message = format!("Postwright cannot read this comment: {}.", b.reason);
        UNKNOWN_DIRECTIVE.finding(b.input_span, message)
    });
    let mut out: Vec<_> = bad.collect();
    for (directive, &span) in post.directives().iter().zip(post.directive_spans()) {
        let unknown: Vec<_> = directive
            .rules
            .iter()
            .filter(|r| !known(r))
            .map(|r| format!("“{r}”"))
            .collect();
        if !unknown.is_empty() {
            let message = format!(
                "No rule or group is called {}; `postwright rules` lists them.",
                unknown.join(" or ")
            );
            out.push(UNKNOWN_DIRECTIVE.finding(span, message));
        }
    }
    out.sort_by_key(|f| f.span);
    out
}

/// What scrubbing took out, adjacent pieces as one.
#[must_use]
pub fn ingress_findings(post: &Post) -> Vec<Finding> {
    let mut runs: Vec<(Span, RemovedKind, usize)> = Vec::new();
    for removed in post.removed() {
        match runs.last_mut() {
            Some((span, _, n)) if span.end == removed.span.start => {
                span.end = removed.span.end;
                *n += 1;
            }
            _ => runs.push((removed.span, removed.kind, 1)),
        }
    }
    let beyond = runs.len().saturating_sub(MOST_REMOVED);
    let shown = runs.len() - beyond;
    let finding = |(i, (span, kind, n)): (usize, (Span, RemovedKind, usize))| {
        let what = match kind {
            _ if n > 1 => format!("{n} control characters and sequences were"),
            RemovedKind::EscapeSequence => "An escape sequence was".to_owned(),
            RemovedKind::Control(c) => format!("A control character (U+{:04X}) was", c as u32),
        };
        let rest = if beyond > 0 && i + 1 == shown {
            format!(" So were {beyond} further pieces.")
        } else {
            String::new()
        };
        let message = format!("{what} taken out of the text.{rest}");
        CONTROL_CHARACTERS.finding(span, message)
    };
    runs.into_iter()
        .take(shown)
        .enumerate()
        .map(finding)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn directives(input: &str) -> Vec<String> {
        let known = |s: &str| super::super::selects_any(s) || s == "spelling";
        let found = directive_findings(&Post::new(input), known);
        assert!(
            found
                .iter()
                .all(|f| f.rule == "structure/unknown-directive")
        );
        found.iter().map(|f| f.span.of(input).to_owned()).collect()
    }

    #[test]
    fn directives_that_name_nothing() {
        let bad = "<!-- postwright: of style -->";
        let lost = "<!-- postwright: off style/hedges, style -->";
        assert_eq!(directives(&format!("a\r\n{lost}\r\nb\n{bad}")), [lost, bad]);
        for fine in [
            "<!-- postwright: off style/hedge -->",
            "<!-- postwright: ignore unicode/* spelling -->\nx",
            "<!-- a note -->",
            "",
        ] {
            assert!(directives(fine).is_empty(), "{fine}");
        }
    }

    #[test]
    fn removed_pieces() {
        let input = "a\x1b[31mb\0\0c";
        let found = ingress_findings(&Post::new(input));
        let spans: Vec<_> = found.iter().map(|f| f.span.of(input)).collect();
        assert_eq!(spans, ["\x1b[31m", "\0\0"]);
        let noise = ingress_findings(&Post::new(&"a\0".repeat(50)));
        assert_eq!(noise.len(), MOST_REMOVED);
        assert!(noise[MOST_REMOVED - 1].message.contains("30 further"));
        for fine in ["", "a\r\nb\tc", "\u{200b}"] {
            assert!(ingress_findings(&Post::new(fine)).is_empty());
        }
    }
}

//! Lines and columns of byte offsets.

use unicode_segmentation::UnicodeSegmentation;

use super::finding::Finding;
use super::report::{LocatedFinding, Location};

/// Puts findings, whose spans are bytes of `input`, in order and gives them line and column.
/// Linear in the input, whatever the number of findings.
#[must_use]
pub fn locate(mut findings: Vec<Finding>, input: &str) -> Vec<LocatedFinding> {
    findings.sort_by(|a, b| {
        (a.span.start, a.span.end, &a.rule).cmp(&(b.span.start, b.span.end, &b.rule))
    });
    findings.dedup_by(|a, b| a.span == b.span && a.rule == b.rule && a.message == b.message);
    let mut cursor = Cursor::new(input);
    findings
        .into_iter()
        .map(|f| {
            let (line, column) = cursor.advance(f.span.start);
            LocatedFinding {
                rule: f.rule.into_owned(),
                severity: f.severity,
                span: Location {
                    start: f.span.start,
                    end: f.span.end,
                    line,
                    column,
                },
                message: f.message,
                replacements: f.replacements,
            }
        })
        .collect()
}

/// Walks forward through a text, counting lines and grapheme clusters.
struct Cursor<'a> {
    input: &'a str,
    /// Start of a cluster.
    at: usize,
    /// Where that cluster ends, once it is known.
    end: usize,
    line: usize,
    column: usize,
}

impl<'a> Cursor<'a> {
    fn new(input: &'a str) -> Self {
        Self {
            input,
            at: 0,
            end: 0,
            line: 1,
            column: 1,
        }
    }

    /// Line and column of byte `to`, which is not before the last one asked for. A byte within a
    /// cluster has the column of the cluster.
    fn advance(&mut self, to: usize) -> (usize, usize) {
        if to < self.end {
            return (self.line, self.column);
        }
        let passed = &self.input.as_bytes()[self.at..to];
        if let Some(last) = passed.iter().rposition(|b| *b == b'\n') {
            self.line += passed[..=last].iter().filter(|b| **b == b'\n').count();
            self.column = 1;
            self.at += last + 1;
        }
        // ASCII characters within a line are clusters of their own, but for the last one, which a
        // mark may follow.
        let passed = &self.input.as_bytes()[self.at..to];
        if passed.is_ascii() && !passed.is_empty() {
            self.column += passed.len() - 1;
            self.at = to - 1;
        }
        for cluster in self.input[self.at..].graphemes(true) {
            self.end = self.at + cluster.len();
            if to < self.end {
                break;
            }
            self.at = self.end;
            self.column += 1;
        }
        (self.line, self.column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::finding::Severity;
    use crate::post::Span;
    use proptest::prelude::*;

    #[test]
    fn columns_count_grapheme_clusters() {
        let input = "ab\n👩‍💻 x\ny";
        let f = |start| Finding {
            rule: "style/x".into(),
            severity: Severity::Hint,
            span: Span::new(start, start + 1),
            message: String::new(),
            replacements: Vec::new(),
            reason: None,
        };
        let x = input.find('x').unwrap();
        let y = input.find('y').unwrap();
        let found = locate(vec![f(y), f(1), f(x), f(x)], input);
        let places: Vec<_> = found.iter().map(|f| (f.span.line, f.span.column)).collect();
        assert_eq!(places, [(1, 2), (2, 3), (3, 1)]);
    }

    proptest! {
        #[test]
        fn columns_are_those_of_the_cluster(input in "[ab é\u{301}\u{200d}👩🇩\r\n]{0,30}") {
            let mut cursor = Cursor::new(&input);
            for (at, _) in input.char_indices() {
                let line = input[..at].matches('\n').count() + 1;
                let start = input[..at].rfind('\n').map_or(0, |i| i + 1);
                let column = input[start..]
                    .grapheme_indices(true)
                    .take_while(|(i, _)| start + i <= at)
                    .count();
                prop_assert_eq!(cursor.advance(at), (line, column), "{:?} at {}", input, at);
            }
        }
    }

    #[test]
    fn a_cluster_of_a_megabyte_is_walked_once() {
        let input = format!("a{}", "\u{200d}".repeat(300_000));
        let mut cursor = Cursor::new(&input);
        assert!(
            (1..input.len())
                .step_by(3)
                .all(|at| cursor.advance(at) == (1, 1))
        );
    }
}

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
    at: usize,
    line: usize,
    column: usize,
}

impl<'a> Cursor<'a> {
    fn new(input: &'a str) -> Self {
        Self {
            input,
            at: 0,
            line: 1,
            column: 1,
        }
    }

    /// Line and column of byte `to`, which is not before the last one asked for.
    fn advance(&mut self, to: usize) -> (usize, usize) {
        let passed = &self.input[self.at..to];
        let breaks = passed.bytes().filter(|b| *b == b'\n').count();
        let tail = if breaks > 0 {
            self.line += breaks;
            self.column = 1;
            passed.rsplit('\n').next().unwrap_or_default()
        } else {
            passed
        };
        self.column += if tail.is_ascii() {
            tail.len()
        } else {
            tail.graphemes(true).count()
        };
        self.at = to;
        (self.line, self.column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::finding::Severity;
    use crate::post::Span;

    #[test]
    fn columns_count_grapheme_clusters() {
        let input = "ab\n👩‍💻 x\ny";
        let f = |start| Finding {
            rule: "style/x".into(),
            severity: Severity::Hint,
            span: Span::new(start, start + 1),
            message: String::new(),
            replacements: Vec::new(),
        };
        let x = input.find('x').unwrap();
        let y = input.find('y').unwrap();
        let found = locate(vec![f(y), f(1), f(x), f(x)], input);
        let places: Vec<_> = found.iter().map(|f| (f.span.line, f.span.column)).collect();
        assert_eq!(places, [(1, 2), (2, 3), (3, 1)]);
    }
}

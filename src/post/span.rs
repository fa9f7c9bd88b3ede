//! Byte spans and the map that carries them back through rewriting.

use serde::{Deserialize, Serialize};

/// A half-open range of UTF-8 byte offsets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// The span `start..end`.
    #[must_use]
    pub fn new(start: usize, end: usize) -> Self {
        debug_assert!(start <= end, "span runs backwards: {start}..{end}");
        Self { start, end }
    }

    /// Length in bytes.
    #[must_use]
    pub fn len(self) -> usize {
        self.end - self.start
    }

    /// Whether the span holds no byte.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The text under the span.
    #[must_use]
    pub fn of(self, text: &str) -> &str {
        &text[self.start..self.end]
    }

    /// The span moved right by `by` bytes.
    #[must_use]
    pub fn shifted(self, by: usize) -> Self {
        Self::new(self.start + by, self.end + by)
    }

    /// Whether the two share at least one byte.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// Whether `other` lies wholly within this span.
    #[must_use]
    pub fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }
}

/// A place where output and input stop running in step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Break {
    out: usize,
    /// Input offset where the piece before this place ends.
    prev_end: usize,
    /// Input offset where the piece after this place starts.
    next_start: usize,
}

/// Carries offsets of a rewritten text back to the text it was made from.
///
/// The default value is the identity.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OffsetMap {
    breaks: Vec<Break>,
}

impl OffsetMap {
    /// Whether every offset maps to itself.
    #[must_use]
    pub fn is_identity(&self) -> bool {
        self.breaks.is_empty()
    }

    /// Input offset of the character that starts at output offset `out`.
    #[must_use]
    pub fn start(&self, out: usize) -> usize {
        match self.breaks.partition_point(|b| b.out <= out) {
            0 => out,
            n => self.breaks[n - 1].next_start + (out - self.breaks[n - 1].out),
        }
    }

    /// Input offset at which the character that ends at output offset `out` ends.
    #[must_use]
    pub fn end(&self, out: usize) -> usize {
        let n = self.breaks.partition_point(|b| b.out < out);
        if let Some(b) = self.breaks.get(n).filter(|b| b.out == out) {
            return b.prev_end;
        }
        match n {
            0 => out,
            n => self.breaks[n - 1].next_start + (out - self.breaks[n - 1].out),
        }
    }

    /// The input span under an output span. An empty span stays empty.
    #[must_use]
    pub fn span(&self, out: Span) -> Span {
        let start = self.start(out.start);
        if out.is_empty() {
            return Span::new(start, start);
        }
        Span::new(start, self.end(out.end).max(start))
    }

    /// Output offset for an input offset; one inside a dropped or replaced piece maps to where
    /// that piece stood.
    #[must_use]
    pub fn to_output(&self, input: usize) -> usize {
        match self.breaks.partition_point(|b| b.next_start <= input) {
            0 => self.breaks.first().map_or(input, |b| input.min(b.out)),
            n => {
                let b = self.breaks[n - 1];
                let out = b.out + (input - b.next_start);
                self.breaks.get(n).map_or(out, |next| out.min(next.out))
            }
        }
    }
}

/// Builds a rewritten text together with its [`OffsetMap`].
#[derive(Debug, Default)]
pub struct Rewriter {
    out: String,
    input: usize,
    map: OffsetMap,
}

impl Rewriter {
    /// An empty rewriter with room for `capacity` bytes of output.
    #[must_use]
    pub fn with_capacity(capacity: usize) -> Self {
        Self {
            out: String::with_capacity(capacity),
            ..Self::default()
        }
    }

    /// Copies `piece` of the input.
    pub fn keep(&mut self, piece: &str) {
        self.out.push_str(piece);
        self.input += piece.len();
    }

    /// Drops `len` bytes of the input.
    pub fn skip(&mut self, len: usize) {
        self.replace(len, "");
    }

    /// Puts `with` where `len` bytes of the input stood.
    pub fn replace(&mut self, len: usize, with: &str) {
        if len == with.len() {
            self.out.push_str(with);
            self.input += len;
            return;
        }
        let at = self.out.len();
        if !with.is_empty() {
            self.mark(at, self.input, self.input);
        }
        self.out.push_str(with);
        let end = self.input + len;
        // A dropped piece belongs to neither neighbour; a replaced one ends where it ended.
        let prev_end = if with.is_empty() { self.input } else { end };
        self.input = end;
        self.mark(self.out.len(), prev_end, end);
    }

    fn mark(&mut self, out: usize, prev_end: usize, next_start: usize) {
        match self.map.breaks.last_mut() {
            Some(last) if last.out == out => last.next_start = next_start,
            _ => self.map.breaks.push(Break {
                out,
                prev_end,
                next_start,
            }),
        }
    }

    /// The text and its map.
    #[must_use]
    pub fn finish(self) -> (String, OffsetMap) {
        (self.out, self.map)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dropped_pieces_belong_to_neither_side() {
        let mut r = Rewriter::default();
        r.keep("ab");
        r.skip(3);
        r.keep("cd");
        let (text, map) = r.finish();
        assert_eq!(text, "abcd");
        assert_eq!(map.span(Span::new(0, 2)), Span::new(0, 2));
        assert_eq!(map.span(Span::new(2, 4)), Span::new(5, 7));
        assert_eq!(map.span(Span::new(1, 3)), Span::new(1, 6));
        assert_eq!(
            [0, 2, 3, 4, 5, 6].map(|i| map.to_output(i)),
            [0, 2, 2, 2, 2, 3]
        );
    }

    #[test]
    fn replaced_pieces_keep_both_ends() {
        let mut r = Rewriter::default();
        r.keep("don");
        r.replace(3, "'");
        r.keep("t");
        let (text, map) = r.finish();
        assert_eq!(text, "don't");
        assert_eq!(map.span(Span::new(3, 4)), Span::new(3, 6));
        assert_eq!(map.span(Span::new(0, 3)), Span::new(0, 3));
        assert_eq!(map.span(Span::new(4, 5)), Span::new(6, 7));
        assert_eq!(map.to_output(6), 4);
    }

    #[test]
    fn identity_by_default() {
        let map = OffsetMap::default();
        assert!(map.is_identity());
        assert_eq!(map.span(Span::new(3, 9)), Span::new(3, 9));
    }
}

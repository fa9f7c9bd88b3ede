//! Batches by a budget of padded tokens.
//!
//! A model fills every row of a batch up to the longest one, so a batch costs rows times longest
//! row. Groups of texts share a batch only where their longest texts are of one length bucket:
//! bucket ends are the powers of two from [`SHORTEST_BUCKET`] on, so that no group is filled up to
//! more than twice the length of its longest text (or to [`SHORTEST_BUCKET`]).
//!
//! The first group of a batch may be cut: its texts are sorted by length, longest first, and as
//! many are taken as fit, so that each piece is of similar texts. Further groups are taken whole
//! or not at all.

/// End of the bucket of the shortest texts, in tokens.
pub const SHORTEST_BUCKET: usize = 16;

/// The most a batch may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Rows times tokens of the longest one. A single text above it makes a batch of its own; the
    /// model cuts it to its window.
    pub padded_tokens: usize,
    /// Rows; 0 counts as 1.
    pub batch_size: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            padded_tokens: 4_096,
            batch_size: 32,
        }
    }
}

/// One text as a row of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Row {
    /// Estimated tokens, at least 1.
    pub(super) tokens: usize,
    /// Which text of its group.
    pub(super) text: usize,
}

/// The rows of a group whose texts have these estimates: longest first, and of equal ones the
/// first.
pub(super) fn rows(tokens: &[usize]) -> Vec<Row> {
    let mut rows: Vec<Row> = (0..)
        .zip(tokens)
        .map(|(text, tokens)| Row {
            tokens: (*tokens).max(1),
            text,
        })
        .collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.tokens));
    rows
}

/// End of the length bucket of a text, in tokens.
#[must_use]
pub fn bucket(tokens: usize) -> usize {
    // Nothing is so long that no power of two is above it; if it were, it had a bucket alone.
    tokens
        .checked_next_power_of_two()
        .unwrap_or(usize::MAX)
        .max(SHORTEST_BUCKET)
}

/// A batch that is being filled.
#[derive(Debug)]
pub(super) struct Filling {
    budget: Budget,
    rows: usize,
    longest: usize,
}

impl Filling {
    /// An empty batch.
    pub(super) const fn new(budget: Budget) -> Self {
        Self {
            budget,
            rows: 0,
            longest: 0,
        }
    }

    fn fits(&self, rows: usize, longest: usize) -> bool {
        rows <= self.budget.batch_size.max(1)
            && rows.saturating_mul(longest) <= self.budget.padded_tokens
    }

    /// Takes the first group, of one row or more, longest first. Returns how many of its rows fit,
    /// which is at least 1.
    pub(super) fn first(&mut self, group: &[Row]) -> usize {
        self.longest = group.first().map_or(0, |row| row.tokens);
        let fitting = (1..=group.len()).take_while(|rows| self.fits(*rows, self.longest));
        self.rows = fitting.last().unwrap_or(1);
        self.rows
    }

    /// Takes a further group, longest row first, where it is similar and fits whole.
    pub(super) fn join(&mut self, group: &[Row]) -> bool {
        let longest = group.first().map_or(0, |row| row.tokens);
        let rows = self.rows + group.len();
        let padded = self.longest.max(longest);
        let joins = bucket(longest) == bucket(self.longest) && self.fits(rows, padded);
        if joins {
            self.rows = rows;
            self.longest = padded;
        }
        joins
    }

    /// Whether no further row fits, be it as short as can be.
    pub(super) fn is_full(&self) -> bool {
        !self.fits(self.rows + 1, self.longest)
    }

    /// Rows, and tokens of the longest one.
    pub(super) const fn size(&self) -> (usize, usize) {
        (self.rows, self.longest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const fn budget(padded_tokens: usize, batch_size: usize) -> Budget {
        Budget {
            padded_tokens,
            batch_size,
        }
    }

    #[test]
    fn rows_are_sorted_and_remember_their_texts() {
        let sorted: Vec<_> = rows(&[3, 0, 9, 3])
            .iter()
            .map(|r| (r.tokens, r.text))
            .collect();
        assert_eq!(sorted, [(9, 2), (3, 0), (3, 3), (1, 1)]);
    }

    #[test]
    fn buckets_end_at_powers_of_two() {
        let ends = [(0, 16), (16, 16), (17, 32), (32, 32), (33, 64), (512, 512)];
        for (tokens, end) in ends {
            assert_eq!(bucket(tokens), end, "{tokens} tokens");
        }
        assert_eq!(bucket(usize::MAX), usize::MAX);
    }

    #[test]
    fn the_first_group_is_cut_where_the_budget_ends() {
        // Budget, texts, rows taken.
        let cases = [
            (budget(100, 8), vec![20; 3], 3),
            (budget(100, 8), vec![20; 9], 5),
            (budget(100, 4), vec![20; 9], 4),
            (budget(100, 8), vec![101, 1], 1),
            (budget(100, 8), vec![60, 40, 2], 1),
            (budget(0, 0), vec![1, 1], 1),
        ];
        for (budget, texts, taken) in cases {
            let mut filling = Filling::new(budget);
            assert_eq!(
                filling.first(&rows(&texts)),
                taken,
                "{texts:?} in {budget:?}"
            );
        }
    }

    #[test]
    fn others_join_whole_and_only_where_they_are_alike() {
        let mut filling = Filling::new(budget(100, 5));
        filling.first(&rows(&[18, 2]));
        assert!(!filling.join(&rows(&[16])), "a shorter bucket");
        assert!(!filling.join(&rows(&[33])), "a longer bucket");
        assert!(!filling.join(&rows(&[18, 18, 18, 18])), "too many rows");
        assert!(!filling.join(&rows(&[26, 17])), "104 padded tokens");
        assert!(filling.join(&rows(&[25, 17])), "100 padded tokens");
        assert_eq!(filling.size(), (4, 25));
        assert!(filling.is_full());
    }

    proptest! {
        #[test]
        fn no_batch_goes_beyond_its_budget(
            padded_tokens in 0usize..300,
            batch_size in 0usize..10,
            groups in prop::collection::vec(prop::collection::vec(0usize..80, 1..8), 1..8),
        ) {
            let mut filling = Filling::new(budget(padded_tokens, batch_size));
            let groups: Vec<_> = groups.iter().map(|g| rows(g)).collect();
            let taken = filling.first(&groups[0]);
            let mut held: Vec<Row> = groups[0][..taken].to_vec();
            for group in &groups[1..] {
                if filling.join(group) {
                    held.extend(group);
                }
            }
            let longest = held.iter().map(|r| r.tokens).max().unwrap_or(0);
            prop_assert_eq!(filling.size(), (held.len(), longest));
            if held.len() > 1 {
                prop_assert!(held.len() * longest <= padded_tokens);
                prop_assert!(held.len() <= batch_size);
            }
        }
    }
}

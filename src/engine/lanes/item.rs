//! Accepted work, its parts in batches, and how they are joined again.
//!
//! Work larger than a batch is handed out as several parts, perhaps to several threads. The parts
//! share the work and a slot for each text; whoever lets go of it last gets the whole, or tells
//! the client that it ended.

use std::ops::Range;
use std::sync::Arc;

use super::revisions::Ticket;
use super::sync::{Mutex, lock};
use super::{Ending, Lane, Work};
use crate::engine::batcher::Row;

struct Join<O> {
    /// The results so far, by text.
    outputs: Vec<Option<O>>,
    /// Why parts of it will never come.
    ending: Option<Ending>,
}

/// Accepted work. Dropping the last handle on it tells the client, unless the work was taken.
pub(super) struct Shared<T: Work> {
    /// Taken only by [`Part::finish`], through the last handle.
    item: Option<T>,
    rows: Vec<Row>,
    ticket: Option<Ticket>,
    join: Mutex<Join<T::Output>>,
}

impl<T: Work> Shared<T> {
    pub(super) fn new(item: T, rows: Vec<Row>, ticket: Option<Ticket>) -> Self {
        let join = Join {
            outputs: rows.iter().map(|_| None).collect(),
            ending: None,
        };
        Self {
            item: Some(item),
            rows,
            ticket,
            join: Mutex::new(join),
        }
    }

    fn item(&self) -> &T {
        // It is taken through the last handle only, and this is a handle.
        self.item.as_ref().expect("the work is taken last")
    }

    /// Its texts, longest first.
    pub(super) fn rows(&self) -> &[Row] {
        &self.rows
    }

    pub(super) fn is_superseded(&self) -> bool {
        self.ticket.as_ref().is_some_and(Ticket::is_superseded)
    }

    pub(super) fn is_closed(&self) -> bool {
        self.item().is_closed()
    }

    /// The document that it is of.
    pub(super) fn document(&self) -> Option<u64> {
        self.item().version().map(|v| v.document)
    }

    /// Whether a worker dropped a part of it.
    pub(super) fn is_abandoned(&self) -> bool {
        lock(&self.join).ending == Some(Ending::Abandoned)
    }

    /// Notes why results of it will never come. Returns the first reason, which stands.
    pub(super) fn end(&self, why: Ending) -> Ending {
        *lock(&self.join).ending.get_or_insert(why)
    }
}

impl<T: Work> Drop for Shared<T> {
    fn drop(&mut self) {
        let ending = lock(&self.join).ending.unwrap_or(Ending::Abandoned);
        if let Some(item) = self.item.take() {
            item.ended(ending);
        }
    }
}

/// Work with all its results.
#[derive(Debug)]
pub struct Whole<T: Work> {
    /// The work.
    pub item: T,
    /// One result a text, in the order of the texts.
    pub outputs: Vec<T::Output>,
}

/// Texts of one work that are rows of one batch.
///
/// Dropping a part unfinished abandons its work: what waits of it is not handed out any more, and
/// the client is told once no other part runs.
pub struct Part<T: Work> {
    /// Taken only by [`Part::finish`] and the drop, each of which ends the part.
    shared: Option<Arc<Shared<T>>>,
    range: Range<usize>,
}

impl<T: Work> Part<T> {
    pub(super) const fn new(shared: Arc<Shared<T>>, range: Range<usize>) -> Self {
        Self {
            shared: Some(shared),
            range,
        }
    }

    fn shared(&self) -> &Shared<T> {
        // Whoever takes it ends the part, so that nobody asks afterwards.
        self.shared.as_deref().expect("the part is not over")
    }

    /// The work.
    #[must_use]
    pub fn item(&self) -> &T {
        self.shared().item()
    }

    /// Which texts of the work the rows of this part are, in their order.
    #[must_use]
    pub fn texts(&self) -> impl ExactSizeIterator<Item = usize> {
        self.shared().rows[self.range.clone()]
            .iter()
            .map(|r| r.text)
    }

    /// Number of its rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.range.len()
    }

    /// Whether somebody still waits for it and no newer revision of its document is known. Long
    /// work asks between batches.
    #[must_use]
    pub fn is_wanted(&self) -> bool {
        !self.shared().is_superseded() && !self.shared().is_closed()
    }

    /// Hands in one result a row, in the order of [`Part::texts`]. Returns the whole where no
    /// other part of the work is outstanding. Work that ended otherwise meanwhile is told so.
    ///
    /// # Panics
    /// Where there are more or fewer results than rows; the work is then abandoned.
    #[must_use = "the client waits for the whole"]
    pub fn finish(mut self, outputs: Vec<T::Output>) -> Option<Whole<T>> {
        assert_eq!(outputs.len(), self.rows(), "one result a row");
        let shared = self.shared.take()?;
        let mut join = lock(&shared.join);
        for (row, output) in shared.rows[self.range.clone()].iter().zip(outputs) {
            join.outputs[row.text] = Some(output);
        }
        drop(join);
        // Of several threads that let go at once, exactly one gets it.
        let mut last = Arc::into_inner(shared)?;
        let mut join = lock(&last.join);
        let outputs = std::mem::take(&mut join.outputs);
        let whole: Option<Vec<_>> = outputs.into_iter().collect();
        drop(join);
        Some(Whole {
            outputs: whole?,
            item: last.item.take()?,
        })
    }
}

impl<T: Work> Drop for Part<T> {
    fn drop(&mut self) {
        if let Some(shared) = self.shared.take() {
            shared.end(Ending::Abandoned);
        }
    }
}

/// What one call of a model is to compute.
pub struct Batch<T: Work> {
    /// The lane that it comes from.
    pub lane: Lane,
    /// Its rows, part by part.
    pub parts: Vec<Part<T>>,
    /// Estimated tokens of its longest row.
    pub longest: usize,
}

impl<T: Work> Batch<T> {
    /// Number of its rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.parts.iter().map(Part::rows).sum()
    }

    /// Estimated tokens that a model computes for it: rows times longest row.
    #[must_use]
    pub fn padded_tokens(&self) -> usize {
        self.rows() * self.longest
    }

    /// Whether any part of it is still wanted.
    #[must_use]
    pub fn is_wanted(&self) -> bool {
        self.parts.iter().any(Part::is_wanted)
    }

    /// Hands in one result a row, part by part. Returns the works that are whole now.
    ///
    /// # Panics
    /// Where there are more or fewer results than rows; the works are then abandoned.
    #[must_use = "the clients wait for them"]
    pub fn finish(self, outputs: Vec<T::Output>) -> Vec<Whole<T>> {
        assert_eq!(outputs.len(), self.rows(), "one result a row");
        let mut outputs = outputs.into_iter();
        let finish = |part: Part<T>| {
            let rows = part.rows();
            part.finish(outputs.by_ref().take(rows).collect())
        };
        self.parts.into_iter().filter_map(finish).collect()
    }
}

//! How much the texts of all documents take together.

use std::collections::BTreeSet;

use redb::{ReadableTable, ReadableTableMetadata};

use super::prune;
use super::session::{Done, Fault};
use super::tables::META;
use super::tree::{Row, Tree};
use super::{UserError, UserStore, seal};

/// Bytes of all texts, as they stand in the file.
const BYTES: &str = "bytes of texts";
/// How many texts that is: a version of the program that does not count changes the one alone.
const COUNTED: &str = "texts counted";
/// Versions that went since the writer was told.
const DROPPED: &str = "versions dropped";
/// The part of the limit that is made free at once, so that not every version looks for more.
const SLACK: u64 = 10;

impl Tree<'_> {
    /// Bytes of all texts.
    pub(super) fn total(&self) -> Result<u64, Fault> {
        let counted = {
            let meta = self.transaction.open_table(META)?;
            let number =
                |name| -> Result<Option<u64>, Fault> { Ok(meta.get(name)?.map(|v| v.value())) };
            number(COUNTED)?.zip(number(BYTES)?)
        };
        match counted {
            Some((texts, bytes)) if texts == self.texts.len()? => Ok(bytes),
            _ => self.texts.iter()?.try_fold(0, |sum, row| {
                let (_, text) = row?;
                Ok(sum + text.value().len() as u64)
            }),
        }
    }

    /// Lets versions go where `total`, the bytes of all texts, is beyond the limit: of the documents
    /// that were recorded least recently first. Writes down what is left.
    pub(super) fn fit(&mut self, mut total: u64) -> Result<(), Fault> {
        let limit = self.limits.bytes;
        let mut dropped = 0;
        if total > limit {
            let most = limit - limit / SLACK;
            for (document, row) in self.by_age()? {
                if total <= most {
                    break;
                }
                let (gone, bytes) = self.drop_spare(&document, row, total - most)?;
                dropped += gone;
                total = total.saturating_sub(bytes);
            }
        }
        let texts = self.texts.len()?;
        let mut meta = self.transaction.open_table(META)?;
        meta.insert(BYTES, total)?;
        meta.insert(COUNTED, texts)?;
        if dropped > 0 {
            let before = meta.get(DROPPED)?.map_or(0, |v| v.value());
            meta.insert(DROPPED, before + dropped)?;
        }
        Ok(())
    }

    /// All documents, that whose newest version is the oldest first.
    fn by_age(&self) -> Result<Vec<(String, Row)>, Fault> {
        let mut documents = Vec::new();
        for entry in self.documents.iter()? {
            let (name, bytes) = entry?;
            let row: Row = seal::read_json(bytes.value(), name.value())?;
            let newest = self.newest(row.number)?;
            documents.push((newest, name.value().to_owned(), row));
        }
        documents.sort_unstable_by_key(|(newest, ..)| *newest);
        let named = documents.into_iter().map(|(_, name, row)| (name, row));
        Ok(named.collect())
    }

    /// Lets as many versions of a document go as take `wanted` bytes, or as may. Answers with how
    /// many went and their bytes.
    fn drop_spare(
        &mut self,
        document: &str,
        mut row: Row,
        wanted: u64,
    ) -> Result<(u64, u64), Fault> {
        let infos = self.infos(row.number)?;
        let (mut gone, mut bytes) = (BTreeSet::new(), 0);
        for id in prune::spare(&infos, row.head) {
            if bytes >= wanted {
                break;
            }
            bytes += self
                .texts
                .get(id)?
                .map_or(0, |text| text.value().len() as u64);
            gone.insert(id);
        }
        if gone.is_empty() {
            return Ok((0, 0));
        }
        self.remove(&mut row, infos, &gone)?;
        self.put_row(document, &row)?;
        Ok((gone.len() as u64, bytes))
    }
}

impl UserStore {
    /// How many versions went since this was asked last, because the texts of all documents together
    /// were beyond [`Limits::bytes`](super::Limits::bytes).
    ///
    /// # Errors
    /// Where the file cannot be used.
    pub fn take_dropped(&self) -> Result<u64, UserError> {
        let dropped = self.read(|transaction| {
            let meta = transaction.open_table(META)?;
            Ok(meta.get(DROPPED)?.map_or(0, |v| v.value()))
        })?;
        if dropped == 0 {
            return Ok(0);
        }
        self.write(|transaction| {
            let mut meta = transaction.open_table(META)?;
            let dropped = meta.remove(DROPPED)?.map_or(0, |v| v.value());
            Ok(Done::Changed(dropped))
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::tests::Desk;
    use super::*;
    use crate::store::user::{Cause, Limits, NewVersion, Wait};

    /// Bytes of each text as it stands in the file: too short to shrink, behind a head of five.
    const EACH: u64 = 65;

    fn record(store: &UserStore, document: &str, cause: Cause) -> u64 {
        let number = store.documents().unwrap().iter().map(|d| d.head).max();
        let text = format!("{:060}", number.unwrap_or(0));
        let new = NewVersion {
            at: 0,
            text: &text,
            cause,
            scores: BTreeMap::new(),
        };
        store.record(document, &new).unwrap()
    }

    fn tree(store: &UserStore, document: &str) -> Vec<(u64, Option<u64>)> {
        let versions = store.versions(document).unwrap().into_iter();
        versions.map(|v| (v.id, v.parent)).collect()
    }

    fn limited(texts: u64) -> Limits {
        Limits {
            bytes: texts * EACH,
            ..Limits::default()
        }
    }

    #[test]
    fn the_oldest_of_the_documents_untouched_longest_go_but_none_that_matters() {
        let desk = Desk::with(limited(10));
        let store = &desk.store;
        record(store, "a", Cause::Opened);
        record(store, "a", Cause::applied(2));
        for _ in 3..=5 {
            record(store, "a", Cause::Saved);
        }
        store.name_version("a", 3, "sent").unwrap();
        for _ in 6..=8 {
            record(store, "b", Cause::Saved);
        }
        store.go_back("b", 6).unwrap();
        for _ in 9..=10 {
            record(store, "c", Cause::Saved);
        }
        assert_eq!((tree(store, "a").len(), tree(store, "b").len()), (5, 3));
        assert_eq!(store.take_dropped().unwrap(), 0, "the limit is kept");
        record(store, "c", Cause::Saved);
        // What `--apply` replaced and wrote, what has a name and the newest stay; so does the head.
        let a = [(1, None), (2, Some(1)), (3, Some(2)), (5, Some(3))];
        assert_eq!(tree(store, "a"), a);
        assert_eq!(tree(store, "b"), [(6, None), (8, Some(6))]);
        assert_eq!(tree(store, "c"), [(9, None), (10, Some(9)), (11, Some(10))]);
        let told = store.documents().unwrap().into_iter();
        assert_eq!(told.map(|d| d.versions).collect::<Vec<_>>(), [4, 2, 3]);
        assert_eq!(store.take_dropped().unwrap(), 2);
        assert_eq!(store.take_dropped().unwrap(), 0, "told once");
        record(store, "c", Cause::Saved);
        record(store, "c", Cause::Saved);
        assert_eq!(tree(store, "a"), a, "nothing is left to take there");
        assert_eq!(
            tree(store, "c"),
            [(11, None), (12, Some(11)), (13, Some(12))]
        );
        assert_eq!(store.take_dropped().unwrap(), 2);
    }

    #[test]
    fn texts_that_were_not_counted_are_counted() {
        let desk = Desk::new();
        for _ in 1..=20 {
            record(&desk.store, "a", Cause::Saved);
        }
        let uncounted = desk.store.write(|transaction| {
            let mut meta = transaction.open_table(META)?;
            meta.remove(BYTES)?;
            meta.remove(COUNTED)?;
            Ok(Done::Changed(()))
        });
        uncounted.unwrap();
        let folder = desk.store.path().parent().unwrap();
        let store = UserStore::with(folder, Wait::default(), limited(10));
        record(&store, "a", Cause::Saved);
        let ids: Vec<u64> = tree(&store, "a").into_iter().map(|(id, _)| id).collect();
        assert_eq!(ids, Vec::from_iter(13..=21));
    }
}

//! The versions of each document as a tree.

use std::collections::BTreeSet;

use redb::{ReadableTable, Table, WriteTransaction};
use serde::{Deserialize, Serialize};

use super::prune;
use super::session::{Done, Fault};
use super::tables::{self, DOCUMENTS, TEXTS, VERSIONS};
use super::{DocumentInfo, Export, NewVersion, UserError, Version, VersionInfo, seal};

/// The layout of an export.
const EXPORT_SCHEMA: u32 = 1;

/// How much is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Most versions of a document; those with a name and the head's line are kept beyond it.
    pub versions: u64,
    /// How many of the head's nearest ancestors are kept in any case.
    pub line: usize,
    /// Bytes of the texts of all documents together, as they stand in the file. Beyond it the oldest
    /// versions go, of the documents that were recorded least recently first; a named version, a
    /// document's newest and its head, and what `optimize --apply` replaced are kept beyond it.
    pub bytes: u64,
    /// Most feedback; the newest is kept.
    pub feedback: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            versions: 1000,
            line: 100,
            bytes: 256 << 20,
            feedback: 10_000,
        }
    }
}

/// A document as it stands in the file.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct Row {
    /// Its number, which stays when it is renamed.
    pub(super) number: u64,
    pub(super) head: u64,
    pub(super) versions: u64,
}

/// The tables of the tree in one transaction.
pub(super) struct Tree<'t> {
    pub(super) transaction: &'t WriteTransaction,
    pub(super) documents: Table<'t, &'static str, &'static [u8]>,
    versions: Table<'t, (u64, u64), &'static [u8]>,
    pub(super) texts: Table<'t, u64, &'static [u8]>,
    pub(super) limits: Limits,
}

impl<'t> Tree<'t> {
    pub(super) fn open(transaction: &'t WriteTransaction, limits: Limits) -> Result<Self, Fault> {
        Ok(Self {
            transaction,
            documents: transaction.open_table(DOCUMENTS)?,
            versions: transaction.open_table(VERSIONS)?,
            texts: transaction.open_table(TEXTS)?,
            limits,
        })
    }

    pub(super) fn record(
        &mut self,
        document: &str,
        new: &NewVersion<'_>,
    ) -> Result<Done<u64>, Fault> {
        if let Some((name, value)) = new.scores.iter().find(|(_, v)| !v.is_finite()) {
            return Err(Fault::Refused(UserError::NotFinite {
                what: format!("score {name}"),
                value: *value,
            }));
        }
        let mut row = self.find(document)?;
        if let Some(row) = &row {
            let mut head = self.info(document, row.number, row.head)?;
            if head.bytes == new.text.len() && self.text(head.id)? == new.text {
                let before = head.scores.clone();
                head.scores.extend(new.scores.clone());
                if head.scores == before {
                    return Ok(Done::Same(head.id));
                }
                self.put(row.number, &head)?;
                return Ok(Done::Changed(head.id));
            }
        }
        let total = self.total()?;
        let id = tables::next(self.transaction, "next version")?;
        let number = match &row {
            Some(row) => row.number,
            None => tables::next(self.transaction, "next document")?,
        };
        let info = VersionInfo {
            id,
            parent: row.as_ref().map(|r| r.head),
            at: new.at,
            cause: new.cause.clone(),
            name: None,
            scores: new.scores.clone(),
            bytes: new.text.len(),
        };
        self.put(number, &info)?;
        let text = seal::text(new.text)?;
        self.texts.insert(id, text.as_slice())?;
        let versions = row.take().map_or(0, |r| r.versions) + 1;
        let mut row = Row {
            number,
            head: id,
            versions,
        };
        let freed = self.shrink(document, &mut row)?;
        self.put_row(document, &row)?;
        self.fit((total + text.len() as u64).saturating_sub(freed))?;
        Ok(Done::Changed(id))
    }

    pub(super) fn head(&self, document: &str) -> Result<Option<Version>, Fault> {
        let Some(row) = self.find(document)? else {
            return Ok(None);
        };
        let info = self.info(document, row.number, row.head)?;
        self.whole(info).map(Some)
    }

    pub(super) fn versions(&self, document: &str) -> Result<Vec<VersionInfo>, Fault> {
        match self.find(document)? {
            Some(row) => self.infos(row.number),
            None => Ok(Vec::new()),
        }
    }

    pub(super) fn version(&self, document: &str, id: u64) -> Result<Version, Fault> {
        let row = self.known(document)?;
        self.whole(self.info(document, row.number, id)?)
    }

    pub(super) fn go_back(&mut self, document: &str, id: u64) -> Result<Done<()>, Fault> {
        let row = self.known(document)?;
        self.info(document, row.number, id)?;
        if row.head == id {
            return Ok(Done::Same(()));
        }
        self.put_row(document, &Row { head: id, ..row })?;
        Ok(Done::Changed(()))
    }

    pub(super) fn name(&mut self, document: &str, id: u64, name: &str) -> Result<Done<()>, Fault> {
        let row = self.known(document)?;
        let mut info = self.info(document, row.number, id)?;
        let name = Some(name.trim().to_owned()).filter(|n| !n.is_empty());
        if info.name == name {
            return Ok(Done::Same(()));
        }
        if let Some(name) = &name {
            let infos = self.infos(row.number)?;
            if let Some(holder) = infos.iter().find(|i| i.name.as_ref() == Some(name)) {
                return Err(Fault::Refused(UserError::NameTaken {
                    document: document.to_owned(),
                    name: name.clone(),
                    holder: holder.id,
                }));
            }
        }
        info.name = name;
        self.put(row.number, &info)?;
        Ok(Done::Changed(()))
    }

    pub(super) fn export(&self, document: &str) -> Result<Export, Fault> {
        let row = self.known(document)?;
        let infos = self.infos(row.number)?.into_iter();
        let versions: Result<Vec<_>, _> = infos.map(|info| self.whole(info)).collect();
        Ok(Export {
            schema: EXPORT_SCHEMA,
            document: document.to_owned(),
            head: row.head,
            versions: versions?,
        })
    }

    pub(super) fn documents(&self) -> Result<Vec<DocumentInfo>, Fault> {
        let mut documents = Vec::new();
        for entry in self.documents.iter()? {
            let (name, bytes) = entry?;
            let row: Row = seal::read_json(bytes.value(), name.value())?;
            documents.push(DocumentInfo {
                document: name.value().to_owned(),
                head: row.head,
                versions: row.versions,
            });
        }
        Ok(documents)
    }

    pub(super) fn rename(&mut self, document: &str, to: &str) -> Result<Done<()>, Fault> {
        let row = self.known(document)?;
        if self.find(to)?.is_some() {
            return Err(Fault::Refused(UserError::DocumentTaken {
                document: to.to_owned(),
            }));
        }
        self.put_row(to, &row)?;
        self.documents.remove(document)?;
        Ok(Done::Changed(()))
    }

    /// Lets versions go that are beyond the limit. Answers with the bytes of their texts.
    fn shrink(&mut self, document: &str, row: &mut Row) -> Result<u64, Fault> {
        if row.versions <= self.limits.versions {
            return Ok(0);
        }
        let infos = self.infos(row.number)?;
        if infos.len() as u64 != row.versions {
            let (kept, told) = (infos.len(), row.versions);
            let reason = format!("{document} has {kept} versions where {told} are counted");
            return Err(Fault::Damaged(reason));
        }
        let gone = prune::beyond(&infos, row.head, self.limits);
        self.remove(row, infos, &gone)
    }

    /// Removes `gone` of a document that has `infos`. Answers with the bytes of their texts.
    pub(super) fn remove(
        &mut self,
        row: &mut Row,
        infos: Vec<VersionInfo>,
        gone: &BTreeSet<u64>,
    ) -> Result<u64, Fault> {
        let mut bytes = 0;
        for id in gone {
            self.versions.remove((row.number, *id))?;
            let text = self.texts.remove(*id)?;
            bytes += text.map_or(0, |text| text.value().len() as u64);
        }
        for info in &prune::moved(infos, gone) {
            self.put(row.number, info)?;
        }
        row.versions = row.versions.saturating_sub(gone.len() as u64);
        Ok(bytes)
    }

    fn find(&self, document: &str) -> Result<Option<Row>, Fault> {
        let bytes = self.documents.get(document)?;
        bytes
            .map(|b| seal::read_json(b.value(), document))
            .transpose()
    }

    fn known(&self, document: &str) -> Result<Row, Fault> {
        let unknown = || UserError::NoDocument {
            document: document.to_owned(),
        };
        Ok(self.find(document)?.ok_or_else(unknown)?)
    }

    fn info(&self, document: &str, number: u64, id: u64) -> Result<VersionInfo, Fault> {
        let Some(bytes) = self.versions.get((number, id))? else {
            return Err(Fault::Refused(UserError::NoVersion {
                document: document.to_owned(),
                id,
            }));
        };
        read_info(id, bytes.value())
    }

    /// The newest version of the document with this number; zero where it has none.
    pub(super) fn newest(&self, number: u64) -> Result<u64, Fault> {
        let mut versions = self.versions.range((number, 0)..=(number, u64::MAX))?;
        let last = versions.next_back().transpose()?;
        Ok(last.map_or(0, |(key, _)| key.value().1))
    }

    pub(super) fn infos(&self, number: u64) -> Result<Vec<VersionInfo>, Fault> {
        let mut infos = Vec::new();
        for entry in self.versions.range((number, 0)..=(number, u64::MAX))? {
            let (key, bytes) = entry?;
            infos.push(read_info(key.value().1, bytes.value())?);
        }
        Ok(infos)
    }

    fn text(&self, id: u64) -> Result<String, Fault> {
        let what = format!("the text of version {id}");
        let Some(bytes) = self.texts.get(id)? else {
            return Err(Fault::Damaged(format!("{what} is missing")));
        };
        seal::read_text(bytes.value(), &what)
    }

    fn whole(&self, info: VersionInfo) -> Result<Version, Fault> {
        Ok(Version {
            id: info.id,
            parent: info.parent,
            at: info.at,
            text: self.text(info.id)?,
            cause: info.cause,
            name: info.name,
            scores: info.scores,
        })
    }

    fn put(&mut self, number: u64, info: &VersionInfo) -> Result<(), Fault> {
        let bytes = seal::json(info)?;
        self.versions.insert((number, info.id), bytes.as_slice())?;
        Ok(())
    }

    pub(super) fn put_row(&mut self, document: &str, row: &Row) -> Result<(), Fault> {
        let bytes = seal::json(row)?;
        self.documents.insert(document, bytes.as_slice())?;
        Ok(())
    }
}

fn read_info(id: u64, bytes: &[u8]) -> Result<VersionInfo, Fault> {
    seal::read_json(bytes, &format!("version {id}"))
}

#[cfg(test)]
mod tests;

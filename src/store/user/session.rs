//! One transaction: open the file, do, close it.

use std::io;

use redb::{
    CommitError, Database, DatabaseError, Key, ReadableTableMetadata, StorageError,
    TableDefinition, TableError, TransactionError, Value, WriteTransaction,
};

use super::staged::Staged;
use super::{UserError, UserStore};
use crate::database;

/// Why a transaction cannot go on.
#[derive(Debug)]
pub(super) enum Fault {
    /// Another instance holds the file.
    Held,
    /// The system refused; it may work again.
    Io(String),
    /// The bytes of the file are not sound.
    Damaged(String),
    /// The file holds what this version does not know.
    Newer(String),
    /// What was asked for cannot be done.
    Refused(UserError),
}

impl Fault {
    /// What the caller is told of the file at the store's path.
    pub(super) fn told(self, store: &UserStore) -> UserError {
        let path = store.path().to_owned();
        match self {
            Self::Held => UserError::Held {
                path,
                waited: store.wait.limit(),
            },
            Self::Io(reason) => UserError::Io { path, reason },
            Self::Damaged(reason) => UserError::Damaged { path, reason },
            Self::Newer(found) => UserError::Newer { path, found },
            Self::Refused(error) => error,
        }
    }
}

impl From<database::Fault> for Fault {
    fn from(fault: database::Fault) -> Self {
        match fault {
            database::Fault::Held => Self::Held,
            database::Fault::Io(reason) => Self::Io(reason),
            database::Fault::Damaged(reason) => Self::Damaged(reason),
        }
    }
}

macro_rules! from_redb {
    ($($error:ty),*) => {$(
        impl From<$error> for Fault {
            fn from(error: $error) -> Self {
                database::Fault::of(error).into()
            }
        }
    )*};
}
from_redb!(
    CommitError,
    DatabaseError,
    StorageError,
    TableError,
    TransactionError
);

impl From<UserError> for Fault {
    fn from(error: UserError) -> Self {
        Self::Refused(error)
    }
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Self::Io(error.to_string())
    }
}

impl From<serde_json::Error> for Fault {
    fn from(error: serde_json::Error) -> Self {
        Self::Io(error.to_string())
    }
}

/// Runs what reads or writes the file, which is closed where this fails.
pub(super) fn guarded<T>(work: impl FnOnce() -> Result<T, Fault>) -> Result<T, Fault> {
    database::guarded(work)
}

/// What came of the work of a transaction.
#[derive(Debug)]
pub(super) enum Done<T> {
    /// Something changed that has to be kept.
    Changed(T),
    /// All is as it was.
    Same(T),
}

/// The open file and the transaction. Dropped before its commit, it leaves the file as it was.
pub(super) struct Session {
    /// Both are there until the session ends; the transaction ends first.
    transaction: Option<WriteTransaction>,
    database: Option<Database>,
    /// Where changes of the file are held; `None` where they are in memory only.
    staged: Option<Staged>,
}

impl Session {
    /// Begins the transaction.
    pub(super) fn begin(database: Database, staged: Option<Staged>) -> Result<Self, Fault> {
        // From here on the database is closed by the session, whatever happens.
        let mut session = Self {
            transaction: None,
            database: Some(database),
            staged,
        };
        let begun = guarded(|| match &session.database {
            Some(database) => Ok(database.begin_write()?),
            None => Err(ended()),
        });
        session.transaction = Some(begun?);
        Ok(session)
    }

    /// Does some of the work.
    pub(super) fn run<T>(
        &self,
        work: impl FnOnce(&WriteTransaction) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        guarded(|| work(self.transaction.as_ref().ok_or_else(ended)?))
    }

    /// Puts all changes on the disk.
    pub(super) fn commit(mut self) -> Result<(), Fault> {
        guarded(|| {
            let transaction = self.transaction.take().ok_or_else(ended)?;
            if let Some(staged) = &self.staged {
                staged.release()?;
            }
            // The durability is immediate, which is redb's default.
            Ok(transaction.commit()?)
        })
    }
}

fn ended() -> Fault {
    Fault::Io("the transaction has ended".into())
}

impl Drop for Session {
    fn drop(&mut self) {
        let (transaction, database) = (self.transaction.take(), self.database.take());
        // What was committed stands and the rest is nobody's: a file that is not closed well is
        // mended by who opens it next.
        let _ = guarded(|| {
            drop(transaction);
            drop(database);
            Ok(())
        });
    }
}

impl UserStore {
    /// Does `work` in one transaction and keeps what it changed.
    pub(super) fn write<T>(
        &self,
        work: impl FnOnce(&WriteTransaction) -> Result<Done<T>, Fault>,
    ) -> Result<T, UserError> {
        let written = || {
            let session = self.open_or_create()?;
            match session.run(work)? {
                Done::Same(value) => Ok(value),
                Done::Changed(value) => session.commit().map(|()| value),
            }
        };
        written().map_err(|fault: Fault| fault.told(self))
    }

    /// Removes all that `table` holds.
    pub(super) fn clear<K: Key + 'static, V: Value + 'static>(
        &self,
        table: TableDefinition<'static, K, V>,
    ) -> Result<(), UserError> {
        self.write(|transaction| {
            let mut table = transaction.open_table(table)?;
            if table.is_empty()? {
                return Ok(Done::Same(()));
            }
            table.retain(|_, _| false)?;
            Ok(Done::Changed(()))
        })
    }

    /// Does `work`, which only reads, in one transaction; without a file there is nothing to find.
    pub(super) fn read<T>(
        &self,
        work: impl FnOnce(&WriteTransaction) -> Result<T, Fault>,
    ) -> Result<T, UserError> {
        let read = || self.open_or_empty()?.run(work);
        read().map_err(|fault| fault.told(self))
    }
}

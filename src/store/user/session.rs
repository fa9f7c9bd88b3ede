//! One transaction: open the file, do, close it.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

use redb::{
    CommitError, Database, DatabaseError, StorageError, TableError, TransactionError,
    WriteTransaction,
};

use super::staged::Staged;
use super::{UserError, UserStore};

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
    /// Sorts an error of redb.
    fn of(error: impl Into<redb::Error>) -> Self {
        let error = error.into();
        let reason = error.to_string();
        match error {
            redb::Error::DatabaseAlreadyOpen | redb::Error::LockProtocolMismatch => Self::Held,
            redb::Error::Corrupted(_)
            | redb::Error::UpgradeRequired(_)
            | redb::Error::RepairAborted
            | redb::Error::TableTypeMismatch { .. }
            | redb::Error::TableIsMultimap(_)
            | redb::Error::TableIsNotMultimap(_)
            | redb::Error::TypeDefinitionChanged { .. }
            | redb::Error::TableDoesNotExist(_) => Self::Damaged(reason),
            // What redb says of a file that is none of its own, or is cut.
            redb::Error::Io(e)
                if matches!(
                    e.kind(),
                    io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof
                ) =>
            {
                Self::Damaged(reason)
            }
            // redb's errors are not exhaustive; what is left passes or is met again.
            _ => Self::Io(reason),
        }
    }

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

macro_rules! from_redb {
    ($($error:ty),*) => {$(
        impl From<$error> for Fault {
            fn from(error: $error) -> Self {
                Self::of(error)
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

/// Runs what reads or writes the file. redb panics on some damage that it does not look for.
pub(super) fn guarded<T>(work: impl FnOnce() -> Result<T, Fault>) -> Result<T, Fault> {
    // Nothing that `work` shares is used after a panic: the file is closed.
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|_| Err(Fault::Damaged("reading it stopped with a panic".into())))
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

    /// Does `work`, which only reads, in one transaction; without a file there is nothing to find.
    pub(super) fn read<T>(
        &self,
        work: impl FnOnce(&WriteTransaction) -> Result<T, Fault>,
    ) -> Result<T, UserError> {
        let read = || self.open_or_empty()?.run(work);
        read().map_err(|fault| fault.told(self))
    }
}

//! What can go wrong with a file of redb, for every room that keeps one.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Why a database cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Another process holds the file.
    Held,
    /// The system refused; it may work again: no space, no permission, a failing disk.
    Io(String),
    /// Its bytes are not sound.
    Damaged(String),
}

impl Fault {
    /// Sorts an error of redb.
    pub fn of(error: impl Into<redb::Error>) -> Self {
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
}

/// Runs what reads or writes a database, which must be closed where this fails. redb panics on some
/// damage that it does not look for.
///
/// # Errors
/// Those of `work`, and damage where it panics.
pub fn guarded<T, E: From<Fault>>(work: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    // Nothing that `work` shares is used after a panic: the database is closed.
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        let reason = "reading it stopped with a panic".into();
        Err(Fault::Damaged(reason).into())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_work_again_is_no_damage() {
        let of = |kind: io::ErrorKind| Fault::of(redb::Error::Io(kind.into()));
        assert!(matches!(
            of(io::ErrorKind::UnexpectedEof),
            Fault::Damaged(_)
        ));
        assert!(matches!(of(io::ErrorKind::InvalidData), Fault::Damaged(_)));
        assert!(matches!(of(io::ErrorKind::StorageFull), Fault::Io(_)));
        let missing = redb::Error::TableDoesNotExist("meta".into());
        assert!(matches!(Fault::of(missing), Fault::Damaged(_)));
        assert_eq!(Fault::of(redb::Error::DatabaseAlreadyOpen), Fault::Held);
    }

    #[test]
    fn a_panic_is_damage() {
        let broken = guarded(|| -> Result<u8, Fault> { panic!("a page out of order") });
        assert!(matches!(broken, Err(Fault::Damaged(r)) if r.contains("panic")));
        assert_eq!(guarded(|| Err::<(), Fault>(Fault::Held)), Err(Fault::Held));
        assert_eq!(guarded(|| Ok::<u8, Fault>(1)), Ok(1));
    }
}

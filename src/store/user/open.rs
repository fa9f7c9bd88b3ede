//! Opening the file, making a new one, and waiting for who holds it.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use redb::Builder;
use redb::backends::{FileBackend, InMemoryBackend};
use tempfile::NamedTempFile;

use super::super::folder::make_folder;
use super::session::{Fault, Session, guarded};
use super::staged::{Staged, Stamp};
use super::tables;
use super::wait::Pauses;
use super::{UserError, UserStore};

/// Bytes of the file that are kept in memory while it is open.
const PAGE_BYTES: usize = 64 << 20;

impl UserStore {
    /// Opens the file, which is made where there is none.
    pub(super) fn open_or_create(&self) -> Result<Session, Fault> {
        let folder = self.folder();
        make_folder(folder).map_err(|source| UserError::Folder {
            path: folder.to_owned(),
            source,
        })?;
        if let Some(session) = self.open_waiting()? {
            return Ok(session);
        }
        create(folder, self.path())?;
        // Whoever removes it now does so while it is in use.
        let gone = || Fault::Io(io::Error::from(io::ErrorKind::NotFound).to_string());
        self.open_waiting()?.ok_or_else(gone)
    }

    /// Opens the file, or an empty one in memory where there is none.
    pub(super) fn open_or_empty(&self) -> Result<Session, Fault> {
        match self.open_waiting()? {
            Some(session) => Ok(session),
            None => empty(),
        }
    }

    fn folder(&self) -> &Path {
        // The path is a folder with a name joined to it.
        let folder = self.path().parent().unwrap_or(Path::new(""));
        if folder.as_os_str().is_empty() {
            Path::new(".")
        } else {
            folder
        }
    }

    /// Opens the file once nobody else holds it; `None` where there is none.
    fn open_waiting(&self) -> Result<Option<Session>, Fault> {
        let mut pauses = self.wait.pauses();
        let _turn = Turn::take(self.folder(), &mut pauses)?;
        loop {
            match self.open() {
                Err(Fault::Held) if pauses.pause() => {}
                opened => return opened,
            }
        }
    }

    /// Opens the file, all changes of which are held until the commit.
    fn open(&self) -> Result<Option<Session>, Fault> {
        let file = match OpenOptions::new().read(true).write(true).open(self.path()) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
            file => file?,
        };
        let permissions = file.metadata()?.permissions();
        if permissions.mode() & 0o077 != 0 {
            file.set_permissions(fs::Permissions::from_mode(0o600))?;
        }
        let metadata = file.metadata()?;
        if metadata.len() == 0 {
            // New files appear whole, so this one has lost what it held.
            return Err(Fault::Damaged("it is empty".into()));
        }
        let stamp = Stamp::of(&metadata);
        let staged = Staged::new(file, self.sound.clone())?;
        let database = guarded(|| {
            let mut builder = Builder::new();
            builder
                .set_cache_size(PAGE_BYTES)
                // redb believes a file that was closed well, and on some damage its destructors
                // panic and end the program. The check reads the whole file, so it is made only
                // where somebody else may have written it.
                .set_check_integrity_on_open(!self.sound.is(stamp));
            let database = builder.create_with_backend(staged.clone())?;
            tables::check(&database)?;
            Ok(database)
        })?;
        self.sound.set(Some(stamp));
        Session::begin(database, Some(staged)).map(Some)
    }
}

/// A session over an empty file in memory.
pub(super) fn empty() -> Result<Session, Fault> {
    let database = Builder::new().create_with_backend(InMemoryBackend::new())?;
    tables::create(&database)?;
    Session::begin(database, None)
}

/// Makes a new file, which appears whole or not at all, and in the place of none.
fn create(folder: &Path, path: &Path) -> Result<(), Fault> {
    let file = NamedTempFile::with_prefix_in(".user-", folder)?;
    let database = Builder::new().create_with_backend(FileBackend::new(file.reopen()?)?)?;
    tables::create(&database)?;
    database.close()?;
    file.as_file().sync_all()?;
    match file.persist_noclobber(path) {
        Ok(_) => Ok(File::open(folder)?.sync_all()?),
        // Another instance was faster.
        Err(e) if e.error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(e) => Err(e.error.into()),
    }
}

/// The right to be the next who opens the file: a lock of the folder, held while one waits.
///
/// Without it an instance that makes one transaction after another would leave the others no
/// moment in which they find the file free.
#[derive(Debug)]
struct Turn(
    /// Closing it gives the turn up.
    #[expect(dead_code, reason = "held, not read")]
    File,
);

impl Turn {
    /// Waits for the turn; `None` where the folder cannot be locked, which costs fairness alone.
    fn take(folder: &Path, pauses: &mut Pauses<'_>) -> Result<Option<Self>, Fault> {
        let Ok(folder) = File::open(folder) else {
            return Ok(None);
        };
        loop {
            match folder.try_lock() {
                Ok(()) => return Ok(Some(Self(folder))),
                Err(TryLockError::WouldBlock) if pauses.pause() => {}
                Err(TryLockError::WouldBlock) => return Err(Fault::Held),
                Err(TryLockError::Error(_)) => return Ok(None),
            }
        }
    }
}

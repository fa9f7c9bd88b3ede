//! Opening the file, and setting it aside where it is damaged.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::ops::Bound;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use redb::backends::FileBackend;
use redb::{BackendError, Builder, Database, StorageBackend};

use super::tables;
pub(super) use crate::database::{Fault, guarded};
use crate::resilience::Point;

/// Opens or creates the file, readable by its owner only, and checks all of it.
///
/// redb keeps `page_bytes` of it in memory. `point` can make its reads and writes fail.
pub(super) fn open(path: &Path, page_bytes: usize, point: &Point) -> Result<Database, Fault> {
    let file = create(path).map_err(|e| Fault::Io(e.to_string()))?;
    guarded(|| {
        let file = FileBackend::new(file).map_err(Fault::of)?;
        let point = point.clone();
        let database = Builder::new()
            .set_cache_size(page_bytes)
            // Without it redb believes a file that was closed well, whatever happened to it since.
            .set_check_integrity_on_open(true)
            .create_with_backend(Watched { file, point })
            .map_err(Fault::of)?;
        tables::prepare(&database)?;
        Ok(database)
    })
}

fn create(path: &Path) -> io::Result<File> {
    if let Some(folder) = path.parent().filter(|f| !f.as_os_str().is_empty()) {
        let is_new = !folder.exists();
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)?;
        if is_new {
            // The mode is subject to the mask, the permissions are not.
            fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
        }
    }
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path)?;
    file.set_permissions(fs::Permissions::from_mode(0o600))?;
    Ok(file)
}

/// Renames a damaged file, in the place of the one before, and answers with its new name.
pub(super) fn set_aside(path: &Path) -> io::Result<PathBuf> {
    let mut name = path.as_os_str().to_owned();
    name.push(".damaged");
    let aside = PathBuf::from(name);
    fs::rename(path, &aside)?;
    Ok(aside)
}

/// Bytes of the file; zero where there is none.
pub(super) fn len(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |m| m.len())
}

/// A file whose reads and writes can be made to fail.
#[derive(Debug)]
struct Watched {
    file: FileBackend,
    point: Point,
}

impl StorageBackend for Watched {
    fn len(&self) -> io::Result<u64> {
        self.file.len()
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.point.trip()?;
        self.file.read(offset, out)?;
        if self.point.corrupts()
            && let Some(byte) = out.last_mut()
        {
            *byte ^= 1;
        }
        Ok(())
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.point.trip()?;
        self.file.set_len(len)
    }

    fn sync_data(&self) -> io::Result<()> {
        self.point.trip()?;
        self.file.sync_data()
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.point.trip()?;
        self.file.write(offset, data)
    }

    fn close(&self) -> io::Result<()> {
        self.file.close()
    }

    fn try_lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.file.try_lock_range(start, end)
    }

    fn try_lock_shared_range(
        &self,
        start: Bound<u64>,
        end: Bound<u64>,
    ) -> Result<bool, BackendError> {
        self.file.try_lock_shared_range(start, end)
    }

    fn lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.file.lock_range(start, end)
    }

    fn lock_shared_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.file.lock_shared_range(start, end)
    }

    fn unlock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.file.unlock_range(start, end)
    }

    fn query_lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.file.query_lock_range(start, end)
    }
}

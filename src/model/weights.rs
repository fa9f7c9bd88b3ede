//! The bytes of a model's files, of which none is read that is longer than it can be.

use std::borrow::Cow;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::manifest::Summer;
use super::{Architecture, ModelError};

/// Most bytes of a file of a model other than its weights.
pub(super) const MOST_TEXT: u64 = 64 << 20;
/// Bytes of a weights file that are summed or copied at once.
const CHUNK: usize = 1 << 18;

/// A weights file: its bytes, or the open file. Weights as 32-bit floats would else be in memory
/// twice while they are packed for the kernels.
#[derive(Debug, Clone)]
pub(super) enum Weights {
    /// At hand.
    Bytes(Cow<'static, [u8]>),
    /// On disk.
    File(Arc<OnDisk>),
}

/// An open file.
#[derive(Debug)]
pub(super) struct OnDisk {
    file: Mutex<File>,
    length: u64,
}

/// Bytes that tensors are read from.
#[derive(Debug, Clone, Copy)]
pub(super) enum Source<'a> {
    /// At hand.
    Bytes(&'a [u8]),
    /// On disk.
    File(&'a OnDisk),
}

impl Weights {
    /// Opens the weights of `architecture` at `path`, and returns their sha256 with them;
    /// `extents` is the file that gives the architecture, for errors.
    ///
    /// # Errors
    /// Where there is no such file, or it is longer than such weights can be.
    pub fn open(
        path: &Path,
        architecture: &Architecture,
        extents: &str,
    ) -> Result<(Self, String), ModelError> {
        let kind = format!("a checkpoint of the extents in {extents}");
        let length = length(path, &kind, architecture.most_bytes())?;
        let open = || -> io::Result<_> {
            let disk = OnDisk {
                file: Mutex::new(File::open(path)?),
                length,
            };
            let mut sum = Summer::default();
            disk.copy(|bytes| {
                sum.add(bytes);
                Ok(())
            })?;
            Ok((Self::File(Arc::new(disk)), sum.finish()))
        };
        open().map_err(|e| ModelError::reading(path.to_owned(), length, e))
    }

    /// Number of bytes.
    pub fn len(&self) -> u64 {
        self.source().len()
    }

    /// For reading tensors.
    pub fn source(&self) -> Source<'_> {
        match self {
            Self::Bytes(bytes) => Source::Bytes(bytes),
            Self::File(disk) => Source::File(disk),
        }
    }

    /// Writes all of it to `out`.
    pub fn copy_to(&self, out: &mut impl Write) -> io::Result<()> {
        match self {
            Self::Bytes(bytes) => out.write_all(bytes),
            Self::File(disk) => disk.copy(|bytes| out.write_all(bytes)),
        }
    }
}

impl OnDisk {
    fn file(&self) -> MutexGuard<'_, File> {
        // Whoever holds it seeks first, so a panicking holder leaves nothing that matters.
        self.file.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hands all bytes to `take`, a chunk at a time.
    fn copy(&self, mut take: impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
        let mut file = self.file();
        file.seek(SeekFrom::Start(0))?;
        let mut rest = (&mut *file).take(self.length);
        let mut chunk = vec![0; CHUNK];
        loop {
            match rest.read(&mut chunk)? {
                0 => return Ok(()),
                n => take(&chunk[..n])?,
            }
        }
    }
}

impl<'a> Source<'a> {
    /// Number of bytes.
    pub fn len(self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::File(disk) => disk.length,
        }
    }

    /// `length` bytes from `at` on.
    ///
    /// # Errors
    /// Where there are fewer, they cannot be read, or there is no memory for them.
    pub fn read(self, at: u64, length: usize) -> io::Result<Cow<'a, [u8]>> {
        match self {
            Self::Bytes(bytes) => usize::try_from(at)
                .ok()
                .and_then(|at| bytes.get(at..at.checked_add(length)?))
                .map(Cow::Borrowed)
                .ok_or_else(|| io::ErrorKind::UnexpectedEof.into()),
            Self::File(disk) => {
                let mut bytes = Vec::new();
                bytes.try_reserve_exact(length)?;
                bytes.resize(length, 0);
                let mut file = disk.file();
                file.seek(SeekFrom::Start(at))?;
                file.read_exact(&mut bytes)?;
                Ok(Cow::Owned(bytes))
            }
        }
    }
}

/// Bytes of the file at `path`, where it is one of at most `most`; `kind` is what has no more.
fn length(path: &Path, kind: &str, most: u64) -> Result<u64, ModelError> {
    let meta = fs::metadata(path).map_err(|source| ModelError::Read {
        path: path.to_owned(),
        source,
    })?;
    // A device or a pipe has no end.
    if !meta.is_file() {
        return Err(ModelError::Invalid {
            file: path.display().to_string(),
            reason: "is no file".to_owned(),
        });
    }
    if meta.len() > most {
        return Err(ModelError::TooLong {
            path: path.to_owned(),
            bytes: meta.len(),
            kind: kind.to_owned(),
            most,
        });
    }
    Ok(meta.len())
}

/// The bytes of the file at `path`, of which there may be `most`.
pub(super) fn read(path: &Path, most: u64) -> Result<Vec<u8>, ModelError> {
    let length = length(path, "such a file", most)?;
    fs::read(path).map_err(|e| ModelError::reading(path.to_owned(), length, e))
}

/// Whether there is nothing at a path.
pub(super) fn is_absent(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_on_disk_reads_as_its_bytes_do() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("weights");
        let bytes: Vec<u8> = (0..CHUNK + 3).map(|i| i as u8).collect();
        fs::write(&path, &bytes).unwrap();
        let architecture = Architecture {
            layers: 1,
            hidden: 32,
            heads: 1,
            intermediate: 32,
            vocabulary: 8,
            positions: 8,
            longest: 8,
            epsilon: 1e-12,
        };
        let (weights, sum) = Weights::open(&path, &architecture, "config.json").unwrap();
        assert_eq!(sum, crate::model::manifest::sha256(&bytes));
        let mut copy = Vec::new();
        weights.copy_to(&mut copy).unwrap();
        assert_eq!(copy, bytes);
        let at_hand = Weights::Bytes(Cow::Owned(bytes));
        for (at, length) in [(0, 8), (CHUNK as u64, 3), (3, CHUNK)] {
            let [a, b] = [&weights, &at_hand].map(|w| w.source().read(at, length).unwrap());
            assert_eq!(a, b);
        }
        for (at, length) in [(CHUNK as u64, 4), (u64::MAX, 1), (u64::MAX / 2, 0)] {
            assert!(at_hand.source().read(at, length).is_err());
        }
        assert!(weights.source().read(CHUNK as u64, 4).is_err());
        let huge = weights.source().read(0, usize::MAX / 2).unwrap_err();
        let told = ModelError::reading(path, 1, huge).to_string();
        assert!(
            told.contains("no memory") && told.contains("help: end"),
            "{told}"
        );
    }
}

//! Opening and saving posts.
//!
//! A save is atomic: a temporary file beside the target is written, synced and renamed over it,
//! and the folder is synced. Where any step fails, the old file stands and the text stays in
//! memory.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::Builder;

use crate::post::LineEnding;
use crate::post::scrub::{Removed, scrub};

/// Largest file that is opened for editing, in bytes.
pub const LARGEST: u64 = 16 << 20;

/// A post that could not be opened or saved.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FileError {
    /// The file could not be read.
    #[error("{}: cannot open: {source}", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The path names something else than a file.
    #[error("{}: not a file", path.display())]
    NotAFile {
        /// The path.
        path: PathBuf,
    },
    /// The file is larger than [`LARGEST`].
    #[error("{}: {size} bytes; the editor opens at most {LARGEST}", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Its size in bytes.
        size: u64,
    },
    /// The file is no UTF-8.
    #[error("{}: not UTF-8: byte 0x{byte:02x} at offset {at}; save it as UTF-8 first", path.display())]
    NotUtf8 {
        /// The file.
        path: PathBuf,
        /// Offset of the first bad byte.
        at: usize,
        /// That byte.
        byte: u8,
    },
    /// The file could not be written; what stood there is as it was.
    #[error("{}: not saved: {source}", path.display())]
    Save {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
}

/// What a file held at one time; tells whether somebody else has changed it since.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// blake3 of its bytes: a file that was touched alone is the same.
    hash: blake3::Hash,
}

impl Stamp {
    /// Reads the file at `path`; `None` where there is none.
    ///
    /// # Errors
    /// Where there is something that cannot be read.
    pub fn of(path: &Path) -> io::Result<Option<Self>> {
        // Opening a pipe would wait for somebody to write into it.
        let found = match fs::metadata(path) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
            other => other?,
        };
        if !found.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a file"));
        }
        let mut hasher = blake3::Hasher::new();
        hasher.update_reader(File::open(path)?)?;
        Ok(Some(Self {
            hash: hasher.finalize(),
        }))
    }

    fn of_bytes(bytes: &[u8]) -> Self {
        Self {
            hash: blake3::hash(bytes),
        }
    }
}

/// What begins some files, and is no part of their text.
pub const BYTE_ORDER_MARK: char = '\u{feff}';

/// What of a file is no part of its text, and is written back as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Form {
    /// How its lines end.
    pub line_ending: LineEnding,
    /// Whether a byte order mark (U+FEFF) stands at its start.
    pub has_mark: bool,
}

impl Form {
    /// Writes `text` (which holds LF only) in this form.
    fn restore(self, text: &str) -> String {
        let mut out = self.line_ending.restore(text);
        if self.has_mark {
            out.insert(0, BYTE_ORDER_MARK);
        }
        out
    }
}

/// An opened post.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Opened {
    /// Scrubbed text with LF line endings, without a byte order mark.
    pub text: String,
    /// What the file has beside it.
    pub form: Form,
    /// What scrubbing took out.
    pub removed: Vec<Removed>,
    /// Whether there is no such file yet.
    pub is_new: bool,
    /// The very bytes that were read; `None` where there was no file.
    pub stamp: Option<Stamp>,
}

/// Opens `path`; one that does not exist is a new draft.
///
/// # Errors
/// Where there is something that cannot be read as a post.
pub fn open(path: &Path) -> Result<Opened, FileError> {
    let failed = |source| FileError::Open {
        path: path.to_owned(),
        source,
    };
    let metadata = match fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(e) if e.kind() == io::ErrorKind::NotFound => {
            return Ok(Opened {
                is_new: true,
                ..Opened::default()
            });
        }
        Err(e) => return Err(failed(e)),
    };
    if !metadata.is_file() {
        return Err(FileError::NotAFile {
            path: path.to_owned(),
        });
    }
    if metadata.len() > LARGEST {
        return Err(FileError::TooLarge {
            path: path.to_owned(),
            size: metadata.len(),
        });
    }
    let bytes = fs::read(path).map_err(failed)?;
    let stamp = Stamp::of_bytes(&bytes);
    let text = String::from_utf8(bytes).map_err(|e| {
        let at = e.utf8_error().valid_up_to();
        let byte = e.as_bytes().get(at).copied().unwrap_or_default();
        FileError::NotUtf8 {
            path: path.to_owned(),
            at,
            byte,
        }
    })?;
    let unmarked = text.strip_prefix(BYTE_ORDER_MARK);
    let scrubbed = scrub(unmarked.unwrap_or(&text));
    Ok(Opened {
        text: scrubbed.text,
        form: Form {
            line_ending: scrubbed.line_ending,
            has_mark: unmarked.is_some(),
        },
        removed: scrubbed.removed,
        is_new: false,
        stamp: Some(stamp),
    })
}

/// Writes `text` to `path` in the given form. Returns what the file holds now.
///
/// # Errors
/// Names the step's reason; the old file is untouched.
pub fn save(path: &Path, text: &str, form: Form) -> Result<Stamp, FileError> {
    let bytes = form.restore(text);
    write_atomically(path, bytes.as_bytes()).map_err(|source| FileError::Save {
        path: path.to_owned(),
        source,
    })?;
    Ok(Stamp::of_bytes(bytes.as_bytes()))
}

/// Puts `text` into a new file in `folder`, readable by its owner alone, whose name ends in
/// `name`. Returns its path.
///
/// # Errors
/// Where the folder or the file cannot be made.
pub fn rescue(folder: &Path, name: &str, text: &str) -> io::Result<PathBuf> {
    fs::create_dir_all(folder)?;
    // With what is put before it, the name must not be longer than a file's may be.
    let suffix = format!(
        "-{}",
        &name[name.ceil_char_boundary(name.len().saturating_sub(100))..]
    );
    let mut file = Builder::new()
        .prefix("unsaved-")
        .suffix(&suffix)
        .tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    let (_, path) = file.keep()?;
    Ok(path)
}

/// Where the links of `path` lead, though nothing may be there.
fn followed(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    // As many as the kernel follows.
    for _ in 0..40 {
        match fs::read_link(&path) {
            Ok(to) => path = path.parent().unwrap_or(Path::new("")).join(to),
            Err(_) => return Ok(path),
        }
    }
    Err(io::Error::other("its links lead round and round"))
}

fn write_atomically(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // A link stays a link: what it points to is replaced, or made.
    let target = fs::canonicalize(path).or_else(|_| followed(path))?;
    let folder = match target.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    if !folder.is_dir() {
        return Err(io::Error::new(
            io::ErrorKind::NotFound,
            format!("the folder {} does not exist", folder.display()),
        ));
    }
    let mut builder = Builder::new();
    builder.prefix(".postwright-");
    let existing = fs::metadata(&target).ok();
    // A device or a pipe would be replaced by a file.
    if existing.as_ref().is_some_and(|m| !m.is_file()) {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a file"));
    }
    if existing
        .as_ref()
        .is_some_and(|m| m.permissions().readonly())
    {
        return Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            "the file is read-only",
        ));
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // The umask takes away what the user does not grant to new files.
        let mode = existing.as_ref().map_or(0o666, |m| m.permissions().mode());
        builder.permissions(fs::Permissions::from_mode(mode));
    }
    let mut temporary = builder.tempfile_in(folder)?;
    temporary.write_all(bytes)?;
    if let Some(metadata) = existing {
        fs::set_permissions(temporary.path(), metadata.permissions())?;
    }
    temporary.as_file().sync_all()?;
    temporary.persist(&target)?;
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CRLF: Form = Form {
        line_ending: LineEnding::CrLf,
        has_mark: false,
    };

    #[test]
    fn a_new_path_is_a_draft_and_a_save_makes_the_file() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("new.md");
        assert!(open(&path).unwrap().is_new);
        save(&path, "héllo\n", Form::default()).unwrap();
        assert_eq!(open(&path).unwrap().text, "héllo\n");
        assert_eq!(
            fs::read_dir(dir.path()).unwrap().count(),
            1,
            "no temporary file stays"
        );
    }

    #[test]
    fn a_stamp_tells_other_bytes_and_nothing_else() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("post.md");
        assert_eq!(Stamp::of(&path).unwrap(), None);
        assert_eq!(open(&path).unwrap().stamp, None);
        let saved = save(&path, "a\nb\n", CRLF).unwrap();
        let read = Stamp::of(&path).unwrap().unwrap();
        assert_eq!(saved, read);
        assert_eq!(open(&path).unwrap().stamp, Some(saved));
        let file = File::options().write(true).open(&path).unwrap();
        file.set_modified(std::time::SystemTime::UNIX_EPOCH)
            .unwrap();
        assert_eq!(Stamp::of(&path).unwrap(), Some(saved), "touched only");
        fs::write(&path, "a\r\nc\r\n").unwrap();
        assert_ne!(Stamp::of(&path).unwrap(), Some(saved));
        assert!(Stamp::of(dir.path()).is_err());
    }

    #[test]
    fn line_endings_survive() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("dos.md");
        fs::write(&path, "a\r\nb\r\n").unwrap();
        let opened = open(&path).unwrap();
        assert_eq!(opened.text, "a\nb\n");
        save(&path, &opened.text, opened.form).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"a\r\nb\r\n");
    }

    #[test]
    fn a_byte_order_mark_is_kept_out_of_the_text_and_survives() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("post.md");
        for (bytes, text) in [
            ("\u{feff}a\r\nb\r\n", "a\nb\n"),
            ("\u{feff}", ""),
            ("\u{feff}\u{feff}a", "\u{feff}a"),
            ("a\u{feff}\n\u{feff}", "a\u{feff}\n\u{feff}"),
        ] {
            fs::write(&path, bytes).unwrap();
            let opened = open(&path).unwrap();
            assert_eq!(opened.text, text);
            let saved = save(&path, &format!("x{text}"), opened.form).unwrap();
            assert_eq!(Stamp::of(&path).unwrap(), Some(saved));
            let mark = if opened.form.has_mark { "\u{feff}" } else { "" };
            let rest = bytes.strip_prefix(mark).unwrap();
            let wanted = format!("{mark}x{rest}");
            assert_eq!(fs::read_to_string(&path).unwrap(), wanted);
        }
    }

    #[test]
    fn what_is_no_post_is_refused_with_the_reason() {
        let dir = tempfile::tempdir().unwrap();
        assert!(matches!(open(dir.path()), Err(FileError::NotAFile { .. })));
        let path = dir.path().join("bin");
        fs::write(&path, b"ab\xffc").unwrap();
        assert!(matches!(
            open(&path),
            Err(FileError::NotUtf8 {
                at: 2,
                byte: 0xff,
                ..
            })
        ));
    }

    #[cfg(unix)]
    #[test]
    fn mode_and_link_survive_a_save() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let real = dir.path().join("real.md");
        let link = dir.path().join("link.md");
        fs::write(&real, "old").unwrap();
        fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        save(&link, "new", Form::default()).unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&real).unwrap(), "new");
        assert_eq!(
            fs::metadata(&real).unwrap().permissions().mode() & 0o777,
            0o640
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_link_that_leads_to_nothing_yet_stays_a_link() {
        let dir = tempfile::tempdir().unwrap();
        let [link, other, target] =
            ["link.md", "other.md", "target.md"].map(|n| dir.path().join(n));
        std::os::unix::fs::symlink("other.md", &link).unwrap();
        std::os::unix::fs::symlink(&target, &other).unwrap();
        save(&link, "text", Form::default()).unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert!(fs::symlink_metadata(&other).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&target).unwrap(), "text");
        fs::remove_file(&target).unwrap();
        std::os::unix::fs::symlink(&link, &target).unwrap();
        assert!(
            save(&link, "text", Form::default()).is_err(),
            "round and round"
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_full_disk_leaves_the_old_file() {
        // /dev/full refuses every write; a folder that cannot take the temporary file is the
        // same to the caller.
        let error = save(Path::new("/proc/postwright.md"), "text", Form::default()).unwrap_err();
        assert!(error.to_string().contains("not saved"), "{error}");
    }
}

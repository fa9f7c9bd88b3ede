//! Questions about the cache, answered here or by the process that holds its file.
//!
//! One process holds the file alone. It listens on a socket that only its user can open; others ask
//! it there. A question is one line of JSON, and so is its answer.

use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::cache::{CacheError, Tag, TieredCache};

use super::object::Object;

/// Most bytes of a question.
const LONGEST: u64 = 64 << 10;
/// How long either side waits for the other's line. A compaction takes seconds.
const PATIENCE: Duration = Duration::from_secs(30);
/// The same for figures, which are at hand.
const GLANCE: Duration = Duration::from_secs(3);

/// What is asked of a cache.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Question {
    /// What it did and holds.
    Stats,
    /// Forget what has this tag.
    Invalidate(String),
    /// Forget what has a tag that matches.
    InvalidatePattern(String),
    /// Forget everything.
    InvalidateAll,
    /// Check every value of the file.
    Verify,
    /// Make the file small.
    Compact,
}

/// Why nobody answered.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OwnerError {
    /// No process listens there.
    #[error("{}: {source}", path.display())]
    Unreachable {
        /// The socket.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// Who listens there says nothing.
    #[error(
        "{}: the Postwright that holds the cache does not answer: it is suspended (`fg` in its \
         terminal brings it back) or hangs", path.display()
    )]
    Silent {
        /// The socket.
        path: PathBuf,
    },
    /// What came back is no answer.
    #[error("{}: {reason}", path.display())]
    Answer {
        /// The socket.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The cache could not do it.
    #[error("{0}")]
    Refused(String),
}

/// Answers a question about `cache`.
///
/// # Errors
/// Where its file cannot be used.
pub fn answer(cache: &TieredCache<Object>, question: &Question) -> Result<Value, CacheError> {
    let told = |value: serde_json::Result<Value>| {
        // Plain numbers and names.
        value.unwrap_or(Value::Null)
    };
    match question {
        Question::Stats => Ok(told(serde_json::to_value(cache.stats()))),
        Question::Invalidate(tag) => {
            cache.invalidate(&Tag::new(tag.as_str()))?;
            Ok(json!({ "tags": [tag] }))
        }
        Question::InvalidatePattern(pattern) => {
            let tags = cache.invalidate_pattern(pattern)?;
            Ok(json!({ "tags": tags }))
        }
        Question::InvalidateAll => {
            cache.invalidate_all()?;
            Ok(json!({ "tags": ["*"] }))
        }
        Question::Verify => Ok(told(serde_json::to_value(cache.verify()?))),
        Question::Compact => Ok(told(serde_json::to_value(cache.compact()?))),
    }
}

/// Listens until it is dropped.
#[derive(Debug)]
pub struct Owner {
    path: PathBuf,
}

impl Drop for Owner {
    fn drop(&mut self) {
        // Whoever asks meanwhile is told that nobody listens.
        let _ = fs::remove_file(&self.path);
    }
}

impl Owner {
    /// Answers questions about `cache` on the socket `path`, in a folder for its user alone.
    ///
    /// # Errors
    /// Where another process listens there, or the socket cannot be made.
    pub fn listen(cache: TieredCache<Object>, path: PathBuf) -> io::Result<Self> {
        if let Some(folder) = path.parent() {
            let mut builder = fs::DirBuilder::new();
            builder.recursive(true).mode(0o700).create(folder)?;
        }
        if UnixStream::connect(&path).is_ok() {
            return Err(io::Error::new(
                io::ErrorKind::AddrInUse,
                "another Postwright listens there",
            ));
        }
        // Of a process that was killed.
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let listener = UnixListener::bind(&path)?;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600))?;
        thread::Builder::new()
            .name("postwright-owner".to_owned())
            .spawn(move || {
                for stream in listener.incoming().flatten() {
                    if let Err(error) = serve(&cache, &stream) {
                        tracing::debug!("a question about the cache: {error}");
                    }
                }
            })?;
        Ok(Self { path })
    }
}

fn serve(cache: &TieredCache<Object>, mut stream: &UnixStream) -> io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut line = String::new();
    BufReader::new(stream.take(LONGEST)).read_line(&mut line)?;
    let told = serde_json::from_str(&line)
        .map_err(|error| format!("no question: {error}"))
        .and_then(|question| answer(cache, &question).map_err(|e| e.to_string()));
    let mut told = serde_json::to_vec(&told)?;
    told.push(b'\n');
    stream.write_all(&told)
}

/// Asks the process that listens on the socket `path`.
///
/// # Errors
/// Where nobody listens, or the answer is no success.
pub fn ask(path: &Path, question: &Question) -> Result<Value, OwnerError> {
    let unreachable = |source: io::Error| match source.kind() {
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => OwnerError::Silent {
            path: path.to_owned(),
        },
        _ => OwnerError::Unreachable {
            path: path.to_owned(),
            source,
        },
    };
    let stream = UnixStream::connect(path).map_err(unreachable)?;
    let line = talk(&stream, question).map_err(unreachable)?;
    let told: Result<Value, String> =
        serde_json::from_str(&line).map_err(|error| OwnerError::Answer {
            path: path.to_owned(),
            reason: error.to_string(),
        })?;
    told.map_err(OwnerError::Refused)
}

fn talk(mut stream: &UnixStream, question: &Question) -> io::Result<String> {
    let patience = match question {
        Question::Stats => GLANCE,
        Question::Invalidate(_)
        | Question::InvalidatePattern(_)
        | Question::InvalidateAll
        | Question::Verify
        | Question::Compact => PATIENCE,
    };
    stream.set_read_timeout(Some(patience))?;
    stream.set_write_timeout(Some(patience))?;
    let mut asked = serde_json::to_vec(question)?;
    asked.push(b'\n');
    stream.write_all(&asked)?;
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line)?;
    Ok(line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cache::{CacheSettings, Parts};

    fn cache() -> TieredCache<Object> {
        TieredCache::open(CacheSettings::default(), Parts::system()).unwrap()
    }

    #[test]
    fn the_owner_answers_for_others_and_is_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run/cache.sock");
        let owner = Owner::listen(cache(), path.clone()).unwrap();
        let mode = |p: &Path| fs::metadata(p).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&path), 0o600);
        assert_eq!(mode(path.parent().unwrap()), 0o700);
        let stats = ask(&path, &Question::Stats).unwrap();
        assert_eq!(stats["tiers"][0]["tier"], "memory");
        let tags = ask(&path, &Question::Invalidate("kind:sentence".to_owned())).unwrap();
        assert_eq!(tags["tags"][0], "kind:sentence");
        let refused = ask(&path, &Question::Verify).unwrap_err();
        assert!(matches!(refused, OwnerError::Refused(_)), "{refused}");
        let second = Owner::listen(cache(), path.clone()).unwrap_err();
        assert_eq!(second.kind(), io::ErrorKind::AddrInUse);
        drop(owner);
        let gone = ask(&path, &Question::Stats).unwrap_err();
        assert!(matches!(gone, OwnerError::Unreachable { .. }), "{gone}");
    }

    #[test]
    fn a_socket_left_behind_is_taken_over_and_garbage_is_answered() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cache.sock");
        drop(UnixListener::bind(&path).unwrap());
        let _owner = Owner::listen(cache(), path.clone()).unwrap();
        let mut stream = UnixStream::connect(&path).unwrap();
        stream.write_all(b"what?\n").unwrap();
        let mut told = String::new();
        BufReader::new(&stream).read_line(&mut told).unwrap();
        assert!(told.contains("no question"), "{told}");
        // It still answers.
        ask(&path, &Question::InvalidateAll).unwrap();
    }
}

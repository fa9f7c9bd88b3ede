//! Why moments do not come or go.

use std::io;
use std::path::PathBuf;

use super::wire::VERSION;

/// Why nothing is shared.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ShareError {
    /// Other users can enter the folder of the sockets.
    #[error(
        "{}: others may enter this folder (mode {mode:o}), so no socket is made in it; use another, \
         or take it from them with chmod 700", path.display()
    )]
    OpenFolder {
        /// The folder.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// Another process listens there.
    #[error("{}: another Postwright listens there; end it first", path.display())]
    Taken {
        /// The socket.
        path: PathBuf,
    },
    /// The system does not let us.
    #[error("{}: {source}", path.display())]
    Socket {
        /// The socket or its folder.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// Nobody listens there.
    #[error("{}: no running Postwright answers there: {source}", path.display())]
    Unreachable {
        /// The socket.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// It lets itself be reached, and says nothing.
    #[error(
        "{}: that Postwright does not answer: it is suspended (`fg` in its terminal brings it back) \
         or hangs", path.display()
    )]
    Silent {
        /// The socket.
        path: PathBuf,
    },
    /// The other program speaks another version of the protocol.
    #[error(
        "{}: that Postwright speaks version {theirs} of the protocol, this one {VERSION}; use the \
         same program on both sides", path.display()
    )]
    Version {
        /// The socket.
        path: PathBuf,
        /// The version that it speaks.
        theirs: u32,
    },
    /// The other program does not want to.
    #[error("{}: refused: {reason}", path.display())]
    Refused {
        /// The socket.
        path: PathBuf,
        /// Its reason.
        reason: String,
    },
    /// What came back is no answer.
    #[error("{}: no answer of a Postwright: {reason}", path.display())]
    Answer {
        /// The socket.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// It dropped us, and goes on.
    #[error(
        "this viewer was too slow, and was dropped; attach again: {}", path.display()
    )]
    TooSlow {
        /// The socket.
        path: PathBuf,
    },
    /// The connection ended without a word, and nobody answers any more.
    #[error("{}: the connection broke off; that Postwright was killed", path.display())]
    Lost {
        /// The socket.
        path: PathBuf,
    },
}

/// Why there is no recording.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RecordError {
    /// The file cannot be made, written or read.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// There is a file of that name.
    #[error("{}: there is such a file, and none is overwritten; name another", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// The recording has the size that it may have.
    #[error("{}: the recording ends here: it may have {most} bytes", path.display())]
    Full {
        /// The file.
        path: PathBuf,
        /// Bytes that it may have.
        most: u64,
    },
    /// The file is something else.
    #[error("{}: no recording of Postwright: {reason}", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
        /// What is wrong with its beginning.
        reason: String,
    },
    /// It was written in another format.
    #[error(
        "{}: has format {theirs}, and this program reads format {}; use the program that wrote it",
        path.display(), super::record::FORMAT
    )]
    Format {
        /// The file.
        path: PathBuf,
        /// Its format.
        theirs: u32,
    },
    /// It has a header and nothing more.
    #[error("{}: there is no sample in it; record some with `postwright monitor --record`", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// A line in its midst cannot be read.
    #[error("{}:{line}: damaged: {reason}; the lines before it can be kept", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// The line, from 1 on; the header is the first.
        line: usize,
        /// What is wrong with it.
        reason: String,
    },
    /// There is no such moment.
    #[error("{}: has {count} moments, none of number {index}", path.display())]
    NoSuch {
        /// The file.
        path: PathBuf,
        /// The wanted one, from 0 on.
        index: usize,
        /// Those there are.
        count: usize,
    },
}

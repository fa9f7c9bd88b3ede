//! Many posts, in parallel, in order, without holding them.
//!
//! The reader hands each item to a worker and, in the same breath, the place where its result
//! will appear to the writer. Both queues are bounded, so that a slow item holds up the reader
//! rather than filling memory.

use std::io::{self, BufRead, Read, Write};
use std::num::NonZero;
use std::thread;

use crossbeam_channel::{Receiver, Sender, bounded};

/// Items a worker may be ahead of the writer.
const AHEAD: usize = 32;
/// Most bytes of a line that are kept. A longer one reaches the worker cut to one byte more than
/// this, so that endless input costs no endless memory.
pub const LONGEST: usize = 64 << 20;

/// Why a batch ended early.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BatchError {
    /// The input could not be read.
    #[error("cannot read the input after line {line}: {source}")]
    Read {
        /// Lines read so far.
        line: u64,
        /// Why not.
        source: io::Error,
    },
    /// The output could not be written; a closed pipe is for the caller to judge.
    #[error("cannot write the output: {0}")]
    Write(#[source] io::Error),
}

/// One result.
pub struct Done<T> {
    /// What goes to the output, one line without its break.
    pub output: Vec<u8>,
    /// What the caller wants to know of it.
    pub note: T,
}

/// Number of workers for a setting where 0 means one a core.
#[must_use]
pub fn workers(setting: usize) -> usize {
    match setting {
        0 => thread::available_parallelism().map_or(1, NonZero::get),
        n => n,
    }
}

type Item = (u64, Vec<u8>);

/// Runs every line of `input` through one of `workers` functions, made by `worker` on the thread
/// that runs it, and writes the results to `output` in input order. `seen` gets each note, in
/// order. Lines that are empty but for white space are passed over; the number given to a worker
/// counts them.
///
/// # Errors
/// Where the input cannot be read or the output cannot be written.
pub fn run<T, W>(
    mut input: impl BufRead + Send,
    mut output: impl Write,
    workers: usize,
    worker: impl Fn() -> W + Sync,
    mut seen: impl FnMut(T),
) -> Result<(), BatchError>
where
    T: Send,
    W: FnMut(u64, Vec<u8>) -> Done<T>,
{
    let (work_in, work_out) = bounded::<(Item, Sender<Done<T>>)>(workers * 2);
    let (order_in, order_out) = bounded::<Receiver<Done<T>>>(workers * AHEAD);
    thread::scope(|scope| {
        for _ in 0..workers {
            let work = work_out.clone();
            let worker = &worker;
            scope.spawn(move || {
                let mut run = worker();
                for ((number, line), reply) in work {
                    // The writer is gone when the output is closed; the reader then stops too.
                    if reply.send(run(number, line)).is_err() {
                        break;
                    }
                }
            });
        }
        drop(work_out);
        let reader = scope.spawn(move || read_lines(&mut input, &work_in, &order_in));
        let written = write_results(&mut output, &order_out, &mut seen);
        drop(order_out);
        // A panic in the reader is a bug; it goes on in the caller.
        let read = reader
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        written.and(read)
    })
}

fn read_lines<T>(
    input: &mut impl BufRead,
    work: &Sender<(Item, Sender<Done<T>>)>,
    order: &Sender<Receiver<Done<T>>>,
) -> Result<(), BatchError> {
    for number in 1.. {
        let line = read_line(input, LONGEST).map_err(|source| BatchError::Read {
            line: number - 1,
            source,
        })?;
        if line.is_empty() {
            break;
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        let (reply, result) = bounded(1);
        // Either queue is closed only when the writer has given up, which reports the reason.
        if order.send(result).is_err() || work.send(((number, line), reply)).is_err() {
            break;
        }
    }
    Ok(())
}

/// The next line with its break, cut where it is longer than `longest`; empty at the end.
///
/// # Errors
/// Where the input cannot be read.
pub fn read_line(input: &mut impl BufRead, longest: usize) -> io::Result<Vec<u8>> {
    let mut line = Vec::new();
    let most = longest as u64 + 1;
    input.by_ref().take(most).read_until(b'\n', &mut line)?;
    if line.len() > longest && line.last() != Some(&b'\n') {
        input.skip_until(b'\n')?;
    }
    Ok(line)
}

fn write_results<T>(
    output: &mut impl Write,
    order: &Receiver<Receiver<Done<T>>>,
    seen: &mut impl FnMut(T),
) -> Result<(), BatchError> {
    while let Ok(result) = next(output, order)? {
        // A worker that panicked dropped its reply; the scope carries the panic on.
        let Ok(done) = result.recv() else { break };
        output.write_all(&done.output).map_err(BatchError::Write)?;
        output.write_all(b"\n").map_err(BatchError::Write)?;
        seen(done.note);
    }
    output.flush().map_err(BatchError::Write)
}

/// The next place, after flushing where there is none yet: a reader of a slow stream sees each
/// result when it is there.
fn next<R>(
    output: &mut impl Write,
    order: &Receiver<R>,
) -> Result<Result<R, crossbeam_channel::RecvError>, BatchError> {
    if let Ok(result) = order.try_recv() {
        return Ok(Ok(result));
    }
    output.flush().map_err(BatchError::Write)?;
    Ok(order.recv())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn echo() -> impl FnMut(u64, Vec<u8>) -> Done<u64> {
        |number, line| {
            // Later items finish first.
            thread::sleep(Duration::from_micros(200 * (number % 5)));
            Done {
                output: line.trim_ascii().to_vec(),
                note: number,
            }
        }
    }

    #[test]
    fn keeps_the_order_and_counts_blank_lines() {
        let input: String = (0..500)
            .map(|i| format!("{i}\n{}", if i % 7 == 0 { "\n" } else { "" }))
            .collect();
        let mut output = Vec::new();
        let mut notes = Vec::new();
        run(input.as_bytes(), &mut output, 4, echo, |n| notes.push(n)).unwrap();
        let wanted: String = (0..500).map(|i| format!("{i}\n")).collect();
        assert_eq!(String::from_utf8(output).unwrap(), wanted);
        assert!(notes.is_sorted() && notes[1] == 3);
    }

    #[test]
    fn a_line_that_is_too_long_is_cut_and_the_next_one_is_whole() {
        let mut input: &[u8] = b"abc\nabcd\nabcde\n\nlast";
        let mut lines = Vec::new();
        loop {
            match read_line(&mut input, 3).unwrap() {
                line if line.is_empty() => break,
                line => lines.push(String::from_utf8(line).unwrap()),
            }
        }
        assert_eq!(lines, ["abc\n", "abcd", "abcd", "\n", "last"]);
    }

    #[test]
    fn a_closed_output_ends_the_run() {
        struct Closed;
        impl Write for Closed {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::BrokenPipe.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let endless = io::BufReader::new(Endless);
        let error = run(endless, Closed, 2, echo, |_| ()).unwrap_err();
        assert!(matches!(error, BatchError::Write(e) if e.kind() == io::ErrorKind::BrokenPipe));
    }

    struct Endless;
    impl io::Read for Endless {
        fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
            let n = buf.len() / 2 * 2;
            buf[..n]
                .chunks_exact_mut(2)
                .for_each(|c| c.copy_from_slice(b"x\n"));
            Ok(n)
        }
    }
}

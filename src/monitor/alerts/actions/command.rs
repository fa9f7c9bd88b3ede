//! Programs that are run for alerts: without a shell, without a terminal, and not for ever.

use std::io;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};

use super::runner::Outcome;

/// A program that runs.
pub(super) struct Running {
    pub(super) program: String,
    child: Child,
    /// When it is killed.
    end: Duration,
    is_killed: bool,
}

impl Running {
    /// Starts `argv` in a process group of its own, with nothing to read and nowhere to write.
    pub(super) fn start(
        argv: &[String],
        environment: &[(&'static str, String)],
        end: Duration,
    ) -> io::Result<Self> {
        let (program, arguments) = argv
            .split_first()
            .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "there is no program"))?;
        let child = Command::new(program)
            .args(arguments)
            .envs(environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()?;
        let program = program.clone();
        Ok(Self {
            program,
            child,
            end,
            is_killed: false,
        })
    }

    /// How it ended, where it has; it is killed where its time is over. What does not even end by
    /// that (it waits for a disk, say) goes on to count as running.
    pub(super) fn ended(&mut self, now: Duration) -> Option<Outcome> {
        match self.child.try_wait() {
            Ok(Some(_)) if self.is_killed => Some(Outcome::TimedOut),
            Ok(Some(status)) if status.success() => Some(Outcome::Done),
            Ok(Some(status)) => Some(Outcome::Failed(status.to_string())),
            Ok(None) => {
                if now >= self.end && !self.is_killed {
                    self.kill();
                }
                None
            }
            Err(error) => Some(Outcome::Failed(error.to_string())),
        }
    }

    /// Ends it and what it started in its group, without waiting for the end. What made a session
    /// of its own goes on.
    pub(super) fn kill(&mut self) {
        self.is_killed = true;
        // The child is not waited for yet, so its number is still its own. It may have ended by
        // itself, or left its group; neither is a mistake.
        let _ = kill_process_group(Pid::from_child(&self.child), Signal::KILL);
        let _ = self.child.kill();
    }
}

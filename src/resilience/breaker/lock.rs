//! What guards a breaker's state. A parameter of the breaker, so that the very code that runs can
//! also run under a model checker, whose mutex is another type.

use std::sync::{Mutex, PoisonError};

use super::machine::Machine;

/// Lets one thread at a time at the state.
pub trait Lock {
    /// Guards `machine`.
    fn around(machine: Machine) -> Self;
    /// Runs `work` alone. It must not lock again.
    fn with<R>(&self, work: impl FnOnce(&mut Machine) -> R) -> R;
}

impl Lock for Mutex<Machine> {
    fn around(machine: Machine) -> Self {
        Self::new(machine)
    }

    fn with<R>(&self, work: impl FnOnce(&mut Machine) -> R) -> R {
        // The machine is whole after each of its steps, so a panic elsewhere leaves it usable.
        work(&mut self.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

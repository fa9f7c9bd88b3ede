//! This program's own parts, as their owner tells.

use super::{Ask, Collector, Fault, Part};
use crate::monitor::snapshot::Program;

/// Asks a closure.
pub(super) struct Told(pub(super) Box<dyn Fn() -> Program + Send>);

impl Collector for Told {
    fn collect(&mut self, _: Ask) -> Result<Part, Fault> {
        Ok(Part::Program(Box::new((self.0)())))
    }

    fn forget(&mut self) {}
}

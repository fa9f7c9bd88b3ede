//! `postwright bench cache`: the memory tier's policy on a block trace.

use std::io::Write;
use std::num::NonZero;

use crate::cache::simulate::{BlockTrace, CAPACITIES, simulate};
use crate::cli::Outcome;
use crate::cli::args::{BlockArgs, ListFormat};

/// Shards of the memory tier's cache, the same on every machine so that figures compare.
const SHARDS: NonZero<usize> = NonZero::new(8).unwrap();

pub(super) fn run(args: &BlockArgs) -> anyhow::Result<Outcome> {
    let trace = BlockTrace::read(&args.trace)?;
    let usual = CAPACITIES.into_iter().filter_map(NonZero::new);
    let capacities = if args.capacity.is_empty() {
        usual.collect()
    } else {
        args.capacity.clone()
    };
    let report = simulate(&trace, &capacities, Some(SHARDS));
    let mut out = anstream::stdout().lock();
    if args.format == ListFormat::Json {
        serde_json::to_writer_pretty(&mut out, &report)?;
        writeln!(out)?;
        return Ok(Outcome::Fine);
    }
    writeln!(
        out,
        "{} requests for {} blocks; share that was found, in %\n\n{:>10} {:>8} {:>8} {:>8}  gap closed",
        report.requests, report.distinct, "capacity", "ours", "LRU", "OPT"
    )?;
    for at in &report.capacities {
        let rate = &at.hit_rate;
        let gap = at
            .gap_closed
            .map_or("n/a".to_owned(), |g| format!("{g:.3}"));
        writeln!(
            out,
            "{:>10} {:>8.2} {:>8.2} {:>8.2}  {gap:>10}",
            at.capacity,
            100.0 * rate.memory,
            100.0 * rate.lru,
            100.0 * rate.opt
        )?;
    }
    Ok(Outcome::Fine)
}

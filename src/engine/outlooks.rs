//! Forecasts of many posts at once, without the rest of their reports.

use rayon::iter::{IntoParallelIterator, IntoParallelRefIterator, ParallelIterator};

use crate::analysis::engagement::{Context, Outlook};
use crate::analysis::language;
use crate::analysis::measure;
use crate::analysis::prose::Prose;
use crate::analysis::{Part, Settings, Slow};

use super::error::EngineError;
use super::judge::Judge;
use super::service::Engine;
use super::task::Ask;

/// Posts whose sentences are embedded together.
const TOGETHER: usize = 32;

/// How each of `posts` is likely to do, in their order; the reason where no head can tell.
///
/// # Errors
/// Where the engine gives no answer; see [`EngineError`].
pub fn outlooks(
    engine: &Engine,
    settings: &Settings,
    ask: &Ask,
    posts: &[&str],
) -> Result<Vec<Part<Outlook>>, EngineError> {
    let mut out = Vec::with_capacity(posts.len());
    for chunk in posts.chunks(TOGETHER) {
        let mut judge = Judge::new(settings.clone(), engine.clone(), ask.clone());
        let read: Vec<_> = chunk.iter().map(|text| judge.read(text)).collect();
        let vectors = judge.vectors(&read)?;
        let languages: Vec<_> = read
            .par_iter()
            .map(|version| language::detect(&Prose::new(&version.lines).text))
            .collect();
        let work: Vec<_> = read.iter().zip(vectors).zip(languages).collect();
        let of = |((version, vectors), language)| {
            let version: &super::judge::Version<'_> = version;
            let slow = Slow {
                language,
                vectors,
                ..Slow::default()
            };
            let lines = (&version.post, version.lines.as_slice());
            measure::outlook(version.input, lines, &slow, &Context::default(), settings)
        };
        out.extend(work.into_par_iter().map(of).collect::<Vec<_>>());
    }
    Ok(out)
}

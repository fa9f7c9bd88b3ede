//! Forecasts of many posts at once, without the rest of their reports, and those of the writer's
//! own past posts held against how they did.

use rayon::iter::{IntoParallelIterator, IntoParallelRefIterator, ParallelIterator};

use crate::analysis::engagement::{Context, Outlook};
use crate::analysis::language;
use crate::analysis::measure;
use crate::analysis::prose::Prose;
use crate::analysis::{Part, Settings, Slow};
use crate::learning::calibration::{self, Calibration, PastPost, outcome};
use crate::store::user::Past;

use super::encoders;
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
    Ok(read(engine, settings, ask, posts)?.0)
}

/// The same, and the first reason why the encoder gave no vectors.
fn read(
    engine: &Engine,
    settings: &Settings,
    ask: &Ask,
    posts: &[&str],
) -> Result<(Vec<Part<Outlook>>, Option<String>), EngineError> {
    let mut out = Vec::with_capacity(posts.len());
    let mut gap = None;
    for chunk in posts.chunks(TOGETHER) {
        // What the cache knows asks no lane, which would notice.
        if ask.cancel.is_cancelled() {
            return Err(EngineError::Cancelled);
        }
        let mut judge = Judge::new(settings.clone(), engine.clone(), ask.clone());
        let read: Vec<_> = chunk.iter().map(|text| judge.read(text)).collect();
        let vectors = judge.vectors(&read)?;
        // A post with too many sentences is in nobody's way.
        let missing = read
            .iter()
            .zip(&vectors)
            .filter(|(version, _)| encoders::sentence_texts(&version.lines).is_ok())
            .find_map(|(_, vectors)| vectors.reason());
        gap = gap.or_else(|| missing.map(str::to_owned));
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
    Ok((out, gap))
}

/// The forecast tried on the writer's own posts.
#[derive(Debug, Clone, PartialEq)]
pub struct Tried {
    /// What that says.
    pub calibration: Calibration,
    /// Why the encoder did not read all of them: asked again, it may say something else.
    pub gap: Option<String>,
}

/// Tries the forecast on `posts`, the oldest first, as far as their dates and figures are known.
///
/// # Errors
/// Where the engine gives no answer; see [`EngineError`].
pub fn tried(
    engine: &Engine,
    settings: &Settings,
    ask: &Ask,
    posts: &[Past],
) -> Result<Tried, EngineError> {
    // Without a date nobody knows what came before it.
    let is_usable = |p: &&Past| p.date.is_some() && (p.reactions.or(p.impressions)).is_some();
    let posts: Vec<&Past> = posts.iter().filter(is_usable).collect();
    let texts: Vec<&str> = posts.iter().map(|p| p.text.as_str()).collect();
    let (told, gap) = read(engine, settings, ask, &texts)?;
    let of = |(post, outlook): (&&Past, &Part<Outlook>)| {
        let count = |count: Option<u64>| count.unwrap_or(0);
        Some(PastPost {
            score: outlook.ready()?.lift,
            outcome: outcome(
                post.impressions,
                count(post.reactions),
                count(post.comments),
                count(post.shares),
                post.followers,
            ),
        })
    };
    let past: Vec<PastPost> = posts.iter().zip(&told).filter_map(of).collect();
    let calibration = Calibration::new(&past, &calibration::Settings::default());
    Ok(Tried {
        calibration: calibration.map_err(|e| EngineError::Failed(e.to_string()))?,
        gap,
    })
}

#[cfg(test)]
mod tests {
    use super::super::encoders::Encoders;
    use super::super::lanes::Lane;
    use super::*;
    use crate::model;

    fn engine(backend: model::Backend) -> Engine {
        Engine::in_memory(Encoders::new(model::Settings {
            backend,
            ..model::Settings::default()
        }))
    }

    fn past(text: &str) -> Past {
        Past {
            key: text.to_owned(),
            date: Some(1),
            text: text.to_owned(),
            reactions: Some(3),
            ..Past::default()
        }
    }

    #[test]
    fn a_post_that_is_too_long_leaves_the_others_theirs() {
        let long = "We left the team last week. ".repeat(501);
        let mut undated = past("We told nobody when this was.");
        undated.date = None;
        let posts = [past(&long), past("We told the whole team."), undated];
        let settings = Settings::default();
        let ask = Ask::new(Lane::Batch);
        let on = engine(model::Backend::Cpu);
        let texts: Vec<&str> = posts.iter().map(|p| p.text.as_str()).collect();
        let told = outlooks(&on, &settings, &ask, &texts).unwrap();
        assert!(told[0].reason().unwrap().contains("501 sentences"));
        assert!(told[1].ready().is_some() && told[2].ready().is_some());
        let tried = |engine: &Engine| tried(engine, &settings, &ask, &posts).unwrap();
        let with = tried(&on);
        assert_eq!((with.calibration.posts, with.gap), (1, None));
        let without = tried(&engine(model::Backend::Off));
        assert_eq!(without.calibration.posts, 0);
        assert!(without.gap.unwrap().contains("off"));
    }
}

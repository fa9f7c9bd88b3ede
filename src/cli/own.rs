//! What the writer's own past posts say of a post, beside its report.

use std::cell::OnceCell;
use std::io::{self, Write};

use serde::Serialize;

use crate::analysis::Part;
use crate::analysis::Report;
use crate::analysis::engagement::Outlook;
use crate::config::Loaded;
use crate::engine::{Ask, Engine, Lane, Tried, outlooks, tried};
use crate::learning::calibration::{Calibration, Told};
use crate::store::user::Past;

use super::analyze::remark;
use super::history::store;
use super::human::{FAINT, PLAIN};

/// The forecast tried on `posts`.
pub(super) fn try_on(loaded: &Loaded, engine: &Engine, posts: &[Past]) -> anyhow::Result<Tried> {
    let settings = loaded.config.analysis_settings();
    Ok(tried(engine, &settings, &Ask::new(Lane::Batch), posts)?)
}

/// What the forecast says of each of `texts`.
pub(super) fn scores(
    loaded: &Loaded,
    engine: &Engine,
    lane: Lane,
    texts: &[&str],
) -> anyhow::Result<Vec<Part<Outlook>>> {
    let settings = loaded.config.analysis_settings();
    Ok(outlooks(engine, &settings, &Ask::new(lane), texts)?)
}

/// The writer's own past posts, read once a report needs them.
pub(super) struct Own<'a> {
    loaded: &'a Loaded,
    engine: &'a Engine,
    /// None where no post is kept, or nothing can be told of them.
    known: OnceCell<Option<Calibration>>,
}

impl<'a> Own<'a> {
    pub(super) fn new(loaded: &'a Loaded, engine: &'a Engine) -> Self {
        Self {
            loaded,
            engine,
            known: OnceCell::new(),
        }
    }

    /// What they say of the post of `report`; nothing where it has no forecast to begin with, or
    /// where no post is kept.
    pub(super) fn told(&self, report: &Report) -> Option<Beside<'_>> {
        let lift = report.engagement.ready()?.lift;
        let known = self.known.get_or_init(|| self.calibration());
        let calibration = known.as_ref()?;
        Some(Beside {
            told: calibration.told(Some(lift)),
            arithmetic: report
                .explain
                .as_ref()
                .map(|_| calibration.arithmetic(Some(lift))),
        })
    }

    fn calibration(&self) -> Option<Calibration> {
        let tried = || {
            // Without a home nothing is kept.
            let Some(store) = store().ok().filter(|s| s.stamp().is_some()) else {
                return anyhow::Ok(None);
            };
            let posts = store.history()?;
            if posts.is_empty() {
                return Ok(None);
            }
            let tried = try_on(self.loaded, self.engine, &posts)?;
            tried
                .gap
                .map_or(Ok(Some(tried.calibration)), |gap| Err(anyhow::anyhow!(gap)))
        };
        // The report stands without it.
        tried().unwrap_or_else(|error| {
            remark(&format!("your past posts are left out: {error}"));
            None
        })
    }
}

/// What stands beside a report.
#[derive(Serialize)]
pub(super) struct Beside<'a> {
    #[serde(flatten)]
    told: Told<'a>,
    /// Where it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    arithmetic: Option<Vec<String>>,
}

impl Beside<'_> {
    /// Prints it below the forecast.
    pub(super) fn lines(&self, out: &mut impl Write) -> io::Result<()> {
        writeln!(out, "  own posts    {}", self.told.line())?;
        for line in self.arithmetic.iter().flatten() {
            writeln!(out, "               {FAINT}{line}{PLAIN}")?;
        }
        Ok(())
    }
}

/// A report with what stands beside it, as one JSON object.
#[derive(Serialize)]
pub(super) struct Joined<R: Serialize, H: Serialize> {
    #[serde(flatten)]
    pub(super) report: R,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) history: Option<H>,
}

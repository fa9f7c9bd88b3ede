//! Rewrites of one post: what the operators are told of it, and the search with its judge.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::analysis::cosines::Cosines;
use crate::analysis::facts::LineFacts;
use crate::analysis::language::not_english;
use crate::analysis::measure::Measures;
use crate::analysis::{Settings, Stopwatch};
use crate::post::line::utf16_units;
use crate::post::{LIMIT, Post, Span};
use crate::rewrite::search::{
    Fix, Limits, Objective, Optimised, Previews, Request, Weights, optimise, preview,
};
use crate::rewrite::{Draft, Operator, Options, Tone, Trim};

use super::analyst::patiently;
use super::error::EngineError;
use super::judge::Judge;
use super::reading::{Lines, Wanted, stages};
use super::service::Engine;
use super::task::Ask;

/// How much the nearness of a sentence to the post counts beside what an earlier one says already:
/// lambda of maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998).
const RELEVANCE: f64 = 0.7;
/// What the opening is worth besides: the feed shows nothing else.
const OPENING: f64 = 1.0;

/// What a writer wants of rewrites.
#[derive(Debug, Clone)]
pub struct Wish {
    /// What better means.
    pub weights: Weights,
    /// Bounds of the search.
    pub limits: Limits,
    /// Bytes of the text that must stay as they are.
    pub keep: Vec<Span>,
    /// The tone to shift towards.
    pub tone: Option<Tone>,
    /// UTF-16 units to trim to; a post over LinkedIn's limit is trimmed to that anyway.
    pub length: Option<usize>,
    /// Flesch-Kincaid grade to come down to.
    pub grade: f64,
    /// Hashtags that the post should have.
    pub hashtags: usize,
    /// Operators whose effect on readers the head of the forecast was shown to tell.
    pub distinguished: BTreeSet<Operator>,
    /// Breaks ties: one seed, one result.
    pub seed: u64,
}

/// Looks for better versions of posts, one after another.
pub struct Rewriter {
    engine: Engine,
    settings: Settings,
}

impl Rewriter {
    /// A rewriter that asks `engine`.
    #[must_use]
    pub fn new(settings: Settings, engine: Engine) -> Self {
        Self { engine, settings }
    }

    /// Variants of `text`. `is_over` is asked between moves and batches of texts: once it holds, the best so
    /// far is returned.
    ///
    /// # Errors
    /// Where the engine gives no answer on the original; see [`EngineError`].
    pub fn variants(
        &self,
        ask: &Ask,
        text: &str,
        wish: &Wish,
        is_over: &dyn Fn() -> bool,
    ) -> Result<Optimised, EngineError> {
        if let Some(refused) = Optimised::too_long(text) {
            return Ok(refused);
        }
        let (request, mut judge) = self.read(ask, text, wish)?;
        Ok(optimise(&request, &mut judge, is_over))
    }

    /// Single suggestions for `text`, with what each would be worth.
    ///
    /// # Errors
    /// As for [`Self::variants`].
    pub fn suggestions(&self, ask: &Ask, text: &str, wish: &Wish) -> Result<Previews, EngineError> {
        let (request, mut judge) = self.read(ask, text, wish)?;
        Ok(preview(&request, &mut judge))
    }

    /// Reads the original: what the operators are told of it, and who judges its versions.
    fn read<'t>(
        &self,
        ask: &Ask,
        text: &'t str,
        wish: &Wish,
    ) -> Result<(Request<'t>, Judge), EngineError> {
        let mut judge = Judge::new(self.settings.clone(), self.engine.clone(), ask.clone());
        let version = judge.read(text);
        let (post, lines) = (&version.post, &version.lines);
        let wanted = Wanted {
            grammar: true,
            keywords: true,
        };
        let of = Lines { post, lines };
        let mode = self.settings.mode;
        let mut watch = Stopwatch::default();
        let slow = patiently(|| stages(&self.engine, ask, of, (mode, wanted), &mut watch))?;
        let english = not_english(&slow.language).is_none();
        judge.set_language(slow.language);
        let measures = judge.measures(std::slice::from_ref(&version))?.pop();
        let keywords = slow.keywords.ready().map_or(&[][..], Vec::as_slice);
        let options = Options {
            english,
            keep: wish.keep.clone(),
            fold: self.settings.fold,
            rules: self.settings.rules.clone(),
            hashtags: wish.hashtags,
            keywords: keywords.iter().map(|k| k.text.clone()).collect(),
            tone: wish.tone,
            grade: Some(wish.grade),
            trim: self.trim(post, lines, judge.cosines(), wish.length),
            ..Options::default()
        };
        let request = Request {
            text,
            original: measures.as_ref().map(|of| judge.measured(post, of)),
            objective: Objective {
                weights: wish.weights,
                limit: wish.length.unwrap_or(LIMIT),
            },
            options,
            fixes: measures.as_ref().map(fixes).unwrap_or_default(),
            distinguished: wish.distinguished.clone(),
            limits: wish.limits.clone(),
            seed: wish.seed,
        };
        Ok((request, judge))
    }

    fn trim(
        &self,
        post: &Post,
        lines: &[Arc<LineFacts>],
        cosines: &Cosines,
        wanted: Option<usize>,
    ) -> Option<Trim> {
        let limit = wanted.unwrap_or(LIMIT);
        (utf16_units(post.text()) > limit).then(|| Trim {
            limit,
            importance: importance(post, lines, cosines),
        })
    }
}

/// What findings suggest to write instead.
fn fixes(measures: &Measures) -> Vec<Fix> {
    let fix = |f: &crate::analysis::Finding| {
        Some(Fix {
            rule: f.rule.to_string(),
            span: f.span,
            after: f.replacements.first()?.clone(),
            why: f.message.clone(),
        })
    };
    measures.findings.iter().filter_map(fix).collect()
}

/// How much each sentence of a draft of `post` matters: near to what the post is about, and not said
/// before. Without vectors the earlier matters more.
fn importance(post: &Post, lines: &[Arc<LineFacts>], cosines: &Cosines) -> Vec<f64> {
    let draft = Draft::new(post);
    let mut starts = Vec::new();
    for (line, facts) in post.lines().iter().zip(lines) {
        let sentences = facts.parsed.sentences.iter();
        starts.extend(sentences.map(|s| s.start + line.span.start));
    }
    let n = draft.sentences().len();
    let of = |(i, sentence): (usize, &crate::rewrite::Sentence)| {
        let opening = if i == 0 { OPENING } else { 0.0 };
        let place = 1.0 - i as f64 / n as f64;
        // The sentence that the encoder read begins where this one does, or before.
        let read = starts.partition_point(|s| *s <= sentence.span.start);
        let told = read.checked_sub(1).and_then(|i| relevance(cosines, i));
        opening + told.unwrap_or(place)
    };
    draft.sentences().iter().enumerate().map(of).collect()
}

fn relevance(cosines: &Cosines, index: usize) -> Option<f64> {
    let all = cosines.sentences().len();
    let others = (0..all).filter(|j| *j != index);
    let near: Vec<f64> = others
        .map(|j| cosines.get(index, j).map(f64::from))
        .collect::<Option<_>>()?;
    let mean = near.iter().sum::<f64>() / near.len().max(1) as f64;
    let said = near.iter().take(index).copied().fold(0.0, f64::max);
    Some(RELEVANCE * mean - (1.0 - RELEVANCE) * said)
}

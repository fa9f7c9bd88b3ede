//! What texts are worth, for a search over rewrites: many versions of one post at once.

use std::sync::Arc;
use std::time::Instant;

use rayon::iter::{IntoParallelIterator, ParallelIterator};
use rustc_hash::FxHashMap;

use crate::analysis::cosines::Cosines;
use crate::analysis::engagement::Context;
use crate::analysis::facts::LineFacts;
use crate::analysis::grammar::{self, LineGrammar};
use crate::analysis::language::{self, Language};
use crate::analysis::meaning::Vectors;
use crate::analysis::measure::{Measures, measure};
use crate::analysis::prose::Prose;
use crate::analysis::score::Facet;
use crate::analysis::{Part, Settings, Slow};
use crate::cache::Scope;
use crate::model::Task;
use crate::post::Post;
use crate::post::fold::first_line_fits;
use crate::post::line::utf16_units;
use crate::rewrite::search::{EngagementForecast, Found, Measured, Scorer, Stopped};

use super::analyst::patiently;
use super::encoders;
use super::error::EngineError;
use super::object::Object;
use super::reader::Encoded;
use super::scopes;
use super::service::{Encodings, Engine};
use super::task::Ask;

/// Measures versions of one post. Lines and sentences that they share are computed once, and what
/// the cache knows is not computed at all.
pub struct Judge {
    engine: Engine,
    settings: Settings,
    ask: Ask,
    facts: Scope,
    context: Context,
    /// Of the first text; a rewrite changes no language.
    language: Option<Part<Language>>,
    /// Of the first text; the others share most sentences with it.
    cosines: Arc<Cosines>,
}

/// One version on its way.
pub(super) struct Version<'t> {
    pub(super) input: &'t str,
    pub(super) post: Post,
    pub(super) lines: Vec<Arc<LineFacts>>,
}

impl Judge {
    /// A judge of one post, which asks `engine` as `ask` says.
    #[must_use]
    pub fn new(settings: Settings, engine: Engine, ask: Ask) -> Self {
        Self {
            facts: scopes::facts(&settings),
            engine,
            settings,
            ask,
            context: Context::default(),
            language: None,
            cosines: Arc::default(),
        }
    }

    /// Says which language the post is in, where that is known already.
    pub(super) fn set_language(&mut self, language: Part<Language>) {
        self.language = Some(language);
    }

    /// Of the sentences of the first text; empty before it was measured, or without vectors.
    pub(super) fn cosines(&self) -> &Cosines {
        &self.cosines
    }

    pub(super) fn read<'t>(&self, input: &'t str) -> Version<'t> {
        let post = Post::new(input);
        let lines = self.lines(&post);
        Version { input, post, lines }
    }

    /// The facts of the lines of `post`.
    pub(super) fn lines(&self, post: &Post) -> Vec<Arc<LineFacts>> {
        let cache = self.engine.cache();
        LineFacts::of_post(post, |line| {
            let key = self.facts.key(line.as_bytes());
            if let Some(Object::Facts(facts)) = cache.glance(&key) {
                return facts;
            }
            let began = Instant::now();
            let facts = Arc::new(LineFacts::of(line, Some(&self.settings.rules)));
            cache.put(key, Object::Facts(facts.clone()), began.elapsed(), &[]);
            facts
        })
    }

    fn language(&mut self, prose: &str) -> Part<Language> {
        let detect = || language::detect(prose);
        self.language.get_or_insert_with(detect).clone()
    }

    /// Grammar of the lines of each version.
    fn grammar(&self, versions: &[Version<'_>]) -> Result<Vec<Vec<Arc<LineGrammar>>>, EngineError> {
        let mut places: FxHashMap<&str, usize> = FxHashMap::default();
        let mut unique: Vec<(&str, &Arc<LineFacts>)> = Vec::new();
        let each: Vec<Vec<usize>> = versions
            .iter()
            .map(|version| {
                let text = version.post.text();
                let lines = version.post.lines().iter().map(|l| l.span.of(text));
                let lines = lines.zip(&version.lines);
                let place = |(line, facts): (_, _)| {
                    let line: &str = line;
                    *places.entry(line).or_insert_with(|| {
                        unique.push((line, facts));
                        unique.len() - 1
                    })
                };
                lines.map(place).collect()
            })
            .collect();
        let (checked, _) = patiently(|| self.engine.check(&self.ask, &unique))?;
        let of = |places: Vec<usize>| places.into_iter().map(|i| checked[i].clone()).collect();
        Ok(each.into_iter().map(of).collect())
    }

    /// What the model says of each sentence of all versions, by its text.
    fn encoded<'v>(
        &self,
        versions: &'v [Version<'_>],
    ) -> Result<(FxHashMap<&'v str, Arc<Encoded>>, Encodings), EngineError> {
        let mut texts: Vec<&str> = Vec::new();
        for version in versions {
            // One with too many sentences must not take the others with it.
            texts.extend(encoders::sentence_texts(&version.lines).unwrap_or_default());
        }
        texts.sort_unstable();
        texts.dedup();
        let told = patiently(|| self.engine.encode(&self.ask, &texts))?;
        let known = texts.into_iter().zip(told.encoded.iter().cloned());
        Ok((known.collect(), told))
    }

    /// The vectors of each version, or why there are none.
    pub(super) fn vectors(
        &mut self,
        versions: &[Version<'_>],
    ) -> Result<Vec<Part<Vectors>>, EngineError> {
        let why = |reason: String| Ok(vec![Part::Unavailable(reason); versions.len()]);
        let known = match self.engine.known() {
            Ok(known) => known,
            Err(reason) => return why(reason),
        };
        let (told, encodings) = match self.encoded(versions) {
            Ok(told) => told,
            Err(EngineError::Failed(reason)) => return why(reason),
            Err(error) => return Err(error),
        };
        let no_sentiment = known.heads.get(Task::Sentiment).err();
        let mut all = Vec::with_capacity(versions.len());
        for version in versions {
            let texts = match encoders::sentence_texts(&version.lines) {
                Ok(texts) => texts,
                Err(reason) => {
                    all.push(Part::Unavailable(reason));
                    continue;
                }
            };
            // All of them were asked for.
            let encoded: Vec<&Arc<Encoded>> = texts.iter().map(|t| &told[t]).collect();
            let vectors = encoded.iter().map(|e| Some(e.vector.clone())).collect();
            let cosines = Arc::new(Cosines::new(vectors, &self.cosines));
            if self.cosines.sentences().is_empty() {
                self.cosines = cosines.clone();
            }
            let sentiment = encoded.iter().map(|e| e.sentiment).collect();
            all.push(Part::Ready(Vectors {
                sentences: cosines,
                sentiment: no_sentiment.clone().map_or(Ok(sentiment), Err),
                keywords: Vec::new(),
                model: (*encodings.model).clone(),
                scorers: known.scorers.clone(),
            }));
        }
        Ok(all)
    }

    /// Measures `versions`.
    ///
    /// # Errors
    /// Where the engine gives no answer; see [`EngineError`].
    pub(super) fn measures(
        &mut self,
        versions: &[Version<'_>],
    ) -> Result<Vec<Measures>, EngineError> {
        let Some(first) = versions.first() else {
            return Ok(Vec::new());
        };
        let prose = Prose::new(&first.lines).text;
        let language = self.language(&prose);
        let refused = self.settings.mode.foreign(&language);
        let refused = refused.or_else(|| grammar::refusal(prose.len()));
        let mut slow: Vec<Slow> = match refused {
            Some(reason) => {
                let none = Slow {
                    language,
                    grammar: Part::Unavailable(reason.clone()),
                    keywords: Part::Omitted,
                    vectors: Part::Unavailable(reason),
                };
                vec![none; versions.len()]
            }
            None => {
                let grammar = self.grammar(versions)?;
                let vectors = self.vectors(versions)?;
                let of = |(grammar, vectors)| Slow {
                    language: language.clone(),
                    grammar: Part::Ready(grammar),
                    keywords: Part::Omitted,
                    vectors,
                };
                grammar.into_iter().zip(vectors).map(of).collect()
            }
        };
        let work: Vec<_> = versions.iter().zip(slow.drain(..)).collect();
        let (context, settings) = (&self.context, &self.settings);
        let measured = work
            .into_par_iter()
            .map(|(v, slow)| measure(v.input, (&v.post, &v.lines), &slow, context, settings));
        Ok(measured.collect())
    }

    /// What a search counts of the measures of `post`.
    pub(super) fn measured(&self, post: &Post, of: &Measures) -> Measured {
        let mut facets = [None; Facet::ALL.len()];
        for facet in &of.scores.facets {
            facets[facet.facet as usize] = Some(facet.score);
        }
        Measured {
            overall: of.scores.overall,
            facets,
            grade: of.grade,
            sentiment: of.sentiment,
            engagement: of.outlook.map(|o| EngagementForecast {
                percentile: o.percentile,
                interval: o.interval,
                lift: o.lift,
                skill: o.skill,
            }),
            utf16_units: utf16_units(post.text()),
            first_line_fits: first_line_fits(post.text(), self.settings.fold.mobile),
            errors: of.errors(),
            findings: of
                .findings
                .iter()
                .map(|f| Found {
                    rule: f.rule.clone().into_owned(),
                    span: f.span,
                })
                .collect(),
            vector: of.vector.clone(),
        }
    }
}

impl Scorer for Judge {
    fn score(&mut self, texts: &[&str]) -> Result<Vec<Measured>, Stopped> {
        let versions: Vec<Version<'_>> = texts.iter().map(|text| self.read(text)).collect();
        let measures = self.measures(&versions).map_err(|error| {
            tracing::debug!("versions of a post are not measured: {error}");
            Stopped::CalledOff
        })?;
        let pairs = versions.iter().zip(&measures);
        Ok(pairs.map(|(v, of)| self.measured(&v.post, of)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::{Mode, PartSet};
    use crate::engine::{Analyst, Encoders, Lane};
    use crate::model::{self, Backend};

    #[test]
    fn scores_are_those_of_the_report_in_each_mode_and_language() {
        let engine = Engine::in_memory(Encoders::new(model::Settings {
            backend: Backend::Off,
            ..model::Settings::default()
        }));
        for mode in [Mode::Post, Mode::Parity] {
            for text in [
                "We shipped teh release today. In order to utilise it, read the notes.",
                "Heute haben wir die neue Version veröffentlicht und alle sind sehr stolz darauf.",
            ] {
                let settings = Settings {
                    mode,
                    ..Settings::default()
                };
                let ask = Ask::new(Lane::Batch);
                let mut judge = Judge::new(settings.clone(), engine.clone(), ask);
                let version = judge.read(text);
                let measures = judge.measures(&[version]).unwrap().remove(0);
                let mut analyst = Analyst::new(settings, engine.clone(), Lane::Batch);
                let report = analyst.analyse(text, &Context::default(), PartSet::ALL, false);
                let told = format!("{mode:?}: {text}");
                assert_eq!(Some(&measures.scores), report.scores.ready(), "{told}");
                let grade = report.readability.ready().map(|r| r.flesch_kincaid_grade);
                assert_eq!(measures.grade, grade, "{told}");
                assert_eq!(
                    grade.is_some(),
                    mode == Mode::Parity || text.starts_with("We")
                );
            }
        }
    }
}

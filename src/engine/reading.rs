//! The slow stages of a post but for its vectors: language, grammar, keywords, each through the
//! cache.

use std::sync::Arc;
use std::time::Instant;

use crate::analysis::facts::LineFacts;
use crate::analysis::grammar::{self, LineGrammar};
use crate::analysis::keyphrase::Document;
use crate::analysis::keywords::{self, Chosen, Keyword, keywords};
use crate::analysis::prose::Prose;
use crate::analysis::report::CacheUse;
use crate::analysis::{Mode, Part, Slow, Stopwatch, language};
use crate::cache::{Claim, Lead, Outcome};
use crate::model::{Heads, Task};
use crate::post::{Post, Span};

use super::error::EngineError;
use super::keyphrases::by_words;
use super::object::{Object, PostReading};
use super::scopes;
use super::service::Engine;
use super::task::{Ask, use_of};

/// Which stages are wanted; the language always is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) grammar: bool,
    pub(super) keywords: bool,
}

/// A post with what is known of its lines.
#[derive(Clone, Copy)]
pub(super) struct Lines<'a> {
    pub(super) post: &'a Post,
    pub(super) lines: &'a [Arc<LineFacts>],
}

/// The slow stages but for the vectors.
///
/// # Errors
/// Where the checker gives no answer.
pub(super) fn stages(
    engine: &Engine,
    ask: &Ask,
    of: Lines<'_>,
    (mode, wanted): (Mode, Wanted),
    watch: &mut Stopwatch,
) -> Result<Slow, EngineError> {
    let claim = wanted
        .keywords
        .then(|| claim(engine, of.post, mode, wanted.grammar));
    let (known, from) = match &claim {
        Some(Claimed::Known(reading, from)) => (Some(reading.clone()), *from),
        Some(Claimed::Led(_)) => (None, CacheUse::Miss),
        None => (None, CacheUse::Off),
    };
    let prose = Prose::new(of.lines);
    let language = match &known {
        Some(reading) => reading.language.clone(),
        None => language::detect(&prose.text),
    };
    watch.lap("language", from);
    let refused = mode
        .foreign(&language)
        .or_else(|| grammar::refusal(prose.text.len()));
    if let Some(reason) = refused {
        return Ok(Slow {
            language,
            grammar: Part::Unavailable(reason.clone()),
            keywords: Part::Unavailable(reason.clone()),
            vectors: Part::Unavailable(reason),
        });
    }
    let mut slow = Slow {
        language,
        ..Slow::default()
    };
    if wanted.grammar {
        let (checked, from) = engine.check_post(ask, of)?;
        slow.grammar = Part::Ready(checked);
        watch.lap("grammar", from);
    }
    if let Some(claimed) = claim {
        slow.keywords = match claimed {
            Claimed::Known(reading, _) => reading.keywords.clone(),
            Claimed::Led(lead) => {
                let began = Instant::now();
                // Tagging a post costs more than the rest of its keywords together, so phrases join
                // only where the checker ran for its findings.
                let checked = slow.grammar.ready().map_or(&[][..], Vec::as_slice);
                let keywords = Part::Ready(post_keywords(engine, of, &prose, checked, mode));
                if let Some(lead) = lead {
                    let reading = Arc::new(PostReading {
                        language: slow.language.clone(),
                        keywords: keywords.clone(),
                    });
                    lead.fulfil(Object::Post(reading), began.elapsed(), ask.post.as_slice());
                }
                keywords
            }
        };
        watch.lap("keywords", from);
    }
    Ok(slow)
}

/// What is known of a post as a whole, or the right to find it out.
enum Claimed {
    Known(Arc<PostReading>, CacheUse),
    Led(Option<Box<Lead<Object>>>),
}

fn claim(engine: &Engine, post: &Post, mode: Mode, with_grammar: bool) -> Claimed {
    let head = engine.known().ok();
    let head = head
        .as_ref()
        .and_then(|k| k.heads.get(Task::Keyphrase).ok());
    let head = match mode {
        Mode::Post => head.map_or("", |h| &h.sha256),
        Mode::Parity => "",
    };
    let grammar = with_grammar.then(|| engine.grammar_scope());
    let scope = scopes::posts(mode, head, grammar.as_ref());
    let key = scope.key(post.text().as_bytes());
    let mut lead = None;
    for claim in engine.cache().claim_many(&[key]) {
        match claim {
            Claim::Hit(Object::Post(reading), tier) => {
                return Claimed::Known(reading, use_of(tier));
            }
            Claim::Lead(own) => lead = Some(Box::new(own)),
            Claim::Join(join) => match join.wait() {
                Outcome::Value(Object::Post(reading)) => {
                    return Claimed::Known(reading, CacheUse::Memory);
                }
                Outcome::Lead(own) => lead = Some(Box::new(own)),
                // What failed for another may do for us.
                Outcome::Value(_) | Outcome::Failed(_) => {}
            },
            Claim::Hit(..) | Claim::Failed(_) => {}
        }
    }
    Claimed::Led(lead)
}

/// Keywords of a post, with spans in bytes of its published text: those of the trained head where
/// there is one. `checked` is the grammar of its lines, where that was asked for.
fn post_keywords(
    engine: &Engine,
    of: Lines<'_>,
    prose: &Prose,
    checked: &[Arc<LineGrammar>],
    mode: Mode,
) -> Vec<Keyword> {
    let Lines { post, lines } = of;
    let phrases = checked.iter().enumerate().filter_map(|(i, grammar)| {
        Some((
            prose.line_start(i)?,
            &lines[i].parsed,
            &grammar.noun_phrases,
        ))
    });
    let phrases = phrases.flat_map(|(start, parsed, spans)| {
        spans
            .iter()
            .map(move |s| parsed.normal_span(*s).shifted(start))
    });
    let phrases: Vec<Span> = phrases.collect();
    let mut found = keywords(&prose.text, &prose.sentences(lines), &phrases);
    let known = match mode {
        Mode::Post => engine.known().ok(),
        Mode::Parity => None,
    };
    if let Some(chosen) = known.and_then(|k| chosen(&k.heads, of, prose)) {
        found = keywords::of_head(chosen, &found);
    }
    for keyword in &mut found {
        keyword.spans = std::mem::take(&mut keyword.spans)
            .into_iter()
            .filter_map(|s| prose.post_span(s, post, lines))
            .collect();
        if let Some(first) = keyword.spans.first() {
            keyword.text = first.of(post.text()).to_owned();
        }
    }
    found
}

/// The phrases that the head among `heads` chooses; `None` where there is none.
fn chosen(heads: &Heads, of: Lines<'_>, prose: &Prose) -> Option<Vec<Chosen>> {
    let found = by_words(heads, &Document::new(&prose.text), keywords::MOST).ok()?;
    // The head joins lines as in wrapped prose; a phrase across two lines of a post is none.
    let is_in_line = |s: &Span| prose.post_span(*s, of.post, of.lines).is_some();
    let chosen = found.into_iter().map(|k| Chosen {
        text: k.text,
        probability: f64::from(k.score),
        spans: k.spans.into_iter().filter(is_in_line).collect(),
    });
    Some(chosen.filter(|c| !c.spans.is_empty()).collect())
}

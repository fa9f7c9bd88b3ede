//! The figures of a post that one text is compared with another by, without what only a reader
//! wants to see.

use std::sync::Arc;

use crate::post::{ParsedLine, Post};

use super::analyse::{Settings, Slow, mean_compound, score};
use super::engagement::{self, Context, Outlook};
use super::facts::LineFacts;
use super::finding::Finding;
use super::meaning::Vector;
use super::neural::Neural;
use super::part::Part;
use super::report::Scores;
use super::source::{Source, is_checker_rule, neural_trace};

/// What is compared.
#[derive(Debug, Clone)]
pub struct Measures {
    /// As in the report.
    pub scores: Scores,
    /// Flesch-Kincaid grade; `None` where the post is not read as English.
    pub grade: Option<f64>,
    /// What the trained head says of the post, or the mean compound of its sentences without one;
    /// -1 to 1.
    pub sentiment: Option<f64>,
    /// How it is likely to do, where a head can tell.
    pub outlook: Option<Outlook>,
    /// Everything found, with spans in bytes of the input.
    pub findings: Vec<Finding>,
    /// The unit vector of the mean of its sentences' vectors, where all are known.
    pub vector: Option<Vector>,
}

impl Measures {
    /// Findings of grammar and spelling.
    #[must_use]
    pub fn errors(&self) -> usize {
        self.findings
            .iter()
            .filter(|f| is_checker_rule(&f.rule))
            .count()
    }
}

/// Measures the post read from `input`, whose scores are those that its report has.
#[must_use]
pub fn measure(
    input: &str,
    (post, lines): (&Post, &[Arc<LineFacts>]),
    slow: &Slow,
    context: &Context,
    settings: &Settings,
) -> Measures {
    let parsed: Vec<&ParsedLine> = lines.iter().map(|l| &l.parsed).collect();
    let foreign = settings.mode.foreign(&slow.language);
    let source = Source {
        input,
        post,
        lines,
        mode: settings.mode,
        foreign: foreign.as_deref(),
    };
    let known = slow.vectors.ready();
    let sentences = known.map_or_else(Vec::new, |_| source.sentences());
    let sentiment = source.sentiment(&sentences, known);
    let readability = source.readability();
    let meaning = source.meaning(&sentences, slow, settings);
    let findings = source.findings(&parsed, &slow.grammar, meaning.ready(), settings);
    let logits = known.and_then(|v| v.sentiment.as_ref().ok());
    let neural = logits.and_then(|l| neural_trace(&sentences, l));
    let lexical = sentiment.ready().map(mean_compound);
    let vectors: Option<Vec<&[f32]>> = known.and_then(|v| {
        let all = v.sentences.sentences().iter();
        all.map(|v| v.as_deref()).collect()
    });
    let vector = vectors.filter(|all| !all.is_empty()).map(|all| {
        let width = all[0].len();
        Arc::from(super::features::post::mean_vector(&all, width))
    });
    Measures {
        scores: score(&findings, &slow.grammar, &readability, &sentiment),
        grade: readability.ready().map(|r| r.flesch_kincaid_grade),
        sentiment: neural.map(|t| Neural::new(t.logits).score).or(lexical),
        outlook: source
            .foretell(&sentences, &slow.vectors, context, engagement::outlook)
            .ready()
            .copied(),
        findings,
        vector,
    }
}

/// The forecast alone; the reason where no head can tell.
#[must_use]
pub fn outlook(
    input: &str,
    (post, lines): (&Post, &[Arc<LineFacts>]),
    slow: &Slow,
    context: &Context,
    settings: &Settings,
) -> Part<Outlook> {
    let foreign = settings.mode.foreign(&slow.language);
    let source = Source {
        input,
        post,
        lines,
        mode: settings.mode,
        foreign: foreign.as_deref(),
    };
    let sentences = source.sentences();
    source.foretell(&sentences, &slow.vectors, context, engagement::outlook)
}

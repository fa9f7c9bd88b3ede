//! A scorer made of the real analysis without models, and posts to try it on.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::analysis::facts::LineFacts;
use crate::analysis::finding::{Finding, Severity};
use crate::analysis::readability::{Counts, Readability, SyllableSource};
use crate::analysis::rules::{RuleSettings, line_findings, post_findings};
use crate::analysis::score::{Evidence, Facet, facets, overall};
use crate::post::{FoldLimits, ParsedLine, Post, Span, fold};
use crate::rewrite::search::{EngagementForecast, Fix, Found, Measured, Scorer, Stopped};

/// Numbers of a toy vector.
const WIDTH: usize = 24;
/// Slips that the toy knows, and the rule that finds them: one whose fixes a search makes.
pub const SLIP: &str = "grammar/in-the";
const TYPOS: [(&str, &str); 2] = [("recieve", "receive"), ("teh", "the")];

/// Measures texts, remembers how often it was asked, and stops where it is told to.
#[derive(Default)]
pub struct Toy {
    /// Thresholds of the rules.
    pub rules: RuleSettings,
    /// Facts of lines.
    pub lines: FxHashMap<String, Arc<LineFacts>>,
    /// Texts of each call.
    pub calls: Vec<usize>,
    /// Calls that are answered.
    pub stop_after: Option<usize>,
    /// Whether it forecasts.
    pub forecasts: bool,
    /// Whether it gives vectors.
    pub vectors: bool,
    /// Texts that were scored.
    pub seen: FxHashSet<String>,
}

impl Scorer for Toy {
    fn score(&mut self, texts: &[&str]) -> Result<Vec<Measured>, Stopped> {
        if self.stop_after.is_some_and(|n| self.calls.len() >= n) {
            return Err(Stopped::TimeUp);
        }
        self.calls.push(texts.len());
        for text in texts {
            assert!(
                self.seen.insert((*text).to_owned()),
                "scored twice: {text:?}"
            );
        }
        Ok(texts.iter().map(|t| self.measure(t)).collect())
    }
}

impl Toy {
    pub fn measure(&mut self, text: &str) -> Measured {
        let post = Post::new(text);
        let lines = self.lines(&post);
        let findings = self.findings(&post, &lines);
        let errors = findings.iter().filter(|f| is_error(f)).count();
        let mut counts = Counts::default();
        lines.iter().for_each(|l| counts.add(&l.counts));
        let readability = Readability::from_counts(counts, SyllableSource::CmudictVowelGroups);
        let compounds: Vec<f64> = lines
            .iter()
            .flat_map(|l| l.polarities.iter().map(|p| p.compound))
            .collect();
        let mean = compounds.iter().sum::<f64>() / compounds.len().max(1) as f64;
        let facets = facets(&Evidence {
            findings: &findings,
            checked: true,
            readability: Some(&readability),
            mean_compound: Some(mean),
        });
        let mut scores = [None; Facet::ALL.len()];
        for f in &facets {
            scores[f.facet as usize] = Some(f.score);
        }
        let limit = fold::cut_at(post.text(), FoldLimits::default().mobile);
        let first = post
            .lines()
            .iter()
            .find(|l| !l.span.of(post.text()).trim().is_empty());
        Measured {
            overall: overall(&facets).0,
            facets: scores,
            grade: Some(readability.flesch_kincaid_grade),
            sentiment: Some(mean),
            engagement: self.forecasts.then(|| forecast(post.text())),
            utf16_units: post.text().encode_utf16().count(),
            first_line_fits: first.is_none_or(|l| l.span.end <= limit),
            errors,
            findings: findings
                .iter()
                .map(|f| Found {
                    rule: f.rule.to_string(),
                    span: post.input_span(f.span),
                })
                .collect(),
            vector: self.vectors.then(|| vector(post.text())),
        }
    }

    /// What findings of the text would replace, by rules and by the toy's spelling.
    pub fn fixes(&mut self, text: &str) -> Vec<Fix> {
        let post = Post::new(text);
        let lines = self.lines(&post);
        let found = self.findings(&post, &lines).into_iter();
        let fix = |f: Finding| {
            Some(Fix {
                rule: f.rule.to_string(),
                span: post.input_span(f.span),
                after: f.replacements.into_iter().next()?,
                why: f.message,
            })
        };
        found.filter_map(fix).collect()
    }

    fn lines(&mut self, post: &Post) -> Vec<Arc<LineFacts>> {
        let (known, rules) = (&mut self.lines, &self.rules);
        LineFacts::of_post(post, |line| {
            let facts = || Arc::new(LineFacts::of(line, Some(rules)));
            known.entry(line.to_owned()).or_insert_with(facts).clone()
        })
    }

    fn findings(&self, post: &Post, lines: &[Arc<LineFacts>]) -> Vec<Finding> {
        let parsed: Vec<&ParsedLine> = lines.iter().map(|l| &l.parsed).collect();
        let mut out = post_findings(post, &parsed, &self.rules, FoldLimits::default());
        for (line, facts) in post.lines().iter().zip(lines) {
            debug_assert_eq!(
                facts.findings,
                line_findings(line.span.of(post.text()), &facts.parsed, &self.rules)
            );
            let here = facts.findings.iter().cloned();
            out.extend(here.map(|f| f.shifted(line.span.start)));
        }
        out.extend(spelling(post.text()));
        out.retain(|f| !post.is_ignored(&f.rule, f.span));
        out
    }
}

fn is_error(finding: &Finding) -> bool {
    finding.rule.starts_with("spelling/") || finding.rule.starts_with("grammar/")
}

/// Misspelt words, and words that stand twice in a row.
fn spelling(text: &str) -> Vec<Finding> {
    let mut out = Vec::new();
    let mut before = "";
    let mut at = 0;
    for piece in text.split_inclusive(char::is_whitespace) {
        let word = piece.trim_end_matches(|c: char| !c.is_alphanumeric());
        let span = Span::new(at, at + word.len());
        let typo = TYPOS.iter().find(|(t, _)| *t == word);
        let doubled = !word.is_empty() && word.eq_ignore_ascii_case(before);
        let rule = match typo {
            Some(_) => Some(SLIP),
            None if doubled => Some("grammar/doubled-word"),
            None => None,
        };
        out.extend(rule.map(|rule| {
            Finding {
                rule: rule.into(),
                severity: Severity::Error,
                span,
                message: "Misspelt.".to_owned(),
                replacements: typo
                    .map(|(_, right)| (*right).to_owned())
                    .into_iter()
                    .collect(),
                reason: None,
            }
        }));
        before = if word.len() == piece.trim_end().len() {
            word
        } else {
            ""
        };
        at += piece.len();
    }
    out
}

/// Short posts that end in a question do well here.
fn forecast(text: &str) -> EngagementForecast {
    let question = if text.trim_end().ends_with('?') {
        8.0
    } else {
        0.0
    };
    let words = text.split_whitespace().count() as f64;
    let percentile = (60.0 + question - words / 8.0).clamp(0.0, 100.0);
    EngagementForecast {
        percentile,
        interval: [percentile - 20.0, percentile + 20.0],
        lift: percentile / 100.0,
        skill: 0.2,
    }
}

/// Words, hashed into numbers.
fn vector(text: &str) -> Arc<[f32]> {
    let mut out = [0.0f32; WIDTH];
    for word in text.split_whitespace() {
        let hash = word
            .bytes()
            .fold(7usize, |h, b| h * 31 % 65_521 + usize::from(b));
        out[hash % WIDTH] += 1.0;
    }
    let length = out.iter().map(|x| x * x).sum::<f32>().sqrt().max(1.0);
    Arc::from(out.map(|x| x / length))
}

/// Posts of many kinds, with their kind.
pub fn posts() -> Vec<(&'static str, String)> {
    let lines = include_str!("../data/posts.txt").lines();
    let lines = lines.filter(|l| !l.starts_with('#') && !l.is_empty());
    let posts = lines.map(|l| {
        let (kind, text) = l.split_once(" | ").expect("kind | post");
        let text = text
            .replace("\\n", "\n")
            .replace("\\u{200b}", "\u{200b}")
            .replace("\\u{202e}", "\u{202e}");
        (kind, text)
    });
    posts.collect()
}

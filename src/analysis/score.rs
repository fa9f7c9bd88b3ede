//! Scores from 0 to 100, each a documented sum.
//!
//! A facet starts at 100 and loses points for what was found, term by term; a term has a cap, so
//! that one habit cannot sink a post. The overall score is the mean of the facets, weighted, over
//! those that could be computed. The weights are a judgement, not a measurement: they say what
//! this program looks at, not what a feed rewards.

use serde::Serialize;

use super::finding::{Finding, Severity};
use super::readability::Readability;

/// The facets, in the order in which they are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Facet {
    /// How easily a sentence is understood.
    Clarity,
    /// Opening, flow, ending.
    Structure,
    /// Grammar and spelling.
    Correctness,
    /// How it sounds.
    Tone,
    /// How it sits on LinkedIn.
    Linkedin,
}

impl Facet {
    /// All facets.
    pub const ALL: [Self; 5] = [
        Self::Clarity,
        Self::Structure,
        Self::Correctness,
        Self::Tone,
        Self::Linkedin,
    ];

    /// The name used in every output format.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Clarity => "clarity",
            Self::Structure => "structure",
            Self::Correctness => "correctness",
            Self::Tone => "tone",
            Self::Linkedin => "linkedin",
        }
    }

    /// Share of the overall score, in percent.
    #[must_use]
    pub fn weight(self) -> f64 {
        match self {
            Self::Clarity => 30.0,
            Self::Structure => 25.0,
            Self::Correctness => 20.0,
            Self::Tone => 10.0,
            Self::Linkedin => 15.0,
        }
    }
}

/// One term of a facet's sum.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Term {
    /// A rule id, or the name of a measure.
    pub label: String,
    /// What it adds; never above 0.
    pub points: f64,
    /// The arithmetic, in words and numbers.
    pub detail: String,
}

/// A facet's score and its terms: `max(0, 100 + Σ points)`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FacetScore {
    /// Which facet.
    pub facet: Facet,
    /// 0 to 100.
    pub score: f64,
    /// What was taken off.
    pub terms: Vec<Term>,
}

/// What findings cost.
pub struct Price {
    /// A rule's id, or a group with a trailing slash.
    pub rule: &'static str,
    /// The facet that pays.
    pub facet: Facet,
    /// Points for each finding; a hint costs half.
    pub each: f64,
    /// Points at most.
    pub cap: f64,
}

const fn price(rule: &'static str, facet: Facet, each: f64, cap: f64) -> Price {
    Price {
        rule,
        facet,
        each,
        cap,
    }
}

/// The prices; the first that matches a rule is its own.
pub const PRICES: [Price; 29] = [
    price("style/long-sentence", Facet::Clarity, 5.0, 25.0),
    price("style/passive-voice", Facet::Clarity, 3.0, 12.0),
    price("style/wordiness", Facet::Clarity, 3.0, 15.0),
    price("style/intensifier", Facet::Clarity, 2.0, 6.0),
    price("unicode/styled-letters", Facet::Clarity, 5.0, 10.0),
    price("structure/wall-of-text", Facet::Structure, 12.0, 24.0),
    price("structure/buried-lead", Facet::Structure, 15.0, 15.0),
    price("structure/weak-hook", Facet::Structure, 15.0, 15.0),
    price("structure/no-call-to-action", Facet::Structure, 16.0, 8.0),
    price("structure/monotonous-rhythm", Facet::Structure, 10.0, 10.0),
    price("structure/repeated-opening", Facet::Structure, 8.0, 8.0),
    price("structure/", Facet::Structure, 4.0, 12.0),
    price("grammar/", Facet::Correctness, 6.0, 60.0),
    price("spelling/", Facet::Correctness, 6.0, 60.0),
    price("style/cliche", Facet::Tone, 5.0, 20.0),
    price("style/hedge", Facet::Tone, 4.0, 12.0),
    price("style/shouting", Facet::Tone, 8.0, 24.0),
    price("style/repeated-punctuation", Facet::Tone, 6.0, 12.0),
    price("style/", Facet::Tone, 3.0, 9.0),
    price("linkedin/over-limit", Facet::Linkedin, 60.0, 60.0),
    price("linkedin/hashtag-stuffing", Facet::Linkedin, 15.0, 15.0),
    price("linkedin/engagement-bait", Facet::Linkedin, 15.0, 30.0),
    price("linkedin/external-link", Facet::Linkedin, 10.0, 10.0),
    price("linkedin/emoji-density", Facet::Linkedin, 12.0, 12.0),
    price("linkedin/", Facet::Linkedin, 6.0, 12.0),
    price("unicode/bidi-control", Facet::Linkedin, 8.0, 16.0),
    price("unicode/zero-width", Facet::Linkedin, 4.0, 12.0),
    price("unicode/control-characters", Facet::Linkedin, 4.0, 12.0),
    price("unicode/", Facet::Linkedin, 4.0, 12.0),
];

/// School grade up to which a post loses nothing, and the points each grade above costs. Grade 8
/// is the reading level that plain-language guides ask for (plainlanguage.gov; NHS style guide).
const EASY_GRADE: f64 = 8.0;
const GRADE_POINTS: f64 = 4.0;
const GRADE_CAP: f64 = 40.0;
/// Mean sentence compound below which a post loses for its mood, and the points at -1.
const GLOOMY_BELOW: f64 = -0.2;
const GLOOM_POINTS: f64 = 40.0;

/// What the scores are made from.
pub struct Evidence<'a> {
    /// Everything found.
    pub findings: &'a [Finding],
    /// Whether grammar and spelling were checked.
    pub checked: bool,
    /// Readability, where it applies.
    pub readability: Option<&'a Readability>,
    /// Mean compound of the sentences, where there is one.
    pub mean_compound: Option<f64>,
}

/// The facets that can be computed, in order.
#[must_use]
pub fn facets(evidence: &Evidence<'_>) -> Vec<FacetScore> {
    Facet::ALL
        .into_iter()
        .filter(|f| match f {
            Facet::Correctness => evidence.checked,
            Facet::Clarity => evidence.readability.is_some(),
            Facet::Tone => evidence.mean_compound.is_some(),
            Facet::Structure | Facet::Linkedin => true,
        })
        .map(|facet| {
            let mut terms = finding_terms(evidence.findings, facet);
            terms.extend(measured_term(evidence, facet));
            let sum: f64 = terms.iter().map(|t| t.points).sum();
            FacetScore {
                facet,
                score: (100.0 + sum).clamp(0.0, 100.0),
                terms,
            }
        })
        .collect()
}

/// The weighted mean of the facets given, and its arithmetic.
#[must_use]
pub fn overall(facets: &[FacetScore]) -> (f64, String) {
    let weight: f64 = facets.iter().map(|f| f.facet.weight()).sum();
    let sum: f64 = facets.iter().map(|f| f.facet.weight() * f.score).sum();
    let parts: Vec<_> = facets
        .iter()
        .map(|f| format!("{} × {} {:.1}", f.facet.weight(), f.facet.name(), f.score))
        .collect();
    (sum / weight, format!("({}) / {weight}", parts.join(" + ")))
}

fn price_of(rule: &str) -> Option<&'static Price> {
    let matches = |p: &&Price| p.rule == rule || p.rule.ends_with('/') && rule.starts_with(p.rule);
    PRICES.iter().find(matches)
}

fn finding_terms(findings: &[Finding], facet: Facet) -> Vec<Term> {
    PRICES
        .iter()
        .filter(|p| p.facet == facet)
        .filter_map(|p| {
            let (mut hints, mut others) = (0u32, 0u32);
            for f in findings
                .iter()
                .filter(|f| price_of(&f.rule).is_some_and(|own| std::ptr::eq(own, p)))
            {
                match f.severity {
                    Severity::Hint => hints += 1,
                    Severity::Warning | Severity::Error => others += 1,
                }
            }
            let lost = p.each * f64::from(others) + p.each / 2.0 * f64::from(hints);
            (lost > 0.0).then(|| Term {
                label: p.rule.trim_end_matches('/').to_owned(),
                points: -lost.min(p.cap),
                detail: detail(p, hints, others, lost),
            })
        })
        .collect()
}

fn detail(price: &Price, hints: u32, others: u32, lost: f64) -> String {
    let mut parts = Vec::new();
    if others > 0 {
        parts.push(format!("{others} × {}", price.each));
    }
    if hints > 0 {
        let word = if hints == 1 { "hint" } else { "hints" };
        parts.push(format!("{hints} {word} × {}", price.each / 2.0));
    }
    let cap = if lost > price.cap {
        format!(", at most {}", price.cap)
    } else {
        String::new()
    };
    parts.join(" + ") + &cap
}

fn measured_term(evidence: &Evidence<'_>, facet: Facet) -> Option<Term> {
    match facet {
        Facet::Clarity => {
            let grade = evidence.readability?.flesch_kincaid_grade;
            let lost = ((grade - EASY_GRADE) * GRADE_POINTS).clamp(0.0, GRADE_CAP);
            (lost > 0.0).then(|| Term {
                label: "flesch_kincaid_grade".to_owned(),
                points: -lost,
                detail: format!(
                    "(grade {grade:.1} - {EASY_GRADE}) × {GRADE_POINTS}, at most {GRADE_CAP}"
                ),
            })
        }
        Facet::Tone => {
            let mean = evidence.mean_compound?;
            let lost = ((GLOOMY_BELOW - mean) / (1.0 + GLOOMY_BELOW) * GLOOM_POINTS).max(0.0);
            (lost > 0.0).then(|| Term {
                label: "sentiment".to_owned(),
                points: -lost,
                detail: format!(
                    "({GLOOMY_BELOW} - mean sentence compound {mean:.2}) / {} × {GLOOM_POINTS}",
                    1.0 + GLOOMY_BELOW
                ),
            })
        }
        Facet::Structure | Facet::Correctness | Facet::Linkedin => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::post::Span;

    fn finding(rule: &'static str, severity: Severity) -> Finding {
        Finding {
            rule: rule.into(),
            severity,
            span: Span::new(0, 1),
            message: String::new(),
            replacements: Vec::new(),
            reason: None,
        }
    }

    fn evidence(findings: &[Finding]) -> Evidence<'_> {
        Evidence {
            findings,
            checked: true,
            readability: None,
            mean_compound: Some(0.0),
        }
    }

    #[test]
    fn a_facet_is_the_sum_of_its_terms() {
        let findings = vec![finding("style/cliche", Severity::Warning); 2];
        let facets = facets(&evidence(&findings));
        let tone = facets.iter().find(|f| f.facet == Facet::Tone).unwrap();
        assert_eq!(tone.score, 90.0);
        assert_eq!(tone.terms[0].detail, "2 × 5");
        assert!(
            facets.iter().all(|f| f.facet != Facet::Clarity),
            "no readability, no clarity"
        );
    }

    #[test]
    fn terms_are_capped_and_hints_cost_half() {
        let mut findings = vec![finding("grammar/an-a", Severity::Warning); 50];
        findings.push(finding("spelling/spell-check", Severity::Hint));
        let facets = facets(&evidence(&findings));
        let correctness = facets
            .iter()
            .find(|f| f.facet == Facet::Correctness)
            .unwrap();
        assert_eq!(correctness.score, 37.0);
        assert_eq!(correctness.terms[0].detail, "50 × 6, at most 60");
    }

    #[test]
    fn overall_is_the_weighted_mean_of_what_there_is() {
        let facets = facets(&Evidence {
            checked: false,
            ..evidence(&[])
        });
        let (score, arithmetic) = overall(&facets);
        assert_eq!(score, 100.0);
        assert_eq!(
            arithmetic,
            "(25 × structure 100.0 + 10 × tone 100.0 + 15 × linkedin 100.0) / 50"
        );
    }
}

//! The arithmetic of a number, as lines to read.

use ratatui::text::{Line, Span};
use unicode_segmentation::UnicodeSegmentation;

use crate::analysis::Report;
use crate::analysis::engagement::Driver;
use crate::analysis::explain::Explanation;
use crate::analysis::neural::{Neural, NeuralTrace};
use crate::analysis::sentiment::{Effect, Trace, TracedToken};
use crate::learning::calibration::Calibration;

use super::panes::results::Topic;
use super::theme::Theme;
use super::units::plural;

/// Title and lines for a topic.
#[must_use]
pub fn explain_lines(
    topic: Topic,
    explain: &Explanation,
    report: &Report,
    own: Option<&Calibration>,
    theme: &Theme,
) -> (&'static str, Vec<Line<'static>>) {
    match topic {
        Topic::Length => ("What is counted", length(report, theme)),
        Topic::Keywords => ("How keywords are scored", keywords(report, theme)),
        Topic::Meaning => ("What the vectors say", meaning(explain, report, theme)),
        Topic::Engagement => (
            "What the forecast hangs on",
            engagement(explain, report, theme),
        ),
        Topic::Own => ("What your own posts say", own_lines(report, own)),
        Topic::Scores => ("How the scores add up", scores(explain, theme)),
        Topic::Sentiment => ("How the sentiment adds up", sentiment(explain, theme)),
        Topic::Readability => ("How readability is computed", readability(explain, theme)),
    }
}

fn length(report: &Report, theme: &Theme) -> Vec<Line<'static>> {
    let Some(text) = report.text.ready() else {
        return Vec::new();
    };
    let row = |count: usize, what: &'static str, how: &'static str| {
        let what = match what {
            "word" | "sentence" | "paragraph" | "character" | "UTF-16 unit" => plural(count, what),
            what => what.to_owned(),
        };
        Line::from(vec![
            Span::raw(format!("  {count:>6}  {what}")),
            Span::styled(format!("  {how}"), theme.faint),
        ])
    };
    vec![
        row(
            text.utf16_units,
            "UTF-16 unit",
            "what LinkedIn counts: an emoji is two or more",
        ),
        row(text.limit, "at most", "the limit that its API names"),
        row(
            text.graphemes,
            "character",
            "what a reader counts: an emoji is one",
        ),
        row(text.words, "word", "tags and handles too, links not"),
        row(text.sentences, "sentence", "those that hold a word"),
        row(text.paragraphs, "paragraph", "between blank lines"),
        Line::default(),
        row(
            text.fold.desktop.visible.graphemes(true).count(),
            "shown",
            "characters before the fold on a desktop (fold.desktop at most)",
        ),
        row(
            text.fold.mobile.visible.graphemes(true).count(),
            "shown",
            "characters before the fold on a phone (fold.mobile at most)",
        ),
    ]
}

fn keywords(report: &Report, theme: &Theme) -> Vec<Line<'static>> {
    let Some(keywords) = report.keywords.ready() else {
        return Vec::new();
    };
    let by_head = keywords.iter().any(|k| k.probability.is_some());
    let (rule, note) = if by_head {
        (
            "probability: how likely a reader would choose the phrase, by the trained head",
            "  it reads counts, places, neighbours, endings and how rare the words are",
        )
    } else {
        (
            "relevance = 1 - 0.9 × (ln yake - ln best yake) / (ln worst yake - ln best yake)",
            "  phrase: 1 for a nominal phrase, 0.5 for a part of one, else 0",
        )
    };
    let mut out = vec![Line::raw(rule), Line::styled(note, theme.faint)];
    for k in keywords {
        let yake = k.yake.map_or("none".to_owned(), |y| format!("{y:.5}"));
        out.push(Line::default());
        out.push(Line::from(vec![
            Span::styled(k.text.clone(), theme.title),
            Span::raw(format!(" = {:.4}", k.score)),
        ]));
        out.push(Line::raw(format!("  {}", k.terms.arithmetic())));
        out.push(Line::styled(format!("  yake {yake}"), theme.faint));
    }
    out
}

fn meaning(explain: &Explanation, report: &Report, theme: &Theme) -> Vec<Line<'static>> {
    let (Some(trace), Some(meaning)) = (&explain.meaning, report.meaning.ready()) else {
        return Vec::new();
    };
    let mut out = Vec::new();
    if let Some(drift) = &trace.drift {
        out.push(Line::styled("drift", theme.title));
        out.push(Line::raw(format!("  {drift}")));
        out.push(Line::default());
    }
    out.push(Line::styled(
        "each sentence: the mean of its cosines with the others; drift is 1 - cosine with the opening",
        theme.title,
    ));
    for (i, (sentence, row)) in meaning.sentences.iter().zip(&trace.cosines).enumerate() {
        let Some(value) = sentence.centrality else {
            out.push(Line::styled(
                format!("  {}  not known yet", i + 1),
                theme.faint,
            ));
            continue;
        };
        let others = row.iter().enumerate().filter(|(j, _)| *j != i);
        let cosines: Vec<String> = others
            .filter_map(|(_, cosine)| Some(format!("{:.2}", (*cosine)?)))
            .collect();
        let mark = if meaning.central == Some(i) { "*" } else { " " };
        out.push(Line::from(vec![
            Span::raw(format!("{mark} {:>2}  {value:.2}", i + 1)),
            Span::styled(
                format!(" = ({}) / {}", cosines.join(" + "), cosines.len()),
                theme.faint,
            ),
            Span::raw(sentence.drift.map_or_else(String::new, |d| {
                format!("  drift 1 - {:.2} = {d:.2}", 1.0 - d)
            })),
        ]));
    }
    out.push(Line::default());
    if let Some(diversity) = meaning.keywords.diversity {
        out.push(Line::raw(format!(
            "  {diversity:.2}  diversity of the keywords: 1 - {:.2}, the mean cosine of their pairs",
            1.0 - diversity
        )));
    }
    out.push(Line::styled(
        "topics: keywords near to the post and far from each other",
        theme.title,
    ));
    for c in &meaning.keywords.chosen {
        out.push(Line::from(vec![
            Span::raw(format!("  {:.2}  {}", c.score, c.text)),
            Span::styled(
                format!(" = 0.7 × {:.2} - 0.3 × {:.2}", c.relevance, c.nearest),
                theme.faint,
            ),
        ]));
    }
    out
}

fn scores(explain: &Explanation, theme: &Theme) -> Vec<Line<'static>> {
    let mut out = Vec::new();
    if let Some(overall) = &explain.overall {
        out.push(Line::styled("overall, a weighted mean", theme.title));
        out.push(Line::raw(format!("  {overall}")));
    }
    for facet in &explain.facets {
        out.push(Line::default());
        let sum = format!("{} = {:.1}", facet.facet.name(), facet.score);
        out.push(Line::styled(sum, theme.title));
        out.push(Line::raw("  100.0  to begin with"));
        for term in &facet.terms {
            out.push(Line::from(vec![
                Span::raw(format!("  {:>5.1}  {}", term.points, term.label)),
                Span::styled(format!("  {}", term.detail), theme.faint),
            ]));
        }
    }
    out
}

fn sentiment(explain: &Explanation, theme: &Theme) -> Vec<Line<'static>> {
    let Some(trace) = &explain.sentiment else {
        return Vec::new();
    };
    let mut out = Vec::new();
    if let Some(neural) = &explain.neural {
        out.extend(neural_lines(neural, theme));
        out.push(Line::default());
    }
    out.push(Line::styled("VADER on the whole post", theme.title));
    out.extend(trace_lines(trace, theme));
    for (number, trace) in explain.sentences.iter().enumerate() {
        out.push(Line::default());
        out.push(Line::styled(
            format!("VADER on sentence {}", number + 1),
            theme.title,
        ));
        out.extend(trace_lines(trace, theme));
    }
    out
}

/// The trained head: each sentence's log-odds, their mean by words, and the shares of its powers.
fn neural_lines(trace: &NeuralTrace, theme: &Theme) -> Vec<Line<'static>> {
    let odds = |[neg, neu, pos]: [f32; 3]| format!("{neg:>6.2} {neu:>6.2} {pos:>6.2}");
    let mut out = vec![Line::styled(
        "the trained head: log-odds of negative, neutral, positive, and share of the words",
        theme.title,
    )];
    for (i, part) in trace.sentences.iter().enumerate() {
        out.push(Line::from(vec![
            Span::raw(format!("  {}", odds(part.logits))),
            Span::styled(
                format!("  × {:.3}  sentence {}", part.share, i + 1),
                theme.faint,
            ),
        ]));
    }
    let told = Neural::new(trace.logits);
    let p = told.probabilities;
    out.push(Line::raw(format!("  {}  their sum", odds(trace.logits))));
    out.push(Line::raw(format!(
        "  {:>6.3} {:>6.3} {:>6.3}  probabilities: e^x / Σ e^x",
        p.negative, p.neutral, p.positive
    )));
    out.push(Line::raw(format!(
        "  {:+.3}  score: {:.3} - {:.3}",
        told.score, p.positive, p.negative
    )));
    out
}

fn engagement(explain: &Explanation, report: &Report, theme: &Theme) -> Vec<Line<'static>> {
    let (Some(trace), Some(told)) = (&explain.engagement, report.engagement.ready()) else {
        return Vec::new();
    };
    let mut out = vec![
        Line::styled("what it is worth", theme.title),
        Line::raw(format!("  {}", trace.skill)),
        Line::raw(format!("  {}", trace.percentile)),
        Line::default(),
        Line::styled(
            "what goes from the lift where a part is left out, or a number is as usual",
            theme.title,
        ),
    ];
    for driver in &told.drivers {
        let (what, how) = match driver {
            Driver::Sentence { start, end, .. } => {
                let sentences = report.sentiment.ready().map_or(&[][..], |s| &s.sentences);
                let at = sentences
                    .iter()
                    .position(|s| (s.start, s.end) == (*start, *end));
                let what = at.map_or_else(
                    || "a sentence".to_owned(),
                    |i| format!("sentence {}", i + 1),
                );
                (what, String::new())
            }
            Driver::Feature {
                name, value, usual, ..
            } => (
                (*name).to_owned(),
                format!("  {value:.2}, usually {usual:.2}"),
            ),
        };
        out.push(Line::from(vec![
            Span::raw(format!("  {:+.3}  {what}", driver.effect())),
            Span::styled(how, theme.faint),
        ]));
    }
    out
}

/// The arithmetic of the forecast by the writer's past posts.
fn own_lines(report: &Report, own: Option<&Calibration>) -> Vec<Line<'static>> {
    let lift = report.engagement.ready().map(|told| told.lift);
    let rows = own.map_or(Vec::new(), |own| own.arithmetic(lift));
    let lines = rows.into_iter().map(|row| Line::raw(format!("  {row}")));
    // One after another they would read as one.
    let spaced = lines.flat_map(|line| [line, Line::default()]);
    spaced.collect()
}

fn trace_lines(trace: &Trace, theme: &Theme) -> Vec<Line<'static>> {
    let p = trace.polarity;
    let telling = trace
        .tokens
        .iter()
        .filter(|t| t.listed.is_some() || !t.adjustments.is_empty());
    let mut out: Vec<_> = telling
        .map(|t| token_line(t, &trace.tokens, theme))
        .collect();
    for (value, what) in [
        (trace.sum, "sum of the tokens"),
        (trace.exclamation, "for exclamation marks, away from zero"),
        (trace.question, "for question marks, away from zero"),
    ] {
        if value != 0.0 || what.starts_with("sum") {
            out.push(Line::raw(format!("  {value:>8.4}  {what}")));
        }
    }
    out.push(Line::raw(format!(
        "  {:>8.4}  compound: {s:.4} / √({s:.4}² + 15)",
        p.compound,
        s = trace.emphasised
    )));
    out.push(Line::styled(
        format!(
            "            neg {:.3}, neu {:.3}, pos {:.3} of the tokens",
            p.neg, p.neu, p.pos
        ),
        theme.faint,
    ));
    out
}

fn token_line(token: &TracedToken, all: &[TracedToken], theme: &Theme) -> Line<'static> {
    let mut pieces = vec![Span::raw(format!(
        "  {:>8.3}  {}",
        token.valence, token.text
    ))];
    if let Some(listed) = token.listed {
        pieces.push(Span::styled(format!("  listed {listed}"), theme.faint));
    }
    for a in &token.adjustments {
        let step = match a.effect {
            Effect::Add(d) => format!("{d:+.3}"),
            Effect::Multiply(f) => format!("×{f}"),
            Effect::Replace(v) => format!("={v}"),
        };
        let cause = a
            .cause
            .and_then(|i| all.get(i))
            .map_or_else(String::new, |t| format!(" “{}”", t.text));
        pieces.push(Span::styled(
            format!("  {}{cause} {step}", a.rule.name()),
            theme.faint,
        ));
    }
    Line::from(pieces)
}

fn readability(explain: &Explanation, theme: &Theme) -> Vec<Line<'static>> {
    explain
        .readability
        .iter()
        .flat_map(|f| {
            [
                Line::from(vec![
                    Span::styled(f.metric, theme.title),
                    Span::raw(format!(" = {:.3}", f.value)),
                ]),
                Line::raw(format!("  {}", f.expression)),
                Line::styled(format!("  {}", f.source), theme.faint),
            ]
        })
        .collect()
}

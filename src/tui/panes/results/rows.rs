//! From a report to rows.

use ratatui::style::Style;
use ratatui::text::{Line, Span as Piece};

use crate::analysis::meaning::Meaning;
use crate::analysis::readability::Readability;
use crate::analysis::report::{LocatedFinding, Scores, Sentiment};
use crate::analysis::text::TextStats;
use crate::analysis::{Part, Report};
use crate::post::Span;

use super::super::super::theme::{Theme, severity_mark};
use super::super::super::units::counted;
use super::super::super::widgets::{bar, wrap_line};
use super::{Row, Shown, Target, Topic};

/// Keywords shown.
const KEYWORDS: usize = 8;

/// What rows are made with.
#[derive(Clone, Copy)]
pub struct Look<'a> {
    pub theme: &'a Theme,
    /// The key that opens a row.
    pub open: &'a str,
    /// The key that goes to the suggestions.
    pub suggestions: &'a str,
}

pub(super) struct Rows<'a> {
    out: Vec<Row>,
    pub theme: &'a Theme,
    pub open: &'a str,
    pub width: usize,
}

/// The rows for what is `shown`, in a pane of these columns and rows; `preview` is the post as a
/// phone folds it.
pub(super) fn rows(
    shown: &Shown<'_>,
    preview: &[Line<'static>],
    look: Look<'_>,
    (width, height): (usize, usize),
) -> Vec<Row> {
    let (report, text) = (shown.report, shown.text);
    let mut rows = Rows::new(look.theme, look.open, width);
    let is_empty = report.text.ready().is_some_and(|t| t.words == 0);
    if is_empty {
        rows.heading("Scores", String::new());
        rows.note("there is nothing to measure yet");
        rows.length(&report.text, text.len());
        rows.findings(&report.findings, None);
        return rows.out;
    }
    rows.scores(&report.scores);
    rows.length(&report.text, text.len());
    rows.findings(&report.findings, report.gaps.get("findings.grammar"));
    rows.suggestions(shown.offers.as_ref());
    let gap = report.gaps.get("sentiment.neural");
    rows.sentiment(&report.sentiment, gap, text);
    rows.engagement(&report.engagement, shown.own, text);
    rows.readability(&report.readability);
    rows.keywords(report);
    rows.meaning(&report.meaning, text);
    rows.preview(preview);
    let is_seen = |row: &Row| matches!(row.target, Target::Suggestion(_));
    if rows.out.iter().take(height).any(is_seen) {
        return rows.out;
    }
    let mut above = Rows::new(look.theme, look.open, width);
    above.summary(shown.offers.as_ref(), look.suggestions);
    above.out.append(&mut rows.out);
    above.out
}

/// Rows that say why there are no others.
pub(super) fn reason(text: &str, theme: &Theme, width: usize) -> Vec<Row> {
    let mut rows = Rows::new(theme, "", width);
    rows.note(text);
    rows.out
}

impl<'a> Rows<'a> {
    fn new(theme: &'a Theme, open: &'a str, width: usize) -> Self {
        Self {
            out: Vec::new(),
            theme,
            open,
            width,
        }
    }

    pub(super) fn push(&mut self, pieces: Vec<Piece<'static>>, target: Target) {
        self.out.push(Row {
            line: Line::from(pieces),
            target,
            is_heading: false,
        });
    }

    /// Something to read, on as many rows as it takes.
    pub(super) fn note(&mut self, text: &str) {
        let line = Line::styled(format!(" {text}"), self.theme.faint);
        let rows = wrap_line(&line, self.width);
        self.out.extend(rows.into_iter().map(|line| Row {
            line,
            target: Target::None,
            is_heading: false,
        }));
    }

    pub(super) fn heading(&mut self, title: &'static str, note: String) {
        if !self.out.is_empty() {
            self.push(Vec::new(), Target::None);
        }
        let note = if note.is_empty() {
            note
        } else {
            format!("  {note}")
        };
        self.out.push(Row {
            line: Line::from(vec![
                Piece::styled(title, self.theme.title),
                Piece::styled(note, self.theme.faint),
            ]),
            target: Target::None,
            is_heading: true,
        });
    }

    /// A heading with the reason why there is nothing below it.
    pub(super) fn missing<T>(&mut self, title: &'static str, part: &Part<T>) {
        if let Some(reason) = part.reason() {
            self.heading(title, String::new());
            self.note(reason);
        }
    }

    fn scores(&mut self, part: &Part<Scores>) {
        let Some(scores) = part.ready() else {
            return self.missing("Scores", part);
        };
        self.heading("Scores", format!("{} shows the sum", self.open));
        let all = scores.facets.iter().map(|f| (f.facet.name(), f.score));
        for (name, score) in std::iter::once(("overall", scores.overall)).chain(all) {
            let style = self.theme.score(score);
            let room = self.width.saturating_sub(20).min(24);
            self.push(
                vec![
                    Piece::raw(format!(" {name:<12}")),
                    Piece::styled(format!("{score:>4.0} "), style),
                    Piece::styled(bar(score / 100.0, room), style),
                ],
                Target::Explain(Topic::Scores),
            );
        }
    }

    fn length(&mut self, part: &Part<TextStats>, input_len: usize) {
        let Some(text) = part.ready() else { return };
        self.heading("Length", String::new());
        let style = if text.over_by > 0 {
            self.theme.error
        } else {
            Style::new()
        };
        let over = if text.over_by > 0 {
            format!(", {} over", text.over_by)
        } else {
            String::new()
        };
        self.push(
            vec![
                Piece::styled(
                    format!(" {} of {}{over}", text.utf16_units, text.limit),
                    style,
                ),
                Piece::styled(
                    format!(
                        " · {} · {}",
                        counted(text.words, "word"),
                        counted(text.sentences, "sentence")
                    ),
                    self.theme.faint,
                ),
            ],
            Target::Explain(Topic::Length),
        );
        for (name, fold) in [
            ("desktop", &text.fold.desktop),
            ("mobile", &text.fold.mobile),
        ] {
            if fold.cut_at >= input_len {
                let row = format!(" {name} shows all of it");
                self.push(vec![Piece::styled(row, self.theme.faint)], Target::None);
                continue;
            }
            let tail: String = {
                let flat: Vec<&str> = fold.visible.split_whitespace().collect();
                flat[flat.len().saturating_sub(3)..].join(" ")
            };
            let row = format!(" {name} fold after “{tail}”");
            let target = Target::Place(Span::new(fold.cut_at, fold.cut_at));
            self.push(vec![Piece::styled(row, self.theme.faint)], target);
        }
    }

    fn sentiment(&mut self, part: &Part<Sentiment>, gap: Option<&String>, text: &str) {
        let Some(sentiment) = part.ready() else {
            return self.missing("Sentiment", part);
        };
        self.heading("Sentiment", "VADER and a trained head, -1 to 1".to_owned());
        let p = sentiment.lexical;
        self.push(
            vec![
                Piece::styled(format!(" {:+.2}", p.compound), self.polarity(p.compound)),
                Piece::raw(format!(
                    "  neg {:.2} neu {:.2} pos {:.2}",
                    p.neg, p.neu, p.pos
                )),
            ],
            Target::Explain(Topic::Sentiment),
        );
        self.neural(sentiment.neural.as_ref(), gap);
        for s in &sentiment.sentences {
            let value = s.lexical.compound;
            let sentence = text.get(s.start..s.end).unwrap_or_default();
            // A sentence may be as long as the text; little more of it is kept than is shown.
            let shown = head_of(sentence, self.width).to_owned();
            let neural = s.neural.map(|n| n.score);
            let read = neural.map_or_else(|| "    ·".to_owned(), |score| format!("{score:+.2}"));
            self.push(
                vec![
                    Piece::styled(format!(" {value:+.2} "), self.polarity(value)),
                    Piece::styled(
                        format!("{read} "),
                        self.polarity(neural.unwrap_or_default()),
                    ),
                    Piece::styled(shown, self.theme.faint),
                ],
                Target::Place(Span::new(s.start, s.end)),
            );
        }
    }

    /// VADER's own thresholds for positive and negative.
    pub(super) fn polarity(&self, compound: f64) -> Style {
        match compound {
            c if c >= 0.05 => self.theme.good,
            c if c <= -0.05 => self.theme.error,
            _ => self.theme.faint,
        }
    }

    fn readability(&mut self, part: &Part<Readability>) {
        let Some(r) = part.ready() else {
            return self.missing("Readability", part);
        };
        self.heading(
            "Readability",
            format!("school grades; {} shows the formulas", self.open),
        );
        let standard = r
            .text_standard
            .map_or("–".to_owned(), |g| format!("{g:.0}"));
        for pair in [
            [
                ("grade by vote", standard),
                ("Flesch ease", format!("{:.1}", r.flesch_reading_ease)),
            ],
            [
                ("ARI", format!("{:.1}", r.automated_readability_index)),
                ("Flesch-Kincaid", format!("{:.1}", r.flesch_kincaid_grade)),
            ],
            [
                ("Gunning Fog", format!("{:.1}", r.gunning_fog)),
                ("SMOG", format!("{:.1}", r.smog_index)),
            ],
            [
                ("LIX", format!("{:.1}", r.lix)),
                ("Coleman-Liau", format!("{:.1}", r.coleman_liau_index)),
            ],
            [
                (
                    "Dale-Chall",
                    format!("{:.1}", r.dale_chall_readability_score),
                ),
                ("Linsear", format!("{:.1}", r.linsear_write_formula)),
            ],
            [
                ("Spache", format!("{:.1}", r.spache_readability)),
                ("RIX", format!("{:.1}", r.rix)),
            ],
            [
                ("EFLAW", format!("{:.1}", r.mcalpine_eflaw)),
                ("textstat time", format!("{:.0} s", r.reading_time_s)),
            ],
        ] {
            let [(a, av), (b, bv)] = pair;
            let row = format!(" {a:<14}{av:>6}  {b:<15}{bv:>6}");
            self.push(vec![Piece::raw(row)], Target::Explain(Topic::Readability));
        }
    }

    fn keywords(&mut self, report: &Report) {
        let Some(keywords) = report.keywords.ready() else {
            return self.missing("Keywords", &report.keywords);
        };
        let by_head = keywords.iter().any(|k| k.probability.is_some());
        let source = if by_head {
            "trained head"
        } else {
            "YAKE and noun phrases"
        };
        self.heading("Keywords", source.to_owned());
        if !keywords.is_empty() {
            let row = Piece::styled(" how they are scored", self.theme.faint);
            self.push(vec![row], Target::Explain(Topic::Keywords));
        }
        for k in keywords.iter().take(KEYWORDS) {
            let target = k.spans.first().map_or(Target::None, |s| Target::Place(*s));
            self.push(
                vec![
                    Piece::styled(format!(" {:.2} ", k.score), self.theme.faint),
                    Piece::raw(k.text.clone()),
                ],
                target,
            );
        }
    }

    fn meaning(&mut self, part: &Part<Meaning>, text: &str) {
        let Some(meaning) = part.ready() else {
            return self.missing("Meaning", part);
        };
        if meaning.drift.is_none() && meaning.central.is_none() {
            self.heading("Meaning", String::new());
            self.note("there are too few sentences to compare");
            return;
        }
        let note = format!("sentence vectors; {} shows the cosines", self.open);
        self.heading("Meaning", note);
        let sentences = &meaning.sentences;
        let central = meaning.central.and_then(|i| sentences.get(i));
        let farthest = sentences
            .iter()
            .filter_map(|s| Some((s, s.drift?)))
            .max_by(|a, b| a.1.total_cmp(&b.1));
        let told = [
            ("carries the post", central.map(|s| (s, s.centrality))),
            ("farthest off", farthest.map(|(s, drift)| (s, Some(drift)))),
        ];
        for (what, found) in told {
            let Some((sentence, Some(value))) = found else {
                continue;
            };
            let place = Span::new(sentence.start, sentence.end);
            let shown = text.get(place.start..place.end).unwrap_or_default();
            self.push(
                vec![
                    Piece::raw(format!(" {what:<17}{value:.2} ")),
                    Piece::styled(head_of(shown, self.width).to_owned(), self.theme.faint),
                ],
                Target::Place(place),
            );
        }
        if let Some(drift) = meaning.drift {
            let row = format!(" {:<17}{drift:.2} from the opening to the rest", "drift");
            self.push(vec![Piece::raw(row)], Target::Explain(Topic::Meaning));
        }
        let topics: Vec<&str> = meaning
            .keywords
            .chosen
            .iter()
            .map(|c| c.text.as_str())
            .collect();
        if let (Some(diversity), false) = (meaning.keywords.diversity, topics.is_empty()) {
            self.push(
                vec![
                    Piece::raw(format!(" {:<17}{diversity:.2} ", "topics differ by")),
                    Piece::styled(topics.join(" · "), self.theme.faint),
                ],
                Target::Explain(Topic::Meaning),
            );
        }
    }

    fn findings(&mut self, part: &Part<Vec<LocatedFinding>>, gap: Option<&String>) {
        let Some(findings) = part.ready() else {
            return self.missing("Findings", part);
        };
        let note = match findings.len() {
            0 => "none".to_owned(),
            n => format!("{n}; {} goes there and tells all", self.open),
        };
        self.heading("Findings", note);
        for (index, f) in findings.iter().enumerate() {
            let style = self.theme.severity(f.severity);
            let head = format!(
                " {} {}:{} ",
                severity_mark(f.severity),
                f.span.line,
                f.span.column
            );
            let mut message = f.message.clone();
            if let Some(fix) = f.replacements.first() {
                message = format!(
                    "{message} → {}",
                    if fix.is_empty() { "delete" } else { fix }
                );
            }
            self.push(
                vec![Piece::styled(head, style), Piece::raw(message)],
                Target::Finding(index),
            );
        }
        if let Some(reason) = gap {
            self.note(&format!("grammar: {reason}"));
        }
    }

    /// The post as a phone shows it before the fold.
    fn preview(&mut self, rows: &[Line<'static>]) {
        let note = format!("phone, folded; {} opens it", self.open);
        self.heading("Preview", note);
        for line in rows {
            let pieces = std::iter::once(Piece::raw(" ")).chain(line.spans.iter().cloned());
            self.push(pieces.collect(), Target::Preview);
        }
    }
}

/// The first bytes of `text`: enough to fill `width` columns and more, whatever it is made of.
pub(super) fn head_of(text: &str, width: usize) -> &str {
    &text[..text.floor_char_boundary(8 * (width + 1))]
}

//! A report for a reader.

use std::borrow::Cow;
use std::io::{self, Write};

use anstyle::{AnsiColor, Reset, Style};

use crate::analysis::engagement::{Driver, Engagement};
use crate::analysis::explain::Explanation;
use crate::analysis::meaning::Meaning;
use crate::analysis::readability::Readability;
use crate::analysis::report::{LocatedFinding, Scores, Sentiment};
use crate::analysis::sentiment::{Effect, Trace};
use crate::analysis::structure::Structure;
use crate::analysis::text::TextStats;
use crate::analysis::{Part, Report, Severity};
use crate::post::plain::{Hidden, hidden};
use crate::tui::units::counted;

use super::own::Beside;

pub(super) const PLAIN: Reset = Reset;
pub(super) const BOLD: Style = Style::new().bold();
pub(super) const FAINT: Style = Style::new().dimmed();
pub(super) const BAD: Style = AnsiColor::Red.on_default().bold();
pub(super) const GOOD: Style = AnsiColor::Green.on_default();

/// The colour of a severity; its name always stands beside it.
pub(super) fn severity_style(severity: Severity) -> Style {
    match severity {
        Severity::Hint => AnsiColor::Cyan.on_default(),
        Severity::Warning => AnsiColor::Yellow.on_default(),
        Severity::Error => BAD,
    }
}

/// `text` without what a terminal would act on: controls but those in `keep`, and the controls that
/// reorder what is shown, are named in their place. Where LF is kept, CRLF breaks the line as it does.
pub(super) fn shown<'a>(text: &'a str, keep: &[char]) -> Cow<'a, str> {
    let acts =
        |c: char| (c.is_control() && !keep.contains(&c)) || matches!(hidden(c), Some(Hidden::Bidi));
    if !text.contains(acts) {
        return text.into();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        // A piece of a text may end within a line break.
        let is_break = c == '\r' && matches!(rest.as_str().chars().next(), None | Some('\n'));
        if is_break && keep.contains(&'\n') {
            continue;
        }
        if acts(c) {
            out.push_str(&format!("<U+{:04X}>", c as u32));
        } else {
            out.push(c);
        }
    }
    out.into()
}

/// Prints the report on the post called `name`, with what stands beside it.
pub(super) fn report(
    out: &mut impl Write,
    (name, input): (&str, &str),
    report: &Report,
    own: Option<&Beside<'_>>,
) -> io::Result<()> {
    let name = &*shown(name, &[]);
    writeln!(out, "{BOLD}{name}{PLAIN}")?;
    if let Some(text) = report.text.ready() {
        text_lines(out, text)?;
    }
    if let Some(language) = report.language.ready() {
        writeln!(
            out,
            "  language     {} ({:.2})",
            language.code, language.confidence
        )?;
    }
    if let Some(scores) = report.scores.ready() {
        score_line(out, scores)?;
    }
    if let Some(sentiment) = report.sentiment.ready() {
        sentiment_lines(out, sentiment, input)?;
    }
    if let Some(readability) = report.readability.ready() {
        readability_lines(out, readability)?;
    }
    if let Some(keywords) = report.keywords.ready().filter(|k| !k.is_empty()) {
        let texts: Vec<_> = keywords
            .iter()
            .take(10)
            .map(|k| format!("{} {:.2}", shown(&k.text, &[]), k.score))
            .collect();
        writeln!(out, "  keywords     {}", texts.join(" · "))?;
    }
    if let Some(structure) = report.structure.ready() {
        structure_lines(out, structure)?;
    }
    if let Some(told) = report.engagement.ready() {
        engagement_lines(out, told, input)?;
    }
    if let Some(own) = own {
        own.lines(out)?;
    }
    if let Some(meaning) = report.meaning.ready() {
        meaning_lines(out, meaning, input)?;
    }
    if let Part::Ready(findings) = &report.findings {
        findings_lines(out, name, findings)?;
    }
    if let Some(explain) = &report.explain {
        explain_lines(out, explain)?;
    }
    for (part, reason) in report.unavailable() {
        let reason = shown(reason, &[]);
        writeln!(out, "  {FAINT}no {part}: {reason}{PLAIN}")?;
    }
    writeln!(out)
}

fn text_lines(out: &mut impl Write, text: &TextStats) -> io::Result<()> {
    let style = if text.over_by > 0 { BAD } else { Style::new() };
    let over = if text.over_by > 0 {
        format!(" ({} over)", text.over_by)
    } else {
        String::new()
    };
    writeln!(
        out,
        "  length       {style}{} of {}{over}{PLAIN} UTF-16 units · {} · {} · {} · {}",
        text.utf16_units,
        text.limit,
        counted(text.graphemes, "character"),
        counted(text.words, "word"),
        counted(text.sentences, "sentence"),
        counted(text.paragraphs, "paragraph")
    )?;
    let fold = |f: &crate::analysis::text::Fold| last_words(&f.visible);
    writeln!(
        out,
        "  fold         desktop ends in “{}”, mobile in “{}”",
        fold(&text.fold.desktop),
        fold(&text.fold.mobile)
    )
}

/// The end of what is seen, enough to find it.
fn last_words(visible: &str) -> String {
    let words: Vec<&str> = visible.split_whitespace().collect();
    let from = words.len().saturating_sub(4);
    let lead = if from > 0 { "… " } else { "" };
    format!("{lead}{}", shown(&words[from..].join(" "), &[]))
}

/// The start of a sentence, enough to find it.
fn first_words(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let tail = if words.len() > 8 { " …" } else { "" };
    format!(
        "{}{tail}",
        shown(&words[..words.len().min(8)].join(" "), &[])
    )
}

fn score_line(out: &mut impl Write, scores: &Scores) -> io::Result<()> {
    write!(
        out,
        "  scores       {BOLD}overall {:.0}{PLAIN}",
        scores.overall
    )?;
    for facet in &scores.facets {
        write!(out, " · {} {:.0}", facet.facet.name(), facet.score)?;
    }
    writeln!(out)
}

fn sentiment_lines(out: &mut impl Write, sentiment: &Sentiment, input: &str) -> io::Result<()> {
    let p = sentiment.lexical;
    writeln!(
        out,
        "  sentiment    {:+.4} (neg {:.3}, neu {:.3}, pos {:.3})",
        p.compound, p.neg, p.neu, p.pos
    )?;
    if let Some(told) = &sentiment.neural {
        let p = told.probabilities;
        writeln!(
            out,
            "  trained head {:+.4} {} (neg {:.3}, neu {:.3}, pos {:.3})",
            told.score,
            told.label.name(),
            p.negative,
            p.neutral,
            p.positive
        )?;
    }
    let by = |a: &&crate::analysis::report::SentenceSentiment,
              b: &&crate::analysis::report::SentenceSentiment| {
        a.lexical.compound.total_cmp(&b.lexical.compound)
    };
    let lowest = sentiment
        .sentences
        .iter()
        .min_by(by)
        .filter(|s| s.lexical.compound < 0.0);
    let highest = sentiment
        .sentences
        .iter()
        .max_by(by)
        .filter(|s| s.lexical.compound > 0.0);
    for (word, found) in [("highest", highest), ("lowest", lowest)] {
        if let Some(s) = found {
            let text = shortened(&input[s.start..s.end], 60);
            writeln!(
                out,
                "    {word:<8} {:+.4} {FAINT}{text}{PLAIN}",
                s.lexical.compound
            )?;
        }
    }
    Ok(())
}

/// At most `most` characters, on one line.
fn shortened(text: &str, most: usize) -> String {
    let flat: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    match flat.char_indices().nth(most) {
        Some((at, _)) => format!("{}…", shown(flat[..at].trim_end(), &[])),
        None => shown(&flat, &[]).into_owned(),
    }
}

/// Drivers told.
const DRIVERS: usize = 5;

fn engagement_lines(out: &mut impl Write, told: &Engagement, input: &str) -> io::Result<()> {
    let [low, high] = told.interval;
    writeln!(
        out,
        "  engagement   percentile {:.0} among the author's posts, 4 of 5 from {low:.0} to \
         {high:.0} (lift {:+.2}, skill {:.2} of 1)",
        told.percentile, told.lift, told.skill
    )?;
    for driver in told.drivers.iter().take(DRIVERS) {
        let what = match driver {
            Driver::Sentence { start, end, .. } => {
                format!("“{}”", first_words(&input[*start..*end]))
            }
            Driver::Feature {
                name, value, usual, ..
            } => format!("{name} {value:.2}, usually {usual:.2}"),
        };
        writeln!(out, "    {:+.2}      {FAINT}{what}{PLAIN}", driver.effect())?;
    }
    Ok(())
}

fn meaning_lines(out: &mut impl Write, meaning: &Meaning, input: &str) -> io::Result<()> {
    let central = meaning.central.and_then(|i| meaning.sentences.get(i));
    if let Some(sentence) = central {
        let text = &input[sentence.start..sentence.end];
        writeln!(
            out,
            "  carried by   “{}” (mean cosine with the others {:.2})",
            first_words(text),
            sentence.centrality.unwrap_or_default()
        )?;
    }
    if let Some(drift) = meaning.drift {
        writeln!(
            out,
            "  drift        {drift:.2} from the opening to the rest"
        )?;
    }
    let chosen: Vec<_> = meaning
        .keywords
        .chosen
        .iter()
        .map(|c| shown(&c.text, &[]))
        .collect();
    if let (false, Some(diversity)) = (chosen.is_empty(), meaning.keywords.diversity) {
        let chosen = chosen.join(" · ");
        writeln!(out, "  topics       {chosen} (diversity {diversity:.2})")?;
    }
    Ok(())
}

fn readability_lines(out: &mut impl Write, r: &Readability) -> io::Result<()> {
    let standard = r
        .text_standard
        .map_or("–".to_owned(), |g| format!("{g:.0}"));
    writeln!(
        out,
        "  readability  grade {standard} · Flesch ease {:.1} · Flesch-Kincaid {:.1} · Fog {:.1} · SMOG {:.1} · ARI {:.1} · Coleman-Liau {:.1}",
        r.flesch_reading_ease,
        r.flesch_kincaid_grade,
        r.gunning_fog,
        r.smog_index,
        r.automated_readability_index,
        r.coleman_liau_index
    )?;
    writeln!(
        out,
        "               Dale-Chall {:.1} · Linsear {:.1} · Spache {:.1} · LIX {:.0} · RIX {:.1} · EFLAW {:.0}",
        r.dale_chall_readability_score,
        r.linsear_write_formula,
        r.spache_readability,
        r.lix,
        r.rix,
        r.mcalpine_eflaw
    )
}

fn structure_lines(out: &mut impl Write, structure: &Structure) -> io::Result<()> {
    let mut parts = Vec::new();
    if let Some(hook) = &structure.hook {
        let marks = [
            (hook.question, "question"),
            (hook.number, "number"),
            (hook.contrast, "contrast"),
            (hook.claim, "claim"),
            (!hook.fits_mobile_fold, "longer than a phone shows"),
        ];
        let marks: Vec<_> = marks
            .iter()
            .filter(|(on, _)| *on)
            .map(|(_, name)| *name)
            .collect();
        let marks = if marks.is_empty() {
            "plain".to_owned()
        } else {
            marks.join(", ")
        };
        parts.push(format!("hook of {} ({marks})", counted(hook.words, "word")));
    }
    let call = structure.call_to_action.as_ref();
    parts.push(call.map_or("no call to action".to_owned(), |c| {
        format!("asks: {}", shortened(&c.text, 40))
    }));
    parts.push(format!(
        "{:.0} words a sentence",
        structure.rhythm.mean_words
    ));
    for (count, what) in [
        (structure.hashtags.len(), "hashtag"),
        (structure.mentions.len(), "mention"),
        (structure.links.len(), "link"),
        (structure.lists.len(), "list"),
    ] {
        if count > 0 {
            parts.push(counted(count, what));
        }
    }
    parts.push(format!("{:.0} s to read", structure.reading_time_s));
    writeln!(out, "  structure    {}", parts.join(" · "))
}

fn findings_lines(out: &mut impl Write, name: &str, findings: &[LocatedFinding]) -> io::Result<()> {
    writeln!(out, "  findings     {}", findings.len())?;
    for f in findings {
        let style = severity_style(f.severity);
        writeln!(
            out,
            "{name}:{}:{}: {style}{}{PLAIN} {} {FAINT}[{}]{PLAIN}",
            f.span.line,
            f.span.column,
            f.severity.name(),
            shown(&f.message, &[]),
            f.rule
        )?;
    }
    Ok(())
}

fn explain_lines(out: &mut impl Write, explain: &Explanation) -> io::Result<()> {
    if let Some(overall) = &explain.overall {
        writeln!(out, "  overall = {overall}")?;
    }
    for facet in &explain.facets {
        writeln!(
            out,
            "  {} = 100 - … = {:.2}",
            facet.facet.name(),
            facet.score
        )?;
        for term in &facet.terms {
            writeln!(
                out,
                "    {:>7.2}  {}: {}",
                term.points, term.label, term.detail
            )?;
        }
    }
    if let Some(trace) = &explain.engagement {
        writeln!(out, "  engagement: {}", trace.percentile)?;
        writeln!(out, "    skill: {}", trace.skill)?;
    }
    if let Some(trace) = &explain.neural {
        writeln!(out, "  trained head: Σ share × log-odds (neg, neu, pos)")?;
        for part in &trace.sentences {
            let [neg, neu, pos] = part.logits;
            writeln!(
                out,
                "    {:.3} × ({neg:.2}, {neu:.2}, {pos:.2})",
                part.share
            )?;
        }
        let [neg, neu, pos] = trace.logits;
        writeln!(
            out,
            "    = ({neg:.2}, {neu:.2}, {pos:.2}), probabilities e^x / Σ e^x"
        )?;
    }
    if let Some(drift) = explain.meaning.as_ref().and_then(|m| m.drift.as_ref()) {
        writeln!(out, "    drift: {drift}")?;
    }
    for f in &explain.readability {
        writeln!(
            out,
            "  {} = {} = {:.4} {FAINT}[{}]{PLAIN}",
            f.metric, f.expression, f.value, f.source
        )?;
    }
    if let Some(trace) = &explain.sentiment {
        trace_lines(out, "sentiment", trace)?;
    }
    for (number, trace) in explain.sentences.iter().enumerate() {
        trace_lines(out, &format!("sentence {}", number + 1), trace)?;
    }
    Ok(())
}

fn trace_lines(out: &mut impl Write, name: &str, trace: &Trace) -> io::Result<()> {
    writeln!(
        out,
        "  {name} = {e:.4} / √({e:.4}² + 15) = {:.4}, from a sum of {:.4} and {:.3} for punctuation",
        trace.compound,
        trace.sum,
        trace.exclamation + trace.question,
        e = trace.emphasised,
    )?;
    for token in trace
        .tokens
        .iter()
        .filter(|t| t.listed.is_some() || !t.adjustments.is_empty())
    {
        let text = shown(&token.text, &[]);
        write!(out, "    {:>7.3}  {text}", token.valence)?;
        if let Some(listed) = token.listed {
            write!(out, " {FAINT}listed {listed}{PLAIN}")?;
        }
        for a in &token.adjustments {
            let rule = a.rule.name();
            match a.effect {
                Effect::Add(d) => write!(out, " {FAINT}{rule} {d:+.3}{PLAIN}")?,
                Effect::Multiply(f) => write!(out, " {FAINT}{rule} ×{f}{PLAIN}")?,
                Effect::Replace(v) => write!(out, " {FAINT}{rule} ={v}{PLAIN}")?,
            }
        }
        writeln!(out)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_reaches_the_terminal_that_it_would_act_on() {
        assert_eq!(
            shown("a\x1b[31mb\u{202e}c\n", &['\n']),
            "a<U+001B>[31mb<U+202E>c\n"
        );
        assert_eq!(shown("\u{9b}x\n", &[]), "<U+009B>x<U+000A>");
        assert_eq!(shown("a\r\n\rb\r", &['\n']), "a\n<U+000D>b");
        assert_eq!(shown("a\r\n", &[]), "a<U+000D><U+000A>");
        assert!(matches!(shown("plain é 👩‍💻", &[]), Cow::Borrowed(_)));
    }
}

//! Operators that are a table of phrases: tighten, hedges, nominalisations, tone.

use std::fmt::Write;
use std::sync::LazyLock;

use super::Operator;
use crate::analysis::rules;
use crate::analysis::rules::edit;
use crate::analysis::rules::phrases::PhraseTable;
use crate::rewrite::draft::Draft;
use crate::rewrite::edit::Edit;
use crate::rewrite::options::{Options, Tone};

/// Wordy phrases and intensifiers: the same tables and edits as the findings of the rules.
pub(super) fn tighten(draft: &Draft, options: &Options) -> Vec<Edit> {
    findings(Operator::Tighten, draft, options)
}

/// Hedges that the rules know how to delete or shorten.
pub(super) fn drop_hedges(draft: &Draft, options: &Options) -> Vec<Edit> {
    findings(Operator::DropHedges, draft, options)
}

fn findings(operator: Operator, draft: &Draft, options: &Options) -> Vec<Edit> {
    let mut out = Vec::new();
    for (start, line) in draft.written() {
        for finding in rules::line_findings(line.text, line.parsed, &options.rules) {
            let first = finding.replacements.first();
            let ours = operator.rules().contains(&finding.rule.as_ref());
            let Some(with) = first.filter(|_| ours) else {
                continue;
            };
            let mut edit = operator.edit(draft, finding.span.shifted(start), with.as_str());
            edit.why = finding.message;
            out.push(edit);
        }
    }
    out
}

/// Forms of the light verbs: base, past, -ing, third person, participle.
const LIGHT: [[&str; 5]; 21] = [
    ["make", "made", "making", "makes", "made"],
    ["give", "gave", "giving", "gives", "given"],
    ["have", "had", "having", "has", "had"],
    ["take", "took", "taking", "takes", "taken"],
    ["do", "did", "doing", "does", "done"],
    ["come", "came", "coming", "comes", "come"],
    ["provide", "provided", "providing", "provides", "provided"],
    ["offer", "offered", "offering", "offers", "offered"],
    [
        "conduct",
        "conducted",
        "conducting",
        "conducts",
        "conducted",
    ],
    [
        "perform",
        "performed",
        "performing",
        "performs",
        "performed",
    ],
    ["gain", "gained", "gaining", "gains", "gained"],
    ["get", "got", "getting", "gets", "got"],
    ["hold", "held", "holding", "holds", "held"],
    ["pay", "paid", "paying", "pays", "paid"],
    ["place", "placed", "placing", "places", "placed"],
    ["put", "put", "putting", "puts", "put"],
    ["achieve", "achieved", "achieving", "achieves", "achieved"],
    ["reach", "reached", "reaching", "reaches", "reached"],
    [
        "carry out",
        "carried out",
        "carrying out",
        "carries out",
        "carried out",
    ],
    [
        "express",
        "expressed",
        "expressing",
        "expresses",
        "expressed",
    ],
    [
        "undertake",
        "undertook",
        "undertaking",
        "undertakes",
        "undertaken",
    ],
];

/// Every form of every nominalisation, as lines of a phrase table.
static VERB_LINES: LazyLock<String> = LazyLock::new(|| {
    let mut out = String::new();
    let rows = include_str!("data/nominal.txt").lines();
    for row in rows.filter(|l| !l.starts_with('#')) {
        let cells: Vec<&str> = row.split(';').map(str::trim).collect();
        let [light, noun, forms, tail] = cells[..] else {
            unreachable!("row {row:?}; a test parses the table");
        };
        let forms: Vec<&str> = forms.split(' ').collect();
        for light in LIGHT.iter().filter(|l| l[0] == light) {
            for (i, form) in light.iter().enumerate() {
                if light[..i].contains(form) {
                    continue;
                }
                let verb = forms.get(i).unwrap_or(&forms[1]);
                // Behind "be" it is the noun that is made, given or had; behind "have" stands the
                // participle, which the verb may have for itself.
                let guard = match i {
                    0 | 3 => "",
                    1 if forms.len() > 4 => {
                        " ; not after @be have has had i've we've you've they've he'd she'd"
                    }
                    _ => " ; not after @be",
                };
                let tail = if tail.is_empty() {
                    String::new()
                } else {
                    format!(" {tail}")
                };
                // Writing to a String cannot fail.
                writeln!(out, "{form} {noun} -> {verb}{tail}{guard}").expect("a String takes all");
            }
        }
    }
    out
});

static VERBS: LazyLock<PhraseTable<()>> =
    LazyLock::new(|| PhraseTable::new(VERB_LINES.lines().map(|l| ((), l))));
static WARMER: LazyLock<PhraseTable<()>> = LazyLock::new(|| table(include_str!("data/warmer.txt")));
static PLAINER: LazyLock<PhraseTable<()>> =
    LazyLock::new(|| table(include_str!("data/plainer.txt")));
static FORMAL: LazyLock<PhraseTable<()>> = LazyLock::new(|| table(include_str!("data/formal.txt")));

fn table(lines: &'static str) -> PhraseTable<()> {
    PhraseTable::new(lines.lines().map(|l| ((), l)))
}

/// "Make a decision to" as "decide to".
pub(super) fn verbs(draft: &Draft) -> Vec<Edit> {
    edits(Operator::Verbs, draft, &VERBS)
}

/// Words of the tone that is asked for.
pub(super) fn tone(draft: &Draft, options: &Options) -> Vec<Edit> {
    let table = match options.tone {
        None => return Vec::new(),
        Some(Tone::Warmer) => &WARMER,
        Some(Tone::Plainer) => &PLAINER,
        Some(Tone::MoreFormal) => &FORMAL,
    };
    edits(Operator::Tone, draft, table)
}

fn edits(operator: Operator, draft: &Draft, table: &PhraseTable<()>) -> Vec<Edit> {
    let mut out = Vec::new();
    for (start, line) in draft.written() {
        for hit in table.hits(&line.lower) {
            let edit = edit::replace(&line, hit.span, &hit.phrase.replacements);
            let span = line.to_line(edit.span).shifted(start);
            out.extend(
                edit.replacements
                    .first()
                    .map(|with| operator.edit(draft, span, with.as_str())),
            );
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_hold_light_verbs_that_are_known_and_every_form() {
        let rows = include_str!("data/nominal.txt")
            .lines()
            .filter(|l| !l.starts_with('#'));
        for row in rows {
            let light = row.split(';').next().unwrap().trim();
            assert!(LIGHT.iter().any(|l| l[0] == light), "{row}");
        }
        assert!(VERB_LINES.contains("gave an explanation of -> explained ; not after @be"));
        assert!(VERB_LINES.contains("given an answer to -> answered"));
        assert!(!VERBS.hits("we made a decision to go").is_empty());
    }

    #[test]
    fn a_tone_never_offers_what_it_would_change_again() {
        for (name, lines, table) in [
            ("warmer", include_str!("data/warmer.txt"), &WARMER),
            ("plainer", include_str!("data/plainer.txt"), &PLAINER),
            ("formal", include_str!("data/formal.txt"), &FORMAL),
        ] {
            for line in lines.lines().filter(|l| !l.starts_with('#')) {
                let (_, with) = line.split_once("->").expect("an arrow");
                let with = with.split(" ; ").next().unwrap().trim().to_lowercase();
                assert!(table.hits(&with).is_empty(), "{name}: {line}");
            }
        }
    }
}

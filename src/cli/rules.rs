//! `postwright rules`

use std::io::Write;

use serde_json::json;

use crate::analysis::grammar::{Checker, Words};
use crate::analysis::rules;

use super::args::{Common, ListFormat, RulesArgs};
use super::human::{FAINT, PLAIN, severity_style};
use super::{Outcome, load_config};

const HARPER: &str = "harper-core 3.0";

pub(super) fn run(common: &Common, args: &RulesArgs) -> anyhow::Result<Outcome> {
    let config = load_config(common, Vec::new())?.config;
    let theirs = Checker::new(Words::new(Vec::<String>::new()), config.analysis.dialect).rules();
    let mut out = anstream::stdout().lock();
    match args.format {
        ListFormat::Human => {
            for rule in rules::rules() {
                let style = severity_style(rule.severity);
                writeln!(
                    out,
                    "{:<32} {style}{:<7}{PLAIN} {} {FAINT}[{}]{PLAIN}",
                    rule.id,
                    rule.severity.name(),
                    rule.summary,
                    rule.source
                )?;
            }
            for (id, summary) in theirs {
                writeln!(out, "{id:<40} {summary} {FAINT}[{HARPER}]{PLAIN}")?;
            }
        }
        ListFormat::Json => {
            let ours = rules::rules().iter().map(|r| {
                json!({"rule": r.id, "severity": r.severity, "summary": r.summary, "source": r.source})
            });
            let theirs = theirs.iter().map(|(id, summary)| {
                json!({"rule": id, "severity": null, "summary": summary, "source": HARPER})
            });
            let all: Vec<_> = ours.chain(theirs).collect();
            serde_json::to_writer_pretty(&mut out, &all)?;
            writeln!(out)?;
        }
    }
    Ok(Outcome::Fine)
}

//! `postwright feedback`

use std::io::Write;

use crate::store::user::FeedbackKind;
use crate::tui::suggestions::replayed;
use crate::tui::units::counted;

use super::Outcome;
use super::args::{FeedbackAction, FeedbackArgs, ListFormat};
use super::history::store;

pub(super) fn run(args: &FeedbackArgs) -> anyhow::Result<Outcome> {
    let mut out = anstream::stdout().lock();
    match &args.action {
        FeedbackAction::Show { format } => {
            let decisions = store()?.feedback()?;
            let beliefs = replayed(&decisions).beliefs();
            if *format == ListFormat::Json {
                serde_json::to_writer_pretty(&mut out, &beliefs)?;
                writeln!(out)?;
                return Ok(Outcome::Fine);
            }
            let undone = decisions
                .iter()
                .filter(|d| d.kind == FeedbackKind::TakenBack);
            let undone = match undone.count() {
                0 => String::new(),
                n => format!(", {n} of them an acceptance taken back by undo"),
            };
            writeln!(
                out,
                "{}{undone}; of each operator, how likely you are to take it:",
                counted(decisions.len(), "decision")
            )?;
            for belief in beliefs {
                writeln!(
                    out,
                    "{:<16} {:.2}  (9 of 10 from {:.2} to {:.2})  {}",
                    belief.operator,
                    belief.mean,
                    belief.interval[0],
                    belief.interval[1],
                    belief.explanation
                )?;
            }
        }
        FeedbackAction::Export => {
            serde_json::to_writer_pretty(&mut out, &store()?.feedback()?)?;
            writeln!(out)?;
        }
        FeedbackAction::Reset => {
            store()?.clear_feedback()?;
            writeln!(out, "forgot every decision; the order is as shipped")?;
        }
    }
    Ok(Outcome::Fine)
}

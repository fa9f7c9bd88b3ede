//! `postwright feedback`

use std::io::Write;

use crate::learning::ranking::{Acceptance, Decision, Priors, Verdict};
use crate::store::user::{Feedback, FeedbackKind};

use super::Outcome;
use super::args::{FeedbackAction, FeedbackArgs, ListFormat};
use super::history::store;

pub(super) fn run(args: &FeedbackArgs) -> anyhow::Result<Outcome> {
    let mut out = anstream::stdout().lock();
    match &args.action {
        FeedbackAction::Show { format } => {
            let decisions: Vec<Decision> = store()?.feedback()?.iter().map(decision).collect();
            let learnt = Acceptance::replay(Priors::default(), &decisions);
            let beliefs = learnt.beliefs();
            if *format == ListFormat::Json {
                serde_json::to_writer_pretty(&mut out, &beliefs)?;
                writeln!(out)?;
                return Ok(Outcome::Fine);
            }
            writeln!(
                out,
                "{} decisions; of each operator, how likely you are to take it:",
                decisions.len()
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

fn decision(feedback: &Feedback) -> Decision {
    Decision {
        operator: feedback.operator.clone(),
        verdict: match feedback.kind {
            FeedbackKind::Accepted => Verdict::Accepted,
            FeedbackKind::Rejected { .. } => Verdict::Rejected,
            FeedbackKind::EditedAfter => Verdict::EditedAfter,
        },
    }
}

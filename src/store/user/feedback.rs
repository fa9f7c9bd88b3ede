//! What the writer made of proposals.

use redb::{ReadableTable, ReadableTableMetadata};
use serde::{Deserialize, Serialize};

use super::session::Done;
use super::tables::FEEDBACK;
use super::{UserError, UserStore, seal};

/// What the writer did with a proposal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FeedbackKind {
    /// Took it.
    Accepted,
    /// Turned it down.
    Rejected {
        /// Why, in the writer's words.
        reason: Option<String>,
    },
    /// Took it and then changed it by hand.
    EditedAfter,
    /// Took it and then took that back, by undoing it.
    TakenBack,
}

/// What the writer did with one proposal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Feedback {
    /// When, in milliseconds since 1970 UTC.
    pub at: u64,
    /// The operator that made the proposal.
    pub operator: String,
    /// What the writer did.
    pub kind: FeedbackKind,
    /// What the proposal was to improve.
    pub goal: String,
    /// By how much it would, in the goal's unit; finite.
    pub gain: f64,
    /// The document.
    pub document: String,
}

impl UserStore {
    /// Appends feedback. Beyond [`Limits::feedback`](super::Limits::feedback) the oldest goes.
    ///
    /// # Errors
    /// Where a gain is not finite, or the file cannot be used; nothing is appended then.
    pub fn append_feedback(&self, feedback: &[Feedback]) -> Result<(), UserError> {
        if let Some(bad) = feedback.iter().find(|f| !f.gain.is_finite()) {
            return Err(UserError::NotFinite {
                what: format!("gain of {}", bad.operator),
                value: bad.gain,
            });
        }
        self.write(|transaction| {
            if feedback.is_empty() {
                return Ok(Done::Same(()));
            }
            let mut table = transaction.open_table(FEEDBACK)?;
            let last = table.last()?.map(|(place, _)| place.value());
            for (place, item) in (last.map_or(0, |p| p + 1)..).zip(feedback) {
                table.insert(place, seal::json(item)?.as_slice())?;
            }
            while table.len()? > self.limits.feedback {
                table.pop_first()?;
            }
            Ok(Done::Changed(()))
        })
    }

    /// All feedback, in the order in which it was appended.
    ///
    /// # Errors
    /// Where the file cannot be used.
    pub fn feedback(&self) -> Result<Vec<Feedback>, UserError> {
        self.read(|transaction| {
            let table = transaction.open_table(FEEDBACK)?;
            let rows = table.iter()?.map(|row| {
                let (place, bytes) = row?;
                seal::read_json(bytes.value(), &format!("feedback {}", place.value()))
            });
            rows.collect()
        })
    }

    /// How much feedback there is.
    ///
    /// # Errors
    /// Where the file cannot be used.
    pub fn feedback_count(&self) -> Result<u64, UserError> {
        self.read(|transaction| Ok(transaction.open_table(FEEDBACK)?.len()?))
    }

    /// Removes all feedback.
    ///
    /// # Errors
    /// Where the file cannot be used.
    pub fn clear_feedback(&self) -> Result<(), UserError> {
        self.clear(FEEDBACK)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::Desk;
    use super::*;
    use crate::store::user::Limits;

    fn feedback(at: u64, kind: FeedbackKind) -> Feedback {
        Feedback {
            at,
            operator: "shorten".into(),
            kind,
            goal: "readability".into(),
            gain: 0.1 + 0.2,
            document: "/post.md".into(),
        }
    }

    #[test]
    fn feedback_is_kept_in_its_order_until_it_is_cleared() {
        let desk = Desk::new();
        let rejected = FeedbackKind::Rejected {
            reason: Some("not my voice".into()),
        };
        let all = [
            feedback(3, FeedbackKind::Accepted),
            feedback(1, rejected),
            feedback(2, FeedbackKind::Rejected { reason: None }),
            feedback(2, FeedbackKind::EditedAfter),
            feedback(2, FeedbackKind::TakenBack),
        ];
        assert_eq!(desk.store.feedback().unwrap(), []);
        desk.store.append_feedback(&all[..1]).unwrap();
        desk.store.append_feedback(&[]).unwrap();
        desk.store.append_feedback(&all[1..]).unwrap();
        assert_eq!(desk.store.feedback().unwrap(), all);
        assert_eq!(desk.store.feedback_count().unwrap(), 5);
        desk.store.clear_feedback().unwrap();
        desk.store.clear_feedback().unwrap();
        assert_eq!(desk.store.feedback_count().unwrap(), 0);
    }

    #[test]
    fn the_oldest_feedback_goes_and_a_bad_gain_keeps_all_out() {
        let desk = Desk::with(Limits {
            feedback: 5,
            ..Limits::default()
        });
        let of = |range: std::ops::Range<u64>| -> Vec<Feedback> {
            range
                .map(|at| feedback(at, FeedbackKind::Accepted))
                .collect()
        };
        desk.store.append_feedback(&of(0..3)).unwrap();
        desk.store.append_feedback(&of(3..7)).unwrap();
        assert_eq!(desk.store.feedback().unwrap(), of(2..7));
        desk.store.append_feedback(&of(7..20)).unwrap();
        assert_eq!(desk.store.feedback().unwrap(), of(15..20));
        let mut bad = of(20..22);
        bad[1].gain = f64::NAN;
        let error = desk.store.append_feedback(&bad).unwrap_err();
        assert!(error.to_string().contains("gain of shorten"), "{error}");
        assert_eq!(desk.store.feedback().unwrap(), of(15..20));
    }
}

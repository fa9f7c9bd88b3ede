//! What the writer makes of suggestions, kept and read back.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::store::user::{Feedback, UserError, UserStore};

use super::super::app::Input;
use super::super::arrival::Arrival;
use super::super::suggestions::replayed;
use super::Runner;

impl Runner<'_, '_> {
    /// Keeps `feedback`, where there is any, then tells what all of it says.
    pub(super) fn learn(&self, mut feedback: Vec<Feedback>) {
        let Some(store) = self.desk.options.feedback.clone() else {
            return;
        };
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        // A clock before 1970 or far beyond tells no time.
        let at = now.map_or(0, |d| u64::try_from(d.as_millis()).unwrap_or_default());
        feedback.iter_mut().for_each(|f| f.at = at);
        self.off_thread(move || {
            let all = keep(&store, &feedback);
            let told = all.map(|all| Box::new(replayed(&all)));
            Arrival::Input(Input::Learned(told.map_err(|e| e.to_string())))
        });
    }
}

fn keep(store: &UserStore, feedback: &[Feedback]) -> Result<Vec<Feedback>, UserError> {
    if !feedback.is_empty() {
        store.append_feedback(feedback)?;
    }
    store.feedback()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::user::FeedbackKind;

    #[test]
    fn what_is_kept_ranks_and_reading_alone_makes_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let store = UserStore::new(folder.path());
        assert_eq!(keep(&store, &[]).unwrap(), []);
        assert!(!store.path().exists());
        let told = Feedback {
            at: 1,
            operator: "fix:style/wordiness".to_owned(),
            kind: FeedbackKind::Accepted,
            goal: "overall".to_owned(),
            gain: 0.4,
            document: "post.md".to_owned(),
        };
        let edited = Feedback {
            kind: FeedbackKind::EditedAfter,
            ..told.clone()
        };
        keep(&store, &[told]).unwrap();
        let all = keep(&store, &[edited]).unwrap();
        let belief = replayed(&all).belief("fix");
        assert_eq!((belief.accepted, belief.edited), (1, 1));
    }
}

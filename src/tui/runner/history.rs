//! What the writer's past posts say of the forecast, found out while nobody types.

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::analysis::{Mode, Settings};
use crate::engine::{Ask, Cancel, Engine, Lane, tried};
use crate::learning::calibration::Calibration;
use crate::store::user::{Stamp, UserError, UserStore};

use super::super::arrival::Arrival;
use super::Runner;

/// The past posts, as they were last looked at.
#[derive(Default)]
pub(super) struct PastPosts {
    seen: Seen,
    /// Whether they are being looked at.
    is_busy: bool,
    cancel: Cancel,
}

/// What tells whether something is new.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Seen {
    file: Option<Stamp>,
    /// A hash of the posts; none where none are kept.
    posts: Option<u64>,
}

/// What came of a look.
pub(in crate::tui) struct Looked {
    seen: Seen,
    /// What is to be told, where something is new; nothing is told of no posts.
    news: Option<Option<Box<Calibration>>>,
}

impl Looked {
    /// Whether something is new.
    pub(in crate::tui) fn is_news(&self) -> bool {
        self.news.is_some()
    }
}

impl PastPosts {
    /// Takes note of a look, and gives what is to be told.
    pub(super) fn follow(&mut self, looked: Looked) -> Option<Option<Box<Calibration>>> {
        self.is_busy = false;
        self.seen = looked.seen;
        looked.news
    }
}

impl Drop for PastPosts {
    fn drop(&mut self) {
        // The end of the program must not wait for it.
        self.cancel.cancel();
    }
}

impl Runner<'_, '_> {
    /// Looks at the past posts where the file that holds them has changed, one look at a time.
    pub(in crate::tui) fn look_at_history(&mut self) {
        let options = self.desk.options;
        // In parity mode there is no forecast to try.
        if self.past.is_busy || options.settings.mode == Mode::Parity {
            return;
        }
        let Some(store) = options.user.clone() else {
            return;
        };
        self.past.is_busy = true;
        let (engine, settings) = (options.engine.clone(), options.settings.clone());
        let ask = Ask {
            cancel: self.past.cancel.clone(),
            ..Ask::new(Lane::Batch)
        };
        let seen = self.past.seen;
        self.off_thread(move || Arrival::History(look(&store, (&engine, &settings), &ask, seen)));
    }
}

/// Tries the forecast on the posts in `store`, where they are others than `seen`.
fn look(
    store: &UserStore,
    (engine, settings): (&Engine, &Settings),
    ask: &Ask,
    seen: Seen,
) -> Looked {
    let same = Looked { seen, news: None };
    // Before the posts are read: what is written meanwhile is met at the next look.
    let file = store.stamp();
    // Without a model they cannot be tried; the forecast itself says why.
    if file == seen.file || engine.known().is_err() {
        return same;
    }
    let posts = match store.history() {
        Ok(posts) => posts,
        // Another instance is at work, and the next look finds it done.
        Err(UserError::Held { .. }) => return same,
        Err(error) => {
            tracing::warn!("past posts are not read: {error}");
            // The same file would be told of at each look.
            let seen = Seen { file, ..seen };
            return Looked { seen, news: None };
        }
    };
    let now = Seen {
        file,
        posts: (!posts.is_empty()).then(|| {
            let mut hasher = DefaultHasher::new();
            posts.hash(&mut hasher);
            hasher.finish()
        }),
    };
    let looked = |news| Looked { seen: now, news };
    if now.posts == seen.posts {
        // Something else in the file has changed.
        return looked(None);
    }
    if posts.is_empty() {
        return looked(Some(None));
    }
    match tried(engine, settings, ask, &posts) {
        Ok(tried) if tried.gap.is_none() => looked(Some(Some(Box::new(tried.calibration)))),
        // Whatever is in the way now may be gone at the next look.
        Ok(tried) => {
            tracing::debug!("the forecast is not tried on past posts: {:?}", tried.gap);
            same
        }
        Err(error) => {
            tracing::debug!("the forecast is not tried on past posts: {error}");
            same
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::engine::Encoders;
    use crate::learning::calibration::Verdict;
    use crate::model;
    use crate::store::user::{Feedback, FeedbackKind, Past};

    fn past(number: u64) -> Past {
        Past {
            key: number.to_string(),
            date: Some(number),
            text: format!("We learnt lesson {number}. It was a good week for all of us."),
            impressions: Some(1_000),
            reactions: Some(number),
            ..Past::default()
        }
    }

    #[test]
    fn posts_are_tried_again_only_where_they_are_others() {
        let folder = tempfile::tempdir().unwrap();
        let store = UserStore::new(folder.path());
        let engine = Engine::in_memory(Encoders::new(model::Settings::default()));
        let settings = Settings::default();
        let ask = Ask::new(Lane::Batch);
        let mut own = PastPosts::default();
        let mut look = || {
            let looked = look(&store, (&engine, &settings), &ask, own.seen);
            own.is_busy = true;
            let news = own.follow(looked);
            assert!(!own.is_busy);
            news
        };
        assert!(look().is_none(), "there is no file");
        assert!(!store.path().exists());
        let told = Feedback {
            at: 1,
            operator: "tighten".to_owned(),
            kind: FeedbackKind::Accepted,
            goal: "overall".to_owned(),
            gain: 1.0,
            document: "post.md".to_owned(),
        };
        store.append_feedback(std::slice::from_ref(&told)).unwrap();
        assert!(look().is_none(), "no posts, and none before");
        store.upsert_history(&[past(1), past(2)]).unwrap();
        let news = look().unwrap().unwrap();
        assert_eq!(news.verdict, Verdict::TooFew { have: 2, need: 40 });
        assert!(look().is_none(), "nothing has changed");
        store.append_feedback(&[told]).unwrap();
        assert!(look().is_none(), "something else has changed");
        store.upsert_history(&[past(3)]).unwrap();
        assert_eq!(look().unwrap().unwrap().posts, 3);
        store.clear_history().unwrap();
        assert!(look().unwrap().is_none());
        assert!(look().is_none());
    }

    #[test]
    fn a_file_that_cannot_be_read_is_told_of_once() {
        let folder = tempfile::tempdir().unwrap();
        let store = UserStore::new(folder.path());
        std::fs::write(store.path(), "no database").unwrap();
        // Another mode would be mended, which is a change.
        let own = std::fs::Permissions::from_mode(0o600);
        std::fs::set_permissions(store.path(), own).unwrap();
        let engine = Engine::in_memory(Encoders::new(model::Settings::default()));
        let settings = Settings::default();
        let ask = Ask::new(Lane::Batch);
        let looked = look(&store, (&engine, &settings), &ask, Seen::default());
        assert!(!looked.is_news());
        assert_eq!(looked.seen.file, store.stamp(), "only another file is read");
        std::fs::remove_file(store.path()).unwrap();
        store.upsert_history(&[past(1)]).unwrap();
        assert!(look(&store, (&engine, &settings), &ask, looked.seen).is_news());
    }

    #[test]
    fn what_cannot_be_tried_now_is_looked_at_again() {
        let folder = tempfile::tempdir().unwrap();
        let store = UserStore::new(folder.path());
        store.upsert_history(&[past(1)]).unwrap();
        let settings = Settings::default();
        let off = Engine::in_memory(Encoders::new(model::Settings {
            backend: model::Backend::Off,
            ..model::Settings::default()
        }));
        let on = Engine::in_memory(Encoders::new(model::Settings::default()));
        let gone = Ask::new(Lane::Batch);
        gone.cancel.cancel();
        let mut seen = Seen::default();
        for (engine, ask) in [(&off, Ask::new(Lane::Batch)), (&on, gone)] {
            let looked = look(&store, (engine, &settings), &ask, seen);
            assert!(!looked.is_news());
            seen = looked.seen;
        }
        let looked = look(&store, (&on, &settings), &Ask::new(Lane::Batch), seen);
        assert!(looked.is_news());
    }
}

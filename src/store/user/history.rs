//! Posts of the past, imported from elsewhere.

use redb::ReadableTable;
use serde::{Deserialize, Serialize};

use super::session::{Done, Fault};
use super::tables::PAST;
use super::{UserError, UserStore, seal};

/// A post of the past.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Past {
    /// Tells it from the others, at each import.
    pub key: String,
    /// When it was published, in milliseconds since 1970 UTC.
    pub date: Option<u64>,
    /// Its text.
    pub text: String,
    /// Where it can be read.
    pub url: Option<String>,
    /// How often it was shown.
    pub impressions: Option<u64>,
    /// How many reacted.
    pub reactions: Option<u64>,
    /// How many comments it has.
    pub comments: Option<u64>,
    /// How often it was shared.
    pub shares: Option<u64>,
    /// How many followers the writer had then.
    pub followers: Option<u64>,
}

/// What an import did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Upserted {
    /// Posts whose key was new.
    pub added: usize,
    /// Posts that differed from what was kept, and took its place.
    pub changed: usize,
    /// Posts that were kept already.
    pub unchanged: usize,
}

impl UserStore {
    /// Keeps all of `posts`, each in the place of what has its key, or none of them.
    ///
    /// # Errors
    /// Where the file cannot be used.
    pub fn upsert_history(&self, posts: &[Past]) -> Result<Upserted, UserError> {
        self.write(|transaction| {
            let mut table = transaction.open_table(PAST)?;
            let mut upserted = Upserted::default();
            for post in posts {
                let key = post.key.as_str();
                let held = table.get(key)?;
                let held = held.map(|bytes| seal::read_json::<Past>(bytes.value(), key));
                match held.transpose()? {
                    Some(held) if held == *post => {
                        upserted.unchanged += 1;
                        continue;
                    }
                    Some(_) => upserted.changed += 1,
                    None => upserted.added += 1,
                }
                table.insert(key, seal::json(post)?.as_slice())?;
            }
            Ok(if upserted.added + upserted.changed > 0 {
                Done::Changed(upserted)
            } else {
                Done::Same(upserted)
            })
        })
    }

    /// All past posts, oldest first and by key within a moment; those without a date come last.
    ///
    /// # Errors
    /// Where the file cannot be used.
    pub fn history(&self) -> Result<Vec<Past>, UserError> {
        let mut posts = self.read(|transaction| {
            let table = transaction.open_table(PAST)?;
            let rows = table.iter()?.map(|row| {
                let (key, bytes) = row?;
                seal::read_json::<Past>(bytes.value(), key.value())
            });
            rows.collect::<Result<Vec<_>, Fault>>()
        })?;
        // The table is in the order of the keys, which a stable sort keeps.
        posts.sort_by_key(|p| (p.date.is_none(), p.date));
        Ok(posts)
    }

    /// Removes all past posts.
    ///
    /// # Errors
    /// Where the file cannot be used.
    pub fn clear_history(&self) -> Result<(), UserError> {
        self.clear(PAST)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::super::tests::Desk;
    use super::*;

    fn post(key: &str, date: Option<u64>) -> Past {
        Past {
            key: key.into(),
            date,
            text: format!("What I learnt about {key}."),
            url: Some(format!("https://example.org/{key}")),
            impressions: Some(u64::MAX),
            ..Past::default()
        }
    }

    #[test]
    fn a_second_import_changes_nothing_and_a_new_figure_one_post() {
        let desk = Desk::new();
        let mut posts: Vec<Past> = (0..50).map(|i| post(&i.to_string(), Some(i))).collect();
        let counts = |added, changed, unchanged| Upserted {
            added,
            changed,
            unchanged,
        };
        let import = |posts: &[Past]| desk.store.upsert_history(posts).unwrap();
        assert_eq!(import(&posts), counts(50, 0, 0));
        let bytes = fs::read(desk.store.path()).unwrap();
        assert_eq!(import(&posts), counts(0, 0, 50));
        assert_eq!(fs::read(desk.store.path()).unwrap(), bytes);
        posts[7].comments = Some(1);
        posts.push(post("new", None));
        posts.push(post("new", None));
        assert_eq!(import(&posts), counts(1, 1, 50));
        posts.pop();
        assert_eq!(desk.store.history().unwrap(), posts);
        desk.store.clear_history().unwrap();
        desk.store.clear_history().unwrap();
        assert_eq!(desk.store.history().unwrap(), []);
        assert_eq!(import(&posts), counts(51, 0, 0));
    }

    #[test]
    fn posts_come_by_date_then_key_and_the_undated_last() {
        let desk = Desk::new();
        let posts = [
            post("a", None),
            post("b", Some(2)),
            post("c", Some(1)),
            post("d", Some(2)),
            post("0", None),
        ];
        desk.store.upsert_history(&posts).unwrap();
        let keys: Vec<String> = desk
            .store
            .history()
            .unwrap()
            .into_iter()
            .map(|p| p.key)
            .collect();
        assert_eq!(keys, ["c", "b", "d", "0", "a"]);
    }
}

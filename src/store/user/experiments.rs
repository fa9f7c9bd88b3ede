//! Experiments: named values of the caller's own types, kept as JSON.

use redb::ReadableTable;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::session::{Done, Fault, Session};
use super::tables::EXPERIMENTS;
use super::{UserError, UserStore, seal};

impl UserStore {
    /// Keeps `value` under `name`, in the place of what was there.
    ///
    /// # Errors
    /// Where the value is no JSON, or the file cannot be used.
    pub fn put_experiment<T: Serialize>(&self, name: &str, value: &T) -> Result<(), UserError> {
        let bytes = encode(name, value)?;
        self.write(|transaction| {
            let mut table = transaction.open_table(EXPERIMENTS)?;
            table.insert(name, bytes.as_slice())?;
            Ok(Done::Changed(()))
        })
    }

    /// What is kept under `name`.
    ///
    /// # Errors
    /// Where it is no `T`, or the file cannot be used.
    pub fn experiment<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, UserError> {
        let session = self.open_or_empty().map_err(|f| f.told(self))?;
        let body = get(&session, name).map_err(|f| f.told(self))?;
        // The caller's code does not run while others wait.
        drop(session);
        body.map(|b| decode(name, &b)).transpose()
    }

    /// All experiments, by name.
    ///
    /// # Errors
    /// Where the file cannot be used.
    pub fn experiments(&self) -> Result<Vec<(String, serde_json::Value)>, UserError> {
        self.read(|transaction| {
            let table = transaction.open_table(EXPERIMENTS)?;
            let rows = table.iter()?.map(|row| {
                let (name, bytes) = row?;
                let value = seal::read_json(bytes.value(), name.value())?;
                Ok((name.value().to_owned(), value))
            });
            rows.collect()
        })
    }

    /// Puts what `change` makes of the value under `name` in its place, and answers with it.
    /// Nobody else changes it in between: `change` runs while the file is held, so it must be
    /// short and must not use the store.
    ///
    /// # Errors
    /// What `change` answers, and nothing is changed then; or where the value is no `T` or no
    /// JSON, or the file cannot be used.
    pub fn update_experiment<T, E>(
        &self,
        name: &str,
        change: impl FnOnce(Option<T>) -> Result<T, E>,
    ) -> Result<T, E>
    where
        T: Serialize + DeserializeOwned,
        E: From<UserError>,
    {
        let session = self.open_or_create().map_err(|f| f.told(self))?;
        let body = get(&session, name).map_err(|f| f.told(self))?;
        let value = change(body.map(|b| decode(name, &b)).transpose()?)?;
        let bytes = encode(name, &value)?;
        let put = session.run(|transaction| {
            let mut table = transaction.open_table(EXPERIMENTS)?;
            table.insert(name, bytes.as_slice())?;
            Ok(())
        });
        let kept = put.and_then(|()| session.commit());
        kept.map_err(|f| f.told(self))?;
        Ok(value)
    }

    /// Removes what is kept under `name`; answers whether there was something.
    ///
    /// # Errors
    /// Where the file cannot be used.
    pub fn remove_experiment(&self, name: &str) -> Result<bool, UserError> {
        self.write(|transaction| {
            let mut table = transaction.open_table(EXPERIMENTS)?;
            let removed = table.remove(name)?.is_some();
            Ok(if removed {
                Done::Changed(true)
            } else {
                Done::Same(false)
            })
        })
    }
}

/// The JSON under `name`.
fn get(session: &Session, name: &str) -> Result<Option<Vec<u8>>, Fault> {
    session.run(|transaction| {
        let table = transaction.open_table(EXPERIMENTS)?;
        let bytes = table.get(name)?;
        let body = bytes.map(|b| seal::json_body(b.value(), name).map(<[u8]>::to_vec));
        body.transpose()
    })
}

fn encode(name: &str, value: &impl Serialize) -> Result<Vec<u8>, UserError> {
    seal::json(value).map_err(|e| unfit(name, &e))
}

fn decode<T: DeserializeOwned>(name: &str, body: &[u8]) -> Result<T, UserError> {
    serde_json::from_slice(body).map_err(|e| unfit(name, &e))
}

fn unfit(name: &str, error: &serde_json::Error) -> UserError {
    UserError::Experiment {
        name: name.to_owned(),
        reason: error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use serde::Deserialize;

    use super::super::tests::Desk;
    use super::*;

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    struct Trial {
        arms: Vec<String>,
        wins: BTreeMap<String, u64>,
    }

    fn trial() -> Trial {
        Trial {
            arms: vec!["question".into(), "number".into()],
            wins: BTreeMap::from([("question".into(), 3)]),
        }
    }

    #[test]
    fn values_are_kept_by_name_until_they_are_removed() {
        let desk = Desk::new();
        let store = &desk.store;
        assert_eq!(store.experiment::<Trial>("hook").unwrap(), None);
        assert_eq!(store.experiments().unwrap(), []);
        store.put_experiment("hook", &1).unwrap();
        store.put_experiment("hook", &trial()).unwrap();
        store.put_experiment("a", &"text").unwrap();
        assert_eq!(store.experiment("hook").unwrap(), Some(trial()));
        let all = [
            ("a".to_owned(), "text".into()),
            ("hook".to_owned(), serde_json::to_value(trial()).unwrap()),
        ];
        assert_eq!(store.experiments().unwrap(), all);
        assert!(store.remove_experiment("hook").unwrap());
        assert!(!store.remove_experiment("hook").unwrap());
        assert_eq!(store.experiments().unwrap(), all[..1]);
    }

    #[test]
    fn a_value_of_another_type_is_an_error_that_names_it() {
        let desk = Desk::new();
        desk.store.put_experiment("hook", &[1, 2]).unwrap();
        let error = desk.store.experiment::<Trial>("hook").unwrap_err();
        assert!(
            error.to_string().starts_with("experiment hook: "),
            "{error}"
        );
        let none_of_json = BTreeMap::from([((1, 2), 3)]);
        let error = desk
            .store
            .put_experiment("hook", &none_of_json)
            .unwrap_err();
        assert!(matches!(error, UserError::Experiment { .. }));
        assert_eq!(desk.store.experiment("hook").unwrap(), Some([1, 2]));
    }

    #[test]
    fn an_update_sees_the_value_and_changes_it_or_nothing() {
        #[derive(Debug)]
        enum Mine {
            Store(UserError),
            No,
        }
        impl From<UserError> for Mine {
            fn from(error: UserError) -> Self {
                Self::Store(error)
            }
        }
        let desk = Desk::new();
        let store = &desk.store;
        let add = |value: Option<u64>| Ok::<_, UserError>(value.unwrap_or(10) + 1);
        assert_eq!(store.update_experiment("n", add).unwrap(), 11);
        assert_eq!(store.update_experiment("n", add).unwrap(), 12);
        let refused = store.update_experiment("n", |_: Option<u64>| Err(Mine::No));
        assert!(matches!(refused, Err(Mine::No)));
        let other = store.update_experiment("n", |_: Option<String>| Ok(String::new()));
        assert!(matches!(
            other,
            Err(Mine::Store(UserError::Experiment { .. }))
        ));
        // A panic of the caller's is the caller's, and gives the file up.
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            store.update_experiment("n", |_: Option<u64>| -> Result<u64, UserError> {
                panic!("of the caller")
            })
        }));
        assert_eq!(
            *panicked.unwrap_err().downcast::<&str>().unwrap(),
            "of the caller"
        );
        assert_eq!(store.experiment("n").unwrap(), Some(12));
    }
}

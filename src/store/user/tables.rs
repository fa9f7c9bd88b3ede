//! The tables of the file.

use redb::{
    Database, ReadableDatabase, ReadableTable, TableDefinition, TableError, WriteTransaction,
};

use super::session::Fault;

/// The layout of the tables that is read and written.
pub(super) const SCHEMA: u64 = 1;

/// Single numbers.
pub(super) const META: TableDefinition<'static, &str, u64> = TableDefinition::new("meta");
/// Documents by name.
pub(super) const DOCUMENTS: TableDefinition<'static, &str, &[u8]> =
    TableDefinition::new("documents");
/// Versions without their texts, by the number of their document and their own.
pub(super) const VERSIONS: TableDefinition<'static, (u64, u64), &[u8]> =
    TableDefinition::new("versions");
/// Texts by the number of their version.
pub(super) const TEXTS: TableDefinition<'static, u64, &[u8]> = TableDefinition::new("texts");
/// Feedback in its order.
pub(super) const FEEDBACK: TableDefinition<'static, u64, &[u8]> = TableDefinition::new("feedback");
/// Past posts by key.
pub(super) const PAST: TableDefinition<'static, &str, &[u8]> = TableDefinition::new("past");
/// Experiments by name.
pub(super) const EXPERIMENTS: TableDefinition<'static, &str, &[u8]> =
    TableDefinition::new("experiments");

const LAYOUT: &str = "schema";

/// Makes the tables of a new file.
pub(super) fn create(database: &Database) -> Result<(), Fault> {
    let transaction = database.begin_write()?;
    transaction.open_table(META)?.insert(LAYOUT, SCHEMA)?;
    transaction.open_table(DOCUMENTS)?;
    transaction.open_table(VERSIONS)?;
    transaction.open_table(TEXTS)?;
    transaction.open_table(FEEDBACK)?;
    transaction.open_table(PAST)?;
    transaction.open_table(EXPERIMENTS)?;
    transaction.commit()?;
    Ok(())
}

/// Checks that this version knows the layout of the file.
pub(super) fn check(database: &Database) -> Result<(), Fault> {
    let transaction = database.begin_read()?;
    let meta = match transaction.open_table(META) {
        Err(TableError::TableDoesNotExist(_)) => return Err(foreign()),
        other => other?,
    };
    let layout = meta.get(LAYOUT)?.map(|v| v.value());
    match layout {
        Some(SCHEMA) => Ok(()),
        Some(layout) if layout > SCHEMA => Err(Fault::Newer(format!(
            "its layout is {layout}, this one knows {SCHEMA}"
        ))),
        Some(_) | None => Err(foreign()),
    }
}

fn foreign() -> Fault {
    Fault::Damaged("a database, but none of a writer's data".into())
}

/// Counts `name` up and answers with its next number, which was never given before.
pub(super) fn next(transaction: &WriteTransaction, name: &str) -> Result<u64, Fault> {
    let mut meta = transaction.open_table(META)?;
    let id = meta.get(name)?.map_or(1, |v| v.value());
    meta.insert(name, id + 1)?;
    Ok(id)
}

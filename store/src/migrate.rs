//! Migrations: two folders with equal names, one transaction each.
//!
//! A migration that was applied somewhere is never changed again. Old code may
//! still run while a new one is applied: expand, migrate, contract.

use model::Timestamp;
use sha2::{Digest, Sha256};

use super::StoreError;
use super::engine::Db;
use super::open::OpenError;
use super::statement::{Texts, statements};
use super::value::{BadColumn, Entity, Row, Value};

/// One step of the schema.
pub(super) struct Migration {
    /// Name of its file without `.sql`; in order.
    pub(super) name: &'static str,
    pub(super) texts: Texts,
}

macro_rules! migration {
    ($name:literal) => {
        Migration {
            name: $name,
            texts: Texts {
                sqlite: include_str!(concat!(
                    "../../migrations/control-plane/sqlite/",
                    $name,
                    ".sql"
                )),
                postgres: include_str!(concat!(
                    "../../migrations/control-plane/postgres/",
                    $name,
                    ".sql"
                )),
            },
        }
    };
}

/// Makes the table that the others are noted in.
const BOOKKEEPING: Migration = migration!("0000_migrations");

const MIGRATIONS: &[Migration] = &[
    migration!("0001_accounts"),
    migration!("0002_cells_and_tenants"),
    migration!("0003_observations"),
    migration!("0004_plans_and_standing"),
    migration!("0005_account_security"),
    migration!("0006_members_and_invitations"),
    migration!("0007_audit"),
    migration!("0008_passkeys_and_leaving"),
    migration!("0009_credentials"),
    migration!("0010_usage"),
    migration!("0012_languages"),
    migration!("0013_idempotency"),
];

statements! {
    pub(super) enum Sql {
        List = "SELECT name, checksum FROM migrations ORDER BY name",
        Note = "INSERT INTO migrations (name, checksum, applied_at) VALUES ($1, $2, $3)",
    }
}

struct Applied {
    name: String,
    checksum: Vec<u8>,
}

impl Entity for Applied {
    const TABLE: &'static str = "migrations";
    const KEY: &'static str = "name";

    fn read(row: &Row) -> Result<Self, BadColumn> {
        Ok(Self {
            name: row.get("name")?,
            checksum: row.get("checksum")?,
        })
    }
}

fn failed(name: &str) -> impl FnOnce(StoreError) -> OpenError {
    let name = name.to_owned();
    |source| OpenError::Migrate { name, source }
}

/// Applies what is missing. Of several processes that start at once, one does
/// it and the others find it done.
pub(super) async fn bring_up_to_date(db: &Db, now: Timestamp) -> Result<(), OpenError> {
    let mut tx = db.begin_write().await.map_err(failed(BOOKKEEPING.name))?;
    tx.apply(&BOOKKEEPING)
        .await
        .map_err(failed(BOOKKEEPING.name))?;
    tx.commit().await.map_err(failed(BOOKKEEPING.name))?;
    for migration in MIGRATIONS {
        apply_if_missing(db, migration, now).await?;
    }
    Ok(())
}

async fn apply_if_missing(db: &Db, migration: &Migration, now: Timestamp) -> Result<(), OpenError> {
    let failed = || failed(migration.name);
    let mut tx = db.begin_write().await.map_err(failed())?;
    let applied: Vec<Applied> = tx
        .rows(Sql::List, &[])
        .await
        .and_then(|rows| rows.iter().map(Row::decode::<Applied>).collect())
        .map_err(failed())?;
    let checksum = Sha256::digest(tx.text_of(migration).as_bytes());
    if !is_missing(&applied, migration.name, &checksum)? {
        return Ok(());
    }
    tx.apply(migration).await.map_err(failed())?;
    let note = [
        Value::from(migration.name),
        Value::from(checksum.as_slice()),
        Value::from(now),
    ];
    tx.run(Sql::Note, &note).await.map_err(failed())?;
    tx.commit().await.map_err(failed())?;
    tracing::info!(migration = migration.name, "the database was migrated");
    Ok(())
}

/// The migrations that the database lacks; it is not changed.
pub(super) async fn missing(db: &Db) -> Result<Vec<&'static str>, OpenError> {
    let failed = || failed(BOOKKEEPING.name);
    let mut tx = db.begin_read().await.map_err(failed())?;
    let rows = tx
        .rows(Sql::List, &[])
        .await
        .map_err(|_| OpenError::Absent)?;
    let applied: Vec<Applied> = rows
        .iter()
        .map(Row::decode::<Applied>)
        .collect::<Result<_, _>>()
        .map_err(failed())?;
    let mut missing = Vec::new();
    for migration in MIGRATIONS {
        let checksum = Sha256::digest(tx.text_of(migration).as_bytes());
        if is_missing(&applied, migration.name, &checksum)? {
            missing.push(migration.name);
        }
    }
    Ok(missing)
}

/// Whether `name` is still to be applied to a database that has had `applied`.
fn is_missing(applied: &[Applied], name: &str, checksum: &[u8]) -> Result<bool, OpenError> {
    let unknown = applied
        .iter()
        .find(|one| !MIGRATIONS.iter().any(|known| known.name == one.name));
    if let Some(unknown) = unknown {
        return Err(OpenError::Newer(unknown.name.clone()));
    }
    match applied.iter().find(|one| one.name == name) {
        None => Ok(true),
        Some(one) if one.checksum == checksum => Ok(false),
        Some(one) => Err(OpenError::Changed(one.name.clone())),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    fn files(engine: &str) -> BTreeSet<String> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../migrations/control-plane")
            .join(engine);
        std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect()
    }

    #[test]
    fn both_engines_have_the_same_migrations_and_all_are_built_in() {
        let built_in: BTreeSet<String> = std::iter::once(&BOOKKEEPING)
            .chain(MIGRATIONS)
            .map(|migration| format!("{}.sql", migration.name))
            .collect();
        assert_eq!(files("sqlite"), built_in);
        assert_eq!(files("postgres"), built_in);
        assert!(MIGRATIONS.is_sorted_by_key(|migration| migration.name));
    }

    #[test]
    fn newer_and_changed_databases_are_refused() {
        let applied = |name: &str, checksum: &[u8]| Applied {
            name: name.to_owned(),
            checksum: checksum.to_owned(),
        };
        let first = MIGRATIONS[0].name;
        assert!(is_missing(&[], first, b"x").unwrap());
        assert!(!is_missing(&[applied(first, b"x")], first, b"x").unwrap());
        let newer = is_missing(&[applied("9999_later", b"x")], first, b"x").unwrap_err();
        assert!(newer.to_string().contains("newer version"), "{newer}");
        let changed = is_missing(&[applied(first, b"y")], first, b"x").unwrap_err();
        assert!(matches!(changed, OpenError::Changed(name) if name == first));
    }
}

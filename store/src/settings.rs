//! Settings in SQL.

use async_trait::async_trait;
use model::Timestamp;

use super::entities::SettingKey;
use super::repositories::{Settings, Stored};
use super::statement::statements;
use super::value::{BadColumn, Entity, Row};
use super::work::Work;

statements! {
    pub(super) enum Sql {
        Get = "SELECT name, value FROM settings WHERE name = $1",
        Set = "INSERT INTO settings (name, value, changed_at) VALUES ($1, $2, $3) \
            ON CONFLICT (name) DO UPDATE SET value = excluded.value, \
            changed_at = excluded.changed_at",
    }
}

struct SettingRow {
    value: String,
}

impl Entity for SettingRow {
    const TABLE: &'static str = "settings";
    const KEY: &'static str = "name";

    fn read(row: &Row) -> Result<Self, BadColumn> {
        Ok(Self {
            value: row.get("value")?,
        })
    }
}

#[async_trait]
impl Settings for Work {
    async fn get(&mut self, key: SettingKey) -> Stored<Option<String>> {
        let row: Option<SettingRow> = self.one(Sql::Get, &[key.as_str().into()]).await?;
        Ok(row.map(|row| row.value))
    }

    async fn set(&mut self, key: SettingKey, value: &str, at: Timestamp) -> Stored<()> {
        let row = [key.as_str().into(), value.into(), at.into()];
        self.run(Sql::Set, &row).await.map(drop)
    }
}

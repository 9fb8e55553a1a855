//! Presence in SQL: one row per house, the newest.

use async_trait::async_trait;
use model::{AccountId, HouseKey, TenantId, Timestamp};

use super::StoreError;
use super::observed::HousePresence;
use super::repositories::{Presences, Stored};
use super::statement::statements;
use super::value::{BadColumn, Entity, Row};
use super::work::Work;

statements! {
    pub(super) enum Sql {
        Upsert = "INSERT INTO presences (house, at, clients, last_seen) VALUES ($1, $2, $3, $4) \
            ON CONFLICT (house) DO UPDATE SET at = excluded.at, clients = excluded.clients, \
            last_seen = CASE WHEN excluded.last_seen IS NULL \
            OR presences.last_seen > excluded.last_seen \
            THEN presences.last_seen ELSE excluded.last_seen END \
            WHERE excluded.at >= presences.at",
        Find = "SELECT house, at, clients, last_seen FROM presences WHERE house = $1",
        ListFor = "SELECT p.house, p.at, p.clients, p.last_seen FROM presences p \
            JOIN house_roles r ON r.house_key = p.house JOIN houses h ON h.house_key = p.house \
            WHERE r.account = $1 AND (r.until IS NULL OR r.until > $2) \
            AND h.deleted_at IS NULL ORDER BY p.house",
        ListOf = "SELECT p.house, p.at, p.clients, p.last_seen FROM presences p \
            JOIN houses h ON h.house_key = p.house \
            WHERE h.tenant = $1 AND h.deleted_at IS NULL ORDER BY p.house",
    }
}

struct PresenceRow {
    house: HouseKey,
    presence: HousePresence,
}

impl Entity for PresenceRow {
    const TABLE: &'static str = "presences";
    const KEY: &'static str = "house";

    fn read(row: &Row) -> Result<Self, BadColumn> {
        let clients: String = row.get("clients")?;
        Ok(Self {
            house: row.get("house")?,
            presence: HousePresence {
                at: row.get("at")?,
                clients: serde_json::from_str(&clients).map_err(|_| BadColumn::named("clients"))?,
                last_seen: row.get("last_seen")?,
            },
        })
    }
}

#[async_trait]
impl Presences for Work {
    async fn upsert(&mut self, house: HouseKey, presence: &HousePresence) -> Stored<()> {
        let clients = serde_json::to_string(&presence.clients)
            .map_err(|error| StoreError::Backend(Box::new(error)))?;
        let row = [
            house.into(),
            presence.at.into(),
            clients.into(),
            presence.last_seen.into(),
        ];
        self.run(Sql::Upsert, &row).await.map(drop)
    }

    async fn find(&mut self, house: HouseKey) -> Stored<Option<HousePresence>> {
        let row: Option<PresenceRow> = self.one(Sql::Find, &[house.into()]).await?;
        Ok(row.map(|row| row.presence))
    }

    async fn list_for(
        &mut self,
        account: AccountId,
        now: Timestamp,
    ) -> Stored<Vec<(HouseKey, HousePresence)>> {
        let who = [account.into(), now.into()];
        let rows: Vec<PresenceRow> = self.all(Sql::ListFor, &who).await?;
        Ok(rows
            .into_iter()
            .map(|row| (row.house, row.presence))
            .collect())
    }

    async fn list_of(&mut self, tenant: TenantId) -> Stored<Vec<(HouseKey, HousePresence)>> {
        let rows: Vec<PresenceRow> = self.all(Sql::ListOf, &[tenant.into()]).await?;
        Ok(rows
            .into_iter()
            .map(|row| (row.house, row.presence))
            .collect())
    }
}

//! What somebody with many houses sees of all of them at once, in SQL.

use async_trait::async_trait;
use model::{AccountId, HouseKey, Timestamp};

use super::repositories::Stored;
use super::statement::statements;
use super::value::{BadColumn, Entity, Row};
use super::work::Work;

statements! {
    pub(super) enum Sql {
        RefusedFor = "SELECT f.house, CAST(SUM(f.count) AS BIGINT) AS n FROM refusals f \
            JOIN house_roles r ON r.house_key = f.house JOIN houses h ON h.house_key = f.house \
            WHERE r.account = $1 AND (r.until IS NULL OR r.until > $2) \
            AND h.deleted_at IS NULL AND f.at >= $3 GROUP BY f.house",
    }
}

struct Refused(HouseKey, u64);

impl Entity for Refused {
    const TABLE: &'static str = "refusals";
    const KEY: &'static str = "house";

    fn read(row: &Row) -> Result<Self, BadColumn> {
        let count: i64 = row.get("n")?;
        let count = u64::try_from(count).map_err(|_| BadColumn::named("n"))?;
        Ok(Self(row.get("house")?, count))
    }
}

/// All houses of a person at once.
#[async_trait]
pub trait Overviews: Send {
    /// How much was refused since `since`, by house; houses of which nothing
    /// was refused are left out.
    async fn refused_for(
        &mut self,
        account: AccountId,
        now: Timestamp,
        since: Timestamp,
    ) -> Stored<Vec<(HouseKey, u64)>>;
}

#[async_trait]
impl Overviews for Work {
    async fn refused_for(
        &mut self,
        account: AccountId,
        now: Timestamp,
        since: Timestamp,
    ) -> Stored<Vec<(HouseKey, u64)>> {
        let which = [account.into(), now.into(), since.into()];
        let rows: Vec<Refused> = self.all(Sql::RefusedFor, &which).await?;
        Ok(rows
            .into_iter()
            .map(|Refused(house, n)| (house, n))
            .collect())
    }
}

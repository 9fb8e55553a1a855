//! What houses send and keep, in SQL.
//!
//! A row of an hour is what one run of one cell's gateway counted; the largest
//! counts, and the sum over the runs. Old hours are folded into days.

use std::time::Duration;

use async_trait::async_trait;
use cell::{Kept, Usage};
use model::{CellId, HouseId, HouseKey, TenantId, Timestamp};

use super::repositories::Stored;
use super::statement::statements;
use super::value::{BadColumn, Column, Entity, Row, Value};
use super::work::Work;

/// How long hours are kept before they are folded into days.
pub const HOURS_KEPT: Duration = Duration::from_hours(45 * 24);
/// How long days are kept: 25 months.
pub const DAYS_KEPT: Duration = Duration::from_hours(761 * 24);

/// More than a gateway can take in an hour. A row that says more is cut, so
/// that no sum can overflow.
const MOST_PER_HOUR: u64 = 1 << 46;
/// Most houses whose hours of a day are folded in one transaction.
const FOLDED_AT_ONCE: i64 = 1_000;

/// From a moment to before another; both at full hours, or at full days where
/// days are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The first moment.
    pub from: Timestamp,
    /// The first moment behind it.
    pub to: Timestamp,
}

impl Span {
    /// The UTC day that `at` is in.
    #[must_use]
    pub const fn day(at: Timestamp) -> Self {
        Self {
            from: at.start_of_day(),
            to: at.next_midnight(),
        }
    }
}

/// How finely a history is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grain {
    /// By the UTC hour; hours that were folded into days are not there.
    Hour,
    /// By the UTC day.
    Day,
}

/// Messages and the bytes of their payloads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sent {
    /// Messages, as quotas count them.
    pub messages: u64,
    /// Bytes.
    pub bytes: u64,
}

/// What one house sent in one hour or day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentPoint {
    /// The house, which may be deleted by now.
    pub house: HouseId,
    /// Start of the hour or day.
    pub at: Timestamp,
    /// What it sent.
    pub sent: Sent,
}

/// What a house keeps, as far as its cell said; `None` where it did not yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HouseKept {
    /// Topics and payloads of retained messages, in bytes.
    pub retained_bytes: Option<u64>,
    /// Sensors.
    pub sensors: Option<u64>,
    /// Rules.
    pub rules: Option<u64>,
    /// Bytes of the house's file.
    pub history_bytes: Option<u64>,
}

/// What houses send and keep.
#[async_trait]
pub trait Usages: Send {
    /// Takes what a run of the cell's gateway counted. Repeats count once and
    /// a row never shrinks; `false` when the hour is already part of a day.
    async fn record(&mut self, house: HouseKey, cell: CellId, usage: &Usage) -> Stored<bool>;
    /// Takes what the house keeps. Older than what is there changes nothing,
    /// and what is not said stays.
    async fn keep(&mut self, house: HouseKey, kept: &Kept) -> Stored<()>;
    /// What each house of the tenant keeps, as far as anybody said.
    async fn kept(&mut self, tenant: TenantId) -> Stored<Vec<(HouseKey, HouseKept)>>;
    /// What the tenant's houses sent, deleted ones too.
    async fn sent(&mut self, tenant: TenantId, span: Span) -> Stored<Sent>;
    /// The same by house and hour or day, oldest first; where nothing was sent
    /// there is no point.
    async fn history(
        &mut self,
        tenant: TenantId,
        house: Option<HouseKey>,
        span: Span,
        grain: Grain,
    ) -> Stored<Vec<SentPoint>>;
    /// Folds the hours of full UTC days that ended before `before` into days;
    /// returns how many days of houses were folded, 0 when there is no more.
    async fn fold(&mut self, before: Timestamp) -> Stored<u64>;
    /// Drops days before `before`; returns how many.
    async fn forget(&mut self, before: Timestamp) -> Stored<u64>;
}

statements! {
    pub(super) enum Sql {
        Folded = "SELECT COUNT(*) AS n FROM usage_days WHERE house = $1 AND day = $2",
        Record = "INSERT INTO usage_hours (house, hour, cell, epoch, messages, bytes) \
            VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (house, hour, cell, epoch) DO UPDATE SET \
            messages = CASE WHEN excluded.messages > usage_hours.messages \
            THEN excluded.messages ELSE usage_hours.messages END, \
            bytes = CASE WHEN excluded.bytes > usage_hours.bytes \
            THEN excluded.bytes ELSE usage_hours.bytes END",
        KeepRetained = "INSERT INTO house_kept (house, retained_bytes, retained_at, runtime_at) \
            VALUES ($1, $3, $2, 0) ON CONFLICT (house) DO UPDATE SET \
            retained_bytes = excluded.retained_bytes, retained_at = excluded.retained_at \
            WHERE excluded.retained_at >= house_kept.retained_at",
        KeepRuntime = "INSERT INTO house_kept \
            (house, retained_at, runtime_at, sensors, rules, history_bytes) \
            VALUES ($1, 0, $2, $3, $4, $5) ON CONFLICT (house) DO UPDATE SET \
            runtime_at = excluded.runtime_at, \
            sensors = COALESCE(excluded.sensors, house_kept.sensors), \
            rules = COALESCE(excluded.rules, house_kept.rules), \
            history_bytes = COALESCE(excluded.history_bytes, house_kept.history_bytes) \
            WHERE excluded.runtime_at >= house_kept.runtime_at",
        Kept = "SELECT k.house, k.retained_bytes, k.sensors, k.rules, k.history_bytes \
            FROM house_kept k JOIN houses h ON h.house_key = k.house \
            WHERE h.tenant = $1 AND h.deleted_at IS NULL ORDER BY k.house",
        Sent = "SELECT CAST(COALESCE(SUM(s.messages), 0) AS BIGINT) AS messages, \
            CAST(COALESCE(SUM(s.bytes), 0) AS BIGINT) AS bytes FROM ( \
            SELECT u.messages, u.bytes FROM houses h JOIN usage_hours u ON u.house = h.house_key \
            WHERE h.tenant = $1 AND u.hour >= $2 AND u.hour < $3 UNION ALL \
            SELECT d.messages, d.bytes FROM houses h JOIN usage_days d ON d.house = h.house_key \
            WHERE h.tenant = $1 AND d.day >= $2 AND d.day < $3) s",
        Hours = "SELECT h.id AS house, u.hour AS at, CAST(SUM(u.messages) AS BIGINT) AS messages, \
            CAST(SUM(u.bytes) AS BIGINT) AS bytes \
            FROM houses h JOIN usage_hours u ON u.house = h.house_key \
            WHERE h.tenant = $1 AND u.hour >= $2 AND u.hour < $3 \
            AND (h.house_key = $4 OR $4 IS NULL) GROUP BY h.id, u.hour ORDER BY 2, 1",
        Days = "SELECT s.house, s.at, CAST(SUM(s.messages) AS BIGINT) AS messages, \
            CAST(SUM(s.bytes) AS BIGINT) AS bytes FROM ( \
            SELECT h.id AS house, u.hour - u.hour % 86400000 AS at, u.messages, u.bytes \
            FROM houses h JOIN usage_hours u ON u.house = h.house_key \
            WHERE h.tenant = $1 AND u.hour >= $2 AND u.hour < $3 \
            AND (h.house_key = $4 OR $4 IS NULL) UNION ALL \
            SELECT h.id AS house, d.day AS at, d.messages, d.bytes \
            FROM houses h JOIN usage_days d ON d.house = h.house_key \
            WHERE h.tenant = $1 AND d.day >= $2 AND d.day < $3 \
            AND (h.house_key = $4 OR $4 IS NULL)) s GROUP BY s.house, s.at ORDER BY 2, 1",
        Oldest = "SELECT hour - hour % 86400000 AS n FROM usage_hours WHERE hour < $1 \
            ORDER BY hour LIMIT 1",
        Fold = "INSERT INTO usage_days (house, day, messages, bytes) \
            SELECT house, MIN(hour - hour % 86400000), CAST(SUM(messages) AS BIGINT), \
            CAST(SUM(bytes) AS BIGINT) FROM usage_hours WHERE hour >= $1 AND hour < $2 \
            GROUP BY house ORDER BY house LIMIT $3 \
            ON CONFLICT (house, day) DO UPDATE SET \
            messages = usage_days.messages + excluded.messages, \
            bytes = usage_days.bytes + excluded.bytes",
        DropFolded = "DELETE FROM usage_hours WHERE hour >= $1 AND hour < $2 AND house IN \
            (SELECT house FROM usage_days WHERE day = $1)",
        Forget = "DELETE FROM usage_days WHERE day < $1",
    }
}

/// A whole number that is not negative.
fn number(row: &Row, column: &'static str) -> Result<u64, BadColumn> {
    let number: i64 = row.get(column)?;
    u64::try_from(number).map_err(|_| BadColumn::named(column))
}

fn perhaps(row: &Row, column: &'static str) -> Result<Option<u64>, BadColumn> {
    let number: Option<i64> = row.get(column)?;
    let number = number.map(u64::try_from).transpose();
    number.map_err(|_| BadColumn::named(column))
}

fn read_sent(row: &Row) -> Result<Sent, BadColumn> {
    Ok(Sent {
        messages: number(row, "messages")?,
        bytes: number(row, "bytes")?,
    })
}

struct SentRow(Sent);

impl Entity for SentRow {
    const TABLE: &'static str = "usage_hours";
    const KEY: &'static str = "messages";

    fn read(row: &Row) -> Result<Self, BadColumn> {
        read_sent(row).map(Self)
    }
}

impl Entity for SentPoint {
    const TABLE: &'static str = "usage_hours";
    const KEY: &'static str = "house";

    fn read(row: &Row) -> Result<Self, BadColumn> {
        Ok(Self {
            house: row.get("house")?,
            at: row.get("at")?,
            sent: read_sent(row)?,
        })
    }
}

struct KeptRow(HouseKey, HouseKept);

impl Entity for KeptRow {
    const TABLE: &'static str = "house_kept";
    const KEY: &'static str = "house";

    fn read(row: &Row) -> Result<Self, BadColumn> {
        let kept = HouseKept {
            retained_bytes: perhaps(row, "retained_bytes")?,
            sensors: perhaps(row, "sensors")?,
            rules: perhaps(row, "rules")?,
            history_bytes: perhaps(row, "history_bytes")?,
        };
        HouseKey::read(row, "house").map_or(Err(BadColumn::named("house")), |house| {
            Ok(Self(house, kept))
        })
    }
}

fn amount(number: u64) -> Value {
    i64::try_from(number).unwrap_or(i64::MAX).into()
}

fn perhaps_amount(number: Option<u64>) -> Value {
    Value::Int(number.map(|number| i64::try_from(number).unwrap_or(i64::MAX)))
}

#[async_trait]
impl Usages for Work {
    async fn record(&mut self, house: HouseKey, cell: CellId, usage: &Usage) -> Stored<bool> {
        let hour = usage.hour.start_of_hour();
        let day = [house.into(), hour.start_of_day().into()];
        if self.number(Sql::Folded, &day).await? > 0 {
            return Ok(false);
        }
        let row = [
            house.into(),
            hour.into(),
            cell.into(),
            usage.epoch.into(),
            amount(usage.messages.min(MOST_PER_HOUR)),
            amount(usage.bytes.min(MOST_PER_HOUR)),
        ];
        self.run(Sql::Record, &row).await?;
        Ok(true)
    }

    async fn keep(&mut self, house: HouseKey, kept: &Kept) -> Stored<()> {
        if let Some(bytes) = kept.retained_bytes {
            let row = [house.into(), kept.at.into(), amount(bytes)];
            self.run(Sql::KeepRetained, &row).await?;
        }
        let of_runtime = [kept.sensors, kept.rules, kept.history_bytes];
        if of_runtime.iter().any(Option::is_some) {
            let [sensors, rules, history] = of_runtime.map(perhaps_amount);
            let row = [house.into(), kept.at.into(), sensors, rules, history];
            self.run(Sql::KeepRuntime, &row).await?;
        }
        Ok(())
    }

    async fn kept(&mut self, tenant: TenantId) -> Stored<Vec<(HouseKey, HouseKept)>> {
        let rows: Vec<KeptRow> = self.all(Sql::Kept, &[tenant.into()]).await?;
        Ok(rows.into_iter().map(|KeptRow(key, it)| (key, it)).collect())
    }

    async fn sent(&mut self, tenant: TenantId, span: Span) -> Stored<Sent> {
        let which = [tenant.into(), span.from.into(), span.to.into()];
        let row: Option<SentRow> = self.one(Sql::Sent, &which).await?;
        Ok(row.map(|SentRow(sent)| sent).unwrap_or_default())
    }

    async fn history(
        &mut self,
        tenant: TenantId,
        house: Option<HouseKey>,
        span: Span,
        grain: Grain,
    ) -> Stored<Vec<SentPoint>> {
        let statement = match grain {
            Grain::Hour => Sql::Hours,
            Grain::Day => Sql::Days,
        };
        let (from, to) = (span.from.into(), span.to.into());
        self.all(statement, &[tenant.into(), from, to, house.into()])
            .await
    }

    async fn fold(&mut self, before: Timestamp) -> Stored<u64> {
        let before = before.start_of_day();
        let oldest = self.number(Sql::Oldest, &[before.into()]).await?;
        let day = Span::day(Timestamp(oldest));
        if day.to > before {
            return Ok(0);
        }
        let (from, to): (Value, Value) = (day.from.into(), day.to.into());
        let which = [from.clone(), to.clone(), FOLDED_AT_ONCE.into()];
        let folded = self.run(Sql::Fold, &which).await?;
        self.run(Sql::DropFolded, &[from, to]).await?;
        Ok(folded)
    }

    async fn forget(&mut self, before: Timestamp) -> Stored<u64> {
        self.run(Sql::Forget, &[before.into()]).await
    }
}

//! The audit log in SQL: one chain of rows per tenant and one of the service.
//!
//! A row is appended in the transaction of what it tells, so neither is there
//! without the other. Write transactions run one at a time on both engines, so
//! the end of a chain that was read is still the end when the row is written.

pub mod chain;
mod rows;

use std::time::Duration;

use async_trait::async_trait;
use model::{AuditAction, Timestamp};

use super::StoreError;
use super::repositories::Stored;
use super::statement::statements;
use super::work::Work;
use chain::{ChainFault, NOTHING, Verifier, Witness};
pub use rows::{AuditEntry, AuditFilter, AuditKey, AuditRecord, Chain, ChainHead, ChainState};
use rows::{Noted, UnnotedRow};

/// How long rows are kept.
pub const AUDIT_KEPT: Duration = Duration::from_hours(400 * 24);

/// Rows that are read at once while a chain is walked.
const STRIDE: u32 = 1_000;

/// Most chains that one pruning looks at; the next one goes on.
const PRUNED_AT_ONCE: u32 = 500;

statements! {
    pub(super) enum Sql {
        State = "SELECT tenant, seq, hash, base_seq, base_hash FROM audit_chains WHERE tenant = $1",
        States = "SELECT tenant, seq, hash, base_seq, base_hash FROM audit_chains \
            WHERE tenant > $1 ORDER BY tenant LIMIT $2",
        First = "SELECT tenant, seq, hash, base_seq, base_hash FROM audit_chains \
            ORDER BY tenant LIMIT $1",
        Unnoted = "SELECT DISTINCT e.tenant FROM audit_entries e WHERE NOT EXISTS \
            (SELECT 1 FROM audit_chains c WHERE c.tenant = e.tenant)",
        Insert = "INSERT INTO audit_entries \
            (tenant, seq, at, actor, client, action, subject, detail, hash) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        Advance = "INSERT INTO audit_chains (tenant, seq, hash, base_seq, base_hash) \
            VALUES ($1, $2, $3, 0, $4) ON CONFLICT (tenant) DO UPDATE SET \
            seq = excluded.seq, hash = excluded.hash",
        Page = "SELECT seq, at, actor, client, action, subject, detail, hash FROM audit_entries \
            WHERE tenant = $1 AND seq < $2 AND at >= $4 AND at < $5 ORDER BY seq DESC LIMIT $3",
        PageOfAction = "SELECT seq, at, actor, client, action, subject, detail, hash \
            FROM audit_entries WHERE tenant = $1 AND action = $6 AND seq < $2 \
            AND at >= $4 AND at < $5 ORDER BY seq DESC LIMIT $3",
        PageOfActor = "SELECT seq, at, actor, client, action, subject, detail, hash \
            FROM audit_entries WHERE tenant = $1 AND actor = $6 AND seq < $2 \
            AND at >= $4 AND at < $5 AND ($7 = '' OR action = $7) ORDER BY seq DESC LIMIT $3",
        Forward = "SELECT seq, at, actor, client, action, subject, detail, hash \
            FROM audit_entries WHERE tenant = $1 AND seq > $2 ORDER BY seq LIMIT $3",
        Outlived = "SELECT c.tenant, c.seq, c.hash, c.base_seq, c.base_hash FROM audit_chains c \
            JOIN audit_entries e ON e.tenant = c.tenant AND e.seq = c.base_seq + 1 \
            WHERE e.at < $1 AND c.seq > c.base_seq + 1 ORDER BY c.tenant LIMIT $2",
        FirstKept = "SELECT COALESCE(MIN(seq), 0) AS n FROM audit_entries \
            WHERE tenant = $1 AND at >= $2",
        HashOf = "SELECT seq, at, actor, client, action, subject, detail, hash \
            FROM audit_entries WHERE tenant = $1 AND seq = $2",
        Rebase = "UPDATE audit_chains SET base_seq = $2, base_hash = $3 WHERE tenant = $1",
        Prune = "DELETE FROM audit_entries WHERE tenant = $1 AND seq <= $2",
        Keys = "SELECT key_id, pkcs8, public_x, created_at FROM audit_keys \
            ORDER BY created_at DESC, key_id DESC",
        AddKey = "INSERT INTO audit_keys (key_id, pkcs8, public_x, created_at) \
            VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
    }
}

/// What was done, and by whom.
#[async_trait]
pub trait Audit: Send {
    /// Adds a row at the end of a chain; returns where it ends now.
    async fn append(&mut self, chain: Chain, entry: &AuditEntry) -> Stored<ChainHead>;
    /// Rows that fit, newest first, before the row `before`.
    async fn page(
        &mut self,
        chain: Chain,
        filter: &AuditFilter,
        before: Option<i64>,
        limit: u32,
    ) -> Stored<Vec<AuditRecord>>;
    /// Rows behind the row `after`, oldest first.
    async fn forward(&mut self, chain: Chain, after: i64, limit: u32) -> Stored<Vec<AuditRecord>>;
    /// Where a chain begins and ends; `None` when nothing was ever appended.
    async fn state(&mut self, chain: Chain) -> Stored<Option<ChainState>>;
    /// Chains with where they end, in the order of their ids, the service's
    /// first; those behind `after`.
    async fn chains(
        &mut self,
        after: Option<Chain>,
        limit: u32,
    ) -> Stored<Vec<(Chain, ChainState)>>;
    /// Chains that have rows, and no note of where they end.
    async fn unnoted(&mut self) -> Stored<Vec<Chain>>;
    /// Walks along a whole chain and holds it against what witnesses know.
    async fn verify(
        &mut self,
        chain: Chain,
        witnesses: Vec<Witness>,
        now: Timestamp,
    ) -> Stored<Vec<ChainFault>>;
    /// Removes rows older than [`AUDIT_KEPT`], at most those of some hundred
    /// chains, and never the last row of one; returns how many went.
    async fn prune(&mut self, now: Timestamp) -> Stored<u64>;
    /// The keys that heads were signed with, the newest first.
    async fn keys(&mut self) -> Stored<Vec<AuditKey>>;
    /// Adds a key; `Conflict` when it is there.
    async fn add_key(&mut self, key: &AuditKey) -> Stored<()>;
}

#[async_trait]
impl Audit for Work {
    async fn append(&mut self, chain: Chain, entry: &AuditEntry) -> Stored<ChainHead> {
        let state = self.audit().state(chain).await?.unwrap_or_default();
        let mut record = AuditRecord {
            seq: state.head.seq.saturating_add(1),
            at: entry.at,
            actor: entry.actor.to_string(),
            client: entry.client.clone(),
            action: entry.action.as_str().to_owned(),
            subject: entry.subject.clone(),
            detail: entry.detail.clone(),
            hash: NOTHING,
        };
        record.hash = chain::hash(chain, &state.head.hash, &record);
        let row = [
            chain.value(),
            record.seq.into(),
            record.at.into(),
            record.actor.into(),
            record.client.into(),
            record.action.into(),
            record.subject.into(),
            record.detail.into(),
            record.hash.as_slice().into(),
        ];
        self.run(Sql::Insert, &row).await?;
        let head = ChainHead {
            seq: record.seq,
            hash: record.hash,
        };
        let end = [
            chain.value(),
            head.seq.into(),
            head.hash.as_slice().into(),
            NOTHING.as_slice().into(),
        ];
        self.run(Sql::Advance, &end).await?;
        Ok(head)
    }

    async fn page(
        &mut self,
        chain: Chain,
        filter: &AuditFilter,
        before: Option<i64>,
        limit: u32,
    ) -> Stored<Vec<AuditRecord>> {
        let mut place = vec![
            chain.value(),
            before.unwrap_or(i64::MAX).into(),
            i64::from(limit).into(),
            filter.from.map_or(i64::MIN, |from| from.0).into(),
            filter.to.map_or(i64::MAX, |to| to.0).into(),
        ];
        let action = filter.action.map(AuditAction::as_str);
        match (filter.actor, action) {
            (Some(actor), action) => {
                place.push(actor.to_string().into());
                place.push(action.unwrap_or_default().into());
                self.all(Sql::PageOfActor, &place).await
            }
            (None, Some(action)) => {
                place.push(action.into());
                self.all(Sql::PageOfAction, &place).await
            }
            (None, None) => self.all(Sql::Page, &place).await,
        }
    }

    async fn forward(&mut self, chain: Chain, after: i64, limit: u32) -> Stored<Vec<AuditRecord>> {
        let place = [chain.value(), after.into(), i64::from(limit).into()];
        self.all(Sql::Forward, &place).await
    }

    async fn state(&mut self, chain: Chain) -> Stored<Option<ChainState>> {
        let noted: Option<Noted> = self.one(Sql::State, &[chain.value()]).await?;
        Ok(noted.map(|noted| noted.state))
    }

    async fn chains(
        &mut self,
        after: Option<Chain>,
        limit: u32,
    ) -> Stored<Vec<(Chain, ChainState)>> {
        let limit = i64::from(limit).into();
        let noted: Vec<Noted> = match after {
            None => self.all(Sql::First, &[limit]).await?,
            Some(after) => self.all(Sql::States, &[after.value(), limit]).await?,
        };
        Ok(noted
            .into_iter()
            .map(|one| (one.chain, one.state))
            .collect())
    }

    async fn unnoted(&mut self) -> Stored<Vec<Chain>> {
        let rows: Vec<UnnotedRow> = self.all(Sql::Unnoted, &[]).await?;
        Ok(rows.into_iter().map(|UnnotedRow(chain)| chain).collect())
    }

    async fn verify(
        &mut self,
        chain: Chain,
        witnesses: Vec<Witness>,
        now: Timestamp,
    ) -> Stored<Vec<ChainFault>> {
        let state = self.audit().state(chain).await?.unwrap_or_default();
        let mut verifier = Verifier::new(chain, state, witnesses, kept_since(now));
        let mut after = state.base.seq;
        loop {
            let records = self.audit().forward(chain, after, STRIDE).await?;
            let Some(last) = records.last() else {
                return Ok(verifier.finish());
            };
            after = last.seq;
            for record in &records {
                verifier.feed(record);
            }
        }
    }

    async fn prune(&mut self, now: Timestamp) -> Stored<u64> {
        let bound = kept_since(now);
        let place = [bound.into(), i64::from(PRUNED_AT_ONCE).into()];
        let outlived: Vec<Noted> = self.all(Sql::Outlived, &place).await?;
        let mut removed = 0;
        for Noted { chain, state } in outlived {
            let kept = [chain.value(), bound.into()];
            let first_kept = self.number(Sql::FirstKept, &kept).await?;
            let end = match first_kept {
                0 => state.head.seq,
                first => first.min(state.head.seq),
            };
            let last = [chain.value(), end.saturating_sub(1).into()];
            let found: Option<AuditRecord> = self.one(Sql::HashOf, &last).await?;
            // A gap is for whoever checks the chain, not for whoever tidies.
            let Some(found) = found.filter(|found| found.seq > state.base.seq) else {
                continue;
            };
            let base = [
                chain.value(),
                found.seq.into(),
                found.hash.as_slice().into(),
            ];
            self.run(Sql::Rebase, &base).await?;
            let gone = [chain.value(), found.seq.into()];
            removed += self.run(Sql::Prune, &gone).await?;
        }
        Ok(removed)
    }

    async fn keys(&mut self) -> Stored<Vec<AuditKey>> {
        self.all(Sql::Keys, &[]).await
    }

    async fn add_key(&mut self, key: &AuditKey) -> Stored<()> {
        let row = [
            key.key_id.as_str().into(),
            key.pkcs8.as_slice().into(),
            key.public_x.as_str().into(),
            key.created_at.into(),
        ];
        if self.touched(Sql::AddKey, &row).await? {
            Ok(())
        } else {
            Err(StoreError::Conflict)
        }
    }
}

/// Rows older than this have had their time.
fn kept_since(now: Timestamp) -> Timestamp {
    let kept = i64::try_from(AUDIT_KEPT.as_millis()).unwrap_or(i64::MAX);
    Timestamp(now.0.saturating_sub(kept))
}

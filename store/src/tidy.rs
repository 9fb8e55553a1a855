//! Housekeeping: what has expired and helps nobody is removed. Run it about
//! once an hour; running it more often, or twice at once, does no harm.

use std::time::Duration;

use model::Timestamp;

use super::open::Store;
use super::repositories::Stored;
use super::statement::statements;

/// How long refusals are kept.
pub const REFUSALS_KEPT: Duration = Duration::from_hours(30 * 24);

/// How long credentials that have ended are still shown.
pub const ENDED_CREDENTIALS_KEPT: Duration = Duration::from_hours(30 * 24);

/// How many refusals of one house are kept, the newest.
pub const REFUSALS_PER_HOUSE: u32 = 10_000;

/// How many refusals of the portal and the API are kept of one tenant, the newest.
pub const REFUSALS_PER_TENANT: u32 = 1_000;

statements! {
    pub(super) enum Sql {
        Ceremonies = "DELETE FROM passkey_ceremonies WHERE expires_at <= $1",
        Links = "DELETE FROM one_time_links WHERE expires_at <= $1",
        Sessions = "DELETE FROM sessions WHERE expires_at <= $1",
        Tokens = "DELETE FROM token_pairs WHERE refresh_expires_at <= $1 \
            AND access_expires_at <= $1",
        Idempotency = "DELETE FROM idempotency_keys WHERE expires_at <= $1",
        ApiTokens = "DELETE FROM api_tokens WHERE expires_at <= $1",
        Invitations = "DELETE FROM invitations WHERE expires_at < $1",
        BusRevocations = "DELETE FROM bus_revocations WHERE until <= $1",
        Credentials = "UPDATE credentials SET revoked_at = not_after \
            WHERE revoked_at IS NULL AND not_after < $1",
        Refusals = "DELETE FROM refusals WHERE at < $1",
        TenantRefusals = "DELETE FROM tenant_refusals WHERE at < $1",
        Notices = "DELETE FROM quota_notices WHERE begun <> 0 AND begun < $1",
    }
}

impl Store {
    /// Removes links, sessions, tokens and revocations that have expired, and
    /// refusals older than [`REFUSALS_KEPT`], and rows of the audit log older
    /// than [`crate::AUDIT_KEPT`]; credentials that ended before
    /// [`ENDED_CREDENTIALS_KEPT`] are revoked. Returns how many rows it was.
    pub async fn tidy(&self, now: Timestamp) -> Stored<u64> {
        let kept = i64::try_from(REFUSALS_KEPT.as_millis()).unwrap_or(i64::MAX);
        let oldest = Timestamp(now.0.saturating_sub(kept));
        let kept = i64::try_from(ENDED_CREDENTIALS_KEPT.as_millis()).unwrap_or(i64::MAX);
        let ended = Timestamp(now.0.saturating_sub(kept));
        let mut work = self.begin_write().await?;
        let mut removed = 0;
        for (statement, bound) in [
            (Sql::Ceremonies, now),
            (Sql::Links, now),
            (Sql::Sessions, now),
            (Sql::Tokens, now),
            (Sql::ApiTokens, now),
            (Sql::Idempotency, now),
            (Sql::BusRevocations, now),
            (Sql::Credentials, ended),
            (Sql::Refusals, oldest),
            (Sql::Invitations, oldest),
            (Sql::TenantRefusals, oldest),
            (Sql::Notices, oldest),
        ] {
            removed += work.run(statement, &[bound.into()]).await?;
        }
        removed += work.audit().prune(now).await?;
        work.commit().await?;
        Ok(removed)
    }
}

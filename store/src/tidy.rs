//! Housekeeping: what has expired and helps nobody is removed. Run it about
//! once an hour; running it more often, or twice at once, does no harm.

use std::time::Duration;

use model::Timestamp;

use super::open::Store;
use super::repositories::Stored;
use super::statement::statements;

/// How long refusals are kept.
pub const REFUSALS_KEPT: Duration = Duration::from_hours(30 * 24);

/// How many refusals of one house are kept, the newest.
pub const REFUSALS_PER_HOUSE: u32 = 10_000;

statements! {
    pub(super) enum Sql {
        Links = "DELETE FROM one_time_links WHERE expires_at <= $1",
        Sessions = "DELETE FROM sessions WHERE expires_at <= $1",
        Tokens = "DELETE FROM token_pairs WHERE refresh_expires_at <= $1 \
            AND access_expires_at <= $1",
        ApiTokens = "DELETE FROM api_tokens WHERE expires_at <= $1",
        BusRevocations = "DELETE FROM bus_revocations WHERE until <= $1",
        Refusals = "DELETE FROM refusals WHERE at < $1",
    }
}

impl Store {
    /// Removes links, sessions, tokens and revocations that have expired, and
    /// refusals older than [`REFUSALS_KEPT`]; returns how many rows went.
    pub async fn tidy(&self, now: Timestamp) -> Stored<u64> {
        let kept = i64::try_from(REFUSALS_KEPT.as_millis()).unwrap_or(i64::MAX);
        let oldest = Timestamp(now.0.saturating_sub(kept));
        let mut work = self.begin_write().await?;
        let mut removed = 0;
        for (statement, bound) in [
            (Sql::Links, now),
            (Sql::Sessions, now),
            (Sql::Tokens, now),
            (Sql::ApiTokens, now),
            (Sql::BusRevocations, now),
            (Sql::Refusals, oldest),
        ] {
            removed += work.run(statement, &[bound.into()]).await?;
        }
        work.commit().await?;
        Ok(removed)
    }
}

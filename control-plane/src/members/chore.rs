//! Memberships that have ended. They are refused from their end on wherever
//! they are used; here they are removed, with the bus tokens that hang on them.

use std::time::Duration;

use model::AuditAction;

use crate::app::App;
use crate::audit::Note;
use crate::bus_tokens;
use crate::store::StoreError;

/// How often it is looked.
const EVERY: Duration = Duration::from_mins(1);

/// Starts looking; ends when the process drains.
pub(crate) fn start(app: &App) {
    let it = app.clone();
    app.lifecycle
        .spawn("ended memberships", |drain| async move {
            let mut ticks = tokio::time::interval(EVERY);
            while drain.run_until_cancelled(ticks.tick()).await.is_some() {
                if let Err(error) = end_due(&it).await {
                    // The next round tries again.
                    tracing::warn!(%error, "Ended memberships could not be removed: {error}");
                }
            }
        });
}

/// Removes what has ended; returns how many memberships that concerned.
pub async fn end_due(app: &App) -> Result<usize, StoreError> {
    let mut work = app.store.begin_read().await?;
    let ended = work.members().ended(app.now()).await?;
    drop(work);
    let mut removed = 0;
    for (tenant, account) in ended {
        let now = app.now();
        let tokens_until = now.after(bus_tokens::LASTS);
        let mut work = app.store.begin_write().await?;
        let members = work.members();
        if members.end(tenant, account, now, tokens_until).await? {
            removed += 1;
            Note::by_service(AuditAction::MemberRemoved, account)
                .in_tenant(tenant)
                .with("ended", true)
                .write_at(now, &mut work)
                .await?;
        }
        work.commit().await?;
        tracing::info!(account.id = %account, tenant.id = %tenant, "A membership has ended");
    }
    Ok(removed)
}

//! Housekeeping of usage.

use std::time::Duration;

use super::telling;
use crate::app::App;
use crate::store::{DAYS_KEPT, HOURS_KEPT, StoreError};

/// How often it is looked whose use changed: a notice comes at most this late.
const EVERY: Duration = Duration::from_secs(3);

/// Starts looking; ends when the process drains.
pub fn start(app: &App) {
    let it = app.clone();
    app.lifecycle
        .spawn("notices of quotas", |drain| async move {
            let mut ticks = tokio::time::interval(EVERY);
            while drain.run_until_cancelled(ticks.tick()).await.is_some() {
                if let Err(error) = telling::look(&it).await {
                    // What was not looked at is still noted for the next round.
                    tracing::warn!(%error, "Quotas could not be looked at: {error}");
                }
            }
        });
}

/// Folds old hours into days and drops days that are too old.
pub async fn fold(app: &App) -> Result<(), StoreError> {
    let ago = |span: Duration| {
        let span = i64::try_from(span.as_millis()).unwrap_or(i64::MAX);
        model::Timestamp(app.now().0.saturating_sub(span))
    };
    loop {
        let mut work = app.store.begin_write().await?;
        let folded = work.usage().fold(ago(HOURS_KEPT)).await?;
        if folded == 0 {
            break;
        }
        work.commit().await?;
    }
    let mut work = app.store.begin_write().await?;
    work.usage().forget(ago(DAYS_KEPT)).await?;
    work.commit().await.map(drop)
}

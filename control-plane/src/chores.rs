//! Housekeeping: tasks that look at what is there and remove what has had its
//! time. They take no input, so a trigger that gets lost costs nothing.

use std::time::Duration;

use crate::app::App;
use crate::store::StoreError;
use crate::{accounts, audit, members, plans, standing, usage};

/// How often what is in memory is looked through.
const MEMORY_EVERY: Duration = Duration::from_mins(1);
/// How often the database is.
const DATABASE_EVERY: Duration = Duration::from_hours(1);

/// Starts the housekeeping; it ends when the process drains.
pub fn start(app: &App) {
    plans::chore::start(app);
    standing::erase::start(app);
    members::chore::start(app);
    usage::chore::start(app);
    audit::export::start(app);
    accounts::erase::start(app);
    let memory = app.clone();
    app.lifecycle
        .spawn("control plane memory", |drain| async move {
            let mut ticks = tokio::time::interval(MEMORY_EVERY);
            while drain.run_until_cancelled(ticks.tick()).await.is_some() {
                memory.limits.forget_the_innocent();
                memory.shown_once.forget_old(memory.now());
            }
        });
    let database = app.clone();
    app.lifecycle
        .spawn("control plane database", |drain| async move {
            let mut ticks = tokio::time::interval(DATABASE_EVERY);
            while drain.run_until_cancelled(ticks.tick()).await.is_some() {
                tidy(&database).await;
            }
        });
}

/// Removes expired links, sessions, tokens and old refusals.
pub async fn tidy(app: &App) {
    if let Err(error) = index_missing(app).await {
        tracing::warn!(%error, "Tenants could not be made findable: {error}");
    }
    if let Err(error) = usage::chore::fold(app).await {
        tracing::warn!(%error, "Usage could not be folded into days: {error}");
    }
    match app.store.tidy(app.now()).await {
        Ok(0) => {}
        Ok(removed) => tracing::debug!(removed, "Removed {removed} expired rows"),
        // The next round tries again.
        Err(error) => tracing::warn!(%error, "Expired rows could not be removed: {error}"),
    }
}

/// Makes tenants findable that are older than the table of words.
async fn index_missing(app: &App) -> Result<(), StoreError> {
    loop {
        let mut work = app.store.begin_write().await?;
        if work.directory().index_missing().await? == 0 {
            return Ok(());
        }
        work.commit().await?;
    }
}

//! Housekeeping: tasks that look at what is there and remove what has had its
//! time. They take no input, so a trigger that gets lost costs nothing.

use std::time::Duration;

use crate::app::App;

/// How often what is in memory is looked through.
const MEMORY_EVERY: Duration = Duration::from_mins(1);
/// How often the database is.
const DATABASE_EVERY: Duration = Duration::from_hours(1);

/// Starts the housekeeping; it ends when the process drains.
pub(crate) fn start(app: &App) {
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
pub(crate) async fn tidy(app: &App) {
    match app.store.tidy(app.now()).await {
        Ok(0) => {}
        Ok(removed) => tracing::debug!(removed, "Removed {removed} expired rows"),
        // The next round tries again.
        Err(error) => tracing::warn!(%error, "Expired rows could not be removed: {error}"),
    }
}

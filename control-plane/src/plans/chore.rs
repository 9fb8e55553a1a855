//! Exceptions that end by themselves.

use std::time::Duration;

use super::service;
use crate::app::App;

/// How often it is looked: an exception ends at most this late.
const EVERY: Duration = Duration::from_secs(1);

/// Starts looking; ends when the process drains.
pub fn start(app: &App) {
    let it = app.clone();
    app.lifecycle
        .spawn("ends of exceptions", |drain| async move {
            let mut ticks = tokio::time::interval(EVERY);
            while drain.run_until_cancelled(ticks.tick()).await.is_some() {
                if let Err(error) = service::end_outlived(&it).await {
                    // The next round tries again.
                    tracing::warn!(%error, "Exceptions could not be ended: {error}");
                }
            }
        });
}

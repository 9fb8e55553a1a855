//! Waiting with a deadline.

use std::time::Duration;

use anyhow::{Context, Result};

/// Longer than anything takes on a loaded machine, shorter than patience.
pub const DEADLINE: Duration = Duration::from_secs(30);

/// How often a condition is looked at again.
const AGAIN: Duration = Duration::from_millis(20);

/// Asks until there is an answer; fails after [`DEADLINE`] and says what was
/// waited for.
pub async fn until<T>(what: &str, mut ask: impl AsyncFnMut() -> Result<Option<T>>) -> Result<T> {
    let asking = async {
        loop {
            if let Some(answer) = ask().await? {
                return Ok(answer);
            }
            tokio::time::sleep(AGAIN).await;
        }
    };
    within(what, asking).await?
}

/// Waits for one thing, at most [`DEADLINE`].
pub async fn within<T>(what: &str, thing: impl Future<Output = T>) -> Result<T> {
    tokio::time::timeout(DEADLINE, thing)
        .await
        .with_context(|| format!("waited {} s for {what}", DEADLINE.as_secs()))
}

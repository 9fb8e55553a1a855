//! Erasing tenants whose time to come back is over.

use std::time::Duration;

use crate::app::App;
use crate::store::{Receipt, StoreError};

/// How often it is looked.
const EVERY: Duration = Duration::from_mins(1);

/// Starts looking; ends when the process drains. What is overdue because the
/// process was not running is done at the start.
pub fn start(app: &App) {
    let it = app.clone();
    app.lifecycle
        .spawn("erasure of deleted tenants", |drain| async move {
            let mut ticks = tokio::time::interval(EVERY);
            while drain.run_until_cancelled(ticks.tick()).await.is_some() {
                if let Err(error) = erase_due(&it).await {
                    // The next round tries again.
                    tracing::error!(%error, "A deleted tenant could not be erased: {error}");
                }
            }
        });
}

/// Erases what is due and returns the receipts. The cell erases its part when
/// it reads that the tenant is gone.
pub async fn erase_due(app: &App) -> Result<Vec<Receipt>, StoreError> {
    let mut work = app.store.begin_read().await?;
    let due = work.erasures().due(app.now()).await?;
    drop(work);
    let mut receipts = Vec::new();
    for tenant in due {
        let mut work = app.store.begin_write().await?;
        let receipt = work.erasures().erase(tenant, app.now()).await?;
        work.commit().await?;
        if let Some(receipt) = receipt {
            let left: u64 = receipt.stores.iter().map(|store| store.found).sum();
            if left == 0 {
                tracing::info!("Tenant {} was erased", receipt.slug);
            } else {
                tracing::error!(
                    "Tenant {} was erased and {left} rows are left",
                    receipt.slug
                );
            }
            receipts.push(receipt);
        }
    }
    Ok(receipts)
}

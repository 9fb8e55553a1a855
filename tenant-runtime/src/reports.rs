//! What the houses refused and what they keep, on its way to the control
//! plane.
//!
//! [`Reports`] is what every house task writes into; [`Reports::send`] empties
//! it into the report sink, and again and again when the sink cannot take it.

mod tally;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ::house::{Possessions, Refused};
use cell::ReportSink;
use model::{Ambient, HouseId, Timestamp};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use tally::Tally;

/// The shortest time between two reports.
const BETWEEN: Duration = Duration::from_millis(200);

/// The longest pause after failed reports; it doubles up to this.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// How long the last report at a stop may take.
const AT_STOP: Duration = Duration::from_secs(2);

/// Where house tasks note what is to be reported. Clones share.
#[derive(Clone, Default)]
pub(crate) struct Reports {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    tally: Mutex<Tally>,
    changed: Notify,
}

impl Reports {
    /// The house refused something at `now`.
    pub(crate) fn refused(&self, house: &HouseId, now: Timestamp, refused: Refused) {
        metrics::counter!("runtime_refusals_total", "reason" => refused.reason.as_str())
            .increment(refused.count);
        self.lock().refused(house, now, refused);
        self.shared.changed.notify_one();
    }

    /// The house has this since `now`.
    pub(crate) fn keeps(&self, house: &HouseId, now: Timestamp, has: Possessions) {
        if self.lock().keeps(house, now, has) {
            self.shared.changed.notify_one();
        }
    }

    /// The house is gone.
    pub(crate) fn forget(&self, house: &HouseId) {
        self.lock().forget(house);
    }

    /// Sends reports until `drain`, and what is left then, once.
    pub(crate) async fn send(
        self,
        sink: Arc<dyn ReportSink>,
        ambient: Arc<dyn Ambient>,
        drain: CancellationToken,
    ) {
        let mut pause = BETWEEN;
        loop {
            let wait = self.lock().next_due(ambient.now());
            tokio::select! {
                () = self.shared.changed.notified() => {}
                () = sleep(wait) => {}
                () = drain.cancelled() => break,
            }
            let report = self.lock().take(ambient.now());
            pause = if self.deliver(report, sink.as_ref()).await {
                BETWEEN
            } else {
                self.shared.changed.notify_one();
                pause.saturating_mul(2).min(LONGEST_PAUSE)
            };
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = drain.cancelled() => break,
            }
        }
        let rest = self.lock().take_all();
        let last = self.deliver(rest, sink.as_ref());
        if tokio::time::timeout(AT_STOP, last).await.is_err() {
            tracing::warn!("The runtime's last report did not get through before the stop");
        }
    }

    async fn deliver(&self, report: Option<cell::Report>, sink: &dyn ReportSink) -> bool {
        let Some(report) = report else {
            return true;
        };
        match sink.report(report.clone()).await {
            Ok(()) => true,
            Err(error) => {
                tracing::debug!(%error, "The runtime's report was not taken; it will be repeated");
                self.lock().put_back(report);
                false
            }
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Tally> {
        self.shared
            .tally
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Waits; without a time, for ever.
async fn sleep(wait: Option<Duration>) {
    match wait {
        Some(wait) => tokio::time::sleep(wait).await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests;

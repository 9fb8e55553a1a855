//! What this gateway saw, on its way to the control plane.
//!
//! [`Reports`] is the counter that every part writes into; [`send_for_ever`]
//! empties it into the report sink: at once when something changed, at most
//! every 200 ms, and again and again when the sink cannot take it.

mod tally;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use cell::{Kept, Presence, Report, ReportSink};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::metering::Ledger;

pub use tally::RefusalEvent;
use tally::Tally;

/// Rows of usage in one report at most.
const USAGE_ROWS: usize = 2_000;
/// The shortest time between two reports.
const BETWEEN: Duration = Duration::from_millis(200);
/// The longest pause after failed reports; it doubles up to this.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);
/// How long the last report at a stop may take.
const AT_STOP: Duration = Duration::from_secs(2);

/// Where refusals, presence and usage are noted. Cheap to clone; clones share.
#[derive(Clone, Default)]
pub struct Reports {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    tally: Mutex<Tally>,
    changed: Notify,
    ledger: Ledger,
}

impl Reports {
    /// Nothing noted yet. What `ledger` holds is reported with the rest.
    #[must_use]
    pub fn new(ledger: Ledger) -> Self {
        let shared = Shared {
            ledger,
            ..Shared::default()
        };
        // What an earlier run could not report.
        shared.changed.notify_one();
        Self {
            shared: Arc::new(shared),
        }
    }

    /// Where what houses have sent is written; [`Reports::used`] says when.
    #[must_use]
    pub fn ledger(&self) -> &Ledger {
        &self.shared.ledger
    }

    /// There is something new in the ledger.
    pub fn used(&self) {
        self.shared.changed.notify_one();
    }

    /// Takes what a house keeps now.
    pub fn keeps(&self, kept: Kept) {
        self.note(|tally| tally.keeps(kept));
    }

    /// Counts a refusal.
    pub fn refused(&self, event: RefusalEvent) {
        metrics::counter!("gateway_refusals_total", "reason" => event.reason.as_str()).increment(1);
        self.note(|tally| tally.refused(event));
    }

    /// Takes the newest presence of a house.
    pub fn present(&self, presence: Presence) {
        self.note(|tally| tally.present(presence));
    }

    fn note(&self, change: impl FnOnce(&mut Tally)) {
        change(&mut self.lock());
        self.shared.changed.notify_one();
    }

    /// Everything that is to be told; `None` for nothing.
    fn take(&self) -> Option<Report> {
        let report = self.lock().take();
        let usage = self.shared.ledger.untold(USAGE_ROWS);
        if usage.is_empty() {
            return report;
        }
        Some(Report {
            usage,
            ..report.unwrap_or_default()
        })
    }

    /// The control plane has it.
    fn taken(&self, report: &Report) {
        self.shared.ledger.told(&report.usage);
        if report.usage.len() >= USAGE_ROWS {
            self.shared.changed.notify_one();
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Tally> {
        self.shared
            .tally
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Sends reports until `drain`, and what is left then, once.
pub async fn send_for_ever(reports: Reports, sink: Arc<dyn ReportSink>, drain: CancellationToken) {
    let mut pause = BETWEEN;
    loop {
        tokio::select! {
            () = reports.shared.changed.notified() => {}
            () = drain.cancelled() => break,
        }
        pause = if send_once(&reports, sink.as_ref()).await {
            BETWEEN
        } else {
            reports.shared.changed.notify_one();
            pause.saturating_mul(2).min(LONGEST_PAUSE)
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = drain.cancelled() => break,
        }
    }
    if tokio::time::timeout(AT_STOP, send_once(&reports, sink.as_ref()))
        .await
        .is_err()
    {
        tracing::warn!("The last report did not get through before the stop");
    }
}

async fn send_once(reports: &Reports, sink: &dyn ReportSink) -> bool {
    let Some(report) = reports.take() else {
        return true;
    };
    match sink.report(report.clone()).await {
        Ok(()) => {
            reports.taken(&report);
            true
        }
        Err(error) => {
            tracing::debug!(%error, "Report not taken; it will be repeated");
            reports.lock().put_back(report);
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use async_trait::async_trait;
    use cell::{LinkError, Report};
    use model::{RefusalReason, Timestamp};
    use tokio::sync::mpsc;

    use super::*;

    struct FailsFirst {
        failures: AtomicUsize,
        taken: mpsc::UnboundedSender<Report>,
    }

    #[async_trait]
    impl ReportSink for FailsFirst {
        async fn report(&self, report: Report) -> Result<(), LinkError> {
            let left = self.failures.load(Ordering::Relaxed);
            if left > 0 {
                self.failures.store(left - 1, Ordering::Relaxed);
                return Err(LinkError("away".into()));
            }
            self.taken
                .send(report)
                .map_err(|e| LinkError(e.to_string()))
        }
    }

    fn refusal(subject: &str) -> RefusalEvent {
        RefusalEvent {
            house: "villa-7k3q9x".parse().unwrap(),
            at: Timestamp(0),
            reason: RefusalReason::Permission,
            limit: None,
            client: "c".into(),
            subject: subject.into(),
            count: 1,
            clears_at: None,
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_report_that_fails_is_repeated_with_what_came_since() {
        let (taken, mut seen) = mpsc::unbounded_channel();
        let sink = Arc::new(FailsFirst {
            failures: 3.into(),
            taken,
        });
        let reports = Reports::default();
        let drain = CancellationToken::new();
        let sending = send_for_ever(reports.clone(), sink, drain.clone());
        let checking = async {
            reports.refused(refusal("a"));
            tokio::time::sleep(Duration::from_millis(100)).await;
            reports.refused(refusal("a"));
            reports.refused(refusal("b"));
            let report = seen.recv().await.unwrap();
            let counts: Vec<_> = report
                .refusals
                .iter()
                .map(|row| (row.subject.as_str(), row.count))
                .collect();
            assert_eq!(counts, [("a", 2), ("b", 1)]);
            reports.refused(refusal("c"));
            drain.cancel();
            assert_eq!(seen.recv().await.unwrap().refusals[0].subject, "c");
        };
        tokio::join!(sending, checking);
    }
}

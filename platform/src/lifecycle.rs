//! Tasks with a name, an owner and two ways to stop.

use std::fmt::Debug;
use std::future::Future;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Owns every task of the process and stops them in two stages: first all are
/// asked to drain, then those that did not are aborted.
#[derive(Clone, Default)]
pub struct Lifecycle {
    drain: CancellationToken,
    abort: CancellationToken,
    tasks: TaskTracker,
}

impl Lifecycle {
    /// The token that says "finish what you have begun".
    #[must_use]
    pub fn drain(&self) -> CancellationToken {
        self.drain.clone()
    }

    /// Runs a service: a task meant to live as long as the process. It watches
    /// the token it is given and finishes what it has begun. If it ends first,
    /// by returning, failing or panicking, the whole process drains, so that
    /// whoever supervises the process starts it afresh.
    pub fn spawn<F>(&self, name: &'static str, service: impl FnOnce(CancellationToken) -> F)
    where
        F: Future + Send + 'static,
        F::Output: Debug,
    {
        let work = service(self.drain.clone());
        let (drain, abort) = (self.drain.clone(), self.abort.clone());
        let end_of_service = self.drain.clone().drop_guard();
        self.tasks.spawn(async move {
            let _end_of_service = end_of_service;
            tokio::select! {
                outcome = work => if drain.is_cancelled() {
                    tracing::debug!(service = name, "Service {name} drained");
                } else {
                    tracing::error!(service = name, ?outcome, "Service {name} ended by itself");
                },
                () = abort.cancelled() => {
                    tracing::warn!(service = name, "Service {name} did not drain in time");
                }
            }
        });
    }

    /// Runs a short-lived task, such as one connection. Its end is its own
    /// affair; at the stop it is waited for, then aborted.
    pub fn spawn_task<F>(&self, name: &'static str, work: F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let abort = self.abort.clone();
        self.tasks.spawn(async move {
            tokio::select! {
                () = work => {}
                () = abort.cancelled() => tracing::debug!(task = name, "Task {name} aborted"),
            }
        });
    }

    /// Asks every task to drain, then aborts those still running after `grace`.
    pub async fn stop(&self, grace: Duration) {
        self.drain.cancel();
        self.tasks.close();
        if tokio::time::timeout(grace, self.tasks.wait())
            .await
            .is_err()
        {
            self.abort.cancel();
            self.tasks.wait().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_service_that_panics_drains_the_process() {
        let lifecycle = Lifecycle::default();
        lifecycle.spawn("healthy", |drain| async move { drain.cancelled().await });
        lifecycle.spawn("sick", |_| async { assert_eq!(1, 2, "on purpose") });
        lifecycle.drain().cancelled().await;
        lifecycle.stop(Duration::from_secs(5)).await;
    }

    #[tokio::test(start_paused = true)]
    async fn what_ignores_the_drain_is_aborted_after_the_grace() {
        let lifecycle = Lifecycle::default();
        lifecycle.spawn("deaf", |_| std::future::pending::<()>());
        lifecycle.spawn_task("deaf too", std::future::pending());
        lifecycle.stop(Duration::from_secs(30)).await;
    }
}

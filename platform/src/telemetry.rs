//! Log lines to standard error, metrics for `/metrics`.

use std::io::IsTerminal;
use std::time::Duration;

use metrics_exporter_prometheus::{BuildError, PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

use crate::lifecycle::Lifecycle;
use crate::settings::{LogFormat, LogSettings};

/// How often the metrics recorder clears out what it no longer needs.
const UPKEEP: Duration = Duration::from_secs(5);

/// Starts log output. A second call in one process changes nothing.
pub fn init_log(settings: &LogSettings) {
    let filter = EnvFilter::try_new(&settings.filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    let started = match settings.format {
        LogFormat::Text => lines.try_init(),
        LogFormat::Json => lines.json().try_init(),
    };
    if let Err(already) = started {
        tracing::debug!(%already, "Log output was started before");
    }
}

/// Starts the metrics recorder of this process; the handle renders `/metrics`.
pub fn init_metrics(lifecycle: &Lifecycle) -> Result<PrometheusHandle, BuildError> {
    let handle = PrometheusBuilder::new().install_recorder()?;
    let upkeep = handle.clone();
    lifecycle.spawn("metrics upkeep", |drain| async move {
        let mut ticks = tokio::time::interval(UPKEEP);
        while drain.run_until_cancelled(ticks.tick()).await.is_some() {
            upkeep.run_upkeep();
        }
    });
    Ok(handle)
}

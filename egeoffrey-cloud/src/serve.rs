//! `serve`: everything in one process. The only place that names every part.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use control_plane::{ControlPlane, ControlPlaneConfig, Portal, Ports, cell_link};
use gateway::{Gateway, GatewayConfig};
use model::Ambient;
use platform::{DataDir, Health, Lifecycle, Settings, SystemAmbient, telemetry};
use tenant_runtime::RuntimeConfig;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::behind_proxies::see_through;
use crate::cli::ServeArgs;
use crate::failure::Failure;
use crate::ready::Ready;
use crate::{addresses, database, demo};

/// Runs until a signal, or until a part fails.
pub fn run(settings: &Settings, args: &ServeArgs) -> Result<(), Failure> {
    telemetry::init_log(&settings.log);
    // Deleted when it is dropped, after everything has stopped.
    let passing = args.is_passing().then(tempfile::tempdir).transpose();
    let passing = passing.map_err(Failure::internal)?;
    let folder = passing.as_ref().map(tempfile::TempDir::path);
    let folder = folder.unwrap_or(&settings.data_dir);
    let data_dir = DataDir::open(folder).map_err(Failure::usage)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(Failure::internal)?;
    runtime.block_on(async {
        let lifecycle = Lifecycle::default();
        let mut signals = Signals::listen().map_err(Failure::internal)?;
        let mut outcome = start(settings, args, &data_dir, &lifecycle).await;
        if outcome.is_ok() {
            outcome = until_told_to_stop(&lifecycle, &mut signals).await;
        }
        let grace = Duration::from_secs(settings.http.drain_secs);
        tokio::select! {
            () = lifecycle.stop(grace) => outcome,
            _ = signals.next() => Err(Failure::Internal("told twice to stop: stopped at once".into())),
        }
    })
}

async fn start(
    settings: &Settings,
    args: &ServeArgs,
    data_dir: &DataDir,
    lifecycle: &Lifecycle,
) -> Result<(), Failure> {
    let http = listen(settings.http.listen).await?;
    let http_address = http.local_addr().map_err(Failure::internal)?;
    let ambient: Arc<dyn Ambient> = Arc::new(SystemAmbient);
    let health = Health::default();
    platform::disk::watch(data_dir.path().to_owned(), health.clone(), lifecycle);
    let metrics = telemetry::init_metrics(lifecycle).map_err(Failure::internal)?;
    let mailer = platform::mail::mailer(&settings.mail, data_dir.path(), Arc::clone(&ambient))
        .map_err(Failure::usage)?;
    let store = database::open(settings, data_dir.path(), &*ambient).await?;
    let link = cell_link::establish(&store, Arc::clone(&ambient)).await;
    let link = link.map_err(Failure::internal)?;

    let gateway = Gateway::start(
        gateway_config(settings, data_dir),
        link.feed(),
        link.reports(),
        Arc::clone(&ambient),
        lifecycle,
        health.clone(),
    );
    let gateway = gateway.await.map_err(Failure::usage)?;
    tenant_runtime::start(
        &RuntimeConfig {
            data_dir: data_dir.path().to_owned(),
            store_threads: None,
            sleep_after: Duration::from_secs(settings.houses.sleep_after_secs),
        },
        tenant_runtime::Links {
            feed: link.feed(),
            reports: link.reports(),
            connector: Arc::new(gateway.clone()),
        },
        Arc::clone(&ambient),
        lifecycle,
        health.clone(),
    )
    .map_err(Failure::internal)?;

    let mqtt_address = gateway.mqtt_address();
    let portal = addresses::public(settings, http_address, mqtt_address).map_err(Failure::usage)?;
    let config = plane_config(settings, data_dir, portal.clone());
    let clock = Arc::clone(&ambient);
    let control_plane = ControlPlane::start(
        config,
        Ports {
            store,
            link,
            asker: Arc::new(gateway.clone()),
            mailer,
            ambient,
            lifecycle: lifecycle.clone(),
            health,
            metrics: Arc::new(move || metrics.render()),
            pages: portal::pages(),
        },
    );
    let bus = gateway.websocket_router();
    let bus = see_through(bus, settings.http.proxies());
    serve_http(http, control_plane.router().merge(bus), lifecycle);
    let demo = if args.demo {
        let listeners = (http_address, mqtt_address);
        Some(demo::start(&control_plane, listeners, clock, lifecycle).await?)
    } else {
        None
    };
    let admin_setup = control_plane
        .one_time_link()
        .await
        .map_err(Failure::internal)?;

    let ready = Ready {
        http: portal.link(""),
        mqtt: mqtt_address.to_string(),
        mqtts: None,
        mqtt_ws: portal.gateway.ws_url.to_string(),
        admin_setup,
        demo,
    };
    tell(&ready, args)
}

/// Says that every listener accepts: in the file that was asked for, and to
/// whoever started it.
fn tell(ready: &Ready, args: &ServeArgs) -> Result<(), Failure> {
    if let Some(file) = &args.ready_file {
        ready.write(file).map_err(|cause| {
            Failure::usage(format!(
                "cannot write the ready file {}: {cause}",
                file.display()
            ))
        })?;
    }
    ready.announce().map_err(Failure::internal)
}

async fn listen(address: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(|cause| {
        Failure::usage(format!(
            "cannot listen for the portal on {address}: {cause}. Stop what uses that port, or \
             choose another with --http"
        ))
    })
}

fn plane_config(settings: &Settings, data_dir: &DataDir, portal: Portal) -> ControlPlaneConfig {
    ControlPlaneConfig {
        portal,
        sign_up_policy: settings.sign_up.policy,
        trusted_proxies: settings.http.proxies(),
        audit_heads: data_dir.path().join("audit/heads"),
    }
}

fn gateway_config(settings: &Settings, data_dir: &DataDir) -> GatewayConfig {
    let mut config = GatewayConfig::new(data_dir.path().to_owned());
    config.mqtt_listen = settings.gateway.mqtt_listen;
    if let Some(threads) = settings.gateway.threads {
        config.threads = threads;
    }
    config
}

fn serve_http(listener: TcpListener, router: axum::Router, lifecycle: &Lifecycle) {
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    lifecycle.spawn("http", |drain| async move {
        axum::serve(listener, service)
            .with_graceful_shutdown(drain.cancelled_owned())
            .await
    });
}

/// The signals that ask the process to stop.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    fn listen() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    async fn next(&mut self) -> &'static str {
        tokio::select! {
            _ = self.terminate.recv() => "SIGTERM",
            _ = self.interrupt.recv() => "SIGINT",
        }
    }
}

/// Returns at the first signal, or with a failure when a part has ended.
async fn until_told_to_stop(lifecycle: &Lifecycle, signals: &mut Signals) -> Result<(), Failure> {
    let drain = lifecycle.drain();
    tokio::select! {
        name = signals.next() => {
            tracing::info!("Stopping: {name}");
            Ok(())
        }
        () = drain.cancelled() => {
            Err(Failure::Internal("a part of the service ended; its log line says why".into()))
        }
    }
}

//! Putting the control plane together.

use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use cell::{Asker, Feed, ReportSink};
use model::Ambient;
use platform::mail::Mailer;
use platform::network::Network;
use platform::settings::SignUpPolicy;
use platform::{Health, Lifecycle};

use crate::app::{App, Parts, Portal, RenderMetrics};
use crate::cell_link::CellLink;
use crate::houses::flash::ShownOnce;
use crate::http::cookie::SessionCookie;
use crate::http::headers::content_security_policy;
use crate::http::layers;
use crate::http::pages::Pages;
use crate::http::problem::Problem;
use crate::passkeys::RelyingParty;
use crate::passwords::Passwords;
use crate::rate_limits::RateLimits;
use crate::setup::{Demo, NoDemo};
use crate::store::Store;
use crate::{chores, routes, setup};

/// What the control plane has to be told.
#[derive(Clone, Debug)]
pub struct ControlPlaneConfig {
    /// Public addresses of portal and gateway.
    pub portal: Portal,
    /// The settings' word on who may sign up; `None` leaves it to an admin.
    pub sign_up_policy: Option<SignUpPolicy>,
    /// Reverse proxies whose word on who asks is believed.
    pub trusted_proxies: Vec<Network>,
    /// The folder for signed heads of the audit log; made when missing.
    pub audit_heads: PathBuf,
}

/// The ports through which the control plane touches the world.
pub struct Ports {
    /// The database, opened.
    pub store: Store,
    /// The link to the cell, see [`crate::cell_link::establish`].
    pub link: CellLink,
    /// Questions to houses.
    pub asker: Arc<dyn Asker>,
    /// Outgoing mail.
    pub mailer: Arc<dyn Mailer>,
    /// Time and chance.
    pub ambient: Arc<dyn Ambient>,
    /// Owner of tasks.
    pub lifecycle: Lifecycle,
    /// What `/readyz` says.
    pub health: Health,
    /// Renders `/metrics`.
    pub metrics: RenderMetrics,
    /// The portal's pages.
    pub pages: Pages,
}

/// The control plane, running.
#[derive(Clone)]
pub struct ControlPlane {
    pub(crate) app: App,
}

impl ControlPlane {
    /// Starts it, with its housekeeping.
    #[must_use]
    pub fn start(config: ControlPlaneConfig, ports: Ports) -> Self {
        let portal = config.portal;
        let app = App::new(Parts {
            passwords: Passwords::new(Arc::clone(&ports.ambient)),
            limits: RateLimits::new(Arc::clone(&ports.ambient)),
            cookie: SessionCookie::for_portal(&portal.public_url),
            passkeys: RelyingParty::for_portal(&portal.public_url),
            policy: content_security_policy(&[&portal.gateway.ws_url]),
            shown_once: ShownOnce::default(),
            sign_up_policy: config.sign_up_policy,
            trusted_proxies: config.trusted_proxies,
            audit_heads: config.audit_heads,
            store: ports.store,
            link: ports.link,
            asker: ports.asker,
            mailer: ports.mailer,
            ambient: ports.ambient,
            lifecycle: ports.lifecycle,
            health: ports.health,
            metrics: ports.metrics,
            pages: ports.pages,
            portal,
        });
        // Well until a mail was given up.
        app.health.set("mail", Ok(()));
        chores::start(&app);
        Self { app }
    }

    /// Portal, API and probes. Serve it with
    /// `into_make_service_with_connect_info::<SocketAddr>()`: rate limits need
    /// to know who connects.
    pub fn router(&self) -> Router {
        let mut table = routes::all();
        table.extend((self.app.pages.routes)());
        layers::router(self.app.clone(), table)
    }

    /// What the cell should be.
    #[must_use]
    pub fn feed(&self) -> Arc<dyn Feed> {
        self.app.link.feed()
    }

    /// Where the cell's reports go.
    #[must_use]
    pub fn reports(&self) -> Arc<dyn ReportSink> {
        self.app.link.reports()
    }

    /// Sets up the people of a demonstration, in a service that nobody uses yet.
    pub async fn demo(&self) -> Result<Demo, NoDemo> {
        setup::demo(&self.app).await
    }

    /// A fresh link that makes the first admin; `None` when there is one.
    pub async fn one_time_link(&self) -> Result<Option<String>, Problem> {
        setup::one_time_link(&self.app).await
    }
}

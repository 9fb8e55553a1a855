//! What every handler and service gets: the ports and the few things that live
//! in memory.

use std::ops::Deref;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use cell::Asker;
use http::HeaderValue;
use model::{Ambient, Timestamp};
use platform::mail::{Mail, Mailer};
use platform::network::Network;
use platform::settings::SignUpPolicy;
use platform::{Health, Lifecycle};
use url::Url;

use crate::cell_link::CellLink;
use crate::houses::flash::ShownOnce;
use crate::http::cookie::SessionCookie;
use crate::http::pages::Pages;
use crate::passkeys::RelyingParty;
use crate::passwords::Passwords;
use crate::rate_limits::RateLimits;
use crate::store::{Committed, Store};

/// Renders `/metrics`.
pub type RenderMetrics = Arc<dyn Fn() -> String + Send + Sync>;

/// Where people reach the portal and houses the gateway.
#[derive(Clone, Debug)]
pub struct Portal {
    /// The portal's own address, scheme and host and port, no path.
    pub public_url: Url,
    /// Where houses and browsers connect.
    pub gateway: GatewayAddress,
}

impl Portal {
    /// A page of the portal as an address to mail: `path` begins with `/`.
    #[must_use]
    pub fn link(&self, path: &str) -> String {
        format!("{}{path}", self.public_url.as_str().trim_end_matches('/'))
    }
}

/// Where houses and browsers connect.
#[derive(Clone, Debug)]
pub struct GatewayAddress {
    /// The host name.
    pub host: String,
    /// The port for MQTT over TCP.
    pub mqtt_port: u16,
    /// The port for MQTT over TLS, if there is one.
    pub mqtts_port: Option<u16>,
    /// MQTT over WebSocket: `ws://` or `wss://` with host, port and path.
    pub ws_url: Url,
}

/// The state of the control plane's router. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// What [`App`] leads to.
pub struct Parts {
    /// The database.
    pub store: Store,
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
    /// What `/metrics` says.
    pub metrics: RenderMetrics,
    /// Public addresses.
    pub portal: Portal,
    /// The cell new tenants are placed in: its feed, and the keys its bus
    /// tokens are signed with.
    pub link: CellLink,
    /// The settings' word on who may sign up, which goes before the admin's.
    pub sign_up_policy: Option<SignUpPolicy>,
    /// The folder for signed heads of the audit log.
    pub audit_heads: PathBuf,
    /// Reverse proxies whose word on who asks is believed.
    pub trusted_proxies: Vec<Network>,
    /// Password hashing.
    pub passwords: Passwords,
    /// How often somebody may try.
    pub limits: RateLimits,
    /// The session cookie.
    pub cookie: SessionCookie,
    /// The portal as authenticators know it.
    pub passkeys: RelyingParty,
    /// The content security policy.
    pub policy: HeaderValue,
    /// The portal's pages.
    pub pages: Pages,
    /// Secrets that wait to be shown, once.
    pub shown_once: ShownOnce,
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// When a mail that could not be handed over is tried again.
const MAIL_AGAIN_AFTER: [Duration; 3] = [
    Duration::from_secs(5),
    Duration::from_mins(1),
    Duration::from_mins(10),
];

/// How long an answer waits for the gateway.
pub const GATEWAY_LIMIT: Duration = Duration::from_secs(2);

impl App {
    /// Shares `parts` between all handlers.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    /// The current moment.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.ambient.now()
    }

    /// Waits until the gateway knows what was committed, so that a secret works
    /// or fails as soon as the answer is out. At most [`GATEWAY_LIMIT`]: a
    /// gateway that is away learns it when it is back.
    pub async fn until_the_gateway_knows(&self, committed: &Committed) {
        let known = self.link.wait_until_applied(committed, GATEWAY_LIMIT);
        match known.await {
            Ok(true) => {}
            Ok(false) => tracing::warn!("The gateway is late: it has not applied a change yet"),
            Err(error) => tracing::warn!(%error, "The gateway's progress is not known: {error}"),
        }
    }

    /// Sends a mail without letting anybody wait for the mail server, so that
    /// neither its slowness nor its failure tells who has an account. Tried
    /// again a few times; a person who gets nothing can ask for it anew.
    pub fn send_mail(&self, mail: Mail) {
        let app = self.clone();
        self.lifecycle.spawn_task("mail", async move {
            let mut delays = MAIL_AGAIN_AFTER.into_iter();
            while let Err(error) = app.mailer.send(mail.clone()).await {
                let Some(delay) = delays.next() else {
                    tracing::error!(%error, "A mail was given up: {error}");
                    let sentence = "a mail was given up; the log says why: check the mail server \
                                    and the settings under mail";
                    app.health.degrade("mail", sentence.to_owned());
                    return;
                };
                tracing::warn!(%error, "A mail is tried again in {} s: {error}", delay.as_secs());
                let drain = app.lifecycle.drain();
                let wait = tokio::time::sleep(delay);
                if drain.run_until_cancelled(wait).await.is_none() {
                    return;
                }
            }
            app.health.set("mail", Ok(()));
        });
    }
}

//! The sections, each plain data with its defaults in sight.

use std::net::SocketAddr;
use std::path::PathBuf;

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Fault;
use crate::network::Network;

/// Everything that can be set.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The folder for everything that is kept. Default: `./data`.
    pub data_dir: PathBuf,
    /// Portal and API.
    pub http: HttpSettings,
    /// The MQTT door.
    pub gateway: GatewaySettings,
    /// Hosted houses.
    pub houses: HousesSettings,
    /// The control plane's database.
    pub database: DatabaseSettings,
    /// Who may sign up.
    pub sign_up: SignUpSettings,
    /// Outgoing mail.
    pub mail: MailSettings,
    /// Log lines.
    pub log: LogSettings,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            data_dir: PathBuf::from("./data"),
            http: HttpSettings::default(),
            gateway: GatewaySettings::default(),
            houses: HousesSettings::default(),
            database: DatabaseSettings::default(),
            sign_up: SignUpSettings::default(),
            mail: MailSettings::default(),
            log: LogSettings::default(),
        }
    }
}

/// `[http]`: portal and API.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HttpSettings {
    /// Where portal, API and MQTT over WebSocket listen. Port 0 takes a free
    /// one. Default: `127.0.0.1:8080`.
    pub listen: SocketAddr,
    /// How people reach the portal, such as `https://home.example.org`.
    /// Default: `http://localhost:<port>`.
    pub public_url: Option<String>,
    /// Reverse proxies whose `X-Forwarded-For` is believed, as addresses or
    /// networks such as `10.0.0.0/8`. Rate limits and the list of sessions then
    /// see who is behind the proxy. Default: none.
    pub trusted_proxies: Vec<String>,
    /// How long open requests may finish after a stop was asked for, in
    /// seconds. Default: 10.
    pub drain_secs: u64,
}

impl Default for HttpSettings {
    fn default() -> Self {
        Self {
            listen: ([127, 0, 0, 1], 8080).into(),
            public_url: None,
            trusted_proxies: Vec::new(),
            drain_secs: 10,
        }
    }
}

impl HttpSettings {
    /// The proxies that are believed. What is no network was named as a fault
    /// when the settings were read.
    #[must_use]
    pub fn proxies(&self) -> Vec<Network> {
        let proxies = self.trusted_proxies.iter();
        proxies.filter_map(|text| text.parse().ok()).collect()
    }
}

/// `[gateway]`: the MQTT door.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GatewaySettings {
    /// Where MQTT over TCP listens. Port 0 takes a free one. Default:
    /// `127.0.0.1:1883`.
    pub mqtt_listen: SocketAddr,
    /// The host name that houses are told to connect to. Default: that of
    /// `http.public_url`.
    pub public_host: Option<String>,
    /// Threads that serve houses. Default: one per core, at most 4.
    pub threads: Option<usize>,
}

impl Default for GatewaySettings {
    fn default() -> Self {
        Self {
            mqtt_listen: ([127, 0, 0, 1], 1883).into(),
            public_host: None,
            threads: None,
        }
    }
}

/// `[houses]`: hosted houses.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HousesSettings {
    /// After how many seconds without a message a house falls asleep: it then
    /// costs some kilobytes and no open file, and wakes with the next message
    /// within milliseconds. Default: 600.
    pub sleep_after_secs: u64,
}

impl Default for HousesSettings {
    fn default() -> Self {
        Self {
            sleep_after_secs: 600,
        }
    }
}

/// `[database]`: the control plane's database.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DatabaseSettings {
    /// `postgres://user:password@host/name`. Default: SQLite in the data
    /// folder.
    pub url: Option<SecretText>,
    /// A file that holds the URL, instead of `url`.
    pub url_file: Option<PathBuf>,
}

/// `[sign_up]`: who may sign up.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SignUpSettings {
    /// Overrides what an admin has chosen in the portal. Default: not set;
    /// until an admin chooses, sign-up is closed.
    pub policy: Option<SignUpPolicy>,
}

/// Who may sign up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SignUpPolicy {
    /// Anybody.
    Open,
    /// Who was invited.
    Invite,
    /// Anybody, but an admin lets them in.
    Approve,
    /// Nobody.
    #[default]
    Closed,
}

/// `[mail]`: outgoing mail.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MailSettings {
    /// The sender. Default: `egeoffrey-cloud <noreply@localhost>`.
    pub from: String,
    /// The SMTP server. Default: none; mails become files in
    /// `<data_dir>/mail`.
    pub smtp: Option<SmtpSettings>,
}

impl Default for MailSettings {
    fn default() -> Self {
        Self {
            from: "egeoffrey-cloud <noreply@localhost>".into(),
            smtp: None,
        }
    }
}

/// `[mail.smtp]`: the SMTP server.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmtpSettings {
    /// Its host name.
    pub host: String,
    /// Its port. Default: 465 with `tls`, 587 with `starttls`, 25 with `none`.
    #[serde(default)]
    pub port: Option<u16>,
    /// How the connection is protected. Default: `tls`.
    #[serde(default)]
    pub encryption: SmtpEncryption,
    /// The user to log in as.
    #[serde(default, deserialize_with = "scalar_text")]
    pub user: Option<String>,
    /// The password.
    #[serde(default)]
    pub password: Option<SecretText>,
    /// A file that holds the password, instead of `password`.
    #[serde(default)]
    pub password_file: Option<PathBuf>,
}

/// How the connection to the SMTP server is protected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SmtpEncryption {
    /// TLS from the first byte.
    #[default]
    Tls,
    /// TLS after STARTTLS, which is required.
    Starttls,
    /// Not at all; for a server on this machine.
    None,
}

/// `[log]`: log lines on standard error.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LogSettings {
    /// What is logged, such as `info` or `info,gateway=debug`. Default: `info`.
    pub filter: String,
    /// `text` or `json`. Default: `text`.
    pub format: LogFormat,
}

impl Default for LogSettings {
    fn default() -> Self {
        Self {
            filter: "info".into(),
            format: LogFormat::Text,
        }
    }
}

/// The form of log lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object per line.
    Json,
}

/// A text that is never shown: `Debug` and `config show` print dots.
#[derive(Clone, Debug)]
pub struct SecretText(pub(crate) SecretString);

impl SecretText {
    /// The text itself, for the one place that uses it.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl Serialize for SecretText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str("••••••")
    }
}

impl<'de> Deserialize<'de> for SecretText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Scalar::deserialize(deserializer).map(|text| Self(text.into_text().into()))
    }
}

/// Environment variables that look like numbers arrive as numbers; a password
/// of digits is still a text.
#[derive(Deserialize)]
#[serde(untagged)]
enum Scalar {
    Text(String),
    Whole(i64),
    Real(f64),
    Truth(bool),
}

impl Scalar {
    fn into_text(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::Whole(number) => number.to_string(),
            Self::Real(number) => number.to_string(),
            Self::Truth(truth) => truth.to_string(),
        }
    }
}

fn scalar_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Option::<Scalar>::deserialize(deserializer).map(|text| text.map(Scalar::into_text))
}

impl Settings {
    /// What is wrong with values that are well formed one by one.
    pub(super) fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        let mut fault = |key: &str, problem: String| {
            faults.push(Fault {
                key: key.into(),
                problem,
            });
        };
        if let Some(text) = &self.http.public_url {
            let fits = url::Url::parse(text).is_ok_and(|url| {
                matches!(url.scheme(), "http" | "https")
                    && url.host().is_some()
                    && url.path() == "/"
                    && url.query().is_none()
            });
            if !fits {
                fault(
                    "http.public_url",
                    format!("{text:?} must be like https://home.example.org, without a path"),
                );
            }
        }
        for text in &self.http.trusted_proxies {
            if let Err(bad) = text.parse::<Network>() {
                fault("http.trusted_proxies", bad.to_string());
            }
        }
        if let Some(host) = &self.gateway.public_host
            && url::Host::parse(host).is_err()
        {
            fault(
                "gateway.public_host",
                format!("{host:?} is not a host name"),
            );
        }
        if self.gateway.threads == Some(0) {
            fault("gateway.threads", "must be at least 1".into());
        }
        if self.houses.sleep_after_secs == 0 {
            fault("houses.sleep_after_secs", "must be at least 1".into());
        }
        if self.gateway.mqtt_listen == self.http.listen && self.http.listen.port() != 0 {
            fault("gateway.mqtt_listen", "must differ from http.listen".into());
        }
        if self.mail.from.parse::<lettre::message::Mailbox>().is_err() {
            fault(
                "mail.from",
                format!(
                    "{:?} must be like egeoffrey-cloud <noreply@example.org>",
                    self.mail.from
                ),
            );
        }
        if let Some(smtp) = &self.mail.smtp
            && smtp.user.is_some() != smtp.password.is_some()
        {
            fault(
                "mail.smtp",
                "set both user and password (or password_file), or neither".into(),
            );
        }
        if let Err(bad) = tracing_subscriber::EnvFilter::try_new(&self.log.filter) {
            fault(
                "log.filter",
                format!("{:?} is not a filter: {bad}", self.log.filter),
            );
        }
        faults
    }
}

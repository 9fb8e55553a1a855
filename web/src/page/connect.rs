//! How to connect a house: lines to copy, a passcode shown once, credentials.

use askama::Template;

use super::{Page, sample};
use crate::qr::Qr;
use crate::{Field, Moment, Section, Shell, Text};

/// `GET /houses/{house}/connect`, and the answer to making a credential.
///
/// Posts `name` and `role` to `/houses/{house}/credentials`, and nothing to
/// `/houses/{house}/credentials/{credential}/revoke`.
#[derive(Clone, Debug, Template)]
#[template(path = "connect.html")]
pub struct ConnectPage {
    /// What surrounds the page; its `house` is set.
    pub shell: Shell,
    /// The house id, which is also the MQTT user name.
    pub house_id: String,
    /// Where modules connect to.
    pub gateway: Gateway,
    /// A secret that was made just now; it is shown this once.
    pub fresh: Option<FreshSecret>,
    /// Who is connected.
    pub presence: Presence,
    /// The credentials of the house, revoked ones left out.
    pub credentials: Vec<Credential>,
    /// Whether the person may add and revoke credentials.
    pub may_change: bool,
    /// The name in the form for a further credential.
    pub new_name: Field,
    /// Whether the brain of the house runs at home.
    pub on_premise: bool,
}

/// How modules reach the gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gateway {
    /// Host name.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// What is spoken on that port.
    pub transport: Transport,
    /// Whether the connection is encrypted.
    pub tls: bool,
}

/// MQTT over what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// WebSocket, path `/mqtt`.
    WebSockets,
    /// Plain TCP.
    Tcp,
}

impl Transport {
    /// The word that stock packages understand.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::WebSockets => "websockets",
            Self::Tcp => "tcp",
        }
    }
}

/// A secret that is shown once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FreshSecret {
    /// The name of its credential.
    pub name: String,
    /// The passcode.
    pub passcode: String,
}

/// Who of a house is connected.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Presence {
    /// Whether anything is.
    pub online: bool,
    /// What is connected, by client id or module name.
    pub clients: Vec<String>,
    /// When the house was last heard of; `None` when it never was.
    pub last_seen: Option<Moment>,
}

impl Presence {
    /// `waiting` (never heard of), `online` or `offline`: for scripts.
    #[must_use]
    pub const fn state(&self) -> &'static str {
        match (self.online, &self.last_seen) {
            (true, _) => "online",
            (false, Some(_)) => "offline",
            (false, None) => "waiting",
        }
    }
}

/// A credential of the house.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credential {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Its role on the bus, as a word.
    pub role: String,
    /// When it was made.
    pub created: Moment,
    /// When it was last used; `None` when it never was or is not known.
    pub last_used: Option<Moment>,
    /// When it ends, by the clock of the house; empty for never.
    pub expires: Text,
}

/// One line of the environment of a stock package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvLine {
    /// The variable.
    pub key: &'static str,
    /// Its value; the passcode is a row of dots unless it is fresh.
    pub value: String,
    /// Whether this is the passcode.
    pub secret: bool,
}

impl ConnectPage {
    /// The environment of stock packages, in the order of their own files.
    #[must_use]
    pub fn env_lines(&self) -> Vec<EnvLine> {
        let line = |key, value: &str| EnvLine {
            key,
            value: value.to_owned(),
            secret: false,
        };
        let passcode = self
            .fresh
            .as_ref()
            .map_or("••••••••••••••••", |fresh| {
                fresh.passcode.as_str()
            });
        vec![
            line("EGEOFFREY_GATEWAY_HOSTNAME", &self.gateway.host),
            line("EGEOFFREY_GATEWAY_PORT", &self.gateway.port.to_string()),
            line("EGEOFFREY_GATEWAY_TRANSPORT", self.gateway.transport.word()),
            line(
                "EGEOFFREY_GATEWAY_SSL",
                if self.gateway.tls { "1" } else { "0" },
            ),
            line("EGEOFFREY_GATEWAY_VERSION", "2"),
            line("EGEOFFREY_ID", &self.house_id),
            EnvLine {
                secret: true,
                ..line("EGEOFFREY_PASSCODE", passcode)
            },
        ]
    }

    /// The lines as a QR code, only while the passcode is known: a code with
    /// dots in it would help nobody.
    #[must_use]
    pub fn qr(&self) -> Option<Qr> {
        self.fresh.as_ref()?;
        let text: Vec<String> = self
            .env_lines()
            .iter()
            .map(|line| format!("{}={}", line.key, line.value))
            .collect();
        Qr::encode(&text.join("\n"))
    }

    /// Where the form for a further credential posts to.
    #[must_use]
    pub fn credentials_action(&self) -> String {
        crate::routes::credentials(&self.house_id)
    }

    /// Where the form that revokes `credential` posts to.
    #[must_use]
    pub fn revoke_action(&self, credential: &Credential) -> String {
        crate::routes::revoke(&self.house_id, &credential.id)
    }
}

impl Page for ConnectPage {
    const NAME: &'static str = "connect";

    fn samples() -> Vec<(&'static str, Self)> {
        let online = online();
        let hostile = Self {
            shell: sample::hostile_shell(Section::Connect),
            house_id: "villa-7k3q9x".to_owned(),
            presence: Presence {
                online: false,
                clients: vec![sample::HOSTILE.to_owned()],
                last_seen: Some(sample::moment("2 days ago")),
            },
            credentials: vec![Credential {
                name: sample::HOSTILE.to_owned(),
                ..credential()
            }],
            new_name: Field::faulty(sample::HOSTILE, "Use at most 80 characters."),
            on_premise: true,
            ..online.clone()
        };
        let looking = Self {
            may_change: false,
            credentials: Vec::new(),
            ..online.clone()
        };
        vec![
            ("fresh", fresh()),
            ("online", online),
            ("hostile-offline", hostile),
            ("looking", looking),
        ]
    }
}

fn credential() -> Credential {
    Credential {
        id: "crd_01".to_owned(),
        name: "Main passcode".to_owned(),
        role: "house".to_owned(),
        created: sample::moment("3 days ago"),
        last_used: Some(sample::moment("just now")),
        expires: Text::default(),
    }
}

fn fresh() -> ConnectPage {
    ConnectPage {
        shell: sample::house_shell(Section::Connect),
        house_id: "villa-sonnenhang-7k3q9x".to_owned(),
        gateway: Gateway {
            host: "villa-sonnenhang-7k3q9x.gw.example.org".to_owned(),
            port: 443,
            transport: Transport::WebSockets,
            tls: true,
        },
        fresh: Some(FreshSecret {
            name: "Main passcode".to_owned(),
            passcode: "k7w2mzq4xnd5h3vbt6ya9rpc2e".to_owned(),
        }),
        presence: Presence::default(),
        credentials: vec![Credential {
            last_used: None,
            created: sample::moment("just now"),
            ..credential()
        }],
        may_change: true,
        new_name: Field::default(),
        on_premise: false,
    }
}

fn online() -> ConnectPage {
    ConnectPage {
        gateway: Gateway {
            host: "192.168.1.20".to_owned(),
            port: 1883,
            transport: Transport::Tcp,
            tls: false,
        },
        fresh: None,
        presence: Presence {
            online: true,
            clients: vec![
                "service/zigbee2mqtt".to_owned(),
                "service/rtl_433".to_owned(),
            ],
            last_seen: Some(sample::moment("just now")),
        },
        credentials: vec![
            credential(),
            Credential {
                id: "crd_02".to_owned(),
                name: "Weather station".to_owned(),
                last_used: Some(sample::moment("2 min ago")),
                expires: crate::moment::date(jiff::civil::date(2026, 12, 1)),
                ..credential()
            },
        ],
        ..fresh()
    }
}

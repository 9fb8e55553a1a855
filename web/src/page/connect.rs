//! How to connect a house: lines to copy, a passcode shown once, credentials.

use askama::Template;

use super::credentials::{Credential, CredentialForm, FreshSecret, FreshUse, Life};
use super::{Page, sample};
use crate::qr::Qr;
use crate::{Field, Moment, Section, Shell, Text};

/// `GET /houses/{house}/connect`, and the answer to making a credential.
///
/// Posts `name`, `role`, `user`, `package`, `senders` and `not_after` to
/// `/houses/{house}/credentials`, `overlap` to
/// `/houses/{house}/credentials/{credential}/rotate`, and nothing to
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
    /// The form for a further credential.
    pub new: CredentialForm,
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
        let mut lines = vec![
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
        ];
        if let Some(FreshUse::Package { modules }) = self.fresh.as_ref().map(|fresh| &fresh.use_as)
        {
            lines.push(line("EGEOFFREY_MODULES", &modules.join(",")));
        }
        lines
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

    /// Where the form that exchanges the secret of `credential` posts to.
    #[must_use]
    pub fn exchange_action(&self, credential: &Credential) -> String {
        crate::routes::exchange(&self.house_id, &credential.id)
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
                voice: vec![sample::HOSTILE.to_owned()],
                created_by: Some(sample::HOSTILE.to_owned()),
                ..credential()
            }],
            new: CredentialForm {
                name: Field::faulty(sample::HOSTILE, "Use at most 80 characters."),
                role: "package".to_owned(),
                user: Field::of(sample::HOSTILE),
                package: Field::of(sample::HOSTILE),
                senders: Field::faulty(
                    sample::HOSTILE,
                    "This must name 1 to 20 modules, such as service/zigbee2mqtt; names 21.",
                ),
                ends: Field::faulty("2020-01-01", "This must be in the future."),
            },
            on_premise: true,
            ..online.clone()
        };
        let looking = Self {
            may_change: false,
            credentials: Vec::new(),
            ..online.clone()
        };
        let package = fresh_as(FreshUse::Package {
            modules: vec!["service/zigbee2mqtt".to_owned()],
        });
        let person = fresh_as(FreshUse::Person {
            user: "anna".to_owned(),
        });
        vec![
            ("fresh", fresh()),
            ("fresh-package", package),
            ("fresh-person", person),
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
        role: Text::one_of("bus-role", "house"),
        voice: Vec::new(),
        created: sample::moment("3 days ago"),
        created_by: Some("Anna Neumann".to_owned()),
        last_used: Some(sample::moment("just now")),
        last_used_from: Some("192.0.2.17".to_owned()),
        ends: Text::default(),
        life: Life::Lives,
    }
}

fn fresh_as(use_as: FreshUse) -> ConnectPage {
    let mut page = fresh();
    if let Some(secret) = &mut page.fresh {
        secret.use_as = use_as;
    }
    page
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
            use_as: FreshUse::House,
        }),
        presence: Presence::default(),
        credentials: vec![Credential {
            last_used: None,
            last_used_from: None,
            created: sample::moment("just now"),
            ..credential()
        }],
        may_change: true,
        new: CredentialForm::default(),
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
                role: Text::one_of("bus-role", "package"),
                voice: vec!["service/rtl_433".to_owned()],
                last_used: Some(sample::moment("2 min ago")),
                ends: Text::plain("1 Dec 2026, 00:00:00"),
                ..credential()
            },
            Credential {
                id: "crd_03".to_owned(),
                name: "Hall".to_owned(),
                role: Text::one_of("bus-role", "viewer"),
                voice: vec!["gui/hall".to_owned()],
                ends: Text::plain("22 Nov 2026, 14:02:09"),
                life: Life::Exchanged,
                ..credential()
            },
            Credential {
                id: "crd_04".to_owned(),
                name: "Old tablet".to_owned(),
                role: Text::one_of("bus-role", "resident"),
                voice: vec!["gui/tablet".to_owned()],
                created_by: None,
                last_used: None,
                last_used_from: None,
                ends: Text::plain("20 Nov 2026, 14:02:09"),
                life: Life::Ended,
                ..credential()
            },
        ],
        ..fresh()
    }
}

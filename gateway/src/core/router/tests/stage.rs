//! A house on a stage: clients are numbers, time is turned by hand, and what
//! each client hears is read back from the bytes.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use ::model::quotas::UNLIMITED;
use ::model::time::ManualAmbient;
use ::model::{BusRole, CredentialId, Hosting, Limit, Plan, Quotas, RefusalReason, Timestamp};
use bus::{Grant, QoS, Voice};
use bytes::Bytes;
use cell::{AskError, AskReply, BusCommand, Delivery, Keeping};

use crate::core::codec::acknowledge::{Acknowledge, Step};
use crate::core::codec::client::{self, Received, Said};
use crate::core::codec::publish::{Carried, Publish};
use crate::core::codec::subscribe::{Replay, Request, Subscribe, Unsubscribe};
use crate::core::codec::{self, Connect, Frame, Reason, Version, Will};
use crate::core::{
    Action, AskId, CloseReason, ConnId, Identity, LinkId, Principal, Refused, RetainedChange,
    Router, Sent, Setup, Spending, Ticket,
};

pub const HOUSE: &str = "villa-7k3q9x";
pub const OWN: &str = "egeoffrey/v2/villa-7k3q9x";

/// When a stage begins.
pub const START: Timestamp = Timestamp::from_secs(1_000);

pub fn topic(rest: &str) -> String {
    format!("{OWN}/{rest}")
}

/// The `number`th credential of the house.
pub fn credential(number: u8) -> CredentialId {
    let ambient = ManualAmbient::at(Timestamp(i64::from(number)));
    CredentialId::generate(&ambient)
}

pub fn identity(role: BusRole, number: u8) -> Identity {
    Identity {
        grant: Grant {
            house: HOUSE.parse().unwrap(),
            role,
            voice: if role > BusRole::House {
                Voice::One(format!("gui/anna_{number}"))
            } else {
                Voice::Any
            },
            hosting: Hosting::Hosted,
        },
        principal: if role > BusRole::House {
            Principal::Token {
                subject: format!("usr_{number}"),
                token: "tok".into(),
            }
        } else {
            Principal::Credential {
                id: credential(number),
                line: credential(number),
            }
        },
        expires_at: None,
        address: None,
    }
}

pub fn connect(version: Version, client_id: &str) -> Connect {
    Connect {
        version,
        bridge: false,
        client_id: client_id.into(),
        clean_start: true,
        keep_alive: 60,
        user_name: None,
        password: None,
        will: None,
        receive_maximum: None,
        maximum_packet: None,
        wants_reasons: true,
        authentication_method: None,
    }
}

pub fn will(topic: &str) -> Will {
    Will {
        topic: topic.into(),
        payload: Bytes::from_static(b"gone"),
        qos: QoS::AtLeastOnce,
        retain: false,
        expiry_secs: None,
        properties: Bytes::new(),
    }
}

pub fn request(filter: &str, qos: QoS) -> Request<'_> {
    Request {
        filter,
        qos,
        no_local: false,
        retain_as_published: false,
        replay: Replay::Always,
    }
}

/// The smallest plan, but as many messages as anybody likes.
pub fn unhurried() -> Quotas {
    Quotas {
        messages_per_second: UNLIMITED,
        messages_burst: UNLIMITED,
        ..Plan::Free.quotas()
    }
}

pub struct Stage {
    pub router: Router,
    pub now: Timestamp,
    /// The messages of the tenant.
    pub spending: Arc<Spending>,
    /// What the runtime was told of them.
    pub keeping: Vec<Keeping>,
    /// What was counted.
    pub sent: Vec<Sent>,
    versions: BTreeMap<u64, Version>,
    heard: BTreeMap<u64, Vec<Said>>,
    pub closed: BTreeMap<u64, CloseReason>,
    pub to_persist: Vec<(Ticket, RetainedChange)>,
    pub refused: Vec<Refused>,
    pub answers: Vec<(AskId, Result<AskReply, AskError>)>,
    /// Whether changes reach the disk at once.
    pub quick_disk: bool,
    link: Option<LinkId>,
    hosting: Hosting,
}

impl Stage {
    pub fn with(hosting: Hosting, quotas: Quotas) -> Self {
        Self::begin(hosting, quotas, Arc::default())
    }

    /// A house of a tenant that has sent something already.
    pub fn begin(hosting: Hosting, quotas: Quotas, spending: Arc<Spending>) -> Self {
        let setup = Setup {
            house: HOUSE.parse().unwrap(),
            hosting,
            quotas,
            retained: Vec::new(),
            spending: Arc::clone(&spending),
            now: START,
        };
        Self {
            router: Router::new(setup),
            now: START,
            spending,
            keeping: Vec::new(),
            sent: Vec::new(),
            versions: BTreeMap::new(),
            heard: BTreeMap::new(),
            closed: BTreeMap::new(),
            to_persist: Vec::new(),
            refused: Vec::new(),
            answers: Vec::new(),
            quick_disk: true,
            link: None,
            hosting,
        }
    }

    /// A house with its controller at home, so that nothing waits for a
    /// runtime.
    pub fn new() -> Self {
        Self::with(Hosting::OnPremise, unhurried())
    }

    /// A hosted house whose runtime is there and wants nothing.
    pub fn hosted() -> Self {
        let mut stage = Self::with(Hosting::Hosted, unhurried());
        stage.open_link();
        stage.link(BusCommand::Subscribe(vec![]));
        stage
    }

    pub fn settle(&mut self) {
        self.sent.extend(self.router.take_sent());
        let mut pieces: BTreeMap<u64, Vec<u8>> = BTreeMap::new();
        loop {
            let actions: Vec<Action> = self.router.drain_actions().collect();
            if actions.is_empty() {
                break;
            }
            for action in actions {
                match action {
                    Action::Send { conn, bytes } => {
                        assert!(!self.closed.contains_key(&conn.0), "said after the end");
                        pieces.entry(conn.0).or_default().extend_from_slice(&bytes);
                    }
                    Action::Close { conn, why } => {
                        assert_eq!(self.closed.insert(conn.0, why), None, "closed twice");
                    }
                    Action::Persist { ticket, .. } if self.quick_disk => {
                        self.router.durable(ticket);
                    }
                    Action::Persist { ticket, change } => self.to_persist.push((ticket, change)),
                    Action::More { conn } => self.router.more(self.now, conn),
                    Action::DeliveriesReady | Action::PresenceChanged => {}
                    Action::Answer { ask, result } => self.answers.push((ask, result)),
                    Action::KeepingChanged(keeping) => self.keeping.push(keeping),
                    Action::Refused(refused) => self.refused.push(refused),
                }
            }
        }
        for (conn, bytes) in pieces {
            let version = self.versions[&conn];
            let mut rest = &bytes[..];
            while !rest.is_empty() {
                let Frame::Complete { len } = codec::frame(rest, usize::MAX) else {
                    panic!("half a packet")
                };
                let (packet, behind) = rest.split_at(len);
                self.heard
                    .entry(conn)
                    .or_default()
                    .push(client::read(version, packet));
                rest = behind;
            }
        }
    }

    pub fn connect_as(&mut self, conn: u64, connect: &Connect, mut identity: Identity) {
        identity.grant.hosting = self.hosting;
        self.versions.insert(conn, connect.version);
        // Through the bytes, as in life.
        let connect = codec::decode_connect(&client::connect(connect)).unwrap();
        self.router
            .connect(self.now, ConnId(conn), connect, identity);
        self.settle();
    }

    /// A client with the house's credential number 1; its CONNACK is taken.
    pub fn join(&mut self, conn: u64, version: Version) {
        let client_id = format!("client-{conn}");
        self.connect_as(
            conn,
            &connect(version, &client_id),
            identity(BusRole::House, 1),
        );
        self.joined(conn);
    }

    pub fn join_as(&mut self, conn: u64, version: Version, role: BusRole) {
        let client_id = format!("client-{conn}");
        let number = u8::try_from(conn).unwrap();
        self.connect_as(conn, &connect(version, &client_id), identity(role, number));
        self.joined(conn);
    }

    pub fn joined(&mut self, conn: u64) {
        let said = self.said(conn);
        assert!(matches!(said[..], [Said::ConnAck(0, ..)]), "{said:?}");
    }

    pub fn frame(&mut self, conn: u64, frame: &[u8]) {
        self.router.receive(self.now, ConnId(conn), frame);
        self.settle();
    }

    pub fn publish(&mut self, conn: u64, topic: &str, payload: &str, qos: QoS, packet_id: u16) {
        self.publish_with(conn, topic, payload, (qos, packet_id), |_| {});
    }

    pub fn retain(&mut self, conn: u64, topic: &str, payload: &str) {
        self.publish_with(conn, topic, payload, (QoS::AtMostOnce, 0), |p| {
            p.retain = true;
        });
    }

    pub fn publish_with(
        &mut self,
        conn: u64,
        topic: &str,
        payload: &str,
        (qos, packet_id): (QoS, u16),
        change: impl FnOnce(&mut Publish<'_>),
    ) {
        let mut publish = Publish {
            dup: false,
            qos,
            retain: false,
            topic,
            packet_id,
            alias: None,
            carried: Carried::default(),
            payload: payload.as_bytes(),
        };
        change(&mut publish);
        let frame = client::publish(self.versions[&conn], &publish);
        self.frame(conn, &frame);
    }

    pub fn subscribe_with(&mut self, conn: u64, identifier: Option<u32>, filters: &[Request<'_>]) {
        let subscribe = Subscribe {
            packet_id: 1,
            identifier,
            filters: filters.to_vec(),
        };
        let frame = client::subscribe(self.versions[&conn], &subscribe);
        self.frame(conn, &frame);
    }

    /// Subscribes and takes the SUBACK, which must grant it.
    pub fn subscribe(&mut self, conn: u64, filter: &str, qos: QoS) {
        self.subscribe_with(conn, None, &[request(filter, qos)]);
        let said = self.heard.get_mut(&conn).unwrap().remove(0);
        assert_eq!(said, Said::SubAck(1, vec![u8::from(qos)]), "{filter}");
    }

    pub fn unsubscribe(&mut self, conn: u64, filter: &str) {
        let unsubscribe = Unsubscribe {
            packet_id: 1,
            filters: vec![filter],
        };
        let frame = client::unsubscribe(self.versions[&conn], &unsubscribe);
        self.frame(conn, &frame);
    }

    pub fn acknowledge(&mut self, conn: u64, step: Step, packet_id: u16) {
        let given = Acknowledge {
            step,
            packet_id,
            reason: Reason::Success,
        };
        self.frame(conn, &given.encode(self.versions[&conn], None));
    }

    pub fn lose(&mut self, conn: u64) {
        self.router.lost(self.now, ConnId(conn));
        self.settle();
    }

    pub fn leave(&mut self, conn: u64, reason: Reason) {
        let frame = client::disconnect(self.versions[&conn], reason);
        self.frame(conn, &frame);
    }

    pub fn pass(&mut self, span: Duration) {
        self.now = self.now.after(span);
        if self.router.next_wake().is_some_and(|wake| wake <= self.now) {
            self.router.tick(self.now);
        }
        self.settle();
    }

    /// What a client has heard since last asked.
    pub fn said(&mut self, conn: u64) -> Vec<Said> {
        self.heard.remove(&conn).unwrap_or_default()
    }

    /// The publishes among it; nothing else may be there.
    pub fn received(&mut self, conn: u64) -> Vec<Received> {
        self.said(conn)
            .into_iter()
            .map(|said| match said {
                Said::Publish(received) => received,
                other => panic!("not a publish: {other:?}"),
            })
            .collect()
    }

    /// Their payloads.
    pub fn payloads(&mut self, conn: u64) -> Vec<String> {
        let received = self.received(conn);
        received
            .into_iter()
            .map(|r| String::from_utf8(r.payload).unwrap())
            .collect()
    }

    pub fn refusals(&mut self) -> Vec<(RefusalReason, String, Option<Limit>)> {
        let refused = std::mem::take(&mut self.refused);
        refused
            .into_iter()
            .map(|r| (r.reason, r.client, r.limit.map(|limit| *limit)))
            .collect()
    }

    pub fn open_link(&mut self) {
        self.link = Some(self.router.link_open());
        self.settle();
    }

    pub fn close_link(&mut self) {
        if let Some(link) = self.link.take() {
            self.router.link_closed(link);
        }
        self.settle();
    }

    pub fn link(&mut self, command: BusCommand) {
        let link = self.link.expect("an open link");
        self.router.link_command(self.now, link, command);
        self.settle();
    }

    pub fn delivery(&mut self) -> Option<Delivery> {
        let link = self.link.expect("an open link");
        let delivery = self.router.link_next(self.now, link);
        self.settle();
        delivery
    }
}

/// PUBACK or PUBREC without an error.
pub fn acked(step: Step, packet_id: u16) -> Said {
    Said::Acknowledge(
        Acknowledge {
            step,
            packet_id,
            reason: Reason::Success,
        },
        None,
    )
}

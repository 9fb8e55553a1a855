//! Any sequence of events, against a plain reference: who must receive which
//! message at which quality, exactly once and in order; which acknowledgements
//! may leave, and none before the runtime and the disk have done their part;
//! what is retained.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use ::model::{BusRole, Hosting, Plan};
use bus::{QoS, filter};
use cell::{BusCommand, Delivery, DeliveryId};
use proptest::prelude::*;

use super::stage::*;
use crate::core::codec::acknowledge::Step as Part;
use crate::core::codec::client::Said;
use crate::core::codec::{Connect, Reason, Version};
use crate::core::{ConnId, RetainedChange};

const TOPICS: [&str; 4] = ["a", "a/b", "a/b/c", "c"];
const FILTERS: [&str; 6] = ["#", "+", "a/#", "a/+", "+/b/#", "c"];
const VERSIONS: [Version; 3] = [Version::V311, Version::V5, Version::V3];

/// One event; the first number names one of three clients.
#[derive(Clone, Copy, Debug)]
enum Step {
    Connect(usize, Option<u16>),
    Lose(usize),
    Leave(usize),
    Subscribe(usize, usize, QoS),
    Unsubscribe(usize, usize),
    Publish {
        who: usize,
        topic: usize,
        qos: QoS,
        retain: bool,
        empty: bool,
    },
    Repeat(usize),
    Acknowledge(usize),
    Congest(usize, bool),
    Disk,
    OpenLink,
    CloseLink,
    SubscribeLink(usize),
    Pull,
    AcknowledgeDelivery(usize),
    RuntimePublishes {
        topic: usize,
        qos: QoS,
        retain: bool,
    },
}

fn steps() -> impl Strategy<Value = Step> {
    let qos = || prop::sample::select(vec![QoS::AtMostOnce, QoS::AtLeastOnce, QoS::ExactlyOnce]);
    let who = 0usize..3;
    prop_oneof![
        2 => (who.clone(), prop::option::of(1u16..3)).prop_map(|(who, window)| Step::Connect(who, window)),
        1 => who.clone().prop_map(Step::Lose),
        1 => who.clone().prop_map(Step::Leave),
        4 => (who.clone(), 0..FILTERS.len(), qos()).prop_map(|(who, filter, qos)| Step::Subscribe(who, filter, qos)),
        1 => (who.clone(), 0..FILTERS.len()).prop_map(|(who, filter)| Step::Unsubscribe(who, filter)),
        12 => (who.clone(), 0..TOPICS.len(), qos(), any::<(bool, bool)>())
            .prop_map(|(who, topic, qos, (retain, empty))| Step::Publish { who, topic, qos, retain, empty: empty && retain }),
        2 => who.clone().prop_map(Step::Repeat),
        10 => who.clone().prop_map(Step::Acknowledge),
        1 => (who, any::<bool>()).prop_map(|(who, is)| Step::Congest(who, is)),
        4 => Just(Step::Disk),
        1 => Just(Step::OpenLink),
        1 => Just(Step::CloseLink),
        2 => (0..FILTERS.len()).prop_map(Step::SubscribeLink),
        6 => Just(Step::Pull),
        5 => (0usize..100).prop_map(Step::AcknowledgeDelivery),
        2 => (0..TOPICS.len(), qos(), any::<bool>())
            .prop_map(|(topic, qos, retain)| Step::RuntimePublishes { topic, qos, retain }),
    ]
}

/// A message as its receiver sees it: topic, payload, quality, retain flag.
type Seen = (String, String, QoS, bool);

/// What a publish waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Wait {
    Runtime,
    Disk,
}

/// A live connection in the reference.
struct Peer {
    conn: u64,
    filters: BTreeMap<String, QoS>,
    congested: bool,
    expected: Vec<Seen>,
    received: Vec<Seen>,
    /// What the client has yet to answer.
    owes: VecDeque<(Part, u16)>,
    next_id: u16,
    /// Its publishes that are not acknowledged: packet id, quality, number.
    open: VecDeque<(u16, QoS, u64)>,
    last: Option<(u16, QoS, String, String, bool)>,
}

/// A message for the runtime.
struct Kept {
    number: u64,
    topic: String,
    payload: String,
    qos: QoS,
    replayed: bool,
    pulled: Option<DeliveryId>,
}

#[derive(Default)]
struct Reference {
    peers: BTreeMap<usize, Peer>,
    retained: BTreeMap<String, (String, QoS)>,
    waits: BTreeMap<u64, BTreeSet<Wait>>,
    disk: VecDeque<u64>,
    link_open: bool,
    link_fresh: bool,
    link_filters: Option<Vec<String>>,
    kept: Vec<Kept>,
    next_number: u64,
    next_conn: u64,
}

impl Reference {
    fn runtime_wants(&self, topic: &str, qos: QoS) -> bool {
        let selected = match &self.link_filters {
            None => qos > QoS::AtMostOnce,
            Some(filters) => filters.iter().any(|f| filter::matches(f, topic)),
        };
        selected && (qos > QoS::AtMostOnce || self.link_open)
    }

    /// What must follow from a publication; its number.
    fn publish(
        &mut self,
        topic: &str,
        payload: &str,
        qos: QoS,
        retain: bool,
        by_runtime: bool,
    ) -> u64 {
        self.next_number += 1;
        let number = self.next_number;
        let mut waits = BTreeSet::new();
        if retain {
            let changes = if payload.is_empty() {
                self.retained.remove(topic).is_some() || !self.disk.is_empty()
            } else {
                self.retained.insert(topic.into(), (payload.into(), qos));
                true
            };
            if changes {
                self.disk.push_back(number);
                waits.insert(Wait::Disk);
            }
        }
        for peer in self.peers.values_mut() {
            let granted = peer
                .filters
                .iter()
                .filter(|(f, _)| filter::matches(f, topic))
                .map(|(_, q)| *q)
                .max();
            if let Some(qos) = granted.map(|granted| granted.min(qos))
                && !(peer.congested && qos == QoS::AtMostOnce)
            {
                peer.expected
                    .push((topic.into(), payload.into(), qos, false));
            }
        }
        if !by_runtime && self.runtime_wants(topic, qos) {
            waits.insert(Wait::Runtime);
            self.kept.push(Kept {
                number,
                topic: topic.into(),
                payload: payload.into(),
                qos,
                replayed: false,
                pulled: None,
            });
        }
        self.waits.insert(number, waits);
        number
    }

    fn done(&mut self, number: u64, what: Wait) {
        self.waits.entry(number).or_default().remove(&what);
    }

    fn end_link_session(&mut self) {
        self.kept.retain(|kept| !kept.replayed);
        for kept in &mut self.kept {
            kept.pulled = None;
        }
    }
}

/// Both, side by side.
struct World {
    stage: Stage,
    model: Reference,
}

impl World {
    fn new() -> Self {
        let mut stage = Stage::with(Hosting::Hosted, Plan::Free.quotas());
        stage.quick_disk = false;
        Self {
            stage,
            model: Reference::default(),
        }
    }

    fn step(&mut self, step: Step) {
        match step {
            Step::Connect(who, window) => self.connect(who, window),
            Step::Lose(who) => {
                if let Some(peer) = self.end(who) {
                    self.stage.lose(peer.conn);
                }
            }
            Step::Leave(who) => {
                if let Some(peer) = self.end(who) {
                    self.stage.leave(peer.conn, Reason::Success);
                }
            }
            Step::Subscribe(who, filter, qos) => self.subscribe(who, &topic(FILTERS[filter]), qos),
            Step::Unsubscribe(who, filter) => {
                if let Some(peer) = self.model.peers.get_mut(&who) {
                    peer.filters.remove(&topic(FILTERS[filter]));
                    self.stage.unsubscribe(peer.conn, &topic(FILTERS[filter]));
                }
            }
            Step::Publish {
                who,
                topic: at,
                qos,
                retain,
                empty,
            } => self.publish(who, &topic(TOPICS[at]), qos, retain, empty),
            Step::Repeat(who) => self.repeat(who),
            Step::Acknowledge(who) => self.acknowledge(who),
            Step::Congest(who, is) => {
                if let Some(peer) = self.model.peers.get_mut(&who) {
                    peer.congested = is;
                    self.stage
                        .router
                        .congested(self.stage.now, ConnId(peer.conn), is);
                    self.stage.settle();
                }
            }
            Step::Disk => self.disk(),
            Step::OpenLink => {
                self.model.end_link_session();
                self.model.link_open = true;
                self.model.link_fresh = true;
                self.stage.open_link();
            }
            Step::CloseLink => {
                if std::mem::take(&mut self.model.link_open) {
                    self.model.end_link_session();
                    self.stage.close_link();
                }
            }
            Step::SubscribeLink(filter) => self.subscribe_link(&topic(FILTERS[filter])),
            Step::Pull => {
                self.pull();
            }
            Step::AcknowledgeDelivery(which) => self.acknowledge_delivery(which),
            Step::RuntimePublishes {
                topic: at,
                qos,
                retain,
            } => self.runtime_publishes(&topic(TOPICS[at]), qos, retain),
        }
        self.hear();
    }

    fn connect(&mut self, who: usize, window: Option<u16>) {
        let Reference { next_conn, .. } = &mut self.model;
        *next_conn += 1;
        let conn = *next_conn;
        // A client that is connected is taken over.
        self.hear();
        self.end(who);
        let version = VERSIONS[who];
        let asked = Connect {
            receive_maximum: window.filter(|_| version == Version::V5),
            ..connect(version, &format!("client-{who}"))
        };
        self.stage
            .connect_as(conn, &asked, identity(BusRole::House, 1));
        self.stage.joined(conn);
        let peer = Peer {
            conn,
            filters: BTreeMap::new(),
            congested: false,
            expected: Vec::new(),
            received: Vec::new(),
            owes: VecDeque::new(),
            next_id: 0,
            open: VecDeque::new(),
            last: None,
        };
        self.model.peers.insert(who, peer);
    }

    fn end(&mut self, who: usize) -> Option<Peer> {
        self.model.peers.remove(&who)
    }

    fn subscribe(&mut self, who: usize, filter: &str, qos: QoS) {
        let Some(peer) = self.model.peers.get_mut(&who) else {
            return;
        };
        peer.filters.insert(filter.into(), qos);
        for (topic, (payload, published)) in &self.model.retained {
            let granted = qos.min(*published);
            if filter::matches(filter, topic) {
                peer.expected
                    .push((topic.clone(), payload.clone(), granted, true));
            }
        }
        self.stage
            .subscribe_with(peer.conn, None, &[request(filter, qos)]);
    }

    fn publish(&mut self, who: usize, topic: &str, qos: QoS, retain: bool, empty: bool) {
        if !self.model.peers.contains_key(&who) {
            return;
        }
        let payload = if empty {
            String::new()
        } else {
            format!("{}", self.model.next_number + 1)
        };
        let number = self.model.publish(topic, &payload, qos, retain, false);
        let Some(peer) = self.model.peers.get_mut(&who) else {
            return;
        };
        let mut packet_id = 0;
        if qos > QoS::AtMostOnce {
            peer.next_id += 1;
            packet_id = peer.next_id;
            peer.open.push_back((packet_id, qos, number));
            peer.last = Some((packet_id, qos, topic.into(), payload.clone(), retain));
        }
        let conn = peer.conn;
        self.stage
            .publish_with(conn, topic, &payload, (qos, packet_id), |p| {
                p.retain = retain;
            });
    }

    /// The client sends its last publish again, if it is not acknowledged: the
    /// same message, so nothing may come of it.
    fn repeat(&mut self, who: usize) {
        let Some(peer) = self.model.peers.get(&who) else {
            return;
        };
        let Some((packet_id, qos, topic, payload, retain)) = peer.last.clone() else {
            return;
        };
        if peer.open.iter().any(|(open, ..)| *open == packet_id) {
            self.stage
                .publish_with(peer.conn, &topic, &payload, (qos, packet_id), |p| {
                    p.dup = true;
                    p.retain = retain;
                });
        }
    }

    fn acknowledge(&mut self, who: usize) {
        let Some(peer) = self.model.peers.get_mut(&who) else {
            return;
        };
        if let Some((part, packet_id)) = peer.owes.pop_front() {
            self.stage.acknowledge(peer.conn, part, packet_id);
        }
    }

    fn disk(&mut self) {
        let Some(number) = self.model.disk.pop_front() else {
            assert!(self.stage.to_persist.is_empty());
            return;
        };
        let (ticket, change) = self.stage.to_persist.remove(0);
        if let RetainedChange::Store(kept) = &change {
            assert_eq!(kept.payload, number.to_string());
        }
        self.model.done(number, Wait::Disk);
        self.stage.router.durable(ticket);
        self.stage.settle();
    }

    fn subscribe_link(&mut self, filter: &str) {
        let model = &mut self.model;
        if !model.link_open {
            return;
        }
        let filters = model.link_filters.get_or_insert_default();
        if std::mem::take(&mut model.link_fresh) {
            filters.clear();
            let (kept, unwanted) = std::mem::take(&mut model.kept)
                .into_iter()
                .partition(|kept| kept.pulled.is_some() || filter::matches(filter, &kept.topic));
            model.kept = kept;
            for kept in unwanted {
                model.done(kept.number, Wait::Runtime);
            }
        }
        model
            .link_filters
            .get_or_insert_default()
            .push(filter.into());
        for (topic, (payload, qos)) in &model.retained {
            if filter::matches(filter, topic) {
                model.kept.push(Kept {
                    number: 0,
                    topic: topic.clone(),
                    payload: payload.clone(),
                    qos: *qos,
                    replayed: true,
                    pulled: None,
                });
            }
        }
        self.stage.link(BusCommand::Subscribe(vec![filter.into()]));
    }

    /// The runtime takes its next delivery; whether there was one.
    fn pull(&mut self) -> bool {
        if !self.model.link_open {
            return false;
        }
        let delivery = self.stage.delivery();
        let next = self
            .model
            .kept
            .iter_mut()
            .find(|kept| kept.pulled.is_none());
        let Some(next) = next else {
            assert_eq!(delivery, None);
            return false;
        };
        let Delivery {
            id,
            topic,
            payload,
            qos,
            retained,
        } = delivery.expect("what was kept");
        assert_eq!(
            (&topic, qos, retained),
            (&next.topic, next.qos, next.replayed)
        );
        assert_eq!(payload, next.payload);
        next.pulled = Some(id);
        if next.qos == QoS::AtMostOnce {
            self.model.kept.retain(|kept| kept.pulled != Some(id));
        }
        true
    }

    fn acknowledge_delivery(&mut self, which: usize) {
        let pulled: Vec<DeliveryId> = self
            .model
            .kept
            .iter()
            .filter_map(|kept| kept.pulled)
            .collect();
        if pulled.is_empty() {
            return;
        }
        let id = pulled[which % pulled.len()];
        let number = self
            .model
            .kept
            .iter()
            .find(|kept| kept.pulled == Some(id))
            .unwrap()
            .number;
        self.model.kept.retain(|kept| kept.pulled != Some(id));
        self.model.done(number, Wait::Runtime);
        self.stage.link(BusCommand::Acknowledge(id));
    }

    fn runtime_publishes(&mut self, topic: &str, qos: QoS, retain: bool) {
        if !self.model.link_open {
            return;
        }
        let payload = format!("{}", self.model.next_number + 1);
        self.model.publish(topic, &payload, qos, retain, true);
        self.stage.link(BusCommand::Publish(cell::OutgoingMessage {
            topic: topic.into(),
            payload: payload.into_bytes().into(),
            qos,
            retain,
            hold_for_listener: None,
        }));
    }

    /// Every client reads what it got; it must be what the reference says.
    fn hear(&mut self) {
        let Self { stage, model } = self;
        for peer in model.peers.values_mut() {
            loop {
                let said = stage.said(peer.conn);
                if said.is_empty() {
                    break;
                }
                for said in said {
                    match said {
                        Said::Publish(r) => {
                            let payload = String::from_utf8(r.payload).unwrap();
                            peer.received.push((r.topic, payload, r.qos, r.retain));
                            match r.qos {
                                QoS::AtMostOnce => {}
                                QoS::AtLeastOnce => {
                                    peer.owes.push_back((Part::PubAck, r.packet_id));
                                }
                                QoS::ExactlyOnce => {
                                    peer.owes.push_back((Part::PubRec, r.packet_id));
                                }
                            }
                        }
                        Said::Acknowledge(given, _) => {
                            assert_eq!(given.reason, Reason::Success);
                            match given.step {
                                Part::PubRel => {
                                    peer.owes.push_back((Part::PubComp, given.packet_id));
                                }
                                Part::PubComp => {}
                                Part::PubAck | Part::PubRec => {
                                    let (id, qos, number) =
                                        peer.open.pop_front().expect("an open publish");
                                    let part = if qos == QoS::ExactlyOnce {
                                        Part::PubRec
                                    } else {
                                        Part::PubAck
                                    };
                                    assert_eq!(
                                        (given.packet_id, given.step),
                                        (id, part),
                                        "out of order"
                                    );
                                    assert_eq!(
                                        model.waits[&number],
                                        BTreeSet::new(),
                                        "acknowledged too early"
                                    );
                                    if qos == QoS::ExactlyOnce {
                                        stage.acknowledge(peer.conn, Part::PubRel, id);
                                    }
                                }
                            }
                        }
                        Said::SubAck(..) | Said::UnsubAck(..) => {}
                        other => panic!("unexpected: {other:?}"),
                    }
                }
            }
            assert!(
                peer.expected.starts_with(&peer.received),
                "{:?} {:?}",
                peer.expected,
                peer.received
            );
            if let Some((_, _, number)) = peer.open.front() {
                assert_ne!(
                    model.waits[number],
                    BTreeSet::new(),
                    "acknowledged too late"
                );
            }
        }
        assert_eq!(stage.refused, []);
    }

    /// Everybody does what is still to be done; then nothing may be missing.
    fn finish(mut self) {
        for who in 0..3 {
            self.step(Step::Congest(who, false));
        }
        self.step(Step::OpenLink);
        self.subscribe_link(&topic("#"));
        while self.pull() {}
        while self.model.kept.iter().any(|kept| kept.pulled.is_some()) {
            self.step(Step::AcknowledgeDelivery(0));
        }
        while !self.model.disk.is_empty() {
            self.step(Step::Disk);
        }
        for who in 0..3 {
            while self
                .model
                .peers
                .get(&who)
                .is_some_and(|peer| !peer.owes.is_empty())
            {
                self.step(Step::Acknowledge(who));
            }
        }
        for peer in self.model.peers.values() {
            assert_eq!(peer.received, peer.expected);
            assert_eq!(peer.open, []);
        }
        assert!(self.stage.to_persist.is_empty());
        self.stage.join(99, Version::V311);
        self.stage.subscribe(99, &topic("#"), QoS::ExactlyOnce);
        let kept: BTreeMap<String, (String, QoS)> = self
            .stage
            .received(99)
            .into_iter()
            .map(|r| (r.topic, (String::from_utf8(r.payload).unwrap(), r.qos)))
            .collect();
        assert_eq!(kept, self.model.retained);
        // Nothing is left of connections that are gone.
        for conn in self.model.peers.values().map(|peer| peer.conn).chain([99]) {
            self.stage.lose(conn);
        }
        let router = &self.stage.router;
        assert!(router.sessions.is_empty() && router.tree.is_empty());
        assert!(router.by_client.is_empty() && router.on_their_way.is_empty());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn the_router_does_what_the_reference_says(steps in prop::collection::vec(steps(), 1..120)) {
        let mut world = World::new();
        for who in 0..3 {
            world.step(Step::Connect(who, None));
        }
        for step in steps {
            world.step(step);
        }
        world.finish();
    }
}

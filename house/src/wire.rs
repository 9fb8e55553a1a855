//! How messages of the controller are built.

use std::time::Duration;

use bus::{Envelope, Module, ProtocolVersion, Recipient, Topic};
use bytes::Bytes;
use model::HouseId;
use serde_json::{Number, Value};

use crate::input::{Effect, Publication};

/// The modules that the brain plays.
pub(crate) const CONFIG: Module<'static> = controller("config");
pub(crate) const HUB: Module<'static> = controller("hub");
pub(crate) const DB: Module<'static> = controller("db");
pub(crate) const LOGGER: Module<'static> = controller("logger");
pub(crate) const ALERTER: Module<'static> = controller("alerter");
pub(crate) const CHATBOT: Module<'static> = controller("chatbot");

/// All names that answer a `PING`.
pub(crate) const CONTROLLERS: [Module<'static>; 6] = [CONFIG, HUB, DB, LOGGER, ALERTER, CHATBOT];

/// How long the bus keeps what a module asked for before it listened
/// (protocol v2: it repeats its question every 3 to 10 s).
pub(crate) const HOLD: Duration = Duration::from_secs(10);

/// Request ids of our own begin here: browsers draw theirs from 1 to 99,999
/// and look for an answer by id first, so a lower one could be mistaken.
const FIRST_REQUEST_ID: u32 = 100_000;

const fn controller(name: &'static str) -> Module<'static> {
    Module {
        scope: "controller",
        name,
    }
}

/// A message as it arrived, taken apart.
pub(crate) struct Message<'a> {
    pub(crate) topic: Topic<'a>,
    /// `None` for a null message.
    pub(crate) envelope: Option<Envelope>,
}

impl Message<'_> {
    /// What it carries; null for a null message.
    pub(crate) fn data(&self) -> &Value {
        self.envelope.as_ref().map_or(&Value::Null, |e| &e.data)
    }

    /// Its request id; 0 for a null message, which has none.
    pub(crate) fn request_id(&self) -> Number {
        self.envelope
            .as_ref()
            .map_or_else(|| 0.into(), |e| e.request_id.clone())
    }

    /// Where the answer with `command` goes: same arguments and request id, on
    /// the same protocol, to whoever asked.
    pub(crate) fn reply_to(&self, command: &str) -> ReplyTo {
        let asked = &self.topic;
        let from = match asked.to {
            Recipient::Module(module) => module,
            Recipient::Everybody => CONFIG,
        };
        let topic = Topic {
            from,
            to: Recipient::Module(asked.from),
            command,
            ..*asked
        };
        ReplyTo {
            topic: topic.to_string(),
            request_id: self.request_id(),
        }
    }

    /// The answer: same command too.
    pub(crate) fn reply(&self, data: Value) -> Effect {
        self.reply_to(self.topic.command).with(data)
    }
}

/// An answer that lacks only what it carries.
pub(crate) struct ReplyTo {
    topic: String,
    request_id: Number,
}

impl ReplyTo {
    /// The answer.
    pub(crate) fn with(self, data: Value) -> Effect {
        let request_id = self.request_id;
        let payload = Envelope { request_id, data }.to_bytes();
        publish(self.topic, payload.into(), false, None)
    }
}

/// Builds messages of one house.
pub(crate) struct Wire {
    house: HouseId,
    last_request_id: u32,
}

impl Wire {
    pub(crate) fn new(house: HouseId) -> Self {
        Self {
            house,
            last_request_id: FIRST_REQUEST_ID,
        }
    }

    pub(crate) fn house(&self) -> &HouseId {
        &self.house
    }

    /// A message of our own to everybody, on both protocols.
    pub(crate) fn broadcast(
        &mut self,
        from: Module<'_>,
        command: &str,
        args: &str,
        data: Value,
    ) -> [Effect; 2] {
        let payload = self.payload(data);
        ProtocolVersion::ALL.map(|version| {
            let topic = self.topic(version, from, Recipient::Everybody, command, args);
            publish(topic, payload.clone(), false, None)
        })
    }

    /// A message of our own to one module, on both protocols: it listens to
    /// one of them.
    pub(crate) fn send(
        &mut self,
        from: Module<'_>,
        to: Module<'_>,
        (command, args): (&str, &str),
        request_id: Option<Number>,
        data: Value,
    ) -> [Effect; 2] {
        let request_id = request_id.unwrap_or_else(|| self.fresh_id());
        let payload = Bytes::from(Envelope { request_id, data }.to_bytes());
        ProtocolVersion::ALL.map(|version| {
            let topic = self.topic(version, from, Recipient::Module(to), command, args);
            publish(topic, payload.clone(), false, None)
        })
    }

    /// A file for one module, on the protocol it speaks.
    pub(crate) fn conf_to(
        &mut self,
        version: ProtocolVersion,
        to: Module<'_>,
        args: &str,
        data: Value,
        hold: Option<Duration>,
    ) -> Effect {
        let payload = self.payload(data);
        let topic = self.topic(version, CONFIG, Recipient::Module(to), "CONF", args);
        publish(topic, payload, false, hold)
    }

    /// The end of what a module asked for.
    pub(crate) fn subscribe_ack(
        &mut self,
        version: ProtocolVersion,
        to: Module<'_>,
        asked: &str,
        request_id: Option<Number>,
    ) -> Effect {
        let request_id = request_id.unwrap_or_else(|| self.fresh_id());
        let data = Value::from(asked);
        let payload = Envelope { request_id, data }.to_bytes();
        let to = Recipient::Module(to);
        let topic = self.topic(version, CONFIG, to, "SUBSCRIBE_ACK", "");
        publish(topic, payload.into(), false, Some(HOLD))
    }

    /// A file for everybody: kept by the bus on v1, said once on v2.
    pub(crate) fn conf(&mut self, args: &str, data: Value) -> [Effect; 2] {
        let payload = self.payload(data);
        ProtocolVersion::ALL.map(|version| {
            let retain = version == ProtocolVersion::V1;
            publish(
                self.conf_topic(version, args),
                payload.clone(),
                retain,
                None,
            )
        })
    }

    /// The end of a file, for everybody: on both protocols an empty retained
    /// message.
    pub(crate) fn conf_gone(&self, args: &str) -> [Effect; 2] {
        ProtocolVersion::ALL
            .map(|version| publish(self.conf_topic(version, args), Bytes::new(), true, None))
    }

    /// The index of all files, which only v1 has: emptied, then said anew.
    pub(crate) fn index(&mut self, data: Value) -> [Effect; 2] {
        let topic = self.conf_topic(ProtocolVersion::V1, "1/__index");
        let payload = self.payload(data);
        [Bytes::new(), payload].map(|payload| publish(topic.clone(), payload, true, None))
    }

    /// A line for the log of the house.
    pub(crate) fn warning(&mut self, from: Module<'_>, text: impl Into<String>) -> [Effect; 2] {
        let text = Value::String(text.into());
        self.send(from, LOGGER, ("LOG", "warning"), None, text)
    }

    fn conf_topic(&self, version: ProtocolVersion, args: &str) -> String {
        self.topic(version, CONFIG, Recipient::Everybody, "CONF", args)
    }

    fn topic(
        &self,
        version: ProtocolVersion,
        from: Module<'_>,
        to: Recipient<'_>,
        command: &str,
        args: &str,
    ) -> String {
        let house = self.house.as_str();
        let topic = Topic {
            version,
            house,
            from,
            to,
            command,
            args,
        };
        topic.to_string()
    }

    fn payload(&mut self, data: Value) -> Bytes {
        let request_id = self.fresh_id();
        Envelope { request_id, data }.to_bytes().into()
    }

    fn fresh_id(&mut self) -> Number {
        let next = self.last_request_id.checked_add(1);
        self.last_request_id = next.unwrap_or(FIRST_REQUEST_ID);
        self.last_request_id.into()
    }
}

fn publish(topic: String, payload: Bytes, retain: bool, hold: Option<Duration>) -> Effect {
    Effect::Publish(Publication {
        topic,
        payload,
        retain,
        hold_for_listener: hold,
    })
}

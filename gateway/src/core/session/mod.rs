//! One connection of a house: who it is and what it has open.

pub mod inbound;
pub mod outbound;

use std::time::Duration;

use bus::ProtocolVersion;
use bus::topic::ROOT;
use model::Timestamp;

use inbound::Inbound;
use outbound::Outbound;

use super::codec::connect::ROOM_FOR_REASONS;
use super::codec::{Connect, Version, Will};
use super::identity::Identity;

/// Topic aliases that a 5.0 client may use.
pub const TOPIC_ALIAS_MAXIMUM: u16 = 32;

/// The longest keep-alive of a 5.0 client, in seconds; longer ones, and none,
/// are answered with this. 3.x clients cannot be told and keep theirs.
pub const KEEP_ALIVE_MAXIMUM: u16 = 1_200;

/// Senders remembered of one connection; a bridge carries a whole house.
const SENDERS: usize = 64;

/// The longest name of a sender that is remembered, in bytes: it may be as long
/// as a topic.
const SENDER_BYTES: usize = 128;

/// A module that spoke over a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sender {
    pub version: ProtocolVersion,
    /// `scope/name`.
    pub module: Box<str>,
}

/// One connection.
#[derive(Debug)]
pub(super) struct Session {
    pub client_id: Box<str>,
    pub version: Version,
    /// A mosquitto bridge: no echo, retain flags as published.
    pub bridge: bool,
    pub identity: Identity,
    pub will: Option<Box<Will>>,
    pub connected_at: Timestamp,
    pub last_packet: Timestamp,
    /// Longest silence; `None` for no limit.
    pub patience: Option<Duration>,
    maximum_packet: u32,
    wants_reasons: bool,
    /// The filters it has subscribed to.
    pub filters: Vec<Box<str>>,
    aliases: Vec<Option<Box<str>>>,
    senders: Vec<Sender>,
    pub inbound: Inbound,
    pub outbound: Outbound,
}

impl Session {
    /// The session of an admitted client, with the keep-alive in force.
    pub fn new(now: Timestamp, connect: Connect, identity: Identity, keep_alive: u16) -> Self {
        let patience = Duration::from_millis(u64::from(keep_alive) * 1_500);
        Self {
            client_id: connect.client_id.into(),
            version: connect.version,
            bridge: connect.bridge,
            identity,
            will: connect.will.map(Box::new),
            connected_at: now,
            last_packet: now,
            patience: (keep_alive > 0).then_some(patience),
            maximum_packet: connect.maximum_packet.unwrap_or(u32::MAX),
            wants_reasons: connect.wants_reasons,
            filters: Vec::new(),
            aliases: Vec::new(),
            senders: Vec::new(),
            inbound: Inbound::default(),
            outbound: Outbound::new(connect.receive_maximum),
        }
    }

    /// When it is to be closed if nothing more comes and goes.
    pub fn deadline(&self) -> Option<Timestamp> {
        let silent = self
            .patience
            .map(|patience| self.last_packet.after(patience));
        [
            silent,
            self.identity.expires_at,
            self.outbound.given_up_at(),
        ]
        .into_iter()
        .flatten()
        .min()
    }

    /// Whether it takes a packet of this size.
    pub fn takes(&self, packet_len: usize) -> bool {
        u32::try_from(packet_len).is_ok_and(|len| len <= self.maximum_packet)
    }

    /// `why`, if this client is to be told reasons in words.
    pub fn reason_for<'w>(&self, why: &'w str) -> Option<&'w str> {
        let told = self.version.has_properties()
            && self.wants_reasons
            && self.maximum_packet >= ROOM_FOR_REASONS;
        told.then_some(why)
    }

    /// The topic that an alias stands for; `topic`, if not empty, is what it
    /// stands for from now on. `None` when there is no such alias.
    pub fn resolve(&mut self, alias: u16, topic: &str) -> Option<Box<str>> {
        if !(1..=TOPIC_ALIAS_MAXIMUM).contains(&alias) {
            return None;
        }
        let at = usize::from(alias) - 1;
        if self.aliases.len() <= at {
            self.aliases.resize(at + 1, None);
        }
        let place = self.aliases.get_mut(at)?;
        if !topic.is_empty() {
            *place = Some(topic.into());
        }
        place.clone()
    }

    /// Remembers who speaks over the connection; one who says that it stops is
    /// forgotten.
    pub fn note_sender(&mut self, topic: &str) {
        let Some((version, module, rest)) = sender_of(topic) else {
            return;
        };
        let known = self
            .senders
            .iter()
            .position(|sender| sender.version == version && *sender.module == *module);
        let stops = rest == "*/*/STATUS/0";
        match known {
            Some(at) if stops => {
                self.senders.remove(at);
            }
            None if !stops && self.senders.len() < SENDERS && module.len() <= SENDER_BYTES => {
                self.senders.push(Sender {
                    version,
                    module: module.into(),
                });
            }
            _ => {}
        }
    }

    /// Who spoke over the connection and has not said that it stops.
    pub fn senders(&self) -> &[Sender] {
        &self.senders
    }
}

/// Version, `scope/name` of the sender and the levels from the recipient on.
fn sender_of(topic: &str) -> Option<(ProtocolVersion, &str, &str)> {
    let below = topic.strip_prefix(ROOT)?.strip_prefix('/')?;
    let (version, below) = below.split_once('/')?;
    let version = ProtocolVersion::ALL
        .into_iter()
        .find(|known| known.as_str() == version)?;
    let (_house, below) = below.split_once('/')?;
    let (at, _) = below.match_indices('/').nth(1)?;
    let (module, rest) = below.split_at_checked(at)?;
    let well_formed = bus::Module::parse(module).is_some_and(|m| m.scope != "*" && m.name != "*");
    well_formed.then_some((version, module, rest.strip_prefix('/')?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Most connections are idle most of the time: what each costs counts.
    #[test]
    fn an_idle_connection_is_small() {
        let size = std::mem::size_of::<Session>();
        assert!(size <= 512, "{size} bytes");
    }

    #[test]
    fn the_sender_is_read_from_the_topic() {
        let read = |topic| sender_of(topic).map(|(_, module, rest)| (module, rest));
        assert_eq!(
            read("egeoffrey/v2/h/service/a/controller/hub/IN/x/y"),
            Some(("service/a", "controller/hub/IN/x/y"))
        );
        for odd in [
            "egeoffrey/v2/h/service",
            "egeoffrey/v3/h/a/b/c",
            "x/v2/h/a/b/c",
            "egeoffrey/v2/h/*/*/c",
            "egeoffrey/v1/h//b/c",
        ] {
            assert_eq!(read(odd), None, "{odd}");
        }
    }
}

//! What comes over an open connection.

use model::{RefusalReason, Timestamp};

use super::Router;
use crate::core::action::{CloseReason, Refused};
use crate::core::codec::acknowledge::{Acknowledge, Step};
use crate::core::codec::{self, Fault, Packet, Reason, disconnect};
use crate::core::identity::ConnId;

impl Router {
    /// One whole packet of a connection, as [`codec::frame()`] cut it.
    pub fn receive(&mut self, now: Timestamp, conn: ConnId, frame: &[u8]) {
        let Some(session) = self.sessions.get_mut(&conn) else {
            return;
        };
        session.last_packet = now;
        if session.identity.is_of_the_house() {
            self.last_seen = Some(now);
        }
        let outcome = match codec::decode(session.version, frame) {
            Ok(packet) => self.handle(now, conn, packet),
            Err(fault) => Err(fault),
        };
        if let Err(fault) = outcome {
            self.at_fault(now, conn, fault);
        }
    }

    fn handle(&mut self, now: Timestamp, conn: ConnId, packet: Packet<'_>) -> Result<(), Fault> {
        match packet {
            Packet::Publish(publish) => self.publish(now, conn, &publish),
            Packet::Acknowledge(given) if given.step == Step::PubRel => {
                self.complete(conn, given.packet_id)
            }
            Packet::Acknowledge(given) => {
                self.acknowledged(now, conn, given);
                Ok(())
            }
            Packet::Subscribe(subscribe) => {
                self.subscribe(now, conn, &subscribe);
                Ok(())
            }
            Packet::Unsubscribe(unsubscribe) => {
                self.unsubscribe(conn, &unsubscribe);
                Ok(())
            }
            Packet::PingReq => {
                self.send(conn, disconnect::pingresp());
                Ok(())
            }
            Packet::Disconnect(reason) => {
                if reason == Reason::Success {
                    self.forget_will(conn);
                }
                self.close(now, conn, CloseReason::Disconnected, None);
                Ok(())
            }
            Packet::Auth => Err(Fault::protocol("AUTH without an authentication method")),
        }
    }

    /// PUBREL of a client.
    fn complete(&mut self, conn: ConnId, packet_id: u16) -> Result<(), Fault> {
        let Some(session) = self.sessions.get_mut(&conn) else {
            return Ok(());
        };
        let known = session
            .inbound
            .complete(packet_id)
            .ok_or(Fault::protocol("PUBREL before PUBREC"))?;
        let answer = Acknowledge {
            step: Step::PubComp,
            packet_id,
            reason: if known {
                Reason::Success
            } else {
                Reason::PacketIdNotFound
            },
        };
        let bytes = answer.encode(session.version, None);
        self.send(conn, bytes);
        Ok(())
    }

    /// PUBACK, PUBREC or PUBCOMP of a client.
    fn acknowledged(&mut self, now: Timestamp, conn: ConnId, given: Acknowledge) {
        let Some(session) = self.sessions.get_mut(&conn) else {
            return;
        };
        if let Some(answer) = session.outbound.acknowledge(given) {
            let bytes = answer.encode(session.version, None);
            self.send(conn, bytes);
        }
        self.pump(now, conn);
    }

    /// A packet of a connection is larger than [`Router::packet_limit`];
    /// `declared` is its size in bytes.
    pub fn oversized(&mut self, now: Timestamp, conn: ConnId, declared: usize) {
        let Some(session) = self.sessions.get(&conn) else {
            return;
        };
        let seen = u64::try_from(declared).unwrap_or(u64::MAX);
        let refused = Refused::new(RefusalReason::MessageSize, &session.client_id, "a packet")
            .with_limit("message_bytes", self.quotas.message_bytes, seen);
        let words = refused.in_words();
        self.refused(refused);
        let said = (Reason::PacketTooLarge, &*words);
        self.close(now, conn, CloseReason::TooLarge, Some(said));
    }

    /// What a connection sends cannot be cut into packets.
    pub fn malformed(&mut self, now: Timestamp, conn: ConnId) {
        self.at_fault(
            now,
            conn,
            Fault::malformed("a packet's size has more than four bytes"),
        );
    }

    /// The client broke the specification: it is told, if its version has
    /// words for it, and closed.
    pub(super) fn at_fault(&mut self, now: Timestamp, conn: ConnId, fault: Fault) {
        let Some(session) = self.sessions.get(&conn) else {
            return;
        };
        let refused = Refused::new(RefusalReason::Protocol, &session.client_id, fault.detail);
        self.refused(refused);
        self.close(
            now,
            conn,
            CloseReason::Protocol,
            Some((fault.reason, fault.detail)),
        );
    }

    /// Part of a packet has come: a large one over a slow line takes longer
    /// than a keep-alive, and meanwhile nothing else can come.
    pub fn heard(&mut self, now: Timestamp, conn: ConnId) {
        if let Some(session) = self.sessions.get_mut(&conn) {
            session.last_packet = now;
        }
    }

    /// Sends the next portion of what waits for a connection: see
    /// [`Action::More`](crate::core::Action::More).
    pub fn more(&mut self, now: Timestamp, conn: ConnId) {
        self.pump(now, conn);
    }

    /// Whether so much waits to be written to a connection that no more is to
    /// come, or room again.
    pub fn congested(&mut self, now: Timestamp, conn: ConnId, congested: bool) {
        let Some(session) = self.sessions.get_mut(&conn) else {
            return;
        };
        session.outbound.set_congested(congested);
        self.pump(now, conn);
    }
}

//! CONNECT of an admitted client.

use bus::Denied;
use model::{BusRole, RefusalReason, Timestamp};

use super::Router;
use crate::core::action::{Action, CloseReason, Refused};
use crate::core::codec::connack::{Accepted, refuse_connect};
use crate::core::codec::{Connect, Reason, Version};
use crate::core::identity::{ConnId, Identity};
use crate::core::session::inbound::RECEIVE_MAXIMUM;
use crate::core::session::{KEEP_ALIVE_MAXIMUM, Session, TOPIC_ALIAS_MAXIMUM};

/// The longest client id accepted, in bytes; stock ones have about 60.
const CLIENT_ID_BYTES: usize = 256;

impl Router {
    /// Lets a client in, or refuses it and closes.
    pub fn connect(
        &mut self,
        now: Timestamp,
        conn: ConnId,
        mut connect: Connect,
        identity: Identity,
    ) {
        if identity.is_of_the_house() {
            self.last_seen = Some(now);
        }
        if let Err((reason, refused)) = self.check(&mut connect, &identity) {
            let words = connect.takes_reasons().then(|| refused.in_words());
            let bytes = refuse_connect(connect.version, reason, words.as_deref());
            self.actions.push(Action::Send { conn, bytes });
            self.actions.push(Action::Close {
                conn,
                why: CloseReason::Refused,
            });
            self.refused(refused);
            return;
        }
        if let Some(earlier) = self.by_client.get(&*connect.client_id).copied() {
            self.close(now, earlier, CloseReason::TakenOver, None);
        }
        self.silences.end(&connect.client_id);
        let assigned = connect.client_id.is_empty();
        if assigned {
            connect.client_id = self.fresh_client_id(conn);
        }
        let keep_alive = keep_alive(&connect);
        let accepted = Accepted {
            assigned_client_id: assigned.then(|| connect.client_id.clone()),
            keep_alive: (keep_alive != connect.keep_alive).then_some(keep_alive),
            receive_maximum: RECEIVE_MAXIMUM,
            maximum_packet: u32::try_from(self.packet_limit()).unwrap_or(u32::MAX),
            topic_alias_maximum: TOPIC_ALIAS_MAXIMUM,
        };
        let bytes = accepted.encode(connect.version);
        let session = Session::new(now, connect, identity, keep_alive);
        if let Some(deadline) = session.deadline() {
            self.wake_at(deadline);
        }
        self.by_client.insert(session.client_id.clone(), conn);
        self.sessions.insert(conn, Box::new(session));
        self.actions.push(Action::Send { conn, bytes });
        self.actions.push(Action::PresenceChanged);
        self.close_hopeless(now);
    }

    fn check(
        &mut self,
        connect: &mut Connect,
        identity: &Identity,
    ) -> Result<(), (Reason, Refused)> {
        let client = connect.client_id.as_str();
        let refuse = |reason, why, subject: &str| Err((reason, Refused::new(why, client, subject)));
        if identity.grant.house != self.house {
            let subject = "a credential of another house";
            return refuse(
                Reason::NotAuthorised,
                RefusalReason::Authentication,
                subject,
            );
        }
        if connect.authentication_method.is_some() {
            let subject = "an authentication method; use user name and password";
            return refuse(
                Reason::BadAuthenticationMethod,
                RefusalReason::Authentication,
                subject,
            );
        }
        if !is_client_id(connect) {
            let subject = "a client id that is missing or longer than 256 bytes";
            return refuse(Reason::ClientIdNotValid, RefusalReason::Protocol, subject);
        }
        let earlier = self
            .by_client
            .get(client)
            .and_then(|conn| self.sessions.get(conn));
        if earlier.is_some_and(|e| !identity.principal.succeeds(&e.identity.principal)) {
            let subject = "a client id that another credential uses";
            return refuse(Reason::NotAuthorised, RefusalReason::Permission, subject);
        }
        let (allowed, seen) = (self.quotas.connections_per_house, self.connections() + 1);
        let seen = u64::try_from(seen).unwrap_or(u64::MAX);
        let counts = earlier.is_none() && identity.grant.role != BusRole::Runtime;
        if counts && seen > allowed {
            let refused = Refused::new(RefusalReason::Connections, client, "CONNECT");
            let refused = refused.with_limit("connections_per_house", allowed, seen);
            return Err((Reason::QuotaExceeded, refused));
        }
        if let Err(denied) = may_will(connect, identity) {
            let topic = connect.will.as_ref().map_or("", |will| &*will.topic);
            let refused = Refused::new(
                RefusalReason::Permission,
                client,
                &format!("will {topic}: {denied}"),
            );
            if !connect.bridge {
                return Err((Reason::NotAuthorised, refused));
            }
            // A bridge announces itself below $SYS; it works without.
            connect.will = None;
            self.refused(refused);
        }
        Ok(())
    }

    fn fresh_client_id(&self, conn: ConnId) -> String {
        let mut id = format!("assigned-{:x}", conn.0);
        while self.by_client.contains_key(&*id) {
            id.push('x');
        }
        id
    }
}

/// Only a client that wants nothing kept may leave the choice to us (3.1.1,
/// section 3.1.3.1); 3.1 has no such choice; 5.0 always has.
fn is_client_id(connect: &Connect) -> bool {
    match connect.version {
        _ if connect.client_id.len() > CLIENT_ID_BYTES => false,
        _ if !connect.client_id.is_empty() => true,
        Version::V3 => false,
        Version::V311 => connect.clean_start,
        Version::V5 => true,
    }
}

fn may_will(connect: &Connect, identity: &Identity) -> Result<(), Denied> {
    connect.will.as_ref().map_or(Ok(()), |will| {
        identity.grant.may_publish(&will.topic, will.retain)
    })
}

const fn keep_alive(connect: &Connect) -> u16 {
    match (connect.version, connect.keep_alive) {
        (Version::V5, 0) => KEEP_ALIVE_MAXIMUM,
        (Version::V5, wanted) if wanted > KEEP_ALIVE_MAXIMUM => KEEP_ALIVE_MAXIMUM,
        (_, wanted) => wanted,
    }
}

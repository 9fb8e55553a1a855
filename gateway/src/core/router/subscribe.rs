//! SUBSCRIBE and UNSUBSCRIBE.

use std::collections::HashMap;
use std::sync::Arc;

use bus::filter;
use model::{RefusalReason, Timestamp};

use super::Router;
use super::route::Origin;
use crate::core::action::Refused;
use crate::core::codec::Reason;
use crate::core::codec::subscribe::{Replay, Request, Subscribe, Unsubscribe, suback, unsuback};
use crate::core::identity::ConnId;
use crate::core::session::outbound::Outgoing;
use crate::core::trie::{MAX_LEVELS, Subscription};

/// The longest filter accepted, in bytes; stock ones have about 100. A
/// connection may keep hundreds.
const FILTER_BYTES: usize = 1_024;

impl Router {
    pub(super) fn subscribe(&mut self, now: Timestamp, conn: ConnId, asked: &Subscribe<'_>) {
        let mut outcomes = Vec::with_capacity(asked.filters.len());
        let mut replays = Vec::new();
        let mut why = None;
        for request in &asked.filters {
            match self.grant(conn, request, asked.identifier.unwrap_or(0)) {
                Ok(is_new) => {
                    outcomes.push(granted(request));
                    let replay = match request.replay {
                        Replay::Always => true,
                        Replay::IfNew => is_new,
                        Replay::Never => false,
                    };
                    if replay {
                        replays.push(*request);
                    }
                }
                Err((reason, refused)) => {
                    outcomes.push(reason);
                    why.get_or_insert_with(|| refused.in_words());
                    self.refused(refused);
                }
            }
        }
        let Some(session) = self.sessions.get(&conn) else {
            return;
        };
        let why = why.as_deref().and_then(|why| session.reason_for(why));
        let bytes = suback(session.version, asked.packet_id, &outcomes, why);
        self.send(conn, bytes);
        // A filter that comes twice in one packet is one subscription.
        let last: HashMap<&str, usize> = replays.iter().map(|r| r.filter).zip(0..).collect();
        for (at, request) in replays.iter().enumerate() {
            if last.get(request.filter) == Some(&at) {
                self.replay_retained(now, conn, request, asked.identifier);
            }
        }
        self.pump(now, conn);
        let granted = |(request, outcome): (&Request<'_>, &Reason)| {
            (!outcome.is_error()).then(|| request.filter.to_owned())
        };
        let heard: Vec<String> = asked
            .filters
            .iter()
            .zip(&outcomes)
            .filter_map(granted)
            .collect();
        for filter in heard {
            self.release_held(now, &filter);
        }
        self.close_hopeless(now);
    }

    /// Grants one filter; whether the connection did not have it before.
    fn grant(
        &mut self,
        conn: ConnId,
        request: &Request<'_>,
        identifier: u32,
    ) -> Result<bool, (Reason, Refused)> {
        let Some(session) = self.sessions.get_mut(&conn) else {
            return Ok(false);
        };
        let client = &session.client_id;
        let refuse = |reason, why, subject: &str| Err((reason, Refused::new(why, client, subject)));
        let filter = request.filter;
        if session.version.has_properties() && filter.starts_with("$share/") {
            let subject = format!("{filter}: shared subscriptions are not available");
            return refuse(
                Reason::SharedSubscriptionsNotSupported,
                RefusalReason::Protocol,
                &subject,
            );
        }
        let is_small = filter.len() <= FILTER_BYTES && filter.split('/').count() <= MAX_LEVELS;
        if !is_small || !filter::is_topic_filter(filter) {
            let subject = format!(
                "{filter}: not a topic filter, or more than {MAX_LEVELS} levels or {FILTER_BYTES} \
                 bytes"
            );
            return refuse(
                Reason::TopicFilterInvalid,
                RefusalReason::Protocol,
                &subject,
            );
        }
        if let Err(denied) = session.identity.grant.may_subscribe(filter) {
            let subject = format!("{filter}: {denied}");
            return refuse(Reason::NotAuthorised, RefusalReason::Permission, &subject);
        }
        let known = session.filters.iter().any(|known| **known == *filter);
        let seen = u64::try_from(session.filters.len() + 1).unwrap_or(u64::MAX);
        let allowed = self.quotas.subscriptions_per_connection;
        if !known && seen > allowed {
            let refused = Refused::new(RefusalReason::Subscriptions, client, filter);
            let refused = refused.with_limit("subscriptions_per_connection", allowed, seen);
            return Err((Reason::QuotaExceeded, refused));
        }
        let is_new = self.tree.insert(
            filter,
            Subscription {
                conn,
                qos: request.qos,
                no_local: request.no_local || session.bridge,
                retain_as_published: request.retain_as_published || session.bridge,
                identifier,
            },
        );
        if is_new {
            session.filters.push(filter.into());
        }
        Ok(is_new)
    }

    fn replay_retained(
        &mut self,
        now: Timestamp,
        conn: ConnId,
        request: &Request<'_>,
        identifier: Option<u32>,
    ) {
        if self.hopeless.contains(&conn) {
            return;
        }
        let kept: Vec<_> = self
            .retained
            .selected_by(request.filter, now)
            .map(Arc::clone)
            .collect();
        for message in kept {
            let outgoing = Outgoing {
                qos: message.qos.min(request.qos),
                message,
                retain: true,
                identifiers: identifier.into_iter().collect(),
            };
            self.replay(now, conn, outgoing);
        }
    }

    /// Publishes what was held until somebody listens with this filter.
    fn release_held(&mut self, now: Timestamp, filter: &str) {
        if self.held.is_empty() {
            return;
        }
        for message in self.held.released_by(filter, now) {
            self.route(now, Origin::Runtime, &message);
        }
    }

    pub(super) fn unsubscribe(&mut self, conn: ConnId, asked: &Unsubscribe<'_>) {
        let Some(session) = self.sessions.get_mut(&conn) else {
            return;
        };
        let mut outcomes = Vec::with_capacity(asked.filters.len());
        for filter in &asked.filters {
            let known = session.filters.iter().position(|known| **known == **filter);
            outcomes.push(match known {
                Some(at) => {
                    session.filters.swap_remove(at);
                    self.tree.remove(filter, conn);
                    Reason::Success
                }
                None => Reason::NoSubscriptionExisted,
            });
        }
        let bytes = unsuback(session.version, asked.packet_id, &outcomes);
        self.send(conn, bytes);
    }
}

fn granted(request: &Request<'_>) -> Reason {
    match u8::from(request.qos) {
        0 => Reason::Success,
        1 => Reason::GrantedQoS1,
        _ => Reason::GrantedQoS2,
    }
}

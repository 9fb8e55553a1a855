//! The link of the house's tenant runtime.

use std::collections::HashSet;
use std::sync::Arc;

use bus::{Grant, Voice, filter};
use cell::{BusCommand, Delivery, OutgoingMessage};
use model::{BusRole, Hosting, RefusalReason, Timestamp};

use super::Router;
use super::route::Origin;
use crate::core::action::{Action, Refused};
use crate::core::held;
use crate::core::link::LinkId;
use crate::core::message::Message;

/// What the runtime is called in refusals.
const CLIENT: &str = "tenant runtime";

impl Router {
    /// Begins a session of the runtime; an earlier one ends. What that one did
    /// not acknowledge is delivered again, in order.
    pub fn link_open(&mut self) -> LinkId {
        let id = self.link.open();
        self.actions.push(Action::DeliveriesReady);
        id
    }

    /// Ends a session of the runtime, unless a later one has ended it.
    pub fn link_closed(&mut self, link: LinkId) {
        if self.link.is(link) {
            self.link.close();
        }
    }

    /// The next delivery for the runtime; `None` when none waits, or when a
    /// later session has begun.
    pub fn link_next(&mut self, now: Timestamp, link: LinkId) -> Option<Delivery> {
        if !self.link.is(link) {
            return None;
        }
        let mut expired = Vec::new();
        let delivery = self.link.pull(now, &mut expired);
        for publisher in expired {
            self.release(publisher);
        }
        delivery
    }

    /// What the runtime says; ignored when a later session has begun.
    ///
    /// The first subscription of a session says what of the messages that wait
    /// since the earlier one is still wanted.
    pub fn link_command(&mut self, now: Timestamp, link: LinkId, command: BusCommand) {
        if !self.link.is(link) {
            return;
        }
        match command {
            BusCommand::Subscribe(filters) => self.runtime_subscribes(now, filters),
            BusCommand::Publish(message) => self.runtime_publishes(now, message),
            BusCommand::Acknowledge(id) => {
                if let Some(publisher) = self.link.acknowledge(id) {
                    self.release(publisher);
                }
            }
        }
        self.close_hopeless(now);
    }

    fn runtime_grant(&self) -> Grant {
        Grant {
            house: self.house.clone(),
            role: BusRole::Runtime,
            voice: Voice::Any,
            hosting: self.hosting,
        }
    }

    fn runtime_subscribes(&mut self, now: Timestamp, mut filters: Vec<String>) {
        let grant = self.runtime_grant();
        filters.retain(|filter| {
            let allowed = filter::is_topic_filter(filter) && grant.may_subscribe(filter).is_ok();
            if !allowed {
                self.refused(Refused::new(RefusalReason::Permission, CLIENT, filter));
            }
            allowed
        });
        for publisher in self.link.subscribe(&filters) {
            self.release(publisher);
        }
        let mut replays: Vec<Arc<Message>> = Vec::new();
        let mut known = HashSet::new();
        for filter in &filters {
            for message in self.retained.selected_by(filter, now) {
                if known.insert(Arc::as_ptr(message)) {
                    replays.push(Arc::clone(message));
                }
            }
        }
        for message in replays {
            if self.link.replay(message) {
                self.actions.push(Action::DeliveriesReady);
            }
        }
    }

    fn runtime_publishes(&mut self, now: Timestamp, outgoing: OutgoingMessage) {
        let OutgoingMessage {
            topic,
            payload,
            qos,
            mut retain,
            hold_for_listener,
        } = outgoing;
        let allowed = self.runtime_grant().may_publish(&topic, retain).is_ok();
        if !allowed || !filter::is_topic_name(&topic) {
            self.refused(Refused::new(RefusalReason::Permission, CLIENT, &topic));
            return;
        }
        let mut message = Message::new(&topic, payload, qos, retain);
        if let Some((allowed, seen)) = self.beyond_retained(&message) {
            let refused = Refused::new(RefusalReason::RetainedBytes, CLIENT, &topic);
            self.refused(refused.with_limit("retained_bytes", allowed, seen));
            // Whoever listens now is to have it all the same.
            retain = false;
            message.retain = retain;
        }
        let message = Arc::new(message);
        match hold_for_listener {
            Some(patience) if !self.has_listener(&topic) => {
                let until = now.after(patience);
                self.wake_at(until);
                self.counters.dropped += self.held.push(message, until);
            }
            _ => self.route(now, Origin::Runtime, &message),
        }
    }

    /// Whether somebody listens for whom a message to `topic` is.
    fn has_listener(&self, topic: &str) -> bool {
        let mut selected = Vec::new();
        self.tree.select(topic, &mut selected);
        let listens = |conn| {
            self.sessions.get(conn).is_some_and(|session| {
                session
                    .filters
                    .iter()
                    .any(|filter| held::is_listener(filter, topic))
            })
        };
        // Each connection once, whatever number of its filters select it.
        selected.sort_unstable_by_key(|subscription| subscription.conn);
        selected.dedup_by_key(|subscription| subscription.conn);
        selected
            .iter()
            .any(|subscription| listens(&subscription.conn))
            || self
                .questions
                .iter()
                .any(|question| question.is_asked_by(topic))
    }

    /// The house is no longer hosted here: nothing waits for a runtime.
    pub(super) fn dissolve_link(&mut self) {
        if self.hosting == Hosting::Hosted {
            return;
        }
        for publisher in self.link.dissolve() {
            self.release(publisher);
        }
    }
}

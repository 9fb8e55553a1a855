//! What time brings.

use std::sync::Arc;

use bus::{Envelope, Module, QoS, Recipient, Topic};
use cell::AskError;
use model::Timestamp;

use super::Router;
use super::route::Origin;
use crate::core::action::{Action, CloseReason, RetainedChange};
use crate::core::codec::Reason;
use crate::core::identity::ConnId;
use crate::core::message::Message;
use crate::core::session::Sender;

impl Router {
    /// Does what is due by now.
    pub fn tick(&mut self, now: Timestamp) {
        self.close_overdue(now);
        self.answer_overdue(now);
        self.tick_allowance(now);
        self.counters.dropped += u64::try_from(self.held.expire(now)).unwrap_or(0);
        for sender in self.silences.over(now) {
            self.announce_silence(now, &sender);
        }
        for topic in self.retained.expire(now) {
            self.persist(RetainedChange::Clear { topic }, None);
        }
        self.close_hopeless(now);
        self.wake = self.earliest();
    }

    /// When something is due next.
    pub(super) fn earliest(&self) -> Option<Timestamp> {
        let sessions = self
            .sessions
            .values()
            .filter_map(|session| session.deadline());
        let questions = self.questions.iter().map(|question| question.deadline);
        sessions
            .chain(questions)
            .chain(self.held.next_expiry())
            .chain(self.silences.next_due())
            .chain(self.retained.next_expiry())
            .chain(self.allowance.next_due())
            .min()
    }

    fn close_overdue(&mut self, now: Timestamp) {
        let is_over = |end: Option<Timestamp>| end.is_some_and(|end| end <= now);
        let overdue: Vec<(ConnId, bool, bool)> = self
            .sessions
            .iter()
            .filter(|(_, session)| is_over(session.deadline()))
            .map(|(conn, session)| {
                let expired = is_over(session.identity.expires_at);
                (*conn, expired, is_over(session.outbound.given_up_at()))
            })
            .collect();
        for (conn, expired, given_up) in overdue {
            if given_up && !expired {
                self.hopeless.push(conn);
            } else if expired {
                let said = (
                    Reason::MaximumConnectTime,
                    "the token or credential has expired",
                );
                self.close(now, conn, CloseReason::Expired, Some(said));
            } else {
                let said = (
                    Reason::KeepAliveTimeout,
                    "nothing came within the keep-alive",
                );
                self.close(now, conn, CloseReason::KeepAlive, Some(said));
            }
        }
    }

    fn answer_overdue(&mut self, now: Timestamp) {
        let (actions, last_seen) = (&mut self.actions, self.last_seen);
        self.questions.retain(|question| {
            let open = question.deadline > now;
            if !open {
                let result = Err(AskError::Unreachable { last_seen });
                actions.push(Action::Answer {
                    ask: question.id,
                    result,
                });
            }
            open
        });
    }

    /// Says that a module has stopped, unless it speaks over another
    /// connection.
    fn announce_silence(&mut self, now: Timestamp, sender: &Sender) {
        let lives = self
            .sessions
            .values()
            .any(|session| session.senders().contains(sender));
        let Some(from) = Module::parse(&sender.module).filter(|_| !lives) else {
            return;
        };
        let topic = Topic {
            version: sender.version,
            house: self.house.as_str(),
            from,
            to: Recipient::Everybody,
            command: "STATUS",
            args: "0",
        };
        let topic = topic.to_string();
        let data = serde_json::Value::Object(serde_json::Map::new());
        let payload = Envelope::new(self.next_serial(), data).to_bytes();
        let message = Message::new(&topic, payload.into(), QoS::ExactlyOnce, false);
        self.route(now, Origin::Gateway, &Arc::new(message));
    }
}

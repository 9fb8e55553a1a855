//! Questions of the control plane.

use std::sync::Arc;

use bus::{ProtocolVersion, QoS, Topic};
use cell::{Ask, AskError};
use model::{Hosting, Timestamp};

use super::Router;
use super::route::Origin;
use crate::core::action::{Action, AskId};
use crate::core::message::Message;
use crate::core::question::Question;

/// Questions to one house that may be open at one time. Each hears every
/// message of the house.
const OPEN_QUESTIONS: usize = 256;

impl Router {
    /// Puts a question to a module of the house. Its answer comes as
    /// [`Action::Answer`], at the latest when its deadline is over.
    pub fn ask(&mut self, now: Timestamp, id: AskId, ask: &Ask) {
        let serial = self.next_serial();
        let question = Question::new(now, id, ask, (&self.house, self.hosting), serial);
        let question = match question {
            Ok(question) => question,
            Err(bad) => {
                let result = Err(AskError::Denied(bad.to_string()));
                self.actions.push(Action::Answer { ask: id, result });
                return;
            }
        };
        // Too much waits for the house already: this would not be heard in time.
        if self.questions.len() >= OPEN_QUESTIONS || self.link.is_full() {
            let last_seen = self.last_seen;
            let result = Err(AskError::Unreachable { last_seen });
            self.actions.push(Action::Answer { ask: id, result });
            return;
        }
        let topics: Vec<String> = self
            .versions_to_ask()
            .into_iter()
            .filter_map(|version| question.topic(version, &ask.args))
            .collect();
        let payload = question.payload(ask);
        let deadline = question.deadline;
        self.wake_at(deadline);
        self.questions.push(question);
        for topic in topics {
            // Nobody is to act on a question that is no longer open.
            let message = Message {
                expires_at: Some(deadline),
                ..Message::new(&topic, payload.clone(), QoS::ExactlyOnce, false)
            };
            self.route(now, Origin::Gateway, &Arc::new(message));
        }
        self.close_hopeless(now);
    }

    /// Whoever asked does not want the answer any more.
    pub fn forget_ask(&mut self, id: AskId) {
        self.questions.retain(|question| question.id != id);
    }

    /// Our runtime answers on both trees; a house of its own is asked on those
    /// that it speaks.
    fn versions_to_ask(&self) -> Vec<ProtocolVersion> {
        if self.hosting == Hosting::Hosted || self.spoken.is_empty() {
            vec![ProtocolVersion::V2]
        } else {
            self.spoken.clone()
        }
    }

    /// Lets the open questions hear a message.
    pub(super) fn hear(&mut self, message: &Message) {
        if self.questions.is_empty() {
            return;
        }
        let Ok(parsed) = Topic::parse(&message.topic) else {
            return;
        };
        let actions = &mut self.actions;
        self.questions.retain_mut(|question| {
            let reply = question.hear(&message.topic, &parsed, &message.payload);
            let open = reply.is_none();
            if let Some(reply) = reply {
                actions.push(Action::Answer {
                    ask: question.id,
                    result: Ok(reply),
                });
            }
            open
        });
    }
}

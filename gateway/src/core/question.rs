//! Open questions of the control plane to modules of the house.

use std::collections::VecDeque;

use bus::{Denied, Envelope, Grant, Module, Recipient, Topic, View, Voice};
use bytes::Bytes;
use cell::{Ask, AskReply, BusMessage, Until};
use model::{BusRole, Hosting, HouseId, Timestamp};

use super::action::AskId;

/// Senders of questions are `gui/<user>_<n>` with `n` from here on: beyond
/// those that browsers draw.
const FIRST_NUMBER: u32 = 900_000;
const NUMBERS: u32 = 100_000;

/// Messages of one answer, at most; a longer one is cut off at its front.
const MESSAGES: usize = 10_000;

/// Bytes of the payloads of one answer, at most; likewise.
const BYTES: usize = 8 << 20;

/// One question.
#[derive(Debug)]
pub(super) struct Question {
    pub id: AskId,
    pub deadline: Timestamp,
    grant: Grant,
    sender: String,
    request_id: u32,
    to: String,
    command: String,
    until: Until,
    /// Each with the size of its payload.
    messages: VecDeque<(BusMessage, usize)>,
    bytes: usize,
}

/// Why a question cannot be put.
#[derive(Debug, thiserror::Error)]
pub(super) enum BadQuestion {
    #[error("the user name may have only letters, digits, '-' and '.'")]
    User,
    #[error("the module asked must be <scope>/<name>, and command and arguments without wildcards")]
    Topic,
    #[error(transparent)]
    Denied(#[from] Denied),
}

impl Question {
    /// Checks a question; `serial` rises with each.
    pub fn new(
        now: Timestamp,
        id: AskId,
        ask: &Ask,
        (house, hosting): (&HouseId, Hosting),
        serial: u32,
    ) -> Result<Self, BadQuestion> {
        let plain = |c: char| c.is_alphanumeric() || c == '-' || c == '.';
        if ask.user.is_empty() || !ask.user.chars().all(plain) {
            return Err(BadQuestion::User);
        }
        let sender = format!("gui/{}_{}", ask.user, FIRST_NUMBER + serial % NUMBERS);
        let grant = Grant {
            house: house.clone(),
            role: ask.role,
            voice: if ask.role > BusRole::House {
                Voice::One(sender.clone())
            } else {
                Voice::Any
            },
            hosting,
        };
        let question = Self {
            id,
            deadline: now.after(ask.deadline),
            grant,
            sender,
            request_id: serial,
            to: ask.to.clone(),
            command: ask.command.clone(),
            until: ask.until.clone(),
            messages: VecDeque::new(),
            bytes: 0,
        };
        let topic = question.topic(bus::ProtocolVersion::V2, &ask.args);
        let sound = topic.as_deref().is_some_and(bus::filter::is_topic_name)
            && !ask.command.is_empty()
            && !ask.command.contains('/');
        let topic = topic.filter(|_| sound).ok_or(BadQuestion::Topic)?;
        question.grant.may_publish(&topic, false)?;
        Ok(question)
    }

    /// The topic the question is published to; `None` when the recipient is
    /// not a module.
    pub fn topic(&self, version: bus::ProtocolVersion, args: &str) -> Option<String> {
        let topic = Topic {
            version,
            house: self.grant.house.as_str(),
            from: Module::parse(&self.sender)?,
            to: Recipient::Module(Module::parse(&self.to).filter(|m| m.scope != "*")?),
            command: &self.command,
            args,
        };
        Some(topic.to_string())
    }

    /// Whether a message to `topic` is for whoever asks this.
    pub fn is_asked_by(&self, topic: &str) -> bool {
        let to = Topic::parse(topic).map(|topic| topic.to.to_string());
        to.is_ok_and(|to| to == self.sender)
    }

    /// The payload of the question.
    pub fn payload(&self, ask: &Ask) -> Bytes {
        match &ask.data {
            Some(data) => Envelope::new(self.request_id, data.clone())
                .to_bytes()
                .into(),
            None => Bytes::new(),
        }
    }

    /// Hears one message of the house; the answer when it is complete.
    pub fn hear(&mut self, topic: &str, parsed: &Topic<'_>, payload: &[u8]) -> Option<AskReply> {
        let is_mine = match parsed.to {
            Recipient::Module(to) => {
                to.to_string() == self.sender && parsed.from.to_string() == self.to
            }
            Recipient::Everybody => self.is_awaited_broadcast(parsed),
        };
        if !is_mine {
            return None;
        }
        let cut;
        let payload = match self.grant.view(topic, payload) {
            View::Whole => payload,
            View::Cut(bytes) => {
                cut = bytes;
                &cut
            }
            View::Nothing => return None,
        };
        let envelope = Envelope::parse(payload).ok()?;
        let is_reply = parsed.command == self.command
            && envelope
                .as_ref()
                .is_some_and(|e| e.request_id == self.request_id.into());
        let complete = match &self.until {
            Until::Reply => is_reply.then_some(true),
            Until::Broadcast { .. } => (parsed.to == Recipient::Everybody).then_some(true),
            Until::Command(command) => Some(parsed.command == command),
        }?;
        let size = payload.len();
        while self.messages.len() >= MESSAGES || self.bytes + size > BYTES {
            let Some((_, size)) = self.messages.pop_front() else {
                break;
            };
            self.bytes -= size;
        }
        self.bytes += size;
        let message = BusMessage {
            command: parsed.command.to_owned(),
            args: parsed.args.to_owned(),
            data: envelope.map(|envelope| envelope.data),
        };
        self.messages.push_back((message, size));
        complete.then(|| AskReply {
            messages: self.messages.drain(..).map(|(m, _)| m).collect(),
        })
    }

    fn is_awaited_broadcast(&self, parsed: &Topic<'_>) -> bool {
        match &self.until {
            Until::Broadcast {
                from,
                command,
                args,
            } => {
                parsed.from.to_string() == *from && parsed.command == command && parsed.args == args
            }
            Until::Reply | Until::Command(_) => false,
        }
    }
}

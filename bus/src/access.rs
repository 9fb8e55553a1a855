//! Who may do what on a house's bus: role × command × configuration id.
//!
//! One table for publishing, wills, subscribing and delivery. The gateway asks
//! it for every message; the cell link asks it again for every question of the
//! control plane. Rights hold at delivery, so a filter may be wider than what
//! its owner gets to see.

mod voice;

use model::{BusRole, Hosting, HouseId};
use serde_json::Value;

pub use self::voice::Voice;
use crate::envelope::Envelope;
use crate::topic::{BadTopic, Module, ROOT, Recipient, Topic};

/// What a connection may be on the bus of its house.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The house; nothing of any other can be named.
    pub house: HouseId,
    /// The role.
    pub role: BusRole,
    /// As whom it may speak, and whose messages are meant for it.
    pub voice: Voice,
    /// Whether `controller/*` is reserved to the tenant runtime.
    pub hosting: Hosting,
}

/// Why a publish or subscription is refused, for the person who reads it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// Not a topic of the bus at all.
    #[error("not a topic of the eGeoffrey bus: {0}")]
    NotOurs(#[from] BadTopic),
    /// Another house, or a filter that could select one.
    #[error("only topics below egeoffrey/v1/{0}/ and egeoffrey/v2/{0}/ may be used")]
    Foreign(HouseId),
    /// The sender level is not the credential's.
    #[error("this credential may not send as {0}")]
    Sender(String),
    /// The role does not include the command.
    #[error("the role {0} may not send {1}")]
    Command(BusRole, String),
    /// A package changes another's configuration.
    #[error("a package may change the configuration of its own modules, not of {0}")]
    Configuration(String),
    /// The role may not publish retained messages.
    #[error("the role {0} may not publish retained messages")]
    Retained(BusRole),
}

/// How much of a message a connection gets to see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum View {
    /// All of it.
    Whole,
    /// This payload instead of the original.
    Cut(Vec<u8>),
    /// Nothing.
    Nothing,
}

const VIEWER_COMMANDS: [&str; 6] = ["PING", "STATS", "ASK", "SUBSCRIBE", "KEEPALIVE", "STATUS"];
const RESIDENT_COMMANDS: [&str; 3] = ["SET", "POLL", "RUN"];
/// Who serves the configuration, and what changes it there.
const CONFIGURATION: &str = "controller/config";
const CONFIGURATION_CHANGES: [&str; 3] = ["SAVE", "DELETE", "RENAME"];
const READABLE_CONFIGURATION: [&str; 6] = [
    "house",
    "gui/settings",
    "gui/charts",
    "gui/groups",
    "gui/menu",
    "gui/pages",
];

impl Grant {
    /// Whether a message, or a will, may be published to `topic`.
    pub fn may_publish(&self, topic: &str, retain: bool) -> Result<(), Denied> {
        self.own_tree(topic)?;
        let topic = match Topic::parse(topic) {
            Ok(topic) => topic,
            // A house may use its own tree freely; stock receivers drop what
            // they cannot read.
            Err(_) if self.role <= BusRole::House => return Ok(()),
            Err(bad) => return Err(bad.into()),
        };
        if self.role != BusRole::Runtime
            && self.hosting == Hosting::Hosted
            && is_reserved(topic.from)
        {
            return Err(Denied::Sender(topic.from.to_string()));
        }
        if !self.voice.is(topic.from) {
            return Err(Denied::Sender(topic.from.to_string()));
        }
        match self.role {
            BusRole::Runtime | BusRole::House => Ok(()),
            BusRole::Package => may_package(&topic, retain),
            BusRole::Admin | BusRole::Resident | BusRole::Viewer => {
                may_person(self.role, topic.command, retain)
            }
        }
    }

    /// Whether `filter` may be subscribed to. It must name the house: what it
    /// selects is then narrowed at delivery.
    pub fn may_subscribe(&self, filter: &str) -> Result<(), Denied> {
        let mut levels = filter.split('/');
        let root = levels.next();
        let version = levels.next();
        let house = levels.next();
        let root_fits = root == Some(ROOT);
        let version_fits = matches!(version, Some("v1" | "v2" | "+"));
        if root_fits && version_fits && house == Some(self.house.as_str()) {
            return Ok(());
        }
        Err(Denied::Foreign(self.house.clone()))
    }

    /// How much of a message this connection gets, live or retained.
    #[must_use]
    pub fn view(&self, topic: &str, payload: &[u8]) -> View {
        if self.role < BusRole::Resident {
            return View::Whole;
        }
        let Ok(topic) = Topic::parse(topic) else {
            return View::Nothing;
        };
        let is_mine = match topic.to {
            Recipient::Everybody => true,
            Recipient::Module(module) => self.voice.is(module),
        };
        match topic.command {
            _ if !is_mine => View::Nothing,
            "LOG" => View::Nothing,
            "CONF" => view_configuration(topic.args, payload, self.voice.user()),
            _ => View::Whole,
        }
    }

    fn own_tree(&self, topic: &str) -> Result<(), Denied> {
        let mut levels = topic.splitn(4, '/');
        let fits = levels.next() == Some(ROOT)
            && matches!(levels.next(), Some("v1" | "v2"))
            && levels.next() == Some(self.house.as_str())
            && levels.next().is_some();
        if fits {
            Ok(())
        } else {
            Err(Denied::Foreign(self.house.clone()))
        }
    }
}

/// Senders that in a hosted house only the tenant runtime may use.
fn is_reserved(sender: Module<'_>) -> bool {
    sender.scope == "controller"
        || (sender.scope == "system" && sender.name.starts_with("watchdog-egeoffrey-controller-"))
}

/// What a package keeps on the bus for those who come later: its manifest; in
/// protocol v1 also the configuration, if it is the one that serves it.
fn may_package(topic: &Topic<'_>, retain: bool) -> Result<(), Denied> {
    let from = (topic.from.scope, topic.from.name);
    let is_owner = match topic.command {
        "MANIFEST" => from.0 == "system",
        "LAST_VALUE" => from == ("controller", "hub"),
        "CONF" => from == ("controller", "config"),
        _ => false,
    };
    if retain && !is_owner {
        return Err(Denied::Retained(BusRole::Package));
    }
    let changes = CONFIGURATION_CHANGES.contains(&topic.command)
        && topic.to.to_string() == CONFIGURATION
        && topic.from.scope != "controller";
    let id = topic.args.split_once('/').map_or("", |(_version, id)| id);
    if changes && id != topic.from.to_string() {
        return Err(Denied::Configuration(id.to_owned()));
    }
    Ok(())
}

fn may_person(role: BusRole, command: &str, retain: bool) -> Result<(), Denied> {
    if retain {
        return Err(Denied::Retained(role));
    }
    if !allows_command(role, command) {
        return Err(Denied::Command(role, command.to_owned()));
    }
    Ok(())
}

fn allows_command(role: BusRole, command: &str) -> bool {
    match role {
        BusRole::Runtime | BusRole::House | BusRole::Package | BusRole::Admin => true,
        BusRole::Resident => {
            RESIDENT_COMMANDS.contains(&command) || allows_command(BusRole::Viewer, command)
        }
        BusRole::Viewer => VIEWER_COMMANDS.contains(&command) || is_question(command),
    }
}

fn is_question(command: &str) -> bool {
    command == "GET" || command.starts_with("GET_")
}

fn view_configuration(args: &str, payload: &[u8], user: Option<&str>) -> View {
    let id = args.split_once('/').map_or("", |(_version, id)| id);
    let below =
        |folder: &str| id == folder || id.strip_prefix(folder).is_some_and(|r| r.starts_with('/'));
    if READABLE_CONFIGURATION.into_iter().any(below) {
        View::Whole
    } else if below("sensors") {
        cut(payload, |data| {
            if let Some(service) = data.get_mut("service").and_then(Value::as_object_mut) {
                service.remove("configuration");
            }
        })
    } else if id == "gui/users" {
        cut(payload, |data| {
            if let Some(users) = data.as_object_mut() {
                users.retain(|name, _| Some(name.as_str()) == user);
            }
        })
    } else {
        View::Nothing
    }
}

/// The largest configuration that is cut to size, in bytes. Stock files have a
/// few KiB; whoever may see only a part of a larger one sees nothing of it.
const LARGEST_CUT: usize = 256 * 1_024;

fn cut(payload: &[u8], edit: impl FnOnce(&mut Value)) -> View {
    if payload.len() > LARGEST_CUT {
        return View::Nothing;
    }
    match Envelope::parse(payload) {
        Ok(None) => View::Whole,
        Ok(Some(mut envelope)) => {
            edit(&mut envelope.data);
            View::Cut(envelope.to_bytes())
        }
        Err(_) => View::Nothing,
    }
}

#[cfg(test)]
mod tests;

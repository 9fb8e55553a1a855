//! Who may do what on a house's bus: role × command × configuration id.
//!
//! One table for publishing, wills, subscribing and delivery. The gateway asks
//! it for every message; the cell link asks it again for every question of the
//! control plane. Rights hold at delivery, so a filter may be wider than what
//! its owner gets to see.

use model::{BusRole, Hosting, HouseId};
use serde_json::Value;

use crate::envelope::Envelope;
use crate::topic::{BadTopic, Module, ROOT, Recipient, Topic};

/// What a connection may be on the bus of its house.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The house; nothing of any other can be named.
    pub house: HouseId,
    /// The role.
    pub role: BusRole,
    /// The exact sender (`gui/anna_4711`) that a person is bound to; `None`
    /// for roles that speak for many modules.
    pub sender: Option<String>,
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
        if let Some(sender) = &self.sender {
            if topic.from.to_string() != *sender {
                return Err(Denied::Sender(topic.from.to_string()));
            }
            if retain {
                return Err(Denied::Retained(self.role));
            }
            if !allows_command(self.role, topic.command) {
                return Err(Denied::Command(self.role, topic.command.to_owned()));
            }
        }
        Ok(())
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
        let (Some(sender), BusRole::Resident | BusRole::Viewer) = (&self.sender, self.role) else {
            return View::Whole;
        };
        let Ok(topic) = Topic::parse(topic) else {
            return View::Nothing;
        };
        let is_mine = match topic.to {
            Recipient::Everybody => true,
            Recipient::Module(module) => module.to_string() == *sender,
        };
        match topic.command {
            _ if !is_mine => View::Nothing,
            "LOG" => View::Nothing,
            "CONF" => view_configuration(topic.args, payload, sender),
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

fn allows_command(role: BusRole, command: &str) -> bool {
    match role {
        BusRole::Runtime | BusRole::House | BusRole::Admin => true,
        BusRole::Resident => {
            RESIDENT_COMMANDS.contains(&command) || allows_command(BusRole::Viewer, command)
        }
        BusRole::Viewer => VIEWER_COMMANDS.contains(&command) || is_question(command),
    }
}

fn is_question(command: &str) -> bool {
    command == "GET" || command.starts_with("GET_")
}

fn view_configuration(args: &str, payload: &[u8], sender: &str) -> View {
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
        let user = sender
            .split_once('/')
            .and_then(|(_, name)| name.rsplit_once('_'));
        cut(payload, |data| {
            if let Some(users) = data.as_object_mut() {
                users.retain(|name, _| Some(name.as_str()) == user.map(|(user, _)| user));
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
mod tests {
    use serde_json::json;

    use super::*;

    fn grant(role: BusRole) -> Grant {
        Grant {
            house: "villa-7k3q9x".parse().unwrap(),
            role,
            sender: (role > BusRole::House).then(|| "gui/anna_12".to_owned()),
            hosting: Hosting::Hosted,
        }
    }

    const OWN: &str = "egeoffrey/v2/villa-7k3q9x";

    #[test]
    fn nobody_names_another_house() {
        for role in BusRole::ALL {
            let grant = grant(*role);
            for topic in [
                "egeoffrey/v2/other-aaaaaa/gui/anna_12/controller/db/PING/null",
                "egeoffrey/v2/villa-7k3q9x",
                "egeoffrey/v2/villa-7k3q9xx/gui/anna_12/controller/db/PING/null",
                "egeoffrey/v3/villa-7k3q9x/gui/anna_12/controller/db/PING/null",
                "/egeoffrey/v2/villa-7k3q9x/gui/anna_12/controller/db/PING/null",
                "$SYS/broker",
                "zigbee2mqtt/lamp",
            ] {
                assert!(grant.may_publish(topic, false).is_err(), "{role} {topic}");
            }
            for filter in [
                "#",
                "+/#",
                "+/+/+/#",
                "egeoffrey/#",
                "egeoffrey/v2/#",
                "egeoffrey/v2/+/#",
                "egeoffrey/+/other-aaaaaa/#",
                "$SYS/#",
                "+/v2/villa-7k3q9x/#",
                "egeoffrey/v2/*/+/+/+/+/MANIFEST/#",
            ] {
                assert!(grant.may_subscribe(filter).is_err(), "{role} {filter}");
            }
            assert!(grant.may_subscribe(&format!("{OWN}/+/+/+/+/+/#")).is_ok());
            assert!(grant.may_subscribe("egeoffrey/+/villa-7k3q9x/#").is_ok());
        }
    }

    /// What is cut is read and written anew for every receiver, so a payload
    /// that is no configuration file is not worth it.
    #[test]
    fn a_configuration_beyond_all_measure_is_not_cut_but_kept_back() {
        let viewer = grant(BusRole::Viewer);
        let topic = format!("{OWN}/controller/config/*/*/CONF/1/sensors/a");
        let of = |size: usize| {
            let data = json!({"description": "x".repeat(size)});
            viewer.view(&topic, &Envelope::new(1, data).to_bytes())
        };
        assert!(matches!(of(200_000), View::Cut(_)));
        assert_eq!(of(300_000), View::Nothing);
    }

    #[test]
    fn only_the_runtime_speaks_as_controller_of_a_hosted_house() {
        let conf = format!("{OWN}/controller/config/*/*/CONF/1/house");
        let watchdog =
            format!("{OWN}/system/watchdog-egeoffrey-controller-0123456789/*/*/MANIFEST/x");
        assert!(grant(BusRole::Runtime).may_publish(&conf, true).is_ok());
        for topic in [&conf, &watchdog] {
            assert!(matches!(
                grant(BusRole::House).may_publish(topic, true),
                Err(Denied::Sender(_))
            ));
        }
        let at_home = Grant {
            hosting: Hosting::OnPremise,
            ..grant(BusRole::House)
        };
        assert!(at_home.may_publish(&conf, true).is_ok());
    }

    #[test]
    fn people_send_only_as_themselves_and_only_what_their_role_may() {
        let topic =
            |from: &str, command: &str| format!("{OWN}/{from}/controller/hub/{command}/lab/x");
        for (role, command, allowed) in [
            (BusRole::Viewer, "GET", true),
            (BusRole::Viewer, "GET_COUNT", true),
            (BusRole::Viewer, "GETAWAY", false),
            (BusRole::Viewer, "SET", false),
            (BusRole::Resident, "SET", true),
            (BusRole::Resident, "SAVE", false),
            (BusRole::Admin, "SAVE", true),
        ] {
            let grant = grant(role);
            assert_eq!(
                grant
                    .may_publish(&topic("gui/anna_12", command), false)
                    .is_ok(),
                allowed
            );
            assert!(
                grant
                    .may_publish(&topic("gui/anna_1", command), false)
                    .is_err()
            );
            assert!(
                grant
                    .may_publish(&topic("gui/anna_12", command), true)
                    .is_err()
            );
        }
    }

    #[test]
    fn a_viewer_sees_neither_secrets_nor_what_is_for_others() {
        let viewer = grant(BusRole::Viewer);
        let payload = Envelope::new(
            1,
            json!({"format": "int", "service": {"name": "x", "configuration": {"key": "secret"}}}),
        );
        let sensor = format!("{OWN}/controller/config/*/*/CONF/1/sensors/lab/temp");
        let View::Cut(cut) = viewer.view(&sensor, &payload.to_bytes()) else {
            panic!("not cut")
        };
        assert!(!String::from_utf8(cut).unwrap().contains("secret"));
        for hidden in [
            "controller/config/*/*/CONF/1/notification/smtp",
            "controller/config/*/*/CONF/1/sensorsx/a",
            "controller/db/gui/anna_1/GET/lab/temp",
            "controller/db/gui/anna_123/GET/lab/temp",
            "service/x/controller/logger/LOG/info",
        ] {
            assert_eq!(
                viewer.view(&format!("{OWN}/{hidden}"), b""),
                View::Nothing,
                "{hidden}"
            );
        }
        for shown in [
            "controller/db/gui/anna_12/GET/x",
            "controller/db/*/*/SAVED/x",
            "controller/config/*/*/CONF/2/gui/settings",
        ] {
            assert_eq!(
                viewer.view(&format!("{OWN}/{shown}"), b""),
                View::Whole,
                "{shown}"
            );
        }
        let users = Envelope::new(1, json!({"anna": {"password": 1}, "bob": {"password": 2}}));
        let View::Cut(cut) = viewer.view(
            &format!("{OWN}/controller/config/*/*/CONF/1/gui/users"),
            &users.to_bytes(),
        ) else {
            panic!("not cut")
        };
        assert_eq!(
            Envelope::parse(&cut).unwrap().unwrap().data,
            json!({"anna": {"password": 1}})
        );
    }
}

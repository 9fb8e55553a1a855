//! Topics of the eGeoffrey bus:
//! `egeoffrey/v<P>/<house>/<from scope>/<from name>/<to scope>/<to name>/<COMMAND>/<args…>`.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The first level of every topic.
pub const ROOT: &str = "egeoffrey";

/// What stands in a topic where a command has no arguments.
pub const NO_ARGS: &str = "null";

/// Both levels of the recipient of a broadcast: literal asterisks, ordinary
/// characters to MQTT.
pub const BROADCAST: &str = "*/*";

/// The two protocols a house may speak, also at the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ProtocolVersion {
    /// Configuration and manifests are retained.
    #[serde(rename = "v1")]
    V1,
    /// Configuration is asked for with `SUBSCRIBE`.
    #[serde(rename = "v2")]
    V2,
}

impl ProtocolVersion {
    /// Both, in order.
    pub const ALL: [Self; 2] = [Self::V1, Self::V2];

    /// The topic level: `v1` or `v2`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::V1 => "v1",
            Self::V2 => "v2",
        }
    }
}

/// A module's full name, `scope/name`, borrowed from a topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Module<'a> {
    /// `controller`, `service`, `notification`, `interaction`, `gui`, `system`.
    pub scope: &'a str,
    /// The name within the scope; no `/`.
    pub name: &'a str,
}

impl<'a> Module<'a> {
    /// Reads `scope/name`. `None` when there are not exactly two levels or one
    /// of them is empty or a wildcard.
    #[must_use]
    pub fn parse(full_name: &'a str) -> Option<Self> {
        let (scope, name) = full_name.split_once('/')?;
        let plain = |level: &str| !level.is_empty() && !level.contains(['/', '+', '#', '\0']);
        (plain(scope) && plain(name)).then_some(Self { scope, name })
    }
}

impl fmt::Display for Module<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.scope, self.name)
    }
}

/// Whom a message is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Recipient<'a> {
    /// Everybody who subscribed: `*/*`.
    Everybody,
    /// One module.
    Module(Module<'a>),
}

impl fmt::Display for Recipient<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Everybody => f.write_str(BROADCAST),
            Self::Module(module) => module.fmt(f),
        }
    }
}

/// A topic taken apart; borrows from the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Topic<'a> {
    /// The protocol.
    pub version: ProtocolVersion,
    /// The house id.
    pub house: &'a str,
    /// The sender.
    pub from: Module<'a>,
    /// The recipient.
    pub to: Recipient<'a>,
    /// The command, in upper case by custom.
    pub command: &'a str,
    /// The arguments, with any number of `/`; empty where the topic says
    /// `null`.
    pub args: &'a str,
}

/// Why a text is no topic of the bus.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadTopic {
    /// Not below `egeoffrey/`.
    #[error("the first level must be \"egeoffrey\"")]
    Root,
    /// Neither `v1` nor `v2`.
    #[error("the second level must be \"v1\" or \"v2\"")]
    Version,
    /// Fewer than eight levels.
    #[error(
        "a topic has at least eight levels: egeoffrey/v2/<house>/<scope>/<name>/<scope>/<name>/<COMMAND>"
    )]
    TooShort,
    /// A level that must not be empty is.
    #[error("house, sender, recipient and command must not be empty")]
    EmptyLevel,
    /// The sender is `*/*`, which nobody is.
    #[error("the sender must be one module")]
    Sender,
}

impl<'a> Topic<'a> {
    /// Takes a topic name apart.
    pub fn parse(text: &'a str) -> Result<Self, BadTopic> {
        let mut levels = text.splitn(9, '/');
        if levels.next() != Some(ROOT) {
            return Err(BadTopic::Root);
        }
        let version = match levels.next() {
            Some("v1") => ProtocolVersion::V1,
            Some("v2") => ProtocolVersion::V2,
            Some(_) => return Err(BadTopic::Version),
            None => return Err(BadTopic::TooShort),
        };
        let mut next = || match levels.next() {
            Some("") => Err(BadTopic::EmptyLevel),
            Some(level) => Ok(level),
            None => Err(BadTopic::TooShort),
        };
        let house = next()?;
        let from = Module {
            scope: next()?,
            name: next()?,
        };
        let to = Module {
            scope: next()?,
            name: next()?,
        };
        let command = next()?;
        let args = levels.next().unwrap_or_default();
        if from.scope == "*" || from.name == "*" {
            return Err(BadTopic::Sender);
        }
        let to = if to.scope == "*" && to.name == "*" {
            Recipient::Everybody
        } else {
            Recipient::Module(to)
        };
        let args = if args == NO_ARGS { "" } else { args };
        Ok(Self {
            version,
            house,
            from,
            to,
            command,
            args,
        })
    }
}

/// The text of the topic; empty arguments become `null`.
impl fmt::Display for Topic<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            version,
            house,
            from,
            to,
            command,
            args,
        } = self;
        let version = version.as_str();
        let args = if args.is_empty() { NO_ARGS } else { args };
        write!(f, "{ROOT}/{version}/{house}/{from}/{to}/{command}/{args}")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_broadcast_has_literal_asterisks() {
        let text = "egeoffrey/v1/house/controller/config/*/*/CONF/1/sensors/lab/temp";
        let topic = Topic::parse(text).unwrap();
        assert_eq!(topic.to, Recipient::Everybody);
        assert_eq!(topic.args, "1/sensors/lab/temp");
        assert_eq!(topic.to_string(), text);
    }

    #[test]
    fn no_arguments_are_the_word_null() {
        let topic = Topic::parse("egeoffrey/v2/h/gui/a_1/controller/db/PING/null").unwrap();
        assert_eq!(topic.args, "");
        assert!(topic.to_string().ends_with("/PING/null"));
        assert_eq!(
            Topic::parse("egeoffrey/v2/h/gui/a_1/controller/db/PING")
                .unwrap()
                .args,
            ""
        );
    }

    #[test]
    fn what_is_no_topic_says_why() {
        for (text, why) in [
            ("zigbee2mqtt/lamp", BadTopic::Root),
            ("egeoffrey/v3/h/a/b/c/d/PING/null", BadTopic::Version),
            ("egeoffrey/v2/h/a/b/c/d", BadTopic::TooShort),
            ("egeoffrey/v2/h/a/b//d/PING/null", BadTopic::EmptyLevel),
            ("egeoffrey/v2/h/*/*/c/d/PONG/null", BadTopic::Sender),
        ] {
            assert_eq!(Topic::parse(text), Err(why), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_we_print_we_can_read(
            house in "[a-z][a-z0-9-]{0,12}", scope in "[a-z]{1,12}", name in "[a-z0-9_-]{1,12}",
            command in "[A-Z_]{1,12}", args in "([a-z0-9_]{1,5}/){0,3}[a-z0-9_]{1,5}", v1: bool,
            broadcast: bool,
        ) {
            prop_assume!(args != NO_ARGS);
            let from = Module { scope: &scope, name: &name };
            let topic = Topic {
                version: if v1 { ProtocolVersion::V1 } else { ProtocolVersion::V2 },
                house: &house,
                from,
                to: if broadcast { Recipient::Everybody } else { Recipient::Module(from) },
                command: &command,
                args: &args,
            };
            let text = topic.to_string();
            prop_assert_eq!(Topic::parse(&text), Ok(topic));
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,80}") {
            let _ = Topic::parse(&text);
        }
    }
}

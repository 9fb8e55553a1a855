//! Which module asked for which files (protocol v2, and v1 with the version
//! set by hand).

use std::collections::BTreeMap;

use bus::{Module, ProtocolVersion, filter};
use serde_json::Value;

use super::SENSORS;
use super::files::File;

/// Most modules remembered: those that asked longest ago are forgotten first.
/// Forgetting costs little, as changes are also said to everybody.
const MAX_MODULES: usize = 256;

/// Most requests remembered of all modules together.
const MAX_REQUESTS: usize = 2_000;

/// Most requests remembered of one module: its oldest are forgotten first.
const MAX_REQUESTS_OF_ONE: usize = 512;

/// One request, as the module wrote it: `<version or +>/<filter>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    /// As written: the acknowledgement repeats it.
    pub(crate) text: String,
}

impl Asked {
    /// Reads a request. `None` when it has no version or no valid filter.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (version, pattern) = text.split_once('/')?;
        let fits = version.len() == 1 && text.len() <= 1_024 && filter::is_topic_filter(pattern);
        fits.then(|| Self {
            text: text.to_owned(),
        })
    }

    fn parts(&self) -> (&str, &str) {
        self.text.split_once('/').unwrap_or_default()
    }

    /// The versions under which `module` gets the file `id`, none if it did
    /// not ask for it. Which version it named does not select, except where a
    /// file is published under several.
    pub(crate) fn versions(&self, module: Module<'_>, id: &str, file: &File) -> Option<u8> {
        let (version, pattern) = self.parts();
        if !filter::matches(pattern, id) || !concerns(module, pattern, id, &file.content) {
            return None;
        }
        let published = super::hub_schema::published_versions(id, file.version);
        let named = version.parse().ok();
        named
            .filter(|named| published.contains(named))
            .or(published.first().copied())
    }
}

/// A service that asks for all sensors gets its own.
fn concerns(module: Module<'_>, pattern: &str, id: &str, content: &Value) -> bool {
    let of_all = module.scope == "service" && pattern == "sensors/#" && id.starts_with(SENSORS);
    !of_all || content.pointer("/service/name").and_then(Value::as_str) == Some(module.name)
}

/// Whether a name is that of a person's browser: `gui/<user>_<1 to 6 digits>`.
fn is_person(module: Module<'_>) -> bool {
    let number = module
        .name
        .rsplit_once('_')
        .map_or("", |(_user, number)| number);
    let digits = number.bytes().all(|byte| byte.is_ascii_digit());
    module.scope == "gui" && (1..=6).contains(&number.len()) && digits
}

#[derive(Default)]
struct Subscriber {
    asked: Vec<Asked>,
    last: u64,
}

/// Every module with what it asked for.
#[derive(Default)]
pub(crate) struct Subscribers {
    modules: BTreeMap<(ProtocolVersion, String), Subscriber>,
    clock: u64,
}

impl Subscribers {
    /// Remembers a request, unless it is a person's: a person's name on the
    /// bus is a new one at every log-in and never comes back, and browsers
    /// hear of changes by what is said to everybody.
    pub(crate) fn remember(&mut self, version: ProtocolVersion, module: Module<'_>, asked: &Asked) {
        if is_person(module) {
            return;
        }
        self.clock += 1;
        let key = (version, module.to_string());
        let subscriber = self.modules.entry(key).or_default();
        subscriber.last = self.clock;
        if !subscriber.asked.contains(asked) {
            if subscriber.asked.len() >= MAX_REQUESTS_OF_ONE {
                subscriber.asked.remove(0);
            }
            subscriber.asked.push(asked.clone());
        }
        while self.modules.len() > MAX_MODULES || self.requests() > MAX_REQUESTS {
            let oldest = self.modules.iter().min_by_key(|(_, who)| who.last);
            let Some(key) = oldest.map(|(key, _)| key.clone()) else {
                return;
            };
            self.modules.remove(&key);
        }
    }

    /// What `module` asked for, in its order.
    pub(crate) fn asked(&self, version: ProtocolVersion, module: Module<'_>) -> Vec<Asked> {
        let key = (version, module.to_string());
        let known = self.modules.get(&key);
        known.map_or_else(Vec::new, |subscriber| subscriber.asked.clone())
    }

    /// Forgets what `module` asked for.
    pub(crate) fn forget(&mut self, version: ProtocolVersion, module: Module<'_>) {
        self.modules.remove(&(version, module.to_string()));
    }

    /// Who asked for the file `id`, and the versions each gets.
    pub(crate) fn interested(
        &self,
        id: &str,
        file: &File,
    ) -> Vec<(ProtocolVersion, String, Vec<u8>)> {
        let mut found = Vec::new();
        for ((protocol, name), subscriber) in &self.modules {
            let Some(module) = Module::parse(name) else {
                continue;
            };
            let asked = subscriber.asked.iter();
            let mut versions: Vec<u8> = asked
                .filter_map(|asked| asked.versions(module, id, file))
                .collect();
            versions.sort_unstable();
            versions.dedup();
            if !versions.is_empty() {
                found.push((*protocol, name.clone(), versions));
            }
        }
        found
    }

    fn requests(&self) -> usize {
        self.modules.values().map(|who| who.asked.len()).sum()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn file(version: u8, content: Value) -> File {
        File::new(version, content)
    }

    fn module(name: &str) -> Module<'_> {
        Module::parse(name).unwrap()
    }

    #[test]
    fn a_service_gets_its_own_sensors_and_everybody_else_all() {
        let asked = Asked::parse("1/sensors/#").unwrap();
        let sensor = file(1, json!({"service": {"name": "command"}}));
        let versions = |who: &str| asked.versions(module(who), "sensors/lab/temp", &sensor);
        assert_eq!(versions("service/command"), Some(1));
        assert_eq!(versions("service/other"), None);
        assert_eq!(versions("gui/admin_1"), Some(1));
        let exact = Asked::parse("1/sensors/lab/temp").unwrap();
        assert_eq!(
            exact.versions(module("service/other"), "sensors/lab/temp", &sensor),
            Some(1)
        );
    }

    #[test]
    fn people_are_not_remembered_but_modules_of_the_gui_are() {
        let mut subscribers = Subscribers::default();
        let asked = Asked::parse("+/sensors/#").unwrap();
        let sensor = file(1, json!({}));
        for name in [
            "gui/admin_61839",
            "gui/usr-x_900001",
            "gui/webserver",
            "interaction/x_1",
        ] {
            subscribers.remember(ProtocolVersion::V2, module(name), &asked);
        }
        let interested = subscribers.interested("sensors/lab/temp", &sensor);
        let names: Vec<&str> = interested
            .iter()
            .map(|(_, name, _)| name.as_str())
            .collect();
        assert_eq!(names, ["gui/webserver", "interaction/x_1"]);
    }

    #[test]
    fn the_named_version_only_selects_between_published_ones() {
        let hub = file(4, json!({}));
        for (text, version) in [
            ("3/controller/hub", 3),
            ("4/controller/hub", 4),
            ("+/controller/hub", 4),
            ("1/controller/hub", 4),
        ] {
            let asked = Asked::parse(text).unwrap();
            let found = asked.versions(module("gui/a_1"), "controller/hub", &hub);
            assert_eq!(found, Some(version), "{text}");
        }
        for odd in ["house", "1/", "1/a/#/b", "", "12/house"] {
            assert_eq!(Asked::parse(odd), None, "{odd}");
        }
    }

    #[test]
    fn one_module_cannot_push_out_the_others() {
        let mut subscribers = Subscribers::default();
        let one = Asked::parse("1/house").unwrap();
        subscribers.remember(ProtocolVersion::V2, module("service/quiet"), &one);
        for n in 0..5_000 {
            let asked = Asked::parse(&format!("1/sensors/{n}")).unwrap();
            subscribers.remember(ProtocolVersion::V2, module("service/greedy"), &asked);
        }
        let asked = |who| subscribers.asked(ProtocolVersion::V2, module(who));
        assert_eq!(asked("service/quiet"), [one]);
        let greedy = asked("service/greedy");
        assert_eq!(greedy.len(), MAX_REQUESTS_OF_ONE);
        assert_eq!(greedy.last(), Asked::parse("1/sensors/4999").as_ref());
    }

    #[test]
    fn the_one_who_asked_longest_ago_is_forgotten_first() {
        let mut subscribers = Subscribers::default();
        let asked = Asked::parse("1/house").unwrap();
        for n in 0..=MAX_MODULES {
            let name = format!("interaction/bot_{n}");
            subscribers.remember(ProtocolVersion::V2, module(&name), &asked);
        }
        assert!(
            subscribers
                .asked(ProtocolVersion::V2, module("interaction/bot_0"))
                .is_empty()
        );
        assert_eq!(
            subscribers.asked(ProtocolVersion::V2, module("interaction/bot_1")),
            [asked]
        );
        subscribers.forget(ProtocolVersion::V2, module("interaction/bot_1"));
        let house = file(1, json!({}));
        assert_eq!(
            subscribers.interested("house", &house).len(),
            MAX_MODULES - 1
        );
    }
}

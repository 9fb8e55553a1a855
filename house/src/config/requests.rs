//! The commands of `controller/config`.

use std::collections::BTreeSet;

use bus::{Module, ProtocolVersion};
use model::Timestamp;
use serde_json::{Number, Value};

use super::files::File;
use super::hub_schema::{HUB_SCHEMA, published_versions, upgrade};
use super::subscribers::Asked;
use super::{HOUSE, HUB_FILE, SENSORS, defaults, id};
use crate::brain::House;
use crate::identity::Identity;
use crate::input::Effect;
use crate::store::{FileChange, Series, StoreOp};
use crate::turns::{Draft, Waiting};
use crate::wire::{CONFIG, HOLD, Message};

/// Who writes what the portal says.
const PORTAL: &str = "portal";

/// Most bytes of a file as JSON text.
const MAX_FILE_BYTES: usize = 1 << 20;

impl House {
    /// `SAVE/<version>/<id>`: a whole file; the last writer wins.
    pub(crate) fn save_file(&mut self, now: Timestamp, message: &Message<'_>, draft: &mut Draft) {
        if !self.may_change(now, message, draft) {
            return;
        }
        match self.checked_file(message) {
            Ok(change) => {
                if !self.may_add(&change.id, message, draft) {
                    return;
                }
                let author = message.topic.from.to_string();
                self.change_files(now, author, vec![change], None, draft);
            }
            Err(why) => {
                let text = format!("SAVE/{} not done: {why}", message.topic.args);
                draft.say.extend(self.wire.warning(CONFIG, text));
            }
        }
    }

    fn checked_file(&self, message: &Message<'_>) -> Result<FileChange, String> {
        let (mut version, id) = id::parse(message.topic.args).map_err(|bad| bad.to_string())?;
        let mut content = message.data().clone();
        if !(content.is_object() || content.is_array()) {
            return Err("a file is a JSON object or list".to_owned());
        }
        let bytes = content.to_string().len();
        if bytes > MAX_FILE_BYTES {
            return Err("a file has at most 1 MiB".to_owned());
        }
        self.files.make_sure_of_room(id, bytes)?;
        if id == HUB_FILE && version < HUB_SCHEMA {
            upgrade(&mut content);
            version = HUB_SCHEMA;
        }
        Ok(FileChange {
            id: id.to_owned(),
            version,
            content: Some(content),
        })
    }

    /// `DELETE/<version>/<id>`: the end of a file is always said, also of one
    /// that is not there, so that nobody waits for it in vain.
    pub(crate) fn delete_file(&mut self, now: Timestamp, message: &Message<'_>, draft: &mut Draft) {
        let (version, id) = match id::parse(message.topic.args) {
            Ok(named) => named,
            Err(bad) => {
                let text = format!("DELETE/{} not done: {bad}", message.topic.args);
                draft.say.extend(self.wire.warning(CONFIG, text));
                return;
            }
        };
        if !self.may_change(now, message, draft) {
            return;
        }
        let there = self.files.get(id);
        let published = there.map_or_else(Vec::new, |f| published_versions(id, f.version));
        if published.contains(&version) {
            let change = FileChange {
                id: id.to_owned(),
                version,
                content: None,
            };
            let author = message.topic.from.to_string();
            self.change_files(now, author, vec![change], None, draft);
        } else {
            draft.say.extend(self.wire.conf_gone(message.topic.args));
        }
    }

    /// `SUBSCRIBE` with `<version or +>/<filter>`: every match at once and
    /// directly, then the acknowledgement; later matches as they come.
    pub(crate) fn subscribe(&mut self, message: &Message<'_>, draft: &mut Draft) {
        let Some(asked) = message.data().as_str().and_then(Asked::parse) else {
            let text = format!(
                "SUBSCRIBE of {} not understood: its data is a version or +, a slash and a filter",
                message.topic.from
            );
            draft.say.extend(self.wire.warning(CONFIG, text));
            return;
        };
        let (version, module) = (message.topic.version, message.topic.from);
        self.subscribers.remember(version, module, &asked);
        let request_id = Some(message.request_id());
        let mut said = BTreeSet::new();
        self.answer_subscription((version, module), &asked, request_id, &mut said, draft);
    }

    /// Says all that `module` asked for and that is not among what was `said`
    /// to it already, the acknowledgement last. The bus holds it until the
    /// module listens.
    pub(crate) fn answer_subscription(
        &mut self,
        (protocol, module): (ProtocolVersion, Module<'_>),
        asked: &Asked,
        request_id: Option<Number>,
        said: &mut BTreeSet<String>,
        draft: &mut Draft,
    ) {
        let matching: Vec<(String, Value)> = self
            .files
            .iter()
            .filter_map(|(id, file)| {
                let version = asked.versions(module, id, file)?;
                let args = format!("{version}/{id}");
                let is_new = said.insert(args.clone());
                is_new.then(|| (args, file.content.clone()))
            })
            .collect();
        for (args, content) in matching {
            let conf = self
                .wire
                .conf_to(protocol, module, &args, content, Some(HOLD));
            draft.say.push(conf);
        }
        let ack = self
            .wire
            .subscribe_ack(protocol, module, &asked.text, request_id);
        draft.say.push(ack);
    }

    /// The first files of a house without a past.
    pub(crate) fn be_born(&mut self, now: Timestamp, draft: &mut Draft) {
        let files = defaults::first_files(&self.identity);
        let identity = Some(self.identity.clone());
        self.files.set_unannounced();
        self.change_files(now, PORTAL.to_owned(), files, identity, draft);
    }

    /// Publishes all files of a house that died between writing some and
    /// publishing them.
    pub(crate) fn announce(&mut self, draft: &mut Draft) {
        self.files.set_unannounced();
        let all: Vec<(String, File)> = self
            .files
            .iter()
            .map(|(id, file)| (id.to_owned(), file.clone()))
            .collect();
        for (id, file) in all {
            let publications = self.publish_file(&id, None, Some(file));
            draft.say.extend(publications);
        }
    }

    /// What the portal says about the house goes into the file `house`, as far
    /// as it changed: a resident may have written something else there.
    pub(crate) fn describe(&mut self, now: Timestamp, identity: Identity, draft: &mut Draft) {
        if identity == self.identity {
            return;
        }
        let mut content = self
            .files
            .get(HOUSE)
            .map_or_else(|| defaults::house(&identity), |file| file.content.clone());
        if let Some(map) = content.as_object_mut() {
            if identity.name != self.identity.name {
                map.insert("name".to_owned(), identity.name.clone().into());
            }
            if identity.timezone != self.identity.timezone {
                let hours = identity.standard_offset_hours();
                map.insert("timezone".to_owned(), hours.into());
            }
        }
        self.identity = identity.clone();
        let change = FileChange {
            id: HOUSE.to_owned(),
            version: 1,
            content: Some(content),
        };
        self.change_files(now, PORTAL.to_owned(), vec![change], Some(identity), draft);
    }

    /// Applies changes: in memory at once, said once they are on disk.
    fn change_files(
        &mut self,
        now: Timestamp,
        author: String,
        changes: Vec<FileChange>,
        identity: Option<Identity>,
        draft: &mut Draft,
    ) {
        let mut say = Vec::new();
        for change in &changes {
            let before = self.files.apply(change);
            let after = self.files.get(&change.id).cloned();
            if let Some(sensor) = change.id.strip_prefix(SENSORS) {
                draft.store.extend(self.offers.configured(sensor));
                if after.is_none() {
                    self.duplicates.forget(sensor);
                    self.live.forget(&Series::sensor(sensor));
                }
            }
            let bytes = self.files.get(&change.id).map_or(0, File::bytes);
            self.room.wrote(bytes);
            say.extend(self.publish_file(&change.id, before.as_ref(), after));
        }
        let op = StoreOp::ChangeFiles {
            author,
            at: now.as_secs(),
            changes,
            identity,
        };
        draft.wait = Some((op, Waiting::Say(say)));
    }

    /// Says that `before` became `after`: the end of versions no longer
    /// published, the new content to everybody, then to those who asked.
    fn publish_file(
        &mut self,
        id: &str,
        before: Option<&File>,
        after: Option<File>,
    ) -> Vec<Effect> {
        let versions = |file: Option<&File>| {
            file.map_or_else(Vec::new, |file| published_versions(id, file.version))
        };
        let (old, new) = (versions(before), versions(after.as_ref()));
        let mut say = Vec::new();
        for gone in old.iter().filter(|version| !new.contains(version)) {
            say.extend(self.wire.conf_gone(&format!("{gone}/{id}")));
        }
        let Some(file) = after else {
            return say;
        };
        for version in new {
            let args = format!("{version}/{id}");
            say.extend(self.wire.conf(&args, file.content.clone()));
        }
        for (protocol, name, versions) in self.subscribers.interested(id, &file) {
            let Some(module) = Module::parse(&name) else {
                continue;
            };
            for version in versions {
                let args = format!("{version}/{id}");
                let content = file.content.clone();
                let conf = self.wire.conf_to(protocol, module, &args, content, None);
                say.push(conf);
            }
        }
        say
    }
}

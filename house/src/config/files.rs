//! The files of a house, in memory.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{HOUSE, HUB_FILE, RULES, SENSORS};
use crate::store::FileChange;

/// Most files of a house.
pub(crate) const MAX_FILES: usize = 20_000;

/// Most bytes of all files of a house as JSON text: a house holds them in
/// memory, and a module may ask for all at once.
const MAX_BYTES: usize = 32 << 20;

/// One file.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct File {
    pub(crate) version: u8,
    pub(crate) content: Value,
    bytes: usize,
    fingerprint: u64,
}

impl File {
    pub(crate) fn new(version: u8, content: Value) -> Self {
        let text = content.to_string();
        Self {
            version,
            content,
            bytes: text.len(),
            fingerprint: fingerprint(&text),
        }
    }
}

impl File {
    /// The length of the content as JSON text.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }
}

/// All files by id.
#[derive(Default)]
pub(crate) struct Files {
    by_id: BTreeMap<String, File>,
    bytes: usize,
    sensors: u64,
    rules: u64,
    index_changed: bool,
    unannounced: bool,
}

impl Files {
    pub(crate) fn new(stored: Vec<FileChange>) -> Self {
        let files = stored.into_iter().filter_map(|file| {
            let (id, version) = (file.id, file.version);
            file.content
                .map(|content| (id, File::new(version, content)))
        });
        let by_id: BTreeMap<String, File> = files.collect();
        let counted = |prefix| {
            let matching = by_id.keys().filter(|id| id.starts_with(prefix)).count();
            u64::try_from(matching).unwrap_or(u64::MAX)
        };
        Self {
            bytes: by_id.values().map(|file| file.bytes).sum(),
            sensors: counted(SENSORS),
            rules: counted(RULES),
            by_id,
            ..Self::default()
        }
    }

    /// How many files are those of sensors, or of rules.
    pub(crate) fn count(&self, prefix: &str) -> u64 {
        match prefix {
            SENSORS => self.sensors,
            RULES => self.rules,
            _ => 0,
        }
    }

    pub(crate) fn get(&self, id: &str) -> Option<&File> {
        self.by_id.get(id)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &File)> {
        self.by_id.iter().map(|(id, file)| (id.as_str(), file))
    }

    /// Whether a file of `bytes` may be written under `id`; else why not.
    pub(crate) fn make_sure_of_room(&self, id: &str, bytes: usize) -> Result<(), String> {
        let before = self.by_id.get(id);
        if before.is_none() && self.by_id.len() >= MAX_FILES {
            return Err("the house has too many files; delete some".to_owned());
        }
        let others = self.bytes - before.map_or(0, |file| file.bytes);
        if others.saturating_add(bytes) > MAX_BYTES {
            return Err("the files of the house have at most 32 MiB together".to_owned());
        }
        Ok(())
    }

    /// Writes or removes a file and returns the one that was there.
    pub(crate) fn apply(&mut self, change: &FileChange) -> Option<File> {
        self.set_unannounced();
        let before = self.by_id.remove(&change.id);
        self.bytes -= before.as_ref().map_or(0, |file| file.bytes);
        if let Some(content) = &change.content {
            let file = File::new(change.version, content.clone());
            self.bytes += file.bytes;
            self.by_id.insert(change.id.clone(), file);
        }
        self.recount(&change.id, before.is_some(), change.content.is_some());
        before
    }

    fn recount(&mut self, id: &str, was: bool, is: bool) {
        let counter = if id.starts_with(SENSORS) {
            &mut self.sensors
        } else if id.starts_with(RULES) {
            &mut self.rules
        } else {
            return;
        };
        *counter = counter
            .saturating_add(u64::from(is))
            .saturating_sub(u64::from(was));
    }

    /// The content of a sensor's file.
    pub(crate) fn sensor(&self, sensor: &str) -> Option<&Map<String, Value>> {
        let file = self.get(&format!("{SENSORS}{sensor}"))?;
        file.content.as_object()
    }

    /// The ids of all sensors that have a file.
    pub(crate) fn sensors(&self) -> impl Iterator<Item = &str> {
        self.by_id
            .range(SENSORS.to_owned()..)
            .map_while(|(id, _)| id.strip_prefix(SENSORS))
    }

    /// One table of the hub's file, such as `retain`, and one entry in it.
    pub(crate) fn hub_entry(&self, table: &str, entry: &str) -> Option<&Value> {
        self.get(HUB_FILE)?.content.get(table)?.get(entry)
    }

    /// One plain setting of the hub's file.
    pub(crate) fn hub_setting(&self, name: &str) -> Option<&Value> {
        self.get(HUB_FILE)?.content.get(name)
    }

    /// What the bus adds to UTC to get local seconds; 0 when the house does
    /// not say.
    pub(crate) fn offset_secs(&self) -> i64 {
        let zone = self
            .get(HOUSE)
            .and_then(|file| file.content.get("timezone"));
        let hours = zone.and_then(crate::hub::format::number).unwrap_or(0.0);
        if hours.abs() > 24.0 {
            return 0;
        }
        // At most two digits: the text form is exact.
        format!("{:.0}", hours.trunc()).parse().unwrap_or(0_i64) * 3_600
    }

    /// The files are to be marked as published once they were.
    pub(crate) fn set_unannounced(&mut self) {
        self.unannounced = true;
        self.index_changed = true;
    }

    /// Whether that is still to be done; then it no longer is.
    pub(crate) fn take_unannounced(&mut self) -> bool {
        std::mem::take(&mut self.unannounced)
    }

    /// The index, if it changed since the last call.
    pub(crate) fn changed_index(&mut self) -> Option<Value> {
        std::mem::take(&mut self.index_changed).then(|| self.index())
    }

    fn index(&self) -> Value {
        let entries = self.iter().map(|(id, file)| {
            let version = file.version.to_string();
            let entry = json!({
                "file": format!("{id}.{version}.yml"),
                "version": version,
                "hash": format!("{:016x}", file.fingerprint),
            });
            (id.to_owned(), entry)
        });
        Value::Object(entries.collect())
    }
}

/// A number that changes with the text (FNV-1a, 64 bits). Only compared, never
/// trusted.
fn fingerprint(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(timezone: &Value) -> Files {
        Files::new(vec![FileChange {
            id: HOUSE.to_owned(),
            version: 1,
            content: Some(json!({ "timezone": timezone })),
        }])
    }

    #[test]
    fn the_offset_is_whole_hours_or_nothing() {
        for (timezone, secs) in [
            (json!(1), 3_600),
            (json!(-5), -18_000),
            (json!(5.5), 18_000),
            (json!(-3.5), -10_800),
            (json!("2"), 7_200),
            (json!("Rome"), 0),
            (json!(1e300), 0),
            (json!(null), 0),
        ] {
            assert_eq!(files(&timezone).offset_secs(), secs, "{timezone}");
        }
        assert_eq!(Files::default().offset_secs(), 0);
    }

    #[test]
    fn all_files_together_have_a_bound() {
        let change = |id: &str, content: Option<&str>| FileChange {
            id: id.to_owned(),
            version: 1,
            content: content.map(|text| json!([text])),
        };
        let mut files = Files::default();
        files.apply(&change("a", Some("0123456789")));
        files.apply(&change("b", Some("0123456789")));
        let each = r#"["0123456789"]"#.len();
        let room = MAX_BYTES - 2 * each;
        assert_eq!(files.make_sure_of_room("c", room), Ok(()));
        let full = files.make_sure_of_room("c", room + 1).unwrap_err();
        assert!(full.contains("32 MiB"), "{full}");
        assert_eq!(files.make_sure_of_room("a", room + each), Ok(()));
        assert!(files.make_sure_of_room("a", room + each + 1).is_err());
        files.apply(&change("a", None));
        assert_eq!(files.make_sure_of_room("c", room + each), Ok(()));
    }

    #[test]
    fn sensors_and_rules_are_counted() {
        let change = |id: &str, content: Option<Value>| FileChange {
            id: id.to_owned(),
            version: 1,
            content,
        };
        let mut files = Files::new(vec![
            change("sensors/a", Some(json!({}))),
            change("rules/a", Some(json!({}))),
            change("gui/menu", Some(json!({}))),
        ]);
        files.apply(&change("sensors/b", Some(json!({}))));
        files.apply(&change("sensors/b", Some(json!({"unit": "C"}))));
        files.apply(&change("rules/a", None));
        files.apply(&change("rules/a", None));
        assert_eq!((files.count(SENSORS), files.count(RULES)), (2, 0));
    }

    #[test]
    fn the_index_is_said_once_per_change() {
        let mut files = files(&json!(1));
        assert_eq!(files.changed_index(), None);
        files.apply(&FileChange {
            id: "sensors/a".to_owned(),
            version: 1,
            content: Some(json!({"format": "int"})),
        });
        let index = files.changed_index().unwrap();
        assert_eq!(index["sensors/a"]["version"], "1");
        assert_ne!(index["sensors/a"]["hash"], index["house"]["hash"]);
        assert_eq!(files.changed_index(), None);
    }
}

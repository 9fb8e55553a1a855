//! The files of a house, in memory.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{HOUSE, HUB_FILE, SENSORS};
use crate::store::FileChange;

/// Most files of a house.
pub(crate) const MAX_FILES: usize = 20_000;

/// One file.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct File {
    pub(crate) version: u8,
    pub(crate) content: Value,
}

/// All files by id.
#[derive(Default)]
pub(crate) struct Files {
    by_id: BTreeMap<String, File>,
    index_changed: bool,
    unannounced: bool,
}

impl Files {
    pub(crate) fn new(stored: Vec<FileChange>) -> Self {
        let files = stored.into_iter().filter_map(|file| {
            let (id, version) = (file.id, file.version);
            file.content.map(|content| (id, File { version, content }))
        });
        Self {
            by_id: files.collect(),
            ..Self::default()
        }
    }

    pub(crate) fn get(&self, id: &str) -> Option<&File> {
        self.by_id.get(id)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &File)> {
        self.by_id.iter().map(|(id, file)| (id.as_str(), file))
    }

    /// Whether one more file may be added under `id`.
    pub(crate) fn has_room_for(&self, id: &str) -> bool {
        self.by_id.len() < MAX_FILES || self.by_id.contains_key(id)
    }

    /// Writes or removes a file and returns the one that was there.
    pub(crate) fn apply(&mut self, change: &FileChange) -> Option<File> {
        self.index_changed = true;
        match &change.content {
            Some(content) => self.by_id.insert(
                change.id.clone(),
                File {
                    version: change.version,
                    content: content.clone(),
                },
            ),
            None => self.by_id.remove(&change.id),
        }
    }

    /// The content of a sensor's file.
    pub(crate) fn sensor(&self, sensor: &str) -> Option<&Map<String, Value>> {
        let file = self.get(&format!("{SENSORS}{sensor}"))?;
        file.content.as_object()
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

    /// The first files are to be marked as published once they were.
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
                "hash": fingerprint(&file.content),
            });
            (id.to_owned(), entry)
        });
        Value::Object(entries.collect())
    }
}

/// 16 hexadecimal digits that change with the content (FNV-1a, 64 bits). Only
/// compared, never trusted.
fn fingerprint(content: &Value) -> String {
    let hash = content
        .to_string()
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
    format!("{hash:016x}")
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

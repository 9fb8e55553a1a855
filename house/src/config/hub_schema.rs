//! Older schemas of the hub's file, brought to the present one.

use serde_json::{Value, json};

/// The schema of the hub's file that we write.
pub(crate) const HUB_SCHEMA: u8 = 4;

/// Brings a hub file of schema 1 to 3 to schema 4; unknown keys stay.
///
/// Schema 2 lacks the processors' present name, schema 1 also the duplicates'
/// tolerance, schema 3 only `pin_last_values`.
pub(crate) fn upgrade(content: &mut Value) {
    let Some(map) = content.as_object_mut() else {
        return;
    };
    if let Some(processors) = map.remove("post_processors") {
        map.entry("processors").or_insert(processors);
    }
    map.entry("duplicates_tolerance").or_insert(json!(3));
    map.entry("pin_last_values").or_insert(json!(false));
}

/// The schemas under which a file is published. The stock browser asks for
/// schema 3 of the hub's file, its other modules for schema 4.
pub(crate) fn published_versions(id: &str, version: u8) -> Vec<u8> {
    if id == super::HUB_FILE && version == HUB_SCHEMA {
        vec![HUB_SCHEMA, HUB_SCHEMA - 1]
    } else {
        vec![version]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_file_keeps_what_it_says() {
        let mut file = json!({"post_processors": {"a": "b"}, "retain": {}, "mine": 1});
        upgrade(&mut file);
        assert_eq!(
            file,
            json!({
                "processors": {"a": "b"}, "retain": {}, "mine": 1,
                "duplicates_tolerance": 3, "pin_last_values": false,
            })
        );
    }
}

//! The first files of a house.

use serde_json::{Map, Value, json};

use super::hub_schema::HUB_SCHEMA;
use super::{HOUSE, HUB_FILE};
use crate::hub::processors;
use crate::identity::Identity;
use crate::store::FileChange;

/// What a house is born with.
pub(crate) fn first_files(identity: &Identity) -> Vec<FileChange> {
    vec![
        FileChange {
            id: HOUSE.to_owned(),
            version: 1,
            content: Some(house(identity)),
        },
        FileChange {
            id: HUB_FILE.to_owned(),
            version: HUB_SCHEMA,
            content: Some(hub()),
        },
    ]
}

/// The file `house`, schema 1.
pub(crate) fn house(identity: &Identity) -> Value {
    json!({
        "name": identity.name,
        "timezone": identity.standard_offset_hours(),
        "language": "en",
        "units": "metric",
        "latitude": 0.0,
        "longitude": 0.0,
    })
}

/// The file `controller/hub`, schema 4. Days of 0 mean for ever.
fn hub() -> Value {
    let conversions: Map<String, Value> = processors::all()
        .map(|(name, meaning)| (name.to_owned(), meaning.into()))
        .collect();
    json!({
        "calculate": {
            "avg_min_max": {
                "description": "Average, minimum and maximum of each hour and day",
                "operations": ["avg", "min_max"],
            },
            "sum": {
                "description": "Average and sum of each hour and day",
                "operations": ["avg", "sum"],
            },
        },
        "retain": {
            "history": {
                "description": "Values and hours for 5 days, days for ever",
                "policies": {"raw": 5, "hourly": 5, "daily": 0},
            },
            "single_value": {
                "description": "Only the newest value",
                "policies": {"raw": 0, "count": 1},
            },
            "last_two_values": {
                "description": "The newest two values",
                "policies": {"raw": 0, "count": 2},
            },
            "short_history": {
                "description": "Days for 5 days; only values newer than the newest",
                "policies": {"daily": 5, "new_only": true},
            },
        },
        "processors": conversions,
        "duplicates_tolerance": 3,
        "pin_last_values": false,
    })
}

//! What our words look like in JSON (JSON Schema 2020-12), for the description
//! of the API.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::{
    BusUser, DisplayName, EmailAddress, HouseId, ModuleName, PackageName, PlanName, Slug,
    TimeZoneName, Timestamp,
};

macro_rules! texts {
    ($($name:ident: $schema:tt;)+) => {$(
        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn schema_id() -> Cow<'static, str> {
                concat!("model::", stringify!($name)).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        }
    )+};
}

texts! {
    DisplayName: {
        "type": "string", "minLength": 1, "maxLength": 80,
        "description": "What people call it.", "examples": ["Villa Sonnenhang"],
    };
    EmailAddress: {
        "type": "string", "format": "email", "examples": ["anna@example.org"],
    };
    HouseId: {
        "type": "string", "pattern": "^[a-z][a-z0-9-]*-[a-z2-7]{6}$",
        "description": "A house: its MQTT user name.", "examples": ["villa-7k3q9x"],
    };
    Slug: {"type": "string", "pattern": "^[a-z][a-z0-9-]*$", "examples": ["villa"]};
    PlanName: {"type": "string", "examples": ["home"]};
    BusUser: {
        "type": "string", "description": "The user in the sender gui/<user>_<number>.",
        "examples": ["anna"],
    };
    PackageName: {"type": "string", "examples": ["egeoffrey-service-zigbee"]};
    ModuleName: {
        "type": "string", "description": "A module of the bus.",
        "examples": ["service/zigbee2mqtt"],
    };
    TimeZoneName: {
        "type": "string", "description": "A time zone of the IANA database.",
        "examples": ["Europe/Berlin"],
    };
    Timestamp: {"type": "integer", "description": "Milliseconds since 1970, UTC."};
}

/// An id: a prefix and 26 letters and digits.
pub(crate) fn id(prefix: &str) -> Schema {
    json_schema!({"type": "string", "pattern": format!("^{prefix}_[a-z2-7]{{26}}$")})
}

/// One of these words.
pub(crate) fn words(words: &[&str]) -> Schema {
    json_schema!({"type": "string", "enum": words})
}

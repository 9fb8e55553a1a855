//! The live page of a house.

mod samples;

use askama::Template;

use super::{Offer, Presence, Reading};
use crate::{Moment, Shell, Text, routes};

/// `GET /houses/{house}`.
///
/// Posts `sensor`, `sender`, `description`, `unit` and `format` to
/// `/houses/{house}/sensors` to add an offered sensor.
#[derive(Clone, Debug, Template)]
#[template(path = "house.html")]
pub struct HousePage {
    /// What surrounds the page; its `house` is set.
    pub shell: Shell,
    /// The house id.
    pub house_id: String,
    /// Who is connected.
    pub presence: Presence,
    /// The configured sensors, in the order to show them.
    pub readings: Vec<Reading>,
    /// Sensors that sent values and are not configured.
    pub offers: Vec<Offer>,
    /// Set when the house did not answer; readings may be missing.
    pub silence: Option<Silence>,
    /// How scripts follow the house; `None` when live values are not possible.
    pub bus: Option<Bus>,
    /// Whether the person may switch things.
    pub may_switch: bool,
    /// Whether the person may add and change sensors.
    pub may_change: bool,
}

/// What scripts have to know to follow a house.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bus {
    /// Whole hours to take off the wire's timestamps, which are local time
    /// written as if it were UTC.
    pub offset_hours: i32,
}

/// The house did not answer in time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Silence {
    /// When it was last heard of; `None` when it never was.
    pub last_seen: Option<Moment>,
    /// Whether its brain runs at home.
    pub on_premise: bool,
    /// Whether the account was stopped: then a notice above says all.
    pub stopped: bool,
}

/// The formats a sensor may have, with what people call them.
pub(super) fn formats() -> [(&'static str, Text); 4] {
    ["int", "float_1", "float_2", "string"].map(|word| (word, Text::one_of("sensor-format", word)))
}

impl HousePage {
    /// The formats to choose from.
    #[must_use]
    pub fn formats(&self) -> [(&'static str, Text); 4] {
        formats()
    }

    /// Sensors that are only measured.
    pub fn measured(&self) -> impl Iterator<Item = &Reading> {
        self.readings.iter().filter(|reading| !reading.is_control())
    }

    /// Sensors that people can change.
    pub fn controls(&self) -> impl Iterator<Item = &Reading> {
        self.readings.iter().filter(|reading| reading.is_control())
    }

    /// Whether there is something to change.
    #[must_use]
    pub fn has_controls(&self) -> bool {
        self.readings.iter().any(Reading::is_control)
    }

    /// Whether there is nothing at all to show.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.readings.is_empty() && self.offers.is_empty()
    }

    /// The chart page of a sensor.
    #[must_use]
    pub fn sensor_href(&self, reading: &Reading) -> String {
        routes::sensor(&self.house_id, &reading.id)
    }

    /// An offer without content, which scripts fill when a new sensor turns up.
    #[must_use]
    pub fn blank_offer(&self) -> Offer {
        Offer {
            id: String::new(),
            sender: String::new(),
            value: String::new(),
            at: Moment {
                iso: String::new(),
                age: Text::default(),
                clock: Text::default(),
            },
            description: String::new(),
            format: "string".to_owned(),
        }
    }

    /// Where the form that adds a sensor posts to.
    #[must_use]
    pub fn add_action(&self) -> String {
        routes::sensors(&self.house_id)
    }
}

//! The live page of a house.

use askama::Template;

use super::{Choice, Control, Page, Presence, Reading, sample};
use crate::{Moment, Notice, Section, Shell, Tone, routes};

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
}

/// A sensor that sent a value and is not configured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// The sensor id.
    pub id: String,
    /// The module that sent it: `service/zigbee2mqtt`.
    pub sender: String,
    /// The value it sent.
    pub value: String,
    /// When.
    pub at: Moment,
    /// What to call it, made from the id.
    pub description: String,
    /// The format that fits the value: `int`, `float_1`, `float_2`, `string`.
    pub format: String,
}

impl Offer {
    /// An offer with description and format guessed from id and value.
    #[must_use]
    pub fn new(id: &str, sender: &str, value: &str, at: Moment) -> Self {
        Self {
            id: id.to_owned(),
            sender: sender.to_owned(),
            value: value.to_owned(),
            at,
            description: describe(id),
            format: guess_format(value).to_owned(),
        }
    }
}

/// What people may call a sensor with this id: `kitchen/air_temp` becomes
/// `Kitchen air temp`.
fn describe(id: &str) -> String {
    let words = id.replace(['/', '_', '-'], " ");
    let mut letters = words.trim().chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

/// The format that loses nothing of `value`.
fn guess_format(value: &str) -> &'static str {
    let value = value.trim();
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = value.strip_prefix('-').unwrap_or(value);
    match unsigned.split_once('.') {
        None if digits(unsigned) => "int",
        Some((whole, part)) if digits(whole) && digits(part) => {
            if part.len() == 1 {
                "float_1"
            } else {
                "float_2"
            }
        }
        _ => "string",
    }
}

/// The formats a sensor may have, with what people call them.
pub(super) const FORMATS: [(&str, &str); 4] = [
    ("int", "Whole number"),
    ("float_1", "One decimal"),
    ("float_2", "Two decimals"),
    ("string", "Text"),
];

impl HousePage {
    /// The formats to choose from.
    #[must_use]
    pub const fn formats(&self) -> [(&'static str, &'static str); 4] {
        FORMATS
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
                age: String::new(),
                clock: String::new(),
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

impl Page for HousePage {
    const NAME: &'static str = "house";

    fn samples() -> Vec<(&'static str, Self)> {
        let empty = Self {
            shell: sample::house_shell(Section::House),
            house_id: "villa-sonnenhang-7k3q9x".to_owned(),
            presence: Presence::default(),
            readings: Vec::new(),
            offers: Vec::new(),
            silence: None,
            bus: Some(Bus { offset_hours: 1 }),
            may_switch: true,
            may_change: true,
        };
        vec![
            ("empty", empty.clone()),
            ("full", full(empty.clone())),
            (
                "offers",
                Self {
                    readings: Vec::new(),
                    ..full(empty.clone())
                },
            ),
            (
                "silent",
                Self {
                    silence: Some(Silence {
                        last_seen: Some(sample::moment("4 min ago")),
                        on_premise: true,
                    }),
                    presence: Presence {
                        last_seen: Some(sample::moment("4 min ago")),
                        ..Presence::default()
                    },
                    bus: None,
                    ..empty.clone()
                },
            ),
            ("hostile", hostile(empty)),
        ]
    }
}

fn reading(id: &str, name: &str, value: &str, unit: &str, age: &str) -> Reading {
    Reading {
        id: id.to_owned(),
        name: name.to_owned(),
        value: Some(value.to_owned()),
        unit: unit.to_owned(),
        decimals: value.split_once('.').map(|_| 1),
        at: Some(sample::moment(age)),
        stale_after_secs: 3_600,
        stale: false,
        control: Control::None,
    }
}

fn full(empty: HousePage) -> HousePage {
    let controlled = |id, name, value, unit, control| Reading {
        stale_after_secs: 0,
        control,
        ..reading(id, name, value, unit, "5 min ago")
    };
    let switch = |on| Control::Switch {
        on,
        on_value: "1".to_owned(),
        off_value: "0".to_owned(),
    };
    HousePage {
        shell: empty.shell.saying(
            Notice::new(Tone::Good, "Kitchen window was added.")
                .because("Its next value appears here."),
        ),
        presence: Presence {
            online: true,
            clients: vec![
                "service/zigbee2mqtt".to_owned(),
                "service/rtl_433".to_owned(),
            ],
            last_seen: Some(sample::moment("just now")),
        },
        readings: vec![
            reading("living/temp", "Living room", "21.4", "°C", "just now"),
            reading("outside/temp", "Outside", "4.8", "°C", "12 s ago"),
            reading("living/humidity", "Humidity", "47", "%", "40 s ago"),
            Reading {
                stale: true,
                ..reading("boiler/temp", "Boiler", "54.2", "°C", "3 h ago")
            },
            reading("power/now", "Power now", "612", "W", "just now"),
            reading(
                "door/state",
                "Front door",
                "closed since the morning",
                "",
                "5 h ago",
            ),
            Reading {
                value: None,
                at: None,
                ..reading("kitchen/window", "Kitchen window", "", "", "")
            },
            controlled("hall/light", "Hall lights", "1", "", switch(true)),
            controlled("garden/pump", "Garden pump", "0", "", switch(false)),
            controlled(
                "heating/target",
                "Heating target",
                "21.0",
                "°C",
                Control::Number {
                    min: "15".to_owned(),
                    max: "25".to_owned(),
                    step: "0.1".to_owned(),
                },
            ),
            controlled(
                "heating/mode",
                "Heating mode",
                "comfort",
                "",
                Control::Choice(
                    ["eco", "comfort", "away"]
                        .map(|word| Choice {
                            value: word.to_owned(),
                            chosen: word == "comfort",
                        })
                        .to_vec(),
                ),
            ),
        ],
        offers: vec![
            Offer::new(
                "attic/temp",
                "service/rtl_433",
                "17.25",
                sample::moment("8 s ago"),
            ),
            Offer::new(
                "cellar/door",
                "service/zigbee2mqtt",
                "open",
                sample::moment("2 min ago"),
            ),
        ],
        ..empty
    }
}

fn hostile(empty: HousePage) -> HousePage {
    let text = sample::HOSTILE;
    HousePage {
        shell: sample::hostile_shell(Section::House),
        house_id: "villa-7k3q9x".to_owned(),
        presence: Presence {
            online: true,
            clients: vec![text.to_owned()],
            last_seen: Some(sample::moment("just now")),
        },
        readings: vec![
            reading(text, text, text, text, "1 min ago"),
            Reading {
                control: Control::Choice(vec![Choice {
                    value: text.to_owned(),
                    chosen: true,
                }]),
                ..reading("b/<i>", text, text, text, "1 min ago")
            },
        ],
        offers: vec![Offer::new(text, text, text, sample::moment("8 s ago"))],
        may_switch: false,
        ..empty
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offer_guesses_what_loses_nothing() {
        let guessed = [
            "5", "-5", "21.4", "21.46", "21.465", "open", "", "1e3", "1.", ".5", "NaN",
        ]
        .map(guess_format);
        assert_eq!(
            guessed,
            [
                "int", "int", "float_1", "float_2", "float_2", "string", "string", "string",
                "string", "string", "string"
            ]
        );
    }

    #[test]
    fn a_description_reads_like_words() {
        assert_eq!(describe("kitchen/air_temp"), "Kitchen air temp");
        assert_eq!(describe("élan"), "Élan");
        assert_eq!(describe("//"), "");
    }
}

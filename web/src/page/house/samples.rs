//! The states of the live page that a designer has to see.

use super::{Bus, HousePage, Silence};
use crate::page::{Choice, Control, Offer, Page, Presence, Reading, Spark, sample};
use crate::{Notice, Section, Tone};

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
                        stopped: false,
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
        spark: None,
        control: Control::None,
    }
}

/// Two thirds of a day, with a pause.
fn spark() -> Option<Spark> {
    let points = [0.3, 0.4, 0.5, 0.7, 0.8, 0.9].map(|at: f64| (at, (at * 9.0).sin()));
    Spark::draw(&points, 0.15)
}

fn full(empty: HousePage) -> HousePage {
    let mut readings = measured();
    readings.extend(controlled());
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
        readings,
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

fn measured() -> Vec<Reading> {
    vec![
        Reading {
            spark: spark(),
            ..reading("living/temp", "Living room", "21.4", "°C", "just now")
        },
        reading("outside/temp", "Outside", "4.8", "°C", "12 s ago"),
        reading("living/humidity", "Humidity", "47", "%", "40 s ago"),
        Reading {
            stale: true,
            spark: spark(),
            ..reading("boiler/temp", "Boiler", "54.2", "°C", "3 h ago")
        },
        reading("power/now", "Power now", "612", "W", "just now"),
        Reading {
            stale_after_secs: 0,
            ..reading(
                "door/state",
                "Front door",
                "closed since noon",
                "",
                "5 h ago",
            )
        },
        Reading {
            value: None,
            at: None,
            ..reading("kitchen/window", "Kitchen window", "", "", "")
        },
    ]
}

fn controlled() -> Vec<Reading> {
    let row = |id, name, value, unit, control| Reading {
        stale_after_secs: 0,
        control,
        ..reading(id, name, value, unit, "5 min ago")
    };
    let switch = |on| Control::Switch {
        on,
        on_value: "1".to_owned(),
        off_value: "0".to_owned(),
    };
    let target = Control::Number {
        min: "15".to_owned(),
        max: "25".to_owned(),
        step: "0.1".to_owned(),
    };
    let modes: [Choice; 3] = ["eco", "comfort", "away"].map(|word| Choice {
        value: word.to_owned(),
        chosen: word == "comfort",
    });
    let mode = Control::Choice(modes.to_vec());
    let never_set = Control::Choice(
        modes
            .map(|mode| Choice {
                chosen: false,
                ..mode
            })
            .to_vec(),
    );
    vec![
        row("hall/light", "Hall lights", "1", "", switch(true)),
        row("garden/pump", "Garden pump", "0", "", switch(false)),
        row("heating/target", "Heating target", "21.0", "°C", target),
        row("heating/mode", "Heating mode", "comfort", "", mode),
        Reading {
            value: None,
            at: None,
            ..row("bath/mode", "Bathroom mode", "", "", never_set)
        },
    ]
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

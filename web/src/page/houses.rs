//! The overview of houses.

use askama::Template;

use super::{Page, sample};
use crate::{HouseNav, Moment, Section, Shell, Text};

/// `GET /houses`: the houses a person can see.
#[derive(Clone, Debug, Template)]
#[template(path = "houses.html")]
pub struct HousesPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// The houses, in the order people expect: by name.
    pub houses: Vec<HouseCard>,
    /// Why no further house can be added, as a sentence; `None` when one can.
    pub full: Option<Text>,
}

/// One house at a glance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HouseCard {
    /// Name and id.
    pub house: HouseNav,
    /// Whether anything of it is connected.
    pub online: bool,
    /// When it was last heard of; `None` when it never was.
    pub last_seen: Option<Moment>,
    /// How many clients are connected, such as `4 clients`; empty when none.
    pub clients: Text,
    /// Refusals of the last day, such as `3 refusals today`; empty when none.
    pub refusals: Text,
}

/// How many clients are connected; empty for none.
#[must_use]
pub fn clients(count: u64) -> Text {
    if count == 0 {
        return Text::default();
    }
    Text::new("houses-clients").with("count", count)
}

/// How many refusals there were today; empty for none.
#[must_use]
pub fn refusals_today(count: u64) -> Text {
    if count == 0 {
        return Text::default();
    }
    Text::new("houses-refusals").with("count", count)
}

impl Page for HousesPage {
    const NAME: &'static str = "houses";

    fn samples() -> Vec<(&'static str, Self)> {
        let house = |name: &str, id: &str| HouseNav {
            id: id.to_owned(),
            name: name.to_owned(),
        };
        let online = HouseCard {
            house: house("Villa Sonnenhang", "villa-sonnenhang-7k3q9x"),
            online: true,
            last_seen: Some(sample::moment("just now")),
            clients: clients(4),
            refusals: refusals_today(3),
        };
        let away = HouseCard {
            house: house("Lake cabin", "lake-cabin-q2m4aa"),
            online: false,
            last_seen: Some(sample::moment("2 days ago")),
            clients: Text::default(),
            refusals: Text::default(),
        };
        let never = HouseCard {
            house: house("Parents", "parents-bb72xk"),
            last_seen: None,
            ..away.clone()
        };
        vec![
            (
                "empty",
                Self {
                    shell: sample::shell(Section::Houses),
                    houses: Vec::new(),
                    full: None,
                },
            ),
            (
                "mixed",
                Self {
                    shell: sample::shell(Section::Houses),
                    houses: vec![online.clone(), away, never],
                    full: None,
                },
            ),
            (
                "hostile-full",
                Self {
                    shell: sample::hostile_shell(Section::Houses),
                    houses: vec![HouseCard {
                        house: house(sample::HOSTILE, "villa-7k3q9x"),
                        clients: sample::HOSTILE.into(),
                        ..online
                    }],
                    full: Some(Text::said("The plan allows 1 houses; you have 1.")),
                },
            ),
        ]
    }
}

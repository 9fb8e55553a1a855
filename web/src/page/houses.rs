//! The overview of houses: a few as cards, many as a table to look through.

use askama::Template;

use super::{Page, sample};
use crate::{HouseNav, Moment, Section, Shell, Text};

/// `GET /houses`: the houses in which a person has a role, of all tenants. Its
/// form asks for `q`, `state` and `tenant`.
#[derive(Clone, Debug, Template)]
#[template(path = "houses.html")]
pub struct HousesPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// The houses of this page, by tenant.
    pub groups: Vec<HouseGroup>,
    /// Whether they are many: then they stand in a table.
    pub many: bool,
    /// What is looked for; `None` where there is nothing to look through.
    pub filter: Option<HouseFilter>,
    /// Where a house is added, if the person may add one to one tenant only.
    pub add: Option<String>,
    /// Why no further house can be added, as a sentence; `None` when one can.
    pub full: Option<Text>,
}

/// The houses of one tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HouseGroup {
    /// What the tenant is called; empty where there is only one.
    pub tenant: String,
    /// Where a house is added to it, if the person may.
    pub add: Option<String>,
    /// Its houses, by name.
    pub houses: Vec<HouseCard>,
}

/// What is looked for, and how much was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HouseFilter {
    /// Words.
    pub text: String,
    /// How a house is: the word, and whether it is chosen.
    pub states: Vec<(&'static str, bool)>,
    /// The tenant that is looked at; empty for all.
    pub tenant: String,
    /// Whether anything is looked for.
    pub active: bool,
    /// How many of how many, and which page of them.
    pub found: Text,
    /// The page before this one.
    pub earlier: Option<String>,
    /// The page after this one.
    pub later: Option<String>,
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
    /// What the person may do there, where it is not all.
    pub role: Text,
    /// Whether the role is one in this house alone, which can be given up.
    pub alone: bool,
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

/// A house in every state, for samples.
fn cards() -> [HouseCard; 3] {
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
        role: Text::default(),
        alone: false,
    };
    let away = HouseCard {
        house: house("Lake cabin", "lake-cabin-q2m4aa"),
        online: false,
        last_seen: Some(sample::moment("2 days ago")),
        clients: clients(0),
        refusals: refusals_today(0),
        role: Text::one_of("role", "guest"),
        alone: true,
    };
    let never = HouseCard {
        house: house("Parents", "parents-bb72xk"),
        last_seen: None,
        ..away.clone()
    };
    [online, away, never]
}

/// What is looked for, for samples.
fn filter(text: &str) -> HouseFilter {
    HouseFilter {
        text: text.to_owned(),
        states: vec![("online", false), ("refusals", true)],
        tenant: "ten_a".to_owned(),
        active: true,
        found: Text::new("houses-found")
            .with("from", 51_u64)
            .with("to", 100_u64)
            .with("total", 203_u64),
        earlier: Some("/houses?page=1".to_owned()),
        later: Some("/houses?page=3".to_owned()),
    }
}

impl Page for HousesPage {
    const NAME: &'static str = "houses";

    fn samples() -> Vec<(&'static str, Self)> {
        let [online, away, never] = cards();
        let group = |tenant: &str, houses: Vec<HouseCard>| HouseGroup {
            tenant: tenant.to_owned(),
            add: None,
            houses,
        };
        let empty = Self {
            shell: sample::shell(Section::Houses),
            groups: Vec::new(),
            many: false,
            filter: None,
            add: Some("/houses/new".to_owned()),
            full: None,
        };
        let mixed = vec![online.clone(), away, never];
        vec![
            ("empty", empty.clone()),
            (
                "mixed",
                Self {
                    groups: vec![group("", mixed.clone())],
                    ..empty.clone()
                },
            ),
            (
                "many",
                Self {
                    groups: vec![group("At home", mixed.clone()), group("Club", mixed)],
                    many: true,
                    filter: Some(filter("villa")),
                    ..empty.clone()
                },
            ),
            (
                "nothing-found",
                Self {
                    filter: Some(HouseFilter {
                        found: Text::new("houses-none-found"),
                        earlier: None,
                        later: None,
                        ..filter("castle")
                    }),
                    ..empty
                },
            ),
            (
                "hostile-full",
                Self {
                    shell: sample::hostile_shell(Section::Houses),
                    groups: vec![HouseGroup {
                        add: Some("/houses/new?tenant=ten_a".to_owned()),
                        ..group(
                            sample::HOSTILE,
                            vec![HouseCard {
                                house: HouseNav {
                                    id: "villa-7k3q9x".to_owned(),
                                    name: sample::HOSTILE.to_owned(),
                                },
                                clients: Text::plain(sample::HOSTILE),
                                role: Text::plain(sample::HOSTILE),
                                ..online
                            }],
                        )
                    }],
                    many: true,
                    filter: Some(filter(sample::HOSTILE)),
                    add: None,
                    full: Some(Text::said("The plan allows 1 houses; you have 1.")),
                },
            ),
        ]
    }
}

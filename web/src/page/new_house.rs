//! A new house.

use askama::Template;

use super::{Page, sample};
use crate::{Field, Section, Shell, TenantNav};

/// `/houses/new`. Posts `name`, `timezone` and `hosting` (`hosted` or
/// `on-premise`) to the same address.
#[derive(Clone, Debug, Template)]
#[template(path = "new_house.html")]
pub struct NewHousePage {
    /// What surrounds the page.
    pub shell: Shell,
    /// The tenant it is added to, for whoever has a role in several.
    pub tenant: Option<TenantNav>,
    /// What people call the house.
    pub name: Field,
    /// The chosen zone; when empty, a script chooses the browser's.
    pub timezone: Field,
    /// All zones to choose from, by region.
    pub zones: Vec<ZoneGroup>,
    /// `true` for `on-premise`.
    pub on_premise: bool,
    /// What was wrong with the whole form.
    pub fault: Option<String>,
}

/// The time zones of one region of the tz database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZoneGroup {
    /// The region: `Europe`.
    pub region: String,
    /// Full names: `Europe/Berlin`.
    pub names: Vec<String>,
}

impl ZoneGroup {
    /// All zones of the tz database that belong to a place, by region, and
    /// `UTC` at the end.
    #[must_use]
    pub fn all() -> Vec<Self> {
        const REGIONS: [&str; 10] = [
            "Africa",
            "America",
            "Antarctica",
            "Arctic",
            "Asia",
            "Atlantic",
            "Australia",
            "Europe",
            "Indian",
            "Pacific",
        ];
        let mut groups: Vec<Self> = REGIONS
            .into_iter()
            .map(|region| Self {
                region: region.to_owned(),
                names: Vec::new(),
            })
            .collect();
        for zone in jiff::tz::db().available() {
            let name = zone.as_str();
            let region = name.split_once('/').map_or("", |(region, _)| region);
            if let Some(group) = groups.iter_mut().find(|group| group.region == region) {
                group.names.push(name.to_owned());
            }
        }
        groups.push(Self {
            region: "Other".to_owned(),
            names: vec!["UTC".to_owned()],
        });
        for group in &mut groups {
            group.names.sort();
        }
        groups.retain(|group| !group.names.is_empty());
        groups
    }
}

impl NewHousePage {
    /// Where the form goes.
    #[must_use]
    pub fn action(&self) -> String {
        self.tenant.as_ref().map_or_else(
            || "/houses/new".to_owned(),
            |tenant| crate::routes::new_house_of(&tenant.id),
        )
    }
}

impl Page for NewHousePage {
    const NAME: &'static str = "new_house";

    fn samples() -> Vec<(&'static str, Self)> {
        let zones = vec![
            ZoneGroup {
                region: "Asia".to_owned(),
                names: vec!["Asia/Kathmandu".to_owned(), "Asia/Tokyo".to_owned()],
            },
            ZoneGroup {
                region: "Europe".to_owned(),
                names: vec!["Europe/Berlin".to_owned(), "Europe/Rome".to_owned()],
            },
        ];
        let empty = Self {
            shell: sample::shell(Section::Houses),
            tenant: None,
            name: Field::default(),
            timezone: Field::default(),
            zones,
            on_premise: false,
            fault: None,
        };
        vec![
            ("empty", empty.clone()),
            (
                "faults",
                Self {
                    shell: sample::hostile_shell(Section::Houses),
                    tenant: Some(TenantNav {
                        id: "ten_aaaaaaaaaaaaaaaaaaaaaaaaaa".to_owned(),
                        name: sample::HOSTILE.to_owned(),
                    }),
                    name: Field::faulty(sample::HOSTILE, "Use at most 80 characters."),
                    timezone: Field::faulty(
                        "Europe/Berlin",
                        "This is not a time zone such as Europe/Berlin.",
                    ),
                    on_premise: true,
                    fault: Some("The service is busy. Try again in a moment.".to_owned()),
                    ..empty
                },
            ),
        ]
    }
}

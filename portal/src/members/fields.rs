//! The fields that say what a membership is: reading them, showing them again.

use std::collections::BTreeMap;

use model::{HouseId, TenantRole, Timestamp};
use web::page::{HouseOption, MemberRole, ReachFields};
use web::{Field, Text};

use control_plane::http::problem::Problem;
use control_plane::members::Wish;
use control_plane::store::{House, Member, Reach};

/// What a form brings, by the fields' names.
pub(super) type Typed = BTreeMap<String, String>;

/// What stands before a house id in the name of a field.
const HOUSE: &str = "house.";

/// What was typed.
#[derive(Clone, Debug, Default)]
pub(super) struct Fields {
    by_house: bool,
    role: String,
    houses: BTreeMap<HouseId, TenantRole>,
    until: String,
    /// The end as it is, with the day it is shown as: kept to the millisecond
    /// while nobody touches the field.
    end: Option<(Timestamp, String)>,
}

/// What is wrong with what was typed.
#[derive(Debug, Default)]
pub(super) struct Faults {
    role: Option<Text>,
    houses: Option<Text>,
    until: Option<Text>,
}

impl Fields {
    /// For somebody new: a resident everywhere.
    pub(super) fn fresh() -> Self {
        Self {
            role: TenantRole::Resident.as_str().to_owned(),
            ..Self::default()
        }
    }

    /// What a member has.
    pub(super) fn of_member(member: &Member) -> Self {
        let day = member.until.map(last_day);
        let fields = Self {
            until: day.clone().unwrap_or_default(),
            end: member.until.zip(day),
            ..Self::default()
        };
        match &member.reach {
            Reach::Tenant(role) => Self {
                role: role.as_str().to_owned(),
                ..fields
            },
            Reach::Houses(houses) => Self {
                by_house: true,
                role: TenantRole::Resident.as_str().to_owned(),
                houses: houses.clone(),
                ..fields
            },
        }
    }

    /// Reads a form; one that no page of ours sends is malformed.
    pub(super) fn of(typed: &Typed) -> Result<Self, Problem> {
        let mut fields = Self::default();
        for (name, value) in typed {
            match name.as_str() {
                "where" => fields.by_house = value == "houses",
                "role" => fields.role.clone_from(value),
                "until" => value.trim().clone_into(&mut fields.until),
                "email" => {}
                other => {
                    let house = other.strip_prefix(HOUSE).and_then(|id| id.parse().ok());
                    let house: HouseId = house.ok_or_else(|| {
                        Problem::Malformed(format!("There is no field \"{other}\" here."))
                    })?;
                    if let Ok(role) = value.parse() {
                        fields.houses.insert(house, role);
                    }
                }
            }
        }
        Ok(fields)
    }

    /// The same for somebody whose membership ends at `until` now.
    pub(super) fn ending(mut self, until: Option<Timestamp>) -> Self {
        self.end = until.map(|at| (at, last_day(at)));
        self
    }

    /// What is asked for, or what is wrong with it.
    pub(super) fn wish(&self) -> Result<Wish, Box<Faults>> {
        let reach = if self.by_house {
            (!self.houses.is_empty())
                .then(|| Reach::Houses(self.houses.clone()))
                .ok_or_else(|| Faults {
                    houses: Some(Text::new("members-choose-house")),
                    ..Faults::default()
                })
        } else {
            self.role.parse().map(Reach::Tenant).map_err(|_| Faults {
                role: Some(Text::new("members-choose-role")),
                ..Faults::default()
            })
        };
        match (reach, self.end()) {
            (Ok(reach), Ok(until)) => Ok(Wish { reach, until }),
            (reach, until) => Err(Box::new(Faults {
                until: until.err(),
                ..reach.err().unwrap_or_default()
            })),
        }
    }

    /// The end: the midnight after the last day, in UTC.
    fn end(&self) -> Result<Option<Timestamp>, Text> {
        match &self.end {
            _ if self.until.is_empty() => Ok(None),
            Some((end, day)) if *day == self.until => Ok(Some(*end)),
            Some(_) | None => Timestamp::from_rfc3339(&format!("{}T00:00:00Z", self.until))
                .map(|day| Some(day.next_midnight()))
                .ok_or_else(|| Text::new("members-no-day")),
        }
    }

    /// The fields for somebody whose own role is `own`.
    pub(super) fn shown(&self, own: TenantRole, houses: &[House]) -> ReachFields {
        self.shown_with(own, houses, Faults::default())
    }

    /// The same with what is wrong.
    pub(super) fn shown_with(
        &self,
        own: TenantRole,
        houses: &[House],
        faults: Faults,
    ) -> ReachFields {
        ReachFields {
            by_house: self.by_house,
            roles: roles(own, &self.role, true),
            role_fault: faults.role,
            houses: houses
                .iter()
                .map(|house| HouseOption {
                    id: house.id.to_string(),
                    name: house.name.to_string(),
                    roles: roles(
                        own,
                        self.houses.get(&house.id).map_or("", |role| role.as_str()),
                        false,
                    ),
                })
                .collect(),
            houses_fault: faults.houses,
            until: match faults.until {
                Some(fault) => Field::faulty(self.until.clone(), fault.to_string()),
                None => Field::of(self.until.clone()),
            },
        }
    }
}

/// The roles that somebody with the role `own` can give; houses have no owner.
fn roles(own: TenantRole, chosen: &str, whole: bool) -> Vec<MemberRole> {
    let given = TenantRole::ALL.iter().filter(|role| own.may_manage(**role));
    given
        .filter(|role| whole || **role != TenantRole::Owner)
        .map(|role| MemberRole {
            word: role.as_str(),
            chosen: role.as_str() == chosen,
        })
        .collect()
}

/// The last day before `end`, in UTC: `2026-12-31`.
fn last_day(end: Timestamp) -> String {
    let day = Timestamp(end.0.saturating_sub(1)).to_rfc3339();
    day.chars().take("2026-12-31".len()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(fields: &[(&str, &str)]) -> Typed {
        let owned = fields
            .iter()
            .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()));
        owned.collect()
    }

    #[test]
    fn a_day_is_whole_and_an_end_that_nobody_touched_stays() {
        let wish = |until: &str, end: Option<Timestamp>| {
            let form = typed(&[("role", "guest"), ("until", until)]);
            Fields::of(&form).unwrap().ending(end).wish()
        };
        let end = Timestamp::from_rfc3339("2027-01-01T00:00:00Z");
        assert_eq!(wish("2026-12-31", None).unwrap().until, end);
        assert_eq!(wish("", end).unwrap().until, None);
        let odd = Timestamp::from_rfc3339("2026-12-31T18:30:00Z");
        assert_eq!(wish("2026-12-31", odd).unwrap().until, odd);
        assert_eq!(wish("2026-12-31", end).unwrap().until, end);
        for bad in ["31.12.2026", "2026-13-01", "tomorrow"] {
            assert!(wish(bad, None).unwrap_err().until.is_some(), "{bad}");
        }
    }

    #[test]
    fn houses_count_only_where_they_are_chosen() {
        let both = [
            ("role", "resident"),
            ("house.villa-7k3q9x", "guest"),
            ("house.cabin-7k3q9x", ""),
        ];
        let fields = Fields::of(&typed(&both)).unwrap();
        assert_eq!(
            fields.wish().unwrap().reach,
            Reach::Tenant(TenantRole::Resident)
        );
        let mut some = typed(&both);
        some.insert("where".to_owned(), "houses".to_owned());
        let Reach::Houses(houses) = Fields::of(&some).unwrap().wish().unwrap().reach else {
            panic!("no houses");
        };
        assert_eq!(houses.len(), 1);
        let none = Fields::of(&typed(&[("where", "houses")])).unwrap();
        assert!(none.wish().unwrap_err().houses.is_some());
        assert!(Fields::of(&typed(&[("admin", "yes")])).is_err());
        assert!(Fields::of(&typed(&[("house./etc", "guest")])).is_err());
    }

    #[test]
    fn nobody_is_offered_more_than_they_may_give() {
        let words = |own, whole| -> Vec<&str> {
            let all = roles(own, "", whole);
            all.iter().map(|role| role.word).collect()
        };
        let all = ["owner", "admin", "installer", "resident", "guest"];
        assert_eq!(words(TenantRole::Owner, true), all);
        assert_eq!(words(TenantRole::Owner, false), all[1..]);
        assert_eq!(words(TenantRole::Admin, true), all[1..]);
        assert!(words(TenantRole::Installer, true).is_empty());
    }
}

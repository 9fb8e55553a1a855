//! Members as the API shows and takes them.

use std::collections::BTreeMap;

use model::{AccountId, HouseId, TenantRole, Timestamp};
use serde::{Deserialize, Serialize};

use super::Wish;
use crate::http::problem::Problem;
use crate::store::{Member, Reach};

/// How far a membership reaches: one of the two is there.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct ReachView {
    /// The role in the whole tenant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<TenantRole>,
    /// The roles in single houses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub houses: Option<BTreeMap<HouseId, TenantRole>>,
}

impl From<&Reach> for ReachView {
    fn from(reach: &Reach) -> Self {
        match reach {
            Reach::Tenant(role) => Self {
                role: Some(*role),
                houses: None,
            },
            Reach::Houses(houses) => Self {
                role: None,
                houses: Some(houses.clone()),
            },
        }
    }
}

/// A member.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct MemberView {
    account_id: AccountId,
    name: String,
    email: String,
    #[serde(flatten)]
    reach: ReachView,
    since: String,
    /// From when on no more, if it ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
}

impl From<&Member> for MemberView {
    fn from(member: &Member) -> Self {
        Self {
            account_id: member.account,
            name: member.name.to_string(),
            email: member.email.to_string(),
            reach: ReachView::from(&member.reach),
            since: member.since.to_rfc3339(),
            until: member.until.map(Timestamp::to_rfc3339),
        }
    }
}

/// What a program asks for: `role` or `houses`, and an end.
#[derive(Clone, Debug, Default, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Wanted {
    /// A role in the whole tenant.
    pub role: Option<TenantRole>,
    /// Roles in single houses.
    pub houses: Option<BTreeMap<HouseId, TenantRole>>,
    /// From when on no more, RFC 3339.
    pub until: Option<String>,
}

impl Wanted {
    /// As a wish; one of role and houses has to be there.
    pub fn wish(self) -> Result<Wish, Problem> {
        let reach = reach(self.role, self.houses)?;
        Ok(Wish {
            reach: reach.ok_or_else(one_of_two)?,
            until: self.until.as_deref().map(moment).transpose()?,
        })
    }
}

fn one_of_two() -> Problem {
    Problem::Invalid {
        field: "role",
        why: "or \"houses\" has to be there, and not both: a role in the whole account, or one \
              in each of some houses"
            .to_owned(),
    }
}

/// The reach that is asked for, if one is.
pub(super) fn reach(
    role: Option<TenantRole>,
    houses: Option<BTreeMap<HouseId, TenantRole>>,
) -> Result<Option<Reach>, Problem> {
    match (role, houses) {
        (Some(role), None) => Ok(Some(Reach::Tenant(role))),
        (None, Some(houses)) => Ok(Some(Reach::Houses(houses))),
        (None, None) => Ok(None),
        (Some(_), Some(_)) => Err(one_of_two()),
    }
}

/// The end that is asked for.
pub(super) fn moment(text: &str) -> Result<Timestamp, Problem> {
    Timestamp::from_rfc3339(text).ok_or(Problem::Invalid {
        field: "until",
        why: "must be a moment such as \"2027-01-31T22:00:00Z\"".to_owned(),
    })
}

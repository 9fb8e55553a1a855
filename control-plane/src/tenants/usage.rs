//! Quotas beside use, for what can be counted today.

use futures_util::{StreamExt, stream};
use model::{HouseId, HouseKey, Quota, Quotas};
use serde::Serialize;

use crate::app::App;
use crate::http::acting::{Acting, Guest};
use crate::http::problem::Problem;
use crate::plans::{self, Value};
use crate::sensors;
use crate::store::{Entitlement, House, HousePresence, Tenant};

/// How many houses are asked at one time.
const ASKED_AT_ONCE: usize = 8;

/// One quota beside its use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct QuotaUse {
    /// The quota's name, as in refusals and over-quota problems.
    pub quota: &'static str,
    /// The house, for a quota that counts per house.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub house_id: Option<HouseId>,
    /// How much is allowed: by the plan, or by an exception from it.
    pub allowed: Value,
    /// How much is used; `None` when the house did not answer.
    pub used: Option<u64>,
    /// Whether more is used than is allowed: the limit came later.
    pub over: bool,
}

impl QuotaUse {
    fn new(quota: &Quota, house_id: Option<HouseId>, allowed: u64, used: Option<u64>) -> Self {
        Self {
            quota: quota.name,
            house_id,
            allowed: Value::of(quota, allowed),
            used,
            over: used.is_some_and(|used| used > allowed),
        }
    }
}

/// What a tenant is allowed beside what it uses.
#[derive(Clone, Debug)]
pub struct Usage {
    /// The plan, and the exceptions from it.
    pub entitlement: Entitlement,
    /// Every quota whose use can be counted.
    pub quotas: Vec<QuotaUse>,
}

/// What is known of one house.
struct HouseUse {
    house: HouseId,
    connections: u64,
    sensors: Option<u64>,
}

/// All quotas of the tenant whose use can be counted.
pub async fn usage(app: &App, acting: &Acting<Guest, Tenant>) -> Result<Usage, Problem> {
    let tenant = acting.tenant();
    let mut work = app.store.begin_read().await?;
    let entitlement = plans::service::entitlement(&mut work, tenant.id, app.now()).await?;
    let houses = work.houses().list(tenant.id).await?;
    let house_count = count(houses.len());
    let members = work.members().list(tenant.id).await?.len();
    let present = work.presences().list_for(acting.account().id).await?;
    drop(work);
    let person = sensors::Person::of(acting.account(), acting.role());
    let per_house: Vec<HouseUse> = stream::iter(houses)
        .map(|house| house_use(app, &person, house, &present))
        .buffered(ASKED_AT_ONCE)
        .collect()
        .await;
    let allowed = entitlement.quotas();
    Ok(Usage {
        entitlement,
        quotas: beside(&allowed, house_count, count(members), &per_house),
    })
}

async fn house_use(
    app: &App,
    person: &sensors::Person,
    house: House,
    present: &[(HouseKey, HousePresence)],
) -> HouseUse {
    let presence = present.iter().find(|(key, _)| *key == house.key);
    let connections = presence.map_or(0, |(_, presence)| presence.clients.len());
    let sensors = sensors::list(app, person, &house.id).await;
    HouseUse {
        house: house.id,
        connections: count(connections),
        sensors: sensors.ok().map(|found| count(found.len())),
    }
}

fn beside(allowed: &Quotas, houses: u64, members: u64, per_house: &[HouseUse]) -> Vec<QuotaUse> {
    let mut all = Vec::new();
    let mut add = |name, house: Option<&HouseId>, used| {
        if let Some(quota) = Quota::by_name(name) {
            let allowed = allowed.get(quota);
            all.push(QuotaUse::new(quota, house.cloned(), allowed, used));
        }
    };
    add("houses", None, Some(houses));
    add("members", None, Some(members));
    for one in per_house {
        let house = Some(&one.house);
        add("connections_per_house", house, Some(one.connections));
        add("sensors_per_house", house, one.sensors);
    }
    all
}

fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

//! Quotas beside use, for what can be counted today.

use futures_util::{StreamExt, stream};
use model::{HouseId, HouseKey, Quotas};
use serde::Serialize;

use crate::app::App;
use crate::http::acting::{Acting, Guest};
use crate::http::problem::Problem;
use crate::sensors;
use crate::store::{House, HousePresence, Tenant};

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
    /// How much the plan allows.
    pub allowed: u64,
    /// How much is used; `None` when the house did not answer.
    pub used: Option<u64>,
}

/// What is known of one house.
struct HouseUse {
    house: HouseId,
    connections: u64,
    sensors: Option<u64>,
}

/// All quotas of the tenant whose use can be counted.
pub async fn usage(app: &App, acting: &Acting<Guest, Tenant>) -> Result<Vec<QuotaUse>, Problem> {
    let tenant = acting.tenant();
    let mut work = app.store.begin_read().await?;
    let houses = work.houses().list(tenant.id).await?;
    let house_count = count(houses.len());
    let members = work.members().list(tenant.id).await?.len();
    let present = work.presences().list_for(acting.account().id).await?;
    drop(work);
    let person = sensors::Person::of(acting.account(), acting.role());
    let per_house = stream::iter(houses)
        .map(|house| house_use(app, &person, house, &present))
        .buffered(ASKED_AT_ONCE)
        .collect()
        .await;
    Ok(beside(
        &tenant.plan.quotas(),
        house_count,
        count(members),
        per_house,
    ))
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

fn beside(quotas: &Quotas, houses: u64, members: u64, per_house: Vec<HouseUse>) -> Vec<QuotaUse> {
    let whole = |quota, allowed, used| QuotaUse {
        quota,
        house_id: None,
        allowed,
        used: Some(used),
    };
    let mut all = vec![
        whole("houses", quotas.houses, houses),
        whole("members", quotas.members, members),
    ];
    for house in per_house {
        let of_house = |quota, allowed, used| QuotaUse {
            quota,
            house_id: Some(house.house.clone()),
            allowed,
            used,
        };
        all.push(of_house(
            "connections_per_house",
            quotas.connections_per_house,
            Some(house.connections),
        ));
        all.push(of_house(
            "sensors_per_house",
            quotas.sensors_per_house,
            house.sensors,
        ));
    }
    all
}

fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

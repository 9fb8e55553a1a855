//! What the database knows of a tenant's use now, without asking its houses.

use model::{HouseId, HouseKey, Quota, Quotas, TenantId, Timestamp};

use crate::store::{House, HouseKept, Sent, Span, StoreError, Work};

/// What is used of one quota.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// Which.
    pub quota: &'static Quota,
    /// The house, for a quota that counts per house.
    pub house: Option<HouseId>,
    /// How much; `None` while nobody has said.
    pub used: Option<u64>,
    /// The window it counts in; `None` for what counts at one moment.
    pub window: Option<Span>,
}

impl Use {
    /// Whether at least `percent` of `allowed` is used.
    #[must_use]
    pub fn reaches(&self, percent: u8, allowed: u64) -> bool {
        self.used
            .is_some_and(|used| reaches(used, percent, allowed))
    }
}

/// Whether `used` is at least `percent` of `allowed`.
#[must_use]
pub fn reaches(used: u64, percent: u8, allowed: u64) -> bool {
    u128::from(used) * 100 >= u128::from(allowed) * u128::from(percent)
}

/// What is counted of one house.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HouseCount {
    /// Its key.
    pub key: HouseKey,
    /// The house.
    pub house: House,
    /// Clients that are connected; `None` before its cell said anything.
    pub connections: Option<u64>,
    /// What it keeps.
    pub kept: HouseKept,
}

/// What is counted of a tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    /// When.
    pub at: Timestamp,
    /// Members and open invitations.
    pub members: u64,
    /// What was sent this UTC day, by houses that are deleted by now too.
    pub today: Sent,
    /// Each house, oldest first.
    pub houses: Vec<HouseCount>,
}

impl Counted {
    /// Counts what the tenant uses at `now`.
    pub async fn read(
        work: &mut Work,
        tenant: TenantId,
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        let present = work.presences().list_of(tenant).await?;
        let kept = work.usage().kept(tenant).await?;
        let houses = work.houses().list(tenant).await?;
        let house = |house: House| {
            let presence = present.iter().find(|(key, _)| *key == house.key);
            let kept = kept.iter().find(|(key, _)| *key == house.key);
            HouseCount {
                key: house.key,
                connections: presence.map(|(_, presence)| count(presence.clients.len())),
                kept: kept.map(|(_, kept)| *kept).unwrap_or_default(),
                house,
            }
        };
        Ok(Self {
            at: now,
            members: (work.members().count(tenant, now).await?)
                .saturating_add(work.invitations().count(tenant, now).await?),
            today: work.usage().sent(tenant, Span::day(now)).await?,
            houses: houses.into_iter().map(house).collect(),
        })
    }

    /// Every quota whose use is counted, in the order people read them; those
    /// per house once for each house.
    #[must_use]
    pub fn uses(&self) -> Vec<Use> {
        let mut uses = Vec::new();
        for quota in Quota::ALL {
            let of_tenant = |used, window| Use {
                quota,
                house: None,
                used: Some(used),
                window,
            };
            match quota.name {
                "houses" => uses.push(of_tenant(count(self.houses.len()), None)),
                "members" => uses.push(of_tenant(self.members, None)),
                "messages_per_day" => {
                    uses.push(of_tenant(self.today.messages, Some(Span::day(self.at))));
                }
                name => uses.extend(self.houses.iter().filter_map(|house| {
                    Some(Use {
                        quota,
                        house: Some(house.house.id.clone()),
                        used: house.used(name)?,
                        window: None,
                    })
                })),
            }
        }
        uses
    }

    /// How much of a quota is used; of a quota per house, by the house that
    /// uses most. `None` when it is not counted.
    #[must_use]
    pub fn most(&self, quota: &Quota) -> Option<u64> {
        let uses = self.uses();
        let of_it = uses.iter().filter(|one| one.quota == quota);
        of_it.filter_map(|one| one.used).max()
    }
}

impl HouseCount {
    /// What the house uses of the quota with this name; `None` for one that is
    /// not counted per house.
    #[expect(
        clippy::option_option,
        reason = "not counted at all, and counted but not known yet, are two answers"
    )]
    fn used(&self, quota: &str) -> Option<Option<u64>> {
        Some(match quota {
            "connections_per_house" => Some(self.connections.unwrap_or(0)),
            "retained_bytes" => self.kept.retained_bytes,
            "sensors_per_house" => self.kept.sensors,
            "rules_per_house" => self.kept.rules,
            "history_bytes" => self.kept.history_bytes,
            _ => return None,
        })
    }
}

/// The limit of `quota`; `None` for "unlimited".
#[must_use]
pub fn limit(quotas: &Quotas, quota: &Quota) -> Option<u64> {
    let allowed = quotas.get(quota);
    (!quota.is_unlimited(allowed)).then_some(allowed)
}

fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

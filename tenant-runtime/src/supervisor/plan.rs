//! What should run, read from the state of the cell. Pure.

use std::collections::{BTreeMap, BTreeSet};

use ::house::Identity;
use cell::CellState;
use model::{Hosting, HouseId, Standing};

use crate::house_task::Wanted;

/// The houses that should run, with what is wanted of them.
pub(super) fn wanted(state: &CellState) -> BTreeMap<HouseId, Wanted> {
    state
        .houses()
        .filter(|(tenant, house)| {
            house.hosting == Hosting::Hosted && tenant.standing != Standing::Suspended
        })
        .map(|(tenant, house)| {
            let wanted = Wanted {
                identity: Identity {
                    name: house.name.clone(),
                    timezone: house.timezone.clone(),
                },
                quotas: tenant.quotas,
                read_only: tenant.standing == Standing::ReadOnly,
            };
            (house.house.clone(), wanted)
        })
        .collect()
}

/// Every house of the cell, whether it runs or not: its file is kept.
pub(super) fn houses(state: &CellState) -> BTreeSet<HouseId> {
    state
        .houses()
        .map(|(_, house)| house.house.clone())
        .collect()
}

//! What should run, read from the state of the cell. Pure.

use std::collections::{BTreeMap, BTreeSet};

use ::house::Identity;
use cell::CellState;
use model::{Hosting, HouseId, Standing};

/// The houses that should run, with what the portal says of them.
pub(super) fn wanted(state: &CellState) -> BTreeMap<HouseId, Identity> {
    state
        .houses()
        .filter(|(tenant, house)| {
            house.hosting == Hosting::Hosted && tenant.standing != Standing::Suspended
        })
        .map(|(_, house)| {
            let identity = Identity {
                name: house.name.clone(),
                timezone: house.timezone.clone(),
            };
            (house.house.clone(), identity)
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

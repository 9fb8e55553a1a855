//! The plans that a service begins with. Admins change them and add others; a
//! change of a quota takes effect on live connections in under a second.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::quotas::Quotas;
use crate::role::{UnknownWord, word_enum};

const KIB: u64 = 1 << 10;
const MIB: u64 = 1 << 20;
const GIB: u64 = 1 << 30;

word_enum! {
    /// The plans that come with the product.
    Plan {
        /// For trying out and small homes.
        Free = "free",
        /// For a home.
        Home = "home",
        /// For installers and large homes.
        Pro = "pro",
    }
}

impl Plan {
    /// What the plan gives by default.
    #[must_use]
    pub const fn quotas(self) -> Quotas {
        match self {
            Self::Free => Quotas {
                houses: 1,
                members: 3,
                connections_per_house: 25,
                messages_per_second: 20,
                messages_burst: 200,
                messages_per_day: 200_000,
                message_bytes: MIB,
                retained_bytes: 2 * MIB,
                subscriptions_per_connection: 200,
                offline_messages: 1_000,
                offline_bytes: 2 * MIB,
                sensors_per_house: 100,
                rules_per_house: 50,
                history_days: 30,
                history_bytes: 100 * MIB,
                notifications_per_day: 100,
            },
            Self::Home => Quotas {
                houses: 3,
                members: 10,
                connections_per_house: 100,
                messages_per_second: 100,
                messages_burst: 1_000,
                messages_per_day: 2_000_000,
                message_bytes: 8 * MIB,
                retained_bytes: 16 * MIB,
                subscriptions_per_connection: 500,
                offline_messages: 10_000,
                offline_bytes: 16 * MIB,
                sensors_per_house: 500,
                rules_per_house: 250,
                history_days: 365,
                history_bytes: GIB,
                notifications_per_day: 1_000,
            },
            Self::Pro => Quotas {
                houses: 25,
                members: 100,
                connections_per_house: 500,
                messages_per_second: 500,
                messages_burst: 5_000,
                messages_per_day: 50_000_000,
                message_bytes: 16 * MIB,
                retained_bytes: 64 * MIB,
                subscriptions_per_connection: 1_000,
                offline_messages: 50_000,
                offline_bytes: 64 * MIB,
                sensors_per_house: 5_000,
                rules_per_house: 2_500,
                history_days: 1_825,
                history_bytes: 10 * GIB,
                notifications_per_day: 10_000,
            },
        }
    }
}

/// How many messages a PUBLISH of `payload_bytes` counts as: one per 64 KiB
/// begun, at least one.
#[must_use]
pub const fn messages_counted(payload_bytes: u64) -> u64 {
    let begun = payload_bytes.div_ceil(64 * KIB);
    if begun == 0 { 1 } else { begun }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payload_counts_per_64_kib_begun() {
        let counted: Vec<u64> = [0, 1, 64 * KIB, 64 * KIB + 1, MIB]
            .into_iter()
            .map(messages_counted)
            .collect();
        assert_eq!(counted, [1, 1, 1, 2, 16]);
    }

    #[test]
    fn a_larger_plan_gives_more_of_everything() {
        let rows = |plan: Plan| -> Vec<u64> {
            let value = serde_json::to_value(plan.quotas()).unwrap();
            value
                .as_object()
                .unwrap()
                .values()
                .map(|v| v.as_u64().unwrap())
                .collect()
        };
        for (small, large) in [(Plan::Free, Plan::Home), (Plan::Home, Plan::Pro)] {
            assert!(
                rows(small)
                    .iter()
                    .zip(rows(large))
                    .all(|(small, large)| *small < large)
            );
        }
    }
}

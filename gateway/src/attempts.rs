//! How long the answer to a failed attempt is held back.
//!
//! Secrets have at least 128 random bits, so this is not about guessing but
//! about load: a device with an old passcode knocks for ever, stock modules
//! 1.2 times a second. Nobody is banned, because behind the same address stand
//! devices with the right passcode; only the refusal itself comes later and
//! later, and a right passcode is never delayed.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::time::Duration;

use model::{HouseId, Timestamp};

/// Failures that are answered at once.
const FREE: u32 = 5;
/// The first delay; it doubles with each further failure.
const FIRST_DELAY: Duration = Duration::from_millis(100);
/// The longest delay: below the 10 s after which clients give up waiting.
pub const LONGEST_DELAY: Duration = Duration::from_secs(8);
/// Failures beyond this change nothing any more.
const CEILING: u32 = 20;
/// One failure is forgiven in this time.
const FORGIVEN_EVERY: Duration = Duration::from_secs(10);
/// Addresses and houses remembered, each; when full, the calmest half is
/// forgotten.
const REMEMBERED: usize = 10_000;

#[derive(Clone, Copy)]
struct Failures {
    count: u32,
    last: Timestamp,
}

impl Failures {
    fn at(self, now: Timestamp) -> u32 {
        let forgiven = now.since(self.last).as_secs() / FORGIVEN_EVERY.as_secs();
        self.count
            .saturating_sub(u32::try_from(forgiven).unwrap_or(u32::MAX))
    }
}

struct Ledger<K> {
    rows: HashMap<K, Failures>,
}

impl<K: Clone + Eq + Hash> Ledger<K> {
    fn failed(&mut self, who: &K, now: Timestamp) -> u32 {
        if self.rows.len() >= REMEMBERED && !self.rows.contains_key(who) {
            self.forget_calm(now);
        }
        let row = self.rows.entry(who.clone()).or_insert(Failures {
            count: 0,
            last: now,
        });
        *row = Failures {
            count: row.at(now).saturating_add(1).min(CEILING),
            last: now,
        };
        row.count
    }

    fn forget_calm(&mut self, now: Timestamp) {
        let mut counts: Vec<u32> = self.rows.values().map(|row| row.at(now)).collect();
        let middle = counts.len() / 2;
        let (_, median, _) = counts.select_nth_unstable(middle);
        let median = *median;
        let mut surplus = self.rows.len() / 2;
        self.rows.retain(|_, row| {
            let forget = surplus > 0 && row.at(now) <= median;
            surplus -= usize::from(forget);
            !forget
        });
    }
}

/// Failed attempts of late, per address and per house that exists.
pub struct Attempts {
    addresses: Ledger<IpAddr>,
    houses: Ledger<HouseId>,
}

impl Default for Attempts {
    fn default() -> Self {
        Self {
            addresses: Ledger {
                rows: HashMap::new(),
            },
            houses: Ledger {
                rows: HashMap::new(),
            },
        }
    }
}

impl Attempts {
    /// Notes a failure and says how long its answer is to be held back.
    /// `house` only when it exists: names that were made up leave no trace.
    pub fn failed(
        &mut self,
        now: Timestamp,
        address: Option<IpAddr>,
        house: Option<&HouseId>,
    ) -> Duration {
        let by_address = address.map_or(0, |address| self.addresses.failed(&network(address), now));
        let by_house = house.map_or(0, |house| self.houses.failed(house, now));
        delay(by_address.max(by_house))
    }
}

fn delay(failures: u32) -> Duration {
    match failures.checked_sub(FREE + 1) {
        None => Duration::ZERO,
        Some(doublings) => FIRST_DELAY
            .saturating_mul(2_u32.saturating_pow(doublings))
            .min(LONGEST_DELAY),
    }
}

/// One subscriber of IPv6 commands at least a /64, so that is what counts.
pub(crate) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(v4) => IpAddr::V4(v4),
        IpAddr::V6(v6) => {
            let prefix = v6.to_bits() & (u128::MAX << 64);
            IpAddr::V6(prefix.into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOME: &str = "192.0.2.7";

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn the_answer_comes_later_and_later_and_then_no_later() {
        let mut attempts = Attempts::default();
        let delays: Vec<u128> = (0..15)
            .map(|_| {
                attempts
                    .failed(Timestamp(0), Some(address(HOME)), None)
                    .as_millis()
            })
            .collect();
        assert_eq!(
            delays,
            [
                0, 0, 0, 0, 0, 100, 200, 400, 800, 1_600, 3_200, 6_400, 8_000, 8_000, 8_000
            ]
        );
    }

    #[test]
    fn time_forgives() {
        let mut attempts = Attempts::default();
        for _ in 0..100 {
            attempts.failed(Timestamp(0), Some(address(HOME)), None);
        }
        let later = Timestamp(0).after(FORGIVEN_EVERY * CEILING);
        assert_eq!(
            attempts.failed(later, Some(address(HOME)), None),
            Duration::ZERO
        );
    }

    #[test]
    fn a_house_counts_over_all_addresses_and_a_v6_network_is_one() {
        let house: HouseId = "villa-7k3q9x".parse().unwrap();
        let mut attempts = Attempts::default();
        let last = (0..10)
            .map(|n| {
                attempts.failed(
                    Timestamp(0),
                    Some(address(&format!("192.0.2.{n}"))),
                    Some(&house),
                )
            })
            .last();
        assert!(last > Some(Duration::from_secs(1)));
        let last = (0..10)
            .map(|n| attempts.failed(Timestamp(0), Some(address(&format!("2001:db8::{n}"))), None))
            .last();
        assert!(last > Some(Duration::from_secs(1)));
        assert_eq!(
            attempts.failed(Timestamp(0), Some(address("2001:db8:0:1::1")), None),
            Duration::ZERO
        );
    }

    #[test]
    fn the_memory_is_bounded_and_keeps_the_noisy() {
        let mut attempts = Attempts::default();
        for _ in 0..10 {
            attempts.failed(Timestamp(0), Some(address(HOME)), None);
        }
        for n in 0..50_000_u32 {
            let once = IpAddr::V4((0x0a00_0000 + n).into());
            attempts.failed(Timestamp(0), Some(once), None);
        }
        assert!(attempts.addresses.rows.len() <= REMEMBERED);
        assert!(attempts.failed(Timestamp(0), Some(address(HOME)), None) > Duration::from_secs(1));
    }
}

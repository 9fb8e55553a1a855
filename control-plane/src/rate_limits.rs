//! How often somebody may try: per address and per account.
//!
//! Guards what is worth guessing (passwords, links) and what is worth flooding
//! (sign-ups, mail). Limits live in memory: after a restart everybody starts
//! afresh, which costs an attacker more than it gives.

mod failures;

use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use governor::clock::{Clock, Reference};
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};
use model::{AccountId, Ambient, TenantId};

use self::failures::Failures;
use crate::http::problem::Problem;

/// The clock of the limits: the service's own, so that tests can turn it.
#[derive(Clone)]
struct AmbientClock(Arc<dyn Ambient>);

impl Clock for AmbientClock {
    /// Time since the Unix epoch.
    type Instant = Duration;

    fn now(&self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.now().0).unwrap_or(0))
    }
}

type Keyed<K> = RateLimiter<
    K,
    DefaultKeyedStateStore<K>,
    AmbientClock,
    governor::middleware::NoOpMiddleware<Duration>,
>;

/// All limits of the control plane.
pub struct RateLimits {
    clock: AmbientClock,
    by_address: Keyed<IpAddr>,
    by_account: Keyed<String>,
    by_mailbox: Keyed<String>,
    by_code: Keyed<AccountId>,
    by_inviter: Keyed<TenantId>,
    failed_log_ins: Failures,
}

/// Attempts from one address: this many at once …
const ADDRESS_BURST: NonZeroU32 = NonZeroU32::MIN.saturating_add(29);
/// … and then one more in this time. A family or an office shares an address.
const ADDRESS_EVERY: Duration = Duration::from_secs(2);
/// Attempts for one account, from wherever: this many at once …
const ACCOUNT_BURST: NonZeroU32 = NonZeroU32::MIN.saturating_add(9);
/// … and then one more in this time: 4,320 guesses a day at most.
const ACCOUNT_EVERY: Duration = Duration::from_secs(20);
/// Second-step codes for one account, by whoever knows its password: this many
/// at once …
const CODE_BURST: NonZeroU32 = NonZeroU32::MIN.saturating_add(4);
/// … and then one more in this time: three of a million codes fit, so guessing
/// all day long succeeds once in five hundred days.
const CODE_EVERY: Duration = Duration::from_mins(2);
/// Mails that anybody can have sent to one mailbox: this many at once …
const MAILBOX_BURST: NonZeroU32 = NonZeroU32::MIN.saturating_add(2);
/// … and then one more in this time.
const MAILBOX_EVERY: Duration = Duration::from_mins(5);
/// Invitations that one tenant has mailed: this many at once …
const INVITATION_BURST: NonZeroU32 = NonZeroU32::MIN.saturating_add(29);
/// … and then one more in this time: enough for a large family in one evening,
/// too few to be worth anything to who sends advertisements.
const INVITATION_EVERY: Duration = Duration::from_mins(5);

impl RateLimits {
    /// Nobody has tried anything yet.
    #[must_use]
    pub fn new(ambient: Arc<dyn Ambient>) -> Self {
        let clock = AmbientClock(ambient);
        Self {
            by_address: keyed(ADDRESS_BURST, ADDRESS_EVERY, &clock),
            by_account: keyed(ACCOUNT_BURST, ACCOUNT_EVERY, &clock),
            by_mailbox: keyed(MAILBOX_BURST, MAILBOX_EVERY, &clock),
            by_code: keyed(CODE_BURST, CODE_EVERY, &clock),
            by_inviter: keyed(INVITATION_BURST, INVITATION_EVERY, &clock),
            failed_log_ins: Failures::default(),
            clock,
        }
    }

    /// Counts one attempt from `address`. Not from this machine itself: that
    /// is whoever runs the service, or a reverse proxy, behind which everybody
    /// has its address and one attacker would lock all out. The limit per
    /// account holds there as well.
    pub fn address(&self, address: IpAddr) -> Result<(), Problem> {
        if address.to_canonical().is_loopback() {
            return Ok(());
        }
        self.check(&self.by_address, &attacker(address))
    }

    /// Counts one attempt to log in from `address`, and refuses it when too many
    /// failed before, whichever accounts they were for.
    pub fn log_in_from(&self, address: IpAddr) -> Result<(), Problem> {
        self.address(address)?;
        let wait = self
            .failed_log_ins
            .wait(attacker(address), self.clock.now());
        wait.map_or(Ok(()), |retry_after| Err(limited(retry_after)))
    }

    /// Counts one failed attempt to log in from `address`, unless it is this
    /// machine, see [`RateLimits::address`].
    pub fn log_in_failed(&self, address: IpAddr) {
        if !address.to_canonical().is_loopback() {
            let now = self.clock.now();
            self.failed_log_ins.add(attacker(address), now);
        }
    }

    /// Counts one attempt for the account that `name` stands for: a canonical
    /// e-mail address, whether or not it exists.
    pub fn account(&self, name: &str) -> Result<(), Problem> {
        self.check(&self.by_account, &name.to_owned())
    }

    /// Counts one second-step code typed for `account`, whatever it is typed for.
    pub fn code(&self, account: AccountId) -> Result<(), Problem> {
        self.check(&self.by_code, &account)
    }

    /// Counts one mail to `mailbox`, a canonical e-mail address, whether or not
    /// it is sent in the end.
    pub fn mail(&self, mailbox: &str) -> Result<(), Problem> {
        self.check(&self.by_mailbox, &mailbox.to_owned())
    }

    /// Counts one invitation that `tenant` has mailed.
    pub fn invitation(&self, tenant: TenantId) -> Result<(), Problem> {
        self.check(&self.by_inviter, &tenant)
    }

    /// Forgets everybody who could try again anyway. To be called now and
    /// then, or memory grows with every address ever seen.
    pub fn forget_the_innocent(&self) {
        self.by_address.retain_recent();
        self.by_account.retain_recent();
        self.by_mailbox.retain_recent();
        self.by_code.retain_recent();
        self.by_inviter.retain_recent();
        self.failed_log_ins.forget(self.clock.now());
        self.by_address.shrink_to_fit();
        self.by_account.shrink_to_fit();
        self.by_mailbox.shrink_to_fit();
        self.by_code.shrink_to_fit();
        self.by_inviter.shrink_to_fit();
    }

    fn check<K: Clone + Eq + std::hash::Hash>(
        &self,
        limit: &Keyed<K>,
        key: &K,
    ) -> Result<(), Problem> {
        limit.check_key(key).map_err(|too_soon| {
            let now = self.clock.now();
            let retry_after = too_soon.earliest_possible().duration_since(now).into();
            limited(retry_after)
        })
    }
}

fn limited(retry_after: Duration) -> Problem {
    metrics::counter!("http_rate_limited_total").increment(1);
    Problem::TooManyRequests { retry_after }
}

fn keyed<K: Clone + Eq + std::hash::Hash>(
    burst: NonZeroU32,
    every: Duration,
    clock: &AmbientClock,
) -> Keyed<K> {
    let quota = Quota::with_period(every)
        .unwrap_or_else(|| Quota::per_second(NonZeroU32::MIN))
        .allow_burst(burst);
    RateLimiter::new(quota, DefaultKeyedStateStore::default(), clock.clone())
}

/// Who counts as one: an IPv4 address, or an IPv6 network of 64 bits, which is
/// what one subscriber gets.
fn attacker(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => {
            let network = u128::from(v6) & !u128::from(u64::MAX);
            IpAddr::V6(Ipv6Addr::from(network))
        }
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use model::Timestamp;
    use model::time::ManualAmbient;

    use super::*;

    #[test]
    fn after_the_burst_the_answer_says_how_long_to_wait() {
        let ambient = Arc::new(ManualAmbient::at(Timestamp::from_secs(1_795_264_686)));
        let limits = RateLimits::new(ambient.clone());
        for _ in 0..10 {
            limits.account("anna@example.org").unwrap();
        }
        let Err(Problem::TooManyRequests { retry_after }) = limits.account("anna@example.org")
        else {
            panic!("not limited");
        };
        assert_eq!(retry_after, Duration::from_secs(20));
        limits.account("bob@example.org").unwrap();
        ambient.advance(retry_after);
        limits.account("anna@example.org").unwrap();
        assert!(limits.account("anna@example.org").is_err());
    }

    #[test]
    fn one_subscriber_is_one_address() {
        let limits = RateLimits::new(Arc::new(ManualAmbient::at(Timestamp(1 << 40))));
        let within = |host: u16| IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 1, 2, 0, 0, 0, host));
        for host in 0..30 {
            limits.address(within(host)).unwrap();
        }
        assert!(limits.address(within(99)).is_err());
        limits.address("2001:db8:1:3::1".parse().unwrap()).unwrap();
        let mapped = "::ffff:192.0.2.1".parse().unwrap();
        for _ in 0..30 {
            limits.address(mapped).unwrap();
        }
        assert!(limits.address("192.0.2.1".parse().unwrap()).is_err());
        for _ in 0..100 {
            limits.address("127.0.0.1".parse().unwrap()).unwrap();
            limits.address("::ffff:127.0.0.1".parse().unwrap()).unwrap();
        }
    }

    #[test]
    fn those_who_may_try_again_are_forgotten() {
        let ambient = Arc::new(ManualAmbient::at(Timestamp(1 << 40)));
        let limits = RateLimits::new(ambient.clone());
        limits.account("anna@example.org").unwrap();
        ambient.advance(Duration::from_hours(1));
        limits.forget_the_innocent();
        assert_eq!(limits.by_account.len(), 0);
    }
}

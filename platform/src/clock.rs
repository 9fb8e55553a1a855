//! The real source of time and chance.

use std::sync::LazyLock;
use std::time::{Duration, Instant, UNIX_EPOCH};

use model::{Ambient, Timestamp};

/// Where [`Ambient::elapsed`] counts from: its first call in this process.
static START: LazyLock<Instant> = LazyLock::new(Instant::now);

/// The system's clock and the cryptographic random generator.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemAmbient;

impl Ambient for SystemAmbient {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the clock"
    )]
    fn now(&self) -> Timestamp {
        let since_epoch = std::time::SystemTime::now().duration_since(UNIX_EPOCH);
        Timestamp(since_epoch.map_or(0, |span| {
            i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
        }))
    }

    fn elapsed(&self) -> Duration {
        START.elapsed()
    }

    #[expect(
        clippy::expect_used,
        reason = "without entropy no secret may be made at all"
    )]
    fn fill_random(&self, buffer: &mut [u8]) {
        aws_lc_rs::rand::fill(buffer).expect("the system gives random bytes");
    }
}

//! Passwords of people: what is accepted, and how they are kept.
//!
//! Argon2id with 19 MiB, two passes, one lane (the second set of parameters of
//! the OWASP password storage advice). Hashing runs off the async threads, and
//! only as many at once as there are permits, so that a flood of log-ins costs
//! at most that many times 19 MiB and that many cores.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use model::Ambient;
use tokio::sync::Semaphore;

use crate::http::problem::Problem;

/// Memory of one hash, in KiB.
const MEMORY_KIB: u32 = 19 * 1024;
/// Passes over it.
const PASSES: u32 = 2;
/// Hashes at one time.
const AT_ONCE: usize = 2;
/// Hashes that may wait for a permit before newcomers are sent away.
const WAITING: usize = 64;

/// A password as typed. Never shown by `Debug`, never stored.
#[derive(Clone)]
pub struct Password(String);

/// Why a text is not accepted as a new password; continues the word "password".
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WeakPassword {
    /// Fewer than [`Password::SHORTEST`] characters.
    #[error(
        "must have at least {} characters; a few words make a good one",
        Password::SHORTEST
    )]
    Short,
    /// More than [`Password::LONGEST`] bytes.
    #[error("must have at most {} bytes", Password::LONGEST)]
    Long,
    /// One character again and again, or the e-mail address.
    #[error("is too easy to guess; choose a few words that do not belong together")]
    Guessable,
}

impl Password {
    /// Fewest characters of a new password (NIST SP 800-63B asks for 8; we
    /// have no second factor yet).
    pub const SHORTEST: usize = 10;
    /// Most bytes, so that hashing never reads a whole body.
    pub const LONGEST: usize = 256;

    /// A new password for the account of `email`.
    pub fn choose(typed: &str, email: &str) -> Result<Self, WeakPassword> {
        if typed.chars().count() < Self::SHORTEST {
            return Err(WeakPassword::Short);
        }
        if typed.len() > Self::LONGEST {
            return Err(WeakPassword::Long);
        }
        let mut distinct: Vec<char> = typed.chars().collect();
        distinct.sort_unstable();
        distinct.dedup();
        if distinct.len() < 4 || typed.eq_ignore_ascii_case(email) {
            return Err(WeakPassword::Guessable);
        }
        Ok(Self(typed.to_owned()))
    }

    /// What somebody types to log in: anything, cut at the longest there is.
    #[must_use]
    pub fn attempt(typed: &str) -> Self {
        Self(typed.chars().take(Self::LONGEST + 1).collect())
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

/// Hashes and checks passwords.
#[derive(Clone)]
pub struct Passwords {
    permits: Arc<Semaphore>,
    queue: Arc<Semaphore>,
    ambient: Arc<dyn Ambient>,
    runs: Arc<AtomicU64>,
}

impl Passwords {
    /// Takes salts from `ambient`.
    #[must_use]
    pub fn new(ambient: Arc<dyn Ambient>) -> Self {
        Self {
            permits: Arc::new(Semaphore::new(AT_ONCE)),
            queue: Arc::new(Semaphore::new(AT_ONCE + WAITING)),
            ambient,
            runs: Arc::default(),
        }
    }

    /// How many hashes were computed so far. What depends on whether somebody
    /// has an account must not show here: a hash takes longer than all else.
    #[must_use]
    pub fn runs(&self) -> u64 {
        self.runs.load(Ordering::Relaxed)
    }

    /// The PHC string to keep for `password`.
    pub async fn hash(&self, password: Password) -> Result<String, Problem> {
        let salt = self.salt();
        self.off_thread(move || {
            hasher()?
                .hash_password_with_salt(password.0.as_bytes(), &salt)
                .map(|hash| hash.to_string())
        })
        .await?
        .map_err(Problem::internal)
    }

    /// Whether `password` is the one kept as `stored`. With nothing stored the
    /// same work is done and the answer is no, so that the time does not tell
    /// whether an account exists.
    pub async fn verify(
        &self,
        password: Password,
        stored: Option<String>,
    ) -> Result<bool, Problem> {
        let salt = self.salt();
        self.off_thread(move || match stored {
            Some(stored) => match PasswordHash::new(&stored) {
                Ok(hash) => hasher()?
                    .verify_password(password.0.as_bytes(), &hash)
                    .map(|()| true)
                    .or(Ok(false)),
                Err(broken) => Err(broken.into()),
            },
            None => hasher()?
                .hash_password_with_salt(password.0.as_bytes(), &salt)
                .map(|_same_work| false),
        })
        .await?
        .map_err(Problem::internal)
    }

    fn salt(&self) -> [u8; 16] {
        let mut salt = [0; 16];
        self.ambient.fill_random(&mut salt);
        salt
    }

    async fn off_thread<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let _place = self.queue.try_acquire().map_err(|_| Problem::Busy)?;
        let permit = Arc::clone(&self.permits)
            .acquire_owned()
            .await
            .map_err(Problem::internal)?;
        self.runs.fetch_add(1, Ordering::Relaxed);
        tokio::task::spawn_blocking(move || {
            // Held until the hash is done, also when the caller went away.
            let _permit = permit;
            work()
        })
        .await
        .map_err(Problem::internal)
    }
}

fn hasher() -> Result<Argon2<'static>, argon2::password_hash::Error> {
    let params = Params::new(MEMORY_KIB, PASSES, 1, None)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

#[cfg(test)]
mod tests {
    use model::Timestamp;
    use model::time::ManualAmbient;

    use super::*;

    #[test]
    fn weak_passwords_are_refused_with_the_reason() {
        let choose = |typed: &str| Password::choose(typed, "anna.long@example.org").map(|_| ());
        assert_eq!(choose("short"), Err(WeakPassword::Short));
        assert_eq!(choose(&"ab ".repeat(100)), Err(WeakPassword::Long));
        assert_eq!(choose("aaaaaaaaaaaa"), Err(WeakPassword::Guessable));
        assert_eq!(
            choose("Anna.Long@example.org"),
            Err(WeakPassword::Guessable)
        );
        assert_eq!(choose("violet harbour 42"), Ok(()));
        assert_eq!(choose("我的家在海边有一只猫"), Ok(()));
    }

    #[tokio::test]
    async fn only_the_right_password_fits_and_the_parameters_are_kept_with_it() {
        let passwords = Passwords::new(Arc::new(ManualAmbient::at(Timestamp(0))));
        let chosen = Password::choose("violet harbour", "a@b").unwrap();
        let stored = passwords.hash(chosen).await.unwrap();
        assert!(
            stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{stored}"
        );
        for (typed, stored, fits) in [
            ("violet harbour", Some(stored.clone()), true),
            ("Violet harbour", Some(stored), false),
            ("violet harbour", None, false),
        ] {
            let found = passwords.verify(Password::attempt(typed), stored).await;
            assert_eq!(found.unwrap(), fits, "{typed}");
        }
        let broken = passwords.verify(Password::attempt("x"), Some("plain".into()));
        assert!(matches!(broken.await, Err(Problem::Internal(_))));
    }

    #[tokio::test]
    async fn more_than_the_queue_holds_are_sent_away() {
        let passwords = Passwords::new(Arc::new(ManualAmbient::at(Timestamp(0))));
        let taken = passwords
            .queue
            .clone()
            .acquire_many_owned(66)
            .await
            .unwrap();
        let refused = passwords.verify(Password::attempt("x"), None).await;
        assert!(matches!(refused, Err(Problem::Busy)));
        drop(taken);
        assert!(
            !passwords
                .verify(Password::attempt("x"), None)
                .await
                .unwrap()
        );
    }
}

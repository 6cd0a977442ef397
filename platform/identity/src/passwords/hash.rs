//! Argon2id off the async threads, as many at once as there are cores: a flood of logins waits in line instead of taking the
//! machine. Hashes of the older PBKDF2 format are accepted and marked for renewal.

use std::{num::NonZeroU32, sync::Arc, time::Duration};

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use aws_lc_rs::pbkdf2;
use base64::{Engine, engine::general_purpose::STANDARD};
use kernel::{AppError, AppResult};
use tokio::sync::{OnceCell, Semaphore};

/// OWASP's first choice for Argon2id without parallelism: 19 MiB, two passes
/// (Password Storage Cheat Sheet).
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
/// More iterations than any release of the older system used would only serve an attacker who can write hashes.
const MOST_ITERATIONS: u32 = 2_000_000;
/// Who waits longer for a turn is told to try again.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// What a hash says about a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Wrong,
    Right,
    /// Right, but hashed in an older way: hash it anew.
    RightOutdated,
}

/// Hashes and verifies. Cheap to clone; clones share the line.
#[derive(Clone)]
pub struct Hasher {
    turns: Arc<Semaphore>,
    decoy: Arc<OnceCell<String>>,
}

impl Default for Hasher {
    fn default() -> Self {
        Self::new()
    }
}

impl Hasher {
    #[must_use]
    pub fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self { turns: Arc::new(Semaphore::new(cores)), decoy: Arc::default() }
    }

    /// A PHC string: `$argon2id$v=19$m=19456,t=2,p=1$…`.
    pub async fn hash(&self, password: &str) -> AppResult<String> {
        let password = password.to_owned();
        self.in_turn(move || hash(&password)).await?
    }

    /// A hash that cannot be read is nobody's password.
    pub async fn verify(&self, password: &str, hash: &str) -> AppResult<Verdict> {
        let (password, hash) = (password.to_owned(), hash.to_owned());
        self.in_turn(move || verify(&password, &hash)).await
    }

    /// Takes as long as [`Hasher::verify`], for accounts that do not exist or have no password.
    pub async fn verify_nothing(&self, password: &str) -> AppResult<()> {
        let decoy = self.decoy.get_or_try_init(|| self.hash("of nobody")).await?.clone();
        self.verify(password, &decoy).await.map(drop)
    }

    async fn in_turn<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> AppResult<T> {
        let turn = tokio::time::timeout(LONGEST_WAIT, self.turns.clone().acquire_owned())
            .await
            .map_err(|_| AppError::unavailable("unavailable"))?
            .map_err(AppError::internal)?;
        tokio::task::spawn_blocking(move || {
            // Held by the work itself: a caller that goes away does not make room for one more.
            let _turn = turn;
            work()
        })
        .await
        .map_err(AppError::internal)
    }
}

fn argon2() -> AppResult<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, PASSES, 1, None).map_err(|e| AppError::internal(e.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash(password: &str) -> AppResult<String> {
    let salt = kernel::tokens::random_bytes::<16>();
    let hash: PasswordHash = argon2()?.hash_password_with_salt(password.as_bytes(), &salt).map_err(|e| AppError::internal(e.to_string()))?;
    Ok(hash.to_string())
}

fn verify(password: &str, stored: &str) -> Verdict {
    if let Some(rest) = stored.strip_prefix("pbkdf2_sha256$") {
        return if verify_pbkdf2(password, rest).is_some() { Verdict::RightOutdated } else { Verdict::Wrong };
    }
    let Ok(hash) = PasswordHash::new(stored) else { return Verdict::Wrong };
    if Argon2::default().verify_password(password.as_bytes(), &hash).is_err() {
        return Verdict::Wrong;
    }
    let present = Params::try_from(&hash).is_ok_and(|p| p.m_cost() >= MEMORY_KIB && p.t_cost() >= PASSES);
    if present && hash.algorithm.as_str() == "argon2id" { Verdict::Right } else { Verdict::RightOutdated }
}

/// `iterations$salt$hash`, the hash in base64 of 32 bytes, the salt taken as its characters.
fn verify_pbkdf2(password: &str, rest: &str) -> Option<()> {
    let mut parts = rest.split('$');
    let (iterations, salt, hash) = (parts.next()?, parts.next()?, parts.next()?);
    let iterations = iterations.parse::<NonZeroU32>().ok().filter(|n| n.get() <= MOST_ITERATIONS)?;
    let hash = STANDARD.decode(hash).ok().filter(|hash| hash.len() == 32 && parts.next().is_none())?;
    pbkdf2::verify(pbkdf2::PBKDF2_HMAC_SHA256, iterations, salt.as_bytes(), password.as_bytes(), &hash).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_verifies_its_own_password_only_and_states_its_cost() {
        let stored = hash("mbuni-7-kiti").unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert_eq!(verify("mbuni-7-kiti", &stored), Verdict::Right);
        assert_eq!(verify("mbuni-7-kitu", &stored), Verdict::Wrong);
        assert_ne!(hash("mbuni-7-kiti").unwrap(), stored, "every hash has a salt of its own");
    }

    /// RFC 7914 section 11 publishes PBKDF2-HMAC-SHA-256 of "passwd" with salt "salt", one iteration; its first 32 bytes.
    #[test]
    fn a_published_pbkdf2_hash_is_accepted_and_marked_for_renewal() {
        let hash = STANDARD.encode(hex::decode("55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc").unwrap());
        assert_eq!(verify("passwd", &format!("pbkdf2_sha256$1$salt${hash}")), Verdict::RightOutdated);
        assert_eq!(verify("Passwd", &format!("pbkdf2_sha256$1$salt${hash}")), Verdict::Wrong);
    }

    #[test]
    fn what_cannot_be_read_is_nobodys_password() {
        let hash = STANDARD.encode([0; 32]);
        for stored in
            ["", "!", "pbkdf2_sha256$0$salt$x", &format!("pbkdf2_sha256$999999999$salt${hash}"), "pbkdf2_sha256$1$salt$AAAA", "$argon2id$v=19$"]
        {
            assert_eq!(verify("passwd", stored), Verdict::Wrong, "{stored}");
        }
    }

    #[test]
    fn a_cheaper_argon2_hash_is_renewed() {
        let cheap = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(1024, 1, 1, None).unwrap());
        let stored = cheap.hash_password_with_salt(b"mbuni-7-kiti", &[1; 16]).unwrap().to_string();
        assert_eq!(verify("mbuni-7-kiti", &stored), Verdict::RightOutdated);
    }
}

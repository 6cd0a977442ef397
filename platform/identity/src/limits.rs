//! How often somebody may try. Nobody is ever locked out: whoever waits as long as `Retry-After` says may try again, and
//! attempts from elsewhere do not lengthen that wait. Limits count in this process; what must hold across processes (attempts
//! per code) is counted in the database.

use std::{
    collections::HashMap,
    hash::Hash,
    net::IpAddr,
    num::NonZeroU32,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock as _, DefaultClock},
};
use kernel::{AppError, Kind, http::client::limit_key, tenant::TenantId};

use crate::{UserId, UserKind};

/// How long to wait before the next try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait(pub Duration);

impl From<Wait> for AppError {
    fn from(Wait(wait): Wait) -> Self {
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        AppError::new(Kind::RateLimited, "identity.too_many_attempts").with("retry_after", seconds.max(1).to_string())
    }
}

/// A steady rate per key with a burst.
pub struct Rate<K: Hash + Eq + Clone> {
    limiter: DefaultKeyedRateLimiter<K>,
    clock: DefaultClock,
    calls: AtomicU32,
}

impl<K: Hash + Eq + Clone> Rate<K> {
    /// `burst` tries at once, then one per `refill`.
    #[must_use]
    pub fn new(burst: NonZeroU32, refill: Duration) -> Self {
        let quota = Quota::with_period(refill).unwrap_or(Quota::per_second(NonZeroU32::MIN)).allow_burst(burst);
        Self { limiter: RateLimiter::keyed(quota), clock: DefaultClock::default(), calls: AtomicU32::new(0) }
    }
    /// Counts one try of `key`.
    pub fn check(&self, key: &K) -> Result<(), Wait> {
        if self.calls.fetch_add(1, Ordering::Relaxed) % 1024 == 1023 {
            self.limiter.retain_recent();
        }
        self.limiter.check_key(key).map_err(|until| Wait(until.wait_time_from(self.clock.now())))
    }
}

/// Some free tries, then waits that double with each further one until a success.
pub struct Backoff<K: Hash + Eq + Clone> {
    free: u32,
    first: Duration,
    longest: Duration,
    tries: Mutex<HashMap<K, Tries>>,
}

struct Tries {
    count: u32,
    blocked_until: Instant,
}

/// Above this many keys those that may try again at once are dropped.
const MANY: usize = 50_000;

impl<K: Hash + Eq + Clone> Backoff<K> {
    #[must_use]
    pub fn new(free: u32, first: Duration, longest: Duration) -> Self {
        Self { free, first, longest, tries: Mutex::default() }
    }

    /// Counts a try before its outcome is known, so that many at once do not all slip through.
    pub fn attempt(&self, key: &K, now: Instant) -> Result<(), Wait> {
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        if tries.len() > MANY {
            let keep = self.longest;
            tries.retain(|_, t| t.blocked_until + keep > now);
        }
        let entry = tries.entry(key.clone()).or_insert(Tries { count: 0, blocked_until: now });
        if entry.blocked_until > now {
            return Err(Wait(entry.blocked_until - now));
        }
        // A key that was left alone for long starts anew.
        if entry.blocked_until + 4 * self.longest < now {
            entry.count = 0;
        }
        entry.count = entry.count.saturating_add(1);
        entry.blocked_until = now + self.pause_after(entry.count);
        Ok(())
    }

    /// The last try was right: the next ones are free again.
    pub fn succeeded(&self, key: &K) {
        self.tries.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
    }

    fn pause_after(&self, count: u32) -> Duration {
        match count.checked_sub(self.free) {
            None | Some(0) => Duration::ZERO,
            Some(over) => self.first.saturating_mul(1 << (over - 1).min(20)).min(self.longest),
        }
    }
}

type Account = (TenantId, UserKind, String);

/// The limits of signing in and of codes.
pub struct Limits {
    login_address: Rate<IpAddr>,
    login_account: Rate<Account>,
    login_pair: Backoff<(Account, IpAddr)>,
    code_address: Rate<IpAddr>,
    code_account: Rate<Account>,
    check_address: Rate<IpAddr>,
    passkey_address: Rate<IpAddr>,
    code_check: Backoff<(Account, IpAddr)>,
    second_factor: Rate<(TenantId, UserId)>,
}

impl Default for Limits {
    fn default() -> Self {
        Self::new()
    }
}

const fn times(n: u32) -> NonZeroU32 {
    match NonZeroU32::new(n) {
        Some(n) => n,
        None => NonZeroU32::MIN,
    }
}

impl Limits {
    #[must_use]
    pub fn new() -> Self {
        Self {
            // Kenyan carriers put many phones behind one address.
            login_address: Rate::new(times(30), Duration::from_secs(4)),
            login_account: Rate::new(times(50), Duration::from_secs(10)),
            login_pair: Backoff::new(5, Duration::from_secs(2), Duration::from_secs(300)),
            code_address: Rate::new(times(15), Duration::from_secs(30)),
            code_account: Rate::new(times(4), Duration::from_secs(120)),
            check_address: Rate::new(times(60), Duration::from_secs(2)),
            passkey_address: Rate::new(times(60), Duration::from_secs(2)),
            code_check: Backoff::new(5, Duration::from_secs(2), Duration::from_secs(300)),
            // Who guesses here knows the password already, so the limit holds wherever the guesses come from.
            second_factor: Rate::new(times(10), Duration::from_secs(60)),
        }
    }

    /// One try to sign in with a password. The strict limit holds for account and address together, so that a stranger who
    /// guesses does not keep the owner out.
    pub fn login(&self, tenant: TenantId, kind: UserKind, email_norm: &str, address: IpAddr) -> Result<(), Wait> {
        let address = limit_key(address);
        let account = (tenant, kind, email_norm.to_owned());
        // First the address: whoever tries many accounts from one does not fill the memory of the pairs.
        self.login_address.check(&address)?;
        self.login_pair.attempt(&(account.clone(), address), Instant::now())?;
        self.login_account.check(&account)
    }

    pub fn login_succeeded(&self, tenant: TenantId, kind: UserKind, email_norm: &str, address: IpAddr) {
        self.login_pair.succeeded(&((tenant, kind, email_norm.to_owned()), limit_key(address)));
    }

    /// One message with a code or link that somebody not signed in asks for.
    pub fn code_request(&self, tenant: TenantId, kind: UserKind, email_norm: &str, address: IpAddr) -> Result<(), Wait> {
        self.code_address.check(&limit_key(address))?;
        self.code_account.check(&(tenant, kind, email_norm.to_owned()))
    }

    /// One try to enter a code.
    pub fn code_check(&self, tenant: TenantId, kind: UserKind, email_norm: &str, address: IpAddr) -> Result<(), Wait> {
        self.check_address.check(&limit_key(address))?;
        self.code_check.attempt(&((tenant, kind, email_norm.to_owned()), limit_key(address)), Instant::now())
    }

    /// One log-in with a passkey, begun or answered: each leaves a row.
    pub fn passkey(&self, address: IpAddr) -> Result<(), Wait> {
        self.passkey_address.check(&limit_key(address))
    }

    /// One try to show a second factor.
    pub fn second_factor(&self, tenant: TenantId, user: UserId) -> Result<(), Wait> {
        self.second_factor.check(&(tenant, user))
    }

    pub fn code_succeeded(&self, tenant: TenantId, kind: UserKind, email_norm: &str, address: IpAddr) {
        self.code_check.succeeded(&((tenant, kind, email_norm.to_owned()), limit_key(address)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_lets_its_burst_through_and_then_says_how_long_to_wait() {
        let rate = Rate::new(times(3), Duration::from_secs(60));
        for _ in 0..3 {
            assert_eq!(rate.check(&"a"), Ok(()));
        }
        let Wait(wait) = rate.check(&"a").unwrap_err();
        assert!(wait > Duration::from_secs(55) && wait <= Duration::from_secs(60), "{wait:?}");
        assert_eq!(rate.check(&"b"), Ok(()), "another key is not affected");
    }

    #[test]
    fn waits_double_with_each_try_up_to_the_longest_and_end_with_a_success() {
        let backoff = Backoff::new(2, Duration::from_secs(2), Duration::from_secs(10));
        let mut now = Instant::now();
        assert_eq!((backoff.attempt(&1, now), backoff.attempt(&1, now)), (Ok(()), Ok(())));
        for expected in [2, 4, 8, 10, 10] {
            assert_eq!(backoff.attempt(&1, now), Ok(()));
            assert_eq!(backoff.attempt(&1, now), Err(Wait(Duration::from_secs(expected))));
            now += Duration::from_secs(expected);
        }
        backoff.succeeded(&1);
        assert_eq!((backoff.attempt(&1, now), backoff.attempt(&1, now)), (Ok(()), Ok(())));
    }

    #[test]
    fn tries_while_waiting_do_not_lengthen_the_wait() {
        let backoff = Backoff::new(0, Duration::from_secs(8), Duration::from_secs(60));
        let start = Instant::now();
        assert_eq!(backoff.attempt(&1, start), Ok(()));
        for second in 1..8 {
            assert_eq!(backoff.attempt(&1, start + Duration::from_secs(second)), Err(Wait(Duration::from_secs(8 - second))));
        }
        assert_eq!(backoff.attempt(&1, start + Duration::from_secs(8)), Ok(()));
    }

    #[test]
    fn a_stranger_at_another_address_does_not_keep_the_owner_out() {
        let limits = Limits::new();
        let (tenant, kind, email) = (TenantId::new(), UserKind::Customer, "asha@example.com");
        let (stranger, owner) = (IpAddr::from([192, 0, 2, 1]), IpAddr::from([192, 0, 2, 2]));
        while limits.login(tenant, kind, email, stranger).is_ok() {}
        assert_eq!(limits.login(tenant, kind, email, owner), Ok(()));
    }

    #[test]
    fn an_error_names_whole_seconds_of_at_least_one() {
        let error = AppError::from(Wait(Duration::from_millis(1200)));
        assert_eq!(error.params, [("retry_after", "2".to_owned())]);
        assert_eq!(AppError::from(Wait(Duration::ZERO)).params, [("retry_after", "1".to_owned())]);
    }
}

//! How often somebody may ask. By visitor and by address, since many phones share one carrier address. Limits are per process;
//! quotas that cost money live in the database.

use std::{net::IpAddr, num::NonZeroU32};

use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock, DefaultClock},
};
use kernel::{AppError, Kind, http::client::limit_key};
use uuid::Uuid;

/// The limiters of one process.
pub struct RequestLimits {
    visitor: DefaultKeyedRateLimiter<Uuid>,
    address: DefaultKeyedRateLimiter<IpAddr>,
    api_visitor: DefaultKeyedRateLimiter<IpAddr>,
    api_user: DefaultKeyedRateLimiter<Uuid>,
    page_user: DefaultKeyedRateLimiter<Uuid>,
    /// One for all requests: a new one asks the processor what it can do, which is slow in a virtual machine.
    clock: DefaultClock,
}

fn per_hour(requests: u32) -> Quota {
    let requests = NonZeroU32::new(requests).unwrap_or(NonZeroU32::MIN);
    // A fifth of the hour's share may come at once.
    Quota::per_hour(requests).allow_burst(NonZeroU32::new(requests.get() / 5).unwrap_or(NonZeroU32::MIN))
}

/// Who asks, as far as limits care.
pub enum Asker {
    PageVisitor(Uuid),
    ApiVisitor,
    ApiUser(Uuid),
    PageUser(Uuid),
}

impl Asker {
    fn name(&self) -> &'static str {
        match self {
            Asker::PageVisitor(_) => "page_visitor",
            Asker::ApiVisitor => "api_visitor",
            Asker::ApiUser(_) => "api_user",
            Asker::PageUser(_) => "page_user",
        }
    }
}

impl RequestLimits {
    #[must_use]
    pub fn new(config: &crate::config::Limits) -> Self {
        Self {
            visitor: RateLimiter::keyed(per_hour(config.visitor_per_hour)),
            address: RateLimiter::keyed(per_hour(config.address_per_hour)),
            api_visitor: RateLimiter::keyed(per_hour(config.api_visitor_per_hour)),
            api_user: RateLimiter::keyed(per_hour(config.api_user_per_hour)),
            page_user: RateLimiter::keyed(per_hour(config.page_user_per_hour)),
            clock: DefaultClock::default(),
        }
    }

    /// `rate_limited` with the seconds to wait, if this is once too often.
    pub fn check(&self, asker: &Asker, address: IpAddr) -> Result<(), AppError> {
        let address = limit_key(address);
        let wait = match asker {
            Asker::PageVisitor(visitor) => self.visitor.check_key(visitor).and(self.address.check_key(&address)).err(),
            Asker::PageUser(user) => self.page_user.check_key(user).err(),
            Asker::ApiVisitor => self.api_visitor.check_key(&address).err(),
            Asker::ApiUser(user) => self.api_user.check_key(user).err(),
        };
        match wait {
            None => Ok(()),
            Some(not_until) => {
                metrics::counter!("wakala_rate_limited_total", "asker" => asker.name()).increment(1);
                let seconds = not_until.wait_time_from(self.clock.now()).as_secs().max(1);
                Err(AppError::new(Kind::RateLimited, "rate_limited").with("retry_after", seconds.to_string()))
            }
        }
    }

    /// Forgets who has not asked for a while; run now and then, or memory grows with every visitor.
    pub fn forget_idle(&self) {
        self.visitor.retain_recent();
        self.address.retain_recent();
        self.api_visitor.retain_recent();
        self.api_user.retain_recent();
        self.page_user.retain_recent();
    }
}

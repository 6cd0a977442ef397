//! Business time. Rules ask the scope for the time, never the machine, so that tests and demonstrations can set it.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use chrono::{DateTime, Duration, NaiveDate, TimeZone, Utc};
use chrono_tz::Tz;

/// Gives the present instant, shifted forward where a demonstration asked for it. Cheap to clone; clones share the shift.
#[derive(Debug, Clone, Default)]
pub struct Clock {
    shift_ms: Arc<AtomicI64>,
    fixed: Option<DateTime<Utc>>,
}

impl Clock {
    /// The machine's clock.
    #[must_use]
    pub fn system() -> Self {
        Self::default()
    }
    /// Stands still at `instant`, plus what `advance` adds.
    #[must_use]
    pub fn fixed(instant: DateTime<Utc>) -> Self {
        Self { fixed: Some(instant), ..Self::default() }
    }
    /// The present instant, in whole microseconds as PostgreSQL keeps them.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        let now = self.fixed.unwrap_or_else(Utc::now) + Duration::milliseconds(self.shift_ms.load(Ordering::Relaxed));
        Utc.timestamp_micros(now.timestamp_micros()).single().unwrap_or(now)
    }
    /// Moves business time forward for everybody who shares this clock.
    pub fn advance(&self, by: Duration) {
        self.shift_ms.fetch_add(by.num_milliseconds().max(0), Ordering::Relaxed);
    }
    /// Today in the given time zone.
    #[must_use]
    pub fn today(&self, zone: Tz) -> NaiveDate {
        self.now().with_timezone(&zone).date_naive()
    }
}

//! How long sessions last; each tenant may shorten or lengthen it.

use kernel::settings::Setting;
use serde::{Deserialize, Serialize};

use crate::UserKind;

/// Minutes without a request after which a session ends, and minutes after which it ends in any case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct SessionSettings {
    pub staff_idle_minutes: u32,
    pub staff_longest_minutes: u32,
    pub customer_idle_minutes: u32,
    pub customer_longest_minutes: u32,
}

impl Default for SessionSettings {
    /// Staff: two hours idle, twelve in all, as a working day needs. Customers: a day idle, thirty days in all.
    fn default() -> Self {
        Self { staff_idle_minutes: 120, staff_longest_minutes: 12 * 60, customer_idle_minutes: 24 * 60, customer_longest_minutes: 30 * 24 * 60 }
    }
}

impl Setting for SessionSettings {
    const KEY: &'static str = "identity.sessions";
}

impl SessionSettings {
    /// Idle and longest time, in seconds; at least a minute.
    pub(crate) fn seconds(&self, kind: UserKind) -> (i32, i64) {
        let (idle, longest) = match kind {
            UserKind::Staff => (self.staff_idle_minutes, self.staff_longest_minutes),
            UserKind::Customer => (self.customer_idle_minutes, self.customer_longest_minutes),
        };
        (i32::try_from(idle.max(1).saturating_mul(60)).unwrap_or(i32::MAX), i64::from(longest.max(1)) * 60)
    }
}

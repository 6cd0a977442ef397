//! Of whom the tenant demands a second factor, and for how long a confirmation holds.

use chrono::TimeDelta;
use kernel::settings::Setting;
use serde::{Deserialize, Serialize};

/// Decided by administrators; the database reads it too, for every request of staff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SecondFactorPolicy {
    /// All staff must have one.
    pub everybody: bool,
    /// Or those who hold one of these roles, by key.
    pub roles: Vec<String>,
    /// Minutes in which something grave is done without being asked again.
    pub confirmation_minutes: u32,
}

/// The longest a confirmation may hold: a working day.
pub(crate) const LONGEST_CONFIRMATION: u32 = 12 * 60;

impl Default for SecondFactorPolicy {
    fn default() -> Self {
        Self { everybody: false, roles: Vec::new(), confirmation_minutes: 15 }
    }
}

impl Setting for SecondFactorPolicy {
    const KEY: &'static str = "identity.second_factor";
}

impl SecondFactorPolicy {
    /// How long a confirmation holds.
    #[must_use]
    pub fn confirmation(&self) -> TimeDelta {
        TimeDelta::minutes(i64::from(self.confirmation_minutes.clamp(1, LONGEST_CONFIRMATION)))
    }
    /// Whether it is short enough, and not nothing.
    #[must_use]
    pub fn is_acceptable(&self) -> bool {
        (1..=LONGEST_CONFIRMATION).contains(&self.confirmation_minutes)
    }
}

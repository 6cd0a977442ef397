//! When the tenant reminds, and how long notices stand.

use kernel::{AppResult, TenantTx, error::Fields, settings::Setting};
use serde::{Deserialize, Serialize};

use super::{PlanDigests, PlanReminders};

/// Days count in calendar days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NoticeSettings {
    /// Days before a payment is due on which its payer is reminded.
    pub due_before: Vec<u16>,
    /// Days after it was due.
    pub overdue_after: Vec<u16>,
    /// Days before the last day of a policy.
    pub expiring_before: Vec<u16>,
    /// The hour of the tenant's day from which the digest is sent on business days.
    pub digest_hour: u8,
    /// Days after which a notice is archived.
    pub keep_days: u16,
}

impl Default for NoticeSettings {
    fn default() -> Self {
        Self { due_before: vec![7, 1], overdue_after: vec![1, 7], expiring_before: vec![30, 7, 1], digest_hour: 7, keep_days: 90 }
    }
}

impl Setting for NoticeSettings {
    const KEY: &'static str = "outreach.notices";
}

/// The farthest step, the most steps of one kind.
const FARTHEST: u16 = 120;
const MOST_STEPS: usize = 6;

impl NoticeSettings {
    /// As typed into a form: days parted by commas.
    ///
    /// # Errors
    /// Those of the fields.
    pub fn read(typed: &TypedSettings) -> AppResult<Self> {
        let mut fields = Fields::new();
        let settings = Self {
            due_before: days(&mut fields, "due_before", &typed.due_before),
            overdue_after: days(&mut fields, "overdue_after", &typed.overdue_after),
            expiring_before: days(&mut fields, "expiring_before", &typed.expiring_before),
            digest_hour: number(&mut fields, "digest_hour", &typed.digest_hour, 0, 23).and_then(|hour| u8::try_from(hour).ok()).unwrap_or_default(),
            keep_days: number(&mut fields, "keep_days", &typed.keep_days, 7, 730).unwrap_or_default(),
        };
        fields.finish()?;
        Ok(settings)
    }

    /// Replaces the tenant's settings if they are still those that were read.
    pub async fn save(&self, tx: &mut TenantTx, expected: i32) -> AppResult<()> {
        tx.set_setting(self, expected).await?;
        // They rest until the hour that was.
        tx.end_rest::<PlanReminders>().await?;
        tx.end_rest::<PlanDigests>().await
    }
}

/// What a form sends.
#[derive(Debug, Clone, Default)]
pub struct TypedSettings {
    pub due_before: String,
    pub overdue_after: String,
    pub expiring_before: String,
    pub digest_hour: String,
    pub keep_days: String,
}

/// Empty: never.
fn days(fields: &mut Fields, name: &'static str, typed: &str) -> Vec<u16> {
    let parts = typed.split([',', ';', ' ']).map(str::trim).filter(|part| !part.is_empty());
    let read: Option<Vec<u16>> = parts.map(|part| part.parse().ok().filter(|day| (1..=FARTHEST).contains(day))).collect();
    let mut days = fields.check(name, read.filter(|days| days.len() <= MOST_STEPS), "notice-days-invalid").unwrap_or_default();
    days.sort_unstable_by(|a, b| b.cmp(a));
    days.dedup();
    days
}

fn number(fields: &mut Fields, name: &'static str, typed: &str, from: u16, to: u16) -> Option<u16> {
    fields.check(name, typed.trim().parse().ok().filter(|number| (from..=to).contains(number)), "field-invalid")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_from_far_to_near_and_each_once() {
        let typed = TypedSettings {
            due_before: "1, 7;7".into(),
            overdue_after: String::new(),
            expiring_before: "30 7".into(),
            digest_hour: " 6 ".into(),
            keep_days: "90".into(),
        };
        let settings = NoticeSettings::read(&typed).unwrap();
        assert_eq!((settings.due_before, settings.overdue_after, settings.expiring_before), (vec![7, 1], vec![], vec![30, 7]));
        let wrong = TypedSettings { due_before: "0".into(), overdue_after: "soon".into(), digest_hour: "24".into(), ..typed };
        let error = NoticeSettings::read(&wrong).unwrap_err();
        assert_eq!(error.fields.iter().map(|field| field.field.as_ref()).collect::<Vec<_>>(), ["due_before", "overdue_after", "digest_hour"]);
    }
}

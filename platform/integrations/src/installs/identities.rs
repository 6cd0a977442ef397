//! Client certificates run out, and whoever has to get new ones needs time for it.

use chrono::{Days, NaiveDate};
use kernel::{AppResult, ReadTx};
use plugin_host::{
    manifest::{Manifest, Mode, Setting, SettingKind},
    pem,
};
use uuid::Uuid;

use crate::Integrations;

/// How long before a certificate's last day it is warned of.
const NOTICE: Days = Days::new(30);

/// A sentence for each certificate in the settings of one mode that soon runs out, or has.
pub(super) async fn warnings(integrations: &Integrations, tx: &mut ReadTx, id: Uuid, mode: Mode, manifest: &Manifest) -> AppResult<Vec<String>> {
    let certificates: Vec<(&String, &Setting)> =
        manifest.config.iter().filter(|(_, setting)| setting.kind == SettingKind::ClientCertificate).collect();
    if certificates.is_empty() {
        return Ok(Vec::new());
    }
    let (secrets, today) = (integrations.open_secrets(tx, id, mode).await?, tx.scope().today());
    let of = |(key, setting): (&String, &Setting)| {
        let (year, month, day) = pem::last_day(secrets.get(key)?.expose())?;
        warning(&setting.title, NaiveDate::from_ymd_opt(year, month, day)?, today)
    };
    Ok(certificates.into_iter().filter_map(of).collect())
}

fn warning(title: &str, last_day: NaiveDate, today: NaiveDate) -> Option<String> {
    let soon = today.checked_add_days(NOTICE)?;
    match last_day {
        day if day < today => Some(format!("\"{title}\" ran out on {day}. Enter a new one.")),
        day if day <= soon => Some(format!("\"{title}\" runs out on {day}. Get a new one and enter it before.")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_is_warned_of_a_month_before_its_last_day() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap_or_else(|error| panic!("{error}"));
        let on = |today: &str| warning("Certificate", day("2027-03-31"), day(today));
        assert_eq!(on("2027-02-28"), None);
        assert!(on("2027-03-01").is_some_and(|words| words.contains("runs out on 2027-03-31")));
        assert!(on("2027-03-31").is_some_and(|words| words.contains("runs out")));
        assert!(on("2027-04-01").is_some_and(|words| words.contains("ran out")));
    }
}

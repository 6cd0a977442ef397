//! One movement of a bank's statement, and the form in which the reconciliation takes it.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;
use kernel::money::Money;
use ports::payment::{ProviderState, StatementLine};
use sha2::{Digest, Sha256};

use crate::{columns::words, reference::Reference};

words! {
    Format {
        Csv = "csv",
        Mt940 = "mt940",
        Camt053 = "camt053",
    }
}

impl Format {
    /// By what every file of a format begins with; any other text is CSV.
    #[must_use]
    pub fn of(file: &[u8]) -> Option<Self> {
        let start = String::from_utf8_lossy(file.get(..4096).unwrap_or(file));
        let start = start.trim_start_matches('\u{feff}').trim_start();
        if start.starts_with('<') {
            return start.contains("camt.053").then_some(Self::Camt053);
        }
        if start.contains(":20:") && start.contains(":25:") {
            return Some(Self::Mt940);
        }
        // A sheet or an archive is no text.
        let binary = start.contains('\0') || start.starts_with("PK\u{3}\u{4}");
        (!binary && !start.is_empty()).then_some(Self::Csv)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Movement {
    Money,
    /// What the bank takes for itself.
    Charge,
    /// An earlier movement taken back.
    Reversal,
}

/// A movement as the bank wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankLine {
    /// The bank's own id, if it writes one.
    pub id: Option<String>,
    pub booked_on: NaiveDate,
    pub value_on: Option<NaiveDate>,
    /// Positive: to us.
    pub amount: Money,
    pub movement: Movement,
    /// Announced, not booked.
    pub pending: bool,
    /// What the payer gave as reference.
    pub reference: Option<String>,
    pub counterparty: Option<String>,
    pub narrative: Option<String>,
}

impl BankLine {
    fn kind(&self) -> &'static str {
        match (self.movement, self.amount.is_positive()) {
            (Movement::Charge, _) => "fee",
            (Movement::Reversal, _) => "adjustment",
            (Movement::Money, true) => "payment",
            (Movement::Money, false) => "payout",
        }
    }

    /// Its id, under its day where `daily`, or one made of what the movement is. Movements that are alike in everything are told apart
    /// by their number, which is the same in every file that holds the whole day.
    fn name(&self, daily: bool, seen: &mut HashMap<String, u32>) -> String {
        let plain = |id: &String| id.chars().filter(|c| !c.is_control()).take(160).collect::<String>();
        let name = match &self.id {
            Some(id) if daily => format!("{}-{}", self.booked_on, plain(id)),
            Some(id) => plain(id),
            None => {
                let told = |text: &Option<String>| text.as_deref().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
                let all = [self.amount.minor.to_string(), told(&self.reference), told(&self.counterparty), told(&self.narrative)].join("|");
                let digest = Sha256::digest(all.as_bytes());
                let hex: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
                format!("{}-{hex}", self.booked_on)
            }
        };
        let count = seen.entry(format!("{name}|{}|{}", self.kind(), self.amount.minor)).or_default();
        *count += 1;
        if *count > 1 { format!("{name}#{count}") } else { name }
    }

    /// Our own reference, wherever the payer wrote it; else what the bank gives as reference, else the whole narrative.
    fn told_reference(&self) -> Option<String> {
        let texts = [&self.reference, &self.narrative, &self.counterparty];
        let ours = texts.into_iter().flatten().find_map(|text| {
            Reference::parse(text)
                .or_else(|| text.split(|c: char| !c.is_ascii_alphanumeric()).find_map(Reference::parse))
                .map(|found| found.to_string())
        });
        ours.or_else(|| self.reference.clone()).or_else(|| self.narrative.clone())
    }
}

/// The movements as lines of a statement. A day begins at noon of `zone`, since banks tell no hours. `daily`: an id names a movement of
/// one day only, for some banks begin to count anew every day.
#[must_use]
pub fn statement_lines(lines: Vec<BankLine>, zone: Tz, daily: bool) -> Vec<StatementLine> {
    let mut seen = HashMap::new();
    lines
        .into_iter()
        .map(|line| StatementLine {
            provider_ref: line.name(daily, &mut seen),
            receipt: line.id.clone(),
            kind: line.kind().to_owned(),
            state: if line.pending { ProviderState::Pending } else { ProviderState::Received },
            gross: line.amount,
            fee: None,
            reference: line.told_reference(),
            counterparty: match (&line.counterparty, &line.narrative) {
                (Some(name), Some(text)) if name != text => Some(format!("{name}, {text}")),
                (name, text) => name.clone().or_else(|| text.clone()),
            },
            occurred_at: noon(line.booked_on, zone),
            settled_on: line.value_on,
        })
        .collect()
}

fn noon(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    let local = day.and_time(NaiveTime::from_hms_opt(12, 0, 0).unwrap_or_default());
    zone.from_local_datetime(&local).earliest().map_or_else(|| local.and_utc(), |at| at.with_timezone(&Utc))
}

#[cfg(test)]
mod tests {
    use kernel::money::Currency;

    use super::*;

    fn line(narrative: &str, minor: i64) -> BankLine {
        BankLine {
            id: None,
            booked_on: NaiveDate::from_ymd_opt(2026, 11, 20).unwrap(),
            value_on: None,
            amount: Money::new(minor, Currency::KES),
            movement: Movement::Money,
            pending: false,
            reference: None,
            counterparty: None,
            narrative: Some(narrative.to_owned()),
        }
    }

    #[test]
    fn formats_are_told_by_how_files_begin() {
        assert_eq!(
            Format::of(b"\xef\xbb\xbf<?xml version=\"1.0\"?><Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.02\">"),
            Some(Format::Camt053)
        );
        assert_eq!(Format::of(b"<html>"), None);
        assert_eq!(Format::of(b"{1:F01}{4:\n:20:STARTUMS\n:25:1/2\n"), Some(Format::Mt940));
        assert_eq!(Format::of(b"Date,Amount\n"), Some(Format::Csv));
        assert_eq!((Format::of(b"PK\x03\x04sheet"), Format::of(b"")), (None, None));
    }

    #[test]
    fn movements_alike_in_everything_are_told_apart_by_number_and_keep_their_names_in_longer_files() {
        let names = |count: usize| -> Vec<String> {
            let lines = std::iter::repeat_n(line("Cash deposit", 100_000), count).collect();
            statement_lines(lines, chrono_tz::Africa::Nairobi, true).into_iter().map(|line| line.provider_ref).collect()
        };
        let (two, three) = (names(2), names(3));
        assert_ne!(two[0], two[1]);
        assert_eq!(two[..], three[..2]);
        assert!(two[0].starts_with("2026-11-20-"));
    }

    #[test]
    fn an_id_that_a_bank_uses_again_on_another_day_is_another_movement() {
        let on = |day: u32| BankLine { id: Some("DEP1".into()), booked_on: NaiveDate::from_ymd_opt(2026, 11, day).unwrap(), ..line("Deposit", 100) };
        let names = |daily| -> Vec<String> {
            let lines = statement_lines(vec![on(19), on(20), on(20)], chrono_tz::Africa::Nairobi, daily);
            lines.into_iter().map(|line| line.provider_ref).collect()
        };
        assert_eq!(names(true), ["2026-11-19-DEP1", "2026-11-20-DEP1", "2026-11-20-DEP1#2"]);
        assert_eq!(names(false)[0], "DEP1", "a provider's id is one for ever");
    }

    #[test]
    fn our_reference_is_found_inside_a_narrative() {
        let ours = Reference::random().to_string();
        let told = |text: &str| line(text, 1).told_reference();
        assert_eq!(told(&format!("TRF FROM ASHA MFANO/{}/MOTOR", ours.to_lowercase())), Some(ours.clone()));
        assert_eq!(told("Rent of November").as_deref(), Some("Rent of November"));
    }

    #[test]
    fn a_day_stays_the_same_day_in_the_tenants_zone() {
        let at = noon(NaiveDate::from_ymd_opt(2026, 11, 20).unwrap(), chrono_tz::Africa::Nairobi);
        assert_eq!(at.to_rfc3339(), "2026-11-20T09:00:00+00:00");
    }
}

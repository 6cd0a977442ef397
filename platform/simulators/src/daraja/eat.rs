//! East Africa Time: every timestamp that the provider writes is UTC+3 without an offset.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, Utc};

/// Now, as the simulator's book records it.
pub(crate) fn now() -> DateTime<Utc> {
    Utc::now()
}

/// The wall clock of Nairobi at that instant.
pub(crate) fn local(at: DateTime<Utc>) -> NaiveDateTime {
    FixedOffset::east_opt(3 * 3600).map_or_else(|| at.naive_utc(), |eat| at.with_timezone(&eat).naive_local())
}

/// The business day in Nairobi.
pub(crate) fn day(at: DateTime<Utc>) -> NaiveDate {
    local(at).date()
}

/// `yyyyMMddHHmmss`.
pub(crate) fn compact(at: DateTime<Utc>) -> String {
    local(at).format("%Y%m%d%H%M%S").to_string()
}

/// `dd-MM-yyyy HH:mm:ss`, as statements print it.
pub(crate) fn statement(at: DateTime<Utc>) -> String {
    local(at).format("%d-%m-%Y %H:%M:%S").to_string()
}

/// `dd.MM.yyyy HH:mm:ss`, as payout results print it.
pub(crate) fn dotted(at: DateTime<Utc>) -> String {
    local(at).format("%d.%m.%Y %H:%M:%S").to_string()
}

/// Whether a request's timestamp has the provider's form and names a real moment.
pub(crate) fn is_timestamp(text: &str) -> bool {
    text.len() == 14 && text.bytes().all(|b| b.is_ascii_digit()) && NaiveDateTime::parse_from_str(text, "%Y%m%d%H%M%S").is_ok()
}

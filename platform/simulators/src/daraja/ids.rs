//! Identifiers in the forms the provider gives them. All are opaque to a client.

use chrono::{DateTime, Datelike, Utc};
use rand::RngExt;
use rand::rngs::StdRng;

use super::eat;

const ALPHANUMERIC: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const BASE36: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

fn pick(rng: &mut StdRng, alphabet: &[u8], n: usize) -> String {
    (0..n).filter_map(|_| alphabet.get(rng.random_range(0..alphabet.len()))).map(|b| char::from(*b)).collect()
}

/// Access token: 28 characters.
pub(crate) fn token(rng: &mut StdRng) -> String {
    pick(rng, ALPHANUMERIC, 28)
}

/// Gateway request id, `12345-12345678-1`.
pub(crate) fn request_id(rng: &mut StdRng) -> String {
    format!("{}-{}-1", rng.random_range(10_000..100_000), rng.random_range(10_000_000..100_000_000))
}

/// MerchantRequestID: four groups of hexadecimal digits.
pub(crate) fn merchant_request_id(rng: &mut StdRng) -> String {
    let mut group = |n| pick(rng, b"0123456789abcdef", n);
    format!("{}-{}-{}-{}", group(4), group(4), group(4), group(18))
}

/// CheckoutRequestID: `ws_CO_`, moment to the millisecond, last nine digits of the phone.
pub(crate) fn checkout_request_id(at: DateTime<Utc>, phone: &str) -> String {
    let tail: String = phone.chars().skip(phone.chars().count().saturating_sub(9)).collect();
    format!("ws_CO_{}{tail}", eat::local(at).format("%d%m%Y%H%M%S%3f"))
}

/// ConversationID of an asynchronous request.
pub(crate) fn conversation_id(rng: &mut StdRng, at: DateTime<Utc>) -> String {
    format!("AG_{}_2010{}", eat::local(at).format("%Y%m%d"), pick(rng, b"0123456789abcdef", 16))
}

/// Receipt: a letter for the year (N is 2019), one for the month, a digit or letter for the day, then
/// seven characters. Uniqueness is the book's concern.
pub(crate) fn receipt(rng: &mut StdRng, at: DateTime<Utc>) -> String {
    let day = eat::day(at);
    let letter = |n: u32| char::from(b'A' + u8::try_from(n % 26).unwrap_or(0));
    let year = letter(u32::try_from(day.year() - 2006).unwrap_or(0));
    let month = letter(day.month0());
    let of_month = usize::try_from(day.day()).ok().and_then(|d| BASE36.get(d)).map_or('0', |b| char::from(*b));
    format!("{year}{month}{of_month}{}", pick(rng, BASE36, 7))
}

//! What the provider tells by itself: signed over the exact bytes with the secret key, without an id and without a time.

use std::net::{IpAddr, Ipv4Addr};

use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha512;

use crate::scripted::Callback;

/// One of the three published addresses.
const SOURCE: IpAddr = IpAddr::V4(Ipv4Addr::new(52, 31, 139, 75));

/// The notice of an event.
pub(crate) fn notice(url: &str, secret_key: &str, event: &str, data: &Value) -> Callback {
    let body = json!({ "event": event, "data": data }).to_string().into_bytes();
    let headers = vec![("content-type".to_owned(), "application/json".to_owned()), ("x-paystack-signature".to_owned(), signature(secret_key, &body))];
    Callback { url: url.to_owned(), method: "POST".to_owned(), headers, body, source: Some(SOURCE) }
}

/// An HMAC takes keys of any length, so there always is one.
fn signature(secret_key: &str, body: &[u8]) -> String {
    let Ok(mut mac) = <Hmac<Sha512> as KeyInit>::new_from_slice(secret_key.as_bytes()) else { return String::new() };
    mac.update(body);
    hex::encode(mac.finalize().into_bytes())
}

//! What is checked before a provider's request is stored.

use std::net::IpAddr;

use plugin_host::manifest::Manifest;
use plugin_host::{Unverified, verify_webhook};

use crate::support::{Installation, MANIFEST};

const INSIDE: &str = "192.0.2.7";

fn check(entry: &str, source: &str, headers: &[(&str, &str)], body: &[u8]) -> Result<(), Unverified> {
    let text = MANIFEST.replace("mode = \"deferred\"", &format!("mode = \"deferred\"\n{entry}"));
    let manifest = Manifest::parse(&text).expect("a manifest");
    let headers: Vec<_> = headers.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
    let source: IpAddr = source.parse().expect("an address");
    verify_webhook(manifest.webhook("report", "POST").expect("a webhook"), Installation::new("", "").as_ref(), source, &headers, body)
}

#[test]
fn only_the_providers_networks_are_taken() {
    let entry = "source_ips = [\"192.0.2.0/28\"]";
    assert_eq!(check(entry, INSIDE, &[], b""), Ok(()));
    assert_eq!(check(entry, "::ffff:192.0.2.7", &[], b""), Ok(()));
    assert_eq!(check(entry, "192.0.2.16", &[], b""), Err(Unverified::Source));
    assert_eq!(check("", "192.0.2.16", &[], b""), Ok(()));
}

#[test]
fn an_hmac_covers_the_exact_body() {
    let entry = "signature = { scheme = \"hmac\", header = \"X-Signature\", prefix = \"sha256=\", secret = \"open\" }";
    // HMAC-SHA-256 of `{"a":1}` under `open sesame`.
    let code = "sha256=".to_owned() + &hmac_hex(b"open sesame", b"{\"a\":1}");
    assert_eq!(check(entry, INSIDE, &[("x-signature", &code)], b"{\"a\":1}"), Ok(()));
    assert_eq!(check(entry, INSIDE, &[("x-signature", &code)], b"{\"a\":2}"), Err(Unverified::Signature));
    assert_eq!(check(entry, INSIDE, &[("x-signature", &code[7..])], b"{\"a\":1}"), Err(Unverified::Signature));
    assert_eq!(check(entry, INSIDE, &[("x-signature", "sha256=")], b"{\"a\":1}"), Err(Unverified::Signature));
    assert_eq!(check(entry, INSIDE, &[], b"{\"a\":1}"), Err(Unverified::Signature));
}

#[test]
fn a_standard_webhook_without_its_headers_is_not_taken() {
    let entry = "signature = { scheme = \"standard-webhooks\", secret = \"password\" }";
    assert_eq!(check(entry, INSIDE, &[("webhook-id", "msg_1"), ("webhook-timestamp", "1")], b""), Err(Unverified::NoKey), "the key is no base64");
    let entry = "signature = { scheme = \"standard-webhooks\", secret = \"client_secret\" }";
    assert!(check(entry, INSIDE, &[], b"").is_err());
}

#[test]
fn basic_authentication_needs_user_and_password() {
    let entry = "signature = { scheme = \"basic\", user = \"client_id\", secret = \"open\" }";
    // client:open sesame
    assert_eq!(check(entry, INSIDE, &[("authorization", "Basic Y2xpZW50Om9wZW4gc2VzYW1l")], b""), Ok(()));
    // client:open
    assert_eq!(check(entry, INSIDE, &[("authorization", "Basic Y2xpZW50Om9wZW4=")], b""), Err(Unverified::Signature));
    assert_eq!(check(entry, INSIDE, &[], b""), Err(Unverified::Signature));
}

fn hmac_hex(key: &[u8], data: &[u8]) -> String {
    use aws_lc_rs::hmac;
    let code = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), data);
    code.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

//! Where a reader goes on after signing in: a page of this portal, never another site.

/// The path if it is one of this host's; `/account` otherwise. Browsers read `//host` and `/\host` as other sites.
#[must_use]
pub fn local(path: &str) -> String {
    let plain = path.starts_with('/')
        && !path.starts_with("//")
        && path.len() <= 500
        && !path.bytes().any(|b| b == b'\\' || b.is_ascii_control() || !b.is_ascii());
    if plain { path.to_owned() } else { "/account".to_owned() }
}

/// A query value, percent-encoded.
#[must_use]
pub fn encoded(text: &str) -> String {
    text.bytes().fold(String::with_capacity(text.len()), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~' | b'/') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
        out
    })
}

/// `/login?next=…`, so that the reader comes back to `path`.
#[must_use]
pub fn login(path: &str) -> String {
    format!("/login?next={}", encoded(&local(path)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_portal_are_gone_to() {
        for good in ["/account", "/checkout/pay?step=2", "/orders/1#pay"] {
            assert_eq!(local(good), good);
        }
        for bad in
            ["", "https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/a\r\nset-cookie: x", "/\u{9}/evil.example"]
        {
            assert_eq!(local(bad), "/account", "{bad:?}");
        }
    }

    #[test]
    fn a_place_survives_the_trip_through_an_address() {
        assert_eq!(login("/quotes/1?add=a b"), "/login?next=/quotes/1%3Fadd%3Da%20b");
    }
}

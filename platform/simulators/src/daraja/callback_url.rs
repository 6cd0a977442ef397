//! Which URLs the provider accepts for callbacks.
//!
//! What the real validator checks is not published; this one demands what the documentation demands.

use std::net::IpAddr;

use url::{Host, Url};

use super::config::{Profile, Route};

/// Hosts that documentation samples use and people forget to replace.
const PLACEHOLDERS: [&str; 6] = ["mydomain.com", "yourdomain.com", "your-domain.com", "example.com", "example.org", "example.net"];

/// Endings that no public name has.
const PRIVATE: [&str; 6] = [".localhost", ".local", ".internal", ".lan", ".test", ".invalid"];

/// Words that are refused in URLs registered for typed-in payments.
const FORBIDDEN_WORDS: [&str; 7] = ["mpesa", "safaricom", "exe", "exec", "cmd", "sql", "query"];

/// Tunnels that production refuses.
const TUNNELS: [&str; 5] = ["ngrok", "mockbin", "requestbin", "localtunnel", "serveo"];

/// An https URL on a public name. A name under `.test` counts as public only if a route leads there.
pub(crate) fn is_public_https(text: &str, routes: &[Route]) -> bool {
    is_public(text, routes) && text.starts_with("https://")
}

/// A URL that may be registered for typed-in payments.
pub(crate) fn may_be_registered(text: &str, profile: Profile, routes: &[Route]) -> bool {
    let lower = text.to_ascii_lowercase();
    let secure = text.starts_with("https://") || profile == Profile::Sandbox;
    let tunnel = profile == Profile::Production && TUNNELS.iter().any(|word| lower.contains(word));
    is_public(text, routes) && secure && !tunnel && !FORBIDDEN_WORDS.iter().any(|word| lower.contains(word))
}

fn is_public(text: &str, routes: &[Route]) -> bool {
    if text.contains(['<', '>', '{', '}', '[', ']', ' ']) {
        return false;
    }
    let Ok(url) = Url::parse(text) else {
        return false;
    };
    if !matches!(url.scheme(), "http" | "https") || !url.username().is_empty() {
        return false;
    }
    let Some(Host::Domain(host)) = url.host() else {
        return false;
    };
    if host.parse::<IpAddr>().is_ok() || !host.contains('.') {
        return false;
    }
    if routes.iter().any(|route| route.matches(host)) {
        return true;
    }
    let below = |name: &str| host == name || host.ends_with(&format!(".{name}"));
    !PRIVATE.iter().any(|ending| host.ends_with(ending)) && !PLACEHOLDERS.iter().any(|name| below(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn routes() -> Vec<Route> {
        vec![Route::new("*.wakala.test", ([127, 0, 0, 1], 8080).into())]
    }

    #[test]
    fn a_public_https_name_is_accepted_with_any_path_and_port() {
        for url in ["https://acme.wakala.test/hooks/abc", "https://pay.bima.co.ke:8443/x?y=z"] {
            assert!(is_public_https(url, &routes()), "{url}");
        }
    }

    #[test]
    fn everything_else_is_refused() {
        for url in [
            "",
            "acme.wakala.test/hooks",
            "http://acme.wakala.test/hooks",
            "https://localhost/hooks",
            "https://acme.localhost/hooks",
            "https://127.0.0.1/hooks",
            "https://[::1]/hooks",
            "https://10.0.0.7/hooks",
            "https://intranet/hooks",
            "https://unrouted.test/hooks",
            "https://mydomain.com/path",
            "https://api.example.com/hooks",
            "https://user@acme.wakala.test/hooks",
            "https://acme.wakala.test/<token>",
            "ftp://acme.wakala.test/hooks",
        ] {
            assert!(!is_public_https(url, &routes()), "{url}");
        }
    }

    #[test]
    fn production_refuses_tunnels_and_plain_http_for_registered_urls() {
        assert!(may_be_registered("http://acme.wakala.test/c2b", Profile::Sandbox, &routes()));
        assert!(!may_be_registered("http://acme.wakala.test/c2b", Profile::Production, &routes()));
        assert!(!may_be_registered("https://a1.ngrok.io/c2b", Profile::Production, &routes()));
        assert!(!may_be_registered("https://acme.wakala.test/mpesa", Profile::Sandbox, &routes()));
    }
}

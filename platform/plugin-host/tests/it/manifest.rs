//! Manifests: what is refused, what tenants read, what an upgrade adds.

use plugin_host::manifest::{Manifest, Mode};
use serde_json::json;

use crate::support::MANIFEST;

fn problems(text: &str) -> String {
    Manifest::parse(text).expect_err("refused").to_string()
}

fn changed(from: &str, to: &str) -> String {
    assert!(MANIFEST.contains(from), "{from}");
    MANIFEST.replacen(from, to, 1)
}

#[test]
fn every_broken_rule_is_named_with_its_place() {
    let cases = [
        (changed("id = \"example.hostile\"", "id = \"Hostile\""), "id: must be a reverse domain name"),
        (changed("version = \"1.0.0\"", "version = \"1.0\""), "version: must be a semantic version"),
        (format!("{MANIFEST}\n[upgrade]\nfrom = \"newer\""), "upgrade.from: must be a range of versions"),
        (changed("version = \"1.0.0\"", "version = \"1.0.0-a/../b\""), "version: must be a semantic version"),
        (changed("version = \"1.0.0\"", &format!("version = \"1.0.0-{}\"", "a".repeat(100))), "version: must be a semantic version"),
        (format!("{MANIFEST}#{}", "x".repeat(256 << 10)), "plugin.toml: has more than 256 KiB"),
        (changed("license = ", "support = \"javascript:alert(1)\"\nlicense = "), "support: must be an https address or an address of mail"),
        (changed("[display]", "[display]\ndocs = \"http://example.com\""), "display.docs: must be an https address"),
        (changed("wakala:payments@1.0", "wakala:messaging@1.0"), "wit: must name the package of this kind"),
        (changed("kind = \"payment\"", "kind = \"payment\"\nprovides = [\"magic\"]"), "provides: `magic` is no ability"),
        (changed("why = \"the provider of the tests\"", "why = \"fine\\u001B[2K\""), "capabilities: must not hold control characters"),
        (changed("title = \"Password\"", "title = \"Pass\\u202Eword\""), "config: must not hold control characters"),
        (changed("summary = \"Misbehaves", "summary = \"One\\nMisbehaves"), "display: must not hold control characters"),
        (changed("why = \"the provider of the tests\"", "why = \"\""), "capabilities.http[0].why: must tell the tenant"),
        (changed("\"payable-by-reference\"", "\"everything\""), "capabilities.lookups: `everything` is unknown"),
        (
            changed("http_from_config = [\"server\"]", "http_from_config = [\"password\"]"),
            "capabilities.http_from_config: `password` is no setting of type string",
        ),
        (changed("min = 1", "min = 0"), "method `test`: needs 1 <= min <= max"),
        (changed("max = 1000000", "max = 1000050\nsmallest_unit = 100"), "method `test`: min and max must be multiples"),
        (
            changed("max = 1000000", "max = 1000000\ndirect = [{ kind = \"till\", setting = \"password\" }]"),
            "method `test`: direct must name plain settings",
        ),
        (changed("mode = \"deferred\"", "mode = \"answered\""), "webhook `report`: an answered webhook needs the fallback"),
        (
            changed(
                "hosts = [\"api.example.com\"]\nparts = [\"header\"]\n\n[config.open]",
                "hosts = [\"evil.example.net\"]\nparts = [\"header\"]\n\n[config.open]",
            ),
            "config.password: hosts: `evil.example.net` is not among capabilities.http",
        ),
        (changed("reveal = \"The tests look at it.\"", "reveal = \"x\""), "config.open: reveal must tell the tenant why"),
        (
            changed("token_url = \"https://api.example.com/", "token_url = \"https://elsewhere.example.com/"),
            "oauth2.token_url must be https on a host of capabilities.http",
        ),
        (
            changed("client_secret = \"client_secret\"", "client_secret = \"client_secret\"\nexpose = [\"team\", \"access_token\"]"),
            "oauth2.expose must not name a token",
        ),
        (changed("client_secret = \"client_secret\"", "client_secret = \"client_id\""), "oauth2.client_secret must name a setting of type secret"),
        (changed("default = \"nothing\"", "default = \"nothing\"\npattern = \"^[\""), "config.behaviour: does not make a schema"),
        (changed("default = \"nothing\"", "default = \"nothing\"\npattern = \"^x$\""), "config.behaviour: the default does not satisfy"),
    ];
    for (text, expected) in cases {
        let found = problems(&text);
        assert!(found.contains(expected), "expected `{expected}`, found `{found}`");
    }
}

#[test]
fn a_secret_without_hosts_goes_where_the_tenants_own_address_leads_and_needs_one() {
    let (hosts, none) = ("hosts = [\"api.example.com\"]\nparts = [\"header\"]\n\n[config.open]", "parts = [\"header\"]\n\n[config.open]");
    let typed = changed(hosts, none);
    assert!(Manifest::parse(&typed).is_ok());
    let nowhere = typed.replacen("http_from_config = [\"server\"]", "", 1);
    assert!(problems(&nowhere).contains("config.password: hosts and parts come together"));
}

#[test]
fn misspelt_and_unreadable_entries_are_refused() {
    let line = MANIFEST.split("[display]").next().map_or(0, |before| before.matches('\n').count() + 1);
    assert!(problems(&changed("[display]", "[dispaly]")).contains(&format!("line {line}: unknown field")));
    assert!(problems(&changed("host = \"api.example.com\"", "host = \"https://api.example.com\"")).contains("is no host"));
    assert!(problems(&changed("\"128KiB\"", "\"128 kilobytes\"")).contains("is no size"));
    assert!(problems("id = ").contains("plugin.toml"));
}

#[test]
fn tenants_read_what_they_agree_to() {
    let manifest = Manifest::parse(MANIFEST).expect("a manifest");
    let sentences: Vec<String> = manifest.permissions().into_iter().map(|p| p.sentence).collect();
    for expected in [
        "Sends requests to api.example.com.",
        "Sends requests to live.example.com in live mode.",
        "Sends requests to port.example.com:8443.",
        "Reads the value of \"Open secret\" itself, not only through the platform.",
        "Has the platform send the secret \"Password\" to api.example.com, in the header of a request.",
        "Has the platform send the secret \"Client secret\" to api.example.com, to obtain access.",
        "Has the platform send an access token obtained for \"Access\" to api.example.com, in the header of a request.",
        "Asks whether a payment reference exists, what is open on it and for whom.",
        "Keeps up to 10 notes of its own, encrypted.",
    ] {
        assert!(sentences.iter().any(|s| s == expected), "missing: {expected}\n{sentences:#?}");
    }
}

#[test]
fn an_upgrade_that_reaches_further_needs_consent_and_one_that_reaches_less_does_not() {
    let old = Manifest::parse(MANIFEST).expect("a manifest");
    let wider =
        Manifest::parse(&changed("parts = [\"header\"]\n\n[config.open]", "parts = [\"header\", \"body\"]\n\n[config.open]")).expect("a manifest");
    let keys: Vec<String> = wider.permissions_beyond(&old).into_iter().map(|p| p.key).collect();
    assert_eq!(keys, ["secret:password:api.example.com:body"]);
    assert!(old.permissions_beyond(&wider).is_empty());
    let moved = Manifest::parse(&changed("token_url = \"https://api.example.com/", "token_url = \"https://inside.example.com/")).expect("a manifest");
    let keys: Vec<String> = moved.permissions_beyond(&old).into_iter().map(|p| p.key).collect();
    assert_eq!(keys, ["token:client_secret:inside.example.com"], "the client's secret goes to another of the hosts that are asked anyway");
    let live = Manifest::parse(&changed("{ host = \"live.example.com\", mode = \"live\"", "{ host = \"live.example.com\"")).expect("a manifest");
    assert_eq!(live.permissions_beyond(&old).len(), 1);
}

#[test]
fn settings_are_checked_by_field_and_completed_with_defaults() {
    let manifest = Manifest::parse(MANIFEST).expect("a manifest");
    let filled = manifest.settings(&json!({"client_id": "c"}), Mode::Test).expect("fine");
    assert_eq!(serde_json::Value::Object(filled), json!({"client_id": "c", "behaviour": "nothing"}));
    let wrong = manifest.settings(&json!({"client_id": 5, "unknown": true}), Mode::Test).expect_err("refused");
    assert!(wrong.0.iter().any(|(field, _)| field == "client_id"), "{wrong}");
    assert!(wrong.to_string().contains("unknown"), "{wrong}");
    assert!(manifest.settings(&json!({}), Mode::Test).expect_err("refused").to_string().contains("client_id"));
}

#[test]
fn amounts_outside_of_a_method_are_not_accepted() {
    let manifest = Manifest::parse(&changed("min = 1\nmax = 1000000", "smallest_unit = 100\nmin = 100\nmax = 1000000")).expect("a manifest");
    let method = manifest.method("test").expect("a method");
    assert!(method.accepts(100, "KES") && method.accepts(1_000_000, "KES"));
    assert!(!method.accepts(150, "KES") && !method.accepts(0, "KES") && !method.accepts(1_000_100, "KES") && !method.accepts(100, "NAD"));
}

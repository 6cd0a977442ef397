//! What a manifest asks for, in the words of the consent page.
//!
//! Every capability of the manifest yields a permission whose `key` is stable over versions, so that comparing two versions is
//! comparing two sets of keys: whatever reaches further must have another key.

use serde::Serialize;

use super::{Manifest, ModeScope, RequestPart, Setting, SettingKind};

/// One thing the tenant agrees to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Permission {
    /// Stable name: `http:api.example.com:443:live`.
    pub key: String,
    /// Plain English, one sentence.
    pub sentence: String,
    /// The publisher's reason, if the manifest gives one.
    pub why: Option<String>,
}

pub(super) fn permissions(manifest: &Manifest) -> Vec<Permission> {
    let mut list = Vec::new();
    let mut add = |key: String, sentence: String, why: Option<&str>| list.push(Permission { key, sentence, why: why.map(str::to_owned) });

    for (key, setting) in &manifest.config {
        if let Some(why) = &setting.reveal {
            add(format!("reveal:{key}"), format!("Reads the value of \"{}\" itself, not only through the platform.", setting.title), Some(why));
        }
        if let Some(why) = &setting.digest {
            add(format!("digest:{key}"), format!("Computes check sums over \"{}\".", setting.title), Some(why));
        }
    }
    for rule in &manifest.capabilities.http {
        let place = if rule.port == 443 { rule.host.to_string() } else { rule.name() };
        add(format!("http:{}:{}", rule.name(), scope(rule.mode)), format!("Sends requests to {place}{}.", in_mode(rule.mode)), Some(&rule.why));
    }
    for key in &manifest.capabilities.http_from_config {
        let title = manifest.config.get(key).map_or(key.as_str(), |s| s.title.as_str());
        add(format!("http-config:{key}"), format!("Sends requests to the server you enter under \"{title}\", once you have approved it."), None);
    }
    for (key, setting) in manifest.config.iter().filter(|(_, s)| s.kind.is_secret()) {
        secret(key, setting, &mut add);
    }
    for name in &manifest.capabilities.lookups {
        add(format!("lookup:{name}"), lookup_sentence(name), None);
    }
    for kind in &manifest.events.consumes {
        add(format!("consume:{kind}"), format!("Is told about every \"{kind}\" in your account."), None);
    }
    for kind in &manifest.events.reports {
        add(format!("report:{kind}"), format!("Reports \"{kind}\" to your account."), None);
    }
    for hook in &manifest.webhooks {
        add(format!("webhook:{}", hook.name), format!("Receives requests from its provider at a public address (\"{}\").", hook.name), None);
    }
    for ability in &manifest.provides {
        add(format!("provide:{ability}"), ability_sentence(ability), None);
    }
    if let Some(kv) = manifest.capabilities.kv {
        add("kv".to_owned(), format!("Keeps up to {} notes of its own, encrypted.", kv.keys), None);
    }
    list
}

fn secret(key: &str, setting: &Setting, add: &mut impl FnMut(String, String, Option<&str>)) {
    let noun = match setting.kind {
        SettingKind::OAuth2 => "an access token obtained for",
        SettingKind::ClientCertificate => "the certificate",
        SettingKind::PrivateKey => "the private key",
        _ => "the secret",
    };
    if setting.hosts.is_empty() {
        add(format!("secret:{key}"), format!("Has the platform compute with {noun} \"{}\"; it is sent nowhere.", setting.title), None);
        return;
    }
    for host in &setting.hosts {
        for part in &setting.parts {
            let place = match part {
                RequestPart::Header => "header",
                RequestPart::Query => "query",
                RequestPart::Body => "body",
            };
            add(
                format!("secret:{key}:{host}:{place}"),
                format!("Has the platform send {noun} \"{}\" to {host}, in the {place} of a request.", setting.title),
                None,
            );
        }
    }
}

fn scope(mode: ModeScope) -> &'static str {
    match mode {
        ModeScope::Test => "test",
        ModeScope::Live => "live",
        ModeScope::Both => "both",
    }
}

fn in_mode(mode: ModeScope) -> &'static str {
    match mode {
        ModeScope::Test => " in test mode",
        ModeScope::Live => " in live mode",
        ModeScope::Both => "",
    }
}

fn lookup_sentence(name: &str) -> String {
    match name {
        "payable-by-reference" => "Asks whether a payment reference exists, what is open on it and for whom.".to_owned(),
        "contact-by-phone" => "Asks which of your contacts a phone number belongs to.".to_owned(),
        "policy-by-number" => "Asks whether a policy number exists, and its dates and state.".to_owned(),
        other => format!("Asks the look-up \"{other}\" about your data."),
    }
}

fn ability_sentence(ability: &str) -> String {
    match ability {
        "refunds" => "Can return received payments when you ask for it.".to_owned(),
        "payouts" => "Can send money out of your account with the provider when you ask for it.".to_owned(),
        "statements" => "Reads your statements and balances at the provider.".to_owned(),
        "poll" => "Regularly asks the provider for news.".to_owned(),
        other => format!("Offers \"{other}\"."),
    }
}

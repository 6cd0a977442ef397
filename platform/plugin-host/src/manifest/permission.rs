//! What a manifest asks for, in the words of the consent page.
//!
//! Every capability of the manifest yields a permission whose `key` is stable over versions, so that comparing two versions is
//! comparing two sets of keys: whatever reaches further must have another key.

use std::collections::BTreeSet;

use serde::Serialize;

use super::{Manifest, Mode, ModeScope, OAuth2, RequestPart, Setting, SettingKind, USSD_MENU};

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
    for (setting, oauth2) in manifest.config.values().filter_map(|setting| Some((setting, setting.oauth2.as_ref()?))) {
        let title = manifest.config.get(&oauth2.client_secret).map_or(oauth2.client_secret.as_str(), |s| s.title.as_str());
        // Where the token itself goes has a permission of its own below.
        for host in token_hosts(setting, oauth2).iter().filter(|host| !setting.hosts.iter().any(|pattern| pattern.matches(host))) {
            let sentence = format!("Has the platform send the secret \"{title}\" to {host}, to obtain access.");
            add(format!("token:{}:{host}", oauth2.client_secret), sentence, None);
        }
    }
    for key in &manifest.capabilities.http_from_config {
        let title = manifest.config.get(key).map_or(key.as_str(), |s| s.title.as_str());
        add(format!("http-config:{key}"), format!("Sends requests to the server you enter under \"{title}\", once you have approved it."), None);
    }
    for (key, setting) in manifest.config.iter().filter(|(_, s)| s.kind.is_secret()) {
        secret(manifest, key, setting, &mut add);
    }
    for name in &manifest.capabilities.lookups {
        add(format!("lookup:{name}"), lookup_sentence(name), None);
    }
    for kind in &manifest.events.consumes {
        add(format!("consume:{kind}"), consumed_sentence(kind), None);
    }
    for kind in &manifest.events.reports {
        add(format!("report:{kind}"), report_sentence(kind), None);
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

fn secret(manifest: &Manifest, key: &str, setting: &Setting, add: &mut impl FnMut(String, String, Option<&str>)) {
    let noun = match setting.kind {
        SettingKind::OAuth2 => "an access token obtained for",
        SettingKind::ClientCertificate => "the certificate",
        SettingKind::PrivateKey => "the private key",
        _ => "the secret",
    };
    if setting.hosts.is_empty() && setting.parts.is_empty() {
        let connections = manifest.config.values().filter_map(|other| Some((other, other.oauth2.as_ref()?)));
        let using = connections.filter(|(_, oauth2)| oauth2.client_secret == key || oauth2.client_id == key);
        let to: BTreeSet<String> = using.flat_map(|(other, oauth2)| token_hosts(other, oauth2)).collect();
        let to: Vec<String> = to.into_iter().collect();
        let sentence = if to.is_empty() {
            format!("Has the platform compute with {noun} \"{}\"; it is sent nowhere.", setting.title)
        } else {
            format!("Has the platform send {noun} \"{}\" to {}, to obtain access.", setting.title, to.join(" and "))
        };
        add(format!("secret:{key}"), sentence, None);
        return;
    }
    if setting.kind == SettingKind::ClientCertificate {
        for host in &setting.hosts {
            add(format!("secret:{key}:{host}"), format!("Has the platform present {noun} \"{}\" to {host}.", setting.title), None);
        }
        return;
    }
    let typed = setting.hosts.is_empty().then(|| ("typed".to_owned(), "the address that you type".to_owned()));
    for (name, host) in setting.hosts.iter().map(|host| (host.to_string(), host.to_string())).chain(typed) {
        for part in &setting.parts {
            let place = match part {
                RequestPart::Header => "header",
                RequestPart::Query => "query",
                RequestPart::Body => "body",
            };
            add(
                format!("secret:{key}:{name}:{place}"),
                format!("Has the platform send {noun} \"{}\" to {host}, in the {place} of a request.", setting.title),
                None,
            );
        }
    }
}

/// Where tokens are obtained, and with them where the client's secret goes.
fn token_hosts(setting: &Setting, oauth2: &OAuth2) -> Vec<String> {
    let modes = [Mode::Live, Mode::Test].into_iter().filter(|mode| setting.mode.covers(*mode));
    let mut hosts: Vec<String> = modes.filter_map(|mode| url::Url::parse(oauth2.token_url.of(mode)).ok()?.host_str().map(str::to_owned)).collect();
    hosts.sort();
    hosts.dedup();
    hosts
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
        USSD_MENU => "Shows callers over USSD what your menu says of them: their policies, and what is due.".to_owned(),
        "policy-by-number" => "Asks whether a policy number exists, and its dates and state.".to_owned(),
        other => format!("Asks the look-up \"{other}\" about your data."),
    }
}

fn report_sentence(kind: &str) -> String {
    let what = match kind {
        "payment.updated" => "how payments stand",
        "payment.arrived" => "which payments came in that nobody was asked for",
        "payment.disputed" => "which payments are disputed",
        "refund.updated" => "how refunds stand",
        "payout.updated" => "how payouts stand",
        "account.balance" => "the balance of your account with the provider",
        "message.received" => "which messages came in",
        "message.updated" => "what became of messages",
        "contact.preference" => "who wants no more messages",
        "template.updated" => "which message templates were approved or stopped",
        "ussd.ended" => "how calls over USSD ended",
        "policy.updated" => "how policies stand at the insurer",
        "claim.updated" => "how claims stand at the insurer",
        "mandate.updated" => "how mandates stand",
        "collection.updated" => "how collections stand",
        "check.updated" => "what checks of people and papers found",
        "installation.attention" => "what about its connection needs your attention",
        other => return format!("Reports \"{other}\" to your account."),
    };
    format!("Tells your account {what}.")
}

/// Kinds are a thing and what happened to it: `policy.issued`.
fn consumed_sentence(kind: &str) -> String {
    let (object, happened) = kind.split_once('.').unwrap_or((kind, "changed"));
    let papers = if object == "document" { ", and gets the document" } else { "" };
    format!("Is told whenever a {object} is {happened}{papers}.", object = object.replace('_', " "), happened = happened.replace('_', " "))
}

fn ability_sentence(ability: &str) -> String {
    match ability {
        "refunds" => "Can return received payments when you ask for it.".to_owned(),
        "payouts" => "Can send money out of your account with the provider when you ask for it.".to_owned(),
        "statements" => "Reads your statements and balances at the provider.".to_owned(),
        "vault" => "Can have the provider forget a payer's saved means of payment when you ask for it.".to_owned(),
        "poll" => "Regularly asks the provider for news.".to_owned(),
        "webhook" => "Reads what its provider sends to you.".to_owned(),
        "templates" => "Reads the message templates that the provider approved.".to_owned(),
        "endorsements" => "Can change and end policies at the insurer when you ask for it.".to_owned(),
        "claims" => "Reports claims to the insurer, with their documents, when you ask for it.".to_owned(),
        "certificates" => "Can issue and cancel certificates of insurance when you ask for it.".to_owned(),
        "deductions" => "Sends deductions from wages to employers when you ask for it.".to_owned(),
        "checks" => "Checks people, accounts and vehicles against a register when you ask for it.".to_owned(),
        other => format!("Offers \"{other}\"."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::check::REPORTS;

    #[test]
    fn what_is_reported_and_told_is_said_in_words_of_people() {
        for kind in REPORTS {
            let sentence = report_sentence(kind);
            assert!(sentence.starts_with("Tells your account ") && !sentence.contains(kind), "{sentence}");
        }
        assert_eq!(consumed_sentence("policy.issued"), "Is told whenever a policy is issued.");
        assert_eq!(consumed_sentence("document.uploaded"), "Is told whenever a document is uploaded, and gets the document.");
    }
}

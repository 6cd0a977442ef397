//! Kinds of plugin: what each must and may export, and that calls reach the export they are for.

use std::sync::Arc;

use plugin_host::manifest::Manifest;
use plugin_host::model::ai::CompletionRequest;
use plugin_host::publish::{self, PublishError};
use plugin_host::{Answer, CallFailure, CallSpec, PluginHost};
use uuid::Uuid;

use crate::support::{Installation, config, folder, guest, spec};

/// Kind, package, abilities beyond the least, and what its manifest has besides.
const KINDS: [(&str, &str, &str, &str); 10] = [
    ("payment", "payments", r#""refunds", "payouts", "statements", "vault", "poll""#, PAYMENT),
    ("messaging", "messaging", r#""templates", "poll""#, "[messaging]\nchannels = [\"sms\"]\nbatch = 50"),
    ("ussd", "messaging", "", ""),
    ("insurance", "insurance", r#""endorsements", "claims", "certificates", "webhook", "poll""#, ""),
    ("certificate", "insurance", "", ""),
    ("collections", "collections", r#""deductions", "poll""#, ""),
    ("payroll", "collections", "", ""),
    ("identity", "identity", r#""webhook", "poll""#, "[checks]\nkinds = [\"national-id\"]"),
    ("ai", "ai@2", "", "[models]\nnames = [\"small\"]"),
    ("events", "events", r#""webhook", "poll""#, "[events]\nconsumes = [\"policy.issued\"]"),
];
const PAYMENT: &str = "[[method]]\nname = \"test\"\ncurrencies = [\"KES\"]\nmin = 1\nmax = 1000";

fn text(kind: &str, package: &str, provides: &str, tables: &str) -> String {
    let head = format!("id = \"example.{kind}\"\nversion = \"1.0.0\"\npublisher = \"tests\"\nkind = \"{kind}\"\nprovides = [{provides}]\n");
    let (package, major) = package.split_once('@').unwrap_or((package, "1"));
    let wit = format!("wit = \"wakala:{package}@{major}.0\"\nlicense = \"Apache-2.0\"\n");
    format!("{head}{wit}[display]\nname = \"{kind}\"\nsummary = \"Never answers.\"\n{tables}\n")
}

fn manifest(kind: &str, package: &str, provides: &str, tables: &str) -> Arc<Manifest> {
    let text = text(kind, package, provides, tables);
    Arc::new(Manifest::parse(&text).unwrap_or_else(|error| panic!("{kind}: {error}\n{text}")))
}

fn host() -> PluginHost {
    PluginHost::new(config(folder("compiled"))).expect("a host")
}

async fn publish(host: &PluginHost, component: &[u8], manifest: &Arc<Manifest>) -> Result<publish::Publishable, PublishError> {
    publish::check(host, component, manifest, Installation::new("nothing", "")).await
}

fn call(manifest: &Manifest) -> CallSpec {
    spec(manifest, &Installation::new("nothing", ""), Uuid::nil())
}

#[tokio::test]
async fn each_kind_can_be_published_with_the_least_it_must_export() {
    let host = host();
    for (kind, package, _, tables) in KINDS {
        let component = guest::dummy_of(package, &format!("{kind}-plugin"), str::to_owned);
        let manifest = manifest(kind, package, "", tables);
        let published = publish(&host, &component, &manifest).await.unwrap_or_else(|error| panic!("{kind}: {error}"));
        assert_eq!(published.plugin.interfaces().len(), manifest.kind.required().len(), "{kind}");
    }
}

#[tokio::test]
async fn each_kind_can_be_published_with_everything_it_may_export() {
    let host = host();
    for (kind, package, provides, tables) in KINDS.into_iter().filter(|(_, _, provides, _)| !provides.is_empty()) {
        let component = guest::dummy_of(package, &format!("{kind}-plugin-full"), str::to_owned);
        let manifest = manifest(kind, package, provides, tables);
        publish(&host, &component, &manifest).await.map(drop).unwrap_or_else(|error| panic!("{kind}: {error}"));
    }
}

#[tokio::test]
async fn a_component_of_another_kind_is_refused() {
    let host = host();
    let certificate = guest::dummy_of("insurance", "certificate-plugin", str::to_owned);
    let refused = publish(&host, &certificate, &manifest("insurance", "insurance", "", "")).await.err().expect("refused").to_string();
    assert!(refused.contains("does not export `insurer`, which its kind requires"), "{refused}");
    let messaging = guest::dummy_of("messaging", "messaging-plugin-full", str::to_owned);
    let refused = publish(&host, &messaging, &manifest("payment", "payments", "", PAYMENT)).await.err().expect("refused").to_string();
    assert!(refused.contains("does not export `gateway`"), "{refused}");
    assert!(refused.contains("exports `channel`, which the manifest does not provide"), "{refused}");
}

#[tokio::test]
async fn a_call_reaches_the_export_it_is_for_and_no_other() {
    let host = host();
    let manifest = manifest("ai", "ai@2", "", "[models]\nnames = [\"small\"]");
    let plugin = host.prepare(&guest::dummy_of("ai@2", "ai-plugin", str::to_owned), &manifest).await.expect("loads");
    let request = CompletionRequest {
        model: None,
        turns: Vec::new(),
        tools: Vec::new(),
        tool_choice: "none".to_owned(),
        answer_schema: None,
        max_tokens: 10,
        temperature: Some(0.5),
        extra: Vec::new(),
    };
    assert!(matches!(plugin.complete(call(&manifest), request).await.outcome, Err(CallFailure::Trap { .. })));
    assert_eq!(not_offered(plugin.send(call(&manifest), Vec::new()).await), "channel");
    assert_eq!(not_offered(plugin.policy(call(&manifest), None, "P1".to_owned()).await), "insurer");
    assert_eq!(not_offered(plugin.mandate_standing(call(&manifest), "M1".to_owned(), None).await), "mandates");
    assert_eq!(not_offered(plugin.query_check(call(&manifest), None, "K1".to_owned()).await), "checks");
}

fn not_offered<T>(answer: Answer<T>) -> String {
    match answer.outcome {
        Err(CallFailure::NotOffered(interface)) => interface,
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("it answered"),
    }
}

#[test]
fn a_manifest_offers_what_its_kind_has_and_nothing_else() {
    let problems = |text: String| Manifest::parse(&text).expect_err("refused").to_string();
    for (kind, package, _, tables) in KINDS.into_iter().filter(|(_, _, _, tables)| !tables.is_empty()) {
        let missing = problems(text(kind, package, "", ""));
        assert!(missing.contains("and no other"), "{kind}: {missing}");
        let misplaced = problems(text("insurance", "insurance", "", tables));
        assert!(misplaced.contains("and no other"), "{kind}: {misplaced}");
    }
    let unknown = problems(text("messaging", "messaging", "", "[messaging]\nchannels = [\"pigeon\"]\nbatch = 0"));
    assert!(unknown.contains("messaging.channels: ") && unknown.contains("messaging.batch: "), "{unknown}");
    let unread = problems(text("insurance", "insurance", "", "[[webhook]]\nname = \"news\"\nmethods = [\"POST\"]\nmode = \"deferred\""));
    assert!(unread.contains("webhook: needs `webhook` among provides"), "{unread}");
}

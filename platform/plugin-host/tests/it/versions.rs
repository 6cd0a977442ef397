//! Components of older interfaces beside those of newer ones.

use std::sync::Arc;

use plugin_host::manifest::Manifest;
use plugin_host::model::ai::{CompletionRequest, Turn};
use plugin_host::model::payments::State;
use plugin_host::publish;
use plugin_host::{CallFailure, CallSpec, Plugin, PluginHost};
use uuid::Uuid;

use crate::support::{Installation, MANIFEST, config, folder, guest, message, request, spec};

struct World {
    host: PluginHost,
    manifest: Arc<Manifest>,
    frozen: Arc<Plugin>,
}

impl World {
    async fn new() -> Self {
        let host = PluginHost::new(config(folder("compiled"))).expect("a host");
        let manifest = Arc::new(Manifest::parse(MANIFEST).expect("a manifest"));
        let frozen = host.prepare(&guest::frozen(), &manifest).await.expect("a plugin");
        Self { host, manifest, frozen }
    }

    fn spec(&self) -> CallSpec {
        spec(&self.manifest, &Installation::new("nothing", "as ever"), Uuid::from_u128(1))
    }
}

fn versions(component: &[u8]) -> Vec<String> {
    publish::inspect(component).expect("a component").exports
}

fn prompt() -> CompletionRequest {
    let said = Turn {
        role: "user".to_owned(),
        text: "what is due?".to_owned(),
        files: Vec::new(),
        tool_calls: Vec::new(),
        answers: None,
        extra: Vec::new(),
    };
    CompletionRequest {
        model: None,
        turns: vec![said],
        tools: Vec::new(),
        tool_choice: "none".to_owned(),
        answer_schema: None,
        max_tokens: 10,
        temperature: None,
        extra: Vec::new(),
    }
}

#[tokio::test]
async fn a_component_of_an_older_minor_is_called_as_ever() {
    let world = World::new().await;
    assert!(versions(&guest::frozen()).contains(&"wakala:payments/gateway@1.0.0".to_owned()));
    assert!(versions(&guest::hostile()).contains(&"wakala:payments/gateway@1.1.0".to_owned()), "the present minor is a newer one");
    assert_eq!(message(world.frozen.collect(world.spec(), request()).await), "as ever 1 ABC123");
    let report = world.frozen.check(world.spec()).await;
    assert_eq!(report.outcome.expect("no failure").expect("fine").summary, "Still here.");
    let newer = world.frozen.forget(world.spec(), "card".to_owned()).await;
    assert_eq!(newer.outcome.err(), Some(CallFailure::NotOffered("vault".to_owned())), "what came with a newer minor is not there");
}

#[tokio::test]
async fn a_component_of_an_older_major_answers_beside_one_of_the_present() {
    let world = World::new().await;
    assert!(versions(&guest::frozen()).contains(&"wakala:ai/assistant@1.0.0".to_owned()));
    let old = world.frozen.complete(world.spec(), prompt()).await.outcome.expect("no failure").expect("fine");
    assert_eq!((old.turn.text.as_str(), old.model.as_str()), ("what is due?", "first"));
    assert_eq!((old.input_tokens, old.output_tokens), (None, Some(7)), "a count of 0 meant that nobody counted");

    let component = guest::conformance();
    assert!(versions(&component).contains(&"wakala:ai/assistant@2.0.0".to_owned()));
    let present = world.host.prepare(&component, &world.manifest).await.expect("a plugin");
    let new = present.complete(world.spec(), prompt()).await.outcome.expect("no failure").expect("fine");
    assert_eq!((new.turn.text.as_str(), new.input_tokens, new.output_tokens), ("what is due?", None, Some(10)));
}

fn model(version: &str) -> Arc<Manifest> {
    let text = format!(
        "id = \"example.model\"\nversion = \"1.0.0\"\npublisher = \"tests\"\nkind = \"ai\"\nwit = \"wakala:ai@{version}\"\nlicense = \"MIT\"\n\
         [display]\nname = \"Model\"\nsummary = \"Never answers.\"\n[models]\nnames = [\"first\"]\n"
    );
    Arc::new(Manifest::parse(&text).expect("a manifest"))
}

#[tokio::test]
async fn both_majors_can_be_published_under_their_own_names() {
    let world = World::new().await;
    for (folder, version, other) in [("ai", "1.0", "2.0"), ("ai@2", "2.0", "1.0")] {
        let component = guest::dummy_of(folder, "ai-plugin", str::to_owned);
        let published = publish::check(&world.host, &component, &model(version), Installation::new("nothing", "")).await;
        assert_eq!(published.unwrap_or_else(|error| panic!("{folder}: {error}")).plugin.interfaces(), ["lifecycle", "assistant"]);
        let refused = publish::check(&world.host, &component, &model(other), Installation::new("nothing", "")).await;
        let refused = refused.err().expect("refused").to_string();
        assert!(refused.contains("and the manifest says `wakala:ai@"), "{refused}");
    }
}

#[tokio::test]
async fn an_answer_of_an_older_minor_keeps_its_meaning() {
    let world = World::new().await;
    let asked = world.frozen.query(world.spec(), crate::support::payment()).await;
    let outcome = asked.outcome.expect("no failure").expect("fine");
    assert_eq!((outcome.state, outcome.message.as_deref()), (State::Pending, Some("key-0123456789abcdef")));
}

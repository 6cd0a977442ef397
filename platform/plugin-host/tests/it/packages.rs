//! Tampered, damaged, foreign and outdated components.

use std::sync::Arc;

use plugin_host::manifest::Manifest;
use plugin_host::publish::{self, InspectError, PublishError};
use plugin_host::{CallFailure, CompileError, Compiler, LimitKind, LoadError, PluginHost, Source};
use uuid::Uuid;

use crate::support::{Installation, MANIFEST, config, folder, guest, request, spec};

fn manifest() -> Arc<Manifest> {
    Arc::new(Manifest::parse(MANIFEST).expect("a manifest"))
}

fn host(cache: &str) -> PluginHost {
    PluginHost::new(config(folder(cache))).expect("a host")
}

async fn publish(host: &PluginHost, component: &[u8]) -> Result<publish::Publishable, PublishError> {
    publish::check(host, component, &manifest(), Installation::new("nothing", "")).await
}

#[tokio::test]
async fn a_well_made_component_is_publishable() {
    let published = publish(&host("compiled"), &guest::hostile()).await.expect("published");
    assert_eq!(published.plugin.interfaces(), ["lifecycle", "webhook", "gateway"]);
    assert!(published.facts.imports.iter().all(|name| name.starts_with("wakala:")), "{:?}", published.facts.imports);
}

#[tokio::test]
async fn a_tampered_cache_entry_is_compiled_again() {
    let cache = format!("tampered-{}", Uuid::new_v4());
    let component = guest::hostile();
    {
        let host = host(&cache);
        assert_eq!(host.compile(&component).await.expect("code").source(), Source::Child);
        assert_eq!(host.compile(&component).await.expect("code").source(), Source::Cache);
    }
    let entry = std::fs::read_dir(folder(&cache)).expect("a folder").next().expect("an entry").expect("an entry").path();
    let mut bytes = std::fs::read(&entry).expect("the entry");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&entry, bytes).expect("written");
    let host = host(&cache);
    let again = host.compile(&component).await.expect("code");
    assert_eq!(again.source(), Source::Child);
    let plugin = host.load(&again, &manifest()).expect("a plugin");
    let report = plugin.collect(spec(&manifest(), &Installation::new("nothing", ""), Uuid::nil()), request()).await;
    assert!(report.outcome.is_ok());
    assert_eq!(host.compile(&component).await.expect("code").source(), Source::Cache);
    std::fs::remove_dir_all(folder(&cache)).expect("removed");
}

#[tokio::test]
async fn no_flipped_byte_of_a_component_brings_the_host_down() {
    let host = host("compiled");
    let component = guest::hostile();
    // Spread over the whole file; the header, sections and code all get their turn.
    for n in 0..16 {
        let mut damaged = component.clone();
        let at = n * damaged.len() / 16;
        damaged[at] ^= 0x55;
        match publish(&host, &damaged).await {
            Ok(published) => {
                // A changed constant is still a valid component. Whatever it does now ends in a report.
                let _ = published.plugin.collect(spec(&manifest(), &Installation::new("nothing", ""), Uuid::nil()), request()).await;
            }
            Err(PublishError::Form(_) | PublishError::Load(_) | PublishError::Start(_) | PublishError::Exports(_)) => {}
        }
    }
}

#[tokio::test]
async fn a_component_of_another_major_version_is_refused_at_its_imports() {
    let component = guest::dummy("payment-plugin", |wit| wit.replace("@1.0.0", "@2.0.0"));
    let refused = publish(&host("compiled"), &component).await.err().expect("refused");
    assert!(matches!(refused, PublishError::Load(LoadError::Imports(_)) | PublishError::Exports(_)), "{refused}");
}

#[tokio::test]
async fn a_component_with_another_record_is_refused_before_any_call() {
    let component =
        guest::dummy("payment-plugin", |wit| wit.replace("receipt: option<string>,\n    occurred-ms: option<u64>,", "receipt: option<string>,"));
    let host = host("compiled");
    let refused = publish(&host, &component).await.err().expect("refused");
    assert!(matches!(&refused, PublishError::Exports(wrong) if wrong.iter().any(|w| w.starts_with("export gateway: "))), "{refused}");
    let plugin = host.prepare(&component, &manifest()).await.expect("loads");
    let report = plugin.collect(spec(&manifest(), &Installation::new("nothing", ""), Uuid::nil()), request()).await;
    assert!(matches!(report.outcome, Err(CallFailure::WrongInterface(_))));
}

#[tokio::test]
async fn an_ability_is_offered_only_if_manifest_and_component_agree() {
    let host = host("compiled");
    let full = guest::dummy("payment-plugin-full", str::to_owned);
    let refused = publish(&host, &full).await.err().expect("refused").to_string();
    assert!(refused.contains("exports `refunds`, which the manifest does not provide"), "{refused}");
    let manifest = Manifest::parse(
        &MANIFEST.replace("kind = \"payment\"", "kind = \"payment\"\nprovides = [\"refunds\", \"payouts\", \"statements\", \"vault\", \"poll\"]"),
    );
    let manifest = Arc::new(manifest.expect("a manifest"));
    publish::check(&host, &full, &manifest, Installation::new("nothing", "")).await.map(drop).expect("published");
    let refused = publish::check(&host, &guest::hostile(), &manifest, Installation::new("nothing", "")).await.err().expect("refused").to_string();
    assert!(refused.contains("provides `refunds`, which the component does not export"), "{refused}");
    let plugin = host.prepare(&guest::hostile(), &manifest).await.expect("loads");
    let report = plugin.balances(spec(&manifest, &Installation::new("nothing", ""), Uuid::nil())).await;
    assert_eq!(report.outcome.err(), Some(CallFailure::NotOffered("statements".to_owned())));
}

#[tokio::test]
async fn strangers_among_the_imports_and_core_modules_are_refused() {
    let wasi = wat::parse_str(r#"(component (import "wasi:filesystem/types@0.2.6" (instance)))"#).expect("a component");
    assert_eq!(publish::inspect(&wasi), Err(InspectError::Import("wasi:filesystem/types@0.2.6".to_owned())));
    assert_eq!(publish::inspect(&wat::parse_str("(module)").expect("a module")), Err(InspectError::CoreModule));
    assert!(matches!(publish::inspect(b"not wasm at all"), Err(InspectError::Invalid(_))));
}

#[tokio::test]
async fn switched_off_features_are_refused() {
    for body in ["(memory i64 1)", "(memory 1 1 shared)", "(memory 1) (memory 1)"] {
        let component = wat::parse_str(format!("(component (core module {body}))")).expect("a component");
        assert!(matches!(publish::inspect(&component), Err(InspectError::Invalid(_))), "{body}");
    }
}

/// What the toolchains of other languages make is put together of parts, each with a memory of its own.
#[tokio::test]
async fn a_component_of_several_parts_with_memories_of_their_own_runs() {
    let parts = r#"(component
        (component $reader
            (core module $m
                (memory (export "memory") 1)
                (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 16))
                (func (export "take") (param i32 i32)))
            (core instance $i (instantiate $m))
            (alias core export $i "memory" (core memory $memory))
            (alias core export $i "realloc" (core func $realloc))
            (alias core export $i "take" (core func $take))
            (func (export "take") (param "text" string) (canon lift (core func $take) (memory $memory) (realloc $realloc))))
        (component $writer
            (import "take" (func $take (param "text" string)))
            (core module $m (memory (export "memory") 1))
            (core instance $i (instantiate $m))
            (alias core export $i "memory" (core memory $memory))
            (core func $lowered (canon lower (func $take) (memory $memory)))
            (core module $caller
                (import "reader" "take" (func $take (param i32 i32)))
                (func $run (call $take (i32.const 0) (i32.const 4)))
                (start $run))
            (core instance $taken (export "take" (func $lowered)))
            (core instance (instantiate $caller (with "reader" (instance $taken)))))
        (instance $reader (instantiate $reader))
        (alias export $reader "take" (func $take))
        (instance (instantiate $writer (with "take" (func $take)))))"#;
    let component = wat::parse_str(parts).expect("a component");
    publish::inspect(&component).expect("no module of it has two memories");
    let host = host("compiled");
    let plugin = host.prepare(&component, &manifest()).await.expect("loads");
    // It starts, and then has nothing to answer with.
    let report = plugin.collect(spec(&manifest(), &Installation::new("nothing", ""), Uuid::nil()), request()).await;
    assert_eq!(report.outcome.err(), Some(CallFailure::NotOffered("gateway".to_owned())));
}

#[tokio::test]
async fn functions_that_would_choke_the_compiler_are_refused_unread() {
    let locals = wat::parse_str(format!("(component (core module (func (local {}))))", "i32 ".repeat(1_001))).expect("a component");
    assert!(matches!(publish::inspect(&locals), Err(InspectError::Function { locals: 1_001, .. })));
    let long = wat::parse_str(format!("(component (core module (func {})))", "nop ".repeat(600_000))).expect("a component");
    assert!(matches!(publish::inspect(&long), Err(InspectError::Function { .. })));
}

#[tokio::test]
async fn a_table_bomb_ends_at_the_limit() {
    let bomb = r#"(component
        (core module $m
            (table 1 funcref)
            (func $grow (if (i32.eq (table.grow (ref.null func) (i32.const 1000000)) (i32.const -1)) (then unreachable)))
            (start $grow))
        (core instance (instantiate $m)))"#;
    let host = host("compiled");
    let plugin = host.prepare(&wat::parse_str(bomb).expect("a component"), &manifest()).await.expect("loads");
    let report = plugin.collect(spec(&manifest(), &Installation::new("nothing", ""), Uuid::nil()), request()).await;
    assert_eq!(report.outcome.err(), Some(CallFailure::Limit(LimitKind::Tables)));
}

/// Passes every check of form, but each loop carries each local: work that grows with the product of both.
fn compile_bomb() -> Vec<u8> {
    let locals = 900;
    let reads: String = (0..locals).map(|n| format!("local.get {n} drop ")).collect();
    let body = "loop local.get 0 br_if 0 end ".repeat(20_000);
    let text = format!("(component (core module (func {} {body} {reads})))", "(local i32)".repeat(locals));
    wat::parse_str(text).expect("a component")
}

/// A host whose compiling child may use this much.
fn host_with_child_of(cpu_seconds: &str, mebibytes: &str) -> PluginHost {
    let mut config = config(folder("compiled"));
    config.compiler.args = vec![cpu_seconds.into(), mebibytes.into()];
    PluginHost::new(config).expect("a host")
}

#[tokio::test]
async fn a_compile_bomb_ends_with_its_child_when_the_cpu_time_is_used_up() {
    publish::inspect(&compile_bomb()).expect("nothing is wrong with its form");
    let ended = host_with_child_of("2", "65536").compile(&compile_bomb()).await.expect_err("too expensive");
    assert!(matches!(ended, CompileError::TooExpensive(_)), "{ended}");
}

#[tokio::test]
async fn a_compile_bomb_ends_with_its_child_when_the_memory_is_used_up() {
    let host = host_with_child_of("60", "100");
    let ended = host.compile(&compile_bomb()).await.expect_err("too expensive");
    assert!(matches!(ended, CompileError::TooExpensive(_)), "{ended}");
    // The host is none the worse, and an honest component needs no more than that.
    host.compile(&guest::hostile()).await.expect("code");
}

#[tokio::test]
async fn a_compiler_that_fails_is_an_error_with_its_words() {
    let invalid = wat::parse_str("(component)").expect("a component").into_iter().chain([0xff; 9]).collect::<Vec<u8>>();
    let refused = host("compiled").compile(&invalid).await.expect_err("refused");
    assert!(matches!(&refused, CompileError::Refused(words) if !words.is_empty()), "{refused}");
    let mut config = config(folder("compiled"));
    config.compiler = Compiler { program: "/nonexistent/compiler".into(), args: Vec::new() };
    let host = PluginHost::new(config).expect("a host");
    assert!(matches!(host.compile(b"\0asm").await, Err(CompileError::Process(_))));
}

//! From nothing to a checked plugin.

use std::fs;

use serde_json::Value;

use crate::support::{Scratch, failed, good};

const BUNDLE: &str = "my-pay/target/bundles/my-pay";
const PACKAGE: &str = "com.example.my-pay-0.1.0.wakala";

/// Where tenants find help nobody can write for the author.
fn only_support_is_to_be_written(plugin: &Value) {
    let findings = plugin["findings"].as_array().expect("findings");
    let found: Vec<_> = findings.iter().map(|finding| (finding["level"].as_str(), finding["place"].as_str())).collect();
    assert_eq!(found, [(Some("warning"), Some("support"))], "{findings:#?}");
}

#[test]
fn a_new_project_builds_passes_its_check_and_is_caught_when_it_does_not_do_what_its_scenarios_say() {
    let scratch = Scratch::new();
    scratch.project("my-pay", "payment");
    good(&scratch.run(&["build", "my-pay"]));

    let report: Value = serde_json::from_str(&good(&scratch.run(&["check", BUNDLE, "--json"]))).expect("a report");
    let plugin = &report["plugins"][0];
    assert_eq!(plugin["id"], "com.example.my-pay");
    only_support_is_to_be_written(plugin);
    let scenarios = plugin["scenarios"].as_array().expect("scenarios");
    assert!(scenarios.len() >= 5 && scenarios.iter().all(|scenario| scenario["passed"] == true), "{scenarios:#?}");

    let packed: Value = serde_json::from_str(&good(&scratch.run(&["pack", BUNDLE, "--out", ".", "--json"]))).expect("a document");
    let digest = packed["packages"][0]["digest"].clone();
    assert!(good(&scratch.run(&["key"])).contains("ed25519:"));
    assert!(failed(&scratch.run(&["key"])).contains("never overwritten"));
    let signed: Value = serde_json::from_str(&good(&scratch.run(&["sign", PACKAGE, "--json"]))).expect("a document");
    assert_eq!(signed["digest"], digest, "signing changes nothing that is signed");
    good(&scratch.run(&["check", PACKAGE]));

    let shown = good(&scratch.run(&["run", BUNDLE, "--scenario", "pays"]));
    assert!(shown.contains("1 of 1 scenarios hold"), "{shown}");
    assert!(shown.contains("POST sandbox.example.com/v1/payments (pay)"), "{shown}");
    assert!(shown.contains("payment.updated"), "{shown}");

    fs::write(scratch.path("other.toml"), "account = \"demo\"\napi_key = \"another-key\"\n").expect("a file");
    let refused = scratch.run(&["run", BUNDLE, "--call", "check", "--settings", "other.toml"]);
    assert!(String::from_utf8_lossy(&refused.stdout).contains("misconfigured"), "{refused:?}");

    let declined = scratch.path(BUNDLE).join("scenarios/declined.toml");
    let text = fs::read_to_string(&declined).expect("a scenario").replace("code = \"limit\"", "code = \"amount\"");
    fs::write(&declined, text).expect("a scenario");
    let told = scratch.run(&["test", BUNDLE]);
    assert!(!told.status.success());
    let told = String::from_utf8_lossy(&told.stdout);
    assert!(told.contains("code: expected \"amount\", found \"limit\""), "{told}");

    fs::write(scratch.path(BUNDLE).join("scenarios/odd.toml"), "name = \"Odd\"\nsteps = []\n").expect("a scenario");
    let report = scratch.run(&["check", BUNDLE, "--json"]);
    let report: Value = serde_json::from_slice(&report.stdout).expect("a report");
    let places: Vec<&str> = report["plugins"][0]["findings"].as_array().into_iter().flatten().filter_map(|found| found["place"].as_str()).collect();
    assert_eq!(places, ["support", "scenarios/odd.toml:2"]);
}

#[test]
fn a_new_messaging_plugin_is_in_order_as_it_stands() {
    let scratch = Scratch::new();
    scratch.project("my-sms", "messaging");
    let report: Value = serde_json::from_str(&good(&scratch.run(&["check", "my-sms", "--json"]))).expect("a report");
    let plugin = &report["plugins"][0];
    only_support_is_to_be_written(plugin);
    assert!(plugin["scenarios"].as_array().is_some_and(|scenarios| scenarios.len() >= 5), "{plugin:#}");
}

#[test]
fn new_plugins_in_javascript_are_in_order_as_they_stand() {
    let scratch = Scratch::new();
    for kind in ["payment", "messaging"] {
        let name = format!("my-{kind}");
        let made = good(&scratch.run(&["new", &name, "--kind", kind, "--language", "javascript"]));
        assert!(made.contains("npm test"), "{made}");
        let report: Value = serde_json::from_str(&good(&scratch.run(&["check", &name, "--json"]))).expect("a report");
        let plugin = &report["plugins"][0];
        only_support_is_to_be_written(plugin);
        assert!(plugin["scenarios"].as_array().is_some_and(|scenarios| scenarios.len() >= 5), "{plugin:#}");
    }
}

/// The machine's code for CPython is made by a tool that was built for release; here only the bytes are looked at.
#[test]
fn new_plugins_in_python_build_and_have_the_form_of_a_plugin() {
    let scratch = Scratch::new();
    for kind in ["payment", "messaging"] {
        let name = format!("my-{kind}");
        good(&scratch.run(&["new", &name, "--kind", kind, "--language", "python"]));
        let report: Value = serde_json::from_str(&good(&scratch.run(&["check", &name, "--no-start", "--json"]))).expect("a report");
        only_support_is_to_be_written(&report["plugins"][0]);
    }
}

#[test]
fn the_same_javascript_stays_the_same_component() {
    let scratch = Scratch::new();
    good(&scratch.run(&["new", "my-sms", "--kind", "messaging", "--language", "javascript"]));
    let build = || -> Value { serde_json::from_str(&good(&scratch.run(&["build", "my-sms", "--json"]))).expect("a document") };
    let (first, second) = (build(), build());
    assert_eq!(first["plugins"][0]["sha256"], second["plugins"][0]["sha256"]);
    assert_eq!(second["plugins"][0]["changed"], false);

    fs::write(scratch.path("my-sms/src/plugin.js"), "import './missing.js';\n").expect("a file");
    assert!(failed(&scratch.run(&["build", "my-sms"])).contains("missing.js"));
}

#[test]
fn the_interfaces_of_a_plugin_come_in_one_folder_for_other_languages() {
    let scratch = Scratch::new();
    good(&scratch.run(&["new", "my-pay"]));
    assert!(good(&scratch.run(&["wit", "my-pay", "--out", "wit"])).contains("with the world `plugin`"));
    let world = fs::read_to_string(scratch.path("wit/plugin.wit")).expect("a world");
    assert!(world.contains("include wakala:payments/payment-plugin@1."), "{world}");
    assert!(scratch.path("wit/deps/host/types.wit").is_file());
    assert!(failed(&scratch.run(&["wit", "my-pay", "--out", "wit"])).contains("is not empty"));
}

#[test]
fn a_name_that_cannot_be_one_leaves_nothing_behind() {
    let scratch = Scratch::new();
    assert!(failed(&scratch.run(&["new", "My_Pay"])).contains("a-z, 0-9 and hyphen"));
    assert!(!scratch.path("My_Pay").exists());
    assert!(failed(&scratch.run(&["new", "my-pay", "--id", "Not An Id"])).contains("reverse domain name"));
    assert!(!scratch.path("my-pay").exists());
}

#[test]
fn a_folder_that_is_in_use_is_left_alone() {
    let scratch = Scratch::new();
    fs::create_dir(scratch.path("my-pay")).expect("a folder");
    fs::write(scratch.path("my-pay/notes.txt"), "mine").expect("a file");
    assert!(failed(&scratch.run(&["new", "my-pay"])).contains("is not empty"));
    assert_eq!(fs::read_dir(scratch.path("my-pay")).expect("a folder").count(), 1);
}

//! The plugins that the platform ships are held to what everybody else is.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::{Scratch, good};

/// Folders of the plugins that are published: those with a manifest.
fn shipped() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plugins");
    let entries = std::fs::read_dir(&folder).expect("the folder of the plugins");
    let mut plugins: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).filter(|path| path.join("plugin.toml").is_file()).collect();
    plugins.sort();
    plugins
}

#[test]
fn our_own_plugins_pass_their_check_with_nothing_to_remark() {
    let scratch = Scratch::new();
    for plugin in shipped() {
        let said = good(&scratch.run(&["check", &plugin.to_string_lossy(), "--json"]));
        let report: Value = serde_json::from_str(&said).expect("a report");
        let report = &report["plugins"][0];
        // The first call of a process pays for what the host begins with, a multiple of that in a build without optimisation.
        let is_slow = |finding: &&Value| finding["rule"] == "limits" && finding["message"].as_str().is_some_and(|words| words.contains(" ms of CPU"));
        let findings: Vec<&Value> = report["findings"].as_array().expect("findings").iter().filter(|finding| !is_slow(finding)).collect();
        assert!(findings.is_empty(), "{}: {findings:#?}", plugin.display());
        assert!(report["scenarios"].as_array().is_some_and(|scenarios| scenarios.len() >= 6), "{}: {report:#}", plugin.display());
    }
}

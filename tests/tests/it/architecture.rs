//! The layers: which crate may know which, and where a provider may be named.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

/// Crates and what each may depend on, besides `kernel`, which everything may.
const EDGES: &[(&str, &[&str])] = &[
    ("kernel", &[]),
    ("ports", &[]),
    ("plugin-host", &[]),
    ("simulators", &[]),
    ("plugin-review", &["plugin-host", "simulators"]),
    ("plugin-cli", &["plugin-host", "plugin-review"]),
    ("pages", &[]),
    ("identity", &["ports"]),
    ("tenancy", &["ports"]),
    ("documents", &["ports"]),
    ("ledger", &["ports"]),
    ("crm", &["ports"]),
    ("integrations", &["ports", "plugin-host"]),
    ("insurance", &["ports", "crm", "ledger", "documents"]),
    ("outreach", &["ports", "identity", "crm", "ledger", "documents", "integrations", "insurance"]),
    ("backoffice", &["ports", "pages", "identity", "tenancy", "integrations", "ledger", "crm", "documents", "insurance", "outreach"]),
    ("portal", &["ports", "pages", "identity", "tenancy", "integrations", "ledger", "crm", "documents", "insurance", "outreach"]),
    (
        "wakala",
        &[
            "ports",
            "pages",
            "plugin-host",
            "plugin-review",
            "simulators",
            "identity",
            "tenancy",
            "integrations",
            "ledger",
            "crm",
            "documents",
            "insurance",
            "outreach",
            "backoffice",
            "portal",
        ],
    ),
    ("testkit", &["ports"]),
    ("journeys", &["testkit", "simulators"]),
];

/// Crates that may name a library that everything else reaches through them.
const SOLE_USERS: &[(&str, &[&str])] =
    &[("wasmtime", &["plugin-host"]), ("typst", &["documents"]), ("apalis-postgres", &["wakala"]), ("lettre", &["integrations"])];

fn metadata() -> Value {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline", "--manifest-path"])
        .arg(testkit::root().join("Cargo.toml"))
        .output()
        .expect("cargo runs");
    serde_json::from_slice(&output.stdout).expect("cargo metadata prints JSON")
}

#[test]
fn crates_know_only_what_their_layer_allows() {
    let metadata = metadata();
    let packages = metadata["packages"].as_array().expect("packages");
    let ours: BTreeSet<&str> = packages.iter().filter_map(|p| p["name"].as_str()).collect();
    let mut wrong = Vec::new();
    for package in packages {
        let name = package["name"].as_str().expect("a name");
        let Some((_, allowed)) = EDGES.iter().find(|(known, _)| *known == name) else {
            wrong.push(format!("{name} has no place in the layers"));
            continue;
        };
        for dependency in package["dependencies"].as_array().expect("dependencies") {
            let (target, dev) = (dependency["name"].as_str().expect("a name"), dependency["kind"] == "dev");
            if dev || !ours.contains(target) || target == "kernel" {
                continue;
            }
            if !allowed.contains(&target) {
                wrong.push(format!("{name} may not know {target}"));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn a_library_with_one_door_is_named_by_its_doorkeeper_only() {
    let metadata = metadata();
    let mut wrong = Vec::new();
    for package in metadata["packages"].as_array().expect("packages") {
        let name = package["name"].as_str().expect("a name");
        for dependency in package["dependencies"].as_array().expect("dependencies") {
            let target = dependency["name"].as_str().expect("a name");
            if let Some((_, users)) = SOLE_USERS.iter().find(|(library, _)| *library == target)
                && dependency["kind"] != "dev"
                && !users.contains(&name)
            {
                wrong.push(format!("{name} may not name {target}"));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

/// Providers exist as plugins only. Guides, simulators, tests and the demonstration that `dev` sets up may name them.
const PROVIDERS: &[&str] =
    &["mpesa", "m-pesa", "safaricom", "daraja", "paystack", "africastalking", "africa's talking", "sendgrid", "realpay", "dmvic"];

fn may_name_providers(path: &str) -> bool {
    ["plugins/", "platform/simulators/", "platform/docs/", "tests/", "platform/app/src/dev/", "web/node_modules/", "web/dist/", "ops/"]
        .iter()
        .any(|prefix| path.starts_with(prefix))
        || path.contains("/tests/")
        || path.contains("/examples/")
        || path == "README.md"
}

#[test]
fn no_provider_is_named_outside_its_plugin() {
    let mut wrong = Vec::new();
    for folder in ["platform", "web", "migrations", "tenants"] {
        walk(&testkit::root().join(folder), &mut |path| {
            let relative = path.strip_prefix(testkit::root()).expect("below the root").to_string_lossy().into_owned();
            let wanted = ["rs", "sql", "html", "toml"].iter().any(|extension| relative.ends_with(&format!(".{extension}")));
            if !wanted || may_name_providers(&relative) || relative.contains("node_modules") {
                return;
            }
            let text = std::fs::read_to_string(path).unwrap_or_default().to_lowercase();
            for (number, line) in text.lines().enumerate() {
                if let Some(provider) = PROVIDERS.iter().find(|provider| line.contains(**provider)) {
                    wrong.push(format!("{relative}:{}: {provider}", number + 1));
                }
            }
        });
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn the_top_level_holds_exactly_what_it_should() {
    let output = Command::new("git").args(["ls-files"]).current_dir(testkit::root()).output().expect("git runs");
    let files = String::from_utf8_lossy(&output.stdout).into_owned();
    let top: BTreeSet<&str> = files.lines().filter_map(|path| path.split('/').next()).filter(|name| !name.starts_with('.')).collect();
    let allowed: BTreeSet<&str> =
        ["Cargo.toml", "Cargo.lock", "LICENSE", "platform", "plugins", "tenants", "migrations", "web", "ops", "tests", "Dockerfile", "README.md"]
            .into();
    assert_eq!(top.difference(&allowed).collect::<Vec<_>>(), Vec::<&&str>::new());
}

fn walk(folder: &Path, visit: &mut dyn FnMut(&PathBuf)) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.file_name().is_some_and(|name| name == "node_modules" || name == "target" || name == "dist") {
            continue;
        }
        if path.is_dir() { walk(&path, visit) } else { visit(&path) }
    }
}

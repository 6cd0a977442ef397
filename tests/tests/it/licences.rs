//! What others wrote and we ship: from where it comes, and that its licence lets us.

use std::process::Command;

use serde_json::Value;
use spdx::{Expression, ParseMode};

/// Licences under which code may be part of the binary. MPL-2.0 binds the files of the library itself, not ours.
const ALLOWED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "Unicode-3.0",
    "Unicode-DFS-2016",
    "Zlib",
];

/// Packages whose manifest names none, with what their licence file says.
const STATED_IN_A_FILE: &[(&str, &str)] = &[("apalis-postgres", "MIT")];

fn packages(folder: &str) -> Vec<Value> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--offline", "--locked", "--manifest-path"])
        .arg(testkit::root().join(folder).join("Cargo.toml"))
        .output()
        .expect("cargo runs");
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    metadata["packages"].as_array().expect("packages").clone()
}

fn is_allowed(licence: &str) -> Result<bool, String> {
    let expression = Expression::parse_mode(licence, ParseMode::LAX).map_err(|error| error.to_string())?;
    Ok(expression.evaluate(|wanted| wanted.license.id().is_some_and(|id| ALLOWED.contains(&id.name))))
}

#[test]
fn every_library_comes_from_the_registry_under_a_licence_that_lets_us_ship_it() {
    let mut wrong = Vec::new();
    for folder in [".", "plugins"] {
        for package in packages(folder) {
            let name = package["name"].as_str().expect("a name");
            // Our own.
            let Some(source) = package["source"].as_str() else { continue };
            if !source.starts_with("registry+") {
                wrong.push(format!("{name} comes from {source}"));
            }
            let stated = STATED_IN_A_FILE.iter().find(|(package, _)| *package == name).map(|(_, licence)| *licence);
            match package["license"].as_str().or(stated).map(is_allowed) {
                Some(Ok(true)) => {}
                Some(Ok(false)) => wrong.push(format!("{name} is under {}", package["license"])),
                Some(Err(error)) => wrong.push(format!("{name}: {error}")),
                None => wrong.push(format!("{name} names no licence")),
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn a_licence_that_binds_the_whole_program_is_refused_unless_there_is_a_choice() {
    assert_eq!(is_allowed("AGPL-3.0-only"), Ok(false));
    assert_eq!(is_allowed("MIT AND GPL-2.0-only"), Ok(false));
    assert_eq!(is_allowed("Apache-2.0 OR GPL-2.0-only"), Ok(true));
    assert_eq!(is_allowed("MIT/Apache-2.0"), Ok(true));
}

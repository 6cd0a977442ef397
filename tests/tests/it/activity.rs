//! What is written into the record of changes reads as words: every action, every kind of record and every setting has its text.

use std::{collections::BTreeSet, path::Path};

/// The quoted words of a piece of code, in order.
fn quoted(code: &str) -> impl Iterator<Item = &str> {
    code.split('"').skip(1).step_by(2)
}

/// Whether it has the form `area.noun.verb`.
fn is_action(word: &str) -> bool {
    let parts: Vec<&str> = word.split('.').collect();
    parts.len() == 3 && parts.iter().all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'))
}

fn slug(word: &str) -> String {
    word.replace(['.', '_'], "-")
}

/// What the sources name, each as the end of its text's key.
#[derive(Default)]
struct Named {
    actions: BTreeSet<String>,
    kinds: BTreeSet<String>,
    settings: BTreeSet<String>,
}

fn noted(folder: &Path, named: &mut Named) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            noted(&path, named);
        }
        if path.extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        let source = std::fs::read_to_string(&path).expect("a source");
        let changes: Vec<&str> = source.split("Change::of(").skip(1).collect();
        for change in &changes {
            let words: Vec<&str> = quoted(change.split(')').next().unwrap_or_default()).collect();
            let kind = words.iter().find(|word| !is_action(word));
            named.kinds.extend(kind.map(|kind| slug(kind)));
            named.actions.extend(words.iter().filter(|word| is_action(word)).map(|word| slug(word)));
        }
        // A setting that changes is named by its key.
        let settings = source.split("impl Setting for").skip(1).filter_map(|code| quoted(code).next());
        named.settings.extend(settings.map(slug));
        // Where the action is a variable, what it may be stands elsewhere in the file.
        if changes.iter().any(|change| !change.trim_start().starts_with('"')) {
            named.actions.extend(quoted(&source).filter(|word| is_action(word)).map(slug));
        }
    }
}

#[test]
fn every_noted_change_every_kind_of_record_and_every_setting_has_a_text() {
    let mut texts = BTreeSet::new();
    for file in std::fs::read_dir(testkit::root().join("web/locales/en")).expect("the texts").flatten() {
        let file = std::fs::read_to_string(file.path()).expect("a file of texts");
        texts.extend(file.lines().filter_map(|line| line.split_once(" =")).map(|(key, _)| key.to_owned()));
    }
    let mut named = Named::default();
    for platform in std::fs::read_dir(testkit::root().join("platform")).expect("the crates").flatten() {
        noted(&platform.path().join("src"), &mut named);
    }
    let Named { actions, kinds, settings } = named;
    assert!(actions.len() > 120 && kinds.len() > 25, "{} actions of {} kinds of records", actions.len(), kinds.len());
    let told = |action: &&String| texts.contains(&format!("audit-{action}")) || texts.contains(&format!("permission-{action}"));
    let unsaid: Vec<&String> = actions.iter().filter(|action| !told(action)).collect();
    assert_eq!(unsaid, Vec::<&String>::new(), "actions without a text");
    let unnamed: Vec<&String> = kinds.iter().filter(|kind| !texts.contains(&format!("activity-record-{kind}"))).collect();
    assert_eq!(unnamed, Vec::<&String>::new(), "kinds of records without a text");
    assert!(settings.len() > 8, "{settings:?}");
    let unknown: Vec<&String> = settings.iter().filter(|setting| !texts.contains(&format!("audit-reason-{setting}"))).collect();
    assert_eq!(unknown, Vec::<&String>::new(), "settings without a text");
}

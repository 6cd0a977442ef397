//! What is written into the record of changes reads as words: every action and every kind of record has its text.

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

/// Every action and every kind of record that the sources name, each as the end of its text's key.
fn noted(folder: &Path, actions: &mut BTreeSet<String>, kinds: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            noted(&path, actions, kinds);
        }
        if path.extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        let source = std::fs::read_to_string(&path).expect("a source");
        let changes: Vec<&str> = source.split("Change::of(").skip(1).collect();
        for change in &changes {
            let words: Vec<&str> = quoted(change.split(')').next().unwrap_or_default()).collect();
            let kind = words.iter().find(|word| !is_action(word));
            kinds.extend(kind.map(|kind| slug(kind)));
            actions.extend(words.iter().filter(|word| is_action(word)).map(|word| slug(word)));
        }
        // Where the action is a variable, what it may be stands elsewhere in the file.
        if changes.iter().any(|change| !change.trim_start().starts_with('"')) {
            actions.extend(quoted(&source).filter(|word| is_action(word)).map(slug));
        }
    }
}

#[test]
fn every_noted_change_and_every_kind_of_record_has_a_text() {
    let mut texts = BTreeSet::new();
    for file in std::fs::read_dir(testkit::root().join("web/locales/en")).expect("the texts").flatten() {
        let file = std::fs::read_to_string(file.path()).expect("a file of texts");
        texts.extend(file.lines().filter_map(|line| line.split_once(" =")).map(|(key, _)| key.to_owned()));
    }
    let (mut actions, mut kinds) = (BTreeSet::new(), BTreeSet::new());
    for platform in std::fs::read_dir(testkit::root().join("platform")).expect("the crates").flatten() {
        noted(&platform.path().join("src"), &mut actions, &mut kinds);
    }
    assert!(actions.len() > 120 && kinds.len() > 25, "{} actions of {} kinds of records", actions.len(), kinds.len());
    let told = |action: &&String| texts.contains(&format!("audit-{action}")) || texts.contains(&format!("permission-{action}"));
    let unsaid: Vec<&String> = actions.iter().filter(|action| !told(action)).collect();
    assert_eq!(unsaid, Vec::<&String>::new(), "actions without a text");
    let unnamed: Vec<&String> = kinds.iter().filter(|kind| !texts.contains(&format!("activity-record-{kind}"))).collect();
    assert_eq!(unnamed, Vec::<&String>::new(), "kinds of records without a text");
}

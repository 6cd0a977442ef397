//! What a role holds, written down. Pure.

use std::collections::BTreeSet;

use crate::PermissionCatalogue;

/// Names and patterns that grant exactly `chosen`: patterns that the role held stay where all that they grant was chosen, so that
/// later modules reach the role; the rest is named.
pub(crate) fn compact(catalogue: &PermissionCatalogue, before: &[String], chosen: &BTreeSet<String>) -> Vec<String> {
    let kept: BTreeSet<&str> = before
        .iter()
        .map(String::as_str)
        .filter(|pattern| pattern.contains('*') && !catalogue.resolve([*pattern]).is_empty() && catalogue.resolve([*pattern]).is_subset(chosen))
        .collect();
    let covered = catalogue.resolve(kept.iter().copied());
    kept.into_iter().map(str::to_owned).chain(chosen.difference(&covered).cloned()).collect()
}

/// A role's key from its name: `Claims desk` becomes `claims-desk`.
pub(crate) fn key_of(name: &str) -> String {
    let mut key = String::new();
    for c in name.chars() {
        match c.to_ascii_lowercase() {
            c if c.is_ascii_alphanumeric() => key.push(c),
            _ if !key.is_empty() && !key.ends_with('-') => key.push('-'),
            _ => {}
        }
    }
    let key = key.trim_matches('-');
    let key = if key.len() > 1 && key.starts_with(|c: char| c.is_ascii_lowercase()) { key.to_owned() } else { format!("role-{key}") };
    key.chars().take(40).collect::<String>().trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use kernel::module::Permission;

    use super::*;

    fn catalogue() -> PermissionCatalogue {
        let codes = ["crm.customer.read", "crm.customer.write", "ledger.payment.read", "ledger.refund.make"];
        PermissionCatalogue::new(codes.map(|code| Permission { code, sensitive: false }))
    }

    fn set(codes: &[&str]) -> BTreeSet<String> {
        codes.iter().map(|code| (*code).to_owned()).collect()
    }

    fn held(codes: &[&str]) -> Vec<String> {
        codes.iter().map(|code| (*code).to_owned()).collect()
    }

    #[test]
    fn a_pattern_stays_while_all_that_it_grants_is_chosen() {
        let before = held(&["crm.*", "ledger.payment.read"]);
        let both = set(&["crm.customer.read", "crm.customer.write", "ledger.refund.make"]);
        assert_eq!(compact(&catalogue(), &before, &both), ["crm.*", "ledger.refund.make"]);
        assert_eq!(compact(&catalogue(), &before, &set(&["crm.customer.read"])), ["crm.customer.read"]);
        assert_eq!(compact(&catalogue(), &held(&["gone.*"]), &set(&[])), Vec::<String>::new());
    }

    #[test]
    fn what_is_written_down_grants_what_was_chosen() {
        for chosen in [set(&[]), set(&["crm.customer.read"]), set(&["crm.customer.read", "ledger.payment.read", "ledger.refund.make"])] {
            for before in [held(&["*"]), held(&["*.read"]), held(&["crm.*", "*.read"])] {
                let after = compact(&catalogue(), &before, &chosen);
                assert_eq!(catalogue().resolve(after.iter().map(String::as_str)), chosen);
            }
        }
    }

    #[test]
    fn a_key_is_made_of_the_names_letters() {
        for (name, key) in
            [("Claims desk", "claims-desk"), (" Übung 2 ", "bung-2"), ("7", "role-7"), ("Wakala & wote!", "wakala-wote"), ("…", "role")]
        {
            assert_eq!(key_of(name), key, "{name}");
        }
        assert_eq!(key_of(&"a".repeat(60)).len(), 40);
    }
}

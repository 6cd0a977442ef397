//! Permissions: strings that modules own (`insurance.policy.read`). Roles hold them by name or by pattern; what a pattern means
//! is decided when somebody signs in, against the list of all modules, so that a new module's permissions reach the owner.

use std::collections::BTreeSet;

use kernel::module::Permission;

pub const USER_READ: &str = "identity.user.read";
pub const USER_INVITE: &str = "identity.user.invite";
pub const USER_CHANGE: &str = "identity.user.change";
pub const ROLE_READ: &str = "identity.role.read";
/// Not called `read`: what everybody changed is not for whoever may see everything else.
pub const ACTIVITY_INSPECT: &str = "identity.activity.inspect";
/// Held alone by whoever must take a second factor before anything else is allowed; no role gives it.
pub const ENROL_FIRST: &str = "identity.second_factor.enrol_first";
/// Held beside the rest by whoever looks through another role's eyes, and changes nothing meanwhile; no role gives it.
pub const PREVIEW: &str = "identity.role.preview";
pub const ROLE_CHANGE: &str = "identity.role.change";
pub const ROLE_ASSIGN: &str = "identity.role.assign";

/// Identity's own.
pub(crate) const OWN: &[Permission] = &[
    Permission { code: USER_READ, sensitive: false },
    Permission { code: USER_INVITE, sensitive: true },
    Permission { code: USER_CHANGE, sensitive: true },
    Permission { code: ACTIVITY_INSPECT, sensitive: false },
    Permission { code: ROLE_READ, sensitive: false },
    Permission { code: ROLE_CHANGE, sensitive: true },
    Permission { code: ROLE_ASSIGN, sensitive: true },
];

/// All permissions of all modules of this process.
#[derive(Debug, Clone, Default)]
pub struct PermissionCatalogue {
    codes: BTreeSet<&'static str>,
    sensitive: BTreeSet<&'static str>,
}

impl PermissionCatalogue {
    #[must_use]
    pub fn new(permissions: impl IntoIterator<Item = Permission>) -> Self {
        let mut catalogue = Self::default();
        for permission in permissions {
            catalogue.codes.insert(permission.code);
            if permission.sensitive {
                catalogue.sensitive.insert(permission.code);
            }
        }
        catalogue
    }

    pub fn iter(&self) -> impl Iterator<Item = &'static str> {
        self.codes.iter().copied()
    }

    /// Whether what it allows is grave: done by whoever proved lately to be there.
    #[must_use]
    pub fn is_sensitive(&self, code: &str) -> bool {
        self.sensitive.contains(code)
    }

    /// What held names and patterns grant: `*` all, `crm.*` all that begin with `crm.`, `*.read` all that end with `.read`,
    /// anything else itself. A name that no module knows grants nothing.
    #[must_use]
    pub fn resolve<'a>(&self, held: impl IntoIterator<Item = &'a str>) -> BTreeSet<String> {
        let mut granted = BTreeSet::new();
        for pattern in held {
            let grants = |code: &str| match (pattern.strip_suffix('*'), pattern.strip_prefix('*')) {
                (Some(prefix), _) if prefix.is_empty() || prefix.ends_with('.') => code.starts_with(prefix),
                (_, Some(suffix)) if suffix.starts_with('.') => code.ends_with(suffix),
                _ => code == pattern,
            };
            granted.extend(self.codes.iter().filter(|code| grants(code)).map(|code| (*code).to_owned()));
        }
        granted
    }
}

/// Everything that a role may hold to be granted this permission: the code itself and the patterns that stand for it.
pub(crate) fn granting(code: &str) -> Vec<String> {
    let dots = || code.char_indices().filter(|(_, c)| *c == '.').map(|(at, _)| at);
    let prefixes = dots().filter_map(|at| code.get(..=at)).map(|start| format!("{start}*"));
    let suffixes = dots().filter_map(|at| code.get(at..)).map(|end| format!("*{end}"));
    [code.to_owned(), "*".to_owned()].into_iter().chain(prefixes).chain(suffixes).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn catalogue() -> PermissionCatalogue {
        let codes = ["crm.customer.read", "crm.lead.read", "crmx.odd.read", "ledger.refund.make"];
        PermissionCatalogue::new(codes.map(|code| Permission { code, sensitive: false }))
    }

    #[test]
    fn a_star_grants_everything_and_a_prefix_its_own_area_only() {
        assert_eq!(catalogue().resolve(["*"]).len(), 4);
        assert_eq!(catalogue().resolve(["crm.*"]).into_iter().collect::<Vec<_>>(), ["crm.customer.read", "crm.lead.read"]);
        assert_eq!(catalogue().resolve(["*.read"]).len(), 3);
        assert_eq!(catalogue().resolve(["crm.lead.*", "ledger.refund.make"]).len(), 2);
    }

    #[test]
    fn a_name_that_no_module_knows_grants_nothing() {
        assert!(catalogue().resolve(["crm.customer.erase", "crm*", "customer.*", "*ead", "*.customer.*", ""]).is_empty());
    }

    #[test]
    fn what_grants_a_permission_is_what_resolves_to_it() {
        let code = "crm.customer.read";
        let granting = granting(code);
        for pattern in &granting {
            assert!(catalogue().resolve([pattern.as_str()]).contains(code), "{pattern}");
        }
        assert_eq!(granting, [code, "*", "crm.*", "crm.customer.*", "*.customer.read", "*.read"]);
    }
}

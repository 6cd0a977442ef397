//! What a plugin may do, as people read it: the sentences under the heads of what they are about, and which data goes where. Both from
//! the permissions' keys, whose first word says what each is about.

use integrations::catalogue::PermissionView;
use pages::Shell;

/// Permissions about one thing.
#[derive(Debug, Clone)]
pub(crate) struct Permitted {
    pub(crate) title: String,
    pub(crate) icon: &'static str,
    pub(crate) permissions: Vec<PermissionView>,
}

/// Data on its way from one place to another.
#[derive(Debug, Clone)]
pub(crate) struct Flow {
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) what: Vec<String>,
}

/// First words of keys by what they are about, in the order in which one decides.
const SORTS: [(&str, &str, &[&str]); 5] = [
    ("does", "activity", &["provide"]),
    ("reads", "eye", &["lookup", "consume"]),
    ("secrets", "lock", &["secret", "token", "reveal", "digest"]),
    ("talks", "arrow-right", &["http", "http-config", "webhook"]),
    ("tells", "inbox", &["report", "kv"]),
];

fn sort_of(permission: &PermissionView) -> &str {
    permission.key.split(':').next().unwrap_or_default()
}

/// The same under their heads. Several addresses at which the provider's requests arrive are one sentence; a sort that this release
/// does not know stands under the last head.
pub(crate) fn permitted(shell: &Shell, permissions: &[PermissionView]) -> Vec<Permitted> {
    let known = |sort: &str| SORTS.iter().any(|(.., sorts)| sorts.contains(&sort));
    let of = |(name, icon, sorts): &(&str, &'static str, &[&str])| {
        let last = *name == "tells";
        let meant = permissions.iter().filter(|p| sorts.contains(&sort_of(p)) || last && !known(sort_of(p))).cloned().collect();
        Permitted { title: shell.t(&format!("office-plugins-may-{name}")), icon, permissions: with_one_address(shell, meant) }
    };
    SORTS.iter().map(of).filter(|group| !group.permissions.is_empty()).collect()
}

fn with_one_address(shell: &Shell, permissions: Vec<PermissionView>) -> Vec<PermissionView> {
    let (addresses, mut others): (Vec<_>, Vec<_>) = permissions.into_iter().partition(|permission| sort_of(permission) == "webhook");
    if addresses.len() < 2 {
        others.extend(addresses);
        return others;
    }
    let names: Vec<&str> = addresses.iter().filter_map(|permission| permission.key.split(':').nth(1)).collect();
    let sentence = shell.tf("office-plugins-addresses", [("names", names.join(", "))]);
    others.push(PermissionView { key: "webhook".to_owned(), sentence, why: None });
    others
}

/// The picture. What stays with the platform, such as a secret that is only computed with, goes nowhere.
pub(crate) fn flows(shell: &Shell, plugin: &str, permissions: &[PermissionView]) -> Vec<Flow> {
    let account = || shell.t("office-plugins-your-account");
    let server = || shell.t("office-plugins-your-server");
    let mut flows: Vec<Flow> = Vec::new();
    for permission in permissions {
        let mut parts = permission.key.split(':');
        let sort = parts.next().unwrap_or_default();
        let (from, to, what) = match sort {
            "lookup" => (account(), plugin.to_owned(), "lookups"),
            "consume" => (account(), plugin.to_owned(), "events"),
            "reveal" | "digest" => (account(), plugin.to_owned(), "settings"),
            "http" => (plugin.to_owned(), parts.next().unwrap_or_default().to_owned(), "requests"),
            "http-config" => (plugin.to_owned(), server(), "requests"),
            "secret" | "token" => match parts.nth(1) {
                Some("typed") => (account(), server(), "secrets"),
                Some(host) => (account(), host.to_owned(), "secrets"),
                None => continue,
            },
            "webhook" => (shell.t("office-plugins-its-provider"), plugin.to_owned(), "news"),
            "report" => (plugin.to_owned(), account(), "reports"),
            _ => continue,
        };
        let what = shell.t(&format!("office-plugins-flow-{what}"));
        match flows.iter_mut().find(|flow| flow.from == from && flow.to == to) {
            Some(flow) if flow.what.contains(&what) => {}
            Some(flow) => flow.what.push(what),
            None => flows.push(Flow { from, to, what: vec![what] }),
        }
    }
    flows
}

//! What a reviewer has to know of a package: what it is, who made it, what it asks for beyond the last version, and what its author says of it.

use chrono::{DateTime, Utc};
use kernel::{App, AppResult, platform_tx::PlatformTx};
use serde::Serialize;
use uuid::Uuid;

use super::{PermissionChange, PublishingFailure, SubmissionState, SubmissionView, service, shown, store};
use crate::{
    Integrations,
    catalogue::{self, PermissionView},
};

/// Everything at one look. The machine's report is in the package's view.
#[derive(Debug, Clone, Serialize)]
pub struct Review {
    #[serde(flatten)]
    pub package: SubmissionView,
    pub account: Account,
    pub handed_in_by: String,
    pub hosts: HostChange,
    pub component_bytes: i64,
    /// Of the version that it is compared with.
    pub component_bytes_before: Option<i64>,
    /// The author's, in Markdown.
    pub changelog: Option<String>,
    pub readme: Option<String>,
}

/// Who published it.
#[derive(Debug, Clone, Serialize)]
pub struct Account {
    pub name: String,
    pub support: Option<String>,
    pub created_at: DateTime<Utc>,
    /// Versions of all its plugins that were ever listed.
    pub versions: i64,
    /// Of these, those that were revoked.
    pub revoked: i64,
}

/// Hosts that it reaches, each with `test`, `live` or `both`, compared as the permissions are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HostChange {
    pub added: Vec<String>,
    pub removed: Vec<String>,
    pub kept: Vec<String>,
}

impl From<&PermissionChange> for HostChange {
    fn from(change: &PermissionChange) -> Self {
        let hosts = |list: &[PermissionView]| list.iter().filter_map(host).collect();
        Self { added: hosts(&change.added), removed: hosts(&change.removed), kept: hosts(&change.kept) }
    }
}

/// The host of a permission to send requests.
fn host(permission: &PermissionView) -> Option<String> {
    let (host, mode) = permission.key.strip_prefix("http:")?.rsplit_once(':')?;
    Some(format!("{host} ({mode})"))
}

/// A package for its reviewer, or `submission.not_found`, as for a draft.
pub async fn review(app: &App, id: Uuid) -> AppResult<Review> {
    let mut tx = PlatformTx::begin(&app.db, "integrations.review").await?;
    let row = store::lock(&mut tx, None, id).await?;
    if row.state == SubmissionState::Draft {
        return Err(PublishingFailure::NotFound.into());
    }
    let account = store::account(&mut tx, row.publisher_id).await?;
    let account = Account { name: shown(&account.name), support: account.support.as_deref().map(shown), ..account };
    let last = catalogue::store::last_listed(&mut tx, row.publisher_id, &row.plugin, &row.version).await?;
    let view = service::view(&mut tx, None, id).await?;
    drop(tx);
    let package = service::kept(&*Integrations::of(app)?, &view.package_sha256).await?;
    let (readme, changelog) = service::words(&package);
    Ok(Review {
        hosts: HostChange::from(&view.permissions),
        package: view,
        account,
        handed_in_by: row.handed_in_by,
        component_bytes: package.file("plugin.wasm").map_or(0, |bytes| i64::try_from(bytes.len()).unwrap_or(i64::MAX)),
        component_bytes_before: last.map(|last| last.component_bytes),
        changelog: changelog.as_deref().map(shown),
        readme: readme.as_deref().map(shown),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_told_without_what_else_is_asked_for() {
        let asks = |keys: &[&str]| -> Vec<PermissionView> {
            keys.iter().map(|key| PermissionView { key: (*key).to_owned(), sentence: String::new(), why: None }).collect()
        };
        let change = PermissionChange {
            since: Some("1.0.0".to_owned()),
            added: asks(&["http:stats.example.com:443:both", "kv"]),
            removed: asks(&["http-config:server"]),
            kept: asks(&["secret:key:api.example.com:header", "http:api.example.com:8443:live"]),
        };
        let hosts = HostChange::from(&change);
        assert_eq!(hosts.added, ["stats.example.com:443 (both)"]);
        assert_eq!(hosts.kept, ["api.example.com:8443 (live)"]);
        assert!(hosts.removed.is_empty());
    }
}

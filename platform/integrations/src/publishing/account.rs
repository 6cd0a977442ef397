//! A tenant as a publisher: its handle and its keys.

use chrono::Utc;
use kernel::{App, AppResult, Scope, error::Fields, platform_tx::PlatformTx};
use plugin_host::package::PublisherKey;
use uuid::Uuid;

use super::{
    AccountView, PublishingFailure,
    store::{self, Publisher},
};
use crate::catalogue::PLATFORM;

/// Keys that sign at one time: one for each machine that releases, and one to change over.
const KEYS: usize = 10;

/// What a publisher says of itself.
pub struct Said<'a> {
    /// 3 to 60 of a-z, 0-9 and hyphen.
    pub handle: &'a str,
    pub name: &'a str,
    /// An address of mail or of a page; may be empty.
    pub support: &'a str,
}

pub(super) async fn own(tx: &mut PlatformTx, scope: &Scope) -> AppResult<Publisher> {
    Ok(store::find_publisher(tx, scope.tenant.id.0).await?.ok_or(PublishingFailure::NoAccount)?)
}

/// The publisher that the caller's tenant is, with its keys, or `publisher.none`.
pub async fn get(app: &App, scope: &Scope) -> AppResult<AccountView> {
    let mut tx = PlatformTx::begin(&app.db, "integrations.publishing").await?;
    let Publisher { id, handle, name, support, created_at } = own(&mut tx, scope).await?;
    Ok(AccountView { handle, name, support, keys: store::list_keys(&mut tx, id).await?, created_at })
}

/// Makes the tenant a publisher, or changes what it says of itself. The handle stays: manifests and installations name it.
pub async fn put(app: &App, scope: &Scope, said: Said<'_>) -> AppResult<()> {
    let mut fields = Fields::new();
    let name = fields.line("name", said.name, 100);
    let support = fields.optional_line("support", said.support, 300);
    let handle = said.handle.trim();
    let bounded = (3..=60).contains(&handle.len()) && !handle.starts_with('-') && !handle.ends_with('-');
    let fits = bounded && handle.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if !fits {
        fields.add("handle", "field-invalid");
    }
    let reachable = support.len() >= 3 && (support.starts_with("https://") || support.contains('@'));
    if !support.is_empty() && !reachable {
        fields.add("support", "field-invalid");
    }
    fields.finish()?;
    let support = (!support.is_empty()).then_some(support);
    let mut tx = PlatformTx::begin(&app.db, "integrations.publishing").await?;
    match store::find_publisher(&mut tx, scope.tenant.id.0).await? {
        Some(publisher) if publisher.handle != handle => return Err(PublishingFailure::HandleFixed.into()),
        Some(publisher) => store::update_publisher(&mut tx, publisher.id, &name, support.as_deref()).await?,
        None if handle == PLATFORM => return Err(PublishingFailure::HandleTaken.into()),
        None => store::insert_publisher(&mut tx, scope.tenant.id.0, handle, &name, support.as_deref()).await?,
    }
    tx.record(&scope.actor.to_string(), &format!("publisher {handle} of {}: {name}", scope.tenant.slug)).await?;
    tx.commit().await
}

/// Adds a key, told as `ed25519:` and base64.
pub async fn add_key(app: &App, scope: &Scope, public_key: &str, name: &str) -> AppResult<()> {
    let mut fields = Fields::new();
    let name = fields.line("name", name, 100);
    let key = fields.check("public_key", public_key.trim().parse::<PublisherKey>().ok(), "field-public-key");
    fields.finish()?;
    let Some(key) = key else { return Err(PublishingFailure::KeyNotFound.into()) };
    let (text, by) = (key.to_string(), scope.actor.to_string());
    let mut tx = PlatformTx::begin(&app.db, "integrations.publishing").await?;
    let publisher = own(&mut tx, scope).await?;
    if store::list_keys(&mut tx, publisher.id).await?.iter().filter(|key| key.revoked_at.is_none()).count() >= KEYS {
        return Err(PublishingFailure::ManyKeys.into());
    }
    let new = store::NewKey { publisher: publisher.id, public_key: &text, name: &name, by: &by, at: Utc::now() };
    if !store::insert_key(&mut tx, new).await? {
        return Err(PublishingFailure::KeyTaken.into());
    }
    tx.record(&by, &format!("publisher {} signs with {text}", publisher.handle)).await?;
    tx.commit().await
}

/// Takes a key out of use. What it signed before was reviewed and stays; what shall not is withdrawn by its version.
pub async fn revoke_key(app: &App, scope: &Scope, id: Uuid) -> AppResult<()> {
    let by = scope.actor.to_string();
    let mut tx = PlatformTx::begin(&app.db, "integrations.publishing").await?;
    let publisher = own(&mut tx, scope).await?;
    if !store::revoke_key(&mut tx, publisher.id, id, &by, Utc::now()).await? {
        return Err(PublishingFailure::KeyNotFound.into());
    }
    tx.record(&by, &format!("publisher {} signs no more with key {id}", publisher.handle)).await?;
    tx.commit().await
}

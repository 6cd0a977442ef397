//! State that a plugin keeps: sealed, per installation and mode, within the quota of its manifest, gone when its time is over.
//! Keys are the plugin's own words and stay readable, since they are listed by prefix.

use chrono::{Duration, Utc};
use kernel::{AppResult, paging::prefix_end};
use plugin_host::{
    CapabilityError, KeyPage, KvEntry,
    manifest::{KvQuota, Mode},
};
use uuid::Uuid;

use super::{
    caps::Home,
    store::{self, Area},
};

const PAGE: usize = 100;

/// What must be there for a write to happen.
pub(crate) enum Expected {
    Anything,
    /// This version; none: no entry.
    Version(Option<u64>),
}

/// Where a value is sealed: bound to installation, mode and key.
pub(super) fn place(installation: Uuid, mode: Mode, area: Area, key: &str) -> String {
    let mode = if mode == Mode::Live { "live" } else { "test" };
    format!("integrations.{}:{installation}:{mode}:{key}", area.as_str())
}

type Answer<T> = AppResult<Result<T, CapabilityError>>;

pub(super) async fn read(home: &Home, key: &str) -> Answer<Option<KvEntry>> {
    let mut tx = home.scope.begin_read().await?;
    let Some(row) = store::find_kv(&mut tx, home.installation, home.mode, Area::State, key, Utc::now()).await? else { return Ok(Ok(None)) };
    let value = home.parts.sealer.open(&mut tx, &place(home.installation, home.mode, Area::State, key), &row.sealed).await?;
    Ok(Ok(Some(KvEntry { value, version: u64::try_from(row.version).unwrap_or_default() })))
}

pub(super) async fn write(home: &Home, key: &str, expected: Expected, value: Vec<u8>, ttl_seconds: Option<u32>) -> Answer<u64> {
    let Some(KvQuota { keys, bytes: limit }) = home.quota else { return Ok(Err(CapabilityError::NotOffered)) };
    let now = Utc::now();
    let mut tx = home.scope.begin_write().await?;
    // One writer of an installation at a time, so that version and quota are compared with what is really there.
    store::lock_installation(&mut tx, home.installation).await?;
    let present = store::find_kv(&mut tx, home.installation, home.mode, Area::State, key, now).await?;
    if let Expected::Version(expected) = expected {
        let version = present.as_ref().and_then(|row| u64::try_from(row.version).ok());
        if version != expected {
            return Ok(Err(CapabilityError::Conflict));
        }
    }
    let bytes = i32::try_from(key.len().saturating_add(value.len())).unwrap_or(i32::MAX);
    let most = i64::try_from(limit.0).unwrap_or(i64::MAX);
    let fits = |used: &store::KvUsage| (used.keys < i64::from(keys), used.bytes.saturating_add(i64::from(bytes)) <= most);
    let mut room = fits(&store::kv_usage(&mut tx, home.installation, home.mode, key).await?);
    if room != (true, true) {
        // What is over takes its place until it is removed, so that nothing is kept beyond the quota for however short a time.
        store::make_room(&mut tx, home.installation, home.mode, key, now).await?;
        room = fits(&store::kv_usage(&mut tx, home.installation, home.mode, key).await?);
    }
    match room {
        (false, _) => return Ok(Err(CapabilityError::Quota(format!("{keys} entries")))),
        (_, false) => return Ok(Err(CapabilityError::Quota(format!("{} bytes", limit.0)))),
        (true, true) => {}
    }
    let sealed = home.parts.sealer.seal(&mut tx, &place(home.installation, home.mode, Area::State, key), &value).await?;
    let expires_at = ttl_seconds.map(|seconds| now + Duration::seconds(seconds.into()));
    let new = store::NewKv { installation: home.installation, mode: home.mode, area: Area::State, key, sealed: &sealed, bytes, expires_at, now };
    let version = store::upsert_kv(&mut tx, new).await?;
    tx.commit().await?;
    Ok(Ok(u64::try_from(version).unwrap_or_default()))
}

pub(super) async fn delete(home: &Home, key: &str) -> Answer<()> {
    let mut tx = home.scope.begin_write().await?;
    store::delete_kv(&mut tx, home.installation, home.mode, Area::State, key).await?;
    tx.commit().await?;
    Ok(Ok(()))
}

/// Keys in order. The cursor is the last key of the page before.
pub(super) async fn list(home: &Home, prefix: &str, cursor: Option<&str>) -> Answer<KeyPage> {
    let mut tx = home.scope.begin_read().await?;
    let range = store::KeyRange { from: prefix, to: &prefix_end(prefix), after: cursor, limit: PAGE as i64 + 1 };
    let mut keys = store::list_kv_keys(&mut tx, home.installation, home.mode, range, Utc::now()).await?;
    let more = keys.len() > PAGE;
    keys.truncate(PAGE);
    let next = keys.last().filter(|_| more).cloned();
    Ok(Ok(KeyPage { keys, next }))
}

#[cfg(test)]
pub(crate) mod tests;

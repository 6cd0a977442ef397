//! Access tokens that the host obtains for a plugin, kept sealed between calls.

use chrono::{TimeZone, Utc};
use kernel::{AppError, AppResult};
use plugin_host::{CapabilityError, SecretValue, StoredToken};
use serde::{Deserialize, Serialize};

use super::{
    caps::Home,
    kv::place,
    store::{self, Area},
};

#[derive(Serialize, Deserialize)]
struct Kept {
    access: String,
    refresh: Option<String>,
    expires_ms: Option<u64>,
    exposed: Vec<(String, String)>,
}

type Answer<T> = AppResult<Result<T, CapabilityError>>;

pub(super) async fn read(home: &Home, key: &str) -> Answer<Option<StoredToken>> {
    let mut tx = home.scope.begin_read().await?;
    let Some(row) = store::find_kv(&mut tx, home.installation, home.mode, Area::Token, key, Utc::now()).await? else { return Ok(Ok(None)) };
    let opened = home.parts.sealer.open(&mut tx, &place(home.installation, home.mode, Area::Token, key), &row.sealed).await?;
    let kept: Kept = serde_json::from_slice(&opened).map_err(AppError::internal)?;
    Ok(Ok(Some(StoredToken {
        access: SecretValue::new(kept.access),
        refresh: kept.refresh.map(SecretValue::new),
        expires_ms: kept.expires_ms,
        exposed: kept.exposed,
    })))
}

pub(super) async fn write(home: &Home, key: &str, token: Option<StoredToken>) -> Answer<()> {
    let mut tx = home.scope.begin_write().await?;
    match token {
        None => store::delete_kv(&mut tx, home.installation, home.mode, Area::Token, key).await?,
        Some(token) => {
            // With a refresh token the entry outlives the access token.
            let ends = token.expires_ms.filter(|_| token.refresh.is_none());
            let expires_at = ends.and_then(|ms| i64::try_from(ms).ok()).and_then(|ms| Utc.timestamp_millis_opt(ms).single());
            let kept = Kept {
                access: token.access.expose().to_owned(),
                refresh: token.refresh.as_ref().map(|refresh| refresh.expose().to_owned()),
                expires_ms: token.expires_ms,
                exposed: token.exposed,
            };
            let plain = serde_json::to_vec(&kept).map_err(AppError::internal)?;
            let sealed = home.parts.sealer.seal(&mut tx, &place(home.installation, home.mode, Area::Token, key), &plain).await?;
            let bytes = i32::try_from(plain.len()).unwrap_or(i32::MAX);
            let (installation, mode) = (home.installation, home.mode);
            store::upsert_kv(
                &mut tx,
                store::NewKv { installation, mode, area: Area::Token, key, sealed: &sealed, bytes, expires_at, now: Utc::now() },
            )
            .await?;
        }
    }
    tx.commit().await?;
    Ok(Ok(()))
}

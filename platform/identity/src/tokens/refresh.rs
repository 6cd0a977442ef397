//! Issuing and rotating pairs.

use chrono::{DateTime, Utc};
use kernel::{App, AppError, AppResult, Scope, TenantTx, audit::Change, tokens as secrets};
use serde::{Deserialize, Serialize};

use super::{REFRESH, REPEAT, TokenError, store};
use crate::{
    UserId, UserKind, identity,
    sessions::{self, Channel, Origin, SessionId},
    users,
};

/// What an application gets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenPair {
    pub access_token: String,
    pub refresh_token: String,
    pub access_expires_at: DateTime<Utc>,
    pub refresh_expires_at: DateTime<Utc>,
}

const PLACE: &str = "identity.refresh_token.successor";

/// Signs an application in as the user, whose credentials the caller has checked. As the system audience; the caller commits.
pub async fn issue(app: &App, tx: &mut TenantTx, user: UserId, origin: &Origin) -> AppResult<TokenPair> {
    let kind = users::get(tx, user).await?.kind;
    let (session, session_end) = sessions::insert(app, tx, user, origin, Channel::Api, None).await?;
    next_pair(app, tx, user, kind, session, session_end).await
}

async fn next_pair(
    app: &App,
    tx: &mut TenantTx,
    user: UserId,
    kind: UserKind,
    session: SessionId,
    session_end: DateTime<Utc>,
) -> AppResult<TokenPair> {
    let identity = identity(app)?;
    let now = identity.now();
    let refresh_token = secrets::random_token();
    let refresh_expires_at = session_end.min(now + REFRESH);
    store::insert(tx, session, &secrets::token_hash(&refresh_token), now, refresh_expires_at).await?;
    let access_token = identity.keys.sign(tx.tenant_id(), user.0, kind, session.0, now)?;
    Ok(TokenPair { access_token, refresh_token, access_expires_at: now + super::ACCESS, refresh_expires_at })
}

/// Exchanges a refresh token for the next pair. Opens its own transaction, because the end of a family must last although the
/// caller gets an error. `scope` is the system's.
pub async fn rotate(app: &App, scope: &Scope, refresh_token: &str) -> AppResult<TokenPair> {
    let identity = identity(app)?;
    let mut tx = scope.begin_write().await?;
    let token = store::lock_by_hash(&mut tx, &secrets::token_hash(refresh_token)).await?.ok_or(TokenError::Invalid)?;
    let now = identity.now();
    let (session, user) = (SessionId(token.session), UserId(token.user));
    if token.ended || !token.user_active || token.session_expires_at <= now {
        return Err(TokenError::Invalid.into());
    }
    if let Some(used_at) = token.used_at {
        if now - used_at <= REPEAT
            && let Some(sealed) = &token.successor_sealed
        {
            let pair = app.sealer.open(&mut tx, PLACE, sealed).await?;
            return serde_json::from_slice(&pair).map_err(AppError::internal);
        }
        sessions::store::revoke(&mut tx, user, session, "refresh token reused", now).await?;
        tx.audit(Change::of("identity.session.end", "session", session.0).because("refresh token reused")).await?;
        let recent = identity.clone();
        tx.after_commit(move || recent.recent.forget(session));
        tx.commit().await?;
        return Err(TokenError::Reused.into());
    }
    if token.expires_at <= now {
        return Err(TokenError::Invalid.into());
    }
    let kind = users::get(&mut tx, user).await?.kind;
    let pair = next_pair(app, &mut tx, user, kind, session, token.session_expires_at).await?;
    let sealed = app.sealer.seal(&mut tx, PLACE, &serde_json::to_vec(&pair).map_err(AppError::internal)?).await?;
    store::mark_used(&mut tx, token.id, &sealed, now).await?;
    store::blank_successors(&mut tx, Some(session), now - REPEAT).await?;
    sessions::store::touch(&mut tx, session, now).await?;
    tx.commit().await?;
    Ok(pair)
}

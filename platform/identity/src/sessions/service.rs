//! Opening, listing and ending sessions; the caller commits.

use std::net::IpAddr;

use chrono::TimeDelta;
use kernel::{App, AppError, AppResult, ReadTx, TenantTx, audit::Change, tokens};

use super::{SessionId, SessionSettings, store};
use crate::{UserId, identity, users};

pub use super::store::SessionRow as SessionSummary;

/// Where a request comes from, as sessions show it.
#[derive(Debug, Clone)]
pub struct Origin {
    pub address: IpAddr,
    pub user_agent: String,
}

impl Origin {
    /// The browser's word about itself is cut to 200 characters.
    #[must_use]
    pub fn new(address: IpAddr, user_agent: &str) -> Self {
        Self { address, user_agent: user_agent.chars().filter(|c| !c.is_control()).take(200).collect() }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Channel {
    Browser,
    Api,
}

/// A new session of a browser. The token goes into the cookie and nowhere else.
#[derive(Debug, Clone)]
pub struct OpenedSession {
    pub id: SessionId,
    pub token: String,
    /// When it ends in any case.
    pub expires_at: chrono::DateTime<chrono::Utc>,
}

/// Families of refresh tokens end here even if they are always renewed.
const LONGEST_API: TimeDelta = TimeDelta::days(90);

/// Signs a browser in as the user, whose credentials the caller has checked. As the system audience.
pub async fn open(app: &App, tx: &mut TenantTx, user: UserId, origin: &Origin) -> AppResult<OpenedSession> {
    let token = tokens::random_token();
    let (id, expires_at) = insert(app, tx, user, origin, Channel::Browser, Some(&tokens::token_hash(&token))).await?;
    Ok(OpenedSession { id, token, expires_at })
}

pub(crate) async fn insert(
    app: &App,
    tx: &mut TenantTx,
    user: UserId,
    origin: &Origin,
    channel: Channel,
    token_hash: Option<&[u8]>,
) -> AppResult<(SessionId, chrono::DateTime<chrono::Utc>)> {
    let (id, now) = (SessionId::new(), identity(app)?.now());
    let kind = users::get(tx, user).await?.kind;
    let settings = tx.setting::<SessionSettings>().await?.value;
    let (idle_seconds, longest) = settings.seconds(kind);
    let (channel_name, expires_at) = match channel {
        Channel::Browser => ("browser", now + TimeDelta::seconds(longest)),
        Channel::Api => ("api", now + LONGEST_API),
    };
    // An application is idle when its refresh token runs out, not by requests.
    let idle_seconds = if channel == Channel::Api { i32::try_from(LONGEST_API.num_seconds()).unwrap_or(i32::MAX) } else { idle_seconds };
    store::insert(tx, &store::NewSession { id, user, channel: channel_name, token_hash, origin, idle_seconds, now, expires_at }).await?;
    users::store::mark_login(tx, user, now).await?;
    tx.audit(Change::of("identity.session.open", "session", id.0).set("user", user.0.to_string()).set("channel", channel_name)).await?;
    Ok((id, expires_at))
}

/// The user's open sessions, last seen first.
pub async fn list(app: &App, tx: &mut ReadTx, user: UserId) -> AppResult<Vec<SessionSummary>> {
    store::list_open(tx, user, identity(app)?.now()).await
}

/// Whether the session still admits its user. Asking does not count as the user's being there. As the system audience.
pub async fn is_open(app: &App, tx: &mut ReadTx, id: SessionId) -> AppResult<bool> {
    store::is_open(tx, id, identity(app)?.now()).await
}

/// Ends one session of the user; not found if it is not the user's or has ended.
pub async fn end(app: &App, tx: &mut TenantTx, user: UserId, id: SessionId) -> AppResult<()> {
    let identity = identity(app)?;
    if !store::revoke(tx, user, id, "ended", identity.now()).await? {
        return Err(AppError::not_found());
    }
    tx.audit(Change::of("identity.session.end", "session", id.0)).await?;
    tx.after_commit(move || identity.recent.forget(id));
    Ok(())
}

/// Ends the user's sessions but one, or all.
pub async fn end_all(app: &App, tx: &mut TenantTx, user: UserId, except: Option<SessionId>, because: &'static str) -> AppResult<()> {
    let identity = identity(app)?;
    let ended = store::revoke_all(tx, user, except, because, identity.now()).await?;
    if ended > 0 {
        tx.audit(Change::of("identity.session.end", "user", user.0).because(because).set("sessions", ended)).await?;
    }
    tx.after_commit(move || identity.recent.clear());
    Ok(())
}

//! From a credential to the person: a browser's cookie or an application's access token, in the tenant of the host. One query
//! says who it is and what the roles hold. Answers are kept for a second at most; what this process ends, ends at once.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use chrono::{DateTime, TimeDelta, Utc};
use kernel::{App, AppError, AppResult, Scope, Sight, Tenant, http::Who, tenant::TenantId, tokens::token_hash};
use uuid::Uuid;

use crate::{
    Identity, PersonName, UserId, UserKind, identity,
    permissions::{ENROL_FIRST, PREVIEW},
    sessions::{
        SessionId,
        store::{self, Admitted},
    },
    tokens::Claims,
};

/// In bytes; ours have about 400.
const LONGEST_TOKEN: usize = 2048;
/// A session is noted as seen once in this long.
const SEEN_EVERY: TimeDelta = TimeDelta::seconds(60);

/// Who the cookie's token belongs to; none if it is unknown, has ended, or belongs to the other kind of user. `request_id` is
/// the request's.
pub async fn by_cookie(app: &App, tenant: &Arc<Tenant>, kind: UserKind, token: &str, request_id: Uuid) -> AppResult<Option<Who>> {
    if token.len() > 100 {
        return Ok(None);
    }
    let identity = identity(app)?;
    let hash = token_hash(token);
    let key = (tenant.id, Credential::Cookie, hash);
    let now = identity.now();
    if let Some(who) = identity.recent.get(&key, now) {
        return Ok(of_kind(&who, kind).then_some(who));
    }
    let scope = app.system_scope(tenant.clone(), "identity.authenticate", request_id);
    let epoch = identity.recent.epoch();
    let mut tx = scope.begin_read().await?;
    let found = store::find_by_token(&mut tx, &hash, now).await?;
    drop(tx);
    let Some(admitted) = found else { return Ok(None) };
    if now - admitted.last_seen_at > SEEN_EVERY {
        note_seen(&scope, SessionId(admitted.session), &identity).await?;
    }
    let Some(who) = who(&identity, admitted) else { return Ok(None) };
    identity.recent.put(key, Admission::of(who.clone(), None), epoch);
    Ok(of_kind(&who, kind).then_some(who))
}

/// Who an access token belongs to. A token that is forged, old, of another tenant or of a session that has ended is
/// `identity.token_invalid`: a caller that shows credentials is never taken for a visitor.
pub async fn by_bearer(app: &App, tenant: &Arc<Tenant>, kind: UserKind, token: &str, request_id: Uuid) -> AppResult<Who> {
    if token.len() > LONGEST_TOKEN {
        return Err(invalid());
    }
    let identity = identity(app)?;
    // Whoever was admitted a moment ago need not be proven again: checking a signature costs more than all else before the handler.
    let key = (tenant.id, Credential::Token, token_hash(token));
    let now = identity.now();
    if let Some(who) = identity.recent.get(&key, now) {
        return if of_kind(&who, kind) { Ok(who) } else { Err(invalid()) };
    }
    let claims: Claims = identity.keys.verify(token, now).ok_or_else(invalid)?;
    if claims.tid != tenant.id.0 || claims.kind != kind {
        return Err(invalid());
    }
    let scope = app.system_scope(tenant.clone(), "identity.authenticate", request_id);
    let epoch = identity.recent.epoch();
    let mut tx = scope.begin_read().await?;
    let found = store::find_by_id(&mut tx, SessionId(claims.sid), UserId(claims.sub), now).await?;
    drop(tx);
    let who = found.and_then(|admitted| who(&identity, admitted)).ok_or_else(invalid)?;
    identity.recent.put(key, Admission::of(who.clone(), DateTime::from_timestamp(claims.exp, 0)), epoch);
    Ok(who)
}

fn invalid() -> AppError {
    crate::tokens::TokenError::Invalid.into()
}

async fn note_seen(scope: &Scope, session: SessionId, identity: &Identity) -> AppResult<()> {
    let mut tx = scope.begin_write().await?;
    store::touch(&mut tx, session, identity.now()).await?;
    tx.commit().await
}

/// None for a customer's user who is not linked to a customer yet: nothing can be his.
fn who(identity: &Identity, row: Admitted) -> Option<Who> {
    let name = PersonName { first: row.first_name, last: row.last_name }.full();
    match UserKind::from_name(&row.kind)? {
        UserKind::Customer => Some(Who::Customer { user: row.user, customer: row.subject_id?, session: row.session, name }),
        UserKind::Staff => {
            let held = identity.catalogue.resolve(row.held.iter().map(String::as_str));
            let (name, permissions) = match row.preview {
                _ if row.must_enrol => (name, BTreeSet::from([ENROL_FIRST.to_owned()])),
                Some(role) => {
                    let seen = identity.catalogue.resolve(row.preview_held.iter().map(String::as_str));
                    let seen = held.intersection(&seen).cloned().chain([PREVIEW.to_owned()]).collect();
                    (format!("{name} ({role})"), seen)
                }
                None => (name, held),
            };
            let permissions = Arc::new(permissions);
            let sight = row.sight.min(row.preview_sight.unwrap_or(Sight::All));
            Some(Who::Staff { user: row.user, session: row.session, name, permissions, sight })
        }
    }
}

/// Whether this person may send anything now: whoever looks through another role's eyes only looks, and goes back or out.
#[must_use]
pub fn may_send(who: &Who, path: &str) -> bool {
    match who {
        Who::Staff { permissions, .. } => !permissions.contains(PREVIEW) || [PREVIEW_END, "/logout"].contains(&path),
        Who::Customer { .. } | Who::Visitor { .. } => true,
    }
}

/// Where the back office takes the wish to be oneself again.
pub const PREVIEW_END: &str = "/settings/preview/end";

fn of_kind(who: &Who, kind: UserKind) -> bool {
    match who {
        Who::Staff { .. } => kind == UserKind::Staff,
        Who::Customer { .. } => kind == UserKind::Customer,
        Who::Visitor { .. } => false,
    }
}

/// What was shown: the one is never taken for the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Credential {
    Cookie,
    Token,
}

type Key = (TenantId, Credential, [u8; 32]);

const FRESH: Duration = Duration::from_secs(1);
const MANY: usize = 10_000;

/// Who was admitted within the last second.
#[derive(Default)]
pub(crate) struct Recent(Mutex<Entries>);

/// Somebody was let in.
struct Admission {
    at: Instant,
    who: Who,
    /// When what was shown ends by itself.
    ends: Option<DateTime<Utc>>,
}

impl Admission {
    fn of(who: Who, ends: Option<DateTime<Utc>>) -> Self {
        Self { at: Instant::now(), who, ends }
    }
    fn is_fresh(&self) -> bool {
        self.at.elapsed() < FRESH
    }
}

#[derive(Default)]
struct Entries {
    known: HashMap<Key, Admission>,
    /// Raised when something ended, so that what was read before is not kept after.
    epoch: u64,
}

impl Recent {
    fn entries(&self) -> std::sync::MutexGuard<'_, Entries> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
    fn epoch(&self) -> u64 {
        self.entries().epoch
    }
    fn get(&self, key: &Key, now: DateTime<Utc>) -> Option<Who> {
        let entries = self.entries();
        let found = entries.known.get(key)?;
        (found.is_fresh() && found.ends.is_none_or(|ends| ends > now)).then(|| found.who.clone())
    }
    fn put(&self, key: Key, admission: Admission, epoch: u64) {
        let mut entries = self.entries();
        if entries.epoch != epoch {
            return;
        }
        if entries.known.len() >= MANY {
            entries.known.retain(|_, admission| admission.is_fresh());
        }
        if entries.known.len() < MANY {
            entries.known.insert(key, admission);
        }
    }
    pub(crate) fn forget(&self, session: SessionId) {
        let mut entries = self.entries();
        entries.epoch += 1;
        entries.known.retain(|_, admission| match &admission.who {
            Who::Staff { session: of, .. } | Who::Customer { session: of, .. } => *of != session.0,
            Who::Visitor { .. } => false,
        });
    }
    pub(crate) fn clear(&self) {
        let mut entries = self.entries();
        entries.epoch += 1;
        entries.known.clear();
    }
}

//! Adding a passkey, using it, and giving it up. As the system audience with the person as actor; the caller commits.

use chrono::TimeDelta;
use kernel::{App, AppError, AppResult, ReadTx, Scope, TenantTx, audit::Change, error::Fields, tokens};
use serde_json::Value;
use webauthn_rs::prelude::{AuthenticationResult, DiscoverableAuthentication, PasskeyAuthentication, PasskeyRegistration, PublicKeyCredential};

use super::{
    LONGEST_NAME, MOST, PasskeyError, PasskeyId, PasskeyRow,
    ceremony::{self, relying_party},
    store,
};
use crate::{
    User, UserId, UserKind, UserStatus,
    accounts::{AccountError, SendNotice},
    identity, second_factor,
    sessions::{self, Origin, SessionId},
    users,
};

/// A question to a device, for a page to carry: the answer comes back with the token.
#[derive(Debug, Clone)]
pub struct Ceremony {
    pub token: String,
    /// JSON for `navigator.credentials`.
    pub options: String,
}

/// How long a question stands.
pub(crate) const OPEN: TimeDelta = TimeDelta::minutes(10);

const REGISTER: &str = "register";
const PROVE: &str = "prove";
const ENTER: &str = "enter";

async fn ask(app: &App, tx: &mut TenantTx, user: Option<UserId>, purpose: &'static str, options: String, state: Value) -> AppResult<Ceremony> {
    let token = tokens::random_token();
    let (token_hash, expires_at) = (tokens::token_hash(&token), identity(app)?.now() + OPEN);
    store::insert_ceremony(tx, &store::NewCeremony { user, purpose, token_hash: &token_hash, state, expires_at }).await?;
    Ok(Ceremony { token, options })
}

/// The state of the question; none if it was answered, is over, or was somebody else's.
async fn answered(app: &App, tx: &mut TenantTx, user: Option<UserId>, purpose: &str, token: &str) -> AppResult<Option<Value>> {
    if token.len() > 100 {
        return Ok(None);
    }
    store::take_ceremony(tx, &tokens::token_hash(token), purpose, user, identity(app)?.now()).await
}

/// The person's passkeys, oldest first.
pub async fn list(tx: &mut ReadTx, user: UserId) -> AppResult<Vec<PasskeyRow>> {
    store::list(tx, user).await
}

/// Asks the device at hand to make a passkey of this host. Devices that hold one of this account already refuse.
pub async fn begin_adding(app: &App, tx: &mut TenantTx, user: &User) -> AppResult<Ceremony> {
    let known = store::list_credentials(tx, user.id).await?;
    if known.len() >= MOST {
        return Err(PasskeyError::TooMany.into());
    }
    let tenant = tx.scope().tenant.clone();
    let known = known.iter().map(|passkey| passkey.cred_id().clone()).collect();
    let begun = relying_party(app, &tenant, user.kind)?.start_passkey_registration(user.id.0, &user.email, &user.name.full(), Some(known));
    let (challenge, state) = begun.map_err(AppError::internal)?;
    ask(app, tx, Some(user.id), REGISTER, ceremony::options(&challenge)?, ceremony::kept(&state)?).await
}

/// Keeps the passkey that the device made. With the first way to prove oneself besides the password every other session ends, and
/// recovery codes are given; later ones give none.
pub async fn add(app: &App, tx: &mut TenantTx, user: UserId, session: SessionId, token: &str, answer: &str, name: &str) -> AppResult<Vec<String>> {
    let mut fields = Fields::new();
    let name = fields.line("name", name, LONGEST_NAME);
    fields.finish()?;
    users::store::lock(tx, user).await?;
    let person = users::get(tx, user).await?;
    let state = answered(app, tx, Some(user), REGISTER, token).await?.ok_or(PasskeyError::Wrong)?;
    let state: PasskeyRegistration = ceremony::resumed(state)?;
    let tenant = tx.scope().tenant.clone();
    let made = relying_party(app, &tenant, person.kind)?.finish_passkey_registration(&ceremony::answer(answer)?, &state);
    let passkey = made.map_err(|_| PasskeyError::Wrong)?;
    let is_first = !second_factor::has(tx, user).await?;
    let id = PasskeyId::new();
    store::insert(tx, id, user, &passkey, &name, identity(app)?.now()).await?;
    tx.audit(Change::of("identity.passkey.add", "user", user.0).set("name", name)).await?;
    tx.enqueue(&SendNotice::passkey_added(user, tx.scope())).await?;
    if !is_first {
        return Ok(Vec::new());
    }
    sessions::end_all(app, tx, user, Some(session), "passkey added").await?;
    second_factor::give_codes(app, tx, user).await
}

/// Calls a passkey by another name.
pub async fn rename(tx: &mut TenantTx, user: UserId, id: PasskeyId, name: &str) -> AppResult<()> {
    let mut fields = Fields::new();
    let name = fields.line("name", name, LONGEST_NAME);
    fields.finish()?;
    let before = store::rename(tx, user, id, &name).await?.ok_or_else(AppError::not_found)?;
    tx.audit(Change::of("identity.passkey.rename", "user", user.0).change("name", before, name)).await
}

/// Gives up a passkey. The last one stays where the tenant demands a second factor and there is no other.
pub async fn remove(app: &App, tx: &mut TenantTx, user: UserId, id: PasskeyId) -> AppResult<()> {
    users::store::lock(tx, user).await?;
    let name = store::delete(tx, user, id).await?.ok_or_else(AppError::not_found)?;
    second_factor::settle_codes(tx, user).await?;
    tx.audit(Change::of("identity.passkey.remove", "user", user.0).change("name", name, Value::Null)).await?;
    tx.enqueue(&SendNotice::passkey_removed(user, tx.scope())).await?;
    let recent = identity(app)?;
    tx.after_commit(move || recent.recent.clear());
    Ok(())
}

/// Asks for one of the person's passkeys; none if there is none.
pub async fn begin_proof(app: &App, tx: &mut TenantTx, user: UserId) -> AppResult<Option<Ceremony>> {
    let known = store::list_credentials(tx, user).await?;
    if known.is_empty() {
        return Ok(None);
    }
    let (kind, tenant) = (users::get(tx, user).await?.kind, tx.scope().tenant.clone());
    let (challenge, state) = relying_party(app, &tenant, kind)?.start_passkey_authentication(&known).map_err(AppError::internal)?;
    ask(app, tx, Some(user), PROVE, ceremony::options(&challenge)?, ceremony::kept(&state)?).await.map(Some)
}

/// Whether the device's answer is that of one of the person's passkeys. The caller **commits in either case**: a question is used up
/// by a wrong answer too.
pub(crate) async fn prove(app: &App, tx: &mut TenantTx, user: UserId, token: &str, answer: &str) -> AppResult<bool> {
    let Some(state) = answered(app, tx, Some(user), PROVE, token).await? else { return Ok(false) };
    let state: PasskeyAuthentication = ceremony::resumed(state)?;
    let Ok(answer) = ceremony::answer::<PublicKeyCredential>(answer) else { return Ok(false) };
    let (kind, tenant) = (users::get(tx, user).await?.kind, tx.scope().tenant.clone());
    match relying_party(app, &tenant, kind)?.finish_passkey_authentication(&answer, &state) {
        Ok(result) => note_use(app, tx, user, &result).await,
        Err(_) => Ok(false),
    }
}

/// False if the passkey was given up since it was asked for.
async fn note_use(app: &App, tx: &mut TenantTx, user: UserId, result: &AuthenticationResult) -> AppResult<bool> {
    let found = store::lock_by_credential(tx, result.cred_id()).await?.filter(|found| found.user == user);
    let Some(mut found) = found else { return Ok(false) };
    found.credential.0.update_credential(result);
    store::note_use(tx, found.id, &found.credential.0, identity(app)?.now()).await?;
    Ok(true)
}

/// Asks for any passkey of this host: the answer says whose it is. Opens its own transaction, as [`crate::accounts`] do.
pub async fn begin_entry(app: &App, scope: &Scope, kind: UserKind, origin: &Origin) -> AppResult<Ceremony> {
    identity(app)?.limits.passkey(origin.address)?;
    let (challenge, state) = relying_party(app, &scope.tenant, kind)?.start_discoverable_authentication().map_err(AppError::internal)?;
    let mut tx = scope.begin_write().await?;
    let ceremony = ask(app, &mut tx, None, ENTER, ceremony::options(&challenge)?, ceremony::kept(&state)?).await?;
    tx.commit().await?;
    Ok(ceremony)
}

/// The person whose passkey answered. Device and finger are two proofs, so nothing else is asked for.
pub async fn enter(app: &App, scope: &Scope, kind: UserKind, token: &str, answer: &str, origin: &Origin) -> AppResult<UserId> {
    identity(app)?.limits.passkey(origin.address)?;
    let mut tx = scope.begin_write().await?;
    let entered = entered(app, &mut tx, kind, token, answer).await?;
    tx.commit().await?;
    let Some(person) = entered else {
        crate::accounts::count_failure(kind);
        return Err(PasskeyError::Wrong.into());
    };
    if person.status == UserStatus::Active { Ok(person.id) } else { Err(AccountError::Suspended.into()) }
}

async fn entered(app: &App, tx: &mut TenantTx, kind: UserKind, token: &str, answer: &str) -> AppResult<Option<User>> {
    let Some(state) = answered(app, tx, None, ENTER, token).await? else { return Ok(None) };
    let state: DiscoverableAuthentication = ceremony::resumed(state)?;
    let Ok(answer) = ceremony::answer::<PublicKeyCredential>(answer) else { return Ok(None) };
    let tenant = tx.scope().tenant.clone();
    let host = relying_party(app, &tenant, kind)?;
    let Ok((user, credential)) = host.identify_discoverable_authentication(&answer) else { return Ok(None) };
    let found = store::lock_by_credential(tx, credential).await?.filter(|found| found.user.0 == user);
    let Some(found) = found else { return Ok(None) };
    let Ok(result) = host.finish_discoverable_authentication_v2(&answer, state, &found.credential.0) else { return Ok(None) };
    let person = users::get(tx, found.user).await?;
    if person.kind != kind || !note_use(app, tx, person.id, &result).await? {
        return Ok(None);
    }
    Ok(Some(person))
}

//! Taking a second factor, using it, and giving it up. As the system audience with the person as actor; the caller commits.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use kernel::{App, AppError, AppResult, ReadTx, TenantTx, audit::Change, error::Fields, tokens};

use super::{RECOVERY_CODES, SecondFactorError, SecondFactorPolicy, store, totp};
use crate::{
    User, UserId,
    accounts::SendNotice,
    identity, passkeys, roles,
    sessions::{self, SessionId},
    users,
};

/// A new secret, shown to its person once and not yet in force.
#[derive(Debug, Clone)]
pub struct Enrolment {
    /// What an app reads from the picture: `otpauth://…`.
    pub address: String,
    /// The secret for whoever has to type it.
    pub key: String,
    /// The secret sealed for this person; comes back with the first code.
    pub sealed: String,
}

/// A second factor in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status {
    pub since: DateTime<Utc>,
    /// Recovery codes not used yet.
    pub codes_left: i64,
}

/// What somebody shows who has a second factor.
#[derive(Debug, Clone, Copy)]
pub enum Proof<'a> {
    /// Of the app, or one of the recovery codes; a password where there is no second factor.
    Code(&'a str),
    /// A device's answer to the question with this token.
    Passkey { token: &'a str, answer: &'a str },
}

/// How long the page with a new secret may lie open.
const ENROLMENT: TimeDelta = TimeDelta::minutes(30);

fn enrolment_place(user: UserId) -> String {
    format!("identity.second_factor.enrolment:{user}")
}

fn secret_place(user: UserId) -> String {
    format!("identity.second_factor:{user}")
}

fn recovery_place(user: UserId) -> String {
    format!("identity.recovery_code:{user}")
}

/// Makes a secret. Nothing is kept of it: it comes back sealed with the first code.
pub async fn begin(app: &App, tx: &mut ReadTx, user: &User) -> AppResult<Enrolment> {
    let secret = tokens::random_bytes::<{ totp::SECRET_BYTES }>();
    let mut plain = identity(app)?.now().timestamp().to_be_bytes().to_vec();
    plain.extend(secret);
    let sealed = app.sealer.seal(tx, &enrolment_place(user.id), &plain).await?;
    shown(tx, user, &secret, URL_SAFE_NO_PAD.encode(sealed))
}

/// The same secret once more, after a wrong code: the person's app has it already.
pub async fn shown_again(app: &App, tx: &mut ReadTx, user: &User, sealed: &str) -> AppResult<Enrolment> {
    let secret = unseal(app, tx, user.id, sealed).await?;
    shown(tx, user, &secret, sealed.to_owned())
}

fn shown(tx: &ReadTx, user: &User, secret: &[u8], sealed: String) -> AppResult<Enrolment> {
    Ok(Enrolment { address: totp::address(secret, &tx.scope().tenant.name, &user.email)?, key: totp::typed(secret), sealed })
}

/// The secret of a page that this person was shown a while ago at most.
async fn unseal(app: &App, tx: &mut ReadTx, user: UserId, sealed: &str) -> AppResult<Vec<u8>> {
    let over = || AppError::from(SecondFactorError::EnrolmentOver);
    let bytes = URL_SAFE_NO_PAD.decode(sealed).map_err(|_| over())?;
    let plain = app.sealer.open(tx, &enrolment_place(user), &bytes).await.map_err(|_| over())?;
    let (at, secret) = plain.split_first_chunk::<8>().ok_or_else(over)?;
    let age = identity(app)?.now().timestamp().saturating_sub(i64::from_be_bytes(*at));
    if age > ENROLMENT.num_seconds() { Err(over()) } else { Ok(secret.to_vec()) }
}

/// Puts the secret of [`begin`] in force, given a code that it makes; gives the recovery codes. Every other session ends.
pub async fn enrol(app: &App, tx: &mut TenantTx, user: UserId, session: SessionId, sealed: &str, code: &str) -> AppResult<Vec<String>> {
    let identity = identity(app)?;
    let now = identity.now();
    let secret = unseal(app, tx, user, sealed).await?;
    let step = totp::matching_step(&secret, &cleaned(code), now, 0)?.ok_or(SecondFactorError::WrongCode)?;
    let kept = app.sealer.seal(tx, &secret_place(user), &secret).await?;
    store::insert(tx, user, &kept, step, now).await?;
    let codes = give_codes(app, tx, user).await?;
    tx.audit(Change::of("identity.second_factor.enrol", "user", user.0)).await?;
    sessions::end_all(app, tx, user, Some(session), "second factor added").await?;
    tx.enqueue(&SendNotice::second_factor_on(user, tx.scope())).await?;
    Ok(codes)
}

/// Gives ten new recovery codes; the earlier ones are worth nothing.
pub async fn renew_codes(app: &App, tx: &mut TenantTx, user: UserId) -> AppResult<Vec<String>> {
    users::store::lock(tx, user).await?;
    if !has(tx, user).await? {
        return Err(SecondFactorError::NotOn.into());
    }
    let codes = give_codes(app, tx, user).await?;
    tx.audit(Change::of("identity.recovery_codes.renew", "user", user.0)).await?;
    Ok(codes)
}

pub(crate) async fn give_codes(app: &App, tx: &mut TenantTx, user: UserId) -> AppResult<Vec<String>> {
    let codes: Vec<String> = (0..RECOVERY_CODES).map(|_| random_code()).collect();
    let mut hashes = Vec::with_capacity(codes.len());
    for code in &codes {
        hashes.push(app.sealer.lookup_hash(tx, &recovery_place(user), &cleaned(code)).await?);
    }
    store::replace_codes(tx, user, &hashes, identity(app)?.now()).await?;
    Ok(codes)
}

/// Gives up the codes of one's app. Refused where the tenant demands a second factor and there is no passkey.
pub async fn remove(app: &App, tx: &mut TenantTx, user: UserId) -> AppResult<()> {
    users::store::lock(tx, user).await?;
    if !store::delete(tx, user).await? {
        return Err(SecondFactorError::NotOn.into());
    }
    settle_codes(tx, user).await?;
    taken_away(app, tx, user, "identity.second_factor.remove").await
}

/// Takes app and passkeys from somebody who lost device and codes; every session of the person ends.
pub async fn reset(app: &App, tx: &mut TenantTx, user: UserId) -> AppResult<()> {
    users::store::lock(tx, user).await?;
    let (had_app, had_passkeys) = (store::delete(tx, user).await?, passkeys::store::delete_all(tx, user).await? > 0);
    if !had_app && !had_passkeys {
        return Err(SecondFactorError::NotOn.into());
    }
    store::delete_codes(tx, user).await?;
    taken_away(app, tx, user, "identity.second_factor.reset").await?;
    sessions::end_all(app, tx, user, None, "second factor reset").await
}

/// After one way to prove oneself was given up: with the last one the recovery codes go, and it does not go where one is demanded.
pub(crate) async fn settle_codes(tx: &mut TenantTx, user: UserId) -> AppResult<()> {
    if has(tx, user).await? {
        return Ok(());
    }
    if store::is_demanded(tx, user).await? {
        return Err(SecondFactorError::Demanded.into());
    }
    store::delete_codes(tx, user).await
}

async fn taken_away(app: &App, tx: &mut TenantTx, user: UserId, action: &'static str) -> AppResult<()> {
    tx.audit(Change::of(action, "user", user.0)).await?;
    tx.enqueue(&SendNotice::second_factor_off(user, tx.scope())).await?;
    let recent = identity(app)?;
    tx.after_commit(move || recent.recent.clear());
    Ok(())
}

/// The person's app, if there is one.
pub async fn status(tx: &mut ReadTx, user: UserId) -> AppResult<Option<Status>> {
    Ok(store::find_status(tx, user).await?.map(|(since, codes_left)| Status { since, codes_left }))
}

/// Decides of whom a second factor is demanded. Whoever has none then sees nothing but the way to take one.
pub async fn change_policy(app: &App, tx: &mut TenantTx, policy: &SecondFactorPolicy, version: i32) -> AppResult<()> {
    let mut fields = Fields::new();
    if !policy.is_acceptable() {
        fields.add("confirmation_minutes", "confirmation-minutes");
    }
    let known = roles::list(tx).await?;
    if policy.roles.iter().any(|key| known.iter().all(|role| role.key != *key)) {
        fields.add("roles", "identity.unknown_role");
    }
    fields.finish()?;
    tx.set_setting(policy, version).await?;
    let recent = identity(app)?;
    tx.after_commit(move || recent.recent.clear());
    Ok(())
}

/// Whether the person has a second factor: an app, or a passkey.
pub async fn has(tx: &mut ReadTx, user: UserId) -> AppResult<bool> {
    Ok(status(tx, user).await?.is_some() || passkeys::store::has(tx, user).await?)
}

/// Whether this is a code of the person's app, one of the recovery codes, or the answer of a passkey, none used before. It is used up
/// with that; the caller **commits in either case**.
pub(crate) async fn prove(app: &App, tx: &mut TenantTx, user: UserId, proof: Proof<'_>) -> AppResult<bool> {
    let code = match proof {
        Proof::Code(code) => code,
        Proof::Passkey { token, answer } => return passkeys::prove(app, tx, user, token, answer).await,
    };
    let (code, now) = (cleaned(code), identity(app)?.now());
    if code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit()) {
        let Some(factor) = store::lock(tx, user).await? else { return Ok(false) };
        let secret = app.sealer.open(tx, &secret_place(user), &factor.secret_sealed).await?;
        let Some(step) = totp::matching_step(&secret, &code, now, factor.last_step)? else { return Ok(false) };
        store::note_step(tx, user, step).await?;
        return Ok(true);
    }
    let hash = app.sealer.lookup_hash(tx, &recovery_place(user), &code).await?;
    if !store::use_code(tx, user, &hash, now).await? {
        return Ok(false);
    }
    tx.audit(Change::of("identity.recovery_code.use", "user", user.0)).await?;
    tx.enqueue(&SendNotice::recovery_code_used(user, tx.scope())).await?;
    Ok(true)
}

/// A code without what people put between its parts.
fn cleaned(code: &str) -> String {
    code.chars().filter(|c| c.is_ascii_alphanumeric()).take(20).map(|c| c.to_ascii_lowercase()).collect()
}

/// Letters and digits that are not taken for each other; 32 of them.
const LETTERS: &[u8; 32] = b"23456789abcdefghjkmnpqrstuvwxyz0";

/// `k7m2p-x9rqc`: fifty random bits.
fn random_code() -> String {
    let letter = |byte: u8| char::from(LETTERS.get(usize::from(byte % 32)).copied().unwrap_or(b'2'));
    let text: String = tokens::random_bytes::<10>().into_iter().map(letter).collect();
    let (left, right) = text.split_at(5);
    format!("{left}-{right}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recovery_code_has_two_parts_and_is_read_however_it_is_typed() {
        let code = random_code();
        assert_eq!((code.len(), code.split('-').count()), (11, 2), "{code}");
        assert_eq!(cleaned(&format!(" {} ", code.to_uppercase().replace('-', " "))), code.replace('-', ""));
        assert_eq!(cleaned("123 456"), "123456");
    }
}

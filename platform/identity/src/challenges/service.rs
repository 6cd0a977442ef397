//! Making and answering challenges, as the system audience.

use kernel::{App, AppResult, ReadTx, TenantTx, tokens};
use subtle::ConstantTimeEq;

use super::{
    ChallengeError, ChallengeId, Purpose, SendChallenge,
    model::{DIGITS, MOST_ATTEMPTS},
    store,
};
use crate::{User, UserId, identity};

pub(crate) const SEALED: &str = "identity.challenge.secret";

/// Makes a challenge and wants it sent. The caller commits.
pub(crate) async fn create(app: &App, tx: &mut TenantTx, user: &User, purpose: Purpose) -> AppResult<ChallengeId> {
    let id = ChallengeId::new();
    let secret = if purpose.is_code() { random_code() } else { tokens::random_token() };
    let sent_to = match (purpose.by_phone(), &user.phone) {
        (false, _) => user.email.clone(),
        (true, Some(phone)) => phone.clone(),
        (true, None) => return Err(ChallengeError::NoPhone.into()),
    };
    let secret_hash = hash(app, tx, id, purpose, &secret).await?;
    let secret_sealed = app.sealer.seal(tx, SEALED, secret.as_bytes()).await?;
    let now = identity(app)?.now();
    let new =
        store::NewChallenge { id, user: user.id, purpose, sent_to: &sent_to, secret_hash: &secret_hash, secret_sealed: Some(&secret_sealed), now };
    store::retire_open(tx, user.id, purpose, now).await?;
    store::insert(tx, &new).await?;
    let locale = Some(tx.scope().locale.to_string());
    tx.enqueue(&SendChallenge { challenge: id, locale }).await?;
    Ok(id)
}

/// Makes a challenge that its holder answers without being sent anything; gives the token. Others of the person stay open: two
/// devices may be logging in.
pub(crate) async fn hold(app: &App, tx: &mut TenantTx, user: &User, purpose: Purpose) -> AppResult<String> {
    let token = tokens::random_token();
    let secret_hash = tokens::token_hash(&token);
    let now = identity(app)?.now();
    let new = store::NewChallenge {
        id: ChallengeId::new(),
        user: user.id,
        purpose,
        sent_to: &user.email,
        secret_hash: &secret_hash,
        secret_sealed: None,
        now,
    };
    store::insert(tx, &new).await?;
    Ok(token)
}

/// The open challenge whose token this is, if tries are left. The caller counts a wrong answer and **commits in either case**.
pub(crate) async fn lock_held(app: &App, tx: &mut TenantTx, purpose: Purpose, token: &str) -> AppResult<Option<store::HeldChallenge>> {
    if token.len() > 100 {
        return Ok(None);
    }
    let found = store::lock_by_hash(tx, purpose, &tokens::token_hash(token), identity(app)?.now()).await?;
    Ok(found.filter(|held| held.attempts < MOST_ATTEMPTS))
}

/// A link's token is random enough for a plain hash, and is looked up by it; a code of six digits needs a key, and salt.
async fn hash(app: &App, tx: &mut ReadTx, id: ChallengeId, purpose: Purpose, secret: &str) -> AppResult<Vec<u8>> {
    if purpose.is_code() {
        app.sealer.lookup_hash(tx, &format!("identity.challenge:{id}"), secret).await
    } else {
        Ok(tokens::token_hash(secret).to_vec())
    }
}

/// Each of the million codes is as likely as any other.
pub(crate) fn random_code() -> String {
    let range = 10_u64.pow(DIGITS);
    loop {
        let number = u64::from(u32::from_be_bytes(tokens::random_bytes::<4>()));
        // 2^32 is no multiple of the range: numbers above the last full one would favour small codes.
        if number < (1 << 32) / range * range {
            return format!("{:0width$}", number % range, width = DIGITS as usize);
        }
    }
}

/// Uses up the challenge if the code is right; gives the address or number it was sent to. The caller **commits in either
/// case**: a wrong code counts against the challenge. None for every way of being wrong.
pub(crate) async fn check_code(app: &App, tx: &mut TenantTx, user: UserId, purpose: Purpose, code: &str) -> AppResult<Option<String>> {
    let now = identity(app)?.now();
    let Some(open) = store::lock_open(tx, user, purpose, now).await? else { return Ok(None) };
    if open.attempts >= MOST_ATTEMPTS {
        return Ok(None);
    }
    let digits: String = code.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    let given = hash(app, tx, open.id, purpose, &digits).await?;
    if !bool::from(given.ct_eq(&open.secret_hash)) {
        store::count_attempt(tx, open.id).await?;
        return Ok(None);
    }
    store::use_up(tx, open.id, now).await?;
    Ok(Some(open.sent_to))
}

/// The user of an open link of one of these purposes, without using it up.
pub(crate) async fn find_link(app: &App, tx: &mut ReadTx, purposes: &[Purpose], token: &str) -> AppResult<(ChallengeId, UserId, Purpose)> {
    let now = identity(app)?.now();
    let found = if token.len() > 100 { None } else { store::find_by_hash(tx, &tokens::token_hash(token), now).await? };
    found.filter(|(_, _, purpose)| purposes.contains(purpose)).ok_or_else(|| ChallengeError::WrongLink.into())
}

/// Of two who follow the same link at once only the first goes on.
pub(crate) async fn use_up(app: &App, tx: &mut TenantTx, id: ChallengeId) -> AppResult<()> {
    if store::use_up(tx, id, identity(app)?.now()).await? { Ok(()) } else { Err(ChallengeError::WrongLink.into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_six_digits_with_its_leading_zeros() {
        let codes: Vec<String> = (0..2000).map(|_| random_code()).collect();
        assert!(codes.iter().all(|code| code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit())));
        assert!(codes.iter().any(|code| code.starts_with('0')));
        assert!(codes.iter().collect::<std::collections::HashSet<_>>().len() > 1950);
    }
}

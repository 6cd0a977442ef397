//! After the first credential was right: a session, or the question for the second factor.

use kernel::{App, AppError, AppResult, Scope, TenantTx};

use super::log_in::{count_failure, open_application, open_browser};
use crate::{
    UserId, UserStatus,
    challenges::{self, Purpose},
    identity,
    passkeys::{self, Ceremony, PasskeyError},
    second_factor::{self, Proof, SecondFactorError},
    sessions::{OpenedSession, Origin},
    tokens::TokenPair,
    users,
};

/// What a first credential opens.
#[derive(Debug)]
pub enum Entry<T> {
    Open(T),
    /// Nothing yet: this token comes back with a code of the second factor.
    SecondFactor(String),
}

/// Signs a browser in whose person showed a password, a code or a link.
pub async fn enter_browser(app: &App, scope: &Scope, user: UserId, origin: &Origin) -> AppResult<Entry<OpenedSession>> {
    match ask(app, scope, user).await? {
        Some(token) => Ok(Entry::SecondFactor(token)),
        None => open_browser(app, scope, user, origin).await.map(Entry::Open),
    }
}

/// Signs an application in whose person showed a password or a code.
pub async fn enter_application(app: &App, scope: &Scope, user: UserId, origin: &Origin) -> AppResult<Entry<TokenPair>> {
    match ask(app, scope, user).await? {
        Some(token) => Ok(Entry::SecondFactor(token)),
        None => open_application(app, scope, user, origin).await.map(Entry::Open),
    }
}

/// The token of a challenge, if the person has a second factor.
async fn ask(app: &App, scope: &Scope, user: UserId) -> AppResult<Option<String>> {
    let mut tx = scope.begin_write().await?;
    if !second_factor::has(&mut tx, user).await? {
        return Ok(None);
    }
    let user = users::get(&mut tx, user).await?;
    let token = challenges::hold(app, &mut tx, &user, Purpose::SecondFactor).await?;
    tx.commit().await?;
    Ok(Some(token))
}

/// Asks for a passkey beside the code, on the page that holds this challenge; none if its person has no passkey.
pub async fn offer_passkey(app: &App, scope: &Scope, token: &str) -> AppResult<Option<Ceremony>> {
    let mut tx = scope.begin_write().await?;
    let Some(held) = challenges::lock_held(app, &mut tx, Purpose::SecondFactor, token).await? else { return Ok(None) };
    let offered = passkeys::begin_proof(app, &mut tx, held.user).await?;
    tx.commit().await?;
    Ok(offered)
}

/// The same for an application, which is told why there is nothing to ask. Each question leaves a row, so that their rate is limited.
pub async fn ask_passkey(app: &App, scope: &Scope, token: &str, origin: &Origin) -> AppResult<Ceremony> {
    identity(app)?.limits.passkey(origin.address)?;
    let mut tx = scope.begin_write().await?;
    let held = challenges::lock_held(app, &mut tx, Purpose::SecondFactor, token).await?.ok_or(SecondFactorError::StartAgain)?;
    let asked = passkeys::begin_proof(app, &mut tx, held.user).await?.ok_or(PasskeyError::Missing)?;
    tx.commit().await?;
    Ok(asked)
}

/// Checks the proof that answers [`Entry::SecondFactor`]; the person's credentials are then complete. After five wrong
/// ones, or ten minutes, the log-in begins anew.
pub async fn pass_second_step(app: &App, scope: &Scope, token: &str, proof: Proof<'_>) -> AppResult<UserId> {
    let mut tx = scope.begin_write().await?;
    let held = challenges::lock_held(app, &mut tx, Purpose::SecondFactor, token).await?.ok_or(SecondFactorError::StartAgain)?;
    identity(app)?.limits.second_factor(scope.tenant.id, held.user)?;
    let user = users::get(&mut tx, held.user).await?;
    if user.status != UserStatus::Active {
        return Err(SecondFactorError::StartAgain.into());
    }
    let right = answered(app, &mut tx, &held, proof).await?;
    tx.commit().await?;
    if !right {
        count_failure(user.kind);
        return Err(refused(proof));
    }
    Ok(user.id)
}

/// What is told of a proof that proves nothing.
pub(crate) fn refused(proof: Proof<'_>) -> AppError {
    match proof {
        Proof::Code(_) => SecondFactorError::WrongCode.into(),
        Proof::Passkey { .. } => PasskeyError::Wrong.into(),
    }
}

async fn answered(app: &App, tx: &mut TenantTx, held: &challenges::store::HeldChallenge, proof: Proof<'_>) -> AppResult<bool> {
    if second_factor::prove(app, tx, held.user, proof).await? {
        challenges::use_up(app, tx, held.id).await?;
        return Ok(true);
    }
    challenges::store::count_attempt(tx, held.id).await?;
    Ok(false)
}

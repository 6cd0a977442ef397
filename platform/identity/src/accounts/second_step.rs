//! After the first credential was right: a session, or the question for the second factor.

use kernel::{App, AppResult, Scope, TenantTx};

use super::log_in::{count_failure, open_application, open_browser};
use crate::{
    UserId, UserStatus,
    challenges::{self, Purpose},
    identity,
    second_factor::{self, SecondFactorError},
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

/// Checks the code that answers [`Entry::SecondFactor`]; the person's credentials are then complete. After five wrong codes, or
/// ten minutes, the log-in begins anew.
pub async fn pass_second_step(app: &App, scope: &Scope, token: &str, code: &str) -> AppResult<UserId> {
    let mut tx = scope.begin_write().await?;
    let held = challenges::lock_held(app, &mut tx, Purpose::SecondFactor, token).await?.ok_or(SecondFactorError::StartAgain)?;
    identity(app)?.limits.second_factor(scope.tenant.id, held.user)?;
    let user = users::get(&mut tx, held.user).await?;
    if user.status != UserStatus::Active {
        return Err(SecondFactorError::StartAgain.into());
    }
    let right = answered(app, &mut tx, &held, code).await?;
    tx.commit().await?;
    if !right {
        count_failure(user.kind);
        return Err(SecondFactorError::WrongCode.into());
    }
    Ok(user.id)
}

async fn answered(app: &App, tx: &mut TenantTx, held: &challenges::store::HeldChallenge, code: &str) -> AppResult<bool> {
    if second_factor::prove(app, tx, held.user, code).await? {
        challenges::use_up(app, tx, held.id).await?;
        return Ok(true);
    }
    challenges::store::count_attempt(tx, held.id).await?;
    Ok(false)
}

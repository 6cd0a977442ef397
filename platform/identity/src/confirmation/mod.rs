//! Proving to be there: before something grave, the person behind a session shows the second factor once more, code or passkey, or
//! the password where there is none. It holds for a short while; a log-in counts as such a proof.

use kernel::{App, AppError, AppResult, Scope};

use crate::{
    UserId, accounts, identity,
    passkeys::{self, Ceremony},
    passwords::{self, Verdict},
    second_factor::{self, Proof, SecondFactorError, SecondFactorPolicy},
    sessions::{self, Origin, SessionId},
    users::{self, normalise_email},
};

/// With what somebody confirms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Means {
    SecondFactor,
    Password,
}

/// Whether the session's person proved to be there a short while ago.
pub async fn holds(app: &App, scope: &Scope, session: SessionId) -> AppResult<bool> {
    let mut tx = scope.begin_read().await?;
    let window = tx.setting::<SecondFactorPolicy>().await?.value.confirmation();
    let at = sessions::store::find_confirmed(&mut tx, session).await?;
    let now = identity(app)?.now();
    Ok(at.is_some_and(|at| now - at < window))
}

/// `identity.confirmation_needed` unless [`holds`].
pub async fn demand(app: &App, scope: &Scope, session: SessionId) -> AppResult<()> {
    if holds(app, scope, session).await? { Ok(()) } else { Err(SecondFactorError::ConfirmationNeeded.into()) }
}

/// What this person confirms with; none if the account has neither. `scope` sees as the system.
pub async fn means(scope: &Scope, user: UserId) -> AppResult<Option<Means>> {
    let mut tx = scope.begin_read().await?;
    if second_factor::has(&mut tx, user).await? {
        return Ok(Some(Means::SecondFactor));
    }
    Ok(passwords::store::find(&mut tx, user).await?.map(|_| Means::Password))
}

/// Asks for a passkey beside what is typed; none if the person has none. `scope` sees as the system.
pub async fn offer_passkey(app: &App, scope: &Scope, user: UserId) -> AppResult<Option<Ceremony>> {
    let mut tx = scope.begin_write().await?;
    let offered = passkeys::begin_proof(app, &mut tx, user).await?;
    tx.commit().await?;
    Ok(offered)
}

/// Takes the proof: a code, a passkey, or the password. `scope` sees as the system.
pub async fn confirm(app: &App, scope: &Scope, user: UserId, session: SessionId, given: Proof<'_>, origin: &Origin) -> AppResult<()> {
    let identity = identity(app)?;
    match (means(scope, user).await?, given) {
        (None, _) => Err(SecondFactorError::NothingToConfirmWith.into()),
        (Some(Means::SecondFactor), proof) => {
            identity.limits.second_factor(scope.tenant.id, user)?;
            let mut tx = scope.begin_write().await?;
            let right = second_factor::prove(app, &mut tx, user, proof).await?;
            if right {
                sessions::store::confirm(&mut tx, session, identity.now()).await?;
            }
            tx.commit().await?;
            if right { Ok(()) } else { Err(told(accounts::refused(proof))) }
        }
        (Some(Means::Password), Proof::Passkey { .. }) => Err(told(accounts::refused(given))),
        (Some(Means::Password), Proof::Code(password)) => {
            check_password(app, scope, user, password, origin).await?;
            let mut tx = scope.begin_write().await?;
            sessions::store::confirm(&mut tx, session, identity.now()).await?;
            tx.commit().await
        }
    }
}

async fn check_password(app: &App, scope: &Scope, id: UserId, password: &str, origin: &Origin) -> AppResult<()> {
    let identity = identity(app)?;
    let mut tx = scope.begin_read().await?;
    let user = users::get(&mut tx, id).await?;
    let hash = passwords::store::find(&mut tx, id).await?;
    drop(tx);
    let email = normalise_email(&user.email);
    identity.limits.login(scope.tenant.id, user.kind, &email, origin.address)?;
    let right = match &hash {
        Some(hash) => identity.hasher.verify(password, hash).await? != Verdict::Wrong,
        None => false,
    };
    if !right {
        return Err(told(accounts::AccountError::WrongPassword.into()));
    }
    identity.limits.login_succeeded(scope.tenant.id, user.kind, &email, origin.address);
    Ok(())
}

/// The error beside the field that both kinds of proof are typed into.
fn told(error: AppError) -> AppError {
    let code = error.code.clone();
    AppError { fields: Vec::new(), ..error }.and_field("confirmation", code)
}

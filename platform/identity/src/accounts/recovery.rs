//! Passwords chosen anew: by a link, or by knowing the present one. Afterwards every other session has ended.

use std::time::Instant;

use kernel::{App, AppError, AppResult, Scope, audit::Change};

use super::{AccountError, SendNotice};
use crate::{
    UserId, UserKind, UserStatus,
    challenges::{self, ChallengeError, Purpose},
    identity,
    passwords::{self, Verdict},
    sessions::{self, Origin, SessionId},
    users::{self, normalise_email},
};

/// Mails a link to choose a new password. The answer, and the time it takes, are the same whether the address is known or not.
pub async fn request_reset(app: &App, scope: &Scope, kind: UserKind, email: &str, origin: &Origin) -> AppResult<()> {
    let (identity, started) = (identity(app)?, Instant::now());
    let email = normalise_email(email);
    identity.limits.code_request(scope.tenant.id, kind, &email, origin.address)?;
    let mut tx = scope.begin_write().await?;
    let user = users::find_by_email(&mut tx, kind, &email).await?;
    if let Some(user) = user.filter(|user| user.status == UserStatus::Active) {
        challenges::create(app, &mut tx, &user, Purpose::ResetPassword).await?;
    }
    tx.commit().await?;
    identity.level(started).await;
    Ok(())
}

/// Sets the password of the user whom the link of a reset, a claim or an invitation was sent to. A password that is not good
/// enough does not use up the link. The address counts as verified; whoever was signed in before is not any more.
pub async fn choose_password(app: &App, scope: &Scope, token: &str, password: &str) -> AppResult<UserId> {
    const LINKS: &[Purpose] = &[Purpose::ResetPassword, Purpose::ClaimAccount];
    let mut tx = scope.begin_read().await?;
    let (challenge, id, purpose) = challenges::find_link(app, &mut tx, LINKS, token).await?;
    let user = users::get(&mut tx, id).await?;
    if user.status != UserStatus::Active {
        return Err(ChallengeError::WrongLink.into());
    }
    let earlier = passwords::store::list_earlier(&mut tx, id).await?;
    drop(tx);
    let hash = passwords::prepare(app, "password", password, &passwords::personal(&scope.tenant, &user)).await?;
    passwords::refuse_reuse(app, "password", password, &earlier).await?;

    let mut tx = scope.begin_write().await?;
    challenges::use_up(app, &mut tx, challenge).await?;
    passwords::replace(app, &mut tx, id, &hash).await?;
    users::store::mark_email_verified(&mut tx, id, identity(app)?.now()).await?;
    sessions::end_all(app, &mut tx, id, None, "password chosen").await?;
    tx.audit(Change::of("identity.password.change", "user", id.0).because(purpose.as_str())).await?;
    if purpose == Purpose::ResetPassword {
        tx.enqueue(&SendNotice::password_changed(id, tx.scope())).await?;
    }
    tx.commit().await?;
    Ok(id)
}

/// Changes the password of somebody who is signed in and knows the present one; the session of this request stays.
pub async fn change_password(app: &App, scope: &Scope, id: UserId, session: SessionId, present: &str, new: &str, origin: &Origin) -> AppResult<()> {
    let identity = identity(app)?;
    let mut tx = scope.begin_read().await?;
    let user = users::get(&mut tx, id).await?;
    let earlier = passwords::store::list_earlier(&mut tx, id).await?;
    let current = passwords::store::find(&mut tx, id).await?;
    drop(tx);
    let email = normalise_email(&user.email);
    identity.limits.login(scope.tenant.id, user.kind, &email, origin.address)?;
    let right = match &current {
        Some(hash) => identity.hasher.verify(present, hash).await? != Verdict::Wrong,
        None => false,
    };
    if !right {
        let error: AppError = AccountError::WrongPassword.into();
        return Err(error.and_field("current_password", "identity.wrong_password"));
    }
    identity.limits.login_succeeded(scope.tenant.id, user.kind, &email, origin.address);
    let hash = passwords::prepare(app, "new_password", new, &passwords::personal(&scope.tenant, &user)).await?;
    passwords::refuse_reuse(app, "new_password", new, &earlier).await?;

    let mut tx = scope.begin_write().await?;
    passwords::replace(app, &mut tx, id, &hash).await?;
    sessions::end_all(app, &mut tx, id, Some(session), "password changed").await?;
    tx.audit(Change::of("identity.password.change", "user", id.0)).await?;
    tx.enqueue(&SendNotice::password_changed(id, tx.scope())).await?;
    tx.commit().await
}

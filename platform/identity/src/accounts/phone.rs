//! Proving a phone number by a text message, where the tenant can send one.

use kernel::{App, AppResult, Scope, audit::Change};
use ports::message::{Channel, Messenger};

use super::SendNotice;
use crate::{
    UserId,
    challenges::{self, ChallengeError, Purpose},
    identity,
    sessions::Origin,
    users::{self, ProfilePatch},
};

/// Sends a code to the user's number, or to the one named here, which becomes the user's. `identity.no_sms_channel` if the tenant has no way to send text messages: a number then
/// stays unverified, and nobody logs in with it.
pub async fn send_phone_code(app: &App, scope: &Scope, id: UserId, number: Option<&str>, origin: &Origin) -> AppResult<()> {
    if !app.port::<dyn Messenger>()?.offers(scope, Channel::Sms).await {
        return Err(ChallengeError::NoSmsChannel.into());
    }
    let mut tx = scope.begin_write().await?;
    let user = match number {
        Some(number) => users::change_profile(&mut tx, id, &ProfilePatch { phone: Some(number.to_owned()), ..ProfilePatch::default() }).await?,
        None => users::get(&mut tx, id).await?,
    };
    let phone = user.phone.clone().ok_or(ChallengeError::NoPhone)?;
    identity(app)?.limits.code_request(scope.tenant.id, user.kind, &phone, origin.address)?;
    challenges::create(app, &mut tx, &user, Purpose::VerifyPhone).await?;
    tx.commit().await
}

/// Checks the code; the number it was sent to counts as verified if it still is the user's.
pub async fn verify_phone(app: &App, scope: &Scope, id: UserId, code: &str, origin: &Origin) -> AppResult<()> {
    let identity = identity(app)?;
    let mut tx = scope.begin_write().await?;
    let user = users::get(&mut tx, id).await?;
    let phone = user.phone.clone().ok_or(ChallengeError::NoPhone)?;
    identity.limits.code_check(scope.tenant.id, user.kind, &phone, origin.address)?;
    let sent_to = challenges::check_code(app, &mut tx, id, Purpose::VerifyPhone, code).await?;
    let verified = match &sent_to {
        Some(number) => users::store::mark_phone_verified(&mut tx, id, number, identity.now()).await?,
        None => false,
    };
    if verified {
        tx.audit(Change::of("identity.phone.verify", "user", id.0)).await?;
        // It opens the account from now on: the mailbox is told.
        tx.enqueue(&SendNotice::phone_confirmed(id, tx.scope())).await?;
    }
    tx.commit().await?;
    if !verified {
        return Err(ChallengeError::WrongCode.into());
    }
    identity.limits.code_succeeded(scope.tenant.id, user.kind, &phone, origin.address);
    Ok(())
}

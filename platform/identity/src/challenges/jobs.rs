//! Sends challenges: reads, sends without a transaction, then forgets the secret.

use async_trait::async_trait;
use kernel::{
    App, AppError, Scope,
    jobs::{Job, JobCx, JobError, JobResult, Queue},
    profile::Profile,
};
use ports::message::{Channel, Message, Messenger, now_or_later};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{ChallengeId, Purpose, service::SEALED, store};
use crate::{PersonName, User, UserKind, identity, users};

/// Where the portal and the back office let a password be chosen; the link's token follows.
pub const RESET_PAGE: &str = "/reset-password";
/// Where a first password is chosen.
pub const CLAIM_PAGE: &str = "/claim";

/// One message with a code or a link.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendChallenge {
    pub challenge: ChallengeId,
    /// Of whoever asked for it; the tenant's own without one.
    #[serde(default)]
    pub locale: Option<String>,
}

#[async_trait]
impl Job for SendChallenge {
    const NAME: &'static str = "identity.challenge.send";
    const QUEUE: Queue = Queue::Messages;

    fn unique_key(&self) -> Option<String> {
        Some(self.challenge.to_string())
    }

    async fn run(self, cx: JobCx) -> JobResult {
        let identity = identity(&cx.app)?;
        let mut tx = cx.scope.begin_read().await?;
        // Sent before, answered, replaced or too late: nothing to do.
        let Some(unsent) = store::find_unsent(&mut tx, self.challenge, identity.now()).await? else { return Ok(()) };
        let (Some(purpose), Some(sealed)) = (Purpose::from_name(&unsent.purpose), &unsent.secret_sealed) else { return Ok(()) };
        let user = users::get(&mut tx, unsent.user).await?;
        let secret = cx.app.sealer.open(&mut tx, SEALED, sealed).await?;
        let secret = String::from_utf8(secret).map_err(AppError::internal)?;
        let profile = tx.setting::<Profile>().await?.value;
        drop(tx);

        let minutes = (unsent.expires_at - identity.now()).num_minutes().max(1);
        let Some((key, values)) = letter(&cx, &user, purpose, &secret, minutes) else { return Ok(()) };
        let channel = if purpose.by_phone() { Channel::Sms } else { Channel::Email };
        let letter = Letter { id: self.challenge.0, key, channel, to: unsent.sent_to, values };
        let scope = cx.scope.speaking(self.locale.as_deref());
        let message = compose(&cx.app, &scope, &profile, &user.name, letter);
        let messenger = cx.app.port::<dyn Messenger>()?;
        let given_up = match now_or_later(messenger.send(&scope, message).await) {
            Ok(()) => None,
            Err(JobError::Fail(error)) => Some(JobError::Fail(error)),
            // By then it would be worth nothing: somebody must know.
            Err(JobError::Later(error, wait)) if identity.now() + wait >= unsent.expires_at => Some(JobError::Fail(error)),
            Err(later) => return Err(later),
        };

        let mut tx = cx.scope.begin_write().await?;
        store::mark_sent(&mut tx, self.challenge, identity.now()).await?;
        tx.commit().await?;
        given_up.map_or(Ok(()), Err)
    }
}

/// What is said with which values; the texts are `mail-identity-{key}-subject` and `-text`.
pub(crate) struct Letter {
    pub id: Uuid,
    pub key: &'static str,
    pub channel: Channel,
    pub to: String,
    pub values: Vec<(&'static str, String)>,
}

/// None for what is held and not sent.
fn letter(cx: &JobCx, user: &User, purpose: Purpose, secret: &str, minutes: i64) -> Option<(&'static str, Vec<(&'static str, String)>)> {
    let key = match (purpose, user.kind) {
        (Purpose::ClaimAccount, UserKind::Staff) => "invitation",
        (Purpose::ClaimAccount, UserKind::Customer) => "claim-account",
        (Purpose::VerifyPhone, _) => "verify-phone",
        (Purpose::SignIn, _) => "sign-in",
        (Purpose::SignInByPhone, _) => "sign-in-by-phone",
        (Purpose::ResetPassword, _) => "reset-password",
        (Purpose::SecondFactor, _) => return None,
    };
    let what = match purpose {
        Purpose::ResetPassword => ("url", page_url(&cx.app, &cx.scope, user.kind, &format!("{RESET_PAGE}/{secret}"))),
        Purpose::ClaimAccount => ("url", page_url(&cx.app, &cx.scope, user.kind, &format!("{CLAIM_PAGE}/{secret}"))),
        _ => ("code", secret.to_owned()),
    };
    Some((key, vec![what, ("minutes", minutes.to_string()), ("days", (minutes / (24 * 60)).max(1).to_string())]))
}

/// The address of a page on the host where this kind of user signs in.
pub(crate) fn page_url(app: &App, scope: &Scope, kind: UserKind, path: &str) -> String {
    match kind {
        UserKind::Staff => app.hosts.office_url(&scope.tenant.slug, path),
        UserKind::Customer => app.hosts.portal_url(&scope.tenant.slug, path),
    }
}

/// A message of the tenant to a person, in the scope's language.
pub(crate) fn compose(app: &App, scope: &Scope, profile: &Profile, name: &PersonName, letter: Letter) -> Message {
    let company = if profile.legal_name.is_empty() { scope.tenant.name.clone() } else { profile.legal_name.clone() };
    let mut params = vec![("name", name.first.clone()), ("company", company.clone())];
    params.extend(letter.values);
    let text = |part: &str| app.texts.get(&scope.locale, &format!("mail-identity-{}-{part}", letter.key), &params);
    Message {
        id: letter.id,
        channel: letter.channel,
        to: letter.to,
        to_name: Some(name.full()),
        from_name: company,
        reply_to: Some(profile.email.clone()).filter(|email| !email.is_empty()),
        subject: text("subject"),
        text: text("text"),
        html: None,
        attachments: Vec::new(),
    }
}

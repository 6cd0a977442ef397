//! Mails that tell a person what happened to the account, so that a theft is noticed.

use async_trait::async_trait;
use kernel::{
    Scope,
    jobs::{Job, JobCx, JobResult, Queue},
    profile::Profile,
};
use ports::message::{Channel, Messenger, now_or_later};
use serde::{Deserialize, Serialize};

use crate::{
    UserId,
    challenges::{Letter, compose, page_url},
    users,
};

/// One mail without a secret.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendNotice {
    user: UserId,
    notice: Notice,
    #[serde(default)]
    locale: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Notice {
    PasswordChanged,
    SecondFactorOn,
    SecondFactorOff,
    RecoveryCodeUsed,
    PasskeyAdded,
    PasskeyRemoved,
    PhoneConfirmed,
}

impl SendNotice {
    fn of(notice: Notice, user: UserId, scope: &Scope) -> Self {
        Self { user, notice, locale: Some(scope.locale.to_string()) }
    }
    pub(crate) fn password_changed(user: UserId, scope: &Scope) -> Self {
        Self::of(Notice::PasswordChanged, user, scope)
    }
    pub(crate) fn second_factor_on(user: UserId, scope: &Scope) -> Self {
        Self::of(Notice::SecondFactorOn, user, scope)
    }
    pub(crate) fn second_factor_off(user: UserId, scope: &Scope) -> Self {
        Self::of(Notice::SecondFactorOff, user, scope)
    }
    pub(crate) fn recovery_code_used(user: UserId, scope: &Scope) -> Self {
        Self::of(Notice::RecoveryCodeUsed, user, scope)
    }
    pub(crate) fn passkey_added(user: UserId, scope: &Scope) -> Self {
        Self::of(Notice::PasskeyAdded, user, scope)
    }
    pub(crate) fn passkey_removed(user: UserId, scope: &Scope) -> Self {
        Self::of(Notice::PasskeyRemoved, user, scope)
    }
    pub(crate) fn phone_confirmed(user: UserId, scope: &Scope) -> Self {
        Self::of(Notice::PhoneConfirmed, user, scope)
    }
}

#[async_trait]
impl Job for SendNotice {
    const NAME: &'static str = "identity.notice.send";
    const QUEUE: Queue = Queue::Messages;

    async fn run(self, cx: JobCx) -> JobResult {
        let mut tx = cx.scope.begin_read().await?;
        let user = users::get(&mut tx, self.user).await?;
        let profile = tx.setting::<Profile>().await?.value;
        drop(tx);
        let key = match self.notice {
            Notice::PasswordChanged => "password-changed",
            Notice::SecondFactorOn => "second-factor-on",
            Notice::SecondFactorOff => "second-factor-off",
            Notice::RecoveryCodeUsed => "recovery-code-used",
            Notice::PasskeyAdded => "passkey-added",
            Notice::PasskeyRemoved => "passkey-removed",
            Notice::PhoneConfirmed => "phone-confirmed",
        };
        let url = page_url(&cx.app, &cx.scope, user.kind, crate::accounts::FORGOT_PAGE);
        let letter = Letter { id: cx.id, key, channel: Channel::Email, to: user.email.clone(), values: vec![("url", url)] };
        let scope = cx.scope.speaking(self.locale.as_deref());
        let message = compose(&cx.app, &scope, &profile, &user.name, letter);
        now_or_later(cx.app.port::<dyn Messenger>()?.send(&scope, message).await)
    }
}

//! The mail of one notice, or of a day's digest. It is claimed, sent without a transaction, and settled.

use std::time::Duration;

use async_trait::async_trait;
use chrono::Utc;
use crm::customers;
use identity::{UserId, UserStatus, users};
use kernel::{
    App, AppError, AppResult, Scope,
    jobs::{Job, JobCx, JobError, JobResult, Queue},
    profile::Profile,
};
use ports::{
    PortError,
    message::{Channel, Message, Messenger},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Kind, Notice, Reader,
    model::values,
    store::{self, ClaimedMail, MailState},
};

/// Sends a mail that was wanted, once.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendNoticeMail {
    pub mail: Uuid,
}

/// A worker that claimed a mail this long ago is taken to have died. Longer than the job may run.
const CLAIM: Duration = Duration::from_secs(90);
/// Notices that a digest lists; the rest are behind the bell.
const MOST_LISTED: i64 = 50;

#[async_trait]
impl Job for SendNoticeMail {
    const NAME: &'static str = "outreach.notice.mail";
    const QUEUE: Queue = Queue::Messages;
    fn unique_key(&self) -> Option<String> {
        Some(self.mail.to_string())
    }
    async fn run(self, cx: JobCx) -> JobResult {
        let Some(claimed) = claim(&cx.scope, self.mail).await? else { return Ok(()) };
        match send(&cx.app, &cx.scope, self.mail, &claimed).await {
            Ok((state, provider_ref)) => Ok(settle(&cx.scope, self.mail, state, provider_ref.as_deref()).await?),
            Err(error) => {
                // Nothing left this process: whoever comes next may take it at once.
                settle(&cx.scope, self.mail, MailState::Wanted, None).await?;
                Err(error.into())
            }
        }
    }
}

async fn claim(scope: &Scope, id: Uuid) -> Result<Option<ClaimedMail>, JobError> {
    let mut tx = scope.begin_write().await?;
    let claimed = store::claim_mail(&mut tx, id, Utc::now() - CLAIM).await?;
    if claimed.is_none() && store::is_being_sent(&mut tx, id).await? {
        return Err(JobError::Snooze(CLAIM));
    }
    tx.commit().await?;
    Ok(claimed)
}

async fn settle(scope: &Scope, id: Uuid, state: MailState, provider_ref: Option<&str>) -> AppResult<()> {
    let mut tx = scope.begin_write().await?;
    store::update_mail(&mut tx, id, state, provider_ref).await?;
    tx.commit().await
}

/// Who gets a mail, and from whom.
struct Addressee {
    reader: Reader,
    email: String,
    name: String,
    locale: Option<String>,
    profile: Profile,
}

/// What became of it. An error means that nothing was sent.
async fn send(app: &App, scope: &Scope, id: Uuid, mail: &ClaimedMail) -> AppResult<(MailState, Option<String>)> {
    let messenger = app.port::<dyn Messenger>()?;
    let mut tx = scope.begin_read().await?;
    let notices = store::of_mail(&mut tx, id, MOST_LISTED).await?;
    let profile = tx.setting::<Profile>().await?.value;
    let to = match (mail.user_id, mail.customer_id) {
        (Some(user), _) => {
            let user = users::get(&mut tx, UserId(user)).await?;
            if user.status != UserStatus::Active {
                // What waited while its reader left is not for that mailbox any more.
                return Ok((MailState::NoAddress, None));
            }
            Addressee { reader: Reader::Staff(user.id.0), email: user.email.clone(), name: user.name.full(), locale: None, profile }
        }
        (None, Some(customer)) => {
            let customer = customers::service::get(&mut tx, customer.into()).await?;
            let email = customer.email.unwrap_or_default();
            Addressee { reader: Reader::Customer(customer.id.0), email, name: customer.display_name, locale: customer.locale, profile }
        }
        (None, None) => return Err(AppError::internal("a mail to nobody")),
    };
    drop(tx);
    let scope = &scope.speaking(to.locale.as_deref());
    if notices.is_empty() || to.email.is_empty() || !messenger.offers(scope, Channel::Email).await {
        return Ok((MailState::NoAddress, None));
    }
    let message = match (mail.day, notices.first()) {
        (None, Some(notice)) => letter(app, scope, &to, notice, id),
        _ => digest(app, scope, &to, &notices, id),
    };
    match messenger.send(scope, message).await {
        Ok(receipt) => Ok((MailState::Sent, Some(receipt.provider_ref))),
        Err(PortError::UnknownOutcome(reason)) => {
            tracing::warn!(mail.id = %id, reason, "whether the mail was sent is not known");
            Ok((MailState::Unknown, None))
        }
        Err(PortError::Retryable { reason, .. }) => Err(AppError::unavailable("provider_unavailable").with("reason", reason)),
        Err(error) => Err(error.into()),
    }
}

/// Kinds whose mail has words of its own: `mail-notice-<kind>-subject` and `-text`. The others share `mail-notice-…`.
const OWN_TEMPLATES: &[Kind] = &[Kind::PaymentDue, Kind::PaymentOverdue, Kind::PolicyExpiringSoon];

/// The mail of one notice.
fn letter(app: &App, scope: &Scope, to: &Addressee, notice: &Notice, id: Uuid) -> Message {
    let told = notice.told(&app.texts, &scope.locale);
    let mut args = values(&app.texts, &scope.locale, &notice.params);
    args.set("title", told.title.clone());
    args.set("body", told.body);
    args.set("url", url(app, scope, to.reader, &notice.href));
    let key = if OWN_TEMPLATES.contains(&notice.kind) { format!("mail-notice-{}", notice.kind.key()) } else { "mail-notice".to_owned() };
    message(app, scope, to, args, &key, id)
}

fn digest(app: &App, scope: &Scope, to: &Addressee, notices: &[Notice], id: Uuid) -> Message {
    let lines: Vec<String> = notices
        .iter()
        .map(|notice| {
            let told = notice.told(&app.texts, &scope.locale);
            format!("{}\n{}\n{}", told.title, told.body, url(app, scope, to.reader, &notice.href))
        })
        .collect();
    let mut args = kernel::i18n::FluentArgs::new();
    args.set("count", i64::try_from(notices.len()).unwrap_or(i64::MAX));
    args.set("list", lines.join("\n\n"));
    args.set("url", url(app, scope, to.reader, "/notices"));
    message(app, scope, to, args, "mail-digest", id)
}

fn message(app: &App, scope: &Scope, to: &Addressee, args: kernel::i18n::FluentArgs<'_>, key: &str, id: Uuid) -> Message {
    let from_name = if to.profile.legal_name.is_empty() { scope.tenant.name.clone() } else { to.profile.legal_name.clone() };
    let choices = if to.reader.is_staff() { "/profile/notices" } else { "/account/notifications" };
    let mut args = args;
    args.set("name", to.name.clone());
    args.set("brokerage", from_name.clone());
    args.set("choices", url(app, scope, to.reader, choices));
    let text = |part: &str| app.texts.format(&scope.locale, &format!("{key}-{part}"), &args).unwrap_or_default();
    Message {
        id,
        channel: Channel::Email,
        to: to.email.clone(),
        to_name: Some(to.name.clone()),
        from_name,
        reply_to: (!to.profile.email.is_empty()).then(|| to.profile.email.clone()),
        subject: text("subject"),
        text: text("text"),
        html: None,
        attachments: Vec::new(),
    }
}

fn url(app: &App, scope: &Scope, reader: Reader, path: &str) -> String {
    match reader {
        Reader::Staff(_) => app.hosts.office_url(&scope.tenant.slug, path),
        Reader::Customer(_) => app.hosts.portal_url(&scope.tenant.slug, path),
    }
}

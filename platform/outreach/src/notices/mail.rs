//! The mail of one notice, or of a day's digest. It is claimed, sent without a transaction, and settled.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use crm::customers;
use identity::{UserId, UserStatus, users};
use kernel::{
    App, AppError, AppResult, ReadTx, Scope, TenantTx,
    jobs::{Job, JobCx, JobResult, Queue},
    profile::Profile,
};
use ports::{
    message::{Channel, Message},
    outgoing::{self, Outcome, Outgoing},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Kind, Notice, Reader,
    model::values,
    store::{self, ClaimedMail},
};

/// Sends a mail that was wanted, once.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendNoticeMail {
    pub mail: Uuid,
}

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
        outgoing::send_once(&cx.app, &cx.scope, &self).await
    }
}

#[async_trait]
impl Outgoing for SendNoticeMail {
    type Claimed = ClaimedMail;

    async fn claim(&self, tx: &mut TenantTx, stale: DateTime<Utc>) -> AppResult<Option<ClaimedMail>> {
        store::claim_mail(tx, self.mail, stale).await
    }
    async fn is_claimed(&self, tx: &mut ReadTx) -> AppResult<bool> {
        store::is_mail_claimed(tx, self.mail).await
    }
    async fn compose(&self, app: &App, scope: &Scope, claimed: &ClaimedMail) -> AppResult<Option<Message>> {
        let mut tx = scope.begin_read().await?;
        let notices = store::of_mail(&mut tx, self.mail, MOST_LISTED).await?;
        let Some(to) = addressee(&mut tx, claimed).await? else { return Ok(None) };
        drop(tx);
        let scope = &scope.speaking(to.locale.as_deref());
        Ok(match (claimed.day, notices.first()) {
            (_, None) => None,
            (None, Some(notice)) => Some(letter(app, scope, &to, notice, self.mail)),
            (Some(_), Some(_)) => Some(digest(app, scope, &to, &notices, self.mail)),
        })
    }
    async fn settle(&self, tx: &mut TenantTx, _: &ClaimedMail, outcome: Outcome, provider_ref: Option<&str>) -> AppResult<()> {
        store::update_mail(tx, self.mail, outcome, provider_ref).await
    }
}

/// Who gets a mail, and from whom.
struct Addressee {
    reader: Reader,
    email: String,
    name: String,
    locale: Option<String>,
    profile: Profile,
}

/// None for somebody who has no address, or who left the firm: what waited meanwhile is not for that mailbox any more.
async fn addressee(tx: &mut ReadTx, claimed: &ClaimedMail) -> AppResult<Option<Addressee>> {
    let profile = tx.setting::<Profile>().await?.value;
    let found = match (claimed.user_id, claimed.customer_id) {
        (Some(user), _) => {
            let user = users::get(tx, UserId(user)).await?;
            let to = Addressee { reader: Reader::Staff(user.id.0), email: user.email.clone(), name: user.name.full(), locale: None, profile };
            (user.status == UserStatus::Active).then_some(to)
        }
        (None, Some(customer)) => {
            let customer = customers::service::get(tx, customer.into()).await?;
            let (reader, email) = (Reader::Customer(customer.id.0), customer.email.unwrap_or_default());
            Some(Addressee { reader, email, name: customer.display_name, locale: customer.locale, profile })
        }
        (None, None) => return Err(AppError::internal("a mail to nobody")),
    };
    Ok(found.filter(|to| !to.email.is_empty()))
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

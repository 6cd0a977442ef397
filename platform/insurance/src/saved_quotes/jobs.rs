//! The mail with the link to a saved quote.

use std::time::Duration;

use async_trait::async_trait;
use chrono::Utc;
use kernel::{
    App, AppResult, Scope,
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
    service::link,
    store::{self, Wanted},
};
use crate::quotes::service as quotes;

/// Sends one mail, once.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct QuoteMail {
    pub mail: Uuid,
}

/// A worker that claimed a mail this long ago is taken to have died. Longer than the job may run.
const CLAIM: Duration = Duration::from_secs(90);
/// Anybody can type anybody's address: more than these a day are not sent to one.
const MOST_TO_ONE: i64 = 6;
const DAY: chrono::Duration = chrono::Duration::days(1);

#[async_trait]
impl Job for QuoteMail {
    const NAME: &'static str = "insurance.prices.mail";
    const QUEUE: Queue = Queue::Messages;
    const TIMEOUT: Duration = Duration::from_secs(60);
    fn unique_key(&self) -> Option<String> {
        Some(self.mail.to_string())
    }
    async fn run(self, cx: JobCx) -> JobResult {
        let mut tx = cx.scope.begin_write().await?;
        let Some(wanted) = store::claim(&mut tx, self.mail, Utc::now() - CLAIM).await? else {
            // Another worker has it, or had it when it died: looked at again when that is known.
            return if store::is_sending(&mut tx, self.mail).await? { Err(JobError::Snooze(CLAIM)) } else { Ok(()) };
        };
        if store::count_to(&mut tx, &wanted.email, cx.scope.now() - DAY).await? > MOST_TO_ONE {
            store::settle(&mut tx, self.mail, "refused").await?;
            return Ok(tx.commit().await?);
        }
        tx.commit().await?;
        match send(&cx.app, &cx.scope, self.mail, &wanted).await {
            Ok(state) => Ok(settle(&cx.scope, self.mail, state).await?),
            Err(error) => {
                // Nothing left this process: whoever comes next may take it at once.
                settle(&cx.scope, self.mail, "wanted").await?;
                Err(error)
            }
        }
    }
}

async fn settle(scope: &Scope, mail: Uuid, state: &str) -> AppResult<()> {
    let mut tx = scope.begin_write().await?;
    store::settle(&mut tx, mail, state).await?;
    tx.commit().await
}

/// What became of it. An error means that nothing was sent.
async fn send(app: &App, scope: &Scope, id: Uuid, wanted: &Wanted) -> Result<&'static str, JobError> {
    let messenger = app.port::<dyn Messenger>()?;
    if !messenger.offers(scope, Channel::Email).await {
        return Ok("no_address");
    }
    let mut tx = scope.begin_read().await?;
    let quote = quotes::get(&mut tx, wanted.quote).await?;
    let profile = tx.setting::<Profile>().await?.value;
    drop(tx);
    let (tenant, scope) = (&scope.tenant, &scope.speaking(Some(&wanted.locale)));
    let from_name = if profile.legal_name.is_empty() { tenant.name.clone() } else { profile.legal_name.clone() };
    let params = [
        ("what", quote.category_title.get(&scope.locale).to_owned()),
        ("date", app.texts.short_day(&scope.locale, quote.valid_until)),
        ("brokerage", from_name.clone()),
        ("url", app.hosts.portal_url(&tenant.slug, &format!("/saved/{}", link(app, quote.id)))),
    ];
    let message = Message {
        id,
        channel: Channel::Email,
        to: wanted.email.clone(),
        to_name: None,
        from_name,
        reply_to: (!profile.email.is_empty()).then(|| profile.email.clone()),
        subject: app.texts.get(&scope.locale, "mail-prices-subject", &params),
        text: app.texts.get(&scope.locale, "mail-prices-text", &params),
        html: None,
        attachments: Vec::new(),
    };
    match messenger.send(scope, message).await {
        Ok(_) => Ok("sent"),
        Err(PortError::UnknownOutcome(reason)) => {
            tracing::warn!(mail.id = %id, reason, "whether the mail was sent is not known");
            Ok("unknown")
        }
        Err(error) => Err(error.into()),
    }
}

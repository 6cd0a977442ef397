//! Sending a link by which an order, or what is left of it, is paid without logging in. The link itself is the ledger's.

use std::time::Duration;

use async_trait::async_trait;
use crm::customers;
use kernel::{
    jobs::{Job, JobCx, JobResult, Queue},
    profile::Profile,
};
use ledger::{
    pay_links::{self, PayLinkId},
    receivables,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::mailing::{self, Mail};

/// Mails a link to its customer, as long as it leads somewhere.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PayLinkMail {
    pub link: PayLinkId,
    /// The message's id: each wish is one mail.
    pub wish: Uuid,
}

#[async_trait]
impl Job for PayLinkMail {
    const NAME: &'static str = "insurance.pay_link.mail";
    const QUEUE: Queue = Queue::Messages;
    const TIMEOUT: Duration = Duration::from_secs(60);
    fn unique_key(&self) -> Option<String> {
        Some(self.wish.to_string())
    }
    async fn run(self, cx: JobCx) -> JobResult {
        let mut tx = cx.scope.begin_read().await?;
        let link = pay_links::get(&mut tx, self.link).await?;
        let owed = receivables::owed(&mut tx, &link.payable_kind, link.payable_id).await?;
        let customer = customers::service::get(&mut tx, link.customer.into()).await?;
        let profile = tx.setting::<Profile>().await?.value;
        drop(tx);
        let Some(owed) = owed.filter(|owed| owed.is_positive() && link.is_open(cx.scope.now())) else { return Ok(()) };
        let (app, scope) = (&cx.app, &cx.scope.speaking(customer.locale.as_deref()));
        let last_day = link.expires_at.with_timezone(&scope.tenant.time_zone).date_naive();
        let params = vec![
            ("number", link.label.clone()),
            ("amount", owed.to_string()),
            ("until", app.texts.day(&scope.locale, last_day)),
            ("url", pay_links::url(app, scope, link.id)),
        ];
        let (subject, text) = ("mail-pay-link-subject", "mail-pay-link-text");
        mailing::send(app, scope, customer, profile, Mail { wish: self.wish, subject, text, params, attachments: Vec::new() }).await
    }
}

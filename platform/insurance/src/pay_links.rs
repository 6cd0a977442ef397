//! Sending a link by which an order, or what is left of it, is paid without logging in. The link itself is the ledger's.

use std::time::Duration;

use async_trait::async_trait;
use crm::customers;
use kernel::{
    App, AppResult, Scope,
    jobs::{Job, JobCx, JobResult, Queue},
    money::Currency,
    profile::Profile,
};
use ledger::{
    pay_links::{self, PayLinkId},
    payments, receivables,
};
use ports::payment::DirectNumber;
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
        let parts = receivables::of_payable(&mut tx, &link.payable_kind, link.payable_id).await?;
        let owed = receivables::owed(&mut tx, &link.payable_kind, link.payable_id).await?;
        let customer = customers::service::get(&mut tx, link.customer.into()).await?;
        let profile = tx.setting::<Profile>().await?.value;
        drop(tx);
        let Some(owed) = owed.filter(|owed| owed.is_positive() && link.is_open(cx.scope.now())) else { return Ok(()) };
        let (app, scope) = (&cx.app, &cx.scope.speaking(customer.locale.as_deref()));
        let last_day = link.expires_at.with_timezone(&scope.tenant.time_zone).date_naive();
        let reference = parts.iter().find(|part| part.outstanding().is_positive()).map(|part| part.reference.clone()).unwrap_or_default();
        let ways = ways(app, scope, owed.currency, &reference).await?;
        let text = if ways.is_empty() { "mail-pay-link-text" } else { "mail-pay-link-text-direct" };
        let params = vec![
            ("ways", ways),
            ("number", link.label.clone()),
            ("amount", owed.to_string()),
            ("until", app.texts.day(&scope.locale, last_day)),
            ("url", pay_links::url(app, scope, link.id)),
        ];
        let subject = "mail-pay-link-subject";
        mailing::send(app, scope, customer, profile, Mail { wish: self.wish, subject, text, params, attachments: Vec::new() }).await
    }
}

/// Where the money may be sent without a request, a line each.
async fn ways(app: &App, scope: &Scope, currency: Currency, reference: &str) -> AppResult<String> {
    let numbers = payments::service::direct_numbers(app, scope, currency).await?;
    let word = |key: &str| app.texts.get(&scope.locale, key, &[]);
    let way = |number: &DirectNumber| {
        let kind = word(&format!("direct-{}", number.kind));
        format!("{}: {kind} {}, {} {reference}", number.title, number.number, word("direct-reference"))
    };
    Ok(numbers.iter().filter(|number| number.takes_reference()).map(way).collect::<Vec<_>>().join("\n"))
}

//! Mails a quote to its customer: what every insurer asks, and until when it can be bought.

use std::time::Duration;

use async_trait::async_trait;
use crm::customers;
use kernel::{
    jobs::{Job, JobCx, JobResult, Queue},
    profile::Profile,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{QuoteId, service};
use crate::mailing::{self, Mail};

/// Sends a quote to whom it was made for, if there is an address.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct QuoteMail {
    pub quote: QuoteId,
    /// The message's id: each wish is one mail.
    pub wish: Uuid,
}

#[async_trait]
impl Job for QuoteMail {
    const NAME: &'static str = "insurance.quote.mail";
    const QUEUE: Queue = Queue::Messages;
    const TIMEOUT: Duration = Duration::from_secs(60);
    fn unique_key(&self) -> Option<String> {
        Some(self.wish.to_string())
    }
    async fn run(self, cx: JobCx) -> JobResult {
        let mut tx = cx.scope.begin_read().await?;
        let quote = service::get(&mut tx, self.quote).await?;
        let Some(customer) = quote.customer else { return Ok(()) };
        let customer = customers::service::get(&mut tx, customer).await?;
        let profile = tx.setting::<Profile>().await?.value;
        drop(tx);
        let (app, scope) = (&cx.app, &cx.scope.speaking(customer.locale.as_deref()));
        let offers: Vec<String> = quote
            .offers
            .iter()
            .filter_map(|offer| Some(format!("- {}, {}: {}", offer.insurer_name, offer.product_name.get(&scope.locale), offer.payable()?)))
            .collect();
        let subject = format!("{} {}", quote.category_title.get(&scope.locale), quote.plate.clone().unwrap_or_default());
        let params = vec![
            ("number", quote.reference.clone()),
            ("subject", subject.trim().to_owned()),
            ("offers", offers.join("\n")),
            ("until", app.texts.day(&scope.locale, quote.valid_until)),
        ];
        let (subject, text) = ("mail-quote-subject", "mail-quote-text");
        mailing::send(app, scope, customer, profile, Mail { wish: self.wish, subject, text, params, attachments: Vec::new() }).await
    }
}

//! Use cases of saved quotes. The caller commits.

use chrono::{DateTime, Duration, Utc};
use crm::{CustomerId, parties::EmailAddress};
use kernel::{App, AppError, AppResult, Kind, ReadTx, TenantTx, audit::Change};
use uuid::Uuid;

use super::{jobs::QuoteMail, store};
use crate::quotes::{Quote, QuoteFailure, QuoteId, service as quotes};

/// Mails that one quote is sent by.
const MOST_MAILS: usize = 3;
/// How long after its last day a quote can still be looked at, and asked for again, by its link.
const KEPT: Duration = Duration::days(90);
const PURPOSE: &str = "saved-quote";

/// A mail that carries the link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuoteMailed {
    pub email: String,
    pub state: String,
    pub at: DateTime<Utc>,
}

/// The end of the link's address: the quote and the deployment's signature over it.
#[must_use]
pub fn link(app: &App, quote: QuoteId) -> String {
    format!("{}.{}", quote.0.simple(), app.signer.sign(PURPOSE, &quote.to_string()))
}

/// The quote of a link that this deployment signed.
///
/// # Errors
/// Any other text is not found.
pub fn quote_of_link(app: &App, link: &str) -> AppResult<QuoteId> {
    let (id, signature) = link.split_once('.').ok_or(QuoteFailure::NotFound)?;
    let id = Uuid::parse_str(id).map(QuoteId).map_err(|_| QuoteFailure::NotFound)?;
    if app.signer.verify(PURPOSE, &id.to_string(), signature) { Ok(id) } else { Err(QuoteFailure::NotFound.into()) }
}

/// The quote of a link, as `system`, which reads what belongs to others.
///
/// # Errors
/// Not found once it was over for [`KEPT`].
pub async fn open(tx: &mut ReadTx, quote: QuoteId) -> AppResult<Quote> {
    let quote = quotes::get(tx, quote).await?;
    if quote.valid_until + KEPT < tx.scope().today() {
        return Err(QuoteFailure::NotFound.into());
    }
    Ok(quote)
}

/// Sends the link to an address, in the reader's language. The quote is the caller's own.
pub async fn send(tx: &mut TenantTx, quote: QuoteId, email: &str, locale: &str) -> AppResult<()> {
    let email = EmailAddress::parse(email.trim()).ok_or_else(|| AppError::field("email", "field-email"))?;
    let quote = quotes::get(tx, quote).await?;
    if quote.is_expired(tx.scope().today()) {
        return Err(QuoteFailure::Expired(quote.valid_until).into());
    }
    if store::list_mails(tx, quote.id).await?.len() >= MOST_MAILS {
        return Err(AppError::new(Kind::RateLimited, "quote.mailed_often"));
    }
    let id = Uuid::now_v7();
    store::insert_mail(tx, id, quote.id, email.as_typed(), locale).await?;
    tx.enqueue(&QuoteMail { mail: id }).await?;
    tx.audit(Change::of("insurance.quote.save", "quote", quote.id.0)).await
}

/// The mails of a quote, oldest first.
pub async fn mails(tx: &mut ReadTx, quote: QuoteId) -> AppResult<Vec<QuoteMailed>> {
    store::list_mails(tx, quote).await
}

/// The caller's copy of a quote whose link it has; as [`open`]. Following the link again gives
/// the same copy.
pub async fn take_over(tx: &mut TenantTx, source: QuoteId, visitor: Option<Uuid>, customer: Option<CustomerId>) -> AppResult<Quote> {
    let original = open(tx, source).await?;
    let own = customer.map_or(original.customer.is_none() && original.visitor == visitor, |customer| original.customer == Some(customer));
    if own {
        return Ok(original);
    }
    if let Some(copy) = store::find_copy(tx, source, visitor, customer).await? {
        return quotes::get(tx, copy).await;
    }
    let id = store::copy(tx, &original, visitor.filter(|_| customer.is_none()), customer).await?;
    tx.audit(Change::of("insurance.quote.take_over", "quote", id.0).set("from", original.reference)).await?;
    quotes::get(tx, id).await
}

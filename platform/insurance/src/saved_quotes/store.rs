//! SQL of saved quotes.

use chrono::{DateTime, Utc};
use crm::CustomerId;
use kernel::{AppResult, ReadTx, TenantTx};
use uuid::Uuid;

use super::QuoteMailed;
use crate::quotes::{
    Quote, QuoteId,
    store::{self as quote_store, NewOffer, NewRow},
};

pub(super) async fn insert_mail(tx: &mut TenantTx, id: Uuid, quote: QuoteId, email: &str, locale: &str) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    sqlx::query!(
        "insert into quote_mails (tenant_id, id, quote_id, email, locale, created_at, updated_at) values ($1, $2, $3, $4, $5, $6, $6)",
        tenant,
        id,
        quote.0,
        email,
        locale,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn list_mails(tx: &mut ReadTx, quote: QuoteId) -> AppResult<Vec<QuoteMailed>> {
    let tenant = tx.tenant_id();
    Ok(sqlx::query_as!(
        QuoteMailed,
        "select email, state, created_at as at from quote_mails where tenant_id = $1 and quote_id = $2 order by id limit 20",
        tenant,
        quote.0
    )
    .fetch_all(tx.conn())
    .await?)
}

/// A mail that a worker may send.
pub(super) struct Wanted {
    pub quote: QuoteId,
    pub email: String,
    pub locale: String,
}

/// Takes a mail that nobody has sent, or whose worker died.
pub(super) async fn claim(tx: &mut TenantTx, id: Uuid, stale: DateTime<Utc>) -> AppResult<Option<Wanted>> {
    let (tenant, now) = (tx.tenant_id(), Utc::now());
    Ok(sqlx::query_as!(
        Wanted,
        r#"update quote_mails set state = 'sending', claimed_at = $3, updated_at = $3
           where tenant_id = $1 and id = $2 and (state = 'wanted' or state = 'sending' and claimed_at < $4)
           returning quote_id as "quote: QuoteId", email, locale"#,
        tenant,
        id,
        now,
        stale
    )
    .fetch_optional(tx.conn())
    .await?)
}

pub(super) async fn is_sending(tx: &mut ReadTx, id: Uuid) -> AppResult<bool> {
    let tenant = tx.tenant_id();
    let sending = sqlx::query_scalar!(r#"select state = 'sending' as "sending!" from quote_mails where tenant_id = $1 and id = $2"#, tenant, id)
        .fetch_optional(tx.conn())
        .await?;
    Ok(sending == Some(true))
}

/// Mails to an address since a moment that were sent or are about to be.
pub(super) async fn count_to(tx: &mut ReadTx, email: &str, since: DateTime<Utc>) -> AppResult<i64> {
    let tenant = tx.tenant_id();
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from quote_mails
           where tenant_id = $1 and lower(email) = lower($2) and created_at >= $3 and state in ('sending', 'sent', 'unknown')"#,
        tenant,
        email,
        since
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(count)
}

pub(super) async fn settle(tx: &mut TenantTx, id: Uuid, state: &str) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    sqlx::query!("update quote_mails set state = $3, updated_at = $4 where tenant_id = $1 and id = $2", tenant, id, state, now)
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub(super) async fn find_copy(tx: &mut ReadTx, source: QuoteId, visitor: Option<Uuid>, customer: Option<CustomerId>) -> AppResult<Option<QuoteId>> {
    let tenant = tx.tenant_id();
    Ok(sqlx::query_scalar!(
        r#"select id as "id: QuoteId" from quotes
           where tenant_id = $1 and copied_from = $2 and (customer_id = $4 or $4::uuid is null and customer_id is null and visitor_id = $3)
           order by id desc limit 1"#,
        tenant,
        source.0,
        visitor,
        customer.map(|customer| customer.0)
    )
    .fetch_optional(tx.conn())
    .await?)
}

/// The same answers, prices and end, under a reference of its own.
pub(super) async fn copy(tx: &mut TenantTx, quote: &Quote, visitor: Option<Uuid>, customer: Option<CustomerId>) -> AppResult<QuoteId> {
    let (id, reference) = (QuoteId::new(), tx.next_number("QUO").await?);
    let currency = tx.scope().tenant.currency;
    let row = NewRow {
        id,
        reference: &reference,
        category: quote.category_id,
        visitor,
        customer,
        answers: &quote.answers,
        plate: quote.plate.as_deref(),
        priced_on: quote.priced_on,
        valid_until: quote.valid_until,
    };
    quote_store::insert_quotes(tx, &[row]).await?;
    let offers = quote.offers.iter().map(|offer| NewOffer {
        id: crate::quotes::OfferId::new(),
        quote: id,
        product: offer.product_id,
        version: offer.product_version_id,
        rank: offer.rank,
        add_ons: &offer.add_ons,
        outcome: &offer.outcome,
        bundled: offer.bundled.as_ref(),
        rule_version: &offer.rule_version,
        law_version: &offer.law_version,
        currency,
    });
    let offers: Vec<NewOffer<'_>> = offers.collect();
    quote_store::insert_offers(tx, &offers).await?;
    quote_store::mark_copied(tx, id, quote.id).await?;
    Ok(id)
}

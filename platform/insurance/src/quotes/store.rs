//! SQL of quotes and offers.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use crm::CustomerId;
use kernel::{
    AppError, AppResult, ReadTx, TenantTx,
    money::{Currency, Money},
    paging::{List, Page, PageRequest, prefix_end},
};
use serde::{Deserialize, Serialize};
use sqlx::types::Json;
use uuid::Uuid;

use super::{Offer, OfferId, OfferOutcome, Quote, QuoteFailure, QuoteId, QuoteRow};
use crate::{
    catalogue::{CategoryId, ProductId, ProductVersionId, form::RawAnswers},
    law::plates::normalise,
    rating::{Decline, Line, Premium},
    text::LocalText,
};

/// What the staff's list may be narrowed by, besides the search by reference or plate.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct QuoteFilter {
    /// Code of a category.
    pub category: Option<String>,
    #[param(value_type = Option<Uuid>)]
    pub customer: Option<CustomerId>,
}

#[derive(Serialize)]
pub(crate) struct NewRow<'a> {
    pub id: QuoteId,
    pub reference: &'a str,
    pub category: CategoryId,
    pub visitor: Option<Uuid>,
    pub customer: Option<CustomerId>,
    pub answers: &'a RawAnswers,
    pub plate: Option<&'a str>,
    pub priced_on: NaiveDate,
    pub valid_until: NaiveDate,
}

/// A row with what is searched for.
#[derive(Serialize)]
struct Searched<'a> {
    #[serde(flatten)]
    row: &'a NewRow<'a>,
    plate_norm: Option<String>,
}

pub(crate) async fn insert_quotes(tx: &mut TenantTx, rows: &[NewRow<'_>]) -> AppResult<()> {
    let (tenant, now, actor) = (tx.tenant_id(), tx.scope().now(), tx.scope().actor.to_string());
    let rows: Vec<Searched<'_>> = rows.iter().map(|row| Searched { row, plate_norm: row.plate.map(normalise) }).collect();
    sqlx::query!(
        "insert into quotes (tenant_id, id, reference, category_id, visitor_id, customer_id, answers, plate, plate_norm, priced_on, valid_until, created_at, created_by,
           updated_at)
         select $1, q.id, q.reference, q.category, q.visitor, q.customer, q.answers, q.plate, q.plate_norm, q.priced_on, q.valid_until, $3, $4, $3
         from jsonb_to_recordset($2) as q (id uuid, reference text, category uuid, visitor uuid, customer uuid, answers jsonb, plate text, plate_norm text,
           priced_on date, valid_until date)",
        tenant,
        Json(rows) as _,
        now,
        actor,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(crate) struct NewOffer<'a> {
    pub id: OfferId,
    pub quote: QuoteId,
    pub product: ProductId,
    pub version: ProductVersionId,
    pub rank: i16,
    pub add_ons: &'a BTreeSet<String>,
    pub outcome: &'a OfferOutcome,
    pub bundled: Option<&'a Premium>,
    pub rule_version: &'a str,
    pub law_version: &'a str,
    pub currency: Currency,
}

/// A price as it is kept beside the one that holds alone.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    lines: Vec<Line>,
    premium_minor: i64,
    levies_minor: i64,
    total_minor: i64,
    payable_minor: i64,
}

impl Kept {
    fn of(premium: &Premium) -> Self {
        Self {
            lines: premium.lines.clone(),
            premium_minor: premium.premium.minor,
            levies_minor: premium.levies.minor,
            total_minor: premium.total.minor,
            payable_minor: premium.payable.minor,
        }
    }
    fn read(self, currency: Currency, sum_insured: Option<i64>) -> Premium {
        let money = |minor| Money::new(minor, currency);
        Premium {
            lines: self.lines,
            premium: money(self.premium_minor),
            levies: money(self.levies_minor),
            total: money(self.total_minor),
            payable: money(self.payable_minor),
            sum_insured: sum_insured.map(money),
        }
    }
}

/// The columns of an outcome.
#[derive(Serialize)]
struct Figures<'a> {
    outcome: &'static str,
    declines: &'a [Decline],
    lines: &'a [Line],
    premium: Option<i64>,
    levies: Option<i64>,
    total: Option<i64>,
    payable: Option<i64>,
    sum_insured: Option<i64>,
}

impl<'a> Figures<'a> {
    fn of(outcome: &'a OfferOutcome) -> Self {
        match outcome {
            OfferOutcome::Priced(p) => Self {
                outcome: "priced",
                declines: &[],
                lines: &p.lines,
                premium: Some(p.premium.minor),
                levies: Some(p.levies.minor),
                total: Some(p.total.minor),
                payable: Some(p.payable.minor),
                sum_insured: p.sum_insured.map(|money| money.minor),
            },
            OfferOutcome::Declined(declines) => {
                Self { outcome: "declined", declines, lines: &[], premium: None, levies: None, total: None, payable: None, sum_insured: None }
            }
        }
    }
}

/// An offer in columns.
#[derive(Serialize)]
struct OfferRow<'a> {
    id: OfferId,
    quote: QuoteId,
    product: ProductId,
    version: ProductVersionId,
    rank: i16,
    add_ons: &'a BTreeSet<String>,
    #[serde(flatten)]
    figures: Figures<'a>,
    currency: &'static str,
    rule_version: &'a str,
    law_version: &'a str,
    bundled: Option<Kept>,
}

impl<'a> From<&'a NewOffer<'a>> for OfferRow<'a> {
    fn from(offer: &'a NewOffer<'a>) -> Self {
        Self {
            id: offer.id,
            quote: offer.quote,
            product: offer.product,
            version: offer.version,
            rank: offer.rank,
            add_ons: offer.add_ons,
            figures: Figures::of(offer.outcome),
            currency: offer.currency.code(),
            rule_version: offer.rule_version,
            law_version: offer.law_version,
            bundled: offer.bundled.map(Kept::of),
        }
    }
}

pub(crate) async fn insert_offers(tx: &mut TenantTx, offers: &[NewOffer<'_>]) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    let rows: Vec<OfferRow<'_>> = offers.iter().map(OfferRow::from).collect();
    sqlx::query!(
        "insert into quote_offers (tenant_id, id, quote_id, product_id, product_version_id, rank, outcome, declines, add_ons, lines, premium_minor, levies_minor,
           total_minor, payable_minor, sum_insured_minor, currency, rule_version, law_version, created_at, updated_at, bundled)
         select $1, o.id, o.quote, o.product, o.version, o.rank, o.outcome, o.declines, o.add_ons, o.lines, o.premium, o.levies, o.total, o.payable,
           o.sum_insured, o.currency, o.rule_version, o.law_version, $3, $3, o.bundled
         from jsonb_to_recordset($2) as o (id uuid, quote uuid, product uuid, version uuid, rank smallint, outcome text, declines jsonb, add_ons text[], lines jsonb,
           premium bigint, levies bigint, total bigint, payable bigint, sum_insured bigint, currency text, rule_version text, law_version text, bundled jsonb)",
        tenant,
        Json(rows) as _,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Replaces an offer's prices and extras.
pub(super) async fn update_offer(
    tx: &mut TenantTx,
    id: OfferId,
    add_ons: &BTreeSet<String>,
    outcome: &OfferOutcome,
    bundled: Option<&Premium>,
) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    let f = Figures::of(outcome);
    let add_ons: Vec<String> = add_ons.iter().cloned().collect();
    let done = sqlx::query!(
        "update quote_offers set outcome = $3, declines = $4, add_ons = $5, lines = $6, premium_minor = $7, levies_minor = $8, total_minor = $9,
           payable_minor = $10, sum_insured_minor = $11, version = version + 1, updated_at = $12, bundled = $13
         where tenant_id = $1 and id = $2",
        tenant,
        id.0,
        f.outcome,
        Json(f.declines) as _,
        &add_ons,
        Json(f.lines) as _,
        f.premium,
        f.levies,
        f.total,
        f.payable,
        f.sum_insured,
        now,
        bundled.map(|bundled| Json(Kept::of(bundled))) as _,
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 1 { Ok(()) } else { Err(QuoteFailure::NotFound.into()) }
}

/// Ranks the offers of a quote again by what they cost now.
pub(super) async fn update_ranks(tx: &mut TenantTx, quote: QuoteId) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!(
        "update quote_offers o set rank = r.rank from (
           select id, row_number() over (order by payable_minor nulls last, rank, id)::smallint as rank
           from quote_offers where tenant_id = $1 and quote_id = $2) r
         where o.tenant_id = $1 and o.quote_id = $2 and o.id = r.id and o.rank <> r.rank",
        tenant,
        quote.0
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Locks the quote until the transaction ends, so that its offers change one after the other.
pub(super) async fn lock_quote(tx: &mut TenantTx, quote: QuoteId) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query_scalar!("select version from quotes where tenant_id = $1 and id = $2 for update", tenant, quote.0)
        .fetch_optional(tx.conn())
        .await?
        .ok_or(QuoteFailure::NotFound)?;
    Ok(())
}

pub(super) async fn find_id_by_reference(tx: &mut ReadTx, reference: &str) -> AppResult<Option<QuoteId>> {
    let tenant = tx.tenant_id();
    Ok(sqlx::query_scalar!(r#"select id as "id: QuoteId" from quotes where tenant_id = $1 and reference = $2"#, tenant, reference)
        .fetch_optional(tx.conn())
        .await?)
}

pub(super) async fn find_id_of_offer(tx: &mut ReadTx, offer: OfferId) -> AppResult<Option<QuoteId>> {
    let tenant = tx.tenant_id();
    Ok(sqlx::query_scalar!(r#"select quote_id as "id: QuoteId" from quote_offers where tenant_id = $1 and id = $2"#, tenant, offer.0)
        .fetch_optional(tx.conn())
        .await?)
}

/// Notes which quote of somebody else this one goes back to.
pub(crate) async fn mark_copied(tx: &mut TenantTx, id: QuoteId, from: QuoteId) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!("update quotes set copied_from = $3 where tenant_id = $1 and id = $2", tenant, id.0, from.0).execute(tx.conn()).await?;
    Ok(())
}

/// Ids of the newest quotes of one visitor or customer; those that an order holds only where they are wanted.
pub(super) async fn list_own(tx: &mut ReadTx, visitor: Option<Uuid>, customer: Option<Uuid>, ordered: bool, limit: i64) -> AppResult<Vec<QuoteId>> {
    let tenant = tx.tenant_id();
    Ok(sqlx::query_scalar!(
        r#"select id as "id: QuoteId" from quotes
           where tenant_id = $1 and (visitor_id = $2 and customer_id is null or customer_id = $3)
             and ($4 or not exists (select 1 from order_lines l where l.tenant_id = quotes.tenant_id and l.quote_id = quotes.id
               and l.state in ('open', 'fulfilled', 'failed')))
           order by id desc limit $5"#,
        tenant,
        visitor,
        customer,
        ordered,
        limit
    )
    .fetch_all(tx.conn())
    .await?)
}

/// Quotes with their offers, in the order of the ids given.
pub(super) async fn find_quotes(tx: &mut ReadTx, ids: &[QuoteId]) -> AppResult<Vec<Quote>> {
    let (tenant, ids) = (tx.tenant_id(), ids.iter().map(|id| id.0).collect::<Vec<_>>());
    let rows = sqlx::query!(
        r#"select q.id as "id: QuoteId", q.reference, q.category_id as "category_id: CategoryId", c.code as category_code, c.title as "category_title: Json<LocalText>",
             q.visitor_id, q.customer_id as "customer_id: CustomerId", q.answers as "answers: Json<RawAnswers>",
             coalesce(q.plate, q.plate_norm) as plate, q.priced_on, q.valid_until, q.created_at, q.copied_from is not null as "copied!"
           from quotes q join product_categories c on c.tenant_id = q.tenant_id and c.id = q.category_id
           where q.tenant_id = $1 and q.id = any($2) order by array_position($2, q.id)"#,
        tenant,
        &ids
    )
    .fetch_all(tx.conn())
    .await?;
    let mut quotes: Vec<Quote> = rows
        .into_iter()
        .map(|r| Quote {
            id: r.id,
            reference: r.reference,
            category_id: r.category_id,
            category_code: r.category_code,
            category_title: r.category_title.0,
            visitor: r.visitor_id,
            customer: r.customer_id,
            answers: r.answers.0,
            plate: r.plate,
            priced_on: r.priced_on,
            valid_until: r.valid_until,
            created_at: r.created_at,
            copied: r.copied,
            offers: Vec::new(),
        })
        .collect();
    let offers = sqlx::query_as!(
        OfferColumns,
        r#"select o.id as "id: OfferId", o.quote_id as "quote_id: QuoteId", o.product_id as "product_id: ProductId", o.product_version_id as "version_id: ProductVersionId",
             p.code as product_code, p.name as "product_name: Json<LocalText>", p.insurer_id, i.name as insurer_name, p.sample, o.rank, o.add_ons,
             o.declines as "declines: Json<Vec<Decline>>", o.lines as "lines: Json<Vec<Line>>", o.premium_minor, o.levies_minor, o.total_minor, o.payable_minor,
             o.sum_insured_minor, o.currency, o.rule_version, o.law_version, o.bundled as "bundled: Json<Kept>"
           from quote_offers o
           join products p on p.tenant_id = o.tenant_id and p.id = o.product_id
           join insurers i on i.tenant_id = p.tenant_id and i.id = p.insurer_id
           where o.tenant_id = $1 and o.quote_id = any($2) order by o.quote_id, o.rank, o.id"#,
        tenant,
        &ids
    )
    .fetch_all(tx.conn())
    .await?;
    for row in offers {
        let quote_id = row.quote_id;
        if let Some(quote) = quotes.iter_mut().find(|quote| quote.id == quote_id) {
            quote.offers.push(row.try_into()?);
        }
    }
    Ok(quotes)
}

struct OfferColumns {
    id: OfferId,
    quote_id: QuoteId,
    product_id: ProductId,
    version_id: ProductVersionId,
    product_code: String,
    product_name: Json<LocalText>,
    insurer_id: Uuid,
    insurer_name: String,
    sample: bool,
    rank: i16,
    add_ons: Vec<String>,
    declines: Json<Vec<Decline>>,
    lines: Json<Vec<Line>>,
    premium_minor: Option<i64>,
    levies_minor: Option<i64>,
    total_minor: Option<i64>,
    payable_minor: Option<i64>,
    sum_insured_minor: Option<i64>,
    currency: String,
    rule_version: String,
    law_version: String,
    bundled: Option<Json<Kept>>,
}

impl TryFrom<OfferColumns> for Offer {
    type Error = AppError;
    fn try_from(r: OfferColumns) -> AppResult<Self> {
        let currency = Currency::from_code(&r.currency).map_err(AppError::internal)?;
        let money = |minor| Money::new(minor, currency);
        let outcome = match (r.premium_minor, r.levies_minor, r.total_minor, r.payable_minor) {
            (Some(premium), Some(levies), Some(total), Some(payable)) => OfferOutcome::Priced(Premium {
                lines: r.lines.0,
                premium: money(premium),
                levies: money(levies),
                total: money(total),
                payable: money(payable),
                sum_insured: r.sum_insured_minor.map(money),
            }),
            _ => OfferOutcome::Declined(r.declines.0),
        };
        Ok(Self {
            id: r.id,
            product_id: r.product_id,
            product_version_id: r.version_id,
            product_code: r.product_code,
            product_name: r.product_name.0,
            insurer_id: r.insurer_id,
            insurer_name: r.insurer_name,
            sample: r.sample,
            rank: r.rank,
            add_ons: r.add_ons.into_iter().collect(),
            outcome,
            bundled: r.bundled.map(|kept| kept.0.read(currency, r.sum_insured_minor)),
            rule_version: r.rule_version,
            law_version: r.law_version,
        })
    }
}

/// Gives the visitor's quotes that nobody owns yet to the customer.
pub(super) async fn move_to_customer(tx: &mut TenantTx, visitor: Uuid, customer: CustomerId) -> AppResult<Vec<QuoteId>> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    Ok(sqlx::query_scalar!(
        r#"update quotes set customer_id = $3, version = version + 1, updated_at = $4
           where tenant_id = $1 and visitor_id = $2 and customer_id is null returning id as "id: QuoteId""#,
        tenant,
        visitor,
        customer.0,
        now
    )
    .fetch_all(tx.conn())
    .await?)
}

pub(super) async fn list_quotes(tx: &mut ReadTx, request: &PageRequest, filter: &QuoteFilter) -> AppResult<Page<QuoteRow>> {
    let mut list = List::new(
        "q.id, q.reference, c.code as category_code, q.customer_id, p.display_name as customer_name, coalesce(q.plate, q.plate_norm) as plate, q.valid_until,
         q.created_at,
         (select count(*) from quote_offers o where o.tenant_id = q.tenant_id and o.quote_id = q.id) as offers,
         (select min(o.payable_minor) from quote_offers o where o.tenant_id = q.tenant_id and o.quote_id = q.id) as best_payable_minor,
         (select min(o.currency) from quote_offers o where o.tenant_id = q.tenant_id and o.quote_id = q.id) as currency,
         exists (select from order_lines l where l.tenant_id = q.tenant_id and l.quote_id = q.id and l.state in ('open', 'fulfilled', 'failed')) as is_ordered,
         exists (select from order_lines l where l.tenant_id = q.tenant_id and l.quote_id = q.id and l.state = 'fulfilled') as is_bought",
        "from quotes q",
        "q.tenant_id",
        "q.id",
    )
    .joining(
        "join product_categories c on c.tenant_id = q.tenant_id and c.id = q.category_id
         left join customers k on k.tenant_id = q.tenant_id and k.id = q.customer_id
         left join parties p on p.tenant_id = k.tenant_id and p.id = k.party_id",
    )
    .sortable("reference", "q.reference")
    .sortable("until", "q.valid_until");
    if let Some(text) = request.search_text() {
        let term = text.to_uppercase().replace(' ', "");
        if term.starts_with("QUO-") {
            list.filter("q.reference = ", term, "");
        } else {
            let term = normalise(&text);
            list.filter("q.plate_norm >= ", term.clone(), "").filter("q.plate_norm < ", prefix_end(&term), "");
        }
    }
    if let Some(category) = &filter.category {
        list.joined().filter("c.code = ", category.clone(), "");
    }
    if let Some(customer) = filter.customer {
        list.filter("q.customer_id = ", customer.0, "");
    }
    list.fetch(tx, request, |row: &QuoteRow| row.id.0).await
}

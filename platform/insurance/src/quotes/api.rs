//! Quotes over HTTP: anybody asks for prices and reads its own quotes; staff ask for customers and see all.

use std::collections::BTreeSet;

use axum::{extract::State, http::StatusCode, response::IntoResponse};
use chrono::{DateTime, NaiveDate, Utc};
use crm::CustomerId;
use kernel::{
    App, AppError, AppResult,
    access::Access as Viewed,
    http::{Anyone, Json, Path, Query, Staff, Who, error::ErrorBody},
    money::{Currency, Money},
    paging::{Page, PageRequest},
    routes::{Access, Routes},
};
use serde::{Deserialize, Serialize};
use utoipa_axum::routes;
use uuid::Uuid;

use super::{Asked, NewQuote, Offer, OfferId, OfferOutcome, Quote, QuoteFilter, QuoteId, QuoteRow, READ, WRITE, service};
use crate::{
    catalogue::{ProductId, form::RawAnswers},
    law::Law,
    rating::{Decline, Line},
    text::LocalText,
};

pub(crate) fn routes() -> Routes {
    Routes::new()
        .api(Access::Public, routes!(quote_product))
        .api(Access::Public, routes!(create))
        .api(Access::Public, routes!(mine))
        .api(Access::Public, routes!(get))
        .api(Access::Public, routes!(choose_add_ons))
        .api(Access::Public, routes!(repeat))
        .api(Access::Staff(READ), routes!(list))
        .api(Access::Staff(WRITE), routes!(create_for_customer))
        .api(Access::Staff(READ), routes!(get_any))
}

/// Answers to a product's form, by key of the question.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProductQuoteInput {
    #[schema(value_type = Object, example = json!({"plate": "KDA 123A", "make": "Toyota", "model": "Axio", "year": 2018, "value": "1000000", "use": "private"}))]
    pub policy_data: RawAnswers,
    #[serde(default)]
    pub add_ons: BTreeSet<String>,
}

/// One set of answers for several products: a whole category, or up to 20 products of one.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuoteInput {
    /// Code of a category.
    #[serde(default)]
    pub category: Option<String>,
    #[serde(default)]
    pub products: Vec<ProductId>,
    #[schema(value_type = Object)]
    pub policy_data: RawAnswers,
    #[serde(default)]
    pub add_ons: BTreeSet<String>,
}

/// As [`QuoteInput`], for a customer.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CustomerQuoteInput {
    #[serde(default)]
    pub customer: Option<CustomerId>,
    #[serde(default)]
    pub category: Option<String>,
    #[serde(default)]
    pub products: Vec<ProductId>,
    #[schema(value_type = Object)]
    pub policy_data: RawAnswers,
    #[serde(default)]
    pub add_ons: BTreeSet<String>,
}

fn asked(category: Option<String>, products: Vec<ProductId>) -> AppResult<Asked> {
    match category {
        Some(category) if products.is_empty() => Ok(Asked::Category(category)),
        None if !products.is_empty() => Ok(Asked::Products(products)),
        _ => Err(AppError::field("category", "quote-asked")),
    }
}

/// The extras that are wanted; those not named are dropped.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddOnChoice {
    pub add_ons: BTreeSet<String>,
}

/// A quote with its offers, the cheapest first and declined ones last.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct QuoteView {
    pub id: QuoteId,
    #[schema(example = "QUO-2026-00042")]
    pub reference: String,
    pub category: String,
    pub category_title: LocalText,
    pub customer: Option<CustomerId>,
    #[schema(value_type = Object)]
    pub policy_data: RawAnswers,
    /// The last day on which it can be bought.
    pub valid_until: NaiveDate,
    pub expired: bool,
    pub created_at: DateTime<Utc>,
    pub offers: Vec<OfferView>,
}

impl QuoteView {
    fn of(quote: Quote, today: NaiveDate) -> Self {
        let (expired, policy_data) = (quote.is_expired(today), quote.shown_answers());
        Self {
            id: quote.id,
            reference: quote.reference,
            category: quote.category_code,
            category_title: quote.category_title,
            customer: quote.customer,
            policy_data,
            valid_until: quote.valid_until,
            expired,
            created_at: quote.created_at,
            offers: quote.offers.into_iter().map(OfferView::from).collect(),
        }
    }
}

/// What one product answers: a price with the lines that explain it, or the reasons to decline.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct OfferView {
    pub id: OfferId,
    pub product: ProductId,
    pub product_name: LocalText,
    pub company: String,
    pub rank: i16,
    pub add_ons: BTreeSet<String>,
    pub declined: Vec<Decline>,
    pub breakdown: Vec<Line>,
    /// Before levies.
    pub premium: Option<Money>,
    pub levies: Option<Money>,
    /// Exact.
    pub total: Option<Money>,
    /// What is paid.
    pub payable: Option<Money>,
    pub sum_insured: Option<Money>,
    /// Product version and law that decided the price.
    pub rule_version: String,
    pub sample: bool,
}

impl From<Offer> for OfferView {
    fn from(offer: Offer) -> Self {
        let (premium, declined) = match offer.outcome {
            OfferOutcome::Priced(premium) => (Some(premium), Vec::new()),
            OfferOutcome::Declined(declined) => (None, declined),
        };
        Self {
            id: offer.id,
            product: offer.product_id,
            product_name: offer.product_name,
            company: offer.insurer_name,
            rank: offer.rank,
            add_ons: offer.add_ons,
            declined,
            premium: premium.as_ref().map(|p| p.premium),
            levies: premium.as_ref().map(|p| p.levies),
            total: premium.as_ref().map(|p| p.total),
            payable: premium.as_ref().map(|p| p.payable),
            sum_insured: premium.as_ref().and_then(|p| p.sum_insured),
            breakdown: premium.map(|p| p.lines).unwrap_or_default(),
            rule_version: offer.rule_version,
            sample: offer.sample,
        }
    }
}

/// A line of the staff's list.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct QuoteLine {
    pub id: QuoteId,
    pub reference: String,
    pub category: String,
    pub customer: Option<Uuid>,
    pub customer_name: Option<String>,
    pub plate: Option<String>,
    pub valid_until: NaiveDate,
    pub created_at: DateTime<Utc>,
    pub offers: i64,
    /// Of the cheapest offer; none if every insurer declined.
    pub best_payable: Option<Money>,
}

impl From<QuoteRow> for QuoteLine {
    fn from(row: QuoteRow) -> Self {
        let currency = row.currency.as_deref().and_then(|code| Currency::from_code(code).ok());
        Self {
            id: row.id,
            reference: row.reference,
            category: row.category_code,
            customer: row.customer_id,
            customer_name: row.customer_name,
            plate: row.plate,
            valid_until: row.valid_until,
            created_at: row.created_at,
            offers: row.offers,
            best_payable: row.best_payable_minor.zip(currency).map(|(minor, currency)| Money::new(minor, currency)),
        }
    }
}

async fn make(app: &App, caller: &Anyone, new: NewQuote) -> AppResult<(StatusCode, Json<QuoteView>)> {
    let law = Law::of(app, caller.tenant())?;
    let mut tx = caller.begin_write().await?;
    let quote = service::create(&mut tx, &law, new).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(QuoteView::of(quote, caller.scope.today()))))
}

/// Staff ask through their own route, which says for whom.
fn not_staff(caller: &Anyone) -> AppResult<()> {
    if matches!(caller.who, Who::Staff { .. }) { Err(AppError::forbidden()) } else { Ok(()) }
}

#[utoipa::path(post, path = "/policies/{id}/quote", tag = "Marketplace", summary = "Quote one product", params(("id" = ProductId, Path)), request_body = ProductQuoteInput,
    responses((status = 201, body = QuoteView), (status = 409, description = "`product.withdrawn`", body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn quote_product(
    State(app): State<App>,
    caller: Anyone,
    Path(id): Path<ProductId>,
    Json(input): Json<ProductQuoteInput>,
) -> AppResult<impl IntoResponse> {
    not_staff(&caller)?;
    make(&app, &caller, NewQuote { asked: Asked::Products(vec![id]), answers: input.policy_data, add_ons: input.add_ons, customer: None }).await
}

#[utoipa::path(post, path = "/quotes", tag = "Marketplace", summary = "Quote several products at once", request_body = QuoteInput,
    responses((status = 201, body = QuoteView), (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn create(State(app): State<App>, caller: Anyone, Json(input): Json<QuoteInput>) -> AppResult<impl IntoResponse> {
    not_staff(&caller)?;
    let asked = asked(input.category, input.products)?;
    make(&app, &caller, NewQuote { asked, answers: input.policy_data, add_ons: input.add_ons, customer: None }).await
}

#[utoipa::path(get, path = "/quotes", tag = "Marketplace", summary = "My quotes", responses((status = 200, body = Vec<QuoteView>)))]
async fn mine(caller: Anyone) -> AppResult<Json<Vec<QuoteView>>> {
    let mut tx = caller.begin_read().await?;
    let today = caller.scope.today();
    Ok(Json(service::list_own(&mut tx).await?.into_iter().map(|quote| QuoteView::of(quote, today)).collect()))
}

#[utoipa::path(get, path = "/quotes/{id}", tag = "Marketplace", summary = "One of my quotes", params(("id" = QuoteId, Path)),
    responses((status = 200, body = QuoteView), (status = 404, body = ErrorBody)))]
async fn get(caller: Anyone, Path(id): Path<QuoteId>) -> AppResult<Json<QuoteView>> {
    not_staff(&caller)?;
    let mut tx = caller.begin_read().await?;
    Ok(Json(QuoteView::of(service::get(&mut tx, id).await?, caller.scope.today())))
}

#[utoipa::path(put, path = "/quotes/{id}/offers/{offer}/add-ons", tag = "Marketplace", summary = "Choose the extras of an offer",
    description = "Prices the offer again by the terms and law of the quote. Staff need the permission `insurance.quote.write`.",
    params(("id" = QuoteId, Path), ("offer" = OfferId, Path)), request_body = AddOnChoice,
    responses((status = 200, body = QuoteView), (status = 409, description = "`quote.expired`, `quote.declined` or `product.withdrawn`", body = ErrorBody)))]
async fn choose_add_ons(
    State(app): State<App>,
    caller: Anyone,
    Path((id, offer)): Path<(QuoteId, OfferId)>,
    Json(choice): Json<AddOnChoice>,
) -> AppResult<Json<QuoteView>> {
    may_write(&caller)?;
    let law = Law::of(&app, caller.tenant())?;
    let mut tx = caller.begin_write().await?;
    if service::get(&mut tx, id).await?.offer(offer).is_none() {
        return Err(super::QuoteFailure::NotFound.into());
    }
    let quote = service::choose_add_ons(&mut tx, &law, offer, choice.add_ons).await?;
    tx.commit().await?;
    Ok(Json(QuoteView::of(quote, caller.scope.today())))
}

fn may_write(caller: &Anyone) -> AppResult<()> {
    if matches!(caller.who, Who::Staff { .. }) && !caller.may(WRITE) { Err(AppError::forbidden().with("permission", WRITE)) } else { Ok(()) }
}

#[utoipa::path(post, path = "/quotes/{id}/repeat", tag = "Marketplace", summary = "Ask again with the same answers",
    description = "Makes a new quote by today's terms and law. Staff need the permission `insurance.quote.write`.", params(("id" = QuoteId, Path)),
    responses((status = 201, body = QuoteView), (status = 409, body = ErrorBody)))]
async fn repeat(State(app): State<App>, caller: Anyone, Path(id): Path<QuoteId>) -> AppResult<impl IntoResponse> {
    may_write(&caller)?;
    let law = Law::of(&app, caller.tenant())?;
    let mut tx = caller.begin_write().await?;
    let quote = service::repeat(&mut tx, &law, id).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(QuoteView::of(quote, caller.scope.today()))))
}

#[utoipa::path(get, path = "/admin/quotes", tag = "Quotes", summary = "List quotes", params(PageRequest, QuoteFilter), responses((status = 200, body = Page<QuoteLine>)))]
async fn list(
    State(app): State<App>,
    staff: Staff,
    Query(page): Query<PageRequest>,
    Query(filter): Query<QuoteFilter>,
) -> AppResult<Json<Page<QuoteLine>>> {
    let mut tx = staff.begin_read().await?;
    let found = service::list(&mut tx, &page, &filter).await?;
    drop(tx);
    let rows = i32::try_from(found.results.len()).unwrap_or(i32::MAX);
    app.access.record(&staff.scope, Viewed { object_type: "quote", object_id: None, query: page.search_text(), rows }).await?;
    Ok(Json(found.map(QuoteLine::from)))
}

#[utoipa::path(post, path = "/admin/quotes", tag = "Quotes", summary = "Quote for a customer", request_body = CustomerQuoteInput,
    responses((status = 201, body = QuoteView), (status = 404, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn create_for_customer(State(app): State<App>, staff: Staff, Json(input): Json<CustomerQuoteInput>) -> AppResult<impl IntoResponse> {
    let law = Law::of(&app, staff.tenant())?;
    let asked = asked(input.category, input.products)?;
    let mut tx = staff.begin_write().await?;
    if let Some(customer) = input.customer {
        crm::customers::service::get(&mut tx, customer).await?;
    }
    let quote =
        service::create(&mut tx, &law, NewQuote { asked, answers: input.policy_data, add_ons: input.add_ons, customer: input.customer }).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(QuoteView::of(quote, staff.scope.today()))))
}

#[utoipa::path(get, path = "/admin/quotes/{id}", tag = "Quotes", summary = "Read a quote", params(("id" = QuoteId, Path)),
    responses((status = 200, body = QuoteView), (status = 404, body = ErrorBody)))]
async fn get_any(State(app): State<App>, staff: Staff, Path(id): Path<QuoteId>) -> AppResult<Json<QuoteView>> {
    let mut tx = staff.begin_read().await?;
    let quote = service::get(&mut tx, id).await?;
    drop(tx);
    app.access.record(&staff.scope, Viewed { object_type: "quote", object_id: Some(id.0), query: None, rows: 1 }).await?;
    Ok(Json(QuoteView::of(quote, staff.scope.today())))
}

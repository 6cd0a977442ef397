//! The shelf for everybody (`/categories`, `/policies`), and the catalogue for staff (`/admin/policy-types`).

use axum::{extract::State, http::StatusCode};
use chrono::{DateTime, NaiveDate, Utc};
use kernel::{
    App, AppError, AppResult,
    http::{Anyone, Json, Path, Query, Staff, error::ErrorBody},
    money::{Currency, Money},
    paging::{Page, PageRequest},
    routes::{Access, Routes},
};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use utoipa_axum::routes;

use super::{
    CHANGE, Category, CategoryId, NewProduct, PRICE, Product, ProductCard, ProductFilter, ProductId, ProductListFilter, ProductPatch, ProductRow,
    ProductState, ProductVersionId, READ,
    form::Form,
    service,
    terms::{AddOn, Benefit},
};
use crate::{
    insurers::{InsurerId, InsurerState},
    law::Law,
    reviews::{self, Review},
    text::LocalText,
};

pub(crate) fn routes() -> Routes {
    Routes::new()
        .api(Access::Public, routes!(categories))
        .api(Access::Public, routes!(shelf))
        .api(Access::Public, routes!(product))
        .api(Access::Staff(READ), routes!(policy_types))
        .api(Access::Staff(READ), routes!(policy_type))
        .api(Access::Staff(PRICE), routes!(create))
        .api(Access::Staff(CHANGE), routes!(change))
        .api(Access::Staff(CHANGE), routes!(withdraw))
        .api(Access::Staff(CHANGE), routes!(reactivate))
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct CategoryView {
    pub id: CategoryId,
    pub code: String,
    /// Class of business.
    pub line: String,
    pub title: LocalText,
    pub description: LocalText,
    pub icon: String,
    /// Products on sale in it.
    pub products: i64,
}

impl From<Category> for CategoryView {
    fn from(c: Category) -> Self {
        Self { id: c.id, code: c.code, line: c.line, title: c.title, description: c.description, icon: c.icon, products: c.products }
    }
}

/// A product on the shelf.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ShelfView {
    pub id: ProductId,
    pub code: String,
    pub name: LocalText,
    pub description: LocalText,
    pub company: String,
    pub company_id: InsurerId,
    pub category: String,
    pub features: Vec<LocalText>,
    /// The lowest premium before levies; none where it depends on the risk alone.
    pub price_from: Option<Money>,
    /// Rates are samples of the platform, not the insurer's.
    pub sample: bool,
    /// Average of the published reviews, to one place; none without a review.
    #[schema(value_type = Option<String>, example = "4.6")]
    pub rating: Option<Decimal>,
    pub reviews: i64,
}

impl From<ProductCard> for ShelfView {
    fn from(c: ProductCard) -> Self {
        Self {
            id: c.id,
            code: c.code,
            name: c.name,
            description: c.description,
            company: c.insurer_name,
            company_id: c.insurer_id,
            category: c.category_code,
            features: c.features,
            price_from: c.price_from,
            sample: c.sample,
            rating: c.rating.map(|rating| rating.average()),
            reviews: c.rating.map_or(0, |rating| rating.count),
        }
    }
}

/// A product in full, with the form that a quote asks for.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ProductView {
    pub id: ProductId,
    pub code: String,
    pub name: LocalText,
    pub description: LocalText,
    pub company: String,
    pub company_id: InsurerId,
    pub category: String,
    pub category_title: LocalText,
    pub on_sale: bool,
    pub sample: bool,
    pub price_from: Option<Money>,
    pub coverage: Vec<Benefit>,
    pub features: Vec<LocalText>,
    pub exclusions: Vec<LocalText>,
    pub excesses: Vec<LocalText>,
    pub documents: Vec<LocalText>,
    pub add_ons: Vec<AddOn>,
    pub form: Form,
    pub term_months: u32,
    pub quote_valid_days: u32,
    pub version: i32,
}

impl From<Product> for ProductView {
    fn from(p: Product) -> Self {
        let on_sale = p.is_on_sale();
        let terms = p.current.terms;
        Self {
            id: p.id,
            code: p.code,
            name: p.name,
            description: p.description,
            company: p.insurer.name,
            company_id: p.insurer.id,
            category: p.category_code,
            category_title: p.category_title,
            on_sale,
            sample: p.sample,
            price_from: p.price_from,
            coverage: terms.benefits,
            features: terms.features,
            exclusions: terms.exclusions,
            excesses: terms.excesses,
            documents: terms.documents,
            add_ons: terms.add_ons,
            form: terms.form,
            term_months: terms.term_months,
            quote_valid_days: terms.quote_valid_days,
            version: p.current.number,
        }
    }
}

/// A product in full with what customers say of it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ReviewedView {
    #[serde(flatten)]
    pub product: ProductView,
    /// Average of the published reviews, to one place; none without a review.
    #[schema(value_type = Option<String>, example = "4.6")]
    pub rating: Option<Decimal>,
    pub review_count: i64,
    /// The newest published ones.
    pub reviews: Vec<ReviewView>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ReviewView {
    /// 1 to 5.
    pub rating: i16,
    pub text: String,
    /// First name and initial.
    pub author: String,
    pub at: DateTime<Utc>,
}

impl From<Review> for ReviewView {
    fn from(r: Review) -> Self {
        Self { rating: r.rating, text: r.body, author: r.author, at: r.updated_at }
    }
}

/// A product as staff see it: with state, commission, limits and pricing.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct PolicyTypeView {
    #[serde(flatten)]
    pub product: ProductView,
    pub state: ProductState,
    pub insurer_state: InsurerState,
    /// What a change must name; `version` is the number of the terms.
    pub row_version: i32,
    pub version_id: ProductVersionId,
    pub effective_from: NaiveDate,
    #[schema(value_type = String, example = "10")]
    pub commission_percent: crate::figures::Percent,
    #[schema(value_type = Vec<Object>)]
    pub limits: serde_json::Value,
    #[schema(value_type = Vec<Object>)]
    pub pricing: serde_json::Value,
    pub updated_at: DateTime<Utc>,
}

impl PolicyTypeView {
    fn of(p: Product) -> AppResult<Self> {
        Ok(Self {
            state: p.state,
            insurer_state: p.insurer.state,
            row_version: p.version,
            version_id: p.current.id,
            effective_from: p.current.effective_from,
            commission_percent: p.current.terms.commission_percent,
            limits: serde_json::to_value(&p.current.terms.limits).map_err(AppError::internal)?,
            pricing: serde_json::to_value(&p.current.terms.pricing).map_err(AppError::internal)?,
            updated_at: p.updated_at,
            product: p.into(),
        })
    }
}

/// A line of the staff's list.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct PolicyTypeLine {
    pub id: ProductId,
    pub code: String,
    pub name: LocalText,
    pub company: String,
    pub category: String,
    pub state: ProductState,
    pub sample: bool,
    pub version: i32,
    pub price_from: Option<Money>,
    pub updated_at: DateTime<Utc>,
}

impl From<ProductRow> for PolicyTypeLine {
    fn from(r: ProductRow) -> Self {
        let price_from = r.price_from_minor.and_then(|minor| Currency::from_code(&r.currency).ok().map(|currency| Money::new(minor, currency)));
        Self {
            id: r.id,
            code: r.code,
            name: r.name,
            company: r.insurer_name,
            category: r.category_code,
            state: r.state,
            sample: r.sample,
            version: r.number,
            price_from,
            updated_at: r.updated_at,
        }
    }
}

#[utoipa::path(get, path = "/categories", tag = "Marketplace", summary = "Categories of products", responses((status = 200, body = Vec<CategoryView>)))]
async fn categories(caller: Anyone) -> AppResult<Json<Vec<CategoryView>>> {
    let mut tx = caller.begin_read().await?;
    Ok(Json(service::list_categories(&mut tx).await?.into_iter().map(CategoryView::from).collect()))
}

#[utoipa::path(get, path = "/policies", tag = "Marketplace", summary = "What is on sale", description = "The whole shelf is one page.", params(ProductFilter),
    responses((status = 200, body = Page<ShelfView>)))]
async fn shelf(caller: Anyone, Query(filter): Query<ProductFilter>) -> AppResult<Json<Page<ShelfView>>> {
    let mut tx = caller.begin_read().await?;
    let results: Vec<ShelfView> = service::list_for_sale(&mut tx, &filter).await?.into_iter().map(ShelfView::from).collect();
    Ok(Json(Page::whole(results)))
}

#[utoipa::path(get, path = "/policies/{id}", tag = "Marketplace", summary = "A product in full", params(("id" = ProductId, Path)),
    responses((status = 200, body = ReviewedView), (status = 404, body = ErrorBody)))]
async fn product(caller: Anyone, Path(id): Path<ProductId>) -> AppResult<Json<ReviewedView>> {
    let mut tx = caller.begin_read().await?;
    let product = service::product(&mut tx, id).await?;
    let rating = reviews::service::rating(&mut tx, id).await?;
    let written = reviews::service::published(&mut tx, id).await?;
    Ok(Json(ReviewedView {
        product: product.into(),
        rating: rating.map(|rating| rating.average()),
        review_count: rating.map_or(0, |rating| rating.count),
        reviews: written.into_iter().map(ReviewView::from).collect(),
    }))
}

#[utoipa::path(get, path = "/admin/policy-types", tag = "Catalogue", summary = "List products", params(PageRequest, ProductListFilter),
    responses((status = 200, body = Page<PolicyTypeLine>)))]
async fn policy_types(
    staff: Staff,
    Query(page): Query<PageRequest>,
    Query(filter): Query<ProductListFilter>,
) -> AppResult<Json<Page<PolicyTypeLine>>> {
    let mut tx = staff.begin_read().await?;
    let found = service::list_products(&mut tx, &page, &filter).await?;
    Ok(Json(found.map(PolicyTypeLine::from)))
}

#[utoipa::path(get, path = "/admin/policy-types/{id}", tag = "Catalogue", summary = "A product with its terms", params(("id" = ProductId, Path)),
    responses((status = 200, body = PolicyTypeView), (status = 404, body = ErrorBody)))]
async fn policy_type(staff: Staff, Path(id): Path<ProductId>) -> AppResult<Json<PolicyTypeView>> {
    let mut tx = staff.begin_read().await?;
    Ok(Json(PolicyTypeView::of(service::product(&mut tx, id).await?)?))
}

#[utoipa::path(post, path = "/admin/policy-types", tag = "Catalogue", summary = "Make a product from another one's terms",
    description = "It is a draft, which nobody can buy, until it is put on sale.", request_body = NewProduct,
    responses((status = 201, body = PolicyTypeView), (status = 404, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn create(State(app): State<App>, staff: Staff, Json(new): Json<NewProduct>) -> AppResult<(StatusCode, Json<PolicyTypeView>)> {
    let law = Law::of(&app, staff.tenant())?;
    let mut tx = staff.begin_write().await?;
    let product = service::create(&mut tx, &law, new).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(PolicyTypeView::of(product)?)))
}

#[utoipa::path(patch, path = "/admin/policy-types/{id}", tag = "Catalogue", summary = "Change a product's wording", params(("id" = ProductId, Path)),
    request_body = ProductPatch, responses((status = 200, body = PolicyTypeView), (status = 412, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn change(staff: Staff, Path(id): Path<ProductId>, Json(patch): Json<ProductPatch>) -> AppResult<Json<PolicyTypeView>> {
    let mut tx = staff.begin_write().await?;
    let product = service::update(&mut tx, id, patch).await?;
    tx.commit().await?;
    Ok(Json(PolicyTypeView::of(product)?))
}

/// Why it is done.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Reason {
    pub reason: String,
}

#[utoipa::path(post, path = "/admin/policy-types/{id}/withdraw", tag = "Catalogue", summary = "Take a product off the shelf",
    description = "It gives no new quotes and passes no checkout; policies in force stay.", params(("id" = ProductId, Path)), request_body = Reason,
    responses((status = 200, body = PolicyTypeView), (status = 404, body = ErrorBody)))]
async fn withdraw(staff: Staff, Path(id): Path<ProductId>, Json(body): Json<Reason>) -> AppResult<Json<PolicyTypeView>> {
    let mut tx = staff.begin_write().await?;
    let product = service::withdraw(&mut tx, id, &body.reason).await?;
    tx.commit().await?;
    Ok(Json(PolicyTypeView::of(product)?))
}

#[utoipa::path(post, path = "/admin/policy-types/{id}/reactivate", tag = "Catalogue", summary = "Put a product back on the shelf", params(("id" = ProductId, Path)),
    request_body = Reason, responses((status = 200, body = PolicyTypeView), (status = 404, body = ErrorBody)))]
async fn reactivate(staff: Staff, Path(id): Path<ProductId>, Json(body): Json<Reason>) -> AppResult<Json<PolicyTypeView>> {
    let mut tx = staff.begin_write().await?;
    let product = service::reactivate(&mut tx, id, &body.reason).await?;
    tx.commit().await?;
    Ok(Json(PolicyTypeView::of(product)?))
}

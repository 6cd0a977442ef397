//! `/customers`: staff list, read, make and change customers; a customer reads and changes its own profile.

use axum::{extract::State, http::StatusCode, response::IntoResponse};
use chrono::{DateTime, NaiveDate, Utc};
use kernel::{
    App, AppResult,
    access::Access as Viewed,
    http::{Customer as CustomerCaller, Json, Path, Query, Staff},
    identifiers::IdentifierKind,
    paging::{Page, PageRequest},
    routes::{Access, Routes},
};
use serde::{Deserialize, Serialize};
use utoipa_axum::routes;
use uuid::Uuid;

use super::{
    Customer, CustomerId, CustomerInput, CustomerPatch, CustomerRow, CustomerType, Duplicate, Kyc, Lifecycle, Likeness, ListFilter, PreferredContact,
    ProfilePatch, READ, REVEAL, Source, WRITE, service,
};
use crate::parties::{
    Address, Gender,
    consents::{Consent, NewConsent, Purpose},
    identifiers::MaskedIdentifier,
};

pub(crate) fn routes() -> Routes {
    Routes::new()
        .api(Access::Customer, routes!(my_profile, change_my_profile))
        .api(Access::Customer, routes!(my_consents, record_my_consent))
        .api(Access::Staff(READ), routes!(list))
        .api(Access::Staff(WRITE), routes!(create))
        .api(Access::Staff(READ), routes!(get))
        .api(Access::Staff(WRITE), routes!(change))
        .api(Access::Staff(READ), routes!(duplicates))
        .api(Access::Staff(READ), routes!(consents))
        .api(Access::Staff(WRITE), routes!(record_consent))
        .api(Access::Staff(REVEAL), routes!(reveal))
}

/// A customer with identity numbers masked.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct CustomerView {
    pub id: CustomerId,
    /// `CUS-2026-00042`
    pub customer_number: String,
    pub customer_type: CustomerType,
    pub name: String,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub date_of_birth: Option<NaiveDate>,
    pub gender: Option<Gender>,
    pub occupation: Option<String>,
    pub company_name: Option<String>,
    pub industry: Option<String>,
    pub identifiers: Vec<MaskedIdentifier>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub alt_phone: Option<String>,
    pub address: Address,
    pub lifecycle: Lifecycle,
    pub source: Source,
    pub assigned_agent: Option<Uuid>,
    pub kyc: Kyc,
    pub preferred_contact: Option<PreferredContact>,
    pub notes: String,
    #[schema(value_type = Object)]
    pub custom: serde_json::Value,
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl CustomerView {
    fn of(customer: Customer) -> Self {
        Self {
            id: customer.id,
            customer_number: customer.number,
            customer_type: customer.customer_type,
            name: customer.display_name,
            first_name: customer.first_name,
            last_name: customer.last_name,
            date_of_birth: customer.date_of_birth,
            gender: customer.gender,
            occupation: customer.occupation,
            company_name: customer.company_name,
            industry: customer.industry,
            identifiers: customer.identifiers,
            email: customer.email,
            phone: customer.phone,
            alt_phone: customer.alt_phone,
            address: customer.address,
            lifecycle: customer.lifecycle,
            source: customer.source,
            assigned_agent: customer.assigned_agent,
            kyc: customer.kyc,
            preferred_contact: customer.preferred_contact,
            notes: customer.notes,
            custom: customer.custom,
            version: customer.version,
            created_at: customer.created_at,
            updated_at: customer.updated_at,
        }
    }
}

/// A customer as it sees itself: without what staff note about it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ProfileView {
    pub id: CustomerId,
    pub customer_number: String,
    pub customer_type: CustomerType,
    pub name: String,
    pub date_of_birth: Option<NaiveDate>,
    pub occupation: Option<String>,
    pub identifiers: Vec<MaskedIdentifier>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub alt_phone: Option<String>,
    pub address: Address,
    pub kyc: Kyc,
    pub preferred_contact: Option<PreferredContact>,
    pub version: i32,
}

impl ProfileView {
    fn of(customer: Customer) -> Self {
        Self {
            id: customer.id,
            customer_number: customer.number,
            customer_type: customer.customer_type,
            name: customer.display_name,
            date_of_birth: customer.date_of_birth,
            occupation: customer.occupation,
            identifiers: customer.identifiers,
            email: customer.email,
            phone: customer.phone,
            alt_phone: customer.alt_phone,
            address: customer.address,
            kyc: customer.kyc,
            preferred_contact: customer.preferred_contact,
            version: customer.version,
        }
    }
}

/// A line of the list.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct CustomerLine {
    pub id: CustomerId,
    pub customer_number: String,
    pub customer_type: CustomerType,
    pub name: String,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub lifecycle: Lifecycle,
    pub kyc: Kyc,
    pub created_at: DateTime<Utc>,
}

impl From<CustomerRow> for CustomerLine {
    fn from(row: CustomerRow) -> Self {
        Self {
            id: row.id,
            customer_number: row.number,
            customer_type: row.customer_type,
            name: row.display_name,
            email: row.email,
            phone: row.phone,
            lifecycle: row.lifecycle,
            kyc: row.kyc,
            created_at: row.created_at,
        }
    }
}

/// Another customer who may be the same, and why.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct DuplicateView {
    pub customer: CustomerLine,
    pub because: Vec<Likeness>,
}

impl From<Duplicate> for DuplicateView {
    fn from(duplicate: Duplicate) -> Self {
        Self { customer: duplicate.customer.into(), because: duplicate.because }
    }
}

/// A consent to record.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConsentInput {
    pub purpose: Purpose,
    pub granted: bool,
    /// How it was given: `phone call`, `signed form`.
    #[serde(default)]
    pub source: String,
    /// Name or version of the wording that was shown.
    #[serde(default)]
    pub wording: String,
}

impl ConsentInput {
    fn checked(self, default_source: &str) -> AppResult<NewConsent> {
        let mut fields = kernel::error::Fields::new();
        let source = fields.optional_text("source", &self.source, 100);
        let wording = fields.optional_text("wording", &self.wording, 200);
        fields.finish()?;
        let source = if source.is_empty() { default_source.to_owned() } else { source };
        Ok(NewConsent { purpose: self.purpose, granted: self.granted, source, wording })
    }
}

/// The whole number.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct RevealedIdentifier {
    pub kind: IdentifierKind,
    pub value: String,
}

#[utoipa::path(get, path = "/customers", tag = "Customers", summary = "List customers", params(PageRequest, ListFilter),
    responses((status = 200, body = Page<CustomerLine>)))]
async fn list(
    State(app): State<App>,
    staff: Staff,
    Query(page): Query<PageRequest>,
    Query(filter): Query<ListFilter>,
) -> AppResult<Json<Page<CustomerLine>>> {
    let mut tx = staff.begin_read().await?;
    let found = service::list(&mut tx, &page, &filter).await?;
    drop(tx);
    let rows = i32::try_from(found.results.len()).unwrap_or(i32::MAX);
    app.access.record(&staff.scope, Viewed { object_type: "customer", object_id: None, query: page.search_text(), rows }).await?;
    Ok(Json(found.map(CustomerLine::from)))
}

#[utoipa::path(post, path = "/customers", tag = "Customers", summary = "Make a customer", request_body = CustomerInput,
    responses((status = 201, body = CustomerView), (status = 422, description = "Fields that are not acceptable", body = kernel::http::error::ErrorBody)))]
async fn create(State(app): State<App>, staff: Staff, Json(input): Json<CustomerInput>) -> AppResult<impl IntoResponse> {
    let mut tx = staff.begin_write().await?;
    let customer = service::create(&mut tx, &app.sealer, input).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(CustomerView::of(customer))))
}

#[utoipa::path(get, path = "/customers/{id}", tag = "Customers", summary = "Read a customer", params(("id" = CustomerId, Path)),
    responses((status = 200, body = CustomerView), (status = 404, body = kernel::http::error::ErrorBody)))]
async fn get(State(app): State<App>, staff: Staff, Path(id): Path<CustomerId>) -> AppResult<Json<CustomerView>> {
    let mut tx = staff.begin_read().await?;
    let customer = service::get(&mut tx, id).await?;
    drop(tx);
    record_view(&app, &staff, id).await?;
    Ok(Json(CustomerView::of(customer)))
}

async fn record_view(app: &App, staff: &Staff, id: CustomerId) -> AppResult<()> {
    app.access.record(&staff.scope, Viewed { object_type: "customer", object_id: Some(id.0), query: None, rows: 1 }).await
}

#[utoipa::path(patch, path = "/customers/{id}", tag = "Customers", summary = "Change a customer", params(("id" = CustomerId, Path)), request_body = CustomerPatch,
    responses((status = 200, body = CustomerView), (status = 412, description = "Changed by somebody else meanwhile", body = kernel::http::error::ErrorBody)))]
async fn change(State(app): State<App>, staff: Staff, Path(id): Path<CustomerId>, Json(patch): Json<CustomerPatch>) -> AppResult<Json<CustomerView>> {
    let mut tx = staff.begin_write().await?;
    let customer = service::update(&mut tx, &app.sealer, id, patch).await?;
    tx.commit().await?;
    Ok(Json(CustomerView::of(customer)))
}

#[utoipa::path(get, path = "/customers/{id}/duplicates", tag = "Customers", summary = "Customers who may be the same", params(("id" = CustomerId, Path)),
    responses((status = 200, body = Vec<DuplicateView>)))]
async fn duplicates(State(app): State<App>, staff: Staff, Path(id): Path<CustomerId>) -> AppResult<Json<Vec<DuplicateView>>> {
    let mut tx = staff.begin_read().await?;
    let found = service::possible_duplicates(&mut tx, id).await?;
    drop(tx);
    record_view(&app, &staff, id).await?;
    Ok(Json(found.into_iter().map(DuplicateView::from).collect()))
}

#[utoipa::path(get, path = "/customers/{id}/consents", tag = "Customers", summary = "History of consents", params(("id" = CustomerId, Path)),
    responses((status = 200, body = Vec<Consent>)))]
async fn consents(staff: Staff, Path(id): Path<CustomerId>) -> AppResult<Json<Vec<Consent>>> {
    let mut tx = staff.begin_read().await?;
    Ok(Json(service::consent_history(&mut tx, id).await?))
}

#[utoipa::path(post, path = "/customers/{id}/consents", tag = "Customers", summary = "Record a consent", params(("id" = CustomerId, Path)),
    request_body = ConsentInput, responses((status = 200, body = Vec<Consent>)))]
async fn record_consent(staff: Staff, Path(id): Path<CustomerId>, Json(input): Json<ConsentInput>) -> AppResult<Json<Vec<Consent>>> {
    let mut tx = staff.begin_write().await?;
    service::record_consent(&mut tx, id, input.checked("staff")?).await?;
    let history = service::consent_history(&mut tx, id).await?;
    tx.commit().await?;
    Ok(Json(history))
}

#[utoipa::path(post, path = "/customers/{id}/identifiers/{kind}/reveal", tag = "Customers", summary = "Show an identity number in full",
    description = "Each call is recorded as a view of personal data.", params(("id" = CustomerId, Path), ("kind" = IdentifierKind, Path)),
    responses((status = 200, body = RevealedIdentifier), (status = 404, body = kernel::http::error::ErrorBody)))]
async fn reveal(State(app): State<App>, staff: Staff, Path((id, kind)): Path<(CustomerId, IdentifierKind)>) -> AppResult<Json<RevealedIdentifier>> {
    let mut tx = staff.begin_read().await?;
    let customer = service::get(&mut tx, id).await?;
    let value = service::reveal_identifier(&mut tx, &app.sealer, &customer, kind).await?.ok_or_else(kernel::AppError::not_found)?;
    drop(tx);
    let view = Viewed { object_type: "customer_identifier", object_id: Some(id.0), query: Some(kind.as_str().to_owned()), rows: 1 };
    app.access.record(&staff.scope, view).await?;
    Ok(Json(RevealedIdentifier { kind, value }))
}

fn own(caller: &CustomerCaller) -> AppResult<CustomerId> {
    caller.scope.customer().map(CustomerId).ok_or_else(kernel::AppError::unauthenticated)
}

#[utoipa::path(get, path = "/customers/me", tag = "Customers", summary = "My profile", responses((status = 200, body = ProfileView)))]
async fn my_profile(caller: CustomerCaller) -> AppResult<Json<ProfileView>> {
    let mut tx = caller.begin_read().await?;
    let customer = service::get(&mut tx, own(&caller)?).await?;
    Ok(Json(ProfileView::of(customer)))
}

#[utoipa::path(patch, path = "/customers/me", tag = "Customers", summary = "Change my contact details", request_body = ProfilePatch,
    responses((status = 200, body = ProfileView), (status = 412, body = kernel::http::error::ErrorBody)))]
async fn change_my_profile(State(app): State<App>, caller: CustomerCaller, Json(patch): Json<ProfilePatch>) -> AppResult<Json<ProfileView>> {
    let mut tx = caller.begin_write().await?;
    let customer = service::update(&mut tx, &app.sealer, own(&caller)?, patch.into()).await?;
    tx.commit().await?;
    Ok(Json(ProfileView::of(customer)))
}

#[utoipa::path(get, path = "/customers/me/consents", tag = "Customers", summary = "What I agreed to", responses((status = 200, body = Vec<Consent>)))]
async fn my_consents(caller: CustomerCaller) -> AppResult<Json<Vec<Consent>>> {
    let mut tx = caller.begin_read().await?;
    Ok(Json(service::consent_history(&mut tx, own(&caller)?).await?))
}

#[utoipa::path(post, path = "/customers/me/consents", tag = "Customers", summary = "Agree, or take it back", request_body = ConsentInput,
    responses((status = 200, body = Vec<Consent>)))]
async fn record_my_consent(caller: CustomerCaller, Json(input): Json<ConsentInput>) -> AppResult<Json<Vec<Consent>>> {
    let mut tx = caller.begin_write().await?;
    let consent = NewConsent { source: "portal".to_owned(), ..input.checked("portal")? };
    service::record_consent(&mut tx, own(&caller)?, consent).await?;
    let history = service::consent_history(&mut tx, own(&caller)?).await?;
    tx.commit().await?;
    Ok(Json(history))
}

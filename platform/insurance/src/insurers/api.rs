//! `/admin/insurers`.

use axum::http::StatusCode;
use chrono::NaiveDate;
use kernel::{
    AppResult,
    http::{Json, Path, Query, Staff, error::ErrorBody},
    paging::{Page, PageRequest},
    routes::{Access, Routes},
};
use serde::Serialize;
use utoipa_axum::routes;
use uuid::Uuid;

use super::{CHANGE, Insurer, InsurerContact, InsurerId, InsurerInput, InsurerKind, InsurerPatch, InsurerState, NewContact, READ, service};
use crate::figures::Percent;

pub(crate) fn routes() -> Routes {
    Routes::new()
        .api(Access::Staff(READ), routes!(list))
        .api(Access::Staff(CHANGE), routes!(create))
        .api(Access::Staff(READ), routes!(get))
        .api(Access::Staff(CHANGE), routes!(change))
        .api(Access::Staff(CHANGE), routes!(add_contact))
        .api(Access::Staff(CHANGE), routes!(remove_contact))
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct InsurerLine {
    pub id: InsurerId,
    pub code: String,
    pub name: String,
    pub state: InsurerState,
    /// Came with the pack and was not confirmed by the brokerage.
    pub sample: bool,
    pub email: String,
    pub phone: String,
    pub website: String,
    pub licence_number: String,
    pub kind: InsurerKind,
    pub address: String,
    pub registration_number: String,
    pub contract_start: Option<NaiveDate>,
    pub contract_end: Option<NaiveDate>,
    /// What new products of it begin with.
    #[schema(value_type = Option<String>, example = "12.5")]
    pub default_commission: Option<Percent>,
    /// In how many parts its premiums may be paid.
    pub most_instalments: i16,
    pub version: i32,
}

impl From<Insurer> for InsurerLine {
    fn from(i: Insurer) -> Self {
        Self {
            id: i.id,
            code: i.code,
            name: i.name,
            state: i.state,
            sample: i.sample,
            email: i.email,
            phone: i.phone,
            website: i.website,
            licence_number: i.licence_number,
            kind: i.kind,
            address: i.address,
            registration_number: i.registration_number,
            contract_start: i.contract_start,
            contract_end: i.contract_end,
            default_commission: i.default_commission,
            most_instalments: i.most_instalments,
            version: i.version,
        }
    }
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct InsurerView {
    #[serde(flatten)]
    pub insurer: InsurerLine,
    pub contacts: Vec<ContactView>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ContactView {
    pub id: Uuid,
    pub name: String,
    pub title: String,
    pub department: String,
    pub email: String,
    pub phone: String,
    pub is_primary: bool,
}

impl From<InsurerContact> for ContactView {
    fn from(c: InsurerContact) -> Self {
        Self { id: c.id, name: c.name, title: c.title, department: c.department, email: c.email, phone: c.phone, is_primary: c.is_primary }
    }
}

#[utoipa::path(post, path = "/admin/insurers", tag = "Catalogue", summary = "Add an insurer", request_body = InsurerInput,
    responses((status = 201, body = InsurerLine), (status = 422, body = ErrorBody)))]
async fn create(staff: Staff, Json(input): Json<InsurerInput>) -> AppResult<(StatusCode, Json<InsurerLine>)> {
    let mut tx = staff.begin_write().await?;
    let insurer = service::create(&mut tx, input).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(insurer.into())))
}

#[utoipa::path(get, path = "/admin/insurers", tag = "Catalogue", summary = "List insurers", params(PageRequest), responses((status = 200, body = Page<InsurerLine>)))]
async fn list(staff: Staff, Query(page): Query<PageRequest>) -> AppResult<Json<Page<InsurerLine>>> {
    let mut tx = staff.begin_read().await?;
    Ok(Json(service::list(&mut tx, &page).await?.map(InsurerLine::from)))
}

#[utoipa::path(get, path = "/admin/insurers/{id}", tag = "Catalogue", summary = "An insurer with its contacts", params(("id" = InsurerId, Path)),
    responses((status = 200, body = InsurerView), (status = 404, body = ErrorBody)))]
async fn get(staff: Staff, Path(id): Path<InsurerId>) -> AppResult<Json<InsurerView>> {
    let mut tx = staff.begin_read().await?;
    let (insurer, contacts) = service::get(&mut tx, id).await?;
    Ok(Json(InsurerView { insurer: insurer.into(), contacts: contacts.into_iter().map(ContactView::from).collect() }))
}

#[utoipa::path(patch, path = "/admin/insurers/{id}", tag = "Catalogue", summary = "Change an insurer",
    description = "An inactive insurer's products are not sold. A changed insurer is no sample any more.", params(("id" = InsurerId, Path)), request_body = InsurerPatch,
    responses((status = 200, body = InsurerLine), (status = 412, body = ErrorBody)))]
async fn change(staff: Staff, Path(id): Path<InsurerId>, Json(patch): Json<InsurerPatch>) -> AppResult<Json<InsurerLine>> {
    let mut tx = staff.begin_write().await?;
    let insurer = service::update(&mut tx, id, patch).await?;
    tx.commit().await?;
    Ok(Json(insurer.into()))
}

#[utoipa::path(post, path = "/admin/insurers/{id}/contacts", tag = "Catalogue", summary = "Add somebody at an insurer", params(("id" = InsurerId, Path)),
    request_body = NewContact, responses((status = 200, body = Vec<ContactView>), (status = 422, body = ErrorBody)))]
async fn add_contact(staff: Staff, Path(id): Path<InsurerId>, Json(contact): Json<NewContact>) -> AppResult<Json<Vec<ContactView>>> {
    let mut tx = staff.begin_write().await?;
    let contacts = service::add_contact(&mut tx, id, contact).await?;
    tx.commit().await?;
    Ok(Json(contacts.into_iter().map(ContactView::from).collect()))
}

#[utoipa::path(delete, path = "/admin/insurers/{id}/contacts/{contact}", tag = "Catalogue", summary = "Remove somebody at an insurer",
    params(("id" = InsurerId, Path), ("contact" = Uuid, Path)), responses((status = 204), (status = 404, body = ErrorBody)))]
async fn remove_contact(staff: Staff, Path((id, contact)): Path<(InsurerId, Uuid)>) -> AppResult<StatusCode> {
    let mut tx = staff.begin_write().await?;
    service::remove_contact(&mut tx, id, contact).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

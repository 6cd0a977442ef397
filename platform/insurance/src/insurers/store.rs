//! SQL of insurers.

use std::collections::HashMap;

use chrono::NaiveDate;
use kernel::{
    AppError, AppResult, ReadTx, TenantTx,
    error::{expect_one, violated_constraint},
    paging::{List, Page, PageRequest, prefix_end},
};
use rust_decimal::{Decimal, prelude::ToPrimitive};
use uuid::Uuid;

use super::{Insurer, InsurerContact, InsurerFailure, InsurerId, InsurerKind, InsurerState, NewContact};
use crate::{figures::Percent, origin::Origin};

#[derive(sqlx::FromRow)]
struct Columns {
    id: InsurerId,
    code: String,
    name: String,
    kind: InsurerKind,
    state: InsurerState,
    sample: bool,
    email: String,
    phone: String,
    website: String,
    address: String,
    registration_number: String,
    licence_number: String,
    contract_start: Option<NaiveDate>,
    contract_end: Option<NaiveDate>,
    default_commission_basis_points: Option<i32>,
    most_instalments: i16,
    version: i32,
}

impl From<Columns> for Insurer {
    fn from(c: Columns) -> Self {
        Self {
            id: c.id,
            code: c.code,
            name: c.name,
            kind: c.kind,
            state: c.state,
            sample: c.sample,
            email: c.email,
            phone: c.phone,
            website: c.website,
            address: c.address,
            registration_number: c.registration_number,
            licence_number: c.licence_number,
            contract_start: c.contract_start,
            contract_end: c.contract_end,
            default_commission: c.default_commission_basis_points.and_then(|points| Percent::new(Decimal::new(points.into(), 2))),
            most_instalments: c.most_instalments,
            version: c.version,
        }
    }
}

fn basis_points(percent: Percent) -> Option<i32> {
    (percent.fraction() * Decimal::from(10_000)).round().to_i32()
}

pub(super) async fn names(tx: &mut ReadTx, ids: &[Uuid]) -> AppResult<HashMap<Uuid, String>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query!("select id, name from insurers where tenant_id = $1 and id = any($2)", tenant, ids).fetch_all(tx.conn()).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}

/// `origin`: what it was copied from, if the brokerage did not add it itself.
pub(crate) async fn insert(tx: &mut TenantTx, insurer: &Insurer, origin: Option<&Origin>) -> AppResult<()> {
    let (tenant, now, actor) = (tx.tenant_id(), tx.scope().now(), tx.scope().actor.to_string());
    sqlx::query!(
        "insert into insurers (tenant_id, id, code, name, name_norm, kind, state, sample, email, phone, website, address, registration_number, licence_number,
           contract_start, contract_end, default_commission_basis_points, origin_pack, origin_key, origin_hash, created_at, updated_at, updated_by,
           most_instalments)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $21, $22, $23)",
        tenant,
        insurer.id.0,
        insurer.code,
        insurer.name,
        insurer.name.to_lowercase(),
        insurer.kind.as_str(),
        insurer.state.as_str(),
        insurer.sample,
        insurer.email,
        insurer.phone,
        insurer.website,
        insurer.address,
        insurer.registration_number,
        insurer.licence_number,
        insurer.contract_start,
        insurer.contract_end,
        insurer.default_commission.and_then(basis_points),
        origin.map(|origin| origin.pack.as_str()),
        origin.map(|origin| origin.key.as_str()),
        origin.map(|origin| origin.hash.as_str()),
        now,
        actor,
        insurer.most_instalments,
    )
    .execute(tx.conn())
    .await
    .map_err(|error| match violated_constraint(&error) {
        Some("insurers_code_key") => AppError::field("name", "insurer-name-taken"),
        _ => AppError::from(error),
    })?;
    Ok(())
}

pub(super) async fn list(tx: &mut ReadTx, request: &PageRequest) -> AppResult<Page<Insurer>> {
    let columns = "i.id, i.code, i.name, i.kind, i.state, i.sample, i.email, i.phone, i.website, i.address, i.registration_number, i.licence_number, \
                   i.contract_start, i.contract_end, i.default_commission_basis_points, i.most_instalments, i.version";
    let mut list = List::new(columns, "from insurers i", "i.tenant_id", "i.id").sortable("name", "i.name_norm");
    if let Some(text) = request.search_text() {
        list.filter("i.name_norm >= ", text.clone(), "").filter("i.name_norm < ", prefix_end(&text), "");
    }
    Ok(list.fetch(tx, request, |row: &Columns| row.id.0).await?.map(Insurer::from))
}

pub(super) async fn find(tx: &mut ReadTx, id: InsurerId) -> AppResult<Option<Insurer>> {
    let tenant = tx.tenant_id();
    let row = sqlx::query_as!(
        Columns,
        r#"select id as "id: InsurerId", code, name, kind as "kind: InsurerKind", state as "state: InsurerState", sample, email, phone, website, address,
             registration_number, licence_number, contract_start, contract_end, default_commission_basis_points, most_instalments, version
           from insurers where tenant_id = $1 and id = $2"#,
        tenant,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(Insurer::from))
}

/// Writes the insurer if its version is still `expected`. A confirmed insurer is no sample any more.
pub(super) async fn update(tx: &mut TenantTx, insurer: &Insurer, expected: i32) -> AppResult<()> {
    let (tenant, now, actor) = (tx.tenant_id(), tx.scope().now(), tx.scope().actor.to_string());
    let done = sqlx::query!(
        "update insurers set name = $4, name_norm = $5, state = $6, email = $7, phone = $8, website = $9, licence_number = $10, sample = false,
           version = version + 1, updated_at = $11, updated_by = $12, kind = $13, address = $14, registration_number = $15, contract_start = $16,
           contract_end = $17, default_commission_basis_points = $18, most_instalments = $19
         where tenant_id = $1 and id = $2 and version = $3",
        tenant,
        insurer.id.0,
        expected,
        insurer.name,
        insurer.name.to_lowercase(),
        insurer.state.as_str(),
        insurer.email,
        insurer.phone,
        insurer.website,
        insurer.licence_number,
        now,
        actor,
        insurer.kind.as_str(),
        insurer.address,
        insurer.registration_number,
        insurer.contract_start,
        insurer.contract_end,
        insurer.default_commission.and_then(basis_points),
        insurer.most_instalments,
    )
    .execute(tx.conn())
    .await?;
    expect_one(done.rows_affected(), InsurerFailure::Changed)
}

pub(super) async fn list_contacts(tx: &mut ReadTx, insurer: InsurerId) -> AppResult<Vec<InsurerContact>> {
    let tenant = tx.tenant_id();
    Ok(sqlx::query_as!(
        InsurerContact,
        "select id, name, title, department, email, phone, is_primary from insurer_contacts
         where tenant_id = $1 and insurer_id = $2 order by is_primary desc, id limit 200",
        tenant,
        insurer.0
    )
    .fetch_all(tx.conn())
    .await?)
}

pub(super) async fn insert_contact(tx: &mut TenantTx, insurer: InsurerId, id: Uuid, contact: &NewContact) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    if contact.is_primary {
        sqlx::query!("update insurer_contacts set is_primary = false where tenant_id = $1 and insurer_id = $2", tenant, insurer.0)
            .execute(tx.conn())
            .await?;
    }
    sqlx::query!(
        "insert into insurer_contacts (tenant_id, id, insurer_id, name, title, department, email, phone, is_primary, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        tenant,
        id,
        insurer.0,
        contact.name,
        contact.title,
        contact.department,
        contact.email,
        contact.phone,
        contact.is_primary,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn delete_contact(tx: &mut TenantTx, insurer: InsurerId, id: Uuid) -> AppResult<bool> {
    let tenant = tx.tenant_id();
    let done = sqlx::query!("delete from insurer_contacts where tenant_id = $1 and insurer_id = $2 and id = $3", tenant, insurer.0, id)
        .execute(tx.conn())
        .await?;
    Ok(done.rows_affected() == 1)
}

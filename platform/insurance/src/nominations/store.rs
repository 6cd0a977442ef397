//! SQL of nominations and the people on them.

use kernel::{AppResult, ReadTx, TenantTx};
use uuid::Uuid;

use super::{Nominee, NomineeId, Place, Relation, model::NominationId, rules::Checked};

/// The list's id and version, if there is one.
pub(super) async fn find(tx: &mut ReadTx, place: Place) -> AppResult<Option<(NominationId, i32)>> {
    let tenant = tx.tenant_id();
    let row = sqlx::query!(
        "select id, version from nominations where tenant_id = $1 and customer_id = $2 and policy_id is not distinct from $3 and role = $4",
        tenant,
        place.customer.0,
        place.policy.map(|policy| policy.0),
        place.role.as_str()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| (NominationId(row.id), row.version)))
}

/// Makes the list if there is none, and locks it. Gives its id and version, 0 for one that was made now.
pub(super) async fn lock(tx: &mut TenantTx, place: Place) -> AppResult<(NominationId, i32)> {
    let (tenant, now, actor) = (tx.tenant_id(), tx.scope().now(), tx.scope().actor.to_string());
    sqlx::query!(
        "insert into nominations (tenant_id, id, customer_id, policy_id, role, version, created_at, created_by, updated_at, updated_by)
         values ($1, $2, $3, $4, $5, 0, $6, $7, $6, $7) on conflict do nothing",
        tenant,
        Uuid::now_v7(),
        place.customer.0,
        place.policy.map(|policy| policy.0),
        place.role.as_str(),
        now,
        actor
    )
    .execute(tx.conn())
    .await?;
    let row = sqlx::query!(
        "select id, version from nominations where tenant_id = $1 and customer_id = $2 and policy_id is not distinct from $3 and role = $4 for update",
        tenant,
        place.customer.0,
        place.policy.map(|policy| policy.0),
        place.role.as_str()
    )
    .fetch_one(tx.conn())
    .await?;
    Ok((NominationId(row.id), row.version))
}

pub(super) async fn people(tx: &mut ReadTx, list: NominationId) -> AppResult<Vec<Nominee>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query_as!(
        Nominee,
        r#"select id as "id: NomineeId", full_name as name, relation as "relation: Relation", share_bp, date_of_birth as born, id_masked as masked
           from nominees where tenant_id = $1 and nomination_id = $2 order by position"#,
        tenant,
        list.0
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

/// The sealed identity numbers of a list's people, for those who have one.
pub(super) async fn sealed(tx: &mut ReadTx, list: NominationId) -> AppResult<Vec<(Uuid, Vec<u8>, String)>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query!(
        r#"select id, id_sealed as "sealed!", id_masked as "masked!" from nominees
           where tenant_id = $1 and nomination_id = $2 and id_sealed is not null"#,
        tenant,
        list.0
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.sealed, row.masked)).collect())
}

/// A person with the sealed number.
pub(super) struct Row {
    pub person: Checked,
    pub number: Option<(Vec<u8>, String)>,
}

/// Replaces the people of a locked list and counts its version up.
pub(super) async fn replace(tx: &mut TenantTx, place: Place, list: NominationId, rows: Vec<Row>) -> AppResult<()> {
    let (tenant, now, actor) = (tx.tenant_id(), tx.scope().now(), tx.scope().actor.to_string());
    sqlx::query!("delete from nominees where tenant_id = $1 and nomination_id = $2", tenant, list.0).execute(tx.conn()).await?;
    for (position, Row { person, number }) in (1_i16..).zip(rows) {
        let (sealed, masked) = number.unzip();
        sqlx::query!(
            "insert into nominees (tenant_id, id, nomination_id, customer_id, position, full_name, relation, share_bp, date_of_birth, id_sealed, id_masked,
               created_at, updated_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12)",
            tenant,
            Uuid::now_v7(),
            list.0,
            place.customer.0,
            position,
            person.name,
            person.relation.as_str(),
            person.share_bp,
            person.born,
            sealed,
            masked,
            now
        )
        .execute(tx.conn())
        .await?;
    }
    sqlx::query!(
        "update nominations set version = version + 1, updated_at = $3, updated_by = $4 where tenant_id = $1 and id = $2",
        tenant,
        list.0,
        now,
        actor
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

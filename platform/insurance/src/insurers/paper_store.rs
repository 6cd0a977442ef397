//! All SQL of papers.

use chrono::NaiveDate;
use kernel::{AppResult, ReadTx, TenantTx};

use super::{
    InsurerId,
    papers::{Ending, Paper, PaperId},
};

pub(super) async fn list(tx: &mut ReadTx, insurer: InsurerId, limit: i64) -> AppResult<Vec<Paper>> {
    let tenant = tx.tenant_id();
    let papers = sqlx::query_as!(
        Paper,
        r#"select id as "id: PaperId", title, file_name, path, mime, valid_from, valid_until, created_at from insurer_papers
           where tenant_id = $1 and insurer_id = $2 and removed_at is null order by id desc limit $3"#,
        tenant,
        insurer.0,
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(papers)
}

pub(super) async fn count(tx: &mut ReadTx, insurer: InsurerId) -> AppResult<i64> {
    let tenant = tx.tenant_id();
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from insurer_papers where tenant_id = $1 and insurer_id = $2 and removed_at is null"#,
        tenant,
        insurer.0
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(count)
}

pub(super) async fn find(tx: &mut ReadTx, insurer: InsurerId, id: PaperId) -> AppResult<Option<Paper>> {
    let tenant = tx.tenant_id();
    let paper = sqlx::query_as!(
        Paper,
        r#"select id as "id: PaperId", title, file_name, path, mime, valid_from, valid_until, created_at from insurer_papers
           where tenant_id = $1 and insurer_id = $2 and id = $3 and removed_at is null"#,
        tenant,
        insurer.0,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(paper)
}

pub(super) async fn find_by_content(tx: &mut ReadTx, insurer: InsurerId, hash: &[u8]) -> AppResult<Option<PaperId>> {
    let tenant = tx.tenant_id();
    let id = sqlx::query_scalar!(
        r#"select id as "id: PaperId" from insurer_papers where tenant_id = $1 and insurer_id = $2 and content_hash = $3 and removed_at is null"#,
        tenant,
        insurer.0,
        hash
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(id)
}

/// None if this content is on record.
pub(super) async fn insert(tx: &mut TenantTx, insurer: InsurerId, paper: &Paper, hash: &[u8], size: i64) -> AppResult<Option<PaperId>> {
    let (tenant, by) = (tx.tenant_id(), tx.scope().actor.to_string());
    let id = sqlx::query_scalar!(
        r#"insert into insurer_papers (tenant_id, id, insurer_id, title, file_name, path, mime, content_hash, size_bytes, valid_from, valid_until, created_at, created_by)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
           on conflict (tenant_id, insurer_id, content_hash) where removed_at is null do nothing returning id as "id: PaperId""#,
        tenant,
        paper.id.0,
        insurer.0,
        paper.title,
        paper.file_name,
        paper.path,
        paper.mime,
        hash,
        size,
        paper.valid_from,
        paper.valid_until,
        paper.created_at,
        by
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(id)
}

pub(super) async fn update_removed(tx: &mut TenantTx, id: PaperId) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    sqlx::query!("update insurer_papers set removed_at = $3 where tenant_id = $1 and id = $2", tenant, id.0, now).execute(tx.conn()).await?;
    Ok(())
}

/// What ends is told of in one go; so many are told of at most.
const MOST_ENDING: i64 = 500;

pub(super) async fn list_ending(tx: &mut ReadTx, from: NaiveDate, to: NaiveDate) -> AppResult<Vec<Ending>> {
    let tenant = tx.tenant_id();
    let ending = sqlx::query_as!(
        Ending,
        r#"select e.id as "id!", e.insurer_id as "insurer!: InsurerId", e.name as "insurer_name!", e.title as "title!", e.ends_on as "ends_on!" from (
             select i.id, i.id as insurer_id, i.name, '' as title, i.contract_end as ends_on from insurers i
               where i.tenant_id = $1 and i.state = 'active' and i.contract_end between $2 and $3
             union all
             select p.id, i.id, i.name, p.title, p.valid_until from insurer_papers p
               join insurers i on i.tenant_id = p.tenant_id and i.id = p.insurer_id
               where p.tenant_id = $1 and i.state = 'active' and p.removed_at is null and p.valid_until between $2 and $3) e
           order by e.ends_on, e.id limit $4"#,
        tenant,
        from,
        to,
        MOST_ENDING
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(ending)
}

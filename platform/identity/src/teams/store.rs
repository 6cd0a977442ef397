//! All SQL of teams.

use kernel::{AppError, AppResult, ReadTx, TenantTx, error::violated_constraint};
use uuid::Uuid;

use super::{TeamError, TeamId};
use crate::UserId;

/// A team with its members.
#[derive(Debug, Clone)]
pub struct TeamRow {
    pub id: TeamId,
    pub name: String,
    pub members: Vec<Uuid>,
}

pub(super) async fn list(tx: &mut ReadTx) -> AppResult<Vec<TeamRow>> {
    let tenant = tx.tenant_id();
    Ok(sqlx::query_as!(
        TeamRow,
        r#"select id as "id: TeamId", name,
                  array(select u.id from users u where u.tenant_id = t.tenant_id and u.team_id = t.id order by u.id) as "members!"
           from teams t where tenant_id = $1 order by name"#,
        tenant
    )
    .fetch_all(tx.conn())
    .await?)
}

fn named(error: sqlx::Error) -> AppError {
    match violated_constraint(&error) {
        Some("teams_name_key") => TeamError::NameTaken.into(),
        _ => error.into(),
    }
}

pub(super) async fn insert(tx: &mut TenantTx, id: TeamId, name: &str) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    sqlx::query!("insert into teams (tenant_id, id, name, created_at) values ($1, $2, $3, $4)", tenant, id.0, name, now)
        .execute(tx.conn())
        .await
        .map_err(named)?;
    Ok(())
}

pub(super) async fn rename(tx: &mut TenantTx, id: TeamId, name: &str) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!("update teams set name = $3 where tenant_id = $1 and id = $2", tenant, id.0, name).execute(tx.conn()).await.map_err(named)?;
    Ok(())
}

/// Exactly these are in the team; of others than staff nothing is done.
pub(super) async fn replace_members(tx: &mut TenantTx, id: TeamId, members: &[UserId]) -> AppResult<()> {
    let tenant = tx.tenant_id();
    let members: Vec<Uuid> = members.iter().map(|user| user.0).collect();
    sqlx::query!(
        "update users set team_id = case when id = any($3) then $2::uuid end
         where tenant_id = $1 and kind = 'staff' and (team_id = $2 or id = any($3))",
        tenant,
        id.0,
        &members
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn delete(tx: &mut TenantTx, id: TeamId) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!("delete from teams where tenant_id = $1 and id = $2", tenant, id.0).execute(tx.conn()).await?;
    Ok(())
}

//! What is done with teams; the caller commits.

use kernel::{AppError, AppResult, ReadTx, TenantTx, audit::Change, error::Fields};

use super::{TeamId, store};
use crate::UserId;

pub use super::store::TeamRow as Team;

/// What a team is to be.
#[derive(Debug, Clone, Default)]
pub struct TeamDraft {
    pub name: String,
    pub members: Vec<UserId>,
}

/// All teams by name.
pub async fn list(tx: &mut ReadTx) -> AppResult<Vec<Team>> {
    store::list(tx).await
}

/// Not found where there is none.
pub async fn get(tx: &mut ReadTx, id: TeamId) -> AppResult<Team> {
    list(tx).await?.into_iter().find(|team| team.id == id).ok_or_else(AppError::not_found)
}

fn checked(draft: &TeamDraft) -> AppResult<String> {
    let mut fields = Fields::new();
    let name = fields.line("name", &draft.name, 80);
    fields.finish()?;
    Ok(name)
}

/// Makes a team of these members of staff, who leave the one that they were in.
pub async fn create(tx: &mut TenantTx, draft: &TeamDraft) -> AppResult<TeamId> {
    let (id, name) = (TeamId::new(), checked(draft)?);
    store::insert(tx, id, &name).await?;
    store::replace_members(tx, id, &draft.members).await?;
    tx.audit(Change::of("identity.team.create", "team", id.0).set("name", name).set("members", shown(&draft.members))).await?;
    Ok(id)
}

/// Calls the team so, and has exactly these members in it.
pub async fn save(tx: &mut TenantTx, id: TeamId, draft: &TeamDraft) -> AppResult<()> {
    let (before, name) = (get(tx, id).await?, checked(draft)?);
    store::rename(tx, id, &name).await?;
    store::replace_members(tx, id, &draft.members).await?;
    let change = Change::of("identity.team.change", "team", id.0).change("name", before.name, name);
    tx.audit(change.change("members", shown(&before.members.into_iter().map(UserId).collect::<Vec<_>>()), shown(&draft.members))).await
}

/// Its members are in none afterwards.
pub async fn remove(tx: &mut TenantTx, id: TeamId) -> AppResult<()> {
    let team = get(tx, id).await?;
    store::delete(tx, id).await?;
    tx.audit(Change::of("identity.team.remove", "team", id.0).change("name", team.name, serde_json::Value::Null)).await
}

fn shown(members: &[UserId]) -> Vec<String> {
    let mut all: Vec<String> = members.iter().map(ToString::to_string).collect();
    all.sort_unstable();
    all
}

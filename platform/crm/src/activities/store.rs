//! SQL of the activities.

use kernel::{
    AppResult, ReadTx, TenantTx,
    paging::{List, Page, PageRequest, prefix_end},
};
use uuid::Uuid;

use super::{Activity, ActivityId, ActivityKind, Direction, FollowUp, FollowUpFilter, Outcome};
use crate::CustomerId;

pub(super) async fn insert(tx: &mut TenantTx, new: &Activity) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    sqlx::query!(
        "insert into activities (tenant_id, id, customer_id, kind, direction, subject, content, outcome, happened_at, user_id, follow_up, follow_up_on, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13)",
        tenant,
        new.id.0,
        new.customer_id,
        new.kind.as_str(),
        new.direction.map(|direction| direction.as_str()),
        new.subject,
        new.content,
        new.outcome.map(|outcome| outcome.as_str()),
        new.happened_at,
        new.user_id,
        new.follow_up,
        new.follow_up_on,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Of one customer, newest first.
pub(super) async fn of_customer(tx: &mut ReadTx, customer: CustomerId, most: i64) -> AppResult<Vec<Activity>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query_as!(
        Activity,
        r#"select id as "id: ActivityId", customer_id, kind as "kind: ActivityKind", direction as "direction: Direction", subject, content,
             outcome as "outcome: Outcome", happened_at, user_id, follow_up, follow_up_on, followed_up_at
           from activities where tenant_id = $1 and customer_id = $2 order by id desc limit $3"#,
        tenant,
        customer.0,
        most
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

/// False if there was none that was open.
pub(super) async fn complete(tx: &mut TenantTx, id: ActivityId, user: Uuid) -> AppResult<bool> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    let done = sqlx::query!(
        "update activities set followed_up_at = $3, followed_up_by = $4, updated_at = $3
         where tenant_id = $1 and id = $2 and follow_up_on is not null and followed_up_at is null",
        tenant,
        id.0,
        now,
        user
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn find_follow_up(tx: &mut ReadTx, id: ActivityId) -> AppResult<Option<FollowUp>> {
    let tenant = tx.tenant_id();
    let row = sqlx::query_as!(
        FollowUp,
        r#"select a.id as "id: ActivityId", a.customer_id, p.display_name as customer_name, a.subject, a.follow_up as "follow_up!", a.follow_up_on as "follow_up_on!",
             a.followed_up_at
           from activities a
           join customers c on c.tenant_id = a.tenant_id and c.id = a.customer_id
           join parties p on p.tenant_id = c.tenant_id and p.id = c.party_id
           where a.tenant_id = $1 and a.id = $2 and a.follow_up_on is not null"#,
        tenant,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}

pub(super) async fn follow_ups(tx: &mut ReadTx, filter: &FollowUpFilter, page: &PageRequest) -> AppResult<Page<FollowUp>> {
    let mut list = List::new(
        "a.id, a.customer_id, p.display_name as customer_name, a.subject, a.follow_up, a.follow_up_on, a.followed_up_at",
        "from activities a",
        "a.tenant_id",
        "a.id",
    )
    .sortable("due", "a.follow_up_on")
    .joining(
        "join customers c on c.tenant_id = a.tenant_id and c.id = a.customer_id
         join parties p on p.tenant_id = c.tenant_id and p.id = c.party_id",
    );
    list.fixed("a.follow_up_on is not null");
    list.fixed(if filter.done { "a.followed_up_at is not null" } else { "a.followed_up_at is null" });
    if let Some(day) = filter.due_by {
        list.filter("a.follow_up_on <= ", day, "");
    }
    if let Some(text) = page.search_text() {
        list.joined().filter("p.name_norm >= ", text.clone(), "").filter("p.name_norm < ", prefix_end(&text), "");
    }
    list.fetch(tx, page, |row: &FollowUp| row.id.0).await
}

/// Blanks what was said with a customer; that and when somebody spoke with it stays.
pub(crate) async fn forget(tx: &mut TenantTx, customer: Uuid) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!(
        "update activities set subject = '-', content = '', follow_up = case when follow_up is null then null else '-' end
         where tenant_id = $1 and customer_id = $2",
        tenant,
        customer
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

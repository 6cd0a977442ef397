//! Shows a tenant that its rows are its own: counts them as itself, and as others would count them, under the roles that serve.
//! Nothing is told of the others, not even whether there are any: somebody invented always asks too.

use std::sync::Arc;

use kernel::{App, AppResult, Scope, Tenant, platform_tx::PlatformTx, tenant::TenantId};
use uuid::Uuid;

/// Rows are counted up to here.
pub const MOST: i32 = 10_000;
/// So many others are asked as, picked anew each time.
const OTHERS: i64 = 3;

/// What the tenant's own eyes, and those of others, see of one table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableProof {
    pub table: String,
    pub own: i64,
    /// Of the tenant's rows, summed over all others that were asked as.
    pub others: i64,
}

/// Tests that prove the same for every table, every audience and every kind of statement, with the file that holds each.
/// A test sees to it that they exist.
pub const TESTS: &[(&str, &str)] = &[
    ("isolation.rs", "every_table_has_a_row_to_aim_at"),
    ("isolation.rs", "nobody_reads_changes_or_removes_a_row_of_another_tenant"),
    ("isolation.rs", "keys_of_one_tenant_are_free_in_another_and_references_do_not_reach_across"),
    ("isolation.rs", "customers_of_one_tenant_share_only_what_is_for_all_and_touch_nothing_of_each_other"),
];

/// Counts every table of a tenant, as the system of that tenant (which sees the most), and as that of others.
pub async fn prove(app: &App, scope: &Scope) -> AppResult<Vec<TableProof>> {
    let own = counted(&scope.as_system("tenancy.isolation"), scope.tenant.id.0).await?;
    let mut proofs: Vec<TableProof> = own.into_iter().map(|(table, own)| TableProof { table, own, others: 0 }).collect();
    for other in others(app, scope).await? {
        let tenant = Arc::new(Tenant { id: TenantId(other), ..Tenant::clone(&scope.tenant) });
        let stranger = app.system_scope(tenant, "tenancy.isolation", scope.request_id);
        for (proof, (_, seen)) in proofs.iter_mut().zip(counted(&stranger, scope.tenant.id.0).await?) {
            proof.others += seen;
        }
    }
    Ok(proofs)
}

/// Rows of `owner` that `scope` sees, by table in the order of names.
async fn counted(scope: &Scope, owner: Uuid) -> AppResult<Vec<(String, i64)>> {
    let mut tx = scope.begin_read().await?;
    let rows = sqlx::query!(r#"select name as "name!", rows as "rows!" from rows_of_tenant($1, $2)"#, owner, MOST).fetch_all(tx.conn()).await?;
    Ok(rows.into_iter().map(|row| (row.name, row.rows)).collect())
}

/// Somebody invented, and a few real ones.
async fn others(app: &App, scope: &Scope) -> AppResult<Vec<Uuid>> {
    let mut tx = PlatformTx::begin(&app.db, "tenancy.isolation").await?;
    let mut others = sqlx::query_scalar!("select id from tenants where id <> $1 order by random() limit $2", scope.tenant.id.0, OTHERS)
        .fetch_all(tx.conn())
        .await?;
    others.push(Uuid::now_v7());
    Ok(others)
}

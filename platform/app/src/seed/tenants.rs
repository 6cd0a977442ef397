//! Copies of a whole tenant. Every key is led by the tenant, so the rows keep their ids.

use sqlx::{AssertSqlSafe, Connection, PgConnection};
use uuid::Uuid;

use super::columns;

/// What runs, waits or is signed in belongs to the original alone.
const NOT_COPIED: [&str; 7] = ["outbox", "events", "handled_events", "sessions", "refresh_tokens", "challenges", "idempotency_keys"];

/// Copies the tenant until there are `wanted` tenants. Gives how many were made.
pub(super) async fn copy(database: &mut PgConnection, tenant: Uuid, wanted: i64) -> anyhow::Result<u64> {
    let mut tx = database.begin().await?;
    let made = sqlx::query(
        "insert into tenants (id, slug, name, kind, country, pack, currency, time_zone, locale, state)
         select gen_random_uuid(), t.slug || '-' || n, t.name || ' ' || n, t.kind, t.country, t.pack, t.currency, t.time_zone, t.locale, t.state
         from tenants t, generate_series((select count(*) from tenants) + 1, $2::bigint) n where t.id = $1",
    )
    .bind(tenant)
    .bind(wanted)
    .execute(&mut *tx)
    .await?
    .rows_affected();
    let mut waiting = tables(&mut tx).await?;
    // Tables that others point to come first; those in a circle check at the end of the transaction.
    while !waiting.is_empty() {
        let (ready, later): (Vec<_>, Vec<_>) = waiting.iter().cloned().partition(|(_, needs)| !waiting.iter().any(|(name, _)| needs.contains(name)));
        anyhow::ensure!(!ready.is_empty(), "tables point to each other in a circle: {later:?}");
        for (table, _) in &ready {
            let columns: Vec<_> = columns::of_table(&mut tx, table).await?.into_iter().filter(|column| column.name != "tenant_id").collect();
            let list = columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>().join(", ");
            let values = columns.iter().map(columns::Column::of_another_tenant).collect::<Vec<_>>().join(", ");
            let statement = format!(
                "insert into {table} (tenant_id, {list}) select t.id, {values} from {table} o, tenants t
                 where o.tenant_id = $1 and t.slug like (select slug from tenants where id = $1) || '-%'"
            );
            sqlx::query(AssertSqlSafe(statement)).bind(tenant).execute(&mut *tx).await?;
        }
        waiting = later;
    }
    tx.commit().await?;
    Ok(made)
}

/// Every table of tenants, with the tables it points to at once.
async fn tables(database: &mut PgConnection) -> anyhow::Result<Vec<(String, Vec<String>)>> {
    let tables: Vec<(String, Vec<String>)> = sqlx::query_as(
        "select c.relname::text, array(select distinct f.confrelid::regclass::text from pg_constraint f
           where f.contype = 'f' and f.conrelid = c.oid and f.confrelid <> c.oid and not f.condeferrable)
         from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id'
         where c.relkind in ('r', 'p') and not c.relispartition and c.relnamespace = 'public'::regnamespace order by 1",
    )
    .fetch_all(database)
    .await?;
    Ok(tables.into_iter().filter(|(name, _)| !NOT_COPIED.contains(&name.as_str())).collect())
}

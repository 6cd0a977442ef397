//! Copies of customers with everything they own, within their tenant.

use std::ops::Range;

use anyhow::Context;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use uuid::Uuid;

use super::columns;

/// What a customer owns, each table after those it points to. Only rows of customers, and credit accounts among the accounts.
const TABLES: [(&str, &str); 24] = [
    ("parties", "true"),
    ("customers", "true"),
    ("contact_points", "true"),
    ("party_identifiers", "true"),
    ("party_addresses", "true"),
    ("consents", "true"),
    ("quotes", "true"),
    ("quote_offers", "true"),
    ("orders", "true"),
    ("order_lines", "true"),
    ("policies", "true"),
    ("policy_terms", "true"),
    ("policy_versions", "true"),
    ("premium_lines", "true"),
    ("order_mails", "true"),
    ("receivables", "true"),
    ("payments", "true"),
    ("payment_steps", "true"),
    ("allocations", "true"),
    ("accounts", "kind = 'customer_credit'"),
    ("journal_entries", "true"),
    ("journal_lines", "true"),
    ("customer_credits", "true"),
    ("documents", "true"),
];

/// The words that copied customers are found by.
const TERMS: &str = "
insert into party_terms (tenant_id, party_id, term)
select p.tenant_id, p.id, t.term
from generate_series($2::bigint, $3::bigint) g (n)
cross join originals o
join parties p on p.tenant_id = $1 and p.id = pg_temp.copy_id(o.id, g.n)
join customers c on c.tenant_id = p.tenant_id and c.party_id = p.id
left join contact_points e on e.tenant_id = p.tenant_id and e.party_id = p.id and e.kind = 'email' and e.rank = 1
left join contact_points f on f.tenant_id = p.tenant_id and f.party_id = p.id and f.kind = 'phone' and f.rank = 1
cross join lateral (select distinct term from unnest(string_to_array(p.name_norm, ' ') || array[lower(c.number), substring(c.number from '[0-9]+$'),
  e.value_norm, split_part(e.value_norm, '@', 2), substr(f.value_norm, 2), substr(f.value_norm, 5), '0' || substr(f.value_norm, 5)]) as u (term)
  where term <> '') t";

/// Copies that are committed together.
const BATCH: i64 = 250;

/// The customers that were there first, as the statements that copy them.
pub(super) struct Template {
    tenant: Uuid,
    /// `originals`, then one of each table.
    statements: Vec<String>,
}

impl Template {
    /// Keeps the originals in temporary tables, so that copies are not copied.
    pub(super) async fn of(database: &mut PgConnection, tenant: Uuid) -> anyhow::Result<Self> {
        let mut copied = Vec::new();
        database.execute("create temporary table copied (id uuid primary key)").await?;
        for (table, condition) in TABLES {
            let keep = format!("create temporary table original_{table} as select * from {table} where tenant_id = '{tenant}' and {condition}");
            database.execute(AssertSqlSafe(keep)).await?;
            if columns::of_table(database, table).await?.iter().any(|column| column.name == "id") {
                let note = format!("insert into copied select id from original_{table} returning id");
                let ids: Vec<Uuid> = sqlx::query_scalar(AssertSqlSafe(note)).fetch_all(&mut *database).await?;
                copied.extend(ids);
            }
        }
        database.execute("create temporary view originals as select id from original_parties").await?;
        let mut statements = Vec::with_capacity(TABLES.len());
        for (table, _) in TABLES {
            let (mut names, mut values) = (Vec::new(), Vec::new());
            for column in columns::of_table(database, table).await? {
                values.push(if column.name == "tenant_id" { "$3::uuid".to_owned() } else { column.expression(database, table, &copied).await? });
                names.push(column.name);
            }
            statements.push(format!(
                "insert into {table} ({}) select {} from original_{table} o cross join generate_series($1::bigint, $2::bigint) g (n)",
                names.join(", "),
                values.join(", ")
            ));
        }
        Ok(Self { tenant, statements })
    }

    /// Makes the copies with these numbers.
    pub(super) async fn multiply(&self, database: &mut PgConnection, copies: Range<i64>) -> anyhow::Result<()> {
        self.multiply_in(database, self.tenant, copies).await
    }

    /// The same in another tenant that began as a copy of this one, and so has what the customers' rows point to.
    pub(super) async fn multiply_in(&self, database: &mut PgConnection, tenant: Uuid, copies: Range<i64>) -> anyhow::Result<()> {
        let mut first = copies.start;
        while first < copies.end {
            let last = (first + BATCH).min(copies.end) - 1;
            let mut tx = database.begin().await?;
            for statement in &self.statements {
                sqlx::query(AssertSqlSafe(statement.as_str()))
                    .bind(first)
                    .bind(last)
                    .bind(tenant)
                    .execute(&mut *tx)
                    .await
                    .with_context(|| statement.chars().take(60).collect::<String>())?;
            }
            sqlx::query(TERMS).bind(tenant).bind(first).bind(last).execute(&mut *tx).await.context("search terms")?;
            tx.commit().await?;
            first = last + 1;
        }
        Ok(())
    }
}

pub(super) async fn tenant_named(database: &mut PgConnection, slug: &str) -> anyhow::Result<Option<Uuid>> {
    Ok(sqlx::query_scalar("select id from tenants where slug = $1").bind(slug).fetch_optional(database).await?)
}

/// The next numbers that services give come after those of the copies.
pub(super) async fn advance_numbers(database: &mut PgConnection, tenant: Uuid) -> anyhow::Result<()> {
    sqlx::query("update number_series set last = last + 100000000 where tenant_id = $1").bind(tenant).execute(database).await?;
    Ok(())
}

//! What one tenant can do to another: nothing, table by table. The tables are the catalogue's, the rows are what a sale and
//! everything else leaves behind, so that every probe is aimed at something that is there.

use std::{collections::BTreeMap, sync::Arc};

use kernel::{Scope, Tenant, platform_tx::PlatformTx, scope::Audience};
use serde_json::{Value, json};
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use crate::house::{Host, House};

/// Tables of which there is no row, and why. Only to be shortened.
const WITHOUT_A_ROW: &[(&str, &str)] = &[];

const REFUSED: &str = "42501";
const FOREIGN_KEY: &str = "23503";

/// A tenant that has sold one car's cover, and everything that this leaves.
struct Sold {
    tenant: Arc<Tenant>,
    user: Uuid,
    customer: Uuid,
}

async fn sell(house: &House) -> Sold {
    let tenant = house.brokerage().await;
    let mut tx = house.system(&tenant).begin_write().await.expect("a transaction");
    let mode =
        insurance::collection::Collection { mode: Some(insurance::collection::CollectionMode::CollectAndRemit { days: 30 }), ..Default::default() };
    tx.set_setting(&mode, 0).await.expect("a setting");
    tx.commit().await.expect("commit");
    let (user, customer) = buy(house, &tenant, "amani@example.com", "KDA 123A").await;
    crate::leftovers::leave(house, &tenant).await;
    Sold { tenant, user, customer }
}

/// A new customer buys one car's cover and leaves another car in the cart: user and customer.
async fn buy(house: &House, tenant: &Arc<Tenant>, email: &str, plate: &str) -> (Uuid, Uuid) {
    let (user, customer, token) = house.customer_at(tenant, email).await;
    let ask = async |method: &str, path: &str, body: Value, status: u16| {
        let (found, answer) = house.ask(tenant, Host::Portal, method, &format!("/api/v1{path}"), Some(&token), Some(&body)).await;
        assert_eq!(found.as_u16(), status, "{method} {path}: {answer}");
        answer
    };
    let car = json!({ "plate": plate, "make": "Toyota", "model": "Axio", "year": "2018", "value": "1,000,000", "use": "private" });
    let quote = ask("POST", "/quotes", json!({ "category": "motor-comprehensive", "policy_data": car }), 201).await;
    ask("POST", "/cart/items", json!({ "offer": quote["offers"][0]["id"] }), 200).await;
    ask("POST", "/checkout", json!({ "payment_method": "mobile", "payment_phone": "0700000101" }), 201).await;
    house.work(tenant).await;
    let quote = ask("POST", "/quotes", json!({ "category": "motor-comprehensive", "policy_data": car }), 201).await;
    ask("POST", "/cart/items", json!({ "offer": quote["offers"][0]["id"] }), 200).await;
    (user, customer)
}

/// A table with one of its rows.
struct Probe {
    table: String,
    /// Columns that are not computed.
    columns: Vec<String>,
    row: Value,
}

async fn tables(house: &House) -> BTreeMap<String, Vec<String>> {
    let mut tx = PlatformTx::begin(&house.app.db, "tests.isolation").await.expect("the test database");
    sqlx::query_as(
        "select c.relname::text, array_agg(a.attname::text order by a.attnum) from pg_class c join pg_namespace n on n.oid = c.relnamespace
         join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' and a.attidentity <> 'a'
         where n.nspname = 'public' and c.relkind in ('r', 'p')
           and exists (select from pg_attribute t where t.attrelid = c.oid and t.attname = 'tenant_id' and not t.attisdropped)
         group by c.relname",
    )
    .fetch_all(tx.conn())
    .await
    .expect("the catalogue answers")
    .into_iter()
    .collect()
}

/// One row of each table that the tenant has; the names of the others.
async fn rows(house: &House, of: &Sold) -> (Vec<Probe>, Vec<String>) {
    let (mut probes, mut empty) = (Vec::new(), Vec::new());
    for (table, columns) in tables(house).await {
        let mut tx = house.system(&of.tenant).begin_read().await.expect("a transaction");
        let sql = format!("select to_jsonb(t) from {table} t where tenant_id = $1 limit 1");
        match sqlx::query_scalar::<_, Value>(AssertSqlSafe(sql))
            .bind(of.tenant.id.0)
            .fetch_optional(tx.conn())
            .await
            .expect("system reads every table")
        {
            Some(row) => probes.push(Probe { table, columns, row }),
            None => empty.push(table),
        }
    }
    (probes, empty)
}

/// Everybody of a tenant, also those who claim to be a person of the other one.
fn audiences(house: &House, ours: &Sold, theirs: &Sold) -> Vec<(&'static str, Scope)> {
    let as_ours = |audience| house.scope(&ours.tenant, audience);
    vec![
        ("staff", as_ours(Audience::Staff { user: ours.user })),
        ("staff with the other's id", as_ours(Audience::Staff { user: theirs.user })),
        ("customer", as_ours(Audience::Customer { user: ours.user, customer: ours.customer })),
        ("customer with the other's id", as_ours(Audience::Customer { user: theirs.user, customer: theirs.customer })),
        ("visitor", as_ours(Audience::Visitor { visitor: Uuid::now_v7() })),
        ("system", as_ours(Audience::System)),
    ]
}

/// Runs one statement and takes it back: rows it touched, or the database's code.
async fn attempt(scope: &Scope, sql: String, tenant: Uuid, row: Option<&Value>) -> Result<u64, String> {
    let mut tx = scope.begin_write().await.expect("a transaction");
    let code = |error: sqlx::Error| {
        error.as_database_error().and_then(|error| error.code().map(|code| code.into_owned())).unwrap_or_else(|| error.to_string())
    };
    let mut query = sqlx::query(AssertSqlSafe(sql)).bind(tenant);
    if let Some(row) = row {
        query = query.bind(row);
    }
    let done = query.execute(tx.conn()).await.map_err(code);
    let done = match done {
        Ok(done) => sqlx::query("set constraints all immediate").execute(tx.conn()).await.map_err(code).map(|_| done.rows_affected()),
        Err(code) => Err(code),
    };
    tx.rollback().await.expect("a rollback");
    done
}

fn insert(probe: &Probe) -> String {
    let columns = probe.columns.iter().map(|column| format!("{column:?}")).collect::<Vec<_>>().join(", ");
    format!(
        "insert into {table} ({columns}) overriding system value select {columns} from jsonb_populate_record(null::{table}, $2 || jsonb_build_object('tenant_id', $1::text))",
        table = probe.table
    )
}

#[tokio::test]
async fn every_table_has_a_row_to_aim_at() {
    let house = House::open().await;
    let theirs = sell(&house).await;
    let (_, empty) = rows(&house, &theirs).await;
    let excused: Vec<&str> = WITHOUT_A_ROW.iter().map(|(table, _)| *table).collect();
    assert_eq!(empty, excused, "a table that nothing aims at is not tested; one that has rows needs no excuse");
}

#[tokio::test]
async fn nobody_reads_changes_or_removes_a_row_of_another_tenant() {
    let house = House::open().await;
    let (ours, theirs) = (sell(&house).await, sell(&house).await);
    let mut wrong = Vec::new();
    for probe in rows(&house, &theirs).await.0 {
        let table = &probe.table;
        for (who, scope) in audiences(&house, &ours, &theirs) {
            for (what, sql) in [
                ("reads", format!("select from {table} where tenant_id = $1")),
                (
                    "reads without a filter",
                    format!("select from {table} where tenant_id is distinct from '{}' and $1::uuid is not null", ours.tenant.id),
                ),
                ("changes", format!("update {table} set tenant_id = tenant_id where tenant_id = $1")),
                ("takes over", format!("update {table} set tenant_id = '{}' where tenant_id = $1", ours.tenant.id)),
                ("removes", format!("delete from {table} where tenant_id = $1")),
            ] {
                match attempt(&scope, sql, theirs.tenant.id.0, None).await {
                    Ok(0) => {}
                    Err(code) if code == REFUSED => {}
                    other => wrong.push(format!("{who} {what} {table}: {other:?}")),
                }
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[tokio::test]
async fn nobody_adds_a_row_to_another_tenant_and_the_refusal_tells_nothing() {
    let house = House::open().await;
    let (ours, theirs) = (sell(&house).await, sell(&house).await);
    let mut wrong = Vec::new();
    for probe in rows(&house, &theirs).await.0 {
        for (who, scope) in audiences(&house, &ours, &theirs) {
            // The row exists: a complaint of its key instead of the refusal would say so.
            match attempt(&scope, insert(&probe), theirs.tenant.id.0, Some(&probe.row)).await {
                Err(code) if code == REFUSED => {}
                other => wrong.push(format!("{who} adds to {}: {other:?}", probe.table)),
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[tokio::test]
async fn keys_of_one_tenant_are_free_in_another_and_references_do_not_reach_across() {
    let house = House::open().await;
    // Ours is empty, so that a key can only be taken by the other.
    let (ours, theirs) = (testkit::new_tenant(&house.app.db).await, sell(&house).await);
    let scope = house.system(&ours);
    let mut wrong = Vec::new();
    let mut refused = 0;
    for probe in rows(&house, &theirs).await.0 {
        // What the row refers to is only there, so a reference that reached across would let it in.
        let refers = refers(&house, &probe).await;
        match attempt(&scope, insert(&probe), ours.id.0, Some(&probe.row)).await {
            Err(code) if code == FOREIGN_KEY && refers => refused += 1,
            Ok(1) if !refers => {}
            Err(code) if HARMLESS.contains(&(probe.table.as_str(), code.as_str())) => {}
            other => wrong.push(format!("{} (refers: {refers}): {other:?}", probe.table)),
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    assert!(refused > 15, "references were tried: {refused}");
}

/// Complaints that tell nothing of the other tenant: an entry without its lines is refused everywhere, and so is a line that finds no
/// entry to take its day from.
const HARMLESS: &[(&str, &str)] = &[("journal_entries", "23514"), ("journal_lines", "23502")];

/// Whether the row names a row of another table that is not the tenant's own.
async fn refers(house: &House, probe: &Probe) -> bool {
    let mut tx = PlatformTx::begin(&house.app.db, "tests.isolation").await.expect("the test database");
    let keys: Vec<Vec<String>> = sqlx::query_scalar(
        "select array_agg(a.attname::text) from pg_constraint c cross join unnest(c.conkey) k join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k
         where c.contype = 'f' and c.conrelid = $1::regclass and c.confrelid <> c.conrelid
           and exists (select from pg_attribute t where t.attrelid = c.confrelid and t.attname = 'tenant_id' and not t.attisdropped) group by c.oid",
    )
    .bind(&probe.table)
    .fetch_all(tx.conn())
    .await
    .expect("the catalogue answers");
    keys.iter().any(|columns| columns.iter().all(|column| !probe.row[column].is_null()))
}

/// What all customers of a brokerage see: the catalogue, settings, and what their own transactions count and seal with.
const COMMON: &[&str] =
    &["insurers", "number_series", "pictures", "product_categories", "product_versions", "products", "tenant_keys", "tenant_settings"];

/// Every row of a table that somebody sees.
async fn seen(scope: &Scope, table: &str) -> Vec<Value> {
    let mut tx = scope.begin_read().await.expect("a transaction");
    sqlx::query_scalar(AssertSqlSafe(format!("select to_jsonb(t) from {table} t"))).fetch_all(tx.conn()).await.expect("every table can be asked")
}

#[tokio::test]
async fn customers_of_one_tenant_share_only_what_is_for_all_and_touch_nothing_of_each_other() {
    let house = House::open().await;
    let sold = sell(&house).await;
    let (tenant, id) = (&sold.tenant, sold.tenant.id.0);
    let (user, customer) = buy(&house, tenant, "baraka@example.com", "KDB 456B").await;
    let ours = house.scope(tenant, Audience::Customer { user: sold.user, customer: sold.customer });
    let theirs = house.scope(tenant, Audience::Customer { user, customer });
    let visitor = house.scope(tenant, Audience::Visitor { visitor: Uuid::now_v7() });
    let (mut common, mut apart, mut wrong) = (Vec::new(), Vec::new(), Vec::new());
    for (table, columns) in tables(&house).await {
        let (own, other) = (seen(&ours, &table).await, seen(&theirs, &table).await);
        if own.iter().any(|row| other.contains(row)) {
            common.push(table);
            continue;
        }
        if !seen(&visitor, &table).await.is_empty() {
            wrong.push(format!("a visitor reads {table}"));
        }
        let Some(row) = other.into_iter().next() else { continue };
        // Without a condition, so that nothing but the policy for the action chooses the rows.
        for (what, sql) in
            [("changes", format!("update {table} set tenant_id = $1")), ("removes", format!("delete from {table} where $1::uuid is not null"))]
        {
            match attempt(&ours, sql, id, None).await {
                Ok(touched) if touched <= own.len() as u64 => {}
                Err(code) if code == REFUSED => {}
                other => wrong.push(format!("a customer {what} {table}, of which {} rows are his: {other:?}", own.len())),
            }
        }
        let probe = Probe { table, columns, row };
        match attempt(&ours, insert(&probe), id, Some(&probe.row)).await {
            Err(code) if code == REFUSED => {}
            other => wrong.push(format!("a customer adds to {} for another: {other:?}", probe.table)),
        }
        apart.push(probe.table);
    }
    assert_eq!(wrong, Vec::<String>::new());
    assert_eq!(common, COMMON);
    assert!(apart.len() > 15, "rows to aim at: {apart:?}");
}

#[tokio::test]
async fn the_page_of_isolation_shows_every_table_and_that_others_get_nothing_of_it() {
    let house = House::open().await;
    let (ours, _) = (sell(&house).await, sell(&house).await);
    let proofs = tenancy::isolation::prove(&house.app, &house.scope(&ours.tenant, Audience::Staff { user: ours.user })).await.expect("a proof");
    let shown: Vec<&str> = proofs.iter().map(|proof| proof.table.as_str()).collect();
    let there: Vec<String> = tables(&house).await.into_keys().collect();
    assert_eq!(shown, there.iter().map(String::as_str).collect::<Vec<_>>());
    let wrong: Vec<_> = proofs.iter().filter(|proof| proof.own == 0 || proof.others != 0).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn the_tests_that_the_page_of_isolation_names_are_here() {
    for (file, name) in tenancy::isolation::TESTS {
        let text = std::fs::read_to_string(testkit::root().join("tests/tests/it").join(file)).expect("a file of tests");
        assert!(text.contains(&format!("async fn {name}()")), "{file}: {name}");
    }
}

//! Reads by key and by page through the API: at a steady rate, as queries per request, and against a handler without any platform.

use std::time::Duration;

use journeys::surroundings::Surroundings;
use sqlx::{Executor, PgConnection};
use uuid::Uuid;

use crate::{
    bare::Bare,
    load::Requests,
    table::{Latencies, Table, middle},
};

const PAGE: &str = "/customers?page_size=20";
/// Requests a second, and how long.
const RATE: u32 = 500;
const SECONDS: u32 = 30;
const CONNECTIONS: u32 = 16;

/// Some customers of the large tenant, anywhere among all.
async fn some_customers(around: &Surroundings) -> anyhow::Result<(Uuid, Vec<Uuid>)> {
    let mut database = around.cluster.connect().await?;
    let tenant: Uuid = sqlx::query_scalar("select id from tenants where slug = $1").bind(around.slug()).fetch_one(&mut database).await?;
    let ids = sqlx::query_scalar("select id from customers where tenant_id = $1 order by md5(id::text) limit 5000")
        .bind(tenant)
        .fetch_all(&mut database)
        .await?;
    Ok((tenant, ids))
}

async fn statements(database: &mut PgConnection) -> anyhow::Result<i64> {
    Ok(sqlx::query_scalar(
        "select coalesce(sum(calls), 0)::bigint from pg_stat_statements s join pg_roles r on r.oid = s.userid and r.rolname like 'wakala%'",
    )
    .fetch_one(database)
    .await?)
}

/// How many statements one of these requests takes. What runs in the background adds to some counts, and takes away from none.
pub async fn statements_each(database: &mut PgConnection, requests: &Requests, count: usize) -> anyhow::Result<f64> {
    let mut least = i64::MAX;
    for _ in 0..5 {
        database.execute("select pg_stat_statements_reset()").await?;
        requests.one_by_one(count).await?;
        least = least.min(statements(database).await?);
    }
    #[expect(clippy::cast_precision_loss, reason = "counts of some thousands")]
    let each = least as f64 / count as f64;
    Ok(each)
}

/// How many statements an answer takes, and that a longer page takes no more.
pub async fn queries(around: &Surroundings, table: &mut Table) -> anyhow::Result<()> {
    let owner = around.owner().await?;
    let (_, customers) = some_customers(around).await?;
    let mut database = around.cluster.connect().await?;
    let first = customers.first().copied().unwrap_or_default();
    for (what, path) in [
        ("a customer", format!("/customers/{first}")),
        ("customers", "/customers".to_owned()),
        ("orders", "/admin/orders".to_owned()),
        ("policies", "/admin/policies".to_owned()),
        ("payments", "/ledger/payments".to_owned()),
    ] {
        let mut counts = Vec::new();
        for limit in [20, 100] {
            let path = if what == "a customer" { path.clone() } else { format!("{path}?page_size={limit}") };
            let requests = Requests::to(around.port(), vec![owner.raw_get(&path)]);
            requests.one_by_one(20).await?;
            counts.push(statements_each(&mut database, &requests, 100).await?);
        }
        let (short, long) = (counts.first().copied().unwrap_or_default(), counts.last().copied().unwrap_or_default());
        // What grows with the rows would add dozens.
        table.row(
            &format!("statements per answer: {what}"),
            &format!("{short:.1} for 20 rows, {long:.1} for 100"),
            "the same",
            (long - short).abs() < 1.0,
        );
    }
    Ok(())
}

/// At a steady rate.
pub async fn paced(around: &Surroundings, table: &mut Table) -> anyhow::Result<()> {
    let owner = around.owner().await?;
    let (_, customers) = some_customers(around).await?;
    let by_key: Vec<Vec<u8>> = customers.iter().map(|id| owner.raw_get(&format!("/customers/{id}"))).collect();
    let budget = Duration::from_millis(5);
    for (what, requests) in [("read by key", by_key), ("page of 20", vec![owner.raw_get(PAGE)])] {
        let requests = Requests::to(around.port(), requests);
        requests.one_by_one(500).await?;
        let times = requests.at_rate(RATE, SECONDS, CONNECTIONS).await?;
        table.row(&format!("{what} at {RATE}/s"), &times.to_string(), "p99 under 5 ms", times.at(990) < budget);
    }
    Ok(())
}

/// Every kind of term, lists of every kind, and the start page.
pub async fn searches(around: &Surroundings, table: &mut Table) -> anyhow::Result<()> {
    let owner = around.owner().await?;
    let budget = Duration::from_millis(30);
    for (what, term) in [("a first name", "asha"), ("two names", "asha%20mfano"), ("a phone number", "0700012"), ("nobody", "nobody-of-this-name")] {
        let requests = Requests::to(around.port(), vec![owner.raw_get(&format!("/customers?search={term}"))]);
        requests.one_by_one(20).await?;
        let times = requests.one_by_one(200).await?;
        table.row(&format!("customer search by {what}"), &times.to_string(), "p95 under 30 ms", times.at(950) < budget);
    }
    for (what, path) in [
        ("orders", "/admin/orders"),
        ("policies", "/admin/policies"),
        ("payments", "/ledger/payments"),
        ("trial balance", "/ledger/trial-balance"),
        ("credit of customers", "/ledger/accounts?kind=customer_credit"),
    ] {
        let times = Requests::to(around.port(), vec![owner.raw_get(path)]).one_by_one(50).await?;
        table.note(&format!("first page of {what}"), &times.to_string());
    }
    Ok(())
}

/// The same requests of a tenant with a hundredth of the customers: what grows with a tenant's size, and how much.
pub async fn growth(around: &Surroundings, table: &mut Table) -> anyhow::Result<()> {
    let large = around.owner().await?;
    let small = around.owner_of(&format!("{}-3", around.slug())).await?;
    let customers = async |slug: String| {
        let mut database = around.cluster.connect().await?;
        let found: (i64, Uuid) =
            sqlx::query_as("select count(*), (array_agg(c.id))[1] from customers c join tenants t on t.id = c.tenant_id and t.slug = $1")
                .bind(slug)
                .fetch_one(&mut database)
                .await?;
        anyhow::Ok(found)
    };
    let (many, one_of_many) = customers(around.slug().to_owned()).await?;
    let (few, one_of_few) = customers(format!("{}-3", around.slug())).await?;
    table.note("growth is shown from, to", &format!("{few} customers, {many} customers"));
    for (what, times, path) in [
        ("a customer", 300, "/customers/"),
        ("page of 20 customers", 300, PAGE),
        ("last page of customers by name", 100, "/customers?sort=-name"),
        ("customer search by two names", 100, "/customers?search=asha%20mfano"),
        ("orders", 100, "/admin/orders"),
        ("policies", 100, "/admin/policies"),
        ("payments", 100, "/ledger/payments"),
        ("trial balance", 20, "/ledger/trial-balance"),
        ("credit of customers", 20, "/ledger/accounts?kind=customer_credit"),
    ] {
        let of = |id: Uuid| if path.ends_with('/') { format!("{path}{id}") } else { path.to_owned() };
        let mut medians = Vec::new();
        for (owner, id) in [(&small, one_of_few), (&large, one_of_many)] {
            let requests = Requests::to(around.port(), vec![owner.raw_get(&of(id))]);
            requests.one_by_one(10).await?;
            medians.push(requests.one_by_one(times).await?.at(500));
        }
        let (before, after) = (medians.first().copied().unwrap_or_default(), medians.last().copied().unwrap_or_default());
        table.note(&format!("growth: {what}"), &format!("{before:.2?} to {after:.2?}: {:.1} times", after.as_secs_f64() / before.as_secs_f64()));
    }
    Ok(())
}

/// As many as possible, here and in a handler that only queries; in turn, so that both meet the same machine.
pub async fn against_bare(around: &Surroundings, table: &mut Table) -> anyhow::Result<()> {
    let owner = around.owner().await?;
    let (tenant, customers) = some_customers(around).await?;
    let bare = Bare::start(around).await?;
    let ours_by_key: Vec<Vec<u8>> = customers.iter().map(|id| owner.raw_get(&format!("/customers/{id}"))).collect();
    let bare_by_key: Vec<Vec<u8>> = customers.iter().map(|id| bare.get(&format!("/{tenant}/customers/{id}"))).collect();
    for (what, ours, other) in
        [("reads by key", ours_by_key, bare_by_key), ("pages of 20", vec![owner.raw_get(PAGE)], vec![bare.get(&format!("/{tenant}/customers"))])]
    {
        let (ours, other) = (Requests::to(around.port(), ours), Requests::to(bare.port, other));
        let (mut here, mut there) = (Vec::new(), Vec::new());
        for round in 0..4 {
            let long = Duration::from_secs(if round == 0 { 2 } else { 6 });
            let (a, b) =
                (rate(&ours.as_many_as_possible(CONNECTIONS, long).await?, long), rate(&other.as_many_as_possible(CONNECTIONS, long).await?, long));
            // The first round only warms both.
            if round > 0 {
                here.push(a);
                there.push(b);
            }
        }
        let (here, there) = (middle(here), middle(there));
        table.row(
            &format!("{what} against a bare handler"),
            &format!("{here:.0}/s against {there:.0}/s: {:.0} %", 100.0 * here / there),
            "at least 60 %",
            here >= 0.6 * there,
        );
    }
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "a count of some thousands")]
fn rate(times: &Latencies, long: Duration) -> f64 {
    times.count() as f64 / long.as_secs_f64()
}

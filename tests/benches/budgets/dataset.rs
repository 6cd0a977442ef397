//! A few real purchases, copied by `wakala seed` until there are enough.

use std::{cell::Cell, time::Duration};

use anyhow::Context;
use futures::future::try_join_all;
use journeys::{api::Api, buyer::Buyer, surroundings::Surroundings, wait::until};
use reqwest::Method;
use serde_json::json;
use simulators::daraja::AutoAnswer;
use sqlx::{Connection, Executor};

/// Customers who really buy; the rest are copies of them.
const BUYERS: usize = 10;
/// Misbehaves where its settings say so; see `plugins/hostile`.
pub const HOSTILE: &str = "example.hostile";

/// Makes what an earlier run has not left.
pub async fn ensure(around: &Surroundings, customers: u64, tenants: u64) -> anyhow::Result<()> {
    count_statements(around).await?;
    let mut database = around.cluster.connect().await?;
    let there: i64 = sqlx::query_scalar("select count(*) from customers c join tenants t on t.id = c.tenant_id and t.slug = $1")
        .bind(around.slug())
        .fetch_one(&mut database)
        .await?;
    if u64::try_from(there)? >= customers {
        return Ok(());
    }
    let (_serve, _work) = (around.serve()?, around.work()?);
    ready(around).await?;
    if there == 0 {
        purchases(around).await?;
        install_hostile(around).await?;
    }
    around.run(&["seed", "--scale", &customers.to_string(), "--tenants", &tenants.to_string(), "--tenant", around.slug()]).await
}

/// Until HTTP is answered.
pub async fn ready(around: &Surroundings) -> anyhow::Result<()> {
    let url = format!("http://127.0.0.1:{}/health/ready", around.port());
    until("HTTP to be answered", Duration::from_secs(60), || async { Ok(reqwest::get(&url).await?.status().is_success().then_some(())) }).await
}

/// Until background work has caught up with what fell due while nothing ran, and the server has cleaned up after it, so that no row pays
/// for what was done before it.
pub async fn quiet(around: &Surroundings) -> anyhow::Result<()> {
    let calm = Cell::new(0);
    until("background work to catch up", Duration::from_secs(1_800), || async {
        let due: i64 = sqlx::query_scalar(
            "select (select count(*) from outbox where run_at <= now()) + (select count(*) from events where dispatched_at is null)
                  + (select count(*) from pg_stat_activity where backend_type = 'autovacuum worker')",
        )
        .fetch_one(&mut around.cluster.connect().await?)
        .await?;
        calm.set(if due == 0 { calm.get() + 1 } else { 0 });
        Ok((calm.get() == 20).then_some(()))
    })
    .await
}

async fn purchases(around: &Surroundings) -> anyhow::Result<()> {
    around.provider.answer_by_lot(&AutoAnswer { after_ms: 50, spread_ms: 50, approve: 1, once: 1, ..AutoAnswer::default() }).await?;
    let bought = try_join_all((0..BUYERS).map(|n| async move {
        let buyer = Buyer::register(around, &format!("buyer{n}@example.com")).await?;
        let purchase = buyer.buy(&format!("KBB {n:03}A"), &format!("07000001{n:02}")).await?;
        anyhow::Ok((buyer, purchase))
    }))
    .await?;
    for (buyer, purchase) in &bought {
        until("a purchase to be fulfilled", Duration::from_secs(60), || async {
            let order = buyer.order(purchase.order).await?;
            Ok((order["order"]["state"] == "fulfilled").then_some(()))
        })
        .await?;
    }
    Ok(())
}

/// Loops without end in test mode, and behaves in live mode.
async fn install_hostile(around: &Surroundings) -> anyhow::Result<()> {
    let owner = around.owner().await?;
    let plugin = owner.get(&format!("/integrations/plugins/{HOSTILE}")).await?;
    let accepted: Vec<_> = plugin["permissions"].as_array().into_iter().flatten().map(|permission| permission["key"].clone()).collect();
    let consent = json!({ "plugin": HOSTILE, "accepted": accepted });
    let installed = owner.insist(Method::POST, "/integrations/installations", Some(&consent), None).await?.expect(201)?;
    let id = installed["id"].as_str().context("an installation without an id")?;
    for (mode, behaviour) in [("test", "loop"), ("live", "nothing")] {
        let settings = json!({ "settings": { "behaviour": behaviour } });
        owner.insist(Method::PUT, &format!("/integrations/installations/{id}/settings/{mode}"), Some(&settings), None).await?.expect(200)?;
    }
    Ok(())
}

/// The path that calls the tenant's hostile plugin, up to the mode.
pub async fn hostile_check(owner: &Api) -> anyhow::Result<String> {
    let list = owner.get("/integrations/installations").await?;
    let found =
        list["results"].as_array().into_iter().flatten().find(|line| line["plugin"] == HOSTILE).context("the hostile plugin is not installed")?;
    Ok(format!("/integrations/installations/{}/check", found["id"].as_str().context("no id")?))
}

/// Has the server count statements, without begin, set and commit, which travel with others.
async fn count_statements(around: &Surroundings) -> anyhow::Result<()> {
    let mut database = around.cluster.connect().await?;
    let loaded: String = sqlx::query_scalar("show shared_preload_libraries").fetch_one(&mut database).await?;
    if !loaded.contains("pg_stat_statements") {
        database.execute("alter system set shared_preload_libraries = 'pg_stat_statements'").await?;
        database.execute("checkpoint").await?;
        database.close().await?;
        around.cluster.kill().await?;
        around.cluster.start().await?;
        database = around.cluster.connect().await?;
    }
    database.execute("create extension if not exists pg_stat_statements").await?;
    database.execute("alter system set pg_stat_statements.track_utility = off").await?;
    database.execute("select pg_reload_conf()").await?;
    Ok(())
}

//! The same plugin enabled by every tenant: a call in each, what the first one costs, what `serve` holds afterwards, what it asks the
//! database.

use std::{net::Ipv4Addr, time::Duration};

use journeys::{api::Door, process::Process, surroundings::Surroundings};

use crate::{
    dataset::{self, HOSTILE},
    load::Requests,
    machine, reads,
    table::Table,
};

/// The first of the addresses that are kept for measurements.
const ADDRESSES: Ipv4Addr = Ipv4Addr::new(198, 18, 0, 0);

/// Tenants that many others are compared with: enough that what is known of one for a second is forgotten when its turn comes again.
const FEW: usize = 200;

pub async fn calls(around: &Surroundings, serve: &mut Process, table: &mut Table) -> anyhow::Result<()> {
    let mut each = from_every_tenant(around).await?;
    anyhow::ensure!(each.len() > 1, "one tenant is not many");
    let others = each.split_off(1);
    let many = others.len();
    let (one, others) = (Requests::to(around.port(), each), Requests::to(around.port(), others));

    // A process that has loaded no plugin yet.
    tokio::task::block_in_place(|| serve.stop())?;
    serve.revive()?;
    dataset::ready(around).await?;
    let before = held(around, serve).await?;
    let loading = one.one_by_one(1).await?;
    let with_one = held(around, serve).await?;
    let first = others.one_by_one(many).await?;
    let with_all = held(around, serve).await?;
    let second = others.one_by_one(many).await?;

    table.note("a process's first plugin call, which loads compiled code", &format!("{:.2?}", loading.at(500)));
    for (which, times) in [("first", first), ("second", second)] {
        let holds = times.at(990) < Duration::from_millis(20);
        table.row(&format!("{which} plugin call in each of {many} tenants"), &times.to_string(), "p99 under 20 ms", holds);
    }
    let (of_one, of_all) = (with_one.saturating_sub(before), with_all.saturating_sub(with_one));
    table.row(
        &format!("memory of `serve` after those of {many} tenants"),
        &format!("{} MB; {of_one} KB for the first call of all, {} KB for each tenant after it", with_all / 1024, of_all / u64::try_from(many)?),
        "150 MB",
        with_all / 1024 <= 150,
    );
    let mut database = around.cluster.connect().await?;
    let few = reads::statements_each(&mut database, &others, FEW.min(many)).await?;
    let among = reads::statements_each(&mut database, &others, many).await?;
    table.row(
        "statements per plugin call",
        &format!("{few:.1} in each of {} tenants, {among:.1} in each of {many}", FEW.min(many)),
        "the same",
        (among - few).abs() < 1.0,
    );
    Ok(())
}

/// Kilobytes of a process at rest.
async fn held(around: &Surroundings, process: &Process) -> anyhow::Result<u64> {
    dataset::quiet(around).await?;
    machine::resident(process.id(), "VmRSS")
}

/// A request for a call of the plugin in each tenant that has it, the demonstration first.
async fn from_every_tenant(around: &Surroundings) -> anyhow::Result<Vec<Vec<u8>>> {
    let path = format!("{}/live", dataset::hostile_check(&around.owner().await?).await?);
    let slugs: Vec<String> = sqlx::query_scalar(
        "select t.slug from tenants t join plugin_installations i on i.tenant_id = t.id join plugins p on p.id = i.plugin_id
         where p.name = $1 order by t.slug <> $2, t.slug",
    )
    .bind(HOSTILE)
    .bind(around.slug())
    .fetch_all(&mut around.cluster.connect().await?)
    .await?;
    let (email, password) = around.owner_credentials()?;
    let mut each = Vec::with_capacity(slugs.len());
    for (n, slug) in (0..).zip(&slugs) {
        // Whoever signs in again and again from one address has to wait.
        let address = Ipv4Addr::from_bits(ADDRESSES.to_bits() + n);
        let owner = around.api_of(slug, Door::Office).coming_from(address).log_in(email, password).await?;
        each.push(owner.raw_post(&path));
    }
    Ok(each)
}

//! What the platform costs, measured on the real binary with a large data set, beside the budget it has. `ops/bench` builds and runs
//! it; the data set stays in its folder, so that a second run takes minutes less.
//!
//! Everything shares this machine's cores: platform, PostgreSQL and the load itself.

mod bare;
mod callbacks;
mod dataset;
mod load;
mod machine;
mod neighbours;
mod policies;
mod reads;
mod table;

use std::path::PathBuf;

use anyhow::Context;
use journeys::surroundings::Surroundings;
use table::Table;

fn number(variable: &str, otherwise: u64) -> u64 {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

fn main() -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [first, url] = arguments.as_slice()
        && first == "--bare"
    {
        return runtime.block_on(bare::serve(url));
    }
    runtime.block_on(measure())
}

async fn measure() -> anyhow::Result<()> {
    let folder = std::env::var_os("WAKALA_BENCH_DATA").map_or_else(|| std::env::temp_dir().join("wakala-bench"), PathBuf::from);
    let (customers, tenants) = (number("WAKALA_BENCH_CUSTOMERS", 100_000), number("WAKALA_BENCH_TENANTS", 1_000));
    let around = Surroundings::start_in(folder, true).await.context("surroundings")?;
    dataset::ensure(&around, customers, tenants).await.context("the data set")?;

    let mut table = Table::begin(&around, customers, tenants).await?;
    machine::start(&around, &mut table).await.context("start")?;
    let (serve, work) = (around.serve()?, around.work()?);
    dataset::ready(&around).await?;
    machine::idle_memory(&serve, &work, &mut table).await?;
    reads::queries(&around, &mut table).await.context("queries")?;
    reads::paced(&around, &mut table).await.context("reads")?;
    reads::growth(&around, &mut table).await.context("growth")?;
    machine::busy_memory(&serve, &work, &mut table)?;
    reads::against_bare(&around, &mut table).await.context("ratio to a bare handler")?;
    policies::compare(&around, &mut table).await.context("row-level security")?;
    callbacks::intake(&around, &mut table).await.context("callbacks")?;
    neighbours::beside_loops(&around, &mut table).await.context("neighbours")?;
    table.end();
    Ok(())
}

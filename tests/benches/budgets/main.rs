//! What the platform costs, measured on the real binary with a large data set, beside the budget it has. `ops/bench` builds and runs
//! it; the data set stays in its folder, so that a second run takes minutes less. Arguments name the groups of rows to measure.
//!
//! Everything shares this machine's cores: platform, PostgreSQL and the load itself.

mod bare;
mod callbacks;
mod dataset;
mod desk;
mod load;
mod machine;
mod neighbours;
mod plugins;
mod policies;
mod reads;
mod table;
mod tenants;

use std::path::PathBuf;

use anyhow::Context;
use journeys::surroundings::Surroundings;
use table::Table;

/// The platform's own: plugins run in this process here, and the bare handler shall have nothing worse.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn number(variable: &str, otherwise: u64) -> u64 {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

fn main() -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    // Cargo says what it runs.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    if let [first, url] = arguments.as_slice()
        && first == "--bare"
    {
        return runtime.block_on(bare::serve(url));
    }
    let wanted = if arguments.is_empty() { GROUPS.map(str::to_owned).to_vec() } else { arguments };
    if let Some(unknown) = wanted.iter().find(|name| !GROUPS.contains(&name.as_str())) {
        anyhow::bail!("there are no rows {unknown:?}: there are {}", GROUPS.join(", "));
    }
    runtime.block_on(measure(&wanted))
}

/// Rows that are measured together, in their order.
const GROUPS: [&str; 15] = [
    "start",
    "plugins",
    "idle",
    "queries",
    "paced",
    "searches",
    "desk",
    "pages",
    "growth",
    "busy",
    "bare",
    "policies",
    "callbacks",
    "neighbours",
    "tenants",
];

async fn measure(wanted: &[String]) -> anyhow::Result<()> {
    let folder = std::env::var_os("WAKALA_BENCH_DATA").map_or_else(|| std::env::temp_dir().join("wakala-bench"), PathBuf::from);
    let (customers, tenants) = (number("WAKALA_BENCH_CUSTOMERS", 100_000), number("WAKALA_BENCH_TENANTS", 1_000));
    let around = Surroundings::start_in(folder, true).await.context("surroundings")?;
    dataset::ensure(&around, customers, tenants).await.context("the data set")?;

    let mut table = Table::begin(&around, customers, tenants).await?;
    if wanted.iter().any(|name| name == "start") {
        machine::start(&around, &mut table).await.context("start")?;
    }
    if wanted.iter().any(|name| name == "plugins") {
        plugins::measure(&around, &mut table).await.context("plugins")?;
    }
    let (mut serve, work) = (around.serve()?, around.work()?);
    dataset::ready(&around).await?;
    for group in GROUPS.iter().filter(|group| wanted.iter().any(|name| name == *group)) {
        dataset::quiet(&around).await?;
        match *group {
            "idle" => machine::idle_memory(&serve, &work, &mut table),
            "queries" => reads::queries(&around, &mut table).await,
            "paced" => reads::paced(&around, &mut table).await,
            "searches" => reads::searches(&around, &mut table).await,
            "desk" => desk::start_page(&around, &mut table).await,
            "pages" => desk::every_page(&around, &mut table).await,
            "growth" => reads::growth(&around, &mut table).await,
            "busy" => machine::busy_memory(&serve, &work, &mut table),
            "bare" => reads::against_bare(&around, &mut table).await,
            "policies" => policies::compare(&around, &mut table).await,
            "callbacks" => callbacks::rush(&around, &mut serve, &mut table).await,
            "neighbours" => neighbours::beside_loops(&around, &mut table).await,
            "tenants" => tenants::calls(&around, &mut serve, &mut table).await,
            _ => Ok(()),
        }
        .with_context(|| (*group).to_owned())?;
    }
    table.end();
    Ok(())
}

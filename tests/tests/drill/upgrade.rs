//! The release before goes on selling while the schema takes its next form, and beside the new release; nothing that one began is lost
//! to the other.

use std::{path::PathBuf, time::Instant};

use anyhow::ensure;
use journeys::{buyer::Buyer, surroundings::Surroundings};
use simulators::daraja::AutoAnswer;

use super::delivered;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_release_before_runs_on_the_next_schema() {
    let Some(next) = std::env::var_os("WAKALA_DRILL_NEXT") else {
        eprintln!("drill: not run; ops/drill upgrade does it");
        return;
    };
    let around = Surroundings::start("upgrade").await.expect("surroundings of the release before");
    eprintln!("drill: data and logs in {}", around.folder().display());
    upgrade(&around, next.into()).await.expect("an upgrade that nobody notices");
}

/// `WAKALA_BINARY` is the release before: what surrounds it is of that release too, so that the schema begins as its.
async fn upgrade(around: &Surroundings, next: PathBuf) -> anyhow::Result<()> {
    let begun = Instant::now();
    let said = |what: &str| eprintln!("drill: {:>5.1} s  {what}", begun.elapsed().as_secs_f32());
    around.provider.answer_by_lot(&AutoAnswer::approve_after(50)).await?;
    let (mut serve, mut work) = (around.serve()?, around.work()?);
    let buyer = Buyer::register(around, "buyer@example.com").await?;
    delivered(around, buyer.buy("KDA 001A", "0700000101").await?).await?;
    let before = migrations(around).await?;
    said(&format!("the release before sells on its own schema of {before} migrations"));

    let status = around.another_of(next.clone(), "migrate", "migrate", &[])?.wait()?;
    ensure!(status.success(), "the schema cannot be brought to the next release: see {}", around.folder().join("migrate.log").display());
    let after = migrations(around).await?;
    said(&format!("the schema has {after} migrations while the release before runs"));
    delivered(around, buyer.buy("KDA 002A", "0700000102").await?).await?;
    said("the release before sells on the next schema");

    let _new_work = around.another_of(next.clone(), "work", "next-work", &[])?;
    delivered(around, buyer.buy("KDA 003A", "0700000103").await?).await?;
    said("workers of both releases share the work");
    work.stop()?;
    serve.stop()?;
    let _new_serve = around.another_of(next, "serve", "next-serve", &[])?;
    delivered(around, buyer.buy("KDA 004A", "0700000104").await?).await?;
    said("the new release has taken over");
    Ok(())
}

async fn migrations(around: &Surroundings) -> anyhow::Result<i64> {
    let mut books = around.cluster.connect().await?;
    Ok(sqlx::query_scalar("select count(*) from _sqlx_migrations").fetch_one(&mut books).await?)
}

//! Customers buy, a copy of the database is taken and its log archived, then rows and files are destroyed, and everything comes back
//! as it was a moment before.

use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use journeys::{buyer::Buyer, surroundings::Surroundings, wait::until};
use simulators::daraja::AutoAnswer;
use sqlx::{Connection, PgConnection};
use uuid::Uuid;

use super::{
    delivered, documents,
    vault::{self, Vault},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_destroyed_comes_back_as_it_was_a_moment_before() {
    let Some(vault) = Vault::of_the_drill() else {
        eprintln!("drill: not run; ops/drill restore does it");
        return;
    };
    let around = Surroundings::start("drill").await.expect("surroundings");
    eprintln!("drill: data and logs in {}", around.folder().display());
    restore(&around, &vault).await.expect("everything comes back");
}

async fn restore(around: &Surroundings, vault: &Vault) -> anyhow::Result<()> {
    let begun = Instant::now();
    let said = |what: &str| eprintln!("drill: {:>5.1} s  {what}", begun.elapsed().as_secs_f32());
    vault.archive_log_of(&around.cluster).await?;
    around.provider.answer_by_lot(&AutoAnswer::approve_after(50)).await?;

    let (mut serve, mut work) = (around.serve()?, around.work()?);
    let buyer = Buyer::register(around, "buyer@example.com").await?;
    let first = delivered(around, buyer.buy("KDA 001A", "0700000101").await?).await?;
    said("a customer has bought");
    vault.copy_database(&around.cluster)?;
    said("the database is copied");
    let second = delivered(around, buyer.buy("KDA 002A", "0700000102").await?).await?;
    vault.copy_objects(around)?;
    said("the customer has bought again, and the files are copied");
    sealed(around).await?;
    serve.stop()?;
    work.stop()?;
    around.run(&["doctor", "--thorough"]).await.context("before anything is destroyed")?;

    let mut books = around.cluster.connect().await?;
    let moment: String = sqlx::query_scalar("select clock_timestamp()::text").fetch_one(&mut books).await?;
    destroy_rows(&mut books, second.order).await?;
    vault.archived(&mut books).await?;
    books.close().await?;
    ensure!(around.run(&["doctor", "--thorough"]).await.is_err(), "doctor notices neither the audit's gap nor the file without a document");
    said("rows are destroyed, which doctor notices");

    around.cluster.kill().await?;
    let restoring = Instant::now();
    vault.restore_database(&around.cluster, &moment)?;
    around.cluster.start().await?;
    until("the log to be replayed", Duration::from_secs(60), || async {
        let mut books = around.cluster.connect().await?;
        let replaying: bool = sqlx::query_scalar("select pg_is_in_recovery()").fetch_one(&mut books).await?;
        Ok((!replaying).then_some(()))
    })
    .await?;
    said(&format!("the database is as it was at {moment}, after {:.1} s", restoring.elapsed().as_secs_f32()));
    for purchase in [&first, &second] {
        ensure!(documents(around, purchase.order).await? > 0, "the documents of {} are not back", purchase.number);
    }
    around.run(&["doctor", "--thorough"]).await.context("after the database was restored")?;
    said("the rows are back, and the audit's chain holds");

    let lost = vault::destroy_files(around)?;
    ensure!(around.run(&["doctor", "--thorough"]).await.is_err(), "doctor does not notice that files are gone");
    vault.restore_objects(around)?;
    around.run(&["doctor", "--thorough"]).await.context("after the files were restored")?;
    said(&format!("{lost} files were destroyed, and are back"));

    let _serving = (around.serve()?, around.work()?);
    delivered(around, buyer.buy("KDA 003A", "0700000103").await?).await?;
    said("the customer goes on buying");
    Ok(())
}

async fn sealed(around: &Surroundings) -> anyhow::Result<()> {
    until("the audit to be sealed and all work to be done", Duration::from_secs(90), || async {
        let mut books = around.cluster.connect().await?;
        let open = "select (select count(*) from audit_entries where block is null) + (select count(*) from outbox where run_at <= now())";
        let open: i64 = sqlx::query_scalar(open).fetch_one(&mut books).await?;
        Ok((open == 0).then_some(()))
    })
    .await
}

/// What somebody with a console and bad luck does.
async fn destroy_rows(books: &mut PgConnection, order: Uuid) -> anyhow::Result<()> {
    let documents = "delete from documents d using policies p where p.tenant_id = d.tenant_id and p.id = d.subject_id and p.order_id = $1";
    let gone = sqlx::query(documents).bind(order).execute(&mut *books).await?.rows_affected();
    ensure!(gone > 0, "there was nothing to destroy");
    let audit = "delete from audit_entries where (tenant_id, id) in (select tenant_id, id from audit_entries where block is not null order by id desc limit 1)";
    ensure!(sqlx::query(audit).execute(books).await?.rows_affected() == 1, "there was no audit to destroy");
    Ok(())
}

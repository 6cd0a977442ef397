//! The chain over audit entries: whoever changes one afterwards, even past every policy, is found out.

use std::sync::Arc;

use kernel::{
    Tenant,
    app::Ports,
    audit::Change,
    jobs::{Job, JobCx},
};
use sqlx::{Connection, PgConnection};
use testkit::World;
use uuid::Uuid;
use wakala::audit::{Broken, Seal, verify};

async fn change_something(world: &World, tenant: &Arc<Tenant>) {
    let mut tx = world.staff(tenant).begin_write().await.expect("a transaction");
    for _ in 0..3 {
        tx.audit(Change::of("tests.thing.change", "thing", Uuid::now_v7()).because("asked for").set("name", "x")).await.expect("an entry");
    }
    tx.commit().await.expect("commit");
}

async fn seal(world: &World, tenant: &Arc<Tenant>) {
    let cx = JobCx { app: world.app.clone(), scope: world.system(tenant), id: Uuid::now_v7(), attempt: 1 };
    assert!(Seal::default().run(cx).await.is_ok());
}

async fn verdict(world: &World, tenant: &Arc<Tenant>) -> Result<i64, Broken> {
    let mut tx = world.staff(tenant).begin_read().await.expect("a transaction");
    verify(&mut tx).await.expect("the chain is read")
}

#[tokio::test]
async fn a_sealed_chain_holds_and_sealing_again_adds_nothing() {
    let world = World::new(Ports::new());
    let tenant = world.brokerage().await;
    change_something(&world, &tenant).await;
    seal(&world, &tenant).await;
    seal(&world, &tenant).await;
    assert_eq!(verdict(&world, &tenant).await, Ok(1));
    change_something(&world, &tenant).await;
    seal(&world, &tenant).await;
    assert_eq!(verdict(&world, &tenant).await, Ok(2));
}

#[tokio::test]
async fn an_entry_that_is_changed_or_removed_breaks_its_block() {
    for tampering in [
        "update audit_entries set reason = 'never' where tenant_id = $1 and block = 1",
        "delete from audit_entries where tenant_id = $1 and id = (select max(id::text)::uuid from audit_entries where tenant_id = $1 and block = 1)",
    ] {
        let world = World::new(Ports::new());
        let tenant = world.brokerage().await;
        change_something(&world, &tenant).await;
        seal(&world, &tenant).await;
        // The role for backfills is bound by no tenant's policy.
        let place = std::env::var("WAKALA_TEST_DATABASE").expect("ops/test sets it");
        let mut maintenance = PgConnection::connect(&format!("postgres://wakala_maintenance@{place}")).await.expect("the maintenance role");
        let done = sqlx::query(tampering).bind(tenant.id.0).execute(&mut maintenance).await.expect("it may");
        assert!(done.rows_affected() > 0);
        assert_eq!(verdict(&world, &tenant).await, Err(Broken(1)), "{tampering}");
    }
}

#[tokio::test]
async fn blanked_values_leave_the_chain_whole_and_staff_blank_nothing() {
    let world = World::new(Ports::new());
    let tenant = world.brokerage().await;
    let thing = Uuid::now_v7();
    let mut tx = world.staff(&tenant).begin_write().await.expect("a transaction");
    tx.audit(Change::of("tests.thing.change", "thing", thing).set("name", "Asha").set("size", 3)).await.expect("an entry");
    tx.commit().await.expect("commit");
    seal(&world, &tenant).await;
    for (scope, left) in [(world.staff(&tenant), 1), (world.system(&tenant), 0)] {
        let mut tx = scope.begin_write().await.expect("a transaction");
        tx.blank_audit(&[thing], &["name"]).await.expect("it runs");
        tx.commit().await.expect("commit");
        let mut tx = world.system(&tenant).begin_read().await.expect("a transaction");
        let named: i64 = sqlx::query_scalar(
            "select count(*) from audit_values where tenant_id = $1 and (after::text like '%Asha%' or field = 'name' and salt <> '')",
        )
        .bind(tenant.id.0)
        .fetch_one(tx.conn())
        .await
        .expect("count");
        assert_eq!(named, left);
    }
    assert_eq!(verdict(&world, &tenant).await, Ok(1));
    let mut tx = world.system(&tenant).begin_read().await.expect("a transaction");
    let kept: i64 = sqlx::query_scalar("select count(*) from audit_values where tenant_id = $1 and field = 'size' and after = '3'")
        .bind(tenant.id.0)
        .fetch_one(tx.conn())
        .await
        .expect("count");
    assert_eq!(kept, 1, "only what was named is blanked");
}

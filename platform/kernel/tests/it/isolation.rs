//! A transaction sees its tenant and its audience, and nothing else.

use kernel::{app::Ports, audit::Change, jobs::Queue, profile::Profile};
use testkit::World;
use uuid::Uuid;

#[tokio::test]
async fn one_tenant_neither_sees_nor_changes_what_another_has() {
    let world = World::new(Ports::new());
    let (a, b) = (world.brokerage().await, world.brokerage().await);
    let mut tx = world.system(&b).begin_write().await.unwrap();
    tx.set_setting(&Profile { legal_name: "B Brokers".into(), ..Profile::default() }, 0).await.unwrap();
    tx.commit().await.unwrap();

    let mut tx = world.system(&a).begin_write().await.unwrap();
    let seen: i64 = sqlx::query_scalar("select count(*) from tenant_settings where tenant_id = $1").bind(b.id.0).fetch_one(tx.conn()).await.unwrap();
    assert_eq!(seen, 0);
    let changed = sqlx::query("update tenant_settings set value = '{}' where tenant_id = $1").bind(b.id.0).execute(tx.conn()).await.unwrap();
    assert_eq!(changed.rows_affected(), 0);
    let removed = sqlx::query("delete from tenant_settings where tenant_id = $1").bind(b.id.0).execute(tx.conn()).await.unwrap();
    assert_eq!(removed.rows_affected(), 0);
    let planted = sqlx::query("insert into tenant_settings (tenant_id, key, value, updated_by) values ($1, 'x', '{}', 'a')")
        .bind(b.id.0)
        .execute(tx.conn())
        .await;
    assert!(planted.is_err(), "a row of another tenant was inserted");
}

#[tokio::test]
async fn whoever_goes_away_while_a_transaction_begins_leaves_none_behind() {
    let world = World::new(Ports::new());
    let tenant = world.brokerage().await;
    let scope = world.system(&tenant);
    for polls in 1..40 {
        let mut beginning = Box::pin(scope.begin_read());
        for _ in 0..polls {
            if futures::poll!(&mut beginning).is_ready() {
                break;
            }
            tokio::task::yield_now().await;
        }
        drop(beginning);
        let mut tx = scope.begin_write().await.unwrap();
        let read_only: String = sqlx::query_scalar("show transaction_read_only").fetch_one(tx.conn()).await.unwrap();
        assert_eq!(read_only, "off", "after {polls} polls");
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn a_statement_without_a_tenant_finds_nothing() {
    let world = World::new(Ports::new());
    let tenant = world.brokerage().await;
    let mut tx = world.system(&tenant).begin_write().await.unwrap();
    tx.set_setting(&Profile::default(), 0).await.unwrap();
    tx.commit().await.unwrap();
    // A transaction of another tenant ends; its connection goes back to the pool and must carry nothing over.
    for _ in 0..8 {
        let mut tx = world.system(&tenant).begin_read().await.unwrap();
        sqlx::query("reset app.tenant_id").execute(tx.conn()).await.unwrap();
        let rows: i64 = sqlx::query_scalar("select count(*) from tenant_settings").fetch_one(tx.conn()).await.unwrap();
        assert_eq!(rows, 0);
    }
}

#[tokio::test]
async fn an_audience_that_is_not_set_sees_nothing_of_its_own_tenant() {
    let world = World::new(Ports::new());
    let tenant = world.brokerage().await;
    let mut tx = world.system(&tenant).begin_read().await.unwrap();
    sqlx::query("reset app.audience").execute(tx.conn()).await.unwrap();
    let rows: i64 = sqlx::query_scalar("select count(*) from tenant_keys").fetch_one(tx.conn()).await.unwrap();
    assert_eq!(rows, 0);
}

#[tokio::test]
async fn a_read_transaction_cannot_write() {
    let world = World::new(Ports::new());
    let tenant = world.brokerage().await;
    let mut tx = world.system(&tenant).begin_read().await.unwrap();
    let written = sqlx::query("insert into tenant_settings (tenant_id, key, value, updated_by) values ($1, 'x', '{}', 'a')")
        .bind(tenant.id.0)
        .execute(tx.conn())
        .await;
    assert!(written.is_err());
}

#[tokio::test]
async fn customers_and_visitors_cannot_read_what_staff_and_system_keep() {
    let world = World::new(Ports::new());
    let tenant = world.brokerage().await;
    let mut tx = world.staff(&tenant).begin_write().await.unwrap();
    tx.audit(Change::of("tests.thing.change", "thing", Uuid::now_v7()).set("name", "x")).await.unwrap();
    tx.commit().await.unwrap();
    for scope in [world.customer(&tenant, Uuid::now_v7()), world.visitor(&tenant)] {
        let mut tx = scope.begin_read().await.unwrap();
        for table in ["audit_entries", "audit_values", "events", "outbox", "access_entries", "dead_letters"] {
            let rows: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(format!("select count(*) from {table}"))).fetch_one(tx.conn()).await.unwrap();
            assert_eq!(rows, 0, "{table}");
        }
    }
}

#[tokio::test]
async fn the_serving_roles_are_accepted_and_a_superuser_is_refused() {
    use kernel::database::{Database, UnsafeRole};
    let world = World::new(Ports::new());
    world.app.db.verify().await.unwrap();
    let place = std::env::var("WAKALA_TEST_DATABASE").unwrap();
    let url = |role: &str| format!("postgres://{role}@{place}").parse().unwrap();
    let refused = Database::connect(url("postgres"), url("wakala_platform"), 2).verify().await;
    assert!(matches!(refused, Err(UnsafeRole::Superuser(_))), "{refused:?}");
    let refused = Database::connect(url("wakala_owner"), url("wakala_platform"), 2).verify().await;
    assert!(matches!(refused, Err(UnsafeRole::OwnsTables(_))), "{refused:?}");
}

#[test]
fn every_queue_has_a_name_of_its_own() {
    let names: std::collections::BTreeSet<_> = Queue::ALL.iter().map(|queue| queue.as_str()).collect();
    assert_eq!(names.len(), Queue::ALL.len());
}

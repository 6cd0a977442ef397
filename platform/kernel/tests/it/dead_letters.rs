//! Jobs that were given up stay until staff settle them, and a retried one is the same job.

use kernel::{
    AppResult, Kind, Tenant,
    app::Ports,
    dead_letters::{self, Burial, DeadLetterFilter, DeadLetterId, DeadLetterState},
    paging::PageRequest,
};
use serde_json::json;
use testkit::World;
use uuid::Uuid;

async fn bury(world: &World, tenant: &std::sync::Arc<Tenant>, id: Uuid, error: &str) {
    let payload = json!({ "thing": id });
    let mut tx = world.system(tenant).begin_write().await.unwrap();
    let burial = Burial { id, queue: "bulk", job: "tests.thing.polish", payload: &payload, error, attempts: 12 };
    dead_letters::bury(&mut tx, burial).await.unwrap();
    tx.commit().await.unwrap();
}

async fn found(world: &World, tenant: &std::sync::Arc<Tenant>, search: &str, state: Option<DeadLetterState>) -> Vec<Uuid> {
    let mut tx = world.staff(tenant).begin_read().await.unwrap();
    let page = PageRequest { search: Some(search.to_owned()), ..PageRequest::default() };
    let named = dead_letters::jobs(&mut tx).await.unwrap().into_iter().filter(|_| search == "polish").collect::<Vec<_>>();
    dead_letters::list(&mut tx, &DeadLetterFilter { state }, &named, &page).await.unwrap().results.iter().map(|letter| letter.id.0).collect()
}

async fn retry(world: &World, tenant: &std::sync::Arc<Tenant>, id: Uuid) -> AppResult<()> {
    let mut tx = world.staff(tenant).begin_write().await?;
    dead_letters::retry(&mut tx, DeadLetterId(id)).await?;
    tx.commit().await
}

async fn waiting(world: &World, tenant: &std::sync::Arc<Tenant>, id: Uuid) -> i64 {
    let mut tx = world.system(tenant).begin_read().await.unwrap();
    sqlx::query_scalar("select count(*) from outbox where tenant_id = $1 and id = $2 and attempts = 0")
        .bind(tenant.id.0)
        .bind(id)
        .fetch_one(tx.conn())
        .await
        .unwrap()
}

#[tokio::test]
async fn what_is_tried_again_waits_under_its_old_id_and_is_open_again_if_it_fails_again() {
    let world = World::new(Ports::new());
    let tenant = world.brokerage().await;
    let id = Uuid::now_v7();
    bury(&world, &tenant, id, "storage_unavailable: connection refused").await;
    assert_eq!(found(&world, &tenant, "", Some(DeadLetterState::Open)).await, [id]);
    retry(&world, &tenant, id).await.unwrap();
    assert_eq!(waiting(&world, &tenant, id).await, 1);
    assert_eq!(found(&world, &tenant, "", Some(DeadLetterState::Open)).await, Vec::<Uuid>::new());
    let again = retry(&world, &tenant, id).await.unwrap_err();
    assert!(again.kind == Kind::Conflict && again.is("dead_letter.settled"), "{again}");

    bury(&world, &tenant, id, "internal: still broken").await;
    let mut tx = world.staff(&tenant).begin_read().await.unwrap();
    let letter = dead_letters::get(&mut tx, DeadLetterId(id)).await.unwrap();
    assert_eq!((letter.state, letter.attempts, letter.code()), (DeadLetterState::Open, 24, "internal"));
}

#[tokio::test]
async fn work_about_something_is_given_up_until_it_is_tried_again() {
    let world = World::new(Ports::new());
    let tenant = world.brokerage().await;
    let id = Uuid::now_v7();
    let given_up = async |job: &str, thing: Uuid| {
        let mut tx = world.staff(&tenant).begin_read().await.unwrap();
        dead_letters::given_up(&mut tx, job, "thing", thing).await.unwrap().map(|letter| letter.id.0)
    };
    assert_eq!(given_up("tests.thing.polish", id).await, None);
    bury(&world, &tenant, id, "internal").await;
    assert_eq!(given_up("tests.thing.polish", id).await, Some(id));
    assert_eq!((given_up("tests.thing.paint", id).await, given_up("tests.thing.polish", Uuid::now_v7()).await), (None, None));
    retry(&world, &tenant, id).await.unwrap();
    assert_eq!(given_up("tests.thing.polish", id).await, None);
}

#[tokio::test]
async fn dismissing_wants_a_reason_and_is_final() {
    let world = World::new(Ports::new());
    let tenant = world.brokerage().await;
    let id = Uuid::now_v7();
    bury(&world, &tenant, id, "internal").await;
    let mut tx = world.staff(&tenant).begin_write().await.unwrap();
    let unsaid = dead_letters::dismiss(&mut tx, DeadLetterId(id), " ").await.unwrap_err();
    assert_eq!(unsaid.fields[0].field, "reason");
    dead_letters::dismiss(&mut tx, DeadLetterId(id), "Done by hand").await.unwrap();
    tx.commit().await.unwrap();
    assert!(retry(&world, &tenant, id).await.is_err());
    // The worker may have died between giving it up and taking it out of the outbox.
    bury(&world, &tenant, id, "internal").await;
    let mut tx = world.staff(&tenant).begin_read().await.unwrap();
    let letter = dead_letters::get(&mut tx, DeadLetterId(id)).await.unwrap();
    assert_eq!((letter.state, letter.note.as_deref()), (DeadLetterState::Dismissed, Some("Done by hand")));
    let audited: i64 = sqlx::query_scalar("select count(*) from audit_entries where tenant_id = $1 and action = 'jobs.dead_letter.dismiss'")
        .bind(tenant.id.0)
        .fetch_one(tx.conn())
        .await
        .unwrap();
    assert_eq!(audited, 1);
}

#[tokio::test]
async fn the_search_looks_into_errors_ids_and_the_words_of_jobs() {
    let world = World::new(Ports::new());
    let (tenant, other) = (world.brokerage().await, world.brokerage().await);
    let (one, two) = (Uuid::now_v7(), Uuid::now_v7());
    bury(&world, &tenant, one, "storage_unavailable").await;
    bury(&world, &tenant, two, "internal").await;
    assert_eq!(found(&world, &tenant, "Storage", None).await, [one]);
    assert_eq!(found(&world, &tenant, &two.to_string(), None).await, [two]);
    assert_eq!(found(&world, &tenant, "polish", None).await, [two, one]);
    assert_eq!(found(&world, &tenant, "nothing", None).await, Vec::<Uuid>::new());
    assert_eq!(found(&world, &other, "", None).await, Vec::<Uuid>::new(), "another tenant's are not seen");
}

use crm::customers::{CustomerInput, ListFilter, ProfilePatch, service};
use kernel::{Kind, app::Ports, paging::PageRequest};
use testkit::World;

use crate::customers::{asha, create};

#[tokio::test]
async fn another_tenant_finds_nothing_by_any_key() {
    let world = World::new(Ports::new());
    let (a, b) = (world.brokerage().await, world.brokerage().await);
    let customer = create(&world, &world.staff(&a), asha()).await;
    let mut tx = world.staff(&b).begin_read().await.unwrap();
    assert_eq!(service::get(&mut tx, customer.id).await.unwrap_err().kind, Kind::NotFound);
    assert_eq!(service::list(&mut tx, &PageRequest::default(), &ListFilter::default()).await.unwrap().count, 0);
    assert!(service::find_by_email(&mut tx, "asha.mwangi@example.com").await.unwrap().is_empty());
    drop(tx);
    let same = create(&world, &world.staff(&b), asha()).await;
    assert_eq!(same.number, "CUS-2026-00001", "numbers are the tenant's own");
}

#[tokio::test]
async fn a_customer_sees_and_changes_only_its_own_profile() {
    let world = World::new(Ports::new());
    let tenant = world.brokerage().await;
    let staff = world.staff(&tenant);
    let own = create(&world, &staff, asha()).await;
    let other = create(&world, &staff, CustomerInput { email: "other@example.com".into(), phone: "0700000109".into(), ..asha() }).await;

    let mut tx = world.customer(&tenant, own.id.0).begin_write().await.unwrap();
    assert_eq!(service::list(&mut tx, &PageRequest::default(), &ListFilter::default()).await.unwrap().count, 1);
    assert_eq!(service::get(&mut tx, other.id).await.unwrap_err().kind, Kind::NotFound);
    let patch = ProfilePatch { version: own.version, city: Some("Kisumu".into()), phone: Some("0700000110".into()), ..ProfilePatch::default() };
    let refused = service::update(&mut tx, &world.app.sealer, other.id, patch.clone().into()).await.unwrap_err();
    assert_eq!(refused.kind, Kind::NotFound);
    let changed = service::update(&mut tx, &world.app.sealer, own.id, patch.into()).await.unwrap();
    assert_eq!((changed.address.city.as_str(), changed.phone.as_deref()), ("Kisumu", Some("+254700000110")));
    for table in ["parties", "contact_points", "party_identifiers", "party_addresses", "party_terms"] {
        let sql = sqlx::AssertSqlSafe(format!("select count(*) from {table} where {} <> $1", if table == "parties" { "id" } else { "party_id" }));
        let foreign: i64 = sqlx::query_scalar(sql).bind(own.party.0).fetch_one(tx.conn()).await.unwrap();
        assert_eq!(foreign, 0, "{table}");
    }
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_visitor_sees_no_customer_and_makes_none() {
    let world = World::new(Ports::new());
    let tenant = world.brokerage().await;
    create(&world, &world.staff(&tenant), asha()).await;
    let mut tx = world.visitor(&tenant).begin_write().await.unwrap();
    assert_eq!(service::list(&mut tx, &PageRequest::default(), &ListFilter::default()).await.unwrap().count, 0);
    assert!(service::find_by_email(&mut tx, "asha.mwangi@example.com").await.unwrap().is_empty());
    assert!(service::create(&mut tx, &world.app.sealer, asha()).await.is_err());
}

//! Rules by which payments are sent to payment plugins.

use integrations::routing::{self, RouteInput};
use kernel::{
    AppResult, Kind, Scope,
    money::{Currency, Money},
};
use ports::payment::PaymentGateway;
use uuid::Uuid;

use crate::world::Wired;

fn rule(installation: Uuid) -> RouteInput {
    RouteInput { place: 10, method: None, currency: "KES".into(), from_minor: 0, to_minor: None, installation }
}

async fn create(wired: &Wired, scope: &Scope, input: RouteInput) -> AppResult<Uuid> {
    let mut tx = scope.begin_write().await?;
    let id = routing::create(&wired.integrations, &mut tx, input).await?;
    tx.commit().await?;
    Ok(id)
}

#[tokio::test]
async fn a_rule_names_what_there_is_and_says_beside_its_fields_what_cannot_be() {
    let wired = Wired::new().await;
    let tenant = wired.world.brokerage().await;
    let staff = wired.world.staff(&tenant);
    let id = wired.install(&staff).await;
    let wrong = RouteInput { place: 0, method: Some("gold".into()), from_minor: 5, to_minor: Some(4), currency: "XXX".into(), installation: id };
    let error = create(&wired, &staff, wrong).await.unwrap_err();
    let mut fields: Vec<String> = error.fields.iter().map(|field| field.field.to_string()).collect();
    fields.sort();
    assert_eq!((error.kind, fields), (Kind::Invalid, ["currency", "method", "place", "to"].map(str::to_owned).to_vec()));
    let stranger = create(&wired, &staff, rule(Uuid::now_v7())).await.unwrap_err();
    assert_eq!(stranger.fields[0].field, "installation");

    let made = create(&wired, &staff, RouteInput { method: Some(" mpesa ".into()), ..rule(id) }).await.unwrap();
    let mut tx = staff.begin_write().await.unwrap();
    let seen = routing::get(&mut tx, made).await.unwrap();
    assert_eq!((seen.method.as_deref(), seen.version), (Some("mpesa"), 1));
    routing::change(&wired.integrations, &mut tx, made, 1, rule(id)).await.unwrap();
    assert!(routing::change(&wired.integrations, &mut tx, made, 1, rule(id)).await.unwrap_err().is("route.changed"));
    assert!(routing::remove(&mut tx, made, 1).await.unwrap_err().is("route.changed"));
    routing::remove(&mut tx, made, 2).await.unwrap();
    assert!(routing::get(&mut tx, made).await.unwrap_err().is("route.not_found"));
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn checkout_is_told_the_rules_and_another_tenant_is_not() {
    let wired = Wired::new().await;
    let (tenant, other) = (wired.world.brokerage().await, wired.world.brokerage().await);
    let staff = wired.world.staff(&tenant);
    let (id, _) = (wired.live(&tenant).await, wired.live(&other).await);
    create(&wired, &staff, RouteInput { from_minor: 1_000_000, ..rule(id) }).await.unwrap();
    let routes = wired.integrations.routes(&wired.world.visitor(&tenant)).await.unwrap();
    assert_eq!((routes.len(), routes[0].method.as_str(), routes[0].rules.len()), (1, "mpesa", 1));
    assert_eq!(routes[0].best(Money::new(150_000, Currency::KES)).map(|method| method.installation), Some(id), "no rule speaks of it");
    let theirs = wired.integrations.routes(&wired.world.visitor(&other)).await.unwrap();
    assert!(theirs[0].rules.is_empty());
}

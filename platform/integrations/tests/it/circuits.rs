//! Calls wait while a provider is down.

use integrations::{
    circuits,
    installs::{self, SettingsMode},
};
use ports::{
    PortError,
    payment::{Collect, Payer, PaymentGateway},
};
use simulators::daraja::{Ack, Answer, Plan, Rule};

use crate::world::{Wired, request};

#[tokio::test]
async fn after_failures_in_a_row_new_calls_wait_and_one_that_works_lets_them_through() {
    let wired = Wired::new().await;
    let (tenant, other) = (wired.world.brokerage().await, wired.world.brokerage().await);
    let (staff, scope) = (wired.world.staff(&tenant), wired.world.system(&tenant));
    let (id, theirs) = (wired.live(&tenant).await, wired.live(&other).await);
    let mut tx = scope.begin_write().await.unwrap();
    sqlx::query(
        "insert into plugin_circuits (tenant_id, installation_id, failures, opened, open_until, reason, updated_at)
         values ($1, $2, 5, 1, now() + interval '1 hour', 'down', now())",
    )
    .bind(tenant.id.0)
    .bind(id)
    .execute(tx.conn())
    .await
    .unwrap();
    tx.commit().await.unwrap();

    let refused = wired.integrations.collect(&scope, request(id)).await;
    assert!(matches!(refused, Err(PortError::Retryable { after_ms: Some(ms), .. }) if ms > 3_000_000), "{refused:?}");
    let shown = wired.view(&staff, id).await.unwrap().circuit.unwrap();
    assert_eq!((shown.failures, shown.waits_until.is_some(), shown.reason.as_str()), (5, true, "down"));
    let payer = Payer { phone: Some("+254700000102".into()), ..request(theirs).payer };
    let made = wired.integrations.collect(&wired.world.system(&other), Collect { payer, ..request(theirs) }).await;
    assert!(!matches!(made, Err(PortError::Retryable { .. })), "another tenant's calls are made: {made:?}");

    let mut tx = staff.begin_write().await.unwrap();
    circuits::close(&mut tx, id).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(wired.view(&staff, id).await.unwrap().circuit, None);
    let made = wired.integrations.collect(&scope, request(id)).await;
    assert!(!matches!(made, Err(PortError::Retryable { .. })), "{made:?}");
}

#[tokio::test]
async fn failures_are_counted_until_a_check_passes() {
    let wired = Wired::new().await;
    let tenant = wired.world.brokerage().await;
    let (staff, scope) = (wired.world.staff(&tenant), wired.world.system(&tenant));
    let id = wired.live(&tenant).await;
    wired.daraja.script(Rule::next(Plan { ack: Ack::Dropped, ..Plan::answer(Answer::Approve) }));
    assert!(wired.integrations.collect(&scope, request(id)).await.is_err());
    let shown = wired.view(&staff, id).await.unwrap().circuit.unwrap();
    assert_eq!((shown.failures, shown.waits_until), (1, None));
    assert!(installs::check(&wired.integrations, &staff, id, SettingsMode::Live).await.unwrap().passed);
    assert_eq!(wired.view(&staff, id).await.unwrap().circuit, None);
}

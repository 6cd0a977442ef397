//! What is grave asks for a proof that the person is there, at the API as a whole.

use axum::http::StatusCode;
use kernel::routes::{Access, Face};
use serde_json::json;

use crate::house::{Host, House};

#[tokio::test]
async fn every_operation_with_a_sensitive_permission_asks_whoever_logged_in_long_ago() {
    let house = House::open().await;
    let tenant = house.brokerage().await;
    let everything = house.permissions.iter().copied().collect();
    let token = house.staff(&tenant, &everything).await;
    let mut tx = house.system(&tenant).begin_write().await.expect("a transaction");
    sqlx::query("update sessions set confirmed_at = now() - interval '1 hour' where tenant_id = $1")
        .bind(tenant.id.0)
        .execute(tx.conn())
        .await
        .expect("sessions");
    tx.commit().await.expect("commit");
    let catalogue = identity::identity(&house.app).expect("identity").catalogue().clone();
    let (mut asked, mut others) = (0, 0);
    for route in house.table.iter().filter(|route| route.face == Face::Api && route.method != "GET") {
        let Access::Staff(permission) = route.access else { continue };
        let path = route.path.split('/').map(|part| if part.starts_with('{') { "018f0000-0000-7000-8000-000000000000" } else { part });
        let path = format!("/api/v1{}", path.collect::<Vec<_>>().join("/"));
        let (status, answer) = house.ask(&tenant, Host::Office, &route.method, &path, Some(&token), Some(&json!({}))).await;
        let refused = status == StatusCode::FORBIDDEN && answer["code"] == "identity.confirmation_needed";
        assert_eq!(refused, catalogue.is_sensitive(permission), "{} {path}: {status} {answer}", route.method);
        if refused { asked += 1 } else { others += 1 }
    }
    assert!(asked > 5 && others > 5, "{asked} and {others}");
}

//! What one tenant has is nothing to another.

use integrations::installs::{self, SettingsMode};
use kernel::Kind;
use ports::{PortError, payment::PaymentGateway};
use simulators::daraja::Profile;

use crate::world::{Wired, good, request};

#[tokio::test]
async fn another_tenants_installation_does_not_exist() {
    let wired = Wired::new().await;
    let (a, b) = (wired.world.brokerage().await, wired.world.brokerage().await);
    let id = wired.live(&a).await;
    let stranger = wired.world.staff(&b);
    assert_eq!(wired.view(&stranger, id).await.unwrap_err().kind, Kind::NotFound);
    assert_eq!(wired.configure(&stranger, id, SettingsMode::Live, good(Profile::Production)).await.unwrap_err().kind, Kind::NotFound);
    assert_eq!(installs::check(&wired.integrations, &stranger, id, SettingsMode::Live).await.unwrap_err().kind, Kind::NotFound);
    assert_eq!(installs::disable(&wired.integrations, &stranger, id).await.unwrap_err().kind, Kind::NotFound);
    assert!(wired.integrations.methods(&stranger).await.unwrap().is_empty());
    let refused = wired.integrations.collect(&wired.world.system(&b), request(id)).await;
    assert!(matches!(refused, Err(PortError::Unsupported(_))), "{refused:?}");
    assert!(wired.daraja.book().prompts.is_empty());
}

#[tokio::test]
async fn customers_and_visitors_see_nothing_of_plugins() {
    let wired = Wired::new().await;
    let tenant = wired.world.brokerage().await;
    let id = wired.live(&tenant).await;
    for scope in [wired.world.visitor(&tenant), wired.world.customer(&tenant, uuid::Uuid::now_v7())] {
        assert_eq!(wired.view(&scope, id).await.unwrap_err().kind, Kind::NotFound);
        let mut tx = scope.begin_read().await.unwrap();
        for table in
            ["plugin_installations", "plugin_secrets", "plugin_kv", "plugin_calls", "hook_tokens", "webhook_deliveries", "plugin_configurations"]
        {
            let sql = format!("select count(*) from {table}");
            let rows: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(tx.conn()).await.unwrap();
            assert_eq!(rows, 0, "{table}");
        }
    }
}

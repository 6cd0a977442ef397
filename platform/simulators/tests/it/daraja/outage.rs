//! The whole gateway is ill, then recovers.

use std::time::Duration;

use serde_json::json;
use simulators::daraja::Outage;

use super::world::{PHONE, World};

#[tokio::test]
async fn errors_hit_every_endpoint_until_the_outage_is_over() {
    let world = World::new().await;
    world.control("PATCH", "/_sim/settings", json!({"outage": "server_error"})).await;
    assert_eq!(world.oauth(&world.basic(), "127.0.0.1").await.error().1, "500.003.1001");
    world.control("PATCH", "/_sim/settings", json!({"outage": "busy"})).await;
    assert_eq!(world.oauth(&world.basic(), "127.0.0.1").await.error().1, "500.003.02");
    world.control("PATCH", "/_sim/settings", json!({"outage": null})).await;
    assert_eq!(world.push(PHONE, 10).await.status, 200);
}

#[tokio::test]
async fn connections_can_be_dropped_or_left_hanging() {
    let world = World::new().await;
    let ask = || world.http.get(world.url("/oauth/v1/generate")).timeout(Duration::from_millis(100)).send();
    world.daraja.set(|settings| settings.outage = Some(Outage::Dropped));
    let dropped = ask().await.unwrap_err();
    assert!(!dropped.is_timeout(), "{dropped}");
    world.daraja.set(|settings| settings.outage = Some(Outage::Silent));
    assert!(ask().await.unwrap_err().is_timeout());
    world.daraja.shutdown().await;
}

//! Point 12: beyond a few requests a second the gateway answers with its own envelope.

use simulators::daraja::{Merchant, Profile, Settings};

use super::world::{World, merchant};

async fn flood(merchant: Merchant) -> (usize, super::world::Reply) {
    let world = World::with(merchant, Settings { spike_arrest: Some(3), ..Settings::default() }).await;
    let token = world.token().await;
    for answered in 0..50 {
        let reply = world.query_as(&token, "ws_CO_1").await;
        if reply.body.get("fault").is_some() {
            return (answered, reply);
        }
    }
    panic!("never arrested");
}

#[tokio::test]
async fn the_sandbox_arrests_a_spike_with_429() {
    let (answered, reply) = flood(merchant()).await;
    assert!(answered >= 2, "the token was the first of three");
    assert_eq!(reply.status, 429);
    assert_eq!(reply.body["fault"]["detail"]["errorcode"], "policies.ratelimit.SpikeArrestViolation");
    let text = reply.body["fault"]["faultstring"].as_str().unwrap();
    assert!(text.starts_with("Spike arrest violation. Allowed rate : "), "{text}");
}

#[tokio::test]
async fn production_arrests_it_with_500() {
    let (_, reply) = flood(Merchant { profile: Profile::Production, ..merchant() }).await;
    assert_eq!(reply.status, 500);
    assert_eq!(reply.body["fault"]["detail"]["errorcode"], "policies.ratelimit.SpikeArrestViolation");
}

#[tokio::test]
async fn other_apps_are_not_arrested() {
    let mut world = World::with(merchant(), Settings { spike_arrest: Some(2), ..Settings::default() }).await;
    let token = world.token().await;
    world.query_as(&token, "ws_CO_1").await;
    world.merchant = Merchant::fictitious("Other Sample", "600222");
    world.daraja.add_merchant(world.merchant.clone()).unwrap();
    assert_eq!(world.oauth(&world.basic(), "127.0.0.1").await.status, 200);
}

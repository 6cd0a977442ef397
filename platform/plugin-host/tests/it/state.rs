//! Key-value store, objects, look-ups and addresses, as a guest sees them.

use crate::support::{Installation, World, message, request};

#[tokio::test]
async fn values_have_versions_and_conflicts() {
    let world = World::new().await;
    assert_eq!(world.learn("kv", "").await, "Ok(1) Err(HostError::Conflict) Ok(Some([49])) Ok([\"a\"]) Ok(true)");
}

#[tokio::test]
async fn a_value_beyond_64_kib_is_too_large() {
    let world = World::new().await;
    assert_eq!(world.learn("kv-big", "65536").await, "Ok(1)");
    assert_eq!(world.learn("kv-big", "65537").await, "Err(HostError::TooLarge(65536))");
}

#[tokio::test]
async fn a_guest_sees_its_own_objects_and_those_it_was_handed() {
    let world = World::new().await;
    let report = world.run("blob", "").await;
    assert_eq!(report.created_blobs, ["blob-0"]);
    assert_eq!(message(report), "5 Ok([101, 108, 108])");
    assert_eq!(world.learn("blob-foreign", "blob-0").await, "Some(HostError::NotFound)");

    let installation = Installation::new("blob", "");
    world.plugin.collect(world.spec(&installation), request()).await.outcome.expect("no failure").expect("made");
    let mut next = Installation::new("blob-foreign", "blob-0");
    std::sync::Arc::get_mut(&mut next).expect("one owner").share_blobs(&installation);
    let mut spec = world.spec(&next);
    spec.blobs.push("blob-0".to_owned());
    assert_eq!(message(world.plugin.collect(spec, request()).await), "None");
}

#[tokio::test]
async fn look_ups_and_addresses_follow_the_manifest() {
    let world = World::new().await;
    assert_eq!(world.learn("lookup", "payable-by-reference").await, "None");
    assert!(world.learn("lookup", "contact-by-phone").await.contains("lookups = [\\\"contact-by-phone\\\"]"));
    assert_eq!(world.learn("hook", "report").await, "https://tenant.example.com/hooks/report-abc");
    assert!(world.learn("hook", "other").await.contains("[[webhook]]"));
}

#[tokio::test]
async fn random_bytes_come_in_the_asked_number() {
    let world = World::new().await;
    assert_eq!(world.learn("random", "1024").await, "1024");
    assert!(world.run("random", "1025").await.outcome.is_err());
}

#[tokio::test]
async fn the_report_names_what_the_guest_asked_of_the_host_in_order() {
    let world = World::new().await;
    let report = world.run("kv", "").await;
    let names: Vec<&str> = report.timeline.iter().map(|call| call.name).filter(|name| name.starts_with("kv.")).collect();
    assert_eq!(names.first(), Some(&"kv.set"));
    assert!(names.contains(&"kv.compare-and-set") && names.contains(&"kv.list-keys"), "{names:?}");
    assert!(report.timeline.windows(2).all(|pair| pair[0].at <= pair[1].at));
    assert_eq!(report.timeline.len(), report.usage.host_calls as usize);
    assert!(report.usage.fuel > 0);
}

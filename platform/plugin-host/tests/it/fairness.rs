//! Tenants do not feel each other: places, turns, and what happens to those who always take too much.

use std::sync::Arc;
use std::time::Duration;

use plugin_host::{CallFailure, Scope};
use uuid::Uuid;

use crate::support::{Installation, World, payment, request, spec};

const LOUD: Uuid = Uuid::from_u128(1);
const QUIET: Uuid = Uuid::from_u128(2);

#[tokio::test]
async fn a_neighbour_is_served_while_sixteen_loops_run() {
    let world = Arc::new(World::new().await);
    let mut loops = Vec::new();
    for _ in 0..16 {
        let world = Arc::clone(&world);
        loops.push(tokio::spawn(async move {
            let mut spec = spec(&world.manifest, &Installation::new("loop", ""), LOUD);
            // Long enough for a machine that has other things to do as well: only CPU time ends these calls.
            spec.limits.cpu = Duration::from_millis(300);
            spec.limits.queue = Duration::from_secs(300);
            spec.limits.wall = Duration::from_secs(300);
            world.plugin.collect(spec, request()).await
        }));
    }
    // The neighbour finishes fifty calls before the loops have used up the time they may.
    for _ in 0..50 {
        let spec = spec(&world.manifest, &Installation::new("nothing", ""), QUIET);
        world.plugin.query(spec, payment()).await.outcome.expect("no failure").expect("an outcome");
    }
    assert!(loops.iter().filter(|task| !task.is_finished()).count() >= 8, "the loops were over before the neighbour was served");
    for task in loops {
        assert!(matches!(task.await.expect("no panic").outcome, Err(CallFailure::CpuBudget(_))));
    }
}

#[tokio::test]
async fn a_tenant_has_its_places_and_no_more() {
    let world = World::with(|config| config.places.per_tenant = 2).await;
    let waiting = Installation::new("fetch", "https://api.example.com/hang");
    let slow = || {
        let mut spec = spec(&world.manifest, &waiting, LOUD);
        spec.limits.wall = Duration::from_secs(2);
        spec.limits.queue = Duration::from_millis(50);
        world.plugin.collect(spec, request())
    };
    let (first, second, third) = tokio::join!(slow(), slow(), slow());
    let busy = [first, second, third].into_iter().filter(|report| report.outcome.as_ref().err() == Some(&CallFailure::Busy(Scope::Tenant))).count();
    assert_eq!(busy, 1);
}

#[tokio::test]
async fn five_cpu_offences_leave_one_place() {
    let world = World::new().await;
    let short = |tenant| {
        let mut spec = spec(&world.manifest, &Installation::new("loop", ""), tenant);
        spec.limits.cpu = Duration::from_millis(20);
        world.plugin.collect(spec, request())
    };
    for n in 0..5 {
        assert!(!world.host.is_restricted(LOUD), "after {n}");
        assert!(matches!(short(LOUD).await.outcome, Err(CallFailure::CpuBudget(_))));
    }
    assert!(world.host.is_restricted(LOUD));
    assert!(!world.host.is_restricted(QUIET));
    let slow = |tenant| {
        let mut spec = spec(&world.manifest, &Installation::new("fetch", "https://api.example.com/hang"), tenant);
        spec.limits.wall = Duration::from_secs(2);
        spec.limits.queue = Duration::from_millis(50);
        world.plugin.collect(spec, request())
    };
    let (one, other, neighbour_one, neighbour_other) = tokio::join!(slow(LOUD), slow(LOUD), slow(QUIET), slow(QUIET));
    let busy = |reports: [&plugin_host::Answer<plugin_host::model::payments::Outcome>; 2]| {
        reports.iter().filter(|r| r.outcome.as_ref().err() == Some(&CallFailure::Busy(Scope::Tenant))).count()
    };
    assert_eq!(busy([&one, &other]), 1);
    assert_eq!(busy([&neighbour_one, &neighbour_other]), 0);
}

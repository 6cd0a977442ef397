//! Each way to misbehave ends in the outcome that names it, and leaves nothing behind.

use std::time::Duration;

use plugin_host::{CallFailure, LimitKind, TrapKind};

use crate::support::{World, message};

async fn failure(world: &World, behaviour: &str, arg: &str) -> CallFailure {
    world.run(behaviour, arg).await.outcome.expect_err("a failure")
}

fn trap_kind(failure: CallFailure) -> TrapKind {
    match failure {
        CallFailure::Trap { kind, .. } => kind,
        other => panic!("no trap: {other:?}"),
    }
}

#[tokio::test]
async fn an_endless_loop_uses_up_its_cpu_time() {
    let world = World::new().await;
    let report = world.run("loop", "").await;
    assert_eq!(report.outcome.expect_err("a failure"), CallFailure::CpuBudget(Duration::from_millis(200)));
    assert!(report.usage.cpu >= Duration::from_millis(200), "{:?}", report.usage.cpu);
}

#[tokio::test]
async fn endless_host_calls_end_at_their_number() {
    let world = World::new().await;
    let report = world.run_within("host-calls", "", |spec| spec.limits.cpu = Duration::from_secs(20)).await;
    assert_eq!(report.outcome.expect_err("a failure"), CallFailure::Limit(LimitKind::HostCalls));
    assert_eq!(report.usage.host_calls, 10_001);
}

#[tokio::test]
async fn a_memory_bomb_stops_at_the_limit_and_gives_everything_back() {
    let world = World::new().await;
    let report = world.run("memory-bomb", "").await;
    assert_eq!(report.outcome.expect_err("a failure"), CallFailure::MemoryLimit(32 << 20));
    assert!(report.usage.memory_peak <= 32 << 20 && report.usage.memory_peak > 20 << 20, "{}", report.usage.memory_peak);
    assert_eq!(world.host.memory_in_use(), 0);
}

#[tokio::test]
async fn a_guest_that_copes_with_refused_memory_goes_on() {
    let world = World::new().await;
    let mebibytes: usize = world.learn("memory-polite", "").await.parse().expect("a number");
    assert!((20..32).contains(&mebibytes), "{mebibytes}");
}

#[tokio::test]
async fn the_process_budget_holds_where_the_calls_own_limit_would_not() {
    let world = World::with(|config| config.memory_bytes = 8 << 20).await;
    assert_eq!(failure(&world, "memory-bomb", "").await, CallFailure::HostMemory);
    assert_eq!(world.host.memory_in_use(), 0);
}

#[tokio::test]
async fn deep_recursion_is_a_trap() {
    let world = World::new().await;
    let kind = trap_kind(failure(&world, "recursion", "").await);
    assert!(matches!(kind, TrapKind::StackOverflow | TrapKind::MemoryOutOfBounds), "{kind:?}");
}

#[tokio::test]
async fn a_panic_is_a_trap_and_the_next_call_is_not_affected() {
    let world = World::new().await;
    assert_eq!(trap_kind(failure(&world, "panic", "").await), TrapKind::Unreachable);
    assert_eq!(world.learn("nothing", "").await, "");
}

#[tokio::test]
async fn a_huge_result_is_refused_and_a_large_one_is_not() {
    let world = World::new().await;
    assert_eq!(failure(&world, "huge-result", "8388608").await, CallFailure::Limit(LimitKind::Transfer));
    assert_eq!(world.learn("huge-result", "1048576").await.len(), 1 << 20);
}

#[tokio::test]
async fn a_result_that_is_not_utf8_is_malformed() {
    let world = World::new().await;
    assert_eq!(trap_kind(failure(&world, "malformed-result", "").await), TrapKind::MalformedResult);
}

#[tokio::test]
async fn a_flood_of_log_lines_is_cut_and_counted() {
    let world = World::new().await;
    let report = world.run_within("huge-log", "", |spec| {
        spec.limits.cpu = Duration::from_secs(20);
        spec.limits.host_calls = 200_000;
    });
    let report = report.await;
    assert_eq!(report.logs.len(), 64);
    assert_eq!(report.logs_dropped, 100_000 - 64);
    assert!(report.logs.iter().all(|line| line.message.len() == 2 << 10));
}

#[tokio::test]
async fn one_giant_log_line_is_refused_before_it_is_copied() {
    let world = World::new().await;
    assert_eq!(failure(&world, "one-huge-log", "").await, CallFailure::Limit(LimitKind::Transfer));
}

#[tokio::test]
async fn log_lines_show_no_secret_and_no_phone_number() {
    let world = World::new().await;
    let report = world.run("log", "paid by 254700000101").await;
    let line = report.logs.first().expect("a line");
    assert_eq!(line.message, "paid by 254***01");
    assert_eq!(line.values, [("phone".to_owned(), "+254***01".to_owned())]);
}

#[tokio::test]
async fn hoarded_handles_end_at_their_number() {
    let world = World::new().await;
    assert_eq!(failure(&world, "handles", "").await, CallFailure::Limit(LimitKind::Handles));
}

#[tokio::test]
async fn work_that_the_host_does_for_a_guest_counts_as_the_guests() {
    let world = World::new().await;
    let report = world.run("digest-objects", "1000").await;
    assert_eq!(report.outcome.expect_err("a failure"), CallFailure::CpuBudget(Duration::from_millis(200)));
    assert_eq!(world.learn("digest-objects", "2").await, "true");
    assert_eq!(world.learn("digest-objects", "1001").await, "false", "nobody needs so many parts");
}

#[tokio::test]
async fn what_the_host_keeps_for_a_guest_is_bounded_too() {
    let world = World::new().await;
    assert_eq!(world.learn("ticket-bomb", "8192").await, "issued");
    assert_eq!(world.learn("ticket-bomb", "8193").await, "HostError::TooLarge(8192)");
    assert_eq!(world.learn("blob-kind", "100").await, "true");
    assert_eq!(world.learn("blob-kind", "101").await, "false");
    assert_eq!(world.learn("hook-flood", "report").await, "64");
    assert_eq!(world.learn("lookup-flood", "payable-by-reference").await, "200");
    assert_eq!(world.learn("kv-nul", "").await, "true true");
}

#[tokio::test]
async fn a_request_of_absurd_size_is_refused_before_anything_is_sent() {
    let world = World::new().await;
    assert!(world.learn("many-headers", "https://api.example.com/ok").await.starts_with("invalid: a request has at most 100 headers"));
    let report = world.run("long-address", "https://api.example.com/ok").await;
    assert!(report.exchanges.is_empty(), "the call log does not keep it either");
    assert_eq!(message(report), "invalid: an address has at most 8192 bytes");
    assert!(world.provider.requests().is_empty());
}

#[tokio::test]
async fn a_call_that_waits_too_long_ends_at_its_deadline_and_tells_what_it_waited_for() {
    let world = World::new().await;
    let report = world.run_within("fetch", "https://api.example.com/hang", |spec| spec.limits.wall = Duration::from_millis(300)).await;
    // The request's own time ends no later than the call's, so either of them may be the one to speak.
    match &report.outcome {
        Err(failure) => assert_eq!(*failure, CallFailure::Deadline(Duration::from_millis(300))),
        Ok(answer) => assert!(answer.as_ref().expect("an outcome").message.as_deref().is_some_and(|m| m.starts_with("maybe-sent"))),
    }
    assert!(report.may_have_acted());
    assert!(report.usage.cpu < Duration::from_millis(100), "waiting is not CPU time: {:?}", report.usage.cpu);
}

#[tokio::test]
async fn a_trap_after_sending_is_told_apart_from_a_trap_before() {
    let world = World::new().await;
    let after = world.run("fetch-then-panic", "https://api.example.com/ok").await;
    assert!(after.outcome.is_err() && after.may_have_acted());
    let before = world.run("panic", "").await;
    assert!(before.outcome.is_err() && !before.may_have_acted());
}

#[tokio::test]
async fn the_thousandth_request_is_not_made() {
    let world = World::new().await;
    let report = world.run("fetch-many", "https://api.example.com/ok").await;
    assert_eq!(report.exchanges.len(), 16);
    assert_eq!(message(report), "984");
    assert_eq!(world.provider.requests().len(), 16);
}

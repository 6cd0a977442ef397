//! Secrets leave only in requests, only to where the manifest says; tokens are the host's affair.

use std::sync::Arc;

use crate::support::{Installation, World, message, request};

const PASSWORD: &str = "correct horse battery";

#[tokio::test]
async fn a_ticket_becomes_the_secret_in_the_request_and_nowhere_else() {
    let world = World::new().await;
    let report = world.run("basic", "https://api.example.com/ok").await;
    let sent = world.provider.requests().concat();
    // base64 of `user:correct horse battery`
    assert!(sent.contains("authorization: Basic dXNlcjpjb3JyZWN0IGhvcnNlIGJhdHRlcnk=\r\n"), "{sent}");
    let shown = format!("{:?}", report.exchanges) + &format!("{:?}", report.logs);
    assert!(!shown.contains(PASSWORD) && !shown.contains("dXNlcjpjb3"), "{shown}");
    assert_eq!(message(report), "200 fine");
}

#[tokio::test]
async fn a_secret_that_a_provider_sends_back_is_masked_in_the_call_log() {
    let world = World::new().await;
    let report = world.run("basic", "https://api.example.com/echo").await;
    let exchange = report.exchanges.first().expect("an exchange");
    assert!(!exchange.response_excerpt.contains("dXNlcjpjb3"), "{}", exchange.response_excerpt);
}

#[tokio::test]
async fn a_secret_travels_neither_to_another_host_nor_in_another_part() {
    let world = World::new().await;
    assert_eq!(
        world.learn("basic", "https://inside.example.com/").await,
        "denied: [config.password] hosts = [\"inside.example.com\"], parts = [\"header\"]"
    );
    assert_eq!(
        world.learn("secret-in-body", "https://api.example.com/ok").await,
        "denied: [config.password] hosts = [\"api.example.com\"], parts = [\"body\"]"
    );
    assert!(world.provider.requests().is_empty());
}

#[tokio::test]
async fn revealing_and_hashing_need_manifest_and_grant() {
    let world = World::new().await;
    assert_eq!(world.learn("reveal", "open").await, "open sesame");
    assert!(world.learn("reveal", "password").await.contains("[config.password] reveal"));
    assert!(world.learn("digest", "open").await.starts_with("Ok("));
    assert!(world.learn("digest", "password").await.contains("[config.password] digest"));
    let ungranted = world.run_within("reveal", "open", |spec| spec.grants = Arc::default()).await;
    assert!(message(ungranted).contains("not granted that open is revealed"));
}

#[tokio::test]
async fn a_secret_is_no_setting_and_a_setting_no_secret() {
    let world = World::new().await;
    assert_eq!(world.learn("setting", "password").await, "None");
    assert_eq!(world.learn("setting", "client_id").await, "Some(\"client\")");
    assert_eq!(world.learn("setting", "nothing_like_it").await, "None");
    assert!(world.learn("reveal", "client_id").await.contains("is no secret"));
}

#[tokio::test]
async fn guessing_ends_after_a_few_tries() {
    let world = World::new().await;
    // Three wrong ones, then the right one is still told, and then nothing any more.
    assert_eq!(world.learn("guess", PASSWORD).await, "0 true false");
    assert_eq!(world.learn("hmac-oracle", "password").await, "64");
}

#[tokio::test]
async fn an_access_token_is_fetched_once_kept_and_used_again() {
    let world = World::new().await;
    let installation = Installation::new("bearer", "https://api.example.com/ok");
    for _ in 0..2 {
        let report = world.plugin.collect(world.spec(&installation), request()).await;
        assert!(report.exchanges.iter().all(|e| e.status == Some(200)));
        assert_eq!(message(report), "200 fine");
    }
    assert_eq!(world.provider.tokens(), 1);
    let requests = world.provider.requests();
    // client:client-secret-text, by GET, with the query of the address as it stands
    assert!(requests[0].starts_with("GET /token?grant_type=client_credentials HTTP/1.1"), "{}", requests[0]);
    assert!(requests[0].contains("authorization: Basic Y2xpZW50OmNsaWVudC1zZWNyZXQtdGV4dA=="), "{}", requests[0]);
    assert!(requests[1].contains("authorization: Bearer token-1\r\n"));
    let token = installation.token.lock().expect("the lock").clone().expect("a token");
    assert!(token.expires_ms.is_some());
}

#[tokio::test]
async fn a_refused_token_is_renewed_once_a_call() {
    let world = World::new().await;
    let learned = world.learn("bearer-renewed", "https://api.example.com/refuse-token-1").await;
    assert_eq!(learned, "401  | Ok(()) | 200  | Err(HostError::Quota(\"one renewal a call\"))");
    assert_eq!(world.provider.tokens(), 2);
}

#[tokio::test]
async fn two_calls_at_once_fetch_one_token() {
    let world = World::new().await;
    let installation = Installation::new("bearer", "https://api.example.com/ok");
    let calls = (0..6).map(|_| world.plugin.collect(world.spec(&installation), request()));
    for report in futures::future::join_all(calls).await {
        assert_eq!(message(report), "200 fine");
    }
    assert_eq!(world.provider.tokens(), 1);
}

#[tokio::test]
async fn fetching_a_token_alone_is_not_acting() {
    let world = World::new().await;
    // The token may go to api.example.com only, and is therefore not even fetched.
    let report = world.run("bearer", "https://inside.example.com/").await;
    assert!(!report.may_have_acted());
    assert_eq!(world.provider.tokens(), 0);
}

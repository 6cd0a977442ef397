//! The way out: what is refused, what a provider can do to us, and what the plugin learns.

use std::io::ErrorKind;
use std::sync::Arc;
use std::time::Duration;

use plugin_host::{PostError, Posted};

use crate::support::{Installation, Rebinding, World, message, request};

#[tokio::test]
async fn what_the_manifest_does_not_name_is_refused_with_the_line_to_add() {
    let world = World::new().await;
    let refused = [
        "https://evil.example.net/",
        "https://api.example.com.evil.example.net/",
        "https://xapi.example.com/",
        "https://api.example.com:444/",
        "https://wild.example.com/",
        "https://a.b.wild.example.com/",
        "https://port.example.com/",
        "https://live.example.com/",
        "https://127.0.0.1/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://localhost/",
        "https://169.254.169.254/latest/meta-data",
    ];
    let learned = world.run_within("fetch-each", &refused.join("\n"), |spec| spec.limits.http_calls = 100).await;
    // The manifest's own wish of 16 still holds.
    for line in message(learned).lines() {
        assert!(line.contains("-> denied: "), "{line}");
    }
    let learned = world.learn("fetch", "https://evil.example.net:8443/").await;
    assert_eq!(learned, "denied: [capabilities] http = [{ host = \"evil.example.net\", port = 8443, why = \"…\", mode = \"test\" }]");
    assert!(world.provider.requests().is_empty());
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_too() {
    let world = World::new().await;
    let refused = [
        "http://api.example.com/",
        "ftp://api.example.com/",
        "file:///etc/passwd",
        "gopher://api.example.com/",
        "https://user:word@api.example.com/",
        "https://user@api.example.com/",
        "nonsense",
    ];
    for line in world.learn("fetch-each", &refused.join("\n")).await.lines() {
        assert!(line.contains("-> invalid: "), "{line}");
    }
    assert!(world.provider.requests().is_empty());
}

#[tokio::test]
async fn a_name_with_one_private_address_is_refused_although_another_is_public() {
    let world = World::new().await;
    assert_eq!(world.learn("fetch", "https://inside.example.com/").await, "denied: inside.example.com does not lead to a public address");
    assert_eq!(world.learn("fetch", "https://a.wild.example.com/").await, "denied: a.wild.example.com does not lead to a public address");
}

/// Long enough to fail to reach an address where nobody is.
const BRIEF: Duration = Duration::from_millis(300);

#[tokio::test]
async fn what_was_checked_is_what_is_dialled_however_the_name_answers_afterwards() {
    let resolver = Arc::new(Rebinding::default());
    let world = World::with(|config| config.resolver = resolver.clone()).await;
    let inside = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    inside.set_nonblocking(true).expect("a socket that does not wait");
    let url = format!("https://hooks.example.com:{}/", inside.local_addr().expect("an address").port());
    let post = || world.host.post(&url, &[], "{}".into(), BRIEF);
    assert!(matches!(post().await, Err(PostError::NoAnswer(_))), "nobody is where the first answer led");
    assert_eq!(resolver.asked(), 1, "no second look between the check and the connection");
    for _ in 0..2 {
        let refused = PostError::Refused("hooks.example.com does not lead to a public address".to_owned());
        assert_eq!(post().await, Err(refused), "a retry is checked anew");
    }
    assert_eq!(inside.accept().map(drop).map_err(|error| error.kind()), Err(ErrorKind::WouldBlock), "nobody knocked inside");
}

#[tokio::test]
async fn a_plugin_that_follows_a_redirect_and_tries_again_is_checked_each_time() {
    let resolver = Arc::new(Rebinding::default());
    let world = World::with(|config| config.resolver = resolver.clone()).await;
    let urls = ["https://api.example.com/redirect-within", "https://a.wild.example.com/", "https://a.wild.example.com/"];
    let learned = message(world.run_within("fetch-each", &urls.join("\n"), |spec| spec.limits.http_timeout = BRIEF).await);
    let answers: Vec<&str> = learned.lines().filter_map(|line| line.split_once(" -> ")).map(|(_, answer)| answer).collect();
    let [redirect, followed, again] = answers[..] else { panic!("{learned}") };
    assert_eq!(redirect, "302 to https://a.wild.example.com/ ");
    assert!(followed.starts_with("not-sent: "), "{followed}");
    assert_eq!(again, "denied: a.wild.example.com does not lead to a public address");
    assert_eq!(resolver.asked(), 2, "one look for each request that leaves");
}

#[tokio::test]
async fn a_name_that_does_not_resolve_was_not_sent() {
    let world = World::new().await;
    let report = world.run("fetch", "https://b.wild.example.com/").await;
    assert!(!report.may_have_acted());
    assert!(message(report).starts_with("not-sent: "));
}

#[tokio::test]
async fn a_host_the_tenant_has_not_granted_is_refused() {
    let world = World::new().await;
    let report = world.run_within("fetch", "https://api.example.com/ok", |spec| spec.grants = std::sync::Arc::default()).await;
    assert_eq!(message(report), "denied: the tenant has not granted api.example.com:443");
}

#[tokio::test]
async fn a_host_typed_by_the_tenant_counts_once_it_is_approved() {
    let world = World::new().await;
    assert!(world.learn("fetch", "https://server.example.com/ok").await.starts_with("denied"));
    let report = world.run_within("fetch", "https://server.example.com/ok", |spec| {
        let mut grants = (*spec.grants).clone();
        grants.config_hosts.insert("server".to_owned(), "server.example.com:443".to_owned());
        spec.grants = grants.into();
    });
    assert_eq!(message(report.await), "200 fine");
}

#[tokio::test]
async fn a_redirect_is_handed_over_and_not_followed() {
    let world = World::new().await;
    assert_eq!(world.learn("fetch", "https://api.example.com/redirect").await, "302 to http://169.254.169.254/latest/meta-data ");
    assert_eq!(world.provider.requests().len(), 1);
}

#[tokio::test]
async fn an_oversized_answer_is_cut_whether_announced_or_not() {
    let world = World::new().await;
    for path in ["announced", "unannounced"] {
        let report = world.run("fetch", &format!("https://api.example.com/{path}")).await;
        assert!(report.may_have_acted());
        assert_eq!(message(report), "too-large: 1048576");
    }
}

#[tokio::test]
async fn an_oversized_answer_is_cut_on_its_way_into_an_object_too() {
    let world = World::new().await;
    for path in ["announced", "unannounced"] {
        let report = world.run_within("fetch-and-save", &format!("https://api.example.com/{path}"), |spec| spec.limits.blob_bytes = 1 << 20).await;
        assert!(report.created_blobs.is_empty());
        assert_eq!(message(report), "too-large: 1048576");
    }
    assert_eq!(world.learn("fetch-and-save", "https://api.example.com/ok").await, "200 blob 4");
}

#[tokio::test]
async fn an_endless_head_of_an_answer_is_not_read() {
    let world = World::new().await;
    let learned = world.learn("fetch", "https://api.example.com/long-head").await;
    assert!(learned.starts_with("maybe-sent: "), "{learned}");
}

#[tokio::test]
async fn a_dripping_answer_ends_with_the_time_of_the_request() {
    let world = World::new().await;
    let report = world.run_within("fetch", "https://api.example.com/drip", |spec| spec.limits.http_timeout = Duration::from_millis(200)).await;
    assert_eq!(message(report), "maybe-sent: the answer did not end in time");
}

#[tokio::test]
async fn a_connection_closed_without_answer_may_have_been_read() {
    let world = World::new().await;
    let report = world.run("fetch", "https://api.example.com/close").await;
    assert!(report.may_have_acted());
    assert!(message(report).starts_with("maybe-sent: "));
}

#[tokio::test]
async fn a_provider_that_is_not_there_was_not_reached() {
    let world = World::with(|config| {
        // A port that nobody listens on: taken and given back.
        let free = std::net::TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a port");
        config.overrides.insert("api.example.com", &format!("http://{free}")).expect("a stand-in");
    })
    .await;
    let report = world.run("fetch", "https://api.example.com/ok").await;
    assert!(!report.may_have_acted());
    assert!(message(report).starts_with("not-sent: "));
}

#[tokio::test]
async fn headers_of_the_host_cannot_be_set_and_the_provider_sees_its_own_name() {
    let world = World::new().await;
    for name in ["Host", "content-length", "Connection", "Transfer-Encoding", "X-Forwarded-For", "Proxy-Authorization", "expect"] {
        let learned = world.learn("fetch-with-header", &format!("{name} https://api.example.com/echo")).await;
        assert!(learned.starts_with("invalid: the header"), "{name}: {learned}");
    }
    let learned = world.learn("fetch-with-header", "x-request-id https://api.example.com/echo?a=b").await;
    assert!(
        learned.contains("GET /echo?a=b HTTP/1.1") && learned.contains("host: api.example.com\r\n") && learned.contains("x-request-id: x"),
        "{learned}"
    );
}

#[tokio::test]
async fn the_call_log_shows_the_exchange() {
    let world = World::new().await;
    let report = world.plugin.collect(world.spec(&Installation::new("fetch", "https://api.example.com/ok?secret=no")), request()).await;
    let exchange = report.exchanges.first().expect("an exchange");
    assert_eq!((exchange.method.as_str(), exchange.host.as_str(), exchange.path.as_str()), ("GET", "api.example.com:443", "/ok"));
    assert_eq!((exchange.status, exchange.error.as_deref(), exchange.response_excerpt.as_str()), (Some(200), None, "fine"));
}

#[tokio::test]
async fn what_the_platform_itself_sends_takes_the_same_way() {
    let world = World::new().await;
    let headers = [("webhook-id", "msg_1".to_owned())];
    let post = |url: &'static str| world.host.post(url, &headers, "{}".into(), Duration::from_secs(5));
    assert_eq!(post("https://api.example.com/ok").await, Ok(Posted { status: 200, body: b"fine".to_vec() }));
    let sent = world.provider.requests().remove(0);
    assert!(sent.starts_with("POST /ok HTTP/1.1\r\n") && sent.contains("webhook-id: msg_1\r\n") && sent.ends_with("\r\n\r\n{}"), "{sent}");
    assert_eq!(post("https://api.example.com/redirect").await.map(|posted| posted.status), Ok(302), "not followed");
    assert_eq!(post("https://api.example.com/announced").await.map(|posted| posted.body.len()), Ok(4096), "no more than that");
    for refused in ["https://inside.example.com/", "https://127.0.0.1/", "http://api.example.com/", "https://user@api.example.com/"] {
        assert!(matches!(post(refused).await, Err(PostError::Refused(_))), "{refused}");
    }
    assert!(matches!(post("https://nobody.example.com/").await, Err(PostError::NoAnswer(_))));
    assert!(matches!(post("https://api.example.com/close").await, Err(PostError::NoAnswer(_))));
}

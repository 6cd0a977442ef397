//! The attacks, by name.

use std::hint::black_box;

use crate::bindings::wakala::host::{blobs, clock, config, crypto, hooks, http, kv, log, lookup, secrets};

/// Runs one. `Err` for an unknown name.
pub fn run(behaviour: &str, arg: &str) -> Result<String, String> {
    Ok(match behaviour {
        "nothing" => String::new(),
        "loop" => endless(),
        "host-calls" => loop {
            black_box(clock::now_ms());
        },
        "memory-bomb" => memory_bomb(),
        "memory-polite" => memory_polite(),
        "recursion" => recursion(1).to_string(),
        "huge-result" => "x".repeat(number(arg)),
        "malformed-result" => malformed(),
        "panic" => panic!("on purpose"),
        "huge-log" => {
            for _ in 0..100_000 {
                log::write("info", &"y".repeat(10_000), &[]);
            }
            String::new()
        }
        "one-huge-log" => {
            log::write("info", &"z".repeat(16 << 20), &[]);
            String::new()
        }
        "log" => {
            log::write("warn", arg, &[("phone".to_owned(), "+254700000101".to_owned())]);
            String::new()
        }
        "handles" => handles(),
        "fetch" => fetch(arg, &[], Vec::new()),
        "fetch-and-save" => describe(http::send(&http::Request { save_body: true, ..request(arg, &[], Vec::new()) })),
        "fetch-many" => (0..1_000).map(|_| fetch(arg, &[], Vec::new())).filter(|answer| answer.starts_with("quota")).count().to_string(),
        "fetch-each" => arg.lines().map(|url| format!("{url} -> {}", fetch(url, &[], Vec::new()))).collect::<Vec<_>>().join("\n"),
        "fetch-then-panic" => {
            fetch(arg, &[], Vec::new());
            panic!("after sending")
        }
        "fetch-with-header" => {
            let (name, url) = arg.split_once(' ').ok_or("name and address")?;
            fetch(url, &[(name.to_owned(), http::Text::Plain("x".to_owned()))], Vec::new())
        }
        "many-headers" => fetch(arg, &(0..40_000).map(|n| (format!("x-{n}"), http::Text::Plain("x".to_owned()))).collect::<Vec<_>>(), Vec::new()),
        "long-address" => fetch(&format!("{arg}?{}", "x".repeat(1 << 20)), &[], Vec::new()),
        "bearer" => with_secret("access", arg, |secret| vec![("authorization".to_owned(), http::Text::Secret(secret.bearer()))]),
        "bearer-renewed" => renewed(arg),
        "basic" => with_secret("password", arg, |secret| vec![("authorization".to_owned(), http::Text::Secret(secret.basic("user")))]),
        "secret-in-body" => secret_in_body(arg),
        "reveal" => secret(arg).and_then(|secret| secret.reveal().map_err(|error| format!("{error:?}"))).unwrap_or_else(|error| error),
        "digest" => digest(arg),
        "digest-objects" => digest_objects(number(arg)),
        "ticket-bomb" => ticket_bomb(number(arg)),
        "guess" => guess(arg),
        "hmac-oracle" => hmac_oracle(arg),
        "setting" => format!("{:?}", config::get(arg)),
        "kv-big" => format!("{:?}", kv::set("key", &vec![0; number(arg)], None)),
        "kv-nul" => format!("{:?} {:?}", kv::set("a\0b", b"1", None).is_err(), kv::list_keys("", Some("a\0b")).is_err()),
        "kv" => kv_round(),
        "blob" => blob_round(),
        "blob-kind" => format!("{:?}", blobs::create(&"x".repeat(number(arg)), b"").is_ok()),
        "blob-foreign" => format!("{:?}", blobs::read(arg, 0, 10).err()),
        "lookup" => format!("{:?}", lookup::ask(arg, "{}").err()),
        "lookup-flood" => (0..1_000).take_while(|_| lookup::ask(arg, "{}").is_ok()).count().to_string(),
        "hook" => hooks::url(arg, Some("abc")).unwrap_or_else(|error| format!("{error:?}")),
        "hook-flood" => (0..1_000).take_while(|n: &u32| hooks::url(arg, Some(&n.to_string())).is_ok()).count().to_string(),
        "random" => crypto::random(number(arg) as u32).len().to_string(),
        other => return Err(format!("unknown behaviour {other}")),
    })
}

fn number(arg: &str) -> usize {
    arg.parse().unwrap_or_default()
}

fn endless() -> ! {
    let mut turns = 0u64;
    loop {
        turns = black_box(turns.wrapping_add(1));
    }
}

fn memory_bomb() -> String {
    let mut hoard: Vec<Vec<u8>> = Vec::new();
    loop {
        hoard.push(black_box(vec![1; 1 << 20]));
    }
}

fn memory_polite() -> String {
    let mut hoard: Vec<Vec<u8>> = Vec::new();
    loop {
        let mut more: Vec<u8> = Vec::new();
        if more.try_reserve_exact(1 << 20).is_err() {
            return hoard.len().to_string();
        }
        more.resize(1 << 20, 1);
        hoard.push(more);
    }
}

#[allow(unconditional_recursion, reason = "that is the attack")]
fn recursion(depth: u64) -> u64 {
    black_box(depth) + recursion(black_box(depth + 1)) + 1
}

fn malformed() -> String {
    // SAFETY: there is none. The host has to notice that this is not UTF-8.
    #[allow(unsafe_code, reason = "the interface cannot be broken without")]
    unsafe {
        String::from_utf8_unchecked(vec![0xff, 0xfe, 0xfd])
    }
}

fn handles() -> String {
    let mut hoard = Vec::new();
    loop {
        match secrets::get("password") {
            Ok(secret) => hoard.push(secret),
            Err(error) => return format!("{error:?}"),
        }
    }
}

fn request(url: &str, headers: &[(String, http::Text)], body: Vec<http::Part>) -> http::Request {
    http::Request {
        method: if body.is_empty() { "GET" } else { "POST" }.to_owned(),
        url: url.to_owned(),
        query: Vec::new(),
        headers: headers.to_vec(),
        body,
        client_cert: None,
        timeout_ms: None,
        save_body: false,
        extra: Vec::new(),
    }
}

fn fetch(url: &str, headers: &[(String, http::Text)], body: Vec<http::Part>) -> String {
    describe(http::send(&request(url, headers, body)))
}

fn describe(answer: Result<http::Response, http::Error>) -> String {
    match answer {
        Ok(response) => {
            let location = response.headers.iter().find(|(name, _)| name == "location").map(|(_, value)| format!(" to {value}"));
            match response.body {
                http::Payload::Bytes(bytes) => {
                    let shown = String::from_utf8_lossy(&bytes[..bytes.len().min(500)]).into_owned();
                    format!("{}{} {shown}", response.status, location.unwrap_or_default())
                }
                http::Payload::Blob(blob) => format!("{} blob {}", response.status, blob.size),
            }
        }
        Err(http::Error::Denied(line)) => format!("denied: {line}"),
        Err(http::Error::InvalidRequest(text)) => format!("invalid: {text}"),
        Err(http::Error::NotSent(text)) => format!("not-sent: {text}"),
        Err(http::Error::MaybeSent(text)) => format!("maybe-sent: {text}"),
        Err(http::Error::TooLarge(limit)) => format!("too-large: {limit}"),
        Err(http::Error::Quota(text)) => format!("quota: {text}"),
        Err(http::Error::Other(text)) => format!("other: {text}"),
    }
}

fn secret(key: &str) -> Result<secrets::Secret, String> {
    secrets::get(key).map_err(|error| format!("{error:?}"))
}

fn with_secret(key: &str, url: &str, headers: impl Fn(&secrets::Secret) -> Vec<(String, http::Text)>) -> String {
    match secret(key) {
        Ok(secret) => fetch(url, &headers(&secret), Vec::new()),
        Err(error) => error,
    }
}

fn renewed(url: &str) -> String {
    let Ok(access) = secret("access") else { return "no access".to_owned() };
    let bearer = |access: &secrets::Secret| vec![("authorization".to_owned(), http::Text::Secret(access.bearer()))];
    let first = fetch(url, &bearer(&access), Vec::new());
    let renewal = access.renew();
    let second = fetch(url, &bearer(&access), Vec::new());
    let again = access.renew();
    format!("{first} | {renewal:?} | {second} | {again:?}")
}

fn secret_in_body(url: &str) -> String {
    match secret("password").and_then(|s| s.encode("a", "b", "json").map_err(|error| format!("{error:?}"))) {
        Ok(ticket) => {
            let body = vec![http::Part::Bytes(b"{\"p\":\"".to_vec()), http::Part::Secret(ticket), http::Part::Bytes(b"\"}".to_vec())];
            fetch(url, &[], body)
        }
        Err(error) => error,
    }
}

fn digest(key: &str) -> String {
    match secret(key).and_then(|s| s.encode("", "", "plain").map_err(|error| format!("{error:?}"))) {
        Ok(ticket) => format!("{:?}", crypto::digest("sha-256", &[http::Part::Secret(ticket)])),
        Err(error) => error,
    }
}

/// Hashes the same object so many times at one go.
fn digest_objects(parts: usize) -> String {
    let Ok(blob) = blobs::create("text/plain", &vec![1; 2 << 20]) else { return "no object".to_owned() };
    let part = http::Part::Blob(http::BlobPart { id: blob.id, encoding: "raw".to_owned(), extra: Vec::new() });
    format!("{:?}", crypto::digest("sha-256", &vec![part; parts]).is_ok())
}

/// Has the host keep text around a secret.
fn ticket_bomb(bytes: usize) -> String {
    let ticket = secret("password").and_then(|secret| secret.encode(&"x".repeat(bytes), "", "plain").map_err(|error| format!("{error:?}")));
    ticket.map_or_else(|error| error, |_| "issued".to_owned())
}

fn guess(right: &str) -> String {
    let Ok(password) = secret("password") else { return "no password".to_owned() };
    let wrong = (0..3).filter(|n| password.equals(&n.to_string())).count();
    let fourth = password.equals(right);
    let fifth = password.equals(right);
    format!("{wrong} {fourth} {fifth}")
}

fn hmac_oracle(key: &str) -> String {
    let Ok(secret) = secret(key) else { return "no secret".to_owned() };
    (0..1_000).take_while(|n| secret.hmac("sha-256", &[*n as u8]).is_ok()).count().to_string()
}

fn kv_round() -> String {
    let version = kv::set("a", b"1", None);
    let stale = kv::compare_and_set("a", None, b"2", None);
    let value = kv::get("a").map(|entry| entry.map(|entry| entry.value));
    let keys = kv::list_keys("", None).map(|page| page.keys);
    let gone = kv::delete("a").and_then(|()| kv::get("a")).map(|entry| entry.is_none());
    format!("{version:?} {stale:?} {value:?} {keys:?} {gone:?}")
}

fn blob_round() -> String {
    match blobs::create("text/plain", b"hello") {
        Ok(info) => format!("{} {:?}", info.size, blobs::read(&info.id, 1, 3)),
        Err(error) => format!("{error:?}"),
    }
}

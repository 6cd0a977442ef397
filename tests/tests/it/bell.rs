//! The bell of a page that stays open.

use std::sync::Arc;

use axum::{
    body::{Body, BodyDataStream},
    http::{StatusCode, header},
};
use futures::StreamExt;
use kernel::Tenant;
use outreach::notices::{Bells, Kind, NewNotice, Params, Reader, service};
use serde_json::Value;
use uuid::Uuid;

use crate::house::{Host, House};

/// A customer with a page open.
struct Page {
    tenant: Arc<Tenant>,
    customer: Uuid,
    token: String,
    stream: BodyDataStream,
}

impl Page {
    async fn open(house: &House) -> Self {
        let tenant = house.brokerage().await;
        let (user, customer, token) = house.customer(&tenant).await;
        let cookie = house.session(&tenant, user).await;
        let request = house.request(&tenant, Host::Portal, "GET", "/account/notices/live").header(header::COOKIE, cookie).body(Body::empty());
        let answer = house.answer(request.expect("a request")).await;
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers()[header::CONTENT_TYPE], "text/event-stream");
        assert_eq!(answer.headers()["x-accel-buffering"], "no");
        Self { tenant, customer, token, stream: answer.into_body().into_data_stream() }
    }

    /// What the page is told next.
    async fn unread(&mut self) -> i64 {
        let bytes = self.stream.next().await.expect("the stream goes on").expect("bytes");
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let data = text.lines().find_map(|line| line.strip_prefix("data: ")).unwrap_or_else(|| panic!("no data: {text}"));
        let told: Value = serde_json::from_str(data).expect("JSON");
        told["unread"].as_i64().expect("a count")
    }

    /// Tells its customer so many things at once.
    async fn tell(&self, house: &House, count: usize) {
        let mut tx = house.system(&self.tenant).begin_write().await.expect("a transaction");
        for _ in 0..count {
            let notice = NewNotice {
                reader: Reader::Customer(self.customer),
                kind: Kind::DocumentVerified,
                subject: None,
                params: Params::new(),
                href: "/account/documents".to_owned(),
                cause: Uuid::now_v7().to_string(),
            };
            assert!(service::tell(&mut tx, &notice).await.expect("told"));
        }
        tx.commit().await.expect("commit");
    }
}

#[tokio::test]
async fn an_open_page_is_told_at_once_of_its_readers_notices_and_of_nobody_elses() {
    let house = House::open().await;
    let (bells, db) = (house.app.port::<Bells>().expect("bells"), house.app.db.clone());
    tokio::spawn(async move { bells.listen(&db).await });
    let (mut ours, mut theirs) = (Page::open(&house).await, Page::open(&house).await);
    assert_eq!((ours.unread().await, theirs.unread().await), (0, 0));

    ours.tell(&house, 1).await;
    assert_eq!(ours.unread().await, 1);
    ours.tell(&house, 1).await;
    assert_eq!(ours.unread().await, 2);
    theirs.tell(&house, 3).await;
    assert_eq!(theirs.unread().await, 3, "the first that the other firm's customer hears");

    let read = house.ask(&ours.tenant, Host::Portal, "POST", "/api/v1/notifications/mark-all-read", Some(&ours.token), None).await;
    assert_eq!(read.0, StatusCode::OK);
    assert_eq!(ours.unread().await, 0);
}

#[tokio::test]
async fn a_page_whose_reader_is_not_signed_in_is_told_nothing() {
    let house = House::open().await;
    let tenant = house.brokerage().await;
    for (host, path) in [(Host::Portal, "/account/notices/live"), (Host::Office, "/notices/live")] {
        let request = house.request(&tenant, host, "GET", path).body(Body::empty()).expect("a request");
        let (status, headers, _) = house.send(request).await;
        assert!(status.is_redirection() && headers[header::LOCATION].to_str().is_ok_and(|place| place.starts_with("/login")), "{path}: {status}");
    }
}

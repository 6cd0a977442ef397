//! Streams to open pages: whom they tell, and how many there may be.

use std::{net::IpAddr, sync::Arc};

use axum::body::{Body, BodyDataStream, to_bytes};
use futures::StreamExt;
use kernel::{
    AppResult, Kind, Sight,
    http::{Caller, Who},
};
use outreach::notices::{Bells, Reader, live, service};
use serde_json::Value;
use uuid::Uuid;

use crate::{notices::verified, world::House};

async fn open(house: &House, reader: Reader) -> AppResult<Body> {
    let (session, name) = (Uuid::now_v7(), "Amani Mfano".to_owned());
    let who = match reader {
        Reader::Customer(customer) => Who::Customer { user: Uuid::now_v7(), customer, session, name },
        Reader::Staff(user) => Who::Staff { user, session, name, permissions: Arc::default(), sight: Sight::All },
    };
    let caller = Caller::new(&house.app, house.tenant.clone(), who, Uuid::now_v7(), IpAddr::from([192, 0, 2, 10]));
    Ok(live::stream(&house.app, &caller).await?.into_body())
}

async fn next(stream: &mut BodyDataStream) -> (i64, String) {
    let bytes = stream.next().await.expect("the stream goes on").expect("bytes");
    let text = String::from_utf8(bytes.to_vec()).expect("text");
    let data = text.lines().find_map(|line| line.strip_prefix("data: ")).unwrap_or_else(|| panic!("no data: {text}"));
    let told: Value = serde_json::from_str(data).expect("JSON");
    (told["unread"].as_i64().expect("a count"), told["label"].as_str().expect("words").to_owned())
}

#[tokio::test]
async fn an_open_page_is_told_when_its_reader_has_more_or_fewer_unread_notices() {
    let house = House::open().await;
    let (bells, db) = (house.app.port::<Bells>().unwrap(), house.app.db.clone());
    tokio::spawn(async move { bells.listen(&db).await });
    let mut customer = open(&house, house.customer_reader()).await.unwrap().into_data_stream();
    let mut staff = open(&house, house.staff_reader()).await.unwrap().into_data_stream();
    assert_eq!(next(&mut customer).await, (0, "Notices, none unread".to_owned()));
    assert_eq!(next(&mut staff).await.0, 0);

    house.hear(&verified(&house)).await;
    assert_eq!(next(&mut customer).await, (1, "Notices, one unread".to_owned()));

    let mut tx = house.scope_of(house.customer_reader()).begin_write().await.unwrap();
    service::mark_all_read(&mut tx, house.customer_reader()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(next(&mut customer).await.0, 0);
}

#[tokio::test]
async fn nobody_has_any_number_of_streams_and_none_outlives_its_process() {
    let house = House::open().await;
    let bells = house.app.port::<Bells>().unwrap();
    let mut streams = Vec::new();
    let refused = loop {
        match open(&house, house.customer_reader()).await {
            Ok(stream) => streams.push(stream),
            Err(error) => break error,
        }
    };
    assert_eq!((refused.kind, streams.len()), (Kind::RateLimited, 12));
    streams.push(open(&house, house.staff_reader()).await.expect("others have places of their own"));
    drop(streams.remove(0));
    streams.push(open(&house, house.customer_reader()).await.expect("a place that was left"));
    assert_eq!(bells.streams(), 13);

    bells.close();
    for stream in streams {
        to_bytes(stream, 1024).await.expect("an end");
    }
    assert_eq!(bells.streams(), 0);
    assert_eq!(open(&house, house.customer_reader()).await.unwrap_err().kind, Kind::Unavailable);
}

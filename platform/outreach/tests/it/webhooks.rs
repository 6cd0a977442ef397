//! What a tenant's own systems are told, and what becomes of it when they do not listen.

use documents::DocumentVerified;
use futures::future::{join, join3};
use kernel::{
    jobs::{Job, JobError, Subscriber},
    platform_tx::PlatformTx,
};
use outreach::{
    notices::Kind,
    webhooks::{Deliver, Endpoint, EndpointDisabled, EndpointInput, EndpointState, FanOut, MessageFilter, MessageLine, MessageState, TEST, service},
};
use ports::webhook::Post;
use uuid::Uuid;

use crate::{notices::verified, world::House};

async fn endpoint(house: &House, events: &[&str]) -> Endpoint {
    let input = EndpointInput {
        name: "Accounting".into(),
        url: "https://books.example.com/in".into(),
        events: events.iter().map(|event| (*event).to_owned()).collect(),
    };
    let mut tx = house.scope_of(house.staff_reader()).begin_write().await.unwrap();
    let (endpoint, secret) = service::create(&house.app, &mut tx, &input).await.unwrap();
    tx.commit().await.unwrap();
    assert!(secret.starts_with("whsec_"));
    endpoint
}

/// Writes the event and has it told, twice.
async fn tell(house: &House, event: &DocumentVerified) {
    let event = house.happen(event).await;
    for _ in 0..2 {
        FanOut::handle(event.clone(), house.cx(house.system())).await.unwrap();
    }
}

async fn deliver(house: &House, message: &MessageLine, attempt: i32) {
    Deliver { message: message.id, attempt }.run(house.cx(house.system())).await.unwrap();
}

async fn messages(house: &House, endpoint: &Endpoint) -> Vec<MessageLine> {
    let mut tx = house.scope_of(house.staff_reader()).begin_read().await.unwrap();
    service::messages(&mut tx, endpoint.id, &MessageFilter::default(), &Default::default()).await.unwrap().results
}

async fn read(house: &House, endpoint: &Endpoint) -> Endpoint {
    let mut tx = house.scope_of(house.staff_reader()).begin_read().await.unwrap();
    service::get(&mut tx, endpoint.id).await.unwrap()
}

fn header<'a>(post: &'a Post, name: &str) -> &'a str {
    post.headers.iter().find(|(own, _)| *own == name).map(|(_, value)| value.as_str()).unwrap()
}

#[tokio::test]
async fn an_event_is_told_once_to_each_endpoint_that_wants_it_and_to_no_other() {
    let house = House::open().await;
    let (every, some, other) =
        (endpoint(&house, &[]).await, endpoint(&house, &["document.verified"]).await, endpoint(&house, &["policy.issued"]).await);
    tell(&house, &verified(&house)).await;
    assert!(messages(&house, &other).await.is_empty());
    for endpoint in [&every, &some] {
        let written = messages(&house, endpoint).await;
        assert_eq!(
            written.iter().map(|message| (message.kind.as_str(), message.state)).collect::<Vec<_>>(),
            [("document.verified", MessageState::Waiting)]
        );
        deliver(&house, &written[0], 0).await;
        deliver(&house, &written[0], 0).await;
        assert_eq!(messages(&house, endpoint).await[0].state, MessageState::Delivered);
    }
    let posts = house.receiver.posts();
    assert_eq!(posts.len(), 2);
    let body: serde_json::Value = serde_json::from_str(&posts[0].body).unwrap();
    assert_eq!(body["type"], "document.verified");
    assert_eq!(body["data"]["customer_id"], house.customer.id.to_string());
    assert!(!posts[0].body.contains("Amani"), "{}", posts[0].body);
    assert!(header(&posts[0], "webhook-id").starts_with("msg_"));
    assert!(header(&posts[0], "webhook-signature").starts_with("v1,"));
    assert!(header(&posts[0], "webhook-timestamp").parse::<i64>().is_ok());
}

#[tokio::test]
async fn only_tenants_with_an_endpoint_that_is_on_are_looked_at() {
    let (house, other) = (House::open().await, House::open().await);
    let endpoint = endpoint(&house, &[]).await;
    let listening = async || -> Vec<Uuid> {
        let mut tx = PlatformTx::begin(&house.app.db, "tests").await.unwrap();
        let both = vec![house.tenant.id.0, other.tenant.id.0];
        sqlx::query_scalar(FanOut::TENANTS.unwrap()).bind(both).fetch_all(tx.conn()).await.unwrap()
    };
    assert_eq!(listening().await, [house.tenant.id.0]);
    let mut tx = house.scope_of(house.staff_reader()).begin_write().await.unwrap();
    service::disable(&mut tx, endpoint.id).await.unwrap();
    tx.commit().await.unwrap();
    assert!(listening().await.is_empty());
}

#[tokio::test]
async fn what_is_not_taken_is_sent_again_later_under_the_same_id() {
    let house = House::open().await;
    let endpoint = endpoint(&house, &[]).await;
    tell(&house, &verified(&house)).await;
    let message = messages(&house, &endpoint).await.remove(0);
    house.receiver.answer(500);
    deliver(&house, &message, 0).await;
    deliver(&house, &message, 0).await;
    let waiting = messages(&house, &endpoint).await.remove(0);
    assert_eq!((waiting.state, waiting.attempts, waiting.status), (MessageState::Waiting, 1, Some(500)));
    assert!(read(&house, &endpoint).await.failing_since.is_some());
    let mut tx = house.system().begin_read().await.unwrap();
    let later: bool = sqlx::query_scalar("select run_at > now() from outbox where tenant_id = $1 and job = $2 and payload->>'attempt' = '1'")
        .bind(house.tenant.id.0)
        .bind(Deliver::NAME)
        .fetch_one(tx.conn())
        .await
        .unwrap();
    assert!(later);
    drop(tx);

    house.receiver.answer(200);
    deliver(&house, &message, 1).await;
    let posts = house.receiver.posts();
    assert_eq!(posts.len(), 2, "each attempt once");
    assert_eq!(header(&posts[0], "webhook-id"), header(&posts[1], "webhook-id"));
    assert_eq!(read(&house, &endpoint).await.failing_since, None);
    let mut tx = house.scope_of(house.staff_reader()).begin_read().await.unwrap();
    let told = service::message(&mut tx, message.id).await.unwrap();
    assert_eq!(told.log.iter().map(|tried| tried.status).collect::<Vec<_>>(), [Some(500), Some(200)]);
    assert_eq!(told.message.state, MessageState::Delivered);
}

#[tokio::test]
async fn a_replaced_secret_signs_beside_the_new_one_for_a_day() {
    let house = House::open().await;
    let endpoint = endpoint(&house, &[]).await;
    let staff = house.scope_of(house.staff_reader());
    let mut tx = staff.begin_write().await.unwrap();
    let second = service::rotate(&house.app, &mut tx, endpoint.id).await.unwrap();
    assert_eq!(service::reveal(&house.app, &mut tx, endpoint.id).await.unwrap(), second);
    service::rotate(&house.app, &mut tx, endpoint.id).await.unwrap();
    assert!(service::rotate(&house.app, &mut tx, endpoint.id).await.unwrap_err().is("webhook.rotated"));
    tx.commit().await.unwrap();
    service::test(&house.app, &staff, endpoint.id).await.unwrap();
    assert_eq!(header(&house.receiver.posts()[0], "webhook-signature").split(' ').count(), 3);

    let mut tx = house.system().begin_write().await.unwrap();
    sqlx::query("update webhook_secrets set expires_at = now() - interval '1 minute' where tenant_id = $1 and expires_at is not null")
        .bind(house.tenant.id.0)
        .execute(tx.conn())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    service::test(&house.app, &staff, endpoint.id).await.unwrap();
    assert_eq!(header(&house.receiver.posts()[1], "webhook-signature").split(' ').count(), 1);
}

#[tokio::test]
async fn an_endpoint_that_takes_nothing_for_days_is_switched_off_and_its_managers_are_told() {
    let house = House::open().await;
    let endpoint = endpoint(&house, &[]).await;
    tell(&house, &verified(&house)).await;
    tell(&house, &verified(&house)).await;
    house.receiver.answer(503);
    let message = messages(&house, &endpoint).await.remove(0);
    deliver(&house, &message, 0).await;
    let mut tx = house.system().begin_write().await.unwrap();
    sqlx::query("update webhook_endpoints set failing_since = failing_since - interval '5 days' where tenant_id = $1")
        .bind(house.tenant.id.0)
        .execute(tx.conn())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    deliver(&house, &message, 1).await;

    let off = read(&house, &endpoint).await;
    assert!(off.state == EndpointState::Disabled && off.gave_up);
    assert!(messages(&house, &endpoint).await.iter().all(|message| message.state == MessageState::Failed));
    tell(&house, &verified(&house)).await;
    assert_eq!(messages(&house, &endpoint).await.len(), 2, "nothing is written for it");
    house.hear(&EndpointDisabled { endpoint: endpoint.id, name: endpoint.name.clone() }).await;
    let told = house.told(house.staff_reader()).await;
    assert_eq!(told[0].kind, Kind::WebhookDisabled);
    assert_eq!(told[0].told(&house.app.texts, "en-KE").title, "Accounting is told nothing any more");
}

#[tokio::test]
async fn an_endpoint_that_takes_nothing_is_left_alone_for_a_while_unless_somebody_tries_it() {
    let house = House::open().await;
    let endpoint = endpoint(&house, &[]).await;
    tell(&house, &verified(&house)).await;
    let message = messages(&house, &endpoint).await.remove(0);
    house.receiver.answer(500);
    deliver(&house, &message, 0).await;
    let mut tx = house.system().begin_write().await.unwrap();
    sqlx::query("update webhook_endpoints set failing_since = failing_since - interval '10 minutes' where tenant_id = $1")
        .bind(house.tenant.id.0)
        .execute(tx.conn())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    deliver(&house, &message, 1).await;
    let later = Deliver { message: message.id, attempt: 2 }.run(house.cx(house.system())).await;
    assert!(matches!(later, Err(JobError::Snooze(_))) && house.receiver.posts().len() == 2, "{later:?}");

    house.receiver.answer(200);
    service::test(&house.app, &house.scope_of(house.staff_reader()), endpoint.id).await.unwrap();
    deliver(&house, &message, 2).await;
    assert_eq!(house.receiver.posts().len(), 4, "it works again");
}

/// Waits for so many requests to have arrived.
async fn arrived(house: &House, count: usize) {
    while house.receiver.posts().len() < count {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn an_endpoint_that_is_slow_holds_up_only_what_is_for_itself() {
    let house = House::open().await;
    let (slow, other) = (endpoint(&house, &[]).await, endpoint(&house, &[]).await);
    for _ in 0..3 {
        tell(&house, &verified(&house)).await;
    }
    let (for_slow, for_other) = (messages(&house, &slow).await, messages(&house, &other).await);
    let run = |message: &MessageLine| Deliver { message: message.id, attempt: 0 }.run(house.cx(house.system()));
    let gate = house.receiver.hold().await;
    let meanwhile = async {
        arrived(&house, 2).await;
        let third = run(&for_slow[2]).await;
        assert!(matches!(third, Err(JobError::Snooze(_))), "it waits without failing: {third:?}");
        let release = async {
            arrived(&house, 3).await;
            drop(gate);
        };
        join(run(&for_other[0]), release).await.0.unwrap();
    };
    let (first, second, ()) = join3(run(&for_slow[0]), run(&for_slow[1]), meanwhile).await;
    first.and(second).unwrap();
    run(&for_slow[2]).await.unwrap();
    assert!(messages(&house, &slow).await.iter().all(|message| message.state == MessageState::Delivered));
}

#[tokio::test]
async fn an_endpoint_that_says_it_is_gone_is_switched_off_at_once() {
    let house = House::open().await;
    let endpoint = endpoint(&house, &[]).await;
    tell(&house, &verified(&house)).await;
    house.receiver.answer(410);
    let message = messages(&house, &endpoint).await.remove(0);
    deliver(&house, &message, 0).await;
    assert_eq!(read(&house, &endpoint).await.state, EndpointState::Disabled);
}

#[tokio::test]
async fn a_test_is_sent_at_once_and_not_again() {
    let house = House::open().await;
    let endpoint = endpoint(&house, &["policy.issued"]).await;
    house.receiver.answer(500);
    let staff = house.scope_of(house.staff_reader());
    let id = service::test(&house.app, &staff, endpoint.id).await.unwrap();
    let message = messages(&house, &endpoint).await.remove(0);
    assert_eq!((message.id, message.kind.as_str(), message.state), (id, TEST, MessageState::Failed));
    deliver(&house, &message, 0).await;
    assert_eq!(house.receiver.posts().len(), 1);
}

#[tokio::test]
async fn a_message_is_sent_again_by_hand_unless_it_is_on_its_way() {
    let house = House::open().await;
    let endpoint = endpoint(&house, &[]).await;
    tell(&house, &verified(&house)).await;
    let message = messages(&house, &endpoint).await.remove(0);
    let staff = house.scope_of(house.staff_reader());
    let mut tx = staff.begin_write().await.unwrap();
    assert!(service::replay(&mut tx, message.id).await.unwrap_err().is("webhook.waiting"));
    tx.rollback().await.unwrap();
    deliver(&house, &message, 0).await;
    let mut tx = staff.begin_write().await.unwrap();
    service::replay(&mut tx, message.id).await.unwrap();
    tx.commit().await.unwrap();
    deliver(&house, &message, 0).await;
    let posts = house.receiver.posts();
    assert_eq!(posts.len(), 2);
    assert_eq!(header(&posts[0], "webhook-id"), header(&posts[1], "webhook-id"));
    let mut tx = staff.begin_write().await.unwrap();
    service::disable(&mut tx, endpoint.id).await.unwrap();
    assert!(service::replay(&mut tx, message.id).await.unwrap_err().is("webhook.disabled"));
}

#[tokio::test]
async fn nothing_is_sent_to_an_endpoint_that_was_switched_off_while_the_message_was_written() {
    let house = House::open().await;
    let endpoint = endpoint(&house, &[]).await;
    tell(&house, &verified(&house)).await;
    let message = messages(&house, &endpoint).await.remove(0);
    let mut tx = house.scope_of(house.staff_reader()).begin_write().await.unwrap();
    sqlx::query("update webhook_endpoints set state = 'disabled' where tenant_id = $1").bind(house.tenant.id.0).execute(tx.conn()).await.unwrap();
    tx.commit().await.unwrap();
    deliver(&house, &message, 0).await;
    assert!(house.receiver.posts().is_empty());
    assert_eq!(messages(&house, &endpoint).await[0].state, MessageState::Failed, "it can be sent again by hand");
}

#[tokio::test]
async fn an_endpoint_has_a_name_a_safe_address_and_events_that_there_are() {
    let house = House::open().await;
    let mut tx = house.scope_of(house.staff_reader()).begin_write().await.unwrap();
    let input = EndpointInput { name: String::new(), url: "http://books.example.com".into(), events: vec!["payment.guessed".into()] };
    let error = service::create(&house.app, &mut tx, &input).await.unwrap_err();
    let fields: Vec<(&str, &str)> = error.fields.iter().map(|field| (&*field.field, &*field.code)).collect();
    assert_eq!(fields, [("name", "field-required"), ("url", "field-webhook-url"), ("events", "field-invalid")]);
}

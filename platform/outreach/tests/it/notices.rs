//! Who is told of what, once, in the ways that each wants.

use documents::{DocumentId, DocumentKind, DocumentUploaded, DocumentVerified};
use integrations::installs::{Health, HealthChanged, RolledBack};
use kernel::dead_letters::JobGivenUp;
use outreach::notices::{ArchiveNotices, Channel, Delivery, Kind, NoticeFilter, NoticeState, Reader, Topic, service};
use testkit::noon;
use uuid::Uuid;

use crate::world::{House, employ};

pub fn verified(house: &House) -> DocumentVerified {
    DocumentVerified { document: DocumentId::new(), customer: Some(house.customer.id.0), kind: DocumentKind::Logbook }
}

async fn choose(house: &House, reader: Reader, topic: Topic, channel: Channel, delivery: Delivery) {
    let mut tx = house.scope_of(reader).begin_write().await.unwrap();
    service::choose(&mut tx, reader, &[(topic, channel, delivery)]).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn an_event_that_is_heard_twice_is_told_and_mailed_once_in_the_readers_language() {
    let house = House::open().await;
    house.hear(&verified(&house)).await;
    let told = house.told(house.customer_reader()).await;
    assert_eq!(told.iter().map(|notice| notice.kind).collect::<Vec<_>>(), [Kind::DocumentVerified]);
    let words = told[0].told(&house.app.texts, "sw-KE");
    assert_eq!(words.title, "Hati imekaguliwa");
    assert!(!words.body.contains('{') && !words.body.contains("document"), "{}", words.body);

    house.messages.fail_next(0);
    house.post().await;
    let mails = house.messages.all();
    assert_eq!(mails.len(), 1);
    assert_eq!((mails[0].to.as_str(), mails[0].subject.as_str()), ("amani@example.com", "Document checked"));
    assert!(mails[0].text.contains("/account/documents") && mails[0].text.contains("/account/notifications"), "{}", mails[0].text);
}

#[tokio::test]
async fn what_a_reader_switched_off_is_neither_shown_nor_mailed() {
    let house = House::open().await;
    let reader = house.customer_reader();
    choose(&house, reader, Topic::Document, Channel::Email, Delivery::Off).await;
    house.hear(&verified(&house)).await;
    house.post().await;
    assert_eq!((house.told(reader).await.len(), house.messages.all().len()), (1, 0), "shown, not mailed");

    choose(&house, reader, Topic::Document, Channel::InApp, Delivery::Off).await;
    house.hear(&verified(&house)).await;
    assert_eq!(house.told(reader).await.len(), 1, "nothing more");

    choose(&house, reader, Topic::Document, Channel::Email, Delivery::Each).await;
    house.hear(&verified(&house)).await;
    house.post().await;
    assert_eq!((house.told(reader).await.len(), house.messages.all().len()), (1, 1), "mailed, not shown");
}

#[tokio::test]
async fn a_reader_chooses_only_among_own_topics_and_ways() {
    let house = House::open().await;
    let reader = house.customer_reader();
    for (topic, channel, delivery) in [
        (Topic::System, Channel::InApp, Delivery::Off),
        (Topic::Policy, Channel::Email, Delivery::Daily),
        (Topic::Policy, Channel::InApp, Delivery::Daily),
    ] {
        let mut tx = house.scope_of(reader).begin_write().await.unwrap();
        let error = service::choose(&mut tx, reader, &[(topic, channel, delivery)]).await.unwrap_err();
        assert_eq!(error.fields[0].field, format!("{topic}_{channel}"));
    }
}

#[tokio::test]
async fn nobody_sees_or_marks_what_somebody_else_was_told() {
    let house = House::open().await;
    house.hear(&verified(&house)).await;
    let own = house.told(house.customer_reader()).await[0].id;
    let strangers = [Reader::Customer(Uuid::now_v7()), house.staff_reader()];
    for stranger in strangers {
        let scope = house.scope_of(stranger);
        let mut tx = scope.begin_write().await.unwrap();
        // Also with the owner's name on it: the policies of the database decide.
        for reader in [stranger, house.customer_reader()] {
            assert_eq!(service::list(&mut tx, reader, NoticeFilter::default(), &Default::default()).await.unwrap().results, []);
            assert_eq!(service::unread(&mut tx, reader).await.unwrap(), 0);
            assert!(service::mark_read(&mut tx, reader, own).await.unwrap_err().is("not_found"));
            assert_eq!(service::mark_all_read(&mut tx, reader).await.unwrap(), 0);
        }
    }
}

#[tokio::test]
async fn notices_are_read_one_by_one_or_all_at_once() {
    let house = House::open().await;
    let reader = house.customer_reader();
    for _ in 0..3 {
        house.hear(&verified(&house)).await;
    }
    let newest = house.told(reader).await[0].id;
    let mut tx = house.scope_of(reader).begin_write().await.unwrap();
    assert_eq!(service::unread(&mut tx, reader).await.unwrap(), 3);
    for _ in 0..2 {
        assert_eq!(service::mark_read(&mut tx, reader, newest).await.unwrap(), "/account/documents");
    }
    assert_eq!(service::unread(&mut tx, reader).await.unwrap(), 2);
    let unread = NoticeFilter { state: Some(NoticeState::Unread), topic: Some(Topic::Document) };
    assert_eq!(service::list(&mut tx, reader, unread, &Default::default()).await.unwrap().count, 2);
    assert_eq!(service::mark_all_read(&mut tx, reader).await.unwrap(), 2);
    assert_eq!(service::unread(&mut tx, reader).await.unwrap(), 0);
}

#[tokio::test]
async fn staff_are_told_by_what_their_roles_may_do() {
    let house = House::open().await;
    let checker = Reader::Staff(employ(&house.world, &house.tenant, "checker@example.com", "documents.document.*").await);
    let seller = Reader::Staff(employ(&house.world, &house.tenant, "seller@example.com", "insurance.quote.read").await);
    let uploaded =
        |by_customer| DocumentUploaded { document: DocumentId::new(), customer: house.customer.id.0, kind: DocumentKind::Logbook, by_customer };
    house.hear(&uploaded(true)).await;
    house.hear(&uploaded(false)).await;
    assert_eq!(house.told(checker).await.len(), 1, "what staff keep themselves is no news");
    assert_eq!(house.told(house.staff_reader()).await[0].kind, Kind::DocumentUploaded);
    assert_eq!(house.told(seller).await, []);
    assert_eq!(house.told(house.customer_reader()).await, []);
}

#[tokio::test]
async fn trouble_is_told_once_a_day_and_trouble_with_telling_never() {
    let house = House::open().await;
    for _ in 0..3 {
        house.hear(&JobGivenUp { letter: Uuid::now_v7().into(), job: "insurance.order.mail".into() }).await;
        house.hear(&JobGivenUp { letter: Uuid::now_v7().into(), job: "outreach.notice.tell".into() }).await;
    }
    let installation = Uuid::now_v7();
    for health in [Health::Down, Health::Healthy, Health::Down] {
        house.hear(&HealthChanged { installation, plugin: "Test Pay".into(), health }).await;
    }
    let told = house.told(house.staff_reader()).await;
    assert_eq!(told.iter().map(|notice| notice.kind).collect::<Vec<_>>(), [Kind::PluginFailing, Kind::JobGivenUp]);
    assert_eq!(told[1].told(&house.app.texts, "en-KE").body, "Mail with an order's documents failed too often. Try it again, or dismiss it.");
}

#[tokio::test]
async fn a_plugin_that_goes_back_by_itself_is_told_of_and_one_that_somebody_takes_back_is_not() {
    let house = House::open().await;
    let back =
        |automatic| RolledBack { installation: Uuid::now_v7(), plugin: "Test Pay".into(), from: "1.1.0".into(), to: "1.0.0".into(), automatic };
    house.hear(&back(false)).await;
    house.hear(&back(true)).await;
    let told = house.told(house.staff_reader()).await;
    assert_eq!(told.iter().map(|notice| notice.kind).collect::<Vec<_>>(), [Kind::PluginRolledBack]);
    assert_eq!(told[0].told(&house.app.texts, "en-KE").title, "Test Pay went back to version 1.0.0");
}

#[tokio::test]
async fn what_is_old_is_archived_and_what_is_very_old_is_removed() {
    let house = House::open().await;
    let reader = house.customer_reader();
    house.hear(&verified(&house)).await;
    let later = |days| noon() + chrono::Duration::days(days);
    house.run(ArchiveNotices {}, later(89)).await;
    assert_eq!(house.told(reader).await.len(), 1);
    house.run(ArchiveNotices {}, later(91)).await;
    assert_eq!(house.told(reader).await, []);
    let mut tx = house.scope_of(reader).begin_read().await.unwrap();
    let archived = NoticeFilter { state: Some(NoticeState::Archived), topic: None };
    assert_eq!(service::list(&mut tx, reader, archived, &Default::default()).await.unwrap().count, 1);
    assert_eq!(service::unread(&mut tx, reader).await.unwrap(), 0);
    drop(tx);
    house.run(ArchiveNotices {}, later(731)).await;
    let mut tx = house.scope_of(reader).begin_read().await.unwrap();
    assert_eq!(service::list(&mut tx, reader, archived, &Default::default()).await.unwrap().count, 0);
}

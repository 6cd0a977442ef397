//! What comes due is told on its days, and what waits goes out in one mail in the morning.

use chrono::{DateTime, Days, Duration, NaiveDate, Utc};
use insurance::insurers::{self, InsurerInput};
use kernel::{
    dead_letters::JobGivenUp,
    jobs::Job,
    money::{Currency, Money},
};
use ledger::receivables::{self, NewReceivable};
use outreach::notices::{Kind, NoticeSettings, PlanDigests, PlanReminders};
use testkit::noon;
use uuid::Uuid;

use crate::world::House;

/// Two lines of one debt, due on a day.
async fn owe(house: &House, due_on: NaiveDate) -> Uuid {
    let payable_id = Uuid::now_v7();
    let mut tx = house.system().begin_write().await.unwrap();
    for _ in 0..2 {
        let new = NewReceivable {
            payable_kind: "loan".into(),
            payable_id,
            line: Some(Uuid::now_v7()),
            instalment: 1,
            customer: house.customer.id.0,
            description: "Instalment 2".into(),
            amount: Money::new(150_000, Currency::KES),
            due_on,
        };
        receivables::open(&mut tx, new).await.unwrap();
    }
    tx.commit().await.unwrap();
    payable_id
}

#[tokio::test]
async fn a_debt_is_reminded_of_before_and_after_its_day_once_each_until_it_is_closed() {
    let house = House::open().await;
    let reader = house.customer_reader();
    let payable = owe(&house, noon().date_naive() + Days::new(30)).await;
    let mut heard = Vec::new();
    for day in 1..=45 {
        if day == 38 {
            let mut tx = house.system().begin_write().await.unwrap();
            receivables::close(&mut tx, "loan", payable, "paid in cash").await.unwrap();
            tx.commit().await.unwrap();
        }
        // Several ticks a day, and some days on which nothing ran.
        if [24, 25].contains(&day) {
            continue;
        }
        house.run(PlanReminders {}, noon() + Duration::days(day) - Duration::hours(6)).await;
        assert_eq!(house.told(reader).await.len(), heard.len(), "nobody is woken");
        for _ in 0..2 {
            house.run(PlanReminders {}, noon() + Duration::days(day)).await;
        }
        let kinds: Vec<Kind> = house.told(reader).await.iter().map(|notice| notice.kind).collect();
        if kinds.len() > heard.len() {
            heard.push((day, kinds[0]));
        }
    }
    assert_eq!(heard, [(23, Kind::PaymentDue), (29, Kind::PaymentDue), (31, Kind::PaymentOverdue), (37, Kind::PaymentOverdue)]);

    house.post().await;
    let mails = house.messages.all();
    assert_eq!(mails.len(), 4);
    assert!(
        mails[0].subject.starts_with("KSh\u{a0}3,000 is due on") && mails[0].text.contains("Instalment 2"),
        "{} {}",
        mails[0].subject,
        mails[0].text
    );
}

#[tokio::test]
async fn staff_get_what_waits_in_one_digest_on_the_morning_of_a_business_day() {
    let house = House::open().await;
    for job in ["insurance.order.mail", "insurance.order.documents"] {
        house.hear(&JobGivenUp { letter: Uuid::now_v7().into(), job: job.into() }).await;
    }
    // A Monday; Nairobi is three hours ahead of UTC.
    let monday = noon().date_naive();
    let at = |day: NaiveDate, hour| day.and_hms_opt(hour, 0, 0).unwrap().and_utc();
    house.post().await;
    assert_eq!(house.messages.all().len(), 0, "staff are not mailed by the piece");
    for too_early in [at(monday - Days::new(1), 9), at(monday, 3)] {
        house.run(PlanDigests {}, too_early).await;
    }
    house.post().await;
    assert_eq!(house.messages.all().len(), 0);

    for _ in 0..2 {
        house.run(PlanDigests {}, at(monday, 5)).await;
    }
    house.post().await;
    let mails = house.messages.all();
    assert_eq!(mails.len(), 1);
    assert_eq!((mails[0].to.as_str(), mails[0].subject.as_str()), ("juma@example.com", "2 notices for you"));
    assert!(mails[0].text.contains("Mail with an order's documents") && mails[0].text.contains("/jobs/"), "{}", mails[0].text);

    house.hear(&JobGivenUp { letter: Uuid::now_v7().into(), job: "insurance.policy.turn".into() }).await;
    house.run(PlanDigests {}, at(monday, 12)).await;
    house.post().await;
    assert_eq!(house.messages.all().len(), 1, "what comes later waits for tomorrow");
    house.run(PlanDigests {}, at(monday + Days::new(1), 5)).await;
    house.post().await;
    assert_eq!(house.messages.all().len(), 2);
}

#[tokio::test]
async fn whoever_left_the_firm_gets_no_digest_of_what_waited() {
    let house = House::open().await;
    house.hear(&JobGivenUp { letter: Uuid::now_v7().into(), job: "insurance.order.mail".into() }).await;
    let mut tx = house.system().begin_write().await.unwrap();
    sqlx::query("update users set status = 'inactive' where tenant_id = $1 and id = $2")
        .bind(house.tenant.id.0)
        .bind(house.staff)
        .execute(tx.conn())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    house.run(PlanDigests {}, noon()).await;
    house.post().await;
    assert_eq!(house.messages.all().len(), 0);
}

#[tokio::test]
async fn staff_are_reminded_of_what_is_agreed_with_an_insurer_before_it_ends() {
    let house = House::open().await;
    let ends = noon().date_naive() + Days::new(40);
    let input = InsurerInput { name: "Mfano Insurance".into(), contract_end: Some(ends), ..InsurerInput::default() };
    let mut tx = house.system().begin_write().await.unwrap();
    insurers::service::create(&mut tx, input).await.unwrap();
    tx.commit().await.unwrap();
    let mut heard = Vec::new();
    for day in 0..45_i64 {
        for _ in 0..2 {
            house.run(PlanReminders {}, noon() + Duration::days(day)).await;
        }
        let told = house.told(house.staff_reader()).await;
        let count = told.iter().filter(|notice| notice.kind == Kind::ContractEnding).count();
        if count > heard.len() {
            heard.push(day);
        }
    }
    assert_eq!(heard, [10, 33], "30 and 7 days before; 60 days before it was not agreed yet, or that was long ago");
    let told = house.told(house.staff_reader()).await.into_iter().find(|notice| notice.kind == Kind::ContractEnding).unwrap();
    let words = told.told(&house.app.texts, "en-KE");
    assert!(words.title.starts_with("Mfano Insurance") && words.body.starts_with("What is agreed with the insurer ends on"), "{words:?}");
}

async fn is_due<J: Job>(house: &House, now: DateTime<Utc>) -> bool {
    testkit::is_due(&house.app.db, &outreach::module(), J::NAME, &house.tenant, now).await
}

#[tokio::test]
async fn reminders_are_planned_when_the_hour_comes_and_not_before_the_next_day_again() {
    let house = House::open().await;
    // Seven in Nairobi.
    let hour = noon() - Duration::hours(5);
    house.run(PlanReminders {}, hour - Duration::hours(4)).await;
    assert!(!is_due::<PlanReminders>(&house, hour - Duration::seconds(1)).await);
    assert!(is_due::<PlanReminders>(&house, hour).await);
    house.run(PlanReminders {}, hour).await;
    let next = hour + Days::new(1);
    assert!(!is_due::<PlanReminders>(&house, next - Duration::seconds(1)).await);
    assert!(is_due::<PlanReminders>(&house, next).await);

    let mut tx = house.world.staff(&house.tenant).begin_write().await.unwrap();
    NoticeSettings { digest_hour: 6, ..NoticeSettings::default() }.save(&mut tx, 0).await.unwrap();
    tx.commit().await.unwrap();
    assert!(is_due::<PlanReminders>(&house, next - Duration::hours(1)).await, "another hour counts at once");
}

#[tokio::test]
async fn digests_are_planned_when_something_waits_for_somebody_who_had_none_that_day() {
    let house = House::open().await;
    // Seven in Nairobi on a Monday.
    let hour = noon() - Duration::hours(5);
    assert!(!is_due::<PlanDigests>(&house, hour).await, "nothing waits");
    house.hear(&JobGivenUp { letter: Uuid::now_v7().into(), job: "insurance.order.mail".into() }).await;
    let sunday = hour - Duration::hours(20);
    assert!(is_due::<PlanDigests>(&house, sunday).await);
    house.run(PlanDigests {}, sunday).await;
    assert!(!is_due::<PlanDigests>(&house, hour - Duration::seconds(1)).await, "it rests over the weekend and the night");
    assert!(is_due::<PlanDigests>(&house, hour).await);
    house.run(PlanDigests {}, hour).await;

    house.hear(&JobGivenUp { letter: Uuid::now_v7().into(), job: "insurance.policy.turn".into() }).await;
    let tuesday = noon() + Duration::hours(12);
    assert!(!is_due::<PlanDigests>(&house, tuesday - Duration::seconds(1)).await, "what comes later waits for the next day");
    assert!(is_due::<PlanDigests>(&house, tuesday).await);
}

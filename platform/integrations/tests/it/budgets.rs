//! Limits of a day, on real calls.

use std::{sync::Arc, time::Duration};

use chrono::{Days, TimeDelta};
use integrations::{
    Messengers,
    budgets::{self, BudgetInput},
    catalogue,
};
use kernel::{
    Kind, Scope,
    clock::Clock,
    jobs::JobError,
    money::{Currency, Money},
};
use ports::{
    PortError,
    message::{Channel, Message, Messenger},
    payment::{PaymentGateway, PaymentRef},
    payout::{PayoutOrder, PayoutTo},
    provider::{Account, Errand, Party},
};
use simulators::daraja::{Answer, Plan, Rule};
use testkit::SentMessages;
use uuid::Uuid;

use crate::world::{Wired, request};

async fn set(scope: &Scope, installation: Uuid, input: BudgetInput) -> kernel::AppResult<()> {
    let mut tx = scope.begin_write().await?;
    budgets::set(&mut tx, installation, input).await?;
    tx.commit().await
}

fn is_over(error: &PortError) -> bool {
    matches!(error, PortError::Rejected { code, .. } if code == "over_budget")
}

#[tokio::test]
async fn what_would_go_beyond_a_limit_is_refused_before_anything_happens() {
    let wired = Wired::new().await;
    let tenant = wired.world.brokerage().await;
    let (staff, scope) = (wired.world.staff(&tenant), wired.world.system(&tenant));
    let id = wired.live(&tenant).await;
    let money = Some(Money::new(200_000, Currency::KES));
    set(&staff, id, BudgetInput { money, ..BudgetInput::default() }).await.unwrap();
    wired.daraja.script(Rule::phone("254700000101", Plan::answer(Answer::TimeOut)));

    let first = request(id);
    let asked = wired.integrations.collect(&scope, first.clone()).await.unwrap();
    let error = wired.integrations.collect(&scope, request(id)).await.unwrap_err();
    assert!(is_over(&error), "{error}");
    let budget = wired.view(&staff, id).await.unwrap().budget;
    assert_eq!((budget.calls_today, budget.money_today, budget.refused_today), (1, Money::new(150_000, Currency::KES), 1));

    // What was begun is asked about all the same.
    let named = PaymentRef { installation: id, idempotency_key: first.idempotency_key, provider_ref: asked.provider_ref, receipt: None };
    let word = wired.integrations.query(&scope, named).await;
    assert!(!matches!(&word, Err(error) if is_over(error)), "{word:?}");

    set(&staff, id, BudgetInput { calls: Some(1), version: 1, ..BudgetInput::default() }).await.unwrap();
    assert!(is_over(&wired.integrations.collect(&scope, request(id)).await.unwrap_err()), "its one call was made");
    wired.world.app.clock.advance(chrono::Duration::days(1));
    let tomorrow = wired.integrations.collect(&wired.world.system(&tenant), request(id)).await;
    assert!(!matches!(&tomorrow, Err(error) if is_over(error)), "{tomorrow:?}");
}

#[tokio::test]
async fn money_that_leaves_counts_against_the_same_limit() {
    let wired = Wired::new().await;
    let tenant = wired.world.brokerage().await;
    let (staff, scope) = (wired.world.staff(&tenant), wired.world.system(&tenant));
    let id = wired.live(&tenant).await;
    let offers = ports::payout::PayoutGateway::offers(&*wired.integrations, &scope).await.unwrap();
    let told: Vec<_> = offers.iter().map(|offer| (offer.installation, offer.method.as_str(), offer.gives_back, offer.pays_out)).collect();
    assert_eq!(told, [(id, "mpesa", true, true)]);
    set(&staff, id, BudgetInput { money: Some(Money::new(149_900, Currency::KES)), ..BudgetInput::default() }).await.unwrap();
    let order = PayoutOrder {
        errand: Errand { installation: id, key: Uuid::now_v7().to_string(), attempt: 1 },
        amount: Money::new(150_000, Currency::KES),
        reference: "PO-2026-00001".into(),
        description: "Refund".into(),
        to: PayoutTo::Account {
            account: Account { kind: "mobile-money".into(), facts: vec![("phone".into(), "+254700000101".into())] },
            payee: Party { name: Some("Asha Mwangi".into()), ..Party::default() },
            purpose: "refund".into(),
        },
    };
    let error = ports::payout::PayoutGateway::send(&*wired.integrations, &scope, order).await.unwrap_err();
    assert!(is_over(&error), "{error}");
    assert_eq!(wired.view(&staff, id).await.unwrap().budget.money_today, Money::new(0, Currency::KES));
}

#[tokio::test]
async fn a_message_over_the_limit_waits_for_the_next_day() {
    let wired = Wired::unpublished().await;
    wired.write_bundle_of("sendgrid", "1.0.0", |manifest| manifest);
    catalogue::publish_bundle(&wired.world.app, &wired.folder).await.unwrap();
    let tenant = wired.world.brokerage().await;
    let (staff, mut scope) = (wired.world.staff(&tenant), wired.world.system(&tenant));
    let id = wired.install(&staff).await;
    // Its provider is asked nothing here, not even whether it takes the credentials.
    let mut tx = scope.begin_write().await.unwrap();
    sqlx::query("update plugin_installations set mode = 'live' where tenant_id = $1 and id = $2")
        .bind(tenant.id.0)
        .bind(id)
        .execute(tx.conn())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    set(&staff, id, BudgetInput { messages: Some(0), ..BudgetInput::default() }).await.unwrap();

    let messengers = Messengers::new(wired.integrations.clone(), Arc::new(SentMessages::default()));
    let midnight = scope.moment(scope.today() + Days::new(1), 0);
    for (minutes_before, wait) in [(10, 10), (300, 180)] {
        scope.clock = Clock::fixed(midnight - TimeDelta::minutes(minutes_before));
        let error = messengers.send(&scope, letter()).await.unwrap_err();
        let later = JobError::from(error.clone());
        assert!(matches!(later, JobError::Later(_, pause) if pause == Duration::from_mins(wait)), "{minutes_before}: {error} {later:?}");
    }
    assert_eq!(wired.view(&staff, id).await.unwrap().budget.messages_today, 0);
}

fn letter() -> Message {
    Message {
        id: Uuid::now_v7(),
        channel: Channel::Email,
        to: "asha@example.com".into(),
        to_name: None,
        from_name: "Mfano Brokers".into(),
        reply_to: None,
        subject: "Your policy".into(),
        text: "It began.".into(),
        html: None,
        attachments: Vec::new(),
    }
}

#[tokio::test]
async fn limits_are_checked_and_nobody_overwrites_anothers() {
    let wired = Wired::new().await;
    let tenant = wired.world.brokerage().await;
    let staff = wired.world.staff(&tenant);
    let id = wired.install(&staff).await;
    let wrong = BudgetInput { calls: Some(-1), money: Some(Money::new(1, Currency::ZAR)), ..BudgetInput::default() };
    let error = set(&staff, id, wrong).await.unwrap_err();
    let fields: Vec<&str> = error.fields.iter().map(|field| field.field.as_ref()).collect();
    assert_eq!((error.kind, fields), (Kind::Invalid, vec!["calls", "money"]));
    set(&staff, id, BudgetInput { messages: Some(5), ..BudgetInput::default() }).await.unwrap();
    assert!(set(&staff, id, BudgetInput::default()).await.unwrap_err().is("installation.changed"));
    let budget = wired.view(&staff, id).await.unwrap().budget;
    assert_eq!((budget.messages, budget.calls, budget.version), (Some(5), None, 1));
}

//! Collecting through the real component, and what its provider reports.

use integrations::{
    calls::{self, CallFilter, CallOutcome},
    installs::{self, SettingsMode},
};
use kernel::{
    money::{Currency, Money},
    paging::PageRequest,
};
use ports::{
    PortError,
    payment::{Payer, PaymentGateway, PaymentRef, ProviderState},
};
use simulators::daraja::{Ack, Answer, Plan, Profile, Rule};

use crate::world::{Wired, good, request};

const PHONE: &str = "254700000101";

#[tokio::test]
async fn a_payment_is_collected_reported_and_confirmed() {
    let wired = Wired::new().await;
    let tenant = wired.world.brokerage().await;
    let id = wired.live(&tenant).await;
    let scope = wired.world.system(&tenant);
    let methods = wired.integrations.methods(&wired.world.visitor(&tenant)).await.unwrap();
    assert_eq!(methods.iter().map(|m| (m.method.as_str(), m.installation, m.smallest_unit)).collect::<Vec<_>>(), [("mpesa", id, 100)]);

    wired.daraja.script(Rule::phone(PHONE, Plan::answer(Answer::Approve)));
    let wish = request(id);
    let asked = wired.integrations.collect(&scope, wish.clone()).await.unwrap();
    assert_eq!(asked.state, ProviderState::NeedsAction);
    let checkout = asked.provider_ref.clone().unwrap();
    let prompt = wired.daraja.delivered(&checkout, 1).await.unwrap();
    assert_eq!(prompt.deliveries[0].status, Some(200), "{:?}", prompt.deliveries[0]);
    assert_eq!(prompt.deliveries[0].answer, r#"{"ResultCode":0,"ResultDesc":"Accepted"}"#);
    assert!(prompt.callback_url.starts_with(&format!("https://{}.wakala.test/hooks/", tenant.slug)), "{}", prompt.callback_url);

    assert!(wired.reported(&tenant).await.is_empty(), "nothing is said before the job ran");
    for result in wired.handle_all(&tenant).await {
        result.unwrap();
    }
    let told = wired.reported(&tenant).await;
    assert_eq!(told.len(), 1);
    assert_eq!((told[0].key.as_deref(), told[0].state), (Some(wish.idempotency_key.as_str()), ProviderState::Received));
    assert_eq!((told[0].amount_minor, told[0].currency.as_deref()), (Some(150_000), Some("KES")));
    assert_eq!(told[0].receipt.as_deref(), prompt.receipt());
    assert!(told[0].source_trusted);
    assert_eq!(told[0].provider_ref.as_deref(), Some(checkout.as_str()));

    let named = PaymentRef { installation: id, idempotency_key: wish.idempotency_key, provider_ref: Some(checkout), receipt: None };
    assert_eq!(wired.integrations.query(&scope, named.clone()).await.unwrap().state, ProviderState::Received);
    installs::disable(&wired.integrations, &wired.world.staff(&tenant), id).await.unwrap();
    assert_eq!(wired.integrations.query(&scope, named).await.unwrap().state, ProviderState::Received, "also when switched off meanwhile");
}

#[tokio::test]
async fn why_a_payment_failed_comes_with_report_and_answer_alike() {
    let wired = Wired::new().await;
    let tenant = wired.world.brokerage().await;
    let id = wired.live(&tenant).await;
    let scope = wired.world.system(&tenant);
    wired.daraja.script(Rule::phone(PHONE, Plan::answer(Answer::Cancel)));
    let wish = request(id);
    let asked = wired.integrations.collect(&scope, wish.clone()).await.unwrap();
    let checkout = asked.provider_ref.clone().unwrap();
    wired.daraja.delivered(&checkout, 1).await.unwrap();
    wired.handle_all(&tenant).await;
    let told = wired.reported(&tenant).await;
    assert_eq!((told[0].state, told[0].reason.as_deref()), (ProviderState::Failed, Some("cancelled-by-payer")));
    let named = PaymentRef { installation: id, idempotency_key: wish.idempotency_key, provider_ref: Some(checkout), receipt: None };
    let answered = wired.integrations.query(&scope, named).await.unwrap();
    assert_eq!((answered.state, answered.reason.as_deref()), (ProviderState::Failed, Some("cancelled-by-payer")));
}

#[tokio::test]
async fn the_payers_number_is_in_no_log_and_no_event() {
    let wired = Wired::new().await;
    let tenant = wired.world.brokerage().await;
    let id = wired.live(&tenant).await;
    wired.daraja.script(Rule::phone(PHONE, Plan::answer(Answer::Approve)));
    let asked = wired.integrations.collect(&wired.world.system(&tenant), request(id)).await.unwrap();
    let checkout = asked.provider_ref.unwrap();
    wired.daraja.delivered(&checkout, 1).await.unwrap();
    wired.handle_all(&tenant).await;
    let mut tx = wired.world.system(&tenant).begin_read().await.unwrap();
    let calls: String = sqlx::query_scalar("select string_agg(c::text, ' ') from plugin_calls c where tenant_id = $1")
        .bind(tenant.id.0)
        .fetch_one(tx.conn())
        .await
        .unwrap();
    let events: String = sqlx::query_scalar("select string_agg(e::text, ' ') from events e where tenant_id = $1")
        .bind(tenant.id.0)
        .fetch_one(tx.conn())
        .await
        .unwrap();
    assert!(calls.contains("254***01"), "it was there, and is masked");
    // The provider builds the number into its own id of the payment, which nothing works without.
    let events = events.replace(&checkout, "");
    for text in [&calls, &events] {
        assert!(!text.contains("700000101") && !text.contains("Mwangi"), "{text}");
    }
}

#[tokio::test]
async fn a_call_is_found_by_its_references_and_says_what_it_did() {
    let wired = Wired::new().await;
    let tenant = wired.world.brokerage().await;
    let id = wired.live(&tenant).await;
    wired.daraja.script(Rule::phone(PHONE, Plan::answer(Answer::Approve)));
    let wish = request(id);
    let checkout = wired.integrations.collect(&wired.world.system(&tenant), wish.clone()).await.unwrap().provider_ref.unwrap();
    let mut tx = wired.world.staff(&tenant).begin_read().await.unwrap();
    for reference in [&wish.idempotency_key, &checkout] {
        let sought = PageRequest { search: Some(reference.to_uppercase()), ..PageRequest::default() };
        let found = calls::list(&mut tx, &sought, &CallFilter::default()).await.unwrap().results;
        assert_eq!(found.iter().map(|call| call.action.as_str()).collect::<Vec<_>>(), ["collect"], "{reference}");
        let call = calls::get(&mut tx, found[0].id).await.unwrap();
        assert!(call.timeline.iter().any(|asked| asked.name == "http.send"), "{:?}", call.timeline);
        assert!(call.fuel > 0);
        assert!(!call.version.is_empty());
    }
    let other = PageRequest { search: Some("of-nobody-1".to_owned()), ..PageRequest::default() };
    assert_eq!(calls::list(&mut tx, &other, &CallFilter::default()).await.unwrap().count, 0);
    assert!(calls::actions(&mut tx).await.unwrap().iter().any(|action| action == "collect"));
}

#[tokio::test]
async fn a_call_that_went_wrong_is_played_again_without_the_provider() {
    let wired = Wired::new().await;
    let tenant = wired.world.brokerage().await;
    let id = wired.live(&tenant).await;
    wired.daraja.script(Rule::next(Plan { ack: Ack::ServerError, ..Plan::answer(Answer::Approve) }));
    let wish = request(id);
    assert!(wired.integrations.collect(&wired.world.system(&tenant), wish.clone()).await.is_err());
    let staff = wired.world.staff(&tenant);
    let mut tx = staff.begin_read().await.unwrap();
    let all = calls::list(&mut tx, &PageRequest::default(), &CallFilter::default()).await.unwrap().results;
    drop(tx);
    let (failed, fine) = (all.iter().find(|call| call.action == "collect").unwrap(), all.iter().find(|call| call.action == "check").unwrap());
    let (events, prompts) = (wired.reported(&tenant).await.len(), wired.daraja.book().prompts.len());
    let replay = calls::replay(&wired.world.app, &staff, failed.id).await.unwrap();
    assert_eq!(replay.said["phone"], "254***01", "masked as well");
    let played = wired.stage.played();
    assert_eq!(played.iter().map(|recorded| recorded.call).collect::<Vec<_>>(), ["collect"]);
    assert_eq!(played[0].input["amount"]["minor"], wish.amount.minor);
    assert_eq!(played[0].input["payer"]["phone"], "+254700000101", "a number that nobody has, in the place of the masked one");
    assert_eq!((wired.reported(&tenant).await.len(), wired.daraja.book().prompts.len()), (events, prompts), "nobody heard of it");

    let mut tx = staff.begin_read().await.unwrap();
    let call = calls::get(&mut tx, failed.id).await.unwrap();
    assert!(call.replayable);
    assert_eq!(call.replays.iter().map(|kept| (kept.id, &kept.said)).collect::<Vec<_>>(), [(replay.id, &replay.said)]);
    assert!(!calls::get(&mut tx, fine.id).await.unwrap().replayable);
    drop(tx);
    assert!(calls::replay(&wired.world.app, &staff, fine.id).await.unwrap_err().is("call.not_replayable"));
}

#[tokio::test]
async fn an_answer_that_never_came_is_an_unknown_outcome() {
    let wired = Wired::new().await;
    let tenant = wired.world.brokerage().await;
    let id = wired.live(&tenant).await;
    for ack in [Ack::Dropped, Ack::ServerError] {
        wired.daraja.script(Rule::next(Plan { ack, ..Plan::answer(Answer::Approve) }));
        let outcome = wired.integrations.collect(&wired.world.system(&tenant), request(id)).await;
        assert!(matches!(outcome, Err(PortError::UnknownOutcome(_))), "{ack:?}: {outcome:?}");
    }
    let mut tx = wired.world.staff(&tenant).begin_read().await.unwrap();
    let filter = CallFilter { outcome: Some(CallOutcome::Unknown), ..CallFilter::default() };
    assert_eq!(calls::list(&mut tx, &PageRequest::default(), &filter).await.unwrap().count, 2);
}

#[tokio::test]
async fn a_provider_that_was_not_reached_is_asked_again() {
    let wired = Wired::new().await;
    let tenant = wired.world.brokerage().await;
    let id = wired.live(&tenant).await;
    let Wired { world, integrations, daraja, .. } = &wired;
    let before = daraja.book().prompts.len();
    // Another prompt on the same phone: the provider refuses before it sends one.
    integrations.collect(&world.system(&tenant), request(id)).await.unwrap();
    let second = integrations.collect(&world.system(&tenant), request(id)).await;
    assert!(matches!(second, Err(PortError::Retryable { after_ms: Some(_), .. })), "{second:?}");
    assert_eq!(daraja.book().prompts.len(), before + 1);
}

#[tokio::test]
async fn what_the_manifest_refuses_is_not_sent() {
    let wired = Wired::new().await;
    let tenant = wired.world.brokerage().await;
    let id = wired.live(&tenant).await;
    let scope = wired.world.system(&tenant);
    let good = request(id);
    for (wish, code) in [
        (ports::payment::Collect { amount: shillings_and_cents(150_050), ..good.clone() }, "amount"),
        (ports::payment::Collect { amount: shillings_and_cents(25_000_100), ..good.clone() }, "amount"),
        (ports::payment::Collect { payer: Payer::default(), ..good.clone() }, "phone"),
    ] {
        let refused = wired.integrations.collect(&scope, wish).await;
        assert!(matches!(&refused, Err(PortError::Rejected { code: found, .. }) if found == code), "{refused:?}");
    }
    let unknown = ports::payment::Collect { method: "cash".into(), ..good };
    assert!(matches!(wired.integrations.collect(&scope, unknown).await, Err(PortError::Unsupported(_))));
    assert!(wired.daraja.book().prompts.is_empty());
}

fn shillings_and_cents(minor: i64) -> Money {
    Money::new(minor, Currency::KES)
}

#[tokio::test]
async fn an_installation_that_is_not_live_takes_no_money() {
    let wired = Wired::new().await;
    let tenant = wired.world.brokerage().await;
    let staff = wired.world.staff(&tenant);
    let id = wired.install(&staff).await;
    wired.configure(&staff, id, SettingsMode::Test, good(Profile::Sandbox)).await.unwrap();
    assert!(wired.integrations.methods(&staff).await.unwrap().is_empty());
    let refused = wired.integrations.collect(&wired.world.system(&tenant), request(id)).await;
    assert!(matches!(refused, Err(PortError::Unsupported(_))), "{refused:?}");
    assert!(wired.daraja.book().prompts.is_empty());
}

#[tokio::test]
async fn a_statement_file_is_read_line_by_line() {
    let wired = Wired::new().await;
    let tenant = wired.world.brokerage().await;
    let id = wired.live(&tenant).await;
    let scope = wired.world.system(&tenant);
    wired.daraja.script(Rule::phone(PHONE, Plan::answer(Answer::Approve)));
    let asked = wired.integrations.collect(&scope, request(id)).await.unwrap();
    let prompt = wired.daraja.delivered(&asked.provider_ref.unwrap(), 1).await.unwrap();
    let file = wired.daraja.statement("600111", None).unwrap();
    let lines = wired.integrations.read_statement(&scope, id, file.into()).await.unwrap();
    let line = lines.iter().find(|line| line.receipt.as_deref() == prompt.receipt()).unwrap();
    assert_eq!((line.kind.as_str(), line.gross.minor, line.state), ("payment", 150_000, ProviderState::Received));
    assert_eq!(line.reference.as_deref(), Some("P7K2M9QX"));
    let broken = wired.integrations.read_statement(&scope, id, "no statement".into()).await;
    assert!(matches!(&broken, Err(PortError::Rejected { code, .. }) if code == "format"), "{broken:?}");
}

#[tokio::test]
async fn payers_are_shown_the_number_of_the_settings_once_what_they_send_there_is_watched() {
    let wired = Wired::new().await;
    let tenant = wired.world.brokerage().await;
    let (staff, scope) = (wired.world.staff(&tenant), wired.world.system(&tenant));
    let id = wired.live(&tenant).await;
    assert!(wired.integrations.direct_numbers(&scope).await.unwrap().is_empty());
    let mut input = good(Profile::Production);
    input.settings.insert("typed_payments".into(), "completed".into());
    wired.configure(&staff, id, SettingsMode::Live, input).await.unwrap();
    let numbers = wired.integrations.direct_numbers(&scope).await.unwrap();
    let told: Vec<_> = numbers.iter().map(|number| (number.installation, number.kind.as_str(), number.number.as_str())).collect();
    assert_eq!(told, [(id, "paybill", "600111")]);
    let other = wired.world.brokerage().await;
    assert!(wired.integrations.direct_numbers(&wired.world.system(&other)).await.unwrap().is_empty());
}

#[tokio::test]
async fn who_tells_statements_by_the_day_says_so_in_the_manifest_and_what_it_cannot_in_the_answer() {
    let wired = Wired::unpublished().await;
    wired.write_bundle_with("1.0.0", |manifest| manifest.replace("health = \"5m\"", "health = \"5m\"\nreconcile = \"24h\""));
    integrations::catalogue::publish_bundle(&wired.world.app, &wired.folder).await.unwrap();
    let tenant = wired.world.brokerage().await;
    let id = wired.live(&tenant).await;
    let scope = wired.world.system(&tenant);
    let daily = wired.integrations.daily_statements(&scope).await.unwrap();
    assert_eq!(daily.iter().map(|method| (method.installation, method.method.as_str())).collect::<Vec<_>>(), [(id, "mpesa")]);
    let day = chrono::NaiveDate::from_ymd_opt(2026, 10, 2).unwrap();
    assert!(matches!(wired.integrations.statement_of(&scope, id, day).await, Err(PortError::Unsupported(_))));
}

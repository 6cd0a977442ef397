//! Starting an attempt.

use kernel::AppResult;
use ledger::{
    payments::{PaymentState, open_payment, service},
    receivables,
};
use ports::{PortError, payment::PaymentMethod};
use uuid::Uuid;

use crate::bench::{Bench, code, kes, param};

#[tokio::test]
async fn an_attempt_is_written_and_wanted_sent() {
    let bench = Bench::new().await;
    let order = bench.order(&[150_000, 50_000]).await;
    let payment = bench.try_start(order, None, Some("0700 000 101")).await.unwrap();
    assert_eq!((payment.state, payment.amount()), (PaymentState::Created, kes(200_000)));
    let record = bench.record(payment.id).await;
    assert_eq!(record.payment.payer_phone.as_deref(), Some("0700 ••• 101"), "numbers are shown masked");
    assert_eq!(record.payment.reference.len(), 12);
    assert_eq!(bench.wanted("ledger.payment.submit").await.len(), 1);
    assert_eq!(bench.gateway.sends(), 0, "nothing is sent inside the transaction");
}

#[tokio::test]
async fn a_second_attempt_is_refused_while_one_is_open_and_names_it() {
    let bench = Bench::new().await;
    let order = bench.order(&[50_000]).await;
    let first = bench.start(order).await;
    let error = bench.try_start(order, None, Some("0700000101")).await.unwrap_err();
    assert_eq!((code(&error), open_payment(&error)), ("payment.already_open", Some(first)));
    // Another order of the same customer is another matter.
    bench.start(bench.order(&[50_000]).await).await;
}

#[tokio::test]
async fn a_phone_of_another_country_is_refused() {
    let bench = Bench::new().await;
    let order = bench.order(&[50_000]).await;
    for phone in ["+264811234567", "+447911123456", "020 2345678", "12", "☎"] {
        let error = bench.try_start(order, None, Some(phone)).await.unwrap_err();
        assert_eq!((code(&error), error.kind.status()), ("payment.phone_unsupported", 422), "{phone}");
        assert_eq!(error.fields[0].field, "phone");
    }
    assert_eq!(code(&bench.try_start(order, None, None).await.unwrap_err()), "payment.phone_required");
}

#[tokio::test]
async fn amounts_outside_the_methods_limits_are_refused_with_the_limit() {
    let bench = Bench::new().await;
    let large = bench.order(&[30_000_000]).await;
    let error = bench.try_start(large, None, Some("0700000101")).await.unwrap_err();
    assert_eq!((code(&error), param(&error, "max")), ("payment.amount_above_maximum", Some("KSh\u{a0}250,000")));
    let error = bench.try_start(large, Some(kes(50)), Some("0700000101")).await.unwrap_err();
    assert_eq!((code(&error), param(&error, "min")), ("payment.amount_below_minimum", Some("KSh\u{a0}1")));
    let error = bench.try_start(large, Some(kes(10_050)), Some("0700000101")).await.unwrap_err();
    assert_eq!((code(&error), param(&error, "unit")), ("payment.amount_not_whole", Some("KSh\u{a0}1")));
    let small = bench.order(&[10_000]).await;
    assert_eq!(code(&bench.try_start(small, Some(kes(10_100)), Some("0700000101")).await.unwrap_err()), "payment.above_owed");
    // A part stays below the limit.
    assert_eq!(bench.try_start(large, Some(kes(25_000_000)), Some("0700000101")).await.unwrap().amount(), kes(25_000_000));
}

#[tokio::test]
async fn methods_that_are_not_offered_or_take_another_currency_are_refused() {
    let bench = Bench::new().await;
    let order = bench.order(&[50_000]).await;
    let offered: Vec<PaymentMethod> = std::mem::take(&mut bench.gateway.methods.lock().unwrap());
    assert_eq!(code(&bench.try_start(order, None, Some("0700000101")).await.unwrap_err()), "payment.method_unavailable");
    *bench.gateway.methods.lock().unwrap() = offered.into_iter().map(|method| PaymentMethod { currencies: vec!["NAD".into()], ..method }).collect();
    assert_eq!(code(&bench.try_start(order, None, Some("0700000101")).await.unwrap_err()), "payment.currency_unsupported");
}

#[tokio::test]
async fn what_failed_is_asked_for_again_as_before_and_nothing_else_is() {
    let bench = Bench::new().await;
    let order = bench.order(&[50_000]).await;
    let first = bench.start(order).await;
    let again = async |payment| {
        let scope = bench.staff();
        let method = service::choose(&bench.world.app, &scope, "mobile").await?;
        let mut tx = scope.begin_write().await?;
        let asked = service::again(&mut tx, payment, method).await?;
        tx.commit().await?;
        AppResult::Ok(asked)
    };
    assert_eq!(code(&again(first).await.unwrap_err()), "payment.not_failed");
    bench.gateway.answers(Err(PortError::Rejected { code: "cancelled-by-payer".into(), message: "no".into() }));
    bench.submit(first).await.unwrap();
    assert_eq!(bench.state(first).await, PaymentState::Failed);
    let second = again(first).await.unwrap();
    assert_eq!((second.state, second.amount()), (PaymentState::Created, kes(50_000)));
    bench.submit(second.id).await.unwrap();
    let asked = bench.gateway.collected.lock().unwrap().iter().map(|request| (request.payer.phone.clone(), request.amount)).collect::<Vec<_>>();
    assert_eq!(asked, [(Some("+254700000101".to_owned()), kes(50_000)), (Some("+254700000101".to_owned()), kes(50_000))]);
    assert_eq!(code(&again(first).await.unwrap_err()), "payment.already_open");
}

#[tokio::test]
async fn nothing_can_be_paid_where_nothing_is_owed() {
    let bench = Bench::new().await;
    assert_eq!(code(&bench.try_start(Uuid::now_v7(), None, Some("0700000101")).await.unwrap_err()), "not_found");
    let order = bench.order(&[50_000]).await;
    let mut tx = bench.staff().begin_write().await.unwrap();
    receivables::close(&mut tx, "order", order, "cancelled").await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(code(&bench.try_start(order, None, Some("0700000101")).await.unwrap_err()), "payment.nothing_owed");
}

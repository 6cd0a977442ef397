//! Policies that end early: figures, books, documents, and what may not happen twice.

use chrono::{Days, NaiveDate};
use documents::{DocumentKind, DocumentState, Verdict, register, verification::verify};
use insurance::{
    cancellations::{self, AskedBy, Cancel, Cancellation, RequestState, Rule, TakeEffect, service},
    collection::CollectionMode,
    orders::{self, Confirmation},
    plans::Plan,
    policies::{self, PolicyFilter, PolicyId, PolicyState},
};
use kernel::{AppResult, Scope, jobs::Job};
use ledger::{
    credits::{self, CreditFilter},
    payments,
    refunds::{self, RefundFilter, RefundState},
};
use ports::payment::{PaymentReported, ProviderState};

use crate::{
    policies::{certificate, code, insured},
    sale::Sale,
};

fn end(version: i32, from: NaiveDate, asked_by: AskedBy) -> Cancel {
    Cancel { version, from: Some(from), asked_by, reason: "The car was sold".into(), expected_refund: None, pay_back: false }
}

async fn try_cancel(sale: &Sale, scope: &Scope, id: PolicyId, command: &Cancel) -> AppResult<Cancellation> {
    let mut tx = scope.begin_write().await?;
    let agreed = service::cancel(&mut tx, &sale.shop.law, id, command).await?;
    tx.commit().await?;
    Ok(agreed)
}

async fn cancel(sale: &Sale, id: PolicyId, command: &Cancel) -> Cancellation {
    try_cancel(sale, &sale.staff(), id, command).await.unwrap()
}

/// The insured and the brokerage agree that cover ends so many days from now.
pub async fn agree_on_end(sale: &Sale, id: PolicyId, days: u64) {
    cancel(sale, id, &end(1, sale.staff().today() + Days::new(days), AskedBy::Customer)).await;
}

async fn policy(sale: &Sale, id: PolicyId) -> policies::Policy {
    let mut tx = sale.staff().begin_read().await.unwrap();
    policies::service::get(&mut tx, id).await.unwrap()
}

/// What all accounts of a kind come to; debits positive.
fn of(books: &[(String, i64)], kind: &str) -> i64 {
    books.iter().find(|(name, _)| name == kind).map_or(0, |(_, minor)| *minor)
}

#[tokio::test]
async fn the_insurer_ends_a_policy_and_every_account_gives_back_its_part_but_the_stamp() {
    let sale = Sale::open().await;
    let id = insured(&sale).await;
    let before = sale.books().await;
    sale.advance_days(100);
    let today = sale.staff().today();
    let agreed = cancel(&sale, id, &end(1, today, AskedBy::Insurer)).await;
    let worked = &agreed.calculation;
    assert_eq!((worked.rule, worked.days, worked.days_left), (Rule::ProRata, 365, 265));
    assert_eq!(worked.lines.iter().map(|line| line.returned.minor).sum::<i64>() + worked.rounding.minor, worked.refund.minor);
    assert!(worked.refund.is_positive() && worked.commission.is_positive());

    let after = sale.books().await;
    assert_eq!(of(&after, "customer_credit"), -worked.refund.minor);
    assert_eq!(of(&after, "commission_income") - of(&before, "commission_income"), worked.commission.minor);
    assert_eq!(of(&after, "premium_held") - of(&before, "premium_held"), worked.premium.minor - worked.commission.minor);
    assert_eq!(of(&after, "levy") - of(&before, "levy"), worked.levies().unwrap().minor);
    assert_eq!(of(&after, "stamp_duty"), of(&before, "stamp_duty"), "the policy was stamped");
    assert_eq!(after.iter().map(|(_, minor)| minor).sum::<i64>(), 0);

    let mut tx = sale.staff().begin_read().await.unwrap();
    let found = credits::list(&mut tx, &CreditFilter::default(), &kernel::paging::PageRequest::default()).await.unwrap().results;
    assert_eq!(found.iter().map(|credit| (credit.amount, credit.reason.as_str())).collect::<Vec<_>>(), [(worked.refund, "policy_cancelled")]);
}

#[tokio::test]
async fn a_cancelled_policy_verifies_as_cancelled_and_the_customer_gets_one_letter() {
    let sale = Sale::open().await;
    let id = insured(&sale).await;
    let code = code(&sale, id, 1).await;
    let today = sale.staff().today();
    let agreed = cancel(&sale, id, &end(1, today, AskedBy::Customer)).await;
    let ended = policy(&sale, id).await;
    assert_eq!((ended.state, ended.cancel_reason.as_deref()), (PolicyState::Cancelled, Some("The car was sold")));
    sale.work().await;
    sale.work_again().await;
    assert_eq!(verify(&sale.shop.world.visitor(&sale.shop.tenant), &code).await.unwrap().verdict, Verdict::Cancelled);

    let mut tx = sale.own().begin_read().await.unwrap();
    let letters = register::service::list_of(&mut tx, documents::Subject::new("cancellation", agreed.id.0)).await.unwrap();
    assert_eq!(letters.len(), 1);
    assert_eq!(
        (letters[0].kind, letters[0].state, letters[0].number.as_deref()),
        (DocumentKind::CancellationLetter, DocumentState::Current, Some("CL-2026-00001"))
    );
    let sent = sale.messages.all();
    assert_eq!(sent.len(), 2, "the order's mail and the letter");
    assert!(sent[1].subject == "mail-cancellation-subject" && sent[1].attachments.len() == 1);
    drop(tx);

    let mut tx = sale.staff().begin_write().await.unwrap();
    let refused = policies::service::certify(&mut tx, id, &certificate(ended.version, "C1")).await.unwrap_err();
    assert!(refused.is("policy.wrong_state"));
}

#[tokio::test]
async fn cover_ends_on_the_day_that_was_agreed_and_not_before() {
    let sale = Sale::open().await;
    let id = insured(&sale).await;
    let code = code(&sale, id, 1).await;
    let visitor = sale.shop.world.visitor(&sale.shop.tenant);
    let from = sale.staff().today() + Days::new(10);
    cancel(&sale, id, &end(1, from, AskedBy::Customer)).await;
    assert!(try_cancel(&sale, &sale.staff(), id, &end(2, from, AskedBy::Customer)).await.unwrap_err().is("cancellation.already_agreed"));
    let told = verify(&visitor, &code).await.unwrap();
    assert_eq!((told.verdict, told.to, told.shortened), (Verdict::Genuine, from.pred_opt(), true), "the paper says a later day");
    let mut tx = sale.staff().begin_read().await.unwrap();
    let listed = policies::service::list(&mut tx, &PolicyFilter::default(), &kernel::paging::PageRequest::default()).await.unwrap().results;
    assert_eq!(listed.iter().map(|row| row.ends_on).collect::<Vec<_>>(), [from.pred_opt().unwrap()]);
    drop(tx);
    let state = async || {
        TakeEffect.run(sale.cx()).await.unwrap();
        TakeEffect.run(sale.cx()).await.unwrap();
        policy(&sale, id).await.state
    };
    sale.advance_days(9);
    assert_eq!(state().await, PolicyState::Active, "the last day is covered");
    assert_eq!(verify(&visitor, &code).await.unwrap().verdict, Verdict::Genuine);
    sale.advance_days(1);
    assert_eq!(state().await, PolicyState::Cancelled);
    assert_eq!(verify(&visitor, &code).await.unwrap().verdict, Verdict::Cancelled);
}

#[tokio::test]
async fn cover_that_has_not_begun_is_given_back_in_full() {
    let sale = Sale::open().await;
    let scope = sale.own();
    sale.add_car(&scope, "KDA 123A").await;
    let mut tx = scope.begin_write().await.unwrap();
    let starts_on = scope.today() + Days::new(10);
    let order = orders::service::place_order(&mut tx, orders::PlaceOrder { items: None, plan: Plan::Full, starts_on, expected: None }).await.unwrap();
    tx.commit().await.unwrap();
    sale.pay(&order).await;
    sale.work().await;
    let mut tx = sale.own().begin_read().await.unwrap();
    let id = orders::service::lines(&mut tx, order.id).await.unwrap()[0].policy.unwrap();
    drop(tx);
    let agreed = cancel(&sale, id, &end(1, scope.today(), AskedBy::Customer)).await;
    assert_eq!((agreed.calculation.rule, agreed.calculation.from, agreed.calculation.refund), (Rule::Full, starts_on, order.payable));
    let books = sale.books().await;
    for kind in ["premium_held", "commission_income", "levy", "stamp_duty", "rounding"] {
        assert_eq!(of(&books, kind), 0, "{kind}");
    }
    assert_eq!(policy(&sale, id).await.state, PolicyState::Cancelled);
}

#[tokio::test]
async fn where_the_insurer_collects_only_our_commission_changes() {
    let sale = Sale::collecting(CollectionMode::InsurerCollects).await;
    let order = sale.order(&["KDA 123A"]).await;
    let mut tx = sale.staff().begin_write().await.unwrap();
    orders::service::confirm_receipt(&mut tx, order.id, &Confirmation { note: "Receipt 00123".into() }).await.unwrap();
    tx.commit().await.unwrap();
    sale.work().await;
    let mut tx = sale.own().begin_read().await.unwrap();
    let id = orders::service::lines(&mut tx, order.id).await.unwrap()[0].policy.unwrap();
    drop(tx);
    let owed = of(&sale.books().await, "commission_receivable");
    sale.advance_days(30);
    let agreed = cancel(&sale, id, &end(1, sale.staff().today(), AskedBy::Insurer)).await;
    let books = sale.books().await;
    assert_eq!(of(&books, "commission_receivable"), owed - agreed.calculation.commission.minor);
    assert_eq!((of(&books, "customer_credit"), agreed.credited().unwrap().minor), (0, 0));
    assert_eq!(sale.count("select count(*) from customer_credits where tenant_id = $1").await, 0);
}

#[tokio::test]
async fn staff_confirm_the_figures_they_saw_or_nothing() {
    let sale = Sale::open().await;
    let id = insured(&sale).await;
    let today = sale.staff().today();
    for (command, code) in [
        (Cancel { reason: String::new(), ..end(1, today, AskedBy::Customer) }, "validation_error"),
        (Cancel { expected_refund: Some(1), ..end(1, today, AskedBy::Customer) }, "cancellation.figures_changed"),
        (end(7, today, AskedBy::Customer), "policy.changed"),
        (end(1, today - Days::new(1), AskedBy::Customer), "validation_error"),
        (end(1, today + Days::new(400), AskedBy::Customer), "validation_error"),
    ] {
        let refused = try_cancel(&sale, &sale.staff(), id, &command).await.unwrap_err();
        assert!(refused.is(code), "{code}: {}", refused.code);
    }
    assert_eq!(policy(&sale, id).await.state, PolicyState::Active);
    assert_eq!(sale.count("select count(*) from cancellations where tenant_id = $1").await, 0);
}

#[tokio::test]
async fn two_people_who_cancel_at_once_cancel_once() {
    let sale = Sale::open().await;
    let id = insured(&sale).await;
    let command = end(1, sale.staff().today(), AskedBy::Insurer);
    let (first, second) = (sale.staff(), sale.staff());
    let (a, b) = tokio::join!(try_cancel(&sale, &first, id, &command), try_cancel(&sale, &second, id, &command));
    let refused = match (a, b) {
        (Ok(_), Err(error)) | (Err(error), Ok(_)) => error,
        other => panic!("{other:?}"),
    };
    assert!(refused.is("policy.changed"), "{}", refused.code);
    assert_eq!(sale.count("select count(*) from journal_entries where tenant_id = $1 and kind = 'policy_cancelled'").await, 1);
}

#[tokio::test]
async fn a_refund_may_be_asked_for_at_once() {
    let sale = Sale::open().await;
    let id = insured(&sale).await;
    let command = Cancel { pay_back: true, ..end(1, sale.staff().today(), AskedBy::Insurer) };
    let agreed = cancel(&sale, id, &command).await;
    let mut tx = sale.staff().begin_read().await.unwrap();
    let found = refunds::list(&mut tx, &RefundFilter::default(), &kernel::paging::PageRequest::default()).await.unwrap().results;
    assert_eq!(found.iter().map(|refund| (refund.amount, refund.state)).collect::<Vec<_>>(), [(agreed.calculation.refund, RefundState::Due)]);
}

#[tokio::test]
async fn a_customer_asks_and_staff_agree_or_decline() {
    let sale = Sale::open().await;
    let id = insured(&sale).await;
    let from = sale.own().today();
    let ask = async |scope: Scope| {
        let mut tx = scope.begin_write().await?;
        cancellations::ask(&mut tx, id, from, "I sold the car").await?;
        tx.commit().await
    };
    let stranger = sale.shop.world.customer(&sale.shop.tenant, uuid::Uuid::now_v7());
    assert!(ask(stranger).await.unwrap_err().is("policy.not_found"));
    ask(sale.own()).await.unwrap();
    assert!(ask(sale.own()).await.unwrap_err().is("cancellation.already_asked"));
    assert_eq!(policy(&sale, id).await.state, PolicyState::Active, "asking ends nothing");

    let mut tx = sale.staff().begin_write().await.unwrap();
    cancellations::decline(&mut tx, id, "Bring the logbook first").await.unwrap();
    assert!(cancellations::decline(&mut tx, id, "Again").await.unwrap_err().is("cancellation.request_over"));
    tx.commit().await.unwrap();
    let wish = async || {
        let mut tx = sale.own().begin_read().await.unwrap();
        cancellations::newest_request(&mut tx, id).await.unwrap().unwrap()
    };
    assert_eq!((wish().await.state, wish().await.answer.as_deref()), (RequestState::Declined, Some("Bring the logbook first")));
    ask(sale.own()).await.unwrap();
    cancel(&sale, id, &end(1, from, AskedBy::Customer)).await;
    assert_eq!(wish().await.state, RequestState::Agreed);
}

/// A policy paid in three parts of which the first has come: 18,243 of 45,243.
async fn part_paid() -> (Sale, PolicyId) {
    let sale = Sale::open().await;
    sale.allow_instalments(12).await;
    sale.add_car(&sale.own(), "KDA 123A").await;
    let order = sale.try_order_by(Plan::Three).await.unwrap();
    sale.pay(&order).await;
    sale.work().await;
    let mut tx = sale.own().begin_read().await.unwrap();
    let id = orders::service::lines(&mut tx, order.id).await.unwrap()[0].policy.unwrap();
    drop(tx);
    (sale, id)
}

#[tokio::test]
async fn instalments_that_have_not_come_are_no_longer_owed_and_not_given_back() {
    let (sale, id) = part_paid().await;
    let agreed = cancel(&sale, id, &end(1, sale.staff().today(), AskedBy::Insurer)).await;
    assert_eq!(agreed.netted.minor, 2_700_000);
    let books = sale.books().await;
    assert_eq!(of(&books, "customer_credit"), -(agreed.calculation.refund.minor - 2_700_000));
    for kind in ["premium_held", "commission_income", "levy"] {
        assert_eq!(of(&books, kind), 0, "{kind}");
    }
    assert_eq!(sale.count("select count(*) from receivables where tenant_id = $1 and state = 'open'").await, 0);
}

#[tokio::test]
async fn premium_that_was_earned_and_not_paid_stays_owed() {
    let (sale, id) = part_paid().await;
    sale.advance_days(300);
    let agreed = cancel(&sale, id, &end(1, sale.staff().today(), AskedBy::Insurer)).await;
    let refund = agreed.calculation.refund.minor;
    assert_eq!((agreed.netted.minor, agreed.credited().unwrap().minor), (refund, 0));
    assert_eq!(sale.count("select amount_minor from receivables where tenant_id = $1 and state = 'open'").await, 2_700_000 - refund);
    assert_eq!(of(&sale.books().await, "customer_credit"), 2_700_000 - refund, "the customer owes us");
    assert_eq!(sale.count("select count(*) from customer_credits where tenant_id = $1").await, 0);
}

/// The provider takes back the money that was paid last for an order.
pub async fn take_back(sale: &Sale, order: &orders::Order) {
    let mut tx = sale.system().begin_write().await.unwrap();
    let paid = payments::service::of_payable(&mut tx, orders::PAYABLE, order.id.0).await.unwrap().remove(0);
    let report = PaymentReported {
        delivery: uuid::Uuid::now_v7(),
        installation: uuid::Uuid::from_u128(1),
        key: Some(paid.id.to_string()),
        provider_ref: Some(format!("ref-{}", paid.id)),
        state: ProviderState::Reversed,
        code: None,
        message: None,
        reason: None,
        amount_minor: Some(paid.amount.minor),
        currency: Some("KES".into()),
        fee_minor: None,
        receipt: None,
        occurred_at: None,
        source_trusted: true,
    };
    payments::reports::accept(&mut tx, &report).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn of_money_that_was_taken_back_only_what_was_earned_stays_owed_after_the_end() {
    let sale = Sale::open().await;
    let order = sale.order(&["KDA 123A"]).await;
    sale.pay(&order).await;
    sale.work().await;
    take_back(&sale, &order).await;
    sale.work().await;
    assert_eq!(of(&sale.books().await, "customer_credit"), order.payable.minor, "all of it is owed again");
    assert_eq!(sale.count("select count(*) from fulfilment_tasks where tenant_id = $1 and kind = 'payment_reversed' and state = 'open'").await, 1);
    let mut tx = sale.own().begin_read().await.unwrap();
    let id = orders::service::lines(&mut tx, order.id).await.unwrap()[0].policy.unwrap();
    drop(tx);
    sale.advance_days(100);
    let agreed = cancel(&sale, id, &end(1, sale.staff().today(), AskedBy::Insurer)).await;
    let (refund, books) = (agreed.calculation.refund.minor, sale.books().await);
    assert_eq!((agreed.netted.minor, agreed.credited().unwrap().minor), (refund, 0));
    assert_eq!(of(&books, "customer_credit"), order.payable.minor - refund);
    assert_eq!(sale.count("select amount_minor from receivables where tenant_id = $1 and state = 'open'").await, order.payable.minor - refund);
    assert_eq!(books.iter().map(|(_, minor)| minor).sum::<i64>(), 0);
}

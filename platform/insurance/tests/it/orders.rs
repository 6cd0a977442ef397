use insurance::{
    cart,
    collection::{Collection, CollectionMode},
    orders::{Confirmation, OrderFilter, OrderState, PAYABLE, PlaceOrder, api::cancel_own, jobs::ExpireOrders, service},
};
use kernel::{jobs::Job, paging::PageRequest};
use ledger::receivables::{self, ReceivableState};

use crate::sale::Sale;

async fn owed(sale: &Sale, order: &insurance::orders::Order) -> Vec<(i64, ReceivableState)> {
    let mut tx = sale.system().begin_read().await.unwrap();
    let found = receivables::of_payable(&mut tx, PAYABLE, order.id.0).await.unwrap();
    found.into_iter().map(|receivable| (receivable.amount.minor, receivable.state)).collect()
}

#[tokio::test]
async fn an_order_freezes_its_lines_and_opens_one_debt_for_each() {
    let sale = Sale::open().await;
    let order = sale.order(&["KDA 123A", "KDB 456B"]).await;
    assert_eq!((order.number.as_str(), order.state, order.collection_mode.as_str()), ("ORD-2026-00001", OrderState::Open, "collect_and_remit"));
    assert_eq!(order.payable.minor, 2 * 4_524_300);
    assert_eq!(owed(&sale, &order).await, [(4_524_300, ReceivableState::Open); 2]);
    let mut tx = sale.own().begin_read().await.unwrap();
    assert!(cart::service::view(&mut tx).await.unwrap().lines.is_empty(), "the cart is empty again");
    let lines = service::lines(&mut tx, order.id).await.unwrap();
    assert_eq!((lines[0].commission.minor, lines[0].premium.minor), (450_000, 4_500_000), "ten percent of the premium before levies");
    let status = service::status(&mut tx, order.id).await.unwrap();
    assert_eq!(status.owed, order.payable);

    let stranger = sale.shop.world.customer(&sale.shop.tenant, uuid::Uuid::now_v7());
    let mut tx = stranger.begin_read().await.unwrap();
    assert!(service::status(&mut tx, order.id).await.unwrap_err().is("order.not_found"));
}

#[tokio::test]
async fn a_risk_is_ordered_once_until_its_order_is_cancelled() {
    let sale = Sale::open().await;
    let scope = sale.own();
    let quote = sale.add_car(&scope, "KDA 123A").await;
    let order = sale.try_order().await.unwrap();
    let add_again = async || {
        let mut tx = scope.begin_write().await.unwrap();
        cart::service::add(&mut tx, quote.offers[1].id).await.unwrap();
        tx.commit().await.unwrap();
    };
    add_again().await;
    let error = sale.try_order().await.unwrap_err();
    assert_eq!((&*error.code, &error.params[..]), ("order.already_placed", &[("number", order.number.clone())][..]));

    let cancelled = cancel_own(&scope, order.id).await.unwrap();
    assert_eq!(cancelled.order.state, OrderState::Cancelled);
    assert_eq!(owed(&sale, &order).await, [(4_524_300, ReceivableState::Closed)]);
    assert!(cancel_own(&scope, order.id).await.unwrap_err().is("order.wrong_state"));
    assert_eq!(sale.try_order().await.unwrap().number, "ORD-2026-00002");
}

#[tokio::test]
async fn nothing_is_sold_before_somebody_chose_who_collects() {
    let sale = Sale::open().await;
    let mut tx = sale.staff().begin_write().await.unwrap();
    tx.set_setting(&Collection::default(), 1).await.unwrap();
    tx.commit().await.unwrap();
    sale.add_car(&sale.own(), "KDA 123A").await;
    assert!(sale.try_order().await.unwrap_err().is("order.collection_not_chosen"));
}

#[tokio::test]
async fn cover_neither_begins_in_the_past_nor_far_ahead() {
    let sale = Sale::open().await;
    let scope = sale.own();
    sale.add_car(&scope, "KDA 123A").await;
    for (days, code) in [(-1, "order-start-past"), (91, "order-start-too-far")] {
        let mut tx = scope.begin_write().await.unwrap();
        let starts_on = scope.today() + chrono::Duration::days(days);
        let error = service::place_order(&mut tx, PlaceOrder { items: None, starts_on, plan: insurance::plans::Plan::Full, expected: None })
            .await
            .unwrap_err();
        assert_eq!(error.fields[0].code, code);
    }
}

#[tokio::test]
async fn an_order_nobody_paid_expires_after_the_last_day_of_its_quotes() {
    let sale = Sale::open().await;
    let order = sale.order(&["KDA 123A"]).await;
    sale.advance_days(13);
    ExpireOrders.run(sale.cx()).await.unwrap();
    assert_eq!(sale.order_now(&order).await.state, OrderState::Open, "the last day counts");
    sale.advance_days(1);
    for _ in 0..2 {
        ExpireOrders.run(sale.cx()).await.unwrap();
    }
    assert_eq!(sale.order_now(&order).await.state, OrderState::Expired);
    assert_eq!(owed(&sale, &order).await, [(4_524_300, ReceivableState::Closed)]);
}

#[tokio::test]
async fn an_order_is_kept_while_a_payment_is_under_way_and_is_fulfilled_when_it_ends_well() {
    let sale = Sale::open().await;
    let order = sale.order(&["KDA 123A"]).await;
    sale.advance_days(13);
    sale.till.wait();
    sale.pay(&order).await;
    sale.work().await;
    sale.advance_days(1);
    ExpireOrders.run(sale.cx()).await.unwrap();
    assert_eq!(sale.order_now(&order).await.state, OrderState::Open);
    assert!(cancel_own(&sale.own(), order.id).await.unwrap_err().is("order.payment_pending"));
}

#[tokio::test]
async fn money_for_a_cancelled_order_buys_nothing_and_becomes_credit() {
    let sale = Sale::open().await;
    let order = sale.order(&["KDA 123A"]).await;
    let payment = sale.pay(&order).await;
    // The order is closed behind the payment's back, as between two workers.
    let mut tx = sale.system().begin_write().await.unwrap();
    receivables::close(&mut tx, PAYABLE, order.id.0, "cancelled").await.unwrap();
    tx.commit().await.unwrap();
    sale.work().await;
    assert_eq!(sale.count("select count(*) from policies where tenant_id = $1").await, 0);
    assert_eq!(sale.books().await, [("clearing".to_owned(), payment.amount_minor), ("customer_credit".to_owned(), -payment.amount_minor)]);
    assert_eq!(
        sale.count("select count(*) from documents where tenant_id = $1 and kind = 'receipt' and state = 'current'").await,
        1,
        "money gets a receipt in any case"
    );
    assert!(sale.messages.all().is_empty());
}

#[tokio::test]
async fn where_the_insurer_collects_staff_confirm_and_only_commission_is_posted() {
    let sale = Sale::collecting(CollectionMode::InsurerCollects).await;
    let order = sale.order(&["KDA 123A"]).await;
    assert!(owed(&sale, &order).await.is_empty(), "nothing is owed to the brokerage");
    let mut tx = sale.own().begin_read().await.unwrap();
    let status = service::status(&mut tx, order.id).await.unwrap();
    let pay = &status.pay_at_insurer[0];
    assert_eq!(
        (pay.instructions.as_str(), Some(&pay.reference), pay.amount),
        ("Pay the insurer at its own paybill.", order.reference.as_ref(), order.payable)
    );
    drop(tx);

    let staff = sale.staff();
    let mut tx = staff.begin_write().await.unwrap();
    let waiting = OrderFilter { awaiting_receipt: true, ..OrderFilter::default() };
    assert_eq!(service::list(&mut tx, &waiting, &PageRequest::default()).await.unwrap().count, 1);
    let note = |note: &str| Confirmation { note: note.into() };
    assert!(service::confirm_receipt(&mut tx, order.id, &note(" ")).await.unwrap_err().is("validation_error"));
    service::confirm_receipt(&mut tx, order.id, &note("Receipt 00123")).await.unwrap();
    assert!(service::confirm_receipt(&mut tx, order.id, &note("Receipt 00123")).await.unwrap_err().is("order.wrong_state"));
    tx.commit().await.unwrap();
    sale.work().await;
    sale.work_again().await;
    assert_eq!(sale.order_now(&order).await.state, OrderState::Fulfilled);
    assert_eq!(sale.books().await, [("commission_income".to_owned(), -450_000), ("commission_receivable".to_owned(), 450_000)]);
    assert_eq!(
        sale.messages.all().iter().map(|mail| mail.attachments.len()).collect::<Vec<_>>(),
        [1],
        "one mail with the risk note, no receipt of ours"
    );
}

#[tokio::test]
async fn a_receipt_is_not_confirmed_where_the_brokerage_collects() {
    let sale = Sale::open().await;
    let order = sale.order(&["KDA 123A"]).await;
    let mut tx = sale.staff().begin_write().await.unwrap();
    let error = service::confirm_receipt(&mut tx, order.id, &Confirmation { note: "seen".into() }).await.unwrap_err();
    assert!(error.is("order.not_at_insurer"));
}

#[tokio::test]
async fn staff_find_orders_by_number_name_and_state() {
    let sale = Sale::open().await;
    let order = sale.order(&["KDA 123A"]).await;
    let mut tx = sale.staff().begin_read().await.unwrap();
    for text in ["ord-2026-00001", "amani", "amani mf"] {
        let page = PageRequest { search: Some(text.into()), ..PageRequest::default() };
        let found = service::list(&mut tx, &OrderFilter::default(), &page).await.unwrap();
        assert_eq!(found.results.iter().map(|row| row.id).collect::<Vec<_>>(), [order.id], "{text}");
    }
    let paid = OrderFilter { state: Some(OrderState::Paid), ..OrderFilter::default() };
    assert_eq!(service::list(&mut tx, &paid, &PageRequest::default()).await.unwrap().count, 0);
    assert_eq!(service::record(&mut tx, order.id).await.unwrap().customer_name, "Amani Mfano");
}

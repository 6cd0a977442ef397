//! Orders that are paid in parts.

use insurance::{
    fulfilment::{self, TaskFilter, TaskKind, TaskState, WatchInstalments},
    orders::{LineState, OrderState, service},
    plans::{PaymentPlans, Plan},
    policies::{self, PolicyFilter},
};
use kernel::{jobs::Job, money::Money, paging::PageRequest};

use crate::sale::Sale;

pub async fn divided(plan: Plan, plates: &[&str]) -> (Sale, insurance::orders::Order) {
    let sale = Sale::open().await;
    sale.allow_instalments(12).await;
    for plate in plates {
        sale.add_car(&sale.own(), plate).await;
    }
    let order = sale.try_order_by(plan).await.unwrap();
    (sale, order)
}

async fn policies(sale: &Sale) -> usize {
    let mut tx = sale.own().begin_read().await.unwrap();
    policies::service::list_own(&mut tx, &PolicyFilter::default(), &PageRequest::default()).await.unwrap().results.len()
}

async fn due(sale: &Sale, order: &insurance::orders::Order) -> (Money, Money) {
    let mut tx = sale.own().begin_read().await.unwrap();
    let status = service::status(&mut tx, order.id).await.unwrap();
    (status.due, status.owed)
}

fn minor((due, owed): (Money, Money)) -> (i64, i64) {
    (due.minor, owed.minor)
}

#[tokio::test]
async fn the_first_part_begins_cover_and_each_part_is_posted_as_it_comes() {
    let (sale, order) = divided(Plan::Three, &["KDA 123A", "KDB 456B"]).await;
    assert_eq!(minor(due(&sale, &order).await), (2 * 1_824_300, 2 * 4_524_300));

    sale.pay(&order).await;
    sale.work().await;
    assert_eq!(sale.order_now(&order).await.state, OrderState::Fulfilled);
    assert_eq!(policies(&sale).await, 2);
    let first = [
        ("clearing".to_owned(), 2 * 1_824_300),
        ("commission_income".to_owned(), -2 * 180_000),
        ("levy".to_owned(), -2 * 20_250),
        ("premium_held".to_owned(), -2 * 1_620_000),
        ("rounding".to_owned(), -2 * 50),
        ("stamp_duty".to_owned(), -2 * 4_000),
    ];
    assert_eq!(sale.books().await, first, "what is not paid is held for nobody");

    assert_eq!(minor(due(&sale, &order).await), (2 * 1_350_000, 2 * 2_700_000));
    sale.pay(&order).await;
    sale.work().await;
    sale.pay(&order).await;
    sale.work_again().await;
    assert_eq!(minor(due(&sale, &order).await), (0, 0));
    let whole = [
        ("clearing".to_owned(), 2 * 4_524_300),
        ("commission_income".to_owned(), -2 * 450_000),
        ("levy".to_owned(), -2 * 20_250),
        ("premium_held".to_owned(), -2 * 4_050_000),
        ("rounding".to_owned(), -2 * 50),
        ("stamp_duty".to_owned(), -2 * 4_000),
    ];
    assert_eq!(sale.books().await, whole);
    assert_eq!(policies(&sale).await, 2);
    assert_eq!(sale.count("select count(*) from documents where tenant_id = $1 and kind = 'receipt' and state = 'current'").await, 3);
    assert_eq!(sale.count("select count(*) from journal_entries where tenant_id = $1 and kind = 'instalment_paid'").await, 4);
}

#[tokio::test]
async fn workers_that_die_at_any_wait_post_each_part_once() {
    let (sale, order) = divided(Plan::Two, &["KDA 123A"]).await;
    sale.pay(&order).await;
    sale.work_dying().await;
    sale.pay(&order).await;
    sale.work_dying().await;
    assert_eq!(minor(due(&sale, &order).await), (0, 0));
    assert_eq!(sale.count("select count(*) from journal_entries where tenant_id = $1 and kind = 'instalment_paid'").await, 1);
    assert_eq!(policies(&sale).await, 1);
    let held: i64 = sale.books().await.into_iter().filter(|(kind, _)| kind == "premium_held").map(|(_, minor)| minor).sum();
    assert_eq!(held, -4_050_000);
}

#[tokio::test]
async fn a_plan_that_nothing_may_be_paid_by_is_refused_and_nothing_is_ordered() {
    let sale = Sale::open().await;
    sale.allow_instalments(2).await;
    sale.add_car(&sale.own(), "KDA 123A").await;
    assert!(sale.try_order_by(Plan::Three).await.unwrap_err().is("order.plan_not_offered"));
    let mut tx = sale.staff().begin_write().await.unwrap();
    let mut closed = PaymentPlans::default();
    closed.two.offered = false;
    tx.set_setting(&closed, 0).await.unwrap();
    tx.commit().await.unwrap();
    assert!(sale.try_order_by(Plan::Two).await.unwrap_err().is("order.plan_not_offered"));
    assert_eq!(sale.count("select count(*) from orders where tenant_id = $1").await, 0);
    assert_eq!(sale.try_order().await.unwrap().plan, Plan::Full);
}

#[tokio::test]
async fn a_line_that_cannot_be_issued_credits_what_was_paid_and_is_owed_no_more() {
    let (sale, order) = divided(Plan::Two, &["KDA 123A"]).await;
    // The entry of the line is there already, so that issuing it is refused for good.
    let mut tx = sale.system().begin_write().await.unwrap();
    let line = service::lines(&mut tx, order.id).await.unwrap().remove(0);
    let lines = ledger::journal::Line::transfer(
        ledger::accounts::Account::commission_income(),
        ledger::accounts::Account::rounding(),
        Money::new(1, order.payable.currency),
    )
    .unwrap();
    let entry = ledger::journal::Entry {
        kind: "policy_issued",
        description: "in the way".into(),
        source: ("order_line", line.id.0),
        business_date: tx.scope().today(),
        lines,
    };
    ledger::journal::post(&mut tx, entry).await.unwrap();
    tx.commit().await.unwrap();

    sale.pay(&order).await;
    sale.work().await;
    let mut tx = sale.staff().begin_read().await.unwrap();
    assert_eq!(service::lines(&mut tx, order.id).await.unwrap()[0].state, LineState::Failed);
    assert_eq!(sale.count("select amount_minor from customer_credits where tenant_id = $1").await, 2_274_300);
    assert_eq!(minor(due(&sale, &order).await), (0, 0));
}

#[tokio::test]
async fn a_part_that_is_later_than_the_days_of_grace_is_a_task_until_it_is_paid() {
    let (sale, order) = divided(Plan::Two, &["KDA 123A"]).await;
    sale.pay(&order).await;
    sale.work().await;
    let open = async || {
        let mut tx = sale.staff().begin_read().await.unwrap();
        let filter = TaskFilter { state: Some(TaskState::Open), ..TaskFilter::default() };
        let found = fulfilment::tasks(&mut tx, &filter, &PageRequest::default()).await.unwrap();
        found.results.into_iter().map(|task| task.kind).collect::<Vec<_>>()
    };
    sale.advance_days(30 + 7);
    WatchInstalments.run(sale.cx()).await.unwrap();
    assert_eq!(open().await, []);
    sale.advance_days(1);
    WatchInstalments.run(sale.cx()).await.unwrap();
    WatchInstalments.run(sale.cx()).await.unwrap();
    assert_eq!(open().await, [TaskKind::InstalmentOverdue]);
    sale.pay(&order).await;
    sale.work().await;
    assert_eq!(open().await, []);
}

//! What is owed.

use kernel::paging::PageRequest;
use ledger::receivables::{self, NewReceivable, ReceivableFilter, ReceivableState};
use uuid::Uuid;

use crate::bench::{Bench, code, kes};

fn new(bench: &Bench, customer: Uuid, amount: i64) -> NewReceivable {
    NewReceivable {
        payable_kind: "order".into(),
        payable_id: Uuid::now_v7(),
        line: Some(Uuid::now_v7()),
        instalment: 1,
        customer,
        description: "Cover".into(),
        amount: kes(amount),
        due_on: bench.today(),
    }
}

#[tokio::test]
async fn a_line_is_owed_once_and_only_positive_amounts_are_owed() {
    let bench = Bench::new().await;
    let mut tx = bench.payer().begin_write().await.unwrap();
    let first = new(&bench, bench.customer, 500);
    receivables::open(&mut tx, first.clone()).await.unwrap();
    assert_eq!(code(&receivables::open(&mut tx, first).await.unwrap_err()), "receivable.already_opened");
    let mut tx = bench.payer().begin_write().await.unwrap();
    for amount in [0, -1] {
        assert_eq!(code(&receivables::open(&mut tx, new(&bench, bench.customer, amount)).await.unwrap_err()), "receivable.amount_not_positive");
    }
}

#[tokio::test]
async fn what_is_due_now_is_everything_overdue_and_at_least_the_next_part() {
    let bench = Bench::new().await;
    let mut tx = bench.payer().begin_write().await.unwrap();
    let first = new(&bench, bench.customer, 500);
    let part = |instalment: i16, months| NewReceivable { instalment, due_on: bench.today() + chrono::Months::new(months), ..first.clone() };
    let mut opened = Vec::new();
    for (instalment, months) in [(1, 0), (2, 1), (3, 2)] {
        opened.push(receivables::open(&mut tx, part(instalment, months)).await.unwrap());
    }
    assert_eq!(code(&receivables::open(&mut tx, part(3, 3)).await.unwrap_err()), "receivable.already_opened");
    let due = |parts: &[receivables::Receivable], months| receivables::due_now(parts, bench.today() + chrono::Months::new(months)).unwrap();
    assert_eq!(due(&opened, 0), Some(kes(500)));
    assert_eq!(due(&opened, 1), Some(kes(1_000)));
    assert_eq!(due(&opened[1..], 0), Some(kes(500)), "the next one may be paid before its day");
    assert_eq!(due(&opened, 9), Some(kes(1_500)));
    assert_eq!(due(&[], 9), None);
}

#[tokio::test]
async fn a_reference_is_found_as_people_type_it() {
    let bench = Bench::new().await;
    let order = bench.order(&[500]).await;
    let reference = bench.receivables(order).await[0].reference.clone();
    let typed = format!(" {}-{} ", reference[..6].to_lowercase(), &reference[6..]).replace('0', "o").replace('1', "i");
    let mut tx = bench.staff().begin_read().await.unwrap();
    let found = receivables::by_reference(&mut tx, &typed).await.unwrap();
    assert_eq!(found.map(|receivable| receivable.payable_id), Some(order));
    assert!(receivables::by_reference(&mut tx, "not a reference").await.unwrap().is_none());
    let page = PageRequest { search: Some(typed), ..PageRequest::default() };
    assert_eq!(receivables::list(&mut tx, &ReceivableFilter::default(), &page).await.unwrap().results.len(), 1);
}

#[tokio::test]
async fn closing_ends_what_is_open_and_nothing_else() {
    let bench = Bench::new().await;
    let order = bench.order(&[500, 700]).await;
    let mut tx = bench.staff().begin_write().await.unwrap();
    assert_eq!(receivables::owed(&mut tx, "order", order).await.unwrap(), Some(kes(1_200)));
    assert_eq!(receivables::close(&mut tx, "order", order, "cancelled").await.unwrap(), 2);
    assert_eq!(receivables::close(&mut tx, "order", order, "cancelled").await.unwrap(), 0);
    assert_eq!(receivables::owed(&mut tx, "order", order).await.unwrap(), Some(kes(0)));
    assert_eq!(receivables::owed(&mut tx, "order", Uuid::now_v7()).await.unwrap(), None);
    tx.commit().await.unwrap();
    assert!(bench.receivables(order).await.iter().all(|receivable| receivable.state == ReceivableState::Closed));
}

#[test]
fn the_table_of_states_is_exactly_this() {
    for from in ReceivableState::ALL {
        for to in ReceivableState::ALL {
            // What was paid is owed again when the money is taken back.
            let allowed = (*from == ReceivableState::Open) != (*to == ReceivableState::Open) && *from != ReceivableState::Closed;
            assert_eq!(from.can_become(*to), allowed, "{from:?} -> {to:?}");
        }
    }
}

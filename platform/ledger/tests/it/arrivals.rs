//! Money that nobody was asked for: somebody typed a number and a reference.

use bytes::Bytes;
use kernel::{AppError, paging::PageRequest};
use ledger::{
    payments::{PaymentState, Proof, service},
    receipts::{self, ReceiptFilter, ReceiptState, UnmatchedReceipt},
    receivables::{self, NewReceivable, ReceivableState},
    reconciliation::{self, LineFilter, LineState, StatementLineView, arrivals},
};
use ports::payment::{PaymentArrived, StatementLine};
use uuid::Uuid;

use crate::bench::{Bench, code, kes, line};

/// An order with a number, each part due a month after the one before it.
async fn order(bench: &Bench, number: &str, parts: &[i64]) -> Uuid {
    let (order, line) = (Uuid::now_v7(), Uuid::now_v7());
    let part = |(amount, instalment): (&i64, i16)| NewReceivable {
        payable_kind: "order".into(),
        payable_id: order,
        line: Some(line),
        instalment,
        customer: bench.customer,
        description: "Motor cover".into(),
        amount: kes(*amount),
        due_on: bench.today() + chrono::Months::new(instalment.unsigned_abs().into()),
    };
    let mut tx = bench.system().begin_write().await.unwrap();
    receivables::open_all(&mut tx, number, parts.iter().zip(1..).map(part).collect()).await.unwrap();
    tx.commit().await.unwrap();
    order
}

fn arrived(bench: &Bench, receipt: &str, minor: i64, typed: &str) -> PaymentArrived {
    PaymentArrived {
        delivery: Uuid::now_v7(),
        installation: bench.installation,
        method: "mobile".into(),
        method_title: "Mobile money".into(),
        provider_ref: receipt.into(),
        receipt: Some(receipt.into()),
        reference: typed.into(),
        amount_minor: minor,
        currency: "KES".into(),
        occurred_at: Some(bench.system().now()),
        source_trusted: true,
    }
}

async fn hear(bench: &Bench, told: &PaymentArrived) {
    let mut tx = bench.system().begin_write().await.unwrap();
    arrivals::accept(&mut tx, told).await.unwrap();
    tx.commit().await.unwrap();
}

async fn import(bench: &Bench, lines: Vec<StatementLine>) {
    bench.gateway.writes(lines);
    let scope = bench.staff();
    let file = reconciliation::read(&bench.world.app, &scope, "mobile", "statement.csv", Bytes::from_static(b"statement")).await.unwrap();
    let mut tx = scope.begin_write().await.unwrap();
    reconciliation::import(&mut tx, file).await.unwrap();
    tx.commit().await.unwrap();
}

async fn lines(bench: &Bench) -> Vec<StatementLineView> {
    let mut tx = bench.staff().begin_read().await.unwrap();
    reconciliation::lines(&mut tx, &LineFilter::default(), &PageRequest::default()).await.unwrap().results
}

async fn waiting(bench: &Bench) -> Vec<UnmatchedReceipt> {
    let mut tx = bench.staff().begin_read().await.unwrap();
    let open = ReceiptFilter { state: Some(ReceiptState::Open), ..ReceiptFilter::default() };
    receipts::list(&mut tx, &open, &PageRequest::default()).await.unwrap().results
}

async fn paid(bench: &Bench, order: Uuid) -> Vec<i64> {
    bench.receivables(order).await.iter().map(|part| part.allocated.minor).collect()
}

#[tokio::test]
async fn an_orders_number_settles_it_in_whatever_way_it_is_typed() {
    let bench = Bench::new().await;
    for (nr, typed) in ["ORD-2026-00001", "ord 2026 00002", "Ord202600003", " ORD 2026-00004."].into_iter().enumerate() {
        let order = order(&bench, &format!("ORD-2026-0000{}", nr + 1), &[50_000]).await;
        hear(&bench, &arrived(&bench, &format!("TJ{nr}"), 50_000, typed)).await;
        assert_eq!(bench.receivables(order).await[0].state, ReceivableState::Settled, "{typed}");
        let mut tx = bench.staff().begin_read().await.unwrap();
        let payments = service::of_payable(&mut tx, "order", order).await.unwrap();
        assert_eq!(
            (payments.len(), payments[0].state, payments[0].receipt.as_deref()),
            (1, PaymentState::Received, Some(format!("TJ{nr}").as_str()))
        );
        drop(tx);
        assert_eq!(bench.record(payments[0].id).await.payment.proof, Some(Proof::Callback));
    }
    assert_eq!(bench.books().await, (200_000, 200_000));
    assert!(waiting(&bench).await.is_empty());
}

#[tokio::test]
async fn less_is_a_part_and_what_is_over_is_the_customers_credit() {
    let bench = Bench::new().await;
    let order = order(&bench, "ORD-2026-00042", &[30_000, 20_000]).await;
    hear(&bench, &arrived(&bench, "TJ1", 10_000, "ORD-2026-00042")).await;
    assert_eq!(paid(&bench, order).await, [10_000, 0]);
    hear(&bench, &arrived(&bench, "TJ2", 25_000, "ORD-2026-00042")).await;
    assert_eq!(paid(&bench, order).await, [30_000, 5_000]);
    hear(&bench, &arrived(&bench, "TJ3", 16_000, "ORD-2026-00042")).await;
    assert_eq!(paid(&bench, order).await, [30_000, 20_000]);
    let credited = bench.events("payment.credited").await;
    assert_eq!((credited.len(), credited[0]["amount_minor"].as_i64(), credited[0]["reason"].as_str()), (1, Some(1_000), Some("overpaid")));
    assert_eq!(bench.books().await, (51_000, 51_000));
}

#[tokio::test]
async fn one_payment_counts_once_whether_reports_or_a_statement_tell_of_it_first() {
    for statement_first in [false, true] {
        let bench = Bench::new().await;
        let order = order(&bench, "ORD-2026-00042", &[50_000]).await;
        let told = arrived(&bench, "TJ1", 50_000, "ord-2026-00042");
        let said = vec![line(&bench, "TJ1", 50_000, Some("ord-2026-00042"))];
        if statement_first {
            import(&bench, said.clone()).await;
        }
        for _ in 0..2 {
            hear(&bench, &PaymentArrived { delivery: Uuid::now_v7(), ..told.clone() }).await;
        }
        import(&bench, said).await;
        assert_eq!(paid(&bench, order).await, [50_000]);
        assert_eq!(bench.books().await, (50_000, 50_000), "statement first: {statement_first}");
        assert_eq!(lines(&bench).await.iter().map(|line| line.state).collect::<Vec<_>>(), [LineState::Matched]);
        assert!(waiting(&bench).await.is_empty());
    }
}

#[tokio::test]
async fn the_reference_of_an_attempt_settles_it_and_another_amount_is_a_payment_of_its_own() {
    let bench = Bench::new().await;
    let (whole, part) = (order(&bench, "ORD-2026-00001", &[50_000]).await, order(&bench, "ORD-2026-00002", &[50_000]).await);
    let (first, second) = (bench.pending(whole).await, bench.pending(part).await);
    let reference = async |payment| bench.record(payment).await.payment.reference;
    hear(&bench, &arrived(&bench, "TJ1", 50_000, &reference(first).await)).await;
    hear(&bench, &arrived(&bench, "TJ2", 20_000, &reference(second).await)).await;
    assert_eq!((bench.state(first).await, bench.state(second).await), (PaymentState::Received, PaymentState::Pending));
    assert_eq!((paid(&bench, whole).await, paid(&bench, part).await), (vec![50_000], vec![20_000]));
    // What the prompt brought is reported as well, as some providers do.
    bench.report(&bench.proof(first, "TJ1").await).await;
    assert_eq!(bench.books().await, (70_000, 70_000));
}

#[tokio::test]
async fn what_names_nothing_of_ours_waits_until_staff_give_it_and_its_line_then_agrees() {
    let bench = Bench::new().await;
    let order = order(&bench, "ORD-2026-00042", &[50_000]).await;
    for _ in 0..2 {
        hear(&bench, &arrived(&bench, "TJ1", 50_000, "ORD-2062-00042")).await;
    }
    hear(&bench, &arrived(&bench, "TJ2", 700, "")).await;
    let open = waiting(&bench).await;
    assert_eq!(open.iter().map(|receipt| (receipt.origin.as_str(), receipt.trusted)).collect::<Vec<_>>(), [("arrival", true); 2]);
    assert_eq!(bench.books().await, (0, 0));
    let mut tx = bench.staff().begin_write().await.unwrap();
    receipts::assign_to_debt(&mut tx, open[1].id, "ord 2026 00042", "a slip of the finger").await.unwrap();
    receipts::assign(&mut tx, open[0].id, bench.customer, "she called").await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!((paid(&bench, order).await, bench.books().await), (vec![50_000], (50_700, 50_700)));
    import(&bench, vec![line(&bench, "TJ1", 50_000, Some("ORD-2062-00042")), line(&bench, "TJ2", 700, None)]).await;
    assert!(lines(&bench).await.iter().all(|line| line.state == LineState::Matched), "{:?}", lines(&bench).await);
    assert_eq!((bench.books().await, waiting(&bench).await.len()), ((50_700, 50_700), 0));
}

#[tokio::test]
async fn a_line_takes_over_what_waits_and_proves_what_came_from_an_unknown_source() {
    let bench = Bench::new().await;
    let order = order(&bench, "ORD-2026-00042", &[50_000]).await;
    hear(&bench, &PaymentArrived { source_trusted: false, ..arrived(&bench, "TJ1", 50_000, "ORD-2026-00042") }).await;
    hear(&bench, &PaymentArrived { source_trusted: false, ..arrived(&bench, "TJ2", 900, "nobody") }).await;
    let open = waiting(&bench).await;
    let mut tx = bench.staff().begin_write().await.unwrap();
    let refused: AppError = receipts::assign(&mut tx, open[0].id, bench.customer, "she called").await.unwrap_err();
    assert_eq!(code(&refused), "receipt.not_proven");
    drop(tx);
    import(&bench, vec![line(&bench, "TJ1", 50_000, Some("ORD-2026-00042")), line(&bench, "TJ2", 900, Some("nobody"))]).await;
    assert_eq!(paid(&bench, order).await, [50_000]);
    let left = waiting(&bench).await;
    assert_eq!((left.len(), left[0].id, left[0].origin.as_str(), left[0].trusted), (1, open[0].id, "statement", true));
    let mut tx = bench.staff().begin_write().await.unwrap();
    receipts::assign(&mut tx, left[0].id, bench.customer, "she called").await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(bench.books().await, (50_900, 50_900));
}

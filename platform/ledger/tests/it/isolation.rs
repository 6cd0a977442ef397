//! Who sees and writes what, in the database itself.

use kernel::paging::PageRequest;
use ledger::{
    payments::{PaymentFilter, service},
    receivables::{self, NewReceivable},
};
use uuid::Uuid;

use crate::bench::{Bench, code, kes};

#[tokio::test]
async fn a_customer_sees_only_what_is_his() {
    let bench = Bench::new().await;
    let order = bench.order(&[50_000]).await;
    let payment = bench.pending(order).await;
    let mut own = bench.payer().begin_read().await.unwrap();
    assert_eq!(service::status(&mut own, payment).await.unwrap().amount, kes(50_000));
    assert_eq!(service::list_of_customer(&mut own, bench.customer, &PaymentFilter::default(), &PageRequest::default()).await.unwrap().count, 1);
    let stranger = Uuid::now_v7();
    for scope in [bench.world.customer(&bench.tenant, stranger), bench.world.visitor(&bench.tenant)] {
        let mut tx = scope.begin_read().await.unwrap();
        assert_eq!(code(&service::status(&mut tx, payment).await.unwrap_err()), "not_found");
        assert_eq!(service::list_of_customer(&mut tx, bench.customer, &PaymentFilter::default(), &PageRequest::default()).await.unwrap().count, 0);
        assert!(receivables::of_payable(&mut tx, "order", order).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn a_customer_can_open_debts_of_his_own_only_and_settle_none() {
    let bench = Bench::new().await;
    let order = bench.order(&[50_000]).await;
    let payment = bench.pending(order).await;
    let new = |customer| NewReceivable {
        payable_kind: "order".into(),
        payable_id: Uuid::now_v7(),
        line: None,
        instalment: 1,
        customer,
        description: "Cover".into(),
        amount: kes(100),
        due_on: bench.today(),
    };
    let mut tx = bench.payer().begin_write().await.unwrap();
    receivables::open(&mut tx, new(bench.customer)).await.unwrap();
    assert!(receivables::open(&mut tx, new(Uuid::now_v7())).await.is_err());
    for statement in [
        "update payments set state = 'received', received_minor = 1, received_at = now(), proof = 'staff', credited_minor = 1 where tenant_id = $1",
        "update receivables set state = 'closed' where tenant_id = $1",
    ] {
        let mut tx = bench.payer().begin_write().await.unwrap();
        let done = sqlx::query(statement).bind(bench.tenant.id.0).execute(tx.conn()).await.unwrap();
        assert_eq!(done.rows_affected(), 0, "{statement}");
    }
    assert_eq!(bench.record(payment).await.payment.received, None);
}

#[tokio::test]
async fn another_tenant_sees_nothing_and_may_use_the_same_ids() {
    let bench = Bench::new().await;
    let payment = bench.pending(bench.order(&[50_000]).await).await;
    let other = bench.world.brokerage().await;
    let mut tx = bench.world.system(&other).begin_read().await.unwrap();
    assert_eq!(code(&service::record(&mut tx, payment).await.unwrap_err()), "not_found");
    for table in [
        "accounts",
        "journal_entries",
        "journal_lines",
        "receivables",
        "payments",
        "payment_steps",
        "allocations",
        "customer_credits",
        "unmatched_receipts",
        "statement_imports",
        "statement_lines",
    ] {
        let rows: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(format!("select count(*) from {table}"))).fetch_one(tx.conn()).await.unwrap();
        assert_eq!(rows, 0, "{table}");
    }
}

#[tokio::test]
async fn customers_and_visitors_read_no_books() {
    let bench = Bench::new().await;
    let payment = bench.pending(bench.order(&[50_000]).await).await;
    bench.report(&bench.proof(payment, "R1").await).await;
    for scope in [bench.payer(), bench.world.visitor(&bench.tenant)] {
        let mut tx = scope.begin_read().await.unwrap();
        for table in [
            "accounts",
            "journal_entries",
            "journal_lines",
            "payment_steps",
            "allocations",
            "customer_credits",
            "unmatched_receipts",
            "statement_lines",
        ] {
            let rows: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(format!("select count(*) from {table}"))).fetch_one(tx.conn()).await.unwrap();
            assert_eq!(rows, 0, "{table}");
        }
    }
}

//! Links by which a debt is paid without logging in.

use kernel::{AppResult, Scope, csrf::Signer};
use ledger::{
    pay_links::{self, PayLink, PayLinkState},
    takings::{self, TakingInput, Target},
};
use uuid::Uuid;

use crate::bench::{Bench, code};

fn signer() -> Signer {
    Signer::new([9; 32])
}

async fn make(scope: &Scope, order: Uuid, days: i64) -> AppResult<PayLink> {
    let mut tx = scope.begin_write().await?;
    let link = pay_links::make(&mut tx, &signer(), "order", order, "ORD-2026-00001", days).await?;
    tx.commit().await?;
    Ok(link)
}

async fn state(bench: &Bench, link: &PayLink) -> PayLinkState {
    let mut tx = bench.staff().begin_read().await.unwrap();
    let link = pay_links::get(&mut tx, link.id).await.unwrap();
    link.state(&bench.receivables(link.payable_id).await, bench.system().now())
}

#[tokio::test]
async fn the_secret_leads_to_its_link_and_the_database_keeps_only_its_hash() {
    let bench = Bench::new().await;
    let link = make(&bench.staff(), bench.order(&[50_000]).await, 7).await.unwrap();
    let secret = pay_links::token(&signer(), bench.tenant.id, link.id);
    let mut tx = bench.system().begin_read().await.unwrap();
    assert_eq!(pay_links::find(&mut tx, &secret).await.unwrap().map(|found| found.id), Some(link.id));
    for wrong in ["", "x", &secret.to_uppercase(), &secret[1..]] {
        assert!(pay_links::find(&mut tx, wrong).await.unwrap().is_none(), "{wrong}");
    }
    let kept: String = sqlx::query_scalar("select row_to_json(l)::text from pay_links l where tenant_id = $1")
        .bind(bench.tenant.id.0)
        .fetch_one(tx.conn())
        .await
        .unwrap();
    assert!(!kept.contains(&secret));
}

#[tokio::test]
async fn customers_and_visitors_see_no_links() {
    let bench = Bench::new().await;
    let link = make(&bench.staff(), bench.order(&[50_000]).await, 7).await.unwrap();
    for scope in [bench.payer(), bench.world.visitor(&bench.tenant)] {
        let mut tx = scope.begin_read().await.unwrap();
        assert!(pay_links::get(&mut tx, link.id).await.unwrap_err().is("not_found"));
    }
    assert!(make(&bench.payer(), link.payable_id, 7).await.is_err());
}

#[tokio::test]
async fn a_link_says_whether_it_was_opened_paid_withdrawn_or_is_over() {
    let bench = Bench::new().await;
    let order = bench.order(&[50_000]).await;
    let link = make(&bench.staff(), order, 7).await.unwrap();
    assert_eq!(state(&bench, &link).await, PayLinkState::Sent);
    let mut tx = bench.system().begin_write().await.unwrap();
    pay_links::note_opened(&mut tx, link.id).await.unwrap();
    pay_links::note_opened(&mut tx, link.id).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(state(&bench, &link).await, PayLinkState::Opened);

    let withdrawn = make(&bench.staff(), order, 7).await.unwrap();
    let mut tx = bench.staff().begin_write().await.unwrap();
    pay_links::withdraw(&mut tx, withdrawn.id).await.unwrap();
    pay_links::withdraw(&mut tx, withdrawn.id).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(state(&bench, &withdrawn).await, PayLinkState::Withdrawn);

    bench.wait(7 * 86_400);
    assert_eq!(state(&bench, &link).await, PayLinkState::Expired);
    let mut tx = bench.staff().begin_write().await.unwrap();
    let cash = TakingInput { method: "cash".into(), amount: "500".into(), ..TakingInput::default() };
    takings::take(&mut tx, Target::Payable { kind: "order".into(), id: order }, &cash).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(state(&bench, &link).await, PayLinkState::Paid);
}

#[tokio::test]
async fn there_is_no_link_for_nothing_and_none_for_ever() {
    let bench = Bench::new().await;
    assert!(make(&bench.staff(), Uuid::now_v7(), 7).await.unwrap_err().is("not_found"));
    let order = bench.order(&[50_000]).await;
    for days in [0, 31] {
        assert_eq!(make(&bench.staff(), order, days).await.unwrap_err().fields[0].field, "days");
    }
    let mut tx = bench.staff().begin_write().await.unwrap();
    ledger::receivables::close(&mut tx, "order", order, "cancelled").await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(code(&make(&bench.staff(), order, 7).await.unwrap_err()), "payment.nothing_owed");
}

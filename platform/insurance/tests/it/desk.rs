//! Staff sell for a customer and take the money by hand; fulfilment does not know the difference.

use insurance::{
    cart,
    fulfilment::{self, TaskFilter, TaskKind},
    orders::{self, Order, OrderState, PAYABLE, PlaceOrder},
    plans::Plan,
    quotes::{NewQuote, Quote},
};
use kernel::{AppResult, Scope, paging::PageRequest};
use ledger::takings::{self, Taking, TakingInput, Target};

use crate::{
    sale::{Sale, amani},
    shop::{but, car},
};

async fn quote(sale: &Sale, staff: &Scope, plate: &str) -> Quote {
    sale.shop.quote(staff, NewQuote { customer: Some(sale.customer.id), ..but(car(), "plate", plate) }).await
}

async fn order(sale: &Sale, staff: &Scope, plates: &[&str]) -> AppResult<Order> {
    for plate in plates {
        let quote = quote(sale, staff, plate).await;
        let mut tx = staff.begin_write().await?;
        cart::service::add_for(&mut tx, sale.customer.id, quote.offers[0].id).await?;
        tx.commit().await?;
    }
    let mut tx = staff.begin_write().await?;
    let order =
        orders::service::place_for(&mut tx, sale.customer.id, PlaceOrder { items: None, starts_on: staff.today(), plan: Plan::Full, expected: None })
            .await?;
    tx.commit().await?;
    Ok(order)
}

async fn take(sale: &Sale, order: &Order, input: TakingInput) -> Taking {
    let mut tx = sale.staff().begin_write().await.unwrap();
    let input = TakingInput { amount: order.payable.short(), about: order.number.clone(), ..input };
    let taking = takings::take(&mut tx, Target::Payable { kind: PAYABLE.to_owned(), id: order.id.0 }, &input).await.unwrap();
    tx.commit().await.unwrap();
    taking
}

fn cash() -> TakingInput {
    TakingInput { method: "cash".into(), method_title: "Cash".into(), ..TakingInput::default() }
}

#[tokio::test]
async fn an_order_placed_at_the_desk_is_the_customers_and_the_audit_names_who_placed_it() {
    let sale = Sale::open().await;
    let staff = sale.staff();
    let order = order(&sale, &staff, &["KDA 123A", "KDB 456B"]).await.unwrap();
    assert_eq!((order.customer, sale.order_now(&order).await.state), (sale.customer.id, OrderState::Open));
    let mut tx = staff.begin_read().await.unwrap();
    let actor: String = sqlx::query_scalar("select actor from audit_entries where tenant_id = $1 and action = 'insurance.order.place'")
        .bind(sale.shop.tenant.id.0)
        .fetch_one(tx.conn())
        .await
        .unwrap();
    assert_eq!(actor, staff.actor.to_string());
    assert!(cart::service::view_for(&mut tx, sale.customer.id).await.unwrap().lines.is_empty());
}

#[tokio::test]
async fn the_desk_and_the_customer_share_one_cart() {
    let sale = Sale::open().await;
    let staff = sale.staff();
    let theirs = sale.add_car(&sale.own(), "KDA 123A").await;
    let ours = quote(&sale, &staff, "KDB 456B").await;
    let mut tx = staff.begin_write().await.unwrap();
    let cart = cart::service::add_for(&mut tx, sale.customer.id, ours.offers[0].id).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(cart.lines.iter().map(|line| line.quote).collect::<Vec<_>>(), [theirs.id, ours.id]);
    let mut tx = sale.own().begin_read().await.unwrap();
    assert_eq!(cart::service::view(&mut tx).await.unwrap().lines.len(), 2);
}

#[tokio::test]
async fn an_offer_made_for_one_customer_is_not_sold_to_another_and_customers_serve_nobody() {
    let sale = Sale::open().await;
    let staff = sale.staff();
    let quote = quote(&sale, &staff, "KDA 123A").await;
    let mut tx = staff.begin_write().await.unwrap();
    let input = crm::customers::CustomerInput { email: "pili@example.com".into(), phone: "0700 000 102".into(), kra_pin: String::new(), ..amani() };
    let other = crm::customers::service::create(&mut tx, &sale.shop.world.app.sealer, input).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = staff.begin_write().await.unwrap();
    assert!(cart::service::add_for(&mut tx, other.id, quote.offers[0].id).await.unwrap_err().is("quote.not_found"));
    drop(tx);
    // A customer who asks in another's name finds nothing and writes nothing.
    let stranger = sale.shop.world.customer(&sale.shop.tenant, other.id.0);
    let mut tx = stranger.begin_write().await.unwrap();
    assert!(cart::service::add_for(&mut tx, sale.customer.id, quote.offers[0].id).await.is_err());
    assert!(
        orders::service::place_for(
            &mut tx,
            sale.customer.id,
            PlaceOrder { items: None, starts_on: stranger.today(), plan: Plan::Full, expected: None }
        )
        .await
        .is_err()
    );
}

#[tokio::test]
async fn cash_at_the_desk_becomes_a_policy_its_papers_and_one_mail() {
    let sale = Sale::open().await;
    let order = order(&sale, &sale.staff(), &["KDA 123A"]).await.unwrap();
    let taking = take(&sale, &order, cash()).await;
    // The receipt is there at once, and stays the same.
    let receipt = fulfilment::receipt(&sale.shop.world.app, &sale.staff(), taking.payment.unwrap()).await.unwrap();
    sale.work().await;
    assert_eq!(sale.order_now(&order).await.state, OrderState::Fulfilled);
    assert_eq!(sale.count("select count(*) from documents where tenant_id = $1 and kind = 'receipt'").await, 1);
    assert_eq!(sale.count("select count(*) from policies where tenant_id = $1").await, 1);
    let again = fulfilment::receipt(&sale.shop.world.app, &sale.staff(), taking.payment.unwrap()).await.unwrap();
    assert_eq!((receipt.number, sale.messages.all().len()), (again.number, 1));
}

#[tokio::test]
async fn a_bounced_cheque_makes_a_task_and_paying_again_issues_nothing_twice() {
    let sale = Sale::open().await;
    let order = order(&sale, &sale.staff(), &["KDA 123A"]).await.unwrap();
    let today = sale.staff().today().to_string();
    let cheque = TakingInput { method: "cheque".into(), reference: "000123".into(), bank: "Mfano Bank".into(), cheque_date: today, ..cash() };
    let taking = take(&sale, &order, cheque).await;
    sale.work().await;
    let before = sale.books().await;
    let mut tx = sale.staff().begin_write().await.unwrap();
    takings::bounce(&mut tx, taking.id, "Refer to drawer").await.unwrap();
    tx.commit().await.unwrap();
    sale.work().await;
    let mut tx = sale.staff().begin_read().await.unwrap();
    let tasks = fulfilment::tasks(&mut tx, &TaskFilter::default(), &PageRequest::default()).await.unwrap().results;
    assert_eq!(tasks.iter().map(|task| (task.kind, task.cause)).collect::<Vec<_>>(), [(TaskKind::PaymentReversed, taking.payment.unwrap().0)]);
    let status = orders::service::status(&mut tx, order.id).await.unwrap();
    assert_eq!(status.owed, order.payable);
    drop(tx);
    take(&sale, &order, cash()).await;
    sale.work().await;
    assert_eq!(sale.books().await, before, "one clearing account took the other's place");
    assert_eq!(sale.count("select count(*) from policies where tenant_id = $1").await, 1);
    assert_eq!(sale.count("select count(*) from documents where tenant_id = $1 and kind = 'receipt'").await, 2);
    sale.work_again().await;
    assert_eq!(sale.count("select count(*) from documents where tenant_id = $1 and kind = 'receipt'").await, 2);
}

#[tokio::test]
async fn money_on_account_gets_its_receipt_and_its_mail_when_staff_wish_so() {
    let sale = Sale::open().await;
    let mut tx = sale.staff().begin_write().await.unwrap();
    let input = TakingInput { amount: "1,500".into(), about: sale.customer.number.clone(), ..cash() };
    let taking = takings::take(&mut tx, Target::Account { customer: sale.customer.id.0 }, &input).await.unwrap();
    tx.enqueue(&fulfilment::ReceiptMail { payment: taking.payment.unwrap(), wish: uuid::Uuid::now_v7() }).await.unwrap();
    tx.commit().await.unwrap();
    sale.work().await;
    assert_eq!(sale.count("select count(*) from documents where tenant_id = $1 and kind = 'receipt' and state = 'current'").await, 1);
    let mails = sale.messages.all();
    assert_eq!(mails.iter().map(|mail| (mail.to.as_str(), mail.attachments.len())).collect::<Vec<_>>(), [("amani@example.com", 1)]);
}

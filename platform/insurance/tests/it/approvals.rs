//! Cover that staff approve before it counts: what goes out when, what a no gives back, and what staff write about policies.

use documents::{DocumentKind, register};
use insurance::{
    approvals,
    cancellations::Rule,
    catalogue::{self, ProductPatch},
    fulfilment::{self, TaskFilter, TaskKind, TaskState},
    orders::{self, Order, PlaceOrder},
    plans::Plan,
    policies::{Approval, Policy, PolicyFilter, PolicyId, PolicyState, jobs::TurnPolicies, service},
    policy_notes, remittances,
};
use kernel::{AppResult, jobs::Job, paging::PageRequest};
use ledger::refunds::{self, RefundFilter};

use crate::{
    policies::{certificate, insured},
    sale::Sale,
};

/// A shop where every product needs approval.
async fn careful() -> Sale {
    let sale = Sale::open().await;
    let mut tx = sale.staff().begin_write().await.unwrap();
    for product in catalogue::service::all(&mut tx).await.unwrap() {
        let patch = ProductPatch { version: product.version, needs_approval: Some(true), ..ProductPatch::default() };
        catalogue::service::update(&mut tx, product.id, patch).await.unwrap();
    }
    tx.commit().await.unwrap();
    sale
}

async fn policy(sale: &Sale, id: PolicyId) -> Policy {
    let mut tx = sale.staff().begin_read().await.unwrap();
    service::get(&mut tx, id).await.unwrap()
}

async fn approve(sale: &Sale, id: PolicyId, version: i32) -> AppResult<Policy> {
    let mut tx = sale.staff().begin_write().await?;
    let approved = approvals::service::approve(&mut tx, id, version).await?;
    tx.commit().await?;
    Ok(approved)
}

async fn tasks(sale: &Sale, state: TaskState) -> Vec<TaskKind> {
    let mut tx = sale.staff().begin_read().await.unwrap();
    let found = fulfilment::tasks(&mut tx, &TaskFilter { state: Some(state), ..TaskFilter::default() }, &PageRequest::default()).await.unwrap();
    found.results.into_iter().map(|task| task.kind).collect()
}

async fn papers(sale: &Sale, id: PolicyId) -> Vec<DocumentKind> {
    let mut tx = sale.own().begin_read().await.unwrap();
    register::service::list_of(&mut tx, service::subject(id)).await.unwrap().into_iter().map(|document| document.kind).collect()
}

#[tokio::test]
async fn nothing_goes_out_before_somebody_approved_it_and_then_everything_does_once() {
    let sale = careful().await;
    let id = insured(&sale).await;
    let waiting = policy(&sale, id).await;
    assert_eq!((waiting.state, waiting.approval), (PolicyState::Pending, Approval::Waiting));
    TurnPolicies.run(sale.cx()).await.unwrap();
    assert_eq!(policy(&sale, id).await.state, PolicyState::Pending, "its day has come, and nobody has decided");
    assert_eq!((papers(&sale, id).await, tasks(&sale, TaskState::Open).await), (Vec::new(), vec![TaskKind::PolicyApproval]));
    assert_eq!(sale.messages.all().iter().map(|mail| mail.subject.clone()).collect::<Vec<_>>(), ["mail-order-waiting-subject"]);
    let mut tx = sale.staff().begin_write().await.unwrap();
    assert!(service::certify(&mut tx, id, &certificate(waiting.version, "C1")).await.unwrap_err().is("policy.waiting"));
    let listed = PolicyFilter { waiting: true, ..PolicyFilter::default() };
    assert_eq!(service::list(&mut tx, &listed, &PageRequest::default()).await.unwrap().count, 1);
    drop(tx);

    assert!(approve(&sale, id, waiting.version + 1).await.unwrap_err().is("policy.changed"));
    let approved = approve(&sale, id, waiting.version).await.unwrap();
    assert_eq!((approved.state, approved.approval), (PolicyState::Active, Approval::Approved));
    assert!(approve(&sale, id, approved.version).await.unwrap_err().is("policy.not_waiting"));
    sale.work().await;
    sale.work_again().await;
    assert_eq!((papers(&sale, id).await, tasks(&sale, TaskState::Open).await), (vec![DocumentKind::RiskNote], Vec::new()));
    let mails = sale.messages.all();
    assert_eq!(mails.iter().map(|mail| mail.subject.as_str()).collect::<Vec<_>>(), ["mail-order-waiting-subject", "mail-policy-approved-subject"]);
    assert_eq!(mails[1].attachments.len(), 1);
}

#[tokio::test]
async fn a_no_gives_everything_back_even_after_the_first_day_and_asks_for_the_refund() {
    let sale = careful().await;
    let id = insured(&sale).await;
    sale.advance_days(3);
    let mut tx = sale.staff().begin_write().await.unwrap();
    let nameless = approvals::service::decline(&mut tx, &sale.shop.law, id, 1, " ").await.unwrap_err();
    assert_eq!(nameless.fields[0].field, "reason");
    drop(tx);
    let mut tx = sale.staff().begin_write().await.unwrap();
    let agreed = approvals::service::decline(&mut tx, &sale.shop.law, id, 1, "The car is too old").await.unwrap();
    tx.commit().await.unwrap();
    let declined = policy(&sale, id).await;
    assert_eq!((declined.state, declined.approval), (PolicyState::Cancelled, Approval::Declined));
    let paid = sale.count("select payable_minor from orders where tenant_id = $1").await;
    assert_eq!((agreed.calculation.rule, agreed.calculation.refund.minor), (Rule::Full, paid));
    let books = sale.books().await;
    assert_eq!(
        books.iter().filter(|(kind, _)| kind != "clearing").collect::<Vec<_>>(),
        [&("customer_credit".to_owned(), -paid)],
        "stamp and levies too"
    );
    let mut tx = sale.staff().begin_read().await.unwrap();
    let asked = refunds::list(&mut tx, &RefundFilter::default(), &PageRequest::default()).await.unwrap().results;
    assert_eq!(asked.iter().map(|refund| refund.amount.minor).collect::<Vec<_>>(), [paid]);
    drop(tx);
    sale.work().await;
    assert_eq!((papers(&sale, id).await, tasks(&sale, TaskState::Open).await), (Vec::new(), Vec::new()));
    let last = sale.messages.all().pop().unwrap();
    assert_eq!((last.subject.as_str(), last.attachments.len()), ("mail-cancellation-subject", 1));
    assert!(approve(&sale, id, declined.version).await.unwrap_err().is("policy.not_waiting"));
}

/// Postings that may be remitted, and of the sum held what is open.
async fn remittable(sale: &Sale) -> (Vec<remittances::DueLine>, i64) {
    let mut tx = sale.staff().begin_read().await.unwrap();
    let held = remittances::service::held(&mut tx).await.unwrap().remove(0);
    (remittances::service::due_lines(&mut tx, held.insurer).await.unwrap(), held.open.minor)
}

#[tokio::test]
async fn premium_is_remitted_only_after_somebody_approved_the_policy() {
    let sale = careful().await;
    let order = sale.order(&["KDA 123A", "KDB 456B"]).await;
    sale.pay(&order).await;
    sale.work().await;
    let mut tx = sale.own().begin_read().await.unwrap();
    let sold: Vec<PolicyId> = orders::service::lines(&mut tx, order.id).await.unwrap().iter().map(|line| line.policy.unwrap()).collect();
    drop(tx);
    let (yes, no) = (sold[0], sold[1]);
    let (lines, open) = remittable(&sale).await;
    assert_eq!((lines.len(), open), (0, 0), "both wait");
    approve(&sale, yes, 1).await.unwrap();
    let (lines, open) = remittable(&sale).await;
    assert_eq!(lines.iter().map(|line| line.policy).collect::<Vec<_>>(), [Some(yes)]);
    assert_eq!(open, lines[0].held.minor);
    let mut tx = sale.staff().begin_write().await.unwrap();
    approvals::service::decline(&mut tx, &sale.shop.law, no, 1, "The car is too old").await.unwrap();
    tx.commit().await.unwrap();
    let (after, open_after) = remittable(&sale).await;
    assert_eq!((after.len(), open_after), (1, open), "a no leaves nothing to correct");
}

#[tokio::test]
async fn two_who_decide_at_once_decide_once() {
    let sale = careful().await;
    let id = insured(&sale).await;
    let decline = async {
        let mut tx = sale.staff().begin_write().await?;
        approvals::service::decline(&mut tx, &sale.shop.law, id, 1, "No").await?;
        tx.commit().await
    };
    let (yes, no) = tokio::join!(approve(&sale, id, 1), decline);
    assert!(yes.is_ok() != no.is_ok());
    let decided = policy(&sale, id).await.approval;
    assert_eq!(decided, if yes.is_ok() { Approval::Approved } else { Approval::Declined });
}

/// An order for a car and, of another product, one that nobody has to approve.
async fn mixed(sale: &Sale) -> Order {
    let scope = sale.own();
    let first = sale.add_car(&scope, "KDA 123A").await;
    let mut tx = sale.staff().begin_write().await.unwrap();
    let product = catalogue::service::product(&mut tx, first.offers[0].product_id).await.unwrap();
    let patch = ProductPatch { version: product.version, needs_approval: Some(true), ..ProductPatch::default() };
    catalogue::service::update(&mut tx, product.id, patch).await.unwrap();
    tx.commit().await.unwrap();
    let quote = sale.shop.quote(&scope, crate::shop::but(crate::shop::car(), "plate", "KDB 456B")).await;
    let other = quote.offers.iter().find(|offer| offer.product_id != product.id && offer.premium().is_some()).unwrap();
    let mut tx = scope.begin_write().await.unwrap();
    insurance::cart::service::add(&mut tx, other.id).await.unwrap();
    let order =
        orders::service::place_order(&mut tx, PlaceOrder { items: None, plan: Plan::Full, starts_on: scope.today(), expected: None }).await.unwrap();
    tx.commit().await.unwrap();
    order
}

#[tokio::test]
async fn only_the_products_that_say_so_wait() {
    let sale = Sale::open().await;
    let order = mixed(&sale).await;
    sale.pay(&order).await;
    sale.work().await;
    let mut tx = sale.staff().begin_read().await.unwrap();
    let found = service::list(&mut tx, &PolicyFilter::default(), &PageRequest::default()).await.unwrap().results;
    let mut states: Vec<_> = found.iter().map(|row| (row.state.as_str(), row.approval.as_str())).collect();
    states.sort_unstable();
    assert_eq!(states, [("active", "not_needed"), ("pending", "waiting")]);
}

#[tokio::test]
async fn staff_write_notes_that_the_customer_does_not_see() {
    let sale = Sale::open().await;
    let id = insured(&sale).await;
    let mut tx = sale.staff().begin_write().await.unwrap();
    for (text, ok) in [("Called, will send the logbook", true), ("  ", false), (&"x".repeat(2_001), false)] {
        assert_eq!(policy_notes::service::add(&mut tx, id, text).await.is_ok(), ok);
    }
    tx.commit().await.unwrap();
    let mut tx = sale.staff().begin_read().await.unwrap();
    let notes = policy_notes::service::of_policy(&mut tx, id).await.unwrap();
    assert_eq!(notes.iter().map(|note| note.text.as_str()).collect::<Vec<_>>(), ["Called, will send the logbook"]);
    drop(tx);
    let mut tx = sale.own().begin_write().await.unwrap();
    assert_eq!(policy_notes::service::of_policy(&mut tx, id).await.unwrap(), []);
    assert!(policy_notes::service::add(&mut tx, id, "mine").await.is_err());
}

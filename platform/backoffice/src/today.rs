//! Where a working day begins: what waits for somebody, numbers that lead to exactly the list they count, the newest orders that wait
//! for money and the cover that ends next, and what is left to do before the portal opens.

use askama::Template;
use axum::{extract::State, response::Response};
use chrono::Days;
use crm::{
    activities::{self, FollowUpFilter},
    customers::{self, Lifecycle, ListFilter},
};
use insurance::{
    fulfilment::{self, TaskFilter, TaskState},
    orders, policies, quotes,
};
use integrations::inbox::{self, InboxFilter};
use kernel::{
    App, AppResult, ReadTx,
    dead_letters::{self, DeadLetterFilter, DeadLetterState},
    http::Staff,
    paging::PageRequest,
    routes::{Access, Face, Routes},
    tenant::TenantState,
};
use ledger::{
    credits::{self, CreditFilter, CreditState},
    payments::{self, PaymentFilter, PaymentState},
    permissions::PAYMENT_READ,
    receipts::{self, ReceiptFilter, ReceiptState},
    reconciliation::{self, DecisionFilter, DecisionState, LineFilter, LineState},
    takings::{self, TakingFilter, TakingState},
};
use pages::{Badge, Shell, Tone, html};
use tenancy::{onboarding, permissions::SETTINGS_READ};

use crate::{
    frame::{Office, Overview, RelatedItem},
    sales,
    settings::portal,
    words,
};

pub(crate) fn routes() -> Routes {
    Routes::new().get(Face::Office, "/", Access::AnyStaff, show)
}

#[derive(Template)]
#[template(path = "office/today.html")]
pub(crate) struct TodayPage {
    pub(crate) shell: Shell,
    pub(crate) day: String,
    pub(crate) overview: Overview,
    /// Empty: the portal is open.
    pub(crate) setup: Vec<SetupStep>,
    pub(crate) setup_done: usize,
}

/// One thing that has to be true before the portal opens.
#[derive(Debug, Clone)]
pub(crate) struct SetupStep {
    pub(crate) label: String,
    pub(crate) detail: String,
    pub(crate) href: String,
    pub(crate) done: bool,
}

/// A list is counted by the list itself, so that both always say the same.
pub(crate) fn one() -> PageRequest {
    PageRequest { page_size: Some(1), ..PageRequest::default() }
}

struct Counter<'a> {
    shell: &'a Shell,
    overview: Overview,
}

impl Counter<'_> {
    fn need(&mut self, label: &str, count: i64, href: &str) {
        self.overview.need(self.shell, label, count, href);
    }
    fn add(&mut self, label: &str, count: i64, href: &str) {
        self.overview.figure(self.shell.t(label), self.shell.number(count), href);
    }
}

/// Rows of a list that the page shows.
const FIRST: u16 = 5;
/// Cover that ends within so many days is worth a call.
const SOON: Days = Days::new(45);

/// The newest orders that wait for money, and how many do.
async fn waiting_orders(counter: &mut Counter<'_>, tx: &mut ReadTx) -> AppResult<()> {
    let shell = counter.shell;
    let page = PageRequest { page_size: Some(FIRST), ..PageRequest::default() };
    let open = orders::service::list(tx, &sales::orders_of("open"), &page).await?;
    let row = |order: &orders::OrderRow| RelatedItem {
        label: format!("{}, {}", order.number, order.customer_name),
        detail: words::amount(shell, order.payable_minor, &order.currency),
        href: format!("/orders/{}", order.id),
        state: Badge::new(Tone::Neutral, shell.tf("office-today-until", [("date", shell.date(&order.valid_until))])),
    };
    let rows = open.results.iter().map(row).collect();
    counter.add("office-stat-orders", open.count, "/orders?state=open");
    counter.overview.show(shell, "office-stat-orders", rows, "/orders?state=open");
    Ok(())
}

/// The cover that ends next, and how much is in force.
async fn ending_cover(counter: &mut Counter<'_>, tx: &mut ReadTx) -> AppResult<()> {
    let shell = counter.shell;
    let page = PageRequest { page_size: Some(FIRST), sort: Some("until".to_owned()), ..PageRequest::default() };
    let active = policies::service::list(tx, &sales::policies_of("active"), &page).await?;
    let soon = tx.scope().today() + SOON;
    let row = |policy: &policies::PolicyRow| RelatedItem {
        label: format!("{}, {}", policy.number, policy.customer_name),
        detail: [policy.product_name.get(&shell.lang), policy.plate.as_deref().unwrap_or_default()].join(" ").trim_end().to_owned(),
        href: format!("/policies/{}", policy.id),
        state: Badge::new(Tone::Warn, shell.date(&policy.ends_on)),
    };
    let rows = active.results.iter().filter(|policy| policy.ends_on <= soon).map(row).collect();
    counter.add("office-stat-policies", active.count, "/policies?state=active");
    counter.overview.show(shell, "office-today-ending", rows, "/policies?state=active&sort=until");
    Ok(())
}

async fn count(shell: &Shell, tx: &mut ReadTx) -> AppResult<Overview> {
    let mut counter = Counter { shell, overview: Overview::default() };
    left_over(&mut counter, tx).await?;
    if shell.can(customers::READ) {
        let leads = ListFilter { lifecycle: Some(Lifecycle::Lead), ..ListFilter::default() };
        counter.add("office-stat-leads", customers::service::list(tx, &one(), &leads).await?.count, "/customers?state=lead");
        counter.add("office-stat-customers", customers::service::list(tx, &one(), &ListFilter::default()).await?.count, "/customers");
    }
    if shell.can(quotes::READ) {
        counter.add("office-quotes-title", quotes::service::list(tx, &one(), &quotes::QuoteFilter::default()).await?.count, "/quotes");
    }
    if shell.can(orders::READ) {
        waiting_orders(&mut counter, tx).await?;
        let receipts = orders::service::list(tx, &sales::orders_of("awaiting_receipt"), &one()).await?.count;
        counter.need("office-orders-awaiting", receipts, "/orders?state=awaiting_receipt");
    }
    if shell.can(policies::READ) {
        ending_cover(&mut counter, tx).await?;
        let uncertified = policies::service::list(tx, &sales::policies_of("uncertified"), &one()).await?.count;
        counter.need("office-stat-uncertified", uncertified, "/policies?state=uncertified");
    }
    money(&mut counter, tx).await?;
    Ok(counter.overview)
}

async fn money(counter: &mut Counter<'_>, tx: &mut ReadTx) -> AppResult<()> {
    if !counter.shell.can(PAYMENT_READ) {
        return Ok(());
    }
    let to_approve = TakingFilter { state: Some(TakingState::ToApprove), ..TakingFilter::default() };
    counter.need("office-stat-takings", takings::list(tx, &to_approve, &one()).await?.count, "/takings?state=to_approve");
    let unknown = PaymentFilter { state: Some(PaymentState::Unknown), ..PaymentFilter::default() };
    counter.need("office-stat-unknown", payments::service::list(tx, &unknown, &one()).await?.count, "/payments?state=unknown");
    let open = ReceiptFilter { state: Some(ReceiptState::Open), ..ReceiptFilter::default() };
    counter.need("office-stat-receipts", receipts::list(tx, &open, &one()).await?.count, "/receipts?state=open");
    if tx.scope().needs_all_sight().is_ok() {
        let differences = LineFilter { state: Some(LineState::Difference), ..LineFilter::default() };
        let waiting = DecisionFilter { state: Some(DecisionState::ToApprove) };
        let waiting = reconciliation::decisions(tx, &waiting, &one()).await?.count;
        counter.need("office-stat-decisions", waiting, "/differences/decisions?state=to_approve");
        counter.need("office-money-differences", reconciliation::lines(tx, &differences, &one()).await?.count, "/differences?state=difference");
    }
    let kept = CreditFilter { state: Some(CreditState::Open), customer: None };
    counter.need("office-stat-credits", credits::list(tx, &kept, &one()).await?.count, "/credits?state=open");
    Ok(())
}

/// What did not go by itself, and so comes first.
async fn left_over(counter: &mut Counter<'_>, tx: &mut ReadTx) -> AppResult<()> {
    if counter.shell.can(orders::READ) {
        let open = TaskFilter { state: Some(TaskState::Open), ..TaskFilter::default() };
        counter.need("office-stat-tasks", fulfilment::tasks(tx, &open, &one()).await?.count, "/tasks?state=open");
        let mine = TaskFilter { assigned_to: tx.scope().user(), ..open };
        counter.need("office-stat-tasks-mine", fulfilment::tasks(tx, &mine, &one()).await?.count, "/tasks?state=open&assignee=me");
    }
    if counter.shell.can(customers::READ) {
        let due = FollowUpFilter { due_by: Some(tx.scope().today()), done: false };
        counter.need("office-stat-inbox", inbox::list(tx, &InboxFilter::default(), &one()).await?.count, "/inbox");
        counter.need("office-stat-follow-ups", activities::follow_ups(tx, &due, &one()).await?.count, "/follow-ups");
    }
    if counter.shell.can(dead_letters::READ) {
        let open = DeadLetterFilter { state: Some(DeadLetterState::Open) };
        counter.need("office-stat-jobs", dead_letters::list(tx, &open, &[], &one()).await?.count, "/jobs?state=open");
    }
    Ok(())
}

/// What is left to do, while the portal is not open and for those who can do something about it.
async fn setup(app: &App, shell: &Shell, staff: &Staff, tx: &mut ReadTx) -> AppResult<Vec<SetupStep>> {
    if staff.tenant().state != TenantState::Preview || !shell.can(SETTINGS_READ) {
        return Ok(Vec::new());
    }
    let facts = portal::facts(app, tx).await?;
    let mut steps = portal::steps(shell, &onboarding::checklist(tx, facts).await?);
    let (label, detail) = (shell.t("office-setup-open"), shell.t("office-setup-open-detail"));
    steps.push(SetupStep { label, detail, href: "/settings/portal".to_owned(), done: false });
    Ok(steps)
}

async fn show(State(app): State<App>, Office(shell): Office, staff: Staff) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let overview = count(&shell, &mut tx).await?;
    let setup = setup(&app, &shell, &staff, &mut tx).await?;
    let day = shell.date(&tx.scope().today());
    drop(tx);
    let setup_done = setup.iter().filter(|step| step.done).count();
    html(&TodayPage { shell: shell.titled("office-today-title"), day, overview, setup, setup_done })
}

//! Where a working day begins: numbers that lead to exactly the list they count, and what is left to do before the portal opens.

use askama::Template;
use axum::{extract::State, response::Response};
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
use pages::{Shell, html};
use tenancy::{onboarding, permissions::SETTINGS_READ};

use crate::{frame::Office, sales, settings::portal};

pub(crate) fn routes() -> Routes {
    Routes::new().get(Face::Office, "/", Access::AnyStaff, show)
}

#[derive(Template)]
#[template(path = "office/today.html")]
pub(crate) struct TodayPage {
    pub(crate) shell: Shell,
    pub(crate) stats: Vec<Stat>,
    /// Empty: the portal is open.
    pub(crate) setup: Vec<SetupStep>,
    pub(crate) setup_done: usize,
}

/// A number and the list that it counts.
#[derive(Debug, Clone)]
pub(crate) struct Stat {
    pub(crate) label: String,
    pub(crate) value: String,
    pub(crate) href: String,
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
    stats: Vec<Stat>,
}

impl Counter<'_> {
    /// What is worth a word only while there is some.
    fn add_some(&mut self, label: &str, count: i64, href: &str) {
        if count > 0 {
            self.add(label, count, href);
        }
    }
    fn add(&mut self, label: &str, count: i64, href: &str) {
        self.stats.push(Stat { label: self.shell.t(label), value: self.shell.number(count), href: href.to_owned() });
    }
}

async fn count(shell: &Shell, tx: &mut ReadTx) -> AppResult<Vec<Stat>> {
    let mut counter = Counter { shell, stats: Vec::new() };
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
        let of = |state: &str| sales::orders_of(state);
        counter.add("office-stat-orders", orders::service::list(tx, &of("open"), &one()).await?.count, "/orders?state=open");
        counter.add(
            "office-orders-awaiting",
            orders::service::list(tx, &of("awaiting_receipt"), &one()).await?.count,
            "/orders?state=awaiting_receipt",
        );
    }
    if shell.can(policies::READ) {
        let of = |state: &str| sales::policies_of(state);
        counter.add("office-stat-policies", policies::service::list(tx, &of("active"), &one()).await?.count, "/policies?state=active");
        counter.add(
            "office-policies-uncertified",
            policies::service::list(tx, &of("uncertified"), &one()).await?.count,
            "/policies?state=uncertified",
        );
    }
    money(&mut counter, tx).await?;
    Ok(counter.stats)
}

async fn money(counter: &mut Counter<'_>, tx: &mut ReadTx) -> AppResult<()> {
    if !counter.shell.can(PAYMENT_READ) {
        return Ok(());
    }
    let to_approve = TakingFilter { state: Some(TakingState::ToApprove), ..TakingFilter::default() };
    counter.add_some("office-stat-takings", takings::list(tx, &to_approve, &one()).await?.count, "/takings?state=to_approve");
    let unknown = PaymentFilter { state: Some(PaymentState::Unknown), ..PaymentFilter::default() };
    counter.add("office-stat-unknown", payments::service::list(tx, &unknown, &one()).await?.count, "/payments?state=unknown");
    let open = ReceiptFilter { state: Some(ReceiptState::Open), ..ReceiptFilter::default() };
    counter.add("office-stat-receipts", receipts::list(tx, &open, &one()).await?.count, "/receipts?state=open");
    if tx.scope().needs_all_sight().is_ok() {
        let differences = LineFilter { state: Some(LineState::Difference), ..LineFilter::default() };
        let waiting = DecisionFilter { state: Some(DecisionState::ToApprove) };
        let waiting = reconciliation::decisions(tx, &waiting, &one()).await?.count;
        counter.add_some("office-stat-decisions", waiting, "/differences/decisions?state=to_approve");
        counter.add("office-differences-title", reconciliation::lines(tx, &differences, &one()).await?.count, "/differences?state=difference");
    }
    let kept = CreditFilter { state: Some(CreditState::Open), customer: None };
    counter.add("office-stat-credits", credits::list(tx, &kept, &one()).await?.count, "/credits?state=open");
    Ok(())
}

/// What did not go by itself, and so comes first.
async fn left_over(counter: &mut Counter<'_>, tx: &mut ReadTx) -> AppResult<()> {
    if counter.shell.can(orders::READ) {
        let open = TaskFilter { state: Some(TaskState::Open), ..TaskFilter::default() };
        counter.add_some("office-stat-tasks", fulfilment::tasks(tx, &open, &one()).await?.count, "/tasks?state=open");
        let mine = TaskFilter { assigned_to: tx.scope().user(), ..open };
        counter.add_some("office-stat-tasks-mine", fulfilment::tasks(tx, &mine, &one()).await?.count, "/tasks?state=open&assignee=me");
    }
    if counter.shell.can(customers::READ) {
        let due = FollowUpFilter { due_by: Some(tx.scope().today()), done: false };
        counter.add_some("office-stat-inbox", inbox::list(tx, &InboxFilter::default(), &one()).await?.count, "/inbox");
        counter.add_some("office-stat-follow-ups", activities::follow_ups(tx, &due, &one()).await?.count, "/follow-ups");
    }
    if counter.shell.can(dead_letters::READ) {
        let open = DeadLetterFilter { state: Some(DeadLetterState::Open) };
        counter.add_some("office-stat-jobs", dead_letters::list(tx, &open, &[], &one()).await?.count, "/jobs?state=open");
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
    let stats = count(&shell, &mut tx).await?;
    let setup = setup(&app, &shell, &staff, &mut tx).await?;
    drop(tx);
    let setup_done = setup.iter().filter(|step| step.done).count();
    html(&TodayPage { shell: shell.titled("office-today-title"), stats, setup, setup_done })
}

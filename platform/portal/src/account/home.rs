//! What a customer has, what is to be paid, and what to do next.

use std::collections::{BTreeSet, HashMap};

use askama::Template;
use axum::response::Response;
use chrono::{Days, NaiveDate};
use documents::{
    Document, DocumentKind, DocumentState, DocumentView,
    register::{DocumentFilter, Origin, service as register},
};
use insurance::{
    cart::service as carts,
    nominations::{NominationRole, Place, service as nominations},
    orders::{OrderRow, OrderState, PAYABLE, service as orders},
    policies::{PolicyFilter, PolicyRow, PolicyState, service as policies},
    quotes::service as quotes,
};
use kernel::{
    AppError, AppResult, ReadTx,
    http::{Customer, Who},
    money::{Currency, Money},
    paging::PageRequest,
};
use ledger::{
    payments::{PaymentFilter, service as payments},
    receivables::{self, Receivable, ReceivableFilter, ReceivableState},
};
use pages::{Badge, Shell, Tone, html};
use uuid::Uuid;

use super::{FileRow, PaymentRow, policies::PolicyCard, quotes::QuoteRow};
use crate::{page::Page, samples::Sample};

/// A policy that ends within these days is asked about.
const SOON: Days = Days::new(30);
/// Open prices and files that are shown.
const FEW: usize = 4;

#[derive(Template)]
#[template(path = "portal/account.html")]
struct AccountPage {
    shell: Shell,
    first_name: String,
    due: Vec<DueTile>,
    steps: Vec<Step>,
    policies: Vec<PolicyCard>,
    /// Prices that still hold.
    quotes: Vec<QuoteRow>,
    /// The newest.
    files: Vec<FileRow>,
    payments: Vec<PaymentRow>,
}

impl AccountPage {
    fn is_empty(&self) -> bool {
        self.due.is_empty() && self.steps.is_empty() && self.policies.is_empty() && self.quotes.is_empty() && self.files.is_empty()
    }
}

/// An order that waits for money, or whose money is being turned into policies.
struct DueTile {
    number: String,
    detail: String,
    state: Badge,
    href: String,
    /// Empty: nothing is to be paid now.
    pay: String,
}

impl DueTile {
    /// None for an order of which nothing is awaited. `owed` is what is open of it.
    fn new(shell: &Shell, row: &OrderRow, owed: &[Receivable], today: NaiveDate) -> AppResult<Option<Self>> {
        let href = format!("/orders/{}", row.id);
        let tile = |detail: String, tone: Tone, key: &str, pay: String| {
            Some(Self { number: row.number.clone(), detail, state: Badge::new(tone, shell.t(key)), href: href.clone(), pay })
        };
        let payable = Money::new(row.payable_minor, Currency::from_code(&row.currency).map_err(AppError::internal)?);
        let until = |day: &NaiveDate, amount: &Money| shell.tf("portal-account-order", [("amount", shell.money(amount)), ("date", shell.date(day))]);
        if row.state == OrderState::Paid {
            return Ok(tile(shell.money(&payable), Tone::Good, "portal-order-being-issued", String::new()));
        }
        let Some(next) = owed.iter().map(|part| part.due_on).min() else {
            // Where the insurer collects, nothing is owed to the firm.
            return Ok(if row.state == OrderState::Open {
                tile(until(&row.valid_until, &payable), Tone::Warn, "state-unpaid", String::new())
            } else {
                None
            });
        };
        let amount = receivables::due_now(owed, today)?.unwrap_or(payable);
        let pay = shell.tf("portal-pay-now", [("amount", shell.money(&amount))]);
        Ok(match row.state {
            OrderState::Open => tile(until(&row.valid_until, &amount), Tone::Warn, "state-unpaid", pay),
            OrderState::Fulfilled | OrderState::PartlyFulfilled if next < today => tile(until(&next, &amount), Tone::Bad, "portal-due-late", pay),
            OrderState::Fulfilled | OrderState::PartlyFulfilled => tile(until(&next, &amount), Tone::Info, "portal-due-due", pay),
            OrderState::Paid | OrderState::Cancelled | OrderState::Expired => None,
        })
    }

    /// What is owed besides orders.
    fn of_debt(shell: &Shell, debt: &Receivable) -> Self {
        Self {
            number: debt.description.clone(),
            detail: shell.tf("portal-owed-tile", [("amount", shell.money(&debt.outstanding())), ("date", shell.date(&debt.due_on))]),
            state: Badge::new(Tone::Warn, shell.t("state-unpaid")),
            href: format!("/account/owed/{}", debt.payable_id),
            pay: shell.tf("portal-pay-now", [("amount", shell.money(&debt.outstanding()))]),
        }
    }
}

/// Something worth doing.
struct Step {
    icon: &'static str,
    text: String,
    href: String,
}

/// Lines of business of which somebody else may receive what the policy pays.
const PAYS_PEOPLE: [&str; 3] = ["life", "personal_accident", "travel"];

fn steps(shell: &Shell, cart: usize, policies: &[PolicyRow], sent: &[Document], has_beneficiaries: bool, today: NaiveDate) -> Vec<Step> {
    let mut steps = Vec::new();
    if cart > 0 {
        steps.push(Step { icon: "cart", text: shell.tn("portal-account-cart", cart), href: "/cart".to_owned() });
    }
    let running = || policies.iter().filter(|row| row.state == PolicyState::Active);
    let ending = running().filter(|row| row.ends_on <= today + SOON).map(|row| {
        let name = row.plate.clone().unwrap_or_else(|| row.product_name.get(&shell.lang).to_owned());
        Step {
            icon: "clock",
            text: shell.tf("portal-step-ending", [("what", name), ("date", shell.date(&row.ends_on))]),
            href: format!("/quotes/new?category={}", row.category_code),
        }
    });
    steps.extend(ending);
    steps.extend(missing_papers(policies, sent).into_iter().map(|kind| Step {
        icon: "file",
        text: shell.t(if kind == DocumentKind::Logbook { "portal-step-logbook" } else { "portal-step-id" }),
        href: format!("/account/documents?send={kind}#send"),
    }));
    if running().any(|row| PAYS_PEOPLE.contains(&row.business_line.as_str())) && !has_beneficiaries {
        steps.push(Step { icon: "users", text: shell.t("portal-step-beneficiaries"), href: "/account/beneficiaries".to_owned() });
    }
    steps
}

/// What insurers ask for and nobody has sent: the identity paper of who is insured, and a logbook for each vehicle.
fn missing_papers(policies: &[PolicyRow], sent: &[Document]) -> Vec<DocumentKind> {
    let insured = policies.iter().filter(|row| matches!(row.state, PolicyState::Pending | PolicyState::Active));
    let vehicles = insured.clone().filter_map(|row| row.plate.as_ref()).collect::<BTreeSet<_>>().len();
    let usable = |kind| sent.iter().filter(|file| file.kind == kind && !matches!(file.state, DocumentState::Refused | DocumentState::Erased)).count();
    let mut missing = Vec::new();
    if insured.count() > 0 && usable(DocumentKind::IdCopy) == 0 {
        missing.push(DocumentKind::IdCopy);
    }
    if usable(DocumentKind::Logbook) < vehicles {
        missing.push(DocumentKind::Logbook);
    }
    missing
}

/// What is open, by order.
async fn owed(tx: &mut ReadTx, customer: Uuid) -> AppResult<HashMap<Uuid, Vec<Receivable>>> {
    let open = ReceivableFilter { state: Some(ReceivableState::Open), customer: Some(customer), ..ReceivableFilter::default() };
    let mut found: HashMap<Uuid, Vec<Receivable>> = HashMap::new();
    for part in receivables::list(tx, &open, &at_most(100)).await?.results {
        found.entry(part.payable_id).or_default().push(part);
    }
    Ok(found)
}

fn at_most(rows: u16) -> PageRequest {
    PageRequest { page_size: Some(rows), ..PageRequest::default() }
}

pub(super) async fn show(caller: Customer, Page(shell): Page) -> AppResult<Response> {
    let customer = caller.scope.customer().ok_or_else(AppError::unauthenticated)?;
    let today = caller.scope.today();
    let current = DocumentFilter { state: Some(DocumentState::Current), ..DocumentFilter::default() };
    let mut tx = caller.begin_read().await?;
    let mine = policies::list_own(&mut tx, &PolicyFilter::default(), &at_most(6)).await?.results;
    let owed = owed(&mut tx, customer).await?;
    let placed = orders::list_own(&mut tx, &at_most(100)).await?.results;
    let asked = quotes::list_to_buy(&mut tx).await?;
    let files = register::list(&mut tx, &current, &at_most(4)).await?.results;
    let uploaded = DocumentFilter { origin: Some(Origin::Uploaded), ..DocumentFilter::default() };
    let sent = register::list(&mut tx, &uploaded, &at_most(100)).await?.results;
    let paid = payments::list_of_customer(&mut tx, customer, &PaymentFilter::default(), &at_most(3)).await?.results;
    let place = Place { customer: customer.into(), policy: None, role: NominationRole::Beneficiary };
    let has_beneficiaries = !nominations::get(&mut tx, place).await?.people.is_empty();
    let cart = carts::count(&mut tx).await?;
    drop(tx);
    let mut debts: Vec<&Receivable> = owed.values().flatten().filter(|debt| debt.payable_kind != PAYABLE).collect();
    debts.sort_by_key(|debt| (debt.due_on, debt.id));
    let debts = debts.into_iter().map(|debt| DueTile::of_debt(&shell, debt));
    let due = placed.iter().map(|row| DueTile::new(&shell, row, owed.get(&row.id.0).map(Vec::as_slice).unwrap_or_default(), today));
    html(&AccountPage {
        first_name: first_name(&caller),
        due: due.filter_map(Result::transpose).chain(debts.map(Ok)).collect::<AppResult<_>>()?,
        steps: steps(&shell, cart, &mine, &sent, has_beneficiaries, today),
        policies: mine.iter().map(|row| PolicyCard::new(&shell, row, today)).collect(),
        quotes: asked.iter().filter(|quote| !quote.is_expired(today)).take(FEW).map(|quote| QuoteRow::new(&shell, quote, false)).collect(),
        files: files.into_iter().map(|file| FileRow::new(&shell, &DocumentView::from(file))).collect(),
        payments: paid.iter().map(|payment| PaymentRow::new(&shell, payment)).collect(),
        shell: shell.titled("portal-nav-account"),
    })
}

fn first_name(caller: &Customer) -> String {
    match &caller.who {
        Who::Customer { name, .. } => name.split_whitespace().next().unwrap_or_default().to_owned(),
        _ => String::new(),
    }
}

pub(super) fn samples(shell: &Shell) -> Vec<Sample> {
    let full = AccountPage {
        shell: shell.clone().titled("portal-nav-account"),
        first_name: "Asha".to_owned(),
        due: vec![DueTile {
            number: "ORD-2026-00042".to_owned(),
            detail: "KSh 45,243, to be paid until 7 Dec 2026".to_owned(),
            state: Badge::new(Tone::Warn, "Not paid"),
            href: "/orders/1".to_owned(),
            pay: "Pay KSh 45,243".to_owned(),
        }],
        steps: vec![Step { icon: "cart", text: shell.tn("portal-account-cart", 2), href: "/cart".to_owned() }],
        policies: vec![PolicyCard::sample()],
        quotes: vec![QuoteRow::sample()],
        files: vec![FileRow::sample()],
        payments: vec![PaymentRow::sample()],
    };
    let empty = AccountPage {
        shell: shell.clone().titled("portal-nav-account"),
        first_name: String::new(),
        due: Vec::new(),
        steps: Vec::new(),
        policies: Vec::new(),
        quotes: Vec::new(),
        files: Vec::new(),
        payments: Vec::new(),
    };
    vec![Sample::of("account", &full), Sample::of("account-empty", &empty)]
}

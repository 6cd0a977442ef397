//! An order while it waits for money, and after: what happens now, in words, and what to do next. The part that changes is asked
//! for every few seconds; without scripts the page loads itself again.

use askama::Template;
use axum::{extract::State, response::Response};
use chrono::TimeDelta;
use documents::{Document, DocumentState, Subject, register};
use insurance::{
    orders::{self, LineState, OrderId, OrderState, OrderStatus, service},
    policies::{Approval, service as policies},
};
use kernel::{
    App, AppError, AppResult,
    http::{Customer, Path, form::Form},
};
use ledger::payments::{PaymentState, PaymentStatus};
use pages::{Fact, FormState, Link, PriceLine, Shell, Tone, html, html_with, redirect, redirect_with};
use serde::Deserialize;
use serde_json::json;

use super::{
    pay_form::{self, DirectWay, Own, PayForm, PayMethods},
    phase::{self, Phase},
    plan::{self, DueRow},
};
use crate::{page::Page, price, samples::Sample};

/// How long the page looks for documents that are being made.
const DOCUMENTS_WITHIN: TimeDelta = TimeDelta::minutes(10);

/// What the part that changes shows.
struct View {
    phase: Phase,
    title: String,
    text: String,
    amount: String,
    /// The page looks again by itself.
    watching: bool,
    /// What the payer must do elsewhere.
    action_href: String,
    facts: Vec<Fact>,
    lines: Vec<PriceLine>,
    /// What is due when, of an order that is paid in parts.
    schedule: Vec<DueRow>,
    /// Money can be asked for now.
    may_pay: bool,
    pay_label: String,
    files: Vec<Link>,
    policies: Vec<Link>,
    insurers: Vec<InsurerPay>,
    href: String,
    cancel_href: String,
    may_cancel: bool,
}

struct InsurerPay {
    name: String,
    instructions: String,
    facts: Vec<Fact>,
}

impl View {
    fn is(&self, name: &str) -> bool {
        self.phase.name() == name
    }
}

#[derive(Template)]
#[template(path = "portal/order.html")]
struct OrderPage {
    shell: Shell,
    view: View,
    pay: PayMethods,
    form: FormState,
}

#[derive(Template)]
#[template(path = "portal/order_state.html")]
struct OrderPart {
    shell: Shell,
    view: View,
    pay: PayMethods,
    form: FormState,
}

/// Everything about the order that the page shows.
struct Found {
    status: OrderStatus,
    files: Vec<Document>,
    policies: Vec<(insurance::policies::PolicyId, String)>,
    /// Some of it is issued and waits for approval.
    waits: bool,
    now: chrono::DateTime<chrono::Utc>,
    today: chrono::NaiveDate,
}

async fn find(caller: &Customer, id: OrderId) -> AppResult<Found> {
    let mut tx = caller.begin_read().await?;
    let status = service::status(&mut tx, id).await?;
    let (mut files, mut numbers, mut waits) = (Vec::new(), Vec::new(), false);
    for policy in status.lines.iter().filter_map(|line| line.policy) {
        files.extend(register::service::list_of(&mut tx, policies::subject(policy)).await?);
        let policy = policies::get(&mut tx, policy).await?;
        waits |= policy.approval == Approval::Waiting;
        numbers.push((policy.id, policy.number));
    }
    for payment in status.payments.iter().filter(|payment| payment.state == PaymentState::Received) {
        files.extend(register::service::list_of(&mut tx, Subject::new("payment", payment.id.0)).await?);
    }
    files.retain(|file| file.state == DocumentState::Current);
    Ok(Found { status, files, policies: numbers, waits, now: caller.scope.now(), today: caller.scope.today() })
}

fn phase_of(status: &OrderStatus, now: chrono::DateTime<chrono::Utc>) -> Phase {
    match status.order.state {
        OrderState::Cancelled | OrderState::Expired => Phase::Over,
        // A later instalment that was asked for comes before what was issued.
        OrderState::Fulfilled | OrderState::PartlyFulfilled if status.owed.is_positive() && attempted(status, now).is_some() => {
            attempted(status, now).unwrap_or(Phase::Issued)
        }
        OrderState::Fulfilled => Phase::Issued,
        OrderState::PartlyFulfilled => Phase::PartlyIssued,
        OrderState::Paid => Phase::Received,
        OrderState::Open if !status.pay_at_insurer.is_empty() => Phase::AtInsurer,
        OrderState::Open => attempted(status, now).unwrap_or_else(|| {
            let received = status.payments.first().is_some_and(|payment| payment.state == PaymentState::Received);
            if received && (status.owed.is_zero() || begun(status)) { Phase::Received } else { Phase::ToPay }
        }),
    }
}

/// Where the latest attempt stands; none without one, or once it brought its money.
fn attempted(status: &OrderStatus, now: chrono::DateTime<chrono::Utc>) -> Option<Phase> {
    phase::stands(status.payments.first()?, now)
}

/// The first part of an order that is paid in parts is there; its policies follow.
fn begun(status: &OrderStatus) -> bool {
    status.schedule.len() > 1 && status.schedule.first().is_some_and(|due| due.outstanding.is_zero())
}

impl View {
    fn new(shell: &Shell, found: &Found) -> Self {
        let (status, now) = (&found.status, found.now);
        let today = found.today;
        let phase = phase_of(status, now);
        let latest = status.payments.first();
        let waits = found.waits && phase == Phase::Issued;
        let waits_for_files = phase == Phase::Issued
            && !waits
            && found.files.len() <= status.payments.iter().filter(|payment| payment.state == PaymentState::Received).count()
            && status.order.paid_at.is_some_and(|at| now - at < DOCUMENTS_WITHIN);
        let amount = match phase {
            Phase::ToPay => shell.money(&status.due),
            Phase::Asked | Phase::Late | Phase::Failed | Phase::Unknown => {
                shell.money(&latest.map_or(status.order.payable, |payment| payment.amount))
            }
            Phase::Issued | Phase::PartlyIssued => paid_of(shell, status),
            _ => shell.money(&status.order.payable),
        };
        Self {
            phase,
            title: if waits { shell.t("portal-order-waiting-title") } else { phase::title(shell, "portal-order", phase, latest) },
            text: match phase {
                _ if waits => shell.t("portal-order-waiting-text"),
                _ if waits_for_files => shell.t("portal-order-issued-soon"),
                Phase::Failed => {
                    // Cover that an earlier part brought stays.
                    let uninsured = status.order.state == OrderState::Open;
                    let text = phase::text(shell, "portal-order", phase, latest);
                    if uninsured { format!("{text} {}", shell.t("portal-order-failed-uninsured")) } else { text }
                }
                _ => phase::text(shell, "portal-order", phase, latest),
            },
            amount,
            watching: phase.is_watched() || waits_for_files,
            action_href: phase::action(latest.filter(|_| phase.is_open())),
            facts: facts(shell, status, latest, phase),
            lines: lines(shell, status),
            schedule: plan::schedule(shell, &status.schedule, today),
            may_pay: may_pay(status, phase),
            pay_label: shell.tf(if phase == Phase::Failed { "portal-pay-again" } else { "portal-pay-now" }, [("amount", shell.money(&status.due))]),
            files: files(&found.files),
            policies: found.policies.iter().map(|(id, number)| Link { label: number.clone(), href: format!("/account/policies/{id}") }).collect(),
            insurers: status
                .pay_at_insurer
                .iter()
                .map(|pay| InsurerPay {
                    name: pay.insurer_name.clone(),
                    instructions: pay.instructions.clone(),
                    facts: vec![
                        Fact::new(shell.t("field-amount"), shell.money(&pay.amount)),
                        Fact::new(shell.t("portal-wait-reference"), pay.reference.clone()).copied(),
                    ],
                })
                .collect(),
            href: pay_form::page(status.order.id),
            cancel_href: format!("{}/cancel", pay_form::page(status.order.id)),
            may_cancel: status.order.state == OrderState::Open
                && matches!(phase, Phase::ToPay | Phase::Failed | Phase::AtInsurer)
                && !status.payments.iter().any(|payment| payment.state == PaymentState::Received),
        }
    }
}

/// What was paid, and of how much where some of it is still owed.
fn paid_of(shell: &Shell, status: &OrderStatus) -> String {
    let total = status.order.payable;
    match total.checked_sub(status.owed) {
        Ok(paid) if status.owed.is_positive() => shell.tf("portal-order-paid-of", [("paid", shell.money(&paid)), ("total", shell.money(&total))]),
        _ => shell.tf("portal-order-paid", [("amount", shell.money(&total))]),
    }
}

/// The documents by their titles; those that share one are told apart by their numbers.
fn files(found: &[Document]) -> Vec<Link> {
    let label = |file: &Document| match &file.number {
        Some(number) if found.iter().any(|other| other.id != file.id && other.title == file.title) => format!("{} {number}", file.title),
        _ => file.title.clone(),
    };
    found.iter().map(|file| Link { label: label(file), href: format!("/account/documents/{}", file.id) }).collect()
}

/// Whether money can be asked for: before cover, and again for each later instalment.
fn may_pay(status: &OrderStatus, phase: Phase) -> bool {
    phase.may_pay() || (matches!(phase, Phase::Issued | Phase::PartlyIssued) && status.due.is_positive())
}

fn facts(shell: &Shell, status: &OrderStatus, latest: Option<&PaymentStatus>, phase: Phase) -> Vec<Fact> {
    let mut facts = vec![Fact::new(shell.t("portal-order-number"), status.order.number.clone()).copied()];
    if let Some(payment) = latest {
        facts.push(Fact::new(shell.t("portal-pay-method"), payment.method_title.clone()));
        facts.push(Fact::new(shell.t("portal-wait-reference"), payment.reference.clone()).copied());
        if let Some(receipt) = &payment.receipt {
            facts.push(Fact::new(shell.t("portal-wait-receipt"), receipt.clone()).copied());
        }
    }
    if status.owed.is_positive() && status.owed != status.order.payable {
        facts.push(Fact::new(shell.t("portal-order-owed"), shell.money(&status.owed)));
    }
    if status.order.state == OrderState::Open && (phase.may_pay() || phase == Phase::AtInsurer) {
        facts.push(Fact::new(shell.t("portal-order-pay-until"), shell.date(&status.order.valid_until)));
    }
    facts
}

fn lines(shell: &Shell, status: &OrderStatus) -> Vec<PriceLine> {
    let mut lines: Vec<PriceLine> = status
        .lines
        .iter()
        .map(|line| PriceLine {
            label: line
                .plate
                .as_ref()
                .map_or_else(|| line.product_name.get(&shell.lang).to_owned(), |plate| format!("{plate}, {}", line.product_name.get(&shell.lang))),
            amount: shell.money(&line.payable),
            why: match line.state {
                LineState::Failed => shell.t("portal-order-line-failed"),
                _ => shell.tf("portal-order-line-from", [("insurer", line.insurer_name.clone()), ("date", shell.date(&line.starts_on))]),
            },
            ..PriceLine::default()
        })
        .collect();
    lines.push(price::total(shell, status.order.payable));
    price::agreed(shell, lines)
}

async fn parts(app: &App, caller: &Customer, shell: &Shell, id: OrderId) -> AppResult<(View, PayMethods, FormState)> {
    let found = find(caller, id).await?;
    let view = View::new(shell, &found);
    let pay = if view.may_pay {
        let (due, number) = (found.status.due, &found.status.order.number);
        PayMethods::of(app, &caller.scope, shell, due).await?.with_direct(app, &caller.scope, shell, due, number).await?
    } else {
        PayMethods::default()
    };
    let last = found.status.payments.first().map(|payment| payment.method.clone());
    let first = pay.methods.iter().find(|method| Some(&method.value) == last.as_ref()).or(pay.methods.first());
    let mut form = FormState::once(shell).with("method", first.map(|method| method.value.clone()).unwrap_or_default());
    if view.may_pay {
        form = Own::of(caller, shell).await?.fill(form);
    }
    Ok((view, pay, form))
}

pub(super) async fn show(caller: Customer, State(app): State<App>, Page(shell): Page, Path(id): Path<OrderId>) -> AppResult<Response> {
    let (view, pay, form) = parts(&app, &caller, &shell, id).await?;
    html(&OrderPage { shell: shell.titled("portal-order-title"), view, pay, form })
}

pub(super) async fn state(caller: Customer, State(app): State<App>, Page(shell): Page, Path(id): Path<OrderId>) -> AppResult<Response> {
    let (view, pay, form) = parts(&app, &caller, &shell, id).await?;
    let watching = view.watching;
    Ok(phase::changing(html(&OrderPart { shell, view, pay, form })?, watching))
}

/// Another attempt, or the next part. An attempt that is open already is simply shown.
pub(super) async fn pay(
    caller: Customer,
    State(app): State<App>,
    Page(shell): Page,
    Path(id): Path<OrderId>,
    Form(body): Form<PayForm>,
) -> AppResult<Response> {
    match ask_again(&app, &caller, id, &body, &shell.path).await {
        Ok(()) => Ok(redirect(&pay_form::page(id))),
        Err(error) if phase::is_settled(&error) => Ok(redirect(&pay_form::page(id))),
        Err(error) => {
            let (view, pay, form) = parts(&app, &caller, &shell, id).await?;
            let (status, form) = phase::refused(&shell, form, body, error)?;
            html_with(status, &OrderPage { shell: shell.titled("portal-order-title"), view, pay, form })
        }
    }
}

async fn ask_again(app: &App, caller: &Customer, id: OrderId, body: &PayForm, path: &str) -> AppResult<()> {
    let method = body.chosen(app, &caller.scope).await?;
    let key = body.key(path)?;
    let mut tx = caller.begin_write().await?;
    if tx.claim_key(&key).await?.is_some() {
        return Ok(());
    }
    let status = service::status(&mut tx, id).await?;
    let order = service::get(&mut tx, id).await?;
    if !may_pay(&status, phase_of(&status, caller.scope.now())) {
        return Err(orders::OrderFailure::WrongState(order.state).into());
    }
    body.start(app, &mut tx, (&order).into(), status.due, method).await?;
    tx.commit_with(&key, 303, &json!({ "order": id })).await.map(drop)
}

#[derive(Deserialize)]
pub(super) struct Nothing {}

/// Gives the purchase up before money came.
pub(super) async fn cancel(caller: Customer, Path(id): Path<OrderId>, Form(Nothing {}): Form<Nothing>) -> AppResult<Response> {
    match orders::api::cancel_own(&caller.scope, id).await {
        Ok(_) => Ok(redirect_with("/account", Tone::Good, "portal-order-cancelled")),
        // The page says what happened meanwhile.
        Err(error) if error.kind == kernel::Kind::Conflict => Ok(redirect_with(&pay_form::page(id), Tone::Warn, "portal-order-not-cancelled")),
        Err(error) => Err(error),
    }
}

pub(super) fn samples(shell: &Shell) -> Vec<Sample> {
    let phases = [
        ("order-to-pay", Phase::ToPay),
        ("order-asked", Phase::Asked),
        ("order-late", Phase::Late),
        ("order-failed", Phase::Failed),
        ("order-unknown", Phase::Unknown),
        ("order-received", Phase::Received),
        ("order-issued", Phase::Issued),
        ("order-partly", Phase::PartlyIssued),
        ("order-insurer", Phase::AtInsurer),
        ("order-over", Phase::Over),
    ];
    let total = kernel::money::Money::new(4_524_300, kernel::money::Currency::KES);
    let page = |phase: Phase, error: Option<&AppError>| {
        let form = FormState::once(shell).with("method", "mobile");
        let view = View {
            phase,
            title: shell.t(&format!("portal-order-{}-title", if phase == Phase::Asked { "late" } else { phase.name() })),
            text: match phase {
                Phase::Failed => format!(
                    "{} {}",
                    shell.tf("portal-order-failed-text", [("reason", shell.t("payment-failed-no-answer"))]),
                    shell.t("portal-order-failed-uninsured")
                ),
                _ => shell.t(&format!("portal-order-{}-text", phase.name())),
            },
            amount: match phase {
                Phase::Issued | Phase::PartlyIssued => shell.tf("portal-order-paid", [("amount", shell.money(&total))]),
                _ => shell.money(&total),
            },
            watching: phase.is_watched(),
            action_href: if phase == Phase::Asked { "https://pay.example.com/1".to_owned() } else { String::new() },
            facts: vec![Fact::new(shell.t("portal-order-number"), "ORD-2026-00042").copied()],
            lines: vec![price::total(shell, total)],
            schedule: if matches!(phase, Phase::Issued | Phase::ToPay) { plan::sample_schedule(shell) } else { Vec::new() },
            may_pay: phase.may_pay() || phase == Phase::Issued,
            pay_label: shell.t("button-pay"),
            files: if phase == Phase::Issued {
                vec![Link { label: "Risk note".to_owned(), href: "/account/documents/1".to_owned() }]
            } else {
                Vec::new()
            },
            policies: if phase == Phase::Issued {
                vec![Link { label: "POL-2026-00123".to_owned(), href: "/account/policies/1".to_owned() }]
            } else {
                Vec::new()
            },
            insurers: if phase == Phase::AtInsurer {
                vec![InsurerPay {
                    name: "Mfano Insurance".to_owned(),
                    instructions: "Paybill 000000".to_owned(),
                    facts: vec![Fact::new("Reference", "AB12CD").copied()],
                }]
            } else {
                Vec::new()
            },
            href: "/orders/1".to_owned(),
            cancel_href: "/orders/1/cancel".to_owned(),
            may_cancel: phase.may_pay(),
        };
        let pay = PayMethods {
            methods: vec![pages::Choice::new("mobile", "Mobile money")],
            phone_for: "method=mobile".to_owned(),
            email_for: String::new(),
            direct: vec![DirectWay::sample(shell)],
        };
        let form = match error {
            Some(error) => form.failing(shell, error, |field| pay_form::label(shell, field)),
            None => form,
        };
        OrderPage { shell: shell.clone().titled("portal-order-title"), view, pay, form }
    };
    let error = AppError::field("phone", "field-phone-unsupported");
    let mut samples: Vec<Sample> = phases.iter().map(|(name, phase)| Sample::of(name, &page(*phase, None))).collect();
    samples.push(Sample::of("order-pay-failed", &page(Phase::Failed, Some(&error))));
    samples
}

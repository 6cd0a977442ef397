//! Third step: the summary and the way to pay. Sending it places the order and asks for the money, in one transaction.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use identity::users;
use insurance::{
    cart::service as carts,
    checkout::{Checkout, CheckoutId, CheckoutStep, service as checkouts},
    collection::{self, CollectionMode},
    orders,
};
use kernel::{
    App, AppError, AppResult,
    http::{Customer, form::Form},
};
use pages::{Choice, Fact, FormState, Shell, Step, Tone, html_with, redirect, redirect_with};
use serde_json::json;

use super::{
    cart::place_of,
    pay_form::{self, DIRECT, Own, PayForm, PayMethods},
    plan::{self, PlanChoice},
    steps,
    summary::Summary,
};
use crate::{form::status_of, page::Page, samples::Sample};

#[derive(Template)]
#[template(path = "portal/pay.html")]
struct PayPage {
    shell: Shell,
    steps: Vec<Step>,
    form: FormState,
    checkout: String,
    /// What it all is shown to cost, in minor units.
    expected: String,
    summary: Summary,
    facts: Vec<Fact>,
    pay: PayMethods,
    plans: Vec<PlanChoice>,
    /// To be paid now.
    now: String,
    /// The customer pays the insurer, not us.
    at_insurer: bool,
    /// Nothing can be sold yet, or no way to pay is open.
    closed: bool,
}

impl PayPage {
    async fn new(app: &App, caller: &Customer, shell: Shell, checkout: &Checkout, body: Option<(&PayForm, &AppError)>) -> AppResult<Self> {
        let mut tx = caller.begin_read().await?;
        let cart = carts::view(&mut tx).await?;
        let mode = collection::mode(&mut tx).await.ok();
        let starts_on = checkout.starts_on.unwrap_or_else(|| caller.scope.today());
        let options = checkouts::plans(&mut tx, starts_on).await?;
        drop(tx);
        let at_insurer = mode == Some(CollectionMode::InsurerCollects);
        let closed = at_insurer || mode.is_none();
        let chosen = options.iter().find(|option| option.plan == checkout.plan).or(options.first());
        let now = chosen.filter(|_| !at_insurer).map_or(cart.payable, |option| option.now);
        let pay = if closed {
            PayMethods::default()
        } else {
            PayMethods::of(app, &caller.scope, &shell, now).await?.or_direct(app, &caller.scope, &shell, now).await?
        };
        let plans = if closed { Vec::new() } else { plan::choices(&shell, &options, chosen.map(|option| option.plan).unwrap_or_default()) };
        let form = match body {
            Some((body, error)) => {
                FormState::once(&shell)
                    .with_values(&PayForm { idempotency_key: String::new(), ..body.clone() })
                    .failing(&shell, error, |field| pay_form::label(&shell, field))
            }
            None => {
                let first = pay.methods.first().map(|method| method.value.clone()).unwrap_or_default();
                Own::of(caller, &shell).await?.fill(FormState::once(&shell).with("method", first))
            }
        };
        let mut summary = Summary::of(&shell, &cart);
        let facts =
            std::mem::take(&mut summary.cover).into_iter().chain([Fact::new(shell.t("portal-checkout-start"), shell.date(&starts_on))]).collect();
        Ok(Self {
            steps: steps(&shell, 2),
            form,
            checkout: checkout.id.to_string(),
            expected: cart.payable.minor.to_string(),
            summary,
            facts,
            closed: mode.is_none() || (!at_insurer && pay.methods.is_empty()),
            pay,
            plans,
            now: shell.money(&now),
            at_insurer,
            shell: shell.titled("portal-pay-title"),
        })
    }
}

pub(super) async fn show(caller: Customer, State(app): State<App>, Page(shell): Page) -> AppResult<Response> {
    let mut tx = caller.begin_read().await?;
    let checkout = checkouts::current(&mut tx).await?;
    let cart = carts::view(&mut tx).await?;
    drop(tx);
    match checkout {
        Some(checkout) if checkout.step == CheckoutStep::Payment && cart.can_check_out => {
            html_with(StatusCode::OK, &PayPage::new(&app, &caller, shell, &checkout, None).await?)
        }
        Some(checkout) if cart.can_check_out => Ok(redirect(place_of(checkout.step))),
        _ => Ok(redirect("/cart")),
    }
}

/// A second press, a second window and a reload lead to the same order.
pub(super) async fn send(caller: Customer, State(app): State<App>, Page(shell): Page, Form(body): Form<PayForm>) -> AppResult<Response> {
    let id: CheckoutId = body.checkout.parse().map_err(|_| AppError::not_found())?;
    let mut tx = caller.begin_read().await?;
    let checkout = checkouts::get(&mut tx, id).await?;
    drop(tx);
    if let Some(order) = checkout.order {
        return Ok(redirect(&pay_form::page(order)));
    }
    let error = match place_and_pay(&app, &caller, id, &body, &shell.path).await {
        Ok(page) => return Ok(redirect(&page)),
        Err(error) => error,
    };
    let mut tx = caller.begin_read().await?;
    if let Some(order) = checkouts::get(&mut tx, id).await?.order {
        // Another window was faster.
        return Ok(redirect(&pay_form::page(order)));
    }
    drop(tx);
    match error {
        error if error.is("order.price_changed") => Ok(redirect_with("/checkout/pay", Tone::Warn, "error-order-price-changed")),
        // What is in the cart changed meanwhile: it shows what, and why.
        error
            if ["cart.empty", "quote.expired", "product.withdrawn", "checkout.wrong_step", "order.plan_not_offered"]
                .iter()
                .any(|code| error.is(code)) =>
        {
            Ok(redirect("/checkout"))
        }
        error => {
            let (status, error) = status_of(error)?;
            html_with(status, &PayPage::new(&app, &caller, shell, &checkout, Some((&body, &error))).await?)
        }
    }
}

async fn place_and_pay(app: &App, caller: &Customer, id: CheckoutId, body: &PayForm, path: &str) -> AppResult<String> {
    let mut tx = caller.begin_read().await?;
    let collects = collection::mode(&mut tx).await?.collects();
    drop(tx);
    let asks = collects && body.method != DIRECT;
    let method = if asks { Some(body.chosen(app, &caller.scope).await?) } else { None };
    let key = body.key(path)?;
    let mut tx = caller.begin_write().await?;
    if let Some(answer) = tx.claim_key(&key).await? {
        return pay_form::page_of(&answer);
    }
    let order = checkouts::place(&mut tx, id, body.expected.parse().ok()).await?;
    if let (Some(method), true) = (method, order.collects()) {
        let due = orders::service::status(&mut tx, order.id).await?.due;
        body.start(app, &mut tx, (&order).into(), due, method).await?;
    }
    tx.commit_with(&key, 303, &json!({ "order": order.id })).await?;
    if let Err(error) = invite(app, caller).await {
        // The order stands; the page about security offers the link again.
        tracing::warn!(%error, "link for a first password was not sent");
    }
    Ok(pay_form::page(order.id))
}

/// Who bought without a password is mailed a link to choose one.
async fn invite(app: &App, caller: &Customer) -> AppResult<()> {
    let Some(user) = caller.scope.user() else { return Ok(()) };
    let mut tx = caller.scope.as_system("portal.checkout.invite").begin_write().await?;
    if !users::get(&mut tx, user.into()).await?.has_password {
        users::send_claim_link(app, &mut tx, user.into()).await?;
    }
    tx.commit().await
}

pub(super) fn samples(shell: &Shell) -> Vec<Sample> {
    let page = |methods: Vec<Choice>, at_insurer: bool| PayPage {
        shell: shell.clone().titled("portal-pay-title"),
        steps: steps(shell, 2),
        form: FormState::once(shell).with("method", "mobile").with("phone", "0700 000 101"),
        checkout: "1".to_owned(),
        expected: "4524300".to_owned(),
        summary: Summary::sample(shell),
        facts: vec![Fact::new("Mfano Insurance", "KDA 123A")],
        closed: !at_insurer && methods.is_empty(),
        plans: if methods.is_empty() { Vec::new() } else { plan::sample(shell) },
        now: "KSh 18,243".to_owned(),
        pay: PayMethods { methods, phone_for: "method=mobile".to_owned(), email_for: "method=card".to_owned(), direct: Vec::new() },
        at_insurer,
    };
    let both = vec![
        Choice { value: "mobile".to_owned(), label: "Mobile money".to_owned(), detail: "At most KSh 250,000 at a time.".to_owned() },
        Choice::new("card", "Card"),
    ];
    vec![
        Sample::of("pay", &page(both, false)),
        Sample::of("pay-at-insurer", &page(Vec::new(), true)),
        Sample::of("pay-closed", &page(Vec::new(), false)),
    ]
}

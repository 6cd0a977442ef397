//! The cart: what is meant to be bought, with its price line by line, and what stands in the way.

use askama::Template;
use axum::{extract::State, response::Response};
use insurance::{
    cart::{Cart, CartItemId, CartLine, service as carts},
    checkout::{CheckoutStep, service as checkouts},
    collection::{self, CollectionMode},
    plans::PlanOption,
    quotes::{OfferId, service as quotes},
};
use kernel::{
    App, AppError, AppResult, Kind,
    http::{Anyone, Path, form::Form},
};
use pages::{FormState, PriceLine, Shell, Tone, html, redirect, redirect_with};
use serde::Deserialize;

use crate::{
    page::{self, Page},
    price,
    samples::Sample,
};

#[derive(Template)]
#[template(path = "portal/cart.html")]
struct CartPage {
    shell: Shell,
    form: FormState,
    lines: Vec<Item>,
    total: String,
    /// What is saved by buying together; empty if nothing.
    saved: String,
    /// That it may be paid in parts; empty if not.
    parts: String,
    can_check_out: bool,
}

struct Item {
    id: String,
    product: String,
    insurer: String,
    /// Plate and kind of cover.
    about: String,
    href: String,
    amount: String,
    lines: Vec<PriceLine>,
    until: String,
    /// What another kind of cover would make of the price; empty if nothing.
    hint: String,
    /// Why it cannot be bought; empty if it can.
    problem: String,
}

impl Item {
    fn new(shell: &Shell, line: &CartLine) -> Self {
        let title = line.category_title.get(&shell.lang);
        let problem = line.problem.as_ref().map(|problem| {
            let error = problem
                .params
                .iter()
                .fold(AppError::new(Kind::Conflict, problem.code.clone()), |error, (name, value)| error.with(name, value.clone()));
            shell.error(&error)
        });
        Self {
            id: line.id.to_string(),
            product: line.product_name.get(&shell.lang).to_owned(),
            insurer: line.insurer_name.clone(),
            about: line.plate.as_ref().map_or_else(|| title.to_owned(), |plate| format!("{plate}, {title}")),
            href: format!("/quotes/{}/offers/{}", line.quote, line.offer),
            amount: line.payable.map(|payable| shell.money(&payable)).unwrap_or_default(),
            lines: line.payable.map(|payable| price::lines(shell, &line.breakdown, payable)).unwrap_or_default(),
            until: shell.date(&line.valid_until),
            hint: line
                .bundled
                .map(|bundled| shell.tf("portal-cart-bundle-hint", [("amount", shell.money(&bundled)), ("insurer", line.insurer_name.clone())]))
                .unwrap_or_default(),
            problem: problem.unwrap_or_default(),
        }
    }
}

impl CartPage {
    fn new(shell: Shell, cart: &Cart, plans: &[PlanOption]) -> Self {
        let least = plans.iter().skip(1).min_by_key(|plan| plan.now.minor);
        Self {
            parts: least.map(|plan| shell.tf("portal-plan-from", [("now", shell.money(&plan.now))])).unwrap_or_default(),
            form: FormState::new(&shell),
            lines: cart.lines.iter().map(|line| Item::new(&shell, line)).collect(),
            total: shell.money(&cart.payable),
            saved: saved(&shell, cart),
            can_check_out: cart.can_check_out,
            shell: shell.titled("portal-cart-title"),
        }
    }
}

/// What is saved by buying together, in words; empty if nothing.
pub(super) fn saved(shell: &Shell, cart: &Cart) -> String {
    if cart.saved.is_positive() { shell.tf("portal-cart-bundle-saved", [("amount", shell.money(&cart.saved))]) } else { String::new() }
}

/// A cart lives in its reader's cookie, so whoever indexes the page finds an empty one.
pub(super) async fn show(caller: Anyone, State(app): State<App>, Page(shell): Page) -> AppResult<Response> {
    let shell = page::listed(shell, &app, &caller.tenant().slug, "portal-cart-description");
    let mut tx = caller.begin_read().await?;
    let cart = carts::view(&mut tx).await?;
    let today = tx.scope().today();
    let plans = if cart.can_check_out && collection::mode(&mut tx).await.is_ok_and(CollectionMode::collects) {
        checkouts::plans(&mut tx, today).await?
    } else {
        Vec::new()
    };
    html(&CartPage::new(shell, &cart, &plans))
}

#[derive(Deserialize, Default)]
pub(super) struct AddForm {
    #[serde(default)]
    offer: String,
}

pub(super) async fn add(caller: Anyone, Form(body): Form<AddForm>) -> AppResult<Response> {
    let offer: OfferId = body.offer.parse().map_err(|_| AppError::not_found())?;
    let mut tx = caller.begin_write().await?;
    match carts::add(&mut tx, offer).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(redirect("/cart"))
        }
        Err(error) if error.is("cart.full") => Ok(redirect_with("/cart", Tone::Warn, "portal-cart-full")),
        // The page of the offer says what happened to it and how to go on.
        Err(error) if error.kind == Kind::Conflict => {
            let quote = quotes::list_own(&mut tx).await?.into_iter().find(|quote| quote.offer(offer).is_some()).ok_or_else(AppError::not_found)?;
            Ok(redirect(&format!("/quotes/{}/offers/{offer}", quote.id)))
        }
        Err(error) => Err(error),
    }
}

#[derive(Deserialize)]
pub(super) struct Nothing {}

/// Removing what is gone already is no error to the one who sent the form twice.
pub(super) async fn remove(caller: Anyone, Path(item): Path<CartItemId>, Form(Nothing {}): Form<Nothing>) -> AppResult<Response> {
    let mut tx = caller.begin_write().await?;
    match carts::remove(&mut tx, item).await {
        Ok(_) => tx.commit().await?,
        Err(error) if error.is("cart.item_not_found") => {}
        Err(error) => return Err(error),
    }
    Ok(redirect_with("/cart", Tone::Good, "portal-cart-removed"))
}

/// Begins the purchase, or takes it up where it was left.
pub(super) async fn check_out(caller: Anyone, Form(Nothing {}): Form<Nothing>) -> AppResult<Response> {
    let mut tx = caller.begin_write().await?;
    match checkouts::begin(&mut tx).await {
        Ok(checkout) => {
            tx.commit().await?;
            Ok(redirect(place_of(checkout.step)))
        }
        // The cart shows what stands in the way.
        Err(error) if error.is("cart.empty") || error.is("cart.has_problems") => Ok(redirect("/cart")),
        Err(error) => Err(error),
    }
}

/// For a link to checkout, such as the way back from logging in.
pub(super) async fn resume(caller: Anyone, State(_): State<App>) -> AppResult<Response> {
    let mut tx = caller.begin_read().await?;
    let open = checkouts::current(&mut tx).await?;
    Ok(redirect(open.map_or("/cart", |checkout| place_of(checkout.step))))
}

/// The page of a step.
pub(super) fn place_of(step: CheckoutStep) -> &'static str {
    match step {
        CheckoutStep::Details => "/checkout/details",
        CheckoutStep::Documents => "/checkout/documents",
        CheckoutStep::Payment => "/checkout/pay",
        CheckoutStep::Confirmation => "/account",
    }
}

pub(super) fn samples(shell: &Shell) -> Vec<Sample> {
    let total = kernel::money::Money::new(4_524_300, kernel::money::Currency::KES);
    let item = |problem: &str, id: &str| Item {
        id: id.to_owned(),
        product: "Private Motor Comprehensive".to_owned(),
        insurer: "Mfano Insurance".to_owned(),
        about: "KDA 123A, Motor comprehensive".to_owned(),
        href: "/quotes/1/offers/1".to_owned(),
        amount: shell.money(&total),
        lines: vec![price::total(shell, total)],
        until: "7 Dec 2026".to_owned(),
        hint: if id == "b" { "KSh 42,983 with another kind of cover from Mfano Insurance.".to_owned() } else { String::new() },
        problem: problem.to_owned(),
    };
    let page = |lines: Vec<Item>, can_check_out| CartPage {
        shell: shell.clone().titled("portal-cart-title"),
        form: FormState::new(shell),
        lines,
        total: shell.money(&total),
        saved: if can_check_out { shell.tf("portal-cart-bundle-saved", [("amount", "KSh 2,260")]) } else { String::new() },
        parts: if can_check_out { shell.tf("portal-plan-from", [("now", shell.money(&total))]) } else { String::new() },
        can_check_out,
    };
    vec![
        Sample::of("cart", &page(vec![item("", "a"), item("", "b")], true)),
        Sample::of("cart-with-problem", &page(vec![item("This quote was valid until 1 Nov 2026.", "a")], false)),
        Sample::of("cart-empty", &page(Vec::new(), false)),
    ]
}

//! First step: who buys, and from which day.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use crm::customers::{Customer as CustomerRecord, CustomerPatch, service as customers};
use identity::UserKind;
use insurance::{
    cart::{Cart, service as carts},
    checkout::service as checkouts,
    orders::rules,
};
use kernel::{App, AppError, AppResult, Scope, http::form::Form, identifiers::IdentifierKind};
use pages::{FormState, Shell, Step, html_with, redirect};
use serde::{Deserialize, Serialize};

use super::{join, steps, summary::Summary};
use crate::{
    form::status_of,
    page::Page,
    place,
    samples::Sample,
    session::{self, Visit},
};

#[derive(Template)]
#[template(path = "portal/checkout.html")]
struct DetailsPage {
    shell: Shell,
    steps: Vec<Step>,
    form: FormState,
    summary: Summary,
    first_day: String,
    last_day: String,
    /// Name and address of a customer who is logged in stand as they are.
    known: bool,
    /// Identity numbers that are kept are not asked for again.
    ask_id: bool,
    ask_pin: bool,
    consent: String,
    /// Where the owner of an address that is known logs in; empty if it is not.
    login_href: String,
    login_code_href: String,
}

#[derive(Deserialize, Serialize, Default, Clone)]
#[serde(default)]
pub(super) struct DetailsForm {
    pub name: String,
    pub phone: String,
    pub email: String,
    pub id_number: String,
    pub tax_pin: String,
    pub date_of_birth: String,
    pub starts_on: String,
    pub consent: String,
}

/// What is on record of a customer who is logged in.
pub(super) struct Known {
    pub record: CustomerRecord,
    pub has_id: bool,
    has_pin: bool,
}

pub(super) async fn known(scope: &Scope) -> AppResult<Option<Known>> {
    let Some(id) = scope.customer() else { return Ok(None) };
    let mut tx = scope.begin_read().await?;
    let record = customers::get(&mut tx, id.into()).await?;
    let has_pin = record.identifiers.iter().any(|number| number.kind == IdentifierKind::KeKraPin);
    let has_id = record.identifiers.iter().any(|number| number.kind != IdentifierKind::KeKraPin);
    Ok(Some(Known { record, has_id, has_pin }))
}

impl DetailsPage {
    fn new(shell: Shell, scope: &Scope, cart: &Cart, known: Option<&Known>, typed: &DetailsForm, error: Option<&AppError>) -> Self {
        let (today, consent) = (scope.today(), wording(&shell));
        let mut form = FormState::once(&shell).with_values(typed);
        let taken = error.is_some_and(|error| error.is("identity.email_taken"));
        if let Some(error) = error {
            form = form.failing(&shell, error, |field| label(&shell, field));
        }
        Self {
            steps: steps(&shell, 0),
            form,
            summary: Summary::of(&shell, cart),
            first_day: today.to_string(),
            last_day: rules::latest_start(today).to_string(),
            known: known.is_some(),
            ask_id: known.is_none_or(|known| !known.has_id),
            ask_pin: known.is_none_or(|known| !known.has_pin),
            consent,
            login_href: if taken { place::login("/checkout") } else { String::new() },
            login_code_href: if taken { format!("/login/code?email={}&next=/checkout", place::encoded(typed.email.trim())) } else { String::new() },
            shell: shell.titled("portal-checkout-title"),
        }
    }
}

fn label(shell: &Shell, field: &str) -> String {
    match field {
        "name" | "first_name" | "last_name" => shell.t("field-full-name"),
        "tax_pin" | "kra_pin" => shell.t("field-tax-pin"),
        "starts_on" => shell.t("portal-checkout-start"),
        "consent" => shell.t("portal-checkout-consent-short"),
        other => shell.t(&format!("field-{}", other.replace('_', "-"))),
    }
}

pub(super) fn wording(shell: &Shell) -> String {
    shell.tf("portal-checkout-consent", [("name", shell.brand.name.as_str())])
}

pub(super) async fn show(visit: Visit, Page(shell): Page) -> AppResult<Response> {
    let scope = &visit.caller.scope;
    let mut tx = scope.begin_read().await?;
    let Some(checkout) = checkouts::current(&mut tx).await? else { return Ok(redirect("/cart")) };
    let cart = carts::view(&mut tx).await?;
    drop(tx);
    if !cart.can_check_out {
        return Ok(redirect("/cart"));
    }
    let known = known(scope).await?;
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let typed = DetailsForm {
        starts_on: checkout.starts_on.unwrap_or(scope.today()).to_string(),
        name: known.as_ref().map(|known| known.record.display_name.clone()).unwrap_or_default(),
        phone: known.as_ref().map(|known| text(&known.record.phone)).unwrap_or_default(),
        email: known.as_ref().map(|known| text(&known.record.email)).unwrap_or_default(),
        ..DetailsForm::default()
    };
    html_with(StatusCode::OK, &DetailsPage::new(shell, scope, &cart, known.as_ref(), &typed, None))
}

pub(super) async fn send(visit: Visit, State(app): State<App>, Page(shell): Page, Form(body): Form<DetailsForm>) -> AppResult<Response> {
    let scope = &visit.caller.scope;
    let mut tx = scope.begin_read().await?;
    let Some(checkout) = checkouts::current(&mut tx).await? else { return Ok(redirect("/cart")) };
    let cart = carts::view(&mut tx).await?;
    drop(tx);
    let known = known(scope).await?;
    let done = match (&known, scope.visitor()) {
        (None, Some(visitor)) => join_and_go_on(&app, &visit, visitor, &shell, &body, checkout.id).await,
        (Some(known), _) => go_on(&app, scope, known, &shell, &body, checkout.id).await.map(|()| redirect("/checkout/documents")),
        (None, None) => Err(AppError::unauthenticated()),
    };
    match done {
        Ok(response) => Ok(response),
        Err(error) => {
            let (status, error) = status_of(error)?;
            html_with(status, &DetailsPage::new(shell, scope, &cart, known.as_ref(), &body, Some(&as_asked(error))))
        }
    }
}

/// Complaints of the record's fields beside the fields of this form.
fn as_asked(mut error: AppError) -> AppError {
    for field in &mut error.fields {
        match field.field.as_ref() {
            "first_name" | "last_name" => field.field = "name".into(),
            "kra_pin" => field.field = "tax_pin".into(),
            _ => {}
        }
    }
    let mut seen = Vec::new();
    error.fields.retain(|field| {
        let new = !seen.contains(field);
        seen.push(field.clone());
        new
    });
    error
}

async fn join_and_go_on(
    app: &App,
    visit: &Visit,
    visitor: uuid::Uuid,
    shell: &Shell,
    body: &DetailsForm,
    checkout: insurance::checkout::CheckoutId,
) -> AppResult<Response> {
    refuse_known_address(visit, body).await?;
    let joined = join::join(app, visit, visitor, body, &wording(shell)).await?;
    let mut tx = joined.scope.begin_write().await?;
    checkouts::save_details(&mut tx, checkout, join::start(body, &joined.scope)?).await?;
    tx.commit().await?;
    let mut response = redirect("/checkout/documents");
    session::put(app, &joined.session, &mut response);
    Ok(response)
}

/// Told before anything is written, since the record of a customer who has one already would be of no use.
async fn refuse_known_address(visit: &Visit, body: &DetailsForm) -> AppResult<()> {
    let mut tx = visit.system("portal.checkout.join").begin_read().await?;
    match identity::users::find_by_email(&mut tx, UserKind::Customer, body.email.trim()).await? {
        Some(_) => Err(AppError::new(kernel::Kind::Conflict, "identity.email_taken").and_field("email", "identity.email_taken")),
        None => Ok(()),
    }
}

/// A customer who is logged in: what was missing on record is added, the phone is kept as it was typed.
async fn go_on(
    app: &App,
    scope: &Scope,
    known: &Known,
    shell: &Shell,
    body: &DetailsForm,
    checkout: insurance::checkout::CheckoutId,
) -> AppResult<()> {
    let mut fields = kernel::error::Fields::new();
    fields.text("phone", &body.phone, 40);
    if !known.has_id {
        fields.text("id_number", &body.id_number, 40);
    }
    if body.consent != "yes" {
        fields.add("consent", "field-required");
    }
    fields.finish()?;
    let starts_on = join::start(body, scope)?;
    let filled = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let patch = CustomerPatch {
        version: known.record.version,
        phone: filled(&body.phone),
        id_type: (!known.has_id).then_some(IdentifierKind::KeNationalId),
        id_number: filled(&body.id_number).filter(|_| !known.has_id),
        kra_pin: filled(&body.tax_pin).filter(|_| !known.has_pin),
        ..CustomerPatch::default()
    };
    // Identity numbers are written by the system alone; the fields were named one by one above.
    let mut tx = scope.elevated().begin_write().await?;
    customers::update(&mut tx, &app.sealer, known.record.id, patch).await?;
    join::consent(&mut tx, known.record.id, &wording(shell)).await?;
    tx.commit().await?;
    let mut tx = scope.begin_write().await?;
    checkouts::save_details(&mut tx, checkout, starts_on).await?;
    tx.commit().await
}

pub(super) fn samples(shell: &Shell) -> Vec<Sample> {
    let page = |known, error: Option<AppError>| {
        let mut form = FormState::once(shell).with("name", "Asha Mwangi").with("starts_on", "2026-11-23");
        if let Some(error) = &error {
            form = form.failing(shell, error, |field| label(shell, field));
        }
        DetailsPage {
            shell: shell.clone().titled("portal-checkout-title"),
            steps: steps(shell, 0),
            form,
            summary: Summary::sample(shell),
            first_day: "2026-11-23".to_owned(),
            last_day: "2027-02-21".to_owned(),
            known,
            ask_id: !known,
            ask_pin: !known,
            consent: wording(shell),
            login_href: error.as_ref().map(|_| place::login("/checkout")).unwrap_or_default(),
            login_code_href: error.as_ref().map(|_| "/login/code?email=asha@example.com&next=/checkout".to_owned()).unwrap_or_default(),
        }
    };
    let taken = AppError::new(kernel::Kind::Conflict, "identity.email_taken").and_field("email", "identity.email_taken");
    vec![
        Sample::of("details", &page(false, None)),
        Sample::of("details-known", &page(true, None)),
        Sample::of("details-taken", &page(false, Some(taken))),
    ]
}

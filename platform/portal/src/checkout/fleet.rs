//! Cover for several vehicles at once: a sheet for one product, what each vehicle costs, and one order for those that have a price.

use askama::Template;
use axum::{extract::State, response::Response};
use chrono::NaiveDate;
use crm::customers::{CustomerPatch, service as customers};
use insurance::{
    catalogue::{Product, ProductId, service as catalogue},
    fleet::{self, Fleet, Outcome, PlaceFleet, Told, Verdict, service},
    law::Law,
    orders::rules,
    plans::Plan,
};
use kernel::{
    App, AppError, AppResult, TenantTx,
    http::{Customer, Path, form::Form, multipart::Multipart},
    idempotency::IdempotencyKey,
    identifiers::IdentifierKind,
};
use pages::{Choice, FormState, Link, Shell, html, html_with, redirect};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    details::{self, Known},
    join, pay_form,
};
use crate::{form::status_of, page::Page, samples::Sample, shop::offers::decline_text};

#[derive(Template)]
#[template(path = "portal/fleet.html")]
struct UploadPage {
    shell: Shell,
    form: FormState,
    products: Vec<Choice>,
    /// Empty sheets to fill in, one a product.
    sheets: Vec<Link>,
    limits: String,
}

fn name(shell: &Shell, product: &Product) -> String {
    format!("{}, {}", product.name.get(&shell.lang), product.insurer.name)
}

fn limits(shell: &Shell) -> String {
    shell.tf("portal-fleet-file-help", [("rows", shell.number(fleet::MOST_ROWS)), ("kilobytes", shell.number(fleet::MOST_BYTES / 1024))])
}

impl UploadPage {
    fn new(shell: Shell, products: &[Product], form: FormState) -> Self {
        Self {
            form,
            products: products.iter().map(|product| Choice::new(product.id.to_string(), name(&shell, product))).collect(),
            sheets: products.iter().map(|product| Link { label: name(&shell, product), href: format!("/fleet/{}/sheet.csv", product.id) }).collect(),
            limits: limits(&shell),
            shell: shell.under("portal-products-title", "/products").titled("portal-fleet-title"),
        }
    }
}

pub(super) async fn show(caller: Customer, Page(shell): Page) -> AppResult<Response> {
    let mut tx = caller.begin_read().await?;
    let products = service::products(&mut tx).await?;
    drop(tx);
    let form = FormState::new(&shell);
    html(&UploadPage::new(shell, &products, form))
}

/// An empty sheet with the headings of a product.
pub(super) async fn template(caller: Customer, Page(shell): Page, Path(product): Path<ProductId>) -> AppResult<Response> {
    let mut tx = caller.begin_read().await?;
    let product = catalogue::product_for_sale(&mut tx, product).await?;
    let csv = fleet::template(&product.current.terms, &shell.lang, &shell.t("portal-fleet-extras"))?;
    pages::download(&format!("{}.csv", product.code), pages::CSV, csv)
}

#[derive(Template)]
#[template(path = "portal/fleet_verdicts.html")]
struct VerdictsPage {
    shell: Shell,
    product: String,
    lede: String,
    rows: Vec<VehicleRow>,
    /// What the vehicles that have a price come to.
    total: String,
    /// How many of them there are; nothing can be ordered without one.
    priced: usize,
    form: FormState,
    first_day: String,
    last_day: String,
    /// An identity number that is kept is not asked for again.
    ask_id: bool,
    consent: String,
    /// Sent along as they are: the product, the sheet, and what it was shown to cost.
    hidden: Vec<(&'static str, String)>,
}

struct VehicleRow {
    line: String,
    plate: String,
    /// Empty without a price; `why` says why.
    amount: String,
    why: String,
}

impl VehicleRow {
    fn new(shell: &Shell, product: &Product, verdict: &Verdict) -> Self {
        let (amount, why): (String, Vec<String>) = match &verdict.outcome {
            Outcome::Priced(premium) => (shell.money(&premium.payable), Vec::new()),
            Outcome::Declined(reasons) => (String::new(), reasons.iter().map(|reason| decline_text(shell, reason)).collect()),
            Outcome::Wrong(faults) => {
                let label = |key: &str| match product.current.terms.form.question(key) {
                    Some(question) => question.label.get(&shell.lang).to_owned(),
                    None => shell.t("portal-fleet-extras"),
                };
                (String::new(), faults.iter().map(|fault| format!("{}: {}", label(&fault.field), shell.field_error(fault))).collect())
            }
        };
        let line = shell.tf("portal-fleet-row", [("line", shell.number(verdict.line))]);
        Self { line, plate: verdict.plate.clone(), amount, why: why.join(" ") }
    }
}

impl VerdictsPage {
    fn new(shell: Shell, today: NaiveDate, known: &Known, fleet: &Fleet, sheet: &str, form: FormState) -> Self {
        let priced = fleet.verdicts.iter().filter(|verdict| verdict.is_priced()).count();
        let lede = match priced {
            0 => "portal-fleet-nothing",
            _ if fleet.is_whole() => "portal-fleet-whole",
            _ => "portal-fleet-mend",
        };
        Self {
            product: name(&shell, &fleet.product),
            lede: shell.t(lede),
            rows: fleet.verdicts.iter().map(|verdict| VehicleRow::new(&shell, &fleet.product, verdict)).collect(),
            total: shell.money(&fleet.payable),
            priced,
            form,
            first_day: today.to_string(),
            last_day: rules::latest_start(today).to_string(),
            ask_id: !known.has_id,
            consent: details::wording(&shell),
            hidden: vec![("product", fleet.product.id.to_string()), ("sheet", sheet.to_owned()), ("expected", fleet.payable.minor.to_string())],
            shell: shell.under("portal-fleet-title", "/fleet").titled("portal-fleet-result"),
        }
    }
}

async fn known(caller: &Customer) -> AppResult<Known> {
    details::known(&caller.scope).await?.ok_or_else(AppError::unauthenticated)
}

/// Nothing is written by looking at a sheet, so the form needs no key.
pub(super) async fn upload(caller: Customer, State(app): State<App>, Page(shell): Page, sent: Multipart) -> AppResult<Response> {
    let law = Law::of(&app, caller.tenant())?;
    let extras = shell.t("portal-fleet-extras");
    let judged: AppResult<(Fleet, String)> = async {
        let product: ProductId = sent.text("product").parse().map_err(|_| AppError::field("product", "field-required"))?;
        let file = sent.file("file").ok_or_else(|| AppError::field("file", "field-required"))?;
        let sheet = fleet::text_of(&file.bytes)?;
        let mut tx = caller.begin_read().await?;
        let fleet = service::judge(&mut tx, &law, product, Told::Sheet { bytes: sheet.as_bytes(), extras: &extras }).await?;
        Ok((fleet, sheet))
    }
    .await;
    match judged {
        Ok((fleet, sheet)) => {
            let today = caller.scope.today();
            let form = FormState::once(&shell).with("starts_on", today.to_string());
            html(&VerdictsPage::new(shell, today, &known(&caller).await?, &fleet, &sheet, form))
        }
        Err(error) => {
            let (status, error) = status_of(error)?;
            let mut tx = caller.begin_read().await?;
            let products = service::products(&mut tx).await?;
            drop(tx);
            let form = FormState::new(&shell).with("product", sent.text("product")).failing(&shell, &error, |field| label(&shell, field));
            html_with(status, &UploadPage::new(shell, &products, form))
        }
    }
}

fn label(shell: &Shell, field: &str) -> String {
    match field {
        "product" => shell.t("portal-fleet-product"),
        "starts_on" => shell.t("portal-checkout-start"),
        "consent" => shell.t("portal-checkout-consent-short"),
        other => shell.t(&format!("field-{}", other.replace('_', "-"))),
    }
}

#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct FleetForm {
    product: String,
    sheet: String,
    expected: String,
    starts_on: String,
    id_number: String,
    consent: String,
    idempotency_key: String,
}

/// Orders cover for the vehicles that have a price, at the price that was shown; those without one were said to be left out.
pub(super) async fn order(caller: Customer, State(app): State<App>, Page(shell): Page, Form(body): Form<FleetForm>) -> AppResult<Response> {
    let law = Law::of(&app, caller.tenant())?;
    let error = match place(&app, &caller, &shell, &law, &body).await {
        Ok(page) => return Ok(redirect(&page)),
        Err(error) => error,
    };
    let (status, error) = status_of(error)?;
    let product: ProductId = body.product.parse().map_err(|_| AppError::not_found())?;
    let extras = shell.t("portal-fleet-extras");
    let mut tx = caller.begin_read().await?;
    let fleet = service::judge(&mut tx, &law, product, Told::Sheet { bytes: body.sheet.as_bytes(), extras: &extras }).await?;
    drop(tx);
    let form = FormState::once(&shell)
        .with("starts_on", body.starts_on.as_str())
        .with("id_number", body.id_number.as_str())
        .with("consent", body.consent.as_str())
        .failing(&shell, &error, |field| label(&shell, field));
    html_with(status, &VerdictsPage::new(shell, caller.scope.today(), &known(&caller).await?, &fleet, &body.sheet, form))
}

/// The page of the order. What is agreed to and the order are one act: a second press, even at the same moment, finds where the first
/// one led, and whoever is refused has agreed to nothing.
async fn place(app: &App, caller: &Customer, shell: &Shell, law: &Law, body: &FleetForm) -> AppResult<String> {
    let known = known(caller).await?;
    let extras = shell.t("portal-fleet-extras");
    let place = PlaceFleet {
        product: body.product.parse().map_err(|_| AppError::not_found())?,
        told: Told::Sheet { bytes: body.sheet.as_bytes(), extras: &extras },
        expected: body.expected.parse().map_err(|_| AppError::malformed("expected"))?,
        starts_on: body.starts_on.trim().parse().map_err(|_| AppError::field("starts_on", "field-invalid"))?,
        plan: Plan::Full,
        leave_out: true,
    };
    let sent = serde_json::to_vec(body).map_err(AppError::internal)?;
    let key = IdempotencyKey::new(&body.idempotency_key, "POST", &shell.path, &sent)?;
    // Identity numbers are written by the system alone. Whose they are, and whose the order is, was read as the customer.
    let mut tx = caller.scope.elevated().begin_write().await?;
    if let Some(answer) = tx.claim_key(&key).await? {
        return pay_form::page_of(&answer);
    }
    agree(app, &mut tx, shell, &known, body).await?;
    let placed = service::place(&mut tx, law, known.record.id, place).await?;
    tx.commit_with(&key, 303, &json!({ "order": placed.order.id })).await?;
    Ok(pay_form::page(placed.order.id))
}

/// Notes the consent, and the identity number that insurers want if there is none on record.
async fn agree(app: &App, tx: &mut TenantTx, shell: &Shell, known: &Known, body: &FleetForm) -> AppResult<()> {
    let mut fields = kernel::error::Fields::new();
    if !known.has_id {
        fields.text("id_number", &body.id_number, 40);
    }
    if body.consent != "yes" {
        fields.add("consent", "field-required");
    }
    fields.finish()?;
    if !known.has_id {
        let patch = CustomerPatch {
            version: known.record.version,
            id_type: Some(IdentifierKind::KeNationalId),
            id_number: Some(body.id_number.trim().to_owned()),
            ..CustomerPatch::default()
        };
        customers::update(tx, &app.sealer, known.record.id, patch).await?;
    }
    join::consent(tx, known.record.id, &details::wording(shell)).await
}

pub(super) fn samples(shell: &Shell) -> Vec<Sample> {
    let upload = |products: Vec<Choice>, form: FormState| UploadPage {
        shell: shell.clone().under("portal-products-title", "/products").titled("portal-fleet-title"),
        form,
        sheets: products.iter().map(|product| Link { label: product.label.clone(), href: "/fleet/1/sheet.csv".to_owned() }).collect(),
        products,
        limits: limits(shell),
    };
    let row = |plate: &str, amount: &str, why: &str| VehicleRow {
        line: shell.tf("portal-fleet-row", [("line", "2")]),
        plate: plate.to_owned(),
        amount: amount.to_owned(),
        why: why.to_owned(),
    };
    let verdicts = |lede: &str, rows: Vec<VehicleRow>| VerdictsPage {
        shell: shell.clone().under("portal-fleet-title", "/fleet").titled("portal-fleet-result"),
        product: "Private Motor Comprehensive, Mfano Insurance".to_owned(),
        lede: shell.t(lede),
        total: "KSh 45,243".to_owned(),
        priced: rows.iter().filter(|row| row.why.is_empty()).count(),
        rows,
        form: FormState::once(shell).with("starts_on", "2026-11-23"),
        first_day: "2026-11-23".to_owned(),
        last_day: "2027-02-21".to_owned(),
        ask_id: true,
        consent: details::wording(shell),
        hidden: vec![("product", "1".to_owned()), ("sheet", "plate\nKDA 123A\n".to_owned()), ("expected", "4524300".to_owned())],
    };
    let products = || vec![Choice::new("1", "Private Motor Comprehensive, Mfano Insurance")];
    let failed = FormState::new(shell).failing(shell, &AppError::field("file", "sheet-unreadable"), |field| label(shell, field));
    let good = || row("KDA 123A", "KSh 45,243", "");
    let bad = || row("KDB 456B", "", "The insurer takes cars up to 15 years old.");
    vec![
        Sample::of("fleet", &upload(products(), FormState::new(shell))),
        Sample::of("fleet-failed", &upload(products(), failed)),
        Sample::of("fleet-none", &upload(Vec::new(), FormState::new(shell))),
        Sample::of("fleet-verdicts", &verdicts("portal-fleet-whole", vec![good()])),
        Sample::of("fleet-verdicts-mixed", &verdicts("portal-fleet-mend", vec![good(), bad()])),
        Sample::of("fleet-verdicts-none", &verdicts("portal-fleet-nothing", vec![bad()])),
    ]
}

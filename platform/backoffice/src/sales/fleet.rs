//! Selling cover for many vehicles at once: a sheet for one product, a verdict for every row, and one order for all of them.

use askama::Template;
use axum::{extract::State, response::Response};
use crm::customers::{self, Customer, CustomerId};
use insurance::{
    catalogue::{self, Product, ProductId},
    fleet::{self, Fleet, Outcome, PlaceFleet, Told, Verdict, service},
    law::Law,
    plans::Plan,
};
use kernel::{
    App, AppError, AppResult,
    http::{Form, Multipart, Path, Staff},
};
use pages::{Badge, Choice, Crumb, Fact, FormState, Shell, Tone, html, html_with};
use uuid::Uuid;

use crate::{
    customers::viewed,
    frame::{Field, FormPage, Office, Section, Sent, commit_once, mendable, refused_status, seen_before},
    words,
};

fn under(shell: Shell, customer: &Customer) -> (Shell, String) {
    let back = format!("/sell/{}", customer.id);
    let mut shell = shell.under("office-sell-title", "/sell");
    shell.crumbs.push(Crumb { label: customer.display_name.clone(), href: back.clone() });
    (shell, back)
}

fn name(shell: &Shell, product: &Product) -> String {
    format!("{}, {}", product.name.get(&shell.lang), product.insurer.name)
}

fn upload_page(shell: Shell, customer: &Customer, products: &[Product]) -> FormPage {
    let (shell, back) = under(shell, customer);
    let choices = products.iter().map(|product| Choice::new(product.id.to_string(), name(&shell, product))).collect();
    let sheet = |product: &Product| {
        Fact::new(name(&shell, product), shell.t("office-fleet-template")).linked(format!("{back}/fleet/{}/sheet.csv", product.id))
    };
    let facts: Vec<Fact> = products.iter().map(sheet).collect();
    let sheets = shell.tn("office-fleet-sheets", facts.len());
    let most = [("rows", shell.number(fleet::MOST_ROWS)), ("kilobytes", shell.number(fleet::MOST_BYTES / 1024))];
    let fields = vec![
        Field::select("product", shell.t("office-product"), choices),
        Field::file("file", shell.t("field-file"), ".csv,.txt,.xlsx,text/csv").help(shell.tf("office-fleet-file-help", most)),
    ];
    let (title, lede, submit) = (shell.t("office-fleet-title"), shell.t("office-fleet-lede"), shell.t("office-fleet-upload"));
    FormPage::new(shell, title, &format!("{back}/fleet"), &back, vec![Section::of(fields)]).lede(lede).folded(sheets, facts).files().submit(submit)
}

async fn begin(app: &App, staff: &Staff, id: CustomerId) -> AppResult<(Customer, Vec<Product>)> {
    let mut tx = staff.begin_read().await?;
    let customer = customers::service::get(&mut tx, id).await?;
    let products = service::products(&mut tx).await?;
    drop(tx);
    viewed(app, &staff.scope, "customer", id.0).await?;
    Ok((customer, products))
}

pub(super) async fn show(State(app): State<App>, Office(shell): Office, staff: Staff, Path(id): Path<CustomerId>) -> AppResult<Response> {
    let (customer, products) = begin(&app, &staff, id).await?;
    upload_page(shell, &customer, &products).show()
}

/// An empty sheet with the headings of a product.
pub(super) async fn template(Office(shell): Office, staff: Staff, Path((_, product)): Path<(CustomerId, ProductId)>) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let product = catalogue::service::product_for_sale(&mut tx, product).await?;
    let csv = fleet::template(&product.current.terms, &shell.lang, &shell.t("office-sell-extras"))?;
    pages::download(&format!("{}.csv", product.code), pages::CSV, csv)
}

/// What every row comes to, and the form that orders all of them.
#[derive(Template)]
#[template(path = "office/fleet.html")]
pub(crate) struct FleetPage {
    pub(crate) shell: Shell,
    pub(crate) title: String,
    pub(crate) product: String,
    pub(crate) counts: Vec<(String, String)>,
    pub(crate) rows: Vec<FleetRow>,
    /// Every row has a price.
    pub(crate) whole: bool,
    pub(crate) again_href: String,
    pub(crate) action: String,
    pub(crate) form: FormState,
    pub(crate) plans: Vec<Choice>,
    /// Sent along as they are: the product, the sheet, and what it was shown to cost.
    pub(crate) hidden: Vec<(String, String)>,
}

#[derive(Debug, Clone)]
pub(crate) struct FleetRow {
    pub(crate) line: String,
    pub(crate) plate: String,
    pub(crate) amount: String,
    pub(crate) verdict: Badge,
    pub(crate) why: String,
}

/// What is wrong with a row, with the names of its questions.
fn why(shell: &Shell, product: &Product, verdict: &Verdict) -> String {
    match &verdict.outcome {
        Outcome::Priced(_) => String::new(),
        Outcome::Declined(reasons) => words::declined(shell, reasons),
        Outcome::Wrong(faults) => {
            let label = |key: &str| match product.current.terms.form.question(key) {
                Some(question) => question.label.get(&shell.lang).to_owned(),
                None => shell.t("office-sell-extras"),
            };
            faults.iter().map(|fault| format!("{}: {}", label(&fault.field), shell.field_error(fault))).collect::<Vec<_>>().join(" ")
        }
    }
}

impl FleetPage {
    fn new(shell: Shell, customer: &Customer, fleet: &Fleet, sheet: &str) -> Self {
        let (shell, back) = under(shell, customer);
        let row = |verdict: &Verdict| {
            let (badge, amount) = match &verdict.outcome {
                Outcome::Priced(premium) => (Badge::new(Tone::Good, shell.t("office-fleet-priced")), shell.money(&premium.payable)),
                Outcome::Declined(_) => (Badge::new(Tone::Bad, shell.t("office-fleet-declined")), String::new()),
                Outcome::Wrong(_) => (Badge::new(Tone::Bad, shell.t("office-fleet-wrong")), String::new()),
            };
            FleetRow {
                line: shell.number(verdict.line),
                plate: verdict.plate.clone(),
                amount,
                verdict: badge,
                why: why(&shell, &fleet.product, verdict),
            }
        };
        let priced = fleet.verdicts.iter().filter(|verdict| matches!(verdict.outcome, Outcome::Priced(_))).count();
        let title = shell.t("office-fleet-result");
        Self {
            product: name(&shell, &fleet.product),
            counts: vec![
                (shell.t("office-fleet-priced"), shell.number(priced)),
                (shell.t("office-fleet-refused"), shell.number(fleet.verdicts.len() - priced)),
                (shell.t("total"), shell.money(&fleet.payable)),
            ],
            rows: fleet.verdicts.iter().map(row).collect(),
            whole: fleet.is_whole(),
            again_href: format!("{back}/fleet"),
            action: format!("{back}/fleet/order"),
            form: FormState::once(&shell).with("plan", Plan::Full.as_str()),
            plans: words::choices(&shell, "portal-plan", Plan::ALL.iter().map(|plan| plan.as_str())),
            hidden: vec![
                ("product".to_owned(), fleet.product.id.to_string()),
                ("sheet".to_owned(), sheet.to_owned()),
                ("expected".to_owned(), fleet.payable.minor.to_string()),
            ],
            title: title.clone(),
            shell: shell.named(title),
        }
    }
}

fn product_of(text: &str) -> AppResult<ProductId> {
    text.parse::<Uuid>().map(ProductId).map_err(|_| AppError::field("product", "field-required"))
}

/// Nothing is written by looking at a sheet, so the form needs no key.
pub(super) async fn upload(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(id): Path<CustomerId>,
    form: Multipart,
) -> AppResult<Response> {
    let law = Law::of(&app, staff.tenant())?;
    let (customer, products) = begin(&app, &staff, id).await?;
    let extras = shell.t("office-sell-extras");
    let judged: AppResult<(Fleet, String)> = async {
        let product = product_of(form.fields.get("product").map_or("", String::as_str))?;
        let file = form.file("file").ok_or_else(|| AppError::field("file", "field-required"))?;
        let sheet = fleet::text_of(&file.bytes)?;
        let mut tx = staff.begin_read().await?;
        let fleet = service::judge(&mut tx, &law, product, Told::Sheet { bytes: sheet.as_bytes(), extras: &extras }).await?;
        Ok((fleet, sheet))
    }
    .await;
    match judged {
        Ok((fleet, sheet)) => {
            let mut page = FleetPage::new(shell, &customer, &fleet, &sheet);
            page.form = page.form.with("starts_on", staff.scope.today().to_string());
            html(&page)
        }
        Err(error) => upload_page(shell, &customer, &products).again(&Sent::of(form.fields.clone()), error),
    }
}

/// Orders all rows, at the price that was shown, or none.
pub(super) async fn order(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(id): Path<CustomerId>,
    Form(sent): Form<Sent>,
) -> AppResult<Response> {
    let law = Law::of(&app, staff.tenant())?;
    let path = format!("/sell/{id}/fleet/order");
    let (product, sheet, extras) = (product_of(sent.text("product"))?, sent.raw("sheet").to_owned(), shell.t("office-sell-extras"));
    let told = Told::Sheet { bytes: sheet.as_bytes(), extras: &extras };
    let mut tx = staff.begin_write().await?;
    if let Some(answer) = seen_before(&mut tx, &sent, &path).await? {
        return Ok(answer);
    }
    let placed = match sent.text("starts_on").parse() {
        Ok(starts_on) => {
            let place = PlaceFleet {
                product,
                told,
                expected: sent.text("expected").parse().map_err(|_| AppError::malformed("expected"))?,
                starts_on,
                plan: Plan::from_name(sent.text("plan")).unwrap_or_default(),
                leave_out: false,
            };
            service::place(&mut tx, &law, id, place).await
        }
        Err(_) => Err(AppError::field("starts_on", "field-required")),
    };
    match placed {
        Ok(placed) => commit_once(tx, &sent, &path, &format!("/orders/{}", placed.order.id), "office-sell-ordered").await,
        Err(error) if mendable(&error) => {
            drop(tx);
            let mut tx = staff.begin_read().await?;
            let customer = customers::service::get(&mut tx, id).await?;
            let fleet = service::judge(&mut tx, &law, product, told).await?;
            drop(tx);
            let mut page = FleetPage::new(shell, &customer, &fleet, &sheet);
            let label = page.shell.t("office-sell-starts-on");
            page.form =
                sent.without(&["sheet", "product", "expected"]).kept(FormState::new(&page.shell)).failing(&page.shell, &error, |_| label.clone());
            html_with(refused_status(&error), &page)
        }
        Err(error) => Err(error),
    }
}

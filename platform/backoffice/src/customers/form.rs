//! The form that makes or changes a customer. What is typed goes to the domain as it is; the domain says what is wrong with it.

use axum::{extract::State, response::Response};
use crm::{
    customers::{self, Customer, CustomerId, CustomerInput, CustomerPatch, CustomerType, Lifecycle, PreferredContact, Source},
    parties::Gender,
};
use identity::{
    PersonName, UserStatus,
    users::{self, StaffRow},
};
use kernel::{
    App, AppResult, ReadTx,
    http::{Form, Path, Staff},
    identifiers::IdentifierKind,
    languages,
    paging::PageRequest,
};
use pages::{Choice, Shell, Tone, html, redirect_with};

use super::viewed;
use crate::{
    frame::{Field, FormPage, Office, Section, Sent, commit_once, seen_before},
    words,
};

/// Kinds of identity number that a person may give.
const PERSONAL: &[IdentifierKind] = &[IdentifierKind::KeNationalId, IdentifierKind::KeAlienId, IdentifierKind::Passport];

fn names(prefix: &str, shell: &Shell, names: &[&str]) -> Vec<Choice> {
    names.iter().map(|name| Choice::new(*name, shell.t(&format!("{prefix}-{name}")))).collect()
}

fn person(shell: &Shell) -> Vec<Field> {
    vec![
        Field::text("first_name", shell.t("field-first-name")).max(100),
        Field::text("last_name", shell.t("field-last-name")).max(100),
        Field::date("date_of_birth", shell.t("field-date-of-birth")),
        Field::select("gender", shell.t("field-gender"), words::choices(shell, "gender", Gender::ALL.iter().map(|g| g.as_str()))).optional(),
        Field::text("occupation", shell.t("field-occupation")).max(100).optional(),
        Field::select(
            "id_type",
            shell.t("field-id-type"),
            PERSONAL.iter().map(|kind| Choice::new(kind.as_str(), shell.t(&format!("identifier-{}", kind.as_str().replace('_', "-"))))).collect(),
        )
        .optional(),
        Field::text("id_number", shell.t("field-id-number")).max(40).optional(),
    ]
}

fn firm(shell: &Shell) -> Vec<Field> {
    vec![
        Field::text("company_name", shell.t("field-company-name")).max(200),
        Field::text("company_registration", shell.t("field-registration-number")).max(40).optional(),
        Field::text("industry", shell.t("field-industry")).max(100).optional(),
    ]
}

fn contact(shell: &Shell) -> Vec<Field> {
    vec![
        Field::phone("phone", shell.t("field-phone")),
        Field::phone("alt_phone", shell.t("field-alt-phone")).optional(),
        Field::email("email", shell.t("field-email")).optional(),
        Field::select(
            "preferred_contact",
            shell.t("field-preferred-contact"),
            words::choices(shell, "contact", PreferredContact::ALL.iter().map(|p| p.as_str())),
        )
        .optional(),
        Field::text("address", shell.t("field-address")).optional(),
        Field::text("city", shell.t("field-town")).max(100).optional(),
        Field::text("county", shell.t("field-county")).max(100).optional(),
        Field::text("postal_code", shell.t("field-postal-code")).max(20).optional(),
    ]
}

fn relationship(shell: &Shell, new: bool) -> Vec<Field> {
    let mut fields = vec![Field::select(
        "lifecycle",
        shell.t("office-customers-stage"),
        names("customer-lifecycle", shell, &Lifecycle::ALL.iter().map(|l| l.as_str()).collect::<Vec<_>>()),
    )];
    if new {
        fields.push(Field::select(
            "source",
            shell.t("field-source"),
            names("customer-source", shell, &Source::ALL.iter().map(|s| s.as_str()).collect::<Vec<_>>()),
        ));
    }
    fields.push(Field::text("kra_pin", shell.t("field-tax-pin")).max(20).optional());
    fields.push(Field::area("notes", shell.t("field-notes")).help(shell.t("office-customers-notes-help")).optional());
    fields
}

pub(crate) fn new_page(shell: Shell) -> FormPage {
    let shell = shell.under("office-customers-title", "/customers");
    let kinds = names("customer-type", &shell, &["individual", "corporate"]);
    let sections = vec![
        Section::of(vec![Field::choices("customer_type", shell.t("office-customers-kind"), kinds)]),
        Section::titled(shell.t("office-customers-person"), person(&shell)).when("customer_type=individual"),
        Section::titled(shell.t("office-customers-firm"), firm(&shell)).when("customer_type=corporate"),
        Section::titled(shell.t("office-customers-contact"), contact(&shell)),
        Section::titled(shell.t("office-customers-relationship"), relationship(&shell, true)),
    ];
    let title = shell.t("office-customers-new");
    FormPage::new(shell, title, "/customers/new", "/customers", sections)
}

/// The languages that the tenant's portal speaks.
fn languages(app: &App, shell: &Shell, staff: &Staff) -> Vec<Choice> {
    languages::offered(app, staff.tenant()).into_iter().map(|code| Choice::new(code, words::word(shell, "office-language", code))).collect()
}

fn edit_page(shell: Shell, customer: &Customer, languages: Vec<Choice>) -> FormPage {
    let href = format!("/customers/{}", customer.id);
    let mut shell = shell.under("office-customers-title", "/customers");
    shell.crumbs.push(pages::Crumb { label: customer.display_name.clone(), href: href.clone() });
    let who = match customer.customer_type {
        CustomerType::Individual => Section::titled(shell.t("office-customers-person"), replacing(&shell, person(&shell))),
        CustomerType::Corporate => Section::titled(shell.t("office-customers-firm"), replacing(&shell, firm(&shell))),
    };
    let mut reached = contact(&shell);
    reached.push(Field::select("language", shell.t("field-language"), languages).help(shell.t("office-customers-language-help")).optional());
    let sections = vec![
        who,
        Section::titled(shell.t("office-customers-contact"), reached),
        Section::titled(shell.t("office-customers-relationship"), replacing(&shell, relationship(&shell, false))),
    ];
    let title = shell.t("office-customers-edit");
    FormPage::new(shell, title, &format!("{href}/edit"), &href, sections).version(customer.version)
}

/// Identity numbers are sealed: a form never shows them, and an empty field keeps them.
fn replacing(shell: &Shell, fields: Vec<Field>) -> Vec<Field> {
    let sealed = |field: &Field| matches!(field.name.as_str(), "id_number" | "kra_pin" | "company_registration");
    fields.into_iter().map(|field| if sealed(&field) { field.help(shell.t("office-customers-sealed-help")) } else { field }).collect()
}

pub(super) async fn show_new(Office(shell): Office, staff: Staff) -> AppResult<Response> {
    let page = assigning(new_page(shell), &mut staff.begin_read().await?).await?;
    html(&page.with("customer_type", "individual").with("lifecycle", Lifecycle::default().as_str()).with("source", Source::default().as_str()))
}

pub(super) async fn create(State(app): State<App>, Office(shell): Office, staff: Staff, Form(sent): Form<Sent>) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    if let Some(answer) = seen_before(&mut tx, &sent, "/customers/new").await? {
        return Ok(answer);
    }
    match customers::service::create(&mut tx, &app.sealer, input(&sent)).await {
        Ok(customer) => commit_once(tx, &sent, "/customers/new", &format!("/customers/{}", customer.id), "office-customers-made").await,
        Err(error) => {
            drop(tx);
            assigning(new_page(shell), &mut staff.begin_read().await?).await?.again(&sent, error)
        }
    }
}

/// The form with the staff to whom the customer may be assigned.
async fn assigning(mut page: FormPage, tx: &mut ReadTx) -> AppResult<FormPage> {
    let all = PageRequest { page_size: Some(100), ..PageRequest::default() };
    let staff = users::list_staff(tx, Some(UserStatus::Active), None, &all).await?;
    let name = |agent: &StaffRow| PersonName::new(&agent.first_name, &agent.last_name).full();
    let choices = staff.results.iter().map(|agent| Choice::new(agent.id.to_string(), name(agent))).collect();
    let field = Field::select("assigned_agent", page.shell.t("office-customers-agent"), choices).optional();
    if let Some(section) = page.sections.last_mut() {
        section.fields.push(field);
    }
    Ok(page)
}

fn input(sent: &Sent) -> CustomerInput {
    CustomerInput {
        customer_type: CustomerType::from_name(sent.text("customer_type")).unwrap_or_default(),
        first_name: sent.owned("first_name"),
        last_name: sent.owned("last_name"),
        date_of_birth: sent.owned("date_of_birth"),
        gender: Gender::from_name(sent.text("gender")),
        occupation: sent.owned("occupation"),
        company_name: sent.owned("company_name"),
        company_registration: sent.owned("company_registration"),
        industry: sent.owned("industry"),
        id_type: IdentifierKind::from_name(sent.text("id_type")),
        id_number: sent.owned("id_number"),
        kra_pin: sent.owned("kra_pin"),
        email: sent.owned("email"),
        phone: sent.owned("phone"),
        alt_phone: sent.owned("alt_phone"),
        address: sent.owned("address"),
        city: sent.owned("city"),
        county: sent.owned("county"),
        postal_code: sent.owned("postal_code"),
        lifecycle: Lifecycle::from_name(sent.text("lifecycle")).unwrap_or_default(),
        source: Source::from_name(sent.text("source")).unwrap_or_default(),
        assigned_agent: sent.text("assigned_agent").parse().ok(),
        preferred_contact: PreferredContact::from_name(sent.text("preferred_contact")),
        notes: sent.owned("notes"),
        ..CustomerInput::default()
    }
}

pub(super) async fn show_edit(State(app): State<App>, Office(shell): Office, staff: Staff, Path(id): Path<CustomerId>) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let customer = customers::service::get(&mut tx, id).await?;
    let offered = languages(&app, &shell, &staff);
    let page = assigning(edit_page(shell.clone(), &customer, offered), &mut tx).await?;
    drop(tx);
    viewed(&app, &staff.scope, "customer", id.0).await?;
    let phone = |number: &Option<String>| number.as_deref().map(|number| shell.phone(number)).unwrap_or_default();
    let (first_phone, alt_phone) = (phone(&customer.phone), phone(&customer.alt_phone));
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let page = page
        .with("assigned_agent", customer.assigned_agent.map(|agent| agent.to_string()).unwrap_or_default())
        .with("language", customer.locale.as_deref().map(languages::language_of).unwrap_or_default())
        .with("first_name", text(&customer.first_name))
        .with("last_name", text(&customer.last_name))
        .with("date_of_birth", customer.date_of_birth.map(|day| day.to_string()).unwrap_or_default())
        .with("gender", customer.gender.map(|g| g.as_str()).unwrap_or_default())
        .with("occupation", text(&customer.occupation))
        .with("company_name", text(&customer.company_name))
        .with("industry", text(&customer.industry))
        .with("phone", first_phone)
        .with("alt_phone", alt_phone)
        .with("email", text(&customer.email))
        .with("preferred_contact", customer.preferred_contact.map(|p| p.as_str()).unwrap_or_default())
        .with("address", customer.address.line.clone())
        .with("city", customer.address.city.clone())
        .with("county", customer.address.county.clone())
        .with("postal_code", customer.address.postal_code.clone())
        .with("lifecycle", customer.lifecycle.as_str())
        .with("notes", customer.notes.clone());
    page.show()
}

pub(super) async fn update(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(id): Path<CustomerId>,
    Form(sent): Form<Sent>,
) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    let before = customers::service::get(&mut tx, id).await?;
    match customers::service::update(&mut tx, &app.sealer, id, patch(&sent)?).await {
        Ok(_) => {
            if let Some(locale) = languages::locale_in(&app, staff.tenant(), sent.text("language")) {
                customers::service::speaks(&mut tx, id, &locale).await?;
            }
            tx.commit().await?;
            Ok(redirect_with(&format!("/customers/{id}"), Tone::Good, "flash-saved"))
        }
        Err(error) => {
            drop(tx);
            viewed(&app, &staff.scope, "customer", id.0).await?;
            let offered = languages(&app, &shell, &staff);
            assigning(edit_page(shell, &before, offered), &mut staff.begin_read().await?).await?.again(&sent, error)
        }
    }
}

/// The form shows every field but identity numbers, so what is empty was emptied; those are replaced only if typed.
fn patch(sent: &Sent) -> AppResult<CustomerPatch> {
    let text = |name: &str| Some(sent.owned(name));
    let sealed = |name: &str| sent.some(name).map(str::to_owned);
    let chosen = |name: &str| sent.pairs().any(|(field, _)| field == name).then(|| sent.text(name));
    let shown = |name: &str| chosen(name).map(str::to_owned);
    Ok(CustomerPatch {
        version: sent.version()?,
        first_name: shown("first_name"),
        last_name: shown("last_name"),
        date_of_birth: shown("date_of_birth"),
        gender: chosen("gender").map(Gender::from_name),
        occupation: shown("occupation"),
        company_name: shown("company_name"),
        company_registration: sealed("company_registration"),
        industry: shown("industry"),
        id_type: IdentifierKind::from_name(sent.text("id_type")),
        id_number: sealed("id_number"),
        kra_pin: sealed("kra_pin"),
        email: text("email"),
        phone: text("phone"),
        alt_phone: text("alt_phone"),
        address: text("address"),
        city: text("city"),
        county: text("county"),
        postal_code: text("postal_code"),
        lifecycle: Lifecycle::from_name(sent.text("lifecycle")),
        assigned_agent: chosen("assigned_agent").map(|id| id.parse().ok()),
        preferred_contact: chosen("preferred_contact").map(PreferredContact::from_name),
        notes: text("notes"),
        ..CustomerPatch::default()
    })
}

//! Adding and changing insurers and whom to reach there.

use axum::response::Response;
use chrono::NaiveDate;
use insurance::{
    figures::Percent,
    insurers::{self, Insurer, InsurerId, InsurerInput, InsurerKind, InsurerPatch, InsurerState, NewContact},
};
use kernel::{
    AppError, AppResult,
    error::Fields,
    http::{Form, Path, Staff},
};
use pages::{Crumb, Shell, Tone, redirect_with};
use uuid::Uuid;

use crate::{
    frame::{Field, FormPage, Office, Section, Sent, commit_once, seen_before},
    words,
};

fn fields(shell: &Shell) -> Vec<Section> {
    let kinds = words::choices(shell, "insurer-kind", InsurerKind::ALL.iter().map(|kind| kind.as_str()));
    let firm = vec![
        Field::text("name", shell.t("field-name")).max(150),
        Field::select("kind", shell.t("office-insurers-kind"), kinds),
        Field::text("licence_number", shell.t("office-insurers-licence")).max(60).optional(),
        Field::text("registration_number", shell.t("field-registration-number")).max(60).optional(),
    ];
    let reach = vec![
        Field::phone("phone", shell.t("field-phone")).max(40).optional(),
        Field::email("email", shell.t("field-email")).optional(),
        Field::text("website", shell.t("office-company-website")).help(shell.t("office-insurers-website-help")).optional(),
        Field::text("address", shell.t("field-address")).max(300).optional(),
    ];
    let agreed = vec![
        Field::date("contract_start", shell.t("office-insurers-contract-start")).optional(),
        Field::date("contract_end", shell.t("office-insurers-contract-end")).optional(),
        Field::text("default_commission", shell.t("office-insurers-commission")).max(8).help(shell.t("office-insurers-commission-help")).optional(),
        Field::text("most_instalments", shell.t("office-insurers-instalments")).max(2).help(shell.t("office-insurers-instalments-help")),
    ];
    vec![Section::of(firm), Section::titled(shell.t("office-insurers-reach"), reach), Section::titled(shell.t("office-insurers-agreement"), agreed)]
}

/// What a form says of an insurer; dates and rates that cannot be read are complained about.
fn read(sent: &Sent) -> AppResult<InsurerInput> {
    let mut complaints = Fields::new();
    let mut day = |name: &'static str| match sent.some(name).map(str::parse::<NaiveDate>) {
        None => None,
        Some(Ok(day)) => Some(day),
        Some(Err(_)) => {
            complaints.add(name, "field-invalid");
            None
        }
    };
    let (contract_start, contract_end) = (day("contract_start"), day("contract_end"));
    let default_commission = sent.some("default_commission").map(Percent::parse);
    if default_commission == Some(None) {
        complaints.add("default_commission", "figure-invalid");
    }
    let most_instalments = sent.some("most_instalments").map(str::parse::<i16>);
    if matches!(most_instalments, Some(Err(_))) {
        complaints.add("most_instalments", "insurer-instalments-wrong");
    }
    complaints.finish()?;
    Ok(InsurerInput {
        name: sent.owned("name"),
        kind: InsurerKind::from_name(sent.text("kind")),
        email: sent.owned("email"),
        phone: sent.owned("phone"),
        website: sent.owned("website"),
        address: sent.owned("address"),
        registration_number: sent.owned("registration_number"),
        licence_number: sent.owned("licence_number"),
        contract_start,
        contract_end,
        default_commission: default_commission.flatten(),
        most_instalments: most_instalments.and_then(Result::ok),
    })
}

fn new_page(shell: Shell) -> FormPage {
    let shell = shell.under("office-insurers-title", "/insurers");
    let (title, sections) = (shell.t("office-insurers-new"), fields(&shell));
    FormPage::new(shell, title, "/insurers/new", "/insurers", sections)
}

pub(super) async fn show_new(Office(shell): Office) -> AppResult<Response> {
    new_page(shell).with("kind", InsurerKind::Underwriter.as_str()).with("most_instalments", "1").show()
}

pub(super) async fn create(Office(shell): Office, staff: Staff, Form(sent): Form<Sent>) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    if let Some(answer) = seen_before(&mut tx, &sent, "/insurers/new").await? {
        return Ok(answer);
    }
    let made = match read(&sent) {
        Ok(input) => insurers::service::create(&mut tx, input).await,
        Err(error) => Err(error),
    };
    match made {
        Ok(insurer) => commit_once(tx, &sent, "/insurers/new", &format!("/insurers/{}", insurer.id), "flash-saved").await,
        Err(error) => new_page(shell).again(&sent, error),
    }
}

pub(super) fn under(shell: Shell, insurer: &Insurer) -> (Shell, String) {
    let href = format!("/insurers/{}", insurer.id);
    let mut shell = shell.under("office-insurers-title", "/insurers");
    shell.crumbs.push(Crumb { label: insurer.name.clone(), href: href.clone() });
    (shell, href)
}

fn edit_page(shell: Shell, insurer: &Insurer) -> FormPage {
    let (shell, href) = under(shell, insurer);
    let states = words::choices(&shell, "insurer-state", InsurerState::ALL.iter().map(|state| state.as_str()));
    let mut sections = fields(&shell);
    let state = Field::select("state", shell.t("field-status"), states).help(shell.t("office-insurers-state-help"));
    sections.push(Section::titled(shell.t("office-insurers-sale"), vec![state]));
    let title = shell.t("office-insurers-edit");
    let day = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    FormPage::new(shell, title, &format!("{href}/edit"), &href, sections)
        .version(insurer.version)
        .with("name", insurer.name.clone())
        .with("kind", insurer.kind.as_str())
        .with("state", insurer.state.as_str())
        .with("email", insurer.email.clone())
        .with("phone", insurer.phone.clone())
        .with("website", insurer.website.clone())
        .with("address", insurer.address.clone())
        .with("registration_number", insurer.registration_number.clone())
        .with("licence_number", insurer.licence_number.clone())
        .with("contract_start", day(insurer.contract_start))
        .with("contract_end", day(insurer.contract_end))
        .with("default_commission", insurer.default_commission.map(|percent| percent.to_string()).unwrap_or_default())
        .with("most_instalments", insurer.most_instalments.to_string())
}

pub(super) async fn show_edit(Office(shell): Office, staff: Staff, Path(id): Path<InsurerId>) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    edit_page(shell, &insurers::service::get(&mut tx, id).await?.0).show()
}

fn patch(sent: &Sent, input: InsurerInput) -> AppResult<InsurerPatch> {
    Ok(InsurerPatch {
        version: sent.version()?,
        name: Some(input.name),
        kind: input.kind,
        state: Some(InsurerState::from_name(sent.text("state")).ok_or_else(|| AppError::field("state", "field-required"))?),
        email: Some(input.email),
        phone: Some(input.phone),
        website: Some(input.website),
        address: Some(input.address),
        registration_number: Some(input.registration_number),
        licence_number: Some(input.licence_number),
        contract_start: Some(input.contract_start),
        contract_end: Some(input.contract_end),
        default_commission: Some(input.default_commission),
        most_instalments: input.most_instalments,
    })
}

pub(super) async fn save(Office(shell): Office, staff: Staff, Path(id): Path<InsurerId>, Form(sent): Form<Sent>) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    let (insurer, _) = insurers::service::get(&mut tx, id).await?;
    let saved = match read(&sent).and_then(|input| patch(&sent, input)) {
        Ok(patch) => insurers::service::update(&mut tx, id, patch).await,
        Err(error) => Err(error),
    };
    match saved {
        Ok(_) => {
            tx.commit().await?;
            Ok(redirect_with(&format!("/insurers/{id}"), Tone::Good, "flash-saved"))
        }
        Err(error) => edit_page(shell, &insurer).again(&sent, error),
    }
}

fn contact_page(shell: Shell, insurer: &Insurer) -> FormPage {
    let (shell, href) = under(shell, insurer);
    let fields = vec![
        Field::text("name", shell.t("field-name")).max(150),
        Field::text("title", shell.t("office-insurers-contact-title")).max(100).optional(),
        Field::text("department", shell.t("office-insurers-department")).max(100).optional(),
        Field::phone("phone", shell.t("field-phone")).max(40).optional(),
        Field::email("email", shell.t("field-email")).optional(),
        Field::check("is_primary", shell.t("office-insurers-primary")),
    ];
    let title = shell.t("office-insurers-contact-new");
    FormPage::new(shell, title, &format!("{href}/contacts/new"), &href, vec![Section::of(fields)])
}

pub(super) async fn show_contact(Office(shell): Office, staff: Staff, Path(id): Path<InsurerId>) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    contact_page(shell, &insurers::service::get(&mut tx, id).await?.0).show()
}

pub(super) async fn add_contact(Office(shell): Office, staff: Staff, Path(id): Path<InsurerId>, Form(sent): Form<Sent>) -> AppResult<Response> {
    let path = format!("/insurers/{id}/contacts/new");
    let mut tx = staff.begin_write().await?;
    if let Some(answer) = seen_before(&mut tx, &sent, &path).await? {
        return Ok(answer);
    }
    let (insurer, _) = insurers::service::get(&mut tx, id).await?;
    let contact = NewContact {
        name: sent.owned("name"),
        title: sent.owned("title"),
        department: sent.owned("department"),
        email: sent.owned("email"),
        phone: sent.owned("phone"),
        is_primary: sent.yes("is_primary"),
    };
    match insurers::service::add_contact(&mut tx, id, contact).await {
        Ok(_) => commit_once(tx, &sent, &path, &format!("/insurers/{id}"), "flash-saved").await,
        Err(error) => contact_page(shell, &insurer).again(&sent, error),
    }
}

fn remove_page(shell: Shell, insurer: &Insurer, contact: Uuid, name: &str) -> FormPage {
    let (shell, href) = under(shell, insurer);
    let (title, submit) = (shell.tf("office-insurers-contact-remove-title", [("name", name)]), shell.t("office-insurers-contact-remove"));
    FormPage::new(shell, title, &format!("{href}/contacts/{contact}/remove"), &href, Vec::new()).submit(submit)
}

pub(super) async fn show_remove_contact(Office(shell): Office, staff: Staff, Path((id, contact)): Path<(InsurerId, Uuid)>) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let (insurer, contacts) = insurers::service::get(&mut tx, id).await?;
    let found = contacts.iter().find(|found| found.id == contact).ok_or_else(AppError::not_found)?;
    remove_page(shell, &insurer, contact, &found.name).show()
}

pub(super) async fn remove_contact(staff: Staff, Path((id, contact)): Path<(InsurerId, Uuid)>, Form(_): Form<Sent>) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    insurers::service::remove_contact(&mut tx, id, contact).await?;
    tx.commit().await?;
    Ok(redirect_with(&format!("/insurers/{id}"), Tone::Good, "flash-contact-removed"))
}

//! How the customer is reached. Names and identity numbers are changed by staff, who see the proof.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use crm::customers::{Customer as Record, PreferredContact, ProfilePatch, service};
use kernel::{
    App, AppError, AppResult,
    http::{Customer, form::Form},
};
use pages::{Choice, Fact, FormState, Shell, Tab, Tone, html_with, redirect_with};
use serde::{Deserialize, Serialize};

use super::tabs;
use crate::{form::status_of, page::Page, samples::Sample};

#[derive(Template)]
#[template(path = "portal/profile.html")]
struct ProfilePage {
    shell: Shell,
    tabs: Vec<Tab>,
    /// What cannot be changed here.
    facts: Vec<Fact>,
    form: FormState,
    contacts: Vec<Choice>,
}

#[derive(Deserialize, Serialize, Default, Clone)]
#[serde(default)]
pub(super) struct ProfileForm {
    version: i32,
    phone: String,
    alt_phone: String,
    email: String,
    occupation: String,
    address: String,
    city: String,
    county: String,
    postal_code: String,
    preferred_contact: String,
}

impl ProfileForm {
    fn of(shell: &Shell, record: &Record) -> Self {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let phone = |value: &Option<String>| value.as_deref().map(|number| shell.phone(number)).unwrap_or_default();
        Self {
            version: record.version,
            phone: phone(&record.phone),
            alt_phone: phone(&record.alt_phone),
            email: text(&record.email),
            occupation: text(&record.occupation),
            address: record.address.line.clone(),
            city: record.address.city.clone(),
            county: record.address.county.clone(),
            postal_code: record.address.postal_code.clone(),
            preferred_contact: record.preferred_contact.map(|contact| contact.as_str().to_owned()).unwrap_or_default(),
        }
    }
    fn patch(self) -> ProfilePatch {
        ProfilePatch {
            version: self.version,
            email: Some(self.email),
            phone: Some(self.phone),
            alt_phone: Some(self.alt_phone),
            occupation: Some(self.occupation),
            address: Some(self.address),
            city: Some(self.city),
            county: Some(self.county),
            postal_code: Some(self.postal_code),
            preferred_contact: Some(PreferredContact::from_name(&self.preferred_contact)),
        }
    }
}

fn contacts(shell: &Shell) -> Vec<Choice> {
    PreferredContact::ALL.iter().map(|one| Choice::new(one.as_str(), shell.t(&format!("portal-contact-{}", one.as_str())))).collect()
}

async fn page(caller: &Customer, shell: Shell, typed: Option<(ProfileForm, &AppError)>) -> AppResult<ProfilePage> {
    let id = caller.scope.customer().ok_or_else(AppError::unauthenticated)?;
    let mut tx = caller.begin_read().await?;
    let record = service::get(&mut tx, id.into()).await?;
    drop(tx);
    let mut facts =
        vec![Fact::new(shell.t("field-full-name"), record.display_name.clone()), Fact::new(shell.t("portal-profile-number"), record.number.clone())];
    facts.extend(
        record
            .identifiers
            .iter()
            .map(|number| Fact::new(shell.t(&format!("portal-identifier-{}", number.kind.as_str().replace('_', "-"))), number.masked.clone())),
    );
    let form = match typed {
        Some((mut typed, error)) => {
            // Saving again after somebody else's change is a decision of the reader, who sees the complaint.
            typed.version = record.version;
            FormState::new(&shell).with_version(record.version).with_values(&typed).failing(&shell, error, |field| label(&shell, field))
        }
        None => FormState::new(&shell).with_version(record.version).with_values(&ProfileForm::of(&shell, &record)),
    };
    Ok(ProfilePage { tabs: tabs(&shell, "/account/profile"), facts, form, contacts: contacts(&shell), shell: shell.titled("portal-profile-title") })
}

fn label(shell: &Shell, field: &str) -> String {
    match field {
        "phone" | "email" | "address" => shell.t(&format!("field-{field}")),
        other => shell.t(&format!("portal-profile-{}", other.replace('_', "-"))),
    }
}

pub(super) async fn show(caller: Customer, Page(shell): Page) -> AppResult<Response> {
    html_with(StatusCode::OK, &page(&caller, shell, None).await?)
}

pub(super) async fn send(caller: Customer, State(app): State<App>, Page(shell): Page, Form(body): Form<ProfileForm>) -> AppResult<Response> {
    match save(&app, &caller, body.clone()).await {
        Ok(()) => Ok(redirect_with("/account/profile", Tone::Good, "flash-saved")),
        Err(error) => {
            let (status, error) = status_of(error)?;
            html_with(status, &page(&caller, shell, Some((body, &error))).await?)
        }
    }
}

async fn save(app: &App, caller: &Customer, body: ProfileForm) -> AppResult<()> {
    let id = caller.scope.customer().ok_or_else(AppError::unauthenticated)?;
    let mut tx = caller.begin_write().await?;
    service::update(&mut tx, &app.sealer, id.into(), body.patch().into()).await?;
    tx.commit().await
}

pub(super) fn samples(shell: &Shell) -> Vec<Sample> {
    let page = |form: FormState| ProfilePage {
        shell: shell.clone().titled("portal-profile-title"),
        tabs: tabs(shell, "/account/profile"),
        facts: vec![Fact::new("Full name", "Asha Mwangi")],
        form,
        contacts: contacts(shell),
    };
    let typed = ProfileForm { phone: "07".to_owned(), ..ProfileForm::default() };
    let error = AppError::field("phone", "customer-phone-invalid");
    let failed = FormState::new(shell).with_version(3).with_values(&typed).failing(shell, &error, |field| label(shell, field));
    vec![Sample::of("profile", &page(FormState::new(shell).with_version(3))), Sample::of("profile-failed", &page(failed))]
}

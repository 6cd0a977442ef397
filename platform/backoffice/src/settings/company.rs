//! Company, contact and licence, as the portal's footer and every document show them.

use axum::response::Response;
use kernel::{
    AppResult,
    http::{Form, Staff},
    profile::Profile,
};
use pages::{Shell, Tone, redirect_with};
use tenancy::profile::{self, ProfilePatch, SettingVersion};

use super::tabs;
use crate::frame::{Field, FormPage, Office, Section, Sent};

pub(crate) fn page(shell: Shell) -> FormPage {
    let company = vec![
        Field::text("legal_name", shell.t("office-company-legal-name")).help(shell.t("office-company-legal-name-help")),
        Field::text("licence_number", shell.t("office-company-licence")).max(60).help(shell.t("office-company-licence-help")).optional(),
        Field::text("registration_number", shell.t("field-registration-number")).max(60).optional(),
        Field::text("tax_number", shell.t("field-tax-pin")).max(30).optional(),
        Field::text("tagline", shell.t("office-company-tagline")).max(160).help(shell.t("office-company-tagline-help")).optional(),
    ];
    let contact = vec![
        Field::email("email", shell.t("field-email")),
        Field::phone("phone", shell.t("field-phone")),
        Field::area("address", shell.t("field-address")).max(300).optional(),
        Field::text("website", shell.t("office-company-website")).optional(),
        Field::area("elsewhere", shell.t("office-company-elsewhere")).max(1300).help(shell.t("office-company-elsewhere-help")).optional(),
    ];
    let sections = vec![Section::titled(shell.t("office-company-firm"), company), Section::titled(shell.t("office-company-contact"), contact)];
    let title = shell.t("office-settings-company");
    let tabs = tabs(&shell, "company");
    FormPage::new(shell, title, "/settings/company", "/", sections).lede(String::new()).tabs(tabs)
}

pub(crate) fn filled(shell: Shell, profile: &Profile, version: i32) -> FormPage {
    let phone = shell.phone(&profile.phone);
    page(shell)
        .with("legal_name", profile.legal_name.clone())
        .with("licence_number", profile.licence_number.clone())
        .with("registration_number", profile.registration_number.clone())
        .with("tax_number", profile.tax_number.clone())
        .with("tagline", profile.tagline.clone())
        .with("email", profile.email.clone())
        .with("phone", phone)
        .with("address", profile.address.clone())
        .with("website", profile.website.clone())
        .with("elsewhere", profile.elsewhere.join("\n"))
        .version(version)
}

pub(super) async fn show(Office(shell): Office, staff: Staff) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let profile = profile::get(&mut tx).await?;
    filled(shell, &profile.value, profile.version).show()
}

pub(super) async fn save(Office(shell): Office, staff: Staff, Form(sent): Form<Sent>) -> AppResult<Response> {
    let text = |name: &str| Some(sent.owned(name));
    let patch = ProfilePatch {
        legal_name: text("legal_name"),
        licence_number: text("licence_number"),
        registration_number: text("registration_number"),
        tax_number: text("tax_number"),
        email: text("email"),
        phone: text("phone"),
        address: text("address"),
        website: text("website"),
        tagline: text("tagline"),
        brand_colour: None,
        elsewhere: Some(sent.text("elsewhere").lines().map(str::to_owned).collect()),
    };
    let mut tx = staff.begin_write().await?;
    match profile::change(&mut tx, &patch, SettingVersion::Expected(sent.version()?)).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(redirect_with("/settings/company", Tone::Good, "flash-saved"))
        }
        Err(error) => page(shell).again(&sent, error),
    }
}

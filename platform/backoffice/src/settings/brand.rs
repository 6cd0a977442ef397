//! Colour and logo. The colour is shown as pages will use it, with the contrast that it gives, before it is saved.

use askama::Template;
use axum::{extract::State, response::Response};
use documents::{
    files,
    images::{self, UploadLimits},
};
use insurance::pictures::OwnerKind;
use kernel::{
    App, AppError, AppResult, Kind,
    http::{Form, Multipart, Query, Staff},
    profile::Profile,
    tenant::TenantId,
};
use pages::{FormState, Shell, Tab, Tone, html, html_with, redirect_with};
use serde::Deserialize;
use tenancy::{
    brand::{Colour, Palette, contrast},
    logo,
    profile::{self, ProfilePatch, SettingVersion},
};

use super::tabs;
use crate::frame::{Office, Sent, mendable, refused_status};

#[derive(Template)]
#[template(path = "office/brand.html")]
pub(crate) struct BrandPage {
    pub(crate) shell: Shell,
    pub(crate) tabs: Vec<Tab>,
    pub(crate) form: FormState,
    /// What the colour field holds: the one in force, or the one being tried.
    pub(crate) colour: String,
    /// The colour being tried; empty: none.
    pub(crate) tried: String,
    pub(crate) swatches: Vec<Swatch>,
    pub(crate) has_logo: bool,
    /// The other pictures of the brand: what they are, a file of each (empty: there is none), and where they are changed.
    pub(crate) pictures: Vec<(String, String, String)>,
}

/// One use of the colour: text on a ground, and how well it reads.
#[derive(Debug, Clone)]
pub(crate) struct Swatch {
    pub(crate) label: String,
    pub(crate) ground: String,
    pub(crate) ink: String,
    /// `7.8 : 1`
    pub(crate) ratio: String,
}

impl BrandPage {
    pub(crate) fn new(shell: Shell, tenant: TenantId, profile: &Profile, version: i32, tried: Option<Colour>) -> Self {
        let shell = shell.titled("office-settings-brand");
        let palette = tried.map_or_else(|| Palette::of_profile(profile), Palette::of);
        let form = FormState::new(&shell).with_version(version);
        Self {
            tabs: tabs(&shell, "brand"),
            form,
            colour: tried.map_or_else(|| profile.brand_colour.clone(), Colour::hex),
            tried: tried.map(Colour::hex).unwrap_or_default(),
            swatches: swatches(&shell, &palette),
            has_logo: profile.logo_path.is_some(),
            pictures: pictures(&shell, profile, tenant),
            shell,
        }
    }
}

fn pictures(shell: &Shell, profile: &Profile, tenant: TenantId) -> Vec<(String, String, String)> {
    [(OwnerKind::Icon, &profile.icon), (OwnerKind::DarkLogo, &profile.dark_logo)]
        .map(|(kind, picture)| {
            let file = picture.as_ref().map(|picture| picture.href(192)).unwrap_or_default();
            (shell.t(&format!("office-picture-{kind}")), file, format!("/pictures/{kind}/{tenant}"))
        })
        .into()
}

fn swatches(shell: &Shell, p: &Palette) -> Vec<Swatch> {
    let white = Colour::new(255, 255, 255);
    [
        ("office-brand-button", p.content, p.brand),
        ("office-brand-pressed", p.content, p.strong),
        ("office-brand-link", p.ink, white),
        ("office-brand-tint", p.ink, p.soft),
        ("office-brand-dark", p.dark_ink, p.dark_soft),
    ]
    .into_iter()
    .map(|(label, ink, ground)| Swatch {
        label: shell.t(label),
        ground: ground.hex(),
        ink: ink.hex(),
        ratio: format!("{:.1} : 1", contrast(ink, ground)),
    })
    .collect()
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Tried {
    #[serde(default)]
    colour: String,
}

pub(super) async fn show(Office(shell): Office, staff: Staff, Query(tried): Query<Tried>) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let profile = profile::get(&mut tx).await?;
    html(&BrandPage::new(shell, staff.tenant().id, &profile.value, profile.version, Colour::read(&tried.colour)))
}

pub(super) async fn save_colour(Office(shell): Office, staff: Staff, Form(sent): Form<Sent>) -> AppResult<Response> {
    let patch = ProfilePatch { brand_colour: Some(sent.owned("brand_colour")), ..ProfilePatch::default() };
    let mut tx = staff.begin_write().await?;
    match profile::change(&mut tx, &patch, SettingVersion::Expected(sent.version()?)).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(redirect_with("/settings/brand", Tone::Good, "flash-saved"))
        }
        Err(error) => {
            drop(tx);
            again(shell, &staff, error).await
        }
    }
}

async fn again(shell: Shell, staff: &Staff, error: AppError) -> AppResult<Response> {
    if !mendable(&error) {
        return Err(error);
    }
    let mut tx = staff.begin_read().await?;
    let profile = profile::get(&mut tx).await?;
    let mut page = BrandPage::new(shell, staff.tenant().id, &profile.value, profile.version, None);
    page.form = FormState::new(&page.shell).with_version(profile.version).failing(&page.shell, &error, |field| match field {
        "brand_colour" => page.shell.t("office-brand-colour"),
        _ => page.shell.t("office-brand-logo"),
    });
    html_with(refused_status(&error), &page)
}

pub(super) async fn save_logo(State(app): State<App>, Office(shell): Office, staff: Staff, sent: Multipart) -> AppResult<Response> {
    let version = SettingVersion::Expected(sent.text("version").parse().map_err(|_| AppError::malformed("version"))?);
    let stored = async {
        let file = sent.file("logo").ok_or_else(|| AppError::field("logo", "field-required"))?;
        let bytes = file.bytes.clone();
        let png = files::decoding(move || images::accept_upload(bytes, &UploadLimits::default()).and_then(|upload| images::as_png(&upload)))
            .await?
            .map_err(|_| AppError::new(Kind::Invalid, "validation_error").and_field("logo", "office-logo-unreadable"))?;
        files::must_be_clean(&app, file.bytes.clone()).await?;
        logo::change(&app, &staff.scope, png, version).await
    };
    match stored.await {
        Ok(_) => Ok(redirect_with("/settings/brand", Tone::Good, "office-brand-logo-saved")),
        Err(error) => again(shell, &staff, error).await,
    }
}

pub(super) async fn remove_logo(State(app): State<App>, staff: Staff, Form(sent): Form<Sent>) -> AppResult<Response> {
    logo::remove(&app, &staff.scope, SettingVersion::Expected(sent.version()?)).await?;
    Ok(redirect_with("/settings/brand", Tone::Good, "office-brand-logo-removed"))
}

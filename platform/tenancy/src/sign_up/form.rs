//! What is asked of somebody who opens a business, and which businesses are offered.

use std::collections::BTreeMap;

use kernel::{App, AppResult, error::Fields, packs::Pack, phone::Phone, platform_tx::PlatformTx};

use super::store;
use crate::{profile::read_email, slug};

/// A kind of business in a country for which there is a pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// `brokerage` or `lender`.
    pub kind: String,
    /// ISO 3166 alpha-2.
    pub country: String,
    /// `{locale: text}`.
    pub title: BTreeMap<String, String>,
}

/// What this deployment offers, by its packs.
#[must_use]
pub fn offers(app: &App) -> Vec<Offer> {
    app.packs.iter().map(|pack| Offer { kind: pack.info.kind.clone(), country: pack.info.country.clone(), title: pack.info.title.clone() }).collect()
}

/// What is typed. The password was checked and hashed by the caller; here it is an opaque text.
#[derive(Debug, Clone)]
pub struct SignUpForm {
    pub kind: String,
    pub country: String,
    pub company_name: String,
    /// None: the best free suggestion.
    pub slug: Option<String>,
    pub owner_name: String,
    pub email: String,
    pub phone: String,
    pub password_hash: String,
}

pub(super) struct Checked<'a> {
    pub pack: &'a Pack,
    pub company_name: String,
    pub slug: String,
    pub owner_name: String,
    pub email: String,
    pub phone: Phone,
}

/// Checks every field; all complaints at once.
pub(super) async fn check<'a>(app: &'a App, form: &SignUpForm) -> AppResult<Checked<'a>> {
    let mut fields = Fields::new();
    let pack = app.packs.offered(&form.kind, &form.country);
    if pack.is_none() {
        fields.add("kind", "sign-up-not-offered");
    }
    let company_name = fields.text("company_name", &form.company_name, 120);
    let owner_name = fields.text("owner_name", &form.owner_name, 120);
    let email = fields.check("email", read_email(&form.email), "field-email");
    let phone = fields.check("phone", Phone::parse(&form.phone, &form.country).ok(), "field-phone");
    if form.password_hash.is_empty() {
        fields.add("password", "field-required");
    }
    let slug = match &form.slug {
        None => Some(suggest_slug(app, &company_name).await?),
        Some(text) => match check_slug(app, text).await? {
            Ok(slug) => Some(slug),
            Err(code) => fields.check("slug", None, code),
        },
    };
    fields.finish()?;
    let incomplete = || kernel::AppError::internal("a checked form lacks a field");
    Ok(Checked {
        pack: pack.ok_or_else(incomplete)?,
        company_name,
        slug: slug.ok_or_else(incomplete)?,
        owner_name,
        email: email.ok_or_else(incomplete)?,
        phone: phone.ok_or_else(incomplete)?,
    })
}

/// The label in its stored form if it can be had now; otherwise the code of the error beside the field.
pub async fn check_slug(app: &App, text: &str) -> AppResult<Result<String, &'static str>> {
    let slug = match slug::read(text) {
        Ok(slug) => slug,
        Err(problem) => return Ok(Err(problem.code())),
    };
    let mut tx = PlatformTx::begin(&app.db, "tenancy.sign_up").await?;
    Ok(if store::slugs_taken(&mut tx, std::slice::from_ref(&slug)).await?.is_empty() { Ok(slug) } else { Err("slug-taken") })
}

/// The best label for a company of this name that nobody has.
pub async fn suggest_slug(app: &App, company_name: &str) -> AppResult<String> {
    let mut tx = PlatformTx::begin(&app.db, "tenancy.sign_up").await?;
    suggest_in(&mut tx, company_name).await
}

pub(super) async fn suggest_in(tx: &mut PlatformTx, company_name: &str) -> AppResult<String> {
    let mut candidates = slug::suggestions(company_name);
    loop {
        let some: Vec<String> = candidates.by_ref().take(20).collect();
        if some.is_empty() {
            // A thousand namesakes: eight random letters and digits are nobody's yet.
            return Ok(format!("b-{}", &kernel::tokens::random_hex_token()[..8]));
        }
        let taken = store::slugs_taken(tx, &some).await?;
        if let Some(free) = some.into_iter().find(|slug| !taken.contains(slug)) {
            return Ok(free);
        }
    }
}

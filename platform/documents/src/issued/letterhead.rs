//! The parts that every document of a tenant shares: brand, licence, contact, number, code.

use chrono::{DateTime, Utc};
use kernel::{App, Scope, languages::language_of, profile::Profile, tenant::Tenant};
use serde_json::{Value, json};

use super::{request::IssueRequest, wording};
use crate::verify_code::VerifyCode;

/// File name under which a template finds the logo.
pub(super) const LOGO: &str = "logo.png";

/// The whole data of a template: the request's own, and what is added to all.
pub(super) fn data(app: &App, scope: &Scope, profile: &Profile, request: &IssueRequest, issue: &Issue<'_>, has_logo: bool) -> Value {
    let (tenant, locale) = (&scope.tenant, &*scope.locale);
    let mut data = request.data.clone();
    let some = |text: &str| (!text.trim().is_empty()).then(|| text.trim().to_owned());
    let name = some(&profile.legal_name).unwrap_or_else(|| tenant.name.clone());
    let address: Vec<&str> = profile.address.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    data.insert("language".into(), json!(language_of(locale)));
    data.insert(
        "brand".into(),
        json!({
            "name": name,
            "colour": some(&profile.brand_colour),
            "logo": has_logo.then_some(LOGO),
            "licence": {
                "label": app.texts.get(locale, &format!("document-licence-{}", tenant.kind), &[]),
                "number": some(&profile.licence_number).unwrap_or_else(|| "-".to_owned()),
            },
            "address": address,
            "phone": some(&profile.phone),
            "email": some(&profile.email),
            "website": some(&profile.website),
        }),
    );
    data.insert(
        "document".into(),
        json!({
            "title": request.title,
            "subtitle": request.subtitle,
            "number": issue.number,
            "issued": wording::moment(&app.texts, locale, issue.at, tenant.time_zone),
            "status": null,
        }),
    );
    data.insert(
        "verification".into(),
        json!({
            "code": issue.code.to_string(),
            "page": page(app, tenant),
            "url": url(app, tenant, issue.code),
        }),
    );
    Value::Object(data)
}

/// What was reserved for the document.
pub(super) struct Issue<'a> {
    pub number: &'a str,
    pub code: &'a VerifyCode,
    pub at: DateTime<Utc>,
}

/// The address in the QR code.
pub(super) fn url(app: &App, tenant: &Tenant, code: &VerifyCode) -> String {
    app.hosts.portal_url(&tenant.slug, &format!("/verify/{code}"))
}

/// The address that a person types, without the scheme.
fn page(app: &App, tenant: &Tenant) -> String {
    let url = app.hosts.portal_url(&tenant.slug, "/verify");
    url.split_once("://").map_or(url.clone(), |(_, rest)| rest.to_owned())
}

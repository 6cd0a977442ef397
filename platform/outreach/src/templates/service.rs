//! Use cases of mail templates. The caller commits, and holds staff's permission.

use std::collections::BTreeSet;

use insurance::{orders, policies};
use kernel::{
    App, AppError, AppResult, ReadTx, TenantTx,
    i18n::FluentArgs,
    paging::PageRequest,
    profile::Profile,
    wordings::{self, Wording},
};

use super::{Template, TemplateText, TypedText};

/// A mail whose text has one of these is of no use without it.
const NEEDED: [&str; 2] = ["code", "url"];

/// A mail in one language, in the tenant's words or the platform's.
///
/// # Errors
/// `not_found` for a language in which there is no such mail.
pub async fn get(app: &App, tx: &mut ReadTx, template: Template, language: &str) -> AppResult<TemplateText> {
    let original = |key: &str| app.texts.original(language, key).ok_or_else(AppError::not_found);
    let original = (original(&template.subject_key())?, original(&template.text_key())?);
    let subject = wordings::find(tx, language, &template.subject_key()).await?;
    let text = wordings::find(tx, language, &template.text_key()).await?;
    let versions = (subject.as_ref().map_or(0, |row| row.version), text.as_ref().map_or(0, |row| row.version));
    let values = gaps(&original.0).into_iter().chain(gaps(&original.1)).collect::<BTreeSet<_>>().into_iter().collect();
    Ok(TemplateText {
        subject: subject.map_or_else(|| original.0.clone(), |row| row.text),
        text: text.map_or_else(|| original.1.clone(), |row| row.text),
        original,
        versions,
        values,
    })
}

fn gaps(text: &str) -> Vec<String> {
    Wording::parse(text).gaps().into_iter().map(str::to_owned).collect()
}

/// Keeps the tenant's words for a mail. A part that says what the platform says is the platform's.
///
/// # Errors
/// As [`wordings::set`]; an error of the text if its code or link is gone.
pub async fn save(app: &App, tx: &mut TenantTx, template: Template, language: &str, typed: &TypedText) -> AppResult<()> {
    let before = get(app, tx, template, language).await?;
    if let Some(gone) = missing(&before.original.1, &typed.text) {
        let mut error = AppError::field("text", "wording-needs-value");
        if let Some(field) = error.fields.first_mut() {
            field.params.push(("value", format!("{{{gone}}}")));
        }
        return Err(error);
    }
    put(app, tx, "subject", language, &template.subject_key(), (&typed.subject, typed.versions.0), &before.original.0).await?;
    put(app, tx, "text", language, &template.text_key(), (&typed.text, typed.versions.1), &before.original.1).await
}

fn missing(original: &str, text: &str) -> Option<&'static str> {
    let (original, text) = (Wording::parse(original), Wording::parse(text));
    NEEDED.into_iter().find(|name| original.gaps().contains(name) && !text.gaps().contains(name))
}

async fn put(
    app: &App,
    tx: &mut TenantTx,
    field: &'static str,
    language: &str,
    key: &str,
    (text, version): (&str, i32),
    original: &str,
) -> AppResult<()> {
    if text.replace("\r\n", "\n").trim() == original.trim() {
        wordings::reset(app, tx, language, key, version).await
    } else {
        wordings::set(app, tx, field, language, key, text, version).await
    }
}

/// The platform's words stand again, unless somebody changed the subject or the text since the versions that were read.
pub async fn reset(app: &App, tx: &mut TenantTx, template: Template, language: &str, versions: (i32, i32)) -> AppResult<()> {
    wordings::reset(app, tx, language, &template.subject_key(), versions.0).await?;
    wordings::reset(app, tx, language, &template.text_key(), versions.1).await
}

/// Values of the tenant's newest records, to see a mail with: none of them says who a customer is.
pub async fn sample_values(app: &App, tx: &mut ReadTx, name: &str) -> AppResult<FluentArgs<'static>> {
    let newest = PageRequest { page_size: Some(1), ..PageRequest::default() };
    let tenant = tx.scope().tenant.clone();
    let (locale, today) = (tx.scope().locale.clone(), tx.scope().today());
    let profile = tx.setting::<Profile>().await?.value;
    let order = orders::service::list(tx, &orders::OrderFilter::default(), &newest).await?.results.into_iter().next();
    let policy = policies::service::list(tx, &policies::PolicyFilter::default(), &newest).await?.results.into_iter().next();
    let company = if profile.legal_name.is_empty() { tenant.name.clone() } else { profile.legal_name };
    let number = order.as_ref().map_or_else(|| "ORD-2026-00001".to_owned(), |order| order.number.clone());
    let amount = order.as_ref().map_or(1_250_000, |order| order.payable_minor);
    let product = policy.as_ref().map_or_else(String::new, |policy| policy.product_name.get(&locale).to_owned());
    let day = |day| app.texts.day(&locale, day);
    let mut values = FluentArgs::new();
    for (key, value) in [
        ("name", name.to_owned()),
        ("company", company.clone()),
        ("brokerage", company),
        ("number", number),
        ("amount", kernel::money::Money::new(amount, tenant.currency).to_string()),
        ("product", product),
        ("due", day(today)),
        ("until", day(policy.map_or(today, |policy| policy.ends_on))),
        ("title", app.texts.get(&locale, "notice-document-verified-title", &[])),
        ("body", app.texts.get(&locale, "notice-sample-body", &[])),
        ("list", app.texts.get(&locale, "notice-sample-body", &[])),
        ("code", "482 913".to_owned()),
        ("minutes", "60".to_owned()),
        ("days", "7".to_owned()),
        ("url", app.hosts.portal_url(&tenant.slug, "/account")),
        ("choices", app.hosts.portal_url(&tenant.slug, "/account/notifications")),
    ] {
        values.set(key, value);
    }
    values.set("count", 3);
    Ok(values)
}

/// Subject and text as a reader would get them.
#[must_use]
pub fn filled(text: &TemplateText, values: &FluentArgs) -> (String, String) {
    let fill = |text: &str| Wording::parse(text).filled(values).unwrap_or_else(|| text.to_owned());
    (fill(&text.subject), fill(&text.text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_or_code_may_not_be_left_out() {
        assert_eq!(missing("Go to {url}, {name}", "Hello {name}"), Some("url"));
        assert_eq!(missing("Your code is {code}", "It is {code}."), None);
        assert_eq!(missing("Hello {name}", "Good day"), None);
    }
}

//! The frame of the portal's pages: navigation, legal links and canonical address around the shell that all faces share.

use axum::{extract::FromRequestParts, http::request::Parts};
use kernel::{
    App, AppError,
    http::{Caller, Who},
};
use outreach::notices::{Reader, service as notices};
use pages::{Link, NavGroup, NavItem, PageShell, Shell};

/// Take it as an argument of a page's handler: `Page(shell): Page`.
pub struct Page(pub Shell);

impl FromRequestParts<App> for Page {
    type Rejection = AppError;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, AppError> {
        let PageShell(mut shell) = PageShell::from_request_parts(parts, app).await?;
        let signed_in = parts.extensions.get::<Caller>().is_some_and(|caller| matches!(caller.who, Who::Customer { .. }));
        furnish(&mut shell, signed_in);
        if let (Some(person), Some(reader)) = (parts.extensions.get::<Caller>(), shell.caller.as_mut())
            && let Some(own) = Reader::of(&person.scope)
        {
            let mut tx = person.scope.begin_read().await?;
            reader.unread = notices::unread(&mut tx, own).await?.try_into().unwrap_or_default();
        }
        Ok(Self(shell))
    }
}

/// What every page ends with.
const FOOT: [(&str, &str); 6] = [
    ("/about", "portal-about-title"),
    ("/verify", "portal-nav-verify"),
    ("/complaints", "portal-complaints-title"),
    ("/terms", "portal-terms-title"),
    ("/privacy", "portal-privacy-title"),
    ("/cookies", "portal-cookies-title"),
];

/// Adds navigation and legal links.
pub(crate) fn furnish(shell: &mut Shell, signed_in: bool) {
    let places: &[(&str, &str, &'static str)] = if signed_in {
        &[
            ("/account", "portal-nav-account", "home"),
            ("/account/policies", "portal-nav-policies", "shield-check"),
            ("/account/payments", "portal-nav-payments", "receipt"),
            ("/products", "portal-nav-products", "umbrella"),
            ("/cart", "portal-nav-cart", "cart"),
        ]
    } else {
        &[("/products", "portal-nav-products", "umbrella"), ("/cart", "portal-nav-cart", "cart"), ("/verify", "portal-nav-verify", "file-check")]
    };
    let items = places
        .iter()
        .map(|(href, key, icon)| NavItem {
            label: shell.t(key),
            href: (*href).to_owned(),
            icon,
            active: shell.path == *href || (*href != "/account" && shell.path.starts_with(&format!("{href}/"))),
            ..NavItem::default()
        })
        .collect();
    shell.nav = vec![NavGroup { label: String::new(), items }];
    shell.brand.links = FOOT.iter().map(|(href, key)| Link { label: shell.t(key), href: (*href).to_owned() }).collect();
}

/// Lets search engines list the page, under one address.
#[must_use]
pub(crate) fn listed(mut shell: Shell, app: &App, slug: &str, description_key: &str) -> Shell {
    shell.canonical = app.hosts.portal_url(slug, &shell.path);
    shell.index = true;
    shell.description = shell.t(description_key);
    shell
}

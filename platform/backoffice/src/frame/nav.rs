//! The shell of an office page: the shared one with the navigation that the reader's permissions allow.

use std::sync::Arc;

use axum::{extract::FromRequestParts, http::request::Parts};
use integrations::{Integrations, REVIEW};
use kernel::{App, AppError, http::Caller, tenant::TenantState};
use ledger::permissions::{JOURNAL_READ, PAYMENT_READ, RECEIVABLE_READ};
use outreach::notices::{Reader, service as notices};
use pages::{Link, NavGroup, NavItem, Notice, PageShell, Shell, Tone};

/// Take it as an argument of an office page's handler: `Office(shell): Office`.
pub(crate) struct Office(pub(crate) Shell);

impl FromRequestParts<App> for Office {
    type Rejection = AppError;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, AppError> {
        let PageShell(mut shell) = PageShell::from_request_parts(parts, app).await?;
        let person = parts.extensions.get::<Caller>();
        if let (Some(person), Some(caller)) = (person, shell.caller.as_mut())
            && caller.permissions.contains(REVIEW)
            && !Integrations::of(app)?.is_operators(person.tenant())
        {
            // Nothing leads to what is only at the office of those who run the platform.
            Arc::make_mut(&mut caller.permissions).remove(REVIEW);
        }
        shell.nav = navigation(&shell);
        if let (Some(person), Some(caller)) = (person, shell.caller.as_mut())
            && let Some(own) = Reader::of(&person.scope)
        {
            let mut tx = person.scope.begin_read().await?;
            caller.unread = notices::unread(&mut tx, own).await?.try_into().unwrap_or_default();
        }
        let preview = person.is_some_and(|caller| caller.tenant().state == TenantState::Preview);
        if preview && shell.is_staff() && shell.path != "/" {
            let link = Link { label: shell.t("office-preview-link"), href: "/".to_owned() };
            shell.notice = Some(Notice { tone: Tone::Info, text: shell.t("office-preview-notice"), link: Some(link), acts: false });
        }
        if shell.can(identity::permissions::PREVIEW) {
            let link = Link { label: shell.t("office-roles-look-end"), href: identity::authenticator::PREVIEW_END.to_owned() };
            let reader = shell.caller.as_ref().map(|reader| reader.name.clone()).unwrap_or_default();
            shell.notice =
                Some(Notice { tone: Tone::Warn, text: shell.tf("office-roles-looking", [("reader", reader)]), link: Some(link), acts: true });
        }
        if shell.can(identity::permissions::ENROL_FIRST) {
            let link = Link { label: shell.t("office-enrol-first-link"), href: "/profile/security".to_owned() };
            shell.notice = Some(Notice { tone: Tone::Warn, text: shell.t("office-enrol-first"), link: Some(link), acts: false });
        }
        Ok(Self(shell))
    }
}

struct Place {
    label: &'static str,
    href: &'static str,
    icon: &'static str,
    /// None: for all staff.
    permission: Option<&'static str>,
    key: &'static str,
}

const fn place(label: &'static str, href: &'static str, icon: &'static str, permission: Option<&'static str>, key: &'static str) -> Place {
    Place { label, href, icon, permission, key }
}

const PLACES: &[(&str, &[Place])] = &[
    (
        "",
        &[
            place("office-nav-today", "/", "sun", None, "g t"),
            place("office-sell-title", "/sell", "cart", Some(insurance::orders::PLACE), "g n"),
            place("office-nav-customers", "/customers", "users", Some(crm::customers::READ), "g c"),
            place("office-quotes-title", "/quotes", "scale", Some(insurance::quotes::READ), "g q"),
            place("office-orders-title", "/orders", "inbox", Some(insurance::orders::READ), "g o"),
            place("office-policies-title", "/policies", "shield", Some(insurance::policies::READ), "g p"),
            place("office-data-requests-title", "/data-requests", "shield-check", Some(crm::customers::READ), ""),
            place("office-documents-title", "/documents", "file-check", Some(documents::READ), "g d"),
            place("office-inbox-title", "/inbox", "message", Some(crm::customers::READ), "g i"),
            place("office-follow-ups-title", "/follow-ups", "phone", Some(crm::customers::READ), "g f"),
            place("office-tasks-title", "/tasks", "list", Some(insurance::orders::READ), "g w"),
        ],
    ),
    (
        "office-nav-money",
        &[
            place("office-money-title", "/money", "layers", Some(PAYMENT_READ), ""),
            place("office-payments-title", "/payments", "wallet", Some(PAYMENT_READ), "g m"),
            place("office-takings-title", "/takings", "coins", Some(PAYMENT_READ), ""),
            place("office-receivables-title", "/receivables", "receipt", Some(RECEIVABLE_READ), ""),
            place("office-receipts-title", "/receipts", "inbox", Some(PAYMENT_READ), ""),
            place("office-credits-title", "/credits", "coins", Some(PAYMENT_READ), ""),
            place("office-refunds-title", "/refunds", "coins", Some(PAYMENT_READ), ""),
            place("office-payouts-title", "/payouts", "send", Some(PAYMENT_READ), ""),
            place("office-statements-title", "/statements", "file-check", Some(PAYMENT_READ), ""),
            place("office-differences-title", "/differences", "alert", Some(PAYMENT_READ), ""),
            place("office-till-title", "/till", "cash", Some(PAYMENT_READ), ""),
            place("office-premium-held-title", "/premium-held", "building", Some(insurance::remittances::READ), ""),
            place("office-books-title", "/books", "layers", Some(JOURNAL_READ), "g b"),
        ],
    ),
    (
        "office-nav-catalogue",
        &[
            place("office-products-title", "/products", "package", Some(insurance::catalogue::READ), ""),
            place("office-insurers-title", "/insurers", "building", Some(insurance::catalogue::READ), ""),
            place("office-site-title", "/site", "globe", Some(insurance::site::READ), ""),
            place("office-reviews-title", "/reviews", "star", Some(insurance::reviews::READ), ""),
        ],
    ),
    (
        "office-nav-firm",
        &[
            place("office-nav-plugins", "/plugins", "plug", Some(integrations::READ), "g l"),
            place("office-webhooks-title", "/webhooks", "zap", Some(integrations::READ), ""),
            place("office-errands-title", "/errands", "download", None, ""),
            place("office-jobs-title", "/jobs", "wrench", Some(kernel::dead_letters::READ), ""),
            place("office-nav-settings", "/settings/company", "settings", Some(tenancy::permissions::SETTINGS_READ), "g s"),
            place("office-nav-staff", "/settings/staff", "user", Some(identity::permissions::USER_READ), ""),
        ],
    ),
];

fn navigation(shell: &Shell) -> Vec<NavGroup> {
    let active = |href: &str| {
        if href == "/" { shell.path == "/" } else { shell.path == href || shell.path.strip_prefix(href).is_some_and(|rest| rest.starts_with('/')) }
    };
    PLACES
        .iter()
        .map(|(label, places)| NavGroup {
            label: if label.is_empty() { String::new() } else { shell.t(label) },
            items: places
                .iter()
                .filter(|place| place.permission.is_none_or(|permission| shell.can(permission)))
                .map(|place| NavItem {
                    label: shell.t(place.label),
                    href: place.href.to_owned(),
                    icon: place.icon,
                    active: active(place.href),
                    count: None,
                    key: place.key,
                })
                .collect(),
        })
        .filter(|group| !group.items.is_empty())
        .collect()
}

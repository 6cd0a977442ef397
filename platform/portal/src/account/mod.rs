//! A customer's own pages: policies, payments, documents, details, security.

mod documents;
mod end;
mod home;
mod nominations;
mod notices;
mod notifications;
mod own_data;
mod passkeys;
mod payments;
mod phone;
mod policies;
mod policy;
mod privacy;
mod profile;
mod quotes;
mod review;
mod second_factor;
mod security;
mod statement;

use ::documents::{DocumentKind, DocumentView};
use kernel::routes::{Access, Face, Routes};
use pages::{Badge, Shell, Tab, Tone};

use crate::samples::Sample;

pub(crate) fn routes() -> Routes {
    Routes::new()
        .get(Face::Portal, "/account", Access::Customer, home::show)
        .get(Face::Portal, "/account/policies", Access::Customer, policies::show)
        .get(Face::Portal, "/account/policies/{id}", Access::Customer, policy::show)
        .get(Face::Portal, "/account/policies/{id}/certificate", Access::Customer, policy::certificate)
        .get(Face::Portal, "/account/policies/{id}/review", Access::Customer, review::show)
        .post(Face::Portal, "/account/policies/{id}/review", Access::Customer, review::send)
        .post(Face::Portal, "/account/policies/{id}/review/withdraw", Access::Customer, review::withdraw)
        .get(Face::Portal, "/account/policies/{id}/end", Access::Customer, end::show)
        .post(Face::Portal, "/account/policies/{id}/end", Access::Customer, end::send)
        .get(Face::Portal, "/account/quotes", Access::Customer, quotes::show)
        .get(Face::Portal, "/account/payments", Access::Customer, payments::show)
        .get(Face::Portal, "/account/statement", Access::Customer, statement::show)
        .post(Face::Portal, "/account/statement", Access::Customer, statement::send)
        .get(Face::Portal, "/account/documents", Access::Customer, documents::show)
        .post(Face::Portal, "/account/documents", Access::Customer, documents::send)
        .post(Face::Portal, "/account/documents/zip", Access::Customer, documents::zip)
        .post(Face::Portal, "/account/documents/mail", Access::Customer, documents::mail)
        .get(Face::Portal, "/account/documents/{id}", Access::Customer, documents::open)
        .get(Face::Portal, "/account/notices", Access::Customer, notices::show)
        .get(Face::Portal, "/account/notices/bell", Access::Customer, notices::bell)
        .get(Face::Portal, "/account/notices/live", Access::Customer, notices::stream)
        .post(Face::Portal, "/account/notices/read", Access::Customer, notices::read_all)
        .get(Face::Portal, "/account/notices/{id}", Access::Customer, notices::open)
        .get(Face::Portal, "/account/notifications", Access::Customer, notifications::show)
        .post(Face::Portal, "/account/notifications", Access::Customer, notifications::save)
        .get(Face::Portal, "/account/documents/{id}/view", Access::Customer, documents::view)
        .get(Face::Portal, "/account/documents/{id}/content", Access::Customer, documents::content)
        .post(Face::Portal, "/account/documents/{id}/remove", Access::Customer, documents::take_back)
        .post(Face::Portal, "/account/documents/{id}/restore", Access::Customer, documents::bring_back)
        .get(Face::Portal, "/account/beneficiaries", Access::Customer, nominations::show_beneficiaries)
        .post(Face::Portal, "/account/beneficiaries", Access::Customer, nominations::save_beneficiaries)
        .get(Face::Portal, "/account/dependants", Access::Customer, nominations::show_dependants)
        .post(Face::Portal, "/account/dependants", Access::Customer, nominations::save_dependants)
        .get(Face::Portal, "/account/policies/{id}/beneficiaries", Access::Customer, nominations::show_of_policy)
        .post(Face::Portal, "/account/policies/{id}/beneficiaries", Access::Customer, nominations::save_of_policy)
        .get(Face::Portal, "/account/privacy", Access::Customer, privacy::show)
        .post(Face::Portal, "/account/privacy/consents", Access::Customer, privacy::consent)
        .post(Face::Portal, "/account/privacy/copy", Access::Customer, own_data::ask_for_copy)
        .get(Face::Portal, "/account/privacy/copy/{id}", Access::Customer, own_data::open_copy)
        .get(Face::Portal, "/account/privacy/erasure", Access::Customer, own_data::show_erasure)
        .post(Face::Portal, "/account/privacy/erasure", Access::Customer, own_data::ask_for_erasure)
        .post(Face::Portal, "/account/privacy/erasure/withdraw", Access::Customer, own_data::withdraw)
        .get(Face::Portal, "/account/profile", Access::Customer, profile::show)
        .post(Face::Portal, "/account/profile", Access::Customer, profile::send)
        .get(Face::Portal, "/account/security", Access::Customer, security::show)
        .post(Face::Portal, "/account/security/password", Access::Customer, security::change_password)
        .post(Face::Portal, "/account/security/link", Access::Customer, security::send_link)
        .post(Face::Portal, "/account/security/phone", Access::Customer, phone::send_code)
        .post(Face::Portal, "/account/security/phone/confirm", Access::Customer, phone::confirm)
        .get(Face::Portal, "/account/security/second-factor", Access::Customer, second_factor::show)
        .post(Face::Portal, "/account/security/second-factor", Access::Customer, second_factor::enrol)
        .post(Face::Portal, "/account/security/second-factor/begin", Access::Customer, second_factor::begin)
        .post(Face::Portal, "/account/security/second-factor/codes", Access::Customer, second_factor::renew)
        .post(Face::Portal, "/account/security/second-factor/remove", Access::Customer, second_factor::remove)
        .get(Face::Portal, "/account/security/passkeys", Access::Customer, passkeys::show)
        .post(Face::Portal, "/account/security/passkeys", Access::Customer, passkeys::add)
        .get(Face::Portal, "/account/security/passkeys/begin", Access::Customer, passkeys::show)
        .post(Face::Portal, "/account/security/passkeys/begin", Access::Customer, passkeys::begin)
        .get(Face::Portal, "/account/security/passkeys/{id}", Access::Customer, passkeys::one)
        .post(Face::Portal, "/account/security/passkeys/{id}", Access::Customer, passkeys::rename)
        .post(Face::Portal, "/account/security/passkeys/{id}/remove", Access::Customer, passkeys::remove)
        .post(Face::Portal, "/account/security/sessions", Access::Customer, security::end_others)
        .post(Face::Portal, "/account/security/sessions/{id}", Access::Customer, security::end)
}

pub(crate) fn samples(shell: &Shell) -> Vec<Sample> {
    let mut shell = shell.clone();
    crate::page::furnish(&mut shell, true);
    shell.caller = Some(pages::Caller { name: "Asha Mwangi".to_owned(), initials: "AM".to_owned(), ..pages::Caller::default() });
    [
        home::samples(&shell),
        policies::samples(&shell),
        policy::samples(&shell),
        review::samples(&shell),
        end::samples(&shell),
        quotes::samples(&shell),
        payments::samples(&shell),
        statement::samples(&shell),
        documents::samples(&shell),
        notices::samples(&shell),
        notifications::samples(&shell),
        nominations::samples(&shell),
        privacy::samples(&shell),
        own_data::samples(&shell),
        profile::samples(&shell),
        security::samples(&shell),
        second_factor::samples(&shell),
        passkeys::samples(&shell),
    ]
    .concat()
}

/// What the document that shows that there is cover is called.
fn proof_label(shell: &Shell, kind: DocumentKind) -> String {
    shell.t(if kind == DocumentKind::RiskNote { "portal-proof-risk-note" } else { "portal-proof-certificate" })
}

/// The pages about the customer as a person, side by side.
fn tabs(shell: &Shell, active: &str) -> Vec<Tab> {
    let tab = |(href, key): (&str, &str)| Tab { label: shell.t(key), href: href.to_owned(), active: href == active, count: None };
    [
        ("/account/profile", "portal-tab-details"),
        ("/account/beneficiaries", "portal-tab-beneficiaries"),
        ("/account/dependants", "portal-tab-dependants"),
        ("/account/notifications", "portal-tab-notifications"),
        ("/account/privacy", "portal-tab-privacy"),
        ("/account/security", "portal-tab-security"),
    ]
    .map(tab)
    .into()
}

/// A file in a list.
#[derive(Debug, Clone)]
struct FileRow {
    id: String,
    title: String,
    /// What it is, and its number or how far it was checked.
    detail: String,
    day: String,
    href: String,
}

impl FileRow {
    fn new(shell: &Shell, file: &DocumentView) -> Self {
        let kind = shell.t(&file.kind.text_key());
        let detail = match (&file.number, file.is_verified) {
            (Some(number), _) => format!("{kind}, {number}"),
            (None, true) => format!("{kind}, {}", shell.t("portal-document-checked")),
            (None, false) => kind,
        };
        Self {
            id: file.id.to_string(),
            title: file.title.clone(),
            detail,
            day: shell.moment(&file.created_at),
            href: format!("/account/documents/{}/view", file.id),
        }
    }
    fn sample() -> Self {
        Self {
            id: "1".to_owned(),
            title: "Logbook.jpg".to_owned(),
            detail: "Logbook".to_owned(),
            day: "23 Nov 2026, 12:00".to_owned(),
            href: "/account/documents/1".to_owned(),
        }
    }
}

/// A payment in a list.
#[derive(Debug, Clone)]
struct PaymentRow {
    method: String,
    amount: String,
    day: String,
    reference: String,
    receipt: String,
    state: Badge,
    /// Money that bought nothing; empty: none.
    credited: String,
    href: String,
}

impl PaymentRow {
    fn new(shell: &Shell, payment: &ledger::payments::PaymentStatus) -> Self {
        use ledger::payments::PaymentState::{Created, Expired, Failed, Pending, Received, Submitted, Unknown};
        let (tone, key) = match payment.state {
            Created | Submitted | Pending => (Tone::Info, "state-pending"),
            Received => (Tone::Good, "state-received"),
            Failed => (Tone::Bad, "state-failed"),
            Expired => (Tone::Neutral, "state-expired"),
            Unknown => (Tone::Warn, "state-unknown"),
        };
        Self {
            method: payment.method_title.clone(),
            amount: shell.money(&payment.received.unwrap_or(payment.amount)),
            day: shell.moment(&payment.received_at.unwrap_or(payment.created_at)),
            reference: payment.reference.clone(),
            receipt: payment.receipt.clone().unwrap_or_default(),
            state: Badge::new(tone, shell.t(key)),
            credited: if payment.credited.is_positive() { shell.money(&payment.credited) } else { String::new() },
            href: match payment.payable_kind.as_str() {
                insurance::orders::PAYABLE => format!("/orders/{}", payment.payable_id),
                ledger::takings::ON_ACCOUNT => String::new(),
                _ => format!("/account/owed/{}", payment.payable_id),
            },
        }
    }
    fn sample() -> Self {
        Self {
            method: "Mobile money".to_owned(),
            amount: "KSh 45,243".to_owned(),
            day: "23 Nov 2026, 12:00".to_owned(),
            reference: "AB12CD34EF".to_owned(),
            receipt: "TST0000001".to_owned(),
            state: Badge::new(Tone::Good, "Received"),
            credited: "KSh 100".to_owned(),
            href: "/orders/1".to_owned(),
        }
    }
}

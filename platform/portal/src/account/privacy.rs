//! What the customer agreed to, and taking it back; the ways to a copy of its data and to their deletion.

use askama::Template;
use axum::response::Response;
use crm::{
    customers::service,
    parties::consents::{Consent, NewConsent, Purpose},
};
use kernel::{
    AppError, AppResult,
    http::{Customer, form::Form},
};
use pages::{Badge, Event, Shell, Tab, Tone, html, redirect_with};
use serde::Deserialize;

use super::{
    own_data::{CopyView, ErasureView},
    tabs,
};
use crate::{page::Page, samples::Sample};

#[derive(Template)]
#[template(path = "portal/privacy.html")]
struct PrivacyPage {
    shell: Shell,
    tabs: Vec<Tab>,
    consents: Vec<ConsentRow>,
    history: Vec<Event>,
    copy: CopyView,
    erasure: ErasureView,
}

struct ConsentRow {
    purpose: &'static str,
    label: String,
    state: Badge,
    granted: bool,
}

impl ConsentRow {
    /// The newest entry of a purpose is in force.
    fn new(shell: &Shell, purpose: Purpose, history: &[Consent]) -> Self {
        let granted = history.iter().find(|consent| consent.purpose == purpose).is_some_and(|consent| consent.granted);
        let (tone, key) = if granted { (Tone::Good, "portal-consent-given") } else { (Tone::Neutral, "portal-consent-not-given") };
        Self { purpose: purpose.as_str(), label: shell.t(&format!("consent-{purpose}")), state: Badge::new(tone, shell.t(key)), granted }
    }
}

impl PrivacyPage {
    fn new(shell: Shell, history: &[Consent], copy: CopyView, erasure: ErasureView) -> Self {
        let event = |consent: &Consent| Event {
            icon: if consent.granted { "check" } else { "x" },
            tone: if consent.granted { Tone::Good } else { Tone::Neutral },
            text: shell.t(&format!("consent-{}", consent.purpose)),
            who: shell.t(if consent.granted { "portal-consent-given" } else { "portal-consent-taken-back" }),
            at: consent.at,
            detail: consent.wording.clone(),
        };
        Self {
            tabs: tabs(&shell, "/account/privacy"),
            consents: Purpose::ALL.iter().map(|purpose| ConsentRow::new(&shell, *purpose, history)).collect(),
            history: history.iter().map(event).collect(),
            copy,
            erasure,
            shell: shell.titled("portal-my-privacy-title"),
        }
    }
}

pub(super) async fn show(caller: Customer, Page(shell): Page) -> AppResult<Response> {
    let customer = caller.scope.customer().ok_or_else(AppError::unauthenticated)?;
    let mut tx = caller.begin_read().await?;
    let history = service::consent_history(&mut tx, customer.into()).await?;
    let copy = CopyView::of(&mut tx, &shell, customer.into()).await?;
    let erasure = ErasureView::of(&mut tx, &shell, customer.into()).await?;
    drop(tx);
    html(&PrivacyPage::new(shell, &history, copy, erasure))
}

#[derive(Deserialize)]
pub(super) struct ConsentForm {
    purpose: String,
    #[serde(default)]
    granted: String,
}

/// Gives or takes back one consent, in the words that the page showed.
pub(super) async fn consent(caller: Customer, Page(shell): Page, Form(body): Form<ConsentForm>) -> AppResult<Response> {
    let customer = caller.scope.customer().ok_or_else(AppError::unauthenticated)?;
    let purpose = Purpose::from_name(&body.purpose).ok_or_else(|| AppError::malformed("purpose"))?;
    let granted = body.granted == "yes";
    let wording = shell.t(&format!("consent-{purpose}"));
    let mut tx = caller.begin_write().await?;
    service::record_consent(&mut tx, customer.into(), NewConsent { purpose, granted, source: "portal".to_owned(), wording }).await?;
    tx.commit().await?;
    let key = if granted { "portal-consent-flash-given" } else { "portal-consent-flash-taken-back" };
    Ok(redirect_with("/account/privacy", Tone::Good, key))
}

pub(super) fn samples(shell: &Shell) -> Vec<Sample> {
    let consent = Consent {
        id: uuid::Uuid::nil(),
        purpose: Purpose::MarketingSms,
        granted: true,
        source: "portal".to_owned(),
        wording: "News by SMS".to_owned(),
        at: chrono::DateTime::UNIX_EPOCH,
    };
    let wanted = (CopyView { making: true, ..CopyView::default() }, ErasureView { on: "7 Dec 2026".to_owned(), kept_until: String::new() });
    let ready = CopyView { making: false, href: "/account/privacy/copy/1".to_owned(), until: "30 Nov 2026".to_owned() };
    vec![
        Sample::of("privacy", &PrivacyPage::new(shell.clone(), &[consent], ready, ErasureView::default())),
        Sample::of("privacy-waiting", &PrivacyPage::new(shell.clone(), &[], wanted.0, wanted.1)),
        Sample::of("privacy-empty", &PrivacyPage::new(shell.clone(), &[], CopyView::default(), ErasureView::default())),
    ]
}

//! The customer's statement of account: a period is chosen, and the paper is made like any other document of the customer.

use askama::Template;
use axum::{http::StatusCode, response::Response};
use chrono::{Days, NaiveDate};
use documents::{
    DocumentKind, DocumentState, DocumentView,
    register::{DocumentFilter, service as register},
};
use insurance::billing;
use kernel::{
    AppError, AppResult,
    http::{Customer, form::Form},
    idempotency::IdempotencyKey,
    paging::PageRequest,
};
use pages::{FormState, Shell, Tone, html_with, redirect_with};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::FileRow;
use crate::{form::status_of, page::Page, samples::Sample};

const PATH: &str = "/account/statement";
/// Days that the form proposes.
const USUAL: Days = Days::new(365);
/// Statements that are shown, and that one customer may have made in a day.
const MOST: i64 = 10;

#[derive(Template)]
#[template(path = "portal/statement.html")]
struct StatementPage {
    shell: Shell,
    form: FormState,
    today: String,
    /// Those that were made before, newest first.
    files: Vec<FileRow>,
}

#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct Period {
    from: String,
    to: String,
    idempotency_key: String,
}

async fn page(caller: &Customer, shell: Shell, form: FormState) -> AppResult<StatementPage> {
    let wanted = DocumentFilter { kind: Some(DocumentKind::Statement), state: Some(DocumentState::Current), ..DocumentFilter::default() };
    let mut tx = caller.begin_read().await?;
    let made = register::list(&mut tx, &wanted, &PageRequest { page_size: u16::try_from(MOST).ok(), ..PageRequest::default() }).await?;
    drop(tx);
    Ok(StatementPage {
        form,
        today: caller.scope.today().to_string(),
        files: made.results.into_iter().map(DocumentView::from).map(|file| FileRow::new(&shell, &file)).collect(),
        shell: shell.under("portal-payments-title", "/account/payments").titled("portal-statement-title"),
    })
}

pub(super) async fn show(caller: Customer, Page(shell): Page) -> AppResult<Response> {
    let today = caller.scope.today();
    let form = FormState::once(&shell).with("from", (today - USUAL).to_string()).with("to", today.to_string());
    html_with(StatusCode::OK, &page(&caller, shell, form).await?)
}

pub(super) async fn send(caller: Customer, Page(shell): Page, Form(period): Form<Period>) -> AppResult<Response> {
    match want(&caller, &period, &shell.path).await {
        Ok(()) => Ok(redirect_with(PATH, Tone::Good, "portal-statement-asked")),
        Err(error) => {
            let (status, error) = status_of(error)?;
            let form = FormState::once(&shell).with_values(&period).failing(&shell, &error, |field| shell.t(&format!("portal-statement-{field}")));
            html_with(status, &page(&caller, shell, form).await?)
        }
    }
}

/// A second press is the same wish.
async fn want(caller: &Customer, period: &Period, path: &str) -> AppResult<()> {
    let customer = caller.scope.customer().ok_or_else(AppError::unauthenticated)?;
    let day = |name: &'static str, text: &str| text.trim().parse::<NaiveDate>().map_err(|_| AppError::field(name, "field-invalid"));
    let (from, to) = (day("from", &period.from)?, day("to", &period.to)?);
    let body = serde_json::to_vec(period).map_err(AppError::internal)?;
    let key = IdempotencyKey::new(&period.idempotency_key, "POST", path, &body)?;
    let mut tx = caller.begin_write().await?;
    if tx.claim_key(&key).await?.is_some() {
        return Ok(());
    }
    let today = PageRequest { created_from: Some(caller.scope.today()), ..PageRequest::default() };
    let wanted = DocumentFilter { kind: Some(DocumentKind::Statement), ..DocumentFilter::default() };
    if register::list(&mut tx, &wanted, &today).await?.count >= MOST {
        return Err(AppError::field("from", "portal-statement-enough"));
    }
    billing::want_statement(&mut tx, customer, from, to, false).await?;
    tx.commit_with(&key, 303, &json!({})).await.map(drop)
}

pub(super) fn samples(shell: &Shell) -> Vec<Sample> {
    let page = |form: FormState, files: Vec<FileRow>| StatementPage {
        shell: shell.clone().under("portal-payments-title", "/account/payments").titled("portal-statement-title"),
        form: form.with("from", "2026-01-01").with("to", "2026-11-23"),
        today: "2026-11-23".to_owned(),
        files,
    };
    let error = AppError::field("from", "statement-period");
    let failed = FormState::once(shell).failing(shell, &error, |field| shell.t(&format!("portal-statement-{field}")));
    vec![Sample::of("statement", &page(FormState::once(shell), vec![FileRow::sample()])), Sample::of("statement-failed", &page(failed, Vec::new()))]
}

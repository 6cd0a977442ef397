//! A copy of everything about the customer, and the deletion of the account: what goes, what the law keeps, what must end first.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use crm::{
    CustomerId,
    privacy::{DataRequestId, RecordsLaw, RequestKind, RequestState, service},
};
use kernel::{
    App, AppError, AppResult, ReadTx,
    http::{Customer, Path, form::Form},
    personal_data::Hold,
};
use pages::{FormState, Shell, Tone, html_with, redirect, redirect_with};
use serde::Deserialize;

use crate::{form::status_of, page::Page, samples::Sample};

const PRIVACY: &str = "/account/privacy";

/// Where the customer's copy stands.
#[derive(Default)]
pub(super) struct CopyView {
    pub making: bool,
    /// Empty: there is none.
    pub href: String,
    pub until: String,
}

impl CopyView {
    pub(super) async fn of(tx: &mut ReadTx, shell: &Shell, customer: CustomerId) -> AppResult<Self> {
        let Some(request) = service::newest(tx, customer, RequestKind::Export).await? else { return Ok(Self::default()) };
        let ready = request.state == RequestState::Ready;
        Ok(Self {
            making: request.state == RequestState::Wanted,
            href: if ready { format!("{PRIVACY}/copy/{}", request.id) } else { String::new() },
            until: request.until.map(|until| shell.moment(&until)).unwrap_or_default(),
        })
    }
}

/// Where the customer's wish to be deleted stands.
#[derive(Default)]
pub(super) struct ErasureView {
    /// When it happens; empty: it is not wanted.
    pub on: String,
    /// Of one that was carried out; may be empty.
    pub kept_until: String,
}

impl ErasureView {
    pub(super) async fn of(tx: &mut ReadTx, shell: &Shell, customer: CustomerId) -> AppResult<Self> {
        let Some(request) = service::newest(tx, customer, RequestKind::Erasure).await? else { return Ok(Self::default()) };
        let wanted = request.state == RequestState::Wanted;
        Ok(Self {
            on: request.until.filter(|_| wanted).map(|until| shell.moment(&until)).unwrap_or_default(),
            kept_until: request.kept_until.map(|until| shell.date(&until)).unwrap_or_default(),
        })
    }
}

#[derive(Template)]
#[template(path = "portal/erasure.html")]
struct ErasurePage {
    shell: Shell,
    form: FormState,
    days: u16,
    /// What the law keeps, how long and why.
    kept: Vec<String>,
    /// What must end first; empty: nothing.
    held: Vec<String>,
}

impl ErasurePage {
    fn new(shell: Shell, form: FormState, law: &RecordsLaw, holds: &[Hold]) -> Self {
        let keep = |kept: &crm::privacy::law::Kept| {
            shell.tf(
                "portal-erasure-kept",
                [("what", kept.title(&shell.lang).to_owned()), ("years", kept.years.to_string()), ("source", kept.source.clone())],
            )
        };
        Self {
            form,
            days: law.cooling_off_days,
            kept: law.kept.iter().map(keep).collect(),
            held: holds.iter().map(|hold| shell.tn(&format!("erasure-hold-{}", hold.what), hold.count)).collect(),
            shell: shell.under("portal-my-privacy-title", PRIVACY).titled("portal-erasure-title"),
        }
    }
}

fn own(caller: &Customer) -> AppResult<CustomerId> {
    caller.scope.customer().map(CustomerId).ok_or_else(AppError::unauthenticated)
}

#[derive(Deserialize)]
pub(super) struct Nothing {}

pub(super) async fn ask_for_copy(caller: Customer, State(app): State<App>, Form(Nothing {}): Form<Nothing>) -> AppResult<Response> {
    let mut tx = caller.begin_write().await?;
    match service::ask_for_copy(&app, &mut tx).await {
        Ok(()) => tx.commit().await?,
        // Asked for before: that is what was wanted.
        Err(error) if error.is("privacy.open") => {}
        Err(error) => return Err(error),
    }
    Ok(redirect_with(PRIVACY, Tone::Good, "portal-copy-asked"))
}

/// Leads to the copy itself, for a quarter of an hour.
pub(super) async fn open_copy(caller: Customer, State(app): State<App>, Path(id): Path<DataRequestId>) -> AppResult<Response> {
    Ok(redirect(&service::copy_link(&app, &caller.scope, id).await?))
}

async fn erasure_page(app: &App, caller: &Customer, shell: Shell, form: FormState) -> AppResult<ErasurePage> {
    let law = RecordsLaw::on(app, caller.tenant(), caller.scope.today())?;
    let holds = service::holds(app, &caller.scope, own(caller)?).await?;
    Ok(ErasurePage::new(shell, form, &law, &holds))
}

pub(super) async fn show_erasure(caller: Customer, State(app): State<App>, Page(shell): Page) -> AppResult<Response> {
    let form = FormState::new(&shell);
    html_with(StatusCode::OK, &erasure_page(&app, &caller, shell, form).await?)
}

#[derive(Deserialize)]
pub(super) struct ErasureForm {
    #[serde(default)]
    confirm: String,
}

pub(super) async fn ask_for_erasure(
    caller: Customer,
    State(app): State<App>,
    Page(shell): Page,
    Form(body): Form<ErasureForm>,
) -> AppResult<Response> {
    match want_erasure(&app, &caller, &body).await {
        Ok(()) => Ok(redirect_with(PRIVACY, Tone::Info, "portal-erasure-asked")),
        Err(error) => {
            let (status, error) = status_of(error)?;
            let form = FormState::new(&shell).failing(&shell, &error, |_| shell.t("portal-erasure-confirm"));
            html_with(status, &erasure_page(&app, &caller, shell, form).await?)
        }
    }
}

async fn want_erasure(app: &App, caller: &Customer, body: &ErasureForm) -> AppResult<()> {
    if body.confirm != "yes" {
        return Err(AppError::field("confirm", "field-required"));
    }
    service::ask_for_erasure(app, &caller.scope).await
}

pub(super) async fn withdraw(caller: Customer, Form(Nothing {}): Form<Nothing>) -> AppResult<Response> {
    let mut tx = caller.begin_write().await?;
    service::withdraw_erasure(&mut tx).await?;
    tx.commit().await?;
    Ok(redirect_with(PRIVACY, Tone::Good, "portal-erasure-withdrawn"))
}

pub(super) fn samples(shell: &Shell) -> Vec<Sample> {
    let page = |held: Vec<String>, form: FormState| ErasurePage {
        shell: shell.clone().under("portal-my-privacy-title", PRIVACY).titled("portal-erasure-title"),
        form,
        days: 14,
        kept: vec!["Policies and payments: 7 years".to_owned()],
        held,
    };
    let error = AppError::field("confirm", "field-required");
    let failed = FormState::new(shell).failing(shell, &error, |_| shell.t("portal-erasure-confirm"));
    vec![
        Sample::of("erasure", &page(Vec::new(), failed)),
        Sample::of("erasure-held", &page(vec!["One policy is still running.".to_owned()], FormState::new(shell))),
    ]
}

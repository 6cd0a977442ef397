//! Second step: papers that the insurer wants. They may be sent later.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use documents::{DocumentKind, NewUpload, files};
use insurance::{
    cart::{Cart, service as carts},
    checkout::{CheckoutStep, service as checkouts},
};
use kernel::{
    App, AppError, AppResult,
    http::{Customer, multipart::Multipart},
};
use pages::{FormState, Shell, Step, html_with, redirect};

use super::{cart::place_of, steps, summary::Summary};
use crate::{form::status_of, page::Page, samples::Sample};

#[derive(Template)]
#[template(path = "portal/papers.html")]
struct PapersPage {
    shell: Shell,
    steps: Vec<Step>,
    form: FormState,
    summary: Summary,
    /// Name of the field, and what it is called.
    wanted: Vec<(&'static str, String)>,
    asked: Vec<Asked>,
}

/// What an insurer's terms ask to see for one cover.
#[derive(PartialEq, Eq)]
struct Asked {
    of: String,
    papers: Vec<String>,
}

/// What is asked for here; more can be sent from the account.
const WANTED: [DocumentKind; 5] =
    [DocumentKind::IdCopy, DocumentKind::Logbook, DocumentKind::ValuationReport, DocumentKind::KraPin, DocumentKind::Other];
/// Of vehicles only.
const OF_VEHICLES: [DocumentKind; 2] = [DocumentKind::Logbook, DocumentKind::ValuationReport];

impl PapersPage {
    fn new(shell: Shell, cart: &Cart, error: Option<(&str, &AppError)>) -> Self {
        let mut form = FormState::new(&shell);
        if let Some((field, error)) = error {
            let beside = AppError { fields: AppError::field(field.to_owned(), error.code.clone()).fields, ..error.clone() };
            form = form.failing(&shell, &beside, |field| shell.t(&format!("document-kind-{field}")));
        }
        let motor = cart.lines.iter().any(|line| line.plate.is_some());
        let wanted =
            WANTED.into_iter().filter(|kind| motor || !OF_VEHICLES.contains(kind)).map(|kind| (kind.as_str(), shell.t(&kind.text_key()))).collect();
        let asked = asked(&shell.lang, cart);
        Self { steps: steps(&shell, 1), form, summary: Summary::of(&shell, cart), wanted, asked, shell: shell.titled("portal-papers-title") }
    }
}

/// What each insurer asks for; several covers of one product share an entry.
fn asked(lang: &str, cart: &Cart) -> Vec<Asked> {
    let mut all: Vec<Asked> = Vec::new();
    for line in cart.lines.iter().filter(|line| !line.papers.is_empty()) {
        let asked = Asked {
            of: format!("{}, {}", line.insurer_name, line.product_name.get(lang)),
            papers: line.papers.iter().map(|paper| paper.get(lang).to_owned()).collect(),
        };
        if !all.contains(&asked) {
            all.push(asked);
        }
    }
    all
}

pub(super) async fn show(caller: Customer, Page(shell): Page) -> AppResult<Response> {
    let mut tx = caller.begin_read().await?;
    let Some(checkout) = checkouts::current(&mut tx).await? else { return Ok(redirect("/cart")) };
    match checkout.step {
        CheckoutStep::Documents | CheckoutStep::Payment => {}
        other => return Ok(redirect(place_of(other))),
    }
    let cart = carts::view(&mut tx).await?;
    drop(tx);
    html_with(StatusCode::OK, &PapersPage::new(shell, &cart, None))
}

/// Keeps what was sent, whatever was left out, and goes on. A file that cannot be used holds nothing up but itself.
pub(super) async fn send(caller: Customer, State(app): State<App>, Page(shell): Page, form: Multipart) -> AppResult<Response> {
    let customer = caller.scope.customer().ok_or_else(AppError::unauthenticated)?;
    for kind in WANTED {
        let Some(file) = form.file(kind.as_str()) else { continue };
        let new = NewUpload { kind, customer, subject: None, file_name: file.name.clone(), bytes: file.bytes.clone() };
        if let Err(error) = files::upload(&app, &caller.scope, new).await {
            let (status, error) = status_of(error)?;
            let mut tx = caller.begin_read().await?;
            let cart = carts::view(&mut tx).await?;
            drop(tx);
            return html_with(status, &PapersPage::new(shell, &cart, Some((kind.as_str(), &error))));
        }
    }
    let mut tx = caller.begin_write().await?;
    let Some(checkout) = checkouts::current(&mut tx).await? else { return Ok(redirect("/cart")) };
    if checkout.step == CheckoutStep::Details {
        return Ok(redirect("/checkout/details"));
    }
    checkouts::save_documents(&mut tx, checkout.id).await?;
    tx.commit().await?;
    Ok(redirect("/checkout/pay"))
}

pub(super) fn samples(shell: &Shell) -> Vec<Sample> {
    let page = |failed: bool| {
        let error = AppError::field("logbook", "document.unsupported");
        let form = FormState::new(shell);
        PapersPage {
            shell: shell.clone().titled("portal-papers-title"),
            steps: steps(shell, 1),
            form: if failed { form.failing(shell, &error, |field| shell.t(&format!("document-kind-{field}"))) } else { form },
            summary: Summary::sample(shell),
            wanted: WANTED.into_iter().map(|kind| (kind.as_str(), shell.t(&kind.text_key()))).collect(),
            asked: vec![Asked { of: "Mfano Insurance, Private Motor".to_owned(), papers: vec!["Logbook".to_owned(), "Valuation report".to_owned()] }],
        }
    };
    vec![Sample::of("papers", &page(false)), Sample::of("papers-failed", &page(true))]
}

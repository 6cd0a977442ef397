//! The customer's documents: what we issued, and what the customer sent.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use documents::{
    DocumentId, DocumentKind, DocumentState, DocumentView, NewUpload, files,
    register::{DocumentFilter, service},
};
use kernel::{
    App, AppError, AppResult,
    http::{Customer, Path, Query, multipart::Multipart},
};
use pages::{Choice, FormState, ListBar, ListQuery, Shell, Tone, html_with, redirect, redirect_with};

use super::FileRow;
use crate::{form::status_of, page::Page, samples::Sample};

#[derive(Template)]
#[template(path = "portal/documents.html")]
struct DocumentsPage {
    shell: Shell,
    list: ListBar,
    files: Vec<FileRow>,
    form: FormState,
    kinds: Vec<Choice>,
}

fn kinds(shell: &Shell) -> Vec<Choice> {
    DocumentKind::UPLOADS.into_iter().map(|kind| Choice::new(kind.as_str(), shell.t(&kind.text_key()))).collect()
}

async fn page(caller: &Customer, shell: Shell, query: &ListQuery, form: FormState) -> AppResult<DocumentsPage> {
    let mut tx = caller.begin_read().await?;
    let found = service::list(&mut tx, &DocumentFilter::default(), &query.page()).await?;
    drop(tx);
    let list = ListBar::new("/account/documents", String::new(), query, &found, None, Vec::new());
    let files = found
        .results
        .into_iter()
        .map(DocumentView::from)
        .filter(|file| file.state == DocumentState::Current)
        .map(|file| FileRow::new(&shell, &file))
        .collect();
    Ok(DocumentsPage { kinds: kinds(&shell), list, files, form, shell: shell.titled("portal-documents-title") })
}

pub(super) async fn show(caller: Customer, Page(shell): Page, Query(query): Query<ListQuery>) -> AppResult<Response> {
    let form = FormState::new(&shell);
    html_with(StatusCode::OK, &page(&caller, shell, &query, form).await?)
}

pub(super) async fn send(caller: Customer, State(app): State<App>, Page(shell): Page, body: Multipart) -> AppResult<Response> {
    match keep(&app, &caller, &body).await {
        Ok(()) => Ok(redirect_with("/account/documents", Tone::Good, "portal-documents-kept")),
        Err(error) => {
            let (status, error) = status_of(error)?;
            // What is wrong is wrong with the file, whatever the service calls it.
            let beside =
                if error.fields.is_empty() { AppError { fields: AppError::field("file", error.code.clone()).fields, ..error } } else { error };
            let form = FormState::new(&shell).with("kind", body.text("kind")).failing(&shell, &beside, |field| label(&shell, field));
            html_with(status, &page(&caller, shell, &ListQuery::default(), form).await?)
        }
    }
}

fn label(shell: &Shell, field: &str) -> String {
    shell.t(if field == "kind" { "portal-documents-kind" } else { "field-file" })
}

async fn keep(app: &App, caller: &Customer, body: &Multipart) -> AppResult<()> {
    let customer = caller.scope.customer().ok_or_else(AppError::unauthenticated)?;
    let kind = DocumentKind::from_name(body.text("kind")).ok_or_else(|| AppError::field("kind", "field-required"))?;
    let file = body.file("file").ok_or_else(|| AppError::field("file", "field-required"))?;
    let new = NewUpload { kind, customer, subject: None, file_name: file.name.clone(), bytes: file.bytes.clone() };
    files::upload(app, &caller.scope, new).await.map(drop)
}

/// Leads to the file itself; whose it is, is checked before.
pub(super) async fn open(caller: Customer, State(app): State<App>, Path(id): Path<DocumentId>) -> AppResult<Response> {
    Ok(redirect(&service::download_link(&app, &caller.scope, id).await?.url))
}

pub(super) fn samples(shell: &Shell) -> Vec<Sample> {
    let page = |files: Vec<FileRow>, form: FormState| DocumentsPage {
        shell: shell.clone().titled("portal-documents-title"),
        list: ListBar { count: files.len() as u64, ..ListBar::default() },
        files,
        form,
        kinds: kinds(shell),
    };
    let error = AppError::field("file", "document.unsupported");
    let failed = FormState::new(shell).failing(shell, &error, |field| label(shell, field));
    vec![Sample::of("documents", &page(vec![FileRow::sample()], FormState::new(shell))), Sample::of("documents-failed", &page(Vec::new(), failed))]
}

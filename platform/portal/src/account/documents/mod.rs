//! The customer's documents: what we issued, and what the customer sent. Found by kind and name, looked at, sent, taken back.

mod chosen;
mod one;

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use documents::{
    Document, DocumentGroup, DocumentId, DocumentKind, DocumentState, DocumentView, NewUpload, files,
    register::{DocumentFilter, jobs::UNDO, service},
};
use kernel::{
    App, AppError, AppResult, ReadTx,
    http::{Customer, Path, Query, multipart::Multipart},
    paging::PageRequest,
};
use pages::{Choice, Filter, Flash, FormState, Link, ListBar, ListQuery, Shell, Tone, html_with, redirect, redirect_with};
use serde::Deserialize;

pub(super) use chosen::{mail, zip};
pub(super) use one::{bring_back, content, take_back, view};

use super::FileRow;
use crate::{form::status_of, page::Page, samples::Sample};

#[derive(Template)]
#[template(path = "portal/documents.html")]
struct DocumentsPage {
    shell: Shell,
    list: ListBar,
    files: Vec<FileRow>,
    /// What waits for the virus scanner, or was refused by it.
    aside: Vec<FileRow>,
    /// What the customer took back and can bring back.
    removed: Vec<FileRow>,
    form: FormState,
    kinds: Vec<Choice>,
    /// What is wrong with the documents that were chosen; may be empty.
    complaint: String,
}

/// A file that was taken back a moment ago, and can be brought back by one press.
#[derive(Deserialize)]
pub(super) struct JustRemoved {
    #[serde(default)]
    removed: Option<DocumentId>,
}

/// What the customer came here to send.
#[derive(Deserialize)]
pub(super) struct ToSend {
    #[serde(default)]
    send: Option<String>,
}

fn kinds(shell: &Shell) -> Vec<Choice> {
    DocumentKind::UPLOADS.into_iter().map(|kind| Choice::new(kind.as_str(), shell.t(&kind.text_key()))).collect()
}

fn filter(shell: &Shell) -> Filter {
    let choices = DocumentGroup::ALL.iter().map(|group| Choice::new(group.as_str(), shell.t(&format!("portal-documents-group-{group}")))).collect();
    Filter::choice("state", shell.t("portal-documents-kind"), choices)
}

async fn in_state(tx: &mut ReadTx, state: DocumentState) -> AppResult<Vec<Document>> {
    let wanted = DocumentFilter { state: Some(state), ..DocumentFilter::default() };
    Ok(service::list(tx, &wanted, &PageRequest::default()).await?.results)
}

async fn page(caller: &Customer, shell: Shell, query: &ListQuery, form: FormState) -> AppResult<DocumentsPage> {
    let wanted =
        DocumentFilter { group: query.state().and_then(DocumentGroup::from_name), state: Some(DocumentState::Current), ..DocumentFilter::default() };
    let mut tx = caller.begin_read().await?;
    let found = service::list(&mut tx, &wanted, &query.page()).await?;
    let removed = in_state(&mut tx, DocumentState::Removed).await?;
    let (held, refused) = (in_state(&mut tx, DocumentState::Held).await?, in_state(&mut tx, DocumentState::Refused).await?);
    drop(tx);
    let list = ListBar::new("/account/documents", shell.t("portal-documents-search"), query, &found, Some(filter(&shell)), Vec::new());
    let until = |document: Document| {
        let day = document.removed_at.map(|at| shell.moment(&(at + UNDO))).unwrap_or_default();
        FileRow { day: shell.tf("portal-documents-until", [("date", day)]), ..FileRow::new(&shell, &document.into()) }
    };
    let aside = |document: Document| {
        let day = shell.t(if document.state == DocumentState::Held { "portal-documents-held" } else { "portal-documents-refused" });
        FileRow { day, ..FileRow::new(&shell, &document.into()) }
    };
    Ok(DocumentsPage {
        kinds: kinds(&shell),
        list,
        aside: held.into_iter().chain(refused).map(aside).collect(),
        removed: removed.into_iter().map(until).collect(),
        files: found.results.into_iter().map(DocumentView::from).map(|file| FileRow::new(&shell, &file)).collect(),
        form,
        complaint: String::new(),
        shell: shell.titled("portal-documents-title"),
    })
}

pub(super) async fn show(
    caller: Customer,
    Page(mut shell): Page,
    Query(query): Query<ListQuery>,
    Query(just): Query<JustRemoved>,
    Query(to_send): Query<ToSend>,
) -> AppResult<Response> {
    if let Some(id) = just.removed {
        let undo = Link { label: shell.t("portal-documents-undo"), href: format!("/account/documents/{id}/restore") };
        shell.flash.push(Flash { tone: Tone::Info, text: shell.t("portal-documents-removed"), undo: Some(undo) });
    }
    let mut form = FormState::new(&shell);
    if let Some(kind) = to_send.send.as_deref().and_then(DocumentKind::from_name) {
        form = form.with("kind", kind.as_str());
    }
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
        list: ListBar {
            count: files.len() as u64,
            placeholder: shell.t("portal-documents-search"),
            filters: vec![filter(shell)],
            ..ListBar::default()
        },
        aside: files.iter().map(|file| FileRow { id: "3".to_owned(), ..file.clone() }).collect(),
        removed: files.iter().map(|file| FileRow { id: "2".to_owned(), ..file.clone() }).collect(),
        complaint: if files.is_empty() { String::new() } else { shell.t("error-papers-too-many") },
        files,
        form,
        kinds: kinds(shell),
    };
    let error = AppError::field("file", "document.unsupported");
    let failed = FormState::new(shell).failing(shell, &error, |field| label(shell, field));
    let mut all = vec![
        Sample::of("documents", &page(vec![FileRow::sample()], FormState::new(shell))),
        Sample::of("documents-failed", &page(Vec::new(), failed)),
    ];
    all.extend(one::samples(shell));
    all
}

//! Several documents at once: as one file, or to the customer's own mailbox.

use axum::{
    body::Body,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use documents::{DocumentId, register::archive};
use insurance::papers;
use kernel::{
    App, AppError, AppResult,
    http::{Customer, form::Form},
};
use pages::{FormState, ListQuery, Shell, Tone, html_with, redirect_with};
use tokio_util::io::ReaderStream;

use crate::{form::status_of, page::Page};

type Pairs = Vec<(String, String)>;

fn ids(pairs: &Pairs) -> AppResult<Vec<DocumentId>> {
    pairs.iter().filter(|(name, _)| name == "id").map(|(_, id)| id.parse().map_err(|_| AppError::not_found())).collect()
}

/// The chosen documents as one ZIP file, sent while it is made.
pub(in super::super) async fn zip(caller: Customer, State(app): State<App>, Page(shell): Page, Form(pairs): Form<Pairs>) -> AppResult<Response> {
    match archive::choose(&caller.scope, &ids(&pairs)?).await {
        Ok(documents) => {
            let headers = [(header::CONTENT_TYPE, "application/zip"), (header::CONTENT_DISPOSITION, "attachment; filename=\"documents.zip\"")];
            Ok((headers, Body::from_stream(ReaderStream::new(archive::zip(&app, &caller.scope, documents)))).into_response())
        }
        Err(error) => refuse(&caller, shell, error).await,
    }
}

/// Sends the chosen documents to the customer's own address.
pub(in super::super) async fn mail(caller: Customer, Page(shell): Page, Form(pairs): Form<Pairs>) -> AppResult<Response> {
    let mut tx = caller.begin_write().await?;
    match papers::mail(&mut tx, &ids(&pairs)?).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with("/account/documents", Tone::Good, "portal-documents-mailed"))
        }
        Err(error) => {
            drop(tx);
            refuse(&caller, shell, error).await
        }
    }
}

async fn refuse(caller: &Customer, shell: Shell, error: AppError) -> AppResult<Response> {
    let (status, error) = status_of(error)?;
    let complaint = match error.fields.first() {
        Some(field) if field.code == "field-required" => shell.t("error-papers-none"),
        Some(field) => shell.field_error(field),
        None => shell.error(&error),
    };
    let form = FormState::new(&shell);
    let page = super::page(caller, shell, &ListQuery::default(), form).await?;
    html_with(status, &super::DocumentsPage { complaint, ..page })
}

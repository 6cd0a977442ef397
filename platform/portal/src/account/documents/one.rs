//! One document: looked at inside the page, downloaded, sent to oneself, taken back.

use askama::Template;
use axum::{
    extract::State,
    http::{HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
};
use documents::{
    Document, DocumentId, DocumentState, DocumentView,
    register::{Origin, service},
};
use kernel::{
    App, AppResult,
    http::{Customer, Path, form::Form},
};
use pages::{Fact, Shell, Tone, html, redirect, redirect_with};
use serde::Deserialize;

use crate::{form::status_of, page::Page, samples::Sample};

#[derive(Template)]
#[template(path = "portal/document.html")]
struct DocumentPage {
    shell: Shell,
    id: String,
    title: String,
    facts: Vec<Fact>,
    picture: bool,
    /// Whether the customer may take it back.
    removable: bool,
}

impl DocumentPage {
    fn new(shell: Shell, document: &Document) -> Self {
        let mut facts = vec![Fact::new(shell.t("portal-documents-kind"), shell.t(&document.kind.text_key()))];
        if let Some(number) = &document.number {
            facts.push(Fact::new(shell.t("portal-document-number"), number.clone()).copied());
        }
        facts.push(Fact::new(shell.t("portal-document-day"), shell.moment(&document.created_at)));
        if let Some(bytes) = document.size_bytes {
            facts.push(Fact::new(shell.t("portal-document-size"), size(&shell, bytes)));
        }
        if document.origin == Origin::Uploaded {
            let key = if document.verified_at.is_some() { "portal-document-was-checked" } else { "portal-document-not-checked" };
            facts.push(Fact::new(shell.t("portal-document-state"), shell.t(key)));
        } else if document.state != DocumentState::Current {
            facts.push(Fact::new(shell.t("portal-document-state"), shell.t(&format!("document-state-{}", document.state))));
        }
        if let Some(code) = DocumentView::from(document.clone()).verification_code {
            facts.push(Fact::new(shell.t("portal-document-code"), code.clone()).linked(format!("/verify/{code}")));
        }
        Self {
            id: document.id.to_string(),
            title: document.title.clone(),
            facts,
            picture: document.mime.starts_with("image/"),
            removable: document.origin == Origin::Uploaded && document.verified_at.is_none(),
            shell: shell.under("portal-documents-title", "/account/documents").named(document.title.clone()),
        }
    }
}

/// `230 KB`, `4.2 MB`: as file managers count.
fn size(shell: &Shell, bytes: i64) -> String {
    let kilobytes = bytes.max(0).saturating_add(1023) / 1024;
    if kilobytes < 1024 {
        return shell.tf("portal-document-kilobytes", [("size", kilobytes.to_string())]);
    }
    let tenths = kilobytes.saturating_mul(10) / 1024;
    shell.tf("portal-document-megabytes", [("size", format!("{}.{}", tenths / 10, tenths % 10))])
}

pub(in super::super) async fn view(caller: Customer, Page(shell): Page, Path(id): Path<DocumentId>) -> AppResult<Response> {
    let mut tx = caller.begin_read().await?;
    let document = service::get(&mut tx, id).await?;
    drop(tx);
    html(&DocumentPage::new(shell, &document))
}

/// The file inside a page of this portal. It is what its bytes were found to be when it was kept, never what a browser guesses, and
/// may load nothing.
pub(in super::super) async fn content(caller: Customer, State(app): State<App>, Path(id): Path<DocumentId>) -> AppResult<Response> {
    let (document, bytes) = service::open(&app, &caller.scope, id).await?;
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| headers.insert(name, HeaderValue::from_static(value));
    // Browsers show a PDF by a viewer of their own, which a sandbox would keep from starting.
    let picture = document.mime.starts_with("image/");
    set(header::CONTENT_SECURITY_POLICY, if picture { "default-src 'none'; frame-ancestors 'self'; sandbox" } else { PDF_POLICY });
    set(header::X_FRAME_OPTIONS, "SAMEORIGIN");
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::CONTENT_DISPOSITION, "inline");
    set(header::CACHE_CONTROL, "private, no-store");
    let mime = HeaderValue::from_str(&document.mime).unwrap_or(HeaderValue::from_static("application/octet-stream"));
    headers.insert(header::CONTENT_TYPE, mime);
    Ok(response)
}

const PDF_POLICY: &str = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'; form-action 'none'";

#[derive(Deserialize)]
pub(in super::super) struct Nothing {}

/// Takes a file back; the next page offers to bring it back.
pub(in super::super) async fn take_back(
    caller: Customer,
    Page(mut shell): Page,
    Path(id): Path<DocumentId>,
    Form(Nothing {}): Form<Nothing>,
) -> AppResult<Response> {
    match service::remove(&caller.scope, id).await {
        Ok(()) => Ok(redirect(&format!("/account/documents?removed={id}"))),
        Err(error) => {
            let (status, error) = status_of(error)?;
            let mut tx = caller.begin_read().await?;
            let document = service::get(&mut tx, id).await?;
            drop(tx);
            let text = shell.error(&error);
            shell.flash.push(pages::Flash { tone: Tone::Bad, text, undo: None });
            pages::html_with(status, &DocumentPage::new(shell, &document))
        }
    }
}

pub(in super::super) async fn bring_back(caller: Customer, Path(id): Path<DocumentId>, Form(Nothing {}): Form<Nothing>) -> AppResult<Response> {
    service::restore(&caller.scope, id).await?;
    Ok(redirect_with("/account/documents", Tone::Good, "portal-documents-restored"))
}

pub(super) fn samples(shell: &Shell) -> Vec<Sample> {
    let page = |picture: bool| DocumentPage {
        shell: shell.clone().under("portal-documents-title", "/account/documents").named("Logbook.jpg"),
        id: "1".to_owned(),
        title: "Logbook.jpg".to_owned(),
        facts: vec![Fact::new(shell.t("portal-document-size"), size(shell, 4_400_000))],
        picture,
        removable: picture,
    };
    vec![Sample::of("document-picture", &page(true)), Sample::of("document-pdf", &page(false))]
}

#[cfg(test)]
mod tests {
    // The frame of a page is tested with the pages; here only that no document may run anything.
    use super::PDF_POLICY;

    #[test]
    fn a_document_may_run_nothing() {
        assert!(PDF_POLICY.starts_with("default-src 'none'") && !PDF_POLICY.contains("script-src"));
    }
}

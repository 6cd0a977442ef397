//! One document of a customer: what it is said to be, the file, and whether somebody compared it.

use axum::{extract::State, response::Response};
use crm::customers;
use documents::{
    DocumentId, DocumentView, VERIFY,
    register::{Origin, service},
};
use kernel::{
    App, AppResult,
    http::{Form, Path, Query, Staff},
};
use pages::{Fact, Shell, Tone, html, redirect_with};

use super::{about, badge};
use crate::{
    customers::viewed,
    frame::{Action, Office, RecordPage, Sent},
    history::{History, TabQuery},
};

pub(super) async fn show(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(id): Path<DocumentId>,
    Query(tab): Query<TabQuery>,
) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let document: DocumentView = service::get(&mut tx, id).await?.into();
    let owner = match document.customer_id {
        Some(customer) => Some(customers::service::get(&mut tx, customer.into()).await?),
        None => None,
    };
    let history = History::of(&mut tx, &[id.0], &tab).await?;
    drop(tx);
    viewed(&app, &staff.scope, "document", id.0).await?;
    let mut page = page(shell, &document, owner.as_ref());
    history.show(&app, &mut page, &about(id));
    html(&page)
}

fn page(shell: Shell, document: &DocumentView, owner: Option<&customers::Customer>) -> RecordPage {
    let shell = shell.under("office-documents-title", "/documents");
    let state = badge(&shell, document);
    let mut page = RecordPage::new(shell, document.title.clone(), document.number.clone().unwrap_or_default(), state);
    let shell = &page.shell;
    if document.origin == Origin::Uploaded && !document.is_verified && shell.can(VERIFY) {
        page.next
            .push(Action::post(shell.t("office-documents-verify"), format!("/documents/{}/verify", document.id)).primary().icon("check").key("e"));
    }
    page.next.push(Action::link(shell.t("office-documents-open"), format!("/documents/{}", document.id)).icon("external"));
    page.facts = vec![Fact::new(shell.t("office-documents-kind"), shell.t(&document.kind.text_key()))];
    if let Some(owner) = owner {
        page.facts.push(Fact::new(shell.t("office-customer"), owner.display_name.clone()).linked(format!("/customers/{}", owner.id)));
    }
    page.facts.push(Fact::new(shell.t("field-file"), document.file_name.clone()));
    page.facts.push(Fact::new(shell.t("field-created"), shell.moment(&document.created_at)));
    page
}

/// Notes that the reader compared the file with what it should show.
pub(super) async fn verify(staff: Staff, Path(id): Path<DocumentId>, Form(_): Form<Sent>) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    service::verify_upload(&mut tx, id).await?;
    tx.commit().await?;
    Ok(redirect_with(&about(id), Tone::Good, "office-documents-verified"))
}

//! Files that customers sent: a list of what nobody has looked at yet, and marking each as checked.

mod list;
mod record;

use documents::{
    DocumentId, DocumentState, DocumentView, READ, VERIFY,
    register::{DocumentFilter, service},
};
use insurance::nominations::{self, NominationRole, Place};
use kernel::{
    AppResult, ReadTx,
    paging::PageRequest,
    routes::{Access::Staff, Face::Office, Routes},
};
use pages::{Badge, Shell, Tone};
use uuid::Uuid;

use crate::{
    frame::{Related, RelatedItem},
    words,
};

pub(crate) fn routes() -> Routes {
    Routes::new().get(Office, "/documents", Staff(READ), list::show).get(Office, "/documents/{id}/about", Staff(READ), record::show).post(
        Office,
        "/documents/{id}/verify",
        Staff(VERIFY),
        record::verify,
    )
}

fn about(id: DocumentId) -> String {
    format!("/documents/{id}/about")
}

/// Whether somebody looked at an upload, or what became of what we issued.
fn badge(shell: &Shell, document: &DocumentView) -> Badge {
    match (document.origin, document.is_verified) {
        (documents::register::Origin::Issued, _) => words::badge(shell, "document-state", document.state.as_str()),
        (documents::register::Origin::Uploaded, true) => Badge::new(Tone::Good, shell.t("office-documents-checked")),
        (documents::register::Origin::Uploaded, false) => Badge::new(Tone::Warn, shell.t("office-documents-unchecked")),
    }
}

/// A customer's newest documents, for the customer's record.
pub(crate) async fn of_customer(shell: &Shell, tx: &mut ReadTx, customer: Uuid) -> AppResult<Option<Related>> {
    if !shell.can(READ) {
        return Ok(None);
    }
    let filter = DocumentFilter { customer: Some(customer), state: Some(DocumentState::Current), ..DocumentFilter::default() };
    let page = PageRequest { page_size: Some(10), ..PageRequest::default() };
    let found = service::list(tx, &filter, &page).await?.map(DocumentView::from);
    let item = |document: &DocumentView| RelatedItem {
        label: document.title.clone(),
        detail: shell.t(&document.kind.text_key()),
        href: about(document.id),
        state: badge(shell, document),
    };
    let items: Vec<RelatedItem> = found.results.iter().map(item).collect();
    Ok((!items.is_empty()).then(|| Related { title: shell.t("office-documents-of-customer"), items, all_href: String::new() }))
}

/// Whom a customer names, for the customer's record.
pub(crate) async fn named_by(shell: &Shell, tx: &mut ReadTx, customer: Uuid) -> AppResult<Vec<Related>> {
    let mut groups = Vec::new();
    for role in NominationRole::ALL {
        let list = nominations::service::get(tx, Place { customer: customer.into(), policy: None, role: *role }).await?;
        let item = |person: &nominations::Nominee| RelatedItem {
            label: person.name.clone(),
            detail: [
                Some(shell.t(&format!("portal-relation-{}", person.relation))),
                person.born.map(|day| shell.date(&day)),
                person.masked.clone(),
                person.share_bp.map(|bp| format!("{} %", nominations::rules::percent(bp))),
            ]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" · "),
            ..RelatedItem::default()
        };
        groups.push(Related {
            title: shell.t(&format!("office-named-{role}")),
            items: list.people.iter().map(item).collect(),
            all_href: String::new(),
        });
    }
    groups.retain(|group| !group.items.is_empty());
    Ok(groups)
}

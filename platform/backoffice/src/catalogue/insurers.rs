//! Insurers and whom to reach there.

use axum::{extract::State, response::Response};
use insurance::{
    catalogue::{self, ProductListFilter, ProductRow},
    insurers::{self, CHANGE, Insurer, InsurerContact, InsurerId},
    remittances,
};
use kernel::{
    App, AppResult,
    http::{Path, Query, Staff},
    paging::{Page, PageRequest},
};
use pages::{Badge, Column, Fact, Flash, ListBar, ListQuery, Shell, Tone, html};

use super::insurer_papers;
use crate::{
    frame::{Action, Cell, Desk, Empty, ListPage, Office, RecordPage, Related, RelatedItem, Row},
    history::{History, TabQuery},
    words,
};

/// Products that a record shows.
const SHOWN: u16 = 10;

pub(super) async fn list(desk: Desk) -> AppResult<Response> {
    let mut tx = desk.begin_read().await?;
    let found = insurers::service::list(&mut tx, &desk.query.page()).await?;
    drop(tx);
    let page = page(desk.shell(), &desk.query, &found);
    desk.show(page).await
}

pub(crate) fn page(shell: Shell, query: &ListQuery, found: &Page<Insurer>) -> ListPage {
    let shell = shell.titled("office-insurers-title");
    let columns = ["field-name", "office-insurers-licence", "field-phone", "field-email", "field-status"]
        .map(|key| Column::of(&shell, key).by(if key == "field-name" { "name" } else { "" }))
        .to_vec();
    let row = |insurer: &Insurer| Row {
        href: format!("/insurers/{}", insurer.id),
        cells: vec![
            Cell::Main(insurer.name.clone()),
            Cell::Quiet(insurer.licence_number.clone()),
            Cell::Text(insurer.phone.clone()),
            Cell::Text(insurer.email.clone()),
            Cell::State(words::badge(&shell, "insurer-state", insurer.state.as_str())),
        ],
    };
    let rows = found.results.iter().map(row).collect();
    let list = ListBar::new("/insurers", shell.t("office-insurers-search"), query, found, None, columns)
        .choosing(found.results.iter().map(|row| row.id), Vec::new());
    let empty = Empty::new(&shell, "building", "office-insurers-empty");
    let mut actions = Vec::new();
    if shell.can(CHANGE) {
        actions.push(Action::link(shell.t("office-insurers-new"), "/insurers/new").icon("plus").key("c"));
    }
    ListPage { actions, ..ListPage::new(shell, list, rows, empty) }
}

pub(super) async fn show(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(id): Path<InsurerId>,
    Query(tab): Query<TabQuery>,
) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let (insurer, contacts) = insurers::service::get(&mut tx, id).await?;
    let papers = insurers::papers::list(&mut tx, id).await?;
    let products = ProductListFilter { company: Some(id), ..ProductListFilter::default() };
    let products = catalogue::service::list_products(&mut tx, &PageRequest { page_size: Some(SHOWN), ..PageRequest::default() }, &products).await?;
    let today = tx.scope().today();
    let history = History::of(&mut tx, &[id.0], &tab).await?;
    let mut page = record(shell, &insurer, &contacts);
    if page.shell.can(remittances::READ) && staff.scope.needs_all_sight().is_ok() {
        let premium = Fact::new(page.shell.t("office-premium-held-title"), page.shell.t("office-insurers-premium"));
        page.facts.push(premium.linked(format!("/premium-held/{id}")));
    }
    if !products.results.is_empty() {
        page.related.push(products_of(&page.shell, id, &products));
    }
    page.related.extend(insurer_papers::related(&page.shell, id, &papers, today, page.shell.can(CHANGE)));
    history.show(&app, &mut page, &format!("/insurers/{id}"));
    html(&page)
}

/// The first of its products, and the way to all of them.
pub(crate) fn products_of(shell: &Shell, insurer: InsurerId, products: &Page<ProductRow>) -> Related {
    let item = |product: &ProductRow| RelatedItem {
        label: product.name.get(&shell.lang).to_owned(),
        detail: product.category_title.get(&shell.lang).to_owned(),
        href: format!("/products/{}", product.id),
        state: words::badge(shell, "product-state", product.state.as_str()),
    };
    Related {
        title: shell.t("office-products-title"),
        items: products.results.iter().map(item).collect(),
        all_href: format!("/products?insurer={insurer}"),
    }
}

pub(crate) fn record(shell: Shell, insurer: &Insurer, contacts: &[InsurerContact]) -> RecordPage {
    let shell = shell.under("office-insurers-title", "/insurers");
    let state = words::badge(&shell, "insurer-state", insurer.state.as_str());
    let mut page = RecordPage::new(shell, insurer.name.clone(), insurer.code.clone(), state);
    let shell = &page.shell;
    let href = format!("/insurers/{}", insurer.id);
    let may_change = shell.can(CHANGE);
    if may_change {
        page.next.push(Action::link(shell.t("button-edit"), format!("{href}/edit")).icon("edit").key("e").primary());
        page.next.push(Action::link(shell.t("office-picture-logo"), format!("/pictures/insurer/{}", insurer.id)).icon("camera"));
        page.next.push(Action::link(shell.t("office-insurers-contact-new"), format!("{href}/contacts/new")).icon("plus"));
        page.next.push(Action::link(shell.t("office-insurer-paper-new"), format!("{href}/papers/new")).icon("upload"));
    }
    page.facts.push(Fact::new(shell.t("office-insurers-kind"), words::word(shell, "insurer-kind", insurer.kind.as_str())));
    if insurer.sample {
        page.alerts.push(Flash { tone: Tone::Warn, text: shell.t("catalogue-sample"), undo: None });
    }
    for (key, value) in [
        ("office-insurers-licence", &insurer.licence_number),
        ("field-phone", &insurer.phone),
        ("field-email", &insurer.email),
        ("office-company-website", &insurer.website),
        ("field-address", &insurer.address),
        ("field-registration-number", &insurer.registration_number),
    ] {
        if !value.is_empty() {
            page.facts.push(Fact::new(shell.t(key), value.clone()));
        }
    }
    for (key, day) in [("office-insurers-contract-start", insurer.contract_start), ("office-insurers-contract-end", insurer.contract_end)] {
        if let Some(day) = day {
            page.facts.push(Fact::new(shell.t(key), shell.date(&day)));
        }
    }
    if let Some(percent) = insurer.default_commission {
        page.facts.push(Fact::new(shell.t("office-insurers-commission"), format!("{percent} %")));
    }
    let item = |contact: &InsurerContact| RelatedItem {
        label: contact.name.clone(),
        detail: [&contact.title, &contact.department, &contact.phone, &contact.email]
            .into_iter()
            .filter(|part| !part.is_empty())
            .cloned()
            .collect::<Vec<_>>()
            .join(" · "),
        href: if may_change { format!("{href}/contacts/{}/remove", contact.id) } else { String::new() },
        state: if contact.is_primary { Badge::new(Tone::Info, shell.t("office-insurers-primary")) } else { Badge::default() },
    };
    if !contacts.is_empty() {
        page.related =
            vec![Related { title: shell.t("office-insurers-contacts"), items: contacts.iter().map(item).collect(), all_href: String::new() }];
    }
    page
}

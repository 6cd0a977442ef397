//! Products: what is sold, on which terms, and taking one off sale.

use axum::{extract::State, response::Response};
use chrono::NaiveDate;
use insurance::{
    catalogue::{self, CHANGE, Product, ProductId, ProductListFilter, ProductRow, ProductState, VersionLine},
    insurers::{self, Insurer, InsurerId},
    pricing::{self, PRICE},
};
use kernel::{
    App, AppResult,
    http::{Form, Path, Query, Staff},
    paging::Page,
};
use pages::{Badge, Choice, Column, Fact, Filter, Flash, ListBar, ListQuery, Shell, Tone, html, redirect_with};

use super::{product_form::everything, under, versions};
use crate::{
    frame::{Action, Cell, Desk, Empty, Field, FormPage, ListPage, Office, RecordPage, Related, RelatedItem, Row, Section, Sent},
    history::{History, TabQuery},
    words,
};

pub(super) async fn list(desk: Desk) -> AppResult<Response> {
    let mut tx = desk.begin_read().await?;
    let filter = ProductListFilter {
        company: desk.query.id("insurer").map(InsurerId),
        state: desk.query.state().and_then(ProductState::from_name),
        ..ProductListFilter::default()
    };
    let found = catalogue::service::list_products(&mut tx, &desk.query.page(), &filter).await?;
    let insurers = insurers::service::list(&mut tx, &everything()).await?.results;
    drop(tx);
    let page = page(desk.shell(), &desk.query, &found, &insurers);
    desk.show(page).await
}

pub(crate) fn page(shell: Shell, query: &ListQuery, found: &Page<ProductRow>, insurers: &[Insurer]) -> ListPage {
    let shell = shell.titled("office-products-title");
    let filter = Filter::choice(
        "state",
        shell.t("field-status"),
        words::choices(&shell, "product-state", ProductState::ALL.iter().map(|state| state.as_str())),
    );
    let insurers = insurers.iter().map(|insurer| Choice::new(insurer.id.to_string(), insurer.name.clone())).collect();
    let of_insurer = Filter::choice("insurer", shell.t("office-insurer"), insurers);
    let columns = vec![
        Column::of(&shell, "field-name").by("name"),
        Column::of(&shell, "office-insurer"),
        Column::of(&shell, "office-category"),
        Column::of(&shell, "field-status"),
        Column::figure(&shell, "office-products-from"),
        Column::of(&shell, "field-updated").by("updated"),
    ];
    let row = |row: &ProductRow| Row {
        href: format!("/products/{}", row.id),
        cells: vec![
            Cell::Main(row.name.get(&shell.lang).to_owned()),
            Cell::Text(row.insurer_name.clone()),
            Cell::Quiet(row.category_title.get(&shell.lang).to_owned()),
            Cell::State(words::badge(&shell, "product-state", row.state.as_str())),
            Cell::Amount(row.price_from_minor.and_then(|minor| words::money(minor, &row.currency))),
            Cell::At(row.updated_at),
        ],
    };
    let rows = found.results.iter().map(row).collect();
    let list = ListBar::new("/products", shell.t("office-products-search"), query, found, [filter, of_insurer], columns)
        .choosing(found.results.iter().map(|row| row.id), Vec::new());
    let empty = Empty::new(&shell, "package", "office-products-empty");
    let mut actions = Vec::new();
    if shell.can(PRICE) {
        actions.push(Action::link(shell.t("office-drafts-title"), "/products/drafts").icon("scale"));
        actions.push(Action::link(shell.t("office-sheet-title"), "/products/sheet").icon("upload"));
        actions.push(Action::link(shell.t("office-products-new"), "/products/new").primary().icon("plus").key("c"));
    }
    ListPage { actions, ..ListPage::new(shell, list, rows, empty) }
}

pub(super) async fn show(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(id): Path<ProductId>,
    Query(tab): Query<TabQuery>,
) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let product = catalogue::service::product(&mut tx, id).await?;
    let lines = catalogue::service::versions(&mut tx, id).await?;
    let today = tx.scope().today();
    let drafted = pricing::service::draft(&mut tx, id).await?.saved.is_some();
    let history = History::of(&mut tx, &[id.0], &tab).await?;
    let mut page = record(shell, &product, &lines, drafted, today);
    history.show(&app, &mut page, &format!("/products/{id}"));
    html(&page)
}

pub(crate) fn record(shell: Shell, product: &Product, lines: &[VersionLine], drafted: bool, today: NaiveDate) -> RecordPage {
    let shell = shell.under("office-products-title", "/products");
    let state = words::badge(&shell, "product-state", product.state.as_str());
    let name = product.name.get(&shell.lang).to_owned();
    let mut page = RecordPage::new(shell, name, product.code.clone(), state);
    let shell = &page.shell;
    let href = format!("/products/{}", product.id);
    if shell.can(PRICE) {
        let prices = Action::link(shell.t("office-prices-title"), format!("{href}/prices")).icon("coins");
        page.next.push(if product.state == ProductState::Active && !drafted { prices.primary() } else { prices });
        page.next.push(Action::link(shell.t("office-cover-title"), format!("{href}/cover")).icon("shield"));
        page.next.push(Action::link(shell.t("office-terms-title"), format!("{href}/terms")).icon("list"));
    }
    if shell.can(CHANGE) {
        page.next.push(Action::link(shell.t("button-edit"), format!("{href}/edit")).icon("edit").key("e"));
        page.next.push(Action::link(shell.t("office-picture"), format!("/pictures/product/{}", product.id)).icon("camera"));
        page.next.push(Action::link(shell.t("office-site-question"), format!("/site/question?product={}", product.id)).icon("help"));
        page.next.push(match product.state {
            ProductState::Active => Action::link(shell.t("office-products-withdraw"), format!("{href}/withdraw")).icon("ban"),
            ProductState::Withdrawn => Action::link(shell.t("office-products-reactivate"), format!("{href}/reactivate")).primary().icon("check"),
            ProductState::Draft => Action::link(shell.t("office-products-sell"), format!("{href}/reactivate")).primary().icon("check"),
        });
    }
    if drafted && shell.can(PRICE) {
        page.alerts.push(Flash { tone: Tone::Info, text: shell.t("office-products-drafted"), undo: None });
        let review = Action::link(shell.t("office-prices-review"), format!("{href}/draft")).icon("scale");
        page.next.insert(0, if product.state == ProductState::Active { review.primary() } else { review });
    }
    if product.sample {
        page.alerts.push(Flash { tone: Tone::Warn, text: shell.t("catalogue-sample"), undo: None });
    }
    let terms = &product.current.terms;
    page.facts = vec![
        Fact::new(shell.t("office-insurer"), product.insurer.name.clone()).linked(format!("/insurers/{}", product.insurer.id)),
        Fact::new(shell.t("office-category"), product.category_title.get(&shell.lang)),
        Fact::new(shell.t("office-products-about"), product.description.get(&shell.lang)),
        Fact::new(shell.t("office-products-from"), product.price_from.map(|amount| shell.money(&amount)).unwrap_or_default()),
        Fact::new(shell.t("office-products-version"), shell.number(product.current.number)),
        Fact::new(shell.t("office-products-since"), shell.date(&product.current.effective_from)),
        Fact::new(shell.t("office-products-term"), shell.tn("office-products-months", terms.term_months)),
        Fact::new(shell.t("office-prices-commission"), format!("{} %", terms.commission_percent)),
    ];
    let text = |label: &insurance::text::LocalText| RelatedItem { label: label.get(&shell.lang).to_owned(), ..RelatedItem::default() };
    let benefit = |benefit: &catalogue::terms::Benefit| RelatedItem {
        label: benefit.title.get(&shell.lang).to_owned(),
        state: if benefit.included {
            Badge::new(Tone::Good, shell.t("office-products-included"))
        } else {
            Badge::new(Tone::Neutral, shell.t("office-products-extra"))
        },
        ..RelatedItem::default()
    };
    let version = |line: &VersionLine| RelatedItem {
        label: versions::name(shell, line),
        detail: line.reason.clone(),
        href: format!("{href}/versions/{}", line.id),
        state: if line.id == product.current.id {
            Badge::new(Tone::Good, shell.t("office-versions-in-force"))
        } else if versions::is_planned(line, lines, today) {
            Badge::new(Tone::Info, shell.t("office-versions-planned"))
        } else {
            Badge::default()
        },
    };
    let mut groups = vec![
        Related { title: shell.t("office-versions-title"), items: lines.iter().take(10).map(version).collect(), all_href: String::new() },
        Related { title: shell.t("office-policies-cover"), items: terms.benefits.iter().map(benefit).collect(), all_href: String::new() },
        Related { title: shell.t("office-products-excesses"), items: terms.excesses.iter().map(text).collect(), all_href: String::new() },
        Related { title: shell.t("office-products-exclusions"), items: terms.exclusions.iter().map(text).collect(), all_href: String::new() },
    ];
    groups.retain(|group| !group.items.is_empty());
    page.related = groups;
    page
}

/// The two ways a product changes, each with a reason.
#[derive(Clone, Copy)]
enum Turn {
    Withdraw,
    Reactivate,
}

impl Turn {
    fn name(self) -> &'static str {
        match self {
            Self::Withdraw => "withdraw",
            Self::Reactivate => "reactivate",
        }
    }
}

fn turn_page(shell: Shell, product: &Product, turn: Turn) -> FormPage {
    let words = if product.state == ProductState::Draft { "sell" } else { turn.name() };
    let (shell, href) = under(shell, product);
    let reason = Field::area("reason", shell.t("field-reason")).max(300);
    let title = shell.t(&format!("office-products-{words}"));
    let (lede, submit) = (shell.t(&format!("office-products-{words}-lede")), title.clone());
    FormPage::new(shell, title, &format!("{href}/{}", turn.name()), &href, vec![Section::of(vec![reason])]).lede(lede).submit(submit)
}

async fn show_turn(shell: Shell, staff: &Staff, id: ProductId, turn: Turn) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let product = catalogue::service::product(&mut tx, id).await?;
    turn_page(shell, &product, turn).show()
}

async fn take_turn(shell: Shell, staff: &Staff, id: ProductId, turn: Turn, sent: &Sent) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    let product = catalogue::service::product(&mut tx, id).await?;
    let done = match turn {
        Turn::Withdraw => catalogue::service::withdraw(&mut tx, id, sent.text("reason")).await,
        Turn::Reactivate => catalogue::service::reactivate(&mut tx, id, sent.text("reason")).await,
    };
    match done {
        Ok(_) => {
            tx.commit().await?;
            Ok(redirect_with(&format!("/products/{id}"), Tone::Good, "flash-saved"))
        }
        Err(error) => turn_page(shell, &product, turn).again(sent, error),
    }
}

pub(super) async fn show_withdraw(Office(shell): Office, staff: Staff, Path(id): Path<ProductId>) -> AppResult<Response> {
    show_turn(shell, &staff, id, Turn::Withdraw).await
}

pub(super) async fn withdraw(Office(shell): Office, staff: Staff, Path(id): Path<ProductId>, Form(sent): Form<Sent>) -> AppResult<Response> {
    take_turn(shell, &staff, id, Turn::Withdraw, &sent).await
}

pub(super) async fn show_reactivate(Office(shell): Office, staff: Staff, Path(id): Path<ProductId>) -> AppResult<Response> {
    show_turn(shell, &staff, id, Turn::Reactivate).await
}

pub(super) async fn reactivate(Office(shell): Office, staff: Staff, Path(id): Path<ProductId>, Form(sent): Form<Sent>) -> AppResult<Response> {
    take_turn(shell, &staff, id, Turn::Reactivate, &sent).await
}

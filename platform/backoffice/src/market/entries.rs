//! Testimonials and questions: in their order, draft or published, deleted and brought back.

use ::pages::{Badge, Column, Fact, Flash, ListBar, ListQuery, Shell, Tone, html, redirect_with};
use axum::{extract::State, response::Response};
use insurance::{
    catalogue::{Product, ProductId, service as catalogue},
    site::{CHANGE, Direction, EntryId, EntryInput, EntryKind, EntryState, SiteEntry, entries},
    text::LocalText,
};
use kernel::{
    App, AppError, AppResult, ReadTx,
    http::{Form, Path, Query, Staff},
    paging::Page,
};
use serde::Deserialize;

use super::tabs;
use crate::{
    frame::{
        Action, Cell, Empty, Field, FormPage, Languages, ListPage, Office, RecordPage, Row, Section, Sent, beside_english, commit_once, in_languages,
        languages, seen_before, worded, wording,
    },
    history::{History, TabQuery},
    words,
};

/// What is worded in every language.
const WORDINGS: [&str; 2] = ["heading", "body"];

/// Whose questions are meant: those of a product, or those of the start page.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Of {
    #[serde(default)]
    product: Option<ProductId>,
}

fn kind_of(name: &str) -> AppResult<EntryKind> {
    EntryKind::from_name(name).ok_or_else(AppError::not_found)
}

/// `/site/question`, narrowed to the product if there is one.
fn list_href(kind: EntryKind, product: Option<ProductId>) -> String {
    product.map_or_else(|| format!("/site/{kind}"), |product| format!("/site/{kind}?product={product}"))
}

async fn named(tx: &mut ReadTx, product: Option<ProductId>) -> AppResult<Option<Product>> {
    match product {
        Some(id) => Ok(Some(catalogue::product(tx, id).await?)),
        None => Ok(None),
    }
}

fn state(shell: &Shell, entry: &SiteEntry) -> Badge {
    if entry.archived_at.is_some() {
        return Badge::new(Tone::Neutral, shell.t("site-entry-state-deleted"));
    }
    words::badge(shell, "site-entry-state", entry.state.as_str())
}

pub(super) async fn list(
    Office(shell): Office,
    staff: Staff,
    Path(kind): Path<String>,
    Query(of): Query<Of>,
    Query(query): Query<ListQuery>,
) -> AppResult<Response> {
    let kind = kind_of(&kind)?;
    let mut tx = staff.begin_read().await?;
    let found = entries::list(&mut tx, kind, of.product).await?;
    let product = named(&mut tx, of.product).await?;
    html(&page(shell, kind, product.as_ref(), &query, found))
}

fn page(shell: Shell, kind: EntryKind, product: Option<&Product>, query: &ListQuery, found: Vec<SiteEntry>) -> ListPage {
    let tabs = tabs(&shell, if product.is_none() { kind.as_str() } else { "" });
    let shell = match product {
        Some(product) => {
            let (shell, _) = crate::catalogue::under(shell, product);
            shell.titled("office-site-question")
        }
        None => shell.titled(&format!("office-site-{kind}")),
    };
    let columns = ["heading", "body"].map(|name| Column::new(shell.t(&format!("office-site-{kind}-{name}")))).into_iter();
    let columns = columns.chain([Column::new(shell.t("field-status")), Column::new(shell.t("field-updated"))]).collect();
    let row = |entry: &SiteEntry| Row {
        href: format!("/site/entries/{}", entry.id),
        cells: vec![
            Cell::Main(entry.heading.get(&shell.lang).to_owned()),
            Cell::Quiet(words::beginning(entry.body.get(&shell.lang), 90)),
            Cell::State(state(&shell, entry)),
            Cell::At(entry.updated_at),
        ],
    };
    let found = Page::whole(found);
    let rows = found.results.iter().map(row).collect();
    let product = product.map(|product| product.id);
    let list = ListBar::new(&list_href(kind, product), String::new(), query, &found, None, columns);
    let mut actions = Vec::new();
    if shell.can(CHANGE) {
        let query = product.map(|product| format!("?product={product}")).unwrap_or_default();
        actions.push(Action::link(shell.t(&format!("office-site-{kind}-new")), format!("/site/{kind}/new{query}")).primary().icon("plus").key("c"));
    }
    let empty = Empty::new(&shell, if kind == EntryKind::Question { "help" } else { "message" }, &format!("office-site-{kind}-empty"));
    ListPage { actions, tabs, lede: shell.t(&format!("office-site-{kind}-lede")), ..ListPage::new(shell, list, rows, empty) }
}

fn fields(shell: &Shell, kind: EntryKind, languages: &Languages) -> Vec<Section> {
    let label = |name: &str| shell.t(&format!("office-site-{kind}-{name}"));
    let mut fields = in_languages(languages, "heading", &label("heading"), |name, label| Field::text(name, label).max(200));
    fields.extend(in_languages(languages, "body", &label("body"), |name, label| Field::area(name, label).max(2_000)));
    vec![Section::of(fields)]
}

fn input(sent: &Sent, languages: &Languages) -> EntryInput {
    EntryInput { heading: wording(sent, languages, "heading"), body: wording(sent, languages, "body") }
}

fn new_page(shell: Shell, kind: EntryKind, product: Option<ProductId>, languages: &Languages) -> FormPage {
    let back = list_href(kind, product);
    let shell = shell.under(&format!("office-site-{kind}"), &back);
    let (title, lede, sections) =
        (shell.t(&format!("office-site-{kind}-new")), shell.t(&format!("office-site-{kind}-lede")), fields(&shell, kind, languages));
    let mut page = FormPage::new(shell, title, &format!("/site/{kind}/new"), &back, sections).lede(lede);
    page.hidden.extend(product.map(|product| ("product".to_owned(), product.to_string())));
    page
}

pub(super) async fn show_new(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(kind): Path<String>,
    Query(of): Query<Of>,
) -> AppResult<Response> {
    new_page(shell, kind_of(&kind)?, of.product, &languages(&app, &staff)).show()
}

pub(super) async fn create(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(kind): Path<String>,
    Form(sent): Form<Sent>,
) -> AppResult<Response> {
    let (kind, languages, path) = (kind_of(&kind)?, languages(&app, &staff), format!("/site/{kind}/new"));
    let product = sent.some("product").and_then(|id| id.parse().ok());
    let mut tx = staff.begin_write().await?;
    if let Some(answer) = seen_before(&mut tx, &sent, &path).await? {
        return Ok(answer);
    }
    match entries::create(&mut tx, kind, product, input(&sent, &languages)).await {
        Ok(entry) => commit_once(tx, &sent, &path, &format!("/site/entries/{}", entry.id), "flash-site-drafted").await,
        Err(error) => new_page(shell, kind, product, &languages).again(&sent, beside_english(error, &WORDINGS)),
    }
}

fn under(shell: Shell, entry: &SiteEntry) -> Shell {
    shell.under(&format!("office-site-{}", entry.kind), &list_href(entry.kind, entry.product))
}

pub(super) async fn show(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(id): Path<EntryId>,
    Query(tab): Query<TabQuery>,
) -> AppResult<Response> {
    let languages = languages(&app, &staff);
    let mut tx = staff.begin_read().await?;
    let entry = entries::get(&mut tx, id).await?;
    let history = History::of(&mut tx, &[id.0], &tab).await?;
    let mut page = record(shell, &entry, &languages);
    history.show(&app, &mut page, &format!("/site/entries/{id}"));
    html(&page)
}

fn record(shell: Shell, entry: &SiteEntry, languages: &Languages) -> RecordPage {
    let state = state(&shell, entry);
    let mut page = RecordPage::new(under(shell, entry), entry.heading.get("en"), String::new(), state);
    let shell = &page.shell;
    let href = format!("/site/entries/{}", entry.id);
    let turn = |name: &str, icon| Action::post(shell.t(&format!("office-site-turn-{name}")), format!("{href}/{name}")).icon(icon);
    if shell.can(CHANGE) {
        if entry.archived_at.is_some() {
            page.next.push(turn("restore", "undo").primary());
            page.alerts.push(Flash { tone: Tone::Info, text: shell.t("office-site-deleted"), undo: None });
        } else {
            let published = entry.state == EntryState::Published;
            page.next.push(if published { turn("withdraw", "eye-off") } else { turn("publish", "eye").primary() });
            page.next.push(Action::link(shell.t("button-edit"), format!("{href}/edit")).icon("edit").key("e"));
            page.next.push(turn("up", "sort-up"));
            page.next.push(turn("down", "sort-down"));
            page.next.push(turn("delete", "trash"));
        }
    }
    for (name, text) in [("heading", &entry.heading), ("body", &entry.body)] {
        for (language, own_name) in languages.iter().filter(|(language, _)| text.0.contains_key(language)) {
            let label = format!("{} ({own_name})", shell.t(&format!("office-site-{}-{name}", entry.kind)));
            page.facts.push(Fact::new(label, text.get(language)));
        }
    }
    page.facts.push(Fact::new(shell.t("office-site-position"), shell.number(entry.position)));
    page
}

fn edit_page(shell: Shell, entry: &SiteEntry, languages: &Languages) -> FormPage {
    let href = format!("/site/entries/{}", entry.id);
    let mut shell = under(shell, entry);
    shell.crumbs.push(::pages::Crumb { label: entry.heading.get("en").to_owned(), href: href.clone() });
    let (title, sections) = (shell.t("button-edit"), fields(&shell, entry.kind, languages));
    let page = FormPage::new(shell, title, &format!("{href}/edit"), &href, sections).version(entry.version);
    let fill = |page, name, text: &LocalText| worded(page, languages, name, text);
    fill(fill(page, "heading", &entry.heading), "body", &entry.body)
}

pub(super) async fn show_edit(State(app): State<App>, Office(shell): Office, staff: Staff, Path(id): Path<EntryId>) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    edit_page(shell, &entries::get(&mut tx, id).await?, &languages(&app, &staff)).show()
}

pub(super) async fn save(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(id): Path<EntryId>,
    Form(sent): Form<Sent>,
) -> AppResult<Response> {
    let languages = languages(&app, &staff);
    let mut tx = staff.begin_write().await?;
    let entry = entries::get(&mut tx, id).await?;
    match entries::update(&mut tx, id, sent.version()?, input(&sent, &languages)).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(redirect_with(&format!("/site/entries/{id}"), Tone::Good, "flash-saved"))
        }
        Err(error) => edit_page(shell, &entry, &languages).again(&sent, beside_english(error, &WORDINGS)),
    }
}

/// Publishes, withdraws, moves, deletes or restores.
pub(super) async fn turn(staff: Staff, Path((id, turn)): Path<(EntryId, String)>, Form(_): Form<Sent>) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    match turn.as_str() {
        "publish" => entries::set_state(&mut tx, id, EntryState::Published).await?,
        "withdraw" => entries::set_state(&mut tx, id, EntryState::Draft).await?,
        "up" => entries::shift(&mut tx, id, Direction::Up).await?,
        "down" => entries::shift(&mut tx, id, Direction::Down).await?,
        "delete" => entries::delete(&mut tx, id).await?,
        "restore" => entries::restore(&mut tx, id).await?,
        _ => return Err(AppError::not_found()),
    };
    tx.commit().await?;
    Ok(redirect_with(&format!("/site/entries/{id}"), Tone::Good, "flash-saved"))
}

//! What customers say of products: read by staff before others see it.

use ::pages::{Badge, Column, Fact, Filter, ListBar, ListQuery, Shell, Tone, html, redirect_with};
use axum::{extract::State, response::Response};
use insurance::{
    policies::{self, Policy},
    reviews::{self, CHANGE, Review, ReviewId, ReviewRow, ReviewState},
};
use kernel::{
    App, AppResult,
    http::{Form, Path, Query, Staff},
    paging::Page,
};

use crate::{
    frame::{Action, Cell, Desk, Empty, Field, FormPage, ListPage, Office, RecordPage, Row, Section, Sent},
    history::{History, TabQuery},
    words,
};

pub(super) async fn list(desk: Desk) -> AppResult<Response> {
    let mut tx = desk.begin_read().await?;
    let found = reviews::service::list(&mut tx, &desk.query.page(), desk.query.state().and_then(ReviewState::from_name)).await?;
    drop(tx);
    let page = page(desk.shell(), &desk.query, &found);
    desk.show(page).await
}

fn page(shell: Shell, query: &ListQuery, found: &Page<ReviewRow>) -> ListPage {
    let shell = shell.titled("office-reviews-title");
    let filter =
        Filter::choice("state", shell.t("field-status"), words::choices(&shell, "review-state", ReviewState::ALL.iter().map(|state| state.as_str())));
    let columns = vec![
        Column::of(&shell, "office-reviews-product"),
        Column::figure(&shell, "office-reviews-stars"),
        Column::of(&shell, "office-reviews-words"),
        Column::of(&shell, "office-reviews-author"),
        Column::of(&shell, "field-status"),
        Column::of(&shell, "field-updated"),
    ];
    let row = |row: &ReviewRow| Row {
        href: format!("/reviews/{}", row.id),
        cells: vec![
            Cell::Main(format!("{} · {}", row.product_name.get(&shell.lang), row.insurer_name)),
            Cell::count(row.rating),
            Cell::Quiet(words::beginning(&row.body, 90)),
            Cell::Text(row.author.clone()),
            Cell::State(state(&shell, row.state)),
            Cell::At(row.updated_at),
        ],
    };
    let rows = found.results.iter().map(row).collect();
    let list = ListBar::new("/reviews", shell.t("office-reviews-search"), query, found, [filter, Filter::created(&shell)], columns)
        .choosing(found.results.iter().map(|row| row.id), Vec::new());
    let empty = Empty::new(&shell, "star", "office-reviews-empty");
    ListPage { lede: shell.t("office-reviews-lede"), ..ListPage::new(shell, list, rows, empty) }
}

fn state(shell: &Shell, state: ReviewState) -> Badge {
    words::badge(shell, "review-state", state.as_str())
}

pub(super) async fn show(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(id): Path<ReviewId>,
    Query(tab): Query<TabQuery>,
) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let review = reviews::service::get(&mut tx, id).await?;
    let policy = policies::service::get(&mut tx, review.policy).await?;
    let history = History::of(&mut tx, &[id.0], &tab).await?;
    let mut page = record(shell, &review, &policy);
    history.show(&app, &mut page, &format!("/reviews/{id}"));
    html(&page)
}

fn record(shell: Shell, review: &Review, policy: &Policy) -> RecordPage {
    let shell = shell.under("office-reviews-title", "/reviews");
    let (badge, product) = (state(&shell, review.state), policy.product_name.get(&shell.lang).to_owned());
    let mut page = RecordPage::new(shell, product.clone(), String::new(), badge);
    let shell = &page.shell;
    let href = format!("/reviews/{}", review.id);
    if shell.can(CHANGE) {
        if review.state != ReviewState::Published {
            let publish = Action::post(shell.t("office-reviews-publish"), format!("{href}/publish?version={}", review.version)).icon("eye");
            page.next.push(if review.state == ReviewState::Waiting { publish.primary() } else { publish });
        }
        if review.state != ReviewState::Hidden {
            page.next.push(Action::link(shell.t("office-reviews-hide"), format!("{href}/hide")).icon("eye-off"));
        }
    }
    page.facts = vec![
        Fact::new(shell.t("office-reviews-stars"), shell.number(i64::from(review.rating))),
        Fact::new(shell.t("office-reviews-words"), review.body.clone()),
        Fact::new(shell.t("office-reviews-author"), review.author.clone()),
        Fact::new(shell.t("office-reviews-product"), product).linked(format!("/products/{}", review.product)),
        Fact::new(shell.t("office-reviews-policy"), policy.number.clone()).linked(format!("/policies/{}", policy.id)),
    ];
    if !review.reason.is_empty() {
        page.facts.push(Fact::new(shell.t("office-reviews-reason"), review.reason.clone()));
    }
    page
}

#[derive(Debug, serde::Deserialize)]
pub(super) struct Version {
    version: i32,
}

pub(super) async fn publish(staff: Staff, Path(id): Path<ReviewId>, Query(seen): Query<Version>, Form(_): Form<Sent>) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    let here = format!("/reviews/{id}");
    match reviews::service::publish(&mut tx, id, seen.version).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(redirect_with(&here, Tone::Good, "flash-review-published"))
        }
        // The page shows the words that are there now.
        Err(error) if error.is("review.changed") => Ok(redirect_with(&here, Tone::Warn, "error-review-changed")),
        Err(error) => Err(error),
    }
}

fn hide_page(shell: Shell, review: &Review) -> FormPage {
    let href = format!("/reviews/{}", review.id);
    let shell = shell.under("office-reviews-title", "/reviews");
    let reason = Field::area("reason", shell.t("office-reviews-reason")).max(500).help(shell.t("office-reviews-reason-help"));
    let (title, lede) = (shell.t("office-reviews-hide"), shell.t("office-reviews-hide-lede"));
    let facts = vec![Fact::new(review.author.clone(), review.body.clone())];
    FormPage::new(shell, title.clone(), &format!("{href}/hide"), &href, vec![Section::of(vec![reason])])
        .lede(lede)
        .facts(facts)
        .submit(title)
        .version(review.version)
}

pub(super) async fn show_hide(Office(shell): Office, staff: Staff, Path(id): Path<ReviewId>) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    hide_page(shell, &reviews::service::get(&mut tx, id).await?).show()
}

pub(super) async fn hide(Office(shell): Office, staff: Staff, Path(id): Path<ReviewId>, Form(sent): Form<Sent>) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    let review = reviews::service::get(&mut tx, id).await?;
    match reviews::service::hide(&mut tx, id, sent.version()?, sent.text("reason")).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(redirect_with(&format!("/reviews/{id}"), Tone::Good, "flash-review-hidden"))
        }
        Err(error) => hide_page(shell, &review).again(&sent, error),
    }
}

//! The tenant's own words for what customers read: every text, searchable, with the platform's words beside it.

use axum::{extract::State, response::Response};
use kernel::{
    App, AppError, AppResult,
    http::{Form, Path, Query, Staff},
    languages,
    paging::Page,
    wordings::{self, LONGEST, Wording, WordingRow},
};
use outreach::templates::TEMPLATES;
use pages::{Badge, Choice, Column, Fact, Filter, ListBar, ListQuery, Shell, Tone, html, redirect_with};

use super::tabs;
use crate::{
    frame::{Cell, Empty, Field, FormPage, ListPage, Office, Row, Section, Sent},
    words,
};

/// Texts of one page of the list.
const PAGE: usize = 50;

/// A text that customers meet.
struct Line {
    key: String,
    text: String,
    is_own: bool,
}

/// Whether customers meet the text. Mails have a page of their own.
fn is_for_customers(app: &App, key: &str) -> bool {
    app.texts.is_translated(key) && !TEMPLATES.iter().any(|mail| key == mail.subject_key() || key == mail.text_key())
}

fn lines(app: &App, language: &str, own: &[WordingRow], search: Option<&str>) -> Vec<Line> {
    let line = |key: &str| {
        let mine = own.iter().find(|row| row.language == language && row.key == key);
        let text = mine.map(|row| row.text.clone()).or_else(|| app.texts.original(language, key))?;
        Some(Line { key: key.to_owned(), text, is_own: mine.is_some() })
    };
    let mut lines: Vec<Line> = app.texts.keys(language).filter(|key| is_for_customers(app, key)).filter_map(line).collect();
    if let Some(search) = search {
        lines.retain(|line| line.key.contains(search) || line.text.to_lowercase().contains(search));
    }
    // What was changed comes first.
    lines.sort_by(|a, b| b.is_own.cmp(&a.is_own).then_with(|| a.key.cmp(&b.key)));
    lines
}

pub(super) async fn list(State(app): State<App>, Office(shell): Office, staff: Staff, Query(query): Query<ListQuery>) -> AppResult<Response> {
    let own_language = languages::language_of(&staff.tenant().locale).to_owned();
    let query = query.beginning(&own_language);
    let language = offered(&app, &staff, query.state().unwrap_or(&own_language)).unwrap_or(own_language);
    let mut tx = staff.begin_read().await?;
    let own = wordings::list(&mut tx).await?;
    drop(tx);
    let all = lines(&app, &language, &own, query.page().search_text().as_deref());
    let from: usize = query.cursor.as_deref().and_then(|cursor| cursor.parse().ok()).unwrap_or(0);
    let found = Page {
        count: i64::try_from(all.len()).unwrap_or(i64::MAX),
        count_exceeded: false,
        next: (from + PAGE < all.len()).then(|| (from + PAGE).to_string()),
        previous: (from > 0).then(|| from.saturating_sub(PAGE).to_string()),
        results: all.into_iter().skip(from).take(PAGE).collect(),
    };
    html(&page(&app, shell, &staff, &query, &language, &found))
}

fn offered(app: &App, staff: &Staff, language: &str) -> Option<String> {
    languages::offered(app, staff.tenant()).into_iter().find(|one| *one == language).map(str::to_owned)
}

fn page(app: &App, shell: Shell, staff: &Staff, query: &ListQuery, language: &str, found: &Page<Line>) -> ListPage {
    let shell = shell.titled("office-settings-wordings");
    let choices = languages::offered(app, staff.tenant()).into_iter().map(|one| Choice::new(one, app.texts.get(one, "language-name", &[]))).collect();
    let filter = Filter { label: shell.t("office-wordings-language"), choices, ..Filter::default() };
    let columns = ["office-wordings-text", "office-wordings-words", "office-wordings-key"].into_iter().map(|key| Column::new(shell.t(key))).collect();
    let row = |line: &Line| {
        let (tone, word) = if line.is_own { (Tone::Info, "office-wordings-own") } else { (Tone::Neutral, "office-wordings-standard") };
        Row {
            href: format!("/settings/wordings/{language}/{}", line.key),
            cells: vec![Cell::Main(words::beginning(&line.text, 90)), Cell::State(Badge::new(tone, shell.t(word))), Cell::Quiet(line.key.clone())],
        }
    };
    let rows = found.results.iter().map(row).collect();
    let list = ListBar::new("/settings/wordings", shell.t("office-wordings-search"), query, found, Some(filter), columns);
    let empty = Empty::new(&shell, "message", "office-wordings-empty");
    ListPage { tabs: tabs(&shell, "wordings"), lede: shell.t("office-wordings-lede"), ..ListPage::new(shell, list, rows, empty) }
}

fn form(shell: Shell, language: &str, key: &str, original: &str) -> FormPage {
    let shell = shell.under("office-settings-wordings", &format!("/settings/wordings?state={language}"));
    let names: Vec<String> = Wording::parse(original).gaps().into_iter().map(|name| format!("{{{name}}}")).collect();
    let values = if names.is_empty() { shell.t("office-wordings-no-values") } else { names.join(", ") };
    let facts = vec![
        Fact::new(shell.t("office-wordings-original"), original),
        Fact::new(shell.t("office-wordings-values"), values),
        Fact::new(shell.t("office-wordings-key"), key),
    ];
    let help = shell.t("office-wordings-help");
    let field = if original.contains('\n') {
        Field::area("text", shell.t("office-wordings-own-text"))
    } else {
        Field::text("text", shell.t("office-wordings-own-text"))
    };
    let fields = vec![field.max(LONGEST).optional().help(help)];
    let (title, tabs) = (shell.t("office-wordings-one"), tabs(&shell, "wordings"));
    let (action, cancel) = (format!("/settings/wordings/{language}/{key}"), format!("/settings/wordings?state={language}"));
    FormPage::new(shell, title, &action, &cancel, vec![Section::of(fields)]).facts(facts).tabs(tabs)
}

fn original(app: &App, staff: &Staff, language: &str, key: &str) -> AppResult<String> {
    offered(app, staff, language)
        .filter(|_| is_for_customers(app, key))
        .and_then(|language| app.texts.original(&language, key))
        .ok_or_else(AppError::not_found)
}

pub(super) async fn show(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path((language, key)): Path<(String, String)>,
) -> AppResult<Response> {
    let original = original(&app, &staff, &language, &key)?;
    let mut tx = staff.begin_read().await?;
    let own = wordings::find(&mut tx, &language, &key).await?;
    drop(tx);
    let (text, version) = own.map_or_else(|| (original.clone(), 0), |row| (row.text, row.version));
    form(shell, &language, &key, &original).version(version).with("text", text).show()
}

/// An empty text, or the platform's own, takes the tenant's words away.
pub(super) async fn save(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path((language, key)): Path<(String, String)>,
    Form(sent): Form<Sent>,
) -> AppResult<Response> {
    let original = original(&app, &staff, &language, &key)?;
    let (text, version) = (sent.owned("text"), sent.version()?);
    let mut tx = staff.begin_write().await?;
    let is_original = text.is_empty() || text.replace("\r\n", "\n") == original;
    let done = if is_original {
        wordings::reset(&app, &mut tx, &language, &key, version).await
    } else {
        wordings::set(&app, &mut tx, "text", &language, &key, &text, version).await
    };
    match done {
        Ok(()) => {
            tx.commit().await?;
            let said = if is_original { "office-wordings-was-reset" } else { "flash-saved" };
            Ok(redirect_with(&format!("/settings/wordings?state={language}"), Tone::Good, said))
        }
        Err(error) => form(shell, &language, &key, &original).again(&sent, error),
    }
}

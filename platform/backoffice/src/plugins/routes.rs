//! Rules by which payments are sent to one of several payment plugins.

use axum::{extract::State, response::Response};
use integrations::{
    Integrations, MANAGE,
    routing::{self, RouteChoice, RouteInput, RouteView},
};
use kernel::{
    App, AppResult,
    error::Fields,
    http::{Path, Staff},
    money::{Currency, Money},
    paging::Page,
};
use pages::{Choice, Column, Crumb, ListBar, ListQuery, Shell, Tone, html, redirect_with};
use uuid::Uuid;

use super::tabs;
use crate::{
    entry::Confirmed,
    frame::{Action, Cell, Empty, Field, FormPage, ListPage, Office, Row, Section, Sent, commit_once, seen_before},
    words,
};

const LIST: &str = "/plugins/routes";
const NEW: &str = "/plugins/routes/new";

pub(super) async fn list(State(app): State<App>, Office(shell): Office, staff: Staff) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let rules = routing::list(&mut tx).await?;
    let choices = routing::choices(&*Integrations::of(&app)?, &mut tx).await?;
    html(&list_page(shell, &rules, &choices))
}

pub(crate) fn list_page(shell: Shell, rules: &[RouteView], choices: &[RouteChoice]) -> ListPage {
    let shell = shell.titled("office-plugins-routes");
    let all: Page<()> = Page::whole(rules.iter().map(|_| ()).collect());
    let columns = vec![
        Column::of(&shell, "office-routes-plugin"),
        Column::figure(&shell, "office-routes-place"),
        Column::of(&shell, "office-routes-method"),
        Column::figure(&shell, "office-routes-from"),
        Column::figure(&shell, "office-routes-to"),
    ];
    let row = |rule: &RouteView| {
        let named = choices.iter().find(|choice| choice.installation == rule.installation);
        let method = rule.method.as_deref().map(|name| title(named, name));
        Row {
            href: format!("{LIST}/{}", rule.id),
            cells: vec![
                Cell::Main(named.map_or_else(|| rule.installation.to_string(), |choice| choice.title.clone())),
                Cell::count(rule.place),
                Cell::Text(method.unwrap_or_else(|| shell.t("office-routes-any"))),
                Cell::Amount(words::money(rule.from_minor, &rule.currency)),
                Cell::Amount(rule.to_minor.and_then(|most| words::money(most, &rule.currency))),
            ],
        }
    };
    let rows = rules.iter().map(row).collect();
    let list = ListBar::new(LIST, String::new(), &ListQuery::default(), &all, None, columns);
    let mut actions = Vec::new();
    if shell.can(MANAGE) && !choices.is_empty() {
        actions.push(Action::link(shell.t("office-routes-new"), NEW).primary().icon("plus"));
    }
    let empty = Empty::new(&shell, "plug", "office-routes-empty");
    ListPage { actions, tabs: tabs(&shell, "routes"), lede: shell.t("office-routes-lede"), ..ListPage::new(shell, list, rows, empty) }
}

fn title(choice: Option<&RouteChoice>, method: &str) -> String {
    let known = choice.and_then(|choice| choice.methods.iter().find(|offered| offered.method == method));
    known.map_or_else(|| method.to_owned(), |offered| offered.title.clone())
}

/// The form of a rule, with `rule` where there is one.
pub(crate) fn form_page(shell: Shell, currency: Currency, choices: &[RouteChoice], rule: Option<&RouteView>) -> FormPage {
    let mut shell = shell.under("office-plugins-plugins", "/plugins");
    shell.crumbs.push(Crumb { label: shell.t("office-plugins-routes"), href: LIST.to_owned() });
    let installations = choices.iter().map(|choice| Choice::new(choice.installation.to_string(), choice.title.as_str())).collect();
    let mut methods: Vec<Choice> = Vec::new();
    for offered in choices.iter().flat_map(|choice| &choice.methods) {
        if !methods.iter().any(|known| known.value == offered.method) {
            methods.push(Choice::new(offered.method.as_str(), offered.title.as_str()));
        }
    }
    let fields = vec![
        Field::select("installation", shell.t("office-routes-plugin"), installations),
        Field::select("method", shell.t("office-routes-method"), methods).help(shell.t("office-routes-method-help")).optional(),
        Field::money("from", shell.t("office-routes-from"), currency.symbol()).optional(),
        Field::money("to", shell.t("office-routes-to"), currency.symbol()).help(shell.t("office-routes-to-help")).optional(),
        Field::text("place", shell.t("office-routes-place")).max(4).help(shell.t("office-routes-place-help")),
    ];
    let (key, action) = match rule {
        None => ("office-routes-new", NEW.to_owned()),
        Some(rule) => ("office-routes-change", format!("{LIST}/{}", rule.id)),
    };
    let (title, lede, remove) = (shell.t(key), shell.t("office-routes-lede"), shell.t("office-routes-remove"));
    let page = FormPage::new(shell, title, &action, LIST, vec![Section::of(fields)]).lede(lede);
    let Some(rule) = rule else { return page.with("place", "10") };
    let amount = |minor: i64| Money::new(minor, currency).figure();
    page.version(rule.version)
        .other(remove)
        .with("installation", rule.installation.to_string())
        .with("method", rule.method.clone().unwrap_or_default())
        .with("from", if rule.from_minor > 0 { amount(rule.from_minor) } else { String::new() })
        .with("to", rule.to_minor.map(amount).unwrap_or_default())
        .with("place", rule.place.to_string())
}

fn read(sent: &Sent, currency: Currency) -> AppResult<RouteInput> {
    let mut fields = Fields::new();
    let mut amount = |name: &'static str| -> Option<i64> {
        let typed = sent.some(name)?;
        fields.check(name, Money::parse(typed, currency), "field-invalid").map(|amount| amount.minor)
    };
    let (from, to_minor) = (amount("from"), amount("to"));
    let place = fields.check("place", sent.text("place").parse().ok(), "field-invalid");
    let installation = fields.check("installation", sent.text("installation").parse().ok(), "field-required");
    fields.finish()?;
    Ok(RouteInput {
        place: place.unwrap_or_default(),
        method: sent.some("method").map(str::to_owned),
        currency: currency.code().to_owned(),
        from_minor: from.unwrap_or_default(),
        to_minor,
        installation: installation.unwrap_or_default(),
    })
}

pub(super) async fn show_new(State(app): State<App>, Office(shell): Office, staff: Staff) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let choices = routing::choices(&*Integrations::of(&app)?, &mut tx).await?;
    form_page(shell, staff.tenant().currency, &choices, None).show()
}

pub(super) async fn create(State(app): State<App>, Office(shell): Office, staff: Staff, Confirmed(sent): Confirmed) -> AppResult<Response> {
    let (integrations, currency) = (Integrations::of(&app)?, staff.tenant().currency);
    let mut tx = staff.begin_write().await?;
    if let Some(answer) = seen_before(&mut tx, &sent, NEW).await? {
        return Ok(answer);
    }
    let choices = routing::choices(&integrations, &mut tx).await?;
    let made = match read(&sent, currency) {
        Ok(input) => routing::create(&integrations, &mut tx, input).await,
        Err(error) => Err(error),
    };
    match made {
        Ok(_) => commit_once(tx, &sent, NEW, LIST, "office-routes-saved").await,
        Err(error) => form_page(shell, currency, &choices, None).again(&sent, error),
    }
}

pub(super) async fn show(State(app): State<App>, Office(shell): Office, staff: Staff, Path(id): Path<Uuid>) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let rule = routing::get(&mut tx, id).await?;
    let choices = routing::choices(&*Integrations::of(&app)?, &mut tx).await?;
    form_page(shell, staff.tenant().currency, &choices, Some(&rule)).show()
}

pub(super) async fn change(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(id): Path<Uuid>,
    Confirmed(sent): Confirmed,
) -> AppResult<Response> {
    let (integrations, currency) = (Integrations::of(&app)?, staff.tenant().currency);
    let version = sent.version()?;
    let mut tx = staff.begin_write().await?;
    let rule = routing::get(&mut tx, id).await?;
    if sent.asks_for_other() {
        routing::remove(&mut tx, id, version).await?;
        tx.commit().await?;
        return Ok(redirect_with(LIST, Tone::Good, "office-routes-removed"));
    }
    let choices = routing::choices(&integrations, &mut tx).await?;
    let changed = match read(&sent, currency) {
        Ok(input) => routing::change(&integrations, &mut tx, id, version, input).await,
        Err(error) => Err(error),
    };
    match changed {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with(LIST, Tone::Good, "office-routes-saved"))
        }
        Err(error) => form_page(shell, currency, &choices, Some(&rule)).again(&sent, error),
    }
}

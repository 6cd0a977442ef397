//! Roles: what each may do, in sentences by area; made, copied, changed and removed, and looked through.

use std::collections::{BTreeMap, BTreeSet};

use axum::{extract::State, response::Response};
use identity::{
    identity,
    permissions::{ROLE_CHANGE, USER_READ},
    roles::{self, OWNER, RoleDraft, RoleSummary},
    sessions::SessionId,
};
use kernel::{
    App, AppError, AppResult, Sight,
    http::{Form, Path, Query, Staff},
    paging::Page,
};
use pages::{Badge, Choice, Column, Crumb, Fact, ListBar, ListQuery, Shell, Tone, html, redirect, redirect_with};
use serde::Deserialize;

use super::{staff::held, tabs};
use crate::{
    entry::Confirmed,
    frame::{
        Action, Cell, Empty, Field, FormPage, ListPage, Office, RecordPage, Related, RelatedItem, Row, Section, Sent, commit_once, mendable,
        seen_before,
    },
    history::{History, TabQuery},
    words,
};

const LIST: &str = "/settings/roles";
const NEW: &str = "/settings/roles/new";

pub(super) async fn list(Office(shell): Office, staff: Staff) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let found = roles::list(&mut tx).await?;
    html(&page(shell, &found))
}

pub(crate) fn page(shell: Shell, found: &[RoleSummary]) -> ListPage {
    let shell = shell.titled("office-settings-roles");
    let columns = vec![Column::of(&shell, "field-name"), Column::of(&shell, "office-roles-about"), Column::figure(&shell, "office-roles-users")];
    let all: Page<()> =
        Page { count: i64::try_from(found.len()).unwrap_or(i64::MAX), count_exceeded: false, next: None, previous: None, results: Vec::new() };
    let list = ListBar::new(LIST, String::new(), &ListQuery::default(), &all, None, columns);
    let row = |role: &RoleSummary| Row {
        href: format!("{LIST}/{}", role.key),
        cells: vec![Cell::Main(role.name.clone()), Cell::Quiet(role.description.clone()), Cell::count(role.users)],
    };
    let rows = found.iter().map(row).collect();
    let empty = Empty::new(&shell, "shield", "office-roles-empty");
    let mut actions = Vec::new();
    if shell.can(ROLE_CHANGE) {
        actions.push(Action::link(shell.t("office-roles-new"), NEW).primary().icon("plus").key("c"));
    }
    ListPage { tabs: tabs(&shell, "roles"), lede: shell.t("office-roles-lede"), actions, ..ListPage::new(shell, list, rows, empty) }
}

/// What the role grants, by area.
fn by_area<'a>(codes: impl IntoIterator<Item = &'a str>) -> BTreeMap<&'a str, Vec<&'a str>> {
    let mut areas: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for code in codes {
        areas.entry(code.split('.').next().unwrap_or(code)).or_default().push(code);
    }
    areas
}

/// What an area is called; one without a text is called as it is.
fn area_name(shell: &Shell, area: &str) -> String {
    words::known(shell, "permission-area", area).unwrap_or_else(|| area.to_owned())
}

fn granted(app: &App, role: &RoleSummary) -> AppResult<BTreeSet<String>> {
    Ok(identity(app)?.catalogue().resolve(role.permissions.iter().map(String::as_str)))
}

pub(super) async fn show(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(key): Path<String>,
    Query(tab): Query<TabQuery>,
) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let role = roles::get(&mut tx, &key).await?;
    let history = History::of(&mut tx, &[role.id.0], &tab).await?;
    let mut page = record(&app, shell, &role, &granted(&app, &role)?);
    history.show(&app, &mut page, &format!("{LIST}/{key}"));
    html(&page)
}

pub(crate) fn record(app: &App, shell: Shell, role: &RoleSummary, granted: &BTreeSet<String>) -> RecordPage {
    let shell = shell.under("office-settings-roles", LIST);
    let state = Badge::new(Tone::Neutral, shell.tn("office-roles-held", role.users));
    let mut page = RecordPage::new(shell, role.name.clone(), "", state);
    let (shell, href) = (&page.shell, format!("{LIST}/{}", role.key));
    if shell.can(ROLE_CHANGE) && role.key != OWNER {
        page.next.push(Action::link(shell.t("button-edit"), format!("{href}/edit")).primary().icon("edit").key("e"));
    }
    page.next.push(Action::post(shell.t("office-roles-look"), format!("{href}/preview")).icon("eye"));
    if shell.can(ROLE_CHANGE) {
        page.next.push(Action::link(shell.t("office-roles-copy"), format!("{NEW}?from={}", role.key)).icon("copy"));
        if role.users == 0 && role.key != OWNER {
            page.next.push(Action::link(shell.t("office-roles-remove"), format!("{href}/remove")).icon("trash"));
        }
    }
    let holders = Fact::new(shell.t("office-roles-users"), shell.number(role.users));
    page.facts = vec![
        Fact::new(shell.t("office-roles-about"), role.description.clone()),
        Fact::new(shell.t("office-roles-sight"), words::word(shell, "sight", role.sight.as_str())),
        if shell.can(USER_READ) { holders.linked(format!("{href}/staff")) } else { holders },
    ];
    let item = |code: &str| RelatedItem { label: words::permission(app, &shell.lang, code), ..RelatedItem::default() };
    page.related = by_area(granted.iter().map(String::as_str))
        .into_iter()
        .map(|(area, codes)| Related {
            title: shell.tf("office-roles-may", [("area", area_name(shell, area))]),
            items: codes.into_iter().map(item).collect(),
            all_href: String::new(),
        })
        .collect();
    page
}

fn form(app: &App, shell: Shell, title: String, action: &str, cancel: &str) -> AppResult<FormPage> {
    let identity = identity(app)?;
    let mut sections = vec![Section::of(vec![
        Field::text("name", shell.t("field-name")).max(80),
        Field::text("description", shell.t("office-roles-about")).max(300).optional(),
        Field::choices("sight", shell.t("office-roles-sight"), words::choices(&shell, "sight", Sight::ALL.iter().rev().map(|sight| sight.as_str()))),
    ])];
    for (area, codes) in by_area(identity.catalogue().iter()) {
        let choices = codes.into_iter().map(|code| Choice::new(code, words::permission(app, &shell.lang, code))).collect();
        sections.push(Section::of(vec![Field::checks(format!("permissions_{area}"), area_name(&shell, area), choices)]));
    }
    let lede = shell.t("office-roles-form-lede");
    Ok(FormPage::new(shell, title, action, cancel, sections).lede(lede))
}

fn ticked(mut page: FormPage, codes: &BTreeSet<String>) -> FormPage {
    for code in codes {
        let area = code.split('.').next().unwrap_or_default();
        page = page.with(&format!("permissions_{area}"), code.clone());
    }
    page
}

fn draft(sent: &Sent) -> RoleDraft {
    let permissions = sent.pairs().filter(|(name, _)| name.starts_with("permissions_")).map(|(_, code)| code.to_owned()).collect();
    let sight = Sight::from_name(sent.text("sight")).unwrap_or_default();
    RoleDraft { name: sent.owned("name"), description: sent.owned("description"), sight, permissions }
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct CopyQuery {
    #[serde(default)]
    from: String,
}

fn new_page(app: &App, shell: Shell) -> AppResult<FormPage> {
    let shell = shell.under("office-settings-roles", LIST);
    let title = shell.t("office-roles-new");
    form(app, shell, title, NEW, LIST)
}

/// An empty role, or a copy of another.
pub(super) async fn show_new(State(app): State<App>, Office(shell): Office, staff: Staff, Query(query): Query<CopyQuery>) -> AppResult<Response> {
    let mut page = new_page(&app, shell)?.with("sight", Sight::All.as_str());
    if !query.from.is_empty() {
        let mut tx = staff.begin_read().await?;
        let role = roles::get(&mut tx, &query.from).await?;
        let name = page.shell.tf("office-roles-copy-of", [("name", role.name.as_str())]);
        page =
            ticked(page.with("name", name).with("description", role.description.clone()).with("sight", role.sight.as_str()), &granted(&app, &role)?);
    }
    page.show()
}

pub(super) async fn create(State(app): State<App>, Office(shell): Office, staff: Staff, Confirmed(sent): Confirmed) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    if let Some(answer) = seen_before(&mut tx, &sent, NEW).await? {
        return Ok(answer);
    }
    match roles::create(&app, &mut tx, &draft(&sent), &held(&staff)).await {
        Ok(key) => commit_once(tx, &sent, NEW, &format!("{LIST}/{key}"), "flash-saved").await,
        Err(error) => new_page(&app, shell)?.again(&sent, error),
    }
}

fn edit_page(app: &App, shell: Shell, role: &RoleSummary) -> AppResult<FormPage> {
    let href = format!("{LIST}/{}", role.key);
    let mut shell = shell.under("office-settings-roles", LIST);
    shell.crumbs.push(Crumb { label: role.name.clone(), href: href.clone() });
    let title = shell.tf("office-roles-edit", [("name", role.name.as_str())]);
    Ok(form(app, shell, title, &format!("{href}/edit"), &href)?.version(role.version))
}

pub(super) async fn show_edit(State(app): State<App>, Office(shell): Office, staff: Staff, Path(key): Path<String>) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let role = roles::get(&mut tx, &key).await?;
    let page = edit_page(&app, shell, &role)?.with("name", role.name.clone()).with("description", role.description.clone());
    let page = page.with("sight", role.sight.as_str());
    ticked(page, &granted(&app, &role)?).show()
}

pub(super) async fn save(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(key): Path<String>,
    Confirmed(sent): Confirmed,
) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    match roles::change(&app, &mut tx, &key, &draft(&sent), sent.version()?, &held(&staff)).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with(&format!("{LIST}/{key}"), Tone::Good, "flash-saved"))
        }
        Err(error) => {
            let role = roles::get(&mut tx, &key).await?;
            edit_page(&app, shell, &role)?.again(&sent, error)
        }
    }
}

fn remove_page(shell: Shell, role: &RoleSummary) -> FormPage {
    let href = format!("{LIST}/{}", role.key);
    let mut shell = shell.under("office-settings-roles", LIST);
    shell.crumbs.push(Crumb { label: role.name.clone(), href: href.clone() });
    let (title, keep) = (shell.t("office-roles-remove"), shell.t("button-cancel"));
    let lede = shell.tf("office-roles-remove-lede", [("name", role.name.as_str())]);
    let page = FormPage::new(shell, title.clone(), &format!("{href}/remove"), &href, Vec::new());
    page.lede(lede).submit(title).grave(keep).version(role.version)
}

pub(super) async fn show_remove(Office(shell): Office, staff: Staff, Path(key): Path<String>) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let role = roles::get(&mut tx, &key).await?;
    remove_page(shell, &role).show()
}

pub(super) async fn remove(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(key): Path<String>,
    Confirmed(sent): Confirmed,
) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    let role = roles::get(&mut tx, &key).await?;
    match roles::delete(&app, &mut tx, &key, sent.version()?, &held(&staff)).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with(LIST, Tone::Good, "office-roles-removed"))
        }
        Err(error) if mendable(&error) => remove_page(shell, &role).again(&sent, error),
        Err(error) => Err(error),
    }
}

fn session(staff: &Staff) -> AppResult<SessionId> {
    staff.session().map(SessionId).ok_or_else(AppError::unauthenticated)
}

/// From here on the reader sees what the role sees, and changes nothing.
pub(super) async fn look(State(app): State<App>, staff: Staff, Path(key): Path<String>, Form(_): Form<Sent>) -> AppResult<Response> {
    let mut tx = staff.scope.elevated().begin_write().await?;
    roles::look_through(&app, &mut tx, session(&staff)?, Some(&key)).await?;
    tx.commit().await?;
    Ok(redirect("/"))
}

/// Back to oneself, from the bar on every page; coming twice does no harm.
pub(super) async fn end_look(State(app): State<App>, staff: Staff, Form(_): Form<Sent>) -> AppResult<Response> {
    let mut tx = staff.scope.elevated().begin_write().await?;
    roles::look_through(&app, &mut tx, session(&staff)?, None).await?;
    tx.commit().await?;
    Ok(redirect(LIST))
}

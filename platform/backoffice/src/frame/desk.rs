//! A list as its reader works with it: the page asked for, the reader's views and columns, rows chosen for an act, and the list
//! as a file. A handler takes it, reads what `query` asks for, and shows the page through it.

use axum::{
    extract::{FromRequestParts, MatchedPath},
    http::request::Parts,
    response::Response,
};
use kernel::{
    App, AppError, AppResult, ReadTx,
    http::{Query, Staff},
    paging::{Chosen, Page},
};
use pages::{Fact, ListBar, ListQuery, ListTools, Shell, Tab, Tone, html, redirect_with};
use uuid::Uuid;

use super::{Cell, Field, FormPage, ListPage, Office, Section, export};
use crate::{customers::listed, lists};

/// Rows that a file holds at most.
const EXPORTED: u32 = 10_000;
/// Rows that are acted on at once at most.
const ACTED_ON: u32 = 500;

/// See the module.
pub(crate) struct Desk {
    pub(crate) app: App,
    pub(crate) staff: Staff,
    pub(crate) query: ListQuery,
    shell: Shell,
    /// The path as the router knows it: of lists of one record's rows it is the same for all records.
    list: String,
    kept: lists::Kept,
    format: Option<export::Format>,
    people: Option<&'static str>,
}

impl FromRequestParts<App> for Desk {
    type Rejection = AppError;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, AppError> {
        let staff = Staff::from_request_parts(parts, app).await?;
        let Office(shell) = Office::from_request_parts(parts, app).await?;
        let Query(pairs) = Query::<Vec<(String, String)>>::from_request_parts(parts, app).await?;
        let list = parts.extensions.get::<MatchedPath>().map_or_else(|| shell.path.clone(), |path| path.as_str().to_owned());
        let mut tx = staff.begin_read().await?;
        let kept = lists::kept(&mut tx, &list).await?;
        drop(tx);
        let format = pairs.iter().find(|(name, _)| name == "export").and_then(|(_, value)| export::Format::from_name(value));
        let most = if format.is_some() { EXPORTED } else { ACTED_ON };
        let chosen = chosen(&pairs, most).or_else(|| format.map(|_| Chosen::All(most)));
        let begun = kept.default().filter(|_| pairs.is_empty());
        let mut query = match begun {
            Some(view) => ListQuery { view: Some(view.id.to_string()), ..ListQuery::of(view.query.clone()) },
            None => ListQuery::of(pairs),
        };
        query.chosen = chosen;
        query.currency = Some(staff.tenant().currency);
        query.has_default = kept.default().is_some();
        Ok(Self { app: app.clone(), staff, query, shell, list, kept, format, people: None })
    }
}

/// The rows that were ticked, or all that the filters leave.
fn chosen(pairs: &[(String, String)], most: u32) -> Option<Chosen> {
    if pairs.iter().any(|(name, value)| name == "all" && !value.is_empty()) {
        return Some(Chosen::All(most));
    }
    let ids: Vec<Uuid> = pairs.iter().filter(|(name, _)| name == "id").filter_map(|(_, id)| id.parse().ok()).take(most as usize).collect();
    (!ids.is_empty()).then_some(Chosen::These(ids))
}

impl Desk {
    pub(crate) fn shell(&self) -> Shell {
        self.shell.clone()
    }
    pub(crate) async fn begin_read(&self) -> AppResult<ReadTx> {
        self.staff.begin_read().await
    }
    /// The list shows this state as long as the reader has not chosen.
    pub(crate) fn beginning(mut self, state: &str) -> Self {
        self.query = self.query.beginning(state);
        self
    }
    /// The list is of personal data: who reads it is recorded.
    pub(crate) fn of_people(mut self, object_type: &'static str) -> Self {
        self.people = Some(object_type);
        self
    }

    /// The page as the reader arranged it; or, if that was asked for, its rows as a file.
    pub(crate) async fn show(self, mut page: ListPage) -> AppResult<Response> {
        if let Some(object_type) = self.people {
            listed(&self.app, &self.staff.scope, object_type, self.query.page().search_text(), page.rows.len()).await?;
        }
        let choices = self.kept.layout.choices(&page.list.columns);
        arrange(&mut page, &self.kept.layout);
        if let Some(format) = self.format {
            return self.export(page, format).await;
        }
        let path = page.list.action.clone();
        page.list.views = self.views(&path, &page.list);
        page.list.tools = Some(self.tools(choices)?);
        html(&page)
    }

    /// The form that asks about an act on the chosen rows, and is sent to where it stands. `list` is a title's key and a path.
    pub(crate) fn act<T>(&self, list: (&str, &str), title: &str, lede: &str, found: &Page<T>, fields: Vec<Field>) -> FormPage {
        let shell = self.shell().under(list.0, list.1);
        let (here, rows) = (shell.here.clone(), vec![Fact::new(shell.t("list-rows"), shell.number(found.results.len()))]);
        let (title, lede) = (shell.t(title), shell.t(lede));
        FormPage::new(shell, title.clone(), &here, list.1, vec![Section::of(fields)]).lede(lede).facts(rows).submit(title)
    }

    async fn export(&self, page: ListPage, format: export::Format) -> AppResult<Response> {
        if !self.staff.may(lists::EXPORT) {
            return Err(AppError::forbidden());
        }
        if page.list.count_exceeded {
            return Ok(redirect_with(&page.list.action, Tone::Warn, "list-export-too-much"));
        }
        let mut tx = self.staff.begin_write().await?;
        lists::exported(&mut tx, &self.list, &self.query.pairs(), format.ending(), page.rows.len()).await?;
        tx.commit().await?;
        export::file(page, format, self.staff.tenant().time_zone).await
    }

    /// Everything, and what the reader and the team saved; nothing where nobody saved anything.
    fn views(&self, path: &str, list: &ListBar) -> Vec<Tab> {
        if self.kept.views.is_empty() {
            return Vec::new();
        }
        let current = self.query.view.as_deref().unwrap_or_default();
        let everything = if self.query.has_default { format!("{path}?view=none") } else { path.to_owned() };
        let all = Tab { label: self.shell.t("list-view-all"), href: everything, active: self.kept.view(current).is_none(), count: None };
        let saved = self.kept.views.iter().map(|view| {
            let active = view.id.to_string() == current;
            Tab { label: view.name.clone(), href: view.href(path), active, count: active.then_some(list.count) }
        });
        std::iter::once(all).chain(saved).collect()
    }

    fn tools(&self, columns: Vec<pages::ColumnChoice>) -> AppResult<ListTools> {
        let mut asked = self.query.pairs();
        asked.retain(|(name, _)| name != "view");
        let view = self.query.view.as_deref().and_then(|id| self.kept.view(id));
        Ok(ListTools {
            list: self.list.clone(),
            query: serde_json::to_string(&asked).map_err(AppError::internal)?,
            columns,
            exports: self.staff.may(lists::EXPORT),
            view: view.map(|view| view.name.clone()).unwrap_or_default(),
            view_href: view.map(|view| format!("/lists/views/{}", view.id)).unwrap_or_default(),
            view_own: view.is_some_and(|view| view.own),
            view_shared: view.is_some_and(|view| view.shared),
            view_is_default: view.is_some_and(|view| self.kept.default == Some(view.id)),
            view_changed: view.is_some_and(|view| view.query != asked),
        })
    }
}

/// Puts columns, and the cells below them, where the reader wants them. What the row is called by stays in sight.
fn arrange(page: &mut ListPage, layout: &lists::Layout) {
    let main = page.rows.first().and_then(|row| row.cells.iter().position(|cell| matches!(cell, Cell::Main(_))));
    let order = layout.order(&page.list.columns).into_iter();
    let shown: Vec<usize> = order.filter(|(place, shown)| *shown || Some(*place) == main).map(|(place, _)| place).collect();
    page.list.columns = shown.iter().filter_map(|place| page.list.columns.get(*place).cloned()).collect();
    for row in &mut page.rows {
        row.cells = shown.iter().filter_map(|place| row.cells.get(*place).cloned()).collect();
    }
}

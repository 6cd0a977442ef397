//! A list as its reader works with it: the page asked for, the reader's views and columns, rows chosen for an act, and the list
//! as a file. A handler takes it, reads what `query` asks for, and shows the page through it.

use axum::{
    extract::{FromRequestParts, MatchedPath},
    http::{StatusCode, request::Parts},
    response::{IntoResponse, Response},
};
use kernel::{
    App, AppError, AppResult, ReadTx,
    http::{Query, Staff},
    paging::{Chosen, Page},
};
use pages::{Fact, ListBar, ListQuery, ListTools, Shell, Tab, html};
use uuid::Uuid;

use super::{Batch, Cell, Field, FormPage, Format, ListPage, Office, Part, Section, Sent, commit_once, export, seen_before};
use crate::{
    customers::listed,
    errands::{self, Found, NewErrand, Walk},
    lists,
};

/// Rows that a file holds at most, if it is made while the reader waits. More become an errand.
const EXPORTED: u32 = 10_000;
/// The same of rows that are acted on.
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
    format: Option<Format>,
    people: Option<&'static str>,
    /// Some: not a reader asks, but an errand of theirs.
    walk: Option<Walk>,
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
        let walk = parts.extensions.get::<Walk>().cloned();
        let format = pairs.iter().find(|(name, _)| name == "export").and_then(|(_, value)| Format::from_name(value));
        let most = if format.is_some() { EXPORTED } else { ACTED_ON };
        let part = walk.as_ref().and_then(|walk| walk.most).map(Chosen::All);
        let chosen = part.or_else(|| chosen(&pairs, most)).or_else(|| format.map(|_| Chosen::All(most)));
        let begun = kept.default().filter(|_| pairs.is_empty());
        let mut query = match begun {
            Some(view) => ListQuery { view: Some(view.id.to_string()), ..ListQuery::of(view.query.clone()) },
            None => ListQuery::of(pairs),
        };
        query.chosen = chosen;
        query.currency = Some(staff.tenant().currency);
        query.has_default = kept.default().is_some();
        Ok(Self { app: app.clone(), staff, query, shell, list, kept, format, people: None, walk })
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
        if let Some(walk) = &self.walk {
            return self.hand_over(page, walk);
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

    /// Gives the rows to the errand that asks for them.
    fn hand_over(&self, mut page: ListPage, walk: &Walk) -> AppResult<Response> {
        if let Some(layout) = &walk.layout {
            if !self.staff.may(lists::EXPORT) {
                return Err(AppError::forbidden());
            }
            arrange(&mut page, layout);
        }
        let ids = page.list.ids.iter().filter_map(|id| id.parse().ok()).collect();
        let next = Some(page.list.cursor.clone()).filter(|cursor| !cursor.is_empty());
        walk.keep(Found { part: Part::of(page, self.staff.tenant().time_zone), ids, next });
        Ok(StatusCode::NO_CONTENT.into_response())
    }

    /// The form that asks about an act on the chosen rows, and is sent to where it stands. `list` is a title's key and a path.
    pub(crate) fn act<T>(&self, list: (&str, &str), title: &str, lede: &str, found: &Page<T>, fields: Vec<Field>) -> FormPage {
        let shell = self.shell().under(list.0, list.1);
        let count = shell.number(found.results.len());
        let facts = if found.count_exceeded {
            let more = Fact::new(shell.t("list-rows"), shell.tf("list-count-more", [("count", count)]));
            vec![more, Fact::new(shell.t("office-errand-how"), shell.t("office-errand-later"))]
        } else {
            vec![Fact::new(shell.t("list-rows"), count)]
        };
        let (here, title, lede) = (shell.here.clone(), shell.t(title), shell.t(lede));
        FormPage::new(shell, title.clone(), &here, list.1, vec![Section::of(fields)]).lede(lede).facts(facts).submit(title)
    }

    /// An act on more rows than one answer takes becomes an errand, which the reader is led to. None: few enough, to be done now.
    pub(crate) async fn put_off<T>(&self, found: &Page<T>, sent: &Sent, list: &str, title: &str) -> AppResult<Option<Response>> {
        if self.walk.is_some() || !found.count_exceeded {
            return Ok(None);
        }
        let act = self.shell.path.as_str();
        let mut tx = self.staff.begin_write().await?;
        if let Some(answer) = seen_before(&mut tx, sent, act).await? {
            return Ok(Some(answer));
        }
        let form = sent.without(&["csrf", "idempotency_key"]).pairs().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let errand = errands::begin(&mut tx, &NewErrand::act(self.shell.t(title), list, self.query.pairs(), act, form)).await?;
        commit_once(tx, sent, act, &format!("/errands/{errand}"), "office-errand-begun").await.map(Some)
    }

    /// Takes down what becomes of the rows of an act.
    pub(crate) fn batch(&self) -> Batch {
        Batch::new(self.shell(), self.walk.as_ref().map(|walk| walk.errand))
    }

    async fn export(&self, page: ListPage, format: Format) -> AppResult<Response> {
        if !self.staff.may(lists::EXPORT) {
            return Err(AppError::forbidden());
        }
        if page.list.count_exceeded {
            let (shell, columns) = (page.shell, self.kept.layout.0.clone());
            let new = NewErrand::file(shell.title.clone(), &page.list.action, self.query.pairs(), format, columns.clone());
            return errands::offer_file(&self.app, shell, &new, format, &columns)?.show();
        }
        let mut tx = self.staff.begin_write().await?;
        lists::exported(&mut tx, &self.list, &self.query.pairs(), format.as_str(), page.rows.len()).await?;
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
    let main = page.rows.first().and_then(|row| row.cells.iter().position(|cell| matches!(cell, Cell::Main(_) | Cell::Pictured(..))));
    let order = layout.order(&page.list.columns).into_iter();
    let shown: Vec<usize> = order.filter(|(place, shown)| *shown || Some(*place) == main).map(|(place, _)| place).collect();
    page.list.columns = shown.iter().filter_map(|place| page.list.columns.get(*place).cloned()).collect();
    for row in &mut page.rows {
        row.cells = shown.iter().filter_map(|place| row.cells.get(*place).cloned()).collect();
    }
}

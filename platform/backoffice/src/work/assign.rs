//! Who sees to a task, and until when: taken, given to somebody, one or many at a time.

use axum::response::Response;
use chrono::{Days, NaiveDate};
use identity::users;
use insurance::{
    fulfilment::{self, Assignment, TaskFilter, TaskId, TaskRow},
    orders::SETTLE_TASK,
};
use kernel::{
    AppError, AppResult, ReadTx,
    http::{Form, Path, Staff},
    paging::{Chosen, Page, PageRequest},
};
use pages::{Choice, Crumb, Fact, Filter, ListQuery, Shell, Tone, redirect_with};
use uuid::Uuid;

use super::tasks::{LIST, find, named};
use crate::{
    frame::{Desk, Field, FormPage, Office, Section, Sent},
    words,
};

/// Staff whose names are known to the pages.
const KNOWN: u32 = 500;

/// The firm's staff, as far as tasks are about them.
pub(super) struct Team(Vec<Member>);

struct Member {
    id: Uuid,
    name: String,
    /// May be given a task.
    settles: bool,
}

impl Team {
    pub(super) async fn of(tx: &mut ReadTx) -> AppResult<Self> {
        let holders = users::holders(tx, SETTLE_TASK).await?;
        let everybody = PageRequest { chosen: Some(Chosen::All(KNOWN)), ..PageRequest::default() };
        let staff = users::list_staff(tx, None, None, &everybody).await?.results;
        let member = |row: users::StaffRow| Member {
            settles: holders.iter().any(|holder| holder.0 == row.id),
            name: format!("{} {}", row.first_name, row.last_name).trim().to_owned(),
            id: row.id,
        };
        let mut members: Vec<Member> = staff.into_iter().map(member).collect();
        members.sort_by_key(|member| member.name.to_lowercase());
        Ok(Self(members))
    }
    /// Empty for nobody.
    pub(super) fn name(&self, id: Option<Uuid>) -> String {
        self.0.iter().find(|member| Some(member.id) == id).map(|member| member.name.clone()).unwrap_or_default()
    }
    fn choices(&self) -> impl Iterator<Item = Choice> {
        self.0.iter().filter(|member| member.settles).map(|member| Choice::new(member.id.to_string(), member.name.clone()))
    }
    /// Whom the form names; none for nobody.
    pub(super) fn read(&self, sent: &Sent) -> AppResult<Option<Uuid>> {
        let Some(text) = sent.some("assignee") else { return Ok(None) };
        let found = self.0.iter().find(|member| member.settles && member.id.to_string() == text);
        found.map(|member| Some(member.id)).ok_or_else(|| AppError::field("assignee", "field-invalid"))
    }
}

/// Words of the filters: for whoever reads, so that a view of one's own tasks fits everybody.
const ME: &str = "me";
const NOBODY: &str = "nobody";
const LATE: &str = "late";
const WEEK: &str = "week";

pub(super) fn filters(shell: &Shell, team: &Team) -> [Filter; 2] {
    let people = [Choice::new(ME, shell.t("office-tasks-mine")), Choice::new(NOBODY, shell.t("office-tasks-nobody"))];
    let days = vec![Choice::new(LATE, shell.t("office-tasks-late")), Choice::new(WEEK, shell.t("office-tasks-week"))];
    [
        Filter::choice("assignee", shell.t("office-tasks-assignee"), people.into_iter().chain(team.choices()).collect()),
        Filter::choice("due", shell.t("office-tasks-due"), days),
    ]
}

/// What the filters say, beside the state.
pub(super) fn filter(query: &ListQuery, reader: Option<Uuid>, today: NaiveDate) -> TaskFilter {
    let assignee = query.value("assignee");
    let due_by = match query.value("due") {
        Some(LATE) => today.pred_opt(),
        Some(WEEK) => today.checked_add_days(Days::new(6)),
        _ => None,
    };
    TaskFilter {
        assigned_to: if assignee == Some(ME) { reader } else { query.id("assignee") },
        unassigned: assignee == Some(NOBODY),
        due_by,
        ..TaskFilter::default()
    }
}

pub(super) fn day(sent: &Sent) -> AppResult<Option<NaiveDate>> {
    sent.some("due_on").map(|text| text.parse().map_err(|_| AppError::field("due_on", "field-invalid"))).transpose()
}

pub(super) fn fields(shell: &Shell, team: &Team) -> Vec<Field> {
    vec![
        Field::select("assignee", shell.t("office-tasks-assignee"), team.choices().collect()).optional(),
        Field::date("due_on", shell.t("office-tasks-due")).optional(),
    ]
}

fn form(shell: Shell, task: &TaskRow, team: &Team) -> FormPage {
    let href = format!("/tasks/{}", task.id);
    let mut shell = shell.under(LIST.0, LIST.1);
    shell.crumbs.push(Crumb { label: task.order_number.clone(), href: href.clone() });
    let facts = vec![
        Fact::new(shell.t("office-tasks-what"), words::word(&shell, "task-kind", task.kind.as_str())),
        Fact::new(shell.t("office-customer"), task.customer_name.clone()),
    ];
    let (title, sections) = (shell.t("office-tasks-assign"), vec![Section::of(fields(&shell, team))]);
    FormPage::new(shell, title, &format!("{href}/assign"), &href, sections)
        .facts(facts)
        .with("assignee", task.assigned_to.map(|id| id.to_string()).unwrap_or_default())
        .with("due_on", task.due_on.map(|day| day.to_string()).unwrap_or_default())
}

pub(super) async fn show(Office(shell): Office, staff: Staff, Path(id): Path<TaskId>) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let task = fulfilment::task(&mut tx, id).await?;
    let team = Team::of(&mut tx).await?;
    form(shell, &task, &team).show()
}

pub(super) async fn save(Office(shell): Office, staff: Staff, Path(id): Path<TaskId>, Form(sent): Form<Sent>) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    let task = fulfilment::task(&mut tx, id).await?;
    let team = Team::of(&mut tx).await?;
    let saved = match (team.read(&sent), day(&sent)) {
        (Ok(to), Ok(due_on)) => fulfilment::assign_task(&mut tx, id, Assignment { to, due_on }).await,
        (Err(error), _) | (_, Err(error)) => Err(error),
    };
    match saved {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with(&format!("/tasks/{id}"), Tone::Good, "flash-saved"))
        }
        Err(error) => form(shell, &task, &team).again(&sent, error),
    }
}

pub(super) async fn take(staff: Staff, Path(id): Path<TaskId>, _: Form<Sent>) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    let taken = fulfilment::take_task(&mut tx, id).await?;
    tx.commit().await?;
    let (tone, key) = if taken { (Tone::Good, "office-tasks-taken") } else { (Tone::Warn, "office-tasks-taken-before") };
    Ok(redirect_with(&format!("/tasks/{id}"), tone, key))
}

fn many_form(desk: &Desk, found: &Page<TaskRow>, team: &Team) -> FormPage {
    desk.act(LIST, "office-tasks-assign", "office-tasks-assign-lede", found, fields(&desk.shell(), team))
}

async fn read_many(desk: &Desk) -> AppResult<(Page<TaskRow>, Team)> {
    let found = find(desk).await?;
    let mut tx = desk.begin_read().await?;
    Ok((found, Team::of(&mut tx).await?))
}

pub(super) async fn show_many(desk: Desk) -> AppResult<Response> {
    let (found, team) = read_many(&desk).await?;
    many_form(&desk, &found, &team).show()
}

/// A field that is left empty leaves what each task says.
pub(super) async fn save_many(desk: Desk, Form(sent): Form<Sent>) -> AppResult<Response> {
    let (found, team) = read_many(&desk).await?;
    let (to, due_on) = match (team.read(&sent), day(&sent)) {
        (Ok(None), Ok(None)) => return many_form(&desk, &found, &team).again(&sent, AppError::field("assignee", "field-required")),
        (Ok(to), Ok(due_on)) => (to, due_on),
        (Err(error), _) | (_, Err(error)) => return many_form(&desk, &found, &team).again(&sent, error),
    };
    if let Some(answer) = desk.put_off(&found, &sent, LIST.1, "office-tasks-assign").await? {
        return Ok(answer);
    }
    let mut batch = desk.batch();
    for task in found.results {
        let mut tx = desk.staff.begin_write().await?;
        let assignment = Assignment { to: to.or(task.assigned_to), due_on: due_on.or(task.due_on) };
        let done = fulfilment::assign_task(&mut tx, task.id, assignment).await;
        batch.take(tx, task.id, named(&desk.shell(), &task), format!("/tasks/{}", task.id), done).await?;
    }
    batch.report("office-tasks-assign", LIST)
}

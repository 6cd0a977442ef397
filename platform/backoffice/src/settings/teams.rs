//! Teams of staff: which there are, and who is in one.

use axum::response::Response;
use identity::{
    PersonName, UserId, UserStatus,
    permissions::USER_CHANGE,
    teams::{self, Team, TeamDraft, TeamId},
    users::{self, StaffRow},
};
use kernel::{
    AppResult, ReadTx,
    http::{Path, Staff},
    paging::{Page, PageRequest},
};
use pages::{Choice, Column, ListBar, ListQuery, Shell, Tone, html, redirect_with};

use super::tabs;
use crate::{
    entry::Confirmed,
    frame::{Action, Cell, Empty, Field, FormPage, ListPage, Office, Row, Section, Sent, commit_once, seen_before},
};

const LIST: &str = "/settings/teams";
const NEW: &str = "/settings/teams/new";

pub(super) async fn list(Office(shell): Office, staff: Staff) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let (found, colleagues) = (teams::list(&mut tx).await?, colleagues(&mut tx).await?);
    html(&page(shell, found, &colleagues))
}

async fn colleagues(tx: &mut ReadTx) -> AppResult<Vec<StaffRow>> {
    let all = PageRequest { page_size: Some(100), ..PageRequest::default() };
    Ok(users::list_staff(tx, Some(UserStatus::Active), None, &all).await?.results)
}

fn name(colleague: &StaffRow) -> String {
    PersonName::new(&colleague.first_name, &colleague.last_name).full()
}

fn page(shell: Shell, found: Vec<Team>, colleagues: &[StaffRow]) -> ListPage {
    let shell = shell.titled("office-settings-teams");
    let columns = vec![Column::of(&shell, "field-name"), Column::of(&shell, "office-teams-members"), Column::of(&shell, "office-actions")];
    let members = |team: &Team| colleagues.iter().filter(|one| team.members.contains(&one.id)).map(name).collect::<Vec<_>>().join(", ");
    let may_change = shell.can(USER_CHANGE);
    let href = |team: &Team| if may_change { format!("{LIST}/{}", team.id) } else { String::new() };
    let remove = |team: &Team| {
        let href = format!("{LIST}/{}/remove", team.id);
        if may_change { Cell::Action { label: shell.t("office-teams-remove"), href, about: team.name.clone() } } else { Cell::Quiet(String::new()) }
    };
    let row = |team: &Team| Row { href: href(team), cells: vec![Cell::Main(team.name.clone()), Cell::Quiet(members(team)), remove(team)] };
    let rows = found.iter().map(row).collect();
    let list = ListBar::new(LIST, String::new(), &ListQuery::default(), &Page::whole(found), None, columns);
    let mut empty = Empty::new(&shell, "users", "office-teams-empty");
    let mut actions = Vec::new();
    if may_change {
        actions.push(Action::link(shell.t("office-teams-new"), NEW).primary().icon("plus").key("c"));
        empty = empty.leading(shell.t("office-teams-new"), NEW);
    }
    ListPage { tabs: tabs(&shell, "teams"), lede: shell.t("office-teams-lede"), actions, ..ListPage::new(shell, list, rows, empty) }
}

fn form(shell: Shell, title: String, action: &str, colleagues: &[StaffRow]) -> FormPage {
    let choices = colleagues.iter().map(|one| Choice::new(one.id.to_string(), name(one))).collect();
    let fields = vec![
        Field::text("name", shell.t("field-name")).max(80),
        Field::checks("members", shell.t("office-teams-members"), choices).help(shell.t("office-teams-member-help")),
    ];
    FormPage::new(shell, title, action, LIST, vec![Section::of(fields)])
}

fn draft(sent: &Sent) -> TeamDraft {
    let members = sent.all("members").iter().filter_map(|id| id.parse().ok().map(UserId)).collect();
    TeamDraft { name: sent.owned("name"), members }
}

fn new_page(shell: Shell, colleagues: &[StaffRow]) -> FormPage {
    let shell = shell.under("office-settings-teams", LIST);
    let title = shell.t("office-teams-new");
    form(shell, title, NEW, colleagues)
}

pub(super) async fn show_new(Office(shell): Office, staff: Staff) -> AppResult<Response> {
    new_page(shell, &colleagues(&mut staff.begin_read().await?).await?).show()
}

pub(super) async fn create(Office(shell): Office, staff: Staff, Confirmed(sent): Confirmed) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    if let Some(answer) = seen_before(&mut tx, &sent, NEW).await? {
        return Ok(answer);
    }
    match teams::create(&mut tx, &draft(&sent)).await {
        Ok(_) => commit_once(tx, &sent, NEW, LIST, "flash-saved").await,
        Err(error) => {
            drop(tx);
            new_page(shell, &colleagues(&mut staff.begin_read().await?).await?).again(&sent, error)
        }
    }
}

fn edit_page(shell: Shell, team: &Team, colleagues: &[StaffRow]) -> FormPage {
    let shell = shell.under("office-settings-teams", LIST);
    let title = shell.tf("office-teams-edit", [("name", team.name.as_str())]);
    form(shell, title, &format!("{LIST}/{}", team.id), colleagues)
}

pub(super) async fn show(Office(shell): Office, staff: Staff, Path(id): Path<TeamId>) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let team = teams::get(&mut tx, id).await?;
    let mut page = edit_page(shell, &team, &colleagues(&mut tx).await?).with("name", team.name.clone());
    for member in team.members {
        page = page.with("members", member.to_string());
    }
    page.show()
}

pub(super) async fn save(Office(shell): Office, staff: Staff, Path(id): Path<TeamId>, Confirmed(sent): Confirmed) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    match teams::save(&mut tx, id, &draft(&sent)).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with(LIST, Tone::Good, "flash-saved"))
        }
        Err(error) => {
            drop(tx);
            let mut tx = staff.begin_read().await?;
            let team = teams::get(&mut tx, id).await?;
            edit_page(shell, &team, &colleagues(&mut tx).await?).again(&sent, error)
        }
    }
}

pub(super) async fn show_remove(Office(shell): Office, staff: Staff, Path(id): Path<TeamId>) -> AppResult<Response> {
    let team = teams::get(&mut staff.begin_read().await?, id).await?;
    let shell = shell.under("office-settings-teams", LIST);
    let (title, keep) = (shell.t("office-teams-remove"), shell.t("button-cancel"));
    let lede = shell.tf("office-teams-remove-lede", [("name", team.name.as_str())]);
    FormPage::new(shell, title.clone(), &format!("{LIST}/{id}/remove"), LIST, Vec::new()).lede(lede).submit(title).grave(keep).show()
}

pub(super) async fn remove(staff: Staff, Path(id): Path<TeamId>, Confirmed(_): Confirmed) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    teams::remove(&mut tx, id).await?;
    tx.commit().await?;
    Ok(redirect_with(LIST, Tone::Good, "office-teams-removed"))
}

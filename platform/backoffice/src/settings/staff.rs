//! Members of staff: who they are, what roles they hold, and inviting one.

use std::{collections::BTreeSet, sync::Arc};

use axum::{extract::State, response::Response};
use identity::{
    PersonName, User, UserId, UserKind, UserStatus,
    permissions::{ACTIVITY_INSPECT, ROLE_ASSIGN, USER_CHANGE, USER_INVITE},
    roles::{self, RoleSummary},
    second_factor,
    sessions::{self, SessionSummary},
    users::{self, StaffRow, UserError},
};
use kernel::{
    App, AppError, AppResult, ReadTx, TenantTx,
    http::{Path, Query, Staff, Who},
    paging::Page,
};
use pages::{Choice, Column, Fact, Filter, ListBar, ListQuery, Shell, Tone, html, redirect_with};

use super::tabs;
use crate::{
    account::device,
    entry::Confirmed,
    frame::{
        Action, Cell, Desk, Empty, Field, FormPage, ListPage, Office, RecordPage, Related, RelatedItem, Row, Section, commit_once, mendable,
        seen_before,
    },
    history::{History, TabQuery},
    words,
};

const STATUSES: &[&str] = &["active", "suspended", "inactive"];

pub(super) async fn list(desk: Desk) -> AppResult<Response> {
    show_list(desk, None).await
}

/// Only those who hold the role.
pub(super) async fn list_of_role(Path(role): Path<String>, desk: Desk) -> AppResult<Response> {
    show_list(desk, Some(role)).await
}

async fn show_list(desk: Desk, role: Option<String>) -> AppResult<Response> {
    let mut tx = desk.begin_read().await?;
    let status = desk.query.state().and_then(UserStatus::from_name);
    let found = users::list_staff(&mut tx, status, role.clone(), &desk.query.page()).await?;
    let roles = roles::list(&mut tx).await?;
    drop(tx);
    let page = page(desk.shell(), &desk.query, &found, &roles, role.as_deref());
    desk.show(page).await
}

pub(crate) fn page(shell: Shell, query: &ListQuery, found: &Page<StaffRow>, roles: &[RoleSummary], of_role: Option<&str>) -> ListPage {
    let shell = shell.titled("office-settings-staff");
    let action = of_role.map_or_else(|| "/settings/staff".to_owned(), |role| format!("/settings/roles/{role}/staff"));
    let filter = Filter::choice("state", shell.t("field-status"), words::choices(&shell, "user-status", STATUSES.iter().copied()));
    let columns = ["field-name", "field-email", "office-staff-roles", "field-status", "office-staff-last-login"]
        .map(|key| Column::of(&shell, key).by(if key == "field-email" { "email" } else { "" }))
        .to_vec();
    let mut list = ListBar::new(&action, shell.t("office-staff-search"), query, found, Some(filter), columns)
        .choosing(found.results.iter().map(|row| row.id), Vec::new());
    if let Some(role) = of_role {
        list.chips.push(pages::Chip { label: name_of(roles, role), remove: "/settings/staff".to_owned() });
    }
    let row = |row: &StaffRow| Row {
        href: format!("/settings/staff/{}", row.id),
        cells: vec![
            Cell::Main(PersonName::new(&row.first_name, &row.last_name).full()),
            Cell::Text(row.email.clone()),
            Cell::Quiet(row.roles.iter().map(|key| name_of(roles, key)).collect::<Vec<_>>().join(", ")),
            Cell::State(words::badge(&shell, "user-status", &row.status)),
            row.last_login_at.map_or_else(|| Cell::Quiet(shell.t("office-staff-never")), Cell::At),
        ],
    };
    let rows = found.results.iter().map(row).collect();
    let mut empty = Empty::new(&shell, "users", "office-staff-empty");
    let mut actions = Vec::new();
    if shell.can(USER_INVITE) {
        actions.push(Action::link(shell.t("office-staff-invite"), "/settings/staff/invite").primary().icon("user-plus").key("c"));
        empty = empty.leading(shell.t("office-staff-invite"), "/settings/staff/invite");
    }
    ListPage { tabs: tabs(&shell, "staff"), actions, ..ListPage::new(shell, list, rows, empty) }
}

fn name_of(roles: &[RoleSummary], key: &str) -> String {
    roles.iter().find(|role| role.key == key).map_or_else(|| key.to_owned(), |role| role.name.clone())
}

fn role_choices(roles: &[RoleSummary]) -> Vec<Choice> {
    roles.iter().map(|role| Choice { value: role.key.clone(), label: role.name.clone(), detail: role.description.clone() }).collect()
}

pub(crate) fn invite_page(shell: Shell, roles: &[RoleSummary]) -> FormPage {
    let shell = shell.under("office-settings-staff", "/settings/staff");
    let facts = invitation(&shell);
    let fields = vec![
        Field::text("first_name", shell.t("field-first-name")).max(100),
        Field::text("last_name", shell.t("field-last-name")).max(100).optional(),
        Field::email("email", shell.t("field-email")),
        Field::checks("roles", shell.t("office-staff-roles"), role_choices(roles)).help(shell.t("office-staff-roles-help")),
    ];
    let (title, lede, submit) = (shell.t("office-staff-invite"), shell.t("office-staff-invite-lede"), shell.t("office-staff-invite-send"));
    FormPage::new(shell, title, "/settings/staff/invite", "/settings/staff", vec![Section::of(fields)]).lede(lede).facts(facts).submit(submit)
}

/// The mail as the colleague will read it, before anything was typed.
fn invitation(shell: &Shell) -> Vec<Fact> {
    let (name, company) = (shell.t("office-staff-mail-name"), shell.brand.name.clone());
    let args = [("name", name.as_str()), ("company", company.as_str()), ("url", "…"), ("days", "7")];
    vec![
        Fact::new(shell.t("office-staff-mail-subject"), shell.tf("mail-identity-invitation-subject", args)),
        Fact::new(shell.t("office-staff-mail-text"), shell.tf("mail-identity-invitation-text", args)),
    ]
}

pub(super) async fn show_invite(Office(shell): Office, staff: Staff) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let roles = roles::list(&mut tx).await?;
    invite_page(shell, &roles).show()
}

/// What the reader holds: nobody gives more than that.
pub(super) fn held(staff: &Staff) -> Arc<BTreeSet<String>> {
    match &staff.who {
        Who::Staff { permissions, .. } => permissions.clone(),
        Who::Customer { .. } | Who::Visitor { .. } => Arc::default(),
    }
}

pub(super) async fn invite(State(app): State<App>, Office(shell): Office, staff: Staff, Confirmed(sent): Confirmed) -> AppResult<Response> {
    let mut tx = staff.scope.elevated().begin_write().await?;
    if let Some(answer) = seen_before(&mut tx, &sent, "/settings/staff/invite").await? {
        return Ok(answer);
    }
    let roles = roles::list(&mut tx).await?;
    let name = PersonName::new(sent.text("first_name"), sent.text("last_name"));
    match users::invite_staff(&app, &mut tx, sent.text("email"), &name, &sent.all("roles"), &held(&staff)).await {
        Ok(id) => commit_once(tx, &sent, "/settings/staff/invite", &format!("/settings/staff/{id}"), "office-staff-invited").await,
        Err(error) => invite_page(shell, &roles).again(&sent, error),
    }
}

/// A member of staff; a customer's user is none.
async fn member(tx: &mut ReadTx, id: UserId) -> AppResult<User> {
    let user = users::get(tx, id).await?;
    if user.kind == UserKind::Staff { Ok(user) } else { Err(AppError::not_found()) }
}

pub(super) async fn show(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(id): Path<UserId>,
    Query(tab): Query<TabQuery>,
) -> AppResult<Response> {
    // What a person signs in with is seen by the system alone; the page says whether it is there.
    let mut tx = staff.scope.elevated().begin_read().await?;
    let user = member(&mut tx, id).await?;
    let has_second_factor = second_factor::has(&mut tx, id).await?;
    let roles = roles::list(&mut tx).await?;
    let held: Vec<String> = roles::keys_of(&mut tx, id).await?.iter().map(|key| name_of(&roles, key)).collect();
    let history = History::of(&mut tx, &[id.0], &tab).await?;
    let open = sessions::list(&app, &mut tx, id).await?;
    let mut page = record(shell, &user, &held, has_second_factor, staff.scope.user() == Some(id.0));
    page.related = open_sessions(&page.shell, &open);
    if page.shell.can(USER_CHANGE) && !open.is_empty() && staff.scope.user() != Some(id.0) {
        page.next.push(Action::post(page.shell.t("office-staff-log-out"), format!("/settings/staff/{id}/sessions/end")).icon("x-circle"));
    }
    history.show(&app, &mut page, &format!("/settings/staff/{id}"));
    html(&page)
}

pub(crate) fn record(shell: Shell, user: &User, roles: &[String], has_second_factor: bool, is_self: bool) -> RecordPage {
    let shell = shell.under("office-settings-staff", "/settings/staff");
    let state = words::badge(&shell, "user-status", user.status.as_str());
    let mut page = RecordPage::new(shell, user.name.full(), user.email.clone(), state);
    let (shell, href) = (&page.shell, format!("/settings/staff/{}", user.id));
    if shell.can(ROLE_ASSIGN) {
        page.next.push(Action::link(shell.t("office-staff-change-roles"), format!("{href}/roles")).primary().icon("shield").key("e"));
    }
    if shell.can(USER_INVITE) && !user.has_password && user.status == UserStatus::Active {
        page.next.push(Action::post(shell.t("office-staff-invite-again"), format!("{href}/invite-again")).icon("mail"));
    }
    if shell.can(USER_CHANGE) && !is_self {
        page.next.push(match user.status {
            UserStatus::Active => Action::post(shell.t("office-staff-suspend"), format!("{href}/suspend")).icon("ban"),
            UserStatus::Suspended | UserStatus::Inactive => Action::post(shell.t("office-staff-activate"), format!("{href}/activate")).icon("check"),
        });
    }
    if shell.can(USER_CHANGE) && !is_self && has_second_factor {
        page.next.push(Action::link(shell.t("office-staff-reset-second-factor"), format!("{href}/second-factor")).icon("key"));
    }
    if shell.can(ACTIVITY_INSPECT) {
        page.next.push(Action::link(shell.t("office-staff-activity"), format!("/settings/activity?who=user:{}", user.id)).icon("list"));
    }
    if shell.can(USER_CHANGE) && !is_self && user.status == UserStatus::Active && user.has_password {
        page.next.push(Action::post(shell.t("office-staff-reset-password"), format!("{href}/reset-password")).icon("mail"));
    }
    if shell.can(USER_CHANGE) && !is_self && user.status != UserStatus::Inactive {
        page.next.push(Action::link(shell.t("office-staff-remove"), format!("{href}/remove")).icon("trash"));
    }
    page.facts = vec![
        Fact::new(shell.t("field-email"), user.email.clone()).copied(),
        Fact::new(shell.t("field-phone"), user.phone.as_deref().map(|phone| shell.phone(phone)).unwrap_or_default()),
        Fact::new(shell.t("office-staff-roles"), roles.join(", ")),
        Fact::new(
            shell.t("office-staff-password"),
            shell.t(if user.has_password { "office-staff-password-set" } else { "office-staff-password-none" }),
        ),
        Fact::new(
            shell.t("office-second-factor"),
            shell.t(if has_second_factor { "office-staff-second-factor-on" } else { "office-staff-second-factor-off" }),
        ),
        Fact::new(shell.t("field-created"), shell.moment(&user.created_at)),
    ];
    page
}

/// Where the person is logged in, last seen first.
fn open_sessions(shell: &Shell, open: &[SessionSummary]) -> Vec<Related> {
    let item = |session: &SessionSummary| RelatedItem {
        label: device(shell, &session.user_agent),
        detail: format!("{} · {}", session.address, shell.ago(&session.last_seen_at)),
        ..RelatedItem::default()
    };
    if open.is_empty() {
        return Vec::new();
    }
    vec![Related { title: shell.t("office-staff-sessions"), items: open.iter().map(item).collect(), all_href: String::new() }]
}

fn roles_page(shell: Shell, user: &User, roles: &[RoleSummary]) -> FormPage {
    let href = format!("/settings/staff/{}", user.id);
    let mut shell = shell.under("office-settings-staff", "/settings/staff");
    shell.crumbs.push(pages::Crumb { label: user.name.full(), href: href.clone() });
    let field = Field::checks("roles", shell.t("office-staff-roles"), role_choices(roles)).help(shell.t("office-staff-roles-help"));
    let title = shell.t("office-staff-change-roles");
    FormPage::new(shell, title, &format!("{href}/roles"), &href, vec![Section::of(vec![field])])
}

pub(super) async fn show_roles(Office(shell): Office, staff: Staff, Path(id): Path<UserId>) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let user = member(&mut tx, id).await?;
    let roles = roles::list(&mut tx).await?;
    let mut page = roles_page(shell, &user, &roles);
    for key in roles::keys_of(&mut tx, id).await? {
        page = page.with("roles", key);
    }
    page.show()
}

pub(super) async fn assign(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(id): Path<UserId>,
    Confirmed(sent): Confirmed,
) -> AppResult<Response> {
    let mut tx = staff.scope.elevated().begin_write().await?;
    let user = member(&mut tx, id).await?;
    let roles = roles::list(&mut tx).await?;
    match roles::assign(&app, &mut tx, id, &sent.all("roles"), &held(&staff)).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with(&format!("/settings/staff/{id}"), Tone::Good, "flash-saved"))
        }
        Err(error) => roles_page(shell, &user, &roles).again(&sent, error),
    }
}

pub(super) async fn invite_again(State(app): State<App>, staff: Staff, Path(id): Path<UserId>, Confirmed(_): Confirmed) -> AppResult<Response> {
    let mut tx = staff.scope.elevated().begin_write().await?;
    member(&mut tx, id).await?;
    users::send_claim_link(&app, &mut tx, id).await?;
    tx.commit().await?;
    Ok(redirect_with(&format!("/settings/staff/{id}"), Tone::Good, "office-staff-invited"))
}

/// Back to the record with the outcome; what the domain refuses is told there in its own words.
fn told(id: UserId, outcome: AppResult<()>) -> AppResult<Response> {
    let href = format!("/settings/staff/{id}");
    match outcome {
        Ok(()) => Ok(redirect_with(&href, Tone::Good, "flash-saved")),
        Err(error) if mendable(&error) => Ok(redirect_with(&href, Tone::Bad, &format!("error-{}", error.code.replace(['.', '_'], "-")))),
        Err(error) => Err(error),
    }
}

pub(super) async fn suspend(State(app): State<App>, staff: Staff, Path(id): Path<UserId>, Confirmed(_): Confirmed) -> AppResult<Response> {
    let by = UserId(staff.scope.user().ok_or_else(AppError::unauthenticated)?);
    with_colleague(&app, &staff, id, async |tx| users::suspend(&app, tx, id, by).await).await
}

pub(super) async fn activate(State(app): State<App>, staff: Staff, Path(id): Path<UserId>, Confirmed(_): Confirmed) -> AppResult<Response> {
    with_colleague(&app, &staff, id, async |tx| users::activate(tx, id).await).await
}

/// Asks before something is done to a colleague; the texts are `office-staff-{step}` and `-lede`.
fn asking_page(shell: Shell, user: &User, step: &str, place: &str) -> FormPage {
    let href = format!("/settings/staff/{}", user.id);
    let mut shell = shell.under("office-settings-staff", "/settings/staff");
    shell.crumbs.push(pages::Crumb { label: user.name.full(), href: href.clone() });
    let (title, keep) = (shell.t(&format!("office-staff-{step}")), shell.t("button-cancel"));
    let lede = shell.tf(&format!("office-staff-{step}-lede"), [("name", user.name.full())]);
    FormPage::new(shell, title.clone(), &format!("{href}/{place}"), &href, Vec::new()).lede(lede).submit(title).grave(keep)
}

pub(super) async fn show_reset(Office(shell): Office, staff: Staff, Path(id): Path<UserId>) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let user = member(&mut tx, id).await?;
    asking_page(shell, &user, "reset-second-factor", "second-factor").show()
}

/// Does something to a colleague who may do no more than the reader; tells the outcome on the record.
async fn with_colleague(app: &App, staff: &Staff, id: UserId, act: impl AsyncFnOnce(&mut TenantTx) -> AppResult<()>) -> AppResult<Response> {
    let mut tx = staff.scope.elevated().begin_write().await?;
    member(&mut tx, id).await?;
    let done = async {
        if staff.scope.user() == Some(id.0) {
            return Err(UserError::OwnAccount.into());
        }
        users::may_manage(app, &mut tx, id, &held(staff)).await?;
        act(&mut tx).await
    }
    .await;
    if done.is_ok() {
        tx.commit().await?;
    }
    told(id, done)
}

/// For whoever lost phone and recovery codes. One's own is given up on one's own page, with a code.
pub(super) async fn reset(State(app): State<App>, staff: Staff, Path(id): Path<UserId>, Confirmed(_): Confirmed) -> AppResult<Response> {
    with_colleague(&app, &staff, id, async |tx| second_factor::reset(&app, tx, id).await).await
}

pub(super) async fn show_remove(Office(shell): Office, staff: Staff, Path(id): Path<UserId>) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let user = member(&mut tx, id).await?;
    asking_page(shell, &user, "remove", "remove").show()
}

pub(super) async fn remove(State(app): State<App>, staff: Staff, Path(id): Path<UserId>, Confirmed(_): Confirmed) -> AppResult<Response> {
    let by = UserId(staff.scope.user().ok_or_else(AppError::unauthenticated)?);
    with_colleague(&app, &staff, id, async |tx| users::remove(&app, tx, id, by).await).await
}

pub(super) async fn reset_password(State(app): State<App>, staff: Staff, Path(id): Path<UserId>, Confirmed(_): Confirmed) -> AppResult<Response> {
    with_colleague(&app, &staff, id, async |tx| users::send_reset_link(&app, tx, id).await).await
}

pub(super) async fn log_out(State(app): State<App>, staff: Staff, Path(id): Path<UserId>, Confirmed(_): Confirmed) -> AppResult<Response> {
    with_colleague(&app, &staff, id, async |tx| sessions::end_all(&app, tx, id, None, "ended by an administrator").await).await
}

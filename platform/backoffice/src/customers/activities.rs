//! What was said with a customer: the form that writes it down, its place on the customer's record, and the list of next steps.

use axum::{extract::State, response::Response};
use chrono::NaiveDate;
use crm::{
    activities::{self, Activity, ActivityId, ActivityInput, ActivityKind, Direction, FollowUp, FollowUpFilter, Outcome},
    customers::{self, Customer, CustomerId, WRITE},
};
use identity::{UserId, users};
use kernel::{
    App, AppResult, ReadTx,
    http::{Form, Path, Query, Staff},
    paging::Page,
};
use pages::{Badge, Choice, Column, Event, Fact, Filter, ListBar, ListQuery, Shell, Tone, html, redirect_with};

use super::viewed;
use crate::{
    frame::{
        Action, Cell, Desk, Empty, Field, FormPage, ListPage, Office, RecordPage, Related, RelatedItem, Row, Section, Sent, commit_once, seen_before,
    },
    history::{History, TabQuery},
    words,
};

/// What was said with one customer, and by whom.
pub(super) struct Said(Vec<(Activity, String)>);

impl Said {
    pub(super) async fn of(tx: &mut ReadTx, customer: CustomerId) -> AppResult<Self> {
        let mut said = Vec::new();
        for activity in activities::of_customer(tx, customer).await? {
            let who = users::get(tx, UserId(activity.user_id)).await.map(|user| user.name.full()).unwrap_or_default();
            said.push((activity, who));
        }
        Ok(Self(said))
    }

    /// Puts conversations into the timeline and open next steps on top of what belongs to the customer.
    pub(super) fn add_to(self, page: &mut RecordPage) {
        let open = self.0.iter().filter(|(activity, _)| activity.followed_up_at.is_none());
        let items: Vec<RelatedItem> = open
            .filter_map(|(activity, _)| {
                let (what, day) = (activity.follow_up.clone()?, activity.follow_up_on?);
                Some(RelatedItem {
                    label: what,
                    detail: page.shell.date(&day),
                    href: format!("/follow-ups/{}", activity.id),
                    ..RelatedItem::default()
                })
            })
            .collect();
        if !items.is_empty() {
            page.related.insert(0, Related { title: page.shell.t("office-follow-ups-title"), items, all_href: "/follow-ups".to_owned() });
        }
        page.timeline.extend(self.0.iter().map(|(activity, who)| event(&page.shell, activity, who)));
    }
}

fn event(shell: &Shell, activity: &Activity, who: &str) -> Event {
    let icon = match activity.kind {
        ActivityKind::Call => "phone",
        ActivityKind::Mail => "mail",
        ActivityKind::Meeting => "users",
        ActivityKind::Sms | ActivityKind::Message | ActivityKind::Note => "edit",
    };
    let outcome = activity.outcome.map(|outcome| words::word(shell, "activity-outcome", outcome.as_str()));
    let detail = [outcome, Some(activity.content.clone()).filter(|text| !text.is_empty())].into_iter().flatten().collect::<Vec<_>>().join(". ");
    Event {
        icon,
        tone: Tone::Info,
        text: format!("{}: {}", words::word(shell, "activity-kind", activity.kind.as_str()), activity.subject),
        who: who.to_owned(),
        at: activity.happened_at,
        detail,
    }
}

fn form(shell: Shell, customer: &Customer) -> FormPage {
    let href = format!("/customers/{}", customer.id);
    let mut shell = shell.under("office-customers-title", "/customers");
    shell.crumbs.push(pages::Crumb { label: customer.display_name.clone(), href: href.clone() });
    let choices = |prefix: &str, names: Vec<&str>| words::choices(&shell, prefix, names);
    let sections = vec![
        Section::of(vec![
            Field::select("kind", shell.t("office-log-kind"), choices("activity-kind", ActivityKind::ALL.iter().map(|kind| kind.as_str()).collect())),
            Field::select(
                "direction",
                shell.t("office-log-direction"),
                choices("activity-direction", Direction::ALL.iter().map(|d| d.as_str()).collect()),
            )
            .optional(),
            Field::text("subject", shell.t("office-log-subject")),
            Field::area("content", shell.t("office-log-content")).optional(),
            Field::select("outcome", shell.t("office-log-outcome"), choices("activity-outcome", Outcome::ALL.iter().map(|o| o.as_str()).collect()))
                .optional(),
        ]),
        Section::of(vec![
            Field::text("follow_up", shell.t("office-log-next")).help(shell.t("office-log-next-help")).optional(),
            Field::date("follow_up_on", shell.t("office-log-next-on")).optional(),
        ]),
    ];
    let title = shell.t("office-log-title");
    FormPage::new(shell, title, &format!("{href}/log"), &href, sections)
}

pub(super) async fn show_log(State(app): State<App>, Office(shell): Office, staff: Staff, Path(id): Path<CustomerId>) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let customer = customers::service::get(&mut tx, id).await?;
    drop(tx);
    viewed(&app, &staff.scope, "customer", id.0).await?;
    form(shell, &customer).with("kind", ActivityKind::Call.as_str()).with("direction", Direction::Inbound.as_str()).show()
}

pub(super) async fn log(Office(shell): Office, staff: Staff, Path(id): Path<CustomerId>, Form(sent): Form<Sent>) -> AppResult<Response> {
    let path = format!("/customers/{id}/log");
    let mut tx = staff.begin_write().await?;
    if let Some(answer) = seen_before(&mut tx, &sent, &path).await? {
        return Ok(answer);
    }
    let customer = customers::service::get(&mut tx, id).await?;
    let input = ActivityInput {
        kind: sent.owned("kind"),
        direction: sent.owned("direction"),
        subject: sent.owned("subject"),
        content: sent.owned("content"),
        outcome: sent.owned("outcome"),
        follow_up: sent.owned("follow_up"),
        follow_up_on: sent.owned("follow_up_on"),
    };
    match activities::log(&mut tx, id, &input).await {
        Ok(_) => commit_once(tx, &sent, &path, &format!("/customers/{id}"), "office-log-saved").await,
        Err(error) => form(shell, &customer).again(&sent, error),
    }
}

/// The filter's word for what was ticked off; everything else is open.
const DONE: &str = "done";

pub(super) async fn list(desk: Desk) -> AppResult<Response> {
    let desk = desk.of_people("activity");
    let filter = FollowUpFilter { due_by: None, done: desk.query.state() == Some(DONE) };
    let mut tx = desk.begin_read().await?;
    let found = activities::follow_ups(&mut tx, &filter, &desk.query.page()).await?;
    drop(tx);
    let page = page(desk.shell(), &desk.query, &found, desk.staff.scope.today());
    desk.show(page).await
}

fn page(shell: Shell, query: &ListQuery, found: &Page<FollowUp>, today: NaiveDate) -> ListPage {
    let shell = shell.titled("office-follow-ups-title");
    let filter = Filter::choice("state", shell.t("field-status"), vec![Choice::new(DONE, shell.t("office-follow-ups-done"))]);
    let columns = vec![
        Column::of(&shell, "office-follow-ups-what"),
        Column::of(&shell, "office-follow-ups-due").by("due"),
        Column::of(&shell, "field-status"),
        Column::of(&shell, "office-customer"),
        Column::of(&shell, "office-follow-ups-about"),
    ];
    let row = |row: &FollowUp| Row {
        href: format!("/follow-ups/{}", row.id),
        cells: vec![
            Cell::Main(row.follow_up.clone()),
            Cell::Day(row.follow_up_on),
            Cell::State(state(&shell, row, today)),
            Cell::Link { label: row.customer_name.clone(), href: format!("/customers/{}", row.customer_id) },
            Cell::Quiet(row.subject.clone()),
        ],
    };
    let rows = found.results.iter().map(row).collect();
    let list = ListBar::new("/follow-ups", shell.t("office-follow-ups-search"), query, found, [filter], columns)
        .choosing(found.results.iter().map(|row| row.id), Vec::new());
    let empty = Empty::new(&shell, "phone", "office-follow-ups-empty");
    ListPage { lede: shell.t("office-follow-ups-lede"), ..ListPage::new(shell, list, rows, empty) }
}

fn state(shell: &Shell, row: &FollowUp, today: NaiveDate) -> Badge {
    match row.followed_up_at {
        Some(_) => Badge::new(Tone::Good, shell.t("office-follow-ups-done")),
        None if row.follow_up_on < today => Badge::new(Tone::Warn, shell.t("office-follow-ups-overdue")),
        None => Badge::new(Tone::Info, shell.t("office-follow-ups-open")),
    }
}

pub(super) async fn show(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(id): Path<ActivityId>,
    Query(tab): Query<TabQuery>,
) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let step = activities::follow_up(&mut tx, id).await?;
    let history = History::of(&mut tx, &[id.0], &tab).await?;
    drop(tx);
    viewed(&app, &staff.scope, "activity", id.0).await?;
    let mut page = record_page(shell, &step, staff.scope.today());
    history.show(&app, &mut page, &format!("/follow-ups/{id}"));
    html(&page)
}

fn record_page(shell: Shell, step: &FollowUp, today: NaiveDate) -> RecordPage {
    let shell = shell.under("office-follow-ups-title", "/follow-ups");
    let badge = state(&shell, step, today);
    let mut page = RecordPage::new(shell, step.follow_up.clone(), step.customer_name.clone(), badge);
    let shell = &page.shell;
    if step.followed_up_at.is_none() && shell.can(WRITE) {
        page.next.push(Action::post(shell.t("office-follow-ups-tick"), format!("/follow-ups/{}/done", step.id)).primary().icon("check").key("e"));
        page.next.push(Action::link(shell.t("office-log-do"), format!("/customers/{}/log", step.customer_id)).icon("phone").key("l"));
    }
    page.facts = vec![
        Fact::new(shell.t("office-customer"), step.customer_name.clone()).linked(format!("/customers/{}", step.customer_id)),
        Fact::new(shell.t("office-follow-ups-due"), shell.date(&step.follow_up_on)),
        Fact::new(shell.t("office-follow-ups-about"), step.subject.clone()),
    ];
    page
}

pub(super) async fn complete(staff: Staff, Path(id): Path<ActivityId>, Form(_): Form<Sent>) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    activities::complete(&mut tx, id).await?;
    tx.commit().await?;
    Ok(redirect_with("/follow-ups", Tone::Good, "office-follow-ups-ticked"))
}

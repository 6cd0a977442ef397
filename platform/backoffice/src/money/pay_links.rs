//! Links by which customers pay an order without logging in: making one, its record with the address to copy, mailing, withdrawing.

use axum::{extract::State, response::Response};
use insurance::{
    orders::{self, OrderId, OrderRecord, PAYABLE},
    pay_links::PayLinkMail,
};
use kernel::{
    App, AppResult,
    http::{Form, Path, Query, Staff},
};
use ledger::{
    pay_links::{self, PayLink, PayLinkId, PayLinkState},
    receivables,
};
use pages::{Choice, Crumb, Fact, Shell, Tone, html, redirect_with};
use uuid::Uuid;

use crate::{
    customers::viewed,
    frame::{Action, Field, FormPage, Office, RecordPage, Section, Sent, commit_once, seen_before},
    history::{History, TabQuery},
    words,
};

/// How long links lead somewhere, in days, as the form offers it.
const DAYS: [&str; 4] = ["3", "7", "14", "30"];

fn form(shell: Shell, record: &OrderRecord, email: Option<&str>) -> FormPage {
    let order = &record.status.order;
    let href = format!("/orders/{}", order.id);
    let mut shell = shell.under("office-orders-title", "/orders");
    shell.crumbs.push(Crumb { label: order.number.clone(), href: href.clone() });
    let days = DAYS.iter().map(|days| Choice::new(*days, shell.tn("office-links-days", days.parse::<i64>().unwrap_or_default()))).collect();
    let mut fields = vec![Field::select("days", shell.t("office-links-valid"), days)];
    if let Some(email) = email {
        fields.push(Field::check("mail", shell.tf("office-links-mail-to", [("address", email)])));
    }
    let facts = vec![
        Fact::new(shell.t("office-customer"), record.customer_name.clone()),
        Fact::new(shell.t("office-orders-owed"), shell.money(&record.status.owed)),
    ];
    let (title, lede, submit) = (shell.t("office-links-make"), shell.t("office-links-lede"), shell.t("office-links-submit"));
    FormPage::new(shell, title, &format!("{href}/pay-link"), &href, vec![Section::of(fields)]).lede(lede).facts(facts).submit(submit)
}

/// The order and the address of who owes for it.
async fn read(staff: &Staff, id: OrderId) -> AppResult<(OrderRecord, Option<String>)> {
    let mut tx = staff.begin_read().await?;
    let record = orders::service::record(&mut tx, id).await?;
    let email = crm::customers::service::get(&mut tx, record.status.order.customer.into()).await?.email;
    Ok((record, email))
}

pub(super) async fn show_make(Office(shell): Office, staff: Staff, Path(id): Path<OrderId>) -> AppResult<Response> {
    let (record, email) = read(&staff, id).await?;
    form(shell, &record, email.as_deref()).with("days", "7").with("mail", "yes").show()
}

pub(super) async fn make(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(id): Path<OrderId>,
    Form(sent): Form<Sent>,
) -> AppResult<Response> {
    let (record, email) = read(&staff, id).await?;
    let path = format!("/orders/{id}/pay-link");
    let mut tx = staff.begin_write().await?;
    if let Some(answer) = seen_before(&mut tx, &sent, &path).await? {
        return Ok(answer);
    }
    let days = sent.text("days").parse().unwrap_or_default();
    match pay_links::make(&mut tx, &app.signer, PAYABLE, id.0, &record.status.order.number, days).await {
        Ok(link) => {
            let mails = sent.yes("mail") && email.is_some();
            if mails {
                tx.enqueue(&PayLinkMail { link: link.id, wish: Uuid::now_v7() }).await?;
            }
            let flash = if mails { "office-links-mailed" } else { "office-links-made" };
            commit_once(tx, &sent, &path, &format!("/pay-links/{}", link.id), flash).await
        }
        Err(error) => form(shell, &record, email.as_deref()).again(&sent, error),
    }
}

pub(super) async fn show(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(id): Path<PayLinkId>,
    Query(tab): Query<TabQuery>,
) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let link = pay_links::get(&mut tx, id).await?;
    let owed = receivables::of_payable(&mut tx, &link.payable_kind, link.payable_id).await?;
    let history = History::of(&mut tx, &[id.0], &tab).await?;
    drop(tx);
    viewed(&app, &staff.scope, "pay_link", id.0).await?;
    let mut page = record_page(shell, &link, link.state(&owed, staff.scope.now()), &pay_links::url(&app, &staff.scope, id));
    history.show(&app, &mut page, &format!("/pay-links/{id}"));
    html(&page)
}

fn record_page(shell: Shell, link: &PayLink, state: PayLinkState, address: &str) -> RecordPage {
    let order = format!("/orders/{}", link.payable_id);
    let mut shell = shell.under("office-orders-title", "/orders");
    shell.crumbs.push(Crumb { label: link.label.clone(), href: order.clone() });
    let badge = words::badge(&shell, "pay-link-state", state.as_str());
    let title = shell.t("office-links-one");
    let mut page = RecordPage::new(shell, title, link.label.clone(), badge);
    let shell = &page.shell;
    if matches!(state, PayLinkState::Sent | PayLinkState::Opened) {
        page.next.push(Action::post(shell.t("office-links-mail"), format!("/pay-links/{}/mail", link.id)).primary().icon("mail"));
        page.next.push(Action::post(shell.t("office-links-withdraw"), format!("/pay-links/{}/withdraw", link.id)).icon("x"));
        page.facts.push(Fact::new(shell.t("office-links-address"), address).copied());
    }
    page.facts.extend([
        Fact::new(shell.t("office-orders-one"), link.label.clone()).linked(order),
        Fact::new(shell.t("office-links-until"), shell.moment(&link.expires_at)),
        Fact::new(shell.t("office-links-times"), shell.number(link.times_opened)),
    ]);
    if let Some(at) = &link.opened_at {
        page.facts.push(Fact::new(shell.t("office-links-opened"), shell.moment(at)));
    }
    page
}

pub(super) async fn mail(staff: Staff, Path(id): Path<PayLinkId>, Form(_): Form<Sent>) -> AppResult<Response> {
    let page = format!("/pay-links/{id}");
    let mut tx = staff.begin_write().await?;
    let link = pay_links::get(&mut tx, id).await?;
    if crm::customers::service::get(&mut tx, link.customer.into()).await?.email.is_none() {
        return Ok(redirect_with(&page, Tone::Warn, "office-takings-no-address"));
    }
    tx.enqueue(&PayLinkMail { link: id, wish: Uuid::now_v7() }).await?;
    tx.commit().await?;
    Ok(redirect_with(&page, Tone::Good, "office-links-mailed"))
}

pub(super) async fn withdraw(staff: Staff, Path(id): Path<PayLinkId>, Form(_): Form<Sent>) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    pay_links::withdraw(&mut tx, id).await?;
    tx.commit().await?;
    Ok(redirect_with(&format!("/pay-links/{id}"), Tone::Good, "office-links-withdrawn"))
}

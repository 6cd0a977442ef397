//! The money desk at a glance: figures, each leading to its rows, and what waits longest with what can be done about it.

use std::fmt::Display;

use askama::Template;
use axum::response::Response;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use insurance::remittances;
use kernel::{
    AppResult, ReadTx,
    http::Staff,
    money::Money,
    paging::{Page, PageRequest},
};
use ledger::{
    figures::{self, Figures},
    payments::{PaymentFilter, PaymentState, PaymentView, service as payments},
    payouts::{self, Payout, PayoutFilter, PayoutState},
    permissions::{PAYMENT_READ, PAYMENT_SETTLE, RECEIVABLE_READ},
    reconciliation::{self, LineFilter, LineState, StatementLineView},
};
use pages::{Shell, Tab, html};

use crate::{
    customers::Names,
    frame::{Office, Overview, RelatedItem},
    words,
};

#[derive(Template)]
#[template(path = "office/money.html")]
struct MoneyPage {
    shell: Shell,
    tabs: Vec<Tab>,
    overview: Overview,
}

/// How many rows of each kind are shown.
const SHOWN: u16 = 5;

/// What waits for staff, those that wait longest first; attempts that failed newest first.
struct Waiting {
    unknown: Page<PaymentView>,
    unpaid: Page<PaymentView>,
    /// Of unknown outcome, and such that a second person has to look at.
    doubtful: Page<Payout>,
    to_approve: Page<Payout>,
    /// None for those who see only some of the customers.
    differences: Option<Page<StatementLineView>>,
    names: Names,
}

impl Waiting {
    async fn of(tx: &mut ReadTx) -> AppResult<Self> {
        let newest = PageRequest { page_size: Some(SHOWN), ..PageRequest::default() };
        let oldest = PageRequest { sort: Some("created".to_owned()), ..newest.clone() };
        let unknown = PaymentFilter { state: Some(PaymentState::Unknown), ..PaymentFilter::default() };
        let unknown = payments::list(tx, &unknown, &oldest).await?;
        let unpaid = payments::list(tx, &PaymentFilter { unpaid: true, ..PaymentFilter::default() }, &newest).await?;
        let in_state = |state| PayoutFilter { state: Some(state), ..PayoutFilter::default() };
        let doubtful = payouts::list(tx, &in_state(PayoutState::Unknown), &oldest).await?;
        let to_approve = payouts::list(tx, &in_state(PayoutState::Requested), &oldest).await?;
        let differences = LineFilter { state: Some(LineState::Difference), ..LineFilter::default() };
        let all_seen = tx.scope().needs_all_sight().is_ok();
        let differences = if all_seen { Some(reconciliation::lines(tx, &differences, &oldest).await?) } else { None };
        let names = Names::of_all(tx, unknown.results.iter().chain(&unpaid.results).map(|payment| payment.customer)).await?;
        Ok(Self { unknown, unpaid, doubtful, to_approve, differences, names })
    }
}

pub(super) async fn show(Office(shell): Office, staff: Staff) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let figures = figures::figures(&mut tx).await?;
    let all_premium = shell.can(remittances::READ) && staff.scope.needs_all_sight().is_ok();
    let premium = if all_premium { Some(premium(&remittances::service::held(&mut tx).await?, &figures)?) } else { None };
    let waiting = Waiting::of(&mut tx).await?;
    drop(tx);
    let overview = overview(&shell, &figures, premium, &waiting, staff.scope.now());
    html(&MoneyPage { tabs: super::tabs(&shell, "money"), shell: shell.titled("office-money-title"), overview })
}

/// Premium held and premium due, of all insurers.
fn premium(held: &[remittances::Held], figures: &Figures) -> AppResult<(Money, Money)> {
    let currency = figures.collected.currency;
    let sum = |part: fn(&remittances::Held) -> Money| Money::sum(currency, held.iter().map(part));
    Ok((sum(|row| row.held)?, sum(|row| row.due)?))
}

fn overview(shell: &Shell, figures: &Figures, premium: Option<(Money, Money)>, waiting: &Waiting, now: DateTime<Utc>) -> Overview {
    let mut overview = Overview::default();
    amounts(&mut overview, shell, figures, premium);
    if !shell.can(PAYMENT_READ) {
        return overview;
    }
    overview.need(shell, "office-money-unknown", figures.unknown, "/payments?state=unknown");
    overview.need(shell, "office-money-unallocated", figures.unallocated, "/receipts?state=open");
    if waiting.differences.is_some() {
        overview.need(shell, "office-money-differences", figures.differences, "/differences");
        overview.need(shell, "office-money-lines-waiting", figures.waiting, "/differences?state=waiting");
    }
    overview.need(shell, "office-money-payouts-unknown", waiting.doubtful.count, "/payouts?state=unknown");
    overview.need(shell, "office-money-payouts-requested", waiting.to_approve.count, "/payouts?state=requested");
    overview.need(shell, "office-money-credits", figures.credits, "/credits?state=open");
    overview.need(shell, "office-money-unpaid", waiting.unpaid.count, "/payments?only=unpaid");

    let payments = |page: &Page<PaymentView>| page.results.iter().map(|payment| payment_item(shell, payment, &waiting.names, now)).collect();
    let payouts = |page: &Page<Payout>| page.results.iter().map(|payout| payout_item(shell, payout)).collect();
    let differences = waiting.differences.iter().flat_map(|page| &page.results).map(|line| difference_item(shell, line, figures.until));
    overview.show(shell, "office-money-unknown", payments(&waiting.unknown), "/payments?state=unknown");
    overview.show(shell, "office-money-differences", differences.collect(), "/differences");
    overview.show(shell, "office-money-payouts-unknown", payouts(&waiting.doubtful), "/payouts?state=unknown");
    overview.show(shell, "office-money-payouts-requested", payouts(&waiting.to_approve), "/payouts?state=requested");
    overview.show(shell, "office-money-unpaid", payments(&waiting.unpaid), "/payments?only=unpaid");
    overview
}

fn amounts(overview: &mut Overview, shell: &Shell, figures: &Figures, premium: Option<(Money, Money)>) {
    let (from, until) = (figures.from, figures.until);
    if shell.can(PAYMENT_READ) {
        let label = shell.tf("office-money-collected", [("date", shell.date(&from))]);
        overview.figure(label, shell.money(&figures.collected), format!("/payments?state=received&received_from={from}&received_to={until}"));
    }
    if shell.can(RECEIVABLE_READ) {
        let rate = figures.collection_rate().map_or_else(|| shell.t("office-money-nothing-due"), |rate| format!("{rate} %"));
        let label = shell.tf("office-money-due", [("date", shell.date(&from))]);
        let due = |state: &str, from: &dyn Display, to: &dyn Display| format!("/receivables?state={state}&due_from={from}&due_to={to}");
        let yesterday = until.pred_opt().unwrap_or(until);
        overview.figure(label, shell.money(&figures.due), due("", &from, &until));
        overview.figure(shell.t("office-money-rate"), rate, due("settled", &from, &until));
        overview.figure(shell.t("office-money-outstanding"), shell.money(&figures.outstanding), "/receivables/ages/all");
        overview.figure(shell.t("office-money-overdue"), shell.money(&figures.overdue), due("open", &"", &yesterday));
    }
    if let Some((held, due)) = &premium {
        overview.figure(shell.t("office-premium-held-title"), shell.money(held), "/premium-held");
        overview.figure(shell.t("office-money-premium-due"), shell.money(due), "/premium-held");
    }
}

/// For how many days it waits.
fn age(shell: &Shell, since: TimeDelta) -> String {
    shell.tn("office-money-age", since.num_days().max(0))
}

fn payout_item(shell: &Shell, payout: &Payout) -> RelatedItem {
    RelatedItem {
        label: format!("{}, {}", payout.number, payout.to.payee),
        detail: shell.money(&payout.amount),
        href: format!("/payouts/{}", payout.id),
        state: words::badge(shell, "payout-state", payout.state.as_str()),
    }
}

fn payment_item(shell: &Shell, payment: &PaymentView, names: &Names, now: DateTime<Utc>) -> RelatedItem {
    let why = payment.failure.map(|failure| words::word(shell, "payment-failure", failure.as_str()));
    let told = [Some(payment.method_title.clone()), why, Some(age(shell, now - payment.created_at))];
    RelatedItem {
        label: format!("{}, {}", names.of(payment.customer), shell.money(&payment.amount)),
        detail: told.into_iter().flatten().collect::<Vec<_>>().join(" · "),
        href: format!("/payments/{}", payment.id),
        state: words::badge(shell, "payment-state", payment.state.as_str()),
    }
}

/// Leads to where it is decided: to a debt or a customer for money that nobody expected, else to what it is booked as.
fn difference_item(shell: &Shell, line: &StatementLineView, today: NaiveDate) -> RelatedItem {
    let why = line.difference.map(|difference| words::word(shell, "statement-difference", difference.as_str()));
    let name = line.receipt.clone().unwrap_or_else(|| line.provider_ref.clone());
    let href = match line.unmatched_receipt {
        _ if !shell.can(PAYMENT_SETTLE) || line.decision.is_some() => "/differences".to_owned(),
        Some(receipt) => format!("/receipts/{receipt}/assign"),
        None => format!("/differences/{}/resolve", line.id),
    };
    RelatedItem {
        label: format!("{name}, {}", shell.money(&line.gross)),
        detail: [why, Some(age(shell, today - line.day))].into_iter().flatten().collect::<Vec<_>>().join(" · "),
        href,
        state: words::badge(shell, "statement-state", line.state.as_str()),
    }
}

//! The money desk at a glance: figures, each leading to its rows, and what waits longest with what can be done about it.

use std::fmt::Display;

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
use pages::{Badge, Fact, Shell, html};

use crate::{
    customers::Names,
    frame::{Office, RecordPage, Related, RelatedItem},
    words,
};

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
    html(&page(shell, &figures, premium, &waiting, staff.scope.now()))
}

/// Premium held and premium due, of all insurers.
fn premium(held: &[remittances::Held], figures: &Figures) -> AppResult<(Money, Money)> {
    let currency = figures.collected.currency;
    let sum = |part: fn(&remittances::Held) -> Money| Money::sum(currency, held.iter().map(part));
    Ok((sum(|row| row.held)?, sum(|row| row.due)?))
}

fn page(shell: Shell, figures: &Figures, premium: Option<(Money, Money)>, waiting: &Waiting, now: DateTime<Utc>) -> RecordPage {
    let title = shell.t("office-money-title");
    let mut page = RecordPage::new(shell, title, "", Badge::default());
    let shell = &page.shell;
    page.tabs = super::tabs(shell, "money");
    page.facts = facts(shell, figures, premium, waiting);
    if shell.can(PAYMENT_READ) {
        let payment = |payment: &PaymentView| payment_item(shell, payment, &waiting.names, now);
        let groups = [
            ("office-money-unknown", waiting.unknown.results.iter().map(payment).collect::<Vec<_>>(), "/payments?state=unknown"),
            (
                "office-money-differences",
                waiting.differences.iter().flat_map(|page| &page.results).map(|line| difference_item(shell, line, figures.until)).collect(),
                "/differences",
            ),
            (
                "office-money-payouts-unknown",
                waiting.doubtful.results.iter().map(|payout| payout_item(shell, payout)).collect(),
                "/payouts?state=unknown",
            ),
            (
                "office-money-payouts-requested",
                waiting.to_approve.results.iter().map(|payout| payout_item(shell, payout)).collect(),
                "/payouts?state=requested",
            ),
            ("office-money-unpaid", waiting.unpaid.results.iter().map(payment).collect(), "/payments?only=unpaid"),
        ];
        let group = |(title, items, all): (&str, Vec<RelatedItem>, &str)| Related { title: shell.t(title), items, all_href: all.to_owned() };
        page.related = groups.into_iter().filter(|(_, items, _)| !items.is_empty()).map(group).collect();
    }
    page
}

fn facts(shell: &Shell, figures: &Figures, premium: Option<(Money, Money)>, waiting: &Waiting) -> Vec<Fact> {
    let money = |key: &str, amount: &Money, href: &str| Fact::new(shell.t(key), shell.money(amount)).linked(href);
    let count = |key: &str, count: i64, href: &str| Fact::new(shell.t(key), shell.number(count)).linked(href);
    let (from, until) = (figures.from, figures.until);
    let mut facts = Vec::new();
    if shell.can(PAYMENT_READ) {
        let label = shell.tf("office-money-collected", [("date", shell.date(&from))]);
        facts.push(
            Fact::new(label, shell.money(&figures.collected)).linked(format!("/payments?state=received&received_from={from}&received_to={until}")),
        );
    }
    if shell.can(RECEIVABLE_READ) {
        let rate = figures.collection_rate().map_or_else(|| shell.t("office-money-nothing-due"), |rate| format!("{rate} %"));
        let label = shell.tf("office-money-due", [("date", shell.date(&from))]);
        let due = |state: &str, from: &dyn Display, to: &dyn Display| format!("/receivables?state={state}&due_from={from}&due_to={to}");
        let yesterday = until.pred_opt().unwrap_or(until);
        facts.push(Fact::new(label, shell.money(&figures.due)).linked(due("", &from, &until)));
        facts.push(Fact::new(shell.t("office-money-rate"), rate).linked(due("settled", &from, &until)));
        facts.push(money("office-money-outstanding", &figures.outstanding, "/receivables/ages/all"));
        facts.push(money("office-money-overdue", &figures.overdue, &due("open", &"", &yesterday)));
    }
    if let Some((held, due)) = &premium {
        facts.push(money("office-premium-held-title", held, "/premium-held"));
        facts.push(money("office-money-premium-due", due, "/premium-held"));
    }
    if shell.can(PAYMENT_READ) {
        facts.push(count("office-money-unallocated", figures.unallocated, "/receipts?state=open"));
        facts.push(count("office-money-credits", figures.credits, "/credits?state=open"));
        if waiting.differences.is_some() {
            facts.push(count("office-money-differences", figures.differences, "/differences"));
            if figures.waiting > 0 {
                facts.push(count("office-money-lines-waiting", figures.waiting, "/differences?state=waiting"));
            }
        }
        facts.push(count("office-money-unknown", figures.unknown, "/payments?state=unknown"));
        facts.push(count("office-money-unpaid", waiting.unpaid.count, "/payments?only=unpaid"));
    }
    facts
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

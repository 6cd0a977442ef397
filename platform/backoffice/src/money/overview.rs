//! The money desk at a glance: figures, each leading to its rows.

use axum::response::Response;
use insurance::remittances;
use kernel::{AppResult, http::Staff, money::Money};
use ledger::{
    figures::{self, Figures},
    permissions::{PAYMENT_READ, RECEIVABLE_READ},
};
use pages::{Badge, Fact, Shell, html};

use crate::frame::{Office, RecordPage};

pub(super) async fn show(Office(shell): Office, staff: Staff) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let figures = figures::figures(&mut tx).await?;
    let premium = if shell.can(remittances::READ) { Some(premium(&remittances::service::held(&mut tx).await?, &figures)?) } else { None };
    html(&page(shell, &figures, premium))
}

/// Premium held and premium due, of all insurers.
fn premium(held: &[remittances::Held], figures: &Figures) -> AppResult<(Money, Money)> {
    let currency = figures.collected.currency;
    let sum = |part: fn(&remittances::Held) -> Money| Money::sum(currency, held.iter().map(part));
    Ok((sum(|row| row.held)?, sum(|row| row.due)?))
}

pub(crate) fn page(shell: Shell, figures: &Figures, premium: Option<(Money, Money)>) -> RecordPage {
    let title = shell.t("office-money-title");
    let mut page = RecordPage::new(shell, title, "", Badge::default());
    let shell = &page.shell;
    let money = |key: &str, amount: &Money, href: &str| Fact::new(shell.t(key), shell.money(amount)).linked(href);
    let count = |key: &str, count: i64, href: &str| Fact::new(shell.t(key), shell.number(count)).linked(href);
    let mut facts = Vec::new();
    if shell.can(PAYMENT_READ) {
        let label = shell.tf("office-money-collected", [("date", shell.date(&figures.from))]);
        facts.push(Fact::new(label, shell.money(&figures.collected)).linked("/payments?state=received"));
    }
    if shell.can(RECEIVABLE_READ) {
        let rate = figures.collection_rate().map_or_else(|| shell.t("office-money-nothing-due"), |rate| format!("{rate} %"));
        let label = shell.tf("office-money-due", [("date", shell.date(&figures.from))]);
        facts.push(Fact::new(label, shell.money(&figures.due)).linked("/receivables"));
        facts.push(Fact::new(shell.t("office-money-rate"), rate));
        facts.push(money("office-money-outstanding", &figures.outstanding, "/receivables/ages"));
        facts.push(money("office-money-overdue", &figures.overdue, "/receivables/ages"));
    }
    if let Some((held, due)) = &premium {
        facts.push(money("office-premium-held-title", held, "/premium-held"));
        facts.push(money("office-money-premium-due", due, "/premium-held"));
    }
    if shell.can(PAYMENT_READ) {
        facts.push(count("office-money-unallocated", figures.unallocated, "/receipts?state=open"));
        facts.push(count("office-money-credits", figures.credits, "/credits?state=open"));
        facts.push(count("office-money-differences", figures.differences, "/differences"));
        facts.push(count("office-money-unknown", figures.unknown, "/payments?state=unknown"));
    }
    page.tabs = super::tabs(shell, "money");
    page.facts = facts;
    page
}

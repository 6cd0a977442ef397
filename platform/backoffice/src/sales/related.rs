//! A customer's quotes, orders and policies, the newest of each, as the customer's record shows them.

use chrono::NaiveDate;
use insurance::{orders, policies, quotes};
use kernel::{AppResult, ReadTx, paging::PageRequest};
use pages::{Badge, Shell, Tone};
use uuid::Uuid;

use crate::{
    frame::{Related, RelatedItem},
    words,
};

pub(crate) async fn of_customer(shell: &Shell, tx: &mut ReadTx, customer: Uuid) -> AppResult<Vec<Related>> {
    let page = PageRequest { page_size: Some(10), ..PageRequest::default() };
    let mut groups = Vec::new();
    if shell.can(policies::READ) {
        let filter = policies::PolicyFilter { customer: Some(customer), ..Default::default() };
        let found = policies::service::list(tx, &filter, &page).await?;
        let item = |row: &policies::PolicyRow| RelatedItem {
            label: row.number.clone(),
            detail: format!("{} · {}", row.product_name.get(&shell.lang), row.plate.clone().unwrap_or_default()).trim_end_matches(" · ").to_owned(),
            href: format!("/policies/{}", row.id),
            state: words::badge(shell, "policy-state", row.state.as_str()),
        };
        groups.push(Related { title: shell.t("office-policies-title"), items: found.results.iter().map(item).collect(), all_href: String::new() });
    }
    if shell.can(orders::READ) {
        let filter = orders::service::OrderFilter { customer: Some(customer), ..Default::default() };
        let found = orders::service::list(tx, &filter, &page).await?;
        let item = |row: &orders::OrderRow| RelatedItem {
            label: row.number.clone(),
            detail: words::amount(shell, row.payable_minor, &row.currency),
            href: format!("/orders/{}", row.id),
            state: words::badge(shell, "order-state", row.state.as_str()),
        };
        groups.push(Related { title: shell.t("office-orders-title"), items: found.results.iter().map(item).collect(), all_href: String::new() });
    }
    if shell.can(quotes::READ) {
        let filter = quotes::QuoteFilter { customer: Some(crm::CustomerId(customer)), ..Default::default() };
        let today = tx.scope().today();
        let found = quotes::service::list(tx, &page, &filter).await?;
        let item = |row: &quotes::QuoteRow| RelatedItem {
            label: row.reference.clone(),
            detail: row.best_payable_minor.map(|minor| words::amount(shell, minor, row.currency.as_deref().unwrap_or_default())).unwrap_or_default(),
            href: format!("/quotes/{}", row.id),
            state: standing(shell, row, today),
        };
        groups.push(Related { title: shell.t("office-quotes-title"), items: found.results.iter().map(item).collect(), all_href: String::new() });
    }
    groups.retain(|group| !group.items.is_empty());
    Ok(groups)
}

/// Whether a quote was bought, or still can be.
pub(crate) fn standing(shell: &Shell, quote: &quotes::QuoteRow, today: NaiveDate) -> Badge {
    validity(shell, quote.is_ordered.then_some(quote.is_bought), today > quote.valid_until)
}

/// The same of a quote whose order is known: `ordered` says whether that became cover.
pub(super) fn validity(shell: &Shell, ordered: Option<bool>, expired: bool) -> Badge {
    let (tone, word) = match (ordered, expired) {
        (Some(true), _) => (Tone::Good, "office-quotes-bought"),
        (Some(false), _) => (Tone::Info, "office-quotes-ordered"),
        (None, true) => (Tone::Neutral, "office-quotes-expired"),
        (None, false) => (Tone::Info, "office-quotes-valid"),
    };
    Badge::new(tone, shell.t(word))
}

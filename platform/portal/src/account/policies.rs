//! The customer's policies, newest first.

use askama::Template;
use axum::response::Response;
use chrono::NaiveDate;
use insurance::{
    fulfilment::document_kind,
    policies::{Approval, PolicyFilter, PolicyRow, PolicyState, service},
};
use kernel::{
    AppResult,
    http::{Customer, Query},
};
use pages::{Badge, ListBar, ListQuery, Shell, Tone, html};

use super::proof_label;
use crate::{page::Page, samples::Sample};

#[derive(Template)]
#[template(path = "portal/policies.html")]
struct PoliciesPage {
    shell: Shell,
    list: ListBar,
    policies: Vec<PolicyCard>,
}

/// A policy as lists show it.
#[derive(Debug, Clone)]
pub(super) struct PolicyCard {
    pub title: String,
    pub insurer: String,
    pub number: String,
    pub until: String,
    /// How long it still runs; empty while it does not run.
    pub left: String,
    pub state: Badge,
    pub href: String,
    /// The document that shows that there is cover; empty: none.
    pub proof_href: String,
    pub proof_label: String,
}

impl PolicyCard {
    pub(super) fn new(shell: &Shell, row: &PolicyRow, today: NaiveDate) -> Self {
        let product = row.product_name.get(&shell.lang);
        let href = format!("/account/policies/{}", row.id);
        Self {
            title: row.plate.as_ref().map_or_else(|| product.to_owned(), |plate| format!("{plate}, {product}")),
            insurer: row.insurer_name.clone(),
            number: row.number.clone(),
            until: shell.date(&row.ends_on),
            left: if row.state == PolicyState::Active {
                shell.tn("portal-days-left", (row.ends_on - today).num_days().max(0))
            } else {
                String::new()
            },
            state: badge(shell, row.state, row.approval),
            proof_href: if matches!(row.state, PolicyState::Active | PolicyState::Pending) && row.approval != Approval::Waiting {
                format!("{href}/certificate")
            } else {
                String::new()
            },
            proof_label: proof_label(shell, document_kind(&row.business_line)),
            href,
        }
    }
    pub(super) fn sample() -> Self {
        Self {
            title: "KDA 123A, Private Motor".to_owned(),
            insurer: "Mfano Insurance".to_owned(),
            number: "POL-2026-00123".to_owned(),
            until: "22 Nov 2027".to_owned(),
            left: "364 days left".to_owned(),
            state: Badge::new(Tone::Good, "Active"),
            href: "/account/policies/1".to_owned(),
            proof_href: "/account/policies/1/certificate".to_owned(),
            proof_label: "Confirmation of cover".to_owned(),
        }
    }
}

pub(super) fn badge(shell: &Shell, state: PolicyState, approval: Approval) -> Badge {
    let (tone, key) = match state {
        PolicyState::Pending if approval == Approval::Waiting => (Tone::Info, "policy-approval-waiting"),
        PolicyState::Pending => (Tone::Info, "portal-policy-pending"),
        PolicyState::Active => (Tone::Good, "state-active"),
        PolicyState::Expired => (Tone::Neutral, "state-expired"),
        PolicyState::Cancelled => (Tone::Bad, "state-cancelled"),
    };
    Badge::new(tone, shell.t(key))
}

pub(super) async fn show(caller: Customer, Page(shell): Page, Query(query): Query<ListQuery>) -> AppResult<Response> {
    let mut tx = caller.begin_read().await?;
    let page = service::list_own(&mut tx, &PolicyFilter::default(), &query.page()).await?;
    drop(tx);
    let list = ListBar::new("/account/policies", String::new(), &query, &page, None, Vec::new());
    let policies = page.results.iter().map(|row| PolicyCard::new(&shell, row, caller.scope.today())).collect();
    html(&PoliciesPage { shell: shell.titled("portal-account-policies"), list, policies })
}

pub(super) fn samples(shell: &Shell) -> Vec<Sample> {
    let page = |policies: Vec<PolicyCard>| PoliciesPage {
        shell: shell.clone().titled("portal-account-policies"),
        list: ListBar { count: policies.len() as u64, next: "/account/policies?cursor=x".to_owned(), ..ListBar::default() },
        policies,
    };
    vec![Sample::of("policies", &page(vec![PolicyCard::sample()])), Sample::of("policies-empty", &page(Vec::new()))]
}

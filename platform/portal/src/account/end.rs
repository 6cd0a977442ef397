//! Asking for the end of a policy: what it would give back today stands beside the wish. Nothing ends by asking; staff answer.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use insurance::{
    cancellations::{self, AskedBy, Calculation, RequestState, service},
    law::Law,
    policies::{self, Policy, PolicyId, PolicyState},
};
use kernel::{
    App, AppError, AppResult, ReadTx,
    http::{Customer, Path, form::Form},
};
use ledger::receivables;
use pages::{FormState, PriceKind, PriceLine, Shell, Tone, html_with, redirect_with};
use serde::{Deserialize, Serialize};

use crate::{form::status_of, page::Page, samples::Sample};

#[derive(Template)]
#[template(path = "portal/policy_end.html")]
struct EndPage {
    shell: Shell,
    form: FormState,
    action: String,
    back: String,
    /// What ending it today would give back, and how that is found.
    lines: Vec<PriceLine>,
    rule: String,
}

#[derive(Deserialize, Serialize, Default, Clone)]
#[serde(default)]
pub(super) struct Wish {
    from: String,
    reason: String,
}

async fn read(app: &App, caller: &Customer, id: PolicyId) -> AppResult<(Policy, Calculation)> {
    let law = Law::of(app, caller.tenant())?;
    let mut tx = caller.begin_read().await?;
    let policy = policies::service::get(&mut tx, id).await?;
    let worked = service::work_out(&mut tx, &law, &policy, AskedBy::Customer, caller.scope.today()).await?;
    Ok((policy, worked))
}

fn page(shell: Shell, policy: &Policy, worked: &Calculation, form: FormState) -> EndPage {
    let back = format!("/account/policies/{}", policy.id);
    let mut shell = shell.under("portal-account-policies", "/account/policies");
    shell.crumbs.push(pages::Crumb { label: policy.number.clone(), href: back.clone() });
    let title = shell.t("portal-end-title");
    let shell = shell.named(title);
    EndPage { rule: rule(&shell, worked), lines: lines(&shell, worked), action: format!("{back}/end"), back, form, shell }
}

fn rule(shell: &Shell, worked: &Calculation) -> String {
    shell.tf(&format!("cancellation-rule-{}", worked.rule.as_str().replace('_', "-")), worked.params())
}

fn lines(shell: &Shell, worked: &Calculation) -> Vec<PriceLine> {
    let part = |part: &cancellations::ReturnLine| PriceLine {
        label: part.label.get(&shell.lang).to_owned(),
        amount: shell.money(&part.returned),
        why: shell.tf("portal-end-of", [("charged", shell.money(&part.charged))]),
        kind: PriceKind::Line,
    };
    let total = PriceLine { label: shell.t("portal-end-total"), amount: shell.money(&worked.refund), why: String::new(), kind: PriceKind::Total };
    worked.lines.iter().map(part).chain([total]).collect()
}

pub(super) async fn show(caller: Customer, State(app): State<App>, Page(shell): Page, Path(id): Path<PolicyId>) -> AppResult<Response> {
    let (policy, worked) = read(&app, &caller, id).await?;
    let form = FormState::new(&shell).with("from", caller.scope.today().to_string());
    html_with(StatusCode::OK, &page(shell, &policy, &worked, form))
}

/// One wish for a policy can be open, so a second click finds the first.
pub(super) async fn send(
    caller: Customer,
    State(app): State<App>,
    Page(shell): Page,
    Path(id): Path<PolicyId>,
    Form(wish): Form<Wish>,
) -> AppResult<Response> {
    match ask(&caller, id, &wish).await {
        Ok(()) => Ok(redirect_with(&format!("/account/policies/{id}"), Tone::Good, "portal-end-asked")),
        Err(error) => {
            let (status, error) = status_of(error)?;
            let (policy, worked) = read(&app, &caller, id).await?;
            let form = FormState::new(&shell).with("from", wish.from).with("reason", wish.reason);
            let form = form.failing(&shell, &error, |field| shell.t(if field == "from" { "portal-end-from" } else { "portal-end-reason" }));
            html_with(status, &page(shell, &policy, &worked, form))
        }
    }
}

async fn ask(caller: &Customer, id: PolicyId, wish: &Wish) -> AppResult<()> {
    let from = wish.from.parse().map_err(|_| AppError::field("from", "field-invalid"))?;
    let mut tx = caller.begin_write().await?;
    cancellations::ask(&mut tx, id, from, &wish.reason).await?;
    tx.commit().await
}

/// What a policy's page says of its end: how the customer's wish stands, where to ask, and where to pay what is left; all may be empty.
#[derive(Default)]
pub(super) struct End {
    pub notice: String,
    pub href: String,
    pub pay_href: String,
}

impl End {
    pub(super) async fn of(tx: &mut ReadTx, shell: &Shell, id: PolicyId, state: PolicyState) -> AppResult<Self> {
        let goes_on = matches!(state, PolicyState::Pending | PolicyState::Active);
        if let Some(agreed) = service::of_policy(tx, id).await? {
            let owed = receivables::owed(tx, cancellations::SUBJECT, agreed.id.0).await?.filter(|owed| owed.is_positive());
            let refund = Some(agreed.calculation.refund).filter(|refund| refund.is_positive());
            let ends = goes_on.then(|| shell.tf("portal-end-agreed", [("day", shell.date(&agreed.calculation.last_day()))]));
            let gets = refund.map(|refund| shell.tf("portal-end-refund", [("amount", shell.money(&refund))]));
            let owes = owed.map(|owed| shell.tf("portal-owed-policy", [("amount", shell.money(&owed))]));
            return Ok(Self {
                pay_href: owes.as_ref().map(|_| format!("/account/owed/{}", agreed.id)).unwrap_or_default(),
                notice: ends.into_iter().chain(gets).chain(owes).collect::<Vec<_>>().join(" "),
                href: String::new(),
            });
        }
        if !goes_on {
            return Ok(Self::default());
        }
        let href = format!("/account/policies/{id}/end");
        Ok(match cancellations::newest_request(tx, id).await? {
            Some(wish) if wish.state == RequestState::Open => {
                Self { notice: shell.tf("portal-end-open", [("day", shell.date(&wish.from))]), ..Self::default() }
            }
            Some(wish) => Self { notice: shell.tf("portal-end-declined", [("answer", wish.answer.unwrap_or_default())]), href, ..Self::default() },
            None => Self { href, ..Self::default() },
        })
    }
}

pub(super) fn samples(shell: &Shell) -> Vec<Sample> {
    let page = |form: FormState| EndPage {
        shell: shell.clone().titled("portal-end-title"),
        form,
        action: "/account/policies/1/end".to_owned(),
        back: "/account/policies/1".to_owned(),
        lines: vec![PriceLine { label: "Premium".to_owned(), amount: "KSh 100".to_owned(), ..PriceLine::default() }],
        rule: "By days".to_owned(),
    };
    let refused = FormState::new(shell).failing(shell, &AppError::field("reason", "field-required"), |_| shell.t("portal-end-reason"));
    vec![Sample::of("policy-end", &page(FormState::new(shell))), Sample::of("policy-end-refused", &page(refused))]
}

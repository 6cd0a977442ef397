//! A debt that is paid by a link, without logging in: its number, what is owed, and the ways to pay. Whoever holds the link sees
//! nothing of the person who owes.

use askama::Template;
use axum::{
    extract::State,
    http::{HeaderName, HeaderValue},
    response::Response,
};
use kernel::{
    App, AppError, AppResult, Scope,
    http::{Anyone, Path, form::Form},
    money::Money,
};
use ledger::{
    pay_links::{self, PayLink, PayLinkState},
    payments::{self, ActionView, PaymentStatus},
    receivables::{self, Receivable, ReceivableState},
};
use pages::{Fact, FormState, Shell, html, html_with, redirect};
use serde_json::json;

use super::{
    order::{Phase, reason, stands},
    pay_form::{self, PayForm, PayMethods, Payable},
};
use crate::{form::status_of, page::Page, samples::Sample};

/// What the part that changes shows.
struct View {
    phase: Phase,
    title: String,
    text: String,
    /// Empty where there is nothing to say of money.
    amount: String,
    watching: bool,
    /// What the payer must do elsewhere.
    action_href: String,
    facts: Vec<Fact>,
    href: String,
}

#[derive(Template)]
#[template(path = "portal/pay_link.html")]
struct LinkPage {
    shell: Shell,
    view: View,
    pay: PayMethods,
    form: FormState,
}

#[derive(Template)]
#[template(path = "portal/pay_link_state.html")]
struct LinkPart {
    shell: Shell,
    view: View,
    pay: PayMethods,
    form: FormState,
}

/// A link with what is owed and what was tried.
struct Found {
    link: PayLink,
    owed: Vec<Receivable>,
    payments: Vec<PaymentStatus>,
}

impl Found {
    /// # Errors
    /// `not_found` for a secret that we did not give out.
    async fn of(scope: &Scope, token: &str) -> AppResult<Self> {
        let mut tx = scope.begin_read().await?;
        let link = pay_links::find(&mut tx, token).await?.ok_or_else(AppError::not_found)?;
        let owed = receivables::of_payable(&mut tx, &link.payable_kind, link.payable_id).await?;
        let payments = payments::service::of_payable(&mut tx, &link.payable_kind, link.payable_id).await?;
        Ok(Self { link, owed, payments })
    }

    /// What is to be paid now; none if nothing is owed any more.
    fn due(&self, scope: &Scope) -> AppResult<Option<Money>> {
        Ok(receivables::due_now(&self.owed, scope.today())?.filter(|due| due.is_positive()))
    }

    /// Of a debt that is paid in parts: what is due is there, and the next part has time.
    fn has_time(&self, scope: &Scope) -> bool {
        let today = scope.today();
        self.owed.iter().any(|part| part.state == ReceivableState::Settled)
            && !self.owed.iter().any(|part| part.outstanding().is_positive() && part.due_on <= today)
    }

    fn phase(&self, scope: &Scope) -> AppResult<Phase> {
        let attempt = self.payments.first().and_then(|payment| stands(payment, scope.now()));
        Ok(match (self.link.state(&self.owed, scope.now()), attempt) {
            (PayLinkState::Paid, _) => Phase::Issued,
            (PayLinkState::Withdrawn | PayLinkState::Expired, _) => Phase::Over,
            _ if self.due(scope)?.is_none() => Phase::Over,
            (_, Some(phase)) => phase,
            (_, None) if self.has_time(scope) => Phase::Issued,
            (_, None) => Phase::ToPay,
        })
    }
}

impl View {
    fn new(shell: &Shell, scope: &Scope, token: &str, found: &Found) -> AppResult<Self> {
        let phase = found.phase(scope)?;
        let latest = found.payments.first();
        let asked = matches!(phase, Phase::Asked | Phase::Late | Phase::Unknown);
        let shown = latest.filter(|_| asked || phase == Phase::Issued);
        let amount = if asked { latest.map(|payment| payment.amount) } else { found.due(scope)?.filter(|_| phase != Phase::Issued) };
        let phone = shown.and_then(|payment| payment.payer_phone.clone());
        let title = match (&phone, phase) {
            (Some(phone), Phase::Asked) => shell.tf("portal-wait-title", [("phone", phone.as_str())]),
            (None, Phase::Asked) => shell.t("portal-wait-title-plain"),
            (_, Phase::Late | Phase::Unknown | Phase::Failed) => shell.t(&format!("portal-order-{}-title", phase.name())),
            _ => shell.t(&format!("portal-link-{}-title", phase.name())),
        };
        let text = match (phase, latest) {
            (Phase::Asked, Some(PaymentStatus { action: Some(ActionView::Text(text)), .. })) => text.clone(),
            (Phase::Failed, Some(payment)) => shell.tf("portal-order-failed-text", [("reason", reason(shell, payment))]),
            (Phase::Asked | Phase::Late | Phase::Unknown, _) => shell.t(&format!("portal-order-{}-text", phase.name())),
            _ => shell.t(&format!("portal-link-{}-text", phase.name())),
        };
        let mut facts = vec![Fact::new(shell.t("portal-link-for"), found.link.label.clone()).copied()];
        if let Some(payment) = shown {
            facts.push(Fact::new(shell.t("portal-pay-method"), payment.method_title.clone()));
            facts.push(Fact::new(shell.t("portal-wait-reference"), payment.reference.clone()).copied());
        }
        if phase.may_pay() {
            let last_day = found.link.expires_at.with_timezone(&scope.tenant.time_zone).date_naive();
            facts.push(Fact::new(shell.t("portal-link-until"), shell.date(&last_day)));
        }
        Ok(Self {
            phase,
            title,
            text,
            amount: amount.filter(|_| phase != Phase::Over).map(|amount| shell.money(&amount)).unwrap_or_default(),
            watching: phase.is_watched(),
            action_href: match latest {
                Some(PaymentStatus { action: Some(ActionView::Url(url)), .. }) if asked => url.clone(),
                _ => String::new(),
            },
            facts,
            href: page(token),
        })
    }
}

fn page(token: &str) -> String {
    format!("/pay/{token}")
}

async fn parts(app: &App, scope: &Scope, shell: &Shell, token: &str) -> AppResult<(View, PayMethods, FormState)> {
    let found = Found::of(scope, token).await?;
    let view = View::new(shell, scope, token, &found)?;
    let pay = match found.due(scope)? {
        Some(owed) if view.phase.may_pay() => PayMethods::of(app, scope, shell, owed).await?,
        _ => PayMethods::default(),
    };
    let first = pay.methods.first().map(|method| method.value.clone()).unwrap_or_default();
    Ok((view, pay, FormState::once(shell).with("method", first)))
}

/// Who holds the secret acts as nobody in particular: the link alone says what may be seen and paid.
fn acting(caller: &Anyone) -> Scope {
    let locale = caller.scope.locale.to_string();
    caller.scope.as_system("portal.pay_link").speaking(Some(&locale))
}

pub(super) async fn show(caller: Anyone, State(app): State<App>, Page(shell): Page, Path(token): Path<String>) -> AppResult<Response> {
    let scope = acting(&caller);
    let (view, pay, form) = parts(&app, &scope, &shell, &token).await?;
    if view.phase.may_pay() {
        let mut tx = scope.begin_write().await?;
        if let Some(link) = pay_links::find(&mut tx, &token).await? {
            pay_links::note_opened(&mut tx, link.id).await?;
        }
        tx.commit().await?;
    }
    html(&LinkPage { shell: shell.titled("portal-link-title"), view, pay, form })
}

/// The part that changes. Once there is nothing to wait for, the whole page is loaded, which then asks no more.
pub(super) async fn state(caller: Anyone, State(app): State<App>, Page(shell): Page, Path(token): Path<String>) -> AppResult<Response> {
    let (view, pay, form) = parts(&app, &acting(&caller), &shell, &token).await?;
    let settled = !view.watching;
    let mut response = html(&LinkPart { shell, view, pay, form })?;
    if settled {
        response.headers_mut().insert(HeaderName::from_static("hx-refresh"), HeaderValue::from_static("true"));
    }
    Ok(response)
}

/// Asks for the money. An attempt that is open already is simply shown.
pub(super) async fn pay(
    caller: Anyone,
    State(app): State<App>,
    Page(shell): Page,
    Path(token): Path<String>,
    Form(body): Form<PayForm>,
) -> AppResult<Response> {
    let scope = acting(&caller);
    match ask(&app, &scope, &token, &body, &shell.path).await {
        Ok(()) => Ok(redirect(&page(&token))),
        Err(error) if error.is("payment.already_open") || error.is("payment.nothing_owed") => Ok(redirect(&page(&token))),
        Err(error) => {
            let (status, error) = status_of(error)?;
            let (view, pay, form) = parts(&app, &scope, &shell, &token).await?;
            let form = form.with("phone", body.phone).with("email", body.email).failing(&shell, &error, |field| pay_form::label(&shell, field));
            html_with(status, &LinkPage { shell: shell.titled("portal-link-title"), view, pay, form })
        }
    }
}

async fn ask(app: &App, scope: &Scope, token: &str, body: &PayForm, path: &str) -> AppResult<()> {
    let method = body.chosen(app, scope).await?;
    let key = body.key(path)?;
    let found = Found::of(scope, token).await?;
    if !found.phase(scope)?.may_pay() {
        // The page says what happened meanwhile.
        return Ok(());
    }
    let Some(owed) = found.due(scope)? else { return Ok(()) };
    let mut tx = scope.begin_write().await?;
    if tx.claim_key(&key).await?.is_some() {
        return Ok(());
    }
    let link = &found.link;
    let payable = Payable { kind: link.payable_kind.clone(), id: link.payable_id, number: link.label.clone(), page: page(token) };
    body.start(app, &mut tx, payable, owed, method).await?;
    tx.commit_with(&key, 303, &json!({ "pay_link": link.id })).await.map(drop)
}

pub(super) fn samples(shell: &Shell) -> Vec<Sample> {
    let phases = [
        ("link-to-pay", Phase::ToPay),
        ("link-asked", Phase::Asked),
        ("link-failed", Phase::Failed),
        ("link-paid", Phase::Issued),
        ("link-over", Phase::Over),
    ];
    let page = |phase: Phase| LinkPage {
        shell: shell.clone().titled("portal-link-title"),
        view: View {
            phase,
            title: match phase {
                Phase::Asked => shell.t("portal-wait-title-plain"),
                Phase::Failed => shell.t("portal-order-failed-title"),
                _ => shell.t(&format!("portal-link-{}-title", phase.name())),
            },
            text: match phase {
                Phase::Asked => shell.t("portal-order-asked-text"),
                Phase::Failed => shell.tf("portal-order-failed-text", [("reason", shell.t("payment-failed-no-answer"))]),
                _ => shell.t(&format!("portal-link-{}-text", phase.name())),
            },
            amount: if phase == Phase::Over { String::new() } else { "KSh 45,243".to_owned() },
            watching: phase.is_watched(),
            action_href: String::new(),
            facts: vec![Fact::new(shell.t("portal-link-for"), "ORD-2026-00042").copied()],
            href: "/pay/1".to_owned(),
        },
        pay: PayMethods {
            methods: vec![pages::Choice::new("mobile", "Mobile money")],
            phone_for: "method=mobile".to_owned(),
            email_for: String::new(),
        },
        form: FormState::once(shell).with("method", "mobile"),
    };
    phases.iter().map(|(name, phase)| Sample::of(name, &page(*phase))).collect()
}

//! Paying what is owed for one payable: where it stands, in words, and the ways to pay. Shown by a link's page and in the account.

use askama::Template;
use axum::response::Response;
use chrono::NaiveDate;
use kernel::{App, AppResult, ReadTx, Scope, money::Money};
use ledger::{
    payments::{self, PaymentStatus},
    receivables::{self, Receivable, ReceivableState},
};
use pages::{Fact, FormState, Shell, html, html_with, redirect};
use serde_json::json;
use uuid::Uuid;

use super::{
    pay_form::{DirectWay, Own, PayForm, PayMethods, Payable},
    phase::{self, Phase},
};
use crate::samples::Sample;

/// What is owed for a payable, and what was tried.
pub(super) struct Debt {
    kind: String,
    id: Uuid,
    /// What its papers call it.
    label: String,
    pub(super) owed: Vec<Receivable>,
    payments: Vec<PaymentStatus>,
}

impl Debt {
    pub(super) async fn of(tx: &mut ReadTx, kind: &str, id: Uuid, label: &str) -> AppResult<Self> {
        let owed = receivables::of_payable(tx, kind, id).await?;
        let payments = payments::service::of_payable(tx, kind, id).await?;
        Ok(Self { kind: kind.to_owned(), id, label: label.to_owned(), owed, payments })
    }

    /// What is to be paid now; none if nothing is owed any more.
    fn due(&self, today: NaiveDate) -> AppResult<Option<Money>> {
        Ok(receivables::due_now(&self.owed, today)?.filter(|due| due.is_positive()))
    }

    /// Of a debt that is paid in parts: what is due is there, and the next part has time.
    fn has_time(&self, today: NaiveDate) -> bool {
        self.owed.iter().any(|part| part.state == ReceivableState::Settled)
            && !self.owed.iter().any(|part| part.outstanding().is_positive() && part.due_on <= today)
    }

    /// What a payer who was not asked names it by.
    fn reference(&self) -> &str {
        let open = self.owed.iter().find(|part| part.outstanding().is_positive());
        open.or(self.owed.first()).map(|part| part.reference.as_str()).unwrap_or_default()
    }

    /// Where it stands.
    pub(super) fn phase(&self, scope: &Scope) -> AppResult<Phase> {
        if !self.owed.is_empty() && self.owed.iter().all(|part| part.state == ReceivableState::Settled) {
            return Ok(Phase::Issued);
        }
        if self.due(scope.today())?.is_none() {
            return Ok(Phase::Over);
        }
        let attempt = self.payments.first().and_then(|payment| phase::stands(payment, scope.now()));
        Ok(attempt.unwrap_or(if self.has_time(scope.today()) { Phase::Issued } else { Phase::ToPay }))
    }
}

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
#[template(path = "portal/debt.html")]
struct DebtPage {
    shell: Shell,
    view: View,
    pay: PayMethods,
    form: FormState,
}

#[derive(Template)]
#[template(path = "portal/debt_state.html")]
struct DebtPart {
    shell: Shell,
    view: View,
    pay: PayMethods,
    form: FormState,
}

/// A debt as one page shows it.
pub(super) struct Shown {
    pub(super) debt: Debt,
    pub(super) phase: Phase,
    /// Beginning of the keys of the page's own texts: `portal-link`, `portal-owed`.
    pub(super) wording: &'static str,
    pub(super) href: String,
    /// The last day on which the page may be used to pay.
    pub(super) until: Option<NaiveDate>,
    /// What is offered to be asked for the money.
    pub(super) own: Own,
}

impl Shown {
    fn view(&self, shell: &Shell, scope: &Scope) -> AppResult<View> {
        let (phase, latest) = (self.phase, self.debt.payments.first());
        let asked = matches!(phase, Phase::Asked | Phase::Late | Phase::Unknown);
        let shown = latest.filter(|_| asked || phase == Phase::Issued);
        let due = self.debt.due(scope.today())?;
        let amount = if asked { latest.map(|payment| payment.amount) } else { due.filter(|_| phase != Phase::Issued) };
        let mut facts = vec![Fact::new(shell.t("portal-link-for"), self.debt.label.clone()).copied()];
        if let Some(payment) = shown {
            facts.push(Fact::new(shell.t("portal-pay-method"), payment.method_title.clone()));
            facts.push(Fact::new(shell.t("portal-wait-reference"), payment.reference.clone()).copied());
        }
        if let Some(until) = self.until.filter(|_| phase.may_pay()) {
            facts.push(Fact::new(shell.t("portal-link-until"), shell.date(&until)));
        }
        Ok(View {
            phase,
            title: phase::title(shell, self.wording, phase, shown),
            text: phase::text(shell, self.wording, phase, latest),
            amount: amount.filter(|_| phase != Phase::Over).map(|amount| shell.money(&amount)).unwrap_or_default(),
            watching: phase.is_watched(),
            action_href: phase::action(latest.filter(|_| asked)),
            facts,
            href: self.href.clone(),
        })
    }

    async fn page(&self, app: &App, scope: &Scope, shell: Shell) -> AppResult<DebtPage> {
        let view = self.view(&shell, scope)?;
        let pay = match self.debt.due(scope.today())? {
            Some(owed) if self.phase.may_pay() => {
                let offered = PayMethods::of(app, scope, &shell, owed).await?;
                offered.with_direct(app, scope, &shell, owed, self.debt.reference()).await?
            }
            _ => PayMethods::default(),
        };
        let first = pay.methods.first().map(|method| method.value.clone()).unwrap_or_default();
        let form = self.own.clone().fill(FormState::once(&shell).with("method", first));
        Ok(DebtPage { shell: shell.titled(&format!("{}-title", self.wording)), view, pay, form })
    }

    pub(super) async fn show(&self, app: &App, scope: &Scope, shell: Shell) -> AppResult<Response> {
        html(&self.page(app, scope, shell).await?)
    }

    pub(super) async fn state(&self, app: &App, scope: &Scope, shell: Shell) -> AppResult<Response> {
        let DebtPage { shell, view, pay, form } = self.page(app, scope, shell).await?;
        let watching = view.watching;
        Ok(phase::changing(html(&DebtPart { shell, view, pay, form })?, watching))
    }

    /// Asks for the money. An attempt that is open already is simply shown.
    pub(super) async fn pay(&self, app: &App, scope: &Scope, shell: Shell, body: PayForm) -> AppResult<Response> {
        match self.ask(app, scope, &body, &shell.path).await {
            Ok(()) => Ok(redirect(&self.href)),
            Err(error) if phase::is_settled(&error) => Ok(redirect(&self.href)),
            Err(error) => {
                let mut page = self.page(app, scope, shell).await?;
                let (status, form) = phase::refused(&page.shell, page.form, body, error)?;
                page.form = form;
                html_with(status, &page)
            }
        }
    }

    async fn ask(&self, app: &App, scope: &Scope, body: &PayForm, path: &str) -> AppResult<()> {
        let method = body.chosen(app, scope).await?;
        let key = body.key(path)?;
        // Otherwise the page says what happened meanwhile.
        let Some(owed) = self.debt.due(scope.today())?.filter(|_| self.phase.may_pay()) else { return Ok(()) };
        let mut tx = scope.begin_write().await?;
        if tx.claim_key(&key).await?.is_some() {
            return Ok(());
        }
        let payable = Payable { kind: self.debt.kind.clone(), id: self.debt.id, number: self.debt.label.clone(), page: self.href.clone() };
        body.start(app, &mut tx, payable, owed, method).await?;
        tx.commit_with(&key, 303, &json!({ "payable": self.debt.id })).await.map(drop)
    }
}

/// The page to be paid, asked, failed, paid and over.
pub(super) fn samples(shell: &Shell, wording: &str, names: [&'static str; 5]) -> Vec<Sample> {
    let page = |phase: Phase| DebtPage {
        shell: shell.clone().titled(&format!("{wording}-title")),
        view: View {
            phase,
            title: match phase {
                Phase::Asked => shell.t("portal-wait-title-plain"),
                Phase::Failed => shell.t("portal-order-failed-title"),
                _ => shell.t(&format!("{wording}-{}-title", phase.name())),
            },
            text: match phase {
                Phase::Asked => shell.t("portal-order-asked-text"),
                Phase::Failed => shell.tf("portal-order-failed-text", [("reason", shell.t("payment-failed-no-answer"))]),
                _ => shell.t(&format!("{wording}-{}-text", phase.name())),
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
            direct: vec![DirectWay::sample(shell)],
        },
        form: FormState::once(shell).with("method", "mobile"),
    };
    let phases = [Phase::ToPay, Phase::Asked, Phase::Failed, Phase::Issued, Phase::Over];
    names.into_iter().zip(phases).map(|(name, phase)| Sample::of(name, &page(phase))).collect()
}

//! Ending a policy: staff say from when, for whom and why; see line by line what is given back; and then confirm. A customer's wish
//! waits as a notice on the policy, and is agreed to here or declined.

use axum::{extract::State, response::Response};
use chrono::NaiveDate;
use documents::{DocumentView, Subject, register};
use insurance::{
    cancellations::{self, AskedBy, Calculation, Cancel, Cancellation, CancellationRequest, RequestState, service},
    law::Law,
    policies::{self, Policy, PolicyId},
};
use kernel::{
    App, AppError, AppResult, Kind, ReadTx,
    error::Fields,
    http::{Path, Staff},
};
use ledger::{
    credits::{self, Credit},
    permissions::{PAYMENT_READ, REFUND_REQUEST},
    refunds::{self, Refund},
};
use pages::{Choice, Crumb, Fact, Flash, PriceKind, PriceLine, Shell, Tone, redirect_with};

use crate::{
    customers::viewed,
    entry::Confirmed,
    frame::{Action, Field, FormPage, Office, Related, RelatedItem, Section, Sent, mendable},
    words,
};

fn under(shell: Shell, policy: &Policy) -> Shell {
    let mut shell = shell.under("office-policies-title", "/policies");
    shell.crumbs.push(Crumb { label: policy.number.clone(), href: format!("/policies/{}", policy.id) });
    shell
}

fn by_choices(shell: &Shell) -> Vec<Choice> {
    words::choices(shell, "cancellation-asked", AskedBy::ALL.iter().map(|by| by.as_str()))
}

/// The first step: from when, for whom, why.
fn ask_page(shell: Shell, policy: &Policy) -> FormPage {
    let (shell, href) = (under(shell, policy), format!("/policies/{}", policy.id));
    let fields = vec![
        Field::choices("asked_by", shell.t("office-cancel-asked-by"), by_choices(&shell)),
        Field::date("from", shell.t("office-cancel-from")).help(shell.t("office-cancel-from-help")),
        Field::area("reason", shell.t("field-reason")).max(500).help(shell.t("office-policies-cancel-help")),
    ];
    let (title, lede) = (shell.t("office-policies-cancel"), shell.t("office-cancel-lede"));
    let (submit, keep) = (shell.t("office-cancel-work-out"), shell.t("office-policies-keep"));
    let mut page = FormPage::new(shell, title, &format!("{href}/cancel"), &href, vec![Section::of(fields)]).lede(lede).submit(submit);
    page.keep = keep;
    page.version(policy.version)
}

pub(super) async fn show(State(app): State<App>, Office(shell): Office, staff: Staff, Path(id): Path<PolicyId>) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let policy = policies::service::get(&mut tx, id).await?;
    let wish = open_wish(&mut tx, id).await?;
    drop(tx);
    viewed(&app, &staff.scope, "policy", id.0).await?;
    let page = ask_page(shell, &policy).with("asked_by", AskedBy::Customer.as_str());
    let page = match wish {
        Some(wish) => page.with("from", wish.from.to_string()).with("reason", wish.reason),
        None => page.with("from", staff.scope.today().to_string()),
    };
    page.show()
}

async fn open_wish(tx: &mut ReadTx, policy: PolicyId) -> AppResult<Option<CancellationRequest>> {
    Ok(cancellations::newest_request(tx, policy).await?.filter(|wish| wish.state == RequestState::Open))
}

struct Asked {
    asked_by: AskedBy,
    from: NaiveDate,
    reason: String,
}

fn read(sent: &Sent) -> AppResult<Asked> {
    let mut fields = Fields::new();
    let asked_by = fields.check("asked_by", AskedBy::from_name(sent.text("asked_by")), "field-required");
    let from = fields.check("from", sent.text("from").parse().ok(), "field-invalid");
    let reason = fields.text("reason", sent.text("reason"), 500);
    fields.finish()?;
    match (asked_by, from) {
        (Some(asked_by), Some(from)) => Ok(Asked { asked_by, from, reason }),
        _ => Err(AppError::malformed("cancellation")),
    }
}

/// The second step: what it gives back, to be confirmed. Nothing is changed by showing it.
pub(super) async fn work_out(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(id): Path<PolicyId>,
    Confirmed(sent): Confirmed,
) -> AppResult<Response> {
    let law = Law::of(&app, &staff.scope.tenant)?;
    let mut tx = staff.begin_read().await?;
    let policy = policies::service::get(&mut tx, id).await?;
    let collects = insurance::orders::service::get(&mut tx, policy.order).await?.collects();
    let worked: AppResult<(Asked, Calculation)> = async {
        let asked = read(&sent)?;
        let worked = service::work_out(&mut tx, &law, &policy, asked.asked_by, asked.from).await?;
        Ok((asked, worked))
    }
    .await;
    drop(tx);
    match worked {
        Ok((asked, worked)) => confirm_page(shell, &policy, &asked, &worked, collects, sent.version()?).show(),
        Err(error) => ask_page(shell, &policy).again(&sent, error),
    }
}

fn confirm_page(shell: Shell, policy: &Policy, asked: &Asked, worked: &Calculation, collects: bool, version: i32) -> FormPage {
    let (shell, href) = (under(shell, policy), format!("/policies/{}", policy.id));
    let mut fields = Vec::new();
    if collects && worked.refund.is_positive() && shell.can(REFUND_REQUEST) {
        let choice = |name: &str| {
            let key = format!("office-cancel-{name}");
            Choice { value: name.to_owned(), label: shell.t(&key), detail: shell.t(&format!("{key}-detail")) }
        };
        fields.push(Field::choices("then", shell.t("office-cancel-then"), vec![choice("refund"), choice("credit")]));
    }
    let facts = vec![
        Fact::new(shell.t("office-cancel-from"), shell.date(&worked.from)),
        Fact::new(
            shell.t("office-cancel-last-day"),
            if worked.never_began() { shell.t("office-cancel-never-began") } else { shell.date(&worked.last_day()) },
        ),
        Fact::new(shell.t("office-cancel-asked-by"), words::word(&shell, "cancellation-asked", asked.asked_by.as_str())),
        Fact::new(shell.t("field-reason"), asked.reason.clone()),
    ];
    let lines = lines(&shell, worked, collects);
    let (title, lede) =
        (shell.t("office-cancel-confirm"), shell.t(if collects { "office-cancel-confirm-lede" } else { "office-cancel-insurer-lede" }));
    let (submit, keep) = (shell.t("office-policies-cancel"), shell.t("office-policies-keep"));
    let hidden = [
        ("asked_by", asked.asked_by.as_str().to_owned()),
        ("from", asked.from.to_string()),
        ("reason", asked.reason.clone()),
        ("expected", worked.refund.minor.to_string()),
    ];
    let mut page = FormPage::new(shell, title, &format!("{href}/cancel/confirm"), &href, vec![Section::of(fields)])
        .lede(lede)
        .facts(facts)
        .lines(lines)
        .submit(submit)
        .grave(keep)
        .version(version)
        .with("then", "refund");
    page.hidden = hidden.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    page
}

/// The calculation: each line with what was charged, what is given back and why.
pub(super) fn lines(shell: &Shell, worked: &Calculation, collects: bool) -> Vec<PriceLine> {
    let line = |label: String, amount: String, why: String| PriceLine { label, amount, why, kind: PriceKind::Line };
    let mut shown = vec![line(rule(shell, worked), String::new(), String::new())];
    for part in &worked.lines {
        let why = shell.tf("office-cancel-of", [("charged", shell.money(&part.charged))]);
        shown.push(line(part.label.get(&shell.lang).to_owned(), shell.money(&part.returned), why));
    }
    if !worked.rounding.is_zero() {
        shown.push(line(shell.t("office-cancel-rounding"), shell.money(&worked.rounding), String::new()));
    }
    let total = shell.t(if collects { "office-cancel-total" } else { "office-cancel-total-insurer" });
    shown.push(PriceLine { label: total, amount: shell.money(&worked.refund), why: String::new(), kind: PriceKind::Total });
    shown.push(line(shell.t("office-cancel-commission"), shell.money(&worked.commission), shell.t("office-cancel-commission-why")));
    shown
}

fn rule(shell: &Shell, worked: &Calculation) -> String {
    shell.tf(&format!("cancellation-rule-{}", worked.rule.as_str().replace('_', "-")), worked.params())
}

pub(super) async fn confirm(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(id): Path<PolicyId>,
    Confirmed(sent): Confirmed,
) -> AppResult<Response> {
    let law = Law::of(&app, &staff.scope.tenant)?;
    let asked = read(&sent)?;
    let command = Cancel {
        version: sent.version()?,
        from: Some(asked.from),
        asked_by: asked.asked_by,
        reason: asked.reason,
        expected_refund: sent.text("expected").parse().ok(),
        pay_back: sent.text("then") == "refund" && shell.can(REFUND_REQUEST),
    };
    let mut tx = staff.begin_write().await?;
    match service::cancel(&mut tx, &law, id, &command).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(redirect_with(&format!("/policies/{id}"), Tone::Good, "office-policies-cancelled"))
        }
        Err(error) if mendable(&error) => {
            drop(tx);
            let mut tx = staff.begin_read().await?;
            let policy = policies::service::get(&mut tx, id).await?;
            ask_page(shell, &policy).again(&sent, error)
        }
        Err(error) => Err(error),
    }
}

fn decline_page(shell: Shell, policy: &Policy, wish: &CancellationRequest) -> FormPage {
    let (shell, href) = (under(shell, policy), format!("/policies/{}", policy.id));
    let reason = Field::area("reason", shell.t("field-reason")).max(500).help(shell.t("office-policies-cancel-help"));
    let facts = vec![Fact::new(shell.t("office-cancel-from"), shell.date(&wish.from)), Fact::new(shell.t("office-cancel-wish"), wish.reason.clone())];
    let (title, lede) = (shell.t("office-cancel-decline"), shell.t("office-cancel-decline-lede"));
    let submit = title.clone();
    FormPage::new(shell, title, &format!("{href}/cancel/decline"), &href, vec![Section::of(vec![reason])]).lede(lede).facts(facts).submit(submit)
}

async fn wished(tx: &mut ReadTx, id: PolicyId) -> AppResult<(Policy, CancellationRequest)> {
    let policy = policies::service::get(tx, id).await?;
    let wish = open_wish(tx, id).await?.ok_or_else(AppError::not_found)?;
    Ok((policy, wish))
}

pub(super) async fn show_decline(State(app): State<App>, Office(shell): Office, staff: Staff, Path(id): Path<PolicyId>) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let (policy, wish) = wished(&mut tx, id).await?;
    drop(tx);
    viewed(&app, &staff.scope, "policy", id.0).await?;
    decline_page(shell, &policy, &wish).show()
}

pub(super) async fn decline(Office(shell): Office, staff: Staff, Path(id): Path<PolicyId>, Confirmed(sent): Confirmed) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    let (policy, wish) = wished(&mut tx, id).await?;
    match cancellations::decline(&mut tx, id, sent.text("reason")).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with(&format!("/policies/{id}"), Tone::Good, "office-cancel-declined"))
        }
        Err(error) => decline_page(shell, &policy, &wish).again(&sent, error),
    }
}

/// What a policy's record says about its end.
#[derive(Default)]
pub(super) struct End {
    pub(super) agreed: Option<Cancellation>,
    pub(super) wish: Option<CancellationRequest>,
    /// What the end left for the customer, and the refunds of it.
    credit: Option<Credit>,
    refunds: Vec<Refund>,
}

impl End {
    pub(super) async fn of(tx: &mut ReadTx, policy: PolicyId) -> AppResult<Self> {
        let agreed = service::of_policy(tx, policy).await?;
        let credit = match &agreed {
            Some(agreed) => match credits::of_source(tx, cancellations::SUBJECT, agreed.id.0).await {
                Ok(credit) => Some(credit),
                Err(error) if error.kind == Kind::NotFound => None,
                Err(error) => return Err(error),
            },
            None => None,
        };
        let refunds = match &credit {
            Some(credit) => refunds::of_credit(tx, credit.id).await?,
            None => Vec::new(),
        };
        Ok(Self { agreed, wish: open_wish(tx, policy).await?, credit, refunds })
    }

    /// Giving back what nobody has asked for yet.
    pub(super) fn give_back(&self, shell: &Shell) -> Option<Action> {
        let credit = self.credit.as_ref().filter(|credit| credit.left().is_positive() && shell.can(REFUND_REQUEST))?;
        Some(Action::link(shell.t("office-refunds-request"), format!("/credits/{}/refund", credit.id)).primary().icon("coins"))
    }

    /// The refunds that were asked for.
    pub(super) fn related(&self, shell: &Shell) -> Related {
        let refund = |refund: &Refund| RelatedItem {
            label: refund.number.clone(),
            detail: shell.money(&refund.amount),
            href: if shell.can(PAYMENT_READ) { format!("/refunds/{}", refund.id) } else { String::new() },
            state: words::badge(shell, "refund-state", refund.state.as_str()),
        };
        Related { title: shell.t("office-refunds-title"), items: self.refunds.iter().map(refund).collect(), all_href: String::new() }
    }

    /// What was written to the customer about it.
    pub(super) async fn letters(&self, tx: &mut ReadTx) -> AppResult<Vec<DocumentView>> {
        let Some(agreed) = &self.agreed else { return Ok(Vec::new()) };
        let letters = register::service::list_of(tx, Subject::new(cancellations::SUBJECT, agreed.id.0)).await?;
        Ok(letters.into_iter().map(DocumentView::from).collect())
    }

    /// A wish that waits for an answer, or an end that is agreed.
    pub(super) fn notices(&self, shell: &Shell) -> Vec<Flash> {
        let mut notices = Vec::new();
        if let Some(agreed) = &self.agreed {
            let (worked, amount) = (&agreed.calculation, shell.money(&agreed.calculation.refund));
            let text = if worked.never_began() {
                shell.tf("office-cancel-undone", [("amount", amount)])
            } else {
                shell.tf("office-cancel-ends", [("day", shell.date(&worked.last_day())), ("amount", amount)])
            };
            notices.push(Flash { tone: Tone::Info, text, undo: None });
        }
        if let Some(wish) = &self.wish {
            let text = shell.tf("office-cancel-wished", [("day", shell.date(&wish.from)), ("reason", wish.reason.clone())]);
            notices.push(Flash { tone: Tone::Warn, text, undo: None });
        }
        notices
    }
}

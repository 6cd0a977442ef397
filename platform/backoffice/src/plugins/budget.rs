//! What an installation may spend in a day.

use axum::{extract::State, response::Response};
use integrations::{
    Integrations,
    budgets::{self, BudgetInput, BudgetView},
    installs::{self, InstallationView},
};
use kernel::{
    App, AppResult,
    error::Fields,
    http::{Path, Staff},
    money::{Currency, Money},
};
use pages::{Crumb, Fact, Shell, Tone, redirect_with};
use uuid::Uuid;

use crate::{
    entry::Confirmed,
    frame::{Field, FormPage, Office, Section, Sent},
};

/// Limits with what was spent today.
pub(super) fn facts(shell: &Shell, budget: &BudgetView) -> Vec<Fact> {
    let of = |used: String, limit: Option<String>| match limit {
        Some(limit) => shell.tf("office-budget-used", [("used", used), ("limit", limit)]),
        None => shell.t("office-budget-none"),
    };
    let mut facts = vec![
        Fact::new(shell.t("office-budget-calls"), of(shell.number(budget.calls_today), budget.calls.map(|limit| shell.number(limit)))),
        Fact::new(shell.t("office-budget-messages"), of(shell.number(budget.messages_today), budget.messages.map(|limit| shell.number(limit)))),
        Fact::new(shell.t("office-budget-money"), of(shell.money(&budget.money_today), budget.money.map(|limit| shell.money(&limit)))),
    ];
    if budget.refused_today > 0 {
        facts.push(Fact::new(shell.t("office-budget-refused"), shell.number(budget.refused_today)));
    }
    facts
}

pub(crate) fn page(shell: Shell, view: &InstallationView, currency: Currency) -> FormPage {
    let href = format!("/plugins/{}", view.installation.id);
    let mut shell = shell.under("office-plugins-plugins", "/plugins");
    shell.crumbs.push(Crumb { label: view.installation.title.clone(), href: href.clone() });
    let none = shell.t("office-budget-empty");
    let fields = vec![
        Field::text("calls", shell.t("office-budget-calls")).max(12).help(none.clone()).optional(),
        Field::text("messages", shell.t("office-budget-messages")).max(12).help(none).optional(),
        Field::money("money", shell.t("office-budget-money"), currency.symbol()).help(shell.t("office-budget-money-help")).optional(),
    ];
    let (title, lede, facts) = (shell.t("office-budget-title"), shell.t("office-budget-lede"), facts(&shell, &view.budget));
    let number = |limit: Option<i64>| limit.map(|limit| limit.to_string()).unwrap_or_default();
    FormPage::new(shell, title, &format!("{href}/budget"), &href, vec![Section::of(fields)])
        .lede(lede)
        .facts(facts)
        .version(view.budget.version)
        .with("calls", number(view.budget.calls))
        .with("messages", number(view.budget.messages))
        .with("money", view.budget.money.map(Money::figure).unwrap_or_default())
}

fn read(sent: &Sent, currency: Currency) -> AppResult<BudgetInput> {
    let version = sent.version()?;
    let mut fields = Fields::new();
    let mut number = |name: &'static str| -> Option<i64> {
        let typed = sent.some(name)?;
        fields.check(name, typed.parse().ok(), "setting-type")
    };
    let (calls, messages) = (number("calls"), number("messages"));
    let money = sent.some("money").and_then(|typed| fields.check("money", Money::parse(typed, currency), "field-invalid"));
    fields.finish()?;
    Ok(BudgetInput { calls, messages, money, version })
}

pub(super) async fn show(State(app): State<App>, Office(shell): Office, staff: Staff, Path(id): Path<Uuid>) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let view = installs::get(&*Integrations::of(&app)?, &mut tx, id).await?;
    page(shell, &view, staff.tenant().currency).show()
}

pub(super) async fn save(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(id): Path<Uuid>,
    Confirmed(sent): Confirmed,
) -> AppResult<Response> {
    let currency = staff.tenant().currency;
    let mut tx = staff.begin_write().await?;
    let view = installs::get(&*Integrations::of(&app)?, &mut tx, id).await?;
    let saved = match read(&sent, currency) {
        Ok(input) => budgets::set(&mut tx, id, input).await,
        Err(error) => Err(error),
    };
    match saved {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with(&format!("/plugins/{id}"), Tone::Good, "office-budget-saved"))
        }
        Err(error) => page(shell, &view, currency).again(&sent, error),
    }
}

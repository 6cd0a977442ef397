//! In how many parts an order is paid: the choice, and what is due when.

use axum::response::Response;
use chrono::NaiveDate;
use insurance::{
    checkout::service as checkouts,
    plans::{Due, Plan, PlanOption},
};
use kernel::{
    AppError, AppResult,
    http::{Customer, form::Form},
    money::{Currency, Money},
};
use pages::{Shell, Tone, redirect, redirect_with};
use serde::Deserialize;

/// A plan on offer, as a button.
#[derive(Debug, Clone)]
pub(super) struct PlanChoice {
    pub value: &'static str,
    pub label: String,
    pub detail: String,
    pub chosen: bool,
}

/// The plans, none where there is nothing to choose.
pub(super) fn choices(shell: &Shell, options: &[PlanOption], chosen: Plan) -> Vec<PlanChoice> {
    if options.len() < 2 {
        return Vec::new();
    }
    options
        .iter()
        .map(|option| PlanChoice {
            value: option.plan.as_str(),
            label: shell.t(&format!("portal-plan-{}", option.plan)),
            detail: detail(shell, option),
            chosen: option.plan == chosen,
        })
        .collect()
}

fn detail(shell: &Shell, option: &PlanOption) -> String {
    let now = shell.arg(shell.money(&option.now));
    let mut text = match option.later.as_slice() {
        [] => return shell.tf("portal-plan-now", [("now", now)]),
        [one] => shell
            .tf("portal-plan-then-one", [("now", now), ("later", shell.arg(shell.money(&one.amount))), ("date", shell.arg(shell.date(&one.due_on)))]),
        [first, .., last] => shell.tf(
            "portal-plan-then",
            [
                ("now", now),
                ("count", shell.arg(option.later.len())),
                ("later", shell.arg(shell.money(&first.amount))),
                ("first", shell.arg(shell.date(&first.due_on))),
                ("last", shell.arg(shell.date(&last.due_on))),
            ],
        ),
    };
    if option.partly {
        text.push_str(". ");
        text.push_str(&shell.t("portal-plan-partly"));
    }
    text
}

/// What is due on a day, as the page of an order shows it.
#[derive(Debug, Clone)]
pub(crate) struct DueRow {
    pub date: String,
    pub amount: String,
    /// Key of what it is: paid, due, late or next.
    pub state: &'static str,
    pub word: String,
}

/// The schedule of an order that is paid in parts; nothing for one that is paid at once.
pub(crate) fn schedule(shell: &Shell, days: &[Due], today: NaiveDate) -> Vec<DueRow> {
    if days.len() < 2 {
        return Vec::new();
    }
    days.iter()
        .map(|due| {
            let state = match due.outstanding.is_positive() {
                false => "paid",
                true if due.due_on < today => "late",
                true => "due",
            };
            DueRow {
                date: shell.tf("portal-due-by", [("date", shell.date(&due.due_on))]),
                amount: shell.money(&due.amount),
                state,
                word: shell.t(&format!("portal-due-{state}")),
            }
        })
        .collect()
}

#[derive(Deserialize)]
pub(super) struct PlanForm {
    plan: String,
}

/// Saves the choice with the purchase, so that it is there on another day or device.
pub(super) async fn choose(caller: Customer, Form(body): Form<PlanForm>) -> AppResult<Response> {
    let plan = Plan::from_name(&body.plan).ok_or_else(|| AppError::field("plan", "field-invalid"))?;
    let mut tx = caller.begin_write().await?;
    let Some(checkout) = checkouts::current(&mut tx).await? else { return Ok(redirect("/cart")) };
    match checkouts::choose_plan(&mut tx, checkout.id, plan).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(redirect("/checkout/pay"))
        }
        Err(error) if error.is("order.plan_not_offered") => Ok(redirect_with("/checkout/pay", Tone::Warn, "portal-plan-gone")),
        Err(error) => Err(error),
    }
}

pub(super) fn sample(shell: &Shell) -> Vec<PlanChoice> {
    let money = |minor| Money::new(minor, Currency::KES);
    let day = |month| NaiveDate::from_ymd_opt(2027, month, 1).unwrap_or_default();
    let due = |month| Due { due_on: day(month), amount: money(1_350_000), outstanding: money(1_350_000) };
    let option = |plan, now, later: Vec<Due>| PlanOption { plan, now: money(now), partly: later.len() > 1, later };
    let options =
        [option(Plan::Full, 4_524_300, Vec::new()), option(Plan::Two, 2_274_300, vec![due(1)]), option(Plan::Three, 1_824_300, vec![due(1), due(2)])];
    choices(shell, &options, Plan::Three)
}

pub(crate) fn sample_schedule(shell: &Shell) -> Vec<DueRow> {
    let due = |month, left| Due {
        due_on: NaiveDate::from_ymd_opt(2027, month, 1).unwrap_or_default(),
        amount: Money::new(1_350_000, Currency::KES),
        outstanding: Money::new(left, Currency::KES),
    };
    schedule(shell, &[due(1, 0), due(2, 1_350_000), due(4, 1_350_000)], NaiveDate::from_ymd_opt(2027, 3, 1).unwrap_or_default())
}

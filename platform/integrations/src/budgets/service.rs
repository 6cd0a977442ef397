//! Setting budgets, and spending of them.

use chrono::NaiveDate;
use kernel::{
    AppResult, ReadTx, Scope, TenantTx,
    audit::Change,
    error::Fields,
    money::{Currency, Money},
};
use serde_json::Value;
use uuid::Uuid;

use super::{Budget, BudgetInput, BudgetView, Limit, Spend, Usage, rules, store};
use crate::{IntegrationFailure, installs};

/// What a call has spent, to be given back if nothing happened.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spent {
    day: NaiveDate,
    messages: i64,
    money_minor: i64,
}

impl Spent {
    /// Gives messages and money back.
    pub async fn give_back(self, tx: &mut TenantTx, installation: Uuid) -> AppResult<()> {
        if self.messages == 0 && self.money_minor == 0 {
            return Ok(());
        }
        store::give_back(tx, installation, self.day, self.messages, self.money_minor).await
    }
}

/// Counts one call and what it spends, or says which limit it would break. No transaction may be open. None where there is no budget.
pub(crate) async fn spend(scope: &Scope, installation: Uuid, budget: Option<&Budget>, spend: &Spend) -> AppResult<Result<Option<Spent>, Limit>> {
    let Some(budget) = budget else { return Ok(Ok(None)) };
    let mut tx = scope.begin_write().await?;
    let day = tx.scope().today();
    let used = store::lock_usage(&mut tx, installation, day).await?;
    let (counted, answer) = match rules::after(budget, used, spend) {
        Ok(next) => {
            let (messages, money_minor) = (next.messages - used.messages, next.money_minor - used.money_minor);
            (next, Ok(Some(Spent { day, messages, money_minor })))
        }
        Err(limit) => (Usage { refused: used.refused.saturating_add(1), ..used }, Err(limit)),
    };
    store::put_usage(&mut tx, installation, day, counted).await?;
    tx.commit().await?;
    Ok(answer)
}

/// The budget of an installation, and what was spent today.
pub(crate) async fn view(tx: &mut ReadTx, installation: Uuid) -> AppResult<BudgetView> {
    let (day, own) = (tx.scope().today(), tx.scope().tenant.currency);
    let used = store::find_usage(tx, installation, day).await?;
    let budget = store::find(tx, installation).await?;
    let currency = budget.as_ref().and_then(|budget| Currency::from_code(&budget.currency).ok()).unwrap_or(own);
    let limits = budget.unwrap_or(Budget { calls: None, messages: None, money_minor: None, currency: own.code().to_owned(), version: 0 });
    Ok(BudgetView {
        calls: limits.calls,
        messages: limits.messages,
        money: limits.money_minor.map(|minor| Money::new(minor, currency)),
        calls_today: used.calls,
        messages_today: used.messages,
        money_today: Money::new(used.money_minor, currency),
        refused_today: used.refused,
        version: limits.version,
    })
}

/// Replaces the limits of an installation. 422 beside a limit that is none; `installation.changed` if somebody else was faster.
pub async fn set(tx: &mut TenantTx, installation: Uuid, input: BudgetInput) -> AppResult<()> {
    installs::store::lock(tx, installation).await?;
    let currency = tx.scope().tenant.currency;
    let mut fields = Fields::new();
    for (name, limit) in [("calls", input.calls), ("messages", input.messages), ("money", input.money.map(|money| money.minor))] {
        if limit.is_some_and(|most| most < 0) {
            fields.add(name, "field-invalid");
        }
    }
    if input.money.is_some_and(|money| money.currency != currency) {
        fields.add("money", "field-invalid");
    }
    fields.finish()?;
    let before = store::find(tx, installation).await?;
    if before.as_ref().map_or(0, |budget| budget.version) != input.version {
        return Err(IntegrationFailure::Changed.into());
    }
    let after = Budget {
        calls: input.calls,
        messages: input.messages,
        money_minor: input.money.map(|money| money.minor),
        currency: currency.code().to_owned(),
        version: input.version,
    };
    store::put(tx, installation, &after).await?;
    let was = |of: fn(&Budget) -> Option<i64>| before.as_ref().and_then(of).map_or(Value::Null, Value::from);
    let is = |limit: Option<i64>| limit.map_or(Value::Null, Value::from);
    let change = Change::of("integrations.plugin.budget", "plugin_installation", installation)
        .change("calls", was(|budget| budget.calls), is(after.calls))
        .change("messages", was(|budget| budget.messages), is(after.messages))
        .change("money_minor", was(|budget| budget.money_minor), is(after.money_minor))
        .set("currency", after.currency);
    tx.audit(change).await
}

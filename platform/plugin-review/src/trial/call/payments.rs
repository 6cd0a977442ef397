//! Calls of payment plugins.

use plugin_host::model::payments::{Balance, CollectRequest, Outcome, PaymentRef, PayoutRequest, StatementPage};
use plugin_host::model::{Account, Money, Party};
use plugin_host::{CallSpec, Plugin};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{CallName, Names, Said, done, names, read, shown, told};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CollectInput {
    method: String,
    amount: Money,
    #[serde(default)]
    payer: Party,
    saved_method: Option<String>,
    #[serde(default = "reference")]
    reference: String,
    #[serde(default)]
    description: String,
    return_url: Option<String>,
    #[serde(default)]
    extra: Names,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct PaymentInput {
    provider_ref: Option<String>,
    receipt: Option<String>,
    #[serde(default)]
    extra: Names,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RefundInput {
    #[serde(default)]
    payment: PaymentInput,
    amount: Money,
    #[serde(default)]
    reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PayoutInput {
    destination: Account,
    #[serde(default)]
    payee: Party,
    amount: Money,
    #[serde(default = "reference")]
    reference: String,
    #[serde(default)]
    purpose: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    extra: Names,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DayInput {
    day: String,
    cursor: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileInput {
    file: String,
    cursor: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SavedInput {
    saved_method: String,
}

fn reference() -> String {
    "REF0001".to_owned()
}

/// Makes the call.
///
/// # Errors
/// The input is not that of this call, in words.
pub async fn perform(plugin: &Plugin, spec: CallSpec, name: CallName, input: &Value) -> Result<Said, String> {
    let key = spec.context.idempotency_key.clone();
    Ok(match name {
        CallName::Collect => told(plugin.collect(spec, read::<CollectInput>(input)?.into()).await, outcome),
        CallName::Query => told(plugin.query(spec, read::<PaymentInput>(input)?.of(key)).await, outcome),
        CallName::Refund => {
            let RefundInput { payment, amount, reason } = read(input)?;
            told(plugin.refund(spec, payment.of(key), amount, reason).await, outcome)
        }
        CallName::QueryRefund => told(plugin.query_refund(spec, read::<PaymentInput>(input)?.of(key)).await, outcome),
        CallName::PayOut => told(plugin.pay_out(spec, read::<PayoutInput>(input)?.into()).await, outcome),
        CallName::QueryPayout => told(plugin.query_payout(spec, read::<PaymentInput>(input)?.of(key)).await, outcome),
        CallName::StatementPage => {
            let DayInput { day, cursor } = read(input)?;
            told(plugin.statement_page(spec, day, cursor).await, statement)
        }
        CallName::ReadStatement => {
            let FileInput { file, cursor } = read(input)?;
            told(plugin.read_statement(spec, file, cursor).await, statement)
        }
        CallName::Balances => told(plugin.balances(spec).await, balances),
        CallName::Forget => {
            let SavedInput { saved_method } = read(input)?;
            told(plugin.forget(spec, saved_method).await, done)
        }
        other => return Err(format!("`{other}` is no call of payment plugins")),
    })
}

impl From<CollectInput> for CollectRequest {
    fn from(given: CollectInput) -> Self {
        Self {
            method: given.method,
            amount: given.amount,
            payer: given.payer,
            saved_method: given.saved_method,
            reference: given.reference,
            description: given.description,
            return_url: given.return_url,
            extra: given.extra.into_iter().collect(),
        }
    }
}

impl From<PayoutInput> for PayoutRequest {
    fn from(given: PayoutInput) -> Self {
        Self {
            destination: given.destination,
            payee: given.payee,
            amount: given.amount,
            reference: given.reference,
            purpose: given.purpose,
            description: given.description,
            extra: given.extra.into_iter().collect(),
        }
    }
}

impl PaymentInput {
    fn of(self, key: String) -> PaymentRef {
        PaymentRef { idempotency_key: key, provider_ref: self.provider_ref, receipt: self.receipt, extra: self.extra.into_iter().collect() }
    }
}

fn outcome(outcome: Outcome) -> Value {
    let action = outcome.action.map(|action| json!({ "kind": action.kind, "value": action.value, "expires_ms": action.expires_ms }));
    json!({
        "provider_ref": outcome.provider_ref,
        "state": outcome.state_word,
        "code": outcome.code,
        "message": outcome.message,
        "action": action,
        "amount": shown(outcome.amount),
        "fee": shown(outcome.fee),
        "receipt": outcome.receipt,
        "occurred_ms": outcome.occurred_ms,
        "saved_method": outcome.saved_method,
        "extra": names(outcome.extra),
    })
}

fn statement(page: StatementPage) -> Value {
    let lines: Vec<Value> = page
        .lines
        .into_iter()
        .map(|line| {
            json!({
                "provider_ref": line.provider_ref,
                "receipt": line.receipt,
                "kind": line.kind,
                "state": line.state.as_str(),
                "gross": shown(line.gross),
                "fee": shown(line.fee),
                "reference": line.reference,
                "counterparty": line.counterparty,
                "occurred_ms": line.occurred_ms,
                "settled_on": line.settled_on,
                "settlement_ref": line.settlement_ref,
            })
        })
        .collect();
    json!({ "lines": lines, "next": page.next })
}

fn balances(balances: Vec<Balance>) -> Value {
    let all = balances.into_iter().map(|one| json!({ "account": one.account, "available": shown(one.available), "as_of_ms": one.as_of_ms }));
    json!({ "balances": all.collect::<Vec<_>>() })
}

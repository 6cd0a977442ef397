//! Between the records of payment plugins and those of the port.

use plugin_host::model::payments as plugin;
use ports::payment::{Action, Outcome, ProviderState, StatementLine};

use crate::{
    ask::{amount_in, day_in, instant},
    hooks,
};

/// An outcome whose amounts can be read. An amount that cannot be read must not be taken for "not said".
pub(crate) fn outcome(outcome: plugin::Outcome) -> Result<Outcome, String> {
    Ok(Outcome {
        reason: hooks::reason(&outcome.extra),
        state: hooks::state(outcome.state),
        provider_ref: outcome.provider_ref,
        code: outcome.code,
        message: outcome.message,
        action: outcome.action.map(|action| match action.kind.as_str() {
            "url" => Action::OpenUrl(action.value),
            _ => Action::Read(action.value),
        }),
        amount: outcome.amount.map(amount_in).transpose()?,
        fee: outcome.fee.map(amount_in).transpose()?,
        receipt: outcome.receipt,
        occurred_at: outcome.occurred_ms.and_then(instant),
    })
}

pub(super) fn line(line: plugin::StatementLine) -> Result<StatementLine, String> {
    let known = ["payment", "refund", "payout", "fee", "settlement"];
    let state: ProviderState = hooks::state(line.state);
    Ok(StatementLine {
        provider_ref: line.provider_ref,
        receipt: line.receipt,
        kind: if known.contains(&line.kind.as_str()) { line.kind } else { "adjustment".to_owned() },
        state,
        gross: amount_in(line.gross)?,
        fee: line.fee.map(amount_in).transpose()?,
        reference: line.reference,
        counterparty: line.counterparty,
        occurred_at: instant(line.occurred_ms).ok_or("impossible time")?,
        settled_on: line.settled_on.as_deref().map(day_in).transpose()?,
    })
}

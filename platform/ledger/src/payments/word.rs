//! What a provider's word does to a payment, be it the answer to our request or to a question. A word that is not understood, or
//! that speaks of another currency, is no word.

use kernel::{AppResult, TenantTx};
use ports::payment::{Action, Outcome, ProviderState};

use super::{
    Cause, Failure, Payment, PaymentState, Proof,
    settlement::{self, MoneyIn},
    store,
};
use crate::columns::clean;

/// Applies a word. The payment is locked. False if the word settles nothing.
pub(super) async fn apply(tx: &mut TenantTx, payment: &mut Payment, outcome: &Outcome, proof: Proof, cause: Cause) -> AppResult<bool> {
    let code = outcome.code.as_deref().and_then(|text| clean(text, 100));
    let message = outcome.message.as_deref().and_then(|text| clean(text, 300));
    match outcome.state {
        ProviderState::Received => {
            let other_currency = outcome.amount.is_some_and(|amount| amount.currency != payment.currency.0);
            if other_currency {
                store::insert_step(tx, payment, cause, Some("currency_differs"), message.as_deref()).await?;
                return Ok(false);
            }
            // Providers that do not say how much was paid confirm the request: then it is what a trusted report said, or what we asked.
            let amount_minor = outcome.amount.map(|amount| amount.minor).or(payment.reported_minor).unwrap_or(payment.amount_minor);
            let fee_minor = outcome.fee.filter(|fee| fee.currency == payment.currency.0).map(|fee| fee.minor);
            let provider_ref = outcome.provider_ref.clone().or_else(|| payment.reported_ref.clone());
            let money = MoneyIn {
                proof,
                cause,
                amount_minor,
                fee_minor,
                provider_ref,
                receipt: outcome.receipt.clone(),
                paid_at: outcome.occurred_at,
                code,
                message,
            };
            settlement::receive(tx, payment, money).await?;
            Ok(payment.state == PaymentState::Received)
        }
        ProviderState::Reversed if payment.state == PaymentState::Received => {
            settlement::reverse(tx, payment, cause, code.as_deref(), message.as_deref()).await?;
            Ok(true)
        }
        ProviderState::Failed | ProviderState::Reversed => {
            if !payment.state.can_become(PaymentState::Failed) {
                return Ok(false);
            }
            (payment.code, payment.message) = (code.clone(), message.clone());
            payment.failure = Some(Failure::of(outcome.reason.as_deref()));
            payment.ask_at = None;
            settlement::change(tx, payment, PaymentState::Failed, cause, code.as_deref(), message.as_deref()).await
        }
        ProviderState::Pending | ProviderState::NeedsAction => {
            if !payment.state.is_open() {
                return Ok(false);
            }
            if let Some(action) = &outcome.action {
                let (kind, value) = match action {
                    Action::OpenUrl(url) => ("url", clean(url, 2000).filter(|url| url.starts_with("https://"))),
                    Action::Read(text) => ("text", clean(text, 500)),
                };
                payment.action_kind = value.is_some().then(|| kind.to_owned());
                payment.action_value = value;
            }
            (payment.code, payment.message) = (code.clone(), message.clone());
            if payment.state == PaymentState::Submitted {
                settlement::change(tx, payment, PaymentState::Pending, cause, code.as_deref(), message.as_deref()).await?;
            }
            Ok(false)
        }
    }
}

//! Money that leaves through whichever payment plugins the tenant has live: the `PayoutGateway` of domains.

use async_trait::async_trait;
use kernel::{AppResult, Scope};
use plugin_host::model::{Account, Party, payments as model};
use ports::{
    PortError,
    payment::{Outcome, PaymentRef},
    payout::{PayoutGateway, PayoutOffer, PayoutOrder, PayoutTo, SentPayout},
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    Integrations,
    ask::{Doubt, amount_out},
    budgets::Spend,
    calls::{Blobs, Use},
    catalogue::{self, Package},
    payments::convert,
    routing,
};

#[async_trait]
impl PayoutGateway for Integrations {
    async fn offers(&self, scope: &Scope) -> AppResult<Vec<PayoutOffer>> {
        let mut offers: Vec<PayoutOffer> =
            self.answering(scope, "gateway").await?.into_iter().filter_map(|(installation, package)| offer(installation, &package)).collect();
        let mut tx = scope.as_system("integrations.offers").begin_read().await?;
        // Whom the tenant's rules name for payments comes first here too; a stable sort keeps the order of the others.
        let rules = routing::rules(&mut tx).await?;
        let place = |offer: &PayoutOffer| rules.iter().position(|rule| rule.installation == offer.installation).unwrap_or(usize::MAX);
        offers.sort_by_key(place);
        Ok(offers)
    }

    async fn send(&self, scope: &Scope, order: PayoutOrder) -> Result<Outcome, PortError> {
        let PayoutOrder { errand, amount, reference, description, to } = order;
        let request = |what: Value| json!({ "amount_minor": amount.minor, "currency": amount.currency.code(), "reference": reference, "to": what });
        let spend = Spend { money: Some(amount), ..Spend::default() };
        let asked = match to {
            PayoutTo::Payment { payment, reason } => {
                let request = request(json!({ "payment": payment.idempotency_key }));
                let using = Use { spend, ..Use::errand(errand, "refund", request, &Blobs::default()) };
                let (payment, amount) = (named(payment), amount_out(amount));
                let asked =
                    self.ask(scope, using, Doubt::Money, describe, |plugin, spec| async move { plugin.refund(spec, payment, amount, reason).await });
                asked.await?
            }
            PayoutTo::Account { account, payee, purpose } => {
                let request = request(json!({ "kind": account.kind, "purpose": purpose }));
                let using = Use { spend, ..Use::errand(errand, "pay-out", request, &Blobs::default()) };
                let wish = model::PayoutRequest {
                    destination: Account { kind: account.kind, fields: account.facts, extra: Vec::new() },
                    payee: Party { name: payee.name, phone: payee.phone, email: payee.email, fields: payee.facts, extra: Vec::new() },
                    amount: amount_out(amount),
                    reference: reference.clone(),
                    purpose,
                    description,
                    extra: Vec::new(),
                };
                let asked = self.ask(scope, using, Doubt::Money, describe, |plugin, spec| async move { plugin.pay_out(spec, wish).await });
                asked.await?
            }
        };
        convert::outcome(asked).map_err(PortError::UnknownOutcome)
    }

    async fn query(&self, scope: &Scope, sent: SentPayout) -> Result<Outcome, PortError> {
        let SentPayout { payout, gave_back } = sent;
        let request = json!({ "payout": payout.idempotency_key, "provider_ref": payout.provider_ref });
        let action = if gave_back { "query-refund" } else { "query-payout" };
        // Also when the installation was switched off meanwhile: the money is still on its way.
        let using = Use { key: payout.idempotency_key.clone(), ..Use::question(payout.installation, action, request, &Blobs::default()) };
        let payout = named(payout);
        let answer = self.ask(scope, using, Doubt::Again, describe, |plugin, spec| async move {
            if gave_back { plugin.query_refund(spec, payout).await } else { plugin.query_payout(spec, payout).await }
        });
        convert::outcome(answer.await?).map_err(|reason| PortError::Retryable { reason, after_ms: None })
    }
}

/// What an installation can do; none if it lets no money leave.
fn offer(installation: Uuid, package: &Package) -> Option<PayoutOffer> {
    let manifest = &package.manifest;
    let answers = |interface: &str| manifest.kind.answers(&manifest.provides, interface);
    let (gives_back, pays_out) = (answers("refunds"), answers("payouts"));
    let methods = catalogue::methods(manifest);
    let method = methods.first().filter(|_| gives_back || pays_out)?.method.clone();
    let mut currencies: Vec<String> = methods.into_iter().flat_map(|method| method.currencies).collect();
    currencies.sort();
    currencies.dedup();
    Some(PayoutOffer { installation, title: manifest.display.name.clone(), method, currencies, gives_back, pays_out })
}

fn named(payment: PaymentRef) -> model::PaymentRef {
    model::PaymentRef { idempotency_key: payment.idempotency_key, provider_ref: payment.provider_ref, receipt: payment.receipt, extra: Vec::new() }
}

/// For the call log: ids and states, nothing of the payee.
fn describe(outcome: &model::Outcome) -> Value {
    json!({
        "state": outcome.state_word,
        "provider_ref": outcome.provider_ref,
        "code": outcome.code,
        "message": outcome.message,
        "receipt": outcome.receipt,
        "amount_minor": outcome.amount.as_ref().map(|amount| amount.minor),
    })
}

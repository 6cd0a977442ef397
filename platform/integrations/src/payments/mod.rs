//! Payments through whichever payment plugins the tenant has live: the `PaymentGateway` of domains.

mod convert;

use async_trait::async_trait;
use bytes::Bytes;
use kernel::{AppResult, Scope};
use plugin_host::{
    manifest::{Kind, Mode, PayerFact},
    model::{Party, payments as model},
};
use ports::{
    PortError,
    payment::{Collect, Outcome, PaymentGateway, PaymentMethod, PaymentRef, StatementLine},
};
use serde_json::{Value, json};
use uuid::Uuid;

use self::convert::Doubt;
use crate::{
    Integrations,
    calls::{Blobs, Use, Wanted},
    catalogue, installs,
};

/// More pages than any statement has: a plugin that always says "more" must end.
const PAGES: usize = 2_000;

#[async_trait]
impl PaymentGateway for Integrations {
    async fn methods(&self, scope: &Scope) -> AppResult<Vec<PaymentMethod>> {
        let mut tx = scope.as_system("integrations.methods").begin_read().await?;
        let mut methods = Vec::new();
        for live in installs::store::list_live(&mut tx).await? {
            let Some(package) = self.sound_package(&mut tx, live.version_id).await? else { continue };
            if package.manifest.kind != Kind::Payment {
                continue;
            }
            methods.extend(catalogue::methods(&package.manifest).into_iter().map(|method| PaymentMethod {
                installation: live.id,
                method: method.method,
                title: method.title,
                currencies: method.currencies,
                smallest_unit: method.smallest_unit,
                min: method.min,
                max: method.max,
                payer_needs: method.payer_needs,
            }));
        }
        Ok(methods)
    }

    async fn collect(&self, scope: &Scope, request: Collect) -> Result<Outcome, PortError> {
        self.accepts(scope, &request).await?;
        let using = Use {
            key: request.idempotency_key.clone(),
            attempt: request.attempt,
            request: json!({
                "method": request.method,
                "amount_minor": request.amount.minor,
                "currency": request.amount.currency.code(),
                "reference": request.reference,
                "payer": { "phone": request.payer.phone },
            }),
            ..Use::new(request.installation, Wanted::Live, "collect")
        };
        let wish = model::CollectRequest {
            method: request.method,
            amount: convert::amount_out(request.amount),
            payer: Party { name: request.payer.name, phone: request.payer.phone, email: request.payer.email, ..Party::default() },
            saved_method: None,
            reference: request.reference,
            description: request.description,
            return_url: request.return_url,
            extra: Vec::new(),
        };
        let done = self.call(scope, using, describe, |plugin, spec| async move { plugin.collect(spec, wish).await }).await;
        let outcome = convert::answer(done.map_err(convert::not_started)?.report, Doubt::Unknown)?;
        convert::outcome(outcome).map_err(PortError::UnknownOutcome)
    }

    async fn query(&self, scope: &Scope, payment: PaymentRef) -> Result<Outcome, PortError> {
        let using = Use {
            key: payment.idempotency_key.clone(),
            request: json!({ "payment": payment.idempotency_key, "provider_ref": payment.provider_ref }),
            // Also when the installation was switched off meanwhile: the payment is still on its way.
            ..Use::new(payment.installation, Wanted::In(Mode::Live), "query")
        };
        let named = model::PaymentRef {
            idempotency_key: payment.idempotency_key,
            provider_ref: payment.provider_ref,
            receipt: payment.receipt,
            extra: Vec::new(),
        };
        let done = self.call(scope, using, describe, |plugin, spec| async move { plugin.query(spec, named).await }).await;
        let outcome = convert::answer(done.map_err(convert::not_started)?.report, Doubt::Again)?;
        convert::outcome(outcome).map_err(|reason| PortError::Retryable { reason, after_ms: None })
    }

    async fn read_statement(&self, scope: &Scope, installation: Uuid, file: Bytes) -> Result<Vec<StatementLine>, PortError> {
        let blobs = Blobs::default();
        let bytes = file.len();
        let blob = blobs.put("text/csv", file).map_err(|error| PortError::Rejected { code: "too-large".into(), message: error.to_string() })?;
        let (mut lines, mut cursor) = (Vec::new(), None);
        for page in 0..PAGES {
            let using = Use {
                request: json!({ "bytes": bytes, "page": page }),
                blobs: blobs.clone(),
                ..Use::new(installation, Wanted::In(Mode::Live), "read-statement")
            };
            let (id, from) = (blob.id.clone(), cursor.clone());
            let describe = |page: &model::StatementPage| json!({ "lines": page.lines.len(), "next": page.next });
            let done = self.call(scope, using, describe, |plugin, spec| async move { plugin.read_statement(spec, id, from).await }).await;
            let page = convert::answer(done.map_err(convert::not_started)?.report, Doubt::Again)?;
            for line in page.lines {
                let name = line.provider_ref.clone();
                let broken = |what: String| PortError::Rejected { code: "format".into(), message: format!("line {name}: {what}") };
                lines.push(convert::line(line).map_err(broken)?);
            }
            // The same cursor again would never end.
            match page.next {
                Some(next) if cursor.as_ref() != Some(&next) => cursor = Some(next),
                _ => return Ok(lines),
            }
        }
        Err(PortError::Rejected { code: "too-large".into(), message: format!("the statement has more than {PAGES} pages") })
    }
}

impl Integrations {
    /// Refuses what the manifest says the provider refuses, before anything is sent.
    async fn accepts(&self, scope: &Scope, request: &Collect) -> Result<(), PortError> {
        let mut tx = scope.as_system("integrations.collect").begin_read().await.map_err(convert::unready)?;
        let found = installs::store::find_runnable(&mut tx, request.installation).await.map_err(convert::unready)?;
        let found = found.ok_or_else(|| PortError::Unsupported("no such installation".into()))?;
        let package = self.package(&mut tx, found.version_id).await.map_err(convert::unready)?;
        let Some(method) = package.manifest.method(&request.method) else {
            return Err(PortError::Unsupported(format!("payment method {}", request.method)));
        };
        let rejected = |code: &str, message: &str| Err(PortError::Rejected { code: code.into(), message: message.into() });
        if !method.accepts(request.amount.minor, request.amount.currency.code()) {
            return rejected("amount", "the amount is outside of what this method takes");
        }
        for fact in &method.payer {
            let (known, code) = match fact {
                PayerFact::Phone => (request.payer.phone.is_some(), "phone"),
                PayerFact::Email => (request.payer.email.is_some(), "email"),
                PayerFact::Name => (request.payer.name.is_some(), "name"),
            };
            if !known {
                return rejected(code, "this method has to know more of the payer");
            }
        }
        Ok(())
    }
}

/// For the call log: ids and states, nothing of the payer.
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

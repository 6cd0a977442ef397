//! Payments through whichever payment plugins the tenant has live: the `PaymentGateway` of domains.

pub(crate) mod convert;

use async_trait::async_trait;
use bytes::Bytes;
use chrono::NaiveDate;
use kernel::{AppResult, Scope};
use plugin_host::{
    manifest::{Mode, PayerFact},
    model::{Party, payments as model},
};
use ports::{
    PortError,
    payment::{Collect, DirectNumber, Outcome, PaymentGateway, PaymentMethod, PaymentRef, StatementLine},
    routes::Routes,
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    Integrations,
    ask::{Doubt, amount_out, unready},
    budgets::Spend,
    calls::{Blobs, Use, Wanted},
    catalogue, installs, papers, routing,
};

/// More pages than any statement has: a plugin that always says "more" must end.
const PAGES: usize = 2_000;

#[async_trait]
impl PaymentGateway for Integrations {
    async fn methods(&self, scope: &Scope) -> AppResult<Vec<PaymentMethod>> {
        let live = self.answering(scope, "gateway").await?;
        Ok(live.into_iter().flat_map(|(installation, package)| methods_of(installation, &package)).collect())
    }

    async fn routes(&self, scope: &Scope) -> AppResult<Vec<Routes>> {
        let offers = self.methods(scope).await?;
        let mut tx = scope.as_system("integrations.offers").begin_read().await?;
        let rules = routing::rules(&mut tx).await?;
        Ok(Routes::all(offers, &rules))
    }

    async fn direct_numbers(&self, scope: &Scope) -> AppResult<Vec<DirectNumber>> {
        let mut live = self.answering(scope, "gateway").await?;
        live.retain(|(_, package)| package.manifest.methods.iter().any(|method| !method.direct.is_empty()));
        let mut tx = scope.as_system("integrations.offers").begin_read().await?;
        let mut numbers = Vec::new();
        for (installation, package) in live {
            let configuration = installs::store::get_configuration(&mut tx, installation, Mode::Live).await?;
            let settings = installs::interface_settings(&package.manifest, &configuration.settings, Mode::Live);
            for method in &package.manifest.methods {
                numbers.extend(method.direct.iter().filter_map(|direct| {
                    Some(DirectNumber {
                        installation,
                        method: method.name.clone(),
                        title: method.title.clone().unwrap_or_else(|| method.name.clone()),
                        currencies: method.currencies.clone(),
                        kind: direct.kind.as_str().to_owned(),
                        number: direct.number(&settings)?,
                    })
                }));
            }
        }
        Ok(numbers)
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
            spend: Spend { money: Some(request.amount), ..Spend::default() },
            ..Use::new(request.installation, Wanted::Live, "collect")
        };
        let wish = model::CollectRequest {
            method: request.method,
            amount: amount_out(request.amount),
            payer: Party { name: request.payer.name, phone: request.payer.phone, email: request.payer.email, ..Party::default() },
            saved_method: None,
            reference: request.reference,
            description: request.description,
            return_url: request.return_url,
            extra: Vec::new(),
        };
        let asked = self.ask(scope, using, Doubt::Money, describe, |plugin, spec| async move { plugin.collect(spec, wish).await });
        let outcome = asked.await?;
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
        let asked = self.ask(scope, using, Doubt::Again, describe, |plugin, spec| async move { plugin.query(spec, named).await });
        let outcome = asked.await?;
        convert::outcome(outcome).map_err(|reason| PortError::Retryable { reason, after_ms: None })
    }

    async fn daily_statements(&self, scope: &Scope) -> AppResult<Vec<PaymentMethod>> {
        let live = self.answering(scope, "statements").await?;
        let daily = live.into_iter().filter(|(_, package)| package.manifest.schedule.reconcile.is_some());
        Ok(daily.filter_map(|(installation, package)| methods_of(installation, &package).into_iter().next()).collect())
    }

    async fn statement_of(&self, scope: &Scope, installation: Uuid, day: NaiveDate) -> Result<Vec<StatementLine>, PortError> {
        let (mut lines, mut cursor) = (Vec::new(), None);
        for page in 0..PAGES {
            let using = Use { request: json!({ "day": day, "page": page }), ..Use::new(installation, Wanted::In(Mode::Live), "statement") };
            let from = cursor.clone();
            let asked = self.ask(scope, using, Doubt::Again, describe_page, |plugin, spec| async move {
                plugin.statement_page(spec, day.to_string(), from).await
            });
            let page = asked.await?;
            take_lines(&mut lines, page.lines)?;
            match page.next {
                Some(next) if cursor.as_ref() != Some(&next) => cursor = Some(next),
                _ => return Ok(lines),
            }
        }
        Err(PortError::Rejected { code: "too-large".into(), message: format!("the statement has more than {PAGES} pages") })
    }

    async fn read_statement(&self, scope: &Scope, installation: Uuid, file: Bytes) -> Result<Vec<StatementLine>, PortError> {
        let blobs = Blobs::default();
        let bytes = file.len();
        let blob = blobs.put("text/csv", file).map_err(papers::unheld)?;
        let (mut lines, mut cursor) = (Vec::new(), None);
        for page in 0..PAGES {
            let using = Use {
                request: json!({ "bytes": bytes, "page": page }),
                blobs: blobs.clone(),
                ..Use::new(installation, Wanted::In(Mode::Live), "read-statement")
            };
            let (id, from) = (blob.id.clone(), cursor.clone());
            let asked =
                self.ask(scope, using, Doubt::Again, describe_page, |plugin, spec| async move { plugin.read_statement(spec, id, from).await });
            let page = asked.await?;
            take_lines(&mut lines, page.lines)?;
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
        let mut tx = scope.as_system("integrations.collect").begin_read().await.map_err(unready)?;
        let found = installs::store::find_runnable(&mut tx, request.installation).await.map_err(unready)?;
        let found = found.ok_or_else(|| PortError::Unsupported("no such installation".into()))?;
        let package = self.package(&mut tx, found.version_id).await.map_err(unready)?;
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

/// What an installation offers.
fn methods_of(installation: Uuid, package: &catalogue::Package) -> Vec<PaymentMethod> {
    let method = |method: catalogue::MethodView| PaymentMethod {
        installation,
        method: method.method,
        title: method.title,
        currencies: method.currencies,
        smallest_unit: method.smallest_unit,
        min: method.min,
        max: method.max,
        payer_needs: method.payer_needs,
    };
    catalogue::methods(&package.manifest).into_iter().map(method).collect()
}

fn take_lines(lines: &mut Vec<StatementLine>, page: Vec<model::StatementLine>) -> Result<(), PortError> {
    for line in page {
        let name = line.provider_ref.clone();
        let broken = |what: String| PortError::Rejected { code: "format".into(), message: format!("line {name}: {what}") };
        lines.push(convert::line(line).map_err(broken)?);
    }
    Ok(())
}

fn describe_page(page: &model::StatementPage) -> Value {
    json!({ "lines": page.lines.len(), "next": page.next })
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

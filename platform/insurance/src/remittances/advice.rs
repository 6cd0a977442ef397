//! The paper that tells an insurer what a transfer is for.

use documents::{Document, DocumentKind, IssueRequest, PublicFacts, Subject, issue};
use kernel::{App, AppResult, Scope, money::MoneyError};
use serde_json::{Value, json};

use super::{RemittanceError, RemittanceId, RemittanceRecord, RemittanceState, service};

/// Issues the advice of a paid remittance, or gives the one that was issued before. Called outside of any transaction.
///
/// # Errors
/// `remittance.not_found`; `remittance.state` unless it is paid; those of issuing.
pub async fn advice(app: &App, scope: &Scope, id: RemittanceId) -> AppResult<Document> {
    let scope = &scope.as_system("remittance.advice").speaking(None);
    let record = service::record(&mut scope.begin_read().await?, id).await?;
    let remittance = &record.remittance;
    if remittance.state != RemittanceState::Paid {
        return Err(RemittanceError::State.into());
    }
    let title = app.texts.get(&scope.locale, "remittance-advice-title", &[]);
    let request = IssueRequest {
        template: "remittance-advice.typ",
        kind: DocumentKind::RemittanceAdvice,
        series: "RA",
        subject: Subject::new("remittance", id.0),
        revision: 1,
        customer: None,
        title: title.clone(),
        subtitle: None,
        data: json!({ "remittance": told(app, scope, &record)? }).as_object().cloned().unwrap_or_default(),
        facts: PublicFacts { what: title, amount: Some(remittance.payable.to_string()), ..PublicFacts::default() },
    };
    issue(app, scope, request).await
}

fn told(app: &App, scope: &Scope, record: &RemittanceRecord) -> Result<Value, MoneyError> {
    let remittance = &record.remittance;
    let day = |day| app.texts.day(&scope.locale, day);
    let mut lines = Vec::with_capacity(record.lines.len());
    for line in &record.lines {
        let premium = line.held.checked_add(line.commission)?;
        lines.push(json!({
            "day": day(line.business_date),
            "policy": line.policy_number.clone().unwrap_or_else(|| line.description.clone()),
            "insured": line.insured,
            "premium": premium.figure(),
            "commission": line.commission.figure(),
            "payable": if remittance.commission_netted { line.held } else { premium }.figure(),
        }));
    }
    Ok(json!({
        "number": remittance.number,
        "insurer": remittance.insurer_name,
        "day": remittance.paid_on.map(day),
        "reference": remittance.bank_reference,
        "netted": remittance.commission_netted,
        "currency": remittance.payable.currency.symbol(),
        "premium": remittance.held.checked_add(remittance.commission)?.figure(),
        "commission": remittance.commission.figure(),
        "payable": remittance.payable.figure(),
        "lines": lines,
    }))
}

//! The letter that tells a customer that a policy ends, when, and what is given back.

use crm::customers;
use documents::{
    DocumentKind, IssueRequest, PublicFacts, Subject, issue as issue_document,
    verification::{initials, masked_plate},
};
use kernel::{App, AppError, AppResult, Scope, money::Money};
use serde_json::{Value, json};

use super::{Calculation, Cancellation, CancellationId, service, store};
use crate::{
    letters::{self, Enclosing},
    policies::{self, Policy, PolicyTerm},
};

/// Issues the letter and wants its mail. Repeating gives the same letter and one mail.
pub(super) async fn issue(app: &App, scope: &Scope, id: CancellationId) -> AppResult<()> {
    let mut tx = scope.begin_read().await?;
    let agreed = store::find(&mut tx, id).await?.ok_or_else(AppError::not_found)?;
    let policy = policies::service::get(&mut tx, agreed.policy).await?;
    let term = policies::service::term(&mut tx, &policy).await?;
    let customer = customers::service::get(&mut tx, agreed.customer).await?;
    drop(tx);

    let scope = &scope.speaking(customer.locale.as_deref());
    let title = app.texts.get(&scope.locale, "cancellation-letter-title", &[]);
    let data = json!({
        "insured": { "name": customer.display_name, "phone": customer.phone },
        "policy": {
            "number": policy.number,
            "insurer": policy.insurer_name,
            "insurer_number": policy.insurer_policy_number,
            "product": policy.product_name.get(&scope.locale),
            "registration": policy.plate,
        },
        "cover": cover(app, scope, &term, &agreed.calculation),
        "reason": app.texts.get(&scope.locale, &format!("cancellation-by-{}", agreed.asked_by), &[("reason", agreed.reason.clone())]),
        "refund": refund(app, scope, &agreed)?,
    });
    let request = IssueRequest {
        template: "cancellation.typ",
        kind: DocumentKind::CancellationLetter,
        series: "CL",
        subject: Subject::new(service::SOURCE, id.0),
        revision: 1,
        customer: Some(agreed.customer.0),
        title: title.clone(),
        subtitle: Some(policy.product_name.get(&scope.locale).to_owned()),
        data: data.as_object().cloned().unwrap_or_default(),
        facts: facts(title, &policy, &agreed, &customer.display_name, &term),
    };
    let document = issue_document(app, scope, request).await?;
    let day = app.texts.day(&scope.locale, agreed.calculation.last_day());
    let enclosing = Enclosing {
        id: id.0,
        document: document.id,
        customer: agreed.customer,
        wording: "mail-cancellation",
        params: vec![("policy", policy.number), ("day", day)],
    };
    letters::send(scope, enclosing).await
}

fn cover(app: &App, scope: &Scope, term: &PolicyTerm, worked: &Calculation) -> Value {
    let day = |day| app.texts.day(&scope.locale, day);
    let never = worked.from <= term.starts_on;
    json!({ "from": day(term.starts_on), "agreed_to": day(term.ends_on), "ends": (!never).then(|| day(worked.last_day())) })
}

/// How the refund was worked out, and what becomes of it.
fn refund(app: &App, scope: &Scope, agreed: &Cancellation) -> AppResult<Value> {
    let worked = &agreed.calculation;
    let line = |line: &super::ReturnLine| json!({ "label": line.label.get(&scope.locale), "charged": line.charged.figure(), "returned": line.returned.figure() });
    let text = |key: &str, params: &[(&str, String)]| app.texts.get(&scope.locale, key, params);
    let shown = |money: Money| (!money.is_zero()).then(|| money.figure());
    let credited = agreed.credited()?;
    let what = match (agreed.collects, credited.is_positive()) {
        (false, _) => "cancellation-outcome-insurer",
        (true, true) => "cancellation-outcome-credit",
        (true, false) => "cancellation-outcome-none",
    };
    Ok(json!({
        "currency": worked.refund.currency.symbol(),
        "rule": text(&format!("cancellation-rule-{}", worked.rule.as_str().replace('_', "-")), &worked.params()),
        "lines": worked.lines.iter().map(line).collect::<Vec<_>>(),
        "rounding": shown(worked.rounding),
        "total": worked.refund.figure(),
        "netted": shown(agreed.netted),
        "outcome": text(what, &[("amount", credited.to_string())]),
    }))
}

fn facts(what: String, policy: &Policy, agreed: &Cancellation, name: &str, term: &PolicyTerm) -> PublicFacts {
    PublicFacts {
        what,
        policy_number: Some(policy.number.clone()),
        insurer: Some(policy.insurer_name.clone()),
        holder: Some(initials(name)),
        plate: policy.plate.as_deref().map(masked_plate),
        from: Some(term.starts_on),
        amount: agreed.collects.then(|| agreed.calculation.refund.to_string()),
        ..PublicFacts::default()
    }
}

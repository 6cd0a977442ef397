//! The receipt of one payment.

use chrono::NaiveDate;
use crm::customers::Customer;
use documents::{
    Document, DocumentKind, IssueRequest, PublicFacts, Subject, amount_words::amount_in_words, issue, issued::wording, verification::initials,
};
use kernel::{App, AppResult, Scope, phone::Phone};
use ledger::payments::{PaymentRecord, PaymentState};
use serde_json::json;

use crate::orders::OrderLine;

/// Kind of the subject under which documents know a payment.
const SUBJECT: &str = "payment";

/// A receipt that was issued, with what the policy's document says of it.
pub(super) struct Receipt {
    pub document: Document,
    pub received_on: NaiveDate,
}

/// What a receipt says of what was paid for.
pub(super) struct PaidFor<'a> {
    pub customer: &'a Customer,
    /// Of the order, or of the customer where the money is on account.
    pub number: &'a str,
    pub lines: &'a [OrderLine],
}

/// Issues the receipt of a payment that was received; none for another. Repeating gives the same receipt.
pub(super) async fn of(app: &App, scope: &Scope, paid_for: &PaidFor<'_>, record: &PaymentRecord) -> AppResult<Option<Receipt>> {
    let (PaidFor { customer, number, lines }, payment) = (paid_for, &record.payment);
    let (PaymentState::Received, Some(amount), Some(at)) = (payment.state, payment.received, payment.received_at) else { return Ok(None) };
    let zone = scope.tenant.time_zone;
    let mut allocations: Vec<_> = record
        .allocations
        .iter()
        .filter(|part| part.amount.is_positive())
        .map(|part| {
            let line = lines.iter().find(|line| Some(line.id.0) == part.line);
            let description = line.map_or_else(|| part.description.clone(), |line| line.description(&scope.locale));
            json!({ "number": number, "description": description, "amount": part.amount.figure() })
        })
        .collect();
    if payment.credited.is_positive() {
        let words = app.texts.get(&scope.locale, "receipt-credit", &[]);
        allocations.push(json!({ "number": number, "description": words, "amount": payment.credited.figure() }));
    }
    let data = json!({
        "payer": { "name": customer.display_name, "phone": customer.phone },
        "payment": {
            "currency": amount.currency.symbol(),
            "amount": amount.figure(),
            "amount_words": amount_in_words(&scope.locale, amount.minor, amount.currency.code()).unwrap_or_else(|| amount.to_string()),
            "received": wording::moment(&app.texts, &scope.locale, payment.paid_at.unwrap_or(at), zone),
            "method": method(app, scope, &payment.method).unwrap_or_else(|| payment.method_title.clone()),
            "provider_receipt": payment.receipt,
            "reference": payment.reference,
            "account": payment.payer_phone.as_deref().map(local),
        },
        "allocations": allocations,
    });
    let request = IssueRequest {
        template: "receipt.typ",
        kind: DocumentKind::Receipt,
        series: "RC",
        subject: Subject::new(SUBJECT, payment.id.0),
        revision: 1,
        customer: Some(customer.id.0),
        title: app.texts.get(&scope.locale, "receipt-title", &[]),
        subtitle: None,
        data: data.as_object().cloned().unwrap_or_default(),
        facts: PublicFacts {
            what: app.texts.get(&scope.locale, "receipt-title", &[]),
            holder: Some(initials(&customer.display_name)),
            amount: Some(amount.to_string()),
            ..PublicFacts::default()
        },
    };
    let document = issue(app, scope, request).await?;
    Ok(Some(Receipt { document, received_on: at.with_timezone(&zone).date_naive() }))
}

/// What money taken by hand came as, in the reader's language; none for a provider's method, which has its own name.
fn method(app: &App, scope: &Scope, method: &str) -> Option<String> {
    app.texts.find(&scope.locale, &format!("taking-method-{}", method.replace('_', "-")), &[])
}

/// The number as people write it; a masked one stays as it is.
fn local(phone: &str) -> String {
    Phone::parse(phone, "").map_or_else(|_| phone.to_owned(), |phone| phone.local())
}

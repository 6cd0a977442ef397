//! The receipt of one payment.

use chrono::NaiveDate;
use crm::customers::Customer;
use documents::{
    Document, DocumentKind, IssueRequest, PublicFacts, Subject,
    amount_words::{CurrencyWords, amount_in_words},
    issue,
    issued::wording,
    verification::initials,
};
use kernel::{App, AppResult, Scope, money::Money, phone::Phone};
use ledger::payments::{PaymentRecord, PaymentState};
use serde_json::json;

use crate::orders::Order;

/// Kind of the subject under which documents know a payment.
const SUBJECT: &str = "payment";

/// A receipt that was issued, with what the policy's document says of it.
pub(super) struct Receipt {
    pub document: Document,
    pub received_on: NaiveDate,
}

/// Issues the receipt of a payment that was received; none for another. Repeating gives the same receipt.
pub(super) async fn of(app: &App, scope: &Scope, order: &Order, customer: &Customer, record: &PaymentRecord) -> AppResult<Option<Receipt>> {
    let payment = &record.payment;
    let (PaymentState::Received, Some(amount), Some(at)) = (payment.state, payment.received, payment.received_at) else { return Ok(None) };
    let zone = scope.tenant.time_zone;
    let mut allocations: Vec<_> = record
        .allocations
        .iter()
        .map(|part| json!({ "number": order.number, "description": part.description, "amount": part.amount.figure() }))
        .collect();
    if payment.credited.is_positive() {
        let words = app.texts.get(&scope.tenant.locale, "receipt-credit", &[]);
        allocations.push(json!({ "number": order.number, "description": words, "amount": payment.credited.figure() }));
    }
    let data = json!({
        "payer": { "name": customer.display_name, "phone": customer.phone },
        "payment": {
            "currency": amount.currency.symbol(),
            "amount": amount.figure(),
            "amount_words": in_words(amount),
            "received": wording::moment(payment.paid_at.unwrap_or(at), zone),
            "method": payment.method_title,
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
        customer: Some(order.customer.0),
        title: app.texts.get(&scope.tenant.locale, "receipt-title", &[]),
        subtitle: None,
        data: data.as_object().cloned().unwrap_or_default(),
        facts: PublicFacts {
            what: app.texts.get(&scope.tenant.locale, "receipt-title", &[]),
            holder: Some(initials(&customer.display_name)),
            amount: Some(amount.to_string()),
            ..PublicFacts::default()
        },
    };
    let document = issue(app, scope, request).await?;
    Ok(Some(Receipt { document, received_on: at.with_timezone(&zone).date_naive() }))
}

fn in_words(amount: Money) -> String {
    CurrencyWords::for_code(amount.currency.code()).map_or_else(|| amount.to_string(), |words| amount_in_words(amount.minor, &words))
}

/// The number as people write it; a masked one stays as it is.
fn local(phone: &str) -> String {
    Phone::parse(phone, "").map_or_else(|_| phone.to_owned(), |phone| phone.local())
}

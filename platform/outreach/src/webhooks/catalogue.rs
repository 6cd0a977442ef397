//! The events that tenants' systems and plugins can hear of, under names that stay, and what is said of each. A field that is not listed
//! here is not told, whatever an event may come to carry.

use chrono::{DateTime, SecondsFormat, Utc};
use kernel::events::{Event, EventData};
use serde_json::{Map, Value, json};

use super::EndpointDisabled;

/// An event as receivers know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    pub name: &'static str,
    /// What it happens to: `policy`.
    pub aggregate: &'static str,
    pub version: i16,
    /// Fields of the event, and what they are called in a message.
    fields: &'static [(&'static str, &'static str)],
}

impl Told {
    /// What is told, in order.
    pub fn fields(&self) -> impl Iterator<Item = &'static str> {
        self.fields.iter().map(|(_, name)| *name)
    }
}

const fn told<E: EventData>(fields: &'static [(&'static str, &'static str)]) -> Told {
    Told { name: E::TYPE, aggregate: E::AGGREGATE, version: E::VERSION, fields }
}

const ORDER: (&str, &str) = ("order", "order_id");
const POLICY: (&str, &str) = ("policy", "policy_id");
const PAYMENT: (&str, &str) = ("payment", "payment_id");
const CUSTOMER: (&str, &str) = ("customer", "customer_id");
const CUSTOMER_ID: (&str, &str) = ("customer_id", "customer_id");
const DOCUMENT: (&str, &str) = ("document", "document_id");
const KIND: (&str, &str) = ("kind", "kind");
const STATE: (&str, &str) = ("state", "state");
const AMOUNT: (&str, &str) = ("amount_minor", "amount_minor");
const CURRENCY: (&str, &str) = ("currency", "currency");
const PAID_KIND: (&str, &str) = ("payable_kind", "payable_kind");
const PAID_ID: (&str, &str) = ("payable_id", "payable_id");
const REFUND: &[(&str, &str)] = &[("refund", "refund_id"), CUSTOMER, AMOUNT, CURRENCY];
const PAYOUT: &[(&str, &str)] =
    &[("payout", "payout_id"), ("number", "number"), ("debt_kind", "debt_kind"), ("debt_id", "debt_id"), CUSTOMER, AMOUNT, CURRENCY];

/// Every event, by area.
pub const EVENTS: &[Told] = &[
    told::<crm::customers::CustomerCreated>(&[CUSTOMER_ID, ("customer_type", "customer_type"), ("source", "source")]),
    told::<crm::customers::CustomerUpdated>(&[CUSTOMER_ID, ("version", "version")]),
    told::<crm::privacy::CustomerErased>(&[CUSTOMER_ID, ("everything", "everything")]),
    told::<insurance::quotes::QuoteCreated>(&[
        ("quote_id", "quote_id"),
        ("category", "category"),
        CUSTOMER_ID,
        ("offers", "offers"),
        ("declined", "declined"),
    ]),
    told::<insurance::orders::OrderPlaced>(&[ORDER, CUSTOMER, ("payable", "payable"), ("lines", "lines"), ("collection_mode", "collection_mode")]),
    told::<insurance::orders::OrderChanged>(&[ORDER, CUSTOMER, STATE]),
    told::<insurance::policies::PolicyIssued>(&[
        POLICY,
        CUSTOMER,
        ORDER,
        ("product", "product_id"),
        ("insurer", "insurer_id"),
        ("premium", "premium"),
        ("commission", "commission"),
        ("starts_on", "starts_on"),
        ("ends_on", "ends_on"),
        ("awaits_approval", "awaits_approval"),
    ]),
    told::<insurance::policies::PolicyApproved>(&[POLICY, CUSTOMER]),
    told::<insurance::policies::PolicyCertified>(&[POLICY, CUSTOMER, ("document_revision", "document_revision")]),
    told::<insurance::policies::PolicyChanged>(&[POLICY, CUSTOMER, STATE]),
    told::<insurance::policies::PolicyCancelled>(&[POLICY, CUSTOMER]),
    told::<ledger::payments::PaymentChanged>(&[PAYMENT, CUSTOMER, PAID_KIND, PAID_ID, STATE]),
    told::<ledger::payments::PaymentReceived>(&[
        PAYMENT,
        CUSTOMER,
        PAID_KIND,
        PAID_ID,
        AMOUNT,
        ("allocated_minor", "allocated_minor"),
        CURRENCY,
        ("method", "method"),
        ("receipt", "receipt"),
        ("settled", "settled"),
    ]),
    told::<ledger::payments::PaymentCredited>(&[PAYMENT, CUSTOMER, PAID_KIND, PAID_ID, AMOUNT, CURRENCY, ("reason", "reason")]),
    told::<ledger::payments::PaymentReversed>(&[PAYMENT, CUSTOMER, PAID_KIND, PAID_ID, AMOUNT, CURRENCY]),
    told::<ledger::refunds::RefundRequested>(REFUND),
    told::<ledger::refunds::RefundApproved>(REFUND),
    told::<ledger::refunds::RefundPaid>(REFUND),
    told::<ledger::refunds::RefundReturned>(REFUND),
    told::<ledger::payouts::PayoutRequested>(PAYOUT),
    told::<ledger::payouts::PayoutApproved>(PAYOUT),
    told::<ledger::payouts::PayoutPaid>(PAYOUT),
    told::<ledger::payouts::PayoutFailed>(PAYOUT),
    told::<ledger::payouts::PayoutReturned>(PAYOUT),
    told::<ledger::payouts::PayoutWithdrawn>(PAYOUT),
    told::<documents::Issued>(&[DOCUMENT, KIND, ("subject_kind", "subject_kind"), ("subject_id", "subject_id"), ("revision", "revision")]),
    told::<documents::DocumentUploaded>(&[DOCUMENT, CUSTOMER, KIND, ("by_customer", "by_customer")]),
    told::<documents::DocumentVerified>(&[DOCUMENT, CUSTOMER, KIND]),
    told::<ledger::reconciliation::StatementImported>(&[
        ("import", "import_id"),
        ("method", "method"),
        ("lines_new", "lines_new"),
        ("differences", "differences"),
    ]),
    told::<integrations::installs::HealthChanged>(&[("installation", "installation_id"), ("plugin", "plugin"), ("health", "health")]),
    told::<integrations::installs::RolledBack>(&[
        ("installation", "installation_id"),
        ("plugin", "plugin"),
        ("from", "from"),
        ("to", "to"),
        ("automatic", "automatic"),
    ]),
    told::<EndpointDisabled>(&[("endpoint", "endpoint_id")]),
];

/// Their names, which the platform's own events have too.
pub const NAMES: &[&str] = &{
    let mut names = [""; EVENTS.len()];
    let mut n = 0;
    while n < EVENTS.len() {
        names[n] = EVENTS[n].name;
        n += 1;
    }
    names
};

#[must_use]
pub fn find(name: &str) -> Option<&'static Told> {
    EVENTS.iter().find(|event| event.name == name)
}

/// What is said of an event.
pub(crate) fn data(told: &Told, event: &Event) -> Map<String, Value> {
    let field = |(from, name): &(&str, &str)| ((*name).to_owned(), event.data.get(*from).cloned().unwrap_or(Value::Null));
    told.fields.iter().map(field).collect()
}

/// The message that tells of an event; none if nobody outside is told of its type.
pub(super) fn message(event: &Event) -> Option<String> {
    let told = find(&event.event_type)?;
    Some(body(told.name, event.occurred_at, data(told, event)))
}

/// A message as the specification lays it out.
pub(super) fn body(name: &str, at: DateTime<Utc>, data: Map<String, Value>) -> String {
    json!({ "type": name, "timestamp": at.to_rfc3339_opts(SecondsFormat::Millis, true), "data": data }).to_string()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use uuid::Uuid;

    use super::*;

    fn event(name: &str, data: Value) -> Event {
        Event {
            id: Uuid::nil(),
            event_type: name.to_owned(),
            aggregate_id: Uuid::nil(),
            sequence: 1,
            actor: "system:test".to_owned(),
            occurred_at: DateTime::UNIX_EPOCH,
            data,
        }
    }

    #[test]
    fn only_what_is_listed_is_told_and_under_the_listed_name() {
        let happened = event("policy.cancelled", json!({ "policy": "a", "customer": "b", "reason": "not for outside" }));
        assert_eq!(
            message(&happened).unwrap(),
            r#"{"data":{"customer_id":"b","policy_id":"a"},"timestamp":"1970-01-01T00:00:00.000Z","type":"policy.cancelled"}"#
        );
        assert_eq!(message(&event("job.given_up", json!({}))), None);
    }

    #[test]
    fn names_are_different_and_in_the_guide() {
        assert_eq!(NAMES.iter().collect::<BTreeSet<_>>().len(), EVENTS.len());
        let guide = include_str!("../../../docs/WEBHOOKS.md");
        for event in EVENTS {
            assert!(guide.contains(&format!("`{}`", event.name)), "{}", event.name);
            for field in event.fields() {
                assert!(guide.contains(&format!("`{field}`")), "{field} of {}", event.name);
            }
        }
    }
}

//! Giving money back. The provider has no key for refunds, so ours travels in the note that only the merchant sees, and the refunds of a
//! payment are looked through for it before another one is asked for.

use serde_json::{Map, Value, json};
use wakala_plugin_sdk::PluginError;
use wakala_plugin_sdk::host::types::Money;
use wakala_plugin_sdk::payments::Outcome;
use wakala_plugin_sdk::webhook::Event;

use crate::link::{Link, Trouble, data};
use crate::transaction::verify;
use crate::value::{is_name, minor, text};

const KIND: &str = "refund.updated";
/// Before our key in the note.
const MARK: char = '#';
/// Letters of the reason that are kept.
const REASON: usize = 100;

/// What the provider says of a refund.
#[derive(Debug)]
struct Refund {
    id: String,
    status: String,
    amount: Option<Money>,
    /// Our key, if the refund began here.
    key: Option<String>,
    at: Option<String>,
}

impl Refund {
    fn read(data: &Value) -> Option<Self> {
        let currency = text(&data["currency"]);
        let note = text(&data["merchant_note"]).unwrap_or_default();
        Some(Self {
            id: text(&data["id"])?,
            status: text(&data["status"])?,
            amount: minor(&data["amount"]).filter(|minor| *minor > 0).and_then(|minor| Some(Money { minor, currency: currency? })),
            key: note.rsplit_once(MARK).map(|(_, key)| key.to_owned()).filter(|key| is_name(key)),
            at: text(&data["refunded_at"]).or_else(|| text(&data["updatedAt"])),
        })
    }

    fn state(&self) -> &'static str {
        match self.status.as_str() {
            "processed" => "received",
            "failed" => "failed",
            _ => "pending",
        }
    }

    /// The provider waits for the customer's bank account, which staff enter in its dashboard.
    fn needs_attention(&self) -> bool {
        self.status == "needs-attention"
    }

    fn extra(&self) -> Vec<(String, String)> {
        if self.needs_attention() { vec![("review".to_owned(), "the provider needs the customer's account details".to_owned())] } else { Vec::new() }
    }

    fn outcome(self) -> Outcome {
        let received = self.state() == "received";
        Outcome {
            state: self.state().into(),
            extra: self.extra(),
            provider_ref: Some(self.id),
            code: Some(self.status),
            message: None,
            action: None,
            amount: self.amount.filter(|_| received),
            fee: None,
            receipt: None,
            occurred_ms: None,
            saved_method: None,
        }
    }

    fn report(&self, payment: &str) -> Event {
        let mut fields = Map::new();
        fields.extend(self.key.as_ref().map(|key| ("key".to_owned(), json!(key))));
        fields.insert("provider_ref".into(), json!(self.id));
        fields.insert("payment_ref".into(), json!(payment));
        fields.insert("state".into(), json!(self.state()));
        fields.insert("code".into(), json!(self.status));
        if let Some(amount) = &self.amount {
            fields.insert("amount_minor".into(), json!(amount.minor));
            fields.insert("currency".into(), json!(amount.currency));
        }
        fields.extend(self.at.as_ref().filter(|_| self.state() == "received").map(|at| ("occurred_at".to_owned(), json!(at))));
        Event {
            id: format!("{KIND}:{}:{}", self.id, self.status),
            kind: KIND.into(),
            occurred_ms: None,
            data: Value::Object(fields).to_string(),
            extra: self.extra(),
        }
    }
}

/// All refunds of a payment. They are listed by the provider's number of it: a reference would find nothing and say nothing.
fn of_payment(link: &impl Link, reference: &str, live: bool) -> Result<Vec<Refund>, PluginError> {
    let id = verify(link, reference, live)?.id.filter(|id| id.bytes().all(|b| b.is_ascii_digit()));
    let id = id.ok_or_else(|| PluginError::retryable("the provider did not tell its number of the payment"))?;
    let list = listed(link, &format!("transaction={id}&perPage=100"))?;
    list.iter().map(|item| Refund::read(item).ok_or_else(|| PluginError::retryable("a refund of the payment cannot be read"))).collect()
}

fn listed(link: &impl Link, query: &str) -> Result<Vec<Value>, PluginError> {
    match data(link.get(&format!("/refund?{query}"))).map_err(Trouble::not_told)? {
        Value::Array(list) => Ok(list),
        _ => Err(PluginError::retryable("the list of refunds cannot be read")),
    }
}

/// Asks for a refund of the payment `reference`, no more than once for `key`. The amount is always said: the provider takes a missing one
/// for the whole payment.
///
/// # Errors
/// As `refunds.refund`.
pub fn send(link: &impl Link, reference: &str, amount: &Money, reason: &str, key: &str, live: bool) -> Result<Outcome, PluginError> {
    if amount.minor <= 0 {
        return Err(PluginError::rejected("amount", "a refund is more than nothing"));
    }
    // Until here nothing was asked for, so every failure may be tried again.
    if let Some(known) = of_payment(link, reference, live)?.into_iter().find(|refund| refund.key.as_deref() == Some(key)) {
        return Ok(known.outcome());
    }
    let reason: String = reason.chars().filter(|c| !c.is_control() && *c != MARK).take(REASON).collect();
    let body = json!({
        "transaction": reference,
        "amount": amount.minor,
        "currency": amount.currency,
        "merchant_note": format!("{reason} {MARK}{key}"),
    });
    let found = data(link.post("/refund", &body.to_string())).map_err(Trouble::not_moved)?;
    Refund::read(&found).map(Refund::outcome).ok_or_else(|| PluginError::UnknownOutcome("the answer to the refund cannot be read".into()))
}

/// What the provider says of a refund at this moment.
///
/// # Errors
/// As `refunds.query`.
pub fn query(link: &impl Link, id: &str) -> Result<Outcome, PluginError> {
    if !is_name(id) {
        return Err(PluginError::rejected("not-found", "no refund of this provider"));
    }
    let found = data(link.get(&format!("/refund/{id}"))).map_err(|trouble| match trouble {
        trouble if trouble.is_not_found() => PluginError::rejected("not-found", "the provider knows no such refund"),
        trouble => trouble.not_told(),
    })?;
    Refund::read(&found).map(Refund::outcome).ok_or_else(|| PluginError::retryable("the answer about the refund cannot be read"))
}

/// Looks for a refund whose answer was lost, by our key among the latest of the account.
///
/// # Errors
/// As `refunds.query`. That it is not among them does not mean that it never was.
pub fn find(link: &impl Link, key: &str) -> Result<Outcome, PluginError> {
    let found = listed(link, "perPage=100")?.iter().filter_map(Refund::read).find(|refund| refund.key.as_deref() == Some(key));
    found.map(Refund::outcome).ok_or_else(|| PluginError::retryable("the refund is not among the latest"))
}

/// Reports on all refunds of a payment, of which a notice told that one changed. The platform keeps the new ones.
///
/// # Errors
/// `retryable` if the provider cannot be asked now.
pub fn reports(link: &impl Link, payment: &str, live: bool) -> Result<Vec<Event>, PluginError> {
    Ok(of_payment(link, payment, live)?.iter().map(|refund| refund.report(payment)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::script::{Script, answer, no, yes};

    const KEY: &str = "refund-0000000000001";

    fn paid() -> Value {
        json!({ "id": 5_900_112_233_u64, "reference": "payment-0000000001", "status": "success", "domain": "test" })
    }

    fn refund(id: u64, status: &str, note: &str, amount: &Value) -> Value {
        json!({ "id": id, "status": status, "merchant_note": note, "amount": amount, "currency": "KES", "transaction": 5_900_112_233_u64 })
    }

    fn send(script: &Script) -> Result<Outcome, PluginError> {
        let amount = Money { minor: 100_000, currency: "KES".into() };
        super::send(script, "payment-0000000001", &amount, "Paid twice #1", KEY, false)
    }

    #[test]
    fn a_refund_is_asked_for_with_amount_and_key() {
        let queued = json!({ "id": 77, "status": "pending", "transaction": { "id": 1 }, "amount": 100_000, "currency": "KES" });
        let script = Script::new([yes(&paid()), yes(&json!([])), yes(&queued)]);
        let outcome = send(&script).expect("queued");
        assert_eq!((outcome.state.as_str(), outcome.provider_ref.as_deref()), ("pending", Some("77")));
        let asked = script.asked.borrow();
        assert_eq!(asked[1].0, "/refund?transaction=5900112233&perPage=100");
        let body: Value = serde_json::from_str(&asked[2].1).expect("JSON");
        let expected = json!({
            "transaction": "payment-0000000001", "amount": 100_000, "currency": "KES", "merchant_note": "Paid twice 1 #refund-0000000000001",
        });
        assert_eq!(body, expected);
    }

    #[test]
    fn a_refund_that_was_asked_for_already_is_not_asked_for_again() {
        let known = refund(77, "processed", "Paid twice 1 #refund-0000000000001", &json!("100000"));
        let other = refund(76, "pending", "another", &json!(5_000));
        let script = Script::new([yes(&paid()), yes(&json!([other, known]))]);
        let outcome = send(&script).expect("known");
        assert_eq!((outcome.state.as_str(), outcome.provider_ref.as_deref()), ("received", Some("77")));
        assert_eq!(outcome.amount.map(|amount| amount.minor), Some(100_000));
        assert_eq!(script.asked.borrow().len(), 2);
    }

    #[test]
    fn a_refund_whose_answer_was_lost_is_found_by_our_key() {
        let listed =
            json!([{ "odd": 1 }, refund(76, "processed", "another", &json!(5_000)), refund(77, "processing", "x #refund-0000000000001", &json!(1))]);
        let script = Script::new([yes(&listed)]);
        let outcome = find(&script, KEY).expect("found");
        assert_eq!((outcome.state.as_str(), outcome.provider_ref.as_deref()), ("pending", Some("77")));
        assert_eq!(script.asked.borrow()[0].0, "/refund?perPage=100");
        for unsaid in [yes(&json!([])), yes(&json!({})), answer(502, "")] {
            assert!(matches!(find(&Script::new([unsaid]), KEY), Err(PluginError::Retryable(_))));
        }
    }

    #[test]
    fn an_answer_that_cannot_be_read_is_a_doubt_whatever_it_says() {
        for odd in [json!({ "domain": "live" }), json!({ "id": 77 }), json!([]), json!(null)] {
            let script = Script::new([yes(&paid()), yes(&json!([])), yes(&odd)]);
            assert!(matches!(send(&script), Err(PluginError::UnknownOutcome(_))), "{odd}");
        }
    }

    #[test]
    fn a_look_that_failed_is_repeated_and_only_an_unclear_request_is_a_doubt() {
        assert!(matches!(send(&Script::new([yes(&paid()), answer(500, "")])), Err(PluginError::Retryable(_))));
        assert!(matches!(send(&Script::new([yes(&paid()), yes(&json!([])), answer(500, "")])), Err(PluginError::UnknownOutcome(_))));
        let over = no(400, "transaction_reversed", "Transaction has been fully reversed");
        assert!(matches!(send(&Script::new([yes(&paid()), yes(&json!([])), over])), Err(PluginError::Rejected(_))));
    }

    #[test]
    fn every_status_has_its_state() {
        for (status, state) in [
            ("pending", "pending"),
            ("processing", "pending"),
            ("needs-attention", "pending"),
            ("processed", "received"),
            ("failed", "failed"),
            ("new", "pending"),
        ] {
            let outcome = query(&Script::new([yes(&refund(77, status, "", &json!(100)))]), "77").expect("an answer");
            assert_eq!(outcome.state, state, "{status}");
            assert_eq!(outcome.extra.is_empty(), status != "needs-attention", "{status}");
        }
        assert!(matches!(query(&Script::new([]), "7/7"), Err(PluginError::Rejected(r)) if r.code == "not-found"));
    }

    #[test]
    fn a_notice_leads_to_reports_on_every_refund_of_the_payment() {
        let list = json!([refund(77, "processed", "x #refund-0000000000001", &json!("100000")), refund(78, "pending", "by hand", &json!(5_000))]);
        let events = reports(&Script::new([yes(&paid()), yes(&list)]), "payment-0000000001", false).expect("reports");
        let data = |n: usize| serde_json::from_str::<Value>(&events[n].data).expect("JSON");
        assert_eq!(events[0].id, "refund.updated:77:processed");
        let expected = json!({
            "key": KEY, "provider_ref": "77", "payment_ref": "payment-0000000001", "state": "received", "code": "processed",
            "amount_minor": 100_000, "currency": "KES",
        });
        assert_eq!(data(0), expected);
        assert_eq!((data(1).get("key"), &data(1)["state"]), (None, &json!("pending")));
    }
}

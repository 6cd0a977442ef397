//! What a note says of an event: one sentence, in the tenant's language, without anything about a person.

use serde_json::Value;
use wakala_plugin_sdk::amounts;
use wakala_plugin_sdk::host::types::Money;

/// The note of an event; none for a kind that has none. `live` is false in test mode, and the note says so.
pub fn text(kind: &str, data: &Value, locale: &str, live: bool) -> Option<String> {
    let swahili = locale.starts_with("sw");
    let title = match (kind, swahili) {
        ("policy.issued", false) => "A policy was issued",
        ("policy.issued", true) => "Bima imetolewa",
        ("policy.cancelled", false) => "A policy was cancelled",
        ("policy.cancelled", true) => "Bima imefutwa",
        ("payment.received", false) => "A payment came in",
        ("payment.received", true) => "Malipo yamepokelewa",
        ("payment.credited", false) => "A payment came in that nothing was owed for",
        ("payment.credited", true) => "Malipo yamepokelewa bila deni lolote",
        ("payment.reversed", false) => "A payment was taken back",
        ("payment.reversed", true) => "Malipo yamerudishwa",
        _ => return None,
    };
    let test = match (live, swahili) {
        (true, _) => "",
        (false, false) => "(test) ",
        (false, true) => "(jaribio) ",
    };
    let facts: Vec<String> = [amount(data), period(data), text_of(&data["method"]), text_of(&data["receipt"])].into_iter().flatten().collect();
    let note = format!("{test}*{title}*{}{}", if facts.is_empty() { "" } else { ": " }, facts.join(", "));
    Some(note)
}

/// What Slack would read as its own marks stands for itself.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn text_of(value: &Value) -> Option<String> {
    value.as_str().filter(|text| !text.is_empty()).map(escaped)
}

/// The amount of a payment or the premium of a policy.
fn amount(data: &Value) -> Option<String> {
    let (minor, currency) = match data.get("premium") {
        Some(premium) => (premium["minor"].as_i64()?, premium["currency"].as_str()?),
        None => (data["amount_minor"].as_i64()?, data["currency"].as_str()?),
    };
    let money = Money { minor, currency: currency.to_owned() };
    Some(format!("{} {}", escaped(currency), amounts::grouped(&money)))
}

fn period(data: &Value) -> Option<String> {
    Some(format!("{} – {}", text_of(&data["starts_on"])?, text_of(&data["ends_on"])?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_note_says_what_happened_in_the_tenants_language() {
        let paid = json!({"amount_minor": 150000, "currency": "KES", "method": "wallet", "receipt": "R-1", "customer": "0192"});
        assert_eq!(text("payment.received", &paid, "en-KE", true).as_deref(), Some("*A payment came in*: KES 1,500.00, wallet, R-1"));
        assert_eq!(text("payment.received", &paid, "sw", true).as_deref(), Some("*Malipo yamepokelewa*: KES 1,500.00, wallet, R-1"));
        let issued = json!({"premium": {"minor": 123456789, "currency": "KES"}, "starts_on": "2026-10-02", "ends_on": "2027-10-01"});
        assert_eq!(text("policy.issued", &issued, "en", true).as_deref(), Some("*A policy was issued*: KES 1,234,567.89, 2026-10-02 – 2027-10-01"));
        let in_francs = json!({"amount_minor": 150000, "currency": "RWF"});
        assert_eq!(text("payment.received", &in_francs, "en", true).as_deref(), Some("*A payment came in*: RWF 150,000"));
        assert_eq!(text("policy.cancelled", &json!({}), "en", false).as_deref(), Some("(test) *A policy was cancelled*"));
        assert_eq!(text("policy.dreamt", &json!({}), "en", true), None);
    }

    #[test]
    fn what_slack_would_take_for_its_own_marks_stands_for_itself() {
        let paid = json!({"amount_minor": 100, "currency": "KES", "method": "<!channel> & co"});
        assert_eq!(text("payment.received", &paid, "en", true).as_deref(), Some("*A payment came in*: KES 1.00, &lt;!channel&gt; &amp; co"));
    }
}

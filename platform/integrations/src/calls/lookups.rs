//! Look-ups as plugins ask them, in JSON, answered by the domains.

use kernel::{AppError, AppResult};
use plugin_host::CapabilityError;
use ports::lookup::Payable;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};

use super::caps::Home;

/// `payable-by-reference`.
#[derive(Debug, Deserialize)]
struct ByReference {
    reference: String,
    amount_minor: Option<i64>,
    currency: Option<String>,
}

/// `contact-by-phone`.
#[derive(Debug, Deserialize)]
struct ByPhone {
    phone: String,
}

/// `policy-by-number`.
#[derive(Debug, Deserialize)]
struct ByNumber {
    number: String,
}

/// Answers a look-up that the host has found granted.
pub(super) async fn answer(home: &Home, name: &str, question: &str) -> AppResult<Result<String, CapabilityError>> {
    let lookups = &home.parts.lookups;
    let mut tx = home.scope.begin_read().await?;
    let found = match name {
        "payable-by-reference" => match read::<ByReference>(question) {
            Ok(asked) => payable(&asked, lookups.payable(&mut tx, &asked.reference).await?),
            Err(refusal) => return Ok(Err(refusal)),
        },
        "contact-by-phone" => match read::<ByPhone>(question) {
            Ok(asked) => lookups.contact(&mut tx, &asked.phone).await?.map_or_else(
                nothing,
                |known| json!({ "found": true, "contact": known.contact, "name": known.name, "locale": known.locale, "opted_out": known.opted_out }),
            ),
            Err(refusal) => return Ok(Err(refusal)),
        },
        "policy-by-number" => match read::<ByNumber>(question) {
            Ok(asked) => lookups.policy(&mut tx, &asked.number).await?.map_or_else(
                nothing,
                |known| json!({ "found": true, "state": known.state, "starts": known.starts, "ends": known.ends, "insurer": known.insurer }),
            ),
            Err(refusal) => return Ok(Err(refusal)),
        },
        _ => return Ok(Err(CapabilityError::NotOffered)),
    };
    Ok(Ok(serde_json::to_string(&without_nulls(found)).map_err(AppError::internal)?))
}

fn read<Q: DeserializeOwned>(question: &str) -> Result<Q, CapabilityError> {
    serde_json::from_str(question).map_err(|error| CapabilityError::Invalid(error.to_string()))
}

fn nothing() -> Value {
    json!({ "found": false })
}

/// Whether somebody may pay: parts of the amount are taken, another currency is not.
fn payable(asked: &ByReference, found: Option<Payable>) -> Value {
    let Some(found) = found else { return json!({ "found": false, "payable": false, "reason": "unknown" }) };
    let currency = found.outstanding.currency.code();
    let misfit = asked.currency.as_deref().is_some_and(|given| given != currency) || asked.amount_minor.is_some_and(|minor| minor <= 0);
    let reason = match (found.is_closed, found.outstanding.minor > 0) {
        (true, _) => Some("expired"),
        (false, false) => Some("settled"),
        (false, true) => misfit.then_some("amount"),
    };
    json!({
        "found": true,
        "payable": reason.is_none(),
        "reason": reason,
        "amount_minor": found.outstanding.minor,
        "currency": currency,
        "exact": false,
        "name": found.name,
    })
}

/// Fields without a value are left out, as the interface says.
fn without_nulls(answer: Value) -> Value {
    match answer {
        Value::Object(fields) => Value::Object(fields.into_iter().filter(|(_, value)| !value.is_null()).collect()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use kernel::money::{Currency, Money};

    use super::*;

    fn shillings(minor: i64, is_closed: bool) -> Option<Payable> {
        let currency = Currency::from_code("KES").unwrap_or_else(|error| panic!("{error}"));
        Some(Payable { outstanding: Money::new(minor, currency), is_closed, name: None })
    }

    fn reason(question: &str, found: Option<Payable>) -> Option<String> {
        let asked = read::<ByReference>(question).unwrap_or_else(|error| panic!("{error}"));
        let answer = payable(&asked, found);
        assert_eq!(answer["payable"], Value::Bool(answer["reason"].is_null()));
        answer["reason"].as_str().map(str::to_owned)
    }

    #[test]
    fn a_payer_may_pay_a_part_but_not_in_another_currency_and_not_what_is_over() {
        let part = r#"{"reference":"7Q4M2X9KTB0R","amount_minor":100,"currency":"KES"}"#;
        assert_eq!(reason(part, shillings(5_000, false)), None);
        assert_eq!(reason(part, shillings(0, false)).as_deref(), Some("settled"));
        assert_eq!(reason(part, shillings(5_000, true)).as_deref(), Some("expired"));
        assert_eq!(reason(part, None).as_deref(), Some("unknown"));
        let foreign = r#"{"reference":"7Q4M2X9KTB0R","amount_minor":100,"currency":"NAD"}"#;
        assert_eq!(reason(foreign, shillings(5_000, false)).as_deref(), Some("amount"));
    }

    #[test]
    fn a_question_that_cannot_be_read_is_invalid_and_an_answer_says_only_what_is_known() {
        assert!(matches!(read::<ByPhone>(r#"{"number":1}"#), Err(CapabilityError::Invalid(_))));
        assert_eq!(without_nulls(json!({ "found": true, "name": null })), json!({ "found": true }));
    }
}

//! What the provider posts about an order: a `Result`, or the order itself when it timed out in the queue. The shapes differ from call to
//! call and from year to year; everything is found by name, and what is missing is missing.

use serde_json::Value;
use wakala_plugin_sdk::PluginError;

use crate::amount::minor_units;
use crate::eat::Moment;
use crate::query::code_text;

/// What came about an order.
#[derive(Debug)]
pub enum Arrived {
    Result(Told),
    /// The order came back unread or half read: nobody says what became of it.
    TimedOut,
}

/// The provider's word on an order.
#[derive(Debug)]
pub struct Told {
    pub code: String,
    pub text: String,
    /// The name of the order.
    pub originator: Option<String>,
    pub conversation: Option<String>,
    facts: Vec<(String, String)>,
}

/// Reads what was posted.
///
/// # Errors
/// `rejected` `format` for what the provider would not send.
pub fn read(body: &[u8]) -> Result<Arrived, PluginError> {
    let format = |why: &str| PluginError::rejected("format", why);
    let json: Value = serde_json::from_slice(body).map_err(|_| format("the body is not JSON"))?;
    let Some(result) = json.get("Result") else {
        return if json["CommandID"].is_string() { Ok(Arrived::TimedOut) } else { Err(format("neither a result nor an order")) };
    };
    let code = code_text(&result["ResultCode"]).ok_or_else(|| format("no ResultCode"))?;
    let parameters = &result["ResultParameters"]["ResultParameter"];
    Ok(Arrived::Result(Told {
        code,
        text: result["ResultDesc"].as_str().unwrap_or_default().to_owned(),
        originator: code_text(&result["OriginatorConversationID"]),
        conversation: code_text(&result["ConversationID"]),
        facts: some_or_one(parameters).iter().filter_map(|item| Some((plain(item["Key"].as_str()?), code_text(&item["Value"])?))).collect(),
    }))
}

/// One item stands alone, several stand in a list.
fn some_or_one(value: &Value) -> &[Value] {
    match value {
        Value::Array(list) => list,
        Value::Object(_) => std::slice::from_ref(value),
        _ => &[],
    }
}

/// Names differ in spaces and case.
fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
}

impl Told {
    /// A fact by its name, the first one where the provider says it twice; never empty.
    pub fn fact(&self, name: &str) -> Option<&str> {
        let name = plain(name);
        self.facts.iter().find(|(have, _)| *have == name).map(|(_, value)| value.as_str())
    }

    /// An amount in minor units: a number, a decimal, or `{Amount={CurrencyCode=KES, MinimumAmount=39900, BasicAmount=399.00}}`.
    pub fn amount(&self, name: &str) -> Option<i64> {
        let text = self.fact(name)?;
        let decimal = match text.split_once("BasicAmount=") {
            Some((_, rest)) => rest.split([',', '}']).next()?,
            None => text,
        };
        minor_units(decimal)
    }

    /// A moment as compact digits or with dots.
    pub fn moment(&self, name: &str) -> Option<Moment> {
        let text = self.fact(name)?;
        Moment::parse_compact(text).or_else(|| Moment::parse_statement(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(json: &str) -> Told {
        match read(json.as_bytes()) {
            Ok(Arrived::Result(told)) => told,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_fact_is_found_however_it_is_spelled_and_the_first_one_counts() {
        let told = told(
            r#"{"Result":{"ResultType":"0","ResultCode":"0","ResultDesc":"ok","ResultParameters":{"ResultParameter":[
                {"Key":"Conversation ID","Value":"AG_1"},{"Key":"DebitPartyName","Value":"A \u2013 B"},{"Key":"DebitPartyName","Value":"C"},
                {"Key":"Empty"},{"Key":"Amount","Value":399}]},"ReferenceData":{"ReferenceItem":[{"Key":"Occasion"}]}}}"#,
        );
        assert_eq!(told.fact("ConversationID"), Some("AG_1"));
        assert_eq!(told.fact("DebitPartyName"), Some("A \u{2013} B"));
        assert_eq!(told.fact("Empty"), None);
        assert_eq!(told.amount("Amount"), Some(39_900));
    }

    #[test]
    fn amounts_and_moments_are_read_in_every_form() {
        let of =
            |value: &str| told(&format!(r#"{{"Result":{{"ResultCode":0,"ResultParameters":{{"ResultParameter":{{"Key":"X","Value":{value}}}}}}}}}"#));
        for value in ["399", "399.00", r#""399.00""#, r#""{Amount={CurrencyCode=KES, MinimumAmount=39900, BasicAmount=399.00}}""#] {
            assert_eq!(of(value).amount("X"), Some(39_900), "{value}");
        }
        assert_eq!(of("\"much\"").amount("X"), None);
        for value in ["20261002113044", r#""20261002113044""#, r#""02.10.2026 11:30:44""#] {
            assert_eq!(of(value).moment("X").and_then(Moment::ms), Some(1_790_929_844_000), "{value}");
        }
    }

    #[test]
    fn an_order_that_comes_back_has_timed_out_and_anything_else_is_no_result() {
        assert!(matches!(read(br#"{"InitiatorName":"api","CommandID":"BusinessPayment"}"#), Ok(Arrived::TimedOut)));
        for body in ["", "[]", "{}", r#"{"Result":{}}"#, r#"{"Result":{"ResultCode":true}}"#, "<html>"] {
            assert!(matches!(read(body.as_bytes()), Err(PluginError::Rejected(r)) if r.code == "format"), "{body}");
        }
    }
}

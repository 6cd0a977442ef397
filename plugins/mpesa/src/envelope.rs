//! Errors that come from in front of the payment system: the API's own envelope, the gateway product's envelope, and no body at all.

use serde_json::Value;

/// What kind of no it is, by status and code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// The access token was not accepted; the request was not looked at.
    Token,
    /// Too fast or over a quota; turned away before it was looked at.
    Busy,
    /// Looked at and refused; nothing happened.
    Refused,
    /// The code that stands for several causes, and in queries for "no answer now".
    Ambiguous,
    /// Anything may have happened.
    Unclear,
}

/// One refusal as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub class: Class,
    /// The provider's code, or `http-` and the status where it sent none.
    pub code: String,
    pub message: String,
}

const TOKEN_CODES: [&str; 4] = ["400.003.01", "401.002.01", "401.003.01", "404.001.03"];
const BUSY_CODES: [&str; 2] = ["500.003.02", "500.003.03"];

impl Refusal {
    /// Reads the answer to a request that did not succeed.
    pub fn read(status: u16, body: &[u8]) -> Self {
        let json: Value = serde_json::from_slice(body).unwrap_or(Value::Null);
        let text = |pointer: &str| json.pointer(pointer).and_then(Value::as_str).filter(|text| !text.is_empty());
        let code = text("/errorCode").or_else(|| text("/fault/detail/errorcode"));
        let message =
            text("/errorMessage").or_else(|| text("/fault/faultstring")).map_or_else(|| format!("HTTP {status} without a reason"), str::to_owned);
        let class = classify(status, code.unwrap_or_default());
        Self { class, code: code.map_or_else(|| format!("http-{status}"), str::to_owned), message }
    }

    /// For people: the provider's words with its code.
    pub fn sentence(&self) -> String {
        format!("{} ({})", self.message, self.code)
    }

    /// Whether the provider's text has these words, given in lower case. Only for codes that stand for several causes.
    pub fn says(&self, words: &str) -> bool {
        self.message.to_ascii_lowercase().contains(words)
    }
}

fn classify(status: u16, code: &str) -> Class {
    let token = TOKEN_CODES.contains(&code) || code.starts_with("keymanagement.") || code.starts_with("oauth.") || status == 401;
    let busy = BUSY_CODES.contains(&code) || code.starts_with("policies.ratelimit.") || status == 429;
    match status {
        _ if token => Class::Token,
        _ if busy => Class::Busy,
        // It took too long, so that somebody behind may have the request.
        408 => Class::Unclear,
        400..=499 => Class::Refused,
        _ if code == "500.001.1001" => Class::Ambiguous,
        _ => Class::Unclear,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cases() -> Vec<Value> {
        let file: Value = serde_json::from_str(include_str!("../fixtures/gateway-errors.json")).expect("the fixture is JSON");
        file["cases"].as_array().cloned().expect("a list of cases")
    }

    #[test]
    fn every_documented_gateway_error_falls_into_its_class() {
        for case in cases() {
            let status = u16::try_from(case["status"].as_u64().expect("a status")).expect("a status of three digits");
            let body = match &case["body"] {
                Value::Null => Vec::new(),
                Value::String(text) => text.clone().into_bytes(),
                json => json.to_string().into_bytes(),
            };
            let refusal = Refusal::read(status, &body);
            assert_eq!(format!("{:?}", refusal.class), case["class"].as_str().expect("a class"), "{case}");
            assert_eq!(refusal.code, case["code"].as_str().expect("a code"), "{case}");
        }
    }
}

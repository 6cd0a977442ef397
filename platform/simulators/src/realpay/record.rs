//! One record of a request against the provider's rules.

use chrono::{Datelike, NaiveDate, Weekday};
use serde_json::{Value, json};

/// Longest tracking, in days.
const TRACKING_MAX: u32 = 44;

/// Why a record is not taken: code and words, both as the provider has them.
pub(crate) type Failure = (&'static str, &'static str);

/// A field as text, whether it is a text or a number.
pub(crate) fn text(record: &Value, name: &str) -> String {
    match &record[name] {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

/// What is wrong with a client, all at once.
pub(crate) fn client(record: &Value) -> Vec<Failure> {
    let mut failures = Vec::new();
    let number = text(record, "ClientNumber");
    if number.is_empty() || number.len() > 20 {
        failures.push(("ADCMI02", "Client number is required and has at most 20 characters"));
    }
    if !is_identity(&text(record, "IDNumber")) {
        failures.push(("ADCMI05", "Invalid ID number format"));
    }
    if text(record, "CellphoneNumber").is_empty() {
        failures.push(("ADCMI29", "Benefeciary cellphone number is required"));
    }
    failures
}

/// Eleven digits in Namibia; thirteen in South Africa, the last of which checks the others.
fn is_identity(number: &str) -> bool {
    let digits: Vec<u32> = number.chars().filter_map(|c| c.to_digit(10)).collect();
    if digits.len() != number.chars().count() {
        return false;
    }
    let doubled = |(place, digit): (usize, &u32)| match place % 2 {
        0 => *digit,
        _ => digit * 2 / 10 + digit * 2 % 10,
    };
    match digits.len() {
        11 => true,
        13 => digits.iter().rev().enumerate().map(doubled).sum::<u32>() % 10 == 0,
        _ => false,
    }
}

/// An amount in major units: a number, or the digits of one with two places at most.
pub(crate) fn is_amount(value: &Value) -> bool {
    let text = match value {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        _ => return false,
    };
    let (whole, cents) = text.split_once('.').unwrap_or((text.as_str(), "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    digits(whole) && digits(cents) && cents.len() <= 2 && text.bytes().any(|b| matches!(b, b'1'..=b'9'))
}

/// A day on which banks work and which is not over.
pub(crate) fn action_date(text: &str, today: NaiveDate) -> Result<NaiveDate, Failure> {
    let day = text.get(..10).and_then(|day| NaiveDate::parse_from_str(day, "%Y-%m-%d").ok()).ok_or(("ADCMI31", "Invalid action date"))?;
    if day < today {
        return Err(("ADCMI32", "Action date is in the past"));
    }
    if day.weekday() == Weekday::Sun {
        return Err(("ADCMI33", "Action date is not a processing day"));
    }
    Ok(day)
}

/// Days of tracking, two digits.
pub(crate) fn tracking(record: &Value) -> Result<(), Failure> {
    let code = text(record, "TrackingCode");
    if code.is_empty() || (code.len() == 2 && code.parse::<u32>().is_ok_and(|days| days <= TRACKING_MAX)) {
        Ok(())
    } else {
        Err(("ADCMI41", "Invalid tracking code"))
    }
}

/// The answer to a request: what became of each record, in the wrapper of its kind. One failure stands beside the record, several below.
pub(crate) fn answer(wrapper: &str, sequence: u64, outcomes: &[Result<Value, Vec<Failure>>]) -> Value {
    let (mut taken, mut failed) = (Vec::new(), Vec::new());
    for (n, outcome) in outcomes.iter().enumerate() {
        match outcome {
            Ok(facts) => {
                let mut item = facts.clone();
                item["RecordNumber"] = json!(n + 1);
                taken.push(item);
            }
            Err(failures) => {
                let reasons: Vec<Value> = failures.iter().map(|(code, words)| json!({ "FailureCode": code, "FailureDescription": words })).collect();
                failed.push(match reasons.as_slice() {
                    [only] => {
                        let mut item = only.clone();
                        item["RecordNumber"] = json!(n + 1);
                        item
                    }
                    _ => json!({ "RecordNumber": n + 1, "Failures": reasons }),
                });
            }
        }
    }
    json!({
        (wrapper): [{ "Successful": taken, "Failed": failed }],
        "APIResponse": { "CallSequence": sequence, "Status": "SUCCESS", "Version": "1.0.0", "Name": "Integration" },
    })
}

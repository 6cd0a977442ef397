//! The provider's list of what came in during the last two days: for payments whose report was lost on the way.

use serde_json::{Value, json};
use wakala_plugin_sdk::PluginError;
use wakala_plugin_sdk::host::http::Part;
use wakala_plugin_sdk::poll::Batch;
use wakala_plugin_sdk::webhook::Event;

use crate::amount::minor_units;
use crate::eat::Moment;
use crate::link::{Link, post};
use crate::order::not_told;
use crate::phone;
use crate::query::code_text;
use crate::settings::Settings;
use crate::typed::Typed;

const REGISTER: &str = "/pulltransactions/v1/register";
const QUERY: &str = "/pulltransactions/v1/query";
const HOUR_MS: u64 = 3_600_000;
/// The list goes back 48 hours; an hour of them is left for clocks that disagree.
const BACK_MS: u64 = 47 * HOUR_MS;
/// How far the first question of all goes back.
const FIRST_MS: u64 = 24 * HOUR_MS;
/// A payment may come into the list late.
const OVERLAP_MS: u64 = HOUR_MS;
/// How far a payment's time may lie outside of what was asked for.
const LEEWAY_MS: u64 = 60_000;

/// Asks the provider to keep the list. A short code that has one already is as well.
///
/// # Errors
/// As `lifecycle.activate`.
pub fn register(link: &impl Link, settings: &Settings, number: &str, callback: &str) -> Result<(), PluginError> {
    let body = json!({ "ShortCode": settings.shortcode, "RequestType": "Pull", "NominatedNumber": number, "CallBackURL": callback });
    let answer = post(link, REGISTER, &[Part::Bytes(body.to_string().into_bytes())]).map_err(not_told)?;
    let json: Value = serde_json::from_slice(&answer.body).unwrap_or(Value::Null);
    // Its keys have spaces, except where they have none.
    let said = |name: &str, spaced: &str| code_text(&json[name]).or_else(|| code_text(&json[spaced]));
    match said("ResponseStatus", "Response Status").as_deref() {
        Some("1000" | "1001") => Ok(()),
        _ => {
            let why = said("ResponseDescription", "Response Description").unwrap_or_else(|| "the answer cannot be read".to_owned());
            Err(PluginError::misconfigured("nominated_number", format!("The list of payments was not granted: {why}")))
        }
    }
}

/// Where a question goes on.
#[derive(Debug, PartialEq, Eq)]
struct Place {
    from_ms: u64,
    to_ms: u64,
    /// Payments of this span that were read already, and the one with which the last page began.
    read: usize,
    first: String,
}

impl Place {
    /// Out of a cursor: `FROM` where a question begins, `FROM/TO/READ/FIRST` within one.
    fn find(cursor: Option<&str>, now_ms: u64) -> Self {
        let oldest = now_ms.saturating_sub(BACK_MS);
        let parts: Vec<&str> = cursor.unwrap_or_default().splitn(4, '/').collect();
        let number = |at: usize| parts.get(at).and_then(|part| part.parse::<u64>().ok());
        let from_ms = number(0).unwrap_or_else(|| now_ms.saturating_sub(FIRST_MS));
        if let (Some(to_ms), Some(read), Some(first)) = (number(1), number(2), parts.get(3))
            && from_ms >= oldest
            && to_ms <= now_ms
        {
            return Self { from_ms, to_ms, read: usize::try_from(read).unwrap_or_default(), first: (*first).to_owned() };
        }
        Self { from_ms: from_ms.clamp(oldest, now_ms), to_ms: now_ms, read: 0, first: String::new() }
    }

    fn cursor(&self) -> String {
        format!("{}/{}/{}/{}", self.from_ms, self.to_ms, self.read, self.first)
    }

    fn has(&self, moment: Moment) -> bool {
        moment.ms().is_some_and(|ms| (self.from_ms.saturating_sub(LEEWAY_MS)..=self.to_ms.saturating_add(LEEWAY_MS)).contains(&ms))
    }
}

/// The next page of what came in.
///
/// # Errors
/// As `poll.next`; asking changes nothing, so whatever is unclear is asked again.
pub fn next(link: &impl Link, settings: &Settings, now_ms: u64, cursor: Option<&str>) -> Result<Batch, PluginError> {
    let place = Place::find(cursor, now_ms);
    let body = json!({
        "ShortCode": settings.shortcode,
        "StartDate": Moment::from_ms(place.from_ms).spaced(),
        "EndDate": Moment::from_ms(place.to_ms).spaced(),
        "OffSetValue": place.read.to_string(),
    });
    let answer = post(link, QUERY, &[Part::Bytes(body.to_string().into_bytes())]).map_err(not_told)?;
    let rows = rows(&answer.body)?;
    let first = rows.first().map(receipt).unwrap_or_default();
    // What OffSetValue counts is not said anywhere: where it moves nothing, the same page would come for ever.
    if rows.is_empty() || (place.read > 0 && first == place.first) {
        let later = place.to_ms.saturating_sub(OVERLAP_MS).max(place.from_ms);
        return Ok(Batch { events: Vec::new(), cursor: Some(later.to_string()), more: false, extra: Vec::new() });
    }
    let events = rows.iter().filter(|row| is_paid_in(row)).map(|row| listed(row, &place).map_or_else(|| unreadable(row), |typed| told(&typed)));
    let events = events.collect();
    let after = Place { read: place.read.saturating_add(rows.len()), first, ..place };
    Ok(Batch { events, cursor: Some(after.cursor()), more: true, extra: Vec::new() })
}

/// The payments of an answer: a list in a list.
fn rows(body: &[u8]) -> Result<Vec<Value>, PluginError> {
    let json: Value = serde_json::from_slice(body).unwrap_or(Value::Null);
    match code_text(&json["ResponseCode"]).as_deref() {
        Some("1000") => {
            let rows = json["Response"]
                .as_array()
                .into_iter()
                .flatten()
                .flat_map(|entry| entry.as_array().map_or(std::slice::from_ref(entry), Vec::as_slice));
            Ok(rows.filter(|row| row.is_object()).cloned().collect())
        }
        Some("1001") => Ok(Vec::new()),
        code => {
            let said = code_text(&json["ResponseMessage"]).unwrap_or_else(|| "the answer cannot be read".to_owned());
            Err(PluginError::retryable(format!("The list of payments was not given: {said} ({})", code.unwrap_or("no code"))))
        }
    }
}

fn receipt(row: &Value) -> String {
    code_text(&row["transactionId"]).unwrap_or_default()
}

/// What customers paid in; where nothing is said, the list has nothing else.
fn is_paid_in(row: &Value) -> bool {
    code_text(&row["transactiontype"]).is_none_or(|word| word.to_ascii_lowercase().starts_with("c2b"))
}

fn listed(row: &Value, place: &Place) -> Option<Typed> {
    let text = |name: &str| code_text(&row[name]).unwrap_or_default();
    // Whether the sign of UTC is meant is told by what was asked for.
    let moment = Moment::parse_zulu(&text("trxDate"));
    let moment = moment.map(|moment| if !place.has(moment) && place.has(moment.as_if_local()) { moment.as_if_local() } else { moment });
    Some(Typed {
        receipt: Some(receipt(row)).filter(|receipt| !receipt.is_empty())?,
        shortcode: String::new(),
        reference: text("billreference"),
        minor: minor_units(&text("amount")).filter(|minor| *minor > 0)?,
        third_party: String::new(),
        moment,
        name: String::new(),
        phone: phone::normalise(&text("msisdn")).ok(),
    })
}

/// A report of its own: the confirmation may have come from where nobody is trusted, the list was asked for.
fn told(typed: &Typed) -> Event {
    let event = typed.report();
    Event { id: format!("{}:listed", event.id), ..event }
}

fn unreadable(row: &Value) -> Event {
    let receipt = receipt(row);
    let message = format!("M-Pesa lists a payment that cannot be read (receipt {receipt}). Look it up in the statement.");
    Event {
        id: format!("installation.attention:listed:{receipt}"),
        kind: "installation.attention".into(),
        occurred_ms: None,
        data: json!({ "message": message, "code": "unreadable" }).to_string(),
        extra: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::script::{Script, answer};

    /// 2026-10-02, 11:30:44 in Nairobi.
    const NOW: u64 = 1_790_929_844_000;
    const NONE: &str = r#"{"ResponseRefID":"1","ResponseCode":"1001","ResponseMessage":"No transactions","Response":[[]]}"#;

    fn settings() -> Settings {
        Settings { shortcode: "600111".into(), receiver: "600111".into(), transaction_type: "CustomerPayBillOnline" }
    }

    fn row(changes: &[(&str, &str)]) -> Value {
        let mut row = json!({
            "transactionId": "TJ23LM0N9B", "trxDate": "2026-10-02T08:13:00Z", "msisdn": 700_000_111, "sender": "MPESA",
            "transactiontype": "c2b-pay-bill-debit", "billreference": "pol 1042", "amount": "1200.00", "organizationname": "Bima Sample",
        });
        for (name, value) in changes {
            row[*name] = json!(value);
        }
        row
    }

    fn page(rows: &[Value]) -> String {
        json!({ "ResponseRefID": "26178-42530161-2", "ResponseCode": "1000", "ResponseMessage": "Success", "Response": [rows] }).to_string()
    }

    fn asked(link: &Script) -> Vec<Value> {
        let json = |part: &Part| if let Part::Bytes(bytes) = part { serde_json::from_slice(bytes).ok() } else { None };
        link.asked.borrow().iter().filter_map(|(_, parts)| parts.iter().find_map(json)).collect()
    }

    fn data(event: &Event) -> Value {
        serde_json::from_str(&event.data).expect("JSON")
    }

    #[test]
    fn a_payment_of_the_list_is_told_like_one_that_was_confirmed() {
        let link = Script::new([answer(200, &page(&[row(&[])]))]);
        let batch = next(&link, &settings(), NOW, None).expect("a page");
        let expected = json!({
            "provider_ref": "TJ23LM0N9B", "method": "mpesa", "reference": "pol 1042", "amount_minor": 120_000, "currency": "KES",
            "receipt": "TJ23LM0N9B", "occurred_at": "2026-10-02T11:13:00+03:00", "payer": { "phone": "+254700000111" },
        });
        assert_eq!((data(&batch.events[0]), batch.events[0].id.as_str()), (expected, "payment.arrived:TJ23LM0N9B:listed"));
        let span = json!({ "ShortCode": "600111", "StartDate": "2026-10-01 11:30:44", "EndDate": "2026-10-02 11:30:44", "OffSetValue": "0" });
        assert_eq!(asked(&link), [span]);
    }

    #[test]
    fn pages_follow_until_one_is_empty_and_the_next_question_begins_a_little_earlier() {
        let rows = [row(&[]), row(&[("transactionId", "TJ23LM0N9C")])];
        let link = Script::new([answer(200, &page(&rows)), answer(200, NONE), answer(200, NONE)]);
        let first = next(&link, &settings(), NOW, None).expect("a page");
        assert!(first.more && first.events.len() == 2);
        let second = next(&link, &settings(), NOW + 5_000, first.cursor.as_deref()).expect("the end");
        assert!(!second.more && second.events.is_empty());
        next(&link, &settings(), NOW + 900_000, second.cursor.as_deref()).expect("nothing new");
        let spans: Vec<Value> = asked(&link).iter().map(|body| json!([body["StartDate"], body["EndDate"], body["OffSetValue"]])).collect();
        assert_eq!(spans[1], json!(["2026-10-01 11:30:44", "2026-10-02 11:30:44", "2"]));
        assert_eq!(spans[2], json!(["2026-10-02 10:30:44", "2026-10-02 11:45:44", "0"]));
    }

    #[test]
    fn a_page_that_comes_again_is_the_end() {
        let link = Script::new([answer(200, &page(&[row(&[])])), answer(200, &page(&[row(&[])]))]);
        let first = next(&link, &settings(), NOW, None).expect("a page");
        let again = next(&link, &settings(), NOW, first.cursor.as_deref()).expect("the end");
        assert!(!again.more && again.events.is_empty());
    }

    #[test]
    fn no_question_goes_back_further_than_the_list_does() {
        let old = (NOW - 100 * HOUR_MS).to_string();
        for cursor in [old.as_str(), &format!("{old}/{NOW}/7/TJ"), "anything", "a/b/c/d"] {
            let place = Place::find(Some(cursor), NOW);
            assert!(place.from_ms >= NOW - BACK_MS && (place.to_ms, place.read) == (NOW, 0), "{cursor}: {place:?}");
        }
        let within = Place { from_ms: NOW - HOUR_MS, to_ms: NOW, read: 3, first: "TJ/1".into() };
        assert_eq!(Place::find(Some(&within.cursor()), NOW + 1), within);
    }

    #[test]
    fn a_local_time_under_the_sign_of_utc_is_told_by_what_was_asked_for() {
        let link = Script::new([answer(200, &page(&[row(&[("trxDate", "2026-10-02T11:13:00Z")])]))]);
        let batch = next(&link, &settings(), NOW, None).expect("a page");
        assert_eq!(data(&batch.events[0])["occurred_at"], json!("2026-10-02T11:13:00+03:00"));
    }

    #[test]
    fn what_is_no_payment_in_is_left_to_the_statement_and_what_cannot_be_read_is_named() {
        let rows = [row(&[("transactiontype", "b2c-business-payment")]), row(&[("amount", "much")]), row(&[("transactiontype", "")])];
        let link = Script::new([answer(200, &page(&rows))]);
        let batch = next(&link, &settings(), NOW, None).expect("a page");
        assert_eq!(batch.events.iter().map(|event| event.kind.as_str()).collect::<Vec<_>>(), ["installation.attention", "payment.arrived"]);
        assert!(data(&batch.events[0])["message"].as_str().is_some_and(|text| text.contains("TJ23LM0N9B")));
    }

    #[test]
    fn an_answer_that_is_none_is_asked_for_again() {
        for body in ["<html>", r#"{"ResponseCode":"1002","ResponseMessage":"System busy"}"#, "[]"] {
            let link = Script::new([answer(200, body)]);
            assert!(matches!(next(&link, &settings(), NOW, None), Err(PluginError::Retryable(_))), "{body}");
        }
    }

    #[test]
    fn a_list_that_is_kept_already_is_kept() {
        let said = |body: &Value| {
            let link = Script::new([answer(200, &body.to_string())]);
            register(&link, &settings(), "254700000111", "https://h.example.com/hooks/0a")
        };
        assert!(said(&json!({ "Response Status": "1000", "Response Description": "Shortcode Registered Successfully" })).is_ok());
        assert!(said(&json!({ "Response Status": "1001", "Response Description": "ShortCode already Registered" })).is_ok());
        assert!(said(&json!({ "ResponseStatus": "1000" })).is_ok());
        let refused = said(&json!({ "Response Status": "1002", "Response Description": "Not subscribed" }));
        assert!(
            matches!(refused, Err(PluginError::Misconfigured(error)) if error.field == "nominated_number" && error.message.contains("Not subscribed"))
        );
    }
}

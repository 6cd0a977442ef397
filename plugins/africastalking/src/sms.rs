//! SMS: one request for all messages that differ in nothing but their reader, and what its answer says of each.
//!
//! The provider answers 201 even if nothing was sent; what counts is the row of each reader. It has no idempotency, so that a row that is
//! missing or says nothing known leaves the message open and is never sent again.

use serde_json::Value;
use wakala_plugin_sdk::messaging::channel::{Message, Receipt};
use wakala_plugin_sdk::{PluginError, form};

use crate::link::{Answer, Link, Sent, Service, phone, unanswered};
use crate::words;

const PATH: &str = "/version1/messaging";

/// The provider's codes and words for what it did not send, and what the platform calls them. None: try again later.
const REFUSALS: &[(u64, &str, Option<&str>)] = &[
    (401, "RiskHold", Some("RiskHold")),
    (402, "InvalidSenderId", Some("sender")),
    (403, "InvalidPhoneNumber", Some("recipient")),
    (404, "UnsupportedNumberType", Some("recipient")),
    (405, "InsufficientBalance", Some("credit")),
    (406, "UserInBlacklist", Some("opted-out")),
    (407, "CouldNotRoute", Some("CouldNotRoute")),
    (409, "DoNotDisturbRejection", Some("opted-out")),
    (500, "InternalServerError", None),
    (501, "GatewayError", None),
    (502, "RejectedByGateway", None),
];

/// Messages of a batch that travel together.
struct Group<'m> {
    text: String,
    sender: Option<&'m str>,
    /// Place in the batch, and number.
    readers: Vec<(usize, &'m str)>,
}

/// Sends those messages of a batch that are meant, by their places.
pub fn send(link: &impl Link, username: &str, sender: Option<&str>, batch: &[(usize, &Message)]) -> Vec<(usize, Sent)> {
    let (groups, mut results) = grouped(sender, batch);
    for group in groups {
        let numbers: Vec<&str> = group.readers.iter().map(|(_, number)| *number).collect();
        let sent = match link.post(Service::Api, PATH, "application/x-www-form-urlencoded", body(username, &group, &numbers)) {
            Ok(answer) => answered(&answer, &numbers),
            Err(error) => all(&numbers, &unanswered(error)),
        };
        results.extend(group.readers.iter().map(|(place, _)| *place).zip(sent));
    }
    results
}

/// What can travel together, and what cannot be sent at all. No reader stands twice in a request, since rows are told apart by number.
fn grouped<'m>(sender: Option<&'m str>, batch: &[(usize, &'m Message)]) -> (Vec<Group<'m>>, Vec<(usize, Sent)>) {
    let (mut groups, mut refused): (Vec<Group<'m>>, Vec<(usize, Sent)>) = (Vec::new(), Vec::new());
    for &(place, message) in batch {
        let (number, text) = match readable(message) {
            Ok(read) => read,
            Err(error) => {
                refused.push((place, Err(error)));
                continue;
            }
        };
        let sender = message.sender.as_deref().or(sender);
        let joins = |group: &&mut Group<'_>| group.text == text && group.sender == sender && group.readers.iter().all(|(_, had)| *had != number);
        match groups.iter_mut().find(joins) {
            Some(group) => group.readers.push((place, number)),
            None => groups.push(Group { text, sender, readers: vec![(place, number)] }),
        }
    }
    (groups, refused)
}

fn readable(message: &Message) -> Result<(&str, String), PluginError> {
    if message.template.is_some() {
        return Err(PluginError::rejected("template", "SMS has no templates"));
    }
    let to = message.addresses.iter().find(|address| address.role == "to").map_or("", |address| address.value.as_str());
    Ok((phone(to)?, words::of(message)?))
}

fn body(username: &str, group: &Group<'_>, numbers: &[&str]) -> Vec<u8> {
    let to = numbers.join(",");
    let mut pairs = vec![("username", username), ("to", to.as_str()), ("message", group.text.as_str()), ("bulkSMSMode", "1"), ("enqueue", "1")];
    pairs.extend(group.sender.map(|sender| ("from", sender)));
    form::write(&pairs).into_bytes()
}

/// What an answer says of each of these numbers.
fn answered(answer: &Answer, numbers: &[&str]) -> Vec<Sent> {
    if let Some(refusal) = answer.refusal() {
        return all(numbers, &refusal);
    }
    let json = answer.json();
    let data = &json["SMSMessageData"];
    let summary = data["Message"].as_str().unwrap_or_default();
    let rows = data["Recipients"].as_array().map(Vec::as_slice).filter(|_| matches!(answer.status, 200 | 201));
    match rows {
        None => all(numbers, &PluginError::UnknownOutcome(format!("neither sent nor refused: {}", answer.said()))),
        // A list without rows is the answer to a wrong sender, named in the summary.
        Some([]) => all(numbers, &refusal(None, summary).unwrap_or_else(|| PluginError::UnknownOutcome(format!("nobody is listed: {summary}")))),
        Some(rows) => numbers.iter().map(|number| row(row_of(rows, number, numbers.len()), summary)).collect(),
    }
}

fn all(numbers: &[&str], error: &PluginError) -> Vec<Sent> {
    numbers.iter().map(|_| Err(error.clone())).collect()
}

/// The row of this number, with or without its plus; a single row without number belongs to a single reader.
fn row_of<'r>(rows: &'r [Value], number: &str, readers: usize) -> Option<&'r Value> {
    let digits = number.trim_start_matches('+');
    let named = rows.iter().find(|row| row["number"].as_str().is_some_and(|have| have.trim().trim_start_matches('+') == digits));
    named.or(match rows {
        [only] if readers == 1 && only["number"].as_str().is_none_or(str::is_empty) => Some(only),
        _ => None,
    })
}

fn row(row: Option<&Value>, summary: &str) -> Sent {
    let Some(row) = row else {
        return Err(PluginError::UnknownOutcome("the answer does not speak of this number".into()));
    };
    let (code, word) = (number(&row["statusCode"]), row["status"].as_str().unwrap_or_default());
    if let Some(error) = refusal(code, word) {
        return Err(error);
    }
    // "Success" is the word of all three; without a code it is all there is.
    let state = match (code, word) {
        (Some(100 | 102), _) | (None, "Processed" | "Queued") => "queued",
        (Some(101), _) | (None, "Sent" | "Success") => "sent",
        _ => {
            return Err(PluginError::UnknownOutcome(format!(
                "an unknown status: {word} ({})",
                code.map_or("no code".into(), |code| code.to_string())
            )));
        }
    };
    let text = |name: &str, nothing: &str| row[name].as_str().map(str::trim).filter(|text| !text.is_empty() && *text != nothing).map(str::to_owned);
    Ok(Receipt { provider_ref: text("messageId", "None"), state: state.into(), parts: parts(summary), cost: text("cost", "0"), extra: Vec::new() })
}

/// The no that a code says, or without a code the word.
fn refusal(code: Option<u64>, word: &str) -> Option<PluginError> {
    let known = REFUSALS.iter().find(|(known, name, _)| code.map_or(name.eq_ignore_ascii_case(word), |code| code == *known))?;
    let (_, name, ours) = known;
    Some(match ours {
        Some(ours) => PluginError::rejected(*ours, *name),
        None => PluginError::retryable(*name),
    })
}

/// A code, written as a number or as text.
fn number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.trim().parse().ok())
}

/// The summary of an answer ends in the parts of the text; it need not.
fn parts(summary: &str) -> Option<u32> {
    summary.split_once("Message parts:")?.1.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::script::{Script, answer};
    use crate::words::sample::message;
    use wakala_plugin_sdk::form::Form;
    use wakala_plugin_sdk::host::http::Error;

    fn sent(link: &Script, batch: &[Message]) -> Vec<Sent> {
        let numbered: Vec<(usize, &Message)> = batch.iter().enumerate().collect();
        let mut results = send(link, "sandbox", Some("BIMADEMO"), &numbered);
        results.sort_by_key(|(place, _)| *place);
        results.into_iter().map(|(_, result)| result).collect()
    }

    fn code(result: &Sent) -> &str {
        match result {
            Ok(receipt) => &receipt.state,
            Err(PluginError::Rejected(no)) => &no.code,
            Err(PluginError::Retryable(_)) => "retryable",
            Err(PluginError::UnknownOutcome(_)) => "unknown-outcome",
            Err(PluginError::Unauthorized(_)) => "unauthorized",
            Err(_) => "other",
        }
    }

    const MIXED: &str = r#"{"SMSMessageData":{"Message":"Sent to 1/2 Total Cost: KES 0.8000 Message parts: 1","Recipients":[
        {"statusCode":403,"number":"+254700000102","cost":"0","status":"InvalidPhoneNumber","messageId":"None"},
        {"statusCode":101,"number":"+254700000101","cost":"KES 0.8000","status":"Success","messageId":"ATXid_0a1b2c"}]}}"#;

    #[test]
    fn messages_of_one_text_share_a_request_and_each_gets_its_row() {
        let link = Script::new([answer(201, MIXED)]);
        let batch = [message("sms", "m-1", "+254700000101", "Due"), message("sms", "m-2", "+254700000102", "Due")];
        let results = sent(&link, &batch);
        assert_eq!(results.iter().map(code).collect::<Vec<_>>(), ["sent", "recipient"]);
        let receipt = results[0].as_ref().expect("sent");
        assert_eq!((receipt.provider_ref.as_deref(), receipt.cost.as_deref(), receipt.parts), (Some("ATXid_0a1b2c"), Some("KES 0.8000"), Some(1)));
        let asked = link.asked.borrow();
        let form = Form::read(asked[0].1.as_bytes());
        assert_eq!(asked.len(), 1);
        for (name, value) in [
            ("username", "sandbox"),
            ("to", "+254700000101,+254700000102"),
            ("message", "Due"),
            ("from", "BIMADEMO"),
            ("bulkSMSMode", "1"),
            ("enqueue", "1"),
        ] {
            assert_eq!(form.get(name), Some(value), "{name}");
        }
    }

    #[test]
    fn another_text_and_the_same_reader_again_travel_by_themselves() {
        let one = r#"{"SMSMessageData":{"Message":"","Recipients":[{"statusCode":102,"number":"+254700000101","cost":"KES 0.8","status":"Success","messageId":"ATXid_1"}]}}"#;
        let link = Script::new([answer(201, one), answer(201, one), answer(201, one)]);
        let batch = [
            message("sms", "m-1", "+254700000101", "Due"),
            message("sms", "m-2", "+254700000101", "Paid"),
            message("sms", "m-3", "+254700000101", "Due"),
        ];
        assert_eq!(sent(&link, &batch).iter().map(code).collect::<Vec<_>>(), ["queued"; 3]);
        assert_eq!(link.asked.borrow().len(), 3);
    }

    #[test]
    fn every_documented_code_is_known_by_number_by_text_and_by_its_word_alone() {
        let verdict = |row: &str| {
            let link = Script::new([answer(201, &format!(r#"{{"SMSMessageData":{{"Message":"x","Recipients":[{row}]}}}}"#))]);
            code(&sent(&link, &[message("sms", "m-1", "+254700000101", "Due")])[0]).to_owned()
        };
        for (number, word, ours) in REFUSALS {
            let expected = ours.unwrap_or("retryable");
            assert_eq!(verdict(&format!(r#"{{"number":"+254700000101","statusCode":{number},"status":"another text"}}"#)), expected, "{word}");
            assert_eq!(verdict(&format!(r#"{{"number":"254700000101","statusCode":"{number}","status":"{word}"}}"#)), expected, "{word}");
            assert_eq!(verdict(&format!(r#"{{"number":"+254700000101","status":"{word}"}}"#)), expected, "{word}");
        }
        for (number, state) in [(100, "queued"), (101, "sent"), (102, "queued")] {
            assert_eq!(verdict(&format!(r#"{{"number":"+254700000101","statusCode":{number},"status":"Success"}}"#)), state);
        }
        assert_eq!(verdict(r#"{"status":"Success"}"#), "sent");
        assert_eq!(verdict(r#"{"number":"+254700000101","statusCode":777,"status":"Success"}"#), "unknown-outcome");
        assert_eq!(verdict(r#"{"number":"+254700000199","statusCode":101,"status":"Success"}"#), "unknown-outcome");
    }

    #[test]
    fn what_is_missing_in_a_row_is_missing_in_the_receipt() {
        let bare = r#"{"SMSMessageData":{"Message":"Sent to 1/1","Recipients":[{"number":"+254700000101","status":"Success","cost":"0","messageId":"None"}]}}"#;
        let results = sent(&Script::new([answer(201, bare)]), &[message("sms", "m-1", "+254700000101", "Due")]);
        let receipt = results[0].as_ref().expect("sent");
        assert_eq!((&receipt.provider_ref, &receipt.cost, receipt.parts), (&None, &None, None));
    }

    #[test]
    fn a_whole_request_can_be_refused_in_three_ways() {
        let verdict =
            |status, body: &str| code(&sent(&Script::new([answer(status, body)]), &[message("sms", "m-1", "+254700000101", "Due")])[0]).to_owned();
        assert_eq!(verdict(201, r#"{"SMSMessageData":{"Message":"InvalidSenderId","Recipients":[]}}"#), "sender");
        assert_eq!(verdict(201, r#"{"SMSMessageData":{"Message":"InvalidPhoneNumber","Recipients":[]}}"#), "recipient");
        assert_eq!(verdict(401, "The supplied authentication is invalid"), "unauthorized");
        assert_eq!(verdict(429, ""), "retryable");
    }

    #[test]
    fn an_answer_that_says_nothing_leaves_the_message_open() {
        let verdict = |result| code(&sent(&Script::new([result]), &[message("sms", "m-1", "+254700000101", "Due")])[0]).to_owned();
        assert_eq!(verdict(answer(201, "<AfricasTalkingResponse/>")), "unknown-outcome");
        assert_eq!(verdict(answer(502, "Bad gateway")), "unknown-outcome");
        assert_eq!(verdict(answer(201, r#"{"SMSMessageData":{"Message":"Odd","Recipients":[]}}"#)), "unknown-outcome");
        assert_eq!(verdict(Err(Error::MaybeSent("cut".into()))), "unknown-outcome");
        assert_eq!(verdict(Err(Error::NotSent("down".into()))), "retryable");
    }

    #[test]
    fn a_message_that_cannot_be_sent_holds_up_no_other() {
        let mut wrong = message("sms", "m-1", "0700000101", "Due");
        wrong.sender = Some("OTHER".into());
        let batch = [wrong, message("sms", "m-2", "+254700000101", "Due")];
        let link = Script::new([answer(201, MIXED)]);
        assert_eq!(sent(&link, &batch).iter().map(code).collect::<Vec<_>>(), ["recipient", "sent"]);
    }
}

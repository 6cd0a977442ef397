//! What the provider tells by itself: the same wrappers that it answers with, sometimes with the records deeper inside, sometimes without a
//! wrapper. Unsigned, repeated and out of order; the platform asks before value moves.

use serde_json::Value;
use wakala_plugin_sdk::PluginError;
use wakala_plugin_sdk::webhook::Event;

use crate::instalment::Instalment;
use crate::mandate;
use crate::settings::Settings;
use crate::value::field;

/// The reports of a request.
///
/// # Errors
/// `rejected` `format` for what the provider would not send.
pub fn reports(body: &[u8], settings: &Settings) -> Result<Vec<Event>, PluginError> {
    let json: Value = serde_json::from_slice(body).map_err(|_| PluginError::rejected("format", "the body is not JSON"))?;
    let mut found = Vec::new();
    match &json {
        Value::Array(list) => list.iter().for_each(|part| collect(part, &mut found)),
        Value::Object(wrappers) => {
            let lists = wrappers.iter().filter(|(name, _)| name.to_ascii_lowercase().ends_with("response")).filter_map(|(_, list)| list.as_array());
            lists.flatten().for_each(|part| collect(part, &mut found));
            collect(&json, &mut found);
        }
        _ => return Err(PluginError::rejected("format", "neither a wrapper nor a list")),
    }
    let event = |record: &&Value| match Instalment::read(record) {
        Some(instalment) => instalment.report(settings),
        None => mandate::report(record, settings),
    };
    Ok(found.iter().filter_map(event).collect())
}

/// The records of a part: itself, or what it has among the successful and the failed ones.
fn collect<'v>(part: &'v Value, found: &mut Vec<&'v Value>) {
    let lists: Vec<&Vec<Value>> = ["Successful", "Failed"].iter().filter_map(|name| field(part, name).as_array()).collect();
    if lists.is_empty() {
        found.push(part);
    } else {
        found.extend(lists.into_iter().flatten());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::sample;
    use serde_json::json;

    #[test]
    fn every_known_form_becomes_the_same_report() {
        let file: Value = serde_json::from_str(include_str!("../fixtures/callbacks.json")).expect("the fixture is JSON");
        for case in file["cases"].as_array().expect("a list of cases") {
            let events = reports(case["body"].to_string().as_bytes(), &sample()).expect("readable");
            let told: Vec<Value> = events
                .iter()
                .map(|event| json!({ "id": event.id, "kind": event.kind, "data": serde_json::from_str::<Value>(&event.data).expect("JSON") }))
                .collect();
            assert_eq!(Value::from(told), case["events"], "{}", case["name"]);
        }
    }

    #[test]
    fn what_the_provider_would_not_send_is_refused_as_format() {
        for body in ["", "<html>", "5", "\"text\""] {
            assert!(matches!(reports(body.as_bytes(), &sample()), Err(PluginError::Rejected(r)) if r.code == "format"), "{body}");
        }
        assert_eq!(reports(b"{}", &sample()).ok().as_deref(), Some(&[][..]));
    }
}

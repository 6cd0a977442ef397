//! What the provider's callbacks report: batches of messages and statuses, unordered, repeated, with anything missing.

use serde_json::{Map, Value, json};
use wakala_plugin_sdk::PluginError;
use wakala_plugin_sdk::host::types::Fields;
use wakala_plugin_sdk::webhook::Event;

use crate::codes::{number, word};

/// A report, and the file that has to be fetched for it.
#[derive(Debug, PartialEq)]
pub struct Incoming {
    pub kind: &'static str,
    pub id: String,
    pub occurred_ms: Option<u64>,
    pub data: Map<String, Value>,
    pub media: Option<Media>,
    pub extra: Fields,
}

/// A file that somebody sent.
#[derive(Debug, PartialEq, Eq)]
pub struct Media {
    /// The provider's id of it.
    pub id: String,
    /// image, audio, video or document.
    pub kind: &'static str,
    pub name: String,
}

impl Incoming {
    /// As it is reported.
    pub fn event(self) -> Event {
        let Self { kind, id, occurred_ms, data, extra, .. } = self;
        Event { id, kind: kind.to_owned(), occurred_ms, data: Value::Object(data).to_string(), extra }
    }
}

/// Reads a callback. What is about another number than `ours` (the phone number id) belongs to somebody else. `request` names the callback.
///
/// # Errors
/// `rejected` with `format` for whatever the provider would not send.
pub fn read(body: &[u8], ours: &str, request: &str) -> Result<Vec<Incoming>, PluginError> {
    let format = || PluginError::rejected("format", "this is no callback of a WhatsApp Business account");
    let json: Value = serde_json::from_slice(body).map_err(|_| format())?;
    if json["object"] != json!("whatsapp_business_account") {
        return Err(format());
    }
    let entries = json["entry"].as_array().ok_or_else(format)?;
    let changes = entries.iter().flat_map(|entry| list(&entry["changes"]));
    let values = changes.filter(|change| change["field"] == json!("messages")).map(|change| &change["value"]);
    let mut found = Vec::new();
    for value in values.filter(|value| name(&value["metadata"]["phone_number_id"]).is_none_or(|id| id == ours)) {
        found.extend(list(&value["messages"]).iter().filter_map(|message| received(message, value)));
        found.extend(list(&value["statuses"]).iter().filter_map(updated));
        found.extend(list(&value["errors"]).iter().enumerate().map(|(n, error)| attention(error, &format!("{request}:{n}"))));
    }
    Ok(found)
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn text(value: &Value) -> Option<&str> {
    value.as_str().filter(|text| !text.is_empty())
}

/// A name of digits, as text or as a number.
fn name(value: &Value) -> Option<String> {
    text(value).map(str::to_owned).or_else(|| number(value).map(|digits| digits.to_string()))
}

/// Seconds, as text or now and then as a number; garbage is no time.
fn moment(value: &Value) -> Option<u64> {
    number(value).filter(|seconds| (1_000_000_000..100_000_000_000).contains(seconds)).and_then(|seconds| seconds.checked_mul(1000))
}

/// A phone number gets its plus; whatever else the provider calls a person by stays as it is.
fn person(id: &str) -> String {
    let digits = (7..=15).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_digit());
    if digits { format!("+{id}") } else { id.to_owned() }
}

/// None for what is about no message that anybody could read, and for a message from nobody.
fn received(message: &Value, value: &Value) -> Option<Incoming> {
    let id = text(&message["id"])?;
    let kind = text(&message["type"]).unwrap_or("unknown");
    if matches!(kind, "system" | "revoke" | "request_welcome") {
        return None;
    }
    let contacts = list(&value["contacts"]);
    let names = |contact: &&Value| text(&contact["wa_id"]).or(text(&contact["user_id"])) == text(&message["from"]);
    let contact = contacts.iter().find(names).or(match contacts {
        [only] => Some(only),
        _ => None,
    });
    let of_contact = |name: &str| contact.and_then(|contact| text(&contact[name]));
    let sender = text(&message["from"]).or(text(&message["from_user_id"])).or(of_contact("wa_id")).or(of_contact("user_id"))?;
    let display: String = text(&value["metadata"]["display_phone_number"]).unwrap_or_default().chars().filter(char::is_ascii_digit).collect();
    let mut data = Map::new();
    data.insert("provider_ref".into(), json!(id));
    data.insert("channel".into(), json!("whatsapp"));
    data.insert("sender".into(), json!(person(sender)));
    data.insert("recipient".into(), json!(person(&display)));
    let name = contact.and_then(|contact| text(&contact["profile"]["name"]));
    data.extend(name.map(|name| ("name".to_owned(), json!(name))));
    data.extend(text(&message["context"]["id"]).map(|earlier| ("reply_to".to_owned(), json!(earlier))));
    let mut extra = facts(message, kind);
    let media = content(kind, &message[kind], &mut data, &mut extra);
    if let Some(reacted) = text(&message["reaction"]["message_id"]) {
        data.insert("reply_to".into(), json!(reacted));
    }
    Some(Incoming { kind: "message.received", id: format!("message.received:{id}"), occurred_ms: moment(&message["timestamp"]), data, media, extra })
}

/// What the message says, by its type. An unknown type is received without words: somebody wrote, and staff should see it.
fn content(kind: &str, part: &Value, data: &mut Map<String, Value>, extra: &mut Fields) -> Option<Media> {
    let mut put = |name: &str, value: Option<&str>| data.extend(value.map(|value| (name.to_owned(), json!(value))));
    match kind {
        "text" => put("text", part["body"].as_str()),
        "button" => {
            put("text", text(&part["text"]));
            put("choice_id", text(&part["payload"]));
        }
        "interactive" => {
            for reply in [&part["button_reply"], &part["list_reply"]] {
                put("text", text(&reply["title"]));
                put("choice_id", text(&reply["id"]));
            }
            let form = &part["nfm_reply"];
            put("text", text(&form["body"]));
            extra.extend(text(&form["response_json"]).map(|answers| ("form".to_owned(), answers.to_owned())));
        }
        // Empty or missing: the reaction was taken back.
        "reaction" => put("reaction", Some(part["emoji"].as_str().unwrap_or_default())),
        "location" => {
            put("text", text(&part["name"]).or(text(&part["address"])));
            if part["latitude"].is_number() && part["longitude"].is_number() {
                data.insert("location".into(), json!({ "lat": part["latitude"], "lon": part["longitude"] }));
            }
        }
        "image" | "sticker" | "audio" | "video" | "document" => {
            put("text", text(&part["caption"]));
            return file(kind, part);
        }
        "contacts" => {
            let names: Vec<&str> = list(part).iter().filter_map(|contact| text(&contact["name"]["formatted_name"])).collect();
            put("text", Some(names.join(", ").as_str()).filter(|names| !names.is_empty()));
        }
        _ => {}
    }
    None
}

fn file(kind: &str, part: &Value) -> Option<Media> {
    let id = text(&part["id"])?;
    let kind = match kind {
        "audio" => "audio",
        "video" => "video",
        "document" => "document",
        _ => "image",
    };
    let name = text(&part["filename"]).map_or_else(|| format!("{kind}-{id}"), str::to_owned);
    Some(Media { id: id.to_owned(), kind, name })
}

/// What else is known of a message.
fn facts(message: &Value, kind: &str) -> Fields {
    let mut facts = Vec::new();
    if !matches!(kind, "text" | "image" | "audio" | "video" | "document" | "location" | "reaction" | "button" | "interactive") {
        facts.push(("type".to_owned(), kind.to_owned()));
    }
    let context = &message["context"];
    if context["forwarded"] == json!(true) || context["frequently_forwarded"] == json!(true) {
        facts.push(("forwarded".to_owned(), "true".to_owned()));
    }
    let known =
        [("group", &message["group_id"]), ("source-url", &message["referral"]["source_url"]), ("source-id", &message["referral"]["source_id"])];
    facts.extend(known.into_iter().filter_map(|(name, value)| text(value).map(|value| (name.to_owned(), value.to_owned()))));
    facts.extend(number(&message["errors"][0]["code"]).map(|code| ("code".to_owned(), code.to_string())));
    facts
}

/// A status of a message of ours. None for a word that nobody has heard of. They come in any order; the platform keeps the highest.
fn updated(status: &Value) -> Option<Incoming> {
    let id = text(&status["id"])?;
    let state = match text(&status["status"])? {
        "sent" => "sent",
        "delivered" => "delivered",
        "read" | "played" => "read",
        "failed" => "failed",
        _ => return None,
    };
    let mut data = Map::new();
    data.insert("provider_ref".into(), json!(id));
    data.insert("state".into(), json!(state));
    data.extend(text(&status["biz_opaque_callback_data"]).map(|ours| ("message_id".to_owned(), json!(ours))));
    data.extend(text(&status["recipient_id"]).map(|reader| ("recipient".to_owned(), json!(person(reader)))));
    let mut extra = Vec::new();
    if let (Some(error), "failed") = (status["errors"].get(0), state) {
        let code = number(&error["code"]);
        let ours = code.map_or_else(|| "unknown".to_owned(), word);
        // Older ones have the details beside the code.
        let details = text(&error["error_data"]["details"]).or(text(&error["details"])).or(text(&error["message"])).or(text(&error["title"]));
        data.insert("permanent".into(), json!(ours == "opted-out"));
        data.insert("code".into(), json!(ours));
        data.extend(details.map(|details| ("reason".to_owned(), json!(details))));
        extra.extend(code.map(|code| ("provider-code".to_owned(), code.to_string())));
    }
    extra.extend(text(&status["pricing"]["category"]).map(|category| ("category".to_owned(), category.to_owned())));
    let (kind, id) = ("message.updated", format!("message.updated:{id}:{state}"));
    Some(Incoming { kind, id, occurred_ms: moment(&status["timestamp"]), data, media: None, extra })
}

/// A trouble of the number itself, without any message.
fn attention(error: &Value, name: &str) -> Incoming {
    let said = text(&error["error_data"]["details"]).or(text(&error["message"])).or(text(&error["title"])).unwrap_or("WhatsApp reports a trouble");
    let mut data = Map::new();
    data.insert("message".into(), json!(said));
    data.extend(number(&error["code"]).map(|code| ("code".to_owned(), json!(code.to_string()))));
    Incoming { kind: "installation.attention", id: format!("installation.attention:{name}"), occurred_ms: None, data, media: None, extra: Vec::new() }
}

#[cfg(test)]
mod tests;

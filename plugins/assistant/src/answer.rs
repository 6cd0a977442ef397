//! What a server answers. The protocol is one in name only: each server leaves out or adds what it likes.

use serde_json::Value;
use wakala_plugin_sdk::PluginError;
use wakala_plugin_sdk::ai::assistant::{Completion, ToolCall, Turn};
use wakala_plugin_sdk::host::http::Error;

use crate::question::Names;

/// What arrived.
#[derive(Clone, Debug)]
pub struct Reply {
    pub status: u16,
    /// From `Retry-After`, in milliseconds.
    pub after_ms: Option<u64>,
    pub body: Vec<u8>,
}

/// The completion in an answer. A completion has no effect, so whatever is unclear may be asked again.
///
/// # Errors
/// As `assistant.complete`.
pub fn completion(sent: Result<Reply, Error>, model: &str, names: &Names) -> Result<Completion, PluginError> {
    let reply = sent.map_err(unanswered)?;
    let json: Value = serde_json::from_slice(&reply.body).unwrap_or(Value::Null);
    let failed = reply.status != 200 || !json["error"].is_null();
    if failed && is_filtered(&json) {
        return Ok(said(String::new(), Vec::new(), "filtered", model, &json));
    }
    if failed {
        return Err(refusal(&reply, &json));
    }
    let choice = &json["choices"][0];
    let message = &choice["message"];
    if !message.is_object() {
        return Err(PluginError::retryable("the answer has no message"));
    }
    let tool_calls: Vec<ToolCall> = message["tool_calls"]
        .as_array()
        .map(|calls| calls.iter().enumerate().filter_map(|(n, call)| wish(n, call, names)).collect())
        .unwrap_or_default();
    let refused = text(&message["refusal"]);
    let finish = match choice["finish_reason"].as_str() {
        // Some servers say that they stopped although they want a tool.
        _ if !tool_calls.is_empty() => "tool-calls",
        _ if refused.is_some() => "filtered",
        Some("length" | "max_tokens") => "length",
        Some("content_filter") => "filtered",
        _ => "stop",
    };
    let words = content(&message["content"]);
    let words = if words.is_empty() { refused.unwrap_or_default() } else { words };
    Ok(said(words, tool_calls, finish, model, &json))
}

/// Names of the models that a server has, out of its list.
///
/// # Errors
/// As `lifecycle.check`.
pub fn models(sent: Result<Reply, Error>) -> Result<Vec<String>, PluginError> {
    let reply = sent.map_err(unanswered)?;
    let json: Value = serde_json::from_slice(&reply.body).unwrap_or(Value::Null);
    match (reply.status, json["data"].as_array()) {
        (200, Some(list)) => Ok(list.iter().filter_map(|model| text(&model["id"])).collect()),
        (200 | 404, _) => Err(PluginError::misconfigured("base_url", "There is no list of models at this address; it usually ends in /v1")),
        (401 | 403, _) => Err(PluginError::misconfigured("api_key", "The server does not accept this key")),
        _ => Err(refusal(&reply, &json)),
    }
}

fn said(words: String, tool_calls: Vec<ToolCall>, finish: &str, model: &str, json: &Value) -> Completion {
    // Nobody counted where there is no number, or none that a turn could have.
    let count = |name: &str| json["usage"][name].as_u64().and_then(|count| u32::try_from(count).ok());
    let counted = count("prompt_tokens").is_some_and(|tokens| tokens > 0);
    Completion {
        turn: Turn { role: "assistant".into(), text: words, files: Vec::new(), tool_calls, answers: None, extra: Vec::new() },
        finish: finish.to_owned(),
        model: text(&json["model"]).unwrap_or_else(|| model.to_owned()),
        input_tokens: if counted { count("prompt_tokens") } else { None },
        output_tokens: if counted { count("completion_tokens") } else { None },
        extra: Vec::new(),
    }
}

/// A text, or a list of parts. What a model thought aloud before its answer is not its answer.
fn content(value: &Value) -> String {
    let all = match value {
        Value::Array(parts) => parts.iter().filter_map(|part| part["text"].as_str()).collect::<Vec<_>>().join(""),
        other => other.as_str().unwrap_or_default().to_owned(),
    };
    let thought = all.trim_start().strip_prefix("<think>").and_then(|rest| rest.split_once("</think>"));
    thought.map_or(all.as_str(), |(_, answer)| answer).trim().to_owned()
}

/// A tool that the model wants. Its arguments are a text of JSON; some servers send the JSON itself, or nothing.
fn wish(n: usize, call: &Value, names: &Names) -> Option<ToolCall> {
    let function = &call["function"];
    let name = text(&function["name"])?;
    let arguments = match &function["arguments"] {
        Value::Null => "{}".to_owned(),
        Value::String(text) if text.trim().is_empty() => "{}".to_owned(),
        Value::String(text) => text.clone(),
        json => json.to_string(),
    };
    let id = text(&call["id"]).unwrap_or_else(|| format!("call-{n}"));
    Some(ToolCall { id, name: names.ours(&name).to_owned(), arguments, extra: Vec::new() })
}

fn unanswered(error: Error) -> PluginError {
    match error {
        Error::Denied(line) => PluginError::rejected("denied", line),
        Error::InvalidRequest(reason) => PluginError::rejected("format", reason),
        Error::TooLarge(limit) => PluginError::rejected("limit", format!("the answer had more than {limit} bytes")),
        Error::NotSent(reason) | Error::Quota(reason) | Error::MaybeSent(reason) | Error::Other(reason) => PluginError::retryable(reason),
    }
}

/// The code of an error: `error` is an object with code or type, or a text.
fn code(json: &Value) -> String {
    text(&json["error"]["code"]).or_else(|| text(&json["error"]["type"])).or_else(|| text(&json["code"])).unwrap_or_default()
}

fn message(json: &Value, status: u16) -> String {
    let places = [&json["error"]["message"], &json["error"], &json["message"], &json["detail"]];
    places.into_iter().find_map(text).unwrap_or_else(|| format!("HTTP {status} without a reason"))
}

fn is_filtered(json: &Value) -> bool {
    matches!(code(json).as_str(), "content_filter" | "content_policy_violation" | "responsible_ai_policy_violation")
}

fn refusal(reply: &Reply, json: &Value) -> PluginError {
    let (code, message) = (code(json), message(json, reply.status));
    let said = message.to_lowercase();
    let too_long = code == "context_length_exceeded" || said.contains("context length") || said.contains("context window") || reply.status == 413;
    match reply.status {
        // The money is used up: waiting does not help.
        _ if code == "insufficient_quota" => PluginError::Unauthorized(message),
        _ if too_long => PluginError::rejected("limit", message),
        _ if code == "model_not_found" => PluginError::misconfigured("model", message),
        401..=403 => PluginError::Unauthorized(message),
        404 if said.contains("model") => PluginError::misconfigured("model", message),
        404 => PluginError::misconfigured("base_url", "There are no chat completions at this address; it usually ends in /v1"),
        429 => match reply.after_ms {
            Some(ms) => PluginError::retryable_after(ms, message),
            None => PluginError::retryable(message),
        },
        400 | 405..=407 | 409..=499 => PluginError::rejected(if code.is_empty() { "format".to_owned() } else { code }, message),
        _ => PluginError::retryable(message),
    }
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn names() -> Names {
        let tool = wakala_plugin_sdk::ai::assistant::Tool {
            name: "policies.due".into(),
            description: String::new(),
            parameters: "{}".into(),
            extra: Vec::new(),
        };
        Names::of(&[tool])
    }

    fn answered(status: u16, json: &Value) -> Result<Completion, PluginError> {
        completion(Ok(Reply { status, after_ms: Some(2_000), body: json.to_string().into_bytes() }), "small", &names())
    }

    fn message_of(message: Value, finish: &str) -> Completion {
        answered(200, &json!({"choices": [{"message": message, "finish_reason": finish}]})).expect("a completion")
    }

    #[test]
    fn an_answer_is_read_with_what_was_counted() {
        let read = answered(
            200,
            &json!({
                "model": "small-2026", "choices": [{"message": {"role": "assistant", "content": " Hello. "}, "finish_reason": "stop"}],
                "usage": {"prompt_tokens": 9, "completion_tokens": 2},
            }),
        );
        let read = read.expect("a completion");
        assert_eq!((read.turn.text.as_str(), read.finish.as_str(), read.model.as_str()), ("Hello.", "stop", "small-2026"));
        assert_eq!((read.input_tokens, read.output_tokens), (Some(9), Some(2)));
    }

    #[test]
    fn what_nobody_counted_is_unknown() {
        for usage in [json!(null), json!({}), json!({"prompt_tokens": 0, "completion_tokens": 0})] {
            let read = answered(200, &json!({"choices": [{"message": {"content": "Hello"}}], "usage": usage})).expect("a completion");
            assert_eq!((read.input_tokens, read.output_tokens, read.model.as_str()), (None, None, "small"));
        }
    }

    #[test]
    fn tools_are_wanted_whatever_the_reason_says_and_however_arguments_are_written() {
        for arguments in [json!("{\"n\":1}"), json!({"n": 1})] {
            let wanted = json!({"content": null, "tool_calls": [{"type": "function", "function": {"name": "policies_due", "arguments": arguments}}]});
            let read = message_of(wanted, "stop");
            assert_eq!(read.finish, "tool-calls");
            let call = &read.turn.tool_calls[0];
            assert_eq!((call.id.as_str(), call.name.as_str(), call.arguments.as_str()), ("call-0", "policies.due", "{\"n\":1}"));
        }
        let bare = message_of(json!({"tool_calls": [{"id": "c-1", "function": {"name": "policies_due"}}]}), "tool_calls");
        assert_eq!(bare.turn.tool_calls[0].arguments, "{}");
    }

    #[test]
    fn parts_are_joined_and_thoughts_left_out() {
        assert_eq!(message_of(json!({"content": [{"type": "text", "text": "Hel"}, {"type": "text", "text": "lo"}]}), "stop").turn.text, "Hello");
        assert_eq!(message_of(json!({"content": "<think>Hm.</think>\nHello"}), "stop").turn.text, "Hello");
        assert_eq!(message_of(json!({"content": "<think>Hm."}), "length").turn.text, "<think>Hm.");
    }

    #[test]
    fn the_end_of_an_answer_has_the_platforms_word() {
        for (theirs, ours) in [("stop", "stop"), ("length", "length"), ("content_filter", "filtered"), ("eos", "stop")] {
            assert_eq!(message_of(json!({"content": "x"}), theirs).finish, ours);
        }
        let refused = message_of(json!({"content": null, "refusal": "I cannot help with that."}), "stop");
        assert_eq!((refused.finish.as_str(), refused.turn.text.as_str()), ("filtered", "I cannot help with that."));
        let filtered = answered(400, &json!({"error": {"code": "content_filter", "message": "…"}})).expect("a completion");
        assert_eq!(filtered.finish, "filtered");
    }

    #[test]
    fn refusals_say_who_has_to_act() {
        let no = |status: u16, json: Value| answered(status, &json).expect_err("no completion");
        let error = |code: &str, message: &str| json!({"error": {"code": code, "message": message}});
        assert!(matches!(no(401, error("invalid_api_key", "Wrong key")), PluginError::Unauthorized(_)));
        assert!(matches!(no(429, error("insufficient_quota", "Used up")), PluginError::Unauthorized(_)));
        assert!(matches!(no(429, error("rate_limit_exceeded", "Slow down")), PluginError::Retryable(retry) if retry.after_ms == Some(2_000)));
        assert!(matches!(no(404, error("model_not_found", "No such model")), PluginError::Misconfigured(wrong) if wrong.field == "model"));
        assert!(matches!(no(404, json!({"detail": "Not Found"})), PluginError::Misconfigured(wrong) if wrong.field == "base_url"));
        assert!(matches!(no(400, error("context_length_exceeded", "Too long")), PluginError::Rejected(no) if no.code == "limit"));
        assert!(
            matches!(no(400, json!({"error": "This model's maximum context length is 4096 tokens"})), PluginError::Rejected(no) if no.code == "limit")
        );
        assert!(matches!(no(422, json!({"message": "Bad tool"})), PluginError::Rejected(no) if no.code == "format" && no.message == "Bad tool"));
        assert!(matches!(no(200, json!({"error": {"message": "overloaded"}})), PluginError::Retryable(_)));
        for (status, body) in [(200, json!({})), (500, json!({})), (503, json!(null)), (408, json!({}))] {
            assert!(matches!(no(status, body), PluginError::Retryable(_)), "{status}");
        }
        let unsure = completion(Err(Error::MaybeSent("timeout".into())), "small", &names());
        assert!(matches!(unsure, Err(PluginError::Retryable(_))));
    }

    #[test]
    fn a_servers_models_are_listed_and_a_wrong_address_is_told_as_such() {
        let listed = |status: u16, json: Value| models(Ok(Reply { status, after_ms: None, body: json.to_string().into_bytes() }));
        assert_eq!(listed(200, json!({"data": [{"id": "small"}, {"id": "large"}]})), Ok(vec!["small".to_owned(), "large".to_owned()]));
        assert!(matches!(listed(404, json!({})), Err(PluginError::Misconfigured(wrong)) if wrong.field == "base_url"));
        assert!(matches!(listed(401, json!({})), Err(PluginError::Misconfigured(wrong)) if wrong.field == "api_key"));
        assert!(matches!(listed(503, json!({})), Err(PluginError::Retryable(_))));
    }
}

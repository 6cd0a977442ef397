//! One turn as the usual chat protocol asks for it.

use serde_json::{Map, Value, json};
use wakala_plugin_sdk::PluginError;
use wakala_plugin_sdk::ai::assistant::{CompletionRequest, Tool, ToolCall, Turn};
use wakala_plugin_sdk::host::http::{BlobPart, Part};
use wakala_plugin_sdk::host::types::File;

/// Longest name of a tool that servers take.
const NAME: usize = 64;

/// What a tenant chose of how its server is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Style {
    pub model: String,
    /// The server's name of the limit of an answer: older ones say `max_tokens`.
    pub limit: String,
}

/// The names under which tools go to a server, which takes letters, digits, hyphen and underscore only.
pub struct Names(Vec<(String, String)>);

impl Names {
    /// Of the tools of a request. Two tools never have one name.
    pub fn of(tools: &[Tool]) -> Self {
        let mut names: Vec<(String, String)> = Vec::new();
        for (n, tool) in tools.iter().enumerate() {
            let plain = |c: char| if c.is_ascii_alphanumeric() || c == '-' || c == '_' { c } else { '_' };
            let mut name: String = tool.name.chars().map(plain).take(NAME).collect();
            if name.is_empty() || names.iter().any(|(_, taken)| *taken == name) {
                name = format!("tool-{n}");
            }
            names.push((tool.name.clone(), name));
        }
        Self(names)
    }

    fn theirs<'n>(&'n self, ours: &'n str) -> &'n str {
        self.0.iter().find(|(have, _)| have == ours).map_or(ours, |(_, theirs)| theirs)
    }

    /// Our name of a tool that the model asks for. A name that no tool has stays as it is: the platform refuses it.
    pub fn ours<'n>(&'n self, theirs: &'n str) -> &'n str {
        self.0.iter().find(|(_, have)| have == theirs).map_or(theirs, |(ours, _)| ours)
    }
}

/// The request's body. Images go in as they lie in the store, so `mark` is a text that stands nowhere else: the body is cut there.
///
/// # Errors
/// `rejected` with `format` for a file that no model reads, and whatever `read` says of a document.
pub fn body(
    req: &CompletionRequest,
    style: &Style,
    names: &Names,
    mark: &str,
    read: impl Fn(&File) -> Result<String, PluginError>,
) -> Result<Vec<Part>, PluginError> {
    let mut images = Vec::new();
    let messages = req.turns.iter().map(|turn| message(turn, names, mark, &mut images, &read)).collect::<Result<Vec<_>, _>>()?;
    let mut body = Map::new();
    let model = req.model.as_deref().filter(|name| *name != "default").unwrap_or(&style.model);
    body.insert("model".into(), json!(model));
    body.insert("messages".into(), json!(messages));
    body.insert(style.limit.clone(), json!(req.max_tokens));
    if let Some(temperature) = req.temperature {
        body.insert("temperature".into(), json!(temperature));
    }
    if !req.tools.is_empty() {
        body.insert("tools".into(), req.tools.iter().map(|tool| function(tool, names)).collect());
        body.insert("tool_choice".into(), choice(&req.tool_choice, names));
    }
    if let Some(schema) = &req.answer_schema {
        let format = json!({ "type": "json_schema", "json_schema": { "name": "answer", "strict": true, "schema": document(schema) } });
        body.insert("response_format".into(), format);
    }
    Ok(cut(&Value::Object(body).to_string(), mark, &images))
}

fn message(
    turn: &Turn,
    names: &Names,
    mark: &str,
    images: &mut Vec<String>,
    read: &impl Fn(&File) -> Result<String, PluginError>,
) -> Result<Value, PluginError> {
    let role = match turn.role.as_str() {
        role @ ("system" | "assistant" | "tool") => role,
        _ => "user",
    };
    let mut message = json!({ "role": role, "content": content(turn, mark, images, read)? });
    if !turn.tool_calls.is_empty() {
        let call = |call: &ToolCall| {
            let function = json!({ "name": names.theirs(&call.name), "arguments": call.arguments });
            json!({ "id": call.id, "type": "function", "function": function })
        };
        message["tool_calls"] = turn.tool_calls.iter().map(call).collect();
        if turn.text.is_empty() {
            message["content"] = Value::Null;
        }
    }
    if let Some(call) = &turn.answers {
        message["tool_call_id"] = json!(call);
    }
    Ok(message)
}

/// Text alone is a text; with files it becomes a list, which older servers do not know.
fn content(turn: &Turn, mark: &str, images: &mut Vec<String>, read: &impl Fn(&File) -> Result<String, PluginError>) -> Result<Value, PluginError> {
    if turn.files.is_empty() {
        return Ok(json!(turn.text));
    }
    let mut parts = vec![json!({ "type": "text", "text": turn.text })];
    for file in &turn.files {
        let kind = file.content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        parts.push(match kind.as_str() {
            "image/png" | "image/jpeg" | "image/webp" | "image/gif" => {
                let address = format!("data:{kind};base64,{mark}{}{mark}", images.len());
                images.push(file.blob.clone());
                json!({ "type": "image_url", "image_url": { "url": address } })
            }
            "text/plain" | "text/csv" | "text/markdown" | "application/json" => {
                json!({ "type": "text", "text": format!("{}:\n{}", file.name, read(file)?) })
            }
            _ => return Err(PluginError::rejected("format", format!("{}: models read images and texts only", file.name))),
        });
    }
    Ok(json!(parts))
}

fn function(tool: &Tool, names: &Names) -> Value {
    let parameters = document(&tool.parameters);
    json!({ "type": "function", "function": { "name": names.theirs(&tool.name), "description": tool.description, "parameters": parameters } })
}

fn choice(word: &str, names: &Names) -> Value {
    match word {
        "auto" | "none" | "required" => json!(word),
        name => json!({ "type": "function", "function": { "name": names.theirs(name) } }),
    }
}

fn document(json: &str) -> Value {
    serde_json::from_str(json).unwrap_or_else(|_| json!({ "type": "object" }))
}

/// Cuts the finished text where images belong, so that they stream from the store into the request.
fn cut(text: &str, mark: &str, images: &[String]) -> Vec<Part> {
    let mut parts = Vec::new();
    for (n, piece) in text.split(mark).enumerate() {
        // Every second piece is the number of an image.
        let image = if n % 2 == 1 { piece.parse::<usize>().ok().and_then(|at| images.get(at)) } else { None };
        parts.push(match image {
            Some(id) => Part::Blob(BlobPart { id: id.clone(), encoding: "base64".to_owned(), extra: Vec::new() }),
            None => Part::Bytes(piece.as_bytes().to_vec()),
        });
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turn(role: &str, text: &str) -> Turn {
        Turn { role: role.into(), text: text.into(), files: Vec::new(), tool_calls: Vec::new(), answers: None, extra: Vec::new() }
    }

    fn tool(name: &str) -> Tool {
        Tool { name: name.into(), description: "What is due".into(), parameters: r#"{"type":"object"}"#.into(), extra: Vec::new() }
    }

    fn request(turns: Vec<Turn>) -> CompletionRequest {
        CompletionRequest {
            model: None,
            turns,
            tools: Vec::new(),
            tool_choice: "auto".into(),
            answer_schema: None,
            max_tokens: 200,
            temperature: None,
            extra: Vec::new(),
        }
    }

    fn file(content_type: &str) -> File {
        File { blob: "b-1".into(), kind: "image".into(), name: "1.png".into(), content_type: content_type.into(), extra: Vec::new() }
    }

    fn parts(req: &CompletionRequest) -> Result<Vec<Part>, PluginError> {
        let style = Style { model: "small".into(), limit: "max_tokens".into() };
        body(req, &style, &Names::of(&req.tools), "@@mark@@", |file| Ok(format!("text of {}", file.blob)))
    }

    fn json_of(req: &CompletionRequest) -> Value {
        match parts(req).expect("a body").as_slice() {
            [Part::Bytes(bytes)] => serde_json::from_slice(bytes).expect("JSON"),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_plain_turn_is_as_short_as_the_protocol_has_it() {
        let body = json_of(&request(vec![turn("system", "Be brief."), turn("user", "Hello")]));
        let messages = json!([{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hello"}]);
        assert_eq!(body, json!({"model": "small", "max_tokens": 200, "messages": messages}));
    }

    #[test]
    fn a_named_model_goes_before_the_settings_and_default_means_them() {
        let with = |model: &str| json_of(&CompletionRequest { model: Some(model.into()), ..request(vec![turn("user", "Hello")]) })["model"].clone();
        assert_eq!((with("large"), with("default")), (json!("large"), json!("small")));
    }

    #[test]
    fn tools_are_offered_called_and_answered_under_names_that_servers_take() {
        let mut called = turn("assistant", "");
        called.tool_calls = vec![ToolCall { id: "c-1".into(), name: "policies.due".into(), arguments: r#"{"n":1}"#.into(), extra: Vec::new() }];
        let mut answered = turn("tool", "none");
        answered.answers = Some("c-1".into());
        let mut req = request(vec![turn("user", "Due?"), called, answered]);
        req.tools = vec![tool("policies.due"), tool("policies/due")];
        req.tool_choice = "policies.due".into();
        let body = json_of(&req);
        assert_eq!(body["tools"][0]["function"]["name"], json!("policies_due"));
        assert_eq!(body["tools"][1]["function"]["name"], json!("tool-1"));
        assert_eq!(body["tool_choice"], json!({"type": "function", "function": {"name": "policies_due"}}));
        let call = json!({"id": "c-1", "type": "function", "function": {"name": "policies_due", "arguments": "{\"n\":1}"}});
        assert_eq!(body["messages"][1], json!({"role": "assistant", "content": null, "tool_calls": [call]}));
        assert_eq!(body["messages"][2], json!({"role": "tool", "content": "none", "tool_call_id": "c-1"}));
        let names = Names::of(&req.tools);
        assert_eq!((names.ours("policies_due"), names.ours("tool-1"), names.ours("dance")), ("policies.due", "policies/due", "dance"));
    }

    #[test]
    fn an_answer_with_a_schema_and_a_temperature_asks_for_both() {
        let req =
            CompletionRequest { answer_schema: Some(r#"{"type":"object"}"#.into()), temperature: Some(0.5), ..request(vec![turn("user", "Hello")]) };
        let body = json_of(&req);
        assert_eq!(body["response_format"]["json_schema"], json!({"name": "answer", "strict": true, "schema": {"type": "object"}}));
        assert_eq!(body["temperature"].to_string(), "0.5");
    }

    #[test]
    fn images_stream_in_documents_are_read_and_anything_else_is_refused() {
        let with = |content_type: &str| {
            let mut looked = turn("user", "See");
            looked.files = vec![file(content_type)];
            parts(&request(vec![looked]))
        };
        let image = with("image/PNG; q=1").expect("a body");
        assert!(matches!(image.as_slice(), [Part::Bytes(before), Part::Blob(blob), Part::Bytes(_)]
            if before.ends_with(b"data:image/png;base64,") && blob.id == "b-1" && blob.encoding == "base64"));
        let document = with("text/csv").expect("a body");
        assert!(matches!(document.as_slice(), [Part::Bytes(all)] if String::from_utf8_lossy(all).contains("text of b-1")));
        assert!(matches!(with("application/zip"), Err(PluginError::Rejected(no)) if no.code == "format"));
    }
}

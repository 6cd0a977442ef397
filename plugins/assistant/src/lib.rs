//! Language models of any server that speaks the usual chat protocol.
//!
//! This file joins the host's interfaces to the modules that know the protocol; those are pure and tested on any target.
//! What must hold: the key goes to the tenant's server only, images never pass through here, and nothing of a turn is kept or logged.

mod answer;
mod question;

use answer::Reply;
use question::{Names, Style, body};
use wakala_plugin_sdk::ai::assistant::{self, Completion, CompletionRequest};
use wakala_plugin_sdk::host::http::{Error, Payload, Request};
use wakala_plugin_sdk::host::types::{File, HostError};
use wakala_plugin_sdk::host::{blobs, config, crypto, secrets};
use wakala_plugin_sdk::{CallContext, PluginError, export, http, lifecycle};

/// Longest document that is read out to a model, in bytes.
const DOCUMENT: u32 = 200_000;
/// Longest answer that is read.
const ANSWER: u32 = 1 << 20;

struct Models;

export!(Models: lifecycle, assistant);

/// A setting that is not empty.
fn setting(key: &str) -> Option<String> {
    config::get(key).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

fn address(path: &str) -> Result<String, PluginError> {
    let base = setting("base_url").ok_or_else(|| PluginError::misconfigured("base_url", "Enter the address of the server"))?;
    Ok(format!("{}{path}", base.trim_end_matches('/')))
}

/// Adds the key, if the server wants one, and sends.
fn send(request: Request) -> Result<Result<Reply, Error>, PluginError> {
    let request = match secrets::get("api_key") {
        Ok(key) => request.secret_header("authorization", key.bearer()),
        Err(HostError::NotFound) => request,
        Err(other) => return Err(other.into()),
    };
    let response = match request.send() {
        Ok(response) => response,
        Err(error) => return Ok(Err(error)),
    };
    let after_ms = response.header("retry-after").and_then(|text| text.trim().parse::<u64>().ok()).and_then(|s| s.checked_mul(1000));
    let body = match &response.body {
        Payload::Bytes(bytes) => bytes.clone(),
        Payload::Blob(blob) => blobs::read(&blob.id, 0, ANSWER)?,
    };
    Ok(Ok(Reply { status: response.status, after_ms, body }))
}

/// A document as text, for models read nothing else.
fn read(file: &File) -> Result<String, PluginError> {
    if blobs::stat(&file.blob)?.size > u64::from(DOCUMENT) {
        return Err(PluginError::rejected("limit", format!("{} has more than {DOCUMENT} bytes", file.name)));
    }
    let bytes = blobs::read(&file.blob, 0, DOCUMENT)?;
    String::from_utf8(bytes).map_err(|_| PluginError::rejected("format", format!("{} is no text", file.name)))
}

/// A text that stands nowhere else.
fn mark() -> String {
    crypto::random(16).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn style() -> Result<Style, PluginError> {
    let model = setting("model").ok_or_else(|| PluginError::misconfigured("model", "Enter the name of a model"))?;
    Ok(Style { model, limit: setting("token_limit").unwrap_or_else(|| "max_tokens".into()) })
}

impl assistant::Guest for Models {
    fn complete(_ctx: CallContext, req: CompletionRequest) -> Result<Completion, PluginError> {
        let (style, names) = (style()?, Names::of(&req.tools));
        let body = body(&req, &style, &names, &mark(), read)?;
        let mut request = http::post_json(address("/chat/completions")?, body);
        // An answer that goes into the store may take as long as the call: models are slow.
        request.save_body = true;
        answer::completion(send(request)?, req.model.as_deref().unwrap_or(&style.model), &names)
    }
}

impl lifecycle::Guest for Models {
    /// Lists the server's models, which costs nothing, and looks for the one that was chosen.
    fn check(_ctx: CallContext) -> Result<lifecycle::Report, PluginError> {
        let style = style()?;
        let models = answer::models(send(http::get(address("/models")?))?)?;
        let mut warnings = Vec::new();
        if !models.contains(&style.model) {
            warnings.push(format!("The server does not list the model {}", style.model));
        }
        let summary = format!("Connected; the server has {} models, of which {} is used.", models.len(), style.model);
        Ok(lifecycle::Report { summary, warnings, values: Vec::new(), extra: Vec::new() })
    }

    fn activate(_ctx: CallContext) -> Result<(), PluginError> {
        Ok(())
    }

    fn deactivate(_ctx: CallContext) -> Result<(), PluginError> {
        Ok(())
    }

    fn migrate_config(_from_version: String, settings: String) -> Result<String, PluginError> {
        Ok(settings)
    }
}

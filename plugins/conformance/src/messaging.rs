//! Messages: taken, refused, or in doubt, by their text.

use wakala_plugin_sdk::messaging::channel::{self, Message, Receipt};
use wakala_plugin_sdk::messaging::templates::{self, Template, TemplatePage};
use wakala_plugin_sdk::{CallContext, PluginError};

use crate::Conformance;

impl channel::Guest for Conformance {
    fn send(_ctx: CallContext, batch: Vec<Message>) -> Result<Vec<Result<Receipt, PluginError>>, PluginError> {
        Ok(batch.into_iter().map(send).collect())
    }
}

fn send(message: Message) -> Result<Receipt, PluginError> {
    match message.text.as_deref() {
        Some("refuse") => Err(PluginError::rejected("opted-out", message.id)),
        Some("doubt") => Err(PluginError::UnknownOutcome(message.id)),
        _ => Ok(Receipt {
            provider_ref: message.addresses.first().map(|address| address.value.clone()),
            state: "queued".to_owned(),
            parts: Some((message.choices.len() + message.files.len()) as u32),
            cost: message.template.map(|template| template.name),
            extra: message.tags,
        }),
    }
}

impl templates::Guest for Conformance {
    fn page(_ctx: CallContext, cursor: Option<String>) -> Result<TemplatePage, PluginError> {
        let template = Template {
            name: "premium_due".to_owned(),
            language: "en".to_owned(),
            category: "utility".to_owned(),
            state: "approved".to_owned(),
            header: None,
            body: "Dear {{1}}".to_owned(),
            footer: cursor.clone(),
            params: vec!["body.1".to_owned()],
            extra: Vec::new(),
        };
        Ok(TemplatePage { templates: vec![template], next: cursor, extra: Vec::new() })
    }
}

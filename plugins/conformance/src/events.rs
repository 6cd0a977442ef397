//! Events: kept by their id, with a link back to what they are about.

use wakala_plugin_sdk::events::subscriber::{self, Event, Link, Receipt};
use wakala_plugin_sdk::{CallContext, PluginError};

use crate::Conformance;

impl subscriber::Guest for Conformance {
    fn on_event(_ctx: CallContext, event: Event) -> Result<Receipt, PluginError> {
        let link = Link { rel: "view".to_owned(), url: format!("https://example.com/{}", event.subject), label: event.kind, extra: Vec::new() };
        Ok(Receipt { provider_ref: event.earlier_ref.or(Some(event.id)), links: vec![link], files: event.files, extra: event.extra })
    }
}

//! Takes payments as payments 1.0 says, and answers as ai 1.0 says. See the README before changing anything.

#[allow(clippy::all, unsafe_code, reason = "generated")]
mod bindings {
    wit_bindgen::generate!({
        path: ["wit/host", "wit/payments", "wit/ai"],
        inline: "
            package wakala:frozen;

            world frozen {
                include wakala:payments/payment-plugin@1.0.0;
                export wakala:ai/assistant@1.0.0;
            }
        ",
        generate_all,
    });
    use super::Frozen;
    export!(Frozen);
}

use bindings::exports::wakala::ai::assistant::{self, Completion, CompletionRequest, Turn};
use bindings::exports::wakala::host::{lifecycle, webhook};
use bindings::exports::wakala::payments::gateway::{self, CollectRequest};
use bindings::wakala::host::types::{CallContext, PluginError};
use bindings::wakala::host::{config, kv};
use bindings::wakala::payments::types::{Outcome, PaymentRef};

struct Frozen;

fn outcome(state: &str, message: String) -> Outcome {
    Outcome {
        provider_ref: None,
        state: state.to_owned(),
        code: None,
        message: Some(message),
        action: None,
        amount: None,
        fee: None,
        receipt: None,
        occurred_ms: None,
        saved_method: None,
        extra: Vec::new(),
    }
}

impl gateway::Guest for Frozen {
    /// Counts its payments in the key-value store and says a setting.
    fn collect(_ctx: CallContext, req: CollectRequest) -> Result<Outcome, PluginError> {
        let count = kv::set("payments", req.reference.as_bytes(), None).map_err(|error| PluginError::Unsupported(format!("{error:?}")))?;
        let arg = config::get("arg").unwrap_or_default();
        Ok(outcome("received", format!("{arg} {count} {}", req.reference)))
    }

    fn query(_ctx: CallContext, payment: PaymentRef) -> Result<Outcome, PluginError> {
        Ok(outcome("pending", payment.idempotency_key))
    }
}

impl lifecycle::Guest for Frozen {
    fn check(_ctx: CallContext) -> Result<lifecycle::Report, PluginError> {
        Ok(lifecycle::Report { summary: "Still here.".to_owned(), warnings: Vec::new(), values: Vec::new(), extra: Vec::new() })
    }

    fn activate(_ctx: CallContext) -> Result<(), PluginError> {
        Ok(())
    }

    fn deactivate(_ctx: CallContext) -> Result<(), PluginError> {
        Ok(())
    }

    fn migrate_config(_from: String, settings: String) -> Result<String, PluginError> {
        Ok(settings)
    }
}

impl webhook::Guest for Frozen {
    fn handle(_ctx: CallContext, _req: webhook::Inbound) -> Result<webhook::Handled, PluginError> {
        Ok(webhook::Handled { reply: None, events: Vec::new(), extra: Vec::new() })
    }
}

impl assistant::Guest for Frozen {
    /// Repeats what it read last. Nobody counted what it read, so it says 0, as 1.0 wants it.
    fn complete(_ctx: CallContext, req: CompletionRequest) -> Result<Completion, PluginError> {
        let text = req.turns.last().map(|turn| turn.text.clone()).unwrap_or_default();
        let turn = Turn { role: "assistant".to_owned(), text, files: Vec::new(), tool_calls: Vec::new(), answers: None, extra: Vec::new() };
        Ok(Completion { turn, finish: "stop".to_owned(), model: "first".to_owned(), input_tokens: 0, output_tokens: 7, extra: Vec::new() })
    }
}

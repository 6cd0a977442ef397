//! A model that asks for its first tool and otherwise repeats what it read last.

use wakala_plugin_sdk::ai::assistant::{self, Completion, CompletionRequest, ToolCall, Turn};
use wakala_plugin_sdk::{CallContext, PluginError};

use crate::Conformance;

impl assistant::Guest for Conformance {
    fn complete(_ctx: CallContext, req: CompletionRequest) -> Result<Completion, PluginError> {
        let text = req.turns.last().map(|turn| turn.text.clone()).unwrap_or_default();
        let wish =
            req.tools.into_iter().next().map(|tool| ToolCall { id: "1".to_owned(), name: tool.name, arguments: tool.parameters, extra: Vec::new() });
        let tool_calls: Vec<ToolCall> = wish.into_iter().collect();
        let finish = if tool_calls.is_empty() { "stop" } else { "tool-calls" };
        let turn = Turn { role: "assistant".to_owned(), text, files: Vec::new(), tool_calls, answers: None, extra: req.extra };
        Ok(Completion {
            turn,
            finish: finish.to_owned(),
            model: req.model.unwrap_or_default(),
            input_tokens: None,
            output_tokens: Some(req.max_tokens),
            extra: Vec::new(),
        })
    }
}

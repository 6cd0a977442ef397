//! Calls of AI plugins.

use super::bindings::exports::wakala::ai::assistant;
use super::calls;
use super::convert::{blobs, each};
use crate::model::ai as model;

calls! {
    /// `assistant.complete`, of version 1 too.
    complete(request: model::CompletionRequest) -> model::Completion = assistant.call_complete(&request.into()),
        blobs blobs(request.turns.iter().flat_map(|turn| &turn.files)), plain Into::into,
        former assistant_1.call_complete(&request.into()), plain Into::into;
}

impl From<model::ToolCall> for assistant::ToolCall {
    fn from(t: model::ToolCall) -> Self {
        Self { id: t.id, name: t.name, arguments: t.arguments, extra: t.extra }
    }
}

impl From<assistant::ToolCall> for model::ToolCall {
    fn from(t: assistant::ToolCall) -> Self {
        Self { id: t.id, name: t.name, arguments: t.arguments, extra: t.extra }
    }
}

impl From<model::Turn> for assistant::Turn {
    fn from(t: model::Turn) -> Self {
        Self { role: t.role, text: t.text, files: each(t.files), tool_calls: each(t.tool_calls), answers: t.answers, extra: t.extra }
    }
}

impl From<assistant::Turn> for model::Turn {
    fn from(t: assistant::Turn) -> Self {
        Self { role: t.role, text: t.text, files: each(t.files), tool_calls: each(t.tool_calls), answers: t.answers, extra: t.extra }
    }
}

impl From<model::Tool> for assistant::Tool {
    fn from(t: model::Tool) -> Self {
        Self { name: t.name, description: t.description, parameters: t.parameters, extra: t.extra }
    }
}

impl From<model::CompletionRequest> for assistant::CompletionRequest {
    fn from(c: model::CompletionRequest) -> Self {
        Self {
            model: c.model,
            turns: each(c.turns),
            tools: each(c.tools),
            tool_choice: c.tool_choice,
            answer_schema: c.answer_schema,
            max_tokens: c.max_tokens,
            temperature: c.temperature,
            extra: c.extra,
        }
    }
}

impl From<assistant::Completion> for model::Completion {
    fn from(c: assistant::Completion) -> Self {
        Self { turn: c.turn.into(), finish: c.finish, model: c.model, input_tokens: c.input_tokens, output_tokens: c.output_tokens, extra: c.extra }
    }
}

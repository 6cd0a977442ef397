//! Majors that newer ones replaced, served for the components that were built against them. Each is one module of bindings, whose
//! shared types are the present ones, and conversions to the plain types.

use super::convert::each;
use crate::model::ai as model;
use ai_1::exports::wakala::ai::assistant;

/// `wakala:ai` before 2.0.
pub(crate) mod ai_1 {
    wasmtime::component::bindgen!({
        path: ["../../plugins/wit/host", "../../plugins/wit/ai"],
        inline: "
            package wakala:former;

            world ai-one {
                export wakala:ai/assistant@1.0.0;
            }
        ",
        world: "ai-one",
        imports: { default: async | trappable },
        exports: { default: async },
        with: { "wakala:host/types": crate::v1::bindings::wakala::host::types },
    });
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

/// 1.0 had no word for "nobody counted" and said 0.
impl From<assistant::Completion> for model::Completion {
    fn from(c: assistant::Completion) -> Self {
        let counted = |tokens: u32| (tokens > 0).then_some(tokens);
        Self {
            turn: c.turn.into(),
            finish: c.finish,
            model: c.model,
            input_tokens: counted(c.input_tokens),
            output_tokens: counted(c.output_tokens),
            extra: c.extra,
        }
    }
}

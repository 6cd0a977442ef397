//! Language models through the AI plugins that a tenant has live: the `Assistant` of domains.

use async_trait::async_trait;
use kernel::{AppResult, Scope};
use plugin_host::model::ai as model;
use ports::{
    PortError,
    assistant::{Assistant, Completion, Finish, OfferedModel, Prompt, Role, Tool, ToolCall, ToolChoice, Turn},
};
use serde_json::{Value, json};

use crate::{
    Integrations,
    ask::Doubt,
    calls::{Blobs, Use},
    papers,
};

#[async_trait]
impl Assistant for Integrations {
    async fn models(&self, scope: &Scope) -> AppResult<Vec<OfferedModel>> {
        let mut offered = Vec::new();
        for (installation, package) in self.answering(scope, "assistant").await? {
            let names = package.manifest.models.iter().flat_map(|models| &models.names);
            offered.extend(names.map(|name| OfferedModel { installation, model: name.clone() }));
        }
        Ok(offered)
    }

    async fn complete(&self, scope: &Scope, prompt: Prompt) -> Result<Completion, PortError> {
        let blobs = Blobs::default();
        // What people said stays with whoever asked.
        let request = json!({ "model": prompt.model, "turns": prompt.turns.len(), "tools": prompt.tools.len(), "max_tokens": prompt.max_tokens });
        let using = Use::errand(prompt.errand, "complete", request, &blobs);
        let asked = model::CompletionRequest {
            model: prompt.model,
            turns: prompt.turns.into_iter().map(|turn| turn_out(&blobs, turn)).collect::<Result<_, PortError>>()?,
            tools: prompt.tools.into_iter().map(tool).collect(),
            tool_choice: match prompt.tool_choice {
                ToolChoice::Auto => "auto".to_owned(),
                ToolChoice::None => "none".to_owned(),
                ToolChoice::Required => "required".to_owned(),
                ToolChoice::Named(name) => name,
            },
            answer_schema: prompt.answer_schema.map(|schema| schema.to_string()),
            max_tokens: prompt.max_tokens,
            temperature: prompt.temperature,
            extra: Vec::new(),
        };
        self.ask_for(
            scope,
            using,
            Doubt::Again,
            |answer: &model::Completion| {
                json!({ "model": answer.model, "finish": answer.finish, "input_tokens": answer.input_tokens, "output_tokens": answer.output_tokens })
            },
            |plugin, spec| async move { plugin.complete(spec, asked).await },
            |answer| Ok(completion(&blobs, answer)),
        )
        .await
    }
}

fn turn_out(blobs: &Blobs, turn: Turn) -> Result<model::Turn, PortError> {
    let call = |call: ToolCall| model::ToolCall { id: call.id, name: call.name, arguments: call.arguments.to_string(), extra: Vec::new() };
    Ok(model::Turn {
        role: turn.role.as_str().to_owned(),
        text: turn.text,
        files: papers::lend_all(blobs, turn.papers)?,
        tool_calls: turn.tool_calls.into_iter().map(call).collect(),
        answers: turn.answers,
        extra: Vec::new(),
    })
}

fn tool(tool: Tool) -> model::Tool {
    model::Tool { name: tool.name, description: tool.description, parameters: tool.parameters.to_string(), extra: Vec::new() }
}

/// What the model said. It speaks as the assistant, whatever the plugin calls it.
fn completion(blobs: &Blobs, completion: model::Completion) -> Completion {
    let call =
        |call: model::ToolCall| ToolCall { id: call.id, name: call.name, arguments: serde_json::from_str(&call.arguments).unwrap_or(Value::Null) };
    Completion {
        turn: Turn {
            role: Role::Assistant,
            text: completion.turn.text,
            papers: papers::take_all(blobs, completion.turn.files),
            tool_calls: completion.turn.tool_calls.into_iter().map(call).collect(),
            answers: None,
        },
        finish: Finish::from_name(&completion.finish).unwrap_or(Finish::Stop),
        model: completion.model,
        input_tokens: completion.input_tokens,
        output_tokens: completion.output_tokens,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_that_are_no_json_are_null_and_the_model_is_always_the_assistant() {
        let answer = model::Completion {
            turn: model::Turn {
                role: "system".into(),
                text: "Let me see.".into(),
                files: Vec::new(),
                tool_calls: vec![model::ToolCall { id: "1".into(), name: "due".into(), arguments: "{oops".into(), extra: Vec::new() }],
                answers: None,
                extra: Vec::new(),
            },
            finish: "bored".into(),
            model: "small".into(),
            input_tokens: None,
            output_tokens: Some(4),
            extra: Vec::new(),
        };
        let read = completion(&Blobs::default(), answer);
        assert_eq!((read.turn.role, read.finish), (Role::Assistant, Finish::Stop));
        assert_eq!(read.turn.tool_calls[0].arguments, Value::Null);
    }
}
